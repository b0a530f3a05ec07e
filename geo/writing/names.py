"""Names of columns and layers as a format allows them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from geo.errors import PlanningDataError
from geo.reading.paths import DEVICES
from geo.writing import losses
from geo.writing.formats import Format
from geo.writing.losses import Ledger

_DBF_LONGEST, _GDB_LONGEST, _SHEET_LONGEST = 10, 64, 31
_GDB_TAKEN = frozenset({"objectid", "shape", "shape_length", "shape_area", "fid", "oid"})
_GDB_WORDS = frozenset(  # refused as names of columns by ArcGIS
    [
        "add",
        "alter",
        "and",
        "as",
        "asc",
        "between",
        "by",
        "column",
        "create",
        "date",
        "delete",
        "desc",
        "drop",
        "exists",
        "for",
        "from",
        "group",
        "in",
        "index",
        "insert",
        "into",
        "is",
        "like",
        "not",
        "null",
        "or",
        "order",
        "select",
        "set",
        "table",
        "time",
        "update",
        "user",
        "values",
        "view",
        "where",
    ]
)
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,79}")
_FILE_LONGEST = 80
_SHEET_BAD = re.compile(r"[\[\]:*?/\\]")


def with_ids(frame: pd.DataFrame, file: Path, *, keep_numbers: bool = False) -> tuple[pd.DataFrame, str | None]:
    """The index as a column, under the name "id" where it has none (row numbers are left out), and that column's name.

    Errors: E-WRITE-01 a column has the name of the index, or a name stands twice.
    """
    index = frame.index
    counted = isinstance(index, pd.RangeIndex) and index.name is None and not keep_numbers
    free = next(name for name in ("id", "row_id", "index of rows") if name not in frame.columns)
    given = [name if name is not None else free if index.nlevels == 1 else f"id_{at}" for at, name in enumerate(index.names)]
    names = [] if counted else [str(name) for name in given]
    columns = [*names, *frame.columns]
    doubled = sorted({str(name) for name in columns if columns.count(name) > 1})
    if doubled:
        mend = "rename one of them: frame.rename(columns=...) or frame.rename_axis(...)."
        raise PlanningDataError("E-WRITE-01", "two columns have one name.", file=file.name, seen=doubled, mend=mend)
    if names:
        frame = frame.rename_axis(names).reset_index()
    frame = frame.rename(columns={name: str(name) for name in frame.columns if not isinstance(name, str)})
    return frame, names[0] if len(names) == 1 else None


def fitting(names: Iterable[str], form: Format) -> dict[str, str]:
    """Name → the name that the format allows, all different."""
    taken, given = set(form.taken), dict[str, str]()
    for name in names:
        new = _RULES[form.names](name)
        if form.names != "any":
            new = _free(new, taken, {"dbf": _DBF_LONGEST, "gdb": _GDB_LONGEST}.get(form.names, 1000))
            taken.add(new.casefold())
        given[name] = new
    return given


def renamed(frame: pd.DataFrame, form: Format, ledger: Ledger, *, skip: str | None = None) -> pd.DataFrame:
    """The frame with column names that the format allows; changed names are in the ledger."""
    new = fitting((name for name in frame.columns if name != skip), form)
    changed = {old: name for old, name in new.items() if old != name}
    if changed:
        ledger.add(losses.RENAMED, f"{form.name} does not allow these names of columns.", seen=changed)
    return frame.rename(columns=changed)


def layer_names(names: Iterable[str], form: Format) -> dict[str, str]:
    """Layer → its name in the file, all different."""
    taken, given = set[str](), dict[str, str]()
    for name in names:
        new = _LAYER_RULES.get(form.name, _any)(name)
        given[name] = _free(new, taken, _SHEET_LONGEST if form.name == "Excel" else 60)
        taken.add(given[name].casefold())
    return given


def file_names(names: Iterable[str]) -> dict[str, str]:
    """Name → what a file may be called by it in any folder of any system, all different, also where capitals count for nothing.

    A name of Latin letters, digits, - and _ stays; other signs become "_". Two that come out alike are numbered in their order.

    >>> file_names(["ga_1", "../x", "Bến Thành", "ben thanh", "CON"])
    {'ga_1': 'ga_1', '../x': '___x', 'Bến Thành': 'Ben_Thanh', 'ben thanh': 'ben_thanh_2', 'CON': 'CON_layer'}
    """
    plain = {name: name if _PLAIN.fullmatch(name) and name.upper() not in DEVICES else _file(name) for name in names}
    kept, given = {one.casefold() for name, one in plain.items() if name == one}, dict[str, str]()
    taken = set[str]()
    for name, one in plain.items():
        given[name] = _free(one, taken if name == one else taken | kept, _FILE_LONGEST)
        taken.add(given[name].casefold())
    return given


def _free(name: str, taken: set[str] | frozenset[str], longest: int) -> str:
    tried, number = name[:longest], 1
    while tried.casefold() in taken:
        number += 1
        tail = f"_{number}"
        tried = name[: longest - len(tail)] + tail
    return tried


def _any(name: str) -> str:
    return name


def _ascii(name: str) -> str:
    """A name in the letters that every tool reads: without marks, other signs as "_"."""
    bare = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    return re.sub(r"\W", "_", "".join(sign for sign in bare if not unicodedata.combining(sign)), flags=re.ASCII)


def _dbf(name: str) -> str:
    return _ascii(name)[:_DBF_LONGEST] or "column"


def _gdb(name: str) -> str:
    plain = _ascii(name) or "column"
    plain = plain if plain[0].isalpha() else f"f_{plain}"
    return f"{plain}_" if plain.casefold() in _GDB_TAKEN | _GDB_WORDS else plain


def _sheet(name: str) -> str:
    return _SHEET_BAD.sub("_", name).strip("'")[:_SHEET_LONGEST] or "layer"


def _file(name: str) -> str:
    plain = _ascii(name) or "layer"
    return f"{plain}_layer" if plain.upper() in DEVICES else plain


def _table(name: str) -> str:
    """A name that SQLite and GDAL take for a table: it begins with a letter or digit and is none of their own."""
    plain = _CONTROL.sub("_", name)
    taken = plain.casefold().startswith(("gpkg_", "sqlite_", "rtree_"))
    return f"layer_{plain}" if taken or not plain[:1].isalnum() else plain


_RULES = {"any": _any, "caseless": _any, "dbf": _dbf, "gdb": _gdb}
_LAYER_RULES = {"GeoPackage": _table, "Excel": _sheet, "FileGDB": _gdb, "Shapefile": _file}
