"""Edits of one line of a timetable: its trips are taken out, changed and put back; every other service stays as it is.

A trip counts its stops as the timetable does; stops appended by `with_line_trips` follow in their order. A headway service is one
trip here, as it is in `Trip`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.movement.assembly import ALIGHT, BOARD, Ints, Patterns, Trip, assemble, cumulated
from geo.movement.timetable import Timetable

__all__ = [
    "Trip",
    "cut_out",
    "departures",
    "line_trips",
    "profile",
    "running_lines",
    "sequences",
    "shared_out",
    "spliced",
    "timed",
    "with_line_trips",
    "without_line",
]


def running_lines(timetable: Timetable) -> tuple[str, ...]:
    """Ids of the lines that have a trip, in the timetable's order."""
    return tuple(timetable.line_ids[i] for i in np.unique(timetable.patterns.trip_line))


def line_trips(timetable: Timetable, line_id: str) -> list[Trip]:
    """All trips and headway services of a line, those of the neighbouring days included."""
    patterns = timetable.patterns
    own = np.flatnonzero(patterns.trip_line == timetable.line_ids.index(line_id))
    pattern = np.searchsorted(patterns.trip_ptr, own, side="right") - 1
    service = {row[0]: row for row in patterns.headway.tolist()}
    return [
        _trip(patterns, trip, q, service.get(q))
        for trip, q in zip(own.tolist(), pattern.tolist(), strict=True)
        if q not in service or trip == patterns.trip_ptr[q]
    ]


def _trip(patterns: Patterns, trip: int, q: int, service: Sequence[int] | None) -> Trip:
    cells = slice(patterns.ptr[q], patterns.ptr[q + 1])
    at = slice(patterns.offset[trip], patterns.offset[trip] + cells.stop - cells.start)
    rights = (patterns.board[cells] * BOARD + patterns.alight[cells] * ALIGHT).astype(np.uint8)
    base = Trip(
        patterns.stop[cells],
        rights,
        patterns.arrival[at],
        patterns.departure[at],
        int(patterns.trip_line[trip]),
        int(patterns.start[trip]),
    )
    if service is None:
        return base
    _, first, until, every, key = service
    return replace(base, start=first, until=until, headway=every, key=key)


def without_line(timetable: Timetable, line_id: str) -> Timetable:
    """The timetable without a line: its trips, its patterns and its name are gone; stops stay."""
    gone = timetable.line_ids.index(line_id)
    kept = [i for i in range(len(timetable.line_ids)) if i != gone]
    number = np.full(len(timetable.line_ids), -1, np.int32)
    number[kept] = np.arange(len(kept))
    patterns = _without(timetable.patterns, gone)
    return replace(
        timetable,
        patterns=replace(patterns, trip_line=number[patterns.trip_line]),
        line_ids=tuple(timetable.line_ids[i] for i in kept),
        line_names=tuple(timetable.line_names[i] for i in kept),
    )


def with_line_trips(timetable: Timetable, line_id: str, trips: Sequence[Trip], *, stops: pd.DataFrame | None = None) -> Timetable:
    """The timetable in which a line runs these trips and no others.

    ``stops``: further stops, index ``stop_id``, columns ``x``, ``y``, ``stop_name``; they are counted from the timetable's number
    of stops on.
    """
    number = timetable.line_ids.index(line_id)
    more = pd.DataFrame({"x": [], "y": [], "stop_name": []}, dtype=object) if stops is None else stops
    count = len(timetable.stop_ids) + len(more)
    patterns = _without(timetable.patterns, number).joined(
        assemble([replace(trip, line=number) for trip in trips]),
        np.arange(count, dtype=np.int32),
        np.arange(len(timetable.line_ids), dtype=np.int32),
    )
    return replace(
        timetable,
        stop_ids=np.concatenate([timetable.stop_ids, more.index.to_numpy(object)]),
        stop_names=np.concatenate([timetable.stop_names, more["stop_name"].to_numpy(object)]),
        x=np.concatenate([timetable.x, more["x"].to_numpy(float)]),
        y=np.concatenate([timetable.y, more["y"].to_numpy(float)]),
        patterns=patterns,
    )


def _without(patterns: Patterns, line: int) -> Patterns:
    """The patterns without the trips of a line; those left with no trip are dropped."""
    keep = patterns.trip_line != line
    pattern = np.repeat(np.arange(len(patterns.ptr) - 1), np.diff(patterns.trip_ptr))
    trips = np.bincount(pattern[keep], minlength=len(patterns.ptr) - 1)
    used = trips > 0
    number = np.cumsum(used) - 1
    cell = np.repeat(used, np.diff(patterns.ptr))
    headway = patterns.headway[used[patterns.headway[:, 0]]].copy()
    headway[:, 0] = number[headway[:, 0]]
    return replace(
        patterns,
        ptr=cumulated(np.diff(patterns.ptr)[used]),
        stop=patterns.stop[cell],
        board=patterns.board[cell],
        alight=patterns.alight[cell],
        trip_ptr=cumulated(trips[used]),
        start=patterns.start[keep],
        offset=patterns.offset[keep],
        trip_line=patterns.trip_line[keep],
        headway=headway,
    )


def profile(trip: Trip) -> tuple[Ints, Ints]:
    """Riding seconds of every hop and standing seconds at every stop."""
    return trip.arrival[1:] - trip.departure[:-1], trip.departure - trip.arrival


def timed(trip: Trip, ride_s: NDArray[np.integer], dwell_s: NDArray[np.integer]) -> Trip:
    """The trip with other riding and standing seconds; it leaves its first stop when it did."""
    departure = trip.departure[0] + np.concatenate([[0], np.cumsum(ride_s + dwell_s[1:])])
    return replace(trip, arrival=(departure - dwell_s).astype(np.int32), departure=departure.astype(np.int32))


def shared_out(parts: NDArray[np.floating] | NDArray[np.integer], total_s: float) -> Ints:
    """Seconds shared out in proportion to ``parts``, whole numbers that add up to ``total_s`` rounded half up."""
    whole = np.asarray(parts, float)
    reached = np.floor(np.cumsum(whole) / whole.sum() * total_s + 0.5) if whole.sum() > 0 else np.zeros(len(whole))
    return np.diff(reached, prepend=0).astype(np.int32)


def spliced(trip: Trip, before: int, after: int, stops: Ints, ride_s: Ints, dwell_s: int) -> Trip:
    """The trip with ``stops`` instead of what lies between the positions ``before`` and ``after``.

    ``before`` = -1: the new stops are its start; ``after`` = number of positions: they are its end. ``ride_s`` one value a new
    hop, those from ``before`` and to ``after`` included; new stops may be boarded and alighted, and stand for ``dwell_s``.
    """
    ride, dwell = profile(trip)
    size = len(trip.stops)
    rights = np.full(len(stops), BOARD | ALIGHT, np.uint8)
    edited = replace(
        trip,
        stops=np.concatenate([trip.stops[: before + 1], stops, trip.stops[after:]]).astype(np.int32),
        rights=np.concatenate([trip.rights[: before + 1], rights, trip.rights[after:]]),
    )
    rides = np.concatenate([ride[: max(before, 0)], ride_s, ride[min(after, size) :]])
    dwells = np.concatenate([dwell[: before + 1], np.full(len(stops), dwell_s), dwell[after:]])
    if before < 0:
        dwells[0] = 0
    if after >= size:
        dwells[-1] = 0
    return timed(edited, rides, dwells)


def cut_out(trip: Trip, stop: int) -> Trip | None:
    """The trip without its calls at a stop: it rides through, the standing is saved; None where fewer than two stops are left.

    Where the first stop goes, the trip starts at the next one, at the time at which it left there.
    """
    keep = np.flatnonzero(trip.stops != stop)
    if len(keep) < 2:  # noqa: PLR2004 - a ride needs two stops
        return None
    if len(keep) == len(trip.stops):
        return trip
    _, dwell = profile(trip)
    saved = np.cumsum(np.where(trip.stops == stop, dwell, 0))[keep]
    saved = saved - (saved[0] if keep[0] else 0)  # what is cut off before the start saves nothing
    shift = int(trip.departure[keep[0]]) if keep[0] else 0
    return replace(
        trip,
        stops=trip.stops[keep],
        rights=trip.rights[keep],
        arrival=(trip.arrival[keep] - saved - shift).astype(np.int32),
        departure=(trip.departure[keep] - saved - shift).astype(np.int32),
        start=trip.start + shift,
        until=trip.until + shift if trip.headway else trip.until,
    )


def sequences(trips: Sequence[Trip]) -> Iterator[list[Trip]]:
    """Trips by the stops they call at, the most frequent first (departures of all days; ties: more stops, then by number)."""
    groups: dict[bytes, list[Trip]] = {}
    for trip in trips:
        groups.setdefault(trip.stops.tobytes(), []).append(trip)
    keys = sorted(groups, key=lambda key: (-sum(map(departures, groups[key])), -len(key), groups[key][0].stops.tolist()))
    yield from (groups[key] for key in keys)


def departures(trip: Trip) -> float:
    """How often a trip leaves: once, or as often as a headway service does on average."""
    return (trip.until - trip.start) / trip.headway if trip.headway else 1.0
