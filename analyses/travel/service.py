"""What runs at a station: lines and departures an hour, as the timetable of a transport tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from analyses._inputs import Floats, above_zero
from analyses.travel.matrices import centres_xy
from analyses.travel.rides import timetable_of
from analyses.travel.times import Departure
from geo import PlanningDataError
from geo.movement import Timetable, Transport

AROUND_M = 250.0


def station_service(
    transport: Transport,
    stops: GeoDataFrame,
    *,
    departure: Departure | None = None,
    around_m: float = AROUND_M,
    places_per_trip: float | Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Lines and departures an hour at every station, of all stops round it: the node in node–place, the capacity in TOD.

    Formula: f = Σ departures in the window / hours; of a headway line h: its running time within the window / h. Source: TCRP
    Report 165 (Transit Capacity and Quality of Service Manual), 2013.

    ``stops`` any points; counted are departures of stops within ``around_m`` of each, straight, a trip once even if it calls at
    several. Each direction counts, arrivals that end do not. ``departure`` tells the window. ``places_per_trip`` seats and
    standing places of a vehicle, for all lines or by ``line_id``. Returns ``lines`` (as the timetable tells lines apart),
    ``trips_per_hour`` and, with places, ``places_per_hour``, on the index of ``stops``; 0 where nothing runs. Errors: E-MODE-02
    (no lines), E-SERVICE-01 (a line without places, not above 0), E-SERVICE-02 (around), E-ORIGIN-01, -02.
    """
    table = timetable_of(transport)
    above_zero([around_m], "E-SERVICE-02", "the distance around")
    departure = departure or Departure()
    start = departure.seconds - (departure.window_min * 60 if departure.arrive_by else 0)
    calls = _calls(table, centres_xy(stops, transport.crs), around_m)
    trips = _departures(table, calls, start, start + departure.window_min * 60) / (departure.window_min / 60)
    by_line = np.zeros((len(stops), len(table.line_ids)))
    np.add.at(by_line, (calls.station, calls.line), trips)
    columns = {"lines": (by_line > 0).sum(axis=1), "trips_per_hour": by_line.sum(axis=1)}
    if places_per_trip is not None:
        columns["places_per_hour"] = by_line @ _places(table, places_per_trip, by_line.sum(axis=0) > 0)
    return pd.DataFrame(columns, index=stops.index)


class _Calls(NamedTuple):
    """One row a station and service (a trip, or a headway service) that can be boarded there: seconds after its start."""

    station: NDArray[np.int64]
    line: NDArray[np.int64]
    trip: NDArray[np.int64]
    after_s: NDArray[np.int64]
    pattern: NDArray[np.int64]


def _calls(table: Timetable, xy: Floats, around_m: float) -> _Calls:
    """Every trip at the first of its stops near a station where it can be boarded."""
    patterns = table.patterns
    pattern_of = np.repeat(np.arange(len(patterns.ptr) - 1), np.diff(patterns.ptr))
    position = np.arange(len(pattern_of)) - patterns.ptr[pattern_of]
    last = np.arange(len(pattern_of)) == patterns.ptr[pattern_of + 1] - 1
    near = (
        cKDTree(xy).query_ball_tree(cKDTree(np.column_stack([table.x, table.y])), around_m) if len(table.x) else [[] for _ in xy]
    )
    rows = []
    for station, stops in enumerate(near):
        cells = np.flatnonzero(np.isin(patterns.stop, stops) & (patterns.board == 1) & ~last)
        _, first = np.unique(pattern_of[cells], return_index=True)
        for cell in cells[first]:
            trips = np.arange(patterns.trip_ptr[pattern_of[cell]], patterns.trip_ptr[pattern_of[cell] + 1])
            after = patterns.departure[patterns.offset[trips] + position[cell]]
            same = np.ones(len(trips), np.int64)
            rows.append(np.column_stack([same * station, patterns.trip_line[trips], trips, after, same * pattern_of[cell]]))
    return _Calls(*np.vstack([np.zeros((0, 5), np.int64), *rows]).astype(np.int64).T)


def _departures(table: Timetable, calls: _Calls, from_s: int, until_s: int) -> Floats:
    """Departures within the window of every call: 1 or 0 of a trip; of a headway service the expected number, on its first."""
    start = table.patterns.start[calls.trip] + calls.after_s
    found = ((start >= from_s) & (start < until_s)).astype(float)
    for pattern, first, last, every, _ in table.patterns.headway.tolist():
        mine = calls.pattern == pattern
        leading = mine & (calls.trip == table.patterns.trip_ptr[pattern])
        after = calls.after_s[leading]
        seconds = np.minimum(last + after, until_s) - np.maximum(first + after, from_s)
        found[mine] = 0.0
        found[leading] = np.maximum(seconds, 0) / every
    return found


def _places(table: Timetable, places: float | Mapping[str, float], runs: NDArray[np.bool_]) -> Floats:
    """Places a trip of every line; those that run must have some."""
    if not isinstance(places, Mapping):
        return np.full(len(table.line_ids), above_zero([places], "E-SERVICE-01", "places a trip")[0])
    missing = [line for line, needed in zip(table.line_ids, runs, strict=True) if needed and line not in places]
    if missing:
        mend = "give places for every line that runs, or one number for all."
        raise PlanningDataError("E-SERVICE-01", "lines without places.", feature_ids=missing, mend=mend)
    above_zero(list(places.values()), "E-SERVICE-01", "places a trip")
    return np.array([places.get(line, 0.0) for line in table.line_ids])
