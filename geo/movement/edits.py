"""Planned changes of a street network: other speeds, closed roads. Each returns a new network; nodes stay in place.

What was prepared for a mode that a change does not touch (graphs, hierarchies, grids) is carried over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import PlanningDataError
from geo.movement.arcs import CLOSED, Ints, Times, deciseconds, merged
from geo.movement.edges import Edges
from geo.movement.network import Network

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
        factors = _by_arc(network, factors)
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
    hit = _by_arc(network, shut.astype(float)) > 0
    chosen = set(network.modes if modes is None else modes)
    for mode in sorted(chosen):
        network.check_mode(mode)
    ds = {mode: np.where(hit, CLOSED, values).astype(np.int32) if mode in chosen else values for mode, values in arcs.ds.items()}
    return _changed(network, arcs._replace(ds=ds), chosen)


def _loose(network: Network) -> _Arcs:
    if network.edges is None:
        return _Arcs(network.tail, network.head, dict(network.ds))
    return _Arcs(network.edges.tail, network.edges.head, dict(network.edges.ds))


def _drawn(network: Network) -> Edges:
    if network.edges is None:
        mend = "build it with from_edges(..., edges=frame) or import_streets."
        raise PlanningDataError("E-SNAP-03", "the network has no drawn edges.", mend=mend)
    return network.edges


def _by_arc(network: Network, values: Floats) -> Floats:
    """Values of the edges on their arcs."""
    edges = _drawn(network)
    if values.shape != (len(edges),):
        raise PlanningDataError(
            "E-NET-15", "give one value an edge.", seen=values.shape, mend=f"the network has {len(edges)} edges."
        )
    return values[edges.edge]


def _changed(network: Network, arcs: _Arcs, touched: set[str]) -> Network:
    edges = None if network.edges is None else network.edges.with_arcs(arcs.tail, arcs.head, arcs.ds)
    tail, head, ds = merged(*arcs)
    ptr = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=len(network.node_xy)))]).astype(np.int32)
    new = Network(network.node_xy, network.crs, network.node_id, ptr, head, ds, edges)
    for key, value in network.derived():
        if isinstance(key, tuple) and key[1] not in touched:
            new.prepared(key, lambda value=value: value)  # type: ignore[misc]
    return new
