"""From rows to a layer: typed columns, what all rows share filled in, documented order, sorted unique index."""

from __future__ import annotations

from typing import TypeVar

import pandas as pd
from geopandas import GeoDataFrame

from geo import METRIC
from layers.register import Entry, entry

Frame = TypeVar("Frame", bound=pd.DataFrame)
SHARED = ("status", "as_of", "source", "accuracy_m")  # where a row says nothing, the catalogue entry speaks for it
TEXT, FLAG = "text", "yes/no"
_WHOLE = ("count", "people", "jobs")  # integers unless a value is missing; every other number is a float


def layer(name: str, frame: Frame, *, of_layer: bool = False) -> Frame:
    """The frame as layer ``name`` of the catalogue: its columns in order and typed by unit, index sorted.

    ``of_layer``: the rows are those of another layer, which says all there is to say of them; nothing is filled in.
    """
    about = entry(name)
    frame = frame.copy()
    for column, (unit, _) in about.columns.items():
        frame[column] = typed(_filled(frame, column, None if of_layer else about), unit)
    keep = [*about.columns, *(["geometry"] if "geometry" in frame else [])]
    return frame.set_index(about.index)[keep].sort_index()


def empty(name: str) -> GeoDataFrame:
    """A layer without rows but with its columns: nothing is shipped, the catalogue says what to import."""
    about = entry(name)
    columns = {about.index: pd.Series(dtype="str"), **{column: pd.Series(dtype="str") for column in about.columns}}
    return layer(name, GeoDataFrame(columns, geometry=[], crs=METRIC))


def _filled(frame: pd.DataFrame, column: str, about: Entry | None) -> pd.Series:
    given = frame[column] if column in frame else pd.Series("", index=frame.index, dtype="str")
    if column not in SHARED or about is None:
        return given
    return given.where(given.notna() & (given != ""), getattr(about, column))


def typed(values: pd.Series, unit: str) -> pd.Series:
    """The values as the catalogue's unit says: text, yes or no, whole numbers or others."""
    if unit == TEXT:
        return values.fillna("").astype("str")
    if unit == FLAG:
        return values.astype("str").str.casefold() == "true"
    numbers = pd.to_numeric(values)
    return numbers if unit in _WHOLE and len(numbers) else numbers.astype(float)
