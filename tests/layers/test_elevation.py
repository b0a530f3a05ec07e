"""Heights under the streets of a place: they change walking and cycling, and need streets."""

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

import layers
from geo import PlanningDataError
from geo.movement import import_streets
from tests.geo.osm_text import write_osm


def test_streets_from_a_file_take_the_slopes_of_a_raster(tmp_path):
    osm = write_osm(tmp_path / "a.osm", "way 1 11 12 highway=residential\nway 2 12 13 highway=residential")
    flat = import_streets(osm, island_nodes=1)[0]
    west, south = flat.edges.xy.min(axis=0) - 500
    heights = np.broadcast_to(np.arange(200) * 2.0, (200, 200)).astype("float32")  # 10 % from west to east
    options = {"driver": "GTiff", "crs": flat.crs, "height": 200, "width": 200, "count": 1, "dtype": "float32"}
    with rasterio.open(tmp_path / "dem.tif", "w", transform=from_origin(west, south + 4000, 20, 20), **options) as file:
        file.write(heights, 1)
    sloped = layers.transport(osm=flat, elevation=tmp_path / "dem.tif").streets
    assert sloped.ds["walk"].sum() > flat.ds["walk"].sum()
    assert np.array_equal(sloped.ds["car"], flat.ds["car"])
    assert np.array_equal(layers.transport(osm=flat).streets.ds["walk"], flat.ds["walk"])


def test_heights_without_streets_are_refused():
    with pytest.raises(PlanningDataError, match="E-PLACE-03"):
        layers.transport(elevation="dem.tif")


def test_planned_lines_over_streets_of_a_file_are_refused():
    with pytest.raises(PlanningDataError, match=r"E-PLACE-02 .*brt_newcity_suoitien.*leave osm out"):
        layers.transport(osm="streets.osm.pbf", planned=["brt_newcity_suoitien"])
