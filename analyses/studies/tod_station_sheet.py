"""TOD sheets of the stations of a line: each station's land, people, room, reach and worth, and the line together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pydantic import Field

import layers
from analyses.planning.norm_formulas import of_class
from analyses.planning.norm_reach import counts_for, norms_with_radius
from analyses.planning.population import PopulationProjection
from analyses.planning.sheet_results import StationSheet
from analyses.planning.station_areas_drawn import SheetRules
from analyses.planning.station_counts import TODAY, SheetData
from analyses.planning.station_norms import station_norms
from analyses.planning.station_reach import SheetTransport
from analyses.planning.station_services import StationCoverage, station_coverage
from analyses.planning.station_sheets import station_sheets
from analyses.studies.people_to_come import Positive, jobs_to_come, projected
from analyses.studies.sheet_files import FileOfStudy, PlanOfStudy, read_buildings, read_plan, read_services
from analyses.studies.sheet_lines import laid_through
from analyses.studies.sheet_phases import PhaseOfSheet, PopulationOfStudy
from analyses.studies.sheet_services import sheet_sites
from analyses.study.grounds import StudyGround
from analyses.study.parts import Id, Study, Wrong
from analyses.study.shapes import StudyFiles
from geo import nearest_names, to_crs
from geo.movement import Transport

STEPS = ("population", "stations", "norms", "services")
PEOPLE_COLUMN = "population_{}_people"


class StationSheetStudy(Study):
    """TOD sheets of the ``stations`` (ids; all where left out) of ``line``, with ``scenario`` against today.

    ``on`` the day whose rules hold; ``take`` how a parcel cut by the circle counts; ``plan`` land by class, ``buildings`` with
    households, ``cleared`` classes whose buildings go; without them the embedded land use, and no answer on buildings.
    ``services`` places that serve people, instead of the layers; ``streets`` (OpenStreetMap) what people walk to them on.
    """

    kind: Literal["tod_station_sheet"] = "tod_station_sheet"
    line: str
    scenario: Id
    on: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    stations: list[str] | None = None
    radii_m: tuple[Positive, Positive] = (500, 1000)
    walks_min: list[Positive] = [5, 10, 15]  # noqa: RUF012 - pydantic gives every study its own
    take: Literal["part", "whole", "centroid"] = "part"
    draws: int = Field(default=200, ge=200)
    cutoff_min: Positive = 45
    destinations: list[str] = []  # noqa: RUF012 - as above
    city_class: Literal["special", "I", "II", "III", "IV", "V"] = "special"
    population: PopulationOfStudy
    phases: list[PhaseOfSheet] = []  # noqa: RUF012 - as above
    plan: PlanOfStudy | None = None
    buildings: FileOfStudy | None = None
    cleared: list[str] = []  # noqa: RUF012 - as above
    services: FileOfStudy | None = None
    streets: str | None = None

    def given(self, files: StudyFiles) -> Mapping[str, Any]:
        """The plan's land and the buildings, where files hold them."""
        rated = {one.land_use for phase in self.phases for one in phase.classes}
        found: dict[str, Any] = {} if self.plan is None else {"plan": read_plan(files, self.plan, rated)}
        found |= {} if self.buildings is None else {"buildings": read_buildings(files, self.buildings)}
        found |= {} if self.services is None else {"services": read_services(files, self.services)}
        return found if self.streets is None else found | {"streets": files.transport(self.streets)}

    def wrong(self, ground: StudyGround) -> Iterator[Wrong]:
        """A line, stations, places or a scenario that are not there; radii and rates that do not ascend."""
        if not ground.embedded:
            yield ("base",), "station sheets stand on the region's own stations and zones; leave files out"
        yield from self._wrong_stations(layers.stations(workspace=ground.workspace))
        if self.scenario not in ground.scenarios:
            yield ("scenario",), f"no such scenario, seen {self.scenario!r}; {nearest_names(self.scenario, ground.scenarios)}"
        for at, place in enumerate(self.destinations):
            if place not in ground.destinations.index:
                yield ("destinations", at), f"no such place, seen {place!r}; {nearest_names(place, ground.destinations.index)}"
        if not self.radii_m[0] < self.radii_m[1]:
            yield ("radii_m",), f"core and circle must ascend, seen {list(self.radii_m)}"
        if self.cleared and (self.buildings is None or self.plan is None):
            yield ("cleared",), "what is cleared is told by classes of a [plan] and the [buildings] on it"
        yield from self.population.mistakes()
        for at, phase in enumerate(self.phases):
            yield from phase.mistakes(("phases", at))

    def _wrong_stations(self, known: GeoDataFrame) -> Iterator[Wrong]:
        if self.line not in set(known["line_id"]):
            yield ("line",), f"no line with stations, seen {self.line!r}; {nearest_names(self.line, known['line_id'].unique())}"
            return
        mine = list(known.index[known["line_id"] == self.line])
        for at, station in enumerate(self.stations or []):
            if station not in mine:
                yield ("stations", at), f"no such station of the line, seen {station!r}; {nearest_names(station, mine)}"

    def rules(self) -> SheetRules:
        """What the sheets rest on."""
        return SheetRules(
            radii_m=self.radii_m,
            walks_min=tuple(self.walks_min),
            take=self.take,
            draws=self.draws,
            seed=self.seed,
            cutoff_min=self.cutoff_min,
        )


@dataclass(frozen=True, eq=False)
class StationSheetsFound:
    """``sheets`` by station id; ``stops`` all of the line; ``line`` figures of all together, what they share once; ``needs`` what
    norms ask for, what is planned and short, as `station_norms` tells it; ``coverage`` who is within reach of which services, of
    those at ``sites`` with their ``origin`` and whether any norm has ``counted`` them; ``projections`` people and jobs of the
    zones by year; ``tod_rules``, ``norms`` the dated rows in force; ``figures`` of all stations; ``worth`` node, place and market
    of those that can be assessed; ``land`` all parcels.
    """

    sheets: Mapping[Hashable, StationSheet]
    stops: GeoDataFrame
    line: pd.DataFrame
    needs: pd.DataFrame
    coverage: StationCoverage
    sites: GeoDataFrame
    projections: Mapping[str, PopulationProjection]
    tod_rules: pd.DataFrame
    norms: pd.DataFrame
    figures: pd.DataFrame
    worth: pd.DataFrame
    land: GeoDataFrame


def station_sheet_study(
    study: StationSheetStudy, ground: StudyGround, step: Callable[[str], None] = lambda _: None
) -> StationSheetsFound:
    """Runs the study; ``step`` is told each of `STEPS` before it starts."""
    step("population")
    zones, people, jobs, projections = _grown(study.population, ground)
    step("stations")
    stops = layers.stations(study.line, workspace=ground.workspace)
    plan, buildings = (_metric(ground.given.get(name), zones) for name in ("plan", "buildings"))
    data = SheetData(
        zones,
        people=people,
        jobs=jobs,
        land=GeoDataFrame(layers.get("land_use", workspace=ground.workspace)) if plan is None else plan,
        buildings=buildings,
        cleared=study.cleared,
    )
    ends = ground.destinations.loc[study.destinations] if study.destinations else None
    laid = laid_through(ground.today, ground.scenarios[study.scenario], stops)
    transport = SheetTransport(ground.today, laid, ends, study.leaves())
    phases = {phase.id: phase.rates() for phase in study.phases}
    found = station_sheets(stops, data, rules=study.rules(), transport=transport, phases=phases)
    chosen = {stop: found.sheets[stop] for stop in (study.stations or stops.index)}
    held = data if plan is not None else replace(data, land=None)
    needs, sites, covered = _norms(study, ground, stops, held, laid(stops), step)
    worth = pd.DataFrame({stop: sheet.worth for stop, sheet in found.sheets.items() if len(sheet.worth)}).T
    return StationSheetsFound(
        sheets=MappingProxyType(chosen),
        stops=stops,
        line=found.line,
        needs=needs[needs["stop_id"].isin(list(chosen))].reset_index(drop=True),
        coverage=replace(
            covered,
            table=covered.table[covered.table["stop_id"].isin(list(chosen))].reset_index(drop=True),
            cells=covered.cells[covered.cells["stop_id"].isin(list(chosen))],
        ),
        sites=sites,
        projections=MappingProxyType(projections),
        tod_rules=layers.tod_rules(study.on),
        norms=layers.planning_norms(study.on),
        figures=found.figures,
        worth=worth.rename_axis("stop_id"),
        land=GeoDataFrame(data.land),
    )


def _norms(
    study: StationSheetStudy,
    ground: StudyGround,
    stops: GeoDataFrame,
    data: SheetData,
    planned: Transport,
    step: Callable[[str], None],
) -> tuple[pd.DataFrame, GeoDataFrame, StationCoverage]:
    """What norms ask for and the plan gives, the sites of services, and who is within their reach; land of ``data``: a plan."""
    step("norms")
    norms, rules = layers.planning_norms(study.on), study.rules()
    scheme, given = study.plan.scheme if study.plan else "QHPK", ground.given
    needs = station_norms(stops, data, norms, rules=rules, plan=data.land, scheme=scheme, city_class=study.city_class)
    step("services")
    sites = sheet_sites(
        stops,
        ground.today,
        planned,
        services=given.get("services"),
        plan=data.land,
        scheme=scheme,
        workspace=ground.workspace,
    )
    covered = station_coverage(stops, data, norms, sites, rules=rules, streets=given.get("streets"), city_class=study.city_class)
    asked = norms_with_radius(norms[of_class(norms, study.city_class)])
    counted = np.any([counts_for(sites, norm) for _, norm in asked.iterrows()], axis=0)
    return needs, sites.assign(counted=counted), covered


def _grown(
    told: PopulationOfStudy, ground: StudyGround
) -> tuple[GeoDataFrame, dict[str, str], dict[str, str], dict[str, PopulationProjection]]:
    """The zones with people and jobs of every year, their columns by state, and how they were projected."""
    work, by_year = jobs_to_come(told, ground.zones, ground.jobs)
    people = projected(told, ground.zones, ground.people, by_year)
    columns = {year: PEOPLE_COLUMN.format(year) for year in told.years}
    named = by_year[told.years].rename(columns={year: f"jobs_{year}" for year in told.years})
    zones = GeoDataFrame(ground.zones.join(people.people).join(named))
    by_state = {TODAY: ground.people, **{str(year): column for year, column in columns.items()}}
    jobs = {TODAY: ground.jobs, **{str(year): f"jobs_{year}" for year in told.years}}
    return zones, by_state, jobs, {"people": people, "jobs": work}


def _metric(frame: GeoDataFrame | None, zones: GeoDataFrame) -> GeoDataFrame | None:
    return None if frame is None else to_crs(frame, zones.crs)
