# mypy: disable-error-code="untyped-decorator"
"""What every transit kernel is given, and what both do alike: rows of links, the timetable, the question, walking all the way."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Number = TypeVar("Number", bound=np.generic)
NONE_S = np.int32(2**30)


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


class Query(NamedTuple):
    """One call. ``access``, ``direct`` by origin; ``walks`` by source stop (every stop lists itself where staying is
    allowed), ``walks_to`` by target stop; ``egress`` by row of ``reachable`` (the destinations with a stop). ``starts``,
    ``lo``, ``hi`` [draws, ...]; seconds.
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
