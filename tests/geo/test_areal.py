import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

import geo


def test_units_left_over_go_to_the_largest_remainders():
    assert geo.largest_remainder([47_000, 16_000, 15_900, 12_000, 6_000, 3_100], 10).tolist() == [5, 2, 1, 1, 1, 0]


def test_ties_go_to_the_earlier_position():
    assert geo.largest_remainder([1, 1, 1], 10).tolist() == [4, 3, 3]


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=40).filter(lambda parts: sum(parts) > 1e-3), st.integers(0, 10**7))
def test_shares_add_up_and_stay_within_one_of_the_exact_share(weights, total):
    whole = geo.largest_remainder(weights, total)
    exact = np.asarray(weights) / np.sum(weights) * total
    assert whole.sum() == total
    assert np.abs(whole - exact).max() < 1 + 1e-6


@pytest.mark.parametrize("weights", [[0.0, 0.0], [1.0, -1.0], [1.0, np.nan], []])
def test_weights_that_can_not_carry_a_total_are_refused(weights):
    with pytest.raises(geo.PlanningDataError, match="E-AREAL-01"):
        geo.largest_remainder(weights, 5)


def test_overlaps_name_both_sides_and_leave_touching_neighbours_out():
    squares = gpd.GeoSeries([box(0, 0, 10, 10), box(10, 0, 20, 10)], index=["a", "b"], crs=geo.METRIC)
    bands = gpd.GeoSeries([box(-5, 0, 5, 4), box(8, 0, 14, 1), box(20, 0, 30, 10)], index=["x", "y", "z"], crs=geo.METRIC)
    found = geo.overlaps(squares, bands)
    assert found.values.tolist() == [["a", "x", 20.0], ["a", "y", 2.0], ["b", "y", 4.0]]


@pytest.mark.parametrize(("sliver_m2", "code"), [(19.9, "E-GEOM-13"), (20, "E-GEOM-14"), (21, "E-GEOM-14")])
def test_areas_may_overlap_by_as_much_as_a_sliver(sliver_m2, code):
    west, east = box(600_000, 1_220_000, 600_100, 1_220_010), box(600_098, 1_220_000, 600_200, 1_220_010)
    zones = gpd.GeoDataFrame(geometry=[west, east], index=["a", "b"], crs=geo.METRIC)
    (told,) = geo.partition_findings(zones, sliver_m2=sliver_m2)
    assert (told.code, told.feature_ids) == (code, ("a", "b") if code == "E-GEOM-13" else ())
    assert "20.0000 m²" in told.what if code == "E-GEOM-14" else told.seen == "0.0020 ha"


def test_overlaps_of_two_systems_are_refused():
    square = gpd.GeoSeries([box(0, 0, 1, 1)], crs=geo.METRIC)
    with pytest.raises(geo.PlanningDataError, match="E-CRS-02"):
        geo.overlaps(square, square.set_crs(geo.EQUAL_AREA, allow_override=True))
