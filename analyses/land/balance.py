"""Where people live and where they work: balance of homes and jobs, and how many stay in their own area."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses._inputs import Floats, above_zero, amounts_on, numbers, refuse_rows
from geo import PlanningDataError


def jobs_housing_balance(people: pd.Series, jobs: pd.Series, *, jobs_per_person: float | None = None) -> pd.Series:
    """How near the jobs of a zone come to those its people would need: 1 in balance, 0 with homes or jobs alone.

    Formula: B_i = 1 − |J_i − a P_i| / (J_i + a P_i), a = Σ J / Σ P unless a ratio is given. Source: Ewing et al. 2015.

    ``people`` P and ``jobs`` J on the same index. Returns "job_housing_balance" there, no unit. Errors: E-BALANCE-01 (ids differ
    or stand twice), E-BALANCE-02 (null, infinite, negative), E-BALANCE-03 (zones with neither: leave them out), E-BALANCE-04 (no
    people or no jobs at all, or a ratio not above 0).

    >>> import pandas as pd
    >>> jobs_housing_balance(pd.Series([100, 300, 0]), pd.Series([50, 50, 100])).round(4).tolist()
    [1.0, 0.5, 0.0]
    """
    homes = amounts_on(people.index, people, "BALANCE", "people", of="zones").iloc[:, 0]
    work = amounts_on(people.index, jobs, "BALANCE", "jobs", of="zones", all_of_them=True).iloc[:, 0]
    refuse_rows((homes + work) <= 0, "E-BALANCE-03", "zones have neither people nor jobs.", "leave them out.")
    ratio = region_ratio(homes, work) if jobs_per_person is None else jobs_per_person
    above_zero([ratio], "E-BALANCE-04", "jobs a person")
    return pd.Series(balance(homes.to_numpy(), work.to_numpy(), ratio), people.index, name="job_housing_balance")


def region_ratio(people: pd.Series, jobs: pd.Series) -> float:
    """Jobs a person over all zones, the same for any order of rows. Errors: E-BALANCE-04."""
    totals = [float(np.sort(amounts.to_numpy()).sum()) for amounts in (people, jobs)]
    if min(totals) <= 0:
        mend = "give zones with both, or jobs_per_person."
        raise PlanningDataError("E-BALANCE-04", "there are no people or no jobs.", seen=totals, mend=mend)
    return totals[1] / totals[0]


def balance(people: Floats, jobs: Floats, ratio: float) -> Floats:
    """The formula of `jobs_housing_balance`, 0 where there is neither."""
    whole = jobs + ratio * people
    off = np.divide(np.abs(jobs - ratio * people), whole, out=np.ones(whole.shape), where=whole > 0)
    return np.asarray(1 - off)


def self_containment(flows: pd.DataFrame, *, areas: pd.Series | None = None) -> pd.DataFrame:
    """How many of an area's workers work there, and how many of its jobs are held by its own people.

    Formula: containment F_ii / Σ_j F_ij, sufficiency F_jj / Σ_i F_ij, independence F_ii / (Σ_{j≠i} F_ij + Σ_{j≠i} F_ji). Source:
    Thomas 1969; Cervero 1996.

    ``flows`` commuters, one row a pair: ``from_id`` (home), ``to_id`` (work), ``workers_people`` (pairs left out are 0).
    ``areas`` joins ids to larger areas (station areas, towns) before. Returns one row an area: ``residents_people`` who work,
    ``jobs``, ``both_people`` who live and work there, ``containment_pct`` and ``sufficiency_pct`` (null where nobody lives, or
    works), ``independence`` (inf where nobody crosses the border). Errors: E-FLOW-01 (columns), E-FLOW-02 (null, infinite,
    negative), E-FLOW-03 (a pair twice), E-FLOW-04 (ids without area).

    >>> import pandas as pd
    >>> pairs = [("town", "town", 60), ("town", "city", 40), ("city", "city", 100)]
    >>> flows = pd.DataFrame(pairs, columns=["from_id", "to_id", "workers_people"])
    >>> self_containment(flows)[["containment_pct", "sufficiency_pct"]].round(1).to_dict("index")["town"]
    {'containment_pct': 60.0, 'sufficiency_pct': 100.0}
    """
    matrix = _flow_matrix(flows, areas)
    own = np.diag(matrix).astype(float)
    living, working = matrix.sum(axis=1).to_numpy(), matrix.sum(axis=0).to_numpy()
    crossing = living + working - 2 * own
    table = pd.DataFrame(index=matrix.index)
    table["residents_people"], table["jobs"], table["both_people"] = living, working, own
    table["containment_pct"] = _pct(own, living)
    table["sufficiency_pct"] = _pct(own, working)
    table["independence"] = np.divide(own, crossing, out=np.full(len(own), np.inf), where=crossing > 0)
    return table


def _pct(part: Floats, whole: Floats) -> Floats:
    return 100 * np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)


def _flow_matrix(flows: pd.DataFrame, areas: pd.Series | None) -> pd.DataFrame:
    """Commuters [home, work] of all areas, in the order of their ids."""
    missing = [name for name in ("from_id", "to_id", "workers_people") if name not in flows]
    if missing or flows.empty:
        mend = "from_id, to_id, workers_people are needed."
        raise PlanningDataError("E-FLOW-01", "columns are missing, or no row is there.", seen=missing, mend=mend)
    workers = numbers(flows[["workers_people"]], "FLOW", "workers")["workers_people"]
    refuse_rows(workers < 0, "E-FLOW-02", "workers are negative.", "leave pairs without workers out.")
    lost = flows[["from_id", "to_id"]].isna().any(axis=1)
    refuse_rows(lost, "E-FLOW-02", "pairs have no id.", "leave them out.")
    refuse_rows(flows.duplicated(["from_id", "to_id"]), "E-FLOW-03", "pairs stand twice.", "keep one row a pair.")
    home, work = (_joined(flows[name], areas) for name in ("from_id", "to_id"))
    pairs = pd.DataFrame({"home": home, "work": work, "workers": workers}).sort_values(["home", "work", "workers"])
    matrix = pairs.pivot_table(index="home", columns="work", values="workers", aggfunc="sum", fill_value=0.0)
    every = matrix.index.union(matrix.columns)
    return matrix.reindex(index=every, columns=every, fill_value=0.0).rename_axis(index="area_id", columns=None)


def _joined(ids: pd.Series, areas: pd.Series | None) -> pd.Series:
    if areas is None:
        return ids
    if areas.index.has_duplicates or areas.isna().any():
        raise PlanningDataError("E-FLOW-04", "ids stand twice or have no area.", seen=len(areas), mend="one area an id.")
    found = ids.map(areas)
    if found.isna().any():
        lost = list(ids[found.isna()].unique())
        raise PlanningDataError("E-FLOW-04", "ids belong to no area.", feature_ids=lost, mend="name the area of every id.")
    return found
