"""A: ids, numbers and texts."""

from __future__ import annotations

import json
import unicodedata

import numpy as np

from tests.corpus.coordinates import BINARY, saved
from tests.corpus.rows import Row
from tests.corpus.saving import collection, save, squares

NAMES = ["Bình Dương", "Thủ Dầu Một", "Bến Cát", "Thuận An"]
TCVN3 = ["B×nh D\u00ad¬ng", "Thñ DÇu Mét", "BÕn C¸t", "ThuËn An"]
CP1258 = ["Bi\u0300nh Dương", "Thu\u0309 Dâ\u0300u Mô\u0323t", "Bê\u0301n Ca\u0301t", "Thuâ\u0323n An"]
VNI = ["Bình Döông", "Thuû Daàu Moät", "Beán Caùt", "Thuaän An"]


def csv(text, encoding="utf-8"):
    def make(folder, ending):
        path = folder / f"input.{ending}"
        path.write_bytes(text.encode(encoding))
        return path

    return make


def dbf(names, codec, says=None):
    """A Shapefile whose .dbf holds these bytes, and a .cpg that says ``says``, or none."""

    def make(folder, _ending):
        stand_in = [name.encode(codec).decode("latin-1") for name in names]
        path = save(squares(4, name=stand_in), folder / "input.shp", encoding="ISO-8859-1")
        (folder / "input.cpg").unlink(missing_ok=True)
        table = bytearray((folder / "input.dbf").read_bytes())
        table[29] = 0  # the code page of the header: none
        (folder / "input.dbf").write_bytes(bytes(table))
        if says:
            (folder / "input.cpg").write_text(says)
        return path

    return make


def _named(read):
    return read["name"].to_list() == NAMES


def _geometry_twice(folder, _ending):
    path = folder / "input.geojson"
    read = json.loads(collection({"type": "Point", "coordinates": [106.65, 11.1]}))
    read["features"][0]["properties"]["geometry"] = "a text"
    path.write_text(json.dumps(read))
    return path


NFD = [unicodedata.normalize("NFD", name) for name in NAMES]
TEXTS = ("gpkg", "fgb", "geojsonl")
ROWS = [
    Row(id="A01", what="ids that stand twice", make=saved(lambda: squares(zone_id=["a", "b", "a", "c"])), endings=BINARY,
        outcome="R",
        code="E-ATTR-01", ids=("a",), options={"id_column": "zone_id"}),
    Row(id="A01b", what="ids that stand twice, not asked for", make=saved(lambda: squares(zone_id=["a", "b", "a", "c"])),
        endings=BINARY, outcome="W", code="E-ATTR-01", ids=("a",)),
    Row(id="A01c", what="missing ids", make=saved(lambda: squares(zone_id=["a", "b", None, "c"])), endings=("gpkg", "parquet"),
        outcome="R", code="E-ATTR-01", ids=("row 3",), options={"id_column": "zone_id"}),
    Row(id="A02", what='ids "01" and "1"', make=csv("ma,n\n01,1\n1,2\n"), endings=("csv",), outcome="OK", reader="table",
        options={"id_column": "ma"}, holds=lambda read: read.index.to_list() == ["01", "1"]),
    Row(id="A03", what="an infinite number", make=saved(lambda: squares(score=[1.0, np.inf, 2, np.nan])), endings=("gpkg",
        "parquet"),
        outcome="F", code="E-ATTR-03", ids=("row 2",), holds=lambda read: read["score"].isna().to_list() == [False, True,
        False, True]),
    Row(id="A03b", what="inf in a table", make=csv("name,score\na,1.5\nb,inf\n"), endings=("csv",), outcome="F", code="E-ATTR-03",
        reader="table", holds=lambda read: read["score"].isna().to_list() == [False, True]),
    Row(id="A04", what="people below nothing", make=saved(lambda: squares(population_people=[5, -9999, 3, 2])),
        endings=("gpkg", "shp", "parquet"),
        outcome="R", code="E-ATTR-04", ids=("row 2",), says=("-9999",)),
    Row(id="A04b", what="a change may be below nothing", make=saved(lambda: squares(jobs_change=[5, -3, 3, 2])),
        endings=("gpkg", "parquet"), outcome="OK"),
    Row(id="A05", what="1.234", make=csv("name,jobs\na,1.234\nb,5\n"), endings=("csv", "txt"), outcome="R", code="E-TABLE-06",
        says=('thousands="."', "1.234"), reader="table"),
    Row(id="A05b", what="12,345", make=csv('name,jobs\na,"12,345"\nb,5\n'), endings=("csv",), outcome="R", code="E-TABLE-06",
        says=('thousands=","',), reader="table"),
    Row(id="A06", what="semicolons and decimal commas", make=csv("name;lon;lat;ha\na;106,65;11,1;2,5\n"), endings=("csv",),
        outcome="F", code="E-TABLE-08", holds=lambda read: read["ha"].to_list() == [2.5] and round(read.geometry.x.iloc[0],
        2) == 106.65),
    Row(id="A07", what="decomposed letters", make=saved(lambda: squares(name=NFD)), endings=("gpkg", "fgb", "shp", "parquet"),
        outcome="F", code="E-TEXT-06", holds=lambda read: sorted(read["name"]) == sorted(NAMES)),
    Row(id="A08", what="TCVN3 in a .dbf", make=dbf(TCVN3, "latin-1"), endings=("shp",), outcome="R", code="E-TEXT-07",
        says=("TCVN3", 'encoding="tcvn3"')),
    Row(id="A08b", what="TCVN3 in a .dbf, told", make=dbf(TCVN3, "latin-1"), endings=("shp",), outcome="OK", holds=_named,
        options={"encoding": "tcvn3"}),
    Row(id="A08c", what="TCVN3 in a GeoPackage", make=saved(lambda: squares(name=TCVN3)), endings=("gpkg", "parquet"),
        outcome="R",
        code="E-TEXT-07", says=("TCVN3",)),
    Row(id="A09", what="VNI in a .dbf", make=dbf(VNI, "latin-1"), endings=("shp",), outcome="R", code="E-TEXT-07", says=("VNI",)),
    Row(id="A09b", what="VNI in a .dbf, told", make=dbf(VNI, "latin-1"), endings=("shp",), outcome="OK", holds=_named,
        options={"encoding": "vni"}),
    Row(id="A10", what="cp1258 in a .dbf", make=dbf(CP1258, "cp1258"), endings=("shp",), outcome="R", code="E-TEXT-07",
        says=("CP1258",)),
    Row(id="A10b", what="cp1258 in a .dbf, told", make=dbf(CP1258, "cp1258"), endings=("shp",), outcome="OK", holds=_named,
        options={"encoding": "cp1258"}),
    Row(id="A11", what="UTF-8 in a .dbf without .cpg", make=dbf(NAMES, "utf-8"), endings=("shp",), outcome="W", code="E-TEXT-05",
        holds=_named),
    Row(id="A12", what="a .cpg that says UTF-8 over TCVN3", make=dbf(TCVN3, "latin-1", "UTF-8"), endings=("shp",), outcome="R",
        code="E-TEXT-07", says=("TCVN3",)),
    Row(id="A14", what="a byte order mark", make=csv("\ufefflon,lat\n106.65,11.1\n"), endings=("csv",), outcome="F",
        code="E-TABLE-02", holds=lambda read: read.columns[0] == "lon"),
    Row(id="A15", what="a row without latitude", make=csv("lon,lat\n106.65,11.1\n106.66,\n"), endings=("csv",), outcome="R",
        code="E-TABLE-13", ids=("line 3",)),
    Row(id="A16", what="m² in a column of hectares", make=saved(lambda: squares(area_ha=[1e6] * 4)), endings=BINARY, outcome="W",
        code="E-ATTR-06", says=("m², not in ha",)),
    Row(id="A16b", what="a column of hectares that is right", make=saved(lambda: squares(area_ha=[100.0, 100.4, 99.9, 100])),
        endings=BINARY, outcome="OK"),
    Row(id="A17", what="a column named geometry", make=_geometry_twice, endings=("geojson",), outcome="R", code="E-ATTR-05"),
    Row(id="A17b", what="a column that stands twice", make=csv("lon,lat,a,A\n106.65,11.1,1,2\n"), endings=("csv",), outcome="R",
        code="E-ATTR-05"),
    Row(id="A17c", what="rows of other lengths", make=csv("lon,lat,name\n106.65,11.1,a\n106.65,11.1,b,c\n"), endings=("csv",),
        outcome="R", code="E-TABLE-03", ids=("line 3",)),
]  # fmt: skip
