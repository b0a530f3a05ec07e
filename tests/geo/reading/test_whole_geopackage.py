"""A GeoPackage is whole where SQLite finds no fault in it and no page is missing; what it counts must be what it holds."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame

from geo.reading.completeness import whole_geopackage

PAGES_AT = slice(28, 32)  # in the head: pages of the size told before


@pytest.fixture
def squares(tmp_path):
    """Four squares."""
    path = tmp_path / "squares.gpkg"
    west = np.arange(596_000, 600_000, 1_000)
    shapes = shapely.box(west, 1_236_000, west + 900, 1_237_000)
    GeoDataFrame({"name": list("abcd")}, geometry=shapes, crs="EPSG:9210").to_file(path)
    return path


def told(path):
    return [(one.code, one.severity, one.what, one.seen) for one in whole_geopackage(path, "a.gpkg")]


def changed(path, sql, *values):
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(sql, values)


def test_nothing_is_said_of_a_whole_one_of_pages_of_any_size(squares):
    for size in (512, 4096, 65_536):
        with closing(sqlite3.connect(squares)) as base:
            base.execute(f"PRAGMA page_size = {size}")
            base.execute("VACUUM")
        assert squares.stat().st_size % size == 0
        assert told(squares) == []


@pytest.mark.parametrize("page", [4096, 65_536])
def test_one_that_is_cut_is_told_with_both_lengths(squares, page):
    with closing(sqlite3.connect(squares)) as base:
        base.execute(f"PRAGMA page_size = {page}")
        base.execute("VACUUM")
    size = squares.stat().st_size
    squares.write_bytes(squares.read_bytes()[:-1])
    assert told(squares) == [("E-IO-08", "error", f"the file is cut: it says {size:,} bytes and has {size - 1:,}.", size - 1)]


def test_what_waits_in_the_journal_beside_it_is_no_cut(squares):
    data = bytearray(squares.read_bytes())
    data[PAGES_AT] = (int.from_bytes(data[PAGES_AT], "big") + 1).to_bytes(4, "big")
    squares.write_bytes(data)
    journal = squares.with_name("squares.gpkg-wal")
    assert told(squares)[0][2].startswith("the file is cut")
    journal.touch()  # one without a page
    assert told(squares)[0][2].startswith("the file is cut")
    journal.write_bytes(b"\0")
    assert not any(what.startswith("the file is cut") for _, _, what, _ in told(squares))


def test_a_page_that_is_no_page_is_damage(squares):
    data = bytearray(squares.read_bytes())
    data[4096 * 2 : 4096 * 3] = b"\xff" * 4096
    squares.write_bytes(data)
    ((code, severity, what, seen),) = told(squares)
    assert (code, severity, what) == ("E-IO-08", "error", "the database is damaged.")
    assert seen


@pytest.mark.parametrize(("stored", "found"), [(4, []), (5, ["E-IO-15"]), (3, ["E-IO-15"]), (None, [])])
def test_the_stored_number_of_rows_must_be_that_of_the_rows(squares, stored, found):
    changed(squares, "UPDATE gpkg_ogr_contents SET feature_count = ?", stored)
    assert [code for code, *_ in told(squares)] == found
