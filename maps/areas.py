"""Marks for areas: coloured by a column, or as outlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import shapely
from geopandas import GeoDataFrame

from geo import PlanningDataError, column_label
from maps import palettes
from maps.classes import Scheme, classify
from maps.fields import fields_of, require_column
from maps.style import Style
from maps.thinning import FEATURES, Fitted, fitted
from maps.vector_layer import VectorLayer

Title = str | tuple[str, str] | None
POLYGONS = (3, 6)
USUAL = ("kind", "population_2019_people", "accuracy_m")  # columns worth a line beside the one shown
FINE = 2_000  # from so many areas on, outlines would hide the colours


def choropleth(  # noqa: PLR0913 - keyword-only options of one mark
    frame: GeoDataFrame,
    column: str,
    *,
    title: Title = None,
    scheme: Scheme = "quantiles",
    k: int = 5,
    palette: str | Sequence[str] | None = None,
    style: Style | None = None,
    lang: str | None = None,
    fields: Sequence[str] | None = None,
    legend: bool = True,
    show: bool = True,
) -> VectorLayer:
    """Areas coloured by a column; works in any ``folium.Map``.

    Numbers go into ``k`` classes by ``scheme`` (``quantiles``, ``equal``, ``natural`` or the upper bounds); a column of changes,
    or of both signs, is coloured on both sides of zero; text gets one colour a value. Label and unit are made from the
    column's name. Missing values form the class "no data", infinite ones "not reached". ``palette`` names a ramp or lists the
    colours. ``style``: a ready one (of :func:`maps.classify`), so that two maps share their classes.
    Errors: E-MAP-01 empty, E-MAP-02 no such column, E-MAP-03 no areas, E-MAP-05 colours, E-MAP-06 classes.
    """
    require_column(frame, column)
    require_kind(frame, POLYGONS, "areas", "maps.lines or maps.points")
    fit = fitted(frame, column)
    frame, fields = fit.frame, [column, FEATURES] if fit.hexagons else fields
    look = replace(style, column=column) if style else classify(frame[column], scheme=scheme, k=k, palette=palette)
    if len(frame) >= FINE:
        look = replace(look, outline_px=0.0)
    return VectorLayer(
        frame,
        title or column_label(column),
        look=look,
        fields=fields_of(frame, fields, column, usual=USUAL),
        lang=lang or "vi",
        legend=legend,
        show=show,
        certainty=bool(look.categories),
        shown=column,
        notes=fit.notes,
    )


def hexagon_map(fit: Fitted, column: str | None, **options: Any) -> VectorLayer:
    """What stands for a layer of too many lines or points: its hexagons, coloured by the column or the number of features."""
    options.pop("fields", None)
    mark = choropleth(fit.frame, column or FEATURES, fields=[*([column] if column else []), FEATURES], **options)
    mark.notes = fit.notes
    return mark


def outlines(
    frame: GeoDataFrame,
    *,
    title: Title = None,
    color: str = palettes.INK,
    width: float = 1.6,
    lang: str | None = None,
    fields: Sequence[str] | None = None,
    legend: bool = True,
    show: bool = True,
) -> VectorLayer:
    """Outlines of areas without fill: planned ones dashed, schematic ones in a wide soft band. ``width`` in px."""
    require_kind(frame, POLYGONS, "areas", "maps.lines or maps.points")
    fit = fitted(frame, None)
    if fit.hexagons:
        return hexagon_map(fit, None, title=title, lang=lang, legend=legend, show=show)
    frame = fit.frame
    return VectorLayer(
        frame,
        title or ("Ranh giới", "Boundaries"),
        look=Style(colors=(color,), fill=False, outline_px=width, opacity=1),
        fields=fields_of(frame, fields),
        lang=lang or "vi",
        legend=legend,
        show=show,
        notes=fit.notes,
    )


def require_kind(frame: GeoDataFrame, numbers: tuple[int, ...], kind: str, instead: str) -> None:
    """PlanningDataError E-MAP-03 when a feature has a geometry of another kind (GEOS type numbers)."""
    found = shapely.get_type_id(frame.geometry.to_numpy())
    wrong = [(other not in numbers) and other >= 0 for other in found]
    if any(wrong):
        raise PlanningDataError(
            "E-MAP-03",
            f"this mark draws {kind}.",
            feature_ids=list(frame.index[wrong]),
            seen=sorted(set(frame.geom_type[wrong])),
            mend=f"use {instead} for them.",
        )
