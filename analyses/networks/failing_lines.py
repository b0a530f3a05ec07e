"""Failing lines and stops, and whatever else can only be timed anew: those origins alone that might notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from analyses._inputs import Floats
from analyses.networks.losses import Loss, Trips, loss_between
from analyses.travel.rides import Access, RideLinks, ride_links, timetable_of
from analyses.travel.times import Departure
from geo import PlanningDataError
from geo.movement import Links, Timetable, Transport, transit_times, union
from layers import RemoveLine, RemoveStop, Scenario

LineFailure = RemoveLine | RemoveStop
Points = NDArray[np.float64]
_SLACK_MIN = 0.05  # of rounding to seconds and float32


def line_losses(
    transport: Transport,
    ends: tuple[Points, Points],
    failures: Mapping[object, Sequence[LineFailure]],
    trips: Trips,
    departure: Departure,
    options: Mapping[str, Any],
) -> Loss:
    """What every failure costs who rides.

    An origin is timed anew only if some pair of it could have used a failing line at all: if the least time to any of its stops
    and the least time from any of them on are together no longer than the longest time of the pair in the window.
    """
    links = ride_links(transport, *ends, trips.limit_min, departure.hour, Access())
    table = timetable_of(transport)
    percentiles = sorted({*departure.percentiles, 100})
    both = _minutes(table, links, departure, trips.limit_min, percentiles, options)
    before, slowest = both[percentiles.index(departure.percentiles[0])].astype(float), both[-1]
    concerned = {name: _stops_of(table, changes) for name, changes in failures.items()}
    towards, onwards = _least(table, links, departure, trips.limit_min, concerned, options)
    reached = np.isfinite(before)
    sums = np.zeros((5, len(before), len(failures)))
    for column, (name, changes) in enumerate(failures.items()):
        through = towards[concerned[name]].min(axis=0)[:, None] + onwards[concerned[name]].min(axis=0)[None]
        rows = np.flatnonzero((np.isfinite(through) & (through <= slowest + _SLACK_MIN)).any(axis=1))
        changed = timetable_of(Scenario(str(name), changes).apply(transport))
        if not np.array_equal(changed.stop_ids, table.stop_ids):
            mend = "use RemoveLine or RemoveStop."
            raise PlanningDataError("E-ROB-02", "a failure moves stops.", feature_ids=[name], mend=mend)
        if len(rows):
            after = _minutes(changed, _of_origins(links, rows), departure, trips.limit_min, departure.percentiles, options)[0]
            sums[:, rows, column] = loss_between(before[rows], after.astype(float), trips, rows)
    own = np.where(reached, trips.travellers, 0)
    within = (before <= trips.cutoff_min) @ trips.opportunities
    return Loss(own.sum(axis=1), (own * np.where(reached, before, 0)).sum(axis=1), within, *sums)


def line_shapes(transport: Transport, failures: Mapping[object, Sequence[LineFailure]]) -> list[shapely.Geometry]:
    """One shape a failure: lines from stop to stop (not along the road), points of stops."""
    table = timetable_of(transport)
    xy, patterns = np.column_stack([table.x, table.y]), table.patterns
    line_of = patterns.trip_line[patterns.trip_ptr[:-1]]
    shapes = []
    for changes in failures.values():
        parts: list[shapely.Geometry] = []
        for change in changes:
            if isinstance(change, RemoveStop):
                parts.append(shapely.Point(xy[int(np.flatnonzero(table.stop_ids == change.stop_id)[0])]))
                continue
            own = np.flatnonzero(line_of == table.line_ids.index(change.line))
            courses = {tuple(patterns.stop[patterns.ptr[q] : patterns.ptr[q + 1]].tolist()) for q in own}
            parts += [shapely.LineString(xy[list(course)]) for course in sorted(courses)]
        kinds = {part.geom_type for part in parts}
        same = parts if len(kinds) == 1 else [part for part in parts if part.geom_type == "LineString"]
        shapes.append(shapely.union_all(same))
    return shapes


def _minutes(
    table: Timetable,
    links: RideLinks,
    departure: Departure,
    limit_min: float,
    percentiles: Sequence[int],
    options: Mapping[str, Any],
) -> NDArray[np.float32]:
    return transit_times(
        table,
        **links,
        departure_s=departure.seconds,
        window_min=departure.window_min,
        percentiles=percentiles,
        limit_min=int(limit_min),
        arrive_by=departure.arrive_by,
        **options,
    )


def _stops_of(table: Timetable, changes: Sequence[LineFailure]) -> NDArray[np.intp]:
    """Stops of all lines concerned: a line that skips a stop runs otherwise at all of them."""
    patterns = table.patterns
    line_of = patterns.trip_line[patterns.trip_ptr[:-1]]
    unknown = [change.line for change in changes if change.line not in table.line_ids]
    if unknown:
        raise PlanningDataError("E-ROB-03", "no such line.", feature_ids=unknown, mend=f"one of {list(table.line_ids)[:20]}.")
    own = np.flatnonzero(np.isin(line_of, [table.line_ids.index(change.line) for change in changes]))
    cells = [patterns.stop[patterns.ptr[q] : patterns.ptr[q + 1]] for q in own]
    return np.unique(np.concatenate(cells)).astype(np.intp)


def _least(
    table: Timetable,
    links: RideLinks,
    departure: Departure,
    limit_min: float,
    concerned: Mapping[object, NDArray[np.intp]],
    options: Mapping[str, Any],
) -> tuple[Floats, Floats]:
    """Lower bounds [stops, origins] to a stop and [stops, destinations] from it on, at any time a journey may be there."""
    stops = len(table.stop_ids)
    wanted = np.unique(np.concatenate([*concerned.values()])).astype(np.int32)
    itself = Links.from_pairs(np.arange(stops), np.arange(stops), np.zeros(stops, np.int32), (stops, stops))
    beside = union([itself, links["transfers"]])
    span = departure.window_min + int(limit_min)
    start_s = departure.seconds if not departure.arrive_by else max(0, departure.seconds - span * 60)
    clock: dict[str, Any] = {
        "departure_s": start_s,
        "window_min": min(span, 24 * 60),
        "percentiles": (0,),
        "limit_min": int(limit_min),
    }
    to_stop = _columns(beside, wanted)
    direct = _columns(links["access"], wanted)
    towards = transit_times(
        table, access=links["access"], transfers=links["transfers"], egress=to_stop, direct=direct, **clock, **options
    )[0]
    onwards = transit_times(
        table,
        access=_of_points(beside, wanted),
        transfers=links["transfers"],
        egress=links["egress"],
        direct=_of_points(links["egress"], wanted),
        **clock,
        **options,
    )[0]
    # a journey is at a stop at any second: who leaves within the minute after a full one is there no earlier than who left at it
    bounds = np.full((stops, len(towards)), np.inf), np.full((stops, onwards.shape[1]), np.inf)
    bounds[0][wanted], bounds[1][wanted] = towards.T - 1, onwards - 1
    return bounds


def _of_origins(links: RideLinks, rows: NDArray[np.intp]) -> RideLinks:
    return {**links, "access": _of_points(links["access"], rows), "direct": _of_points(links["direct"], rows)}


def _of_points(links: Links, points: NDArray[np.integer]) -> Links:
    """Some rows of links, in their order."""
    place = np.full(links.points, -1, np.int64)
    place[points] = np.arange(len(points))
    point = place[links.point()]
    keep = point >= 0
    return Links.from_pairs(point[keep], links.place[keep], links.ds[keep], (len(points), links.places))


def _columns(links: Links, places: NDArray[np.integer]) -> Links:
    """Links to some places only, counted anew."""
    return _of_points(links.transposed(), places).transposed()
