"""The column beside a printed map: texts that wrap, legend, scale bar, north, sources, boxes to sign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from geo import Label, format_date, format_number
from maps import safe_text
from maps.drawing import Shapes, draw
from maps.paper import INK, LEADING, PALE, SOFT, points, round_down, wrapped
from maps.raster_ import RasterLayer
from maps.style import BUILDING, EMPTY_CELL, LONG_TERM, PLANNED, SCHEMATIC, Style
from maps.vector_layer import VectorLayer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from maps.page_ import Page

Drawn = VectorLayer | RasterLayer
_PAD = 3.0
_LEAST = 0.55  # how much smaller than planned the texts may become before the column is said to be full
_BAR = 40.0
_SIGN_HIGH, _SCALE_HIGH = 24.0, 17.0
_SWATCH = 7.0

_WORDS = {
    "legend": Label("CHÚ GIẢI", "LEGEND"),
    "scale": Label("Tỷ lệ", "Scale"),
    "north": Label("B", "N"),
    "years": Label("Năm số liệu", "Years of data"),
    "sources": Label("Nguồn số liệu", "Sources"),
    "notes": Label("Ghi chú", "Notes"),
    "system": Label("Hệ tọa độ", "Coordinates"),
    "drawing": Label("Bản vẽ số", "Drawing no."),
    "planned": Label("Quy hoạch, dự kiến", "Planned"),
    "long_term": Label("Dài hạn, sau thời hạn quy hoạch", "Long term, after the plan's period"),
    "schematic": Label("Sơ đồ: vị trí chưa chính xác", "Schematic: position not exact"),
    "shortened": Label("… (đầy đủ trong bản web)", "… (in full on the web page)"),
}


class Column:
    """The column, filled from both ends; texts shrink together until all fit."""

    def __init__(self, axes: Axes, wide: float, high: float, unit: float, lang: str) -> None:
        self.axes, self.wide, self.high, self.unit, self.lang = axes, wide, high, unit, lang
        axes.set_xlim(0, wide)
        axes.set_ylim(0, high)

    def fill(
        self, page: Page, shown: Sequence[Drawn], scale: tuple[int, str], signatures: Sequence[Any], drawing_no: str
    ) -> None:
        """Put everything in; ``scale`` its denominator and the name of the coordinate system."""
        self.bottom = self._signatures([safe_text.as_label(text) for text in signatures], drawing_no)
        self.bottom = self._scale_box(*scale)
        factor = next((f for f in np.arange(1.0, _LEAST, -0.05) if self._flow(page, shown, f, dry=True) >= self.bottom), _LEAST)
        self._flow(page, shown, float(factor), dry=False)

    def _flow(self, page: Page, shown: Sequence[Drawn], factor: float, *, dry: bool) -> float:
        """Write the texts and the legend from the top; returns how far down they come."""
        self.y, self.dry, self.factor = self.high - _PAD, dry, factor
        self._text(page.title.say(self.lang), 4.4, bold=True)
        if page.head["subtitle"]:
            self._gap(1)
            self._text(page.head["subtitle"].say(self.lang), 2.7)
        self._gap(2)
        self._legend(shown)
        years = _years(shown)
        if years:
            self._heading("years")
            self._text(", ".join(format_date(year, self.lang) for year in years), 2.5)
        for key in ("notes", "sources"):
            if page.head[key]:
                self._heading(key)
                self._texts([text.say(self.lang) for text in page.head[key]], 2.2)
        return self.y

    def _legend(self, shown: Sequence[Drawn]) -> None:
        self._heading("legend")
        layers = [layer for layer in shown if layer.role == "data" and layer.about["legend_box"]]
        for layer in reversed(layers):
            unit = layer.look.unit.say(self.lang)
            rows = layer.look.legend(_codes(layer))
            title = layer.title.say(self.lang) + (f" ({unit})" if unit else "")
            if len(rows) == 1 and not rows[0][2].vi:
                self._row(layer, rows[0][0], title, 0)
                continue
            self._text(title, 2.7, bold=True)
            for code, _, label, _ in rows:
                self._row(layer, code, label.say(self.lang), 0)
            self._gap(0.8)
        marks = np.concatenate([layer.marks for layer in layers]) if layers else np.zeros(0, np.uint8)
        for bits, key in ((PLANNED | BUILDING, "planned"), (LONG_TERM, "long_term"), (SCHEMATIC, "schematic")):
            if layers and (marks & bits).any():
                self._row(layers[-1], 0, _WORDS[key].say(self.lang), bits & ~BUILDING)

    def _row(self, layer: Drawn, code: int, text: str, mark: int) -> None:
        top, before = self.y, self.y
        self._text(text, 2.5, indent=_SWATCH + 2)
        if not self.dry:
            line = 2.5 * self.factor * LEADING
            self._swatch(layer, code, mark, (_PAD, before - line * 0.95, _PAD + _SWATCH, top - line * 0.1))

    def _swatch(self, layer: Drawn, code: int, mark: int, box: tuple[float, float, float, float]) -> None:
        """A small feature drawn by the layer's own pen."""
        kind = _kind(layer)
        if mark:
            kind = "LineString" if mark == PLANNED else "Polygon"
        west, south, east, north = box
        middle = (south + north) / 2
        if "Point" in kind:
            shape: Any = shapely.Point((west + east) / 2, middle)
        else:
            shape = shapely.LineString([(west, middle), (east, middle)]) if "Line" in kind else shapely.box(*box)
        color = SOFT if mark == PLANNED else PALE if mark else layer.look.color(code)
        look = Style(colors=(color,), **_pen(layer.look, code))
        one = np.zeros(1, np.uint8)
        draw(self.axes, look, Shapes(np.array([shape]), one, one + mark), 5, px=0.75 * self.unit, paper=True)

    def _scale_box(self, denominator: int, system: str) -> float:
        """Scale in words, the bar of it, north; returns the top of the box."""
        from matplotlib.patches import Polygon, Rectangle  # noqa: PLC0415 - a second to import

        base, top = self.bottom, self.bottom + _SCALE_HIGH
        length_km = round_down(_BAR * self.unit * denominator / 1e6)
        wide = length_km * 1e6 / denominator / self.unit
        style: dict[str, Any] = {"edgecolor": INK, "linewidth": points(0.12, self.unit)}
        for at in range(4):
            face = INK if at % 2 == 0 else "white"
            self.axes.add_patch(Rectangle((_PAD + at * wide / 4, base + 4.5), wide / 4, 1.2, facecolor=face, **style))
        for at in (0, 2, 4):
            text = format_number(length_km * at / 4, self.lang) + (" km" if at == 4 else "")  # noqa: PLR2004
            self._put(_PAD + at * wide / 4, base + 6.4, text, 2.2, ha="center" if at else "left")
        self._put(_PAD, base + 11, f"{_WORDS['scale'].say(self.lang)} 1:{format_number(denominator, self.lang)}", 3.2, bold=True)
        self._put(_PAD, base + 1.2, f"{_WORDS['system'].say(self.lang)}: {system}", 2.0, color=SOFT)
        x = self.wide - _PAD - 5
        self.axes.add_patch(Polygon([(x, top - 5), (x - 2.2, base + 3), (x, base + 5)], facecolor=INK, **style))
        self.axes.add_patch(Polygon([(x, top - 5), (x + 2.2, base + 3), (x, base + 5)], facecolor="white", **style))
        self._put(x, top - 4.4, _WORDS["north"].say(self.lang), 3.2, bold=True, ha="center")
        self._line(top)
        return top

    def _signatures(self, titles: Sequence[Label], drawing_no: str) -> float:
        """Boxes to sign at the foot; returns their top."""
        base = 0.0
        if drawing_no:
            self._put(_PAD, 1.4, f"{_WORDS['drawing'].say(self.lang)}: {drawing_no}", 2.6, bold=True)
            base = 5.0
            self._line(base)
        if not titles:
            return base
        wide = self.wide / len(titles)
        for at, title in enumerate(titles):
            for row, line in enumerate(wrapped(title.say(self.lang), 2.3, wide - 2)):
                self._put(at * wide + wide / 2, base + _SIGN_HIGH - 3.4 - row * 3, line, 2.3, ha="center")
            if at:
                self.axes.plot([at * wide] * 2, [base, base + _SIGN_HIGH], color=INK, linewidth=points(0.12, self.unit))
        self._line(base + _SIGN_HIGH)
        return base + _SIGN_HIGH

    def _heading(self, key: str) -> None:
        self._gap(1.6)
        self._text(_WORDS[key].say(self.lang), 2.8, bold=True)
        self._gap(0.3)

    def _texts(self, texts: Iterable[str], size: float) -> None:
        """Texts one below the other; those that would run into the boxes below are left out, and that is said."""
        for text in texts:
            lines = wrapped(text, size * self.factor, self.wide - 2 * _PAD)
            room = self.y - (len(lines) + 1) * size * self.factor * LEADING
            if not self.dry and room < self.bottom:
                self._text(_WORDS["shortened"].say(self.lang), size)
                return
            self._text(text, size)
            self._gap(0.5)

    def _text(self, text: str, size: float, *, bold: bool = False, indent: float = 0.0) -> None:
        size *= self.factor
        for line in wrapped(text, size, self.wide - 2 * _PAD - indent, bold=bold):
            self.y -= size * LEADING
            if not self.dry:
                self._put(_PAD + indent, self.y + size * 0.3, line, size, bold=bold)

    def _gap(self, size: float) -> None:
        self.y -= size * self.factor

    def _put(self, x: float, y: float, text: str, size: float, *, bold: bool = False, **options: Any) -> None:
        style: dict[str, Any] = {"color": INK, "va": "baseline", "parse_math": False, **options}
        self.axes.text(x, y, text, size=points(size, self.unit), weight="bold" if bold else "normal", **style)

    def _line(self, y: float) -> None:
        self.axes.plot([0, self.wide], [y, y], color=INK, linewidth=points(0.12, self.unit))


def _pen(look: Style, code: int) -> dict[str, Any]:
    return {
        "fill": look.fill, "outline": look.outline, "outline_px": look.outline_px, "widths": (look.width(code),),
        "radius": min(look.radius, 5), "opacity": look.opacity,
    }  # fmt: skip


def _codes(layer: Drawn) -> npt.NDArray[np.uint8]:
    return layer.look.codes(layer.frame) if isinstance(layer, VectorLayer) else layer.codes[layer.codes != EMPTY_CELL]


def _kind(layer: Drawn) -> str:
    """What the legend's sample is a picture of."""
    vector = isinstance(layer, VectorLayer) and not layer.frame.empty
    return str(layer.frame.geom_type.mode().iloc[0]) if vector else "Polygon"  # type: ignore[union-attr]


def _years(shown: Sequence[Drawn]) -> list[str]:
    """When the data shown are of: the earliest and the latest date."""
    frames = [layer.frame for layer in shown if isinstance(layer, VectorLayer) and layer.role == "data"]
    found = sorted({str(day) for frame in frames if "as_of" in frame for day in frame["as_of"].dropna() if str(day)})
    return sorted({found[0], found[-1]}) if found else []
