"""Points onto streets: the nearest edge a mode may use, how far along it, and links to both of its ends in both directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray
from pyproj import CRS

from geo.errors import PlanningDataError
from geo.movement.arcs import CLOSED, Ints, freeze
from geo.movement.chunks import run
from geo.movement.edges import Edges
from geo.movement.kernels.grid import Grid, Segments, fill_grid, nearest_segments
from geo.movement.links import Links, Points
from geo.movement.network import Network
from geo.movement.same_places import SAME_M, same_places
from geo.movement.through_traffic import nowhere

SEGMENTS_A_CELL = 6  # on average; fewer cost more rings, more cost more distances
NEAR_M = 300.0
FAR_M = {"walk": 1600.0, "bicycle": 1600.0}
FAR_MOTOR_M = 1000.0
LEG_KMH = 4.8  # the way from a point to its street is walked, whatever the mode
NEAR, FAR, REFUSED = "linked", "linked far", "off the network"

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Snapped:
    """Points on the streets of one mode; arrays [points].

    ``xy`` float64 [points, 2] where they lie; ``edge`` int32 row of the network's edges, -1 where refused; ``fraction`` float64
    of its length from the first vertex; ``distance_m`` to the nearest usable street, also where refused; ``leg_ds`` int32 the
    walk to it; ``component`` int32 of the street (0 = the largest, -1 where refused); ``reason`` `NEAR`, `FAR` or `REFUSED`.
    ``leaving`` and ``arriving`` link points to nodes for trips from and to them: leg and the rest of the edge are charged,
    one-way streets respected.
    """

    index: pd.Index
    xy: Points
    edge: Ints
    fraction: Floats
    distance_m: Floats
    leg_ds: Ints
    component: Ints
    reason: NDArray[np.str_]
    leaving: Links
    arriving: Links

    def report(self) -> pd.DataFrame:
        """One row a point: distance_m, edge, fraction, component, reason."""
        columns = ("distance_m", "edge", "fraction", "component", "reason")
        return pd.DataFrame({name: getattr(self, name) for name in columns}, index=self.index)


class _Streets(NamedTuple):
    """Segments open to a mode, and where they lie on their edges: start and length in metres."""

    segments: Segments
    grid: Grid
    edge: Ints
    start: Floats
    length: Floats
    total: Floats


def snap(
    network: Network,
    mode: str,
    points: GeoDataFrame | GeoSeries,
    *,
    near_m: float = NEAR_M,
    far_m: float | None = None,
    leg_kmh: float = LEG_KMH,
    threads: int | None = None,
) -> Snapped:
    """The points on the streets open to ``mode``.

    A point within ``near_m`` is linked, one within ``far_m`` (default 1,600 m for walk and bicycle, 1,000 m for motor vehicles)
    is linked and marked, one beyond is refused with its distance: it reaches nothing. The leg to the street is always charged,
    at ``leg_kmh``. Errors: E-SNAP-01 other CRS; -02 not points; -03 the network has no drawn edges open to the mode.
    """
    xy = _checked_points(points, network.crs)
    network.check_mode(mode)
    edges = _drawn(network)
    streets = network.prepared(("streets", mode), lambda: _streets(edges, mode))
    segment, distance, share = np.empty(len(xy), np.int32), np.empty(len(xy)), np.empty(len(xy))
    x, y = xy[:, 0].copy(), xy[:, 1].copy()
    farthest = float(FAR_M.get(mode, FAR_MOTOR_M) if far_m is None else far_m)

    def task(low: int, high: int) -> None:
        part = slice(low, high)
        found = segment[part], distance[part], share[part]
        nearest_segments(streets.segments, streets.grid, x[part], y[part], farthest, *found)

    run(task, len(xy), threads, chunk=4096)
    lost = np.flatnonzero(segment < 0)
    if len(lost):
        tree = network.prepared(("segments", mode), lambda: _tree(streets.segments))
        away = tree.query_nearest(shapely.points(xy[lost]), return_distance=True, all_matches=False)[1]
        distance[lost] = np.round(away, 3)  # told, not used: millimetres do
    linked = segment >= 0
    reason = np.where(~linked, REFUSED, np.where(distance <= near_m, NEAR, FAR))
    edge = np.where(linked, streets.edge[segment], -1).astype(np.int32)
    along = np.minimum(1.0, (streets.start[segment] + share * streets.length[segment]) / streets.total[streets.edge[segment]])
    fraction = np.where(linked, along, np.nan)
    leg = np.where(linked, np.floor(distance / (leg_kmh / 3.6) * 10 + 0.5), 0).astype(np.int32)
    leaving, arriving = _links(network, mode, edge, fraction, leg, streets.total)
    first_arc = np.full(len(edges), -1)
    is_open = np.flatnonzero(edges.ds[mode] != CLOSED)
    first_arc[edges.edge[is_open][::-1]] = is_open[::-1]
    component = np.where(linked, network.components(mode)[edges.head[first_arc[edge]]], -1).astype(np.int32)
    freeze(xy, edge, fraction, distance, leg, component)
    return Snapped(points.index, xy, edge, fraction, distance, leg, component, reason, leaving, arriving)


def along_one_edge(network: Network, mode: str, origins: Snapped, destinations: Snapped) -> Links:
    """Origin → destination where both stand on one edge: the time straight along it, if the direction is open.

    Hand it to `times` and the like as ``direct``; without it such a pair would have to go round by a junction. Points at the same
    place (within a centimetre) are no time apart, however far from their street. Two other points go by the street and pay both
    legs even where they lie next to each other: what stands between them, a wall or a river, is not known. R5 and
    OpenTripPlanner link points the same way and know no straight way between two points off the streets either (a trip from a
    place to itself OpenTripPlanner refuses).
    """
    edges = _drawn(network)
    ends = (
        pd.DataFrame({"edge": side.edge, name: np.arange(len(side.edge)), f"f_{name}": side.fraction, f"leg_{name}": side.leg_ds})
        for name, side in (("a", origins), ("b", destinations))
    )
    left, right = (frame[frame["edge"] >= 0] for frame in ends)
    open_arcs = edges.ds[mode] != CLOSED
    arcs = pd.DataFrame({"edge": edges.edge, "along": edges.along, "ds": edges.ds[mode]})[open_arcs]
    pairs = left.merge(right, on="edge").merge(arcs, on="edge")
    ahead = (pairs["f_b"] - pairs["f_a"]) * np.where(pairs["along"], 1, -1)
    pairs, ahead = pairs[ahead >= 0], ahead[ahead >= 0]
    ds = pairs["leg_a"] + pairs["leg_b"] + np.floor(ahead * pairs["ds"] + 0.5).astype(np.int64)
    here, there = same_places(origins.xy, destinations.xy)
    linked = (origins.edge[here] >= 0) & (destinations.edge[there] >= 0)
    here, there = here[linked], there[linked]
    shape = (len(origins.edge), len(destinations.edge))
    leave, arrive = np.concatenate([pairs["a"], here]), np.concatenate([pairs["b"], there])
    return Links.from_pairs(leave, arrive, np.concatenate([ds, np.zeros(len(here), np.int64)]), shape)


def _links(network: Network, mode: str, edge: Ints, fraction: Floats, leg: Ints, length_m: Floats) -> tuple[Links, Links]:
    """Links for leaving and for arriving: every open arc of the edge gives one of each.

    Who stands at an end of the edge stands at the junction: he may leave it and come to it by any street that meets there, also
    where his own is one-way. So it does not matter which of several streets that are equally near was taken.
    """
    edges = _drawn(network)
    open_arcs = np.flatnonzero(edges.ds[mode] != CLOSED)
    by_edge = open_arcs[np.argsort(edges.edge[open_arcs], kind="stable")]
    ptr = np.concatenate([[0], np.cumsum(np.bincount(edges.edge[by_edge], minlength=len(edges)))])
    linked = np.flatnonzero(edge >= 0)
    count = np.diff(ptr)[edge[linked]]
    point = np.repeat(linked, count)
    within = np.arange(len(point)) - np.repeat(np.cumsum(count) - count, count)
    arc = by_edge[ptr[edge[point]] + within]
    behind = np.where(edges.along[arc], fraction[point], 1 - fraction[point])

    no_junction = nowhere(network)

    def one_side(share: Floats, there: Ints, here: Ints) -> Links:
        stands = (share == 1) & ~no_junction[here[arc]]  # a whole arc to go: at its other end
        ds = leg[point] + np.floor(share * edges.ds[mode][arc].astype(np.int64) + 0.5).astype(np.int64)
        ends = np.concatenate([there[arc], here[arc][stands]])
        ds = np.concatenate([ds, leg[point][stands]])
        return Links.from_pairs(np.concatenate([point, point[stands]]), ends, ds, (len(edge), len(network.node_xy)))

    same = SAME_M / length_m[edge[point]]
    behind = np.where(behind <= same, 0.0, np.where(behind >= 1 - same, 1.0, behind))
    return one_side(1 - behind, edges.head, edges.tail), one_side(behind, edges.tail, edges.head)


def _tree(segments: Segments) -> shapely.STRtree:
    """For points far from every street, of which only the distance is told."""
    lines = shapely.linestrings(np.stack([segments.ax, segments.bx], axis=1), np.stack([segments.ay, segments.by], axis=1))
    return shapely.STRtree(lines)


def _drawn(network: Network) -> Edges:
    if network.edges is None:
        mend = "build it with from_edges(..., edges=frame) or import_streets."
        raise PlanningDataError("E-SNAP-03", "the network has no drawn edges to snap to.", mend=mend)
    return network.edges


def _streets(edges: Edges, mode: str) -> _Streets:
    """Segments and grid of the edges a mode may use, in the order of the edges."""
    usable = np.zeros(len(edges), bool)
    usable[edges.edge[edges.ds[mode] != CLOSED]] = True
    row = np.repeat(np.arange(len(edges), dtype=np.int32), np.diff(edges.ptr))
    step = np.hypot(*np.diff(edges.xy, axis=0).T) if len(edges.xy) > 1 else np.zeros(0)
    total = np.r_[0.0, np.cumsum(np.where(row[1:] == row[:-1], step, 0.0))]
    keep = np.flatnonzero((row[1:] == row[:-1]) & usable[row[1:]])
    if not len(keep):
        raise PlanningDataError("E-SNAP-03", f"no drawn edge is open to {mode!r}.", mend="use a mode the streets carry.")
    a, b = edges.xy[keep], edges.xy[keep + 1]
    segments = Segments(*(np.ascontiguousarray(v) for v in (a[:, 0], a[:, 1], b[:, 0], b[:, 1])))
    low, high = np.minimum(a, b).min(axis=0), np.maximum(a, b).max(axis=0)
    side = max(
        float(np.sqrt(np.prod(np.maximum(high - low, 1.0)) * SEGMENTS_A_CELL / len(keep))), float((high - low).max()) / 4096, 1.0
    )
    columns, rows = (int(span // side) + 1 for span in high - low)
    grid = fill_grid(segments, float(low[0]), float(low[1]), side, columns, rows)
    lengths = np.maximum(total[edges.ptr[1:] - 1] - total[edges.ptr[:-1]], 1e-9)
    return _Streets(segments, grid, row[keep], total[keep] - total[edges.ptr[row[keep]]], step[keep], lengths)


def _checked_points(points: GeoDataFrame | GeoSeries, crs: str) -> Floats:
    shapes = points.geometry
    if shapes.crs is None or CRS(shapes.crs) != CRS(crs):
        mend = f"project them first: points.to_crs({crs!r})."
        raise PlanningDataError("E-SNAP-01", "the points are not in the network's CRS.", seen=str(shapes.crs), mend=mend)
    wrong = (shapely.get_type_id(shapes) != shapely.GeometryType.POINT) | shapely.is_empty(shapes)
    xy = np.full((len(shapes), 2), np.nan)
    xy[~wrong] = np.stack([shapely.get_x(shapes[~wrong]), shapely.get_y(shapes[~wrong])], axis=1)
    bad = ~np.isfinite(xy).all(axis=1)
    if bad.any():
        mend = "give one point a row, e.g. frame.representative_point()."
        raise PlanningDataError("E-SNAP-02", "only points can be snapped.", feature_ids=points.index[bad].tolist(), mend=mend)
    return xy
