import numpy as np
import pytest
import rasterio
import shapely
from geopandas import GeoDataFrame
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
