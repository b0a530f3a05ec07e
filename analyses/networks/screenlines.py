"""What crosses a line drawn on the map: roads with their lanes, lines with their trips. Supply, no demand is made up."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from analyses._inputs import above_zero
from analyses._zones import same_metric_crs
from analyses.networks.failing_streets import drawn_edges
from analyses.travel.frequencies import courses_per_hour
from analyses.travel.rides import timetable_of
from geo import PlanningDataError
from geo.movement import CLOSED, Transport

_NEAR_M = 0.01


def screenline_roads(
    transport: Transport, screenlines: GeoDataFrame, *, mode: str = "car", vehicles_per_lane_per_hour: float | None = None
) -> pd.DataFrame:
    """Roads that cross a drawn line: how many, with how many lanes and, if a lane's capacity is given, what they can carry.

    Formula: lanes = Σ over edges of lanes × crossings; capacity = lanes × vehicles a lane and hour. Source: FHWA 2016, Traffic
    Monitoring Guide (screenlines); supply only.

    ``screenlines``: lines in the transport's CRS, unique index. Edges open to ``mode``; one row a screenline and road
    (``line_id`` of the region, else ``name``): ``screenline_id``, ``road``, ``class``, ``crossings``, ``lanes`` of both
    directions together (null where the data do not tell: then the capacity is null as well, never a guess),
    ``vehicles_per_hour``. Touching at an end counts. A road that crosses three times counts three times (see ``crossings``):
    draw the line so that roads cross it once.
    Errors: E-SCREEN-01 (no lines, ids twice), E-SCREEN-02 (capacity), E-CRS-02, E-ROB-04, E-MODE-01.
    """
    transport.check_mode(mode)
    _check(screenlines, transport)
    if vehicles_per_lane_per_hour is not None:
        above_zero([vehicles_per_lane_per_hour], "E-SCREEN-02", "the capacity of a lane")
    edges = drawn_edges(transport)
    weights = transport.hours.weights(mode, 0)
    usable = np.zeros(len(edges), bool)
    usable[edges.edge[(edges.ds[weights] != CLOSED) & (edges.edge >= 0)]] = True
    rows = np.flatnonzero(usable)
    lines, table = edges.lines()[rows], edges.table.iloc[rows]
    screen, edge = _crossing(screenlines, lines)
    road = next((table[name] for name in ("line_id", "name") if name in table), pd.Series("", table.index)).astype(str)
    kind = next((table[name] for name in ("class", "highway") if name in table), pd.Series("", table.index)).astype(str)
    lanes = pd.to_numeric(table["lanes"], errors="coerce") if "lanes" in table else pd.Series(np.nan, table.index)
    found = pd.DataFrame(
        {
            "screenline_id": screenlines.index[screen],
            "road": road.to_numpy()[edge],
            "class": kind.to_numpy()[edge],
            "crossings": 1,
            "lanes": lanes.to_numpy(float)[edge],
        }
    )
    grouped = found.groupby(["screenline_id", "road", "class"])
    told = grouped["crossings"].sum().to_frame().assign(lanes=grouped["lanes"].agg(lambda own: own.sum(skipna=False)))
    factor = np.nan if vehicles_per_lane_per_hour is None else vehicles_per_lane_per_hour
    return told.assign(vehicles_per_hour=told["lanes"] * factor).reset_index()


def screenline_lines(
    transport: Transport,
    screenlines: GeoDataFrame,
    *,
    from_time: str = "07:00",
    to_time: str = "08:00",
    places_per_trip: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Transit lines that cross a drawn line: trips an hour by direction and, if a vehicle's places are given, places an hour.

    Formula: trips = Σ over rides from stop to stop that come to the other side of trips an hour; places = trips × places of a
    vehicle. Source: FHWA 2016, Traffic Monitoring Guide (screenlines); supply only.

    A trip counts by its departure at the stop before the line; courses run straight from stop to stop, a stop on the line counts
    as behind it. One row a screenline, line and direction of crossing: ``screenline_id``, ``line_id``, ``to_side`` ("right" or
    "left" of the drawn line, seen along it where it is crossed; a cordon is a closed line: one of the two is inside),
    ``trips_per_hour``, ``places_per_hour`` (null for lines not in ``places_per_trip``). Errors: E-SCREEN-01, -02 (places),
    E-CRS-02, E-FREQ-01, E-DEP-01, E-MODE-02.
    """
    _check(screenlines, transport)
    if places_per_trip:
        above_zero(list(places_per_trip.values()), "E-SCREEN-02", "places of a vehicle")
    table = timetable_of(transport)
    hops = courses_per_hour(transport, from_time, to_time)
    xy = np.column_stack([table.x, table.y])
    lines = shapely.linestrings(np.stack([xy[hops["from"]], xy[hops["to"]]], axis=1))
    screen, hop = np.unique(np.column_stack(_crossing(screenlines, lines)), axis=0).T
    side = [_side(screenlines.geometry.iloc[s], lines[h]) for s, h in zip(screen, hop, strict=True)]
    found = pd.DataFrame(
        {
            "screenline_id": screenlines.index[screen],
            "line_id": hops["line_id"].to_numpy()[hop],
            "to_side": side,
            "trips_per_hour": hops["per_hour"].to_numpy()[hop],
        }
    )
    found = found[found["to_side"] != ""]  # there and back again within one hop: it does not get across
    told = found.groupby(["screenline_id", "line_id", "to_side"], as_index=False)["trips_per_hour"].sum()
    places = told["line_id"].map(dict(places_per_trip or {})).astype(float)
    return told.assign(places_per_hour=told["trips_per_hour"] * places)


def _check(screenlines: GeoDataFrame, transport: Transport) -> None:
    lines = shapely.get_dimensions(screenlines.geometry.to_numpy()) == 1
    if not len(screenlines) or not lines.all() or screenlines.index.has_duplicates:
        mend = "give lines with an index of their own."
        ids = list(screenlines.index[~lines])
        raise PlanningDataError("E-SCREEN-01", "these are no screenlines.", feature_ids=ids, mend=mend)
    same_metric_crs(screenlines, GeoDataFrame(geometry=[], crs=transport.crs))


def _crossing(screenlines: GeoDataFrame, lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Screenline and line of every crossing, a line that crosses twice twice."""
    shapes = screenlines.geometry.to_numpy()
    line, screen = shapely.STRtree(shapes).query(lines, predicate="intersects")
    times = np.maximum(1, shapely.get_num_geometries(shapely.intersection(lines[line], shapes[screen])))
    order = np.lexsort((line, screen))
    return np.repeat(screen[order], times[order]), np.repeat(line[order], times[order])


def _side(screen: shapely.Geometry, hop: shapely.Geometry) -> str:
    """Which side of the screenline, as it runs at the last crossing, a hop comes to; "" where it ends on the side it began on."""
    start, end = shapely.get_coordinates(hop)[[0, -1]]
    crossings = shapely.centroid(shapely.get_parts(shapely.intersection(hop, screen)))
    away = shapely.distance(crossings, shapely.Point(start))
    crossings, away = crossings[away > _NEAR_M], away[away > _NEAR_M]  # who starts on the line came over it before
    if len(crossings) % 2 == 0:
        return ""
    at = shapely.line_locate_point(screen, crossings[away.argmax()])
    ends = shapely.line_interpolate_point(screen, [max(at - _NEAR_M, 0.0), min(at + _NEAR_M, screen.length)])
    heading = np.subtract(*shapely.get_coordinates(ends)[::-1])
    across = heading[0] * (end - start)[1] - heading[1] * (end - start)[0]
    return "" if across == 0 else "left" if across > 0 else "right"
