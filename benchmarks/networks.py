# ruff: noqa: INP001, PLC0415, PLR2004 - a script; this package is imported only in the child that makes a network
"""The networks of the comparisons: a made-up town, real ones, Porto with a node at every bend, Porto several times side by side.

Each is made once, in a process of its own, and written down twice: as a network of this package, and as plain arrays, so that
the memory of a peer holds nothing of ours. Times are whole deciseconds; those of ``porto_bends`` are whole decimetres instead,
for the question there is metres. What a node is worth are whole numbers, so that every sum is exact and results can be equal.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[Any]

PORTO = Path("osm") / "porto_portugal.osm.pbf"
PORTO_ALEGRE = Path("poa") / "poa_osm.pbf"
JOIN_EVERY_M = 2000  # neighbouring tiles are joined about as often


def made_up_town(side: int = 322) -> Any:
    """Blocks of 60-140 m, a tenth of the streets missing, a tenth one-way, a fast road every 16 blocks."""
    from geo.movement import CLOSED, Network

    draw = np.random.default_rng(1)
    row, column = np.divmod(np.arange(side * side), side)
    xy = np.stack([column, row], axis=1) * 100.0 + draw.uniform(-20, 20, (side * side, 2))
    right, up = np.flatnonzero(column < side - 1), np.flatnonzero(row < side - 1)
    a, b = np.r_[right, up], np.r_[right + 1, up + side]
    fast = np.r_[row[right] % 16 == 0, column[up] % 16 == 0]
    kept = (draw.random(len(a)) < 0.9) | fast
    a, b, fast = a[kept], b[kept], fast[kept]
    metres = np.linalg.norm(xy[a] - xy[b], axis=1)
    walk = np.maximum(1, np.round(metres / (4.8 / 3.6) * 10)).astype(int)
    car = np.maximum(1, np.round(metres / (np.where(fast, 60, 30) / 3.6) * 10)).astype(int)
    back = np.where(draw.random(len(a)) < 0.1, CLOSED, car)
    ds = {"walk": np.r_[walk, walk], "car": np.r_[car, back]}
    return Network.from_edges(xy, "EPSG:9210", np.r_[a, b], np.r_[b, a], ds)


def with_bends(network: Any, mode: str) -> Any:
    """The arcs of ``mode`` cut at every vertex they are drawn with, each as long as it is drawn, in decimetres."""
    from geo.movement import CLOSED, Network

    edges = network.edges
    arcs = np.flatnonzero(edges.ds[mode] != CLOSED)
    edge, along = edges.edge[arcs], edges.along[arcs]
    size = np.diff(edges.ptr)
    number = _numbered(edges.ptr, len(network.node_xy))
    steps = size[edge] - 1
    arc = np.repeat(np.arange(len(arcs)), steps)
    step = np.arange(len(arc)) - np.repeat(np.cumsum(steps) - steps, steps)
    first = edges.ptr[edge][arc] + step
    start, end = np.where(along, edges.tail[arcs], edges.head[arcs]), np.where(along, edges.head[arcs], edges.tail[arcs])
    a = np.where(step == 0, start[arc], number[first])
    b = np.where(step == steps[arc] - 1, end[arc], number[first + 1])
    metres = np.hypot(*(edges.xy[first + 1] - edges.xy[first]).T)
    tail, head = np.where(along[arc], a, b), np.where(along[arc], b, a)
    places = np.concatenate([network.node_xy, edges.xy[number >= 0]])
    used = np.unique(np.r_[tail, head])
    ends = np.searchsorted(used, tail), np.searchsorted(used, head)
    return Network.from_edges(places[used], network.crs, *ends, {mode: np.maximum(1, np.floor(10 * metres + 0.5)).astype(int)})


def _numbered(ptr: Ints, nodes: int) -> Ints:
    """A number after the nodes for every vertex inside a line, -1 for its ends."""
    inside = np.ones(int(ptr[-1]), bool)
    inside[ptr[:-1]] = inside[ptr[1:] - 1] = False
    number = np.full(len(inside), -1)
    number[inside] = nodes + np.arange(inside.sum())
    return number


def tiled(network: Any, count: int) -> Any:
    """``count`` copies side by side from west to east, each joined to the next by streets as slow as walking, every 2 km."""
    from geo.movement import Network

    xy, n = network.node_xy, len(network.node_xy)
    width = float(np.ptp(xy[:, 0])) + 100
    places = np.concatenate([xy + np.array([i * width, 0]) for i in range(count)])
    west, east = _border(network, np.argmin), _border(network, np.argmax)
    pairs = np.array([(i * n + a, (i + 1) * n + b) for i in range(count - 1) for a, b in zip(east, west, strict=True)], int)
    joins = np.concatenate([pairs, pairs[:, ::-1]]).reshape(-1, 2)
    metres = np.hypot(*(places[joins[:, 0]] - places[joins[:, 1]]).T)
    ends = [np.concatenate([end + i * n for i in range(count)]) for end in (network.tail, network.head)]
    slow = np.maximum(1, np.round(metres / (4.8 / 3.6) * 10)).astype(int)
    ds = {mode: np.concatenate([*[values] * count, slow]) for mode, values in network.ds.items()}
    return Network.from_edges(places, network.crs, np.r_[ends[0], joins[:, 0]], np.r_[ends[1], joins[:, 1]], ds)


def _border(network: Any, outermost: Callable[[Any], Any]) -> list[int]:
    """The westernmost or easternmost node, that all modes reach, of every band of 2 km; bands are the same for both sides."""
    xy = network.node_xy
    main = np.all([network.components(mode) == 0 for mode in network.modes], axis=0)
    band = ((xy[:, 1] - xy[:, 1].min()) // JOIN_EVERY_M).astype(int)
    rows = [np.flatnonzero(main & (band == i)) for i in range(band.max() + 1)]
    return [int(nodes[outermost(xy[nodes, 0])]) for nodes in rows if len(nodes)]


def made(name: str, data: Path) -> Any:
    """A network by its name: ``town``, ``porto_alegre``, ``porto``, ``porto_bends``, ``porto_2`` or ``porto_4`` (tiles)."""
    from geo.movement import import_streets

    if name == "town":
        return made_up_town()
    network = import_streets(data / (PORTO_ALEGRE if name == "porto_alegre" else PORTO))[0]
    if name == "porto_bends":
        return with_bends(network, "walk")
    tiles = name.removeprefix("porto_")
    return tiled(network, int(tiles)) if tiles.isdecimal() else network


def write(name: str, data: str, work: str) -> dict[str, Any]:
    """Job: make a network and write both files into ``work``; its number of nodes and of arcs of every mode."""
    network = made(name, Path(data))
    network.save(Path(work) / f"{name}.network")
    arrays: dict[str, Any] = {"xy": network.node_xy, "worth": worth(len(network.node_xy))}
    for mode in network.modes:
        graph = network.graph(mode)
        arrays |= {f"{mode}_ptr": graph.ptr, f"{mode}_to": graph.to, f"{mode}_ds": graph.ds}
    np.savez(Path(work) / f"{name}.npz", **arrays)
    arcs = {mode: len(arrays[f"{mode}_to"]) for mode in network.modes}
    return {"nodes": len(network.node_xy), "arcs": arcs, "drawn": network.edges is not None}


def worth(nodes: int) -> Ints:
    """What every node is worth: whole numbers below 100."""
    return np.random.default_rng(1).integers(0, 100, nodes).astype(float)


def spread(count: int, nodes: int) -> Ints:
    """Nodes spread evenly over the network, or all of them."""
    return np.unique(np.linspace(0, nodes - 1, min(count, nodes) or nodes).astype(int))
