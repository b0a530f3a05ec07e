"""What `check_file` is asked for besides what the readers check."""

import pytest
import shapely
from geopandas import GeoDataFrame

import geo
from geo import check_file

WEST, EAST = shapely.box(596_000, 1_236_000, 597_000, 1_237_000), shapely.box(596_500, 1_236_000, 597_500, 1_237_000)


@pytest.fixture
def parcels(tmp_path):
    path = tmp_path / "parcels.gpkg"
    geo.write(GeoDataFrame({"name": ["a", "b"]}, geometry=[WEST, EAST], crs="EPSG:9210"), path)
    return path


def test_areas_that_lie_on_each_other_are_told_only_where_they_must_cover_the_ground_once(parcels):
    assert check_file(parcels) == []
    assert check_file(parcels, partition=False) == []
    (told,) = check_file(parcels, partition=True)
    assert (told.code, told.severity, told.file, told.seen) == ("E-GEOM-13", "error", "parcels.gpkg", "50.0000 ha")


@pytest.mark.parametrize(("options", "ids"), [({}, ("row 1", "row 2")), ({"id_column": "name"}, ("a", "b"))])
def test_they_are_named_by_their_rows_or_by_the_column_told(parcels, options, ids):
    (told,) = check_file(parcels, partition=True, **options)
    assert told.feature_ids == ids


def test_areas_in_the_wrong_place_are_not_looked_at_any_further(parcels):
    assert [one.code for one in check_file(parcels, partition=True, expect=(0.0, 0.0, 1.0, 1.0))] == ["E-CRS-03"]
