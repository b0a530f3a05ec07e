"""Colours and class labels of an explorer's maps: made once from all cutoffs, so that they stay while the reader moves one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analyses import TravelTimes, opportunities_within
from geo import Label, column_unit
from maps import palettes, words
from maps.classes import class_labels, classify
from maps.explorer_times import NONE, Explored, Minutes
from maps.style import GAINED, NO_DATA, NOT_REACHED, Style

MINUTES = (10, 20, 30, 45, 60, 90, 120, 180)
SAVED = (5, 10, 20)  # minutes
USUAL_CUTOFF_MIN = 45
SHARES_LOOKED_AT = (1 / 3, 2 / 3, 1, 4 / 3, 5 / 3)  # of the usual cutoff
NEW_COLOR, OLD_COLOR = "#5e3c99", palettes.QUALITATIVE[3]  # neither on the ramp from faster to slower
FASTER, SLOWER = Label("nhanh hơn", "faster"), Label("chậm hơn", "slower")
_CLASSES, _CLASSES_OF_CHANGE = 6, 7
_SAMPLE = 1_001
Floats = npt.NDArray[np.float64]


def nearest(cutoffs: Sequence[int], wanted_min: float) -> int:
    """The cutoff nearest to the one wanted, the shorter of two."""
    return min(cutoffs, key=lambda cut: (abs(cut - wanted_min), cut))


def minutes_look(limit_min: int) -> dict[str, Any]:
    """Minutes from or to a zone: dark is near."""
    name = "travel_time_min"
    breaks = [cut for cut in MINUTES if cut < limit_min]
    look = classify(pd.Series(np.arange(limit_min + 1.0), name=name), scheme=breaks)
    return told(look, {NOT_REACHED: (palettes.NOT_REACHED_COLOR, words.NOT_REACHED)})


def saved_look(limit_min: int) -> dict[str, Any]:
    """Minutes after − before: faster, the same, slower; and what is reached on one side only."""
    half = 0.5
    sides = [cut for cut in SAVED if cut < limit_min]
    breaks = (*(-cut - half for cut in reversed(sides)), -half, half, *(cut + half for cut in sides))
    zero = len(sides) + 1
    labels = class_labels(breaks, np.arange(-limit_min, limit_min + 1.0), 0, signed=True, zero_at=zero)
    said = [
        text if at == zero else _with(text, FASTER if at < zero else SLOWER)  # the sign alone is misread too easily
        for at, text in enumerate(labels)
    ]
    colors = palettes.diverging(zero, zero, reverse=True)
    look = Style(
        column="travel_time_min_change", breaks=breaks, colors=colors, labels=tuple(said), unit=column_unit("travel_time_min")
    )
    odd = {
        GAINED: (NEW_COLOR, words.GAINED),
        NOT_REACHED: (OLD_COLOR, words.LOST),
        NO_DATA: (palettes.NO_DATA_COLOR, words.NOT_REACHED),
    }
    return told(look, odd)


def _with(text: Label, word: Label) -> Label:
    return Label(f"{text.vi} ({word.vi})", f"{text.en} ({word.en})")


def reached_looks(whole: Explored, name: str, population: str, cutoffs: Sequence[int]) -> dict[str, dict[str, Any]]:
    """``within`` and ``change`` of the opportunities in column ``name``: classes of about as many people each.

    Both directions and cutoffs round the first one are looked at together.
    """
    some = sorted({nearest(cutoffs, USUAL_CUTOFF_MIN * share) for share in SHARES_LOOKED_AT})
    column = f"{name}_within_{some[0]}min"
    people = np.repeat(whole.zones[population].to_numpy(float), len(some))
    people = np.concatenate([people, people])
    sums = [_sums(matrix, whole.zones[name], some) for matrix in whole.minutes]
    looks = {"within": told(_amounts(np.concatenate(sums), np.concatenate([people] * len(sums)), column))}
    if len(sums) > 1:
        change = pd.Series(np.append(_typical(sums[1] - sums[0], people), 0.0), name=f"{column}_change")
        looks["change"] = told(classify(change, k=_CLASSES_OF_CHANGE))
    return looks


def _sums(matrix: Minutes, amounts: pd.Series, cutoffs: Sequence[int]) -> Floats:
    minutes = np.where(matrix == NONE, np.inf, matrix).astype(np.float32)
    both = [TravelTimes(one[None], amounts.index, amounts.index) for one in (minutes, minutes.T)]
    return np.concatenate([opportunities_within(times, amounts, cutoffs).to_numpy(float).ravel() for times in both])


def _typical(values: Floats, people: Floats) -> Floats:
    """Values other than 0 that stand for equally many people each, the least and the greatest among them."""
    some = values != 0
    values, people = values[some], people[some]
    if not people.sum() > 0:
        return values
    order = np.argsort(values, kind="stable")
    place = np.cumsum(people[order]) / people.sum()
    return values[order][np.minimum(np.searchsorted(place, np.linspace(0, 1, _SAMPLE)), len(order) - 1)]


def _amounts(values: Floats, people: Floats, column: str) -> Style:
    """None at all is a class of its own."""
    some = pd.Series(_typical(values, people), name=column)
    breaks = classify(some, k=_CLASSES).breaks
    return classify(pd.Series(np.append(some, 0.0), name=column), scheme=[0.0, *breaks] if len(some) else [])


def told(look: Style, odd: dict[int, tuple[str, Label]] | None = None) -> dict[str, Any]:
    """A look as the page reads it."""
    return {
        "breaks": look.breaks,
        "colors": look.colors,
        "labels": look.labels,
        "unit": look.unit,
        "digits": look.decimals,
        "odd": {code: list(pair) for code, pair in (odd or {}).items()},
    }
