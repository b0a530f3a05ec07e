"""Many small maps of one measure in one picture, all in the same classes: the runs of a sweep side by side.

The underscore keeps the module from shadowing its function. Drawn with matplotlib's Agg canvas, without time stamps: same
input, same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geo import PlanningDataError, column_label, column_unit, to_wgs84, write_whole
from maps.areas import POLYGONS, require_kind
from maps.classes import classify
from maps.style import Style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DPI = 120
PANEL_IN, TITLE_IN, LEGEND_IN = 1.5, 0.2, 0.6
MARGIN = 0.06
GROUND, BORDER = "#f3f3ef", "#9aa6b0"


def small_multiples(
    frame: GeoDataFrame,
    columns: Sequence[str],
    path: str | Path,
    *,
    measure: str,
    titles: Sequence[str],
    across: int,
    context: GeoDataFrame | None = None,
    lang: str = "vi",
) -> Path:
    """Write a PNG with one small map a column, ``across`` in a row, and one legend; returns its path.

    ``measure``: the column name that tells label, unit and whether zero is the middle; the classes are those of all columns
    together. ``titles`` one a column; ``context`` outlines under all maps. The window is where anything differs from zero.
    Errors: E-MAP-01 no columns, E-MAP-03 no areas, E-MAP-09 a name that does not end with .png.
    """
    if not columns or len(titles) != len(columns) or frame.empty:
        mend = "give one title a column and rows to show."
        raise PlanningDataError("E-MAP-01", "there is nothing to show.", seen=list(columns), mend=mend)
    if not str(path).lower().endswith(".png"):
        raise PlanningDataError("E-MAP-09", "small multiples are a PNG.", file=path, mend="let the name end with .png.")
    require_kind(frame, POLYGONS, "areas", "maps.lines or maps.points")
    stacked = pd.concat([frame[name] for name in columns], ignore_index=True).rename(measure)
    look = classify(stacked)
    return write_whole(path, lambda part: _write(part, to_wgs84(frame), list(columns), list(titles), across, look, context, lang))


def _write(
    part: Path,
    frame: GeoDataFrame,
    columns: list[str],
    titles: list[str],
    across: int,
    look: Style,
    context: GeoDataFrame | None,
    lang: str,
) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - a second to import
    from matplotlib.figure import Figure  # noqa: PLC0415

    down = -(-len(columns) // across)
    window = _window(frame, columns)
    panel_in = PANEL_IN * _shape(window) + TITLE_IN
    figure = Figure(figsize=(PANEL_IN * across, panel_in * down + LEGEND_IN), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    grid = figure.subplots(down, across, squeeze=False)
    high = panel_in * down + LEGEND_IN
    figure.subplots_adjust(0.004, LEGEND_IN / high, 0.996, 1 - TITLE_IN / high, 0.02, TITLE_IN / (panel_in - TITLE_IN))
    under = None if context is None else to_wgs84(context)
    for axes in grid.flat[len(columns) :]:
        axes.set_axis_off()
    for axes, name, title in zip(grid.flat, columns, titles, strict=False):
        axes.set_title(title, fontsize=7, pad=2)
        _panel(axes, frame, name, look, under, window)
    _legend(figure, look, str(look.column), lang)
    figure.savefig(part, format="png", facecolor="white", metadata={"Software": None})


def _panel(axes: Axes, frame: GeoDataFrame, name: str, look: Style, under: GeoDataFrame | None, window: Any) -> None:
    from matplotlib.collections import LineCollection, PathCollection  # noqa: PLC0415 - see _write
    from matplotlib.path import Path as Outline  # noqa: PLC0415

    codes = look.codes(frame.rename(columns={name: str(look.column)})[[str(look.column), frame.geometry.name]])
    shapes = frame.geometry.to_numpy()
    for code in sorted(set(codes.tolist())):
        rings = shapely.get_exterior_ring(shapely.get_parts(shapes[codes == code]))
        paths = [Outline(shapely.get_coordinates(ring), closed=True) for ring in rings]
        axes.add_collection(PathCollection(paths, facecolors=look.color(code), edgecolors="none"))
    if under is not None:
        rings = shapely.get_exterior_ring(shapely.get_parts(under.geometry.to_numpy()))
        axes.add_collection(LineCollection([shapely.get_coordinates(ring) for ring in rings], colors=BORDER, linewidths=0.4))
    west, south, east, north = window
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(1 / np.cos(np.radians((south + north) / 2)))
    axes.set_facecolor(GROUND)
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_edgecolor("#dfe3e6")


def _window(frame: GeoDataFrame, columns: list[str]) -> tuple[float, float, float, float]:
    """Where any map differs from zero, with a margin; all where none does."""
    moved = frame[columns].fillna(0).ne(0).any(axis=1)
    west, south, east, north = (frame[moved] if moved.any() else frame).total_bounds
    pad_x, pad_y = MARGIN * (east - west), MARGIN * (north - south)
    return west - pad_x, south - pad_y, east + pad_x, north + pad_y


def _shape(window: tuple[float, float, float, float]) -> float:
    """Height over width of a panel, in true shape, within what a page bears."""
    west, south, east, north = window
    wide = (east - west) * np.cos(np.radians((south + north) / 2))
    return float(np.clip((north - south) / max(wide, 1e-9), 0.6, 1.8))


def _legend(figure: Any, look: Style, measure: str, lang: str) -> None:
    from matplotlib.patches import Patch  # noqa: PLC0415 - see _write

    patches = [
        Patch(facecolor=color, label=label.say(lang) or " ") for color, label in zip(look.colors, look.labels, strict=False)
    ]
    title = f"{column_label(measure).say(lang)} ({column_unit(measure).say(lang)})"
    made = figure.legend(
        handles=patches, title=title, loc="lower center", ncol=len(patches), fontsize=6.5, title_fontsize=7, frameon=False
    )
    made._legend_box.sep = 3  # noqa: SLF001 - matplotlib gives no other handle on it
