"""Feeds and rasters of a workspace: names that can not mark what they hold, a raster that holds nothing."""

import numpy as np
import pytest

import layers
from geo import PlanningDataError
from tests.corpus import rasters, timetables


def refused(keep, *what):
    with pytest.raises(PlanningDataError) as caught:
        keep(*what)
    return caught.value


def test_a_feed_whose_file_name_has_no_letter_is_refused(tmp_path):
    feed = timetables.feed()(tmp_path, "zip").rename(tmp_path / "2026-01.zip")
    error = refused(layers.import_gtfs, feed, tmp_path / "mine")
    assert (error.code, error.file) == ("E-IMPORT-11", "2026-01.zip")
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize("name", ["Elevation", "dem 20", "", "2020"])
def test_a_raster_of_no_name_is_refused(name, tmp_path):
    path = rasters.tif(rasters.people())(tmp_path, "tif")
    assert refused(layers.import_raster, path, name, tmp_path / "mine").code == "E-IMPORT-11"


def test_a_raster_without_a_value_is_refused(tmp_path):
    path = rasters.tif(np.full((10, 10), -1, np.float32), nodata=-1)(tmp_path, "tif")
    assert refused(layers.import_raster, path, "people", tmp_path / "mine").code == "E-IMPORT-13"
    assert not (tmp_path / "mine").exists()
