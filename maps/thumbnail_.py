"""A small static picture of a layer, in the style of its web map.

The underscore keeps the module from shadowing its function. Drawn with matplotlib's Agg canvas, without time stamps: same
input, same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from geopandas import GeoDataFrame

from geo import WGS84, PlanningDataError, to_wgs84, write_whole
from maps.areas import choropleth, outlines
from maps.background import Bounds, focus, in_context
from maps.drawing import draw, draw_cells, shapes_of
from maps.lines_ import lines
from maps.points_ import points
from maps.raster_ import RasterLayer
from maps.vector_layer import VectorLayer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GROUND = "#f3f3ef"
DPI = 100
PX_TO_POINT = 0.72  # matplotlib widths are points: 72 to the inch, at DPI px to the inch
MARGIN = 0.04


def thumbnail(
    frame: GeoDataFrame | VectorLayer | RasterLayer,
    column: str | None = None,
    path: str | Path = "thumbnail.png",
    *,
    size_px: tuple[int, int] = (480, 320),
    scheme: Any = "quantiles",
    k: int = 5,
    over: tuple[VectorLayer | RasterLayer, ...] = (),
    under: tuple[VectorLayer, ...] | None = None,
) -> Path:
    """Write a PNG of a layer (a mark, or a frame and its column) and return its path.

    ``over`` are marks drawn on top, ``under`` those below (default: the quiet background of a page). The
    picture is fitted to the layer itself.
    Errors as of the marks, and E-MAP-09 for a name that does not end with .png.
    """
    if not str(path).lower().endswith(".png"):
        raise PlanningDataError("E-MAP-09", "a thumbnail is a PNG.", file=path, mend="let the name end with .png.")
    main = frame if isinstance(frame, VectorLayer | RasterLayer) else _mark(frame, column, scheme=scheme, k=k)
    return write_whole(
        path,
        lambda part: _write(part, in_context((main, *over), "vi") if under is None else [*under, main, *over], main, size_px),
    )


def _mark(frame: GeoDataFrame, column: str | None, **options: Any) -> VectorLayer:
    kind = frame.geom_type.iloc[0] if len(frame) else "Polygon"
    if "Polygon" in kind:
        return choropleth(frame, column, **options) if column else outlines(frame)
    return lines(frame, column, **options) if "Line" in kind else points(frame, column, **options)


def _write(
    part: Path, layers: list[VectorLayer | RasterLayer], main: VectorLayer | RasterLayer, size_px: tuple[int, int]
) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - a second to import
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(size_px[0] / DPI, size_px[1] / DPI), dpi=DPI, facecolor=GROUND)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    _fit(axes, focus([main]), size_px)
    for at, layer in enumerate(layers):
        if isinstance(layer, RasterLayer):
            draw_cells(axes, layer, WGS84, at, across=size_px[0])
        elif layer.role not in {"names", "labels"}:
            draw(axes, layer.look, shapes_of(layer, to_wgs84(layer.frame)), at, px=PX_TO_POINT)
    figure.savefig(part, format="png", facecolor=GROUND, metadata={"Software": None})


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
