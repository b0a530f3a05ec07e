"""A frame with its style as one compressed block: rows along the Hilbert curve, classes, columns, names, legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geo import Label, PlanningDataError, to_wgs84
from maps import codec, fields, style

Bounds = tuple[float, float, float, float]
MAX_FEATURES = 300_000
EARTH = np.array([180.0, 90.0, 180.0, 90.0])


def pack(
    frame: GeoDataFrame,
    title: Label,
    look: style.Style,
    shown: Sequence[fields.Field],
    marks: npt.NDArray[np.uint8],
    steps: Sequence[tuple[str, Label]] = (),
) -> tuple[codec.Block, Bounds]:
    """A whole layer, its rows as of :func:`sorted_rows`, as one block, and its bounds (west, south, east, north)."""
    frame = to_wgs84(frame)
    bits = codec.bits_for(len(frame))
    block = codec.Block(title=title, bits=bits, count=len(frame))
    block.meta["kind"], _ = codec.add_geometry(block, frame.geometry.to_numpy(), bits)
    _add_classes(block, frame, look, [field.column for field in shown], steps)
    if marks.any():
        block.codes("mark", marks)
        certainties = (style.BUILDING, style.PLANNED, style.LONG_TERM, style.SUPERSEDED, style.SCHEMATIC)
        block.meta["marks"] = [[bit, int((marks & bit > 0).sum())] for bit in certainties if (marks & bit).any()]
    fields.add_names(block, frame)
    fields.add_fields(block, frame, shown)
    _add_ids(block, frame)
    west, south, east, north = (float(edge) for edge in frame.total_bounds)
    return block, (west, south, east, north)


def _add_classes(
    block: codec.Block, frame: GeoDataFrame, look: style.Style, names: Sequence[str], steps: Sequence[tuple[str, Label]]
) -> None:
    """The class of every row, once a step, each with its legend; the first is what is seen at first."""
    block.meta["style"] = look_header(look)
    told = []
    for at, (column, label) in enumerate(steps or [(look.column, style.NO_UNIT)]):
        codes = look.codes(frame, column)
        block.codes(f"class{at}" if at else "class", codes)
        shown = names.index(column) if column in names else -1
        told.append({"label": label, "shown": shown, "legend": legend_rows(look, codes)})
    block.meta["legend"] = told[0]["legend"]
    if steps:
        block.meta["steps"] = told


def legend_rows(look: style.Style, codes: npt.NDArray[np.uint8]) -> list[list[Any]]:
    """Rows of the legend as the page reads them: code, colour, label, count."""
    return [[code, color, label, count] for code, color, label, count in look.legend(codes)]


def _add_ids(block: codec.Block, frame: GeoDataFrame) -> None:
    """The index goes along into downloads where it names the features."""
    if frame.index.name is None and pd.api.types.is_integer_dtype(frame.index.dtype):
        return
    block.meta["ids"] = codec.add_texts(block, "ids", [str(one) for one in frame.index])
    block.meta["id"] = str(frame.index.name or "id")


def sorted_rows(frame: GeoDataFrame, title: Label) -> npt.NDArray[np.intp]:
    """Rows that have a geometry, along the Hilbert curve (small deltas; the page's tree is free)."""
    rows = np.flatnonzero(~(frame.geometry.is_empty | frame.geometry.isna()).to_numpy())
    frame = frame.iloc[rows]
    layer = title.vi
    if frame.empty:
        raise PlanningDataError("E-MAP-01", "no feature has a geometry to show.", layer=layer, mend="check the filter before it.")
    if len(frame) > MAX_FEATURES:
        raise PlanningDataError(
            "E-MAP-04",
            f"more than {MAX_FEATURES} features make a page too slow.",
            layer=layer,
            seen=len(frame),
            mend="aggregate to hexagons or zones first.",
        )
    numbers = np.unique(shapely.get_type_id(frame.geometry.to_numpy()))
    kinds = sorted({codec.KINDS.get(int(number), "collection") for number in numbers})
    if len(kinds) > 1 or kinds == ["collection"]:
        raise PlanningDataError(
            "E-MAP-03", "one layer shows one kind of geometry.", layer=layer, seen=kinds, mend="split it by frame.geom_type."
        )
    frame = to_wgs84(frame)
    _check_place(frame, layer)
    order: npt.NDArray[np.intp] = np.lexsort((np.arange(len(frame)), frame.hilbert_distance(level=16)))
    return rows[order]


def _check_place(frame: GeoDataFrame, layer: str) -> None:
    """Metres that were taken for degrees, or no numbers at all, would draw an empty map."""
    bounds = frame.bounds.to_numpy()
    wrong = ~(np.isfinite(bounds).all(axis=1) & (np.abs(bounds) <= EARTH).all(axis=1))
    if wrong.any():
        raise PlanningDataError(
            "E-MAP-16",
            f"{int(wrong.sum())} of {len(frame)} features lie nowhere on earth.",
            layer=layer,
            feature_ids=list(frame.index[wrong]),
            seen=bounds[wrong][0].tolist(),
            mend="say in which CRS the coordinates are: frame.set_crs('EPSG:9210', allow_override=True).",
        )


def look_header(look: style.Style) -> dict[str, Any]:
    """What the page needs of a style."""
    names = ("colors", "unit", "descending", "fill", "outline", "outline_px", "widths", "radius", "opacity", "arrows")
    return {name: getattr(look, name) for name in names} | {"odd": {code: color for code, (color, _) in look.odd().items()}}
