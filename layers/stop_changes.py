"""Stops and courses of lines in a scenario: another way, a stop more, a stop less."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geo import nearest_names, to_crs
from geo.movement import Timetable, Transport, line_edits
from layers.changes import NO_MEANING, NO_PLACE, OUT_OF_RANGE, UNKNOWN, Problem, frame_faults, kept, number_in
from layers.line_changes import FAST_KMH, LineChange, dwell_faults, timetable_of, with_timetable

_DETOUR = 1.2


@dataclass(frozen=True, eq=False)
class RemoveStop(LineChange):
    """A line that passes a stop without calling there: the standing is saved, the riding stays.

    A line that starts or ends there starts or ends at the next stop. The stop itself and other lines stay.
    """

    line: str
    stop_id: str

    exclusive = False

    def misfits(self, transport: Transport) -> Iterator[Problem]:
        """See `Change`."""
        found = list(super().misfits(transport))
        yield from found
        if found:
            return
        table = timetable_of(transport)
        trips = line_edits.line_trips(table, self.line)
        called = called_at(table, trips)
        if self.stop_id not in called:
            yield self.problem(UNKNOWN, "the line does not call at this stop", self.stop_id, nearest_names(self.stop_id, called))
        elif all(line_edits.cut_out(trip, _place(table, self.stop_id)) is None for trip in trips):
            yield self.problem(NO_MEANING, "fewer than two stops are left", self.stop_id, "use RemoveLine")

    def apply(self, transport: Transport) -> Transport:
        """See `Change`."""
        table = timetable_of(transport)
        place = _place(table, self.stop_id)
        cut = (line_edits.cut_out(trip, place) for trip in line_edits.line_trips(table, self.line))
        return with_timetable(transport, line_edits.with_line_trips(table, self.line, [trip for trip in cut if trip is not None]))


@dataclass(frozen=True, eq=False)
class AddStop(LineChange):
    """A further stop of a line, between the two neighbours where it is the least way round.

    ``stop``: one point, its index the id. Every pattern of the line with a hop that passes within ``reach_m`` calls there;
    whoever stays on board loses ``dwell_s`` and the way round, at the pace of that hop.
    """

    line: str
    stop: GeoDataFrame
    dwell_s: int = 25
    reach_m: float = 500

    exclusive = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "stop", kept(self.stop, ("name_vi", "stop_name")))

    def faults(self) -> Iterator[Problem]:
        """See `Change`."""
        yield from dwell_faults(self, self.dwell_s)
        yield from frame_faults(self, self.stop, "stop", {"Point"})
        if isinstance(self.stop, GeoDataFrame) and len(self.stop) > 1:
            yield self.problem(NO_PLACE, "there is more than one stop", len(self.stop), "add them one by one")
        if not number_in(self.reach_m, 0, 10_000):
            yield self.problem(OUT_OF_RANGE, "reach_m is out of range", self.reach_m, "give metres above 0")

    def misfits(self, transport: Transport) -> Iterator[Problem]:
        """See `Change`."""
        found = list(super().misfits(transport))
        yield from found
        if found:
            return
        table, stop_id = timetable_of(transport), str(self.stop.index[0])
        trips = line_edits.line_trips(table, self.line)
        if stop_id in table.stop_ids:
            yield self.problem(UNKNOWN, "a stop of this id is there already", stop_id, "give it another id")
        xy = _xy(self.stop, transport)[0]
        away_m = min(float(_away_m(table, trip, xy).min()) for trip in trips)
        if away_m > self.reach_m:
            yield self.problem(
                NO_MEANING, "the line does not pass there", f"{away_m:.0f} m", f"within {self.reach_m:g} m, or Reroute"
            )

    def apply(self, transport: Transport) -> Transport:
        """See `Change`."""
        table = timetable_of(transport)
        xy = _xy(self.stop, transport)
        number, dwell_s = np.array([len(table.stop_ids)], np.int32), round(self.dwell_s)
        trips = []
        for trip in line_edits.line_trips(table, self.line):
            hop = self._hop(table, trip, xy[0])
            if hop is None:
                trips.append(trip)
                continue
            ride, _ = line_edits.profile(trip)
            ends = np.hypot(*(_trip_xy(table, trip)[[hop, hop + 1]] - xy[0]).T)
            chord = max(float(np.hypot(*np.diff(_trip_xy(table, trip)[[hop, hop + 1]], axis=0)[0])), 1.0)
            rides = line_edits.shared_out(ends, float(ride[hop]) * max(1.0, float(ends.sum()) / chord))
            trips.append(line_edits.spliced(trip, hop, hop + 1, number, rides, dwell_s))
        return with_timetable(transport, line_edits.with_line_trips(table, self.line, trips, stops=_places(self.stop, xy)))

    def _hop(self, table: Timetable, trip: line_edits.Trip, xy: NDArray[np.float64]) -> int | None:
        """The hop with the least way round of those that pass within reach, None where there is none."""
        away = _away_m(table, trip, xy)
        at = _trip_xy(table, trip)
        ends = np.hypot(*(at - xy).T)
        round_m = ends[:-1] + ends[1:] - np.hypot(*np.diff(at, axis=0).T)
        near = np.where(away <= self.reach_m, round_m, np.inf)
        return int(near.argmin()) if np.isfinite(near.min()) else None


@dataclass(frozen=True, eq=False)
class Reroute(LineChange):
    """A line that goes another way from ``from_stop`` to ``to_stop``: by ``stops``, in order of travel, and not by those between.

    Without ``from_stop`` the new stops are the line's start, without ``to_stop`` its end (of its two ends the one nearer to
    theirs). Trips that call at both in this order go
    the new way; where ``both_ways``, trips that call at them in the other order go it backwards. The new part is run at
    ``running_speed_kmh`` over crow-fly distances times 1.2, or at the line's own pace; ``dwell_s`` at every new stop.
    """

    line: str
    stops: GeoDataFrame
    from_stop: str | None = None
    to_stop: str | None = None
    running_speed_kmh: float | None = None
    dwell_s: int = 25
    both_ways: bool = True

    exclusive = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "stops", kept(self.stops, ("name_vi", "stop_name")))

    def faults(self) -> Iterator[Problem]:
        """See `Change`."""
        yield from dwell_faults(self, self.dwell_s)
        yield from frame_faults(self, self.stops, "stops", {"Point"})
        if isinstance(self.stops, GeoDataFrame) and self.stops.index.has_duplicates:
            seen = list(self.stops.index[self.stops.index.duplicated()])
            yield self.problem(NO_PLACE, "stops stand twice", seen, "give each its own id")
        if self.running_speed_kmh is not None and not number_in(self.running_speed_kmh, 0, FAST_KMH):
            yield self.problem(OUT_OF_RANGE, "running_speed_kmh is out of range", self.running_speed_kmh, f"give 1 to {FAST_KMH}")
        if self.from_stop is None and self.to_stop is None:
            mend = "name from_stop or to_stop; for another course altogether RemoveLine and AddLine"
            yield self.problem(OUT_OF_RANGE, "neither end is told", None, mend)

    def misfits(self, transport: Transport) -> Iterator[Problem]:
        """See `Change`."""
        found = list(super().misfits(transport))
        yield from found
        if found:
            return
        table = timetable_of(transport)
        trips = line_edits.line_trips(table, self.line)
        called = called_at(table, trips)
        for stop in (self.from_stop, self.to_stop):
            if stop is not None and stop not in called:
                yield self.problem(UNKNOWN, "the line does not call at this stop", stop, nearest_names(stop, called))
                return
        grown, numbers = self._grown(transport)
        if all(self._part(grown, trip, numbers) is None for trip in trips):
            yield self.problem(NO_MEANING, "no trip calls at both in this order", (self.from_stop, self.to_stop), "exchange them")

    def apply(self, transport: Transport) -> Transport:
        """See `Change`."""
        grown, numbers = self._grown(transport)
        trips = [self._rerouted(grown, trip, numbers) for trip in line_edits.line_trips(grown, self.line)]
        return with_timetable(transport, line_edits.with_line_trips(grown, self.line, trips))

    def _grown(self, transport: Transport) -> tuple[Timetable, NDArray[np.int32]]:
        """The timetable with the stops it did not know, and the numbers of all new stops of the course."""
        table, xy = timetable_of(transport), _xy(self.stops, transport)
        known = {stop: number for number, stop in enumerate(table.stop_ids)}
        ids = [str(stop) for stop in self.stops.index]
        fresh = np.array([stop not in known for stop in ids], bool)
        known |= {stop: len(table.stop_ids) + i for i, stop in enumerate(stop for stop in ids if stop not in known)}
        trips = line_edits.line_trips(table, self.line)
        grown = line_edits.with_line_trips(table, self.line, trips, stops=_places(self.stops[fresh], xy[fresh]))
        return grown, np.array([known[stop] for stop in ids], np.int32)

    def _rerouted(self, table: Timetable, trip: line_edits.Trip, numbers: NDArray[np.int32]) -> line_edits.Trip:
        part = self._part(table, trip, numbers)
        if part is None:
            return trip
        before, after, back = part
        way = numbers[::-1] if back else numbers
        size = len(trip.stops)
        course = np.concatenate([trip.stops[max(before, 0) : before + 1], way, trip.stops[after : after + 1]])
        metres = np.hypot(np.diff(table.x[course]), np.diff(table.y[course]))
        ride, _ = line_edits.profile(trip)
        if self.running_speed_kmh is None:
            at = _trip_xy(table, trip)
            pace = float(ride.sum()) / max(float(np.hypot(*np.diff(at, axis=0).T).sum()), 1.0)
        else:
            pace = _DETOUR / (self.running_speed_kmh / 3.6)
        rides = line_edits.shared_out(metres, float(metres.sum()) * pace)
        return line_edits.spliced(trip, before, min(after, size), way, rides, round(self.dwell_s))

    def _part(self, table: Timetable, trip: line_edits.Trip, numbers: NDArray[np.int32]) -> tuple[int, int, bool] | None:
        """Positions between which the trip is replaced, and whether it goes backwards; None where it does not go there."""
        size = len(trip.stops)
        first, last = (_first_call(table, trip, stop) for stop in (self.from_stop, self.to_stop))
        if (self.from_stop is not None and first is None) or (self.to_stop is not None and last is None):
            return None
        if first is not None and last is not None:
            part = (first, last, False) if first < last else (last, first, True)
        elif first is not None:
            part = (first, size, False) if self._towards(table, trip, numbers) else (-1, first, True)
        elif last is not None:
            part = (-1, last, False) if self._towards(table, trip, numbers) else (last, size, True)
        else:
            return None
        return part if self.both_ways or not part[2] else None

    def _towards(self, table: Timetable, trip: line_edits.Trip, numbers: NDArray[np.int32]) -> bool:
        """Whether a trip goes the way the new stops are told in: the end of the line nearer to theirs is the one they replace."""
        end = numbers[-1] if self.from_stop is not None else numbers[0]
        at = _trip_xy(table, trip)
        first, last = np.hypot(*(at[[0, -1]] - (table.x[end], table.y[end])).T)
        return bool(last <= first) == (self.from_stop is not None)


def called_at(table: Timetable, trips: list[line_edits.Trip]) -> list[str]:
    """Ids of the stops that trips call at."""
    return [str(table.stop_ids[number]) for number in sorted({int(stop) for trip in trips for stop in trip.stops})]


def _place(table: Timetable, stop_id: str) -> int:
    return int(np.flatnonzero(table.stop_ids == stop_id)[0])


def _first_call(table: Timetable, trip: line_edits.Trip, stop_id: str | None) -> int | None:
    found = np.flatnonzero(table.stop_ids[trip.stops] == stop_id)
    return int(found[0]) if len(found) else None


def _trip_xy(table: Timetable, trip: line_edits.Trip) -> NDArray[np.float64]:
    return np.column_stack([table.x[trip.stops], table.y[trip.stops]])


def _away_m(table: Timetable, trip: line_edits.Trip, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres from a place to every hop of a trip."""
    at = _trip_xy(table, trip)
    hops = shapely.linestrings(np.stack([at[:-1], at[1:]], axis=1))
    return np.asarray(shapely.distance(hops, shapely.Point(xy)))


def _xy(at: GeoDataFrame, transport: Transport) -> NDArray[np.float64]:
    return shapely.get_coordinates(to_crs(at, transport.crs).geometry.to_numpy())


def _places(at: GeoDataFrame, xy: NDArray[np.float64]) -> pd.DataFrame:
    named = next((at[name] for name in ("name_vi", "stop_name") if name in at), at.index.astype(str))
    index = pd.Index(at.index.astype(str).to_numpy(object), name="stop_id")
    return pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "stop_name": np.asarray(named, object)}, index=index)
