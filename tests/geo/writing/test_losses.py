"""A frame of everything through every format: nothing is lost that is not listed, nothing is listed that is not lost."""

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from geopandas import GeoDataFrame, GeoSeries
from shapely import LineString, MultiPolygon, Point, Polygon

import geo
from geo.writing.columns import kind_of
from tests.geo.writing.differences import differences, layer_in, listed, names_in

ENDINGS = (".geojson", ".geojsonl", ".gpkg", ".fgb", ".kml", ".parquet", ".csv", ".xlsx", ".shp.zip", ".gdb", ".gdb.zip")
INDEX = pd.Index(["x", "y", "z"], name="place_id")
SQUARE = Polygon([(0, 0), (0, 100), (100, 100), (100, 0)])
COLUMNS = {
    "text": ["Đường số 7", None, ""],
    "name_vi": ["=1+1", "-5", "@ngõ"],
    "composed": ["e\u0302", "ê", None],
    "control": ["a\x01b", "dòng 1\ndòng 2", "tab\tở đây"],
    "long_text_of_one": ["Đ" * 300, None, "x"],
    "long_text_of_two": ["[1, 2]", "{", "null"],
    "flag": [True, False, True],
    "flag_or_null": pd.array([True, None, False], dtype="boolean"),
    "tiny": np.array([1, -128, 127], "int8"),
    "whole": [1, -2, 3],
    "whole_or_null": pd.array([1, None, 2**40], dtype="Int64"),
    "large": [1, 2**53 + 1, -5],
    "unsigned": np.array([1, 2, 2**63 + 5], "uint64"),
    "unsigned_of_63_bits": np.array([1, 2**62 + 3, 2**63 - 1], "uint64"),
    "narrow": np.array([1.5, np.nan, 0.1], "float32"),
    "third": [1 / 3, np.nan, 2.0],
    "huge": [1e300, 1e-300, 0.0],
    "endless": [1.0, np.inf, -np.inf],
    "moment": pd.to_datetime(["2024-01-01 12:30:15.123", None, "1999-12-31"], format="ISO8601"),
    "precise": pd.to_datetime(["2024-01-01 12:30:15.123456"] * 3),
    "in_hanoi": pd.to_datetime(["2024-01-01 12:30:15+07:00", None, "2024-06-01 00:00:00+07:00"]),
    "day": [dt.date(2024, 1, 2), None, dt.date(2025, 7, 1)],
    "kind": pd.Categorical(["a", None, "b"]),
    "numbers_kind": pd.Categorical([1, 2, 1]),
    "listed": [[1, 2], None, []],
    "mapped": [{"a": "é"}, [1], None],
    "span": pd.to_timedelta([1, 2.5, None], unit="h"),
    "bytes": [b"ab", None, b"\x00"],
    "mixture": ["a", 1, None],
    "nothing": [None, None, None],
}
SHAPES = {
    "points": [Point(600_000.123456789, 1_220_000), None, Point(600_100, 1_220_000)],
    "polygons": [shapely.transform(SQUARE, lambda xy: xy + np.array([600_000, 1_220_000])), Polygon(), None],
    "mixed": [Point(600_000, 1_220_000), LineString([(600_000, 1_220_000), (600_100, 1_220_000)]), Point(600_000, 1_220_100)],
    "multi": [
        shapely.transform(one, lambda xy: xy + np.array([600_000, 1_220_000])) for one in (SQUARE, MultiPolygon([SQUARE]), SQUARE)
    ],
    "heights": [Point(600_000, 1_220_000, 5), Point(600_000, 1_220_100, 6), Point(600_000, 1_220_200)],
    "no_height": [Point(600_000, 1_220_000, np.nan), Point(600_000, 1_220_100, 6), Point(600_000, 1_220_200, 7)],
    "rings": [shapely.LinearRing([(600_000, 1_220_000), (600_100, 1_220_000), (600_100, 1_220_100)]), None, None],
    "none": [None, None, None],
}


def test_the_kind_of_a_column_is_that_of_its_type_also_where_it_has_no_values():
    empty = {"float64": "number", "Int64": "whole", "boolean": "flag", "datetime64[ns]": "moment", "timedelta64[ns]": "span"}
    empty |= {"str": "text", "object": "text", "category": "category"}
    assert {kind: kind_of(pd.Series([None, None], dtype=kind)) for kind in empty} == empty
    assert {kind: kind_of(pd.Series([], dtype=kind)) for kind in empty} == empty


def test_the_kind_of_an_arrow_column_is_that_of_its_values():
    told = {
        pa.int8(): ("whole", 1),
        pa.float32(): ("number", 0.5),
        pa.string(): ("text", "a"),
        pa.bool_(): ("flag", True),
        pa.date32(): ("date", dt.date(2024, 1, 1)),
        pa.timestamp("s"): ("moment", dt.datetime(2024, 1, 1)),  # noqa: DTZ001 - as a column without a zone holds it
        pa.duration("s"): ("span", dt.timedelta(1)),
        pa.binary(): ("blob", b"a"),
        pa.list_(pa.int64()): ("json", [1]),
    }
    for kind, (name, value) in told.items():
        assert kind_of(pd.Series([value, None], dtype=pd.ArrowDtype(kind))) == name


def made(shapes, **columns):
    return GeoDataFrame(
        {name: pd.Series(values, INDEX) for name, values in columns.items()}, geometry=shapes, crs=9210, index=INDEX
    )


def told(frame, path):
    """What differs, and what is listed; layers that were split are looked at one by one."""
    losses, layer = [], path.name.split(".")[0]
    geo.write(frame, path, losses=losses)
    layer = layer_in(losses, layer)
    return differences(frame, path, layer, names_in(losses)), listed(losses) - {("E-LOSS-20", None)}


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_kind_of_column_comes_back_or_is_listed(ending, tmp_path):
    frame = made(SHAPES["points"], **COLUMNS).assign(second=GeoSeries([Point(0, 0), None, Point(1, 1)], INDEX))
    found, known = told(frame, tmp_path / f"all{ending}")
    assert found == known
    assert ("E-LOSS-04", "endless") in known
    assert (("E-LOSS-05", "mapped") in known) == (ending not in {".geojson", ".geojsonl"} or ("E-LOSS-05", "listed") in known)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", [name for name in SHAPES if name != "mixed"])
def test_every_kind_of_shape_comes_back_or_is_listed(ending, name, tmp_path):
    found, known = told(made(SHAPES[name], n=[1, 2, 3]), tmp_path / f"shapes{ending}")
    assert found == known


@pytest.mark.parametrize("ending", [ending for ending in ENDINGS if ending not in {".shp.zip", ".gdb", ".gdb.zip"}])
def test_a_mixture_of_shapes_stays_one_layer(ending, tmp_path):
    found, known = told(made(SHAPES["mixed"], n=[1, 2, 3]), tmp_path / f"shapes{ending}")
    assert found == known


@pytest.mark.parametrize("ending", [".shp.zip", ".gdb"])
def test_a_mixture_is_cut_into_layers_where_it_must_be(ending, tmp_path):
    from tests.geo.writing.reading_back import layers, read  # noqa: PLC0415

    losses = []
    path = geo.write(made(SHAPES["mixed"], n=[1, 2, 3]), tmp_path / f"shapes{ending}", losses=losses)
    assert [one.seen for one in losses if one.code == "E-LOSS-15"] == [["shapes_lines", "shapes_points"]]
    assert layers(path) == ["shapes_lines", "shapes_points"]
    assert read(path, "shapes_lines").columns["n"] == ("whole", [2])
    assert read(path, "shapes_points").columns["n"] == ("whole", [1, 3])


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_rows_are_a_layer_too(ending, tmp_path):
    found, known = told(made(SHAPES["points"], n=[1, 2, 3], text=COLUMNS["text"]).iloc[:0], tmp_path / f"empty{ending}")
    assert {one for one in found if one[0] != "E-LOSS-05"} == {one for one in known if one[0] != "E-LOSS-05"}


def test_what_is_gone_is_a_warning_where_nobody_keeps_the_list(tmp_path):
    with pytest.warns(UserWarning, match=r"E-LOSS-08 .*'long_text_of_one'.*Features: x"):
        geo.write(made(SHAPES["points"], long_text_of_one=COLUMNS["long_text_of_one"]), tmp_path / "a.shp.zip")


def test_what_can_not_be_written_is_refused_with_its_ids(tmp_path):
    bad = made([Point(np.nan, 1), Point(1, np.inf), Point(1, 1)], n=[1, 2, 3])
    for ending in ENDINGS:
        if ending not in {".csv", ".xlsx"}:
            with pytest.raises(geo.PlanningDataError, match=r"E-WRITE-02.*Features: x, y"):
                geo.write(bad, tmp_path / f"a{ending}")
    twice = made(SHAPES["points"], place_id=[1, 2, 3])
    with pytest.raises(geo.PlanningDataError, match=r"E-WRITE-01.*place_id"):
        geo.write(twice, tmp_path / "a.gpkg")
    with pytest.raises(geo.PlanningDataError, match=r"E-WRITE-04"):
        geo.write({"a": bad, "b": bad}, tmp_path / "a.geojson")
    with pytest.raises(geo.PlanningDataError, match=r"E-CRS-01"):
        geo.write(made(SHAPES["points"], n=[1, 2, 3]).set_crs(None, allow_override=True), tmp_path / "a.gpkg")
    collection = made([shapely.GeometryCollection([Point(1, 2)]), None, None], n=[1, 2, 3])
    with pytest.raises(geo.PlanningDataError, match=r"E-WRITE-03.*Features: x"):
        geo.write(collection, tmp_path / "a.shp.zip")
    assert list(tmp_path.iterdir()) == []
