"""What is told of a number found at many places where a station may stand: low, middle, high."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from analyses._inputs import Floats
from geo import Label

PERCENTILES = (10, 50, 90)
HELD, SURE = 0.8, 0.95  # the share of places between p10 and p90; how sure the range is to hold it


def low_middle_high(values: Floats) -> Floats:
    """Low, middle and high [3, row] of values [row, draw]: p10 and p90 on the safe side, and the median.

    Formula: the r-th smallest and largest of n, r the greatest with P(Beta(n + 1 − 2r, 2r) ≥ 0.8) ≥ 0.95. Source: Wilks 1941
    (tolerance limits without a distribution).

    Between the plain p10 and p90 of 200 drawn places lie 80 % of all places on average, so half the time fewer. This range holds
    80 % with 95 % confidence; with more draws it comes down to p10 and p90. Infinite minutes ("not reached") sort last.
    """
    count = values.shape[1]
    rank = held_rank(count)
    ordered = np.sort(values, axis=1)
    middle = ordered[:, int(np.ceil(count / 2)) - 1]
    return np.stack([ordered[:, rank - 1], middle, ordered[:, count - rank]])


@cache
def held_rank(count: int) -> int:
    """The rank r of `low_middle_high`; 1 where even the smallest and the largest can not be so sure."""
    ranks = np.arange(1, count // 10 + 1)
    sure = beta.sf(HELD, count + 1 - 2 * ranks, 2 * ranks) >= SURE
    return int(ranks[sure].max(initial=1))


def ranges(values: Floats, known: NDArray[np.bool_]) -> dict[str, Floats]:
    """Columns ``p10 p50 p90`` of values [row, draw], null where nothing can be said."""
    told = np.where(known, low_middle_high(values), np.nan)
    return {f"p{percent}": row for percent, row in zip(PERCENTILES, told, strict=True)}


def range_columns(name: str, values: Floats | None) -> dict[str, float]:
    """``<name>_p10 _p50 _p90`` of one number's values [draw], null where there are none."""
    ends = np.full(3, np.nan) if values is None else low_middle_high(values[None])[:, 0]
    return {f"{name}_p{percent}": float(value) for percent, value in zip(PERCENTILES, ends, strict=True)}


def reason_columns(reason: Label) -> dict[str, str]:
    """Why nothing can be said, in both languages."""
    return {"reason_vi": reason.vi, "reason_en": reason.en}
