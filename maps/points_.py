"""Mark for points: stops, gateways, facilities.

The underscore keeps the module from shadowing its function.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from geopandas import GeoDataFrame

from geo import column_label
from maps import palettes
from maps.areas import Title, hexagon_map, require_kind
from maps.classes import Scheme, classify
from maps.fields import fields_of, require_column
from maps.style import Style
from maps.thinning import fitted
from maps.vector_layer import VectorLayer

POINTS = (0, 4)
MANY = 40


def points(  # noqa: PLR0913 - keyword-only options of one mark
    frame: GeoDataFrame,
    column: str | None = None,
    *,
    title: Title = None,
    scheme: Scheme = "quantiles",
    k: int = 5,
    palette: str | Sequence[str] | None = None,
    color: str = palettes.INK,
    radius: float | None = None,
    lang: str | None = None,
    fields: Sequence[str] | None = None,
    legend: bool = True,
    show: bool = True,
) -> VectorLayer:
    """Points coloured by a column (default: ``kind`` where there is one, else one ``color``); works in any ``folium.Map``.

    Planned points are hollow, those under construction ringed, schematic ones stand in a soft halo. ``radius`` in px
    (default: smaller where there are many). Errors as of :func:`maps.choropleth`.
    """
    require_kind(frame, POINTS, "points", "maps.choropleth or maps.lines")
    column = column or ("kind" if "kind" in frame.columns else None)
    fit = fitted(frame, column)
    if fit.hexagons:
        return hexagon_map(fit, column, title=title, scheme=scheme, k=k, palette=palette, lang=lang, legend=legend, show=show)
    frame = fit.frame
    if column is None:
        look = Style(colors=(color,))
    else:
        require_column(frame, column)
        look = classify(frame[column], scheme=scheme, k=k, palette=palette)
    return VectorLayer(
        frame,
        title or (column_label(column) if column and column != "kind" else ("Địa điểm", "Places")),
        look=replace(look, radius=radius or (5.0 if len(frame) <= MANY else 3.8), outline_px=1.6, opacity=1),
        fields=fields_of(frame, fields, column),
        lang=lang or "vi",
        legend=legend,
        show=show,
        shown=column,
        notes=fit.notes,
    )
