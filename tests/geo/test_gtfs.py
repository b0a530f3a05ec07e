"""Feeds written as small text tables: what is read, and what is refused with its row."""

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo import PlanningDataError
from geo.movement import Links, busiest_day, check_gtfs, gtfs_findings, read_gtfs, service_days, transit_times
from geo.movement.gtfs_checks import BAD, BLANK, seconds, whole
from tests.geo.test_vietnamese import written

DATA = Path(__file__).parents[2].parent / "shared" / "data"

FEED = {
    "stops.txt": """
        stop_id stop_name stop_lat stop_lon
        A       Alpha     11.00    106.60
        B       Beta      11.01    106.60
        C       Gamma     11.03    106.60
    """,
    "routes.txt": """
        route_id route_short_name
        R        39
    """,
    "trips.txt": """
        route_id service_id trip_id
        R        work       t1
    """,
    "stop_times.txt": """
        trip_id arrival_time departure_time stop_id stop_sequence
        t1      08:00:00     08:00:00       A       1
        t1      08:05:00     08:06:00       B       2
        t1      08:15:00     08:15:00       C       5
    """,
    "calendar.txt": """
        service_id monday tuesday wednesday thursday friday saturday sunday start_date end_date
        work       1      1       1         1        1      0        0      20250106   20250131
    """,
}
MONDAY = "2025-01-13"


def csv(table):
    """Columns by blanks; '-' is an empty field."""
    rows = [line.split() for line in table.strip().splitlines()]
    return "\n".join(",".join("" if field == "-" else field for field in row) for row in rows) + "\n"


def write(folder, name="feed.zip", encoding="utf-8", **changes):
    """A zip of FEED with some files replaced; None leaves one out."""
    files = FEED | {f"{key}.txt": table for key, table in changes.items()}
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, table in files.items():
            if table is not None:
                archive.writestr(file, table if isinstance(table, bytes) else csv(table).encode(encoding))
    return folder / name


def with_row(file, *rows):
    return FEED[file] + "\n".join(rows)


def departures(timetable):
    """(stop ids, times of departure and arrival) of every trip near the day."""
    p, found = timetable.patterns, []
    for q in range(len(p.ptr) - 1):
        for t in range(p.trip_ptr[q], p.trip_ptr[q + 1]):
            size = p.ptr[q + 1] - p.ptr[q]
            stops = "".join(timetable.stop_ids[p.stop[p.ptr[q] : p.ptr[q + 1]]])
            found.append((stops, (p.start[t] + p.arrival[p.offset[t] : p.offset[t] + size]).tolist()))
    return sorted(found)


def refused(path, date=MONDAY):
    with pytest.raises(PlanningDataError) as caught:
        read_gtfs(path, date)
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_day_is_read_with_the_nights_around_it(tmp_path):
    timetable = read_gtfs(write(tmp_path), MONDAY)
    assert timetable.crs == "EPSG:9210"
    assert timetable.line_ids == ("R",)
    assert timetable.line_names == ("39",)
    assert dict(zip(timetable.stop_ids, timetable.stop_names, strict=True)) == {"A": "Alpha", "B": "Beta", "C": "Gamma"}
    eight = 8 * 3600
    assert departures(timetable) == [
        ("ABC", [eight, eight + 300, eight + 900]),
        ("ABC", [d + 86400 for d in (eight, eight + 300, eight + 900)]),
    ]


def test_service_after_midnight_belongs_to_the_evening_before(tmp_path):
    late = FEED["stop_times.txt"].replace("08:", "25:")
    tuesday, saturday = (read_gtfs(write(tmp_path, stop_times=late), date) for date in ("2025-01-14", "2025-01-17"))
    assert ("ABC", [3600, 3900, 4500]) in departures(tuesday)
    assert len(departures(tuesday)) == 3  # the trips of Monday, Tuesday and Wednesday
    assert len(departures(saturday)) == 2


def test_exceptions_of_the_calendar_add_and_take_away(tmp_path):
    dates = """
        service_id date     exception_type
        work       20250113 2
        work       20250118 1
    """
    path = write(tmp_path, calendar_dates=dates)
    error = refused(path)
    assert error.code == "E-GTFS-04"
    assert "2025-01-06 to 2025-01-31" in str(error)
    assert error.mend == "nearest days with service: 2025-01-10, 2025-01-14."
    assert len(departures(read_gtfs(path, "2025-01-18"))) == 2  # and Friday's
    assert service_days(path)["2025-01-18"] == 1
    alone = write(tmp_path, calendar=None, calendar_dates=dates)
    assert refused(alone, "2026-01-01").mend == "nearest days with service: 2025-01-18."


def test_a_feed_read_by_another_name_names_its_days_too(tmp_path):
    path = write(tmp_path)
    with pytest.raises(PlanningDataError, match=r"E-GTFS-04 (\S*/)?kaze\.zip.*covers 2025-01-06 to 2025-01-31"):
        read_gtfs({"kaze": path}, "2026-03-02")
    assert str(busiest_day({"kaze": path})) == "2025-01-06"
    assert busiest_day([path]) == busiest_day(path)


@pytest.mark.parametrize("date", ["2025-01-05", "2026-03-02"])
def test_a_date_outside_the_calendar_names_the_span_and_the_nearest_day(tmp_path, date):
    error = refused(write(tmp_path), date)
    assert error.code == "E-GTFS-04"
    assert "covers 2025-01-06 to 2025-01-31" in str(error)
    assert ("2025-01-06" if date < "2025-01-06" else "2025-01-31") in error.mend


def test_blank_times_are_interpolated_by_distance(tmp_path):
    blank = FEED["stop_times.txt"].replace("08:05:00     08:06:00 ", "-            -        ")
    (_, times), _ = departures(read_gtfs(write(tmp_path, stop_times=blank), MONDAY))
    assert times == [28800, 28800 + 300, 28800 + 900]  # B lies a third of the way


def test_exact_frequencies_are_trips_and_others_keep_their_headway(tmp_path):
    frequencies = """
        trip_id start_time end_time headway_secs exact_times
        t1      06:00:00   06:25:00 600          1
        t1      07:00:00   08:00:00 900          0
    """
    timetable = read_gtfs(write(tmp_path, frequencies=frequencies), MONDAY)
    pattern = timetable.patterns.headway[0]
    assert pattern[1:4].tolist() == [7 * 3600, 8 * 3600, 900]
    exact = [times[0] for _, times in departures(timetable) if times[0] < 7 * 3600]
    assert exact == [21600, 22200, 22800]
    phases = timetable.starts(20, seed=1)[:, timetable.patterns.trip_ptr[pattern[0]]] - 7 * 3600
    assert phases.min() >= 0
    assert phases.max() < 900
    assert len(np.unique(phases // 45)) == 20  # one in each stratum


def test_rights_to_board_and_alight_are_kept(tmp_path):
    rights = """
        trip_id arrival_time departure_time stop_id stop_sequence pickup_type drop_off_type
        t1      08:00:00     08:00:00       A       1             0           1
        t1      08:05:00     08:06:00       B       2             1           -
        t1      08:15:00     08:15:00       C       3             1           2
    """
    p = read_gtfs(write(tmp_path, stop_times=rights), MONDAY).patterns
    assert p.board[:3].tolist() == [1, 0, 0]
    assert p.alight[:3].tolist() == [0, 1, 1]


def test_transfers_become_rules_and_a_station_stands_for_its_platforms(tmp_path):
    stops = """
        stop_id stop_name stop_lat stop_lon location_type parent_station
        S       Station   11.00    106.60   1             -
        A       Alpha     11.00    106.60   0             S
        B       Beta      11.01    106.60   0             S
        C       Gamma     11.03    106.60   0             -
    """
    transfers = """
        from_stop_id to_stop_id transfer_type min_transfer_time from_trip_id
        S            C          2             120               -
        B            C          3             -                 -
        C            C          2             90                -
        A            B          2             999               t1
        A            C          0             -                 -
    """
    timetable = read_gtfs(write(tmp_path, stops=stops, transfers=transfers, pathways="pathway_id\np"), MONDAY)
    ids = timetable.stop_ids
    assert sorted((ids[a] + ids[b], int(s)) for a, b, s in timetable.rules) == [("AC", 120), ("BC", -1), ("CC", 90)]
    assert any("pathways" in note for note in timetable.notes)
    assert any("single trips" in note for note in timetable.notes)


def test_several_feeds_keep_their_ids_apart_in_any_order(tmp_path):
    paths = [write(tmp_path, "bus.zip"), write(tmp_path, "rail.zip", routes=FEED["routes.txt"].replace("39", "M1"))]
    one, other = read_gtfs(paths, MONDAY), read_gtfs(paths[::-1], MONDAY)
    assert sorted(one.stop_ids) == ["bus:A", "bus:B", "bus:C", "rail:A", "rail:B", "rail:C"]
    assert one.line_ids == ("bus:R", "rail:R")
    for key, array in vars(one.patterns).items():
        np.testing.assert_array_equal(array, getattr(other.patterns, key))


def test_rows_in_any_order_give_the_same_timetable(tmp_path):
    more = FEED | {
        "trips.txt": with_row("trips.txt", "R work t0"),
        "stop_times.txt": with_row("stop_times.txt", "t0 09:00:00 09:00:00 C 1", "t0 09:20:00 09:20:00 A 2"),
    }
    turned = {
        name[:-4]: "\n".join([table.strip().splitlines()[0], *table.strip().splitlines()[:0:-1]]) for name, table in more.items()
    }
    one = read_gtfs(write(tmp_path, "a.zip", **{name[:-4]: table for name, table in more.items()}), MONDAY)
    other = read_gtfs(write(tmp_path, "b.zip", **turned), MONDAY)
    assert one.stop_ids.tolist() == other.stop_ids.tolist()
    assert [stops for stops, _ in departures(one)] == ["ABC", "ABC", "CA", "CA"]
    for key, array in vars(one.patterns).items():
        np.testing.assert_array_equal(array, getattr(other.patterns, key))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_of_encoding_are_understood(tmp_path, encoding):
    stops = FEED["stops.txt"].replace("Alpha", "Bến_Cát")
    assert "Bến_Cát" in read_gtfs(write(tmp_path, encoding=encoding, stops=stops), MONDAY).stop_names


def test_latin_1_is_read_and_noted(tmp_path):
    stops = csv(FEED["stops.txt"].replace("Alpha", "São")).encode("latin-1")
    timetable = read_gtfs(write(tmp_path, stops=stops), MONDAY)
    assert "São" in timetable.stop_names
    assert any("stops.txt is not UTF-8" in note for note in timetable.notes)


NAMES = ["Bình Dương", "Thủ Dầu Một", "Bến Cát", "Tân Uyên", "Dĩ An", "Thuận An", "Phú Giáo"]


@pytest.mark.parametrize(("encoding", "kind"), [("cp1258", "CP1258"), ("tcvn3", "TCVN3"), ("vni", "VNI")])
def test_texts_of_before_unicode_are_refused_with_their_kind(tmp_path, encoding, kind):
    names = [written(name, encoding) for name in NAMES]
    rows = [f"{stop},{name},11.0{at},106.6" for at, (stop, name) in enumerate(zip("ABCDEFG", names, strict=True))]
    content = "\n".join(["stop_id,stop_name,stop_lat,stop_lon", *rows])
    error = refused(write(tmp_path, stops=content.encode("cp1252")))
    assert (error.code, error.layer, error.seen) == ("E-GTFS-08", "stops.txt", kind)


def test_names_are_kept_as_they_stand_and_heads_may_have_blanks_around_them(tmp_path):
    stops = b" stop_id ,stop_name, stop_lat,stop_lon\nA,NA,11,106.6\n\nB, null ,11.01,106.6\nC,None,11.03,106.6\n"
    timetable = read_gtfs(write(tmp_path, stops=stops), MONDAY)
    assert timetable.stop_names.tolist() == ["NA", "null", "None"]
    lost = stops.replace(b"11.01", b"91.01")
    assert refused(write(tmp_path, stops=lost)).feature_ids == ("row 4 B (91.01, 106.6)",)  # the blank one is row 3


def test_files_without_rows_and_columns_that_stand_twice_are_refused(tmp_path):
    error = refused(write(tmp_path, stops="stop_id stop_lat stop_lon", routes="route_id"))
    assert (error.code, error.what) == ("E-GTFS-09", "files of the feed have no rows.")
    assert error.feature_ids == ("stops.txt", "routes.txt")
    twice = FEED["stops.txt"].replace("stop_name", "stop_lat ")
    assert refused(write(tmp_path, stops=twice)).code == "E-GTFS-13"
    assert refused(tmp_path / "none.zip").what == "there is no such feed."


HEADWAYS = "trip_id start_time end_time headway_secs\n"
BROKEN = {
    "backwards within a stop": ("E-GTFS-02", "trip t1 stop B", {"stop_times": FEED["stop_times.txt"].replace("08:06", "08:04")}),
    "backwards between stops": (
        "E-GTFS-02",
        "row 4 trip t1 stop C",
        {"stop_times": FEED["stop_times.txt"].replace("08:15", "07:15")},
    ),
    "unknown stop": ("E-GTFS-03", "row 5 stop_id 'X'", {"stop_times": with_row("stop_times.txt", "t1 08:20:00 08:20:00 X 9")}),
    "unknown trip": ("E-GTFS-03", "trip_id 't9'", {"stop_times": with_row("stop_times.txt", "t9 08:20:00 08:20:00 A 1")}),
    "unknown route": ("E-GTFS-03", "route_id 'Q'", {"trips": with_row("trips.txt", "Q work t2")}),
    "headway 0": ("E-GTFS-05", "headway_secs '0'", {"frequencies": HEADWAYS + "t1 06:00:00 07:00:00 0"}),
    "overlapping headways": (
        "E-GTFS-05",
        "row 3",
        {"frequencies": HEADWAYS + "t1 06:00:00 07:00:00 600\nt1 06:59:00 08:00:00 600"},
    ),
    "stop at 0 0": ("E-GTFS-06", "row 3 B (0, 0.0)", {"stops": FEED["stops.txt"].replace("11.01    106.60", "0 0.0")}),
    "exchanged": (
        "E-GTFS-06",
        "row 3 B (106.60, 11.01)",
        {"stops": FEED["stops.txt"].replace("11.01    106.60", "106.60 11.01")},
    ),
    "far away": ("E-GTFS-06", "C (51.03, 106.6)", {"stops": FEED["stops.txt"].replace("11.03", "51.03")}),
    "exchanged near 45": (
        "E-GTFS-06",
        "latitude and longitude exchanged",
        {"stops": FEED["stops.txt"].replace("106.60", "60.10").replace("11.03    60.10", "60.10 11.03")},
    ),
    "jump": ("E-GTFS-06", "km after the stop before", {"stops": FEED["stops.txt"].replace("11.03", "12.03")}),
    "doubled stop": ("E-GTFS-07", "row 5 A", {"stops": with_row("stops.txt", "A Again 11.2 106.6")}),
    "doubled sequence": ("E-GTFS-07", "row 5 t1 5", {"stop_times": with_row("stop_times.txt", "t1 08:20:00 08:20:00 A 5")}),
    "bad time": (
        "E-GTFS-10",
        "row 2 arrival_time '8h00'",
        {"stop_times": FEED["stop_times.txt"].replace("08:00:00  ", "8h00  ", 1)},
    ),
    "minute 60": ("E-GTFS-10", "'08:60:00'", {"stop_times": FEED["stop_times.txt"].replace("08:15:00  ", "08:60:00  ", 1)}),
    "no time at the end": ("E-GTFS-10", "row 4", {"stop_times": FEED["stop_times.txt"].replace("08:15:00     08:15:00", "- -")}),
    "bad sequence": ("E-GTFS-10", "stop_sequence 'x'", {"stop_times": FEED["stop_times.txt"].replace("C       5", "C x")}),
    "no stops": ("E-GTFS-09", "stops.txt", {"stops": None}),
    "no calendar": ("E-GTFS-09", "calendar_dates.txt", {"calendar": None}),
    "no column": ("E-GTFS-09", "stop_lat", {"stops": FEED["stops.txt"].replace("stop_lat", "latitude")}),
    "ragged row": ("E-GTFS-13", "line 3", {"stops": b"stop_id,stop_lat,stop_lon\nA,11,106\nB,11,106,1,2,3\n"}),
    "not text": ("E-GTFS-08", "stops.txt", {"stops": b"stop_id,\x00\xff\xf1"}),
    "calendar date": ("E-GTFS-04", "2025-1-6", {"calendar": FEED["calendar.txt"].replace("20250106", "2025-1-6")}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_feed_is_refused_with_code_and_place(tmp_path, name):
    code, place, changes = BROKEN[name]
    error = refused(write(tmp_path, **changes), "2030-01-01" if name == "calendar date" else MONDAY)
    assert error.code == code
    assert place in str(error)
    assert "feed.zip" in error.file
    assert error.mend


def whats(path):
    return [(one.code, one.what) for one in check_gtfs(path)]


NOWHERE, FAR = ("E-GTFS-06", "stops in use lie nowhere."), ("E-GTFS-06", "stops lie far from all others.")


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("x 106.6", NOWHERE),
        ("11 -", NOWHERE),
        ("inf 106.6", NOWHERE),
        ("90.5 106.6", NOWHERE),
        ("-90.5 106.6", NOWHERE),
        ("11 180.5", NOWHERE),
        ("11 -180.5", NOWHERE),
        ("0 0", NOWHERE),
        ("90 106.6", FAR),
        ("11 180", FAR),
        ("11 0", FAR),
        ("0 106.6", FAR),
    ],
)
def test_stops_lie_on_earth_and_near_each_other(tmp_path, place, what):
    found = whats(write(tmp_path, stops=FEED["stops.txt"].replace("11.01    106.60", place)))
    assert [one for one in found if one[1] in {NOWHERE[1], FAR[1]}] == [what]


def test_no_vehicle_runs_faster_than_250_kmh_but_times_may_be_rounded_by_a_minute(tmp_path):
    north = FEED["stops.txt"].replace("11.01 ", "12.00 ").replace("11.03 ", "12.00 ")  # 111.2 km: 1,601 s at 250 km/h
    times = FEED["stop_times.txt"].replace("08:15:00", "09:00:00").replace("08:06:00", "08:30:00")
    assert whats(write(tmp_path, stops=north, stop_times=times.replace("08:05:00", "08:25:42"))) == []
    ((code, what),) = whats(write(tmp_path, stops=north, stop_times=times.replace("08:05:00", "08:25:41")))
    assert (code, what) == ("E-GTFS-06", "a vehicle would run faster than 250 km/h.")
    at_once = FEED["stop_times.txt"].replace("08:05:00", "08:00:00").replace("08:06:00", "08:01:00")
    for stop, wrong in (("11.037", False), ("11.038", True)):  # 4,114 m and 4,225 m; 4,167 m are run in the minute
        stops = FEED["stops.txt"].replace("11.01 ", f"{stop} ").replace("11.03 ", "11.00 ")
        assert bool(whats(write(tmp_path, stops=stops, stop_times=at_once))) == wrong


@pytest.mark.parametrize(("last", "between", "noted"), [("11.008", "11.02", 1), ("11.008", "11.017", 0), ("11.01", "11.03", 0)])
def test_a_stop_is_off_its_way_where_it_costs_3_km_between_stops_within_1_km(tmp_path, last, between, noted):
    stops = FEED["stops.txt"].replace("11.03", last).replace("11.01 ", f"{between} ")
    assert len(read_gtfs(write(tmp_path, stops=stops), MONDAY).notes) == noted


def test_periods_of_headways_follow_each_other_and_are_not_empty(tmp_path, monkeypatch):
    head = "trip_id start_time end_time headway_secs\n"

    def told(*rows):
        two = with_row("trips.txt", "R work t2")
        return [what for _, what in whats(write(tmp_path, trips=two, frequencies=head + "\n".join(rows)))]

    clash = ["periods overlap or are empty."]
    assert told("t1 07:00:00 08:00:00 600", "t1 06:00:00 07:00:00 600") == []
    assert told("t1 07:00:00 08:00:00 600", "t1 06:00:00 07:00:01 600") == clash
    assert told("t1 07:00:00 07:00:00 600") == told("t1 07:00:00 06:00:00 600") == clash
    assert told("t1 00:00:00 01:00:00 1") == []
    three = "t1 06:00:00 07:00:00 600", "t1 07:00:00 08:00:00 600", "t1 07:30:00 09:00:00 600"
    assert told(*three) == told("t1 06:00:00 07:00:00 600", "t2 06:00:00 08:00:00 600", "t2 07:00:00 09:00:00 600") == clash
    assert told("t1 06:00:00 07:00:00 600", "t1 07:00:00 08:00:00 0") == ["a headway must be above 0."]
    monkeypatch.setattr("geo.movement.gtfs_checks.MOST_DEPARTURES", 8)
    assert told("t1 06:00:00 07:00:00 600", "t1 07:00:00 08:00:00 1800") == []
    error = refused(write(tmp_path, frequencies=head + "t1 06:00:00 07:00:00 600\nt1 07:00:00 08:00:00 1200"))
    assert (error.code, error.feature_ids) == ("E-GTFS-05", ("row 2 headway_secs '600'",))
    assert "ask for 9 departures a day; 8 are made" in error.what


def test_only_transfers_may_name_no_stop(tmp_path):
    def told(**changes):
        return [(one.code, one.layer) for one in check_gtfs(write(tmp_path, **changes))]

    head = "from_stop_id to_stop_id transfer_type from_trip_id to_trip_id\n"
    assert told(transfers=head + "- - 4 t1 t1") == []
    assert told(transfers=head + "A X 0 - -") == [("E-GTFS-03", "transfers.txt")]
    assert told(stop_times=with_row("stop_times.txt", "t1 08:20:00 08:20:00 - 9")) == [("E-GTFS-03", "stop_times.txt")]
    none = FEED["stop_times.txt"].replace(" A ", " X ").replace(" B ", " X ").replace(" C ", " X ")
    assert told(stop_times=none) == [("E-GTFS-03", "stop_times.txt")]


def test_calendars_that_would_be_no_service_are_refused(tmp_path):
    def told(**changes):
        return [(one.code, *one.feature_ids) for one in check_gtfs(write(tmp_path, **changes))]

    row = "work       1      1       1         1        1      0        0      20250106   20250131"
    head = FEED["calendar.txt"].replace(row, "").rstrip() + "\n"
    assert told(calendar=head + "work 1 1 1 1 1 0 0 20250106 20250106") == []
    assert told(calendar=head + "work 1 1 1 1 1 0 0 20250107 20250106") == [("E-GTFS-04", "row 2 service_id 'work'")]
    assert told(calendar=head + "work 1 1 1 1 1 0 2 20250106 20250131") == [("E-GTFS-04", "row 2 sunday '2'")]
    assert told(calendar=head + "work 1 1 1 1 1 0 0 20250106 20250231") == [("E-GTFS-04", "row 2 end_date '20250231'")]
    assert told(calendar=head + "work 1 1 1 1 1 0 0 2025011 20250131") == [("E-GTFS-04", "row 2 start_date '2025011'")]
    assert told(calendar=f"{head}{row}\n{row}") == [("E-GTFS-07", "row 3 service_id 'work'")]
    for day, kind, wrong in (("20250113", "3", "exception_type '3'"), ("2025-1-1", "1", "date '2025-1-1'")):
        dates = f"service_id date exception_type\nwork {day} {kind}"
        assert told(calendar_dates=dates) == [("E-GTFS-04", f"row 2 {wrong}")]


def test_all_kinds_of_mistakes_are_listed_at_once(tmp_path):
    stop_times = FEED["stop_times.txt"].replace("08:15", "07:15")
    path = write(tmp_path, stop_times=stop_times, frequencies=HEADWAYS + "t1 06:00:00 07:00:00 0")
    assert [problem.code for problem in check_gtfs(path)] == ["E-GTFS-02", "E-GTFS-05"]
    assert check_gtfs(write(tmp_path)) == []
    assert [problem.code for problem in check_gtfs(write(tmp_path, stops=None))] == ["E-GTFS-09"]


def test_archives_that_burst_or_reach_outside_are_refused(tmp_path):
    bomb = write(tmp_path, "bomb.zip", shapes=b"0" * 50_000_000)
    assert refused(bomb).code == "E-GTFS-11"
    for name in ("../stops.txt", "/etc/stops.txt", "C:\\stops.txt", "a\\..\\..\\x"):
        path = write(tmp_path)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(zipfile.ZipInfo(name), "x")
        assert refused(path).code == "E-GTFS-12"
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    path = write(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refused(path).code == "E-GTFS-12"


def test_of_several_feeds_in_a_zip_the_one_nearest_to_its_top_is_read(tmp_path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(write(tmp_path)) as archive, zipfile.ZipFile(path, "w") as target:
        target.writestr("readme.txt", "two feeds")
        for folder, name in (("b/old", "Old"), ("b", "Near"), ("c", "Later")):
            for file in archive.namelist():
                target.writestr(f"{folder}/{file}", archive.read(file).replace(b"Alpha", name.encode()))
    assert sorted(read_gtfs(path, MONDAY).stop_names) == ["Beta", "Gamma", "Near"]


def test_times_are_hours_minutes_and_seconds_and_nothing_else():
    times = {"": BLANK, "0:00:00": 0, "8:05:09": 29_109, "25:00:00": 90_000, "999:59:59": 3_599_999}
    bad = ["08:00", "08:00:00:00", "8h00", "x:00:00", "08:0x:00", "08:00:x", "-1:00:00", "1000:00:00", "08:60:00", "08:00:60"]
    assert seconds(pd.Series([*times])).tolist() == [*times.values()]
    assert seconds(pd.Series([*bad, "²:00:00", "08::00"])).tolist() == [BAD] * 12
    assert whole(pd.Series(["0", "7", "999999999"])).tolist() == [0, 7, 999_999_999]
    assert whole(pd.Series(["", "-1", "1.0", "1000000000", "x"])).tolist() == [BAD] * 5


def test_a_folder_and_a_zip_with_a_folder_inside_are_read_too(tmp_path):
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(write(tmp_path)) as archive, zipfile.ZipFile(inner, "w") as target:
        archive.extractall(tmp_path / "folder")
        for name in archive.namelist():
            target.writestr(f"feed/{name}", archive.read(name))
    wanted = departures(read_gtfs(tmp_path / "feed.zip", MONDAY))
    assert departures(read_gtfs(tmp_path / "folder", MONDAY)) == wanted
    assert departures(read_gtfs(inner, MONDAY)) == wanted
    assert refused(tmp_path / "nothing.zip").code == "E-GTFS-09"
    (tmp_path / "text.zip").write_text("no zip")
    assert refused(tmp_path / "text.zip").code == "E-GTFS-09"


@pytest.mark.skipif(not DATA.is_dir(), reason="the folder of real data is absent")
def test_the_buses_of_the_new_city_run_as_their_feed_says():
    feed = DATA / "transit" / "kaze_gtfs_2018.zip"
    timetable = read_gtfs(feed, "2018-06-04")
    assert len(timetable.stop_ids) == 141
    assert timetable.crs == "EPSG:9210"
    assert check_gtfs(feed) == []
    number = {stop: i for i, stop in enumerate(timetable.stop_ids)}
    link = lambda point, place, shape: Links.from_pairs(*(np.array([v], np.int32) for v in (point, place, 0)), shape)  # noqa: E731
    minutes = transit_times(
        timetable,
        access=link(0, number["S001"], (1, 141)),
        transfers=link(0, 0, (141, 141)),
        egress=link(number["S002"], 0, (141, 1)),
        direct=None,
        departure_s=6 * 3600 + 14 * 60,
        window_min=1,
        limit_min=60,
    )
    assert minutes[0, 0, 0] == 3  # first row of stop_times.txt: 06:15 to 06:17


def test_a_stop_off_its_way_is_noted(tmp_path):
    stops = FEED["stops.txt"].replace("11.03", "11.001").replace("11.01 ", "11.02 ")
    assert any("check: B" in note for note in read_gtfs(write(tmp_path, stops=stops), MONDAY).notes)
    assert read_gtfs(write(tmp_path), MONDAY).notes == ()


def test_of_stops_off_their_way_ten_are_named(tmp_path):
    """Every second stop of a line that runs north lies five kilometres to the east of it."""
    names = [f"s{at:02d}" for at in range(25)]
    places = [f"{one} x {11 + at / 1000} {106.6 + at % 2 * 0.05}" for at, one in enumerate(names)]
    stops = ["stop_id stop_name stop_lat stop_lon", *places]
    clock = [f"{8 + at // 6:02d}:{at % 6 * 10:02d}:00" for at in range(25)]
    head = "trip_id arrival_time departure_time stop_id stop_sequence"
    times = [head, *(f"t1 {at} {at} {one} {number}" for number, (at, one) in enumerate(zip(clock, names, strict=True)))]
    (note,) = read_gtfs(write(tmp_path, stops="\n".join(stops), stop_times="\n".join(times)), MONDAY).notes
    told = note.partition(": ")[2]
    assert told == f"23 stops lie far off the way between their neighbours, check: {', '.join(names[1:11])}"


@pytest.mark.skipif(not DATA.is_dir(), reason="the folder of real data is absent")
def test_a_feed_long_expired_names_its_last_day():
    error = refused(DATA / "transit" / "kaze_gtfs_2018.zip", "2026-01-05")
    assert "2018-12-31" in error.mend


def test_all_that_is_to_be_said_of_a_feed(tmp_path):
    found = gtfs_findings(write(tmp_path))
    assert [(one.code, one.severity, one.seen) for one in found] == [("E-GTFS-16", "note", ("2025-01-06", "2025-01-31"))]
    trips = "route_id service_id trip_id block_id\nR work t1 b1\n"
    transfers = "from_stop_id to_stop_id transfer_type\nA B 0\n"
    told = gtfs_findings(write(tmp_path, trips=trips, transfers=transfers))
    assert [one.code for one in told] == ["E-GTFS-15", "E-GTFS-16"]
    assert "staying on board" in told[0].what
    broken = gtfs_findings(write(tmp_path, stops=None))
    assert [one.severity for one in broken] == ["error"]


def test_two_feeds_of_one_name_are_refused(tmp_path):
    paths = []
    for folder in ("north", "south"):
        (tmp_path / folder).mkdir()
        paths.append(write(tmp_path / folder))
    with pytest.raises(PlanningDataError, match="E-GTFS-07"):
        read_gtfs(paths, MONDAY)
