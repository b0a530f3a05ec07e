"""Who has how much of it: inequality, concentration and shortfall of access among people."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses._inputs import Floats, above_zero, amounts_on, at_least_zero, id_order, numbers, refuse_rows
from geo import PlanningDataError

POOREST, RICHEST = 0.4, 0.9


def lorenz(access: pd.Series, population: pd.Series | None = None) -> pd.DataFrame:
    """The Lorenz curve: what share of all access the worst-off share of people holds together.

    Formula: L(Σ_{k ≤ i} p_k) = Σ_{k ≤ i} p_k y_k / Σ_k p_k y_k, zones sorted by y. Source: Lorenz 1905.
    Peer: inequality (lorenz_curve).

    ``access`` y of every zone in any unit of 0 or more, ``population`` p in people on the same index (left out: a zone is one
    person). Returns ``population_share`` and ``access_share`` from (0, 0) to (1, 1), one row more than zones. Errors: E-EQUITY-01
    (ids differ or stand twice), E-EQUITY-02 (null, infinite, negative), E-EQUITY-03 (no people, or nobody has any access).

    >>> import pandas as pd
    >>> lorenz(pd.Series([10, 30]), pd.Series([1, 1]))["access_share"].tolist()
    [0.0, 0.25, 1.0]
    """
    levels, people = _levels(access, population)
    order = np.argsort(levels, kind="stable")
    curves = [np.cumsum(np.append(0.0, part[order])) for part in (people, people * levels)]
    return pd.DataFrame({"population_share": curves[0] / curves[0][-1], "access_share": curves[1] / curves[1][-1]})


def gini(access: pd.Series, population: pd.Series | None = None) -> float:
    """Inequality in one number: 0 when all have the same, towards 1 when one person has it all.

    Formula: G = 1 − Σ_i (x_i − x_{i−1}) (L_i + L_{i−1}) along the Lorenz curve. Source: Gini 1912; Lorenz 1905.
    Peer: inequality (Gini).

    Arguments and errors as in `lorenz`; no unit.

    >>> import pandas as pd
    >>> gini(pd.Series([0, 0, 0, 12]))
    0.75
    """
    curve = lorenz(access, population).to_numpy()
    return float(1 - np.sum(np.diff(curve[:, 0]) * (curve[1:, 1] + curve[:-1, 1])))


def palma(access: pd.Series, population: pd.Series | None = None, *, by: pd.Series | None = None) -> float:
    """How many times the mean access of the poorest 40 % the richest 10 % of people have.

    Formula: mean y of people above q(0.9) / mean y of people up to q(0.4); q(p) of N people is the value at 1 + (N − 1) p in
    their row, between two people in proportion (weighted type-7 quantile). Source: Herszenhut et al. 2022.

    ``by`` tells rich from poor, income for one, on the index of ``access``; left out, the access itself does. Where so many share
    the top that nobody is above q(0.9), those at it count. ``population`` counts people, it is no share. No unit. Errors: those
    of `lorenz`, E-EQUITY-04 (``by`` is null or has other ids), E-EQUITY-05 (less than one person, or the poorest have no access).

    >>> import pandas as pd
    >>> palma(pd.Series([1, 1, 2, 3]), pd.Series([30, 10, 40, 20]))
    3.0
    """
    levels, people = _levels(access, population)
    rank = levels if by is None else _ranking(access, by)
    if people.sum() < 1:
        mend = "give numbers of people, not shares of them."
        raise PlanningDataError("E-EQUITY-05", "there is less than one person.", seen=float(people.sum()), mend=mend)
    low, high = (_quantile(rank, people, share) for share in (POOREST, RICHEST))
    rich, poor = rank > high, rank <= low
    if people[rich].sum() <= 0:
        rich = rank == high
    below = float(np.average(levels[poor], weights=people[poor]))
    if below <= 0:
        raise PlanningDataError("E-EQUITY-05", "the poorest 40 % have no access: no ratio.", seen=below, mend="show the shares.")
    return float(np.average(levels[rich], weights=people[rich])) / below


def theil(access: pd.Series, population: pd.Series | None = None) -> float:
    """Inequality that can be split among groups: 0 when all have the same, at most ln of the number of people.

    Formula: T = Σ_i (p_i / P) (y_i / μ) ln(y_i / μ), 0 ln 0 = 0. Source: Theil 1967. Peer: inequality (Theil).

    Arguments and errors as in `lorenz`; no unit.

    >>> import pandas as pd
    >>> round(theil(pd.Series([0, 2])), 6)
    0.693147
    """
    return _theil(*_levels(access, population))


def theil_groups(access: pd.Series, population: pd.Series | None, groups: pd.Series) -> pd.DataFrame:
    """How much of the inequality lies between groups of zones (districts, income classes) and how much within each.

    Formula: T = Σ_g s_g ln(μ_g / μ) + Σ_g s_g T_g, s_g = P_g μ_g / P μ. Source: Theil 1967; Shorrocks 1980.
    Peer: inequality (TheilD).

    ``groups`` on the index of ``access``. Returns one row a group: ``population_people``, ``mean_access`` in the unit of the
    access, ``theil`` of the group, ``between`` and ``within``, whose sums over all groups add up to `theil`. Errors: those of
    `lorenz`, E-EQUITY-04 (groups null or with other ids).

    >>> import pandas as pd
    >>> parts = theil_groups(pd.Series([1, 1, 3, 3]), None, pd.Series(["a", "a", "b", "b"]))
    >>> parts.sum()[["within", "between"]].round(6).tolist()
    [0.0, 0.130812]
    """
    levels, people = _levels(access, population)
    names = _other(access, groups)
    refuse_rows(names.isna(), "E-EQUITY-04", "zones belong to no group.", "give every zone its group.")
    names = names.iloc[id_order(access.index)]
    total, mean = people.sum(), np.average(levels, weights=people)
    rows = {}
    for name, at in sorted(names.reset_index(drop=True).groupby(names.to_numpy()).groups.items(), key=lambda item: str(item[0])):
        part, ours = people[at], levels[at]
        level = np.average(ours, weights=part) if part.sum() > 0 else 0.0
        share, own = part.sum() * level / (total * mean), _theil(ours, part) if level > 0 else 0.0
        rows[name] = (part.sum(), level, own, share * np.log(level / mean) if level > 0 else 0.0, share * own)
    columns = ["population_people", "mean_access", "theil", "between", "within"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("group")


def concentration_index(
    access: pd.Series, population: pd.Series | None, by: pd.Series, *, bounds: tuple[float, float] | None = None
) -> float:
    """Whether access leans to the well-off (above 0) or to the badly off (below 0), ranked by something else than access.

    Formula: C = 2 cov_p(y, r) / μ, r = fractional rank, equals share their mean rank; with bounds (a, b) the corrected
    E = 8 cov_p(y, r) / (b − a). Source: Kakwani, Wagstaff & van Doorslaer 1997; Erreygers 2009.

    ``by`` the standing of every zone, for example income, on the index of ``access``; ``bounds`` least and greatest access
    that is possible, in its unit. No unit. Errors: those of `lorenz`, E-EQUITY-04 (``by``), E-EQUITY-06 (bounds).

    >>> import pandas as pd
    >>> concentration_index(pd.Series([0, 12]), None, by=pd.Series([5, 9]))
    0.5
    """
    levels, people = _levels(access, population)
    share = people / people.sum()
    _, place = np.unique(_ranking(access, by), return_inverse=True)
    weight = np.bincount(place, share)
    rank = (np.cumsum(weight) - weight / 2)[place]
    mean = np.sum(share * levels)
    lean = np.sum(share * (levels - mean) * (rank - 0.5))
    if bounds is None:
        return float(2 * lean / mean)
    if not (bounds[0] < bounds[1] and bounds[0] <= levels.min() and levels.max() <= bounds[1]):
        mend = "give the least and the greatest access that is possible."
        raise PlanningDataError("E-EQUITY-06", "access lies outside its bounds.", seen=bounds, mend=mend)
    return float(8 * lean / (bounds[1] - bounds[0]))


def foster_greer_thorbecke(access: pd.Series, population: pd.Series | None, poverty_line: float) -> pd.Series:
    """How many people have too little access, how much they lack, and how unevenly the lack is spread.

    Formula: F_α = Σ_{y_i < z} (p_i / P) ((z − y_i) / z)^α for α = 0, 1, 2. Source: Foster, Greer & Thorbecke 1984.

    ``poverty_line`` z in the unit of the access, above 0; who has exactly z is not poor. Returns ``fgt_0`` (share of people),
    ``fgt_1`` (mean gap) and ``fgt_2`` (mean squared gap), no unit. Nobody having any access is an answer here: all are 1. Errors:
    those of `lorenz`, E-EQUITY-07 (line not above 0).

    >>> import pandas as pd
    >>> foster_greer_thorbecke(pd.Series([5, 10]), pd.Series([1, 3]), poverty_line=10).to_dict()
    {'fgt_0': 0.25, 'fgt_1': 0.125, 'fgt_2': 0.0625}
    """
    above_zero([poverty_line], "E-EQUITY-07", "the line")
    levels, people = _levels(access, population, some=False)
    poor = levels < poverty_line
    gap = (poverty_line - levels[poor]) / poverty_line
    values = {f"fgt_{power}": np.sum(people[poor] * gap**power) / people.sum() for power in (0, 1, 2)}
    return pd.Series(values, name=access.name)


def atkinson(access: pd.Series, population: pd.Series | None = None, *, aversion: float = 0.5) -> float:
    """The share of all access that an even distribution could do without, for a stated dislike of inequality.

    Formula: A = 1 − (Σ_i (p_i / P) (y_i / μ)^(1−ε))^(1/(1−ε)); ε = 1: 1 − exp(Σ_i (p_i / P) ln(y_i / μ)). Source: Atkinson 1970.
    Peer: inequality (atkinson).

    ``aversion`` ε, 0 or more: 0 is indifferent; from 1 on anybody without access makes it 1. No unit. Errors: those of `lorenz`,
    E-EQUITY-08 (aversion below 0).

    >>> import pandas as pd
    >>> round(atkinson(pd.Series([1, 9]), aversion=0.5), 6)
    0.2
    """
    epsilon = at_least_zero(aversion, "E-EQUITY-08", "the aversion")
    levels, people = _levels(access, population)
    share = people / people.sum()
    relative, share = levels[share > 0] / np.sum(share * levels), share[share > 0]
    if epsilon >= 1 and relative.min() == 0:
        return 1.0
    logs = np.log(relative, out=np.full(len(relative), -np.inf), where=relative > 0)
    if epsilon == 1:
        return float(1 - np.exp(np.sum(share * logs)))
    return float(1 - np.sum(share * np.exp((1 - epsilon) * logs)) ** (1 / (1 - epsilon)))


def _levels(access: pd.Series, population: pd.Series | None, *, some: bool = True) -> tuple[Floats, Floats]:
    """Access and people in the order of the ids; ``some`` access must be there."""
    order = id_order(access.index)
    levels = amounts_on(access.index, access, "EQUITY", "access", of="zones").iloc[order, 0].to_numpy()
    people = np.ones(len(levels))
    if population is not None:
        people = (
            amounts_on(access.index, population, "EQUITY", "population", of="zones", all_of_them=True).iloc[order, 0].to_numpy()
        )
    if people.sum() <= 0 or (some and (people * levels).sum() <= 0):
        what = "there are no people." if people.sum() <= 0 else "nobody has any access."
        raise PlanningDataError("E-EQUITY-03", what, seen=f"{len(levels)} zones", mend="there is nothing to compare.")
    return levels, people


def _other(access: pd.Series, values: pd.Series) -> pd.Series:
    """Values on the index of the access."""
    missing = access.index.symmetric_difference(values.index)
    if len(missing) or values.index.has_duplicates:
        ids = list(missing) or list(values.index[values.index.duplicated()])
        mend = "give one row for every zone."
        raise PlanningDataError("E-EQUITY-04", "ranking or groups and zones differ.", feature_ids=ids, mend=mend)
    return values.loc[access.index]


def _ranking(access: pd.Series, by: pd.Series) -> Floats:
    values = _other(access, by)
    refuse_rows(values.isna(), "E-EQUITY-04", "zones have no ranking.", "leave them out, or rank by what is known of all.")
    return numbers(values.to_frame("by"), "EQUITY", "rankings").iloc[id_order(access.index), 0].to_numpy()


def _quantile(values: Floats, people: Floats, share: float) -> float:
    """Type-7 quantile over people: the value at the place 1 + (N − 1)·share of all N people in a row."""
    order = np.argsort(values, kind="stable")
    ends = np.cumsum(people[order])
    place = 1 + max(ends[-1] - 1, 0.0) * share
    first = min(np.floor(place), ends[-1])
    low, high = (values[order][np.searchsorted(ends, min(at, ends[-1]), side="left")] for at in (first, first + 1))
    return float(low + (high - low) * (place - np.floor(place)))


def _theil(levels: Floats, people: Floats) -> float:
    relative = levels / np.average(levels, weights=people)
    logs = np.log(relative, out=np.zeros(len(relative)), where=relative > 0)
    return float(np.average(relative * logs, weights=people))
