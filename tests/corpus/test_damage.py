"""Files cut anywhere and with bytes flipped anywhere: refused with a code, or read with something to say; never another error."""

import json
import random

import pytest

import geo
from geo import PlanningDataError, read_vector
from geo.reading.digests import file_sha256
from tests.corpus.saving import flip
from tests.corpus.sources import many

ENDINGS = ("gpkg", "fgb", "geojson", "geojsonl", "parquet", "shp", "kml")
CUTS, FLIPS = 16, 16
LINES = {"geojsonl"}  # cut behind a whole line it can not be told from a shorter file without a checksum


def _read(path):
    report = []
    try:
        return len(read_vector(path, report=report)), [one.code for one in report]
    except PlanningDataError as error:
        told = error
    assert told.file
    assert told.mend
    return 0, [told.code]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_cut_file_is_refused(tmp_path, ending):
    path = many(tmp_path, ending)
    data = path.read_bytes()
    assert _read(path) == (400, [])
    for at in range(CUTS):
        size = int(len(data) * random.Random(at).random())  # noqa: S311 - where to cut
        path.write_bytes(data[:size])
        rows, codes = _read(path)
        whole_line = data[:size].endswith(b"}\n") and ending in LINES
        assert rows == 0 or whole_line, (at, size, codes)


@pytest.mark.parametrize("ending", ENDINGS)
def test_flipped_bytes_give_our_error_or_a_frame(tmp_path, ending):
    """And with a checksum beside the file, always an error."""
    path = many(tmp_path, ending)
    data, told = path.read_bytes(), file_sha256(path)
    beside = path.with_name(f"{path.name}.meta.json")
    for at in range(FLIPS):
        path.write_bytes(data)
        flip(path, count=(1, 5, 50)[at % 3], seed=at)
        _read(path)
        beside.write_text(json.dumps({"sha256": told}))
        assert _read(path) == (0, ["E-IO-07"])
        beside.unlink()


def test_a_sidecar_of_other_content_is_no_checksum(tmp_path):
    path = many(tmp_path, "gpkg")
    for text in ("", "[]", "{", '{"sha256": 7}', '{"files": []}'):
        path.with_name("input.gpkg.meta.json").write_text(text)
        (tmp_path / "manifest.json").write_text(text)
        assert _read(path) == (400, [])
    assert geo.check_file(path) == []
