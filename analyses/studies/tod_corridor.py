"""TOD along a line: who lives and works round its stops, what phases may add, access and node–place with and without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pydantic import Field

import layers
from analyses.access.nearness import co_location
from analyses.access.opportunities import opportunities_within
from analyses.land.balance import balance, region_ratio
from analyses.land.gradient import density_gradient
from analyses.land.strip import land_along
from analyses.options.comparison import compare
from analyses.stations.catchments import land_within_stops
from analyses.stations.tod import node_place, tod_index
from analyses.studies.tod_rings import Rings, TodGround, around_stops
from analyses.study.grounds import StudyGround
from analyses.study.parts import Id, Minutes, Study, Wrong
from analyses.study.shapes import Part
from analyses.study.totals import totals_by_unit
from analyses.travel.matrices import travel_times
from analyses.travel.service import station_service
from analyses.travel.times import TravelTimes
from geo import area_ha, nearest_names
from geo.movement import Transport

STEPS = ("stops", "access", "node_place", "gradient")
TODAY, LINE, NOT_ASSESSABLE = "today", "line", "not_assessable"
NODE = ("trips_per_hour", "lines", "jobs_within")
PLACE = ("people_per_ha", "jobs_per_ha", "job_housing_balance")
DIMENSIONS = {
    "density": ("people_per_ha", "jobs_per_ha"),
    "diversity": ("job_housing_balance",),
    "capacity": ("trips_per_hour", "lines"),
    "access": ("jobs_within",),
}
_TRANSIT = ("capacity", "access")  # what only the line brings
PerHa = Annotated[float, Field(ge=0, le=5000)]
Bounds = tuple[PerHa, PerHa, PerHa]


class RingOfPhase(Part):
    """Gross densities on the open ground of a ring: [low, middle, high]."""

    people_per_ha: Bounds
    jobs_per_ha: Bounds


class PhaseOfTod(Part):
    """What may stand round the stops by the end of a phase: the planner's assumption."""

    id: Id
    title_vi: str
    title_en: str
    core: RingOfPhase
    transition: RingOfPhase

    def rings(self) -> Rings:
        """Densities by amount, core and transition."""
        two = (self.core, self.transition)
        return Rings((two[0].people_per_ha, two[1].people_per_ha), (two[0].jobs_per_ha, two[1].jobs_per_ha))


class TodCorridorStudy(Study):
    """TOD round the stops of ``line`` (its stations in the catalogue), which ``scenario`` brings, built by ``phases``.

    ``radii_m`` core and whole circle; ``draws`` displaced places a stop; ``placeholders``: densities also round stops whose
    place is not known; ``beside_m`` the strip of land use; ``gradient_km`` how far from the line densities are fitted.
    """

    kind: Literal["tod_corridor"] = "tod_corridor"
    line: str
    scenario: Id
    radii_m: tuple[Annotated[int, Field(ge=50)], Annotated[int, Field(ge=50)]] = (500, 1000)
    draws: int = Field(default=200, ge=1)
    placeholders: bool = False
    cutoff_min: Minutes = 45
    helix_within_min: Minutes = 30
    beside_m: int = Field(default=500, ge=50)
    gradient_km: float = Field(default=10.0, gt=0)
    phases: list[PhaseOfTod] = Field(min_length=1)

    def wrong(self, ground: StudyGround) -> Iterator[Wrong]:
        """A line or scenario that is not there, radii and densities that do not ascend."""
        if not ground.embedded:
            yield ("base",), "a corridor of TOD stands on the region's own stations, zones and land use; leave files out"
        known = layers.stations(workspace=ground.workspace)["line_id"].unique()
        if self.line not in known:
            yield ("line",), f"no line with stations, seen {self.line!r}; {nearest_names(self.line, known)}"
        if self.scenario not in ground.scenarios:
            yield ("scenario",), f"no such scenario, seen {self.scenario!r}; {nearest_names(self.scenario, ground.scenarios)}"
        if not self.radii_m[0] < self.radii_m[1]:
            yield ("radii_m",), f"core and whole circle must ascend, seen {list(self.radii_m)}"
        for number, phase in enumerate(self.phases):
            for ring in ("core", "transition"):
                for name in PLACE[:2]:
                    told = getattr(getattr(phase, ring), name)
                    if list(told) != sorted(told):
                        yield ("phases", number, ring, name), f"low, middle, high must ascend, seen {list(told)}"
        ids = [phase.id for phase in self.phases]
        if len(set(ids)) < len(ids) or {TODAY, LINE} & set(ids):
            yield ("phases",), f"ids stand twice, or are {TODAY} or {LINE}, seen {ids}"


@dataclass(frozen=True, eq=False)
class TodCorridorFound:
    """``stops``: the stations, whether ``assessable`` at the whole circle; ``around``: people and jobs within both radii by state
    (today, phases), p10–p90; ``land``: hectares by class round them; ``positions``: a row a stop and state (today, line, phases)
    with its indicators, node and place scores and class, TOD index, Triple Helix; ``access``: by state after ("line", phases)
    the zones with jobs within reach, before, after and change; ``totals``, ``winners`` of it by unit; ``added``: people and jobs
    that the middle densities add to the zones, by phase; ``gradients``: fall of density away from the line, by state;
    ``strip``: land use beside the line; ``minutes``: from the first stop, with the line.
    """

    stops: GeoDataFrame
    around: pd.DataFrame
    land: pd.DataFrame
    positions: pd.DataFrame
    access: Mapping[str, GeoDataFrame]
    totals: pd.DataFrame
    winners: pd.DataFrame
    added: pd.DataFrame
    gradients: pd.DataFrame
    strip: pd.DataFrame
    minutes: pd.Series


def tod_corridor_study(
    study: TodCorridorStudy, ground: StudyGround, step: Callable[[str], None] = lambda _: None
) -> TodCorridorFound:
    """Runs the study; ``step`` is told each of `STEPS` before it starts."""
    step("stops")
    stops = layers.stations(study.line, workspace=ground.workspace)
    stops["assessable"] = stops["accuracy_m"] <= study.radii_m[1] / 2
    land = TodGround(ground.zones, ground.people, ground.jobs)
    rings = {phase.id: phase.rings() for phase in study.phases}
    around = around_stops(stops, land, rings, study.radii_m, draws=study.draws, seed=study.seed)
    uses = land_within_stops(
        stops, layers.land_use(workspace=ground.workspace), radii_m=study.radii_m, draws=study.draws, seed=study.seed
    )
    step("access")
    built_round = stops if study.placeholders else stops[stops["assessable"]]
    plans = {name: land.with_phase(built_round, ring, study.radii_m) for name, ring in rings.items()}
    zones = {TODAY: ground.zones, **{name: plan.apply(ground.zones) for name, plan in plans.items()}}
    nets = {TODAY: ground.today, LINE: ground.transport(study.scenario)}
    access = _access(study, ground, nets, zones)
    totals, winners = totals_by_unit(ground, access)
    step("node_place")
    positions = _positions(study, ground, nets, stops, around)
    step("gradient")
    corridor = layers.corridors(workspace=ground.workspace).loc[[study.line]]
    first = travel_times(nets[LINE], stops.iloc[[0]], stops, mode="transit", departure=study.leaves(), seed=study.seed)
    return TodCorridorFound(
        stops=stops,
        around=around,
        land=uses,
        positions=positions,
        access=MappingProxyType(access),
        totals=totals,
        winners=winners,
        added=_added(ground, zones),
        gradients=_gradients(study, ground, zones, corridor),
        strip=land_along(
            corridor,
            layers.land_use(workspace=ground.workspace),
            beside_m=study.beside_m,
            length_km=float(stops["chainage_km"].max()),
        ),
        minutes=pd.Series(first.at()[0].astype(float), stops.index, name="transit_min"),
    )


def _times(study: TodCorridorStudy, net: Transport, start: GeoDataFrame, end: GeoDataFrame, mode: str) -> TravelTimes:
    return travel_times(net, start, end, mode=mode, departure=study.leaves(), limit_min=study.cutoff_min, seed=study.seed)


def _access(
    study: TodCorridorStudy, ground: StudyGround, nets: Mapping[str, Transport], zones: Mapping[str, GeoDataFrame]
) -> dict[str, GeoDataFrame]:
    """Jobs within reach today against: the line alone, the line with the densities of each phase."""
    everywhere = ground.zones
    transit = {name: _times(study, net, everywhere, everywhere, "transit") for name, net in nets.items()}
    motorbike = _times(study, nets[TODAY], everywhere, everywhere, "motorbike")

    def reached(net: str, held: GeoDataFrame) -> pd.DataFrame:
        by = {"transit": transit[net], "motorbike": motorbike}
        amounts = {mode: held[ground.jobs].rename(f"jobs_by_{mode}") for mode in by}
        return pd.concat([opportunities_within(by[mode], amounts[mode], cutoff_min=study.cutoff_min) for mode in by], axis=1)

    before = reached(TODAY, everywhere)
    states = {LINE: everywhere, **{name: held for name, held in zones.items() if name != TODAY}}
    return {name: compare(everywhere, before, reached(LINE, held)) for name, held in states.items()}


def _positions(
    study: TodCorridorStudy, ground: StudyGround, nets: Mapping[str, Transport], stops: GeoDataFrame, around: pd.DataFrame
) -> pd.DataFrame:
    """Indicators of every stop and state, and what they make of it; all states on one scale, so that they compare."""
    node = {name: _node(study, ground, net, stops) for name, net in nets.items()}
    states = {TODAY: (TODAY, TODAY), LINE: (LINE, TODAY), **{phase.id: (LINE, phase.id) for phase in study.phases}}
    frames = {
        state: node[net].join(_place(study, ground, stops, around[around["state"] == land]))
        for state, (net, land) in states.items()
    }
    table = pd.concat(frames, names=["state", "stop_id"]).swaplevel()
    known = table.index.get_level_values("stop_id").isin(stops.index[stops["assessable"]])
    table["node_place_class"] = NOT_ASSESSABLE
    if not known.any():
        return table.reset_index()
    judged = table[known]
    scored = node_place(judged[list(NODE)], judged[list(PLACE)])
    index = tod_index(judged[[*NODE, *PLACE]], dimensions=DIMENSIONS, transit=_TRANSIT)
    table.loc[known, "node_place_class"] = scored["node_place_class"]
    told = pd.concat([scored.drop(columns="node_place_class"), index[["tod_index", "tod_potential"]]], axis=1)
    named = stops[["name_vi", "name_en", "chainage_km", "accuracy_m", "assessable"]]
    return table.join(told).reset_index().join(named, on="stop_id")


def _node(study: TodCorridorStudy, ground: StudyGround, net: Transport, stops: GeoDataFrame) -> pd.DataFrame:
    """What runs at the stops as they are drawn, jobs of today reached from them, and the three helices within a ride."""
    service = station_service(net, stops, departure=study.leaves())
    within = opportunities_within(
        _times(study, net, stops, ground.zones, "transit"), ground.zones[ground.jobs], cutoff_min=study.cutoff_min
    )
    nodes = layers.innovation_nodes(workspace=ground.workspace)
    helix = co_location(_times(study, net, stops, nodes, "transit"), nodes["helix"], cutoff_min=study.helix_within_min)
    reached = within.iloc[:, 0].rename("jobs_within").to_frame()
    return service.join(reached).join(helix)


def _place(study: TodCorridorStudy, ground: StudyGround, stops: GeoDataFrame, around: pd.DataFrame) -> pd.DataFrame:
    """Densities and balance within the whole circle, medians over the displaced places; null where not assessable."""
    rows = around[around["radius_m"] == study.radii_m[1]].set_index("stop_id").loc[stops.index]
    hectares = np.pi * study.radii_m[1] ** 2 / 10_000
    ratio = region_ratio(ground.zones[ground.people], ground.zones[ground.jobs])
    people, jobs = rows["people_p50"].to_numpy(float), rows["jobs_p50"].to_numpy(float)
    columns = {"people_per_ha": people / hectares, "jobs_per_ha": jobs / hectares}
    balanced = np.where(np.isnan(people), np.nan, balance(np.nan_to_num(people), np.nan_to_num(jobs), ratio))
    return pd.DataFrame({**columns, "job_housing_balance": balanced}, index=stops.index)


def _added(ground: StudyGround, zones: Mapping[str, GeoDataFrame]) -> pd.DataFrame:
    columns = {"people": ground.people, "jobs": ground.jobs}
    rows = [
        {"state": name, **{f"added_{what}": float(held[one].sum() - ground.zones[one].sum()) for what, one in columns.items()}}
        for name, held in zones.items()
        if name != TODAY
    ]
    return pd.DataFrame(rows)


def _gradients(
    study: TodCorridorStudy, ground: StudyGround, zones: Mapping[str, GeoDataFrame], line: GeoDataFrame
) -> pd.DataFrame:
    """How people and jobs a hectare fall away from the line, by state; zones weighed by their area."""
    away = pd.Series(shapely.distance(ground.zones.centroid.to_numpy(), line.geometry.iloc[0]) / 1000, ground.zones.index)
    near = away <= study.gradient_km
    area = area_ha(ground.zones)[near]
    rows = []
    for state, held in zones.items():
        for name, column in (("people", ground.people), ("jobs", ground.jobs)):
            fit = density_gradient(held.loc[near, column] / area, away[near], weights=area, empty="leave_out")
            told = {"central_per_ha": fit.central_per_ha, "decline_per_km": fit.decline_per_km, "half_km": fit.half_km}
            counts = {"r2": fit.r2, "zones": fit.zones, "empty_zones": fit.empty_zones}
            rows.append({"state": state, "amount": name, **told, **counts})
    return pd.DataFrame(rows)
