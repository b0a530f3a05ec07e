"""`Edges`: drawn streets and the directed arcs that run along them; geometry kept apart from the arrays of the search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pyproj import CRS

from geo.errors import PlanningDataError
from geo.movement.arcs import Ints, Times, freeze

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Edges:
    """Lines and their arcs. A two-way street is one edge with two arcs; a turn ban may give it more.

    ``ptr`` int64 [edges + 1] and ``xy`` float64 [vertices, 2]: the line of edge i is ``xy[ptr[i]:ptr[i+1]]``;
    ``edge`` int32 [arcs] the edge of every arc, ``along`` bool [arcs] whether it runs from its first vertex on;
    ``tail``, ``head`` int32 [arcs] nodes; ``ds`` mode → int32 [arcs] before parallel arcs are merged;
    ``table`` one row an edge: what the source says of it (way, class, name, length_m ...).
    """

    ptr: NDArray[np.int64]
    xy: Floats
    edge: Ints
    along: NDArray[np.bool_]
    table: pd.DataFrame
    tail: Ints
    head: Ints
    ds: Mapping[str, Ints]

    def __len__(self) -> int:
        return len(self.ptr) - 1

    def __post_init__(self) -> None:
        freeze(self.ptr, self.xy, self.edge, self.along, self.tail, self.head, *self.ds.values())

    @classmethod
    def from_lines(
        cls, ptr: NDArray[np.int64], xy: Floats, edge: NDArray[np.integer], along: NDArray[np.bool_], table: pd.DataFrame
    ) -> Edges:
        """Edges whose arcs' ends and times are filled in by the network that takes them."""
        none = np.zeros(0, np.int32)
        return cls(ptr, xy, edge.astype(np.int32), along, table, none, none, {})

    def with_arcs(self, tail: Ints, head: Ints, ds: Times) -> Edges:
        """The same lines with ends and times of their arcs (one value an arc, in the order of ``edge``)."""
        return replace(self, tail=tail, head=head, ds=dict(ds))

    def lines(self) -> NDArray[np.object_]:
        """Shapely lines [edges]."""
        return np.asarray(shapely.linestrings(self.xy, indices=np.repeat(np.arange(len(self)), np.diff(self.ptr))))

    def frame(self, crs: str) -> GeoDataFrame:
        """The streets as a frame, index ``edge_id``."""
        index = pd.RangeIndex(len(self), name="edge_id")
        return GeoDataFrame(self.table.set_axis(index), geometry=self.lines(), crs=crs)


def edges_of_frame(frame: GeoDataFrame, crs: str, tail: Ints, head: Ints, ds: Times) -> Edges:
    """Edges of a frame with one row an arc, drawn from tail to head; both directions of a line become one edge (E-NET-06)."""
    _check_frame(frame, crs, len(tail))
    lines = np.asarray(frame.geometry)
    ends = np.sort(np.stack([tail, head]), axis=0)
    keys = pd.DataFrame({"a": ends[0], "b": ends[1], "line": shapely.to_wkb(shapely.normalize(lines))})
    edge = keys.groupby(["a", "b", "line"], sort=False).ngroup().to_numpy()
    first = np.flatnonzero(~pd.Series(edge).duplicated())
    xy, row = shapely.get_coordinates(lines[first], return_index=True)
    ptr = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(first)))]).astype(np.int64)
    along = (tail == tail[first][edge]) & shapely.equals_exact(lines, lines[first][edge], 0.0)
    table = pd.DataFrame(frame.iloc[first].drop(columns=frame.geometry.name)).reset_index(drop=True)
    return Edges.from_lines(ptr, xy, edge, along, table).with_arcs(tail, head, ds)


def _check_frame(frame: GeoDataFrame, crs: str, arcs: int) -> None:
    if len(frame) != arcs:
        raise PlanningDataError(
            "E-NET-06", "the frame does not fit the arcs.", seen=len(frame), mend=f"give {arcs} rows, one an arc."
        )
    if frame.crs is None or CRS(frame.crs) != CRS(crs):
        mend = f"project it first: frame.to_crs({crs!r})."
        raise PlanningDataError("E-NET-06", "the lines are not in the network's CRS.", seen=str(frame.crs), mend=mend)
    usable = (shapely.get_type_id(frame.geometry) == shapely.GeometryType.LINESTRING) & ~shapely.is_empty(frame.geometry)
    if not usable.all():
        mend = "draw every arc as one line from its tail to its head."
        bad = frame.index[~usable].tolist()
        raise PlanningDataError("E-NET-06", "an arc is not drawn as a line.", feature_ids=bad, mend=mend)
