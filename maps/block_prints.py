"""Tables and texts drawn on a sheet of paper, one below the other, all at one size that fits."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from geo import Label
from maps.blocks import Block
from maps.paper import INK, LEADING, SOFT, Sheet, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLE, CELL, NOTE = 3.1, 2.45, 2.05
_FIRST = 0.34  # share of a table's width for the names of its rows
_GAP, _PAD, _SWATCH = 3.2, 1.0, 3.0
_SIZES = tuple(1.3 - step / 40 for step in range(32))  # tried from the largest

Part = Block | tuple[float, Callable[[Any, float, float, float, float], None]]  # a table, or (height, draws a picture in a box)


def fill_columns(sheet: Sheet, columns: Sequence[tuple[float, float, float, float, Sequence[Part]]]) -> float:
    """Fill columns (left, bottom, wide, high, parts) with tables and pictures at the largest size at which all fit.

    Returns that size as a share of the usual; at the least tried, about half, they are drawn however long they are.
    """
    at = bisect_left(_SIZES, True, key=lambda one: all(_Stack(sheet, *box, one).high <= box[3] for box in columns))  # noqa: FBT003
    size = _SIZES[min(at, len(_SIZES) - 1)]
    for box in columns:
        _Stack(sheet, *box, size).draw()
    return size


class _Stack:
    """Parts in one column."""

    def __init__(
        self, sheet: Sheet, left: float, bottom: float, wide: float, high: float, parts: Sequence[Part], size: float
    ) -> None:
        self.sheet, self.box, self.parts, self.size = sheet, (left, bottom, wide, high), parts, size
        self.wide = wide
        self.high = self._flow(None)

    def draw(self) -> None:
        """Draw the parts from the top of the column."""
        left, bottom, wide, high = self.box
        axes = self.sheet.axes(left, bottom, wide, high)
        axes.set_xlim(0, wide)
        axes.set_ylim(0, high)
        self._flow(axes)

    def _flow(self, axes: Axes | None) -> float:
        """How high all parts are, drawn if there are axes."""
        y = 0.0
        for at, part in enumerate(self.parts):
            y += _GAP * self.size if at else 0.0
            if isinstance(part, Block):
                y = self._table(axes, part, y)
            else:
                tall, paint = part
                if axes is not None:
                    left, bottom, wide, high = self.box
                    paint(self.sheet, left, bottom + high - y - tall, wide, tall)
                y += tall
        return y

    def _table(self, axes: Axes | None, block: Block, y: float) -> float:
        y = self._text(axes, block.title, 0, self.wide, y, TITLE, bold=True) + 0.6 * self.size
        edges = self._edges(block)
        y = self._row(axes, [(cell, True) for cell in block.head], edges, y, "")
        self._rule(axes, y, 0.25)
        for at, row in enumerate(block.rows):
            y = self._row(axes, [(cell, False) for cell in row], edges, y, block.colors[at] if at < len(block.colors) else "")
            self._rule(axes, y, 0.08)
        for note in block.notes:
            if note.say(self.sheet.lang):
                y = self._text(axes, note, 0, self.wide, y + 0.4 * self.size, NOTE, color=SOFT)
        return y

    def _edges(self, block: Block) -> list[float]:
        """Where the cells of a row begin, and the end."""
        others = max(len(block.head) - 1, 1)
        first = _FIRST if others > 2 else 0.5 if others == 1 else 0.42  # noqa: PLR2004 - few columns leave room for names
        return [0.0, *(self.wide * (first + (1 - first) * at / others) for at in range(others + 1))]

    def _row(self, axes: Axes | None, cells: Sequence[tuple[Label, bool]], edges: list[float], y: float, color: str) -> float:
        low = y
        for at, (cell, bold) in enumerate(cells):
            left, right = edges[at], edges[at + 1]
            if at == 0 and color:
                self._swatch(axes, left, y, color)
            shift = (_SWATCH + 1.2) * self.size if at == 0 and color else 0.0
            low = max(
                low, self._text(axes, cell, left + shift, right - left - shift - _PAD, y + 0.35 * self.size, CELL, bold=bold)
            )
        return low + 0.45 * self.size

    def _text(
        self,
        axes: Axes | None,
        text: Label,
        x: float,
        wide: float,
        y: float,
        size: float,
        *,
        bold: bool = False,
        color: str = INK,
    ) -> float:
        """Write a text below ``y``; returns where it ends."""
        size *= self.size
        for line in wrapped(text.say(self.sheet.lang), size, wide, bold=bold):
            y += size * LEADING
            if axes is not None:
                style: dict[str, Any] = {"color": color, "va": "baseline", "parse_math": False, "size": self.sheet.points(size)}
                axes.text(x, self.box[3] - y + size * 0.32, line, weight="bold" if bold else "normal", **style)
        return y

    def _swatch(self, axes: Axes | None, x: float, y: float, color: str) -> None:
        from matplotlib.patches import Rectangle  # noqa: PLC0415 - a second to import

        if axes is None:
            return
        tall = 2.2 * self.size
        look: dict[str, Any] = {"facecolor": color, "edgecolor": SOFT, "linewidth": self.sheet.points(0.1)}
        axes.add_patch(Rectangle((x, self.box[3] - y - tall - 0.75 * self.size), _SWATCH * self.size, tall, **look))

    def _rule(self, axes: Axes | None, y: float, width: float) -> None:
        if axes is not None:
            high = self.box[3] - y
            axes.plot([0, self.wide], [high, high], color=SOFT, linewidth=self.sheet.points(width), clip_on=False)
