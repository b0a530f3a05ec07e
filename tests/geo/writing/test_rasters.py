"""Rasters written: everything comes back, nothing half."""

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import CRS

import geo
from geo import PlanningDataError

GRID = geo.Grid(CRS("EPSG:9210"), Affine(30, 0, 600_000, 0, -30, 1_240_000), (700, 900))


def raster(dtype, unit="people"):
    values = np.random.default_rng(3).integers(0, 90, GRID.shape).astype(dtype)
    return geo.Raster(GRID, np.ma.masked_greater(values, 80), unit)


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float32", "float64"])
def test_cells_units_and_missing_cells_come_back(tmp_path, dtype):
    before = raster(dtype)
    after = geo.read_raster(geo.write_raster(before, tmp_path / "a.tif", labels={"source": "test"}))
    assert after.grid.fits(before.grid)
    assert after.unit == "people"
    assert after.values.dtype == before.values.dtype
    assert (np.ma.getmaskarray(after.values) == before.values.mask).all()
    assert (after.values == before.values).all()
    with rasterio.open(tmp_path / "a.tif") as file:
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.overviews(1)
        assert file.tags()["source"] == "test"


def test_the_same_raster_gives_the_same_bytes(tmp_path):
    one, two = (geo.write_raster(raster("float32"), tmp_path / name).read_bytes() for name in ("a.tif", "b.tif"))
    assert one == two


def test_a_type_with_no_free_value_is_refused(tmp_path):
    full = geo.Raster(geo.Grid(GRID.crs, GRID.transform, (1, 256)), np.arange(256, dtype=np.uint8)[None])
    with pytest.raises(PlanningDataError, match="E-RAS-13"):
        geo.write_raster(full, tmp_path / "a.tif")
    with pytest.raises(PlanningDataError, match="E-RAS-13"):
        geo.write_raster(raster("uint8"), tmp_path / "a.jpg")
    assert not list(tmp_path.iterdir())


def test_rasters_are_mapped_window_by_window(tmp_path, monkeypatch):
    monkeypatch.setattr(geo.raster_cells, "_BLOCK", 100_000)
    one, two = raster("int32"), raster("float64")
    found = geo.read_raster(geo.map_rasters(lambda a, b: a * 2 + b, [one, two], tmp_path / "sum.tif", unit="people"))
    assert (found.values == one.values * 2 + two.values).all()
    assert found.values.count() == one.values.count()


def test_an_error_on_the_way_leaves_the_old_file(tmp_path):
    geo.write_raster(raster("uint8"), tmp_path / "a.tif")
    before = (tmp_path / "a.tif").read_bytes()

    def fails(_cells):
        raise PlanningDataError("E-X-01", "no.", mend="none.")

    with pytest.raises(PlanningDataError, match="E-X-01"):
        geo.map_rasters(fails, raster("uint8"), tmp_path / "a.tif")
    assert (tmp_path / "a.tif").read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["a.tif"]


def test_what_is_written_is_laid_out_for_the_cloud_and_the_check_finds_what_is_not(tmp_path):
    values = np.ma.masked_less(np.random.default_rng(0).random((1300, 900)), 0.1).astype("float32")
    grid = geo.Grid(CRS(9210), Affine(10, 0, 600_000, 0, -10, 1_230_000), values.shape)
    path = geo.write_raster(geo.Raster(grid, values, "people"), tmp_path / "a.tif")
    assert geo.cog_faults(path) == []
    with rasterio.open(path) as cog:
        assert (cog.overviews(1), cog.block_shapes[0], cog.units[0]) == ([2, 4], (512, 512), "people")
        plain = {"driver": "GTiff", "width": 900, "height": 1300, "count": 1, "dtype": "float32", "transform": grid.transform}
        with rasterio.open(tmp_path / "strips.tif", "w", **plain) as out:
            out.write(cog.read())
        with rasterio.open(tmp_path / "late.tif", "w", tiled=True, blockxsize=256, blockysize=256, **plain) as out:
            out.write(cog.read())
        with rasterio.open(tmp_path / "late.tif", "r+") as out:
            out.build_overviews([2, 4])
    assert geo.cog_faults(tmp_path / "strips.tif")[:2] == ["image 0 is not tiled", "it has no overviews"]
    assert "tiles of overviews stand behind those of the image" in geo.cog_faults(tmp_path / "late.tif")
    (tmp_path / "text.tif").write_text("no raster at all")
    assert "no TIFF" in geo.cog_faults(tmp_path / "text.tif")[0]
