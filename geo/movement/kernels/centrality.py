"""Betweenness and closeness within a time limit, by Brandes' accumulation over the searches from every origin.

Brandes, U. (2001): A faster algorithm for betweenness centrality. Journal of Mathematical Sociology 25(2), 163-177.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo.movement.kernels.graph import Graph
from geo.movement.kernels.search import Rows, clean, new_work, search

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@njit(nogil=True, cache=True)
def centrality(
    graph: Graph,
    backward: Graph,
    origins: Ints,
    limit: int,
    buckets: int,
    between: Floats,
    reached: Ints,
    total: NDArray[np.int64],
) -> None:
    """Add the origins' part to ``between`` [nodes]; set how many other nodes each origin reaches and the sum of their times.

    Of several fastest paths each carries its share. Nodes leave the search by time and every arc takes some, so predecessors of
    a node come before it: paths are counted forwards over that order, dependencies handed back over it in reverse.
    """
    n = len(graph.ptr) - 1
    work = new_work(n, len(graph.to) + 1, buckets)
    paths = np.zeros(n)
    share = np.zeros(n)
    first = np.empty(n + 1, np.int32)
    behind = np.empty(len(backward.to), np.int32)
    start = Rows(np.zeros(0, np.int64), np.empty(1, np.int32), np.zeros(1, np.int32))
    for o in range(len(origins)):
        start.place[0] = origins[o]
        count = search(graph, start, 0, 1, limit, work)
        paths[origins[o]] = 1.0
        times = np.int64(0)
        known = 0
        for i in range(1, count):
            v = work.settled[i]
            now = work.time[v]
            times += now
            first[i] = known
            for e in range(backward.ptr[v], backward.ptr[v + 1]):
                before = backward.to[e]
                if work.time[before] == now - backward.ds[e]:
                    paths[v] += paths[before]
                    behind[known] = before
                    known += 1
        for i in range(count - 1, 0, -1):
            v = work.settled[i]
            between[v] += share[v]
            part = (1.0 + share[v]) / paths[v]
            for j in range(first[i], known):
                share[behind[j]] += paths[behind[j]] * part
            known = first[i]
        for i in range(count):
            paths[work.settled[i]] = 0.0
            share[work.settled[i]] = 0.0
        reached[o] = count - 1
        total[o] = times
        clean(work, count)
