"""The form of a street network on a city of square blocks, where everything is known by hand."""

import geopandas
import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from shapely import LineString, box

import analyses
import layers
from geo import METRIC, PlanningDataError, area_ha, to_wgs84
from tests.ground import per_m2
from tests.layers.synthetic_city import BLOCK_M, CORNERS, at, city

GROUND = per_m2(*at(4.5, 4.5))


def lines(*corners):
    return GeoDataFrame(geometry=[LineString([at(*c) for c in line]) for line in corners], crs=METRIC)


def zone(*corners, ids=None):
    """Boxes from (i, j) to (i, j), in blocks."""
    shapes = [box(*at(*low), *at(*high)) for low, high in corners]
    return GeoDataFrame(index=ids or [f"z{n}" for n in range(len(shapes))], geometry=shapes, crs=METRIC)


@pytest.fixture(scope="module")
def grid():
    town = city()
    frame = town.streets.edges.frame(town.crs)
    return frame[frame["highway"] != "motorway"]


def test_square_blocks_of_four_hundred_metres(grid):
    found = analyses.network_form(grid, zone(((-0.5, -0.5), (9.5, 9.5)))).iloc[0]
    km2 = (10 * BLOCK_M / 1000) ** 2 * GROUND
    assert found["street_km"] == pytest.approx(2 * CORNERS * 9 * 0.4 * GROUND**0.5)
    assert found["street_km_per_km2"] == pytest.approx(72 * GROUND**0.5 / km2)
    assert found["nodes"] == 96  # the four corners of the city join two streets: no nodes
    assert found["intersections"] == 96
    assert found["intersections_per_km2"] == pytest.approx(96 / km2)
    assert found["dead_end_pct"] == 0
    assert found["node_degree_mean"] == pytest.approx((32 * 3 + 64 * 4) / 96)
    assert found["block_ha"] == pytest.approx(16 * GROUND)
    assert found["in_blocks_pct"] == pytest.approx(81)
    assert found["circuity"] == pytest.approx(72 / (172 * 0.4 + 4 * 0.4 * np.sqrt(2)))  # the four corners bend


def test_zones_that_share_a_border_share_nothing_twice(grid):
    halves = zone(((-1, -1), (4, 10)), ((4, -1), (10, 10)), ids=["b", "a"])
    whole = zone(((-1, -1), (10, 10)))
    two, one = analyses.network_form(grid, halves), analyses.network_form(grid, whole).iloc[0]
    assert two["nodes"].sum() == one["nodes"]
    assert two.loc["a", "nodes"] > two.loc["b", "nodes"]  # the column on the border belongs to the lower id
    assert two["nodes"].loc["a"] == 6 * 10 - 2
    assert two["street_km"].sum() == pytest.approx(one["street_km"])
    assert two.loc["a", "street_km"] == pytest.approx(
        (6 * 9 + 10 * 5) * 0.4 * GROUND**0.5, rel=1e-5
    )  # six columns, ten rows from the fifth corner on
    inner = zone(((0, 0), (4.5, 9)), ((4.5, 0), (9, 9)))
    assert analyses.network_form(grid, inner)["street_km"].sum() == pytest.approx(one["street_km"])


def test_dead_ends_bends_and_rings():
    crossing = lines(((0, 1), (1, 1)), ((1, 1), (2, 1)), ((1, 1), (1, 2)), ((1, 0), (1, 1)), ((1, 2), (1, 3), (2, 3)))
    found = analyses.network_form(crossing, zone(((-1, -1), (4, 4)))).iloc[0]
    assert found[["nodes", "intersections"]].tolist() == [5, 1]
    assert found["dead_end_pct"] == 80
    assert found["node_degree_mean"] == pytest.approx(8 / 5)
    assert found["circuity"] == pytest.approx((3 + 3) / (3 + np.hypot(1, 2)))  # the arm that bends is one street of three blocks
    assert np.isnan(found["block_ha"])
    assert found["in_blocks_pct"] == 0
    ring = analyses.network_form(lines(((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))), zone(((-1, -1), (2, 2)))).iloc[0]
    assert np.isnan(ring["circuity"])
    assert ring["block_ha"] == pytest.approx(16 * per_m2(*at(0.5, 0.5)))


def test_the_block_a_random_place_lies_in_counts_by_area():
    streets = lines(((0, 0), (4, 0)), ((4, 0), (4, 1)), ((4, 1), (0, 1)), ((0, 1), (0, 0)), ((1, 0), (1, 1)))
    found = analyses.network_form(streets, zone(((0, 0), (4, 1)))).iloc[0]
    assert found["block_ha"] == pytest.approx(16 * (1 * 1 + 3 * 3) / 4 * per_m2(*at(2, 0.5)), rel=1e-5)
    blocks = analyses.street_blocks(streets)
    assert sorted(blocks["block_ha"]) == pytest.approx([16 * per_m2(*at(0.5, 0.5)), 48 * per_m2(*at(2.5, 0.5))])
    assert blocks["block_ha"].to_numpy() == pytest.approx(area_ha(blocks).to_numpy())
    assert blocks.crs == streets.crs


def test_a_zone_without_streets_has_none_and_says_so(grid):
    found = analyses.network_form(grid, zone(((20, 20), (21, 21)))).iloc[0]
    assert found[["street_km", "nodes", "intersections", "intersections_per_km2"]].tolist() == [0, 0, 0, 0]
    assert found[["dead_end_pct", "node_degree_mean", "circuity", "block_ha"]].isna().all()


def test_the_order_of_rows_directions_and_doubles_change_nothing(grid):
    zones = zone(((-1, -1), (4, 10)), ((4, -1), (10, 10)))
    twice = geopandas.GeoDataFrame(geometry=np.concatenate([grid.geometry, shapely.reverse(grid.geometry)]), crs=METRIC)
    one = analyses.network_form(grid, zones)
    other = analyses.network_form(twice.sample(frac=1, random_state=1), zones.iloc[::-1]).loc[zones.index]
    assert np.allclose(one, other, equal_nan=True, rtol=1e-12)


def test_what_is_no_street_or_no_zone_is_refused(grid):
    area = zone(((0, 0), (1, 1)))
    for bad in (area, grid.iloc[:0], grid.assign(geometry=None)):
        with pytest.raises(PlanningDataError, match=r"E-FORM-01|E-CRS-02"):
            analyses.network_form(bad.set_crs(METRIC, allow_override=True), area)
    with pytest.raises(PlanningDataError, match="E-CRS-02"):
        analyses.network_form(grid, to_wgs84(area))
    with pytest.raises(PlanningDataError, match="E-POLY-01"):
        analyses.network_form(grid, zone(((0, 0), (1, 1)), ((2, 2), (3, 3)), ids=["z", "z"]))


def test_the_region_has_an_answer_for_every_unit():
    today = layers.transport()
    found = analyses.network_form(today.streets.edges.frame(today.crs), layers.units())
    assert (found["street_km"] > 0).sum() >= 9
    assert not np.isinf(found.to_numpy(float)).any()
    assert found["circuity"].min() >= 1
