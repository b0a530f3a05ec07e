"""A page of a map as a drawing on paper: PDF at a true scale, with frame, legend, scale bar, north, data years and signatures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from geopandas import GeoDataFrame

from geo import WGS84, Label, PlanningDataError, to_crs, to_metric
from maps.background import focus
from maps.compare_ import Compare
from maps.drawing import draw, draw_cells, shapes_of
from maps.paper import BINDING, EDGE, GAP, INK, Sheet, round_down, write_pdf
from maps.print_column import Column
from maps.raster_ import RasterLayer
from maps.vector_layer import VectorLayer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from maps.page_ import Page

SIGNATURES = (
    Label("Cơ quan tổ chức lập quy hoạch", "Planning authority"),
    Label("Đơn vị tư vấn", "Consultant"),
    Label("Cơ quan thẩm định", "Appraising body"),
)
_SIDE = 92.0
_SCALES = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8)
_MARGIN = 1.03
_PX = 0.75  # points of an A3 drawing a pixel of the web map's style
_GRID_MM = 60.0
_CROSS = "#8a949b"


def save_pdf(
    page: Page,
    path: str | Path,
    *,
    paper: str = "A3",
    lang: str | None = None,
    scale: int | None = None,
    signatures: Sequence[Label | tuple[str, str]] = SIGNATURES,
    drawing_no: str = "",
) -> Path:
    """Write the page as a PDF drawing, landscape, and return its path.

    ``paper`` A4 to A0; ``scale`` the denominator, 50000 for 1:50,000 (default: the largest round one at which all fits); the map
    is in the metric CRS of the place (VN-2000 in the region), with its kilometre grid ticked. ``signatures`` boxes to sign;
    ``lang`` as of the page. Layers that the page shows at first are drawn; texts are those of the page.
    Errors: E-PRINT-01 no such paper, E-PRINT-02 a scale at which the map does not fit, E-PRINT-03 nothing to draw, E-MAP-08 no
    such language.
    """
    lang = lang or page.lang

    def fill(sheet: Sheet) -> None:
        side_panel(sheet, page, map_panel(sheet, page, scale), signatures, drawing_no)

    return write_pdf(path, paper, lang, page.title.say(lang), fill)


def map_panel(sheet: Sheet, page: Page, scale: int | None) -> tuple[int, str]:
    """Draw the map into its panel; returns the scale's denominator and the name of the coordinate system."""
    shown = _shown(page)
    data = [layer for layer in shown if layer.role == "data"]
    if not data:
        raise PlanningDataError("E-PRINT-03", "the page shows no layer to draw.", mend="add marks, or show one.")
    left, bottom = BINDING + GAP, EDGE + GAP
    wide, high = sheet.wide - EDGE - _SIDE - 2 * GAP - left, sheet.high - 2 * bottom
    corners = GeoDataFrame(geometry=[shapely.box(*focus(data))], crs=WGS84)
    crs = to_metric(corners).crs
    west, south, east, north = to_crs(corners, crs).total_bounds
    denominator = _scale(max((east - west) / wide, (north - south) / high) * 1000 / sheet.unit, scale)
    metres = denominator * sheet.unit / 1000  # of ground a unit of the sheet
    x, y = (west + east) / 2, (south + north) / 2
    window = x - wide * metres / 2, y - high * metres / 2, x + wide * metres / 2, y + high * metres / 2
    axes = sheet.axes(left, bottom, wide, high)
    axes.set_xlim(window[0], window[2])
    axes.set_ylim(window[1], window[3])
    for at, layer in enumerate(shown):
        if isinstance(layer, RasterLayer):
            draw_cells(axes, layer, crs, at)
            continue
        frame = to_crs(layer.frame, crs)
        if layer.role in {"names", "labels"}:
            _names(sheet, axes, frame, window, 2 * len(shown))
        else:
            draw(axes, layer.look, shapes_of(layer, frame), at, px=_PX * sheet.unit, paper=True)
    _grid(sheet, axes, window, metres)
    sheet.frame(left, bottom, left + wide, bottom + high, 0.35)
    return denominator, str(crs.name)


def _names(sheet: Sheet, axes: Axes, frame: GeoDataFrame, window: tuple[float, float, float, float], order: int) -> None:
    from matplotlib.patheffects import withStroke  # noqa: PLC0415 - a second to import

    names = frame[f"name_{sheet.lang}"] if f"name_{sheet.lang}" in frame else frame.iloc[:, 0]
    inside = shapely.box(*window)
    size = sheet.points(2.6)
    halo = [withStroke(linewidth=sheet.points(0.5), foreground="white")]
    for name, point in zip(names, frame.geometry.representative_point(), strict=True):
        if inside.contains(point):
            axes.text(
                point.x, point.y, str(name), size=size, color=INK, zorder=order, ha="center", va="center",
                path_effects=halo, clip_on=True, parse_math=False,
            )  # fmt: skip


def _grid(sheet: Sheet, axes: Axes, window: tuple[float, float, float, float], metres: float) -> None:
    """Crosses of the kilometre grid, and its kilometres along the frame."""
    step = round_down(_GRID_MM * metres)
    west, south, east, north = window
    xs = np.arange(math.ceil(west / step), math.floor(east / step) + 1) * step
    ys = np.arange(math.ceil(south / step), math.floor(north / step) + 1) * step
    clear = 6 * metres  # of the frame and its corners, where the kilometres stand
    xs = xs[(xs > west + clear) & (xs < east - clear)]
    ys = ys[(ys > south + clear) & (ys < north - clear)]
    at = np.array(np.meshgrid(xs, ys)).reshape(2, -1)
    style: dict[str, Any] = {"color": _CROSS, "zorder": 1000, "clip_on": True}
    axes.plot(*at, "+", markersize=sheet.points(2.5), markeredgewidth=sheet.points(0.2), **style)
    text: dict[str, Any] = {"size": sheet.points(1.9), "parse_math": False, **style}
    for x in xs:
        axes.text(x, south + 0.8 * metres, f"{x / 1000:.{_digits(step)}f}", ha="center", va="bottom", **text)
    for y in ys:
        axes.text(west + 0.8 * metres, y, f"{y / 1000:.{_digits(step)}f}", ha="left", va="center", rotation=90, **text)


def side_panel(sheet: Sheet, page: Page, scale: tuple[int, str], signatures: Sequence[Any], drawing_no: str) -> None:
    """The column beside the map: title, legend, scale, north, years of data, sources, notes, signatures."""
    left, bottom = sheet.wide - EDGE - _SIDE - GAP, EDGE + GAP
    axes = sheet.axes(left, bottom, _SIDE, sheet.high - 2 * bottom)
    column = Column(axes, _SIDE, sheet.high - 2 * bottom, sheet.unit, sheet.lang)
    column.fill(page, _shown(page), scale, signatures, drawing_no)
    sheet.frame(left, bottom, left + _SIDE, sheet.high - bottom, 0.35)


def printable(page: Any) -> bool:
    """Whether the page shows a layer that `save_pdf` can draw."""
    return hasattr(page, "head") and any(layer.role == "data" for layer in _shown(page))


def _shown(page: Page) -> list[VectorLayer | RasterLayer]:
    """What paper shows; of two layers under a curtain the second, for one over the other would show neither."""
    children = page._children.values()  # noqa: SLF001 - branca's tree has no public face
    under = [child.before for child in children if isinstance(child, Compare)]
    return [child for child in children if isinstance(child, VectorLayer | RasterLayer) and child.show and child not in under]


def _scale(least: float, asked: int | None) -> int:
    if asked is not None:
        if asked < least:
            mend = f"1:{math.ceil(least)} or smaller, or larger paper."
            raise PlanningDataError("E-PRINT-02", "the map does not fit at this scale.", seen=f"1:{asked}", mend=mend)
        return asked
    wanted = max(least, 1.0) * _MARGIN
    power = 10 ** math.floor(math.log10(wanted))
    return int(next(round(step * power) for step in (*_SCALES, 10) if step * power >= wanted))


def _digits(step: float) -> int:
    return max(0, 3 - math.floor(math.log10(step)))
