"""Codes of errors are read by programs: each means one thing, wherever it is raised."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from maps.codes import code_table, error_codes

ROOT = Path(__file__).parents[2]
SHARED = {  # codes raised with several sentences in several modules: the one meaning they have
    "E-AREA-01": "a choice of areas or method that is none",
    "E-AREA-03": "a radius, a detour or a cell that is no size",
    "E-ATTR-03": "infinite numbers become null",
    "E-CAD-04": "a drawing too large to be read unasked",
    "E-CRS-01": "no CRS is named",
    "E-CRS-02": "not one metric CRS",
    "E-CRS-03": "coordinates lie outside the expected place",
    "E-CRS-04": "a CRS that is none",
    "E-CRS-12": "some features lie outside the expected place",
    "E-CRS-13": "other zones would fit as well",
    "E-FETCH-01": "what is to be fetched, or where from, is not told rightly",
    "E-FETCH-06": "the server knows nothing there",
    "E-GEOM-09": "coordinates that are no finite numbers",
    "E-GEOM-12": "shapes that can not be built",
    "E-GTFS-07": "names that must stand once",
    "E-IMPORT-03": "a column that is not there",
    "E-INTERP-04": "weights that are none",
    "E-IO-01": "an ending without reader or writer",
    "E-IO-04": "a file that can not be read",
    "E-IO-06": "content of another format than the ending says",
    "E-IO-11": "a file of several layers, the first is read",
    "E-LAW-06": "no such plan or list of classes",
    "E-LINE-04": "a period of service that is none",
    "E-MAP-01": "nothing to show",
    "E-MAP-03": "a mark of another kind of geometry",
    "E-MAP-04": "more than a page can show",
    "E-MAP-05": "colours or breaks that are none",
    "E-MAP-06": "classes that can not be",
    "E-MAP-09": "a file of another kind or place than must be",
    "E-NET-06": "edges and network do not fit",
    "E-NET-09": "a limit or a number that is none",
    "E-NET-15": "an edit of streets that can not be made",
    "E-OPP-03": "a cutoff that is none",
    "E-OSM-03": "no usable way in the file",
    "E-RAS-06": "raster and place do not meet",
    "E-RAS-09": "classes that are no codes",
    "E-ROB-02": "a failure without a meaning here",
    "E-ROB-03": "no such line to fail",
    "E-ROB-04": "no such street to fail",
    "E-SCN-01": "changes that can not be applied, all named",
    "E-SITE-04": "no number of sites serves all",
    "E-SITE-05": "no proof in time",
    "E-SNAP-03": "no drawn edges",
    "E-STUDY-03": "shapes of a study that are not told rightly",
    "E-TEXT-01": "no such encoding",
    "E-TEXT-02": "the text is not in that encoding",
    "E-TEXT-03": "texts that read in no encoding",
    "E-TEXT-04": "texts read in an encoding that was found out",
    "E-TEXT-05": "bytes and declared encoding differ",
    "E-TIMES-02": "times that are none",
    "E-TOML-01": "no such file of a study",
    "E-WORK-04": "a file of the workspace is gone",
    "E-WRITE-05": "shapes of another kind than the format takes",
}


def _sentences(places):
    return {text for texts in places.values() for text in texts if text}


def test_every_code_of_the_source_is_listed():
    told = error_codes()
    assert len(told) > 400
    written = set()
    for floor in ("geo", "layers", "analyses", "maps"):
        for path in (ROOT / floor).rglob("*.py"):
            written |= set(re.findall(r'"(E-[A-Z]+-\d\d)"', path.read_text(encoding="utf-8")))
    assert written == set(told)
    assert sum(not _sentences(places) for places in told.values()) < 20  # those whose sentence is made elsewhere


@pytest.mark.parametrize("code", error_codes())
def test_a_code_means_one_thing(code):
    """One sentence, or one module, or a meaning that is written down here."""
    places = error_codes()[code]
    if len(places) > 1 and len(_sentences(places)) > 1:
        assert code in SHARED, places


def test_every_shared_meaning_is_still_needed():
    needed = {code for code, places in error_codes().items() if len(places) > 1 and len(_sentences(places)) > 1}
    assert not set(SHARED) - needed


def test_the_command_lists_them():
    line = next(line for line in code_table().splitlines() if line.startswith("E-IO-03"))
    assert line.startswith("E-IO-03  no such file.")
    ran = subprocess.run([sys.executable, "-m", "maps", "codes"], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout == code_table()
