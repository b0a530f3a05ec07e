"""A Shapefile is whole where each of its parts is as long as it says and all hold as many records."""

import shutil
import struct

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame

from geo.reading.completeness import whole_shapefile

SHP, SHX, DBF = 644, 132, 390  # bytes: a head of 100 and 136 or 8 a polygon; a head of 66, 81 a row
ROWS_AT = slice(4, 8)  # in the head of the .dbf


@pytest.fixture(scope="module")
def squares(tmp_path_factory):
    """Four squares with a name."""
    west = np.arange(596_000, 600_000, 1_000)
    shapes = shapely.box(west, 1_236_000, west + 900, 1_237_000)
    folder = tmp_path_factory.mktemp("whole")
    GeoDataFrame({"name": list("abcd")}, geometry=shapes, crs="EPSG:9210").to_file(folder / "squares.shp")
    return folder


@pytest.fixture
def parts(squares, tmp_path):
    for path in squares.iterdir():
        shutil.copy(path, tmp_path)
    return {path.suffix: path for path in tmp_path.iterdir()}


def told(parts):
    found = whole_shapefile(parts[".shp"], "a.zip")
    assert all((one.code, one.severity, one.file) == ("E-IO-08", "error", "a.zip") for one in found)
    return [one.what for one in found]


def test_nothing_is_said_of_a_whole_one(parts):
    assert [parts[ending].stat().st_size for ending in (".shp", ".shx", ".dbf")] == [SHP, SHX, DBF]
    assert told(parts) == []


@pytest.mark.parametrize(
    ("ending", "size", "says"),
    [
        (".shp", SHP - 1, SHP),
        (".shp", 100, SHP),
        (".shp", 99, 100),  # the head itself is cut: it has no length to tell, and is 100 bytes long
        (".shp", 0, 100),
        (".shp", SHP + 2, SHP),
        (".shx", SHX - 8, SHX),
        (".shx", 99, 100),
        (".dbf", DBF - 2, DBF - 1),  # a byte at the end marks it and need not be there
        (".dbf", 32, DBF - 1),
        (".dbf", 31, 32),
        (".dbf", 0, 32),
    ],
)
def test_a_part_that_is_cut_is_named_once_with_both_lengths(parts, ending, size, says):
    data = parts[ending].read_bytes()
    parts[ending].write_bytes(data[:size].ljust(size, b"\0"))
    assert told(parts) == [f"its part {ending} is cut: it says {says:,} bytes and has {size:,}."]
    (found,) = whole_shapefile(parts[".shp"], "a.zip")
    assert found.seen == size


def test_a_table_may_end_without_its_mark_and_be_longer_than_it_says(parts):
    data = parts[".dbf"].read_bytes()
    for other in (data[:-1], data + bytes(50)):
        parts[".dbf"].write_bytes(other)
        assert told(parts) == []


@pytest.mark.parametrize(("ending", "mend"), [(".shx", "SHAPE_RESTORE_SHX=YES"), (".dbf", "it holds the columns")])
def test_a_part_that_is_missing_is_named_with_what_helps(parts, ending, mend):
    parts[ending].unlink()
    (found,) = whole_shapefile(parts[".shp"], "a.zip")
    assert (found.code, found.what) == ("E-IO-08", f"the file's part {ending} is missing.")
    assert mend in found.mend


def test_parts_that_hold_different_numbers_of_records_are_told_with_them(parts):
    data = bytearray(parts[".dbf"].read_bytes())
    data[ROWS_AT] = struct.pack("<I", 3)
    parts[".dbf"].write_bytes(data)
    (found,) = whole_shapefile(parts[".shp"], "a.zip")
    assert (found.code, found.seen) == ("E-IO-08", {".shx": 4, ".dbf": 3})
    assert "different numbers of records: {'.shx': 4, '.dbf': 3}" in found.what
    parts[".dbf"].write_bytes(data[:32])  # cut as well: the number stands in what is left
    assert [what.split(":")[0] for what in told(parts)] == ["its part .dbf is cut", "its parts hold different numbers of records"]
