"""Every bad input by every reader that could meet it: refused, mended or told, with code, file, ids and mend; never silent."""

import re

import pandas as pd
import pytest

import geo
from geo import PlanningDataError, check_file
from geo.movement import gtfs_findings, import_streets, read_gtfs
from layers import import_gtfs, import_osm, import_raster, osm_layers
from maps import check
from tests.corpus import attributes, coordinates, doors, geometries, networks, rasters, sources, timetables

TABLES = (
    coordinates.ROWS,
    geometries.ROWS,
    attributes.ROWS,
    sources.ROWS,
    networks.ROWS,
    rasters.ROWS,
    timetables.ROWS,
    doors.ROWS,
)
ROWS = [row for table in TABLES for row in table]
CASES = [pytest.param(row, ending, id=f"{row.id}-{ending}") for row in ROWS for ending in row.endings]
READERS = {
    "vector": geo.read_vector,
    "partition": lambda path, report, **options: geo.read_vector(path, report=report, **options),
    "table": geo.read_table,
    "raster": lambda path, report, **_: _checked(path, report, geo.read_raster(path)),
    "zones": lambda path, report, **_: _checked(path, report, geo.zonal_stats(path, rasters.ZONE)),
    "streets": lambda path, report, **_: _checked(path, report, import_streets(path)),
    "feed": lambda path, report, **_: report.extend(gtfs_findings(path)) or read_gtfs(path, "2025-01-13"),
    "check": lambda path, report, **options: _first_error(check_file(path, **options), report),
}


FURTHER = {  # others that meet such a file: they refuse what the first one refuses, with the same code, and read what it reads
    "raster": (lambda path: geo.zonal_stats(path, rasters.ZONE), lambda path: import_raster(path, "own", "w", dry_run=True)),
    "streets": (osm_layers, lambda path: import_osm(path, "w", dry_run=True)),
    "feed": (lambda path: import_gtfs(path, "w", dry_run=True),),
}
STREETS_ALONE = {"E-OSM-11", "E-OSM-12"}  # of times and junctions, which layers do not have


def _checked(path, report, read):
    """What the check says besides the reader, which has no report."""
    report.extend(check.check_files([str(path)], {})[str(path)])
    return read


def _first_error(found, report):
    report.extend(found)
    for one in found:
        if one.severity == "error":
            raise PlanningDataError.of(one)


def _read(row, path):
    """(what is read, None) or (None, the refusal), and the report."""
    report = []
    try:
        return READERS[row.reader](path, report=report, **row.options), None, report
    except PlanningDataError as error:
        return None, error, report


@pytest.mark.parametrize(("row", "ending"), CASES)
def test_a_bad_input_is_never_silent(tmp_path, row, ending):
    path = row.make(tmp_path, ending)
    if row.reader == "partition":
        row.options.setdefault("partition", True)
        read, refusal, report = None, None, []
    else:
        read, refusal, report = _read(row, path)
    options = {} if row.reader in {"raster", "zones", "streets", "feed"} else row.options
    for further in FURTHER.get(row.reader, ()) if row.checked else ():
        _alike(further, path, row)
    checked = check.check_files([str(path)], options)[str(path)]
    errors = [one for one in checked if one.severity == "error"]
    if row.outcome == "R":
        _refused(row, path, refusal, checked)
        return
    assert refusal is None, refusal
    assert errors == []
    told = [one for one in checked if one.severity != "note" or one.code == row.code]
    if row.outcome == "OK":
        assert told == []
    else:
        _told(row, path, [one for one in checked if one.code == row.code])
        severity = {"F": {"fixed", "warning"}, "W": {"warning", "note"}}[row.outcome]
        assert {one.severity for one in checked if one.code == row.code} <= severity
        assert row.reader == "partition" or row.code in {one.code for one in report}
    assert row.reader == "partition" or row.holds(read)


def _alike(further, path, row):
    found = code = None
    try:
        found = further(path)
    except PlanningDataError as error:
        code = error.code
    wanted = row.code if row.outcome == "R" else None
    assert code == wanted or wanted in STREETS_ALONE
    assert not isinstance(found, pd.DataFrame) or row.holds(found)


def _refused(row, path, refusal, checked):
    errors = [one for one in checked if one.severity == "error" and one.code == row.code]
    if refusal is None:
        assert row.reader == "partition", "it was read"
    else:
        assert refusal.code == row.code, refusal
        _told(row, path, [refusal.finding])
    if row.checked:
        _told(row, path, errors)


def _told(row, path, found):
    assert found, row.code
    text = " ".join(map(str, found))
    assert all(words in text for words in row.says), text
    assert all(one.file and path.name in one.file for one in found), text
    assert all(re.fullmatch(r"E-[A-Z]+-\d\d", one.code) for one in found)
    assert all(one.mend for one in found if one.severity == "error"), text
    if row.ids:
        assert row.ids in {one.feature_ids for one in found}, text
    if row.layer:
        assert all(one.layer for one in found), text


def test_the_corpus_covers_the_list():
    known = {re.sub(r"[a-z]$|_.*$", "", row.id) for row in ROWS}
    wanted = [f"C{at:02}" for at in range(1, 21) if at not in (14, 15)]  # frames, not files: below
    wanted += [f"G{at:02}" for at in range(1, 23) if at != 18]
    wanted += [f"A{at:02}" for at in range(1, 18) if at != 13]
    wanted += [f"S{at:02}" for at in range(1, 17)]
    wanted += [f"R{at:02}" for at in range(1, 9)]
    wanted += [f"N{at:02}" for at in range(1, 16) if at != 14]  # frames, not files: test_networks.py
    wanted += [f"T{at:02}" for at in range(1, 13)]
    wanted += [f"X{at:02}" for at in range(1, 9) if at not in (2, 7)]  # names and keys, not files: test_doors.py
    assert set(wanted) <= known
    assert len({row.id for row in ROWS}) == len(ROWS)
    assert len(CASES) > 300
