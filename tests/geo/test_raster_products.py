"""Files of global rasters are known by what they hold, and what does not fit is said."""

import numpy as np
import pytest
from affine import Affine
from pyproj import CRS

import geo
from geo import PlanningDataError

SECOND = 1 / 3600


def raster(values, cell, crs="EPSG:4326", corner=(106.6, 11.2), **more):
    values = np.ma.asarray(values)
    return geo.Raster(geo.Grid(CRS(crs), Affine(cell, 0, corner[0], 0, -cell, corner[1]), values.shape), values, **more)


COVER = np.array([[10, 50], [80, 95]], np.uint8)
PEOPLE = np.array([[0.4, 12], [3, 0]], np.float32)
METRES = (600_000, 1_240_000)
FILES = {
    "worldcover": raster(COVER, 1 / 12000),
    "dynamic_world": raster(COVER // 12, 10, "EPSG:32648", METRES),
    "worldpop": raster(PEOPLE, 3 * SECOND),
    "ghs_pop": raster(PEOPLE.astype(float), 100, "ESRI:54009", (10_600_000, 1_390_000)),
    "ghs_built": raster(COVER.astype(np.uint16), 100, "ESRI:54009", (10_600_000, 1_390_000)),
    "copernicus_dem": raster(PEOPLE * 3 - 2, SECOND, unit="m"),
    "viirs_nights": raster(PEOPLE, 15 * SECOND),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_each_product_is_recognised(name):
    assert geo.raster_faults(FILES[name], name) == []
    assert name in [product.name for product in geo.recognise_raster(FILES[name])]
    product = geo.raster_product(name)
    assert product.title.vi != product.title.en
    assert product.source


def test_people_of_two_producers_look_alike_in_degrees():
    found = [product.name for product in geo.recognise_raster(FILES["worldpop"])]
    assert found == ["worldpop", "ghs_pop", "copernicus_dem"]


@pytest.mark.parametrize(
    ("name", "given", "fault"),
    [
        ("worldcover", raster(COVER + 1, 1 / 12000), "codes [11, 51, 81, 96] are in no class"),
        ("worldcover", raster(COVER, 10, "EPSG:32648", METRES), "CRS is WGS 84 / UTM zone 48N"),
        ("worldcover", raster(COVER, SECOND), "cells are 0.000277778"),
        ("worldcover", raster(COVER.astype(float), 1 / 12000), "cells are float64"),
        ("worldpop", raster(PEOPLE - 1, 3 * SECOND), "values go down to -1"),
        ("worldpop", raster(PEOPLE, 3 * SECOND, unit="m"), "the unit is 'm', not 'people'"),
        ("ghs_built", raster(COVER.astype(np.uint16) * 500, 100, "ESRI:54009", (10_600_000, 1_390_000)), "47500 m² do not fit"),
        ("copernicus_dem", raster(PEOPLE * 1000, SECOND), "heights of 0 to 12000 m"),
        ("worldpop", raster(np.ma.masked_all((2, 2), np.float32), 3 * SECOND), "no cell holds a value"),
    ],
)
def test_what_does_not_fit_is_said(name, given, fault):
    found = geo.raster_faults(given, name)
    assert len(found) == 1
    assert fault in found[0]


def test_another_nodata_value_is_said(tmp_path):
    path = geo.write_raster(raster(COVER, 1 / 12000), tmp_path / "cover.tif")
    assert geo.raster_faults(path, "worldcover") == ["nodata is 255, not 0"]


def test_an_unknown_product_is_refused():
    with pytest.raises(PlanningDataError, match=r"E-RAS-16 .*worldpop"):
        geo.raster_product("world_pop")
