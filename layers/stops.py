"""Stations of the BRT, metro and railway lines, and the KAZE buses of 2018 with their stops."""

from __future__ import annotations

from typing import cast

import numpy as np
import shapely
from geopandas import GeoDataFrame
from shapely import LineString

from geo import PlanningDataError, length_km, nearest_names
from layers import _files
from layers._frames import layer
from layers._replacing import embedded, held, replaceable
from layers.lines import corridors
from layers.workspace.value import Workspace


def stations(line_id: str | None = None, *, workspace: Workspace | None = None) -> GeoDataFrame:
    """Stations of all BRT, metro and railway lines, or of one line in its order, index ``station_id``.

    ``synthetic`` marks evenly spaced placeholders; an unknown line is refused (E-LAYER-02).
    """
    found = _every(workspace)
    if line_id is None:
        return found
    if line_id not in set(found["line_id"]):
        raise PlanningDataError(
            "E-LAYER-02",
            "no stations of this line.",
            layer="stations",
            seen=line_id,
            mend=nearest_names(line_id, set(found["line_id"])),
        )
    return found[found["line_id"] == line_id]


@replaceable
def bus_stops() -> GeoDataFrame:
    """Stops of the KAZE lines of 2018, one row a line and stop in the line's order, index ``stop_id``."""
    return layer("bus_stops", _files.points("bus_stops"))


@replaceable
def bus_lines(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """KAZE lines of 2018 by direction, chords from stop to stop, with trips a day, gaps, running minutes, index ``line_id``."""
    stops = bus_stops(workspace=workspace)
    chords = stops.groupby("line_id")["geometry"].agg(lambda stops: LineString(list(stops)))
    table = _files.rows("bus_lines")
    lines = GeoDataFrame(table, geometry=table["line_id"].map(chords).to_numpy(), crs=stops.crs)
    lines = lines[lines.geometry.notna()]  # of a line that a workspace's stops do not know there is no course
    return layer("bus_lines", lines.assign(length_km_drawn=length_km(lines).round(2)))


@replaceable
def brt_stops(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """Stops of the BRT New City - Suoi Tien, index ``station_id``: five of the twelve are placeholders."""
    return _of_mode("brt_stops", "brt", workspace)


@replaceable
def metro_stations(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """Stations of the metro lines, index ``station_id``; those of Binh Duong's lines are placeholders."""
    return _of_mode("metro_stations", "metro", workspace)


@replaceable
def rail_stations(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """Stations of the railways, index ``station_id``, one row a line and station."""
    return _of_mode("rail_stations", "rail", workspace)


def _every(workspace: Workspace | None) -> GeoDataFrame:
    if workspace is None:
        return embedded(_shipped)
    own = held(workspace, "stations")
    if own is None:
        return layer("stations", _measured(_files.points("stations"), workspace))
    if own["chainage_km"].notna().any():
        return cast("GeoDataFrame", own)
    return layer("stations", _measured(cast("GeoDataFrame", own.reset_index()), workspace))


def _shipped() -> GeoDataFrame:
    return layer("stations", _measured(_files.points("stations"), None))


def _measured(found: GeoDataFrame, workspace: Workspace | None) -> GeoDataFrame:
    """The stations with their place along the line, by its published length where it covers the drawn line."""
    courses = corridors(workspace=workspace)
    found = found.assign(order=found["stop_sequence"].astype(int), chainage_km=np.nan).sort_values(["line_id", "order"])
    for line_id, at in found[found["line_id"].isin(courses.index)].groupby("line_id"):
        along = shapely.line_locate_point(courses.geometry[line_id], at.geometry.to_numpy())
        gaps = np.abs(np.diff(along, prepend=along[0]))
        found.loc[at.index, "chainage_km"] = np.cumsum(gaps) * (courses["travel_length_km"][line_id] / gaps.sum())
    return found.assign(chainage_km=found["chainage_km"].round(3))


def _of_mode(name: str, mode: str, workspace: Workspace | None) -> GeoDataFrame:
    found = stations(workspace=workspace).reset_index()
    return layer(name, found[found["mode"] == mode], of_layer=True)
