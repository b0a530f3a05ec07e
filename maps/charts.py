"""Charts for reports: Lorenz curves and decays, drawn with matplotlib, without time stamps: same input, same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import analyses
from analyses import Decay
from geo import LANGUAGES, Label, PlanningDataError, column_label, format_number, write_whole
from maps import palettes
from maps.paper import FONT
from maps.sheets import Pair

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DPI = 100
_STYLES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (6, 1.5, 1.5, 1.5)))  # curves stay apart in grey print too
_EQUAL = ("mọi người như nhau", "all have the same")
_PEOPLE = ("Tỷ lệ dân số cộng dồn, từ người tiếp cận kém nhất", "Cumulative share of people, worst off first")
_HELD = ("Tỷ lệ mức tiếp cận cộng dồn", "Cumulative share of access")
_MINUTES = ("Thời gian đi (phút)", "Travel time (min)")
_WEIGHT = ("Trọng số", "Weight")
_RIGHT = 1.0


def lorenz_chart(
    access: pd.DataFrame,
    population: pd.Series | None,
    path: str | Path,
    *,
    title: Pair | None = None,
    names: Mapping[str, Pair] | None = None,
    lang: str = "vi",
    size_px: tuple[int, int] = (820, 620),
) -> Path:
    """Write a PNG with a Lorenz curve for every column of ``access``, its Gini in the legend, and return its path.

    ``access``, ``population`` as in `analyses.lorenz`, one column a curve; ``names`` (Vietnamese, English) by column, its label
    where left out. Errors: those of `analyses.lorenz`; E-MAP-08 no such language, E-MAP-09 a name that does not end
    with .png, E-MAP-17 no column to draw.
    """

    def fill(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=palettes.INK, linewidth=0.9, label=_said(_EQUAL, lang))
        for look, name in zip(_looks(), map(str, access.columns), strict=False):
            curve = analyses.lorenz(access[name], population)
            gini = format_number(analyses.gini(access[name], population), lang, digits=2)
            called = _said((names or {}).get(name) or column_label(name), lang)
            axes.plot(curve["population_share"], curve["access_share"], label=f"{called} – Gini {gini}", **look)
        axes.set(xlim=(0, 1), ylim=(0, 1), xlabel=_said(_PEOPLE, lang), ylabel=_said(_HELD, lang))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")

    return _chart(path, fill, len(access.columns), title, lang, size_px)


def decay_chart(
    decays: Mapping[str, Decay],
    path: str | Path,
    *,
    up_to_min: int = 90,
    title: Pair | None = None,
    names: Mapping[str, Pair] | None = None,
    lang: str = "vi",
    size_px: tuple[int, int] = (820, 620),
) -> Path:
    """Write a PNG with the weight of every minute up to ``up_to_min`` by each decay, and return its path.

    ``decays`` by name, ``names`` (Vietnamese, English) for the legend. Errors: E-MAP-08 no such language, E-MAP-09 a name that
    does not end with .png, E-MAP-17 nothing to draw.
    """
    minutes = np.linspace(0, up_to_min, 4 * up_to_min + 1)

    def fill(axes: Axes) -> None:
        for look, (name, decay) in zip(_looks(), decays.items(), strict=False):
            axes.plot(minutes, decay(minutes), label=_said((names or {}).get(name, (name, name)), lang), **look)
        axes.set(xlim=(0, up_to_min), ylim=(0, 1.03), xlabel=_said(_MINUTES, lang), ylabel=_said(_WEIGHT, lang))
        axes.yaxis.set_major_formatter(lambda weight, _: format_number(weight, lang, digits=1))

    return _chart(path, fill, len(decays), title, lang, size_px)


def _chart(
    path: str | Path, fill: Callable[[Axes], None], count: int, title: Pair | None, lang: str, size_px: tuple[int, int]
) -> Path:
    if not str(path).lower().endswith(".png"):
        raise PlanningDataError("E-MAP-09", "a chart is a PNG.", file=path, mend="let the name end with .png.")
    if lang not in LANGUAGES:
        raise PlanningDataError("E-MAP-08", "no such language.", seen=lang, mend=f"choose one of {', '.join(LANGUAGES)}.")
    if not 0 < count <= len(palettes.QUALITATIVE) * len(_STYLES):
        mend = f"give 1 to {len(palettes.QUALITATIVE) * len(_STYLES)} curves."
        raise PlanningDataError("E-MAP-17", "no chart of so many curves.", seen=count, mend=mend)
    return write_whole(path, lambda part: _write(part, fill, None if title is None else _said(title, lang), size_px))


def _write(part: Path, fill: Callable[[Axes], None], title: str | None, size_px: tuple[int, int]) -> None:
    from matplotlib import rc_context  # noqa: PLC0415 - a second to import
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    with rc_context({"font.family": FONT, "font.size": 10}):
        figure = Figure(figsize=(size_px[0] / DPI, size_px[1] / DPI), dpi=DPI, facecolor="white", layout="tight")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        fill(axes)
        axes.grid(color="#e3e3de", linewidth=0.7)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=9)
        if title:
            axes.set_title(title, loc="left", fontsize=11, fontweight="bold", wrap=True)
        figure.savefig(part, format="png", metadata={"Software": None})


def _looks() -> Iterable[dict[str, Any]]:
    return [{"color": color, "linestyle": style, "linewidth": 2} for style in _STYLES for color in palettes.QUALITATIVE]


def _said(text: Pair | Label, lang: str) -> str:
    return Label(*text).say(lang)
