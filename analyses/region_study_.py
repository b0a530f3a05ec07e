"""The first study of the region: minutes to the centres by every mode, the axis in figures, what lies round planned stops.

The underscore keeps the module from shadowing its function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from analyses.access import opportunities_within
from analyses.catchments import land_within_stops, within_stops
from analyses.comparison import compare
from analyses.corridor import corridor_times, corridor_ways
from analyses.study import Study
from analyses.times import Departure, TravelTimes
from analyses.travel import travel_times
from geo import PlanningDataError, nearest_names
from geo.movement import Transport

STREET_MODES = ("car", "motorbike")
COUNTED = ("population_2019_people", "jobs")
WITHIN_MIN = (30, 60, 90)
OFF_PEAK = "10:00"


@dataclass(frozen=True, eq=False)
class Ground:
    """What the study looks at: zones, centres, the planned line's stops, land use, and transport today and with the plan."""

    zones: GeoDataFrame
    centres: GeoDataFrame
    stops: GeoDataFrame
    land_use: GeoDataFrame
    today: Transport
    planned: Transport


@dataclass(frozen=True, eq=False)
class RegionStudy:
    """Its results, frames by what they show.

    ``minutes``: the zones with ``<mode>_to_<centre>_min`` (car, motorbike, transit, transit_planned) and
    ``transit_to_<centre>_min_change``; ``access``: the zones with jobs reached by transit before, after, change, and by car and
    motorbike; ``axis``: the corridor table, ``axis_ways`` its lines; ``reached``: people within 30/60/90 minutes of each centre;
    ``stops_people``, ``stops_land``: people, jobs, hectares round the planned stops.
    """

    minutes: GeoDataFrame
    access: GeoDataFrame
    axis: pd.DataFrame
    axis_ways: GeoDataFrame
    reached: pd.DataFrame
    stops_people: pd.DataFrame
    stops_land: pd.DataFrame


STEPS = ("minutes", "access", "axis", "stops")


def region_study(study: Study, ground: Ground, step: Callable[[str], None] = lambda _: None) -> RegionStudy:
    """Runs the study; ``step`` is told each of `STEPS` before it starts.

    Errors: E-STUDY-01 a destination or place of the axis that is no centre; what the analyses refuse.
    """
    for name in (*study.destinations, *study.axis):
        if name not in ground.centres.index:
            mend = nearest_names(name, ground.centres.index)
            raise PlanningDataError("E-STUDY-01", "no such centre.", layer="centres", seen=name, mend=mend)
    step("minutes")
    minutes = _minutes(study, ground)
    step("access")
    access = _access(study, ground)
    step("axis")
    axis_ways = corridor_ways(ground.today, ground.centres.loc[study.axis], departure=Departure(OFF_PEAK))
    axis = _axis(study, ground)
    step("stops")
    radii_m, draws, seed = study.stops.radii_m, study.stops.draws, study.seed
    return RegionStudy(
        minutes=minutes,
        access=access,
        axis=axis,
        axis_ways=axis_ways,
        reached=_reached(study, minutes),
        stops_people=within_stops(ground.stops, ground.zones, COUNTED, radii_m=radii_m, draws=draws, seed=seed),
        stops_land=land_within_stops(ground.stops, ground.land_use, radii_m=radii_m, draws=draws, seed=seed),
    )


def _minutes(study: Study, ground: Ground) -> GeoDataFrame:
    """Minutes from every zone to every destination; the motorbike stands beside every transit minute."""
    ends = ground.centres.loc[study.destinations]
    timed = partial(travel_times, departure=study.leaves(), limit_min=study.limit_min, seed=study.seed)
    found = {mode: timed(ground.today, ground.zones, ends, mode=mode) for mode in (*STREET_MODES, "transit")}
    found["transit_planned"] = timed(ground.planned, ground.zones, ends, mode="transit")
    out = ground.zones.copy()
    for end in study.destinations:
        column = ends.index.get_loc(end)
        for mode, times in found.items():
            out[f"{mode}_to_{end}_min"] = _rounded(times, column)
        change = out[f"transit_planned_to_{end}_min"] - out[f"transit_to_{end}_min"]
        both = np.isfinite(out[f"transit_planned_to_{end}_min"]) & np.isfinite(out[f"transit_to_{end}_min"])
        out[f"transit_to_{end}_min_change"] = change.where(both).round(1)
    return out


def _rounded(times: TravelTimes, column: int) -> np.ndarray:
    return np.round(times.at()[:, column].astype(float), 1)


def _access(study: Study, ground: Ground) -> GeoDataFrame:
    """Jobs reached within the cutoff by transit today and with the plan, and by car and motorbike."""
    timed = partial(travel_times, departure=study.leaves(), limit_min=study.cutoff_min, seed=study.seed)
    before, after, *by_street = (
        opportunities_within(timed(transport, ground.zones, mode=mode), ground.zones["jobs"], study.cutoff_min)
        for transport, mode in (
            (ground.today, "transit"),
            (ground.planned, "transit"),
            *((ground.today, m) for m in STREET_MODES),
        )
    )
    out = compare(ground.zones, before, after)
    for mode, reached in zip(STREET_MODES, by_street, strict=True):
        out[f"jobs_by_{mode}_within_{study.cutoff_min}min"] = reached[f"jobs_within_{study.cutoff_min}min"]
    return out


def _axis(study: Study, ground: Ground) -> pd.DataFrame:
    places = ground.centres.loc[study.axis]
    hours = {"peak": study.leaves(), "off_peak": Departure(OFF_PEAK)}
    tables = [
        corridor_times(ground.today, places, modes=STREET_MODES, departure=leaves).assign(hour=name, departure=leaves.time)
        for name, leaves in hours.items()
    ]
    return pd.concat(tables, ignore_index=True).round(
        {"distance_km": 2, "straight_km": 2, "travel_time_min": 1, "mean_speed_kmh": 1, "detour": 3}
    )


def _reached(study: Study, minutes: GeoDataFrame) -> pd.DataFrame:
    """People within 30, 60 and 90 minutes of each destination, by mode, and their share of all."""
    people = minutes["population_2019_people"]
    rows = []
    for end in study.destinations:
        for mode in (*STREET_MODES, "transit", "transit_planned"):
            for limit in WITHIN_MIN:
                inside = int(people[minutes[f"{mode}_to_{end}_min"] <= limit].sum())
                rows.append((end, mode, limit, inside, round(100 * inside / people.sum(), 1)))
    return pd.DataFrame(rows, columns=["centre_id", "mode", "within_min", "population_2019_people", "share_pct"])
