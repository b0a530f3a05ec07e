"""Which k sites serve best: exact answers of location models by integer programming, with the gap where time ran out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, vstack

from analyses._inputs import Floats, Minutes, Positions, above_zero, amounts_on, checked, id_order, minutes_at
from analyses.sites.medians import least_cost_sites
from analyses.travel.times import TravelTimes
from geo import PlanningDataError

_OPTIMAL, _STOPPED = 0, 1
_PCT = 100
_WHOLE = 0.5


@dataclass(frozen=True)
class Sites:
    """The chosen sites and what they do.

    ``chosen`` their ids, in the order of the ids; ``value`` of the objective (person-minutes, people or minutes, as the function
    says); ``gap_pct`` how far the value may be from the best that exists (0: proven best); ``assigned`` on the origins:
    ``site_id`` (the nearest chosen site, null where none is reached) and ``travel_time_min``.
    """

    chosen: pd.Index
    value: float
    gap_pct: float
    assigned: pd.DataFrame


def p_median(
    times: TravelTimes,
    demand: pd.Series,
    k: int,
    *,
    fixed: Sequence[object] = (),
    percentile: int | None = None,
    limit_s: float = 60.0,
) -> Sites:
    """The k sites from which all demand is the fewest minutes away.

    Formula: min Σ_i P_i min_{j ∈ S} t_ij over S, |S| = k. Source: Hakimi 1964; ReVelle & Swain 1970.

    ``times`` from origins to candidate sites; ``demand`` people on the origins; ``fixed`` sites that are there already, among the
    k. Origins that no candidate reaches are left out; the sites must reach all others. ``value`` person-minutes; the mean is
    value / demand. Exact (Benders cuts, HiGHS); what is not proven within ``limit_s`` seconds says its ``gap_pct``. Of equally
    good answers the same one comes out every time. Errors: E-SITE-01 (demand and origins differ), E-SITE-02 (null or negative),
    E-SITE-03 (k, fixed), E-SITE-04 (no k sites reach everybody), E-SITE-05 (nothing found in time), E-TIMES-01, -02, E-PCT-01.

    >>> import numpy as np, pandas as pd
    >>> from analyses import TravelTimes
    >>> minutes = np.array([[[0, 9, 4], [9, 0, 4], [8, 1, 4]]], np.float32)
    >>> times = TravelTimes(minutes, pd.Index(["a", "b", "c"]), pd.Index(["x", "y", "z"]))
    >>> found = p_median(times, pd.Series([5, 1, 1], times.origins), 2)
    >>> list(found.chosen), found.value
    (['x', 'y'], 1.0)
    """
    case = _case(times, demand, k, fixed, percentile)
    served = np.isfinite(case.minutes).any(axis=1) & (case.demand > 0)
    if not served.any():
        return _no_demand(case, k)
    cost = case.demand[served, None] * case.minutes[served].astype(float)
    opened, gap = least_cost_sites(cost, k, case.fixed, limit_s)
    return _result(case, opened, _sum(cost[:, opened].min(axis=1)), gap)


def max_cover(
    times: TravelTimes,
    demand: pd.Series,
    k: int,
    cutoff_min: float,
    *,
    fixed: Sequence[object] = (),
    percentile: int | None = None,
    limit_s: float = 60.0,
) -> Sites:
    """The k sites that have the most people within the cutoff.

    Formula: max Σ_i P_i [min_{j ∈ S} t_ij ≤ T] over S, |S| = k. Source: Church & ReVelle 1974.

    ``cutoff_min`` T, reached means t ≤ T. ``value`` people covered. The rest as in `p_median`. Errors: E-SITE-06 (cutoff), those
    there but E-SITE-04.

    >>> import numpy as np, pandas as pd
    >>> from analyses import TravelTimes
    >>> minutes = np.array([[[0, 9, 4], [9, 0, 4], [8, 1, 4]]], np.float32)
    >>> times = TravelTimes(minutes, pd.Index(["a", "b", "c"]), pd.Index(["x", "y", "z"]))
    >>> found = max_cover(times, pd.Series([5, 1, 1], times.origins), 1, 3)
    >>> list(found.chosen), found.value
    (['x'], 5.0)
    """
    (cutoff,) = above_zero([cutoff_min], "E-SITE-06", "the cutoff")
    case = _case(times, demand, k, fixed, percentile)
    near = (case.minutes <= np.float32(cutoff)) & (case.demand > 0)[:, None]
    patterns, place = np.unique(near, axis=0, return_inverse=True)  # origins that the same sites cover are one
    people = np.bincount(place.ravel(), case.demand, len(patterns))
    kept = patterns.any(axis=1) & (people > 0)
    patterns, people = patterns[kept], people[kept]
    groups, sites = patterns.shape
    rows, columns = np.nonzero(patterns)
    entries = np.concatenate([np.ones(groups), -np.ones(len(rows))])
    place_rows, place_columns = np.concatenate([np.arange(groups), rows]), np.concatenate([sites + np.arange(groups), columns])
    cover = coo_array((entries, (place_rows, place_columns)), (groups, sites + groups))
    count = coo_array((np.ones(sites), (np.zeros(sites, int), np.arange(sites))), (1, sites + groups))
    bounds = np.concatenate([np.full(groups, -np.inf), [k]]), np.concatenate([np.zeros(groups), [k]])
    rules = LinearConstraint(vstack([cover, count], format="csr"), *bounds)
    whole = np.concatenate([np.ones(sites), np.zeros(groups)])
    opened, gap = _solved(np.concatenate([np.zeros(sites), -people]), rules, whole, case, limit_s)
    return _result(case, opened, _sum(case.demand[near[:, opened].any(axis=1)]), gap)


def set_cover(
    times: TravelTimes,
    cutoff_min: float,
    *,
    fixed: Sequence[object] = (),
    percentile: int | None = None,
    limit_s: float = 60.0,
) -> Sites:
    """The fewest sites that have every origin within the cutoff.

    Formula: min |S| with min_{j ∈ S} t_ij ≤ T for every i. Source: Toregas et al. 1971.

    ``value`` the number of sites, ``fixed`` ones among them. Errors: E-SITE-07 (origins that no candidate has within the cutoff,
    with their ids), those of `max_cover`.
    """
    (cutoff,) = above_zero([cutoff_min], "E-SITE-06", "the cutoff")
    case = _case(times, pd.Series(1.0, times.origins), max(1, len(fixed)), fixed, percentile)
    patterns = np.unique(case.minutes <= np.float32(cutoff), axis=0)
    if not patterns.any(axis=1).all():
        ids = case.origins[np.asarray(~(case.minutes <= np.float32(cutoff)).any(axis=1))].to_list()
        mend = "leave them out, add candidates near them, or take a longer cutoff."
        raise PlanningDataError("E-SITE-07", "no candidate covers these origins.", feature_ids=ids, mend=mend)
    sites = patterns.shape[1]
    rules = LinearConstraint(patterns.astype(float), np.ones(len(patterns)), np.inf)
    opened, gap = _solved(np.ones(sites), rules, np.ones(sites), case, limit_s)
    return _result(case, opened, float(len(opened)), gap)


def p_center(
    times: TravelTimes, k: int, *, fixed: Sequence[object] = (), percentile: int | None = None, limit_s: float = 60.0
) -> Sites:
    """The k sites from which the farthest origin is as near as can be.

    Formula: min max_i min_{j ∈ S} t_ij over S, |S| = k. Source: Hakimi 1965; Minieka 1970 (by set covers).

    ``value`` minutes of the farthest origin. Exact: the least cutoff for which k sites cover everybody, found by halving over the
    times that occur. Errors: E-SITE-04 (no k sites reach everybody), those of `p_median`.
    """
    case = _case(times, pd.Series(1.0, times.origins), k, fixed, percentile)
    occurring = np.unique(case.minutes[np.isfinite(case.minutes)])
    reach = case.minutes.min(axis=1)
    if not len(occurring) or not np.isfinite(reach).all():
        ids = list(case.origins[~np.isfinite(reach)])
        raise PlanningDataError("E-SITE-04", "no candidate reaches these origins.", feature_ids=ids, mend="leave them out.")
    low, high = int(np.searchsorted(occurring, reach.max())), len(occurring) - 1
    best: Positions | None = None
    while low <= high:
        middle = (low + high) // 2
        rules = LinearConstraint(np.unique(case.minutes <= occurring[middle], axis=0).astype(float), 1, np.inf)
        sites = case.minutes.shape[1]
        opened, gap = _solved(np.ones(sites), rules, np.ones(sites), case, limit_s, may_fail=True)
        if gap > 0:
            raise PlanningDataError("E-SITE-05", "no answer was proven in time.", seen=limit_s, mend="raise limit_s.")
        if 0 < len(opened) <= k:
            best, high = opened, middle - 1
        else:
            low = middle + 1
    if best is None:
        mend = "allow more sites, or leave far origins out."
        raise PlanningDataError("E-SITE-04", "no k sites reach everybody.", seen=k, mend=mend)
    spare = [site for site in range(case.minutes.shape[1]) if site not in set(best.tolist())][: k - len(best)]
    opened = np.sort(np.concatenate([best, np.array(spare, np.int64)]))
    return _result(case, opened, float(case.minutes[:, opened].min(axis=1).max()), 0.0)


@dataclass(frozen=True, eq=False)
class _Case:
    """Origins and sites in the order of their ids."""

    minutes: Minutes
    demand: Floats
    origins: pd.Index
    sites: pd.Index
    fixed: Positions
    index: pd.Index


def _case(times: TravelTimes, demand: pd.Series, k: int, fixed: Sequence[object], percentile: int | None) -> _Case:
    checked(times)
    rows, columns = id_order(times.origins), id_order(times.destinations)
    people = amounts_on(times.origins, demand, "SITE", "demand", of="origins", all_of_them=True).iloc[rows, 0].to_numpy()
    sites = times.destinations[columns]
    unknown = [one for one in fixed if one not in sites]
    if unknown or not max(1, len(set(fixed))) <= k <= len(sites):
        seen, mend = f"k = {k} of {len(sites)} candidates, {len(fixed)} fixed", "k of at least the fixed, fixed ones among them."
        raise PlanningDataError("E-SITE-03", "so many sites can not be chosen.", feature_ids=unknown, seen=seen, mend=mend)
    minutes = minutes_at(times, percentile)[np.ix_(rows, columns)]
    there = np.sort(sites.get_indexer(pd.Index(list(fixed)))) if len(fixed) else np.zeros(0, np.int64)
    return _Case(minutes, people, times.origins[rows], sites, there, times.origins)


def _solved(
    cost: Floats, rules: LinearConstraint, whole: Floats, case: _Case, limit_s: float, *, may_fail: bool = False
) -> tuple[Positions, float]:
    """Positions of the open sites, and the gap in per cent."""
    low = np.zeros(len(cost))
    low[case.fixed] = 1.0
    options = {"time_limit": float(limit_s), "mip_rel_gap": 0.0}
    found: Any = milp(cost, constraints=rules, integrality=whole, bounds=Bounds(low, np.ones(len(cost))), options=options)
    if found.x is None:
        if may_fail and found.status != _STOPPED:
            return np.zeros(0, np.int64), 0.0
        code, mend = ("E-SITE-05", "raise limit_s.") if found.status == _STOPPED else ("E-SITE-04", "allow more sites.")
        raise PlanningDataError(code, "no such sites were found.", seen=str(found.message), mend=mend)
    gap = 0.0 if found.status == _OPTIMAL else _PCT * float(found.mip_gap or 0.0)
    return np.flatnonzero(found.x[: case.minutes.shape[1]] > _WHOLE).astype(np.int64), gap


def _no_demand(case: _Case, k: int) -> Sites:
    """Nobody is to be served: the fixed sites and the first of the others."""
    others = [site for site in range(len(case.sites)) if site not in set(case.fixed.tolist())][: k - len(case.fixed)]
    return _result(case, np.sort(np.concatenate([case.fixed, np.array(others, np.int64)])), 0.0, 0.0)


def _sum(values: Floats) -> float:
    return float(np.sum(values))


def _result(case: _Case, opened: Positions, value: float, gap_pct: float) -> Sites:
    minutes = case.minutes[:, opened]
    nearest = minutes.argmin(axis=1) if len(opened) else np.zeros(len(minutes), np.int64)
    least = minutes[np.arange(len(minutes)), nearest].astype(float)
    reached = np.isfinite(least)
    ids = pd.Series(case.sites[opened[nearest]].to_numpy(), case.origins).where(pd.Series(reached, case.origins))
    table = pd.DataFrame({"site_id": ids, "travel_time_min": np.where(reached, least, np.nan)}, case.origins)
    return Sites(case.sites[opened], value, gap_pct, table.loc[case.index])
