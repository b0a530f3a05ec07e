"""What travellers gain from a change: the rule of a half."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses._inputs import checked, minutes_at
from analyses.travel.times import TravelTimes
from geo import PlanningDataError

_HOUR_MIN = 60.0


def rule_of_a_half(
    before: TravelTimes,
    after: TravelTimes,
    trips_before: pd.DataFrame,
    trips_after: pd.DataFrame | None = None,
    *,
    percentile: int | None = None,
) -> pd.DataFrame:
    """Hours that travellers from every origin save: all of the gain for those who travelled before, half for those who come.

    Formula: B_ij = ½ (T_ij0 + T_ij1)(c_ij0 − c_ij1), summed over destinations. Source: Williams 1977; Department for Transport,
    TAG Unit A1.3.

    ``trips_before``, ``trips_after`` from-to tables (index origins, columns destinations) of people in the same span of time;
    without ``trips_after`` demand does not change. Costs are the door-to-door minutes. A pair that is not reached before or
    after has no cost to compare: its trips are told apart, not valued. Frame on the origins: ``saved_person_hours``,
    ``trips_before``, ``trips_after``, ``trips_not_valued`` (½ (T0 + T1) of such pairs). The rule holds for small changes of
    cost: where times halve, value the steps between. Errors: E-RULE-01 (origins or destinations differ), E-RULE-02 (trips null,
    infinite or negative), those of `TravelTimes`.

    >>> pair = {"from_id": ["a"], "to_id": ["b"]}
    >>> slow, fast = (TravelTimes.from_frame(pd.DataFrame({**pair, "travel_time_min": [t]})) for t in (40, 30))
    >>> trips = pd.DataFrame({"b": [100.0]}, index=["a"])
    >>> float(rule_of_a_half(slow, fast, trips, trips * 1.2)["saved_person_hours"].iloc[0].round(3))
    18.333
    """
    first, second = checked(before), checked(after)
    if not (first.origins.equals(second.origins) and first.destinations.equals(second.destinations)):
        odd = list(first.origins.symmetric_difference(second.origins)) + list(
            first.destinations.symmetric_difference(second.destinations)
        )
        raise PlanningDataError(
            "E-RULE-01", "before and after have other origins or destinations.", feature_ids=odd, mend="compute both alike."
        )
    demand = [_trips(first, trips) for trips in (trips_before, trips_before if trips_after is None else trips_after)]
    old, new = (minutes_at(times, percentile).astype(float) for times in (first, second))
    valued = np.isfinite(old) & np.isfinite(new)
    saved_min = np.subtract(old, new, out=np.zeros_like(old), where=valued)
    half = (demand[0] + demand[1]) / 2
    columns = {
        "saved_person_hours": (half * saved_min).sum(axis=1) / _HOUR_MIN,
        "trips_before": demand[0].sum(axis=1),
        "trips_after": demand[1].sum(axis=1),
        "trips_not_valued": np.where(valued, 0.0, half).sum(axis=1),
    }
    return pd.DataFrame(columns, index=first.origins)


def _trips(times: TravelTimes, trips: pd.DataFrame) -> NDArray[np.float64]:
    """Trips [origin, destination] in the order of the times."""
    odd = [*times.origins.symmetric_difference(trips.index), *times.destinations.symmetric_difference(trips.columns)]
    if odd or trips.index.has_duplicates or trips.columns.has_duplicates:
        mend = "give one row an origin and one column a destination."
        raise PlanningDataError("E-RULE-01", "trips do not fit the times.", feature_ids=odd, mend=mend)
    values = trips.loc[times.origins, times.destinations].to_numpy(float)
    wrong = ~(np.isfinite(values) & (values >= 0)).all(axis=1)
    if wrong.any():
        ids = list(times.origins[wrong])
        raise PlanningDataError("E-RULE-02", "trips are null or negative.", feature_ids=ids, mend="give 0 where nobody travels.")
    return values
