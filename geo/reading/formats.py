"""Which format a file is: declared by its ending, confirmed by its first bytes, read by that format's driver alone.

GDAL chooses a driver by content: a VRT named .geojson is executed and may read other files or the network. So only listed
formats are opened, and only where the content is theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from geo.errors import PlanningDataError

_LOOK = 4096


@dataclass(frozen=True)
class Format:
    """A vector format: ``driver`` of GDAL ("" where read otherwise), ``begins`` any of which the file must begin with (after
    blanks and a byte order mark where ``text``), ``holds`` a word that must be near its beginning.
    """

    name: str
    driver: str
    begins: tuple[bytes, ...]
    text: bool = False
    holds: bytes = b""


_JSON = Format("GeoJSON", "GeoJSON", (b"{",), text=True)
_LINES = Format("GeoJSONSeq", "GeoJSONSeq", (b"{", b"\x1e"), text=True)
FORMATS = MappingProxyType(
    {
        ".geojson": _JSON,
        ".json": _JSON,
        ".geojsonl": _LINES,
        ".geojsons": _LINES,
        ".ndjson": _LINES,
        ".gpkg": Format("GeoPackage", "GPKG", (b"SQLite format 3\0",)),
        ".fgb": Format("FlatGeobuf", "FlatGeobuf", (b"fgb\x03fgb",)),
        ".shp": Format("Shapefile", "ESRI Shapefile", (b"\0\0\x27\x0a",)),
        ".zip": Format("zipped Shapefile", "ESRI Shapefile", (b"PK\x03\x04",)),
        ".kml": Format("KML", "KML", (b"<?xml", b"<kml"), text=True, holds=b"<kml"),
        ".gml": Format("GML", "GML", (b"<",), text=True, holds=b"opengis.net/gml"),
        ".tab": Format("MapInfo TAB", "MapInfo File", (b"!table", b"!Table", b"!TABLE"), text=True, holds=b"NATIVE"),
        ".mif": Format("MapInfo MIF", "MapInfo File", (b"Version", b"VERSION", b"version"), text=True),
        ".dgn": Format("DGN V7", "DGN", (b"\x08\x09\xfe\x02", b"\xc8\x09\xfe\x02")),
        ".parquet": Format("GeoParquet", "", (b"PAR1",)),
        ".geoparquet": Format("GeoParquet", "", (b"PAR1",)),
        ".csv": Format("CSV", "", (), text=True),
        ".tsv": Format("CSV", "", (), text=True),
    }
)
TABLES = (".csv", ".tsv", ".txt", ".xlsx")
_STRANGERS = (
    (b"<ogrvrtdatasource", "a GDAL virtual file (VRT) that names other files"),
    (b"<vrtdataset", "a GDAL virtual file (VRT) that names other files"),
    (b"<!doctype html", "an HTML page, perhaps an error message of a server"),
    (b"<html", "an HTML page, perhaps an error message of a server"),
    (b"<?xml", "an XML document"),
    (b"sqlite format 3\0", "an SQLite database (.gpkg)"),
    (b"fgb\x03fgb", "a FlatGeobuf (.fgb)"),
    (b"par1", "a Parquet file (.parquet)"),
    (b"pk\x03\x04", "a zip archive or a workbook"),
    (b"\0\0\x27\x0a", "a Shapefile (.shp)"),
    (b"\xd0\xcf\x11\xe0", "an old Office or DGN V8 file"),
    (b"%pdf", "a PDF"),
    (b"version https://git-lfs", "a Git LFS pointer, not the file itself"),
    (b"{", "JSON"),
)


def declared(path: Path, shown: str) -> Format:
    """The format that the ending declares, its content confirmed. Errors: E-IO-01 unknown ending, E-IO-06 other content."""
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise _no_reader(path, shown, FORMATS)
    with path.open("rb") as opened:
        start = opened.read(_LOOK)
    bare = _bare(start) if form.text else start
    right = not form.begins or bare.startswith(form.begins)
    if form.name == "CSV":
        right = _is_table_text(start)
    if right and form.holds and form.holds not in start:
        right = False
    if not right:
        raise PlanningDataError(
            "E-IO-06",
            f"the file is no {form.name}, as its ending says.",
            file=shown,
            seen=stranger(start),
            mend="give it the ending of its format, or fetch it again.",
        )
    return form


def _no_reader(path: Path, shown: str, endings: Iterable[str]) -> PlanningDataError:
    old = path.suffix.lower() == ".xls"
    mend = "open it in a spreadsheet program and save it as .xlsx or .csv." if old else f"use one of {', '.join(endings)}."
    return PlanningDataError("E-IO-01", f"no reader for the ending {path.suffix!r}.", file=shown, mend=mend)


def declared_table(path: Path, shown: str) -> str:
    """The ending of a table, its content confirmed. Errors: E-IO-01 unknown ending, E-IO-06 other content."""
    ending = path.suffix.lower()
    if ending not in TABLES:
        raise _no_reader(path, shown, TABLES)
    with path.open("rb") as opened:
        start = opened.read(_LOOK)
    right = start.startswith(b"PK\x03\x04") if ending == ".xlsx" else _is_table_text(start)
    if not right:
        what = f"the file is no {'workbook' if ending == '.xlsx' else 'table of text'}, as its ending says."
        mend = "give it the ending of its format, or fetch it again."
        raise PlanningDataError("E-IO-06", what, file=shown, seen=stranger(start), mend=mend)
    return ending


def _is_table_text(start: bytes) -> bool:
    bare = _bare(start)
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    return wide or (b"\0" not in bare and not any(bare.lower().startswith(mark) for mark, _ in _STRANGERS))


def stranger(start: bytes) -> str:
    """What the first bytes of a file say that it is."""
    bare = _bare(start).lower()
    if not bare.strip(b"\0"):
        return "zeros"
    for mark, what in _STRANGERS:
        if mark != b"<?xml" and mark in (bare[:512] if mark.startswith(b"<") else bare[: len(mark)]):
            return what
    return "an XML document" if bare.startswith(b"<?xml") else repr(start[:16])


def _bare(start: bytes) -> bytes:
    return start.removeprefix(b"\xef\xbb\xbf").lstrip()
