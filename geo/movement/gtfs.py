"""GTFS feeds → `Timetable` for one day. A thin reader of our own: what is wrong is refused with its row, what is left out is
noted.
"""

from __future__ import annotations

import datetime as dt
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame, points_from_xy

from geo.crs import WGS84, metric_crs, to_crs
from geo.errors import PlanningDataError
from geo.findings import Finding
from geo.movement.assembly import ALIGHT, BOARD, Ints, Trip
from geo.movement.gtfs_checks import BAD, BLANK, WEEK, ordered, problems, seconds, whole
from geo.movement.gtfs_files import Feed, give_back, open_feed
from geo.movement.gtfs_notes import feed_notes, note_finding, plain_transfers
from geo.movement.lines import DAY_S
from geo.movement.timetable import Timetable

Day = dt.date
LAST_YEAR = 9900  # dates end at 9999
LONGEST_SPAN = dt.timedelta(days=7305)  # 20 years: "99991231" says for ever
Period = tuple[int, int, int, bool, list[str]]  # start, end, headway, exact, keys of the phase by day
_KEYS = re.compile(r"^(\d{1,10}|-) (\d{1,10}|-) (\d{1,10}|-)$")


def read_gtfs(
    paths: str | Path | Sequence[str | Path] | Mapping[str, Path], date: str | Day, *, crs: str | None = None
) -> Timetable:
    """The timetable of one day (and of the nights around it) from one or several feeds.

    ``paths``: zips or folders, by name where a feed is not to be called by its file. ``date``: ISO text or a date. ``crs`` of
    the stops: by default the metric CRS of the place. Of several feeds the ids of stops and lines get the feed's name in front
    ("bus:17"). Blank times are interpolated by the distance between stops, rounded half up. ``frequencies.txt``
    with exact_times=0 becomes headway lines, never one fixed timetable. ``transfers.txt`` becomes ``rules``. Errors: E-GTFS-02 to
    -13 (`check_gtfs` lists all), E-GTFS-04 no service on the day.
    """
    day = Day.fromisoformat(date) if isinstance(date, str) else date
    feeds = _opened(paths)
    for problem in (problem for feed in feeds for problem in problems(feed)):
        raise problem
    prefixes = _prefixes(feeds)
    crs = crs or metric_crs(pd.concat([_stops(feed, "", WGS84) for feed in feeds])).to_string()
    waiting = sorted(zip(feeds, prefixes, strict=True), key=lambda pair: pair[1], reverse=True)
    del feeds  # each goes as soon as its timetable is made
    merged: Timetable | None = None
    while waiting:
        table = _timetable(*waiting.pop(), day, crs)
        merged = table if merged is None else merged.merged(table)
        give_back()
    assert merged is not None  # noqa: S101 - there is at least one feed
    return merged


def _opened(paths: str | Path | Sequence[str | Path] | Mapping[str, Path]) -> list[Feed]:
    if isinstance(paths, Mapping):
        return [replace(open_feed(path), file=path.with_name(f"{name}{path.suffix}")) for name, path in paths.items()]
    return [open_feed(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]


def check_gtfs(path: str | Path) -> list[PlanningDataError]:
    """All kinds of mistakes in a feed, none raised."""
    try:
        return list(problems(open_feed(path)))
    except PlanningDataError as error:
        return [error]


def gtfs_findings(path: str | Path) -> list[Finding]:
    """All that is to be said of a feed: its mistakes as `check_gtfs` lists them, then what is read otherwise than it is written.

    E-GTFS-15 something was repaired, assumed or left out; E-GTFS-16 the days between which its calendar runs.
    """
    name, errors = Path(path).name, check_gtfs(path)
    if errors:
        return [error.finding for error in errors]
    feed = open_feed(path)
    try:
        first, last = _span(feed)
    except PlanningDataError as error:
        return [error.finding]
    return [
        *map(note_finding, feed_notes(feed)),
        Finding("E-GTFS-16", f"the calendar runs from {first} to {last}.", "", "note", name, seen=(str(first), str(last))),
    ]


def service_days(path: str | Path) -> pd.Series:
    """Trips a day over the feed's calendar, of a very long one its first 20 years: int, index the days as timestamps."""
    return _trips_by_day(open_feed(path))


def _trips_by_day(feed: Feed) -> pd.Series:
    trips = feed.tables["trips.txt"]["service_id"].value_counts()
    first, last = _span(feed)
    days = pd.date_range(first, min(last, first + LONGEST_SPAN) if first.year < LAST_YEAR else last, freq="D")
    counts = [int(trips[trips.index.isin(_services(feed, day.date()))].sum()) for day in days]
    return pd.Series(counts, index=days, name="trips")


def busiest_day(paths: str | Path | Sequence[str | Path] | Mapping[str, Path]) -> Day:
    """The first of the days on which the feeds together run most trips: a day worth to ask for where none is named."""
    trips = pd.concat([_trips_by_day(feed) for feed in _opened(paths)]).groupby(level=0).sum()
    busiest: pd.Timestamp = trips.idxmax()
    return busiest.date()


def _prefixes(feeds: Sequence[Feed]) -> list[str]:
    if len(feeds) == 1:
        return [""]
    names = [feed.file.stem for feed in feeds]
    if len(set(names)) < len(names):
        raise PlanningDataError(
            "E-GTFS-07", "two feeds have the same file name.", feature_ids=names, mend="rename one: the name marks its stops."
        )
    return [f"{name}:" for name in names]


def _timetable(feed: Feed, prefix: str, day: Day, crs: str) -> Timetable:
    stops = _stops(feed, prefix, crs)
    table = (
        pd.DataFrame({"stop_name": stops["stop_name"], "x": stops.geometry.x, "y": stops.geometry.y})
        .rename_axis("stop_id")
        .reset_index()
    )
    running = [(shift, _services(feed, day + dt.timedelta(days=shift))) for shift in (-1, 0, 1)]
    trips = feed.tables["trips.txt"]
    if not trips["service_id"].isin(running[1][1]).any():
        raise _no_service(feed, day)
    routes = feed.tables["routes.txt"].sort_values("route_id")
    number = {route: i for i, route in enumerate(routes["route_id"])}
    loose = list(_trips(feed, prefix, stops, running, number))
    return Timetable.from_trips(
        table,
        loose,
        crs=crs,
        line_ids=tuple(prefix + route for route in routes["route_id"]),
        line_names=tuple(_route_names(routes)),
        rules=_rules(feed, prefix, table),
        notes=feed_notes(feed),
    )


def _stops(feed: Feed, prefix: str, crs: str) -> GeoDataFrame:
    """Stops at which vehicles call, sorted by id, index the id with its prefix."""
    stops = feed.tables["stops.txt"]
    stops = stops[stops["stop_id"].isin(feed.tables["stop_times.txt"]["stop_id"])].sort_values("stop_id")
    names = stops["stop_name"].to_numpy(object) if "stop_name" in stops else stops["stop_id"].to_numpy(object)
    points = points_from_xy(stops["stop_lon"].astype(float), stops["stop_lat"].astype(float))
    index = (prefix + stops["stop_id"]).to_numpy(object)
    return to_crs(GeoDataFrame({"stop_name": names}, index=index, geometry=points, crs=WGS84), crs)


def _services(feed: Feed, day: Day) -> set[str]:
    stamp, on = day.strftime("%Y%m%d"), set()
    if "calendar.txt" in feed.tables:
        table = feed.tables["calendar.txt"]
        on |= set(
            table["service_id"][
                (table[WEEK[day.weekday()]] == "1") & (table["start_date"] <= stamp) & (table["end_date"] >= stamp)
            ]
        )
    if "calendar_dates.txt" in feed.tables:
        table = feed.tables["calendar_dates.txt"]
        table = table[table["date"] == stamp]
        on |= set(table["service_id"][table["exception_type"] == "1"])
        on -= set(table["service_id"][table["exception_type"] == "2"])
    return on


def _span(feed: Feed) -> tuple[Day, Day]:
    stamps: list[str] = []
    if "calendar.txt" in feed.tables:
        stamps += [*feed.tables["calendar.txt"]["start_date"], *feed.tables["calendar.txt"]["end_date"]]
    if "calendar_dates.txt" in feed.tables:
        dates = feed.tables["calendar_dates.txt"]
        stamps += list(dates["date"][dates["exception_type"] == "1"])
    try:
        days = [dt.datetime.strptime(stamp, "%Y%m%d").replace(tzinfo=dt.UTC).date() for stamp in stamps]
    except ValueError as error:
        raise PlanningDataError(
            "E-GTFS-04", "a date of the calendar is not YYYYMMDD.", file=feed.file, seen=str(error), mend="correct it."
        ) from error
    if not days:
        raise PlanningDataError(
            "E-GTFS-04", "the calendar is empty.", file=feed.file, mend="ask the operator for a feed with a calendar."
        )
    return min(days), max(days)


def _no_service(feed: Feed, day: Day) -> PlanningDataError:
    first, last = _span(feed)
    served = _trips_by_day(feed)
    days = served.index[served > 0]
    near = [*days[days < pd.Timestamp(day)][-1:], *days[days > pd.Timestamp(day)][:1]]
    nearest = ", ".join(f"{when:%Y-%m-%d}" for when in near) or "none"
    return PlanningDataError(
        "E-GTFS-04",
        f"no trip runs on {day}; the calendar covers {first} to {last}.",
        file=feed.file,
        seen=str(day),
        mend=f"nearest days with service: {nearest}.",
    )


def _trips(
    feed: Feed, prefix: str, stops: GeoDataFrame, running: Sequence[tuple[int, set[str]]], number: dict[str, int]
) -> Iterator[Trip]:
    trips = feed.tables["trips.txt"].set_index("trip_id")
    alive = set().union(*(on for _, on in running))
    times = feed.tables["stop_times.txt"]
    times = ordered(times[times["trip_id"].isin(trips.index[trips["service_id"].isin(alive)])])
    place = {stop.removeprefix(prefix): i for i, stop in enumerate(stops.index)}
    stop = times["stop_id"].map(place).to_numpy(np.int32)
    rights = np.where(_forbidden(times, "pickup_type"), 0, BOARD) | np.where(_forbidden(times, "drop_off_type"), 0, ALIGHT)
    arrival, departure = times["arrival_s"].to_numpy(), times["departure_s"].to_numpy()
    x, y = stops.geometry.x.to_numpy(), stops.geometry.y.to_numpy()
    service, route = trips["service_id"].to_dict(), trips["route_id"].to_dict()
    periods = _periods(feed)
    ids = times["trip_id"].to_numpy(object)
    cuts = np.flatnonzero(np.concatenate([[True], ids[1:] != ids[:-1], [True]])) if len(ids) else np.zeros(1, int)
    for i, j in pairwise(cuts.tolist()):
        if j - i < 2:  # noqa: PLR2004 - a ride needs two stops
            continue
        at = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x[stop[i:j]]), np.diff(y[stop[i:j]])) + 1e-6)])
        came, left = _filled(arrival[i:j], at), _filled(departure[i:j], at)
        zero = int(left[0])
        base = Trip(
            stop[i:j],
            rights[i:j].astype(np.uint8),
            (came - zero).astype(np.int32),
            (left - zero).astype(np.int32),
            number[route[ids[i]]],
        )
        for day, on in running:
            if service[ids[i]] in on:
                yield from _runs(base, zero + day * DAY_S, day, periods.get(ids[i]), f"{prefix}{ids[i]}|{day}")


def _runs(base: Trip, start: int, day: int, periods: list[Period] | None, name: str) -> Iterator[Trip]:
    shift = day * DAY_S
    if periods is None:
        yield replace(base, start=start)
        return
    for begin, end, headway, exact, keys in periods:
        if exact:
            yield from (replace(base, start=shift + time) for time in range(begin, end, headway))
        else:
            key = int(keys[day + 1]) if keys and keys[day + 1] != "-" else zlib.crc32(f"{name}|{begin}".encode())
            yield replace(base, start=shift + begin, until=shift + end, headway=headway, key=key)


def _filled(times: np.ndarray, at: np.ndarray) -> np.ndarray:
    known = times != BLANK
    return times if known.all() else np.floor(np.interp(at, at[known], times[known]) + 0.5).astype(np.int64)


def _forbidden(times: pd.DataFrame, column: str) -> np.ndarray:
    return (times[column] == "1").to_numpy() if column in times else np.zeros(len(times), bool)


def _periods(feed: Feed) -> dict[str, list[Period]]:
    """Trip → its periods of service; ``phase_keys`` (the day before, the day, the day after) are of feeds written here."""
    if "frequencies.txt" not in feed.tables:
        return {}
    table = feed.tables["frequencies.txt"]
    exact = (table["exact_times"] == "1").tolist() if "exact_times" in table else [False] * len(table)
    columns = (seconds(table["start_time"]), seconds(table["end_time"]), whole(table["headway_secs"]))
    told = table["phase_keys"] if "phase_keys" in table else pd.Series("", table.index)
    keys = [text.split() if _KEYS.match(text) else [] for text in told]
    periods: dict[str, list[Period]] = {}
    for trip, start, end, headway, fixed, own in zip(table["trip_id"], *(c.tolist() for c in columns), exact, keys, strict=True):
        periods.setdefault(trip, []).append((start, end, headway, fixed, own))
    return periods


def _route_names(routes: pd.DataFrame) -> list[str]:
    blank = pd.Series("", routes.index)
    short, long = routes.get("route_short_name", blank), routes.get("route_long_name", blank)
    return [a or b or c for a, b, c in zip(short, long, routes["route_id"], strict=True)]


def _rules(feed: Feed, prefix: str, table: pd.DataFrame) -> Ints | None:
    """Least times of changes between stops, -1 = forbidden; a station stands for its platforms."""
    if "transfers.txt" not in feed.tables:
        return None
    place = {stop.removeprefix(prefix): i for i, stop in enumerate(table["stop_id"])}
    parents = feed.tables["stops.txt"].get("parent_station", pd.Series("", feed.tables["stops.txt"].index))
    platforms: dict[str, list[int]] = {stop: [i] for stop, i in place.items()}
    for stop, parent in zip(feed.tables["stops.txt"]["stop_id"], parents, strict=True):
        if parent and stop in place:
            platforms.setdefault(parent, []).append(place[stop])
    least: dict[tuple[int, int], int] = {}
    plain = plain_transfers(feed)
    columns = (plain[name].tolist() for name in ("from_stop_id", "to_stop_id", "transfer_type"))
    for start, end, kind, given in zip(*columns, whole(plain["min_transfer_time"]).tolist(), strict=True):
        change = {"1": 0, "2": given, "3": -1}.get(kind, BAD)
        if change != BAD:
            least |= {(a, b): change for a in platforms.get(start, []) for b in platforms.get(end, [])}
    return np.array([(a, b, change) for (a, b), change in sorted(least.items())], np.int32).reshape(-1, 3)
