"""Rasters told for zones: by hand, over partitions, and for real places."""

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine
from pyproj import CRS

import analyses
import geo
from geo import PlanningDataError

POA = Path(__file__).parents[3].parent / "shared" / "data" / "poa"
GRID = geo.Grid(CRS("EPSG:9210"), Affine(100, 0, 600_000, 0, -100, 1_220_200), (2, 2))
ZONES = gpd.GeoDataFrame(
    geometry=[shapely.box(600_000, 1_220_000, 600_150, 1_220_200), shapely.box(600_150, 1_220_000, 600_400, 1_220_200)],
    index=pd.Index(["west", "east"], name="zone_id"),
    crs="EPSG:9210",
)
COVER = geo.Raster(GRID, np.ma.masked_equal(np.array([[10, 50], [50, 0]], np.uint8), 0))


def test_columns_are_named_by_the_planner_and_keep_the_zones_index():
    people = geo.Raster(GRID, np.ma.masked_equal([[1.0, 2], [3, -1]], -1))
    found = analyses.zonal(ZONES, people, {"people": "sum", "height_p50_m": "p50"})
    assert found.index.equals(ZONES.index)
    assert found["people"].tolist() == [5, 1]
    assert found["height_p50_m"].tolist() == [2, 2]
    assert found["data_pct"].tolist() == pytest.approx([100 * 2.5 / 3, 100 * 0.5 / 5], rel=1e-5)


def test_sums_are_nought_and_means_null_where_nothing_is():
    far = ZONES.loc[["west"]].translate(5_000).to_frame("geometry")
    both = pd.concat([ZONES, far.rename({"west": "far"})])
    found = analyses.zonal(both, COVER, {"people": "sum", "height_m": "mean"}).loc["far"]
    assert found["people"] == 0
    assert np.isnan(found["height_m"])
    assert found["data_pct"] == 0


def test_hectares_of_classes_by_hand():
    found = analyses.class_areas(ZONES, COVER, {10: "trees", 50: "built_up", 80: "water"})
    assert found.columns.tolist() == ["trees_ha", "built_up_ha", "water_ha"]
    assert found.to_numpy() == pytest.approx(np.array([[1, 1.5, 0], [0, 0.5, 0]]), rel=1e-3)
    merged = analyses.class_areas(ZONES, COVER, {10: "land", 50: "land"})
    assert merged["land_ha"].tolist() == pytest.approx([2.5, 0.5], rel=1e-3)
    named = analyses.class_areas(ZONES, COVER, "worldcover")
    assert named["tree_cover_ha"].tolist() == found["trees_ha"].tolist()
    assert analyses.land_use_mix(found.loc[["west"]]).tolist() == pytest.approx([0.6126], abs=1e-4)


def test_hectares_of_a_partition_are_the_ground_of_the_raster():
    draw = np.random.default_rng(0)
    grid = geo.Grid(CRS("EPSG:4326"), Affine(1 / 1200, 0, 106.6, 0, -1 / 1200, 11.2), (60, 60))
    cover = geo.Raster(grid, draw.integers(0, 9, (60, 60)).astype(np.uint8))
    west, south, _, _ = grid.bounds
    cuts = [0, 0.0111, 0.02345, 0.05]
    strips = list(pairwise(cuts))
    boxes = [shapely.box(west + a, south + c, west + b, south + d) for a, b in strips for c, d in strips]
    found = analyses.class_areas(gpd.GeoDataFrame(geometry=boxes, crs="EPSG:4326"), cover, "dynamic_world")
    whole = np.broadcast_to(grid.cell_areas_m2(), (60, 60)) / 1e4
    expected = np.bincount(np.ma.getdata(cover.values).ravel(), whole.ravel())
    assert found.sum().to_numpy() == pytest.approx(expected, rel=1e-6)
    assert found.to_numpy().sum() == pytest.approx(whole.sum(), rel=1e-7)


def test_built_land_by_footprints_and_by_class():
    metres = geo.Raster(GRID, np.ma.masked_equal(np.array([[2000, 10000], [0, 7777]], np.uint16), 7777))
    by_footprint = analyses.built_up_share(ZONES, metres, "ghs_built")
    assert by_footprint["built_up_ha"].tolist() == pytest.approx([0.7, 0.5])
    assert by_footprint["built_up_pct"].tolist() == pytest.approx([28, 100], rel=1e-3)
    by_class = analyses.built_up_share(ZONES, COVER, "worldcover")
    assert by_class["built_up_pct"].tolist() == pytest.approx([60, 100], rel=1e-6)
    with pytest.raises(PlanningDataError, match="E-ZONAL-02"):
        analyses.built_up_share(ZONES, COVER, "worldpop")


@pytest.mark.parametrize(
    ("ask", "code", "ids"),
    [
        (lambda: analyses.zonal(ZONES, COVER, {}), "E-ZONAL-01", ()),
        (lambda: analyses.zonal(ZONES.rename({"east": "west"}), COVER, {"a": "sum"}), "E-POLY-01", ("west",)),
        (lambda: analyses.class_areas(ZONES, COVER, {10: "trees"}), "E-CLASS-01", (50,)),
        (lambda: analyses.class_areas(ZONES, COVER, "worldpop"), "E-CLASS-02", ()),
        (lambda: analyses.class_areas(ZONES, COVER, "esa"), "E-RAS-16", ()),
    ],
)
def test_what_can_not_be_told_is_refused(ask, code, ids):
    with pytest.raises(PlanningDataError, match=code) as caught:
        ask()
    assert caught.value.feature_ids == ids


@pytest.mark.skipif(not POA.is_dir(), reason="the hexagons and heights of Porto Alegre are not at hand")
def test_heights_of_hexagons_of_a_real_city():
    """The heights of a hexagon lie between those at its centre's neighbours; slopes of a hilly city are those of hills."""
    table = pd.read_csv(POA / "poa_hexgrid.csv")
    shapes = [shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(one)]) for one in table["id"]]
    hexagons = gpd.GeoDataFrame(geometry=shapes, index=table["id"], crs="EPSG:4326")
    dem = geo.read_raster(POA / "poa_elevation.tif")
    found = analyses.zonal(hexagons, dem, {"low_m": "min", "height_m": "mean", "high_m": "max"})
    inside = found[found["data_pct"] > 99]
    assert len(inside) > 0.9 * len(hexagons)
    assert (inside["low_m"] <= inside["height_m"]).all()
    assert (inside["height_m"] <= inside["high_m"]).all()
    slope = analyses.zonal(hexagons, analyses.slope_pct(dem), {"slope_pct": "mean"})["slope_pct"]
    assert 2 < slope.median() < 15
    assert slope.max() < 60


def test_built_land_is_unknown_where_no_cell_has_data():
    far = ZONES.set_geometry(ZONES.translate(50_000))
    both = pd.concat([ZONES.iloc[:1], far.iloc[1:]])
    for product in ("worldcover", "ghs_built"):
        assert analyses.built_up_share(both, COVER, product).isna().to_numpy().tolist() == [[False, False], [True, True]]
