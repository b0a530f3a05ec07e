"""Slopes of surfaces that are known, in metres and in degrees, and the same by windows."""

import numpy as np
import pytest
from affine import Affine
from pyproj import CRS
from scipy import ndimage

import analyses
import geo
from geo import PlanningDataError

METRES = geo.Grid(CRS("EPSG:32648"), Affine(30, 0, 680_000, 0, -30, 1_240_000), (20, 25))
DEGREES = geo.Grid(CRS("EPSG:4326"), Affine(1 / 3600, 0, 10, 0, -1 / 3600, 60), (20, 25))


def plane(grid, east, south):
    """Rises so many metres a metre eastwards and southwards."""
    across, along = (side[0, 0] for side in grid.cell_sides_m())
    return geo.Raster(grid, np.add.outer(np.arange(20) * south * along, np.arange(25) * east * across), "m")


@pytest.mark.parametrize("grid", [METRES, DEGREES])
@pytest.mark.parametrize(("east", "south", "looks"), [(0.1, 0, 270), (-0.1, 0, 90), (0, 0.1, 0), (0, -0.1, 180), (-0.1, 0.1, 45)])
def test_a_plane_is_as_steep_as_it_is_drawn_and_looks_where_it_falls(grid, east, south, looks):
    heights = plane(grid, east, south)
    slope, way = analyses.slope_pct(heights), analyses.aspect(heights)
    assert slope.values.count() == way.values.count() == 18 * 23
    assert slope.values.compressed() == pytest.approx(100 * np.hypot(east, south), rel=2e-4)
    off = (way.values.compressed() - looks + 180) % 360 - 180
    assert np.abs(off).max() < 0.02
    assert slope.unit == "%"


def test_level_ground_looks_nowhere():
    level = geo.Raster(METRES, np.full((20, 25), 7.0), "m")
    assert analyses.slope_pct(level).values.compressed().tolist() == [0] * (18 * 23)
    assert analyses.aspect(level).values.count() == 0


def test_any_surface_is_that_of_sobels_filter():
    values = np.random.default_rng(0).normal(50, 9, (20, 25))
    found = analyses.slope_pct(geo.Raster(METRES, values)).values
    east, south = METRES.cell_sides_m()
    p, q = ndimage.sobel(values, 1) / (8 * east), ndimage.sobel(values, 0) / (8 * south)
    assert found[1:-1, 1:-1].data == pytest.approx(100 * np.hypot(p, q)[1:-1, 1:-1], rel=1e-12)


def test_cells_beside_a_missing_one_are_missing():
    values = np.ma.masked_equal(np.arange(500.0).reshape(20, 25), 137)
    found = analyses.slope_pct(geo.Raster(METRES, values))
    assert np.argwhere(np.ma.getmaskarray(found.values[1:-1, 1:-1])).tolist() == [[r, c] for r in (3, 4, 5) for c in (10, 11, 12)]


def test_a_file_is_worked_through_by_windows(tmp_path, monkeypatch):
    monkeypatch.setattr(geo.raster_cells, "_BLOCK", 60)
    heights = geo.Raster(DEGREES, np.random.default_rng(0).normal(50, 9, (20, 25)).astype(np.float32), "m")
    path = geo.write_raster(heights, tmp_path / "dem.tif")
    found = geo.read_raster(analyses.slope_pct(path, tmp_path / "slope.tif"))
    whole = analyses.slope_pct(heights)
    assert found.unit == "%"
    assert (np.ma.getmaskarray(found.values) == np.ma.getmaskarray(whole.values)).all()
    assert found.values.compressed() == pytest.approx(whole.values.compressed(), rel=1e-5)


def test_heights_in_feet_are_refused():
    with pytest.raises(PlanningDataError, match="E-TERRAIN-01"):
        analyses.slope_pct(geo.Raster(METRES, np.zeros((20, 25)), "ft"))
