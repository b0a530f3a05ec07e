"""A small static picture of a layer, in the style of its web map.

The underscore keeps the module from shadowing its function. Drawn with matplotlib's Agg canvas, without time stamps: same
input, same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from geopandas import GeoDataFrame

from geo import PlanningDataError, to_wgs84, write_whole
from maps.areas import choropleth, outlines
from maps.background import Bounds, focus, in_context
from maps.lines_ import lines
from maps.points_ import points
from maps.style import SCHEMATIC
from maps.vector_layer import VectorLayer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GROUND = "#f3f3ef"
DPI = 100
PX_TO_POINT = 0.72  # matplotlib widths are points: 72 to the inch, at DPI px to the inch
MARGIN = 0.04


def thumbnail(
    frame: GeoDataFrame | VectorLayer,
    column: str | None = None,
    path: str | Path = "thumbnail.png",
    *,
    size_px: tuple[int, int] = (480, 320),
    scheme: Any = "quantiles",
    k: int = 5,
    over: tuple[VectorLayer, ...] = (),
    under: tuple[VectorLayer, ...] | None = None,
) -> Path:
    """Write a PNG of a layer (a mark, or a frame and its column) and return its path.

    ``over`` are marks drawn on top, ``under`` those below (default: the quiet background of a page). The
    picture is fitted to the layer itself.
    Errors as of the marks, and E-MAP-09 for a name that does not end with .png.
    """
    if not str(path).lower().endswith(".png"):
        raise PlanningDataError("E-MAP-09", "a thumbnail is a PNG.", file=path, mend="let the name end with .png.")
    main = frame if isinstance(frame, VectorLayer) else _mark(frame, column, scheme=scheme, k=k)
    return write_whole(
        path,
        lambda part: _write(part, in_context((main, *over), "vi") if under is None else [*under, main, *over], main, size_px),
    )


def _mark(frame: GeoDataFrame, column: str | None, **options: Any) -> VectorLayer:
    kind = frame.geom_type.iloc[0] if len(frame) else "Polygon"
    if "Polygon" in kind:
        return choropleth(frame, column, **options) if column else outlines(frame)
    return lines(frame, column, **options) if "Line" in kind else points(frame, column, **options)


def _write(part: Path, layers: list[VectorLayer], main: VectorLayer, size_px: tuple[int, int]) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - a second to import
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(size_px[0] / DPI, size_px[1] / DPI), dpi=DPI, facecolor=GROUND)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    for at, layer in enumerate(layers):
        if layer.role != "names":
            _draw(axes, layer, at)
    _fit(axes, focus([main]), size_px)
    figure.savefig(part, format="png", facecolor=GROUND, metadata={"Software": None})


def _draw(axes: Axes, layer: VectorLayer, order: int) -> None:
    frame = to_wgs84(layer.frame[~(layer.frame.geometry.is_empty | layer.frame.geometry.isna())])
    marks = layer.marks[np.asarray(~(layer.frame.geometry.is_empty | layer.frame.geometry.isna()))]
    codes = layer.look.codes(frame)
    for code in sorted(set(codes.tolist()), reverse=layer.look.descending):
        rows = codes == code
        _draw_class(axes, layer, frame.geometry.to_numpy()[rows], int(code), order, vague=bool((marks[rows] & SCHEMATIC).all()))


def _draw_class(axes: Axes, layer: VectorLayer, shapes: Any, code: int, order: int, *, vague: bool) -> None:
    from matplotlib.collections import LineCollection, PathCollection  # noqa: PLC0415 - see _write
    from matplotlib.path import Path as Outline  # noqa: PLC0415

    look, color = layer.look, layer.look.color(code)
    alpha = look.opacity * (0.6 if vague else 1.0)
    parts = shapely.get_parts(shapes)
    kind = int(shapely.get_type_id(parts[0]))
    if kind == 0:
        x, y = shapely.get_coordinates(parts).T
        axes.scatter(
            x, y, s=(look.radius * 1.3) ** 2, c=color, edgecolors=look.outline, linewidths=0.7, alpha=alpha, zorder=order
        )
    elif kind == 1 or not look.fill:
        rings = parts if kind == 1 else shapely.get_rings(parts)
        width = (look.width(code) if kind == 1 else look.outline_px) * PX_TO_POINT
        paths = [shapely.get_coordinates(ring) for ring in rings]
        axes.add_collection(LineCollection(paths, colors=color, linewidths=width, alpha=alpha, zorder=order))
    else:
        outlines_ = [
            Outline.make_compound_path(*(Outline(shapely.get_coordinates(r), closed=True) for r in shapely.get_rings(p)))
            for p in parts
        ]
        edge = look.outline if look.outline_px else color
        axes.add_collection(
            PathCollection(
                outlines_,
                facecolors=color,
                edgecolors=edge,
                linewidths=max(look.outline_px, 0.2) * PX_TO_POINT,
                alpha=alpha,
                zorder=order,
            )
        )


def _fit(axes: Axes, bounds: Bounds, size_px: tuple[int, int]) -> None:
    """The window of the layer in its own latitude's true shape, filling the picture."""
    west, south, east, north = bounds
    squeeze = np.cos(np.radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, 1e-4), max(north - south, 1e-4)
    ratio = size_px[0] / size_px[1]
    wide, high = (max(wide, high * ratio) * (1 + 2 * MARGIN), max(high, wide / ratio) * (1 + 2 * MARGIN))
    x, y = (west + east) / 2, (south + north) / 2
    axes.set_xlim(x - wide / squeeze / 2, x + wide / squeeze / 2)
    axes.set_ylim(y - high / 2, y + high / 2)
