"""Codes of errors are read by programs: each means one thing, wherever it is raised."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from maps.codes import code_table, error_codes

ROOT = Path(__file__).parents[2]
SHARED = {  # codes raised with several sentences in several folders: the one meaning they have
    "E-CRS-01": "no CRS is named",
    "E-CRS-04": "no such CRS",
    "E-RAS-05": "more cells than are held at once",
    "E-CRS-02": "not one metric CRS",
    "E-CRS-03": "coordinates lie outside the expected place",
    "E-CRS-12": "some of it lies outside the expected place",
    "E-CRS-13": "another zone would fit as well",
    "E-FETCH-01": "what is to be fetched, or where from, is not told rightly",
    "E-GTFS-04": "a date without service",
    "E-INTERP-04": "weights that are none",
    "E-IO-01": "an ending without reader or writer",
    "E-IO-04": "a file that can not be read",
    "E-LAW-06": "no such plan or list of classes",
    "E-OPP-03": "a cutoff that is none",
    "E-OSM-03": "no usable way in the file",
    "E-RAS-09": "classes that are no codes",
    "E-SCN-01": "changes that can not be applied, all named",
    "E-STUDY-07": "no such column",
    "E-TEXT-01": "no such encoding",
    "E-TEXT-02": "the text is not in that encoding",
    "E-TEXT-03": "text in an encoding that is not told",
    "E-TEXT-04": "text read in the encoding that its content tells",
    "E-TIMES-02": "times that are none",
    "E-TOML-01": "no such file of a study",
    "E-TOML-03": "what a study file says can not be",
}


def _shared(places):
    """Raised in several folders (a folder answers one question) with several sentences."""
    return len({module.rpartition(".")[0] for module in places}) > 1 and len(_sentences(places)) > 1


def _sentences(places):
    return {text for texts in places.values() for text in texts if text}


def test_every_code_is_named_by_a_test():
    code = re.compile(r"E-[A-Z]+-\d\d")
    named = {found for path in (ROOT / "tests").rglob("*.py") for found in code.findall(path.read_text(encoding="utf-8"))}
    assert sorted(set(error_codes()) - named) == []


def test_every_code_of_the_source_is_listed():
    told = error_codes()
    assert len(told) > 400
    written = set()
    for floor in ("geo", "layers", "analyses", "maps"):
        for path in (ROOT / floor).rglob("*.py"):
            written |= set(re.findall(r'"(E-[A-Z]+-\d\d)"', path.read_text(encoding="utf-8")))
    assert written == set(told)
    assert sum(not _sentences(places) for places in told.values()) < 0.1 * len(told)  # those whose sentence is made elsewhere


@pytest.mark.parametrize("code", error_codes())
def test_a_code_means_one_thing(code):
    """One sentence, or one folder, or a meaning that is written down here."""
    places = error_codes()[code]
    if _shared(places):
        assert code in SHARED, f"{places}: take a new number, or write down the one meaning in SHARED"


def test_every_shared_meaning_is_still_needed():
    needed = {code for code, places in error_codes().items() if _shared(places)}
    assert not set(SHARED) - needed


def test_the_command_lists_them():
    line = next(line for line in code_table().splitlines() if line.startswith("E-IO-03"))
    assert line.startswith("E-IO-03  no such file.")
    ran = subprocess.run([sys.executable, "-m", "maps", "codes"], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout == code_table()
