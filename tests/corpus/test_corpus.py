"""Every bad input by every reader that could meet it: refused, mended or told, with code, file, ids and mend; never silent."""

import re

import pytest

import geo
from geo import PlanningDataError, check_file
from geo.movement import import_streets
from maps import check
from tests.corpus import attributes, coordinates, geometries, sources

# Rows R (rasters), N (networks), T (timetables) and X (hostile names) belong here: a module of ROWS for each, added to this list.
TABLES = (coordinates.ROWS, geometries.ROWS, attributes.ROWS, sources.ROWS)
ROWS = [row for table in TABLES for row in table]
CASES = [pytest.param(row, ending, id=f"{row.id}-{ending}") for row in ROWS for ending in row.endings]
READERS = {
    "vector": geo.read_vector,
    "partition": lambda path, report, **options: geo.read_vector(path, report=report, **options),
    "table": geo.read_table,
    "raster": lambda path, report, **_: report.extend(()) or geo.read_raster(path),
    "streets": lambda path, report, **_: report.extend(()) or import_streets(path),
    "check": lambda path, report, **options: _first_error(check_file(path, **options), report),
}


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
    options = {} if row.reader in {"raster", "streets"} else row.options
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


def _refused(row, path, refusal, checked):
    errors = [one for one in checked if one.severity == "error" and one.code == row.code]
    if refusal is None:
        assert row.reader == "partition", "it was read"
    else:
        assert refusal.code == row.code, refusal
        _told(row, path, [refusal.finding])
    if row.reader != "raster":  # a check of a raster need not hold all of it
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
    wanted += [f"S{at:02}" for at in range(1, 17) if at != 11]
    assert set(wanted) <= known
    assert len({row.id for row in ROWS}) == len(ROWS)
    assert len(CASES) > 200
