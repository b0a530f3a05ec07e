"""Streets of a scenario: which are meant, which were added. Nodes and edges known before keep their numbers.

A road is added beside what is there: where it meets a street, the street's edge gets a twin in pieces with a node at the meeting,
and stays itself. So nobody's way becomes longer by a new road, not even by rounding. The table of edges tells them apart:
``added`` 0 for streets known from the start, n for the nth road added and for the pieces made for it; ``part_of`` the edge a
piece was cut from, its own number else; ``whole`` False once it has been cut; ``entered`` False where points may not join it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from geo.errors import PlanningDataError
from geo.movement.arcs import CLOSED
from geo.movement.edges import Edges
from geo.movement.edits import retimed
from geo.movement.network import Network

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class EdgeIndex:
    """Shapes of all edges and a tree over them."""

    lines: NDArray[np.object_]
    tree: STRtree


def drawn(streets: Network) -> Edges:
    """The drawn streets of a network; one without them can not be edited (E-NET-15)."""
    if streets.edges is None:
        mend = "build it with from_edges(..., edges=frame) or import_streets."
        raise PlanningDataError("E-NET-15", "streets that are not drawn can not be edited.", mend=mend)
    return streets.edges


def edge_index(streets: Network) -> EdgeIndex:
    """Shapes and tree of the drawn streets, made once."""

    def make() -> EdgeIndex:
        lines = drawn(streets).lines()
        return EdgeIndex(lines, STRtree(lines))

    return streets.prepared(("edge_index", ""), make)  # of no mode: closing and slowing keep it


def edge_table(streets: Network) -> pd.DataFrame:
    """What is known of every edge, with the columns that tell added roads apart."""
    table = drawn(streets).table
    if "added" in table:
        return table
    return table.assign(added=0, part_of=np.arange(len(table)), whole=True, entered=True)


def share_inside(streets: Network, area: shapely.Geometry) -> Floats:
    """How much of every edge's length lies in an area, 0–1, float64 [edges]."""
    index = edge_index(streets)
    share = np.zeros(len(index.lines))
    touched = index.tree.query(area, predicate="intersects")
    lines = index.lines[touched]
    length = np.maximum(shapely.length(lines), 1e-9)
    share[touched] = shapely.length(shapely.intersection(lines, area)) / length
    share[share > 1 - 1e-9] = 1.0
    return share


def slowed(streets: Network, factors: Mapping[str, Floats]) -> Network:
    """The network with the times of every edge multiplied, float64 [edges] by mode; rounded half up, closed stays closed."""
    edges = drawn(streets)
    times = {}
    for mode, factor in factors.items():
        old = edges.ds[mode]
        by_arc = factor[edges.edge]
        new = np.maximum(1, np.floor(np.maximum(old, 1) * by_arc + 0.5)).astype(np.int32)
        times[mode] = np.where(old == CLOSED, np.int32(CLOSED), new)
    return retimed(streets, times)


def generation(streets: Network, number: int, mode: str) -> Network:
    """A look at the network in which points join only streets of one generation by a mode; its ways are those of all streets."""

    def make() -> Network:
        edges, table = drawn(streets), edge_table(streets)
        shut = ~(table["added"].eq(number) & table["entered"].astype(bool)).to_numpy()[edges.edge]
        ds = np.where(shut, np.int32(CLOSED), edges.ds[mode])
        look = replace(streets, edges=edges.with_arcs(edges.tail, edges.head, {**edges.ds, mode: ds}))
        look.prepared(("components", mode), lambda: streets.components(mode))  # the arcs are the same
        return look

    return streets.prepared(("generation", mode, number), make)
