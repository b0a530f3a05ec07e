"""Change between two rasters: by hand, against polygons, and with the ground's own size of cells."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from pyproj import CRS

import analyses
import geo
from geo import PlanningDataError

DEGREES = geo.Grid(CRS("EPSG:4326"), Affine(0.001, 0, 106.6, 0, -0.001, 11.2), (30, 40))
CLASSES = {10: "trees", 40: "farm", 50: "built_up"}


def cover(seed, grid=DEGREES):
    draw = np.random.default_rng(seed)
    return geo.Raster(grid, np.ma.masked_equal(draw.choice(np.array([0, 10, 40, 50], np.uint8), grid.shape), 0))


def test_rows_are_the_land_before_and_columns_the_land_after():
    old, new = cover(1), cover(2)
    matrix = analyses.land_cover_change(old, new, CLASSES)
    ground = np.broadcast_to(DEGREES.cell_areas_m2() / 1e4, DEGREES.shape)
    for raster, sums in ((old, matrix.sum(axis=1)), (new, matrix.sum(axis=0))):
        for code, name in CLASSES.items():
            assert sums[name] == pytest.approx(ground[np.ma.filled(raster.values == code, 0).astype(bool)].sum(), rel=1e-12)
    both = np.ma.getmaskarray(old.values) & np.ma.getmaskarray(new.values)
    assert matrix.to_numpy().sum() == pytest.approx(ground[~both].sum(), rel=1e-12)
    assert matrix.index.tolist() == ["trees", "farm", "built_up", "unclassified"]
    parts = analyses.change_components(matrix)
    assert parts["net_ha"].sum() == pytest.approx(0, abs=1e-9)


def test_windows_change_nothing(monkeypatch):
    whole = analyses.land_cover_change(cover(1), cover(2), CLASSES)
    monkeypatch.setattr(geo.raster_cells, "_BLOCK", 300)
    parts = analyses.land_cover_change(cover(1), cover(2), CLASSES)
    assert parts.to_numpy() == pytest.approx(whole.to_numpy(), rel=1e-12)


def test_a_polygon_takes_its_shares_of_cells():
    """The same change as that of polygons of the cells, cut by the same place."""
    old, new = cover(1), cover(2)
    place = gpd.GeoDataFrame(geometry=[shapely.Point(106.62, 11.186).buffer(0.009)], crs="EPSG:4326")
    found = analyses.land_cover_change(old, new, CLASSES, within=place)
    squares = [shapely.box(*DEGREES.part(r, c, (1, 1)).bounds) for r in range(30) for c in range(40)]
    share = shapely.area(shapely.intersection(squares, place.geometry.iloc[0])) / 1e-6
    hectares = np.broadcast_to(DEGREES.cell_areas_m2() / 1e4, DEGREES.shape).ravel() * share
    for a, before in CLASSES.items():
        for b, after in CLASSES.items():
            chosen = np.ma.filled((old.values == a) & (new.values == b), 0).astype(bool).ravel()
            assert found.loc[before, after] == pytest.approx(hectares[chosen].sum(), rel=1e-6)


SHIFTED = geo.Grid(DEGREES.crs, DEGREES.transform * Affine.translation(0.5, 0), DEGREES.shape)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"after": cover(2, SHIFTED)}, "E-RAS-12 .*reproject_raster"),
        ({"after": cover(2, SHIFTED), "within": DEGREES.outline()}, "E-RAS-12 .*reproject_raster"),
        ({"classes": {10: "trees", 40: "farm"}}, "E-CLASS-01"),
        ({"after": geo.Raster(DEGREES, np.ones(DEGREES.shape))}, "E-RAS-09"),
        ({"classes": "worldpop"}, "E-CLASS-02"),
    ],
)
def test_rasters_that_can_not_be_compared_are_refused(change, code):
    given = {"before": cover(1), "after": cover(2), "classes": CLASSES} | change
    with pytest.raises(PlanningDataError, match=code):
        analyses.land_cover_change(given.pop("before"), given.pop("after"), given.pop("classes"), **given)
