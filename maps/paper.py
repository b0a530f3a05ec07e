"""A sheet of paper as a PDF: sizes, frame, axes in millimetres, texts that wrap. What maps and strip maps are printed on.

Lengths on a sheet are in units of an A3 drawing's millimetres and grow with the paper, so that an A0 on the wall reads as an A3
on the table. Everything is vector and fonts are embedded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo import LANGUAGES, PlanningDataError, nearest_names, write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MM = 25.4
PAPERS = {"A4": (297, 210), "A3": (420, 297), "A2": (594, 420), "A1": (841, 594), "A0": (1189, 841)}
EDGE, BINDING, GAP = 8.0, 20.0, 3.0
INK, SOFT, PALE = "#1d2730", "#5d6870", "#eef0f1"
FONT = "DejaVu Sans"
LEADING = 1.32
_A3_MM = 420
_STEPS = (1, 2, 2.5, 5)
_FIXED = {"pdf.fonttype": 42, "font.family": FONT, "hatch.linewidth": 0.35, "hatch.color": SOFT}


class Sheet:
    """One sheet with its frame: ``unit`` its millimetres a unit of the layout, ``wide`` and ``high`` in units."""

    def __init__(self, figure: Figure, paper: str, lang: str) -> None:
        wide, high = PAPERS[paper]
        self.figure, self.lang, self.unit = figure, lang, wide / _A3_MM
        self.wide, self.high = wide / self.unit, high / self.unit
        self.frame(BINDING, EDGE, self.wide - EDGE, self.high - EDGE, 0.7)

    def axes(self, left: float, bottom: float, wide: float, high: float) -> Axes:
        """Axes over a box of the sheet, without ticks."""
        axes = self.figure.add_axes((left / self.wide, bottom / self.high, wide / self.wide, high / self.high))
        axes.set_axis_off()
        return axes

    def frame(self, left: float, bottom: float, right: float, top: float, width: float) -> None:
        """A box drawn on the sheet, its line ``width`` units wide."""
        from matplotlib.patches import Rectangle  # noqa: PLC0415 - a second to import

        box = (left / self.wide, bottom / self.high), (right - left) / self.wide, (top - bottom) / self.high
        edge: dict[str, Any] = {"fill": False, "edgecolor": INK, "linewidth": self.points(width)}
        self.figure.add_artist(Rectangle(*box, transform=self.figure.transFigure, **edge))

    def points(self, size: float) -> float:
        """A length of the layout in points of print."""
        return points(size, self.unit)


def write_pdf(path: str | Path, paper: str, lang: str, title: str, fill: Callable[[Sheet], None]) -> Path:
    """Write one sheet that ``fill`` draws on; same input, same bytes. Errors: E-PRINT-01 no such paper, E-MAP-08 the language."""
    return write_pages(path, paper, lang, title, [fill])


def write_pages(path: str | Path, paper: str, lang: str, title: str, fills: Sequence[Callable[[Sheet], None]]) -> Path:
    """Write several sheets into one PDF, each drawn by one of ``fills``. Errors: those of `write_pdf`."""
    if paper not in PAPERS:
        raise PlanningDataError("E-PRINT-01", "no such paper.", seen=paper, mend=nearest_names(paper, PAPERS))
    if lang not in LANGUAGES:
        raise PlanningDataError("E-MAP-08", "no such language.", seen=lang, mend=f"choose one of {', '.join(LANGUAGES)}.")
    return write_whole(path, lambda part: _write(part, paper, lang, title, fills))


def _write(part: Path, paper: str, lang: str, title: str, fills: Sequence[Callable[[Sheet], None]]) -> None:
    from matplotlib import rc_context  # noqa: PLC0415 - a second to import
    from matplotlib.backends.backend_pdf import PdfPages  # noqa: PLC0415

    about = {"Title": title, "Creator": "innoregion", "Producer": "matplotlib", "CreationDate": None}
    with rc_context(_FIXED), PdfPages(part, metadata=about) as pages:  # type: ignore[arg-type]
        for fill in fills:
            figure = blank(paper)
            fill(Sheet(figure, paper, lang))
            pages.savefig(figure)


def blank(paper: str) -> Figure:
    """An empty figure of the paper's size."""
    from matplotlib.backends.backend_pdf import FigureCanvasPdf  # noqa: PLC0415 - a second to import
    from matplotlib.figure import Figure  # noqa: PLC0415

    wide, high = PAPERS[paper]
    figure = Figure(figsize=(wide / MM, high / MM), facecolor="white")
    FigureCanvasPdf(figure)
    return figure


def points(size: float, unit: float) -> float:
    """A length of the layout, also the size of a font, in points of print."""
    return size * unit * 72 / MM


def wrapped(text: str, size: float, wide: float, *, bold: bool = False) -> list[str]:
    """The text in lines no wider than ``wide`` for a font of ``size``; a word that is wider is broken."""
    lines, line = [], ""
    for word in text.split():
        rest = word
        while rest:
            joined = f"{line} {rest}" if line else rest
            if text_width(joined, bold=bold) * size <= wide:
                line, rest = joined, ""
            elif line:
                lines.append(line)
                line = ""
            else:
                cut = next((n for n in range(len(rest), 1, -1) if text_width(rest[:n], bold=bold) * size <= wide), 1)
                lines.append(rest[:cut])
                rest = rest[cut:]
    return [*lines, line] if line else lines


def round_down(value: float) -> float:
    """The greatest of 1, 2, 2.5 and 5 times a power of ten that is not above the value: steps of grids and scale bars."""
    power = 10.0 ** math.floor(math.log10(value))
    return max(step for step in _STEPS if step * power <= value) * power


@lru_cache(maxsize=16384)
def text_width(text: str, *, bold: bool = False) -> float:
    """Width of a text for a font size of 1."""
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415 - a second to import
    from matplotlib.textpath import text_to_path  # noqa: PLC0415

    font = FontProperties(family=FONT, size=100, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]) / 100
