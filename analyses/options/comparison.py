"""Before and after, side by side: by zone, by unit, and who gains or loses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from geo import PlanningDataError, lower_is_better, nearest_names

PEOPLE = "population_2019_people"
_ALL = "all"
_SIDES = ("better", "worse", "same", "unreached")


def compare(
    zones: GeoDataFrame, before: pd.DataFrame | pd.Series, after: pd.DataFrame | pd.Series, *, percent: bool = False
) -> GeoDataFrame:
    """The zones with ``<column>_before``, ``<column>_after`` and ``<column>_change`` (after − before, in the column's own unit).

    ``before`` and ``after`` hold the same numeric columns on the zones' index; where one is not reached (infinite or null) the
    change is null. ``percent`` adds ``<column>_change_pct``, 100 · change / before, null where before is 0. Other columns of
    ``zones`` stay. Errors: E-CMP-01 (columns differ), E-CMP-02 (ids differ).
    """
    first, second = _table(before), _table(after)
    if list(first.columns) != list(second.columns):
        raise PlanningDataError(
            "E-CMP-01",
            "before and after hold other columns.",
            seen=(list(first.columns), list(second.columns)),
            mend="compute both alike.",
        )
    for table in (first, second):
        odd = zones.index.symmetric_difference(table.index)
        if len(odd):
            raise PlanningDataError(
                "E-CMP-02", "ids of results and zones differ.", feature_ids=list(odd), mend="use the same zones."
            )
    out = zones.copy()
    for name in first:
        old, new = first[name].reindex(zones.index), second[name].reindex(zones.index)
        change = (new - old).where(np.isfinite(old) & np.isfinite(new))
        out[f"{name}_before"], out[f"{name}_after"], out[f"{name}_change"] = old, new, change
        if percent:
            out[f"{name}_change_pct"] = _percent(change, old)
    return out


def comparison_totals(compared: pd.DataFrame, *, by: str | None = None, people: str = PEOPLE) -> pd.DataFrame:
    """Mean of every compared measure over people, before and after, for all and for every group of ``by`` (such as ``unit_id``).

    Formula: x̄ = Σ_i P_i x_i / Σ_i P_i over zones reached before and after. Source: Committee of the
    Transport Access Manual 2020.

    ``compared`` a result of `compare` with a column of ``people``. One row a group and measure: the group ("all" first),
    ``measure``, ``mean_before``, ``mean_after``, ``mean_change``, ``mean_change_pct``, ``counted_people``, ``left_out_people``
    (not reached before or after). Errors: E-CMP-03 (no such column, or nothing was compared), E-CMP-04 (people null or negative).
    """
    living, groups = _checked(compared, by, people)
    rows = []
    for name in _measures(compared):
        old, new = (compared[f"{name}_{side}"].astype(float) for side in ("before", "after"))
        counted = np.isfinite(old) & np.isfinite(new)
        for group, inside in groups:
            weight = living.where(counted & inside, 0.0)
            total = float(weight.sum())
            mean = [float((weight * values.where(counted, 0.0)).sum()) / total if total else np.nan for values in (old, new)]
            left_out = float(living[inside].sum()) - total
            rows.append((group, name, *mean, mean[1] - mean[0], total, left_out))
    columns = [by or "group", "measure", "mean_before", "mean_after", "mean_change", "counted_people", "left_out_people"]
    table = pd.DataFrame(rows, columns=columns)
    table.insert(5, "mean_change_pct", _percent(table["mean_change"], table["mean_before"]))
    return table


def winners_and_losers(
    compared: pd.DataFrame, *, by: str | None = None, people: str = PEOPLE, least_change: float = 0.0
) -> pd.DataFrame:
    """How many people are better and worse off by every compared measure, for all and for every group of ``by``.

    Formula: W = Σ_i P_i [s·(x_i1 − x_i0) > ε], L with < −ε; s = −1 for times and distances, 1 else. Source: stated here.

    A zone reached only after is better, one reached only before is worse. ``least_change`` ε, in the measure's unit: smaller
    changes count as none. One row a group and measure: the group ("all" first), ``measure``, ``better_people``, ``worse_people``,
    ``same_people``, ``unreached_people`` (before and after), ``better_pct``, ``worse_pct`` of all people. Errors: E-CMP-03,
    E-CMP-04 as in `comparison_totals`, E-CMP-05 (least_change below 0).
    """
    if not (np.isfinite(least_change) and least_change >= 0):
        raise PlanningDataError("E-CMP-05", "the least change is below 0.", seen=least_change, mend="give 0 or more.")
    living, groups = _checked(compared, by, people)
    rows = []
    for name in _measures(compared):
        side = _side(name, compared[f"{name}_before"].astype(float), compared[f"{name}_after"].astype(float), least_change)
        for group, inside in groups:
            counts = [float(living[inside & (side == one)].sum()) for one in _SIDES]
            total = float(living[inside].sum())
            shares = [100 * count / total if total else np.nan for count in counts[:2]]
            rows.append((group, name, *counts, *shares))
    columns = [by or "group", "measure", *(f"{side}_people" for side in _SIDES), "better_pct", "worse_pct"]
    return pd.DataFrame(rows, columns=columns)


def _side(name: str, old: pd.Series, new: pd.Series, least_change: float) -> pd.Series:
    """Of every zone "better", "worse", "same" or "unreached"."""
    was, is_now = np.isfinite(old), np.isfinite(new)
    gain = (new - old).where(was & is_now, 0.0) * (-1 if lower_is_better(name) else 1)
    chosen = np.select(
        [~was & ~is_now, ~was & is_now, was & ~is_now, gain > least_change, gain < -least_change],
        ["unreached", "better", "worse", "better", "worse"],
        default="same",
    )
    return pd.Series(chosen, index=old.index)


def _measures(compared: pd.DataFrame) -> list[str]:
    names = [str(name).removesuffix("_before") for name in compared if str(name).endswith("_before")]
    found = [name for name in names if f"{name}_after" in compared]
    if not found:
        raise PlanningDataError(
            "E-CMP-03", "nothing was compared.", seen=list(compared.columns), mend="give what compare returns."
        )
    return found


def _checked(compared: pd.DataFrame, by: str | None, people: str) -> tuple[pd.Series, Sequence[tuple[object, pd.Series]]]:
    """People by zone, and the groups: all, then each in the order of its name with the zones inside."""
    for column in (people, *([by] if by else [])):
        if column not in compared:
            mend = nearest_names(column, map(str, compared.columns))
            raise PlanningDataError("E-CMP-03", "no such column.", seen=column, mend=mend)
    living = compared[people].astype(float)
    wrong = ~(np.isfinite(living) & (living >= 0))
    if wrong.any():
        ids = list(compared.index[wrong])
        raise PlanningDataError("E-CMP-04", "people are null or negative.", feature_ids=ids, mend="give 0 where nobody lives.")
    whole = pd.Series(data=True, index=compared.index)
    named = [] if by is None else [(group, compared[by].eq(group)) for group in sorted(compared[by].dropna().unique())]
    return living, [(_ALL, whole), *named]


def _percent(change: pd.Series, old: pd.Series) -> pd.Series:
    return (100 * change / old.where(old != 0)).astype(float)


def _table(values: pd.DataFrame | pd.Series) -> pd.DataFrame:
    return values if isinstance(values, pd.DataFrame) else values.to_frame(values.name or "value")
