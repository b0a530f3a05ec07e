"""Whether a feed and the streets are of one place: stops of a far city must not run over the streets of another."""

from __future__ import annotations

import shapely
from geopandas import GeoDataFrame

from geo import PlanningDataError, to_crs, to_wgs84
from geo.movement import Network, Timetable

NEAR_M = 20_000  # beyond the outer junctions: lines of the region's streets are that far apart


def refuse_far_stops(lines: Timetable, streets: Network, *, least_pct: float) -> None:
    """E-PLACE-04 where at most ``least_pct`` percent of the stops lie within 20 km of the ground that the streets span."""
    if not len(lines.stop_ids):
        return
    stops = GeoDataFrame(geometry=shapely.points(lines.x, lines.y), crs=lines.crs)
    ground = shapely.multipoints(streets.node_xy).convex_hull.buffer(NEAR_M)
    near = shapely.contains(ground, to_crs(stops, streets.crs).geometry.to_numpy())
    if 100 * near.mean() > least_pct:
        return
    west, south, east, north = (round(edge, 2) for edge in to_wgs84(stops).total_bounds)
    what = f"{len(near) - near.sum():,} of {len(near):,} stops lie more than {NEAR_M // 1000} km outside the streets."
    mend = "give the streets of the same place: layers.transport(osm=..., gtfs=..., date=...)."
    far = [stop for stop, inside in zip(lines.stop_ids.tolist(), near.tolist(), strict=True) if not inside]
    raise PlanningDataError("E-PLACE-04", what, mend=mend, feature_ids=far, seen=f"{west}…{east}° E, {south}…{north}° N")
