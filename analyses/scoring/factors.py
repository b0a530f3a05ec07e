"""How a factor's values become scores between 0 and 1, in zones and in cells alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, overload

import numpy as np
import pandas as pd

from analyses._inputs import Floats
from geo import PlanningDataError, Raster, nearest_names

METHODS = ("linear", "sigmoid", "trapezoid", "categories")
_CORNERS = 4


@dataclass(frozen=True)
class Factor:
    """What makes a place suitable: the weight of a factor and how its values are judged.

    ``weight`` share of all weights. ``method`` "linear" or "sigmoid" between the values ``worst`` (score 0) and ``best`` (score
    1): worst above best is a cost, below it a benefit; "trapezoid": ``corners`` of rising values that score 0, 1, 1, 0;
    "categories": ``scores`` {code or name: 0 … 1}. Errors: E-SUIT-01.
    """

    weight: float
    method: str = "linear"
    worst: float = np.nan
    best: float = np.nan
    corners: tuple[float, ...] = ()
    scores: Mapping[Any, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scores", MappingProxyType(dict(self.scores)))
        object.__setattr__(self, "corners", tuple(self.corners))
        if self.method not in METHODS:
            raise PlanningDataError("E-SUIT-01", "no such method.", seen=self.method, mend=nearest_names(self.method, METHODS))
        if not self._told() or not (np.isfinite(self.weight) and self.weight >= 0):
            mend = "worst and best; four rising corners (trapezoid); scores of 0 to 1 (categories); a weight of 0 or more."
            raise PlanningDataError("E-SUIT-01", "the factor is not fully told.", seen=self, mend=mend)

    def _told(self) -> bool:
        if self.method == "trapezoid":
            steps = np.diff(self.corners)
            return len(self.corners) == _CORNERS and bool(np.isfinite(self.corners).all() and (steps >= 0).all())
        if self.method == "categories":
            return bool(self.scores) and all(0 <= score <= 1 for score in self.scores.values())
        return bool(np.isfinite([self.worst, self.best]).all()) and self.worst != self.best

    def of(self, values: Floats) -> Floats:
        """Scores of numbers; null stays null, infinite is as far beyond as can be."""
        if self.method == "trapezoid":
            return self._corners(values)
        with np.errstate(invalid="ignore"):
            share = np.clip((values - self.worst) / (self.best - self.worst), 0.0, 1.0)
        return np.asarray(np.sin(np.pi / 2 * share) ** 2 if self.method == "sigmoid" else share)

    def _corners(self, values: Floats) -> Floats:
        a, b, c, d = self.corners
        rise = np.where(values >= b, 1.0, np.where(values <= a, 0.0, (values - a) / (b - a if b > a else 1.0)))
        fall = np.where(values <= c, 1.0, np.where(values >= d, 0.0, (d - values) / (d - c if d > c else 1.0)))
        return np.where(np.isnan(values), np.nan, np.minimum(rise, fall))


@overload
def standardise(values: pd.Series, factor: Factor) -> pd.Series: ...
@overload
def standardise(values: Raster, factor: Factor) -> Raster: ...
def standardise(values: pd.Series | Raster, factor: Factor) -> pd.Series | Raster:
    """Scores of 0 (worst) to 1 (best) by stated values, so that they mean the same in every study area.

    Formula: u = min(1, max(0, (x − worst) / (best − worst))); linear u, sigmoid sin²(π u / 2), trapezoid 0–1–1–0 at its corners,
    categories as given. Source: Malczewski 1999; Eastman 1999.

    ``values`` a Series (same index out) or a `geo.Raster` (same grid out); null and missing stay so, infinite minutes score as
    the worst. `standardised` does the same by the range of the values themselves. Errors: E-SUIT-02 (categories without score,
    with them named; text where numbers are needed).

    >>> import pandas as pd
    >>> minutes = pd.Series([5, 25, 60, float("inf")], index=list("abcd"))
    >>> standardise(minutes, Factor(1, worst=45, best=5)).tolist()
    [1.0, 0.5, 0.0, 0.0]
    """
    if isinstance(values, Raster):
        return Raster(values.grid, scored_cells(values.values, factor))
    if factor.method == "categories":
        known = values.map(dict(factor.scores))
        _refuse_unknown(values[known.isna() & values.notna()].unique(), factor)
        return known.astype(float)
    if not pd.api.types.is_numeric_dtype(values):
        raise PlanningDataError("E-SUIT-02", "values are no numbers.", seen=str(values.dtype), mend='use method "categories".')
    return pd.Series(factor.of(values.to_numpy(float, na_value=np.nan)), values.index, name=values.name)


def scored_cells(cells: Any, factor: Factor) -> Any:
    """Scores of a masked array."""
    missing = np.ma.getmaskarray(cells)
    if factor.method != "categories":
        return np.ma.array(factor.of(np.ma.getdata(cells).astype(float)), mask=missing)
    codes, place = np.unique(np.ma.getdata(cells)[~missing], return_inverse=True)
    _refuse_unknown([code.item() for code in codes if code.item() not in factor.scores], factor)
    out = np.zeros(cells.shape)
    out[~missing] = np.array([factor.scores[code.item()] for code in codes])[place] if len(codes) else 0.0
    return np.ma.array(out, mask=missing)


def _refuse_unknown(found: Any, factor: Factor) -> None:
    if len(found):
        mend = f"give each a score; there are scores for {', '.join(map(str, factor.scores))}."
        raise PlanningDataError("E-SUIT-02", "categories have no score.", feature_ids=list(found), mend=mend)
