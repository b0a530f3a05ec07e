"""Mark for lines: corridors, roads, routes.

The underscore keeps the module from shadowing its function.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from geopandas import GeoDataFrame

from geo import column_label
from maps import palettes
from maps.areas import Title, hexagon_map, require_kind
from maps.classes import Scheme, classify
from maps.fields import fields_of, require_column
from maps.style import Style
from maps.thinning import fitted
from maps.vector_layer import VectorLayer

LINES = (1, 2, 5)
USUAL = ("mode", "kind")
THICK = {"brt": 4.0, "metro": 4.0, "rail": 2.6, "expressway": 3.2, "motorway": 3.2, "axis": 5.0, "waterway": 2.6, "river": 2.6}


def lines(  # noqa: PLR0913 - keyword-only options of one mark
    frame: GeoDataFrame,
    column: str | None = None,
    *,
    title: Title = None,
    scheme: Scheme = "quantiles",
    k: int = 4,
    palette: str | Sequence[str] | None = None,
    width: float | tuple[float, float] | None = None,
    lang: str | None = None,
    fields: Sequence[str] | None = None,
    legend: bool = True,
    show: bool = True,
) -> VectorLayer:
    """Lines coloured by a column (default: ``mode`` or ``kind`` where there is one); works in any ``folium.Map``.

    Numbers also swell the line, from thin to thick (``width`` in px, one or a pair). ``status``, ``schematic`` and
    ``accuracy_m`` show how certain a line is: planned dashed, under construction hollow,
    superseded dotted, schematic faded in a wide soft band and named so. Errors as of :func:`maps.choropleth`.
    """
    require_kind(frame, LINES, "lines", "maps.choropleth, maps.outlines or maps.points")
    column = column or next((name for name in USUAL if name in frame.columns), None)
    fit = fitted(frame, column)
    if fit.hexagons:
        return hexagon_map(fit, column, title=title, scheme=scheme, k=k, palette=palette, lang=lang, legend=legend, show=show)
    frame = fit.frame
    if column is None:
        look = Style(colors=(palettes.ACCENT,), widths=(_one(width) or 2.5,), opacity=1)
    else:
        require_column(frame, column)
        look = classify(frame[column], scheme=scheme, k=k, palette=palette)
        look = replace(look, widths=widths_of(look, width), opacity=1)
    return VectorLayer(
        frame,
        title or (column_label(column) if column and column not in USUAL else ("Tuyến giao thông", "Transport lines")),
        look=look,
        fields=fields_of(frame, fields, column),
        lang=lang or "vi",
        legend=legend,
        show=show,
        shown=column,
        notes=fit.notes,
    )


def widths_of(look: Style, width: float | tuple[float, float] | None) -> tuple[float, ...]:
    """A width for every class: thick for transit, swelling with numbers."""
    if look.categories:
        return tuple(_one(width) or THICK.get(str(category), 2.0) for category in look.categories)
    thin, thick = width if isinstance(width, tuple) else (width, width) if width else (1.5, 6.0)
    return tuple(float(px) for px in np.linspace(thin, thick, len(look.colors)))


def _one(width: float | tuple[float, float] | None) -> float | None:
    return max(width) if isinstance(width, tuple) else width
