"""From rows to a layer: typed columns, what all rows share filled in, documented order, sorted unique index."""

from __future__ import annotations

from typing import TypeVar

import pandas as pd
from geopandas import GeoDataFrame

from geo import METRIC
from layers.register import Entry, entry

Frame = TypeVar("Frame", bound=pd.DataFrame)
_SHARED = ("status", "as_of", "source", "accuracy_m")  # where a row says nothing, the catalogue entry speaks for it
_TEXT, _FLAG = "text", "yes/no"
_WHOLE = ("count", "people", "jobs")  # integers unless a value is missing; every other number is a float


def layer(name: str, frame: Frame) -> Frame:
    """The frame as layer ``name`` of the catalogue: its columns in order and typed by unit, index sorted."""
    about = entry(name)
    frame = frame.copy()
    for column, (unit, _) in about.columns.items():
        frame[column] = _typed(_filled(frame, column, about), unit)
    keep = [*about.columns, *(["geometry"] if "geometry" in frame else [])]
    return frame.set_index(about.index)[keep].sort_index()


def empty(name: str) -> GeoDataFrame:
    """A layer without rows but with its columns: nothing is shipped, the catalogue says what to import."""
    about = entry(name)
    columns = {about.index: pd.Series(dtype="str"), **{column: pd.Series(dtype="str") for column in about.columns}}
    return layer(name, GeoDataFrame(columns, geometry=[], crs=METRIC))


def _filled(frame: pd.DataFrame, column: str, about: Entry) -> pd.Series:
    given = frame[column] if column in frame else pd.Series("", index=frame.index, dtype="str")
    if column not in _SHARED:
        return given
    return given.where(given.notna() & (given != ""), getattr(about, column))


def _typed(values: pd.Series, unit: str) -> pd.Series:
    if unit == _TEXT:
        return values.fillna("").astype("str")
    if unit == _FLAG:
        return values.astype("str").str.casefold() == "true"
    numbers = pd.to_numeric(values)
    return numbers if unit in _WHOLE and len(numbers) else numbers.astype(float)
