"""What crosses a line on the map, on a city of square blocks."""

import numpy as np
import pytest
from geopandas import GeoDataFrame
from shapely import LineString

import analyses
import layers
from geo import METRIC, PlanningDataError
from tests.layers.synthetic_city import at, city


def drawn(*lines, ids=None):
    shapes = [LineString([at(*corner) for corner in line]) for line in lines]
    return GeoDataFrame(index=ids or [f"line {n}" for n in range(len(shapes))], geometry=shapes, crs=METRIC)


@pytest.fixture(scope="module")
def town():
    return city()


ACROSS = drawn(((4.5, -1), (4.5, 5.5)), ids=["rows 0 to 5"])  # northwards, over rows 0 to 5


def test_streets_that_cross_are_counted_each(town):
    found = analyses.screenline_roads(town, ACROSS)
    assert found["road"].tolist() == [f"Row {n}" for n in range(6)]
    assert found["crossings"].tolist() == [1] * 6
    assert found["lanes"].isna().all()  # this city does not tell lanes
    assert found["vehicles_per_hour"].isna().all()
    assert set(analyses.screenline_roads(town, drawn(((4.1, 6), (4.1, 7))), mode="car")["road"]) >= {"Motorway"}
    assert "Motorway" not in set(analyses.screenline_roads(town, drawn(((4.1, 6), (4.1, 7))), mode="motorbike")["road"])


def test_trips_cross_in_both_directions_and_are_told_apart(town):
    found = analyses.screenline_lines(town, ACROSS, places_per_trip={"E": 60})
    assert found["line_id"].tolist() == ["E", "E"]
    assert found["to_side"].tolist() == ["left", "right"]
    assert found["trips_per_hour"].tolist() == pytest.approx([6, 6])
    assert found["places_per_hour"].tolist() == pytest.approx([360, 360])
    north = analyses.screenline_lines(town, drawn(((-1, 2.5), (10, 2.5))))
    assert north["line_id"].unique().tolist() == ["N"]
    assert north["places_per_hour"].isna().all()


def test_a_line_drawn_the_other_way_swaps_the_sides(town):
    there = analyses.screenline_lines(town, drawn(((6.5, 7.5), (6.5, 8.5))), from_time="08:00", to_time="10:00")
    back = analyses.screenline_lines(town, drawn(((6.5, 8.5), (6.5, 7.5))), from_time="08:00", to_time="10:00")
    assert there["trips_per_hour"].tolist() == pytest.approx([3, 3])
    swapped = back.assign(to_side=back["to_side"].map({"left": "right", "right": "left"})).sort_values("to_side")
    assert swapped.reset_index(drop=True).equals(there)


def test_there_and_back_within_one_hop_is_not_across(town):
    fold = GeoDataFrame(index=["fold"], geometry=[LineString([at(4.2, 1.5), at(4.4, 2.5), at(4.6, 1.5)])], crs=METRIC)
    assert analyses.screenline_lines(town, fold).empty
    assert analyses.screenline_roads(town, fold).set_index("road")["crossings"].to_dict() == {"Row 2": 2}


def test_the_saigon_river_is_crossed_by_the_roads_with_bridges():
    today, river = layers.transport(), layers.waterways().loc[["river_saigon"]]
    found = analyses.screenline_roads(today, river, vehicles_per_lane_per_hour=900)
    assert {"ql13", "dt744"} <= set(found["road"])
    known = found["lanes"].notna()
    assert np.allclose(found.loc[known, "vehicles_per_hour"], found.loc[known, "lanes"] * 900)
    bridges = analyses.bridge_candidates(today, river).dropna().str.partition("/")[2]
    assert set(found["road"]) <= set(bridges)


def test_what_is_no_screenline_is_refused(town):
    area = ACROSS.set_geometry(ACROSS.buffer(10))
    for bad in (area, ACROSS.iloc[:0], drawn(((0, 0), (1, 1)), ((0, 0), (1, 2)), ids=["x", "x"])):
        with pytest.raises(PlanningDataError, match="E-SCREEN-01"):
            analyses.screenline_roads(town, bad)
    with pytest.raises(PlanningDataError, match="E-SCREEN-02"):
        analyses.screenline_roads(town, ACROSS, vehicles_per_lane_per_hour=0)
    with pytest.raises(PlanningDataError, match="E-SCREEN-02"):
        analyses.screenline_lines(town, ACROSS, places_per_trip={"E": -1})
    with pytest.raises(PlanningDataError, match="E-CRS-02"):
        analyses.screenline_lines(town, ACROSS.set_crs(4326, allow_override=True))


def test_sides_are_those_where_the_line_is_crossed(town):
    """A hook that first runs west below the bus and then east over its street, and a cordon: neither has one heading."""
    hook = analyses.screenline_lines(town, drawn(((6, 1.5), (3.5, 1.5), (3.5, 2.5), (6, 2.5))))
    assert hook.loc[hook["line_id"] == "E", "trips_per_hour"].tolist() == pytest.approx([6, 6])
    cordon = drawn(((3.5, 1.5), (4.5, 1.5), (4.5, 2.5), (3.5, 2.5), (3.5, 1.5)))  # left is inside
    found = analyses.screenline_lines(town, cordon)
    assert found["to_side"].tolist() == ["left", "right"]
    assert found["trips_per_hour"].tolist() == pytest.approx([12, 12])  # from both ends of the line, and back
    bent = analyses.screenline_lines(town, drawn(((4.5, 1.5), (4.5, 2.5), (9.5, 2.5), (9.5, 1.2))))  # it ends south of its start
    short = analyses.screenline_lines(town, drawn(((4.5, 1.5), (4.5, 2.5))), from_time="07:30", to_time="08:00")
    assert bent[bent["line_id"] == "E"].equals(short)


def test_a_stop_on_the_line_is_passed_once(town):
    on_a_stop = analyses.screenline_lines(town, drawn(((4, 1.5), (4, 2.5))))
    assert on_a_stop["trips_per_hour"].tolist() == pytest.approx([6, 6])
    assert on_a_stop["to_side"].tolist() == ["left", "right"]
