"""Industrial conversion: jobs that leave old parks and where they arrive, ways of their workers, what is built, who loses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pydantic import Field

import layers
from analyses.access.opportunities import opportunities_within
from analyses.land.floor_space import station_capacity
from analyses.options.comparison import compare
from analyses.studies.moved_jobs import BOUNDS, arriving, leaving
from analyses.study.grounds import StudyGround
from analyses.study.parts import Minutes, Study, Wrong
from analyses.study.shapes import Part
from analyses.study.totals import totals_by_unit
from analyses.travel.matrices import travel_times
from geo import PlanningDataError, largest_remainder, nearest_names

STEPS = ("parks", "commute", "access")
MOVED, REBUILT = "moved", "rebuilt"
Mode = Literal["motorbike", "car", "transit"]
Positive = Annotated[float, Field(gt=0)]
Pct = Annotated[float, Field(ge=0, le=100)]
Rate = tuple[Positive, Positive, Positive]


class LandOfConversion(Part):
    """What is built on the land of the parks: the planner's assumptions, [low, middle, high] where there are three.

    Shares are of the whole park; what is neither homes nor services is streets, green and utilities.
    """

    housing_pct: Pct = 45.0
    services_pct: Pct = 15.0
    far_homes: Rate = (1.5, 2.5, 3.5)
    far_services: Rate = (1.0, 1.5, 2.0)
    efficiency: Rate = (0.7, 0.75, 0.8)
    m2_per_person: Rate = (20.0, 25.0, 30.0)
    m2_per_job: Rate = (25.0, 35.0, 50.0)
    people_per_dwelling: Positive = 3.5


class ConversionStudy(Study):
    """``parks`` (ids of `layers.industrial_parks`) become town; their jobs go to ``candidates`` by the room these have.

    ``full_jobs_per_ha`` what a candidate holds when full; homes of today's workers: people within ``catchment_min`` of a park by
    motorbike, halved every ``half_life_min``; ``worker_housing_pct`` of a receiving park, at least ``worker_housing_least_ha``.
    """

    kind: Literal["conversion"] = "conversion"
    parks: list[str] = Field(min_length=1)
    candidates: list[str] = Field(min_length=1)
    full_jobs_per_ha: Positive = 70.0
    catchment_min: Minutes = 45
    half_life_min: Positive = 10.0
    modes: list[Mode] = Field(default=["motorbike", "car", "transit"], min_length=1)
    long_min: Minutes = 60
    limit_min: Minutes = 180
    cutoff_min: Minutes = 45
    worker_housing_pct: Pct = 2.0
    worker_housing_least_ha: float = Field(default=5.0, ge=0)
    land: LandOfConversion = LandOfConversion()

    def wrong(self, ground: StudyGround) -> Iterator[Wrong]:
        """Parks that are not there or stand on both sides, shares above the whole."""
        if not ground.embedded:
            yield ("base",), "a conversion stands on the region's own parks and zones; leave files out"
        known = layers.industrial_parks(workspace=ground.workspace).index
        for key, ids in (("parks", self.parks), ("candidates", self.candidates)):
            for number, name in enumerate(ids):
                if name not in known:
                    yield (key, number), f"no such industrial park, seen {name!r}; {nearest_names(name, known)}"
                if ids.count(name) > 1 or (key == "candidates" and name in self.parks):
                    yield (key, number), f"a park stands twice, seen {name!r}"
        if self.land.housing_pct + self.land.services_pct > 100:  # noqa: PLR2004 - per cent
            yield ("land",), "housing and services are more than the whole park"


@dataclass(frozen=True, eq=False)
class ConversionFound:
    """``parks``: outlines with jobs displaced (low, middle, high), and people, dwellings, service jobs that their land may hold;
    ``candidates``: outlines with room, jobs arriving and worker housing; ``moves``: jobs by park and candidate, all bounds adding
    up; ``homes``: the zones with today's ``workers_people`` of all parks by the stated rule; ``commute``: by park, place of work
    (the park itself first) and mode the mean minutes of its workers, who gets there at all, and how many need longer than the
    limit; ``zones``: by state ("moved", "rebuilt") the zones after; ``access``: the same with jobs within reach, before, after,
    change; ``totals``, ``winners`` of it by unit.
    """

    parks: GeoDataFrame
    candidates: GeoDataFrame
    moves: pd.DataFrame
    homes: GeoDataFrame
    commute: pd.DataFrame
    zones: Mapping[str, GeoDataFrame]
    access: Mapping[str, GeoDataFrame]
    totals: pd.DataFrame
    winners: pd.DataFrame


def conversion_study(
    study: ConversionStudy, ground: StudyGround, step: Callable[[str], None] = lambda _: None
) -> ConversionFound:
    """Runs the study; ``step`` is told each of `STEPS` before it starts. Errors: E-CONVERT-01 no room, -02 jobs not in zones."""
    step("parks")
    places = layers.jobs(workspace=ground.workspace)
    parks = _rebuilt(study, places.loc[study.parks])
    moves, candidates = _moves(study, parks, places.loc[study.candidates])
    zones = _zones_after(ground, parks, candidates)
    step("commute")
    homes, commute = _commute(study, ground, parks)
    step("access")
    access = _access(study, ground, zones)
    totals, winners = totals_by_unit(ground, access)
    return ConversionFound(
        parks=parks,
        candidates=candidates,
        moves=moves,
        homes=homes,
        commute=commute,
        zones=MappingProxyType(zones),
        access=MappingProxyType(access),
        totals=totals,
        winners=winners,
    )


def _rebuilt(study: ConversionStudy, parks: GeoDataFrame) -> GeoDataFrame:
    """People, dwellings and service jobs on the land of every park."""
    land = study.land
    held = pd.DataFrame(
        {"homes_ha": parks["area_ha"] * land.housing_pct / 100, "services_ha": parks["area_ha"] * land.services_pct / 100}
    )
    room = station_capacity(
        held,
        far={"homes": land.far_homes, "services": land.far_services},
        efficiency=land.efficiency,
        m2_per_person={"homes": land.m2_per_person},
        m2_per_job={"services": land.m2_per_job},
    )
    named = {f"new_{name}": room[name].round() for name in room if str(name).startswith(("people", "jobs"))}
    per = land.people_per_dwelling
    dwellings = {f"new_dwellings{end}": (room[f"people{end}"] / per).round() for end in ("_low", "", "_high")}
    kept = ["name_vi", "name_en", "unit_id", "area_ha", *BOUNDS, "status", "accuracy_m", "geometry"]
    return parks[kept].join(held).assign(**named, **dwellings)


def _moves(study: ConversionStudy, parks: GeoDataFrame, candidates: GeoDataFrame) -> tuple[pd.DataFrame, GeoDataFrame]:
    """Every park's jobs over the candidates by their room, in whole numbers that add up at every bound."""
    room = (candidates["area_ha"] * study.full_jobs_per_ha - candidates["jobs"]).clip(lower=0)
    if parks["jobs_high"].sum() > room.sum():
        seen = {"jobs displaced, high": int(parks["jobs_high"].sum()), "room": int(room.sum())}
        raise PlanningDataError(
            "E-CONVERT-01",
            "the candidates have no room for the jobs.",
            seen=seen,
            mend="name more candidates, or a higher full_jobs_per_ha.",
        )
    rows = []
    for park, row in parks.iterrows():
        low, middle, high = (int(row[name]) for name in BOUNDS)
        parts = np.cumsum([largest_remainder(room, part) for part in (low, middle - low, high - middle)], axis=0)
        rows.append(pd.DataFrame({"park_id": park, "candidate_id": room.index, **dict(zip(BOUNDS, parts, strict=True))}))
    moves = pd.concat(rows, ignore_index=True)
    arrived = moves.groupby("candidate_id")[list(BOUNDS)].sum().reindex(candidates.index).add_prefix("arriving_")
    kept = ["name_vi", "name_en", "unit_id", "area_ha", "jobs", "status", "accuracy_m", "geometry"]
    housing_ha = (candidates["area_ha"] * study.worker_housing_pct / 100).clip(lower=study.worker_housing_least_ha)
    land = study.land
    people = housing_ha * 10_000 * land.far_homes[1] * land.efficiency[1] / land.m2_per_person[1]
    told = {"room_jobs": room.round(), "worker_housing_ha": housing_ha, "worker_housing_people": people.round()}
    return moves, candidates[kept].join(arrived).assign(**told)


def _zones_after(ground: StudyGround, parks: GeoDataFrame, candidates: GeoDataFrame) -> dict[str, GeoDataFrame]:
    """The zones when jobs have moved, and when the parks are town as well."""
    moved = ground.zones.copy()
    for name in BOUNDS:
        moved[name] = ground.zones[name] - leaving(parks, parks[name], ground.zones, name)
        moved[name] += arriving(candidates, candidates[f"arriving_{name}"], ground.zones)
    rebuilt = moved.copy()
    rebuilt[ground.people] += arriving(parks, parks["new_people"], ground.zones)
    for name, new in zip(BOUNDS, ("new_jobs_low", "new_jobs", "new_jobs_high"), strict=True):
        rebuilt[name] += arriving(parks, parks[new], ground.zones)
    return {MOVED: moved, REBUILT: rebuilt}


def _commute(study: ConversionStudy, ground: StudyGround, parks: GeoDataFrame) -> tuple[GeoDataFrame, pd.DataFrame]:
    """Today's workers' homes by the rule, and their minutes to the park and to every candidate."""
    ends = layers.industrial_parks(workspace=ground.workspace).loc[[*study.parks, *study.candidates]]
    people = ground.zones[ground.people].to_numpy(float)
    limit = max(study.limit_min, study.catchment_min)
    leaves = study.leaves()
    shared: dict[str, Any] = {"departure": leaves, "limit_min": limit, "seed": study.seed}
    minutes = {
        mode: travel_times(ground.today, ground.zones, ends, mode=mode, **shared).at().astype(float)
        for mode in dict.fromkeys(["motorbike", *study.modes])
    }
    workers, rows = np.zeros(len(people)), []
    for at, park in enumerate(study.parks):
        away = minutes["motorbike"][:, at]
        weight = np.where(away <= study.catchment_min, people * 0.5 ** (away / study.half_life_min), 0.0)
        if not weight.sum() > 0:
            continue  # nobody lives within the catchment: nothing to say of their ways
        weight /= weight.sum()
        workers += weight * float(parks.loc[park, "jobs"])
        for to in [at, *range(len(study.parks), len(ends))]:
            for mode in study.modes:
                told = _ways(minutes[mode][:, to], weight, study.long_min)
                rows.append({"park_id": park, "work_id": ends.index[to], "mode": mode, **told})
    homes = ground.zones.assign(workers_people=workers.round(1))
    return homes, pd.DataFrame(rows)


def _ways(minutes: Any, weight: Any, long_min: int) -> dict[str, float]:
    """Mean minutes of those who get there, the share who do, and the share who need longer or do not get there."""
    there = np.isfinite(minutes)
    reached = float(weight[there].sum())
    mean = float((weight[there] * minutes[there]).sum() / reached) if reached > 0 else np.nan
    return {"mean_min": mean, "reached_pct": 100 * reached, "longer_pct": 100 * float(weight[~(minutes <= long_min)].sum())}


def _access(study: ConversionStudy, ground: StudyGround, zones: Mapping[str, GeoDataFrame]) -> dict[str, GeoDataFrame]:
    """Jobs within reach of the people of today, before and after."""
    modes = [mode for mode in study.modes if mode != "car"] or study.modes
    times = {
        mode: travel_times(
            ground.today, ground.zones, mode=mode, departure=study.leaves(), limit_min=study.cutoff_min, seed=study.seed
        )
        for mode in modes
    }

    def reached(held: GeoDataFrame) -> pd.DataFrame:
        tables = [
            opportunities_within(times[mode], held[ground.jobs].rename(f"jobs_by_{mode}"), cutoff_min=study.cutoff_min)
            for mode in modes
        ]
        return pd.concat(tables, axis=1)

    before = reached(ground.zones)
    return {name: compare(ground.zones, before, reached(held)) for name, held in zones.items()}
