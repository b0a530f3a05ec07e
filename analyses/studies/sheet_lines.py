"""The scenario of station sheets, its line laid through the stations wherever they are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

import layers
from geo.movement import Transport

_SAME_PLACE_M = 1.0


def laid_through(today: Transport, plan: layers.Scenario, stops: GeoDataFrame) -> Callable[[GeoDataFrame], Transport]:
    """Makes the transport with the plan, given the stations anywhere; changes with other stops stay as they are.

    A plan of one line whose ways between stations are told by ``chainage_km`` takes the same time wherever its stations stand: it
    is laid once and its stops are moved. Any other is laid anew.
    """

    def anew(moved: GeoDataFrame) -> Transport:
        return layers.Scenario(plan.name, [_shifted(change, stops, moved) for change in plan.changes]).apply(today)

    once = anew(stops)
    if once.timetable is None or len(plan.changes) > 1 or not _told(plan.changes[0]):
        return anew
    table, at = once.timetable, stations_of(once.timetable.stops(), stops)
    at[np.isin(table.stop_ids, today.timetable.stop_ids if today.timetable else [])] = -1  # what stands there already stays
    there = at >= 0

    def shifted(moved: GeoDataFrame) -> Transport:
        x, y = table.x.copy(), table.y.copy()
        x[there], y[there] = shapely.get_coordinates(moved.geometry.loc[stops.index].to_numpy())[at[there]].T
        return replace(once, timetable=replace(table, x=x, y=y))

    return shifted


def _told(change: layers.Change) -> bool:
    """Whether a new line tells the ways between its stops, whatever lies between them on the map."""
    stops = change.stops if isinstance(change, layers.AddLine) else None
    return stops is not None and "chainage_km" in stops and bool(stops["chainage_km"].notna().all())


def stations_of(stops: GeoDataFrame, stations: GeoDataFrame) -> NDArray[np.int64]:
    """The position of the station that each stop stands at, −1 for none: lines of a scenario give their stops names of their own.

    Both in one metric CRS.
    """
    places = shapely.STRtree(stations.geometry.to_numpy())
    found = np.full(len(stops), -1)
    stop, station = places.query(stops.geometry.to_numpy(), predicate="dwithin", distance=_SAME_PLACE_M)
    found[stop] = station
    return found


def _shifted(change: layers.Change, stops: GeoDataFrame, moved: GeoDataFrame) -> layers.Change:
    """The change with its stops where the stations are, if they are these."""
    drawn = getattr(change, "stops", None)
    if not isinstance(drawn, GeoDataFrame) or set(drawn.index) != set(stops.index):
        return change
    return replace(change, stops=drawn.set_geometry(moved.geometry.loc[drawn.index]))  # type: ignore[type-var]
