"""X: files that carry code, addresses or entities; what opens them takes all of it as text or refuses."""

from __future__ import annotations

import pickle
import zipfile

import openpyxl

from tests.corpus.rows import Row
from tests.corpus.saving import content, geojson, points, save

HOSTILE = "<img src=x onerror=alert(1)>${alert(1)}</script>{{ 7*7 }}"
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 12}">' for at in range(9))
    + "]>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE z [<!ENTITY j SYSTEM "file:///etc/passwd">]>'
KML = (
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>f</name><NetworkLink><Link><href>http://127.0.0.1:9/x'
    "</href></Link></NetworkLink><Placemark><name>%s</name><Point><coordinates>106.65,11.1</coordinates></Point></Placemark>"
    "</Folder></Document></kml>"
)
OSM = (
    '<osm version="0.6"><node id="1" version="1" lon="106.6" lat="11.1"/><node id="2" version="1" lon="106.61" lat="11.1"/>'
    '<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/><tag k="name" v="%s"/></way></osm>'
)


def _with_crs(name):
    member = {"type": "name", "properties": {"name": name}}
    return geojson(points(), crs=member)


class _Runs:
    """What pickle would run."""

    def __reduce__(self):
        return eval, ("1/0",)


def _workbook(folder, ending):
    """Entities in a sheet."""
    book = openpyxl.Workbook()
    book.active.append(["id", "n"])
    book.active.append(["a", 1])
    book.save(folder / "plain.xlsx")
    path = folder / f"input.{ending}"
    with zipfile.ZipFile(folder / "plain.xlsx") as plain, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name in plain.namelist():
            data = plain.read(name)
            if name.endswith("sheet1.xml"):
                data = (BOMB + data.decode().partition("?>")[2].replace("<v>1</v>", "<v>&j;</v>")).encode()
            out.writestr(name, data)
    return path


def _named_in_column(folder, ending):
    return save(points(name=[HOSTILE] * 4, **{HOSTILE[:20]: ["x"] * 4}), folder / f"input.{ending}")


ROWS = [
    Row(id="X01", what="HTML, script and template in values and names of columns", make=_named_in_column,
        endings=("geojson", "gpkg", "fgb", "parquet", "csv"), outcome="OK",
        holds=lambda read: set(read["name"]) == {HOSTILE} and HOSTILE[:20] in read.columns),
    Row(id="X03", what="a link to a server in a KML", make=content(KML % "a"), endings=("kml",), outcome="OK",
        holds=lambda read: len(read) == 1),
    *[Row(id=f"X05{letter}", what=f"a CRS that is {value}", outcome="R", code="E-CRS-04", endings=("geojson",),
          make=content(_with_crs(value)))
      for letter, value in (("", "http://127.0.0.1:9/crs"), ("b", "/etc/passwd"), ("c", "+init=/etc/passwd:x"),
                            ("d", "+proj=longlat +ellps=WGS84 +nadgrids=/etc/passwd"), ("e", "file:///etc/passwd"))],
    Row(id="X06", what="a pickle by another name", make=content(pickle.dumps(_Runs())), outcome="R", code="E-IO-06",
        endings=("geojson", "gpkg", "fgb", "parquet", "shp", "kml", "zip")),
    Row(id="X06b", what="a pickle", make=content(pickle.dumps(_Runs())), outcome="R", code="E-IO-01",
        endings=("pkl", "pickle", "yaml")),
    Row(id="X08", what="entities that swell in a KML", make=content(BOMB + KML % "&j;"), endings=("kml",), outcome="R",
        code="E-IO-04"),
    Row(id="X08b", what="an entity that is a file, in a KML", make=content(OUTSIDE + KML % "&j;"), endings=("kml",), outcome="R",
        code="E-IO-04"),
    Row(id="X08c", what="entities that swell in an OSM file", make=content(BOMB + OSM % "&j;"), endings=("osm",), outcome="R",
        code="E-OSM-02", says=("entities",), reader="streets"),
    Row(id="X08d", what="an entity that is a file, in an OSM file", make=content(OUTSIDE + OSM % "&j;"), endings=("osm",),
        outcome="R", code="E-OSM-02", says=("entities",), reader="streets"),
    Row(id="X08e", what="entities that swell in a workbook", make=_workbook, endings=("xlsx",), outcome="R", code="E-IO-04",
        reader="table"),
]  # fmt: skip
