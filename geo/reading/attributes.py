"""The columns of a layer: ids that stand once, numbers that are numbers, amounts that can be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pandas.api.types import is_float_dtype, is_numeric_dtype

from geo.crs import EQUAL_AREA, to_crs
from geo.errors import PlanningDataError, nearest_names
from geo.findings import Finding
from geo.units import column_unit, is_change
from geo.vietnamese import plain_name

Table = TypeVar("Table", bound=pd.DataFrame)
_AMOUNTS = {"people", "jobs", "ha", "km2", "m2", "km"}  # what can not be below nothing
_AMOUNT_WORDS = ("population", "dan so", "pop_", "jobs", "viec lam")
_AREA_SUFFIXES = {"ha": 1e4, "km2": 1e6, "m2": 1.0}
_AREA_WORDS = ("area", "dien_tich", "dien tich", "shape")  # other areas, such as of floors, need not be the shape's
_AREA_OFF = 0.01
_ID_NAMES = ("id", "zone_id", "ma", "code")


def checked_ids(
    frame: pd.DataFrame, id_column: str | None, shown: str, layer: str | None
) -> tuple[NDArray[np.object_], list[Finding]]:
    """What errors name features by: the id column where one is named, else their row, counted from 1.

    Findings: E-ATTR-01 error where named ids are missing or stand twice, warning where a column looks like ids and is not unique.
    Errors: E-ATTR-02 there is no such column.
    """
    rows = np.array([f"row {number}" for number in range(1, len(frame) + 1)], object)
    if id_column is None:
        return rows, _unfit(frame, shown, layer)
    if id_column not in frame.columns:
        mend = nearest_names(id_column, map(str, frame.columns))
        raise PlanningDataError("E-ATTR-02", f"there is no column {id_column!r}.", file=shown, layer=layer, mend=mend)
    ids = _comparable(frame[id_column])
    missing, twice = ids.isna().to_numpy(), ids.duplicated(keep=False).to_numpy()
    found = []
    if missing.any():
        what = f"{missing.sum()} of {len(ids)} features have no {id_column}."
        found.append(Finding("E-ATTR-01", what, "give each its own id.", "error", shown, layer, tuple(rows[missing].tolist())))
    if (twice & ~missing).any():
        again = tuple(dict.fromkeys(ids[twice & ~missing].tolist()))
        what = f"{(twice & ~missing).sum()} features share their {id_column} with another: joined tables would count them double."
        found.append(
            Finding("E-ATTR-01", what, "give each its own id, or dissolve those that are one.", "error", shown, layer, again)
        )
    return np.where(missing, rows, ids.to_numpy(object)), found


def _comparable(column: pd.Series) -> pd.Series:
    """Cells that may hold lists or tables as text."""
    return column.map(str, na_action="ignore") if column.dtype == object else column


def _unfit(frame: pd.DataFrame, shown: str, layer: str | None) -> list[Finding]:
    for name in frame.columns:
        if str(name).casefold() in _ID_NAMES and len(frame) > 1 and frame[name].notna().any():
            twice = _comparable(frame[name]).duplicated(keep=False) & frame[name].notna()
            if twice.any():
                again = tuple(dict.fromkeys(_comparable(frame[name])[twice].tolist()))
                what = f"column {name!r} can not serve as ids: {twice.sum()} of {len(frame)} values stand more than once."
                return [Finding("E-ATTR-01", what, "do not join by it.", "warning", shown, layer, again)]
    return []


def numbers_checked(table: Table, ids: NDArray[np.object_], shown: str, layer: str | None) -> tuple[Table, list[Finding]]:
    """Infinite numbers as null (E-ATTR-03 fixed); amounts below 0 refused (E-ATTR-04)."""
    found: list[Finding] = []
    changed: dict[Any, pd.Series] = {}
    for name in table.columns:
        column = table[name]
        if not _is_number(column):
            continue
        values = column.to_numpy(float, na_value=np.nan)
        infinite = np.isinf(values)
        if infinite.any():
            changed[name] = column.where(~infinite)
            what = f"{infinite.sum()} infinite values of column {name!r} are null now."
            mend = "JSON and maps can not hold them."
            found.append(Finding("E-ATTR-03", what, mend, "fixed", shown, layer, tuple(ids[infinite].tolist())))
        negative = np.nan_to_num(values) < 0
        if negative.any() and _is_amount(str(name)):
            what = f"column {name!r} is below 0 in {negative.sum()} of {len(values)} features."
            seen = float(np.nanmin(values[np.isfinite(values)]))
            mend = "correct them; -1, -9999 and the like for unknown must be empty."
            found.append(Finding("E-ATTR-04", what, mend, "error", shown, layer, tuple(ids[negative].tolist()), seen))
    return (table.assign(**changed) if changed else table), found


def _numeric(frame: GeoDataFrame) -> Iterable[Any]:
    return [name for name in frame.columns if name != frame.geometry.name and _is_number(frame[name])]


def _is_number(column: pd.Series) -> bool:
    return bool(is_float_dtype(column.dtype) or (is_numeric_dtype(column.dtype) and column.dtype.kind in "iuf"))


def _is_amount(name: str) -> bool:
    if is_change(name):
        return False
    words = plain_name(name)
    return name.rpartition("_")[2].casefold() in _AMOUNTS or any(word in words for word in _AMOUNT_WORDS)


def areas_checked(frame: GeoDataFrame, ids: NDArray[np.object_], shown: str, layer: str | None) -> list[Finding]:
    """E-ATTR-06 warning where a column of areas differs from the shapes by more than 1 % in half of the features or more."""
    named = {name: _area_m2(str(name)) for name in _numeric(frame)}
    named = {name: size for name, size in named.items() if size}
    if not named or frame.crs is None or frame.empty or not frame.geom_type.isin(("Polygon", "MultiPolygon")).all():
        return []
    real = to_crs(frame[[frame.geometry.name]], EQUAL_AREA).area.to_numpy()
    found = []
    for name, size in named.items():
        told = frame[name].to_numpy(float, na_value=np.nan) * size
        ratio = told / real
        known = np.isfinite(ratio) & (told > 0)
        off = known & (np.abs(ratio - 1) > _AREA_OFF)
        if known.any() and off.sum() * 2 >= known.sum():
            middle = float(np.median(ratio[off]))
            share = f"in {off.sum()} of {known.sum()} features (median × {middle:.4g})"
            what = f"column {name!r} differs from the area of the shapes by more than 1 % {share}."
            found.append(
                Finding("E-ATTR-06", what, _unit_hint(middle), "warning", shown, layer, tuple(ids[off].tolist()), middle)
            )
    return found


def _area_m2(name: str) -> float | None:
    unit = column_unit(name).en.replace("²", "2") if column_unit(name).en else ""
    words = plain_name(name.replace("_", " "))
    if not any(word in words for word in _AREA_WORDS):
        return None
    return _AREA_SUFFIXES.get(unit)


def _unit_hint(ratio: float) -> str:
    for factor, text in (
        (1e4, "it is in m², not in ha"),
        (1e-4, "it is in ha, not in m²"),
        (100, "it is in ha, not in km²"),
        (0.01, "it is in km², not in ha"),
    ):
        if abs(ratio / factor - 1) < 0.1:  # noqa: PLR2004 - near enough to tell the unit
            return f"{text}."
    return "compare a few; the shapes may be simplified, or the column of another date."
