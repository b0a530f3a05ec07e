"""What a study stands on: transport, zones, destinations and its scenarios, of the embedded region or of any place from files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

import layers
from analyses.study.mistakes import Mistake
from analyses.study.parts import BaseOfStudy, Study
from analyses.study.scenarios import misfits_of_scenarios, scenarios_of
from analyses.study.shapes import StudyFiles
from analyses.travel.blocks import Blocks
from geo import METRIC, Finding, PlanningDataError, nearest_names, to_crs
from geo.movement import Transport, busiest_day

PEOPLE, JOBS = "population_2019_people", "jobs"
OTHER_PEOPLE = "population_people"  # of another place or year


def _embedded() -> dict[str, str]:
    return {f"layers/data/{name}": digest for name, digest in layers.data_digests().items()}


@dataclass(frozen=True, eq=False)
class StudyGround:
    """What a study stands on.

    ``zones``: index ``zone_id``; columns of people and jobs named by ``people`` and ``jobs``; ``units`` the columns to total by,
    with the names of the units in both languages. ``destinations``: named points, index ``destination_id``. ``today`` the
    transport before any scenario, ``scenarios`` by id. ``inputs`` SHA-256 of every file behind it, ``findings`` what reading
    them told, ``given`` what the kind reads from files of its own. ``embedded``: zones and streets are the region's.
    ``own_zones``: they are a planner's, of any place. ``workspace`` whose layers take the place of embedded ones. ``blocks`` how
    matrices are cut where a kind can work block by block (access); None = in memory.
    """

    zones: GeoDataFrame
    destinations: GeoDataFrame
    today: Transport
    scenarios: Mapping[str, layers.Scenario] = field(default_factory=dict)
    people: str = PEOPLE
    jobs: str = JOBS
    units: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    embedded: bool = True
    own_zones: bool = False
    workspace: layers.Workspace | None = None
    blocks: Blocks | None = None

    def transport(self, scenario: str | None = None) -> Transport:
        """The transport with a scenario; today's where none is named."""
        return self.today if scenario is None else self.scenarios[scenario].apply(self.today)

    def zones_with(self, scenario: str | None = None) -> GeoDataFrame:
        """The zones with a scenario's people and jobs; today's where none is named."""
        return self.zones if scenario is None else self.scenarios[scenario].apply(self.zones)


def study_ground(study: Study, files: StudyFiles | None = None) -> StudyGround:
    """The ground of a study, its scenarios not yet applied.

    Errors: E-STUDY-06 a base whose parts do not go together, and those of `layers.transport` and of the files.
    """
    files = files or StudyFiles(None)
    base, workspace = study.base, files.workspace
    _check_day(base, files)
    scenarios = MappingProxyType(scenarios_of(study, files))
    outside = _streets(base, workspace)
    own = base.zones is not None or _holds(workspace, "zones")
    zones = _zones(base, files) if base.zones else layers.zones(base.resolution, workspace=workspace)
    transport = files.transport(base.osm, base.gtfs, date=base.date, workspace=workspace)
    given = MappingProxyType(dict(study.given(files)))
    if not own and transport.crs != METRIC:
        mend = "give [base.zones] file, id, people, jobs, or import zones into the workspace."
        raise PlanningDataError("E-STUDY-06", "streets of another place need zones.", mend=mend)
    return StudyGround(
        zones=to_crs(zones, transport.crs) if own else zones,
        destinations=_destinations(base, files, transport.crs, outside=outside and own),
        today=transport,
        scenarios=scenarios,
        people=next(name for name in (OTHER_PEOPLE, PEOPLE) if name in zones),
        units=_units_of(zones) if own else _units(zones, workspace),
        inputs=MappingProxyType({**({} if outside and own else _embedded()), **dict(sorted(files.digests.items()))}),
        findings=tuple(one for found in files.findings.values() for one in found),
        given=given,
        embedded=not outside and not own,
        own_zones=own,
        workspace=workspace,
    )


def _streets(base: BaseOfStudy, workspace: layers.Workspace | None) -> bool:
    """Whether streets come from a file."""
    return base.osm is not None or (workspace is not None and workspace.streets is not None)


def _holds(workspace: layers.Workspace | None, name: str) -> bool:
    return workspace is not None and name in workspace.layers


def ground_mistakes(study: Study, ground: StudyGround) -> list[Mistake]:
    """What the file names that is not in the ground: lines, stops, roads, places."""
    return [*misfits_of_scenarios(study, ground.scenarios, ground.today, ground.zones), *study.wrong(ground)]


def _check_day(base: BaseOfStudy, files: StudyFiles) -> None:
    known = files.workspace.feeds if files.workspace else None
    feeds = [files.path(name) for name in base.gtfs] or known
    if feeds and base.date is None:
        mend = f'say which: date = "{busiest_day(feeds)}" in [base], or --date; it has most trips.'
        raise PlanningDataError("E-STUDY-06", "a feed holds many days.", mend=mend)


def _zones(base: BaseOfStudy, files: StudyFiles) -> GeoDataFrame:
    told: Any = base.zones
    frame = files.read(told.file, told.id).rename_axis("zone_id")
    wanted = {"population_people": told.people, "jobs": told.jobs, "unit_id": told.unit, "name_vi": told.name}
    missing = [name for name in wanted.values() if name is not None and name not in frame]
    if missing:
        mend = nearest_names(missing[0], map(str, frame.columns))
        raise PlanningDataError("E-STUDY-07", "the zones have no such column.", file=told.file, seen=missing, mend=mend)
    columns = {new: frame[old] for new, old in wanted.items() if old is not None}
    for name in ("population_people", "jobs"):
        if not (columns[name] >= 0).all():
            ids = list(frame.index[~(columns[name] >= 0)])
            raise PlanningDataError(
                "E-STUDY-08", "amounts are null or negative.", file=told.file, feature_ids=ids, mend="give 0 or more."
            )
    if told.unit is not None:
        columns["unit_id"] = columns["unit_id"].astype(str)
    return GeoDataFrame(columns, geometry=frame.geometry, crs=frame.crs)


def _destinations(base: BaseOfStudy, files: StudyFiles, crs: str, *, outside: bool) -> GeoDataFrame:
    if base.destinations is None:
        return _usual_destinations(files.workspace, crs, outside=outside)
    frame, names = _named_places(base, files)
    drawn = frame.index[frame.geom_type != "Point"]
    if len(drawn):
        what, told = "places are drawn as areas or lines: a point inside stands for each.", base.destinations.file
        layer = base.destinations.layer
        files.findings["destinations"] = [Finding("E-STUDY-10", what, "", "warning", told, layer, tuple(drawn))]
    points = frame.geometry.where(frame.geom_type == "Point", frame.representative_point())
    kept = GeoDataFrame({"name_vi": names.astype(str), "name_en": names.astype(str)}, geometry=points, crs=frame.crs)
    return to_crs(kept, crs).rename_axis("destination_id")


def _named_places(base: BaseOfStudy, files: StudyFiles) -> tuple[GeoDataFrame, pd.Series]:
    """Destinations of a file or a layer with their names; the ids where there are none."""
    told: Any = base.destinations
    if (told.file is None) == (told.layer is None):
        raise PlanningDataError("E-STUDY-06", "destinations come from one place.", mend="give file or layer, not both.")
    if told.layer is not None:
        shown = told.name or "name_vi"
        frame = layers.get(told.layer, workspace=files.workspace)
        if not isinstance(frame, GeoDataFrame):
            raise PlanningDataError("E-STUDY-03", "the layer has no shapes.", layer=told.layer, mend="choose one with geometry.")
    else:
        shown, frame = told.name, files.read(told.file, told.id)
    ids = frame.index.to_series()
    return frame, (frame[shown].where(frame[shown].astype(str) != "", ids) if shown in frame else ids)


def _usual_destinations(workspace: layers.Workspace | None, crs: str, *, outside: bool) -> GeoDataFrame:
    """Centres and gateways: of the region, of another place those that the workspace holds."""
    found = [name for name in (layers.centres, layers.gateways) if not outside or _holds(workspace, name.__name__)]
    if not found:
        return GeoDataFrame({"name_vi": [], "name_en": []}, geometry=[], crs=crs)
    first, *more = [to_crs(one(workspace=workspace), crs) for one in found]
    both = pd.concat([first, *(one[~one.index.isin(first.index)] for one in more)])
    return both[["name_vi", "name_en", "kind", "accuracy_m", "geometry"]].rename_axis("destination_id")


def _units(zones: GeoDataFrame, workspace: layers.Workspace | None) -> dict[str, dict[str, tuple[str, str]]]:
    """Names of the units, old and new; a ward across the border that one hexagon lies in is named by its hexagon."""
    found = {"unit_id": layers.units("2024", workspace=workspace), "ward_id": layers.units("2025", workspace=workspace)}
    names = {
        column: dict(zip(frame.index, zip(frame["name_vi"], frame["name_en"], strict=True), strict=True))
        for column, frame in found.items()
    }
    across = zones.loc[~zones["ward_id"].isin(names["ward_id"]), ["ward_id", "ward_name_vi"]].drop_duplicates()
    names["ward_id"] |= {ward: (name, name) for ward, name in across.itertuples(index=False)}
    return names


def _units_of(zones: GeoDataFrame) -> dict[str, dict[str, tuple[str, str]]]:
    known = "unit_id" in zones and (zones["unit_id"] != "").any()
    return {"unit_id": {name: (name, name) for name in sorted(zones["unit_id"].unique())}} if known else {}
