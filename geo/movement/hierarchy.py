"""The contraction hierarchy of a network and mode: made when first needed, kept with the network, saved with it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.movement.arcs import freeze
from geo.movement.kernels.contraction import contract, sweep_order, without_core
from geo.movement.kernels.graph import Graph
from geo.movement.links import Links
from geo.movement.network import Network

DENSEST = 1600  # pairs of arcs of a node beyond which the rest is left as a core; real towns never come near

Ints = NDArray[np.int32]


class Hierarchy(NamedTuple):
    """``rank`` of every node; ``up``: arcs to higher ranks; ``down``: row v holds the arcs into v from higher ranks.

    Ranks from ``core`` on were not removed: their rows hold all arcs among them.
    """

    rank: Ints
    up: Graph
    down: Graph
    core: int


def hierarchy(network: Network, mode: str) -> Hierarchy:
    """The hierarchy of a mode, made on first use (about 10 µs a node)."""
    return network.prepared(("hierarchy", mode), lambda: _make(network, mode))


def has_hierarchy(network: Network, mode: str) -> bool:
    """Whether the hierarchy of a mode is there already."""
    return network.is_prepared(("hierarchy", mode))


def sides(network: Network, mode: str, *, reverse: bool) -> tuple[Graph, Graph, Ints]:
    """What a query needs: arcs upwards, arcs downwards, and the order of the sweep; for the reversed graph they change places."""
    whole = hierarchy(network, mode)
    down, order = network.prepared(("sweep", mode, reverse), lambda: _sweep(whole, reverse=reverse))
    return whole.down if reverse else whole.up, down, order


def linked_nodes(links: Links) -> NDArray[np.bool_]:
    """Which nodes the links use, bool [nodes]."""
    used = np.zeros(links.places, bool)
    used[links.place] = True
    return used


def _make(network: Network, mode: str) -> Hierarchy:
    rank, up, down, core = contract(network.graph(mode), network.graph(mode, reverse=True), DENSEST)
    freeze(rank, *up, *down)
    return Hierarchy(rank, up, down, int(core))


def _sweep(whole: Hierarchy, *, reverse: bool) -> tuple[Graph, Ints]:
    down = without_core(whole.up if reverse else whole.down, whole.rank, whole.core)
    order = sweep_order(whole.rank, down)
    freeze(*down, order)
    return down, order
