"""Lines and departures an hour: counted by hand on a small timetable, expected values of headway lines, refusals."""

import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame

import analyses
from geo import PlanningDataError
from geo.movement import CrowFlies, Line, NearestEdge, Network, Timetable, Transport

HOUR = 3600
X = {"a": 0.0, "b": 1000, "b2": 1100, "c": 2000, "far": 9000}


def town(*lines):
    stops = pd.DataFrame({"x": X, "y": 0.0}).rename_axis("stop_id")
    network = Network.from_edges([[0, 0], [1, 0]], "EPSG:9210", [0], [1], {"car": [1]})
    table = Timetable.from_lines(stops, lines) if lines else None
    return Transport("town", network, NearestEdge(), CrowFlies(1.3), table)


def at(*x):
    return GeoDataFrame(
        index=[f"S{n}" for n in range(len(x))], geometry=shapely.points([(value, 0) for value in x]), crs="EPSG:9210"
    )


def line(name, stops, periods, *, exact=False, direction=0):
    return Line(name, name, tuple(stops), (600,) * (len(stops) - 1), periods, direction=direction, exact=exact)


BUS = line("bus", ["a", "b", "b2", "c"], ((6 * HOUR, 9 * HOUR, 600),))
TRAM = line("tram", ["b", "far"], ((7 * HOUR, 8 * HOUR, 1200),), exact=True)


def test_departures_an_hour_by_hand():
    """At b the bus calls twice but counts once; it ends at c; the tram leaves at 7:00, 7:20, 7:40."""
    table = analyses.station_service(town(BUS, BUS.back(), TRAM), at(0, 1050, 2000, 5000))
    assert table["trips_per_hour"].tolist() == pytest.approx([6, 15, 6, 0])
    assert table["lines"].tolist() == [1, 2, 1, 0]


def test_a_headway_line_counts_the_time_it_runs_within_the_window():
    """The last bus leaves a before 9:00, and passes b ten minutes later."""
    service = [
        analyses.station_service(town(BUS), at(x), departure=analyses.Departure("08:30", 60))["trips_per_hour"].iloc[0]
        for x in (0, 1000)
    ]
    assert service == pytest.approx([3, 4])


def test_both_directions_and_the_end_of_a_line():
    there = analyses.station_service(town(BUS), at(2000))["trips_per_hour"].iloc[0]
    both = analyses.station_service(town(BUS, BUS.back()), at(1000, 2000))["trips_per_hour"].tolist()
    assert there == 0
    assert both == pytest.approx([12, 6])


def test_a_window_before_an_arrival_counts_back():
    leave = analyses.station_service(town(TRAM), at(1000), departure=analyses.Departure("07:00", 30))
    arrive = analyses.station_service(town(TRAM), at(1000), departure=analyses.Departure("07:30", 30, arrive_by=True))
    assert leave.equals(arrive)
    assert leave["trips_per_hour"].iloc[0] == 4


def test_places_an_hour_by_line():
    table = analyses.station_service(town(BUS, TRAM), at(1000, 0), places_per_trip={"bus": 80, "tram": 300})
    assert table["places_per_hour"].tolist() == pytest.approx([6 * 80 + 3 * 300, 480])
    assert analyses.station_service(town(BUS), at(0), places_per_trip=50)["places_per_hour"].tolist() == pytest.approx([300])


def test_a_shorter_headway_never_lowers_the_service():
    trips = [
        analyses.station_service(town(line("L", ["a", "c"], ((6 * HOUR, 9 * HOUR, gap),))), at(0))["trips_per_hour"].iloc[0]
        for gap in (1800, 900, 450)
    ]
    assert trips == pytest.approx([2, 4, 8])


@pytest.mark.parametrize(
    ("code", "lines", "options"),
    [
        ("E-MODE-02", (), {}),
        ("E-SERVICE-01", (BUS, TRAM), {"places_per_trip": {"bus": 80}}),
        ("E-SERVICE-01", (BUS,), {"places_per_trip": 0}),
        ("E-SERVICE-02", (BUS,), {"around_m": 0}),
    ],
)
def test_service_that_can_not_be_counted_is_refused(code, lines, options):
    with pytest.raises(PlanningDataError, match=code):
        analyses.station_service(town(*lines), at(1000), **options)
