"""Who travels where, and what of it is lost when something fails: the sums that streets and lines have in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses._inputs import Floats, amounts_on, at_least_zero
from geo import PlanningDataError

DS_PER_MIN = 600


@dataclass(frozen=True)
class Trips:
    """``travellers`` [origins, destinations]; ``people`` [origins]; ``opportunities`` [destinations]; the two limits."""

    travellers: Floats
    people: Floats
    opportunities: Floats
    cutoff_min: float
    limit_min: float


@dataclass(frozen=True)
class Loss:
    """Sums over destinations: [origins] as long as nothing fails, [origins, failures] what each failure does."""

    travellers: Floats
    traveller_min: Floats
    within: Floats
    extra_min: Floats
    cut_off: Floats
    slower_pairs: Floats
    cut_off_pairs: Floats
    lost: Floats


def trips_of(
    origins: pd.Index,
    destinations: pd.Index,
    weights: pd.Series | pd.DataFrame,
    opportunities: pd.Series | None,
    cutoff_min: float,
    limit_min: float,
) -> Trips:
    """The checked demand. Errors: E-DEMAND-01, -02 (weights), E-OPP-01, -02 (opportunities), E-OPP-03 (cutoff), E-LIMIT-01."""
    if not (np.isfinite(limit_min) and limit_min > 0):
        raise PlanningDataError("E-LIMIT-01", "the limit is no time.", seen=limit_min, mend="give minutes above 0.")
    table = amounts_on(origins, weights, "DEMAND", "weights", of="origins", all_of_them=True)
    if isinstance(weights, pd.DataFrame):
        names = pd.Index(table.columns)
        if names.has_duplicates or len(names.symmetric_difference(destinations)):
            ids = list(names.symmetric_difference(destinations)) or list(names[names.duplicated()])
            mend = "give one column for every one of the destinations."
            raise PlanningDataError("E-DEMAND-01", "columns of weights and destinations differ.", feature_ids=ids, mend=mend)
        travellers = table[list(destinations)].to_numpy()
        people = travellers.sum(axis=1)
    else:
        people = table.iloc[:, 0].to_numpy()
        travellers = np.broadcast_to(people[:, None], (len(origins), len(destinations)))
    if people.sum() <= 0:
        raise PlanningDataError("E-DEMAND-03", "nobody travels.", seen=0, mend="give weights above 0.")
    places = np.zeros(len(destinations))
    if opportunities is not None:
        places = amounts_on(destinations, opportunities, "OPP", "opportunities").iloc[:, 0].to_numpy()
    return Trips(travellers, people, places, at_least_zero(cutoff_min, "E-OPP-03", "a cutoff in minutes"), float(limit_min))


def loss_between(before: Floats, after: Floats, trips: Trips, rows: NDArray[np.intp]) -> tuple[Floats, ...]:
    """Extra minutes, travellers cut off, slower and cut-off pairs, lost opportunities of some origins [rows, destinations]."""
    own = trips.travellers[rows]
    cut, slower = np.isfinite(before) & ~np.isfinite(after), (after > before) & np.isfinite(after)
    seconds = np.where(slower, np.round(np.where(slower, after, 0) * 60) - np.round(np.where(slower, before, 0) * 60), 0)
    lost = (before <= trips.cutoff_min) & ~(after <= trips.cutoff_min)
    return (
        (own * seconds).sum(axis=1) / 60,
        (own * cut).sum(axis=1),
        slower.sum(axis=1).astype(float),
        cut.sum(axis=1).astype(float),
        lost @ trips.opportunities,
    )
