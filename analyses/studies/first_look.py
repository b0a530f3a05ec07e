"""First look: minutes to the centres by every mode, the axis in figures, what lies round the stops of a planned line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pydantic import Field

import layers
from analyses.access.opportunities import opportunities_within
from analyses.options.comparison import compare
from analyses.stations.catchments import land_within_stops, within_stops
from analyses.studies.centre_reach import CentreReach, ReachOfStudy, centre_reach
from analyses.study.grounds import StudyGround
from analyses.study.parts import Minutes, Study, Wrong
from analyses.study.shapes import Part
from analyses.travel.corridor import corridor_times, corridor_ways
from analyses.travel.matrices import travel_times
from analyses.travel.times import Departure, TravelTimes
from geo import PlanningDataError, nearest_names
from geo.movement import Transport

STREET_MODES = ("car", "motorbike")
WITHIN_MIN = (30, 60, 90)
OFF_PEAK = "10:00"


class StopsOfStudy(Part):
    """What is counted round the planned stops."""

    radii_m: list[Annotated[int, Field(ge=1, le=100_000)]] = Field(default=[500, 1000], min_length=1)
    draws: int = Field(default=200, ge=1, le=10_000)


class FirstLookStudy(Study):
    """A first study of the region: who reaches the centres, today and with a planned line."""

    kind: Literal["first_look"] = "first_look"
    destinations: list[str] = Field(min_length=1)
    axis: list[str] = Field(min_length=2)
    planned_line: str
    cutoff_min: Minutes = 45
    limit_min: Minutes = 180
    stops: StopsOfStudy = StopsOfStudy()
    reach: ReachOfStudy = ReachOfStudy()

    def wrong(self, ground: StudyGround) -> Iterator[Wrong]:
        """Centres and lines that are not there, and a base or scenarios the first look has no use for."""
        for key in ("destinations", "axis"):
            for number, name in enumerate(getattr(self, key)):
                if name not in layers.centres(workspace=ground.workspace).index:
                    yield (
                        (key, number),
                        f"no such centre, seen {name!r}; {nearest_names(name, layers.centres(workspace=ground.workspace).index)}",
                    )
        try:
            layers.stations(self.planned_line, workspace=ground.workspace)
            layers.transport(planned=[self.planned_line], date=self.base.date, workspace=ground.workspace)
        except PlanningDataError as error:
            yield ("planned_line",), str(error).rstrip(".")
        if not ground.embedded or self.scenarios:
            what = "a first look is of the region and its plans; for scenarios and other places write kind = 'access'"
            yield ("scenarios" if ground.embedded else "base",), what


@dataclass(frozen=True, eq=False)
class FirstLook:
    """Its results, frames by what they show.

    ``minutes``: the zones with ``<mode>_to_<centre>_min`` (car, motorbike, transit, transit_planned) and
    ``transit_to_<centre>_min_change``; ``access``: the zones with jobs reached by transit before, after, change, and by car and
    motorbike; ``axis``: the corridor table, ``axis_ways`` its lines; ``reached``: people within 30/60/90 minutes of each centre;
    ``stops_people``, ``stops_land``: people, jobs, hectares round the planned stops; ``transit``: minutes between all zones,
    today and with the line; ``reach``: the first of the destinations by hour, by cell and in bands.
    """

    minutes: GeoDataFrame
    access: GeoDataFrame
    axis: pd.DataFrame
    axis_ways: GeoDataFrame
    reached: pd.DataFrame
    stops_people: pd.DataFrame
    stops_land: pd.DataFrame
    transit: tuple[TravelTimes, TravelTimes]
    reach: CentreReach


STEPS = ("minutes", "access", "axis", "reach", "stops")


def first_look_study(study: FirstLookStudy, ground: StudyGround, step: Callable[[str], None] = lambda _: None) -> FirstLook:
    """Runs the study; ``step`` is told each of `STEPS` before it starts."""
    stops = layers.stations(study.planned_line, workspace=ground.workspace)
    step("minutes")
    minutes = _minutes(study, ground)
    step("access")
    transit = _transit(study, ground)
    access = _access(study, ground, transit)
    step("axis")
    axis_ways = corridor_ways(
        ground.today, layers.centres(workspace=ground.workspace).loc[study.axis], departure=Departure(OFF_PEAK)
    )
    axis = _axis(study, ground)
    step("reach")
    reach = centre_reach(ground, study.destinations[0], study.reach, study.leaves(), study.limit_min)
    step("stops")
    radii_m, draws, seed = study.stops.radii_m, study.stops.draws, study.seed
    return FirstLook(
        minutes=minutes,
        access=access,
        axis=axis,
        axis_ways=axis_ways,
        reached=_reached(study, ground, minutes),
        stops_people=within_stops(stops, ground.zones, (ground.people, ground.jobs), radii_m=radii_m, draws=draws, seed=seed),
        stops_land=land_within_stops(stops, layers.land_use(workspace=ground.workspace), radii_m=radii_m, draws=draws, seed=seed),
        transit=transit,
        reach=reach,
    )


def _minutes(study: FirstLookStudy, ground: StudyGround) -> GeoDataFrame:
    """Minutes from every zone to every destination; the motorbike stands beside every transit minute."""
    ends = layers.centres(workspace=ground.workspace).loc[study.destinations]
    timed = partial(travel_times, departure=study.leaves(), limit_min=study.limit_min, seed=study.seed)
    found = {mode: timed(ground.today, ground.zones, ends, mode=mode) for mode in (*STREET_MODES, "transit")}
    found["transit_planned"] = timed(_planned(study, ground), ground.zones, ends, mode="transit")
    out = ground.zones.copy()
    for end in study.destinations:
        column = ends.index.get_loc(end)
        for mode, times in found.items():
            out[f"{mode}_to_{end}_min"] = _rounded(times, column)
        change = out[f"transit_planned_to_{end}_min"] - out[f"transit_to_{end}_min"]
        both = np.isfinite(out[f"transit_planned_to_{end}_min"]) & np.isfinite(out[f"transit_to_{end}_min"])
        out[f"transit_to_{end}_min_change"] = change.where(both).round(1)
    return out


def _planned(study: FirstLookStudy, ground: StudyGround) -> Transport:
    return layers.transport(planned=[study.planned_line], date=study.base.date, workspace=ground.workspace)


def _rounded(times: TravelTimes, column: int) -> np.ndarray:
    return np.round(times.at()[:, column].astype(float), 1)


def _transit(study: FirstLookStudy, ground: StudyGround) -> tuple[TravelTimes, TravelTimes]:
    timed = partial(travel_times, departure=study.leaves(), limit_min=study.limit_min, seed=study.seed)
    return timed(ground.today, ground.zones, mode="transit"), timed(_planned(study, ground), ground.zones, mode="transit")


def _access(study: FirstLookStudy, ground: StudyGround, transit: tuple[TravelTimes, TravelTimes]) -> GeoDataFrame:
    """Jobs reached within the cutoff by transit today and with the plan, and by car and motorbike."""
    timed = partial(travel_times, departure=study.leaves(), limit_min=study.cutoff_min, seed=study.seed)
    streets = (timed(ground.today, ground.zones, mode=mode) for mode in STREET_MODES)
    jobs = ground.zones["jobs"]
    before, after, *by_street = (opportunities_within(times, jobs, study.cutoff_min) for times in (*transit, *streets))
    out = compare(ground.zones, before, after)
    for mode, reached in zip(STREET_MODES, by_street, strict=True):
        out[f"jobs_by_{mode}_within_{study.cutoff_min}min"] = reached[f"jobs_within_{study.cutoff_min}min"]
    return out


def _axis(study: FirstLookStudy, ground: StudyGround) -> pd.DataFrame:
    places = layers.centres(workspace=ground.workspace).loc[study.axis]
    hours = {"peak": study.leaves(), "off_peak": Departure(OFF_PEAK)}
    tables = [
        corridor_times(ground.today, places, modes=STREET_MODES, departure=leaves).assign(hour=name, departure=leaves.time)
        for name, leaves in hours.items()
    ]
    return pd.concat(tables, ignore_index=True).round(
        {"distance_km": 2, "straight_km": 2, "travel_time_min": 1, "mean_speed_kmh": 1, "detour": 3}
    )


def _reached(study: FirstLookStudy, ground: StudyGround, minutes: GeoDataFrame) -> pd.DataFrame:
    """People within 30, 60 and 90 minutes of each destination, by mode, and their share of all."""
    people = minutes[ground.people]
    rows = []
    for end in study.destinations:
        for mode in (*STREET_MODES, "transit", "transit_planned"):
            for limit in WITHIN_MIN:
                inside = int(people[minutes[f"{mode}_to_{end}_min"] <= limit].sum())
                rows.append((end, mode, limit, inside, round(100 * inside / people.sum(), 1)))
    return pd.DataFrame(rows, columns=["centre_id", "mode", "within_min", ground.people, "share_pct"])
