"""How many people there will be: by a growth rate, up to a capacity, or behind the jobs, within control totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses._inputs import Floats, amounts_on, refuse_rows
from analyses.planning.fitting import Grouping, raked
from geo import PlanningDataError, nearest_names

METHODS = ("exponential", "logistic", "jobs_led")
Rate = float | pd.Series | Mapping[int, float]
Totals = Mapping[int, float] | Mapping[str, pd.DataFrame]
_ALL = "all"


@dataclass(frozen=True, eq=False)
class PopulationProjection:
    """People of every unit, ``population_<year>_people`` on its index, and ``fits``: one row a year.

    ``fits``, index ``year``: ``people`` in all, ``before_people`` the same before the control totals, ``steps`` rounds of the fit
    and ``gap_pct`` the worst total's error (0 rounds where no totals are given), ``least_factor`` and ``most_factor`` by which
    the fit moved a unit.
    """

    people: pd.DataFrame
    fits: pd.DataFrame


def population_projection(  # noqa: PLR0913 - one method's options each, all by keyword
    units: pd.DataFrame,
    years: Sequence[int],
    *,
    method: str = "exponential",
    people: str = "population_2019_people",
    base_year: int = 2019,
    growth_pct: Rate | None = None,
    capacity_people: pd.Series | None = None,
    jobs: pd.DataFrame | None = None,
    participation_pct: float | None = None,
    in_commuting_pct: float = 0.0,
    out_commuting_pct: float = 0.0,
    totals: Totals | None = None,
) -> PopulationProjection:
    """People of units or zones in coming years, by one of three methods, and fitted to control totals where there are any.

    Formula: exponential P_t = P_0 Π_k (1 + r_k)^(years in k); logistic P_t = K / (1 + (K / P_0 − 1) Π_k (1 + r_k)^(−years in k));
    jobs-led P_t = max(0, P_0 + (J_t − J_0) (1 − i) / ((1 − o) a)). Source: Shryock & Siegel 1976; Verhulst 1838; economic base
    with participation and commuting, stated here.

    ``units`` one row a unit, ``people`` its column of people in ``base_year``. ``growth_pct`` r in % a year: a number, one by
    unit, or by period {last year: rate}, such as {2030: 3.5, 2050: 1.5}; the last goes on. ``capacity_people`` K by unit: far
    below it people grow by r; where more are there already they stay, and empty units stay empty (fill them by jobs or a
    seed). ``jobs`` J by unit, its columns the base year and the years asked for. ``participation_pct`` a: workers in 100
    people; ``in_commuting_pct`` i: of 100 jobs those held by people from elsewhere; ``out_commuting_pct`` o: of 100 workers
    those who work elsewhere.

    ``totals`` {year: people} of all units, or by one or more columns of ``units`` {"unit_id": frame, index group, columns the
    years}: fitted by `fit_to_totals`, so all hold at once. Errors: E-PROJ-01 (method, years before the base), E-PROJ-02 (what the
    method needs is missing or no rate, share or capacity), E-PROJ-03 (a year or group without total, a group without unit),
    E-PEOPLE-01 and -02 (ids; null, infinite, negative), E-FIT-03 to -05.

    >>> import pandas as pd
    >>> units = pd.DataFrame({"people": [1000, 3000]}, index=["a", "b"])
    >>> grown = population_projection(units, [2030, 2050], people="people", base_year=2020, growth_pct={2030: 7.0, 2050: 0.0})
    >>> grown.people.round().loc["a"].to_dict()
    {'population_2030_people': 1967.0, 'population_2050_people': 1967.0}
    """
    _check_years(method, years, base_year)
    if people not in units:
        raise PlanningDataError(
            "E-PROJ-02", "no such column of people.", seen=people, mend=nearest_names(people, map(str, units.columns))
        )
    held = amounts_on(units.index, units[[people]], "PEOPLE", "people", of="units")[people].to_numpy()
    if method == "jobs_led":
        found = _behind_jobs(units.index, held, years, base_year, jobs, participation_pct, in_commuting_pct, out_commuting_pct)
    else:
        growth = _growth(units.index, growth_pct, years, base_year)
        found = held * growth if method == "exponential" else _logistic(units.index, held, growth, capacity_people)
    fitted, fits = _fitted(units, found, years, totals)
    columns = [f"population_{year}_people" for year in years]
    return PopulationProjection(pd.DataFrame(fitted.T, units.index, columns), fits)


def _check_years(method: str, years: Sequence[int], base_year: int) -> None:
    if method not in METHODS:
        raise PlanningDataError("E-PROJ-01", "no such method.", seen=method, mend=f"one of {', '.join(METHODS)}.")
    if not len(years) or list(years) != sorted(set(years)) or years[0] < base_year:
        mend = f"years that rise, from {base_year} on."
        raise PlanningDataError("E-PROJ-01", "these years can not be projected.", seen=list(years), mend=mend)


def _growth(index: pd.Index, rate: Rate | None, years: Sequence[int], base_year: int) -> Floats:
    """The factor of growth since the base year, [year, unit]."""
    periods = rate if isinstance(rate, Mapping) else {years[-1]: rate}
    if rate is None or not periods or list(periods) != sorted(periods):
        mend = "growth_pct=3.5, one by unit, or {2030: 3.5, 2050: 1.5} with rising years."
        raise PlanningDataError("E-PROJ-02", "no rate of growth.", seen=rate, mend=mend)
    logs = np.zeros((len(years), len(index)))
    since, last = base_year, max(periods)
    for until, one in periods.items():
        end = max(years[-1], until) if until == last else until
        spans = np.clip(np.asarray(years, float), since, max(since, end)) - since
        logs += spans[:, None] * np.log1p(_shares(index, one, "growth_pct", least=-100.0) / 100)[None, :]
        since = max(since, end)
    return np.asarray(np.exp(logs))


def _shares(index: pd.Index, given: float | pd.Series | None, what: str, *, least: float) -> Floats:
    """Per cent by unit, above ``least``. Errors: E-PROJ-02."""
    values = given.reindex(index) if isinstance(given, pd.Series) else pd.Series(np.nan if given is None else float(given), index)
    wrong = ~(np.isfinite(values.to_numpy(float)) & (values.to_numpy(float) > least))
    refuse_rows(pd.Series(wrong, index), "E-PROJ-02", f"{what} is no rate.", f"give per cent above {least:g} for every unit.")
    return np.asarray(values, float)


def _logistic(index: pd.Index, held: Floats, growth: Floats, capacity: pd.Series | None) -> Floats:
    if capacity is None:
        raise PlanningDataError("E-PROJ-02", "no capacity is given.", mend="capacity_people by unit, as of `station_capacity`.")
    most = amounts_on(index, capacity.rename("capacity"), "PEOPLE", "capacities", of="units")["capacity"].to_numpy()
    room = (held > 0) & (most > held)
    ratio = np.divide(most, held, out=np.ones(len(held)), where=room)
    return np.where(room, most / (1 + (ratio - 1) / growth), held)


def _behind_jobs(
    index: pd.Index,
    held: Floats,
    years: Sequence[int],
    base_year: int,
    jobs: pd.DataFrame | None,
    participation_pct: float | None,
    in_commuting_pct: float,
    out_commuting_pct: float,
) -> Floats:
    shares = (participation_pct or 0.0, 100.0 - in_commuting_pct, 100.0 - out_commuting_pct)
    wanted = list(dict.fromkeys([base_year, *years]))
    missing = wanted if jobs is None else [year for year in wanted if year not in jobs]
    if missing or not all(0 < share <= 100 for share in shares):  # noqa: PLR2004 - per cent
        seen = (missing, participation_pct, in_commuting_pct, out_commuting_pct)
        mend = "jobs with a column a year, participation above 0 and up to 100, commuting of 0 or more and below 100."
        raise PlanningDataError("E-PROJ-02", "jobs or shares are missing or no shares.", seen=seen, mend=mend)
    table = amounts_on(index, pd.DataFrame(jobs)[wanted], "PEOPLE", "jobs", of="units")
    active, held_here, working_here = (share / 100 for share in shares)
    gained = table[list(years)].to_numpy().T - table[base_year].to_numpy()
    return np.maximum(0.0, held + gained * held_here / (working_here * active))


def _fitted(units: pd.DataFrame, found: Floats, years: Sequence[int], totals: Totals | None) -> tuple[Floats, pd.DataFrame]:
    fitted, rows = found.copy(), []
    for at, year in enumerate(years):
        steps, gap = 0, 0.0
        if totals is not None:
            fitted[at], steps, gap = raked(found[at], [_grouping(units, totals, name, year) for name in _names(totals)])
        moved = fitted[at][found[at] > 0] / found[at][found[at] > 0]
        sums = {"people": fitted[at].sum(), "before_people": found[at].sum()}
        ends = {"least_factor": moved.min(initial=np.inf), "most_factor": moved.max(initial=0.0)} if len(moved) else {}
        rows.append({"year": year, **sums, "steps": steps, "gap_pct": 100 * gap, **ends})
    return fitted, pd.DataFrame(rows).set_index("year")


def _names(totals: Totals) -> list[str]:
    """The groupings totals are given by; all units together where they are given by year alone."""
    return [_ALL] if all(isinstance(key, int) for key in totals) else [str(key) for key in totals]


def _grouping(units: pd.DataFrame, totals: Totals, name: str, year: int) -> Grouping:
    if name == _ALL and name not in totals:
        group, told = pd.Series(_ALL, units.index), pd.DataFrame({key: {_ALL: value} for key, value in totals.items()})
    else:
        told = pd.DataFrame(totals[name])  # type: ignore[index, arg-type]
        group = units[name] if name in units else pd.Series(None, units.index, dtype=object)
    lost = sorted(map(str, {*told.index} ^ {*group}))
    if year not in told or lost or told.index.has_duplicates:
        mend = "a total for every group and year, groups named by a column of the units."
        raise PlanningDataError("E-PROJ-03", "totals and units do not fit.", feature_ids=lost, seen=(name, year), mend=mend)
    wanted = amounts_on(told.index, told[year].rename("total"), "PEOPLE", "totals", of="groups")["total"].to_numpy()
    return told.index.get_indexer(pd.Index(group)).astype(np.int64), wanted
