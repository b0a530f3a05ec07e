"""The diagrams of a station's sheet: node against place, the three values, jobs before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses import Range, StationSheet
from analyses.studies import StationSheetsFound, StationSheetStudy
from geo import Label, format_number
from maps.paper import INK, SOFT
from maps.sheets import round3
from maps.studies.station_sheet_map import LINE, Points
from maps.studies.station_sheet_words import AFTER, BEFORE, ITEMS, NOT_ASSESSABLE, STATION

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GREY, BLUE, GREEN, TAN = "#b9b9b4", "#3b7dba", "#2f8f6b", "#b5772d"
_VALUES = (("node_value", BLUE), ("place_value", GREEN), ("market_value", TAN))
_BAND = 0.25  # of node–place: outside it one outweighs the other
_NODE, _PLACE = Label("Nút", "Node"), Label("Nơi chốn", "Place")


def draw_node_place(axes: Axes, found: StationSheetsFound, sheet: StationSheet, mm: Points, lang: str) -> None:
    """Node against place, all assessable stations, this one with its range; between the lines the two match."""
    axes.set_xlim(-0.08, 1.08)
    axes.set_ylim(-0.08, 1.08)
    pen: dict[str, Any] = {"color": SOFT, "linewidth": mm(0.15), "zorder": 1}
    axes.fill([0, _BAND, 1, 1, 1 - _BAND, 0], [0, 0, 1 - _BAND, 1, 1, _BAND], color="#eef3ea", zorder=0, linewidth=0)
    axes.plot([0, 1, 1, 0, 0], [0, 0, 1, 1, 0], **pen)
    for near, far in (((_BAND, 1), (0, 1 - _BAND)), ((0, 1 - _BAND), (_BAND, 1))):
        axes.plot(near, far, **{**pen, "linewidth": mm(0.1)})
    others = found.worth[found.worth.index != sheet.station.name]
    axes.plot(_middle(others, "place_value"), _middle(others, "node_value"), "o", color=GREY, markersize=mm(1.8), zorder=2)
    if len(sheet.worth):
        place, node = sheet.worth_of("place_value"), sheet.worth_of("node_value")
        axes.plot([place.p10, place.p90], [node.p50, node.p50], color=LINE, linewidth=mm(0.5), zorder=3)
        axes.plot([place.p50, place.p50], [node.p10, node.p90], color=LINE, linewidth=mm(0.5), zorder=3)
        axes.plot(place.p50, node.p50, "o", color=LINE, markersize=mm(3), zorder=4)
    else:
        _put(axes, 0.5, 0.5, NOT_ASSESSABLE.say(lang), 3, mm)
    _put(axes, 0.5, -0.07, f"{_PLACE.say(lang)} (0–1)", 2.5, mm, va="top")
    _put(axes, -0.04, 0.5, f"{_NODE.say(lang)} (0–1)", 2.5, mm, rotation=90, ha="right")
    for x, y, told in (
        (0.03, 0.97, Label("nút vượt nơi chốn", "unsustained node")),
        (0.97, 0.03, Label("nơi chốn vượt nút", "unsustained place")),
        (0.97, 0.97, Label("quá tải", "stress")),
        (0.03, 0.03, Label("phụ thuộc", "dependence")),
    ):
        ends = {"ha": "left" if x < _BAND else "right", "va": "bottom" if y < _BAND else "top"}
        _put(axes, x, y, told.say(lang), 2.1, mm, color=SOFT, **ends)


def draw_values(axes: Axes, found: StationSheetsFound, sheet: StationSheet, mm: Points, lang: str) -> None:
    """Node, place and market value as bars with their range; grey dots are the other stations."""
    axes.set_xlim(-0.02, 1.05)
    axes.set_ylim(-0.6, 2.75)
    for at, (name, color) in enumerate(_VALUES):
        y = 2.0 - at
        axes.plot([0, 1], [y, y], color="#e4e4df", linewidth=mm(3.2), solid_capstyle="butt", zorder=0)
        others = _middle(found.worth[found.worth.index != sheet.station.name], name)
        told = sheet.worth_of(name) if len(sheet.worth) else Range(np.nan, np.nan, np.nan)
        if np.isfinite(told.p50):
            axes.plot([0, told.p50], [y, y], color=color, linewidth=mm(3.2), solid_capstyle="butt", zorder=1)
            axes.plot([told.p10, told.p90], [y, y], color=INK, linewidth=mm(0.45), zorder=3)
        axes.plot(others, np.full(len(others), y), "o", color="#ffffff", markeredgecolor=SOFT, markersize=mm(1.3), zorder=2)
        number = format_number(told.p50, lang, digits=2) if np.isfinite(told.p50) else NOT_ASSESSABLE.say(lang)
        _put(axes, 0, y + 0.3, f"{ITEMS[name].say(lang)}: {number}", 2.4, mm, ha="left", va="bottom")
    for x in (0.0, 0.5, 1.0):
        _put(axes, x, -0.32, format_number(x, lang), 2.1, mm, color=SOFT, va="top")


def draw_reach(axes: Axes, study: StationSheetStudy, sheet: StationSheet, mm: Points, lang: str) -> None:
    """Jobs reached before and after the line, and by motorbike, as bars with their range."""
    item = f"jobs_within_{study.cutoff_min:g}min_by_"
    rows = [
        (Label("Vận tải công cộng hiện nay", "Transit today"), sheet.figure(f"{item}transit", area=STATION, state=BEFORE), GREY),
        (
            Label("Vận tải công cộng khi có tuyến", "Transit with the line"),
            sheet.figure(f"{item}transit", area=STATION, state=AFTER),
            LINE,
        ),
        (Label("Xe máy", "Motorbike"), sheet.figure(f"{item}motorbike", area=STATION, state=BEFORE), BLUE),
    ]
    top = max((told.p90 for _, told, _ in rows if np.isfinite(told.p90)), default=1.0) or 1.0
    axes.set_xlim(-0.01 * top, 1.22 * top)
    axes.set_ylim(-0.5, 3.15)
    heading = Label(f"Việc làm tới được trong {study.cutoff_min:g} phút", f"Jobs within {study.cutoff_min:g} minutes")
    _put(axes, 0, 3.1, heading.say(lang), 2.7, mm, ha="left", va="top", weight="bold")
    for at, (label, told, color) in enumerate(rows):
        y = 2.0 - at
        if not np.isfinite(told.p50):
            continue
        axes.plot([0, told.p50], [y, y], color=color, linewidth=mm(3.4), solid_capstyle="butt", zorder=1)
        axes.plot([told.p10, told.p90], [y, y], color=INK, linewidth=mm(0.45), zorder=3)
        _put(axes, told.p90 + 0.015 * top, y, format_number(round3(told.p50), lang, digits=0), 2.4, mm, ha="left")
        _put(axes, 0, y + 0.3, label.say(lang), 2.3, mm, ha="left", va="bottom")


def _middle(worth: pd.DataFrame, name: str) -> Sequence[float]:
    return [float(one) for one in worth[f"{name}_p50"]] if f"{name}_p50" in worth else []


def _put(axes: Axes, x: float, y: float, text: str, size: float, mm: Points, **options: Any) -> None:
    style: dict[str, Any] = {"ha": "center", "va": "center", "color": INK, **options}
    axes.text(x, y, text, size=mm(size), parse_math=False, **style)
