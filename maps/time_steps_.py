"""Mark for one geometry at several times: departure hours, phases of a plan, years.

The underscore keeps the module from shadowing its function.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
from geopandas import GeoDataFrame

from geo import Label, PlanningDataError, column_label
from maps import safe_text
from maps.areas import FINE, USUAL, Title
from maps.classes import Scheme, classify
from maps.fields import fields_of, require_column
from maps.lines_ import widths_of
from maps.style import Style
from maps.vector_layer import VectorLayer

FEWEST = 2
MOST = 48


def time_steps(
    frame: GeoDataFrame,
    columns: Sequence[str] | Mapping[str, str | tuple[str, str]],
    *,
    title: Title = None,
    scheme: Scheme = "quantiles",
    k: int = 5,
    palette: str | Sequence[str] | None = None,
    style: Style | None = None,
    lang: str | None = None,
    fields: Sequence[str] | None = None,
    show: bool = True,
) -> VectorLayer:
    """One map of several columns with a slider, every column in the same classes, so that colours may be compared.

    ``columns`` in the order of the slider, or a mapping from the column to its label (text or vi, en): ``{"jobs_06h": "6:00"}``.
    Areas, lines or points; lines also swell. Label and unit come from the first column's name. Errors as of
    :func:`maps.choropleth`, and E-MAP-12 for fewer than 2 or more than 48 columns, or a column that is no number.
    """
    labels = _labels(columns)
    names = list(labels)
    if not FEWEST <= len(names) <= MOST:
        raise PlanningDataError("E-MAP-12", f"a slider has {FEWEST} to {MOST} steps.", seen=len(names), mend="choose columns.")
    for name in names:
        require_column(frame, name)
        if not pd.api.types.is_numeric_dtype(frame[name].dtype) or pd.api.types.is_bool_dtype(frame[name].dtype):
            raise PlanningDataError("E-MAP-12", f"the column {name!r} holds no numbers.", mend="choose columns of numbers.")
    pooled = pd.concat([frame[name] for name in names], ignore_index=True).rename(names[0])
    look = _dressed(frame, style or classify(pooled, scheme=scheme, k=k, palette=palette))
    others = tuple(field for field in fields_of(frame, fields, usual=USUAL) if field.column not in labels)
    shown = tuple(replace(field, label=labels[field.column]) for field in fields_of(frame, names))
    return VectorLayer(
        frame,
        title or column_label(names[0]),
        look=replace(look, column=names[0]),
        fields=(*shown, *others),
        lang=lang or "vi",
        show=show,
        certainty=not frame.geom_type.isin(["Polygon", "MultiPolygon"]).any(),  # hachures would hide colours
        shown=names[0],
        steps=[(name, labels[name]) for name in names],
    )


def _labels(columns: Sequence[str] | Mapping[str, str | tuple[str, str]]) -> dict[str, Label]:
    if isinstance(columns, Mapping):
        return {name: safe_text.as_label(label) for name, label in columns.items()}
    return {name: column_label(name) for name in columns}


def _dressed(frame: GeoDataFrame, look: Style) -> Style:
    kinds = set(frame.geometry.dropna().geom_type)
    if any("Line" in kind for kind in kinds):
        return replace(look, widths=widths_of(look, None), opacity=1)
    if any("Point" in kind for kind in kinds):
        return replace(look, outline_px=1.6, opacity=1)
    return replace(look, outline_px=0.0) if len(frame) >= FINE else look
