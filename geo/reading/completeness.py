"""Whether a file is whole: the lengths, counts and checksums it tells of itself against what is there."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

from geo.findings import Finding

_FETCH = "export or fetch it again; compare its size with the source."
_SHP_HEAD = 100
_DBF_HEAD = 32


def whole_shapefile(path: Path, shown: str) -> list[Finding]:
    """E-IO-08 where .shp, .shx or .dbf are shorter than they say, missing, or of different numbers of records."""
    parts = {one.suffix.lower(): one for one in path.parent.iterdir() if one.stem == path.stem}
    mends = {
        ".shx": "restore it (QGIS: open and save; GDAL: SHAPE_RESTORE_SHX=YES).",
        ".dbf": "ask for it: it holds the columns.",
    }
    found = [
        Finding("E-IO-08", f"the file's part {ending} is missing.", mend, "error", shown)
        for ending, mend in mends.items()
        if ending not in parts
    ]
    records: dict[str, int] = {}
    for ending in (".shp", ".shx"):
        if ending in parts:
            told, size = _shape_words(parts[ending])
            if told != size:
                what = f"its part {ending} is cut: it says {told:,} bytes and has {size:,}."
                found.append(Finding("E-IO-08", what, _FETCH, "error", shown, None, (), size))
            elif ending == ".shx":
                records[ending] = (size - _SHP_HEAD) // 8
    if ".dbf" in parts:
        told, size, rows = _table_words(parts[".dbf"])
        if size >= _DBF_HEAD:  # its number of records stands there
            records[".dbf"] = rows
        if size < told:
            what = f"its part .dbf is cut: it says {told:,} bytes and has {size:,}."
            found.append(Finding("E-IO-08", what, _FETCH, "error", shown, None, (), size))
    if len(set(records.values())) > 1:
        what = f"its parts hold different numbers of records: {records}."
        found.append(Finding("E-IO-08", what, _FETCH, "error", shown, None, (), records))
    return found


def _shape_words(path: Path) -> tuple[int, int]:
    with path.open("rb") as opened:
        head = opened.read(_SHP_HEAD)
    told = 2 * struct.unpack(">i", head[24:28])[0] if len(head) == _SHP_HEAD else _SHP_HEAD
    return told, path.stat().st_size


def _table_words(path: Path) -> tuple[int, int, int]:
    with path.open("rb") as opened:
        head = opened.read(_DBF_HEAD)
    if len(head) < _DBF_HEAD:
        return _DBF_HEAD, len(head), 0
    rows, start, width = struct.unpack("<IHH", head[4:12])
    return start + rows * width, path.stat().st_size, rows


def whole_geopackage(path: Path, shown: str) -> list[Finding]:
    """E-IO-08 where pages are missing or damaged (SQLite's own check); E-IO-15 where a stored number of rows is wrong."""
    with path.open("rb") as opened:
        head = opened.read(100)
    page, pages = int.from_bytes(head[16:18], "big"), int.from_bytes(head[28:32], "big")
    page = 65_536 if page == 1 else page
    size = path.stat().st_size
    wal = path.with_name(f"{path.name}-wal")
    if pages and page * pages > size and not (wal.exists() and wal.stat().st_size):
        what = f"the file is cut: it says {page * pages:,} bytes and has {size:,}."
        return [Finding("E-IO-08", what, _FETCH, "error", shown, None, (), size)]
    try:
        base = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        return [Finding("E-IO-04", "the file can not be read.", _FETCH, "error", shown, None, (), str(error))]
    try:
        faults = [row[0] for row in base.execute("PRAGMA integrity_check(5)")]
        if faults != ["ok"]:
            return [Finding("E-IO-08", "the database is damaged.", _FETCH, "error", shown, None, (), faults[0][:200])]
        return _counts(base, shown)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return [Finding("E-IO-08", "the database is damaged.", _FETCH, "error", shown, None, (), str(error))]
    finally:
        base.close()


def _counts(base: sqlite3.Connection, shown: str) -> list[Finding]:
    tables = {row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    if "gpkg_contents" not in tables:
        return [
            Finding(
                "E-IO-06", "the file is no GeoPackage, as its ending says.", "export it anew.", "error", shown, None, (), "SQLite"
            )
        ]
    if "gpkg_ogr_contents" not in tables:
        return []
    found = []
    for name, stored in base.execute("SELECT table_name, feature_count FROM gpkg_ogr_contents").fetchall():
        if stored is None or name not in tables:
            continue
        (real,) = base.execute('SELECT COUNT(*) FROM "{}"'.format(name.replace('"', '""'))).fetchone()  # noqa: S608 - a name, quoted
        if real != stored:
            what = f"the file says {stored:,} rows and holds {real:,} (programs wrote at the same time); all {real:,} are read."
            mend = "write it anew with geo.write: other programs read only as many as it says."
            found.append(Finding("E-IO-15", what, mend, "warning", shown, name, (), stored))
    return found


def whole_lines(path: Path, shown: str) -> list[Finding]:
    """E-IO-08 where a line of a GeoJSONSeq is no JSON: a cut file loses its end without a word otherwise."""
    with path.open("rb") as opened:
        for number, line in enumerate(opened, 1):
            text = line.lstrip(b"\x1e").strip()
            if not text:
                continue
            try:
                json.loads(text)
            except (ValueError, RecursionError) as error:
                what = f"line {number} is no whole feature: the file is cut or damaged there."
                return [Finding("E-IO-08", what, _FETCH, "error", shown, None, (f"line {number}",), str(error)[:80])]
    return []


def whole_parquet(path: Path, shown: str) -> list[Finding]:
    """E-IO-08 where the file does not end as a Parquet file does."""
    with path.open("rb") as opened:
        opened.seek(-4, 2)
        end = opened.read()
    if end == b"PAR1":
        return []
    return [Finding("E-IO-08", "the file is cut: its end is missing.", _FETCH, "error", shown, None, (), path.stat().st_size)]


def _unasked(_path: Path, _shown: str) -> list[Finding]:
    return []  # GDAL itself tells of a cut GeoJSON, FlatGeobuf, KML


_CHECKS: MappingProxyType[str, Callable[[Path, str], list[Finding]]] = MappingProxyType(
    {
        "Shapefile": whole_shapefile,
        "zipped Shapefile": whole_shapefile,
        "GeoPackage": whole_geopackage,
        "GeoJSONSeq": whole_lines,
        "GeoParquet": whole_parquet,
    }
)


def whole(path: Path, form: str, shown: str) -> list[Finding]:
    """What shows that a file of this form is not whole."""
    return _CHECKS.get(form, _unasked)(path, shown)
