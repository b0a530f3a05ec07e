"""Lines as a GTFS feed: complete by the specification, the same bytes again, and read back with equal travel times."""

import csv
import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest

import analyses
import geo
import layers
from geo.movement import check_gtfs, read_gtfs, service_days

PEAK = analyses.Departure("07:00", window_min=30, percentiles=(5, 50, 95))
NIGHT = analyses.Departure("23:40", window_min=60, percentiles=(50,))
LINE = "brt_newcity_suoitien"


def tables(path):
    with zipfile.ZipFile(path) as archive:
        return {name: list(csv.DictReader(io.StringIO(archive.read(name).decode()))) for name in archive.namelist()}


@pytest.fixture(scope="module")
def today():
    return layers.transport()


@pytest.fixture(scope="module")
def planned(today):
    brt = layers.AddLine("BRT", layers.stations(LINE), headway_min=6, commercial_speed_kmh=23, last="24:30")
    bus = layers.AddLine(
        "Buýt, gom",
        layers.stations("metro_hcmc1").iloc[:4],
        headway_min=[("05:00", "09:00", 7), ("15:00", "19:00", 9)],
        running_speed_kmh=18,
    )
    return layers.Scenario("BRT", [brt, bus]).apply(today)


def times(transport, departure):
    zones = layers.zones(resolution=7).iloc[::25]
    return analyses.travel_times(transport, zones, departure=departure, limit_min=120).minutes


@pytest.fixture(scope="module")
def feed(planned, tmp_path_factory):
    return layers.write_gtfs(planned, tmp_path_factory.mktemp("feed") / "planned.zip", date="2026-03-02")


def test_the_feed_is_complete_and_free_of_faults(feed, planned):
    told = tables(feed)
    assert {"agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt", "calendar.txt", "feed_info.txt"} <= set(told)
    assert {"frequencies.txt", "shapes.txt"} <= set(told)
    assert check_gtfs(feed) == []
    assert {row["route_id"] for row in told["routes.txt"]} == set(geo.movement.line_edits.running_lines(planned.timetable))
    types = {row["route_id"]: row["route_type"] for row in told["routes.txt"]}
    assert (types["metro_hcmc1"], types["BRT"]) == ("1", "3")
    trips, stops = {row["trip_id"] for row in told["trips.txt"]}, {row["stop_id"] for row in told["stops.txt"]}
    assert {row["trip_id"] for row in told["stop_times.txt"]} == trips
    assert {row["stop_id"] for row in told["stop_times.txt"]} == stops
    drawn = {row["shape_id"] for row in told["shapes.txt"]}
    assert {row["shape_id"] for row in told["trips.txt"]} - {""} == drawn
    assert {"metro_hcmc1:there", "metro_hcmc1:back"} <= drawn
    served = service_days(feed)
    assert (served > 0).all()
    assert str(served.index[0].date()) == "2026-03-01"
    assert len(served) == 367


def test_the_same_lines_make_the_same_bytes(feed, planned, tmp_path):
    assert layers.write_gtfs(planned, tmp_path / "again.zip", date="2026-03-02").read_bytes() == feed.read_bytes()


@pytest.mark.parametrize("departure", [PEAK, NIGHT], ids=["peak", "night"])
def test_travel_times_over_the_feed_are_those_of_the_scenario(feed, planned, departure):
    back = replace(planned, timetable=read_gtfs(feed, "2026-03-02", crs=planned.crs))
    before, after = times(planned, departure), times(back, departure)
    assert np.isfinite(before).any()
    assert np.array_equal(before, after)
    later = replace(planned, timetable=read_gtfs(feed, "2026-09-06", crs=planned.crs))
    assert np.array_equal(before, times(later, departure))


def test_a_scenario_alone_and_lines_of_choice(today, planned, tmp_path):
    brt = layers.Scenario("BRT", [layers.AddLine("BRT", layers.stations(LINE), headway_min=6, commercial_speed_kmh=23)])
    told = tables(layers.write_gtfs(brt, tmp_path / "brt.zip", lines=["BRT"]))
    assert [row["route_id"] for row in told["routes.txt"]] == ["BRT"]
    assert len(told["frequencies.txt"]) == 2
    assert {row["headway_secs"] for row in told["frequencies.txt"]} == {"360"}
    assert len(told["stops.txt"]) == len(layers.stations(LINE))
    with pytest.raises(geo.PlanningDataError, match=r"E-GTFS-14.*BTR.*known names: BRT"):
        layers.write_gtfs(planned, tmp_path / "a.zip", lines=["BTR"])
    with pytest.raises(geo.PlanningDataError, match="E-GTFS-14"):
        layers.write_gtfs(replace(today, timetable=None), tmp_path / "a.zip")
    with pytest.raises(geo.PlanningDataError, match="E-GTFS-04"):
        layers.write_gtfs(today, tmp_path / "a.zip", date="next week")


FEED = {
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\nA,Chợ,11.0,106.6\nB,Ga,11.02,106.62\nC,Trường,11.04,106.64\n",
    "routes.txt": "route_id,route_short_name,route_type\n1,39,3\n",
    "trips.txt": "route_id,service_id,trip_id\n1,work,t1\n1,work,t2\n1,sunday,t3\n1,work,t4\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type\n"
    "t1,07:00:00,07:00:30,A,1,0\nt1,07:05:00,07:06:00,B,2,1\nt1,07:15:00,07:15:00,C,3,0\n"
    "t2,25:00:00,25:00:00,A,1,0\nt2,25:20:00,25:20:00,C,2,0\n"
    "t3,08:00:00,08:00:00,A,1,0\nt3,08:20:00,08:20:00,C,2,0\n"
    "t4,00:00:00,00:00:00,C,1,0\nt4,00:20:00,00:20:00,A,2,0\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "work,1,1,1,1,1,1,0,20260101,20261231\nsunday,0,0,0,0,0,0,1,20260101,20261231\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs,exact_times\nt4,06:00:00,24:30:00,600,0\n",
    "transfers.txt": "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,A,2,90\nB,C,3,\n",
}


def rows(table):
    """Every trip and service of a timetable as text, of whatever order."""
    found = set()
    for line in geo.movement.line_edits.running_lines(table):
        for trip in geo.movement.line_edits.line_trips(table, line):
            stops = "-".join(table.stop_ids[trip.stops])
            found.add(
                (
                    line,
                    stops,
                    trip.start,
                    trip.until * bool(trip.headway),
                    trip.headway,
                    trip.key,
                    tuple(trip.departure),
                    tuple(trip.rights),
                )
            )
    return found


@pytest.mark.parametrize("date", ["2026-03-02", "2026-03-01", "2026-03-07"], ids=["monday", "sunday", "saturday"])
def test_a_feed_read_and_written_is_the_same_timetable(date, tmp_path):
    given = geo.write_zip(tmp_path / "given.zip", FEED)
    first = read_gtfs(given, date)
    written = layers.write_gtfs(first, tmp_path / "written.zip", date=date)
    assert check_gtfs(written) == []
    second = read_gtfs(written, date, crs=first.crs)
    relevant = {row for row in rows(first) if row[2] + row[6][-1] > -3600 or row[3] > 0}
    again = {row for row in rows(second) if row[2] + row[6][-1] > -3600 or row[3] > 0}
    day = {row for row in relevant if row[2] < 2 * 86_400}
    assert day == {row for row in again if row[2] < 2 * 86_400}
    assert len(day) >= 3
    rules = [{(table.stop_ids[a], table.stop_ids[b], c) for a, b, c in table.rules.tolist()} for table in (first, second)]
    assert rules[0] == rules[1] == {("A", "A", 90), ("B", "C", -1)}
    assert np.abs(np.sort(first.x) - np.sort(second.x)).max() < 1e-6
