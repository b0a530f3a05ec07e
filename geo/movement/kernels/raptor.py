# mypy: disable-error-code="untyped-decorator"
"""Textbook range-RAPTOR (Delling, Pajor, Werneck 2015): minute after minute from the last, labels of the rounds kept in
between.

Two labels a stop and round: ``arrived`` by vehicle, ``ready`` to board (arrived and stayed, or walked once), so that two
walks never chain. The plain engine: second opinion to the departure lanes and the source of itineraries.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo.movement.kernels.query import NONE_S, Ints, Query, first_trip, patterns_at, walk_all_the_way


class Labels(NamedTuple):
    """Seconds int32 [rides + 1, stops], absolute; NONE_S = not reached. The rest is working room."""

    arrived: Ints
    ready: Ints
    marked: Ints
    changed: Ints
    is_marked: NDArray[np.bool_]
    is_changed: NDArray[np.bool_]
    first: Ints
    queue: Ints


@njit(nogil=True, cache=True)
def labels(rides: int, stops: int, patterns: int) -> Labels:
    """Labels with nothing reached."""
    return Labels(
        np.full((rides + 1, stops), NONE_S, np.int32),
        np.full((rides + 1, stops), NONE_S, np.int32),
        np.empty(stops, np.int32),
        np.empty(stops, np.int32),
        np.zeros(stops, np.bool_),
        np.zeros(stops, np.bool_),
        np.full(patterns, -1, np.int32),
        np.empty(patterns, np.int32),
    )


@njit(nogil=True, cache=True)
def _ride(query: Query, start: Ints, q: int, position: int, k: int, at: Labels, changed: int) -> int:
    """Ride pattern q from a position on with the earliest trip that can be caught; returns the number of changed stops."""
    tables, lo, hi = query.tables, query.lo[q], query.hi[q]
    base, size, trip = tables.ptr[q], tables.ptr[q + 1] - tables.ptr[q], hi
    for p in range(position, size):
        stop = tables.stop[base + p]
        if trip < hi and tables.alight[base + p]:
            time = start[trip] + tables.arrival[tables.offset[trip] + p]
            if time < at.arrived[k, stop]:
                if not at.is_changed[stop]:
                    at.is_changed[stop] = True
                    at.changed[changed] = stop
                    changed += 1
                for m in range(k, len(at.arrived)):
                    at.arrived[m, stop] = min(at.arrived[m, stop], time)
        if p < size - 1 and tables.board[base + p] and at.ready[k - 1, stop] < NONE_S:
            trip = min(trip, first_trip(tables, start, lo, trip, p, at.ready[k - 1, stop] + query.slack_s))
    return changed


@njit(nogil=True, cache=True)
def _make_ready(at: Labels, k: int, stop: int, time: int, marked: int) -> int:
    if time < at.ready[k, stop]:
        if not at.is_marked[stop]:
            at.is_marked[stop] = True
            at.marked[marked] = stop
            marked += 1
        for m in range(k, len(at.ready)):
            at.ready[m, stop] = min(at.ready[m, stop], time)
    return marked


@njit(nogil=True, cache=True)
def depart(query: Query, start: Ints, origin: int, leave_s: int, at: Labels) -> None:
    """Improve the labels by everything that can be done when leaving the origin at ``leave_s``."""
    tables, access, walks = query.tables, query.access, query.walks
    marked = 0
    for e in range(access.ptr[origin], access.ptr[origin + 1]):
        marked = _make_ready(at, 0, access.item[e], leave_s + access.sec[e], marked)
    for k in range(1, len(at.ready)):
        queued = patterns_at(tables, query.lo, query.hi, at.marked, marked, at.first, at.queue)
        for i in range(marked):
            at.is_marked[at.marked[i]] = False
        marked, changed = 0, 0
        for i in range(queued):
            q = at.queue[i]
            changed = _ride(query, start, q, at.first[q], k, at, changed)
            at.first[q] = -1
        for i in range(changed):
            stop = at.changed[i]
            at.is_changed[stop] = False
            for e in range(walks.ptr[stop], walks.ptr[stop + 1]):
                marked = _make_ready(at, k, walks.item[e], at.arrived[k, stop] + walks.sec[e], marked)
        if marked == 0:
            break
    for i in range(marked):
        at.is_marked[at.marked[i]] = False


@njit(nogil=True, cache=True)
def travel_times(query: Query, origins: Ints, out: NDArray[np.float32]) -> None:
    """Fill the rows of ``origins`` in ``out`` float32 [percentile, origin, destination] with minutes, inf = not reached."""
    tables, draws = query.tables, len(query.starts)
    stops, samples = len(tables.stop_ptr) - 1, query.minutes * draws
    walk, arrived = np.empty(out.shape[2], np.int32), np.empty((samples, stops), np.int32)
    times = np.empty(samples, np.int32)
    for origin in origins:
        walk_all_the_way(query.direct, origin, query.limit_s, walk, out)
        if query.access.ptr[origin] == query.access.ptr[origin + 1]:
            continue
        for draw in range(draws):
            at = labels(query.rides, stops, len(tables.ptr) - 1)
            for minute in range(query.minutes - 1, -1, -1):
                leave = query.departure_s + 60 * minute
                depart(query, query.starts[draw], origin, leave, at)
                arrived[draw * query.minutes + minute] = at.arrived[query.rides]
        for row, destination in enumerate(query.reachable):
            for sample in range(samples):
                leave = query.departure_s + 60 * (sample % query.minutes)
                best = walk[destination]
                for e in range(query.egress.ptr[row], query.egress.ptr[row + 1]):
                    best = min(best, arrived[sample, query.egress.item[e]] + query.egress.sec[e] - leave)
                times[sample] = best
            times.sort()
            for p, rank in enumerate(query.ranks):
                if times[rank] <= query.limit_s:
                    out[p, origin, destination] = np.float32(times[rank] / 60)
