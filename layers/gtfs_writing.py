"""The lines of a transport as a GTFS feed, for other engines (R5, OpenTripPlanner, Remix); read back it gives equal times."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely
from geopandas import GeoDataFrame, points_from_xy
from numpy.typing import NDArray

from geo import PlanningDataError, nearest_names, to_crs, to_wgs84, write_zip
from geo.movement import Timetable, Transport, line_edits
from layers.lines import corridors
from layers.places import transport as todays
from layers.scenario import Scenario

DAY_S = 86_400
_BOARD, _ALIGHT = 1, 2
_ROUNDS = 3
_DEGREES = 12  # a hundred-thousandth of a millimetre: walks to the stops take the same tenth of a second
_ROUTE_TYPES = {"metro": 1, "rail": 2, "brt": 3}
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAILY = "daily"
_YEAR_DAYS = 365
Tables = dict[str, list[dict[str, object]]]


@dataclass(frozen=True)
class _Run:
    """A trip of one line and on which of the days before, of and after the service day it runs (keys of the phase by day)."""

    line_id: str
    trip: line_edits.Trip
    keys: tuple[int | None, int | None, int | None]

    @property
    def service(self) -> str:
        """Its days as a service of the calendar."""
        days = [name for name, key in zip(("before", "day", "after"), self.keys, strict=True) if key is not None]
        return _DAILY if len(days) == len(self.keys) else "_".join(days)


def write_gtfs(
    of: Transport | Timetable | Scenario,
    path: str | Path,
    *,
    lines: Iterable[str] | None = None,
    date: str = "2026-01-05",
    agency_name: str = "Innovation Region study",
    agency_url: str = "https://example.org/",
    shapes: GeoDataFrame | None = None,
) -> Path:
    """Write lines as a GTFS zip, all or nothing; same lines, same bytes. Returns the path.

    ``of``: a transport or timetable, or a `Scenario`, which is applied to today's transport first. ``lines`` picks ids; all that
    run when left out. ``date`` the service day it stands for: lines that run alike on the days around it run daily for a year
    from the day before; where some do not, the feed covers these three days. ``shapes``: lines with the line's id as index, those
    of `corridors` when left out; a line without one has no shape. Lines kept by headway are in frequencies.txt (exact_times 0);
    its extra column ``phase_keys`` lets `read_gtfs` draw the same phases, so that travel times over the feed are equal to the
    second. Errors: E-GTFS-14 no timetable, or a line that does not run; E-GTFS-04 a date that is none.
    """
    table = _timetable(of)
    ids = _line_ids(table, lines)
    day = _day(date)
    runs = [run for line_id in ids for run in _runs(table, line_id)]
    ways = _ways(table, ids, corridors() if shapes is None else shapes)
    tables = _tables(table, runs, day, ways)
    special = any(run.service != _DAILY for run in runs)
    first, last = day - dt.timedelta(days=1), day + dt.timedelta(days=1 if special else _YEAR_DAYS)
    tables["agency.txt"] = [
        {
            "agency_id": "1",
            "agency_name": agency_name,
            "agency_url": agency_url,
            "agency_timezone": "Asia/Ho_Chi_Minh",
            "agency_lang": "vi",
        }
    ]
    tables["calendar.txt"] = [
        {"service_id": _DAILY, **dict.fromkeys(_WEEK, 1), "start_date": _stamp(first), "end_date": _stamp(last)}
    ]
    told = {name: _csv(rows) for name, rows in sorted(tables.items()) if rows}
    digest = hashlib.sha256("".join(told.values()).encode()).hexdigest()[:12]
    publisher = {"feed_publisher_name": agency_name, "feed_publisher_url": agency_url, "feed_lang": "vi"}
    span = {"feed_start_date": _stamp(first), "feed_end_date": _stamp(last), "feed_version": digest}
    return write_zip(path, {**told, "feed_info.txt": _csv([{**publisher, **span}])})


def _timetable(of: Transport | Timetable | Scenario) -> Timetable:
    if isinstance(of, Scenario):
        of = of.apply(todays())
    table = of.timetable if isinstance(of, Transport) else of
    if table is None:
        raise PlanningDataError(
            "E-GTFS-14", "there is no timetable to write.", mend="add a line, or give a transport with lines."
        )
    return table


def _line_ids(table: Timetable, lines: Iterable[str] | None) -> list[str]:
    running = line_edits.running_lines(table)
    wanted = list(running if lines is None else lines)
    unknown = [line for line in wanted if line not in running]
    if unknown or not wanted:
        mend = nearest_names(unknown[0] if unknown else "", running) if running else "add a line."
        raise PlanningDataError("E-GTFS-14", "no such line runs.", feature_ids=unknown, mend=mend)
    return sorted(wanted)


def _day(date: str) -> dt.date:
    try:
        return dt.date.fromisoformat(date)
    except ValueError as error:
        raise PlanningDataError("E-GTFS-04", "the date is none.", seen=date, mend='write it as "2026-01-05".') from error


def _stamp(day: dt.date) -> str:
    return day.strftime("%Y%m%d")


def _runs(table: Timetable, line_id: str) -> Iterator[_Run]:
    """Every trip once, as of the day in whose 24 hours it starts, with its twins of the days before and after."""
    trips = {_sign(trip): trip for trip in line_edits.line_trips(table, line_id)}
    for sign, trip in sorted(trips.items()):
        shift = trip.start // DAY_S
        if shift not in (-1, 0, 1) or (shift and (*sign[:-1], sign[-1] - shift * DAY_S) in trips):
            continue  # told with its twin of the day
        starts = [trip.start + (day - shift) * DAY_S for day in (-1, 0, 1)]
        twins = [trips.get((*sign[:-1], start)) for start in starts]
        keys = [None if twin is None else twin.key for twin in twins]
        if keys[0] is None and keys[1] is not None and _over(trip, starts[0]):
            keys[0] = trip.key  # whether it ran the day before makes no difference
        yield _Run(
            line_id, replace(trip, start=starts[1], until=trip.until + starts[1] - trip.start), (keys[0], keys[1], keys[2])
        )


def _sign(trip: line_edits.Trip) -> tuple[bytes, bytes, bytes, bytes, int, int, int]:
    shape = (trip.stops.tobytes(), trip.rights.tobytes(), trip.arrival.tobytes(), trip.departure.tobytes())
    return (*shape, trip.headway, trip.until - trip.start if trip.headway else 0, trip.start)


def _over(trip: line_edits.Trip, start: int) -> bool:
    """Whether a trip, or the last of a headway service, that begins at ``start`` has arrived before the service day."""
    last = start + (trip.until - trip.start if trip.headway else 0)
    return bool(last + trip.arrival[-1] <= 0)


def _ways(table: Timetable, ids: Sequence[str], shapes: GeoDataFrame) -> Mapping[str, shapely.LineString]:
    known = shapes[shapes.index.isin(ids) & (shapes.geom_type == "LineString")]
    return dict(zip(known.index, to_crs(known, table.crs).geometry, strict=True)) if len(known) else {}


def _tables(table: Timetable, runs: Sequence[_Run], day: dt.date, ways: Mapping[str, shapely.LineString]) -> Tables:
    names = dict(zip(table.line_ids, table.line_names, strict=True))
    modes = corridors()["mode"]
    routes = [
        {
            "route_id": line_id,
            "agency_id": "1",
            "route_long_name": names[line_id],
            "route_type": _ROUTE_TYPES.get(modes.get(line_id, ""), 3),
        }
        for line_id in dict.fromkeys(run.line_id for run in runs)
    ]
    tables: Tables = {name: [] for name in ("trips.txt", "stop_times.txt", "frequencies.txt", "shapes.txt", "calendar_dates.txt")}
    count: dict[str, int] = {}
    drawn: dict[tuple[str, bool], str] = {}
    for run in runs:
        count[run.line_id] = count.get(run.line_id, 0) + 1
        trip_id = f"{run.line_id}:{count[run.line_id]}"
        shape = _shape(table, run, ways, drawn, tables["shapes.txt"])
        tables["trips.txt"].append({"route_id": run.line_id, "service_id": run.service, "trip_id": trip_id, "shape_id": shape})
        tables["stop_times.txt"] += _stop_times(table, run, trip_id)
        tables["frequencies.txt"] += _frequency(run, trip_id)
    for service in sorted({run.service for run in runs} - {_DAILY}):
        days = [{"before": -1, "day": 0, "after": 1}[word] for word in service.split("_")]
        dates = [_stamp(day + dt.timedelta(days=shift)) for shift in days]
        tables["calendar_dates.txt"] += [{"service_id": service, "date": date, "exception_type": 1} for date in dates]
    return {**tables, "routes.txt": routes, "stops.txt": _stops(table, runs), "transfers.txt": _transfers(table, runs)}


def _called(runs: Sequence[_Run]) -> list[int]:
    return sorted({int(stop) for run in runs for stop in run.trip.stops})


def _stops(table: Timetable, runs: Sequence[_Run]) -> list[dict[str, object]]:
    called = _called(runs)
    degrees = _degrees(np.column_stack([table.x[called], table.y[called]]), table.crs)
    rows = [
        {
            "stop_id": table.stop_ids[stop],
            "stop_name": table.stop_names[stop] or table.stop_ids[stop],
            "stop_lat": f"{lat:.{_DEGREES}f}",
            "stop_lon": f"{lon:.{_DEGREES}f}",
        }
        for stop, (lon, lat) in zip(called, degrees.tolist(), strict=True)
    ]
    return sorted(rows, key=lambda row: str(row["stop_id"]))


def _degrees(xy: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    """Longitude and latitude from which a reader gets these very metres: PROJ's way back over a datum misses by 0.1 mm."""
    aim = xy.copy()
    for _ in range(_ROUNDS):
        there = to_wgs84(GeoDataFrame(geometry=points_from_xy(*aim.T), crs=crs))
        aim += xy - shapely.get_coordinates(to_crs(there, crs).geometry.to_numpy())
    return shapely.get_coordinates(there.geometry.to_numpy())


def _transfers(table: Timetable, runs: Sequence[_Run]) -> list[dict[str, object]]:
    called = set(_called(runs))
    return [
        {
            "from_stop_id": table.stop_ids[start],
            "to_stop_id": table.stop_ids[end],
            "transfer_type": 3 if least < 0 else 2,
            "min_transfer_time": "" if least < 0 else least,
        }
        for start, end, least in table.rules.tolist()
        if start in called and end in called
    ]


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _stop_times(table: Timetable, run: _Run, trip_id: str) -> Iterator[dict[str, object]]:
    trip = run.trip
    came, left = (trip.start + trip.arrival).tolist(), (trip.start + trip.departure).tolist()
    for at, stop in enumerate(trip.stops.tolist()):
        yield {
            "trip_id": trip_id,
            "arrival_time": _clock(came[at] if at else left[at]),
            "departure_time": _clock(left[at]),
            "stop_id": table.stop_ids[stop],
            "stop_sequence": at + 1,
            "pickup_type": 0 if trip.rights[at] & _BOARD else 1,
            "drop_off_type": 0 if trip.rights[at] & _ALIGHT else 1,
        }


def _frequency(run: _Run, trip_id: str) -> Iterator[dict[str, object]]:
    trip = run.trip
    if trip.headway:
        yield {
            "trip_id": trip_id,
            "start_time": _clock(trip.start),
            "end_time": _clock(trip.until),
            "headway_secs": trip.headway,
            "exact_times": 0,
            "phase_keys": " ".join("-" if key is None else str(key) for key in run.keys),
        }


def _shape(
    table: Timetable,
    run: _Run,
    ways: Mapping[str, shapely.LineString],
    drawn: dict[tuple[str, bool], str],
    rows: list[dict[str, object]],
) -> str:
    """The id of the shape of a run, drawn when it is met first: the line's way in the direction of travel."""
    way = ways.get(run.line_id)
    if way is None:
        return ""
    ends = [shapely.Point(table.x[stop], table.y[stop]) for stop in run.trip.stops[[0, -1]]]
    back = bool(way.project(ends[0]) > way.project(ends[1]))
    shape_id = drawn.setdefault((run.line_id, back), f"{run.line_id}:{'back' if back else 'there'}")
    if not any(row["shape_id"] == shape_id for row in rows):
        line = shapely.reverse(way) if back else way
        degrees = shapely.get_coordinates(to_wgs84(GeoDataFrame(geometry=[line], crs=table.crs)).geometry.to_numpy())
        rows += [
            {"shape_id": shape_id, "shape_pt_lat": f"{lat:.6f}", "shape_pt_lon": f"{lon:.6f}", "shape_pt_sequence": at + 1}
            for at, (lon, lat) in enumerate(np.asarray(degrees).tolist())
        ]
    return shape_id


def _csv(rows: Sequence[Mapping[str, object]]) -> str:
    held = io.StringIO()
    writer = csv.DictWriter(held, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return held.getvalue()
