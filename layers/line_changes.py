"""Lines of a scenario: a new line, a line less, another headway, speed or standing time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from geo import nearest_names
from geo.movement import Timetable, Transport, headway_edits, line_edits
from layers.changes import (
    NO_MEANING,
    OUT_OF_RANGE,
    UNKNOWN,
    Change,
    Periods,
    Problem,
    TransportChange,
    freeze_periods,
    headway_faults,
    is_number,
    number_in,
    periods_s,
)

FAST_KMH = 200
LONGEST_DWELL_S = 3600


class LineChange(TransportChange):
    """A change of a line that runs, by its id (``Timetable.line_ids``)."""

    line: str

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """See `Change`."""
        return (("line", self.line),)

    def misfits(self, transport: Transport) -> Iterator[Problem]:
        """See `Change`."""
        if transport.timetable is None:
            yield self.problem(NO_MEANING, "this transport has no lines", transport.name, "give a feed, or add a line first")
            return
        running = line_edits.running_lines(transport.timetable)
        if self.line not in running:
            yield self.problem(UNKNOWN, "no such line runs", self.line, nearest_names(str(self.line), running))


def timetable_of(transport: Transport) -> Timetable:
    """The timetable of a transport whose change was checked to have one."""
    table = transport.timetable
    assert table is not None  # noqa: S101 - misfits refused it
    return table


def with_timetable(transport: Transport, table: Timetable) -> Transport:
    """The transport with another timetable; streets and walking are the same objects."""
    return replace(transport, timetable=table)


@dataclass(frozen=True, eq=False)
class RemoveLine(LineChange):
    """A line that runs no longer; its stops stay."""

    line: str

    removes = True

    def apply(self, transport: Transport) -> Transport:
        """See `Change`."""
        return with_timetable(transport, line_edits.without_line(timetable_of(transport), self.line))


@dataclass(frozen=True, eq=False)
class ChangeHeadway(LineChange):
    """A line at another headway: minutes, or periods such as ``[("05:00", "09:00", 5), ("09:00", "22:00", 10)]``.

    With minutes the line runs when it did; with periods then and at no other time. A scheduled line (GTFS) becomes a headway line
    with a random phase: in each direction the stops called at most often are served, at the running times of the median trip,
    from the first departure to one headway behind the last; short turns and variants are gone.
    """

    line: str
    headway_min: float | Periods

    def __post_init__(self) -> None:
        freeze_periods(self)

    def faults(self) -> Iterator[Problem]:
        """See `Change`."""
        yield from headway_faults(self, self.headway_min, "00:00", "24:00")

    def apply(self, transport: Transport) -> Transport:
        """See `Change`."""
        periods = periods_s(self.headway_min, "00:00", "24:00")
        headway = periods[0][2] if is_number(self.headway_min) else periods
        return with_timetable(transport, headway_edits.with_headway(timetable_of(transport), self.line, headway))


@dataclass(frozen=True, eq=False)
class ChangeSpeed(LineChange):
    """A line that runs faster or slower: its times between stops change, its standing times do not.

    Either ``factor`` on the running speed (1.2 = a fifth faster), or ``commercial_speed_kmh`` end to end, standing included, over
    ``length_km`` of its most frequent pattern; variants and the other direction change by the same factor.
    """

    line: str
    factor: float | None = None
    commercial_speed_kmh: float | None = None
    length_km: float | None = None

    def faults(self) -> Iterator[Problem]:
        """See `Change`."""
        given = (self.factor, self.commercial_speed_kmh)
        if sum(value is not None for value in given) != 1:
            yield self.problem(OUT_OF_RANGE, "speed is told not once", given, "give factor or commercial_speed_kmh")
        if self.factor is not None and not number_in(self.factor, 0, 10):
            yield self.problem(OUT_OF_RANGE, "factor is out of range", self.factor, "give 0.1 to 10")
        if self.commercial_speed_kmh is not None:
            if not number_in(self.commercial_speed_kmh, 0, FAST_KMH):
                yield self.problem(
                    OUT_OF_RANGE, "commercial_speed_kmh is out of range", self.commercial_speed_kmh, f"give 1 to {FAST_KMH}"
                )
            if not number_in(self.length_km, 0, 2000):
                yield self.problem(OUT_OF_RANGE, "length_km is missing", self.length_km, "give the line's length, or a factor")

    def misfits(self, transport: Transport) -> Iterator[Problem]:
        """See `Change`."""
        found = list(super().misfits(transport))
        yield from found
        if not found and not self._times_faster(timetable_of(transport)) > 0:
            seen = f"{self.length_km} km at {self.commercial_speed_kmh} km/h"
            yield self.problem(OUT_OF_RANGE, "standing alone takes all the time", seen, "lower the speed or the dwells")

    def _times_faster(self, table: Timetable) -> float:
        if self.factor is not None:
            return self.factor
        trip = next(iter(line_edits.sequences(line_edits.line_trips(table, self.line))))[0]
        ride, dwell = line_edits.profile(trip)
        left_s = float(self.length_km or 0) / float(self.commercial_speed_kmh or 1) * 3600 - float(dwell[1:-1].sum())
        return float(ride.sum()) / left_s

    def apply(self, transport: Transport) -> Transport:
        """See `Change`."""
        table = timetable_of(transport)
        faster = self._times_faster(table)
        trips = []
        for trip in line_edits.line_trips(table, self.line):
            ride, dwell = line_edits.profile(trip)
            trips.append(line_edits.timed(trip, line_edits.shared_out(ride, float(ride.sum()) / faster), dwell))
        return with_timetable(transport, line_edits.with_line_trips(table, self.line, trips))


@dataclass(frozen=True, eq=False)
class ChangeDwell(LineChange):
    """A line that stands ``dwell_s`` at every stop between its ends; its running times stay, so the whole trip changes."""

    line: str
    dwell_s: int

    def faults(self) -> Iterator[Problem]:
        """See `Change`."""
        yield from dwell_faults(self, self.dwell_s)

    def apply(self, transport: Transport) -> Transport:
        """See `Change`."""
        table = timetable_of(transport)
        trips = []
        for trip in line_edits.line_trips(table, self.line):
            ride, dwell = line_edits.profile(trip)
            inside = np.full(len(dwell), round(self.dwell_s))
            inside[[0, -1]] = dwell[[0, -1]]
            trips.append(line_edits.timed(trip, ride, inside))
        return with_timetable(transport, line_edits.with_line_trips(table, self.line, trips))


def dwell_faults(change: Change, dwell_s: Any) -> Iterator[Problem]:
    """A standing time that is none."""
    if not (dwell_s == 0 or number_in(dwell_s, 0, LONGEST_DWELL_S)):
        yield change.problem(OUT_OF_RANGE, "dwell_s is out of range", dwell_s, f"give 0 to {LONGEST_DWELL_S} seconds")
