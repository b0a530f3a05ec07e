# mypy: disable-error-code="untyped-decorator"
"""What every transit kernel is given, and what both do alike: rows of links, the timetable, the question, walking all the way."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Number = TypeVar("Number", bound=np.generic)
NONE_S = np.int32(2**30)
# For functions that allocate nothing: numba else counts references to every array in every tuple it is given, at every call,
# which took half the time of a search.
bare: Any = njit(nogil=True, cache=True, _nrt=False)  # type: ignore[call-overload]


class Rows(NamedTuple):
    """Compressed rows: int64 ``ptr`` [rows + 1], int32 ``item``, int32 ``sec`` (whole seconds)."""

    ptr: NDArray[np.int64]
    item: Ints
    sec: Ints


class Tables(NamedTuple):
    """The timetable: pattern → positions, profiles, trip → profile, stop → (pattern, position) where boarding is possible,
    ``random``: patterns whose starts differ between draws.
    """

    ptr: Ints
    stop: Ints
    board: NDArray[np.uint8]
    alight: NDArray[np.uint8]
    offset: Ints
    arrival: Ints
    departure: Ints
    stop_ptr: NDArray[np.int64]
    stop_pattern: Ints
    stop_position: Ints
    random: NDArray[np.bool_]


class Calls(NamedTuple):
    """Seconds at which the trips that matter (``lo`` to ``hi``) leave and arrive, int32, the trips of a position side by side.

    Cell of trip j of pattern q at position p: ``base[q]`` + p · (hi − lo) + j − lo; ``cells`` in all. A random pattern comes last
    and has its cells once a draw, ``drawn`` apart.
    """

    base: NDArray[np.int64]
    cells: int
    drawn: int
    leaves: Ints
    arrives: Ints


class Query(NamedTuple):
    """One call. ``access``, ``direct`` by origin; ``walks`` by source stop (every stop lists itself where staying is
    allowed), ``walks_to`` by target stop; ``egress`` by row of ``reachable`` (the destinations with a stop). ``starts``
    [draws, trips]; ``lo``, ``hi`` [patterns] the trips that matter, ``calls`` when they call; seconds.
    """

    access: Rows
    direct: Rows
    walks: Rows
    walks_to: Rows
    egress: Rows
    reachable: Ints
    tables: Tables
    starts: Ints
    lo: Ints
    hi: Ints
    calls: Calls
    departure_s: int
    minutes: int
    rides: int
    slack_s: int
    limit_s: int
    ranks: NDArray[np.int64]


def fixed(array: NDArray[Number]) -> NDArray[Number]:
    """The array read-only and C-contiguous, as every kernel wants it."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def calls(tables: Tables, starts: Ints, lo: Ints, hi: Ints) -> Calls:
    """The times of the trips that matter, in the order in which boarding and alighting go through them."""
    size = np.diff(tables.ptr).astype(np.int64) * (hi - lo)
    order = np.argsort(tables.random, kind="stable")
    base = np.empty(len(size), np.int64)
    base[order] = np.cumsum(size[order]) - size[order]
    cells, drawn = int(size.sum()), int(size[tables.random].sum())
    times = np.empty((2, cells + drawn * (len(starts) - 1)), np.int32)
    _fill_calls(tables, starts, lo, hi, base, drawn, times)
    return Calls(fixed(base), cells, drawn, fixed(times[0]), fixed(times[1]))


@njit(nogil=True, cache=True)
def _fill_calls(tables: Tables, starts: Ints, lo: Ints, hi: Ints, base: NDArray[np.int64], drawn: int, times: Ints) -> None:
    for q in range(len(lo)):
        for draw in range(len(starts) if tables.random[q] else 1):
            cell = base[q] + draw * drawn
            for p in range(tables.ptr[q + 1] - tables.ptr[q]):
                for trip in range(lo[q], hi[q]):
                    at, start = tables.offset[trip] + p, starts[draw, trip]
                    times[0, cell], times[1, cell] = start + tables.departure[at], start + tables.arrival[at]
                    cell += 1


@njit(nogil=True, cache=True)
def walk_all_the_way(direct: Rows, origin: int, limit_s: int, walk: Ints, out: NDArray[np.float32]) -> None:
    """Seconds of walking to every destination into ``walk`` (NONE_S: none), minutes into ``out`` [percentile, origin,
    destination].
    """
    walk[:] = NONE_S
    out[:, origin, :] = np.inf
    for e in range(direct.ptr[origin], direct.ptr[origin + 1]):
        if direct.sec[e] <= limit_s:
            walk[direct.item[e]] = direct.sec[e]
            out[:, origin, direct.item[e]] = np.float32(direct.sec[e] / 60)


@njit(nogil=True, cache=True)
def first_trip(tables: Tables, start: Ints, lo: int, hi: int, position: int, ready: int) -> int:
    """First trip of [lo, hi) leaving ``position`` at or after ``ready``; hi if none. Trips never overtake within a pattern."""
    while lo < hi:
        middle = (lo + hi) >> 1
        if start[middle] + tables.departure[tables.offset[middle] + position] < ready:
            lo = middle + 1
        else:
            hi = middle
    return lo


@njit(nogil=True, cache=True)
def patterns_at(tables: Tables, lo: Ints, hi: Ints, marked: Ints, count: int, first: Ints, queue: Ints) -> int:
    """Queue the patterns with trips that can be boarded at a marked stop, ``first`` = their first such position; returns how
    many.
    """
    queued = 0
    for i in range(count):
        for j in range(tables.stop_ptr[marked[i]], tables.stop_ptr[marked[i] + 1]):
            q = tables.stop_pattern[j]
            if lo[q] < hi[q]:
                if first[q] < 0:
                    queue[queued] = q
                    queued += 1
                    first[q] = tables.stop_position[j]
                elif tables.stop_position[j] < first[q]:
                    first[q] = tables.stop_position[j]
    return queued
