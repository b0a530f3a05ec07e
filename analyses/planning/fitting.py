"""Numbers made to add up: a table fitted to the totals of its rows and its columns, or amounts to those of several groupings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses._inputs import Floats, amounts_on
from geo import PlanningDataError

CLOSE, STEPS = 1e-9, 1000
_AGREE = 1e-6  # totals of two groupings may differ by so much of themselves: rounding of published figures

Grouping = tuple[NDArray[np.int64], Floats]  # group of every cell, total of every group


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fitted ``table``, after how many ``steps`` (over rows, then columns), and ``gap_pct``: how far the worst total is off.

    A fit that is not found is an error, so a `Fitted` has converged: ``gap_pct`` ≤ 1e-7.
    """

    table: pd.DataFrame
    steps: int
    gap_pct: float


def fit_to_totals(table: pd.DataFrame, rows: pd.Series, columns: pd.Series) -> Fitted:
    """The table with the totals of its rows and columns as given, and otherwise as near to itself as can be.

    Formula: x_ij ← x_ij R_i / Σ_j x_ij, then x_ij ← x_ij C_j / Σ_i x_ij, until |Σ_j x_ij − R_i| ≤ 1e-9 R_i. Source: Deming &
    Stephan 1940; Fienberg 1970 (iterative proportional fitting).

    ``table`` amounts of 0 or more; ``rows`` R on its index, ``columns`` C on its columns. A cell of 0 stays 0; cross products
    x_ij x_kl / (x_il x_kj) stay as they are. Errors: E-FIT-01 (ids of table and totals differ or stand twice), E-FIT-02 (null,
    infinite, negative), E-FIT-03 (totals of rows and columns add up to different sums), E-FIT-04 (a row or column of zeros with a
    total above 0), E-FIT-05 (no fit exists, or not within 1,000 rounds: the zeros forbid it).

    >>> import pandas as pd
    >>> seed = pd.DataFrame({"old": [1.0, 1.0], "young": [1.0, 3.0]}, index=["a", "b"])
    >>> fitted = fit_to_totals(seed, pd.Series({"a": 40, "b": 60}), pd.Series({"old": 50, "young": 50}))
    >>> fitted.table.round(3).to_dict("index")
    {'a': {'old': 26.411, 'young': 13.589}, 'b': {'old': 23.589, 'young': 36.411}}
    """
    cells = amounts_on(table.index, table, "FIT", "cells", of="rows")
    wanted = [
        amounts_on(index, totals.rename("total"), "FIT", f"totals of the {of}", of=of, all_of_them=True)["total"].to_numpy()
        for of, index, totals in (("rows", table.index, rows), ("columns", table.columns, columns))
    ]
    row, column = np.indices(cells.shape)
    fitted, steps, gap = raked(cells.to_numpy().ravel(), [(row.ravel(), wanted[0]), (column.ravel(), wanted[1])])
    return Fitted(pd.DataFrame(fitted.reshape(cells.shape), table.index, table.columns), steps, 100 * gap)


def raked(cells: Floats, groupings: Sequence[Grouping]) -> tuple[Floats, int, float]:
    """Cells fitted to the totals of every grouping in turn, the rounds it took, and the largest share a total is off.

    Errors: E-FIT-03 to -05 of `fit_to_totals`.
    """
    _check_sums([totals for _, totals in groupings])
    held, gap = np.array(cells, float), np.inf
    for group, totals in groupings:
        _check_zeros(_sums(held, group, len(totals)), totals)
    for step in range(1, STEPS + 1):
        before = gap
        for group, totals in groupings:
            sums = _sums(held, group, len(totals))
            held *= np.divide(totals, sums, out=np.zeros(len(totals)), where=sums > 0)[group]
        gap = max(_gap(_sums(held, group, len(totals)), totals) for group, totals in groupings)
        if gap <= CLOSE:
            return held, step, gap
        if not np.isfinite(gap) or (step > STEPS // 2 and gap > before * (1 - CLOSE)):
            break  # it no longer comes nearer
    mend = "the cells of 0 leave no table with these totals: give a small amount to cells that may grow."
    raise PlanningDataError("E-FIT-05", "no table with these totals was found.", seen=f"{100 * gap:.3g} % off", mend=mend)


def _sums(cells: Floats, group: NDArray[np.int64], count: int) -> Floats:
    return np.bincount(group, cells, minlength=count).astype(float)


def _gap(sums: Floats, totals: Floats) -> float:
    """The largest difference of a sum from its total, as a share of the total."""
    off = np.abs(sums - totals)
    return float(np.divide(off, totals, out=np.where(off > 0, np.inf, 0.0), where=totals > 0).max(initial=0.0))


def _check_sums(totals: Sequence[Floats]) -> None:
    sums = [float(np.sort(one).sum()) for one in totals]
    if max(sums) - min(sums) > _AGREE * max(sums):
        mend = "totals of all groupings must add up to the same sum; check which source is of another year or area."
        raise PlanningDataError("E-FIT-03", "totals contradict each other.", seen=sums, mend=mend)


def _check_zeros(sums: Floats, totals: Floats) -> None:
    empty = np.flatnonzero((sums <= 0) & (totals > 0))
    if len(empty):
        mend = "give these rows or columns a cell above 0, or a total of 0: a share of nothing is nothing."
        raise PlanningDataError("E-FIT-04", "totals above 0 where all cells are 0.", feature_ids=list(map(int, empty)), mend=mend)
