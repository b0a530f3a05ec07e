"""Shares of people near stops, stations and roads, by hand."""

import numpy as np
import pandas as pd
import pytest
from geopandas import GeoDataFrame
from shapely import LineString, Point, box

import analyses
import layers
from geo import METRIC, PlanningDataError
from tests.layers.synthetic_city import BLOCK_M, WEST_SOUTH, city, places

X, Y = WEST_SOUTH


def cells(count=10, side=100.0, people=10.0):
    """A row of square cells from west to east."""
    shapes = [box(X + side * n, Y, X + side * (n + 1), Y + side) for n in range(count)]
    return GeoDataFrame({"people": people}, index=[f"c{n}" for n in range(count)], geometry=shapes, crs=METRIC)


def stops(*rows):
    frame = GeoDataFrame({"mode": [mode for mode, *_ in rows]}, geometry=[Point(x, y) for _, x, y in rows], crs=METRIC)
    return frame.set_axis([f"s{n}" for n in range(len(frame))])


def test_buses_and_brt_reach_half_as_far_as_metros():
    zones = cells(30)
    for mode, metres in [("bus", 500), ("brt", 500), ("metro", 1000), ("rail", 1000)]:
        found = analyses.convenient_transport(zones, stops((mode, X, Y + 50)), "people")
        assert found["near_people"] == pytest.approx(metres / 100 * 10, rel=2e-2)
        assert found["sdg_11_2_1_pct"] == pytest.approx(100 * found["near_people"] / 300)
    both = analyses.convenient_transport(zones, stops(("bus", X, Y + 50), ("metro", X + 3000, Y + 50)), "people")
    assert both["near_people"] == pytest.approx(150, rel=2e-2)
    assert both["near_high_people"] == pytest.approx(100, rel=2e-2)


def test_people_near_two_stops_count_once():
    one, two = stops(("bus", X, Y)), stops(("bus", X, Y), ("bus", X + 1, Y), ("metro", X, Y))
    zones = cells(3)
    assert analyses.convenient_transport(zones, two, "people")["near_people"] == pytest.approx(30)
    assert analyses.convenient_transport(zones, one, "people")["near_people"] <= 30


def test_over_streets_the_walk_counts_and_not_the_straight_line():
    town = city()
    homes = places((1, 1), (2, 0), (0, 1), (3, 0)).assign(people=[1.0, 2, 4, 8])  # 800, 800, 400, 1,200 m from the corner
    at = stops(("bus", X, Y))
    found = analyses.convenient_transport(homes, at, "people", walking=town.walking)
    assert found["near_people"] == 4
    metro = analyses.convenient_transport(homes, stops(("metro", X, Y)), "people", walking=town.walking)
    assert metro["near_people"] == 1 + 2 + 4
    assert np.hypot(BLOCK_M, BLOCK_M) < 600  # the first home is nearer than that in a straight line


def test_people_near_transit_and_kilometres_a_million():
    zones = cells(20)
    found = analyses.people_near_transit(zones, stops(("metro", X, Y + 50)), "people")
    assert found["pnt_pct"] == pytest.approx(50, rel=1e-2)
    wider = analyses.people_near_transit(zones, stops(("metro", X, Y + 50)), "people", within_m=1500)
    assert wider["near_people"] > found["near_people"]
    assert analyses.rapid_transit_ratio(0, 1e6) == 0
    for length, people in [(-1, 1e6), (np.nan, 1e6), (1, 0)]:
        with pytest.raises(PlanningDataError, match="E-NEAR-02"):
            analyses.rapid_transit_ratio(length, people)


def test_rural_people_within_two_kilometres_of_a_road():
    zones = cells(40)
    road = GeoDataFrame(geometry=[LineString([(X, Y - 5000), (X, Y + 5000)])], crs=METRIC)
    rural = pd.Series(np.where(np.arange(40) < 10, 0, 10.0), zones.index)
    found = analyses.rural_access(zones, road, rural)
    assert found["rural_people"] == 300
    assert found["rai_pct"] == pytest.approx(100 * 100 / 300)


def test_the_region_has_shares_between_nobody_and_all():
    zones, today = layers.zones(), layers.transport()
    bus = today.timetable.stops().assign(mode="bus")
    share = analyses.convenient_transport(zones, bus)["sdg_11_2_1_pct"]
    assert 1 < share < 40  # the buses of New City and one metro outside it
    roads = layers.roads()
    rai = analyses.rural_access(zones, roads[roads["status"] == "existing"], "population_2019_people")["rai_pct"]
    assert 50 < rai < 100


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"people": "nobody"}, "E-NEAR-01"),
        ({"people": pd.Series(0.0, cells(3).index)}, "E-NEAR-01"),
        ({"people": pd.Series(-1.0, cells(3).index)}, "E-PEOPLE-02"),
        ({"people": pd.Series([1.0, np.nan, 1], cells(3).index)}, "E-PEOPLE-02"),
        ({"people": pd.Series(1.0, ["x"])}, "E-PEOPLE-01"),
        ({"modes": "kind"}, "E-NEAR-01"),
        ({"modes": pd.Series([None], ["s0"], dtype=object)}, "E-NEAR-01"),
    ],
)
def test_people_and_stops_that_do_not_fit_are_refused(change, code):
    with pytest.raises(PlanningDataError, match=code):
        analyses.convenient_transport(cells(3), stops(("bus", X, Y)), **{"people": "people", **change})
    with pytest.raises(PlanningDataError, match="E-CRS-02"):
        analyses.convenient_transport(cells(3), stops(("bus", X, Y)).set_crs(4326, allow_override=True), "people")


def test_walks_in_another_crs_than_the_zones_are_refused():
    town = city()
    zones = places((4, 4)).assign(people=10.0).set_geometry(places((4, 4)).buffer(50)).to_crs(32648)
    near = places((4, 4.5)).assign(mode="bus").to_crs(32648)
    with pytest.raises(PlanningDataError, match="E-CRS-02"):
        analyses.people_near_transit(zones, near, "people", walking=town.walking)
