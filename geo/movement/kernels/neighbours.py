"""What 32 neighbouring origins reach, in one sweep: their searches overlap, so they share one small graph."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo.movement.kernels.graph import Graph
from geo.movement.kernels.search import Rows, Work, clean, new_work, search
from geo.movement.kernels.vectors import LANES, count, fill, relax

LONGEST = 32_000  # the sum of two such times fits into 16 bits

Ints = NDArray[np.int32]
Lanes = NDArray[np.uint16] | NDArray[np.int32]
Floats = NDArray[np.float64]


class Local(NamedTuple):
    """The part of the graph within reach of a batch, its rows numbered by time from the nearest origin."""

    row: Ints  # node → row, -1 outside
    ptr: Ints
    to: Ints
    ds: Ints
    time: Lanes  # [rows, lanes]
    active: NDArray[np.uint8]  # row → its arcs are to be relaxed
    place_row: Ints  # place → row of place_time, -1 outside
    place_time: Lanes  # [places, lanes]
    places: Ints


@njit(nogil=True, cache=True)
def _new_local(nodes: int, arcs: int, places: int, far: Lanes) -> Local:
    return Local(
        np.full(nodes, -1, np.int32),
        np.empty(nodes + 1, np.int32),
        np.empty(arcs, np.int32),
        np.empty(arcs, np.int32),
        np.empty((nodes, LANES), far.dtype),
        np.empty(nodes, np.uint8),
        np.full(places, -1, np.int32),
        np.empty((places, LANES), far.dtype),
        np.empty(places, np.int32),
    )


@njit(nogil=True, cache=True)
def _cut_out(graph: Graph, work: Work, rows: int, limit: int, local: Local) -> None:
    """Copy the arcs between the settled nodes; every lane far away."""
    for i in range(rows):
        local.row[work.settled[i]] = i
    arcs = 0
    for i in range(rows):
        v = work.settled[i]
        local.ptr[i] = arcs
        for e in range(graph.ptr[v], graph.ptr[v + 1]):
            other = local.row[graph.to[e]]
            if other >= 0 and graph.ds[e] <= limit:
                local.to[arcs] = other
                local.ds[arcs] = graph.ds[e]
                arcs += 1
        fill(local.time, i, limit + 1)
        local.active[i] = 0
    local.ptr[rows] = arcs


@njit(nogil=True, cache=True)
def _sweep(local: Local, rows: int) -> None:
    """Relax until nothing changes; the lowest active row first, since rows lie by time."""
    i = 0
    while i < rows:
        if local.active[i] == 0:
            i += 1
            continue
        local.active[i] = 0
        follow = i + 1
        for e in range(local.ptr[i], local.ptr[i + 1]):
            other = local.to[e]
            if relax(local.time, i, local.time, other, local.ds[e]) != 0:
                local.active[other] = 1
                follow = min(follow, other)
        i = follow


@njit(nogil=True, cache=True)
def _start(origins: Rows, low: int, high: int, limit: int, local: Local) -> None:
    """Put the origins ``low:high`` at their nodes, one a lane."""
    for o in range(low, high):
        for k in range(origins.ptr[o], origins.ptr[o + 1]):
            if origins.ds[k] <= limit:
                row = local.row[origins.place[k]]
                local.time[row, o - low] = min(local.time[row, o - low], origins.ds[k])
                local.active[row] = 1


@njit(nogil=True, cache=True)
def _row_of_place(local: Local, place: int, known: int, limit: int) -> int:
    """Give a place a row, every lane far away, unless it has one; the number of places with a row."""
    if local.place_row[place] >= 0:
        return known
    local.place_row[place] = known
    local.places[known] = place
    fill(local.place_time, known, limit + 1)
    return known + 1


@njit(nogil=True, cache=True)
def _collect(arrivals: Rows, work: Work, rows: int, limit: int, local: Local) -> int:
    """Times of the places behind the rows; the number of places."""
    known = 0
    for i in range(rows):
        v = work.settled[i]
        for k in range(arrivals.ptr[v], arrivals.ptr[v + 1]):
            if arrivals.ds[k] <= limit:
                known = _row_of_place(local, arrivals.place[k], known, limit)
                relax(local.time, i, local.place_time, local.place_row[arrivals.place[k]], arrivals.ds[k])
    return known


@njit(nogil=True, cache=True)
def _collect_direct(direct: Rows, low: int, high: int, limit: int, local: Local, known: int) -> int:
    """Times of direct pairs; the number of places with them."""
    for o in range(low, high):
        for k in range(direct.ptr[o], direct.ptr[o + 1]):
            if direct.ds[k] <= limit:
                known = _row_of_place(local, direct.place[k], known, limit)
                row = local.place_row[direct.place[k]]
                local.place_time[row, o - low] = min(local.place_time[row, o - low], direct.ds[k])
    return known


@njit(nogil=True, cache=True)
def _add_up(worth: Floats, cutoffs: Ints, local: Local, places: int, sums: Floats) -> None:
    """Sums [cutoffs, columns, lanes] of what the places are worth; the places lose their rows."""
    sums[:] = 0
    for i in range(places):
        place = local.places[i]
        local.place_row[place] = -1
        for column in range(worth.shape[1]):
            if worth[place, column] != 0:
                for cutoff in range(len(cutoffs)):
                    cell = cutoff * worth.shape[1] + column
                    count(local.place_time, i, cutoffs[cutoff], worth[place, column], sums, cell)


@njit(nogil=True, cache=True)
def reach_sums_of_neighbours(
    graph: Graph, origins: Rows, arrivals: Rows, direct: Rows, worth: Floats, cutoffs: Ints, buckets: int, out: Floats
) -> None:
    """As `reach.reach_sums`, for origins in an order in which neighbours follow each other; the last cutoff ≤ `LONGEST`."""
    work = new_work(len(graph.ptr) - 1, len(graph.to) + len(origins.place), buckets)
    local = _new_local(len(graph.ptr) - 1, len(graph.to), len(worth), np.empty(0, np.uint16))
    sums = np.empty((len(cutoffs), worth.shape[1], LANES))
    limit = cutoffs[-1]
    total = len(origins.ptr) - 1
    for low in range(0, total, LANES):
        high = min(low + LANES, total)
        rows, places = _reach(graph, origins, arrivals, direct, low, high, limit, work, local)
        _add_up(worth, cutoffs, local, places, sums)
        for o in range(low, high):
            out[o] = sums[:, :, o - low]
        _forget(work, rows, local)


@njit(nogil=True, cache=True)
def _reach(
    graph: Graph, origins: Rows, arrivals: Rows, direct: Rows, low: int, high: int, limit: int, work: Work, local: Local
) -> tuple[int, int]:
    """Times from the origins ``low:high``; the number of nodes and of places within ``limit`` of any of them."""
    rows = search(graph, origins, origins.ptr[low], origins.ptr[high], limit, work)
    _cut_out(graph, work, rows, limit, local)
    _start(origins, low, high, limit, local)
    _sweep(local, rows)
    places = _collect(arrivals, work, rows, limit, local)
    return rows, _collect_direct(direct, low, high, limit, local, places)


@njit(nogil=True, cache=True)
def _forget(work: Work, rows: int, local: Local) -> None:
    for i in range(rows):
        local.row[work.settled[i]] = -1
    clean(work, rows)


@njit(nogil=True, cache=True)
def places_within_of_neighbours(
    graph: Graph, origins: Rows, arrivals: Rows, direct: Rows, places: int, limit: int, buckets: int, far: Lanes
) -> tuple[NDArray[np.int64], Ints, Ints]:
    """As `reach.places_within`, for neighbouring origins; ``far``: lanes of 16 bits for a limit up to `LONGEST`, else of 32."""
    work = new_work(len(graph.ptr) - 1, len(graph.to) + len(origins.place), buckets)
    local = _new_local(len(graph.ptr) - 1, len(graph.to), places, far)
    total = len(origins.ptr) - 1
    counts = np.zeros(total, np.int64)
    place, ds, end = np.empty(1024, np.int32), np.empty(1024, np.int32), 0
    for low in range(0, total, LANES):
        high = min(low + LANES, total)
        rows, known = _reach(graph, origins, arrivals, direct, low, high, limit, work, local)
        if end + known * LANES > len(place):
            place = np.concatenate((place, np.empty(len(place) + known * LANES, np.int32)))
            ds = np.concatenate((ds, np.empty(len(ds) + known * LANES, np.int32)))
        order = np.argsort(local.places[:known])
        for o in range(low, high):
            first = end
            for i in order:
                if local.place_time[i, o - low] <= limit:
                    place[end], ds[end] = local.places[i], local.place_time[i, o - low]
                    end += 1
            counts[o] = end - first
        for i in range(known):
            local.place_row[local.places[i]] = -1
        _forget(work, rows, local)
    return counts, place[:end].copy(), ds[:end].copy()
