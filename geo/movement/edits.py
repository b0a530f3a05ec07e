"""Planned changes of a street network: other speeds, closed roads, new roads. Each returns a new network; nodes stay in place.

What was prepared for a mode that a change does not touch (graphs, hierarchies, grids) is carried over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS

from geo.errors import PlanningDataError
from geo.movement.arcs import CLOSED, Ints, Times, deciseconds, merged
from geo.movement.edges import Edges
from geo.movement.network import Network
from geo.movement.snapping import snap

JOIN_M = 50.0
UNDRAWN = -1  # the edge of an arc that only joins a new road to an old street

Floats = NDArray[np.float64]


class _Arcs(NamedTuple):
    """Loose arcs: of the drawn edges, or of the network itself where nothing is drawn."""

    tail: Ints
    head: Ints
    ds: Times


def rescaled(network: Network, mode: str, factor: float | ArrayLike) -> Network:
    """The network with all times of ``mode`` multiplied: one factor, or one an edge (peak hours by class; another walking speed).

    Rounded as everywhere: halves up, at least 1 decisecond. Errors: E-NET-15 a factor is not above 0.
    """
    network.check_mode(mode)
    arcs = _loose(network)
    factors = np.asarray(factor, float)
    if factors.ndim:
        factors = _by_arc(network, factors, undrawn=1.0)
    if not (np.isfinite(factors) & (factors > 0)).all():
        raise PlanningDataError(
            "E-NET-15", "a factor of times must be above 0.", seen=float(np.min(factors)), mend="close roads with closed."
        )
    ds = arcs.ds[mode].copy()
    is_open = ds != CLOSED
    ds[is_open] = deciseconds(ds[is_open] / 10 * (factors[is_open] if factors.ndim else factors))
    return retimed(network, {mode: ds})


def retimed(network: Network, ds: Mapping[str, Ints]) -> Network:
    """The network with other times of some modes: int32 [arcs] of its drawn edges (of itself where nothing is drawn)."""
    arcs = _loose(network)
    return _changed(network, arcs._replace(ds={**arcs.ds, **ds}), set(ds))


def closed(network: Network, edges: ArrayLike, modes: Iterable[str] | None = None) -> Network:
    """The network with these edges (rows of ``network.edges``) closed to some modes, or to all."""
    arcs = _loose(network)
    shut = np.zeros(len(_drawn(network)), bool)
    shut[np.asarray(edges, np.intp)] = True
    hit = _by_arc(network, shut.astype(float), undrawn=0.0) > 0
    chosen = set(network.modes if modes is None else modes)
    for mode in sorted(chosen):
        network.check_mode(mode)
    ds = {mode: np.where(hit, CLOSED, values).astype(np.int32) if mode in chosen else values for mode, values in arcs.ds.items()}
    return _changed(network, arcs._replace(ds=ds), chosen)


def with_roads(
    network: Network,
    roads: GeoDataFrame,
    kmh: Mapping[str, float],
    *,
    oneway: bool = False,
    every_vertex: bool = False,
    join_m: float = JOIN_M,
) -> Network:
    """The network with new roads, drawn as lines in its CRS, open to the modes of ``kmh`` at these speeds.

    A road is joined to the nearest street of each mode at both ends (an elevated road, a bridge), or with ``every_vertex``
    wherever a vertex is drawn; a vertex farther than ``join_m`` from any street is not joined, and a joint takes at least 1 ds.
    Errors: E-NET-16 other CRS or not lines; E-NET-17 roads that are joined nowhere.
    """
    lines = _checked_lines(roads, network.crs)
    for mode in kmh:
        network.check_mode(mode)
    pieces, row, places = _pieces(lines, every_vertex=every_vertex)
    node = len(network.node_xy) + np.arange(len(places))
    metres = shapely.length(np.asarray(pieces))
    ends = {tuple(xy): i for xy, i in zip(places.tolist(), node.tolist(), strict=True)}
    tail = np.array([ends[piece.coords[0]] for piece in pieces], np.int32)
    head = np.array([ends[piece.coords[-1]] for piece in pieces], np.int32)
    along = {
        mode: deciseconds(metres / (kmh[mode] / 3.6)) if mode in kmh else np.full(len(pieces), CLOSED) for mode in network.modes
    }
    against = {mode: np.full(len(pieces), CLOSED) if oneway else ds for mode, ds in along.items()}
    joints = _joints(network, places, node, kmh, join_m, roads)
    return _extended(network, pieces, roads.iloc[row], places, (tail, head, along, against), joints)


def _joints(
    network: Network, places: Floats, node: NDArray[np.intp], kmh: Mapping[str, float], join_m: float, roads: GeoDataFrame
) -> tuple[Ints, Ints, Times]:
    """Arcs between the new nodes and the ends of the streets next to them, with the time along the street."""
    points = GeoSeries(shapely.points(places), crs=network.crs)
    tails, heads, times = [], [], []
    joined = np.zeros(len(places), bool)
    for mode in sorted(kmh):
        found = snap(network, mode, points, near_m=join_m, far_m=join_m, leg_kmh=kmh[mode])
        joined |= found.edge >= 0
        for links, outward in ((found.leaving, True), (found.arriving, False)):
            new, old = node[links.point()], links.place
            tails.append(new if outward else old)
            heads.append(old if outward else new)
            times.append((mode, np.maximum(1, links.ds)))
    if not joined.any():
        mend = f"draw the ends within {join_m:g} m of a street, or raise join_m."
        raise PlanningDataError("E-NET-17", "the new roads meet no street.", feature_ids=roads.index.tolist(), mend=mend)
    ds = {
        m: np.concatenate([t if mode == m else np.full(len(t), CLOSED) for mode, t in times]).astype(np.int32)
        for m in network.modes
    }
    return np.concatenate(tails).astype(np.int32), np.concatenate(heads).astype(np.int32), ds


def _extended(
    network: Network,
    pieces: list[shapely.LineString],
    about: pd.DataFrame,
    places: Floats,
    new: tuple[Ints, Ints, Times, Times],
    joints: tuple[Ints, Ints, Times],
) -> Network:
    """Old arcs, both directions of the new pieces, and the joints."""
    edges, (tail, head, along, against) = _drawn(network), new
    number = np.arange(len(edges), len(edges) + len(pieces), dtype=np.int32)
    xy, line = shapely.get_coordinates(np.asarray(pieces), return_index=True)
    ptr = np.concatenate([edges.ptr, edges.ptr[-1] + np.cumsum(np.bincount(line))])
    table = pd.DataFrame({name: about[name].to_numpy() for name in edges.table if name in about})
    table = pd.concat([edges.table, table.assign(length_m=shapely.length(np.asarray(pieces)))], ignore_index=True)
    none = np.full(len(joints[0]), UNDRAWN, np.int32)
    drawn = Edges.from_lines(
        ptr,
        np.concatenate([edges.xy, xy]),
        np.concatenate([edges.edge, number, number, none]),
        np.concatenate([edges.along, np.full(len(pieces), True), np.full(len(pieces), False), none >= 0]),  # noqa: FBT003 - fill values
        table[edges.table.columns] if "length_m" in edges.table else table.drop(columns="length_m"),
    )
    ds = {
        mode: np.concatenate([edges.ds[mode], along[mode], against[mode], joints[2][mode]]).astype(np.int32)
        for mode in network.modes
    }
    arcs = _Arcs(np.r_[edges.tail, tail, head, joints[0]], np.r_[edges.head, head, tail, joints[1]], ds)
    first = int(max(network.node_id.max(initial=0), 0)) + 1
    ids = np.r_[network.node_id, first + np.arange(len(places))]
    return _build(np.concatenate([network.node_xy, places]), network.crs, ids, arcs, drawn)


def _pieces(lines: list[shapely.LineString], *, every_vertex: bool) -> tuple[list[shapely.LineString], list[int], Floats]:
    """Lines cut where they may be joined, the row each piece comes from, and the joints [n, 2]."""
    pieces, row = [], []
    for i, line in enumerate(lines):
        xy = shapely.get_coordinates(line)
        cuts = range(len(xy)) if every_vertex else (0, len(xy) - 1)
        for a, b in pairwise(cuts):
            pieces.append(shapely.LineString(xy[a : b + 1]))
            row.append(i)
    ends = np.array([piece.coords[i] for piece in pieces for i in (0, -1)])
    return pieces, row, np.unique(ends, axis=0)


def _checked_lines(roads: GeoDataFrame, crs: str) -> list[shapely.LineString]:
    if roads.crs is None or CRS(roads.crs) != CRS(crs):
        mend = f"project them first: roads.to_crs({crs!r})."
        raise PlanningDataError("E-NET-16", "the new roads are not in the network's CRS.", seen=str(roads.crs), mend=mend)
    shapes = np.asarray(shapely.force_2d(roads.geometry))
    usable = (shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING) & (shapely.length(shapes) > 0)
    if not usable.all() or not len(roads):
        mend = "draw every road as one line of some length."
        raise PlanningDataError("E-NET-16", "a new road is not a line.", feature_ids=roads.index[~usable].tolist(), mend=mend)
    return list(shapely.remove_repeated_points(shapes))


def _loose(network: Network) -> _Arcs:
    if network.edges is None:
        return _Arcs(network.tail, network.head, dict(network.ds))
    return _Arcs(network.edges.tail, network.edges.head, dict(network.edges.ds))


def _drawn(network: Network) -> Edges:
    if network.edges is None:
        mend = "build it with from_edges(..., edges=frame) or import_streets."
        raise PlanningDataError("E-SNAP-03", "the network has no drawn edges.", mend=mend)
    return network.edges


def _by_arc(network: Network, values: Floats, *, undrawn: float) -> Floats:
    """Values of the edges on their arcs."""
    edges = _drawn(network)
    if values.shape != (len(edges),):
        raise PlanningDataError(
            "E-NET-15", "give one value an edge.", seen=values.shape, mend=f"the network has {len(edges)} edges."
        )
    return np.where(edges.edge >= 0, values[edges.edge], undrawn)


def _changed(network: Network, arcs: _Arcs, touched: set[str]) -> Network:
    drawn = None if network.edges is None else network.edges
    new = _build(network.node_xy, network.crs, network.node_id, arcs, drawn)
    for key, value in network.derived():
        if isinstance(key, tuple) and key[1] not in touched:
            new.prepared(key, lambda value=value: value)  # type: ignore[misc]
    return new


def _build(xy: Floats, crs: str, ids: NDArray[np.int64], arcs: _Arcs, drawn: Edges | None) -> Network:
    edges = None if drawn is None else drawn.with_arcs(arcs.tail, arcs.head, arcs.ds)
    tail, head, ds = merged(*arcs)
    ptr = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=len(xy)))]).astype(np.int32)
    return Network(xy, crs, ids, ptr, head, ds, edges)
