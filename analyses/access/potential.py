"""Potential of places: what they hold themselves and what lies near, all pairs of centres at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analyses._inputs import amounts_on, checked, refuse_rows
from analyses.access.decay import DecayFunction
from analyses.access.opportunities import gravity
from analyses.travel.times import TravelTimes
from geo import PlanningDataError


def internal_minutes(area_ha: pd.Series, speed_kmh: float) -> pd.Series:
    """Minutes of a trip inside a zone, for its own part in a potential.

    Formula: t_ii = ½ √(a_i / π) / v. Source: Frost & Spence 1995.

    ``area_ha`` a in hectares, above 0; ``speed_kmh`` v over local streets, above 0 (take their detour off it). Returns minutes on
    the same index. Errors: E-POT-01.

    >>> import pandas as pd
    >>> internal_minutes(pd.Series({"a": 31415.926535897932}), speed_kmh=30).round(9).to_dict()
    {'a': 10.0}
    """
    if not (np.isfinite(speed_kmh) and speed_kmh > 0):
        raise PlanningDataError("E-POT-01", "the speed must be above 0.", seen=speed_kmh, mend="give km/h.")
    areas = area_ha.to_numpy(float)
    wrong = pd.Series(~(np.isfinite(areas) & (areas > 0)), area_ha.index)
    refuse_rows(wrong, "E-POT-01", "areas are null or not above 0.", "give hectares.")
    return pd.Series(0.5 * np.sqrt(areas / 100 / np.pi) / speed_kmh * 60, area_ha.index, name="internal_min")


def potential_access(
    times: TravelTimes, masses: pd.Series | pd.DataFrame, decay: DecayFunction, *, internal_min: pd.Series | float
) -> pd.DataFrame:
    """Potential accessibility of centres: the masses of all, their own included, weighted by how far they are.

    Formula: P_i = M_i f(t_ii) + Σ_{j≠i} M_j f(t_ij). Source: Hansen 1959; Frost & Spence 1995.

    ``times`` from every centre to every centre; ``masses`` M (people, jobs) on their index; ``internal_min`` t_ii in minutes, one
    for all or a Series (`internal_minutes`). Returns ``<name>_potential`` in weighted units of the mass and ``<name>_self_pct``,
    the share of it that is the centre's own, null where the potential is 0 (``_p<percentile>`` behind both where several were
    computed). Errors: E-POT-01 and -02 (internal minutes; origins and destinations differ), those of `gravity`.

    >>> import pandas as pd, analyses
    >>> pairs = pd.DataFrame({"from_id": ["a", "b"], "to_id": ["b", "a"], "travel_time_min": [20, 20]})
    >>> times = analyses.TravelTimes.from_frame(pairs)
    >>> decay = analyses.decay_exponential(half_life_min=10)
    >>> jobs = pd.Series({"a": 100, "b": 80}, name="jobs")
    >>> potential_access(times, jobs, decay, internal_min=10).round(9).loc["a"].to_dict()
    {'jobs_potential': 70.0, 'jobs_self_pct': 71.428571429}
    """
    places = checked(times).origins
    if len(places.symmetric_difference(times.destinations)):
        ids = list(places.symmetric_difference(times.destinations))
        raise PlanningDataError("E-POT-02", "origins and destinations differ.", feature_ids=ids, mend="time a square matrix.")
    inside = internal_min if isinstance(internal_min, pd.Series) else pd.Series(float(internal_min), places)
    table = amounts_on(places, inside, "POT", "internal minutes", of="centres").iloc[:, 0].to_numpy()
    minutes = times.minutes.copy()
    own = times.destinations.get_indexer(places)
    minutes[:, np.arange(len(places)), own] = table
    square = replace(times, minutes=minutes)
    found = gravity(square, masses, decay)
    minutes[:, np.arange(len(places)), own] = np.inf
    others = gravity(replace(times, minutes=minutes), masses, decay)
    columns = {}
    for name in map(str, found):
        whole = found[name].to_numpy()
        share = np.divide(whole - others[name].to_numpy(), whole, out=np.full(len(whole), np.nan), where=whole > 0)
        columns[name.replace("_gravity", "_potential")] = whole
        columns[name.replace("_gravity", "_self_pct")] = 100 * share
    return pd.DataFrame(columns, index=places)
