"""A road becomes part of a street network: its stretches, the pieces of the streets it meets, and their nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from geo.movement.arcs import CLOSED, Ints, Times, merged
from geo.movement.edges import Edges
from geo.movement.meetings import CutRoad, at_one_place
from geo.movement.network import Network
from geo.movement.street_edits import drawn, edge_index, edge_table
from geo.movement.through_traffic import FROM_NOWHERE, passable

SAME_PLACE_M = 1.0
_TOUCH_M = 1e-6
_CENTIMETRE = 0.01

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def with_road(
    streets: Network, road: CutRoad, table: pd.DataFrame, ds: Mapping[str, Ints], *, one_way: bool = False, entered: bool = True
) -> Network:
    """The network with a road: one edge a stretch, whose row of ``table`` tells of it; ``ds`` mode → deciseconds [stretches].

    Modes that ``ds`` does not hold may not use the road. ``entered`` False: points do not join it, it is entered at its nodes.
    """
    number = int(edge_table(streets)["added"].max()) + 1
    pieces = _pieces(streets, road)
    first = len(drawn(streets)) + len(pieces.lines)
    part_of = first + np.arange(len(table))
    told = table.assign(added=number, part_of=part_of, whole=True, entered=entered)
    stretches = _stretches(streets, road, ds, first, one_way=one_way)
    return _grown(streets, _places(streets, road), [pieces, replace(stretches, rows=told)], list(road.splits))


def with_drawn(streets: Network, other: Network, edges: Mask) -> Network:
    """The network with some edges of another one whose nodes have the same numbers (a planned road that opens)."""
    source, number = drawn(other), int(edge_table(streets)["added"].max()) + 1
    chosen = np.flatnonzero(edges)
    new = np.full(len(source), -1, np.int32)
    new[chosen] = len(drawn(streets)) + np.arange(len(chosen))
    arcs = np.flatnonzero(np.isin(source.edge, chosen))
    rows = source.table.iloc[chosen].assign(added=number, part_of=new[chosen], whole=True, entered=True)
    columns = (source.tail[arcs], source.head[arcs], new[source.edge[arcs]], source.along[arcs])
    times = {mode: values[arcs] for mode, values in source.ds.items()}
    return _grown(streets, np.zeros((0, 2)), [_Added(source.lines()[chosen], rows, columns, times)], [])


def _grown(streets: Network, further_xy: Floats, parts: Sequence[_Added], split: Sequence[int]) -> Network:
    """The network with further nodes and edges; ``split``: edges that are there in pieces now."""
    edges = drawn(streets)
    lines = np.concatenate([part.lines for part in parts])
    xy, row = shapely.get_coordinates(lines, return_index=True)
    ptr = np.concatenate([edges.ptr, edges.ptr[-1] + np.cumsum(np.bincount(row, minlength=len(lines)))])
    number = parts[-1].rows["added"].iloc[0]
    told = _told(edge_table(streets), [part.rows.assign(added=number) for part in parts])
    told.loc[list(split), "whole"] = False
    arcs = [(edges.tail, edges.head, edges.edge, edges.along), *(part.arcs for part in parts)]
    tail, head, edge, along = (np.concatenate(columns) for columns in zip(*arcs, strict=True))
    times: Times = {mode: np.concatenate([ds, *(part.ds[mode] for part in parts)]) for mode, ds in edges.ds.items()}
    all_edges = Edges.from_lines(ptr.astype(np.int64), np.concatenate([edges.xy, xy]), edge, along, told)
    ids = int(streets.node_id.max()) + 1 + np.arange(len(further_xy))
    node_xy = np.concatenate([streets.node_xy, further_xy])
    ends = merged(tail, head, times)
    arcs_ptr = np.concatenate([[0], np.cumsum(np.bincount(ends[0], minlength=len(node_xy)))]).astype(np.int32)
    node_id = np.concatenate([streets.node_id, ids])
    return Network(node_xy, streets.crs, node_id, arcs_ptr, ends[1], ends[2], all_edges.with_arcs(tail, head, times))


def _places(streets: Network, road: CutRoad) -> Floats:
    """Coordinates of the new nodes in the order of their numbers."""
    nodes, first = np.unique(road.node, return_index=True)
    new = first[nodes >= len(streets.node_xy)]
    return shapely.get_coordinates(shapely.line_interpolate_point(road.line, road.cuts_m[new])).reshape(-1, 2)


Arcs = tuple[Ints, Ints, Ints, Mask]


@dataclass(frozen=True, eq=False)
class _Added:
    """Further edges: their ``lines``, ``rows`` of what is told of them, ``arcs`` (tail, head, edge, along) and times."""

    lines: NDArray[np.object_]
    rows: pd.DataFrame
    arcs: Arcs
    ds: Times


def _pieces(streets: Network, road: CutRoad) -> _Added:
    """Twins of the edges that are cut, in pieces; their times add up to that of the edge."""
    edges, table, all_lines = drawn(streets), edge_table(streets), edge_index(streets).lines
    open_arcs = passable(streets)
    lines: list[shapely.Geometry] = []
    rows, arcs = [], []
    times: dict[str, list[int]] = {mode: [] for mode in edges.ds}
    for edge, cuts in road.splits.items():
        line, own = all_lines[edge], len(edges) + len(lines)
        bounds = np.array([0.0, *(share for share, _ in cuts), 1.0])
        lines += [substring(line, a, b, normalized=True) for a, b in pairwise(bounds)]
        rows.append(_cut_rows(table.iloc[[edge]], np.diff(bounds)))
        for arc in np.flatnonzero((edges.edge == edge) & open_arcs).tolist():
            along = bool(edges.along[arc])
            between = [node for _, node in cuts]
            nodes = [int(edges.tail[arc]), *(between if along else between[::-1]), int(edges.head[arc])]
            number = own + np.arange(len(bounds) - 1)
            arcs += list(zip(nodes, nodes[1:], number if along else number[::-1], [along] * len(number), strict=False))
            reached = bounds if along else 1 - bounds[::-1]
            for mode, values in edges.ds.items():
                times[mode] += _shared(int(values[arc]), reached)
    told = pd.concat(rows, ignore_index=True) if rows else table.iloc[:0]
    return _Added(np.array(lines, dtype=object), told, _columns(arcs), {m: np.array(v, np.int32) for m, v in times.items()})


def _cut_rows(row: pd.DataFrame, shares: Floats) -> pd.DataFrame:
    rows = row.loc[row.index.repeat(len(shares))].reset_index(drop=True)
    return rows.assign(**{name: rows[name] * shares for name in ("length_m", "length_km") if name in rows})


def _shared(ds: int, reached: Floats) -> list[int]:
    if ds == CLOSED:
        return [CLOSED] * (len(reached) - 1)
    return np.maximum(1, np.diff(np.floor(reached * ds + 0.5))).astype(int).tolist()


def _columns(arcs: Sequence[tuple[int, int, int, bool]]) -> Arcs:
    tail, head, edge, along = zip(*arcs, strict=True) if arcs else ((), (), (), ())
    return np.array(tail, np.int32), np.array(head, np.int32), np.array(edge, np.int32), np.array(along, bool)


def _stretches(streets: Network, road: CutRoad, ds: Mapping[str, Ints], first: int, *, one_way: bool) -> _Added:
    arcs, stretch = [], []
    for number, (start, end) in enumerate(pairwise(road.node.tolist())):
        ways = [(start, end, True)] if one_way else [(start, end, True), (end, start, False)]
        for tail, head, along in ways:
            twins = _twins(streets, tail)
            arcs += [(twin, head, first + number, along) for twin in twins]
            stretch += [number] * len(twins)
    closed = np.full(len(road.node) - 1, CLOSED, np.int32)
    times = {mode: np.asarray(ds.get(mode, closed), np.int32)[stretch] for mode in drawn(streets).ds}
    return _Added(road.stretches(), pd.DataFrame(), _columns(arcs), times)


def _twins(streets: Network, node: int) -> list[int]:
    """The node and its copies for turn bans: whoever comes to a copy may go on into a new road too."""
    if node >= len(streets.node_xy):
        return [node]
    near = at_one_place(streets, node)
    copies = near[(streets.node_id[near] < 0) & (streets.node_id[near] > FROM_NOWHERE)]
    return sorted({node, *copies.tolist()})


def _told(known: pd.DataFrame, parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One table; what is not told of a new edge is empty: no text, 0 of what is counted, null of what is measured."""
    typed = [
        pd.DataFrame(
            {
                name: (part[name] if name in part else pd.Series(_blank(kind), part.index)).astype(kind)
                for name, kind in known.dtypes.items()
            }
        )
        for part in parts
        if len(part)
    ]
    return pd.concat([known, *typed], ignore_index=True)


def _blank(kind: Any) -> object:
    if pd.api.types.is_float_dtype(kind):
        return np.nan
    return 0 if pd.api.types.is_numeric_dtype(kind) else ""
