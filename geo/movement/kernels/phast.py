"""One-to-all searches on a contraction hierarchy: a short search upwards, then one sweep downwards for 32 origins at once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo.movement.kernels.graph import FAR, Graph
from geo.movement.kernels.heap import pop, push
from geo.movement.kernels.search import Rows
from geo.movement.kernels.vectors import LANES, count, fill, relax

SHORT = 32_000  # limits up to here fit into lanes of 16 bits
DISTANT = 2**30  # a lane of 32 bits not reached: no sum with it falls below a limit, none overflows

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Lanes = NDArray[Any]  # uint16 or int32


class Sweep(NamedTuple):
    """The downward arcs in the order of the sweep, for the nodes wanted only. Arcs into row i come from rows before i."""

    row: Ints  # node → row, -1 if nobody wants it
    ptr: Ints
    source: Ints
    ds: Ints


@njit(nogil=True, cache=True)
def wanted_sweep(down: Graph, order: Ints, wanted: NDArray[np.bool_]) -> Sweep:
    """The part of the sweep that is needed to know the times of the ``wanted`` nodes."""
    n = len(order)
    needed = wanted.copy()
    rows = 0
    arcs = 0
    for i in range(n - 1, -1, -1):
        v = order[i]
        if needed[v]:
            rows += 1
            for e in range(down.ptr[v], down.ptr[v + 1]):
                needed[down.to[e]] = True
                arcs += 1
    row = np.full(n, -1, np.int32)
    ptr = np.zeros(rows + 1, np.int32)
    source = np.empty(arcs, np.int32)
    ds = np.empty(arcs, np.int32)
    count = 0
    arcs = 0
    for i in range(n):
        v = order[i]
        if needed[v]:
            row[v] = count
            for e in range(down.ptr[v], down.ptr[v + 1]):
                source[arcs] = row[down.to[e]]
                ds[arcs] = down.ds[e]
                arcs += 1
            count += 1
            ptr[count] = arcs
    return Sweep(row, ptr, source, ds)


class Climb(NamedTuple):
    """Work arrays of the search upwards; ``time`` is `FAR` between two of them."""

    time: Ints
    touched: Ints
    heap: NDArray[np.uint64]


@njit(nogil=True, cache=True)
def _new_climb(up: Graph, origins: Rows) -> Climb:
    n = len(up.ptr) - 1
    return Climb(np.full(n, FAR, np.int32), np.empty(n, np.int32), np.empty(len(up.to) + len(origins.place) + 1, np.uint64))


@njit(nogil=True, cache=True)
def _reach(climb: Climb, v: int, time: int, size: int, count: int) -> tuple[int, int]:
    """Lower the time of a node and queue it; sizes of the heap and of the list of touched nodes."""
    if climb.time[v] == FAR:
        climb.touched[count] = v
        count += 1
    climb.time[v] = time
    return push(climb.heap, size, (np.uint64(time) << np.uint64(32)) | np.uint64(v)), count


@njit(nogil=True, cache=True)
def _upwards(up: Graph, origins: Rows, o: int, limit: int, climb: Climb, row: Ints, lane: Lanes) -> None:
    """Times from origin ``o`` to more and more important nodes, written into one ``lane`` [rows] of the sweep."""
    count = 0
    size = 0
    for i in range(origins.ptr[o], origins.ptr[o + 1]):
        if origins.ds[i] <= limit and origins.ds[i] < climb.time[origins.place[i]]:
            size, count = _reach(climb, origins.place[i], origins.ds[i], size, count)
    while size > 0:
        key = climb.heap[0]
        size = pop(climb.heap, size)
        v = np.int64(key & np.uint64(0xFFFFFFFF))
        now = np.int64(key >> np.uint64(32))
        if now > climb.time[v]:
            continue
        for e in range(up.ptr[v], up.ptr[v + 1]):
            if now + up.ds[e] <= limit and now + up.ds[e] < climb.time[up.to[e]]:
                size, count = _reach(climb, up.to[e], now + up.ds[e], size, count)
    for i in range(count):
        v = climb.touched[i]
        if row[v] >= 0:
            lane[row[v]] = climb.time[v]
        climb.time[v] = FAR


@njit(nogil=True, cache=True)
def _sweep_batch(up: Graph, sweep: Sweep, origins: Rows, low: int, limit: int, lanes: Lanes, far: Lanes, climb: Climb) -> None:
    """Times of the origins from ``low`` on to every row of the sweep, one origin a lane."""
    for i in range(len(lanes)):
        fill(lanes, i, far[0])
    for o in range(low, min(low + LANES, len(origins.ptr) - 1)):
        _upwards(up, origins, o, limit, climb, sweep.row, lanes[:, o - low])
    for i in range(len(lanes)):
        for e in range(sweep.ptr[i], sweep.ptr[i + 1]):
            if sweep.ds[e] <= limit:
                relax(lanes, sweep.source[e], lanes, i, sweep.ds[e])


@njit(nogil=True, cache=True)
def _place_lane(sweep: Sweep, leaving: Rows, place: int, limit: int, lanes: Lanes, far: Lanes, best: Lanes) -> None:
    """Fastest times to a place over all its links into ``best`` [1, lanes]."""
    fill(best, 0, far[0])
    for k in range(leaving.ptr[place], leaving.ptr[place + 1]):
        if leaving.ds[k] <= limit:
            relax(lanes, sweep.row[leaving.place[k]], best, 0, leaving.ds[k])


@njit(nogil=True, cache=True)
def phast_times(up: Graph, sweep: Sweep, origins: Rows, places: Rows, limit: int, far: Lanes, out: Ints) -> None:
    """As `search.times`; ``places``: place → nodes; ``far`` [1]: the time of a lane not reached, in the type of the lanes."""
    lanes = np.empty((len(sweep.ptr) - 1, LANES), far.dtype)
    best = np.empty((1, LANES), far.dtype)
    climb = _new_climb(up, origins)
    total = len(origins.ptr) - 1
    for low in range(0, total, LANES):
        _sweep_batch(up, sweep, origins, low, limit, lanes, far, climb)
        for place in range(out.shape[1]):
            _place_lane(sweep, places, place, limit, lanes, far, best)
            for lane in range(min(LANES, total - low)):
                if best[0, lane] <= limit:
                    out[low + lane, place] = best[0, lane]


@njit(nogil=True, cache=True)
def _add_worth(worth: Floats, cutoffs: Ints, lanes: Lanes, row: int, sums: Floats) -> None:
    """Add what a place is worth to the lanes [cutoffs, columns] that reach it."""
    for column in range(len(worth)):
        if worth[column] != 0:
            for cutoff in range(len(cutoffs)):
                count(lanes, row, cutoffs[cutoff], worth[column], sums, cutoff * len(worth) + column)


@njit(nogil=True, cache=True)
def phast_sums(
    up: Graph, sweep: Sweep, origins: Rows, places: Rows, direct: Rows, worth: Floats, cutoffs: Ints, far: Lanes, out: Floats
) -> None:
    """As `reach.reach_sums`; ``places``: place → nodes, ``direct``: place → origins of this very chunk, ``far`` as above."""
    limit = cutoffs[-1]
    lanes = np.empty((len(sweep.ptr) - 1, LANES), far.dtype)
    best = np.empty((1, LANES), far.dtype)
    climb = _new_climb(up, origins)
    sums = np.empty((len(cutoffs), worth.shape[1], LANES))
    total = len(origins.ptr) - 1
    for low in range(0, total, LANES):
        _sweep_batch(up, sweep, origins, low, limit, lanes, far, climb)
        sums[:] = 0
        for place in range(len(worth)):
            first = places.ptr[place]
            alone = places.ptr[place + 1] - first == 1 and direct.ptr[place + 1] == direct.ptr[place]
            if alone and places.ds[first] == 0:  # the place is a node: its row needs no copy
                _add_worth(worth[place], cutoffs, lanes, sweep.row[places.place[first]], sums)
                continue
            _place_lane(sweep, places, place, limit, lanes, far, best)
            for k in range(direct.ptr[place], direct.ptr[place + 1]):
                lane = direct.place[k] - low
                if 0 <= lane < LANES and direct.ds[k] <= limit:
                    best[0, lane] = min(np.int64(best[0, lane]), np.int64(direct.ds[k]))
            _add_worth(worth[place], cutoffs, best, 0, sums)
        for lane in range(min(LANES, total - low)):
            out[low + lane] = sums[:, :, lane]
