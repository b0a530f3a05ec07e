"""`Network`: streets or any directed links as frozen compressed rows, one array of times a mode."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.errors import PlanningDataError, nearest_names
from geo.movement.arcs import CLOSED, Ints, checked_ends, checked_times, freeze, merged
from geo.movement.edges import Edges, edges_of_frame
from geo.movement.hilbert import hilbert_order
from geo.movement.kernels.graph import Graph, reversed_graph

Prepared = TypeVar("Prepared")


@dataclass(frozen=True, eq=False)
class Network:
    """Nodes along a Hilbert curve and directed arcs between them. All arrays are read-only; times are int32 deciseconds.

    ``node_xy`` float64 [nodes, 2] in ``crs`` (metres); ``node_id`` int64 [nodes], unique, as given by the maker;
    ``ptr`` int32 [nodes + 1], ``head`` int32 [arcs]: arcs of node v are ``ptr[v]:ptr[v+1]``, sorted by head, one a pair;
    ``ds`` mode → int32 [arcs], `CLOSED` (-1) where the mode may not pass; ``edges`` the drawn streets, if any.
    Build one with `Network.from_edges` or `import_streets`; nodes come out in another order than they went in: ask `nodes`.
    """

    node_xy: NDArray[np.float64]
    crs: str
    node_id: NDArray[np.int64]
    ptr: Ints
    head: Ints
    ds: Mapping[str, Ints]
    edges: Edges | None = None
    _prepared: dict[object, object] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ds", MappingProxyType(dict(self.ds)))
        freeze(self.node_xy, self.node_id, self.ptr, self.head, *self.ds.values())

    def __reduce__(self) -> tuple[Any, ...]:
        """Shipped to another process with the hierarchies, which take long to make; other prepared values stay behind."""
        kept = {key: value for key, value in self._prepared.items() if isinstance(key, tuple) and key[0] == "hierarchy"}
        return _restored, (self.node_xy, self.crs, self.node_id, self.ptr, self.head, dict(self.ds), self.edges, kept)

    @classmethod
    def from_edges(
        cls,
        node_xy: ArrayLike,
        crs: str,
        tail: ArrayLike,
        head: ArrayLike,
        ds: Mapping[str, ArrayLike],
        *,
        node_id: ArrayLike | None = None,
        edges: GeoDataFrame | Edges | None = None,
    ) -> Network:
        """The network of loose directed arcs in any order.

        ``node_xy`` [nodes, 2] metres in ``crs``; ``tail``, ``head`` [arcs] rows of ``node_xy``; ``ds`` mode → [arcs] whole
        deciseconds > 0 (see `deciseconds`) or `CLOSED`; ``node_id`` unique whole numbers (default: the row numbers);
        ``edges`` a frame with one row an arc and its line drawn from tail to head, needed only to snap points.
        Parallel arcs: each mode keeps the fastest; loops are dropped. Errors: E-NET-01 … E-NET-06, with the ids.
        """
        xy, ids = _checked_nodes(node_xy, node_id)
        _check_crs(crs)
        tails, heads = checked_ends(tail, head, len(xy))
        times = checked_times(ds, len(tails))
        order = hilbert_order(xy, ids)
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        tails, heads = rank[tails], rank[heads]
        if isinstance(edges, GeoDataFrame):
            edges = edges_of_frame(edges, crs, tails, heads, times)
        elif edges is not None:
            edges = edges.with_arcs(tails, heads, times)
        tails, heads, times = merged(tails, heads, times)
        ptr = np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=len(xy)))]).astype(np.int32)
        return cls(xy[order], str(crs), ids[order], ptr, heads, times, edges)

    @property
    def modes(self) -> tuple[str, ...]:
        """Modes with times on this network, in alphabetical order."""
        return tuple(self.ds)

    @cached_property
    def tail(self) -> Ints:
        """The node every arc starts at, int32 [arcs]."""
        return np.repeat(np.arange(len(self.node_xy), dtype=np.int32), np.diff(self.ptr))

    def nodes(self, ids: ArrayLike) -> Ints:
        """Positions int32 of the nodes with these ids; E-NET-07 names ids the network does not have."""
        index = self.prepared("node_id", lambda: pd.Index(self.node_id))
        wanted = np.asarray(ids, np.int64)
        found = index.get_indexer(pd.Index(wanted))
        if (found < 0).any():
            unknown = wanted[found < 0].tolist()
            raise PlanningDataError("E-NET-07", "the network has no such node.", feature_ids=unknown, mend="use ids of node_id.")
        return found.astype(np.int32)

    def check_mode(self, mode: str) -> None:
        """Refuse a mode the network does not carry (E-NET-08)."""
        if mode not in self.ds:
            raise PlanningDataError("E-NET-08", f"no {mode!r} on this network.", mend=nearest_names(mode, self.modes))

    def graph(self, mode: str, *, reverse: bool = False) -> Graph:
        """The arcs open to ``mode`` in compressed rows (turned round if ``reverse``), made on first use."""
        self.check_mode(mode)
        if reverse:
            return self.prepared(("reverse", mode), lambda: _frozen(reversed_graph(self.graph(mode))))
        return self.prepared(("graph", mode), lambda: self._open_arcs(mode))

    def prepared(self, key: object, make: Callable[[], Prepared]) -> Prepared:
        """A value derived from this network, made once and kept as long as the network lives."""
        if key not in self._prepared:
            self._prepared.setdefault(key, make())  # of two threads the first to be ready
        return cast("Prepared", self._prepared[key])

    def is_prepared(self, key: object) -> bool:
        """Whether a derived value is there already."""
        return key in self._prepared

    def derived(self) -> list[tuple[object, object]]:
        """Everything prepared so far, as (key, value); keys of a mode are tuples (what, mode, ...)."""
        return list(self._prepared.items())

    def components(self, mode: str) -> Ints:
        """Strongly connected component of every node, int32 [nodes]; 0 is the largest, ties by first node."""
        return self.prepared(("components", mode), lambda: _components(self.graph(mode)))

    def save(self, path: str | Path) -> Path:
        """Write everything to one file (.npz without pickle, checksum, version); see `store.save_network`."""
        from geo.movement.store import save_network  # noqa: PLC0415 - the store knows networks

        return save_network(self, path)

    @staticmethod
    def load(path: str | Path) -> Network:
        """The network of a file written by `save`; E-NET-14 if it is damaged or something else."""
        from geo.movement.store import load_network  # noqa: PLC0415 - the store knows networks

        return load_network(path)

    def _open_arcs(self, mode: str) -> Graph:
        open_arcs = np.flatnonzero(self.ds[mode] != CLOSED)
        count = np.bincount(self.tail[open_arcs], minlength=len(self.node_xy))
        ptr = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
        return _frozen(Graph(ptr, self.head[open_arcs], self.ds[mode][open_arcs]))


def _restored(*parts: Any) -> Network:
    network = Network(*parts[:-1])
    for key, value in parts[-1].items():
        network.prepared(key, lambda value=value: value)  # type: ignore[misc]
    return network


def _frozen(graph: Graph) -> Graph:
    freeze(*graph)
    return graph


def _components(graph: Graph) -> Ints:
    from scipy.sparse import csr_array  # noqa: PLC0415 - heavy
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - heavy

    n = len(graph.ptr) - 1
    matrix = csr_array((np.ones(len(graph.to), np.int8), graph.to, graph.ptr), shape=(n, n))
    count, label = connected_components(matrix, directed=True, connection="strong")
    size = np.bincount(label, minlength=count)
    first = np.full(count, n)
    np.minimum.at(first, label, np.arange(n))
    rank = np.empty(count, np.int32)
    rank[np.lexsort((first, -size))] = np.arange(count, dtype=np.int32)
    return np.asarray(rank[label], np.int32)


def _checked_nodes(node_xy: ArrayLike, node_id: ArrayLike | None) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    xy = np.array(node_xy, float)
    if xy.ndim != 2 or xy.shape[1] != 2:  # noqa: PLR2004 - x and y
        raise PlanningDataError(
            "E-NET-01", "nodes need two coordinates.", seen=xy.shape, mend="give an array [nodes, 2] in metres."
        )
    ids = np.arange(len(xy)) if node_id is None else np.array(node_id, np.int64)
    if ids.shape != (len(xy),):
        raise PlanningDataError("E-NET-02", "ids do not fit the nodes.", seen=ids.shape, mend=f"give {len(xy)} whole numbers.")
    lost = ~np.isfinite(xy).all(axis=1)
    if lost.any():
        mend = "give x and y in metres, or leave the node out."
        raise PlanningDataError("E-NET-01", "a node has no place.", feature_ids=ids[lost].tolist(), mend=mend)
    values, count = np.unique(ids, return_counts=True)
    if (count > 1).any():
        raise PlanningDataError(
            "E-NET-02", "node ids must be unique.", feature_ids=values[count > 1].tolist(), mend="rename them."
        )
    return xy, ids


def _check_crs(crs: str) -> None:
    try:
        metric = CRS(crs).is_projected
    except CRSError:
        metric = False
    if not metric:
        mend = 'project the nodes to metres first, e.g. "EPSG:9210".'
        raise PlanningDataError("E-NET-06", "a network needs a metric coordinate system.", seen=crs, mend=mend)
