"""How a layer is drawn: one frozen value that drives the web map, its legend and the static picture alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from geopandas import GeoDataFrame

from geo import Label, PlanningDataError
from maps import palettes, words

NO_DATA = 255  # class codes beside those of the style
NOT_REACHED = 254  # plus infinity: reached in no time, or no longer
EMPTY_CELL = 252  # a cell outside the data of a raster: drawn as nothing
GAINED = 253  # minus infinity in a change: reached now, not before

PLANNED = 1  # bits of a feature's mark
BUILDING = 2
SCHEMATIC = 4
SUPERSEDED = 8
LONG_TERM = 16  # after the plan's period: by the norm dashed, in its class's full colour
SCHEMATIC_FROM_M = 1_000  # a position less exact than this is shown as schematic

NO_UNIT = Label("", "")
PLANNED_STATUS = ("planned", "proposed", "concept")
LONG_TERM_STATUS = "long_term"
LONG_TERM_EDGE, LONG_TERM_PX = "#1d2730", 1.6  # dashes round areas; shapes.js has the same


@dataclass(frozen=True)
class Style:
    """Which column is shown and how: by ``breaks`` (upper bounds), by ``categories``, or all features alike.

    ``widths`` in px, one a class (lines) or one for all; ``radius`` in px (points); ``outline_px`` round polygons and points.
    ``decimals``: values are rounded so before they are put into classes, so that a tooltip never contradicts its colour.
    ``descending``: draw low classes last, on top (nested isochrones). ``arrows``: lines end in a head (flows). ``aci``: colour
    number of each class in drawings (DXF), where a rule gives one.
    """

    column: str | None = None
    breaks: tuple[float, ...] = ()
    categories: tuple[object, ...] = ()
    colors: tuple[str, ...] = (palettes.ACCENT,)
    labels: tuple[Label, ...] = ()
    unit: Label = NO_UNIT
    decimals: int = 0
    change: bool = False
    descending: bool = False
    fill: bool = True
    outline: str = "#ffffff"
    outline_px: float = 0.6
    widths: tuple[float, ...] = (2.0,)
    radius: float = 4.5
    opacity: float = 0.85
    arrows: bool = False
    aci: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        wanted = len(self.categories) or len(self.breaks) + 1
        if len(self.colors) != wanted:
            raise PlanningDataError(
                "E-MAP-05",
                f"{wanted} classes and {len(self.colors)} colours do not fit.",
                mend="give one colour a class: breaks are one fewer than classes.",
            )
        palettes.check_colors((*self.colors, self.outline))
        if list(self.breaks) != sorted(set(self.breaks)):
            raise PlanningDataError("E-MAP-05", "breaks do not rise.", seen=self.breaks, mend="write them in rising order.")

    def codes(self, frame: GeoDataFrame, column: str | None = None) -> npt.NDArray[np.uint8]:
        """The class code of every row by ``column`` (default: the style's own): its class or an odd one."""
        column = column or self.column
        if column is None:
            return np.zeros(len(frame), np.uint8)
        return self._category_codes(frame[column]) if self.categories else self.codes_of(numbers(frame[column]))

    def codes_of(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
        """The class codes of loose numbers: the class, or NO_DATA, NOT_REACHED, GAINED."""
        rounded = np.round(values, self.decimals)
        codes = np.searchsorted(self.breaks, rounded, side="left").astype(np.uint8)
        codes[np.isnan(values)] = NO_DATA
        codes[values == np.inf] = NOT_REACHED
        codes[values == -np.inf] = GAINED if self.change else NO_DATA
        return codes

    def _category_codes(self, values: pd.Series) -> npt.NDArray[np.uint8]:
        known = {category: code for code, category in enumerate(self.categories)}
        other = known.get(None, NO_DATA)
        return np.array(
            [NO_DATA if gone else known.get(value, other) for value, gone in zip(values, values.isna(), strict=True)], np.uint8
        )

    def legend(self, codes: npt.NDArray[np.uint8]) -> list[tuple[int, str, Label, int]]:
        """Rows of the legend: class code, colour, label, number of features; odd classes only where they occur."""
        count = np.bincount(codes, minlength=256)
        labels = self.labels or (Label("", ""),) * len(self.colors)
        rows = [(code, color, labels[code], int(count[code])) for code, color in enumerate(self.colors)]
        odd = [(code, color, label, int(count[code])) for code, (color, label) in self.odd().items()]
        return [row for row in rows if row[3] or row[2].vi or not self.column] + [row for row in odd if row[3]]

    def odd(self) -> dict[int, tuple[str, Label]]:
        """Colour and label of the classes that are no numbers."""
        far = (palettes.LOST_COLOR, words.LOST) if self.change else (palettes.NOT_REACHED_COLOR, words.NOT_REACHED)
        return {
            GAINED: (palettes.GAINED_COLOR, words.GAINED),
            NOT_REACHED: far,
            NO_DATA: (palettes.NO_DATA_COLOR, words.NO_DATA),
        }

    def color(self, code: int) -> str:
        """The colour of a class code."""
        return self.colors[code] if code < len(self.colors) else self.odd()[code][0]

    def width(self, code: int) -> float:
        """The line width of a class code in px."""
        return self.widths[min(code, len(self.widths) - 1)]


def numbers(values: Any) -> npt.NDArray[np.float64]:
    """A column of numbers as floats, missing as NaN."""
    return np.asarray(values.to_numpy(dtype=float, na_value=np.nan), float)


def marks(frame: GeoDataFrame) -> npt.NDArray[np.uint8]:
    """How certain each feature is, as bits PLANNED, BUILDING, SCHEMATIC, SUPERSEDED, LONG_TERM.

    From the columns ``status`` and ``schematic``; without the latter a position is schematic where ``synthetic`` says so or
    ``accuracy_m`` is SCHEMATIC_FROM_M or worse.
    """
    marked = np.zeros(len(frame), np.uint8)
    if "status" in frame:
        status = frame["status"].astype(str)
        marked |= np.where(status.isin(PLANNED_STATUS), PLANNED, 0).astype(np.uint8)
        marked |= np.where(status == "under_construction", BUILDING, 0).astype(np.uint8)
        marked |= np.where(status == "superseded", SUPERSEDED, 0).astype(np.uint8)
        marked |= np.where(status == LONG_TERM_STATUS, LONG_TERM, 0).astype(np.uint8)
    return marked | np.where(_vague(frame), SCHEMATIC, 0).astype(np.uint8)


def _vague(frame: GeoDataFrame) -> npt.NDArray[np.bool_]:
    if "schematic" in frame:
        return _true(frame["schematic"])
    vague = _true(frame["synthetic"]) if "synthetic" in frame else np.zeros(len(frame), bool)
    return vague | (numbers(frame["accuracy_m"]) >= SCHEMATIC_FROM_M) if "accuracy_m" in frame else vague


def _true(values: Any) -> npt.NDArray[np.bool_]:
    return np.array([one is True or one is np.True_ for one in values], bool)
