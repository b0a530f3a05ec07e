"""Rasters read by windows: what the file says counts, what would be silently wrong is refused, memory stays bounded."""

import tracemalloc

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import CRS
from rasterio.windows import Window

import geo
from geo import PlanningDataError

CORNER = Affine(100, 0, 600_000, 0, -100, 1_220_400)
VALUES = np.arange(12, dtype=np.int16).reshape(3, 4)


@pytest.fixture
def write(tmp_path):
    def write(values, *, transform=CORNER, crs="EPSG:9210", nodata=None, scale=None, unit=None, name="r.tif", **more):
        values = np.asarray(values)
        size = {"height": values.shape[0], "width": values.shape[1], "count": 1, "dtype": values.dtype}
        with rasterio.open(
            tmp_path / name, "w", driver="GTiff", crs=crs, nodata=nodata, transform=transform, **size, **more
        ) as out:
            out.write(values, 1)
            if scale:
                out.scales, out.offsets = (scale[0],), (scale[1],)
            if unit:
                out.units = (unit,)
        return tmp_path / name

    return write


def test_values_unit_and_missing_cells_are_those_of_the_file(write):
    found = geo.read_raster(write(VALUES, nodata=5, scale=(0.5, 100), unit="m"))
    assert found.unit == "m"
    assert found.values.filled(-1)[1].tolist() == [102, -1, 103, 103.5]
    assert found.grid.bounds == (600_000, 1_220_100, 600_400, 1_220_400)


def test_null_cells_are_missing_even_where_no_nodata_is_named(write):
    values = np.ones((3, 4), np.float32)
    values[0, 0], values[0, 1] = np.nan, np.inf
    assert geo.read_raster(write(values)).values.count() == 10


def test_a_raster_drawn_from_the_south_is_turned(write):
    south_up = write(VALUES[::-1], transform=Affine(100, 0, 600_000, 0, 100, 1_220_100))
    upright = geo.read_raster(write(VALUES, name="upright.tif"))
    found = geo.read_raster(south_up)
    assert found.grid.fits(upright.grid)
    assert found.values.tolist() == VALUES.tolist()
    part = geo.read_raster(south_up, within=upright.grid.part(0, 1, (1, 2)).outline())
    assert part.values.tolist() == [[1, 2]]


def test_a_place_is_read_and_nothing_else(write):
    path = write(VALUES)
    place = geo.to_wgs84(geo.raster_grid(path).part(1, 1, (2, 2)).outline().buffer(-1).to_frame("geometry"))
    found = geo.read_raster(path, within=place)
    assert found.values.tolist() == [[5, 6], [9, 10]]
    assert found.grid.bounds == (600_100, 1_220_100, 600_300, 1_220_300)


ROTATED = Affine.translation(600_000, 1_220_400) * Affine.rotation(10) * Affine.scale(100, -100)


@pytest.mark.parametrize(
    ("values", "options", "code"),
    [
        (VALUES, {"transform": ROTATED}, "E-RAS-07"),
        (VALUES, {"crs": None}, "E-RAS-02"),
        (VALUES.astype(np.complex64), {}, "E-RAS-08"),
        (VALUES - 10_000, {}, "E-RAS-03"),
        (np.full((3, 4), 3.4e38, np.float32), {}, "E-RAS-03"),
    ],
)
def test_rasters_that_would_be_silently_wrong_are_refused(write, values, options, code):
    with pytest.raises(PlanningDataError, match=code):
        geo.read_raster(write(values, **options))


def test_a_place_elsewhere_is_refused(write):
    far = geo.Grid(CRS("EPSG:9210"), Affine(100, 0, 700_000, 0, -100, 1_220_400), (1, 1)).outline()
    with pytest.raises(PlanningDataError, match="E-RAS-06"):
        geo.read_raster(write(VALUES), within=far)


def test_rasters_of_other_cells_are_refused_with_the_mend(write):
    one, other = write(VALUES), write(VALUES, transform=CORNER * Affine.translation(0.5, 0), name="other.tif")
    with pytest.raises(PlanningDataError, match=r"E-RAS-12 .*reproject_raster\('other.tif'"):
        list(geo.raster_blocks(one, other))


def test_blocks_cover_every_cell_once_and_bring_their_neighbours(monkeypatch):
    monkeypatch.setattr(geo.raster_cells, "_BLOCK", 60)
    values = np.arange(35 * 23).reshape(35, 23)
    raster = geo.Raster(geo.Grid(CRS("EPSG:9210"), CORNER, (35, 23)), values)
    padded = np.pad(values, 1, constant_values=-1)
    seen = np.zeros(values.shape, int)
    count = 0
    for block, (cells,) in geo.raster_blocks(raster, halo=1):
        rows, columns = block.grid.shape
        seen[block.row : block.row + rows, block.column : block.column + columns] += 1
        assert (cells.filled(-1) == padded[block.row : block.row + rows + 2, block.column : block.column + columns + 2]).all()
        assert block.grid.bounds[3] == 1_220_400 - 100 * block.row
        count += 1
    assert (seen == 1).all()
    assert count > 5


@pytest.fixture(scope="module")
def huge(tmp_path_factory):
    """100,000 × 100,000 cells of which only one tile is written."""
    path = tmp_path_factory.mktemp("huge") / "huge.tif"
    size = {"height": 100_000, "width": 100_000, "count": 1, "dtype": "uint8", "nodata": 255}
    tiles = {"tiled": True, "blockxsize": 512, "blockysize": 512, "sparse_ok": True, "bigtiff": "yes"}
    with rasterio.open(
        path, "w", driver="GTiff", crs="EPSG:9210", transform=Affine(10, 0, 500_000, 0, -10, 2_000_000), **size, **tiles
    ) as out:
        out.write(np.full((512, 512), 50, np.uint8), 1, window=Window(51_200, 51_200, 512, 512))
    return path


def test_a_raster_larger_than_the_memory_is_refused_whole_and_read_by_places(huge):
    with pytest.raises(PlanningDataError, match="E-RAS-05"):
        geo.read_raster(huge)
    tracemalloc.start()
    place = geo.raster_grid(huge).part(51_200, 51_200, (100, 100)).outline()
    assert geo.zonal_stats(huge, place, ["sum"]).loc[0, "sum"] == 50 * 100 * 100
    assert geo.zonal_classes(huge, place).iloc[0, 0] == pytest.approx(geo.area_ha(place).iloc[0], rel=3e-6)
    assert geo.read_raster(huge, within=place).values.min() == 50
    first = [cells.shape for _, (_, (cells,)) in zip(range(3), geo.raster_blocks(huge), strict=False)]
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert first == [(2048, 2048)] * 3
    assert used < 100e6


def test_terrain_of_a_city_that_names_no_nodata_is_read():
    """A DEM of bytes with nothing missing is as good as any."""
    grid = geo.Grid(CRS("EPSG:4326"), Affine(1 / 3600, 0, -51.2, 0, -1 / 3600, -30), (50, 50))
    raster = geo.Raster(grid, np.full((50, 50), 200, np.uint8), "m")
    east, south = raster.grid.cell_sides_m()
    assert (east * south).ravel() == pytest.approx(grid.cell_areas_m2().ravel(), rel=1e-7)
    assert east[0, 0] < south[0, 0] < 31


def test_values_that_do_not_fill_the_grid_are_refused():
    grid = geo.Grid(CRS("EPSG:9210"), Affine(10, 0, 600_000, 0, -10, 1_230_000), (2, 3))
    assert geo.Raster(grid, np.array([[1, np.nan, 3], [4, 5, 6]])).values.count() == 5  # what is NaN is missing
    with pytest.raises(PlanningDataError, match=r"E-RAS-11.*\(3, 2\).*\(2, 3\)"):
        geo.Raster(grid, np.ones((3, 2)))


def test_bands_packed_cell_by_cell_are_refused_where_one_block_of_them_is_too_large(tmp_path):
    path = tmp_path / "many.tif"
    size = {"height": 512, "width": 512, "count": 400, "dtype": "uint8", "nodata": 255, "sparse_ok": True}
    tiles = {"tiled": True, "blockxsize": 512, "blockysize": 512}
    for interleave, refused in (("pixel", True), ("band", False)):
        told = {"crs": "EPSG:9210", "transform": Affine(10, 0, 600_000, 0, -10, 1_220_000), "interleave": interleave}
        with rasterio.open(path, "w", driver="GTiff", **size, **tiles, **told):
            pass
        if refused:
            with pytest.raises(PlanningDataError, match=r"E-RAS-05 .*400, 512, 512.*INTERLEAVE=BAND"):
                geo.read_raster(path)
        else:
            assert geo.read_raster(path).values.shape == (512, 512)


def test_a_raster_cut_among_its_cells_is_refused_by_name(tmp_path):
    path = tmp_path / "cut.tif"
    cells = np.random.default_rng(1).uniform(0, 9, (256, 256)).astype(np.float32)
    grid = geo.Grid(CRS("EPSG:9210"), Affine(100, 0, 600_000, 0, -100, 1_220_000), cells.shape)
    geo.write_raster(geo.Raster(grid, cells, "people"), path)
    path.write_bytes(path.read_bytes()[:-20_000])
    for read in (
        geo.read_raster,
        lambda raster: list(geo.raster_blocks(raster)),
        lambda raster: geo.zonal_stats(raster, grid.outline()),
    ):
        with pytest.raises(PlanningDataError, match=r"E-RAS-01 .*cut\.tif.*damaged"):
            read(path)
