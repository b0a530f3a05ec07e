import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from geopandas import GeoDataFrame
from pyproj import CRS
from rasterio.transform import from_origin

import geo


@pytest.fixture
def raster(tmp_path):
    def write(values, *, crs="EPSG:9210", nodata=None, name="r.tif"):
        path = tmp_path / name
        values = np.asarray(values, np.float32)
        shape = {"height": values.shape[0], "width": values.shape[1], "count": 1, "dtype": "float32"}
        with rasterio.open(
            path, "w", driver="GTiff", crs=crs, nodata=nodata, transform=from_origin(600_000, 1_220_400, 100, 100), **shape
        ) as file:
            file.write(values, 1)
        return path

    return write


def zones(*boxes, crs="EPSG:9210"):
    return GeoDataFrame(
        geometry=[shapely.box(600_000 + a, 1_220_000 + b, 600_000 + c, 1_220_000 + d) for a, b, c, d in boxes], crs=crs
    )


def test_a_cell_counts_with_its_share_inside_the_zone(raster):
    path = raster(np.ones((4, 4)), nodata=-1)
    found = geo.zonal_stats(path, zones((0, 0, 150, 100)), ["sum", "mean"])
    assert found.loc[0, "sum"] == pytest.approx(1.5)
    assert found.loc[0, "mean"] == pytest.approx(1)


def test_sums_over_a_partition_are_the_raster_total(raster):
    values = np.arange(16).reshape(4, 4)
    found = geo.zonal_stats(raster(values, nodata=-1), zones((0, 0, 130, 400), (130, 0, 400, 400)), ["sum"])
    assert found["sum"].sum() == pytest.approx(values.sum())


def test_zones_in_another_system_are_taken_to_that_of_the_raster(raster):
    path = raster(np.ones((4, 4)), nodata=-1)
    found = geo.zonal_stats(path, geo.to_wgs84(zones((0, 0, 200, 200))), ["sum"])
    assert found.loc[0, "sum"] == pytest.approx(4, abs=1e-3)


def test_missing_cells_are_left_out(raster):
    values = np.ones((4, 4))
    values[3, 0] = -99_999
    assert geo.zonal_stats(raster(values, nodata=-99_999), zones((0, 0, 200, 100)), ["sum"]).loc[0, "sum"] == 1


@pytest.mark.parametrize(("options", "values", "code"), [({"crs": None}, 1, "E-RAS-02"), ({}, -99_999, "E-RAS-03")])
def test_a_raster_that_would_be_silently_wrong_is_refused(raster, options, values, code):
    with pytest.raises(geo.PlanningDataError, match=code):
        geo.zonal_stats(raster(np.full((4, 4), values), **options), zones((0, 0, 200, 100)))


def test_a_virtual_raster_in_disguise_is_refused(tmp_path):
    path = tmp_path / "x.tif"
    path.write_text('<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1"/></VRTDataset>')
    with pytest.raises(geo.PlanningDataError, match="E-RAS-01"):
        geo.zonal_stats(path, zones((0, 0, 1, 1)))


def test_an_unknown_statistic_is_refused(raster):
    with pytest.raises(geo.PlanningDataError, match="E-RAS-04"):
        geo.zonal_stats(raster(np.ones((4, 4)), nodata=-1), zones((0, 0, 1, 1)), ["average"])


def test_quantiles_and_counts_of_classes(raster):
    values = np.repeat([[1, 2, 3, 4]], 4, axis=0)
    found = geo.zonal_stats(raster(values, nodata=-1), zones((0, 0, 400, 400)), ["p25", "median", "variety", "minority"])
    assert found.iloc[0].tolist() == [1.75, 2.5, 4, pytest.approx(found["minority"].iloc[0])]


def degrees(values, *, north=60.0, nodata=None):
    """Cells of half a degree from 60° N southwards, where rows differ in size."""
    values = np.ma.masked_equal(values, nodata) if nodata is not None else np.ma.asarray(values)
    return geo.Raster(geo.Grid(CRS("EPSG:4326"), Affine(0.5, 0, 10, 0, -0.5, north), values.shape), values)


def test_cells_in_degrees_weigh_by_their_ground():
    """Two rows of 1 and 3: the mean by ground lies nearer to the larger, southern row."""
    grid = degrees([[1.0] * 4, [3.0] * 4])
    zone = grid.grid.outline()
    north, south = grid.grid.cell_areas_m2().ravel()
    assert south / north == pytest.approx(np.cos(np.radians(59.25)) / np.cos(np.radians(59.75)), rel=2e-4)
    found = geo.zonal_stats(grid, zone, ["mean", "sum"], ground=True).iloc[0]
    assert found["mean"] == pytest.approx((north + 3 * south) / (north + south), rel=1e-12)
    assert found["sum"] == pytest.approx(4 * (north + 3 * south), rel=1e-12)
    assert geo.zonal_stats(grid, zone, ["mean"]).loc[0, "mean"] == pytest.approx(2)


def test_hectares_of_classes_are_those_of_the_ground():
    """Code 0 is a class like any other; a missing cell is none."""
    grid = degrees([[0, 0, 7, 7], [0, 9, 7, 9]], nodata=9)
    north, south = grid.grid.cell_areas_m2().ravel() / 1e4
    found = geo.zonal_classes(grid, grid.grid.outline())
    assert found.columns.tolist() == [0, 7]
    assert found.iloc[0].tolist() == pytest.approx([2 * north + south, 2 * north + south], rel=1e-12)
    half = geo.zonal_classes(
        grid, GeoDataFrame(geometry=[shapely.box(10, 59, 10.25, 60), shapely.box(0, 0, 1, 1)], crs="EPSG:4326")
    )
    assert half.iloc[0].tolist() == pytest.approx([(north + south) / 2], rel=1e-12)
    assert half.iloc[1].tolist() == [0]


@pytest.mark.parametrize("crs", ["EPSG:9210", "EPSG:32648", "EPSG:6933"])
def test_ground_of_cells_in_metres_is_geodesic(crs):
    """Up to the scale of the datum shift."""
    x, y = geo.crs.transformer("EPSG:4326", crs).transform(106.6, 11.2)
    grid = geo.Grid(CRS(crs), Affine(100, 0, x, 0, -100, y), (30, 40))
    assert grid.cell_areas_m2().sum() / 1e4 == pytest.approx(
        geo.area_ha(grid.outline()).iloc[0], rel=2e-6
    )  # the datum shift scales


def test_sums_over_a_partition_along_cells_are_exact():
    draw = np.random.default_rng(1)
    values = draw.gamma(0.3, 50, (60, 60))
    grid = geo.Raster(geo.Grid(CRS("EPSG:9210"), Affine(100, 0, 600_000, 0, -100, 1_226_000), (60, 60)), values)
    boxes = [(x, y, x + 1000, y + 1500) for x in range(0, 6000, 1000) for y in range(0, 6000, 1500)]
    assert geo.zonal_stats(grid, zones(*boxes), ["sum"])["sum"].sum() == pytest.approx(values.sum(), rel=1e-12)
    step = 6000 / 7
    across = [(x, y, x + step, y + 1500) for x in np.arange(7) * step for y in range(0, 6000, 1500)]
    assert geo.zonal_stats(grid, zones(*across), ["sum"])["sum"].sum() == pytest.approx(values.sum(), rel=1e-6)


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda r: geo.zonal_stats(r, zones((0, 0, 1, 1)), ["p0.5"]), "E-RAS-04"),
        (lambda r: geo.zonal_stats(r, zones((0, 0, 1, 1)), ["max"], ground=True), "E-RAS-04"),
        (lambda r: geo.zonal_stats(r, zones((9000, 0, 9001, 1))), "E-RAS-06"),
        (lambda r: geo.zonal_stats(r, zones((0, 0, 1, 1)), band=2), "E-RAS-10"),
        (lambda r: geo.zonal_classes(r, zones((0, 0, 1, 1))), "E-RAS-09"),
        (lambda _: geo.zonal_classes(degrees([[-3, 70_000]]), degrees([[1, 2]]).grid.outline()), "E-RAS-09"),
    ],
)
def test_what_can_not_be_answered_is_refused(raster, ask, code):
    with pytest.raises(geo.PlanningDataError, match=code):
        ask(raster(np.ones((4, 4)), nodata=-1))
