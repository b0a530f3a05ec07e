"""Indicators of different units on one scale, so that they can be weighed against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analyses._inputs import Floats, numbers, refuse_rows
from geo import PlanningDataError, lower_is_better, nearest_names

HOW = ("min_max", "rank", "max", "z_score")
_EQUAL = 1e-12


def standardised(
    indicators: pd.DataFrame,
    how: str = "min_max",
    *,
    directions: Mapping[str, int] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
) -> pd.DataFrame:
    """Scores of every indicator, the better the higher: 0 to 1, or around 0 for ``z_score``.

    Formula: min_max (x − min) / (max − min); rank (r − 1) / (n − 1), equals share their mean rank; max x / max; z_score
    (x − mean) / s; where less is better the score is turned round: 1 − s, or −z. Source: OECD & JRC 2008.

    ``indicators`` one row a station or zone, one column an indicator. ``directions`` +1 or −1 by indicator; what is not named
    counts as better when higher, except times and distances by their unit (``_min``, ``_m``, ``_km``, ``_s``). ``bounds`` by
    indicator: the values worth 0 and 1 in ``min_max`` instead of the least and the greatest here (a norm, a target, another set
    of stations), what lies outside counts as the bound. A column of equal numbers would be 0/0: refused unless it has bounds.
    Same index and columns. Errors: E-SCORE-01 (ids or names twice, nothing there), E-SCORE-02 (null, infinite, text),
    E-SCORE-03 (the same everywhere), E-SCORE-04 (option, direction, bounds), E-SCORE-05 (``max`` of numbers below 0).

    >>> import pandas as pd
    >>> table = pd.DataFrame({"people_per_ha": [0, 50, 200], "walk_min": [4, 8, 12]}, index=["A", "B", "C"])
    >>> standardised(table).to_dict("list")
    {'people_per_ha': [0.0, 0.25, 1.0], 'walk_min': [1.0, 0.5, 0.0]}
    """
    if how not in HOW:
        raise PlanningDataError("E-SCORE-04", "no such way to standardise.", seen=how, mend=nearest_names(str(how), HOW))
    table, bounds = _table(indicators), dict(bounds or {})
    signs = _signs(list(map(str, table)), directions or {}, bounds, how)
    flat = [str(name) for name in table if name not in bounds and np.ptp(table[name]) <= _EQUAL * np.abs(table[name]).max()]
    if flat:
        mend = "leave them out, they tell no two apart; or give bounds to judge them by."
        raise PlanningDataError("E-SCORE-03", "indicators are the same everywhere.", feature_ids=flat, mend=mend)
    if how == "max":
        below = (table < 0).any(axis=1)
        refuse_rows(below, "E-SCORE-05", "indicators are below 0: no share of a maximum.", 'use "min_max".')
    columns: dict[str, Floats] = {}
    for name, sign in signs.items():
        found = _scores(table[name], how, bounds.get(name))
        columns[name] = found if sign > 0 else -found if how == "z_score" else 1 - found
    return pd.DataFrame(columns, index=table.index)


def _scores(values: pd.Series, how: str, bound: tuple[float, float] | None) -> Floats:
    amounts = values.to_numpy()
    if how == "rank":
        return np.asarray((values.rank(method="average") - 1) / (len(values) - 1))
    if how == "max":
        return np.asarray(amounts / amounts.max())
    if how == "z_score":
        in_order = np.sort(amounts)  # the same mean for any order of rows
        return np.asarray((amounts - in_order.mean()) / in_order.std(ddof=1))
    low, high = bound or (amounts.min(), amounts.max())
    return np.asarray(np.clip((amounts - low) / (high - low), 0.0, 1.0))


def _table(indicators: pd.DataFrame) -> pd.DataFrame:
    twice = [*indicators.index[indicators.index.duplicated()], *indicators.columns[indicators.columns.duplicated()]]
    if twice or indicators.empty:
        mend = "one row a station, one column an indicator, each named once."
        raise PlanningDataError("E-SCORE-01", "names stand twice, or nothing is there.", feature_ids=twice, mend=mend)
    return numbers(indicators.rename(columns=str), "SCORE", "indicators")


def _signs(
    names: Sequence[str], directions: Mapping[str, int], bounds: Mapping[str, tuple[float, float]], how: str
) -> dict[str, int]:
    unknown = sorted((set(directions) | set(bounds)) - set(names), key=str)
    wrong = [name for name, sign in directions.items() if sign not in (1, -1)]
    wrong += [name for name, (low, high) in bounds.items() if not (np.isfinite([low, high]).all() and low < high)]
    if unknown or wrong or (bounds and how != "min_max"):
        mend = "directions are 1 or -1, bounds (worth 0, worth 1) ascending and for min_max, of columns that are there."
        raise PlanningDataError(
            "E-SCORE-04", "directions or bounds do not fit.", feature_ids=unknown or wrong, seen=how, mend=mend
        )
    return {name: directions.get(name, -1 if lower_is_better(name) else 1) for name in names}
