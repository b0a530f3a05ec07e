"""Colours that stay apart for colour-blind readers and in grey print. All are ``#rrggbb``.

Sequential ramps run light to dark through blue-green; the diverging ramp is brown to teal over a light grey middle; the
qualitative set is that of Okabe and Ito (2008), darkened where it would vanish on a light ground.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from geo import PlanningDataError, nearest_names

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")

SEQUENTIAL = {
    "blues": ("#edf3d6", "#c3e2b9", "#86cbbd", "#48a9bf", "#2f7db3", "#2a4f97", "#1c2c62"),
    "greens": ("#eef4dc", "#cfe6b4", "#9fd193", "#63b37c", "#34906c", "#1d6a5a", "#114645"),
    "heat": ("#fdf1d0", "#fbd69a", "#f6b267", "#e98548", "#cf5a3c", "#a23435", "#6a1c2c"),
}
DIVERGING = {"brown_teal": ("#6d3f0c", "#b5772d", "#e3c68f", "#ebebe6", "#a5d5cc", "#3f9a90", "#0b5a51")}
QUALITATIVE = ("#3b7dba", "#e08214", "#2f8f6b", "#b3508f", "#5b4217", "#59a8d6", "#c2452d", "#6f6f6f")

INK = "#26323d"
ACCENT = "#14507a"
NO_DATA_COLOR = "#c4c4c0"
NOT_REACHED_COLOR = "#ece9e1"
LOST_COLOR = "#3d2205"
GAINED_COLOR = "#04332d"


def sequential(count: int, name: str = "blues", *, reverse: bool = False) -> tuple[str, ...]:
    """``count`` colours from light to dark, or dark to light."""
    ramp = _ramp(_named(name, SEQUENTIAL), np.linspace(0.08, 0.94, count) if count > 1 else np.array([0.6]))
    return ramp[::-1] if reverse else ramp


def diverging(below: int, above: int, name: str = "brown_teal", *, reverse: bool = False) -> tuple[str, ...]:
    """``below`` colours for losses, the middle one for no change, ``above`` for gains, in equal steps."""
    steps = max(below, above)
    places = 0.5 + 0.5 * np.arange(-below, above + 1) / steps if steps else np.array([0.5])
    colors = _named(name, DIVERGING)
    return _ramp(colors[::-1] if reverse else colors, places)


def check_colors(colors: tuple[str, ...]) -> tuple[str, ...]:
    """The colours, or PlanningDataError E-MAP-05 when one is not ``#rrggbb``."""
    for color in colors:
        if not COLOUR.fullmatch(color):
            raise PlanningDataError("E-MAP-05", "a colour is not #rrggbb.", seen=color, mend="write it with six hex digits.")
    return colors


def _named(name: str, ramps: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if name not in ramps:
        raise PlanningDataError("E-MAP-05", "no such palette.", seen=name, mend=nearest_names(name, ramps))
    return ramps[name]


def _ramp(colors: tuple[str, ...], places: np.ndarray) -> tuple[str, ...]:
    anchors = np.array([[int(color[at : at + 2], 16) for at in (1, 3, 5)] for color in colors], float)
    at = np.linspace(0, 1, len(colors))
    mixed = np.column_stack([np.interp(places, at, channel) for channel in anchors.T])
    return tuple("#" + "".join(f"{round(channel):02x}" for channel in color) for color in mixed)
