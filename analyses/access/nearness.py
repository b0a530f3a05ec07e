"""What lies together within a walk or a ride: services within 15 minutes, and the three helices of innovation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses._inputs import above_zero, amounts_on, checked, id_order, minutes_at, refuse_rows
from analyses.travel.times import TravelTimes
from geo import PlanningDataError

CUTOFF_MIN = 15.0
ALL = "all"


def co_location(
    times: TravelTimes, kinds: pd.Series, *, cutoff_min: float = CUTOFF_MIN, percentile: int | None = None
) -> pd.DataFrame:
    """How far all kinds of innovation nodes - state, enterprise, school - lie together within reach, not just many of one.

    Formula: C_i = (Π_k a_ik)^(1/K), a_ik nodes of kind k with t_ij ≤ T, K = 3 helices; 0 if one is missing. Source: stated here;
    the helices Etzkowitz & Leydesdorff 2000.

    ``times`` to the nodes; ``kinds`` the helix of every node on the destinations' index; those that occur count. Returns on the
    origins' index ``<kind>_within_<T>min`` (nodes) and ``co_location``. Errors: E-KIND-01 (nodes without kind, ids differ),
    E-KIND-02 (one kind alone), E-KIND-03 (cutoff), E-TIMES-01, -02.

    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"from_id": "A", "to_id": list("wxyz"), "travel_time_min": [5, 9, 15, 16]})
    >>> helix = pd.Series({"w": "state", "x": "enterprise", "y": "school", "z": "school"})
    >>> co_location(TravelTimes.from_frame(pairs), helix).loc["A"].to_dict()
    {'enterprise_within_15min': 1.0, 'school_within_15min': 1.0, 'state_within_15min': 1.0, 'co_location': 1.0}
    """
    above_zero([cutoff_min], "E-KIND-03", "the cutoff")
    wrong = list(times.destinations.symmetric_difference(kinds.index)) or list(
        kinds.index[kinds.isna() | kinds.index.duplicated()]
    )
    if wrong:
        raise PlanningDataError("E-KIND-01", "nodes and kinds differ.", feature_ids=wrong, mend="one kind for every node.")
    names = sorted(kinds.unique())
    if len(names) <= 1:
        raise PlanningDataError("E-KIND-02", "one kind can not lie together.", seen=names, mend="give nodes of all helices.")
    reached = minutes_at(checked(times), percentile) <= cutoff_min
    of_kind = kinds.loc[times.destinations].to_numpy()
    counts = {f"{name}_within_{cutoff_min:g}min": reached[:, of_kind == name].sum(axis=1).astype(float) for name in names}
    table = pd.DataFrame(counts, index=times.origins)
    table["co_location"] = np.prod(table.to_numpy(), axis=1) ** (1 / len(names))
    return table


def fifteen_minute_index(
    times_by_service: pd.DataFrame, population: pd.Series, *, cutoff_min: float = CUTOFF_MIN
) -> pd.DataFrame:
    """Share of people with each service within 15 minutes of home, and with all of them.

    Formula: I_s = Σ_i P_i [t_is ≤ T] / Σ_i P_i; all: Σ_i P_i Π_s [t_is ≤ T] / Σ_i P_i. Source: stated here after
    Moreno et al. 2021.

    ``times_by_service`` minutes from every zone to the nearest school, clinic, market ..., one column a service, null or inf
    where none is reached (as from `time_to_nearest`); ``population`` on the same index. Returns one row a service and the last
    for "all" of them: ``people`` within, ``index_pct``, and ``mean_min`` of those who reach one at all (null if nobody does).
    Errors: E-FIFTEEN-01 (ids differ or stand twice, no service), E-FIFTEEN-02 (negative times, text; people null or negative),
    E-FIFTEEN-03 (nobody lives here), E-FIFTEEN-04 (cutoff).

    >>> import pandas as pd
    >>> minutes = pd.DataFrame({"school": [5, 15, 20], "clinic": [10, None, 3]}, index=["a", "b", "c"])
    >>> fifteen_minute_index(minutes, pd.Series({"a": 50, "b": 30, "c": 20}))["index_pct"].to_dict()
    {'school': 80.0, 'clinic': 70.0, 'all': 50.0}
    """
    above_zero([cutoff_min], "E-FIFTEEN-04", "the cutoff")
    minutes = _minutes(times_by_service)
    people = amounts_on(minutes.index, population, "FIFTEEN", "population", of="zones", all_of_them=True).iloc[:, 0]
    people = people.iloc[id_order(people.index)]
    total = float(np.sort(people.to_numpy()).sum())
    if total <= 0:
        raise PlanningDataError("E-FIFTEEN-03", "nobody lives here.", seen=total, mend="give zones with people.")
    every = minutes.assign(**{ALL: minutes.max(axis=1)}).loc[people.index]
    rows = {}
    for name in every:
        here, reached = every[name] <= cutoff_min, np.isfinite(every[name]) & (people > 0)
        within = float(np.sort(people[here].to_numpy()).sum())
        mean = float(np.average(every[name][reached], weights=people[reached])) if reached.any() else np.nan
        rows[name] = (within, 100 * within / total, mean)
    return pd.DataFrame.from_dict(rows, orient="index", columns=["people", "index_pct", "mean_min"]).rename_axis("service")


def _minutes(times_by_service: pd.DataFrame) -> pd.DataFrame:
    """Minutes with inf where nothing is reached."""
    index, names = times_by_service.index, list(times_by_service)
    if index.has_duplicates or len(set(names)) < len(names) or not names or ALL in names:
        mend = f'one row a zone, one column a service, none named "{ALL}".'
        raise PlanningDataError("E-FIFTEEN-01", "services or zones stand twice, or are missing.", seen=names, mend=mend)
    text = [str(name) for name, kind in times_by_service.dtypes.items() if not pd.api.types.is_numeric_dtype(kind)]
    if text:
        raise PlanningDataError("E-FIFTEEN-02", "times are no numbers.", seen=text, mend="minutes, null where not reached.")
    minutes = times_by_service.astype("float64").fillna(np.inf)
    refuse_rows((minutes < 0).any(axis=1), "E-FIFTEEN-02", "times are negative.", "minutes of 0 or more.")
    return minutes
