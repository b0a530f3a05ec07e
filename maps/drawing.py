"""A layer of a map drawn with matplotlib, in the style of its web map: for thumbnails and prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely
from geopandas import GeoDataFrame, points_from_xy

from geo import to_wgs84
from maps import codec
from maps.style import BUILDING, EMPTY_CELL, LONG_TERM, LONG_TERM_EDGE, LONG_TERM_PX, PLANNED, SCHEMATIC, Style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from maps.raster_ import RasterLayer
    from maps.vector_layer import VectorLayer

DASHED = (0, (4, 2.5))
HATCH = "////"
_POINT, _LINE = 0, 1
_FAINT = 0.6


def draw_cells(axes: Axes, layer: RasterLayer, crs: Any, order: int, *, across: int = 1200) -> None:
    """Draw a raster into axes in ``crs``, as far as they show: every place takes the class of the cell it lies in."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    down = max(1, round(across * (north - south) / (east - west)))
    xs = west + (np.arange(across) + 0.5) / across * (east - west)
    ys = north - (np.arange(down) + 0.5) / down * (north - south)
    places = GeoDataFrame(geometry=points_from_xy(*(axis.ravel() for axis in np.meshgrid(xs, ys))), crs=crs)
    x, y = codec.world(to_wgs84(places).get_coordinates().to_numpy())
    left, bottom, right, top = layer.bounds
    (x0, x1), (y0, y1) = codec.world(np.array([[left, top], [right, bottom]]))
    rows, columns = layer.codes.shape
    row, column = (y - y0) * rows // (y1 - y0), (x - x0) * columns // (x1 - x0)
    inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
    codes = np.full(len(x), EMPTY_CELL, np.uint8)
    codes[inside] = layer.codes[row[inside], column[inside]]
    colors = np.zeros((256, 4), np.uint8)
    for code in set(codes.tolist()) - {EMPTY_CELL}:
        colors[code] = [*bytes.fromhex(layer.look.color(code)[1:]), round(255 * layer.look.opacity)]
    picture = colors[codes].reshape(down, across, 4)
    axes.imshow(picture, extent=(west, east, south, north), interpolation="none", zorder=order, aspect="auto")


@dataclass(frozen=True)
class Shapes:
    """Features to draw: geometries in the coordinates of the axes, class code and mark of each."""

    geometry: npt.NDArray[np.object_]
    codes: npt.NDArray[np.uint8]
    marks: npt.NDArray[np.uint8]


def shapes_of(layer: VectorLayer, frame: GeoDataFrame) -> Shapes:
    """The layer's features with ``frame``'s geometry: the same rows in the coordinates of the axes."""
    there = np.asarray(~(frame.geometry.is_empty | frame.geometry.isna()))
    return Shapes(frame.geometry.to_numpy()[there], layer.look.codes(layer.frame[there]), layer.marks[there])


def draw(axes: Axes, look: Style, shapes: Shapes, order: int, *, px: float, paper: bool = False) -> None:
    """Draw the features into ``axes``.

    ``order`` the layer's place among the others; ``px`` points of print a pixel of the style; ``paper`` marks certainty as
    drawings do: planned dashed, schematic hatched or in a soft band. What comes after a plan's period is dashed everywhere.
    """
    codes, marks = shapes.codes, shapes.marks
    kinds = marks & (PLANNED | BUILDING | SCHEMATIC | LONG_TERM if paper else LONG_TERM)
    for code in sorted(set(codes.tolist()), reverse=look.descending):
        for kind in sorted(set(kinds[codes == code].tolist())):
            rows = (codes == code) & (kinds == kind)
            faint = not paper and bool((marks[rows] & SCHEMATIC).all())
            _Pen(axes, look, int(code), int(kind), order, px, faint=faint).draw(shapes.geometry[rows])


class _Pen:
    """How the features of one class and certainty are drawn."""

    def __init__(self, axes: Axes, look: Style, code: int, kind: int, order: int, px: float, *, faint: bool) -> None:
        self.axes, self.look, self.px = axes, look, px
        self.color, self.code = look.color(code), code
        self.planned, self.schematic = bool(kind & (PLANNED | BUILDING)), bool(kind & SCHEMATIC)
        self.later = bool(kind & LONG_TERM)
        self.common: dict[str, Any] = {"alpha": look.opacity * (_FAINT if faint else 1.0), "zorder": order}

    def draw(self, shapes: Any) -> None:
        parts = shapely.get_parts(shapes)
        kind = int(shapely.get_type_id(parts[0]))
        if kind == _POINT:
            self._points(parts)
        elif kind == _LINE:
            self._strokes(parts, self.look.width(self.code))
        elif not self.look.fill:
            self._strokes(shapely.get_rings(parts), self.look.outline_px)
        else:
            self._areas(parts)

    def _points(self, parts: Any) -> None:
        x, y = shapely.get_coordinates(parts).T
        size = (self.look.radius * 1.8 * self.px) ** 2
        face = "#ffffff" if self.planned else self.color
        edge = self.color if self.planned else self.look.outline
        if self.schematic:
            self.axes.scatter(x, y, s=size * 3.2, c=self.color, linewidths=0, **{**self.common, "alpha": 0.25})
        self.axes.scatter(
            x, y, s=size, c=face, edgecolors=edge, linewidths=(1.6 if self.planned else 0.9) * self.px, **self.common
        )

    def _strokes(self, parts: Any, width: float) -> None:
        from matplotlib.collections import LineCollection  # noqa: PLC0415 - a second to import

        paths = [shapely.get_coordinates(part) for part in parts]
        if self.schematic:
            soft = LineCollection(paths, colors=self.color, linewidths=3.2 * width * self.px, **{**self.common, "alpha": 0.18})
            self.axes.add_collection(soft)
        dashes: Any = DASHED if self.planned or self.later else "solid"
        self.axes.add_collection(
            LineCollection(paths, colors=self.color, linewidths=width * self.px, linestyles=[dashes], **self.common)
        )

    def _areas(self, parts: Any) -> None:
        from matplotlib.collections import PathCollection  # noqa: PLC0415 - a second to import
        from matplotlib.path import Path as Outline  # noqa: PLC0415

        shapes = [
            Outline.make_compound_path(*(Outline(shapely.get_coordinates(ring), closed=True) for ring in shapely.get_rings(part)))
            for part in parts
        ]
        edge = self.look.outline if self.look.outline_px else self.color
        width = max(self.look.outline_px, 0.2) * self.px
        options: dict[str, Any] = {"facecolors": self.color, "edgecolors": edge, "linewidths": width, **self.common}
        if self.planned:
            options |= {"edgecolors": self.color, "linestyles": [DASHED], "alpha": 0.45 * self.look.opacity}
        elif self.later:
            options |= {"edgecolors": LONG_TERM_EDGE, "linestyles": [DASHED], "linewidths": LONG_TERM_PX * self.px}
        self.axes.add_collection(PathCollection(shapes, **options))
        if self.schematic:
            lines: dict[str, Any] = {"facecolors": "none", "edgecolors": "#5d6870", "linewidths": 0, "hatch": HATCH}
            self.axes.add_collection(PathCollection(shapes, **lines, **{**self.common, "alpha": 0.45}))
