"""The fastest way of one pair, node by node. For tables and drawings of a few pairs; matrices come from `routing`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.movement.links import Ints, Links
from geo.movement.network import Network


@dataclass(frozen=True)
class Way:
    """The fastest way of two points: ``nodes`` int32 in order, ``ds`` in all, ``first_ds`` and ``last_ds`` of it off the net."""

    nodes: Ints
    ds: int
    first_ds: int
    last_ds: int


def fastest_way(network: Network, mode: str, origin: Links, destination: Links) -> Way | None:
    """The fastest way between two linked points (each a `Links` of one row), or None where there is none."""
    graph = network.graph(mode)
    nodes = len(network.node_xy)
    # one virtual node reaches the origin's entries; 1 ds is added so that a free entry is no missing arc, and taken off again
    data = np.concatenate([graph.ds, origin.ds.astype(np.int64) + 1]).astype(float)
    columns = np.concatenate([graph.to, origin.place])
    ptr = np.append(graph.ptr, len(columns))
    matrix = csr_array((data, columns, ptr), shape=(nodes + 1, nodes + 1))
    reached, before = dijkstra(matrix, indices=nodes, return_predecessors=True)
    if not len(destination.place):
        return None
    total = reached[destination.place] + destination.ds - 1
    best = int(np.argmin(total))
    if not np.isfinite(total[best]):
        return None
    way = _backwards(before, int(destination.place[best]), nodes)
    first = int(reached[way[0]] - 1)
    return Way(way, int(total[best]), first, int(destination.ds[best]))


def _backwards(before: NDArray[np.integer], node: int, start: int) -> Ints:
    way = []
    while node != start:
        way.append(node)
        node = int(before[node])
    return np.array(way[::-1], np.int32)
