"""What can be wrong inside a GTFS feed, each with its row: the checks run before anything is computed from it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import PlanningDataError
from geo.movement.gtfs_files import Feed

Seconds = NDArray[np.int64]
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BLANK = -1
_WHOLE = re.compile("[0-9]{1,9}")
_DATE = "%Y%m%d"
BAD = -2
FASTEST_KMH = 250
ROUNDING_S = 60  # operators round times to minutes
FAR_DEGREES = 10.0
EARTH_M = 6_371_009.0
DETOUR_M = 3000  # out and back
MOST_DEPARTURES = 500_000  # of trips that frequencies.txt repeats


def problems(feed: Feed) -> Iterator[PlanningDataError]:
    """Every kind of mistake in the feed, the groundwork first (later checks rely on the earlier ones)."""
    ground = [*_doubled(feed), *_unknown(feed), *_misplaced(feed)]
    yield from ground
    yield from _undated(feed)
    found = list(_unreadable(feed))
    yield from found
    if not ground and not found:
        yield from _backwards(feed)
    if not found:
        yield from _headways(feed)


def seconds(column: pd.Series) -> Seconds:
    """H:MM:SS as seconds after midnight, hours past 24 allowed; BLANK for empty, BAD for anything else."""
    codes, texts = pd.factorize(column)
    return np.array([_seconds(text) for text in texts] or [0], np.int64)[codes]


def _seconds(text: str) -> int:
    if not text:
        return BLANK
    parts = text.split(":")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 3 for part in parts):  # noqa: PLR2004 - h, m, s
        return BAD
    hours, minutes, secs = map(int, parts)
    return hours * 3600 + minutes * 60 + secs if max(minutes, secs) < 60 else BAD  # noqa: PLR2004 - sexagesimal


def whole(column: pd.Series) -> Seconds:
    """Whole numbers of 0 to 999,999,999; BAD for anything else."""
    codes, texts = pd.factorize(column)
    return np.array([int(text) if _WHOLE.fullmatch(text) else BAD for text in texts] or [0], np.int64)[codes]


def ordered(stop_times: pd.DataFrame) -> pd.DataFrame:
    """Stop times by trip and sequence with arrival and departure as numbers (``arrival_s``, ``departure_s``, blank filled by
    the other).
    """
    arrival, departure = seconds(stop_times["arrival_time"]), seconds(stop_times["departure_time"])
    times = stop_times.assign(
        arrival_s=np.where(arrival == BLANK, departure, arrival),
        departure_s=np.where(departure == BLANK, arrival, departure),
        sequence=whole(stop_times["stop_sequence"]),
    )
    return times.sort_values(["trip_id", "sequence"], kind="stable")


def _rows(table: pd.DataFrame, bad: NDArray[np.bool_], column: str) -> list[str]:
    return [f"row {row} {column} {value[:40]!r}" for row, value in table.loc[bad, column].items()]


def _problem(feed: Feed, code: str, name: str, what: str, ids: list[str], mend: str) -> Iterator[PlanningDataError]:
    if ids:
        yield PlanningDataError(code, what, file=feed.file, layer=name, feature_ids=ids, mend=mend)


def _doubled(feed: Feed) -> Iterator[PlanningDataError]:
    keys = {
        "stops.txt": ["stop_id"],
        "routes.txt": ["route_id"],
        "trips.txt": ["trip_id"],
        "stop_times.txt": ["trip_id", "stop_sequence"],
    }
    for name, key in keys.items():
        table = feed.tables[name]
        again = table[table.duplicated(key)]
        ids = [f"row {row} {' '.join(values)}" for row, values in zip(again.index, again[key].to_numpy(), strict=True)]
        yield from _problem(feed, "E-GTFS-07", name, f"{' and '.join(key)} must be unique.", ids, "drop or rename the later row.")


def _unknown(feed: Feed) -> Iterator[PlanningDataError]:
    references = [
        ("stop_times.txt", "stop_id", "stops.txt", "stop_id"),
        ("stop_times.txt", "trip_id", "trips.txt", "trip_id"),
        ("trips.txt", "route_id", "routes.txt", "route_id"),
        ("frequencies.txt", "trip_id", "trips.txt", "trip_id"),
        ("transfers.txt", "from_stop_id", "stops.txt", "stop_id"),
        ("transfers.txt", "to_stop_id", "stops.txt", "stop_id"),
    ]
    for name, column, other, key in references:
        if name in feed.tables:
            table = feed.tables[name]
            bad = ~table[column].isin(feed.tables[other][key]).to_numpy()
            if name == "transfers.txt":
                bad &= (table[column] != "").to_numpy()  # rules for trips or routes name no stop
            yield from _problem(
                feed, "E-GTFS-03", name, f"{column} is not in {other}.", _rows(table, bad, column), f"add it to {other}."
            )


def _misplaced(feed: Feed) -> Iterator[PlanningDataError]:
    stops = feed.tables["stops.txt"]
    used = stops[stops["stop_id"].isin(feed.tables["stop_times.txt"]["stop_id"])]
    lat, lon = (pd.to_numeric(used[column], errors="coerce").to_numpy(float) for column in ("stop_lat", "stop_lon"))
    nowhere = ~(np.isfinite(lat) & np.isfinite(lon) & (np.abs(lat) <= 90) & (np.abs(lon) <= 180)) | ((lat == 0) & (lon == 0))  # noqa: PLR2004
    ids = [
        f"row {row} {stop} ({y}, {x})" for row, stop, y, x in used.loc[nowhere, ["stop_id", "stop_lat", "stop_lon"]].itertuples()
    ]
    mend = "give stop_lat and stop_lon in degrees; an exchanged pair shows as a latitude beyond 90."
    yield from _problem(feed, "E-GTFS-06", "stops.txt", "stops in use lie nowhere.", ids, mend)
    if ids or not len(used):
        return
    middle = np.median(lat), np.median(lon)
    far = np.hypot(lat - middle[0], lon - middle[1]) > FAR_DEGREES
    swapped = np.hypot(lon - middle[0], lat - middle[1]) < FAR_DEGREES
    ids = [
        f"row {row} {stop} ({y:g}, {x:g}){' latitude and longitude exchanged' if turned else ''}"
        for row, stop, y, x, turned in zip(used.index[far], used["stop_id"][far], lat[far], lon[far], swapped[far], strict=True)
    ]
    yield from _problem(feed, "E-GTFS-06", "stops.txt", "stops lie far from all others.", ids, "correct stop_lat and stop_lon.")


def _undated(feed: Feed) -> Iterator[PlanningDataError]:
    """Calendars that would be read as no service at all, without a word."""
    for name, columns in (("calendar.txt", ("start_date", "end_date")), ("calendar_dates.txt", ("date",))):
        for column in columns if name in feed.tables else ():
            table = feed.tables[name]
            bad = (table[column].str.len() != 8) | pd.to_datetime(table[column], format=_DATE, errors="coerce").isna()  # noqa: PLR2004 - YYYYMMDD
            what, mend = "a date of the calendar is not YYYYMMDD.", "write 20260131."
            yield from _problem(feed, "E-GTFS-04", name, what, _rows(table, bad.to_numpy(bool), column), mend)
    if "calendar.txt" in feed.tables:
        table = feed.tables["calendar.txt"]
        for column in WEEK:
            what, mend = "a day of the week is neither 0 nor 1.", "write 1 for service, 0 for none."
            yield from _problem(
                feed, "E-GTFS-04", "calendar.txt", what, _rows(table, ~table[column].isin(["0", "1"]).to_numpy(), column), mend
            )
        late = (table["start_date"] > table["end_date"]).to_numpy()
        what, mend = "a service ends before it begins.", "exchange start_date and end_date."
        yield from _problem(feed, "E-GTFS-04", "calendar.txt", what, _rows(table, late, "service_id"), mend)
        twice = table.duplicated("service_id").to_numpy()
        what, mend = "service_id must be unique.", "join the rows, or rename the later one."
        yield from _problem(feed, "E-GTFS-07", "calendar.txt", what, _rows(table, twice, "service_id"), mend)
    if "calendar_dates.txt" in feed.tables:
        table = feed.tables["calendar_dates.txt"]
        what, mend = "exception_type is neither 1 nor 2.", "write 1 for a day added, 2 for a day taken away."
        other = ~table["exception_type"].isin(["1", "2"]).to_numpy()
        yield from _problem(feed, "E-GTFS-04", "calendar_dates.txt", what, _rows(table, other, "exception_type"), mend)


def _unreadable(feed: Feed) -> Iterator[PlanningDataError]:
    columns = {"stop_times.txt": ("arrival_time", "departure_time"), "frequencies.txt": ("start_time", "end_time")}
    for name, times in columns.items():
        for column in times if name in feed.tables else ():
            table = feed.tables[name]
            parsed = seconds(table[column])
            bad = parsed == BAD if name == "stop_times.txt" else parsed < 0
            yield from _problem(
                feed,
                "E-GTFS-10",
                name,
                "a time is not H:MM:SS.",
                _rows(table, bad, column),
                "write 08:00:00, past midnight 25:10:00.",
            )
    table = feed.tables["stop_times.txt"]
    bad = whole(table["stop_sequence"]) == BAD
    yield from _problem(
        feed,
        "E-GTFS-10",
        "stop_times.txt",
        "stop_sequence is no whole number.",
        _rows(table, bad, "stop_sequence"),
        "number the stops.",
    )
    times_ = ordered(table)
    first, last = (~times_["trip_id"].duplicated(keep=keep).to_numpy() for keep in ("first", "last"))
    bad = (first | last) & (times_["arrival_s"].to_numpy() == BLANK)
    yield from _problem(
        feed,
        "E-GTFS-10",
        "stop_times.txt",
        "the first and the last stop of a trip need a time.",
        _rows(times_, bad, "trip_id"),
        "fill them in.",
    )


def _backwards(feed: Feed) -> Iterator[PlanningDataError]:
    times = ordered(feed.tables["stop_times.txt"])
    times = times[times["arrival_s"] != BLANK]
    arrival, departure, trip = times["arrival_s"].to_numpy(), times["departure_s"].to_numpy(), times["trip_id"].to_numpy()
    same = trip[1:] == trip[:-1]
    bad = departure < arrival
    bad[1:] |= same & (arrival[1:] < departure[:-1])
    columns = ["trip_id", "stop_id", "arrival_time", "departure_time"]
    ids = [f"row {row} trip {t} stop {s} {a} - {d}" for row, t, s, a, d in times.loc[bad, columns].itertuples()]
    yield from _problem(
        feed, "E-GTFS-02", "stop_times.txt", "times run backwards.", ids, "correct them; after midnight go on with 24:00:00."
    )
    gap, leg_m = arrival[1:] - departure[:-1], _legs_m(feed, times["stop_id"])
    fast = same & (gap >= 0) & (leg_m > FASTEST_KMH / 3.6 * (gap + ROUNDING_S))
    ids = [
        f"row {row} trip {t} stop {s} {metres / 1000:.1f} km after the stop before"
        for (row, t, s), metres in zip(times.iloc[1:].loc[fast, ["trip_id", "stop_id"]].itertuples(), leg_m[fast], strict=True)
    ]
    what = f"a vehicle would run faster than {FASTEST_KMH} km/h."
    yield from _problem(feed, "E-GTFS-06", "stop_times.txt", what, ids, "correct the place of the stop or the times.")


def _legs_m(feed: Feed, stop_ids: pd.Series, step: int = 1) -> NDArray[np.float64]:
    """Straight metres from each stop of a list to the one ``step`` further on."""
    stops = feed.tables["stops.txt"].set_index("stop_id")
    lat, lon = (np.radians(stops[c].reindex(stop_ids).to_numpy(float)) for c in ("stop_lat", "stop_lon"))
    metres: NDArray[np.float64] = EARTH_M * np.hypot(lat[step:] - lat[:-step], (lon[step:] - lon[:-step]) * np.cos(lat[step:]))
    return metres


def displaced(feed: Feed) -> list[str]:
    """Stops far off the way between their neighbours on some trip: no proof of a mistake, but worth a look on the map."""
    times = ordered(feed.tables["stop_times.txt"])
    trip, stop = times["trip_id"].to_numpy(), times["stop_id"].to_numpy()
    if len(times) < 3:  # noqa: PLR2004 - a stop between two others
        return []
    leg_m, across_m = _legs_m(feed, times["stop_id"]), _legs_m(feed, times["stop_id"], 2)
    off = (trip[2:] == trip[:-2]) & (leg_m[:-1] + leg_m[1:] > DETOUR_M) & (across_m < DETOUR_M / 3) & (stop[2:] != stop[:-2])
    return sorted(set(stop[1:-1][off]))


def _headways(feed: Feed) -> Iterator[PlanningDataError]:
    if "frequencies.txt" not in feed.tables:
        return
    table = feed.tables["frequencies.txt"]
    bad = whole(table["headway_secs"]) <= 0
    yield from _problem(
        feed, "E-GTFS-05", "frequencies.txt", "a headway must be above 0.", _rows(table, bad, "headway_secs"), "give seconds."
    )
    if not bad.any():
        yield from _too_often(feed, table)
    spans = table.assign(start=seconds(table["start_time"]), end=seconds(table["end_time"])).sort_values(
        ["trip_id", "start"], kind="stable"
    )
    start, end, trip = spans["start"].to_numpy(), spans["end"].to_numpy(), spans["trip_id"].to_numpy()
    clash = end <= start
    clash[1:] |= (trip[1:] == trip[:-1]) & (start[1:] < end[:-1])
    yield from _problem(
        feed,
        "E-GTFS-05",
        "frequencies.txt",
        "periods overlap or are empty.",
        _rows(spans, clash, "trip_id"),
        "end one where the next starts.",
    )


def _too_often(feed: Feed, table: pd.DataFrame) -> Iterator[PlanningDataError]:
    """Trips written out one by one: a line of the file can ask for millions."""
    spans = np.maximum(seconds(table["end_time"]) - seconds(table["start_time"]), 0)
    count = spans // whole(table["headway_secs"])
    if count.sum() > MOST_DEPARTURES:
        what = f"the headways ask for {count.sum():,} departures a day; {MOST_DEPARTURES:,} are made."
        rows = _rows(table, count == count.max(), "headway_secs")
        mend = "give headways in seconds; of a feed of a country keep the routes of the place."
        yield from _problem(feed, "E-GTFS-05", "frequencies.txt", what, rows, mend)
