"""Streets closed to through traffic: who stands on one still comes to its ends and from them, nobody passes.

An arc from a to b becomes one from nowhere to b and one from a to nowhere. Points that join the street leave by the first and
arrive by the second, at the times they had; no way leads through. So nobody's way becomes shorter by a street that is closed,
which would happen if people on it were taken to stand on the next one.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from geo.movement.arcs import CLOSED, merged
from geo.movement.edges import Edges
from geo.movement.network import Network
from geo.movement.street_edits import drawn

FROM_NOWHERE, TO_NOWHERE = -(2**62), -(2**62) - 1  # ids of two nodes that no way passes

Mask = NDArray[np.bool_]


def access_only(streets: Network, edges: Mask, modes: Iterable[str]) -> Network:
    """The network with these edges [edges] open to some modes for access only, both ways; ``modes`` as the network keeps them."""
    chosen = set(modes)
    known, (node_xy, node_id) = drawn(streets), _with_nowhere(streets)
    source, sink = (int(np.flatnonzero(node_id == number)[0]) for number in (FROM_NOWHERE, TO_NOWHERE))
    through = ~_at_nowhere(streets, known)
    shut = np.flatnonzero(through & edges[known.edge])
    shut = shut[np.any([known.ds[mode][shut] != CLOSED for mode in sorted(chosen)], axis=0)] if chosen else shut[:0]
    nowhere = np.ones(len(shut), np.int32)
    tail = np.concatenate([known.tail, nowhere * source, known.tail[shut]]).astype(np.int32)
    head = np.concatenate([known.head, known.head[shut], nowhere * sink]).astype(np.int32)
    ds = {}
    for mode, values in known.ds.items():
        own = values.copy()
        if mode in chosen:
            own[shut] = CLOSED
        access = values[shut] if mode in chosen else np.full(len(shut), CLOSED, np.int32)
        ds[mode] = np.concatenate([own, access, access])
    edge, along = (np.concatenate([column, column[shut], column[shut]]) for column in (known.edge, known.along))
    all_edges = Edges.from_lines(known.ptr, known.xy, edge, along, known.table).with_arcs(tail, head, ds)
    arcs = merged(tail, head, ds)
    ptr = np.concatenate([[0], np.cumsum(np.bincount(arcs[0], minlength=len(node_xy)))]).astype(np.int32)
    new = Network(node_xy, streets.crs, node_id, ptr, arcs[1], arcs[2], all_edges)
    if streets.is_prepared(("edge_index", "")):
        new.prepared(("edge_index", ""), lambda: dict(streets.derived())["edge_index", ""])  # the lines are the same
    return new


def passable(streets: Network) -> Mask:
    """Arcs of the drawn edges that are part of ways, bool [arcs]: those that are not for access only."""
    edges = drawn(streets)
    return ~_at_nowhere(streets, edges)


def nowhere(streets: Network) -> Mask:
    """The nodes that are no junctions, bool [nodes]."""
    return np.isin(streets.node_id, (FROM_NOWHERE, TO_NOWHERE))


def _at_nowhere(streets: Network, edges: Edges) -> Mask:
    no_junction = nowhere(streets)
    return no_junction[edges.tail] | no_junction[edges.head]


def _with_nowhere(streets: Network) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Nodes and ids with the two that no way passes; known nodes keep their numbers."""
    missing = np.setdiff1d([FROM_NOWHERE, TO_NOWHERE], streets.node_id)
    middle = np.repeat(streets.node_xy.mean(axis=0)[None], len(missing), axis=0)
    return np.concatenate([streets.node_xy, middle]), np.concatenate([streets.node_id, missing])
