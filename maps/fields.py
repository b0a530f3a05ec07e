"""What a tooltip tells: the name of a feature and the columns worth reading, each with label, unit and number format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

from geo import Label, PlanningDataError, column_label, column_unit, format_date, is_change, nearest_names
from maps import codec, words
from maps.classes import decimals_of
from maps.style import numbers

USUAL = (
    "kind", "mode", "status", "status_note", "generation", "headway_min", "commercial_speed_kmh", "speed_kmh",
    "design_speed_kmh", "lanes", "length_km", "length_km_published", "area_ha", "published_area_ha", "population_2019_people",
    "people", "jobs", "accuracy_m", "as_of", "source",
)  # fmt: skip
NAMES = ("name_vi", "name_en")


@dataclass(frozen=True)
class Field:
    """One line of a tooltip: the column, its label and unit."""

    column: str
    label: Label
    unit: Label


def fields_of(
    frame: GeoDataFrame, wanted: Sequence[str] | None, shown: str | None = None, *, usual: Sequence[str] = USUAL
) -> tuple[Field, ...]:
    """The tooltip's lines: the columns asked for, or the shown one with its before and after and what is worth reading."""
    if wanted is None:
        sides = [f"{shown.removesuffix('_change')}_{side}" for side in ("before", "after")] if shown and is_change(shown) else []
        names = [name for name in (*sides, *((shown,) if shown else ()), *usual) if name in frame.columns]
        wanted = list(dict.fromkeys(names))
    for name in wanted:
        require_column(frame, name)
    return tuple(Field(name, column_label(name), column_unit(name)) for name in wanted)


def require_column(frame: GeoDataFrame, name: str, *, layer: str | None = None) -> None:
    """PlanningDataError E-MAP-02 when the frame has no such column."""
    if name not in frame.columns or name == frame.geometry.name:
        known = [str(other) for other in frame.columns if other != frame.geometry.name]
        raise PlanningDataError(
            "E-MAP-02", f"the layer has no column {name!r}.", layer=layer, mend=nearest_names(str(name), known)
        )


def add_fields(block: codec.Block, frame: GeoDataFrame, fields: Sequence[Field]) -> None:
    """Write the columns into the block and their description into its header."""
    block.meta["columns"] = [
        {**_add_column(block, f"c{at}", frame[field.column]), "column": field.column, "label": field.label, "unit": field.unit}
        for at, field in enumerate(fields)
    ]


def add_names(block: codec.Block, frame: GeoDataFrame) -> None:
    """Write the features' names, in both languages where the frame has them."""
    columns = [name for name in (*NAMES, "name") if name in frame.columns]
    if not columns:
        return
    vi, en = columns[0], "name_en" if "name_en" in columns else columns[0]
    pairs = [
        None if a is None and b is None else [a if a is not None else b, b if b is not None else a]
        for a, b in zip(_texts(frame[vi]), _texts(frame[en]), strict=True)
    ]
    block.meta["names"] = codec.add_texts(block, "names", pairs)


def _add_column(block: codec.Block, section: str, values: pd.Series) -> dict[str, Any]:
    name = str(values.name)
    if pd.api.types.is_bool_dtype(values.dtype):
        texts: list[Any] = [None if gone else words.value_label(one) for one, gone in zip(values, values.isna(), strict=True)]
        return {"section": section, "type": codec.add_texts(block, section, texts)}
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        days = [None if gone else _day(one) for one, gone in zip(values, values.isna(), strict=True)]
        return {"section": section, "type": codec.add_texts(block, section, days)}
    if pd.api.types.is_numeric_dtype(values.dtype):
        known = numbers(values)
        decimals = decimals_of(name, known)
        odd = codec.add_numbers(block, section, known, decimals)
        return {"section": section, "type": "number", "digits": decimals, "odd": odd, "signed": is_change(name)}
    texts = [None if text is None else _dated(words.value_label(text)) for text in _texts(values)]
    return {"section": section, "type": codec.add_texts(block, section, [_short(text) for text in texts])}


def _texts(values: pd.Series) -> list[str | None]:
    """Values as text; missing ones and NaN as None."""
    return [None if one is None or one is pd.NA or one is pd.NaT or one != one else str(one) for one in values]  # noqa: PLR0124


def _short(text: Label | None) -> Any:
    return text.vi if text is not None and text.vi == text.en else text


def _dated(text: Label) -> Label:
    return Label(format_date(text.vi, "vi"), format_date(text.en, "en")) if text.vi == text.en else text


def _day(moment: pd.Timestamp) -> Label:
    return Label(format_date(moment.date(), "vi"), format_date(moment.date(), "en"))
