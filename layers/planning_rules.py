"""Rules of Vietnamese planning as dated data: which rows hold on a day, and a planner's own rows over them."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from geo import PlanningDataError, nearest_names, parsed_toml, toml_bytes
from layers import _files
from layers._frames import layer
from layers.register import entry

Day = str | dt.date | None
OwnRules = str | Path | None
TABLES = (  # what a planner's file may change
    "land_status_codes", "planning_classes", "planning_norms", "tod_rules",
    "dossier_parts", "dossier_classes", "dossier_fields", "vn2000_zones",
)  # fmt: skip
LATER_THAN_ANY = "9999-12-31"


def dated_rows(name: str, on: Day, own: OwnRules) -> pd.DataFrame:
    """The rows of a table of rules that hold on a day; of all days where none is told. Errors: E-LAW-01 to E-LAW-05."""
    day = None if on is None else day_of(on)
    return _shipped_rows(name, day).copy() if own is None else _rows(name, day, own)


@lru_cache(64)
def _shipped_rows(name: str, day: str | None) -> pd.DataFrame:
    """The shipped rows of a day, read once: a dossier or a balance asks for them dozens of times."""
    return _rows(name, day, None)


def _rows(name: str, day: str | None, own: OwnRules) -> pd.DataFrame:
    about = entry(name)
    rows = _files.rows(f"planning/{name}").set_index(about.index)
    rows = _with_own(rows, name, own)
    if day is None:
        return layer(name, rows.reset_index())
    until = rows["valid_to"].where(rows["valid_to"] != "", LATER_THAN_ANY)
    held = rows[(rows["valid_from"] <= day) & (until >= day)]
    if held.empty:
        known = ", ".join(sorted(set(rows["rule"] + " (" + rows["valid_from"] + " – " + rows["valid_to"] + ")")))
        raise PlanningDataError(
            "E-LAW-02", f"no {name} are known for that day.", seen=day, mend=f"known are {known}; or give your own rows."
        )
    return layer(name, held.reset_index())


def day_of(on: str | dt.date) -> str:
    """A day as ISO text. Errors: E-LAW-01."""
    if isinstance(on, dt.date):
        return on.isoformat()[:10]
    try:
        return dt.date.fromisoformat(str(on)).isoformat()
    except ValueError:
        mend = 'write year-month-day, as in "2026-11-22".'
        raise PlanningDataError("E-LAW-01", "this is no day.", seen=on, mend=mend) from None


def _with_own(rows: pd.DataFrame, name: str, own: OwnRules) -> pd.DataFrame:
    """The shipped rows, those of the planner's file over them: a known id changes the cells it names, a new one is added."""
    table = {str(row_id): dict(zip(map(str, rows.columns), map(str, cells), strict=True)) for row_id, *cells in rows.itertuples()}
    for row_id, told in _own_rows(own, name, rows):
        cells = {**table.get(row_id, dict.fromkeys(map(str, rows.columns), "")), **told}
        short = [key for key in ("name_vi", "name_en", "rule", "valid_from", "source") if not cells[key]]
        if short:
            mend = "a row that is not shipped says at least name_vi, name_en, rule, valid_from and source."
            raise PlanningDataError("E-LAW-05", f"row {row_id!r} of [[{name}]] says too little.", file=own, seen=short, mend=mend)
        table[row_id] = cells
    return pd.DataFrame.from_dict(table, orient="index", columns=rows.columns).rename_axis(entry(name).index)


def _own_rows(own: OwnRules, name: str, rows: pd.DataFrame) -> Iterator[tuple[str, dict[str, str]]]:
    if own is None:
        return
    tables = _parsed(Path(own))
    for place, told in enumerate(tables.get(name, []), 1):
        row_id = str(told.get("id", ""))
        unknown = [key for key in told if key != "id" and key not in rows.columns]
        if not row_id or unknown:
            what = f"row {place} of [[{name}]] has no id." if not row_id else f"row {row_id!r} of [[{name}]] has unknown keys."
            mend = "write id = ..." if not row_id else nearest_names(unknown[0], rows.columns)
            raise PlanningDataError("E-LAW-04", what, file=own, seen=unknown or None, mend=mend)
        yield row_id, {key: _text(value) for key, value in told.items() if key != "id"}


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        tables = parsed_toml(toml_bytes(path).decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        mend = "see the README on rules of your own."
        raise PlanningDataError(
            "E-LAW-03", "the file of rules can not be read.", file=path, seen=str(problem), mend=mend
        ) from None
    unknown = [name for name in tables if name not in TABLES]
    if unknown:
        raise PlanningDataError(
            "E-LAW-04", "no such table of rules.", file=path, seen=unknown, mend=nearest_names(unknown[0], TABLES)
        )
    return tables


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
