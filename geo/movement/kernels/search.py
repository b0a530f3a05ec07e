"""Bounded shortest paths from one origin: Dial's bucket queue, whose work arrays are cleaned only where they were used.

Kernels take several start nodes with a head start each, since a point in space reaches the network at both ends of a street.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo.movement.kernels.graph import FAR, Graph, trailing_zeros

Ints = NDArray[np.int32]


class Rows(NamedTuple):
    """Links in compressed rows: of row i they are ``ptr[i]:ptr[i+1]``; ``place`` int32, ``ds`` int32 ≥ 0."""

    ptr: NDArray[np.int64]
    place: Ints
    ds: Ints


class Work(NamedTuple):
    """Work arrays of one thread. Between two searches ``time`` is `FAR`, ``first`` -1 and ``used`` 0 everywhere."""

    time: Ints  # best time of every node so far
    settled: Ints  # nodes whose time is set, by time
    first: Ints  # first entry of every bucket; the bucket of a time is time mod number of buckets
    used: NDArray[np.uint64]  # one bit a bucket: not empty
    following: Ints  # entry → next entry of its bucket
    node: Ints  # entry → node


@njit(nogil=True, cache=True)
def new_work(nodes: int, entries: int, buckets: int) -> Work:
    """Clean work arrays: ``buckets`` a power of two ≥ 64 above every arc time and head start; ``entries`` ≥ arcs + starts."""
    return Work(
        np.full(nodes, FAR, np.int32),
        np.empty(nodes, np.int32),
        np.full(buckets, -1, np.int32),
        np.zeros(buckets >> 6, np.uint64),
        np.empty(entries, np.int32),
        np.empty(entries, np.int32),
    )


@njit(nogil=True, cache=True)
def next_time(used: NDArray[np.uint64], now: int) -> int:
    """The first time ≥ ``now`` whose bucket is not empty (one must exist)."""
    words = len(used)
    word = (now >> 6) % words
    rest = used[word] >> np.uint64(now & 63)
    if rest != 0:
        now += trailing_zeros(rest)
        return now
    now += 64 - (now & 63)
    word = (word + 1) % words
    while used[word] == 0:
        word = (word + 1) % words
        now += 64
    now += trailing_zeros(used[word])
    return now


@njit(nogil=True, cache=True)
def search(graph: Graph, starts: Rows, low: int, high: int, limit: int, work: Work) -> int:
    """Times from the starts ``low:high`` to every node within ``limit``, into ``work.time``; number of nodes settled.

    A settled node relaxes its arcs once, hence entries never exceed arcs + starts and can be handed out in order.
    """
    mask = len(work.first) - 1
    settled = 0
    entries = 0
    waiting = 0
    for i in range(low, high):
        v = starts.place[i]
        time = starts.ds[i]
        if time <= limit and time < work.time[v]:
            work.time[v] = time
            entries = _push(work, time & mask, v, entries)
            waiting += 1
    now = 0
    while waiting > 0:
        now = next_time(work.used, now)
        bucket = now & mask
        entry = work.first[bucket]
        work.first[bucket] = -1
        work.used[bucket >> 6] &= ~(np.uint64(1) << np.uint64(bucket & 63))
        while entry >= 0:
            v = work.node[entry]
            entry = work.following[entry]
            waiting -= 1
            if work.time[v] != now:
                continue
            work.settled[settled] = v
            settled += 1
            for e in range(graph.ptr[v], graph.ptr[v + 1]):
                time = np.int32(now) + graph.ds[e]
                other = graph.to[e]
                if time <= limit and time < work.time[other]:
                    work.time[other] = time
                    entries = _push(work, time & mask, other, entries)
                    waiting += 1
    return settled


@njit(nogil=True, cache=True)
def _push(work: Work, bucket: int, v: int, entries: int) -> int:
    head = work.first[bucket]
    if head < 0:
        work.used[bucket >> 6] |= np.uint64(1) << np.uint64(bucket & 63)
    work.node[entries] = v
    work.following[entries] = head
    work.first[bucket] = entries
    return entries + 1


@njit(nogil=True, cache=True)
def clean(work: Work, settled: int) -> None:
    """Forget the last search."""
    for i in range(settled):
        work.time[work.settled[i]] = FAR


@njit(nogil=True, cache=True)
def times(graph: Graph, origins: Rows, arrivals: Rows, limit: int, buckets: int, out: Ints) -> None:
    """Fill ``out`` [origins, places] (given as `FAR`) with times ≤ ``limit``; ``arrivals``: node → places."""
    work = new_work(len(graph.ptr) - 1, len(graph.to) + len(origins.place), buckets)
    for o in range(len(origins.ptr) - 1):
        settled = search(graph, origins, origins.ptr[o], origins.ptr[o + 1], limit, work)
        for i in range(settled):
            v = work.settled[i]
            for k in range(arrivals.ptr[v], arrivals.ptr[v + 1]):
                time = work.time[v] + arrivals.ds[k]
                if time <= limit and time < out[o, arrivals.place[k]]:
                    out[o, arrivals.place[k]] = time
        clean(work, settled)


@njit(nogil=True, cache=True)
def nodes_reached(graph: Graph, origins: Rows, limit: int, buckets: int) -> int:
    """Total number of nodes within ``limit`` over all origins: the effort of a search."""
    work = new_work(len(graph.ptr) - 1, len(graph.to) + len(origins.place), buckets)
    total = 0
    for o in range(len(origins.ptr) - 1):
        settled = search(graph, origins, origins.ptr[o], origins.ptr[o + 1], limit, work)
        total += settled
        clean(work, settled)
    return total
