"""The places that serve people round stations: the study's own file or the layers, the plan's parcels, stops of both states."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pyproj import CRS

import layers
from analyses.planning.norm_sites import plan_classes_read, service_sites
from analyses.planning.station_counts import LAND
from analyses.studies.sheet_lines import stations_of
from geo import to_crs
from geo.movement import Transport

FILE, PLAN, LAYER, LINES, SCENARIO = "file", "plan", "layer", "lines", "scenario"
STOPS = "stops"
_OF_CITY = {"general_hospital": "hospital"}  # other kinds of the layer of health are the city's health services
_SCHOOLS = ("preschool", "primary", "lower_secondary", "upper_secondary")
_COLUMNS = ("service", "level", "accuracy_m", "planned", "stop_id", "origin")


def sheet_sites(
    stops: GeoDataFrame,
    today: Transport,
    planned: Transport | None,
    *,
    services: GeoDataFrame | None,
    plan: GeoDataFrame | None,
    scheme: str,
    workspace: layers.Workspace | None,
) -> GeoDataFrame:
    """All sites as `station_coverage` takes them, with their ``origin``: file, plan, layer, lines (of today), scenario.

    Without a file the layers of health, education and culture serve. Stops are those that today's lines call at, unless the file
    tells stops; as planned those that the scenario adds come with them, and move with the station they stand at.
    """
    crs = stops.crs
    told = [_own(services)] if services is not None else list(_of_layers(workspace))
    if services is None or STOPS not in set(services["service"]):
        told.append(_called(today, workspace))
    told.append(_added(today, planned, stops))
    frames = [to_crs(one, crs) for one in told if len(one)]
    given = GeoDataFrame(pd.concat(frames, ignore_index=True), crs=crs) if frames else None
    read = _no_plan(crs) if plan is None else plan_classes_read(plan, scheme, LAND, None)
    sites = service_sites(read, given).assign(accuracy_m=np.nan, stop_id="", origin=PLAN)
    if given is not None:
        rows = [f"given {one}" for one in given.index]
        for name in ("accuracy_m", "planned", "stop_id", "origin"):
            sites.loc[rows, name] = given[name].to_numpy()
    return sites.assign(planned=sites["planned"].astype(bool))


def _no_plan(crs: CRS) -> GeoDataFrame:
    return GeoDataFrame({"service": [], "level": [], "area_m2": []}, geometry=[], crs=crs)


def _own(services: GeoDataFrame) -> GeoDataFrame:
    accuracy = pd.to_numeric(services["accuracy_m"], errors="coerce") if "accuracy_m" in services else np.nan
    level = services["level"].fillna("").astype(str) if "level" in services else ""
    return services.assign(level=level, accuracy_m=accuracy, planned=False, stop_id="", origin=FILE)[[*_COLUMNS, "geometry"]]


def _of_layers(workspace: layers.Workspace | None) -> Iterator[GeoDataFrame]:
    """Hospitals, schools and cultural places of the layers; those not there yet count as planned."""
    health = layers.health(workspace=workspace)
    yield _of_layer(health, health["kind"].map(_OF_CITY).fillna("health"), "city")
    schools = layers.education(workspace=workspace)
    schools = schools[schools["level"].isin(_SCHOOLS)]
    yield _of_layer(schools, schools["level"].astype(str), "")
    culture = layers.culture(workspace=workspace)
    yield _of_layer(culture, pd.Series("culture", index=culture.index), "")


def _of_layer(frame: GeoDataFrame, service: pd.Series, level: str) -> GeoDataFrame:
    later = frame["status"] != "existing"
    made = frame.assign(service=service, level=level, planned=later, stop_id="", origin=LAYER)
    return GeoDataFrame(made[[*_COLUMNS, "geometry"]])


def _called(transport: Transport, workspace: layers.Workspace | None) -> GeoDataFrame:
    """Stops that today's lines call at, with the accuracy that their layer tells."""
    frame = _stops_of(transport)
    known = pd.concat([layers.get(name, workspace=workspace)["accuracy_m"] for name in ("bus_stops", "stations")])
    accuracy = frame.index.map(known[~known.index.duplicated()].to_dict())
    return _as_stops(frame, accuracy.astype(float), planned=False, stop_id=[""] * len(frame), origin=LINES)


def _added(today: Transport, planned: Transport | None, stations: GeoDataFrame) -> GeoDataFrame:
    """Stops that the scenario adds; those of the line's stations move with them."""
    if planned is None:
        return GeoDataFrame({name: [] for name in _COLUMNS}, geometry=[], crs=stations.crs)
    known = set(_stops_of(today).index)
    frame = _stops_of(planned)
    frame = to_crs(frame[[stop not in known for stop in frame.index]], stations.crs)
    ours = [str(stations.index[at]) if at >= 0 else "" for at in stations_of(frame, stations)]
    return _as_stops(frame, np.full(len(frame), np.nan), planned=True, stop_id=ours, origin=SCENARIO)


def _stops_of(transport: Transport) -> GeoDataFrame:
    """Stops of a transport that any line calls at."""
    if transport.timetable is None:
        return GeoDataFrame(geometry=[], crs=transport.crs)
    return transport.timetable.stops().iloc[np.unique(transport.timetable.patterns.stop)]


def _as_stops(frame: GeoDataFrame, accuracy_m: object, *, planned: bool, stop_id: list[str], origin: str) -> GeoDataFrame:
    told = {"service": STOPS, "level": "", "accuracy_m": accuracy_m, "planned": planned, "stop_id": stop_id, "origin": origin}
    return GeoDataFrame(pd.DataFrame(told, index=frame.index), geometry=frame.geometry, crs=frame.crs)
