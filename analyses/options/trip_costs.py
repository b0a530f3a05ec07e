"""What one trip costs its traveller: fares by boarding and distance, and the motorbike by distance and parking."""

from __future__ import annotations

from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from geo import PlanningDataError
from geo.movement import Timetable

_COLUMNS = ("applies_to", "boarding_vnd", "per_km_vnd", "most_vnd", "trip_end_vnd")


def fare_vnd(legs: pd.DataFrame, timetable: Timetable, costs: pd.DataFrame) -> float:
    """The fares of a journey by transit, as `itinerary` tells it.

    Formula: Σ over rides of min(boarding + per_km · d, most), d between the stops of boarding and alighting. Source: stated here.

    ``costs`` as `layers.travel_costs` gives them: of the rows whose ``applies_to`` fits the line the longest
    counts, of equally long ones the first. d in kilometres as the
    crow flies. Null for a journey that is not there. Errors: E-COST-01 (columns missing), E-COST-02 (no row fits a line).
    """
    _checked(costs)
    if legs.empty:
        return np.nan
    place = {stop: number for number, stop in enumerate(timetable.stop_ids)}
    total = 0.0
    for ride in legs[legs["kind"].eq("ride")].itertuples():
        cost = _cost_of(str(ride.line_id), costs)
        start, end = place[ride.from_stop], place[ride.to_stop]
        km = float(np.hypot(timetable.x[start] - timetable.x[end], timetable.y[start] - timetable.y[end])) / 1000
        total += min(float(cost["boarding_vnd"]) + float(cost["per_km_vnd"]) * km, _most(cost))
    return total


def vehicle_cost_vnd(mode: str, distance_km: float, costs: pd.DataFrame) -> float:
    """What a trip by a vehicle of one's own costs, without its price.

    Formula: per_km · d + trip_end. Source: stated here.

    Errors: E-COST-01, E-COST-02 as of `fare_vnd`.
    """
    _checked(costs)
    cost = _cost_of(mode, costs[costs["applies_to"].eq(mode)], of=mode)
    return float(cost["per_km_vnd"]) * distance_km + float(cost["trip_end_vnd"])


def _checked(costs: pd.DataFrame) -> None:
    missing = [name for name in _COLUMNS if name not in costs]
    if missing:
        raise PlanningDataError("E-COST-01", "columns of costs are missing.", seen=missing, mend="see layers.travel_costs().")


def _cost_of(line: str, costs: pd.DataFrame, of: str | None = None) -> pd.Series:
    fits = costs[[fnmatchcase(line, pattern) for pattern in costs["applies_to"]]]
    if fits.empty:
        mend = 'add a row of costs; applies_to = "*" fits every line.'
        raise PlanningDataError("E-COST-02", "nobody says what this costs.", seen=of or line, mend=mend)
    return fits.iloc[int(fits["applies_to"].str.len().to_numpy().argmax())]


def _most(cost: pd.Series) -> float:
    most = float(cost["most_vnd"])
    return most if np.isfinite(most) else np.inf
