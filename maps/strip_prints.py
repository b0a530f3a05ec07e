"""The strip map of a corridor on paper: the line laid straight, its stops at their kilometre, what there is below each.

Rows from top to bottom: names, the line with its kilometres, minutes, people and jobs as bars with their range, land use beside
the line stretch by stretch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo import Label, PlanningDataError, column_label, column_unit, format_number
from maps import safe_text
from maps.classes import categories
from maps.paper import BINDING, EDGE, GAP, INK, LEADING, SOFT, Sheet, text_width, wrapped, write_pdf
from maps.sheets import round3

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ACCENT, _BAR = "#c8501e", "#7fa8c9"
_LEFT, _RIGHT, _PAD, _FOOT = 46.0, 12.0, 4.0, 30.0
_NAME, _SLOPE_DEG = 3.0, 50  # size and slope of the stops' names
_ROW, _LAND_HIGH = 8.0, 16.0
_KM = Label("Lý trình (km)", "Chainage (km)")
_LAND = Label("Sử dụng đất hai bên tuyến", "Land use beside the line")
_RANGE = Label("cột: trung vị; vạch: p10–p90", "bar: median; line: p10–p90")
_VAGUE = Label("? Vị trí trạm chưa đủ chính xác để đánh giá.", "? The position of the stop is not exact enough to say.")


def save_strip(
    stops: pd.DataFrame,
    path: str | Path,
    *,
    title: str | tuple[str, str],
    rows: Sequence[str] = (),
    bars: Sequence[str] = (),
    land: pd.DataFrame | None = None,
    notes: Sequence[str | tuple[str, str]] = (),
    paper: str = "A3",
    lang: str = "vi",
) -> Path:
    """Write the strip map of a line as a PDF, landscape, and return its path.

    ``stops`` one row a stop: ``chainage_km`` (see `analyses.along_line`), ``name_vi``, ``name_en`` or ``name``, the columns of
    ``rows`` (numbers written below each stop, such as minutes from the first) and of ``bars`` (each with ``_p10``, ``_p50``,
    ``_p90`` beside it, or alone; null is "?"). ``land`` as `analyses.land_along` gives it.
    Errors: E-STRIP-04 a column that is missing, fewer than two stops, stops not at rising kilometres; E-PRINT-01 the paper.
    """
    _check(stops, [*rows, *(_middle(stops, name) for name in bars)])
    label = safe_text.as_label(title)
    drawn = _Strip(stops, list(rows), list(bars), land, [safe_text.as_label(note) for note in notes], label)
    return write_pdf(path, paper, lang, label.say(lang), drawn.fill)


class _Strip:
    def __init__(
        self,
        stops: pd.DataFrame,
        rows: list[str],
        bars: list[str],
        land: pd.DataFrame | None,
        notes: list[Label],
        title: Label,
    ) -> None:
        self.stops, self.rows, self.bars, self.land, self.notes, self.title = stops, rows, bars, land, notes, title

    def fill(self, sheet: Sheet) -> None:
        """Draw it all."""
        self.sheet = sheet
        left, bottom = BINDING + GAP, EDGE + GAP
        self.wide, self.high = sheet.wide - EDGE - GAP - left, sheet.high - 2 * bottom
        self.axes: Axes = sheet.axes(left, bottom, self.wide, self.high)
        self.axes.set_xlim(0, self.wide)
        self.axes.set_ylim(0, self.high)
        long = [_NAME * text_width(name) for name in self._names()]
        self.right = max(_RIGHT, long[-1] * math.cos(math.radians(_SLOPE_DEG)) + _PAD)
        span = self.stops["chainage_km"].max() - self.stops["chainage_km"].min()
        self.from_km, self.unit_km = float(self.stops["chainage_km"].min()), (self.wide - _LEFT - self.right) / span
        self._text(_PAD, self.high - 8, self.title.say(sheet.lang), 5, weight="bold")
        y = self._line(self.high - 26 - max(long) * math.sin(math.radians(_SLOPE_DEG)))
        for name in self.rows:
            y = self._row(name, y)
        foot = _FOOT + (_LAND_HIGH if self.land is not None else 0)
        each = (y - foot) / max(len(self.bars), 1)
        for name in self.bars:
            self._bars(name, y - each, each - 5)
            y -= each
        if self.land is not None:
            self._land(self.land, _FOOT - 4)
        self._notes()

    def _x(self, km: Any) -> Any:
        return _LEFT + (np.asarray(km, float) - self.from_km) * self.unit_km

    def _line(self, y: float) -> float:
        """The line with its stops, their names above and kilometres below."""
        xs = self._x(self.stops["chainage_km"])
        self.axes.plot([xs[0], xs[-1]], [y, y], color=_ACCENT, linewidth=self.sheet.points(1.6), solid_capstyle="round")
        dots: dict[str, Any] = {"facecolor": "white", "edgecolor": INK, "zorder": 3, "linewidth": self.sheet.points(0.5)}
        self.axes.scatter(xs, np.full(len(xs), y), s=self.sheet.points(3.4) ** 2, **dots)
        self._head(_KM.say(self.sheet.lang), y - 7)
        for x, at, name in zip(xs, self._apart(xs), self._names(), strict=True):
            self.axes.plot([x, at], [y + 2.5, y + 7], color=SOFT, linewidth=self.sheet.points(0.15))
            self._text(at, y + 8, name, _NAME, rotation=_SLOPE_DEG, ha="left", va="bottom", rotation_mode="anchor")
        for at, km in zip(self._apart(xs), self.stops["chainage_km"], strict=True):
            self._text(at, y - 7, format_number(km, self.sheet.lang, digits=1), 2.5, ha="center")
        return y - 7 - _ROW

    def _apart(self, xs: Any) -> Any:
        """Places for texts near ``xs``, moved as little as keeps them from touching."""
        need, at = 8.5, np.array(xs, float)
        for _ in range(200):
            lack = need - np.diff(at)
            close = lack > 1e-6  # noqa: PLR2004 - a hair
            if not close.any():
                break
            at[:-1] -= np.where(close, lack / 2, 0)
            at[1:] += np.where(close, lack / 2, 0)
            at = np.clip(at, _LEFT - 3, self.wide - self.right + 3)
        return at

    def _names(self) -> list[str]:
        column = next(name for name in (f"name_{self.sheet.lang}", "name") if name in self.stops)
        return [str(name) for name in self.stops[column]]

    def _row(self, name: str, y: float) -> float:
        self._head(self._called(name), y)
        for at, value in zip(self._apart(self._x(self.stops["chainage_km"])), self.stops[name], strict=True):
            self._text(at, y, format_number(value, self.sheet.lang, digits=0 if value >= 10 else 1), 2.5, ha="center")  # noqa: PLR2004
        return y - _ROW

    def _bars(self, name: str, base: float, high: float) -> None:
        from matplotlib.patches import Rectangle  # noqa: PLC0415 - a second to import

        middle = self.stops[_middle(self.stops, name)].to_numpy(float)
        ends = [self.stops[f"{name}_{p}"].to_numpy(float) if f"{name}_{p}" in self.stops else middle for p in ("p10", "p90")]
        top = np.nanmax(np.concatenate([middle, ends[1]]), initial=0.0) or 1.0
        self._head(self._called(name), base + high / 2)
        if f"{name}_p10" in self.stops:
            self._head(_RANGE.say(self.sheet.lang), base + high / 2 - 4.5, 2.0)
        self.axes.plot([_LEFT - 3, self.wide - self.right + 3], [base, base], color=SOFT, linewidth=self.sheet.points(0.15))
        room = high - 6
        for x, value, low, up in zip(self._x(self.stops["chainage_km"]), middle, *ends, strict=True):
            if np.isnan(value):
                self._text(x, base + 1, "?", 3, ha="center", color=SOFT)
                continue
            self.axes.add_patch(Rectangle((x - 2, base), 4, room * value / top, facecolor=_BAR, linewidth=0))
            self.axes.plot(
                [x, x], [base + room * low / top, base + room * up / top], color=INK, linewidth=self.sheet.points(0.35)
            )
            text = format_number(round3(value), self.sheet.lang, digits=0)
            self._text(x, base + room * max(value, up) / top + 1, text, 2.2, ha="center")

    def _land(self, land: pd.DataFrame, base: float) -> None:
        from matplotlib.patches import Rectangle  # noqa: PLC0415 - a second to import

        look = categories(pd.Series(sorted(set(land["land_use"])), name="land_use"))
        order = {name: at for at, name in enumerate(look.categories)}
        self._head(_LAND.say(self.sheet.lang), base + _LAND_HIGH / 2 - 1)
        for (start, end), stretch in land.groupby(["from_km", "to_km"]):
            y, (left, right) = base, self._x([start, end])
            for row in sorted(stretch.itertuples(), key=lambda row: order.get(row.land_use, len(order))):
                high = _LAND_HIGH * float(row.share_pct) / 100  # type: ignore[arg-type]
                color = look.color(order.get(row.land_use, len(order) - 1))
                self.axes.add_patch(Rectangle((left, y), right - left, high, facecolor=color, edgecolor="white", linewidth=0.2))
                y += high
        x = _LEFT
        for color, label in zip(look.colors, look.labels, strict=True):
            text = label.say(self.sheet.lang)
            self.axes.add_patch(Rectangle((x, base - 5), 4, 2.4, facecolor=color, linewidth=0))
            self._text(x + 5, base - 5, text, 2.3)
            x += 9 + 1.7 * len(text) * 0.8

    def _notes(self) -> None:
        told = [*self.notes, *([_VAGUE] if any(self.stops[_middle(self.stops, name)].isna().any() for name in self.bars) else [])]
        y = 13.0
        for note in told:
            for line in wrapped(note.say(self.sheet.lang), 2.3, self.wide - 2 * _PAD):
                self._text(_PAD, y, line, 2.3, color=SOFT)
                y -= 2.3 * LEADING

    def _called(self, name: str) -> str:
        unit = column_unit(name).say(self.sheet.lang)
        label = column_label(name).say(self.sheet.lang)
        return f"{label} ({unit})" if unit and unit != label.lower() else label

    def _head(self, text: str, y: float, size: float = 2.5) -> None:
        lines = wrapped(text, size, _LEFT - 2 * _PAD - 4)
        for at, line in enumerate(lines):
            self._text(_PAD, y - (at - (len(lines) - 1) / 2) * size * LEADING, line, size)

    def _text(self, x: float, y: float, text: str, size: float, **options: Any) -> None:
        style: dict[str, Any] = {"color": INK, "va": "baseline", "parse_math": False, **options}
        self.axes.text(x, y, text, size=self.sheet.points(size), **style)


def _middle(stops: pd.DataFrame, name: str) -> str:
    return f"{name}_p50" if f"{name}_p50" in stops else name


def _check(stops: pd.DataFrame, columns: list[str]) -> None:
    missing = [name for name in ("chainage_km", *columns) if name not in stops]
    if not {"name", "name_vi"} & set(stops):
        missing.append("name_vi")
    if missing:
        mend = "give these columns; chainage_km comes from analyses.along_line."
        raise PlanningDataError("E-STRIP-04", "the stops lack columns.", seen=missing, mend=mend)
    km = stops["chainage_km"].to_numpy(float)
    if len(km) < 2 or not (np.diff(km) > 0).all():  # noqa: PLR2004 - a line has two ends
        mend = "two stops or more, sorted by chainage_km, each at a kilometre of its own."
        raise PlanningDataError("E-STRIP-04", "the stops are not in order along the line.", seen=list(km), mend=mend)
