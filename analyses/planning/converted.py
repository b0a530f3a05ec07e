"""People who are there without living there: workers, students, guests, counted at a part of a resident (dân số quy đổi)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analyses._inputs import amounts_on
from geo import PlanningDataError, nearest_names

_DAYS = 365.0
STAYS = "stays"


def converted_population(
    residents: pd.Series, groups: pd.DataFrame, factors: pd.DataFrame | Mapping[str, float], *, stay_days: float | None = None
) -> pd.DataFrame:
    """Residents with everybody else who uses the place, each group at its factor: what services and land are planned for.

    Formula: N = N_res + Σ_k f_k n_k; of guests who stay under six months N_0 = 2 N_t m / 365, N_t stays a year of m days. Source:
    the rule for temporary residents of Resolution 1210/2016/UBTVQH13 and TT 34/2009/TT-BXD (second-hand); factors of workers and
    students are assumptions.

    ``residents`` people by unit; ``groups`` on its index, a column a group (people), such as workers who come in by day or
    students without registration; the column "stays" counts stays a year and asks for ``stay_days`` m. ``factors`` f by group,
    0 to 1, or the dated table of `layers.conversion_factors`. Returns ``residents_people``, ``<group>_converted_people`` and
    ``converted_people``. Errors: E-EQUIV-01 (a group without factor), E-EQUIV-02 (a factor outside 0–1, days missing),
    E-PEOPLE-01 and -02 (ids; null, infinite, negative).

    >>> import pandas as pd
    >>> groups = pd.DataFrame({"workers": [2000], "stays": [36500]}, index=["a"])
    >>> converted_population(pd.Series({"a": 5000}), groups, {"workers": 0.5}, stay_days=2).loc["a"].to_dict()
    {'residents_people': 5000.0, 'workers_converted_people': 1000.0, 'stays_converted_people': 400.0, 'converted_people': 6400.0}
    """
    told = dict(factors["factor"]) if isinstance(factors, pd.DataFrame) else dict(factors)
    if STAYS in groups:
        if stay_days is None or not 0 < stay_days <= _DAYS / 2:
            mend = "stay_days, the mean length of a stay of under six months."
            raise PlanningDataError("E-EQUIV-02", "stays are counted by their days.", seen=stay_days, mend=mend)
        told[STAYS] = 2 * stay_days / _DAYS
    missing = [str(name) for name in groups if name not in told]
    if missing:
        raise PlanningDataError(
            "E-EQUIV-01", "groups without a factor.", feature_ids=missing, mend=nearest_names(missing[0], map(str, told))
        )
    wrong = [str(name) for name in groups if not 0 <= told[name] <= 1]
    if wrong:
        raise PlanningDataError("E-EQUIV-02", "no factors of 0 to 1.", feature_ids=wrong, mend="a share of a resident.")
    people = amounts_on(residents.index, residents.rename("residents"), "PEOPLE", "residents", of="units")["residents"]
    counts = amounts_on(residents.index, groups, "PEOPLE", "groups", of="units")
    parts = {f"{name}_converted_people": counts[name] * told[str(name)] for name in counts}
    table = pd.DataFrame({"residents_people": people, **parts}, index=residents.index)
    return table.assign(converted_people=table.sum(axis=1))
