"""What could fail: roads by name, bridges, lines, stations, as `robustness` takes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from analyses.networks.failing_streets import drawn_edges
from analyses.travel.rides import timetable_of
from geo import PlanningDataError, to_crs
from geo.movement import Transport
from layers import RemoveLine, RemoveStop

_TWO_STOPS = 2


def road_candidates(transport: Transport, *, by: str = "line_id", only: Sequence[str] | None = None) -> pd.Series:
    """Roads as candidates: a Series on ``edge_id`` with the column ``by`` of the edges, null where it is empty.

    ``by``: "line_id" (corridors of the region), "name", "osm_way_id" ...; ``only`` these of them. Errors: E-ROB-04 (no such
    column, or an unknown road).
    """
    table = drawn_edges(transport).table
    if by not in table:
        raise PlanningDataError("E-ROB-04", "edges have no such column.", seen=by, mend=f"one of {list(table.columns)}.")
    names = table[by].set_axis(pd.RangeIndex(len(table), name="edge_id")).astype(object)
    names = names.where(names.notna() & (names.astype(str) != ""))
    if only is not None:
        unknown = [name for name in only if not names.eq(name).any()]
        if unknown:
            raise PlanningDataError("E-ROB-04", "no such road.", feature_ids=unknown, mend=f"names of the column {by!r}.")
        names = names.where(names.isin(list(only)))
    return names


def bridge_candidates(transport: Transport, water: GeoDataFrame | None = None, *, by: str | None = None) -> pd.Series:
    """Bridges as candidates: a Series on ``edge_id``, the edges of one crossing under one name, null where there is no bridge.

    Edges that cross a line of ``water`` (`layers.waterways`; index and road name them: ``river_saigon/ql13``), or, without it,
    those tagged ``bridge`` in streets from OpenStreetMap, by street name and way. ``by`` the column of the road's name (default
    "line_id", else "name"). Two roads over one river are two bridges, roads without a name by their way or edge; a road that
    crosses it twice is one candidate.
    Errors: E-ROB-04 (no bridges told, or none found).
    """
    edges = drawn_edges(transport)
    table = edges.table.set_axis(pd.RangeIndex(len(edges), name="edge_id"))
    column = by or ("line_id" if "line_id" in table else "name")
    road = _road_names(table, column)
    if water is not None:
        lines, found = edges.lines(), pd.Series(None, table.index, dtype=object)
        at_water = to_crs(water, transport.crs)
        for name, shape in zip(at_water.index, at_water.geometry, strict=True):
            shapely.prepare(shape)
            crossing = shapely.intersects(shape, lines)
            found[crossing] = f"{name}/" + road[crossing]
    elif "bridge" in table:
        ways = " " + table["osm_way_id"].astype(str) if "osm_way_id" in table else ""
        name = road.where(road.str.startswith("way "), road + ways)
        found = name.astype(object).where(table["bridge"].astype(bool))
    else:
        raise PlanningDataError("E-ROB-04", "nothing tells bridges.", seen=list(table.columns), mend="give the waterways.")
    if found.isna().all():
        raise PlanningDataError("E-ROB-04", "there is no bridge.", seen=0, mend="check where the water lies.")
    return found


def _road_names(table: pd.DataFrame, column: str) -> pd.Series:
    """The road of every edge; what has no name is told by its way, or else by its edge, so that no two become one."""
    way = table["osm_way_id"] if "osm_way_id" in table else table.index.to_series()
    unnamed = ("way " if "osm_way_id" in table else "edge ") + way.astype(str)
    if column not in table:
        return unnamed
    named = table[column].notna() & (table[column].astype(str) != "")
    return table[column].astype(str).where(named, unnamed)


def line_candidates(transport: Transport) -> dict[str, RemoveLine]:
    """Every line that runs, by its id. Errors: E-MODE-02."""
    table = timetable_of(transport)
    return {name: RemoveLine(name) for name in (table.line_ids[i] for i in np.unique(table.patterns.trip_line))}


def station_candidates(transport: Transport, stop_ids: Sequence[str] | None = None) -> dict[str, list[RemoveStop | RemoveLine]]:
    """Stations by stop id: no line calls there any more, all ride through. A line of two stops stops running.

    ``stop_ids`` default: every stop that is called at. Errors: E-MODE-02, E-ROB-03 (a stop nobody calls at).
    """
    table = timetable_of(transport)
    patterns = table.patterns
    pattern = np.repeat(np.arange(len(patterns.ptr) - 1), np.diff(patterns.ptr))
    line_of = patterns.trip_line[patterns.trip_ptr[:-1]]
    calls = pd.DataFrame({"stop": table.stop_ids[patterns.stop], "line": line_of[pattern], "pattern": pattern})
    longest = calls.groupby(["line", "pattern"])["stop"].nunique().groupby("line").max()
    by_stop = calls.groupby("stop")["line"].unique()
    wanted = sorted(by_stop.index) if stop_ids is None else list(stop_ids)
    lost = [stop for stop in wanted if stop not in by_stop.index]
    if lost:
        raise PlanningDataError("E-ROB-03", "no line calls there.", feature_ids=lost, mend="ids of timetable.stops().")
    return {
        stop: [
            RemoveStop(table.line_ids[line], stop) if longest[line] > _TWO_STOPS else RemoveLine(table.line_ids[line])
            for line in sorted(by_stop[stop])
        ]
        for stop in wanted
    }
