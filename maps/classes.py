"""From a column to a style: class breaks, palette and legend labels."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import (
    Label,
    PlanningDataError,
    column_digits,
    column_unit,
    format_number,
    is_change,
    lower_is_better,
    magnitude_digits,
    nearest_names,
)
from maps import palettes, words
from maps.style import Style, numbers

Scheme = str | Sequence[float]
SCHEMES = ("quantiles", "equal", "natural")
MAX_CATEGORIES = 8
MAX_CLASSES = 12
NATURAL_SAMPLE = 1_000  # natural breaks look at no more sorted values than this
SMALL = 10
MOVED = 0.05  # share of the values that rounding a break may put into the next class
NEAR = 0.02  # share of the range by which rounding may move an equal break
Numbers = npt.NDArray[np.float64]


def classify(values: pd.Series, *, scheme: Scheme = "quantiles", k: int = 5, palette: str | Sequence[str] | None = None) -> Style:
    """The style of a column: numbers in classes, text and yes/no in categories. The series' name tells label and unit."""
    if pd.api.types.is_bool_dtype(values.dtype) or not pd.api.types.is_numeric_dtype(values.dtype):
        return categories(values, palette=palette)
    name = str(values.name)
    known = numbers(values)
    known = known[np.isfinite(known)]
    decimals = decimals_of(name, known)
    change = is_change(name)
    common: dict[str, Any] = {"column": name, "unit": column_unit(name), "decimals": decimals, "change": change}
    known = np.round(known, decimals)
    if not known.size:
        return Style(**common, colors=palettes.sequential(1), labels=(Label("", ""),))
    if not 1 <= k <= MAX_CLASSES:
        raise PlanningDataError("E-MAP-06", f"{k} classes can not be told apart.", mend=f"choose k from 1 to {MAX_CLASSES}.")
    step = 10.0**-decimals
    if isinstance(scheme, str) and (change or (known.min() < 0 < known.max())):
        breaks, below = _breaks_round_zero(known, scheme, k, step)
        colors = palettes.diverging(below, len(breaks) - below, reverse=lower_is_better(name), **_ramp_name(palette))
        labels = class_labels(breaks, known, decimals, signed=True, zero_at=below)
    else:
        breaks = _breaks(known, scheme, k, step)
        colors = palettes.sequential(len(breaks) + 1, reverse=lower_is_better(name), **_ramp_name(palette))
        labels = class_labels(breaks, known, decimals)
    if palette is not None and not isinstance(palette, str):
        colors = tuple(palette)
    return Style(**common, breaks=breaks, colors=colors, labels=labels, descending=lower_is_better(name) and not change)


def categories(values: pd.Series, *, palette: str | Sequence[str] | None = None) -> Style:
    """The style of a text column: one colour a value, the rarest together as "other" when there are more than eight."""
    count = values.dropna().value_counts()
    found = sorted(count.index, key=lambda value: (_rank(value), -int(count[value]), str(value)))
    if len(found) > MAX_CATEGORIES:
        kept = sorted(found, key=lambda value: (-int(count[value]), str(value)))[: MAX_CATEGORIES - 1]
        found = [value for value in found if value in kept] + [None]  # None stands for all others
    own = [palettes.QUALITATIVE[-1] if value is None else words.COLORS.get(str(value)) for value in found]
    free = itertools.cycle([color for color in palettes.QUALITATIVE if color not in own])
    colors = [color or next(free) for color in own]
    if palette is not None and not isinstance(palette, str):
        colors = list(palette)
    labels = tuple(words.OTHER if value is None else words.value_label(value) for value in found)
    if not found:
        return Style(column=str(values.name), labels=(Label("", ""),))
    return Style(column=str(values.name), categories=tuple(found), colors=tuple(colors), labels=labels)


def decimals_of(name: str, known: Numbers) -> int:
    """Decimals to show of a column: its unit's, more where the values would vanish, none for whole numbers."""
    known = known[np.isfinite(known)]
    if not known.size or (known == np.rint(known)).all():
        return 0
    largest = float(np.abs(known).max())
    by_size = magnitude_digits(largest)
    by_unit = column_digits(name)
    if by_unit is None:
        return by_size
    return max(by_unit, by_size - 1) if largest < SMALL else by_unit


def class_labels(
    breaks: tuple[float, ...], known: Numbers, decimals: int, *, signed: bool = False, zero_at: int | None = None
) -> tuple[Label, ...]:
    """What each class holds, in both languages; bounds are values that occur on the rounded scale, so classes never overlap."""
    step = 10.0**-decimals
    low, high = float(known.min()), float(known.max())
    tops = [*_floored(breaks, step), None]
    values = np.unique(known)
    alone = len(values) == len(tops) and (np.searchsorted(breaks, values) == np.arange(len(tops))).all()  # one value a class
    labels = []
    for at, top in enumerate(tops):
        if at == zero_at:
            labels.append(words.NO_CHANGE)
            continue
        if alone:
            labels.append(Label(*(format_number(values[at], lang, digits=decimals, signed=signed) for lang in Label._fields)))
            continue
        bottom = None if at == 0 else (tops[at - 1] or 0.0) + step
        one_value = (
            (bottom, top) if None not in (bottom, top) else (low if bottom is None else bottom, high if top is None else top)
        )
        labels.append(Label(*(_range(bottom, top, one_value, decimals, lang, signed=signed) for lang in Label._fields)))
    return tuple(labels)


def _range(bottom: float | None, top: float | None, reach: tuple[Any, Any], decimals: int, lang: str, *, signed: bool) -> str:
    def say(value: float) -> str:
        return format_number(value, lang, digits=decimals, signed=signed)

    if say(reach[0]) == say(reach[1]):
        return say(reach[0])
    if bottom is None:
        return f"≤ {say(top)}" if top is not None else f"{say(reach[0])} – {say(reach[1])}"
    return f"≥ {say(bottom)}" if top is None else f"{say(bottom)} – {say(top)}"


def _floored(breaks: tuple[float, ...], step: float) -> list[float]:
    return [float(np.floor(cut / step + 1e-9) * step) for cut in breaks]


def _breaks(known: Numbers, scheme: Scheme, k: int, step: float) -> tuple[float, ...]:
    if not isinstance(scheme, str):
        return tuple(float(cut) for cut in scheme)
    unique = np.unique(known)
    if scheme in SCHEMES and len(unique) <= max(k, 6) and k > 1:
        return tuple(float(cut) for cut in unique[:-1])
    raw = _raw_breaks(known, scheme, k)
    return _round(raw, known, scheme, step)


def _breaks_round_zero(known: Numbers, scheme: str, k: int, step: float) -> tuple[tuple[float, ...], int]:
    """Breaks mirrored on zero, zero itself a class; and the number of classes below it."""
    size = np.abs(known[known != 0])
    below, above = bool((known < 0).any()), bool((known > 0).any())
    per_side = max(1, k // 2 if below and above else k - 1)
    sides: tuple[float, ...] = ()
    if size.size:
        unique = np.unique(size)
        few = len(unique) <= per_side
        sides = tuple(unique[:-1]) if few else _round(_raw_breaks(size, scheme, per_side), size, scheme, step)
    minus = tuple(-cut - step / 2 for cut in reversed(sides)) if below else ()
    plus = sides if above else ()
    breaks = (*minus, *((-step / 2,) if below else ()), *((step / 2,) if above else ()), *plus)
    return tuple(float(cut) for cut in breaks), len(minus) + int(below)


def _raw_breaks(known: Numbers, scheme: str, k: int) -> Numbers:
    if scheme == "quantiles":
        return np.quantile(known, np.arange(1, k) / k)
    if scheme == "equal":
        return np.linspace(known.min(), known.max(), k + 1)[1:-1]
    if scheme == "natural":
        return _natural_breaks(np.sort(known), k)
    raise PlanningDataError(
        "E-MAP-06",
        "no such scheme of classes.",
        seen=scheme,
        mend=nearest_names(scheme, SCHEMES) + " Or give the breaks as a list.",
    )


def _natural_breaks(ordered: Numbers, k: int) -> Numbers:
    """The upper bounds that leave the least spread within classes: Fisher (1958), exact on an even sample of the sorted values.

    Dynamic programme over ``least[j]``, the least sum of squares of the first j values in so many classes; O(k n^2).
    """
    sample = ordered[np.unique(np.linspace(0, len(ordered) - 1, min(len(ordered), NATURAL_SAMPLE)).astype(int))]
    centred, size = sample - sample.mean(), len(sample)
    total, squares = (np.r_[0.0, np.cumsum(power)] for power in (centred, centred**2))
    start, end = np.ogrid[0 : size + 1, 0 : size + 1]
    count = np.maximum(end - start, 1)
    spread = squares[None, :] - squares[:, None] - (total[None, :] - total[:, None]) ** 2 / count
    spread = np.where(end > start, spread, np.inf)
    least, cuts = spread[0], []
    for _ in range(min(k, size) - 1):
        through = least[:, None] + spread
        cuts.append(through.argmin(axis=0))
        least = through.min(axis=0)
    at = size
    ends: list[int] = []
    for cut in reversed(cuts):
        at = int(cut[at])
        ends.append(at - 1)
    return np.unique(sample[ends])


def _round(raw: Numbers, known: Numbers, scheme: str, step: float) -> tuple[float, ...]:
    """Breaks with as few figures as leave (nearly) every value in its class; none that would leave an outer class empty."""
    raw = np.unique(raw)
    moved = 0.0 if scheme == "natural" else MOVED  # natural breaks stand in gaps: no value may cross
    meant = np.searchsorted(raw, known)
    cuts = raw
    for figures, up in itertools.product(range(1, 9), (False, True)):
        cuts = np.array([_figures(cut, figures, step, up=up) for cut in raw])
        shift = np.abs(cuts - raw).max(initial=0) / np.ptp(known) if scheme == "equal" and np.ptp(known) else 0.0
        if (np.diff(cuts) > 0).all() and shift <= NEAR and np.mean(np.searchsorted(cuts, known) != meant) <= moved:
            break
    return tuple(float(cut) for cut in np.unique(cuts) if known.min() <= cut < known.max())


def _figures(value: float, figures: int, step: float, *, up: bool) -> float:
    if value == 0:
        return 0.0
    digits = figures - 1 - int(np.floor(np.log10(abs(value))))
    unit = max(10.0**-digits, step)
    steps = np.round(value / unit, 6)
    return float(np.round((np.ceil(steps) if up else np.round(steps)) * unit, 9))


def _rank(value: object) -> int:
    return words.ORDER.index(str(value)) if str(value) in words.ORDER else -1


def _ramp_name(palette: str | Sequence[str] | None) -> dict[str, str]:
    return {"name": palette} if isinstance(palette, str) else {}
