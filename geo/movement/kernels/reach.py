"""What is reached from every origin: sums of opportunities within cutoffs, or the list of places with their times."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo.movement.kernels.graph import FAR, Graph
from geo.movement.kernels.search import Rows, Work, clean, new_work, search

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@njit(nogil=True, cache=True)
def _places(work: Work, settled: int, arrivals: Rows, direct: Rows, o: int, limit: int, best: Ints, hits: Ints) -> int:
    """Fastest times of the places reached from ``o`` into ``best`` (`FAR` before), the places into ``hits``; their number."""
    count = 0
    for k in range(direct.ptr[o], direct.ptr[o + 1]):
        place = direct.place[k]
        if direct.ds[k] <= limit:
            best[place] = direct.ds[k]
            hits[count] = place
            count += 1
    for i in range(settled):
        v = work.settled[i]
        for k in range(arrivals.ptr[v], arrivals.ptr[v + 1]):
            time = work.time[v] + arrivals.ds[k]
            place = arrivals.place[k]
            if time <= limit and time < best[place]:
                if best[place] == FAR:
                    hits[count] = place
                    count += 1
                best[place] = time
    return count


@njit(nogil=True, cache=True)
def reach_sums(
    graph: Graph, origins: Rows, arrivals: Rows, direct: Rows, worth: Floats, cutoffs: Ints, buckets: int, out: Floats
) -> None:
    """Add to ``out`` [origins, cutoffs, columns] the ``worth`` [places, columns] within each of the ascending ``cutoffs``."""
    work = new_work(len(graph.ptr) - 1, len(graph.to) + len(origins.place), buckets)
    best = np.full(len(worth), FAR, np.int32)
    hits = np.empty(len(worth), np.int32)
    limit = cutoffs[-1]
    for o in range(len(origins.ptr) - 1):
        settled = search(graph, origins, origins.ptr[o], origins.ptr[o + 1], limit, work)
        count = _places(work, settled, arrivals, direct, o, limit, best, hits)
        clean(work, settled)
        for i in range(count):
            place = hits[i]
            cutoff = 0
            while cutoffs[cutoff] < best[place]:
                cutoff += 1
            best[place] = FAR
            for column in range(worth.shape[1]):
                out[o, cutoff, column] += worth[place, column]
        for cutoff in range(1, len(cutoffs)):
            for column in range(worth.shape[1]):
                out[o, cutoff, column] += out[o, cutoff - 1, column]


@njit(nogil=True, cache=True)
def places_within(
    graph: Graph, origins: Rows, arrivals: Rows, direct: Rows, places: int, limit: int, buckets: int
) -> tuple[NDArray[np.int64], Ints, Ints]:
    """Places of every origin within ``limit``: counts [origins], and one row after another the places, ascending, and times."""
    work = new_work(len(graph.ptr) - 1, len(graph.to) + len(origins.place), buckets)
    best = np.full(places, FAR, np.int32)
    hits = np.empty(places, np.int32)
    counts = np.zeros(len(origins.ptr) - 1, np.int64)
    place = np.empty(1024, np.int32)
    ds = np.empty(1024, np.int32)
    total = 0
    for o in range(len(origins.ptr) - 1):
        settled = search(graph, origins, origins.ptr[o], origins.ptr[o + 1], limit, work)
        count = _places(work, settled, arrivals, direct, o, limit, best, hits)
        clean(work, settled)
        if total + count > len(place):
            place = np.concatenate((place, np.empty(len(place) + count, np.int32)))
            ds = np.concatenate((ds, np.empty(len(ds) + count, np.int32)))
        hits[:count].sort()
        for i in range(count):
            place[total + i] = hits[i]
            ds[total + i] = best[hits[i]]
            best[hits[i]] = FAR
        counts[o] = count
        total += count
    return counts, place[:total].copy(), ds[:total].copy()
