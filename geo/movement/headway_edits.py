"""A line at another headway: its most frequent pattern in each direction runs, whatever ran before."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from geo.movement.assembly import Ints, Trip
from geo.movement.line_edits import departures, line_trips, sequences, with_line_trips
from geo.movement.lines import DAY_S
from geo.movement.timetable import Timetable

LONGEST_GAP_S = 2 * 3600
_DAY_STARTS_S = 3 * 3600
Period = tuple[int, int, int]


def with_headway(timetable: Timetable, line_id: str, headway_s: int | Sequence[Period]) -> Timetable:
    """The timetable in which a line runs at a headway, with a random phase.

    A number: the line runs when it did (departures not more than two hours apart, or twice their median gap, are one span; the
    span of a scheduled line ends one new headway behind its last departure). Periods ``(start_s, end_s, headway_s)``: it runs
    then, on the days on which it ran, and at no other time. In each direction (told by the order in which stops come, since
    feeds need not say) the stops called at most often are served, at the running times of the median trip.
    """
    trips = line_trips(timetable, line_id)
    found = list(sequences(trips))
    reference = found[0][0].stops
    sides: tuple[list[list[Trip]], list[list[Trip]]] = ([], [])
    for group in found:
        sides[_opposite(group[0].stops, reference, timetable)].append(group)
    services: list[Trip] = []
    for direction, groups in enumerate(sides):
        if groups:
            services += _services(groups, line_id, direction, headway_s)
    return with_line_trips(timetable, line_id, services)


def _opposite(stops: Ints, reference: Ints, timetable: Timetable) -> int:
    """1 where stops come in the reverse order of those of the reference nearest to them, else 0."""
    away = np.hypot(*(np.subtract.outer(at[stops], at[reference]) for at in (timetable.x, timetable.y)))
    nearest = away.argmin(axis=1)
    order = np.arange(len(stops))
    return int(((order - order.mean()) * (nearest - nearest.mean())).sum() < 0)


def _services(
    groups: Sequence[Sequence[Trip]], line_id: str, direction: int, headway_s: int | Sequence[Period]
) -> Iterator[Trip]:
    trips = [trip for group in groups for trip in group]
    usual = _median(groups[0])
    known = {trip.start: trip.key for trip in groups[0] if trip.headway}
    spans = (
        ((start, end, headway_s) for start, end in _spans(trips, headway_s))
        if isinstance(headway_s, int)
        else ((start + day, end + day, every) for day in _days(trips) for start, end, every in headway_s)
    )
    for start, end, every in spans:
        day = start // DAY_S * DAY_S
        key = known.get(start, zlib.crc32(f"{line_id}|{direction}|{start - day}|{day}".encode()))  # phases stay where they can
        yield replace(usual, start=start, until=end, headway=every, key=key)


def _median(trips: Sequence[Trip]) -> Trip:
    """The trip of median running time."""
    ordered = sorted(trips, key=lambda trip: (int(trip.arrival[-1]), trip.departure.tolist(), trip.start))
    share = np.cumsum([departures(trip) for trip in ordered])
    return ordered[int(np.searchsorted(share, share[-1] / 2))]


def _spans(trips: Sequence[Trip], headway_s: int) -> list[tuple[int, int]]:
    """When the line runs: services as they are, fixed departures from the first to one headway behind the last."""
    fixed = np.sort([trip.start for trip in trips if not trip.headway])
    gaps = np.diff(fixed)
    longest = max(LONGEST_GAP_S, 2 * float(np.median(gaps))) if len(gaps) else LONGEST_GAP_S
    parts = np.split(fixed, np.flatnonzero(gaps > longest) + 1) if len(fixed) else []
    spans = [(int(part[0]), int(part[-1]) + headway_s) for part in parts]
    spans += [(trip.start, trip.until) for trip in trips if trip.headway]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _days(trips: Sequence[Trip]) -> list[int]:
    """Days on which something leaves between 03:00 and 03:00 of the next, as seconds to add."""
    ends = [(trip.start, max(trip.until, trip.start + 1)) for trip in trips]
    days = (-DAY_S, 0, DAY_S)
    return [day for day in days if any(a < day + _DAY_STARTS_S + DAY_S and b > day + _DAY_STARTS_S for a, b in ends)]
