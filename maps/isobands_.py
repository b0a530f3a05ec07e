"""Mark for nested areas of time or distance: isochrones and their like.

The underscore keeps the module from shadowing its function.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from geopandas import GeoDataFrame

from geo import Label, PlanningDataError, column_label, column_unit, format_number
from maps import palettes
from maps.areas import POLYGONS, Title, require_kind
from maps.fields import fields_of, require_column
from maps.style import Style, numbers
from maps.vector_layer import VectorLayer

MOST = 12
USUAL = ("origin_id", "cutoff_min", "cell_m")


def isobands(
    frame: GeoDataFrame,
    column: str = "cutoff_min",
    *,
    title: Title = None,
    palette: str | Sequence[str] | None = None,
    lang: str | None = None,
    fields: Sequence[str] | None = None,
    legend: bool = True,
    show: bool = True,
) -> VectorLayer:
    """Nested areas, each reaching up to its value of ``column`` (``analyses.isochrones``), the nearest on top and darkest.

    One band a value: "≤ 15", "15 – 30" ...; a point under the pointer tells the smallest value that reaches it. Areas without a
    geometry (an origin that joins no street) are left out. Errors as of :func:`maps.choropleth`, and E-MAP-06 where a value is
    missing or there are more than twelve.
    """
    require_column(frame, column)
    require_kind(frame, POLYGONS, "areas", "maps.lines or maps.points")
    values = numbers(frame[column])
    tops = np.unique(values)
    if not np.isfinite(tops).all() or not 1 <= len(tops) <= MOST:
        raise PlanningDataError(
            "E-MAP-06",
            f"every band needs a value, and there can be {MOST}.",
            seen=[float(top) for top in tops[: MOST + 1]],
            mend=f"give one finite {column} an area, at most {MOST} different ones.",
        )
    digits = 0 if (tops == np.rint(tops)).all() else 1
    colors = palettes.sequential(len(tops), **({"name": palette} if isinstance(palette, str) else {}), reverse=True)
    look = Style(
        column=column,
        breaks=tuple(float(top) for top in tops[:-1]),
        colors=tuple(palette) if palette and not isinstance(palette, str) else colors,
        labels=tuple(_label(tops, at, digits) for at in range(len(tops))),
        unit=column_unit(column),
        decimals=digits,
        descending=True,
        opacity=0.75,
    )
    return VectorLayer(
        frame,
        title or column_label(column),
        look=look,
        fields=fields_of(frame, fields, column, usual=USUAL),
        lang=lang or "vi",
        legend=legend,
        show=show,
        shown=column,
        certainty=False,
    )


def _label(tops: np.ndarray, at: int, digits: int) -> Label:
    def say(value: float, lang: str) -> str:
        return format_number(float(value), lang, digits=digits)

    if at == 0:
        return Label(*(f"≤ {say(tops[0], lang)}" for lang in Label._fields))
    return Label(*(f"{say(tops[at - 1], lang)} – {say(tops[at], lang)}" for lang in Label._fields))
