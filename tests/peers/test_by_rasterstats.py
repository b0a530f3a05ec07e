"""Zonal statistics against rasterstats, on zones of whole cells: there its cells by their centres are ours by their shares."""

import numpy as np
import pandas as pd
import pytest
import rasterio
from geopandas import GeoDataFrame
from rasterio.transform import from_origin
from shapely import box
from shapely.ops import unary_union

import geo

STATISTICS = ("sum", "mean", "min", "max", "count")
CELL, WEST, NORTH = 30.0, 600_000.0, 1_220_000.0


@pytest.fixture(params=["int16", "float64"])
def raster(request, tmp_path):
    """40 × 50 cells, a tenth of them without data, and one corner with none at all."""
    draw = np.random.default_rng(5)
    values = draw.integers(0, 900, (40, 50)).astype(request.param)
    values[draw.random(values.shape) < 0.1] = -999
    values[:8, :8] = -999
    path = tmp_path / "raster.tif"
    form = {"driver": "GTiff", "height": 40, "width": 50, "count": 1, "dtype": request.param, "crs": "EPSG:9210", "nodata": -999}
    with rasterio.open(path, "w", **form, transform=from_origin(WEST, NORTH, CELL, CELL)) as file:
        file.write(values, 1)
    return path


def block(left, top, right, bottom):
    return box(WEST + CELL * left, NORTH - CELL * bottom, WEST + CELL * right, NORTH - CELL * top)


def zones():
    """A cell, blocks, an L, a ring with a hole, two parts, and one in the corner without data."""
    whole = [block(20, 20, 21, 21), block(10, 3, 31, 17), block(0, 30, 50, 40)]
    ell = unary_union([block(30, 20, 45, 24), block(41, 20, 45, 35)])
    ring = block(5, 20, 18, 33).difference(block(9, 24, 14, 29))
    parts = unary_union([block(33, 2, 36, 6), block(40, 9, 48, 12)])
    shapes = [*whole, ell, ring, parts, block(1, 1, 7, 7)]
    return GeoDataFrame(index=pd.Index(list("abcdefg"), name="zone_id"), geometry=shapes, crs="EPSG:9210")


@pytest.mark.filterwarnings("ignore")
def test_statistics_of_whole_cells(peer, raster):
    rasterstats = peer("rasterstats")
    found = pd.DataFrame(rasterstats.zonal_stats(zones(), str(raster), stats=STATISTICS), index=zones().index)
    ours = geo.zonal_stats(raster, zones(), STATISTICS)
    assert ours.loc["a":"f"].notna().all(axis=None)
    np.testing.assert_allclose(ours.loc["a":"f"].to_numpy(float), found.loc["a":"f", list(STATISTICS)].to_numpy(float), rtol=1e-9)


@pytest.mark.filterwarnings("ignore")
def test_a_zone_without_data_has_no_mean_in_either(peer, raster):
    rasterstats = peer("rasterstats")
    (found,) = rasterstats.zonal_stats(zones().loc[["g"]], str(raster), stats=("mean", "count"))
    ours = geo.zonal_stats(raster, zones().loc[["g"]], ("mean", "count")).iloc[0]
    assert found["mean"] is None
    assert np.isnan(ours["mean"])
    assert found["count"] == ours["count"] == 0
