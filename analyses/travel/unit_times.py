"""Times between whole units (wards, towns): what many small zones add up to, without the matrix of the zones."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses._inputs import Floats, amounts_on, checked, id_order, minutes_at
from analyses.access.kernels import sums_by_group
from analyses.travel.blocks import BlockTimes, by_origin
from analyses.travel.times import TravelTimes
from geo import PlanningDataError


def unit_times(
    times: TravelTimes | BlockTimes,
    from_units: pd.Series,
    to_units: pd.Series | None = None,
    *,
    from_weights: pd.Series | None = None,
    to_weights: pd.Series | None = None,
) -> pd.DataFrame:
    """Mean minutes from unit to unit over the zones in them, and how much of their traffic can be made at all.

    t̄_UV = Σ_i∈U Σ_j∈V w_i v_j t_ij / Σ_i∈U Σ_j∈V w_i v_j over reached pairs: a pair of zones counts as much as there are people
    at one end and jobs at the other.

    ``from_units`` the unit of every origin, on their index; ``to_units`` of every destination (default: ``from_units``). Zones
    without a unit (null) are left out. ``from_weights`` w and ``to_weights`` v by zone, such as people and jobs (default: 1). The
    lowest percentile computed counts. Returns a row a pair of units, index ``from_unit``, ``to_unit``: ``travel_time_min`` (null
    where nobody gets there), ``reached_pct`` of all weighted pairs. With `BlockTimes` no more than a block of the matrix and one
    row of units an origin are held. Errors: E-UTIMES-01 (zones without an entry), E-UTIMES-02 (weights null or negative).
    """
    to_units = from_units if to_units is None else to_units
    start, end = _groups(times.origins, from_units), _groups(times.destinations, to_units)
    here = _weights(times.origins, from_weights)
    there = _weights(times.destinations, to_weights)
    sums = _sums_to_units(times, pd.Series(end.codes, times.destinations), there, len(end.categories))
    rows = sums.to_numpy().reshape(len(times.origins), 2, len(end.categories))
    order = id_order(times.origins)
    order = order[start.codes[order] >= 0]
    shape = len(start.categories), len(end.categories)
    spent, made = np.zeros(shape), np.zeros(shape)
    for at in order:
        spent[start.codes[at]] += here.iloc[at] * rows[at, 0]
        made[start.codes[at]] += here.iloc[at] * rows[at, 1]
    asked = np.outer(_by_unit(here, start), _by_unit(there, end))
    pairs = pd.MultiIndex.from_product([start.categories, end.categories], names=["from_unit", "to_unit"])
    with np.errstate(invalid="ignore", divide="ignore"):
        return pd.DataFrame({"travel_time_min": (spent / made).ravel(), "reached_pct": (100 * made / asked).ravel()}, index=pairs)


@by_origin()
def _sums_to_units(times: TravelTimes, groups: pd.Series, weights: pd.Series, count: int) -> pd.DataFrame:
    """By origin: weighted minutes to every unit, then the weights reached in it."""
    minutes = minutes_at(checked(times), times.percentiles[0])
    out = np.zeros((len(minutes), 2 * count))
    codes = groups.loc[times.destinations].to_numpy(np.int64)
    worth = weights.loc[times.destinations].to_numpy(np.float64)
    sums_by_group(minutes, id_order(times.destinations), codes, worth, out[:, :count], out[:, count:])
    return pd.DataFrame(out, index=times.origins)


def _groups(index: pd.Index, units: pd.Series) -> pd.Categorical:
    missing = index.difference(units.index)
    if len(missing) or units.index.has_duplicates:
        mend = "give one row for every zone, null where it lies in no unit."
        raise PlanningDataError("E-UTIMES-01", "zones have no entry, or two.", feature_ids=list(missing), mend=mend)
    return pd.Categorical(units.loc[index])


def _weights(index: pd.Index, weights: pd.Series | None) -> pd.Series:
    if weights is None:
        return pd.Series(1.0, index)
    return amounts_on(index, weights.rename("weights"), "UTIMES", "weights", of="zones")["weights"]


def _by_unit(weights: pd.Series, units: pd.Categorical) -> Floats:
    kept = units.codes >= 0
    return np.bincount(units.codes[kept], weights.to_numpy(float)[kept], minlength=len(units.categories)).astype(float)
