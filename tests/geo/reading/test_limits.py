"""What is too large is refused with its number before it is read, and read where a person says so."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine
from pyproj import CRS

import geo
from geo import Grid, PlanningDataError, check_file, read_table, read_vector
from geo.reading.limits import check_largest, check_vertices

LIMITS = "geo.reading.limits."
PARKS = shapely.box(np.arange(596_000, 600_000, 1_000), 1_236_000, np.arange(596_900, 600_900, 1_000), 1_237_000)


@pytest.fixture
def frame():
    return gpd.GeoDataFrame({"name": list("abcd")}, geometry=PARKS, crs="EPSG:9210")


def refused(path, **options):
    with pytest.raises(PlanningDataError) as caught:
        read_vector(path, **options)
    assert [one.code for one in check_file(path, **options) if one.severity == "error"] == [caught.value.code]
    return caught.value


@pytest.mark.parametrize(
    ("name", "most", "code", "seen"),
    [
        ("MOST_BYTES", 1_000, "E-SIZE-01", None),
        ("MOST_ROWS", 3, "E-SIZE-02", 4),
        ("MOST_VERTICES_A_FEATURE", 4, "E-SIZE-04", None),
        ("MOST_VERTICES", 19, "E-SIZE-04", None),
    ],
)
@pytest.mark.parametrize("ending", ["gpkg", "parquet"])
def test_more_than_is_read_unasked_is_refused_and_read_when_asked(tmp_path, frame, monkeypatch, ending, name, most, code, seen):
    path = tmp_path / f"parks.{ending}"
    geo.write(frame, path)
    monkeypatch.setattr(LIMITS + name, most)
    error = refused(path)
    assert error.code == code
    assert error.file == path.name
    assert seen is None or error.seen == seen
    assert "allow_large=True" in error.mend
    assert len(read_vector(path, allow_large=True)) == 4
    enough = {"MOST_BYTES": path.stat().st_size, "MOST_ROWS": 4, "MOST_VERTICES_A_FEATURE": 10_000, "MOST_VERTICES": 20}[name]
    monkeypatch.setattr(LIMITS + name, enough)  # as many as are allowed are not too many
    assert len(read_vector(path)) == 4


def test_text_has_a_limit_of_its_own(tmp_path, frame, monkeypatch):
    geo.write(frame, tmp_path / "parks.geojson")
    monkeypatch.setattr(LIMITS + "MOST_BYTES", 0)
    assert len(read_vector(tmp_path / "parks.geojson")) == 4
    monkeypatch.setattr(LIMITS + "MOST_TEXT_BYTES", 500)
    assert refused(tmp_path / "parks.geojson").code == "E-SIZE-01"


def test_a_file_too_large_is_named_with_its_megabytes_and_those_allowed(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a\n" + b"1\n" * 1_499_999)
    monkeypatch.setattr(LIMITS + "MOST_TEXT_BYTES", 2_000_000)
    with pytest.raises(PlanningDataError, match=r"the file has 3 MB; 2 MB are read unasked") as caught:
        read_table(path)
    assert caught.value.seen == 3_000_000


def test_two_thousand_columns_are_read_and_one_more_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    for columns in (2_000, 2_001):
        path.write_text("\n".join([",".join(f"c{at}" for at in range(columns)), ",".join(["1"] * columns), ""]))
        if columns == 2_000:
            assert read_table(path).shape == (1, 2_000)
        else:
            with pytest.raises(PlanningDataError, match=r"E-SIZE-03.*2,001 columns; 2,000 are read unasked"):
                read_table(path)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_tables_have_the_limit_of_text(tmp_path, monkeypatch, ending):
    path = tmp_path / f"a.{ending}"
    geo.write(pd.DataFrame({"name": ["Bến Cát"]}), path)
    monkeypatch.setattr(LIMITS + "MOST_TEXT_BYTES", path.stat().st_size)
    assert len(read_table(path)) == 1
    monkeypatch.setattr(LIMITS + "MOST_TEXT_BYTES", path.stat().st_size - 1)
    with pytest.raises(PlanningDataError, match="E-SIZE-01"):
        read_table(path)
    assert len(read_table(path, allow_large=True)) == 1


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("name", "heads", "code", "count"), [("MOST_ROWS", 1, "E-SIZE-02", 3), ("MOST_COLUMNS", 0, "E-SIZE-03", 2)]
)
def test_a_table_of_too_many_rows_or_columns_is_refused_with_their_number(
    tmp_path, monkeypatch, ending, name, heads, code, count
):
    path = tmp_path / f"a.{ending}"
    geo.write(pd.DataFrame({"name": ["Bến Cát", "Dĩ An", "Tân Uyên"], "jobs": [1, 2, 3]}), path)
    count += heads * (ending == "xlsx")  # of a sheet the row of heads is one
    monkeypatch.setattr(LIMITS + name, count)
    assert read_table(path).shape == (3, 2)
    monkeypatch.setattr(LIMITS + name, count - 1)
    with pytest.raises(PlanningDataError, match=f"{code} a.{ending}") as caught:
        read_table(path)
    assert caught.value.seen == count
    assert read_table(path, allow_large=True).shape == (3, 2)


def test_features_so_large_that_one_must_be_too_heavy_are_refused_by_their_bytes_alone(monkeypatch):
    monkeypatch.setattr(LIMITS + "MOST_VERTICES_A_FEATURE", 5)
    check_largest(2 * 5 * 16, 2, "a.gpkg", None, allow_large=False)  # a vertex takes 16 bytes: five a feature are allowed
    check_largest(2 * 6 * 16, 2, "a.gpkg", None, allow_large=True)
    with pytest.raises(PlanningDataError, match="about 6 vertices") as caught:
        check_largest(2 * 6 * 16, 2, "a.gpkg", "parks", allow_large=False)
    assert (caught.value.code, caught.value.layer, caught.value.feature_ids) == ("E-SIZE-04", "parks", ())


def test_the_heavy_feature_is_named_and_the_almost_heavy_one_told(monkeypatch):
    ids = np.array(["small", "large"], object)
    shapes = np.array([PARKS[0], shapely.segmentize(PARKS[1], 100)], object)
    assert check_vertices(shapes, ids, "a.gpkg", None, allow_large=False) == []
    monkeypatch.setattr(LIMITS + "MANY_VERTICES_A_FEATURE", 5)
    (told,) = check_vertices(shapes, ids, "a.gpkg", "parks", allow_large=False)
    assert (told.code, told.severity, told.feature_ids, told.seen) == ("E-SIZE-08", "warning", ("large",), 39)
    monkeypatch.setattr(LIMITS + "MOST_VERTICES_A_FEATURE", 38)
    with pytest.raises(PlanningDataError, match=r"E-SIZE-04.*39 vertices") as caught:
        check_vertices(shapes, ids, "a.gpkg", "parks", allow_large=False)
    assert caught.value.feature_ids == ("large",)


def test_of_a_very_large_raster_the_values_are_not_looked_at(tmp_path, monkeypatch):
    grid = Grid(CRS("EPSG:9210"), Affine(100, 0, 596_000, 0, -100, 1_237_000), (10, 10))
    path = tmp_path / "people.tif"
    geo.write_raster(geo.Raster(grid, np.full((10, 10), 255, np.uint8)), path)
    assert [one.code for one in check_file(path)] == ["E-RAS-17"]
    monkeypatch.setattr("geo.reading.checking._MOST_CELLS", 99)
    assert [one.code for one in check_file(path)] == ["E-SIZE-06"]
    (told,) = check_file(path, expect=(0.0, 0.0, 1.0, 1.0))[:1]
    assert (told.code, told.severity) == ("E-CRS-03", "error")


def test_a_parquet_table_without_shapes_is_no_layer(tmp_path):
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "table.parquet")
    assert refused(tmp_path / "table.parquet").code == "E-IO-12"


def test_an_id_column_that_is_not_there_is_named_with_the_nearest(tmp_path, frame):
    geo.write(frame, tmp_path / "parks.gpkg")
    error = refused(tmp_path / "parks.gpkg", id_column="nam")
    assert (error.code, error.file) == ("E-ATTR-02", "parks.gpkg")
    assert "name" in error.mend
