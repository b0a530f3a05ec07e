"""Mark for flows between places: commuters, trips, goods.

The underscore keeps the module from shadowing its function.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries

from geo import Label, PlanningDataError, column_label, format_number, to_metric
from maps import palettes
from maps.areas import Title
from maps.classes import Scheme, classify
from maps.fields import NAMES, fields_of, require_column
from maps.style import numbers
from maps.vector_layer import VectorLayer

BEND = 0.18  # how far a curve leaves the straight line, as a share of its length
STEPS = 24  # vertices of a curve
WIDEST = 9.0
PALE = 2  # colours left out at the light end: a thin line needs a strong one
THINNEST = 1.0
Floats = npt.NDArray[np.float64]


def flows(  # noqa: PLR0913 - keyword-only options of one mark
    table: pd.DataFrame,
    places: GeoDataFrame,
    column: str,
    *,
    origin: str = "from_id",
    destination: str = "to_id",
    largest: int = 300,
    title: Title = None,
    scheme: Scheme = "natural",
    k: int = 5,
    palette: str | Sequence[str] | None = None,
    lang: str | None = None,
    legend: bool = True,
    show: bool = True,
) -> VectorLayer:
    """Curves from origin to destination, the wider the larger ``column``; each ends in a head and bends to its right.

    So both directions between two places are seen. ``places`` hold the ends under their index (areas by a point inside). Drawn
    are the ``largest`` flows between two places; smaller ones, those of 0 and those within one place are counted in a note.
    Errors: E-MAP-02 no such column, E-MAP-11 an end that is no place, a negative or missing flow, or none to draw.
    """
    for name in (origin, destination, column):
        if name not in table:
            require_column(GeoDataFrame(table, geometry=[None] * len(table)), name)
    ends = _ends(table, places, origin, destination)
    values = numbers(table[column])
    _check(table, values, column)
    between = (ends[0] != ends[1]) & (values > 0)
    order = np.lexsort((np.arange(len(values)), -values))
    drawn = order[between[order]][:largest]
    if not drawn.size:
        raise PlanningDataError("E-MAP-11", "there is no flow between two places.", mend="check the table's values and ends.")
    frame = _curves(table.iloc[drawn], places, [end[drawn] for end in ends], origin, destination)
    look = classify(frame[column], scheme=scheme, k=k, palette=palette)
    if palette is None:
        look = replace(look, colors=palettes.sequential(len(look.colors) + PALE)[PALE:])
    widths = tuple(float(px) for px in np.linspace(THINNEST, WIDEST, len(look.colors)))
    return VectorLayer(
        frame,
        title or column_label(column),
        look=replace(look, widths=widths, opacity=0.9, arrows=True),
        fields=fields_of(frame, [origin, destination, column], column),
        lang=lang or "vi",
        legend=legend,
        show=show,
        shown=column,
        certainty=False,
        notes=_notes(values, drawn, within=float(values[ends[0] == ends[1]].sum())),
    )


def _ends(table: pd.DataFrame, places: GeoDataFrame, origin: str, destination: str) -> list[npt.NDArray[np.intp]]:
    if not places.index.is_unique:
        raise PlanningDataError("E-MAP-11", "places share an index.", mend="give every place its own.")
    ends = [places.index.get_indexer(pd.Index(table[name])) for name in (origin, destination)]
    lost = np.flatnonzero((ends[0] < 0) | (ends[1] < 0))
    if lost.size:
        unknown = [
            table[name].iloc[row]
            for row in lost[:5]
            for name, end in zip((origin, destination), ends, strict=True)
            if end[row] < 0
        ]
        raise PlanningDataError(
            "E-MAP-11", f"{lost.size} flows end at no place.", seen=unknown, mend="give places whose index holds every end."
        )
    return ends


def _check(table: pd.DataFrame, values: Floats, column: str) -> None:
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        raise PlanningDataError(
            "E-MAP-11",
            f"a flow of {column} is missing or negative.",
            feature_ids=list(table.index[wrong]),
            seen=values[wrong][:5].tolist(),
            mend="leave such rows out.",
        )


def _curves(
    table: pd.DataFrame, places: GeoDataFrame, ends: list[npt.NDArray[np.intp]], origin: str, destination: str
) -> GeoDataFrame:
    """The rows as curves; ids become names where the places have them."""
    metric = to_metric(places)
    xy = shapely.get_coordinates(shapely.point_on_surface(metric.geometry.to_numpy()))
    lines = GeoSeries(_bent(xy[ends[0]], xy[ends[1]]), index=table.index, crs=metric.crs)
    frame = GeoDataFrame(table.copy(), geometry=lines)
    for lang, name in zip(Label._fields, NAMES, strict=True):
        held = name if name in places else NAMES[0]
        words = np.array([str(one) for one in places.get(held, places.index)], object)
        told = [words[end] for end in ends]
        frame[name] = pd.Series([f"{a} → {b}" for a, b in zip(*told, strict=True)], frame.index, dtype=object)
        if lang == "vi" and held in places:
            frame[origin], frame[destination] = (pd.Series(one, frame.index, dtype=object) for one in told)
    return frame


def _bent(start: Floats, end: Floats) -> npt.NDArray[np.object_]:
    """Quadratic curves whose middle lies ``BEND`` of their length to the right of the way."""
    way = end - start
    control = (start + end) / 2 + 2 * BEND * np.column_stack([way[:, 1], -way[:, 0]])
    t = np.linspace(0, 1, STEPS)[None, :, None]
    xy = (1 - t) ** 2 * start[:, None] + 2 * t * (1 - t) * control[:, None] + t**2 * end[:, None]
    return shapely.linestrings(xy)


def _notes(values: Floats, drawn: npt.NDArray[np.intp], *, within: float) -> tuple[Label, ...]:
    total, share = float(values.sum()), float(values[drawn].sum())
    if share >= total:
        return ()
    vi = (
        f"Vẽ {len(drawn)} luồng lớn nhất giữa các nơi, chiếm {format_number(100 * share / total, 'vi', digits=1)} % tổng số; "
        f"{format_number(100 * within / total, 'vi', digits=1)} % đi lại trong cùng một nơi, không vẽ."
    )
    en = (
        f"Drawn are the {len(drawn)} largest flows between places, "
        f"{format_number(100 * share / total, 'en', digits=1)} % of all; "
        f"{format_number(100 * within / total, 'en', digits=1)} % stay within one place and are not drawn."
    )
    return (Label(vi, en),)
