"""Isochrones, park and ride, arrive-by and journeys on a small town with a scheduled line."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame

import analyses
from geo import PlanningDataError
from geo.movement import Line, NearestEdge, Network, OnStreets, Timetable, Transport

SIDE, BLOCKS = 200.0, 20
EAST_M, SOUTH_M = 600_000.0, 1_220_000.0


def grid_streets():
    """Blocks of 200 m; a walker does 4.8 km/h (1,500 ds a block), a car 36 km/h (200 ds)."""
    number = np.arange(BLOCKS * BLOCKS).reshape(BLOCKS, BLOCKS)
    tail = np.r_[number[:, :-1].ravel(), number[:-1].ravel()]
    head = np.r_[number[:, 1:].ravel(), number[1:].ravel()]
    row, column = np.divmod(np.arange(BLOCKS * BLOCKS), BLOCKS)
    xy = np.stack([EAST_M + column * SIDE, SOUTH_M + row * SIDE], axis=1)
    tails, heads = np.r_[tail, head], np.r_[head, tail]
    lines = shapely.linestrings(np.stack([xy[tails], xy[heads]], axis=1))
    edges = GeoDataFrame({"length_m": SIDE}, index=range(len(tails)), geometry=lines, crs="EPSG:9210")
    ds = {"walk": np.full(len(tails), 1500), "car": np.full(len(tails), 200)}
    return Network.from_edges(xy, "EPSG:9210", tails, heads, ds, edges=edges)


@pytest.fixture(scope="module")
def town():
    """A line along the south from west to east, every 30 minutes on the dot, one minute a block with stops at every fourth."""
    streets = grid_streets()
    stops = pd.DataFrame({"x": EAST_M + np.arange(0, BLOCKS, 4) * SIDE, "y": SOUTH_M}, index=[f"s{i}" for i in range(5)])
    stops.index.name = "stop_id"
    line = Line("L", "Line", tuple(stops.index), (240,) * 4, ((6 * 3600, 22 * 3600, 1800),), exact=True)
    return Transport("town", streets, NearestEdge(), OnStreets(streets), Timetable.from_lines(stops, [line, line.back()]))


def at(*blocks):
    places = [shapely.Point(EAST_M + x * SIDE, SOUTH_M + y * SIDE) for x, y in blocks]
    return GeoDataFrame(index=[f"p{i}" for i in range(len(places))], geometry=places, crs="EPSG:9210")


def test_isochrones_are_valid_and_nested(town):
    found = analyses.isochrones(town, at((10, 10)), (5, 10, 15), mode="walk")
    assert found.is_valid.all()
    assert found["cutoff_min"].tolist() == [5, 10, 15]
    for smaller, larger in zip(found.geometry[:-1], found.geometry[1:], strict=True):
        assert larger.covers(smaller)


def test_a_walk_of_ten_minutes_covers_the_diamond_of_its_street_distance(town):
    """800 m of streets from the middle: the cells whose way, leg to the street included, takes at most ten minutes."""
    area = analyses.isochrones(town, at((10, 10)), (10,), mode="walk", cell_m=50).area.iloc[0]
    assert area == pytest.approx(2 * 800**2, rel=0.03)


def test_what_can_not_be_reached_is_a_hole():
    """The middle of a closed ring of streets lies 1,700 m from any: nobody walks there."""
    ring = np.array([[0, 0], [3400, 0], [3400, 3400], [0, 3400]]) + np.array([EAST_M, SOUTH_M])
    tail, head = np.array([0, 1, 2, 3, 1, 2, 3, 0]), np.array([1, 2, 3, 0, 0, 1, 2, 3])
    lines = shapely.linestrings(np.stack([ring[tail], ring[head]], axis=1))
    edges = GeoDataFrame({"length_m": 3400.0}, index=range(8), geometry=lines, crs="EPSG:9210")
    streets = Network.from_edges(ring, "EPSG:9210", tail, head, {"walk": np.full(8, 25_500)}, edges=edges)
    around = Transport("ring", streets, NearestEdge(), OnStreets(streets))
    found = analyses.isochrones(around, at((0, 0)), (120,), mode="walk", cell_m=100)
    assert len(shapely.get_parts(found.geometry.iloc[0])[0].interiors) == 1


def test_an_origin_off_the_streets_has_an_empty_area_and_a_reason(town):
    found = analyses.isochrones(town, at((10, 10), (500, 500)), (5,), mode="walk")
    assert found.is_empty.tolist() == [False, True]
    assert found["reason"].iloc[1]


@pytest.mark.parametrize("cutoffs", [(), (0,), (5, 5)])
def test_cutoffs_that_are_no_times_are_refused(town, cutoffs):
    with pytest.raises(PlanningDataError, match="E-ISO-01"):
        analyses.isochrones(town, at((1, 1)), cutoffs)


def test_a_journey_told_leg_by_leg_takes_the_minutes_of_the_matrix(town):
    leave = analyses.Departure("07:20", window_min=1)
    legs = analyses.itinerary(town, at((0, 1)), at((16, 1)), departure=leave)
    minutes = analyses.travel_times(town, at((0, 1)), at((16, 1)), departure=leave).at()[0, 0]
    start, end = (pd.Timedelta(clock) for clock in ("07:20:00", legs["arrive"].iloc[-1]))
    assert legs["kind"].tolist() == ["walk", "ride", "walk"]
    assert (end - start).total_seconds() / 60 == pytest.approx(minutes)
    assert legs.loc[1, ["line_id", "to_stop", "arrive"]].tolist() == ["L", "s4", "07:46:00"]


def test_no_journey_is_an_empty_table(town):
    assert analyses.itinerary(town, at((0, 0)), at((400, 400))).empty


def test_arriving_by_a_time_takes_the_last_ride_that_makes_it(town):
    """The ride of 07:30 arrives at 07:46; to be there at 08:00 one leaves for it, not for the next."""
    by = analyses.Departure("08:00", window_min=1, arrive_by=True)
    minutes = analyses.travel_times(town, at((0, 0)), at((16, 0)), departure=by).at()[0, 0]
    assert minutes == pytest.approx(31)  # leaves at 07:29, a minute before boarding


def test_a_car_to_the_stop_reaches_rides_that_a_walk_does_not(town):
    leave = analyses.Departure("07:20", window_min=1)
    far, end = at((0, 19)), at((16, 0))
    on_foot, by_car = (
        analyses.travel_times(town, far, end, departure=leave, limit_min=90, access_mode=mode).at()[0, 0]
        for mode in ("walk", "car")
    )
    assert by_car == pytest.approx(26)  # six and a third minutes by car, the ride of 07:30, sixteen minutes on board
    assert on_foot > by_car


def test_transit_without_lines_is_refused(town):
    streets = SimpleNamespace(**vars(town)).streets
    bare = Transport("bare", streets, NearestEdge(), OnStreets(streets))
    with pytest.raises(PlanningDataError, match="E-MODE-01"):
        analyses.travel_times(bare, at((1, 1)), mode="transit")
    with pytest.raises(PlanningDataError, match="E-MODE-02"):
        analyses.itinerary(bare, at((1, 1)), at((2, 2)))


def test_the_share_of_reach_cut_off_by_the_border_is_told():
    places = at((0, 0), (5, 0), (10, 0))
    minutes = np.array([[[0, 5, 9], [5, 0, 5], [9, 5, 0]]], np.float32)
    times = analyses.TravelTimes(minutes, places.index, places.index)
    half_plane = shapely.box(EAST_M, SOUTH_M - 9000, EAST_M + 9000, SOUTH_M + 9000)
    found = analyses.boundary_cut(times, places, places, half_plane, cutoff_min=6)
    assert found["reach_m"].tolist() == [1000, 1000, 1000]
    assert found["cut_pct"].tolist() == [50, 0, 0]
