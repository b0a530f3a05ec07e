"""The street engine against scipy, igraph and pandana on the same arrays, results checked equal first.

Usage: python benchmarks/streets.py [FILE.osm.pbf] [--without pandana]     (a made-up town of 104,000 junctions if no file)

Process CPU seconds on one thread, kernels compiled beforehand. Peers that are not installed are left out; slow ones work on a
part of the origins and are extrapolated (marked ~). scipy is the judge; every line says whether the results are equal.
"""
# ruff: noqa: INP001, D102, D103, PLR2004 - a script; thread counts are set before the imports

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from geopandas import GeoSeries, points_from_xy
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.movement import (
    CLOSED,
    UNREACHED,
    Links,
    Network,
    import_streets,
    nearest,
    node_centrality,
    node_links,
    reach_sums,
    snap,
    times,
)
from geo.movement.hierarchy import hierarchy

LEFT_OUT: set[str] = set()
WALK_DS, DRIVE_DS = 9_000, 18_000  # 15 minutes on foot (1,200 m), 30 minutes by car


class Town(NamedTuple):
    """A network with what the peers need: arcs of both modes, nodes, what a node is worth."""

    network: Network
    worth: np.ndarray

    def matrix(self, mode: str) -> csr_array:
        graph = self.network.graph(mode)
        n = len(graph.ptr) - 1
        return csr_array((graph.ds.astype(float), graph.to, graph.ptr), shape=(n, n))

    def arcs(self, mode: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        graph = self.network.graph(mode)
        return np.repeat(np.arange(len(graph.ptr) - 1), np.diff(graph.ptr)), graph.to, graph.ds


def made_up_town(side: int = 322) -> Town:
    """Blocks of 60-140 m, a tenth of the streets missing, a tenth one-way, a fast road every 16 blocks."""
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
    network = Network.from_edges(xy, "EPSG:9210", np.r_[a, b], np.r_[b, a], ds)
    return Town(network, draw.integers(0, 100, side * side).astype(float))


def some(count: int, town: Town) -> np.ndarray:
    """Nodes spread evenly over the network."""
    return np.unique(np.linspace(0, len(town.network.node_xy) - 1, count).astype(int))


def links(nodes: np.ndarray, town: Town) -> Links:
    count = len(nodes)
    return Links.from_pairs(np.arange(count), nodes, np.zeros(count, int), (count, len(town.network.node_xy)))


class Race:
    """Runs contestants, compares their results with the first one's, prints seconds and ratios to ours."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []

    def run(
        self, task: str, ours: Callable[[], Any], peers: dict[str, tuple[float, Callable[[], Any], Callable[[Any, Any], bool]]]
    ) -> None:
        ours()  # compile, and prepare what is kept
        own, result = _timed(ours)
        self._note(task, "this engine", own, own, "")
        for name, (scale, peer, agree) in peers.items():
            seconds, other = _timed(peer)
            self._note(task, name, seconds * scale, own, "equal" if agree(result, other) else "DIFFERENT")

    def _note(self, task: str, who: str, seconds: float, own: float, verdict: str) -> None:
        row = {"task": task, "who": who, "cpu_s": round(seconds, 3), "times_ours": round(seconds / own, 1), "result": verdict}
        self.rows.append(row)
        sys.stdout.write(
            "  ".join(f"{value!s:<{width}}" for value, width in zip(row.values(), (46, 14, 10, 10, 9), strict=True)) + "\n"
        )
        sys.stdout.flush()


def _timed(task: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    result = task()
    return max(time.process_time() - start, 1e-6), result


def has(module: str) -> bool:
    return module not in LEFT_OUT and importlib.util.find_spec(module) is not None


def whole(found: np.ndarray) -> np.ndarray:
    """Float times with inf → int32 with `UNREACHED`."""
    return np.where(np.isfinite(found), np.nan_to_num(found, posinf=0), UNREACHED).astype(np.int32)


def same(ours: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.array_equal(ours, whole(other)))


def igraph_of(town: Town, mode: str) -> Any:
    import igraph  # noqa: PLC0415 - optional

    tail, head, ds = town.arcs(mode)
    graph = igraph.Graph(n=len(town.network.node_xy), edges=np.stack([tail, head], axis=1), directed=True)
    graph.es["ds"] = ds.tolist()
    return graph


def pandana_of(town: Town, mode: str, limit: float) -> Any:
    import pandana  # noqa: PLC0415 - optional

    tail, head, ds = town.arcs(mode)
    x, y = (pd.Series(column) for column in town.network.node_xy.T)
    net = pandana.Network(x, y, pd.Series(tail), pd.Series(head), pd.DataFrame({"ds": ds.astype(float)}), twoway=False)
    net.precompute(limit)
    return net


def race_matrices(race: Race, town: Town) -> None:
    n = len(town.network.node_xy)
    sources, matrix = some(100, town), town.matrix("car")
    origins, every = links(sources, town), node_links(town.network)
    peers: dict[str, Any] = {"scipy": (1, lambda: dijkstra(matrix, indices=sources), same)}
    if has("igraph"):
        graph = igraph_of(town, "car")
        peers["igraph"] = (
            10,
            lambda: np.array(graph.distances(source=sources[:10].tolist(), weights="ds")),
            lambda a, b: same(a[:10], b),
        )
    race.run(
        "100 x one-to-all, car, no hierarchy",
        lambda: times(town.network, "car", origins, every, threads=1, kernel="search"),
        peers,
    )
    hierarchy(town.network, "car")
    race.run(
        "100 x one-to-all, car, hierarchy ready",
        lambda: times(town.network, "car", origins, every, threads=1, kernel="hierarchy"),
        {},
    )
    many, few = some(5_000, town), some(500, town) + 1
    few = few[few < n]
    part = few[:10]
    back = csr_array(matrix.T)
    peers = {
        "scipy ~": (
            len(few) / 10,
            lambda: dijkstra(back, indices=part)[:, many].T,
            lambda a, b: same(np.ascontiguousarray(a[:, :10]), b),
        )
    }
    race.run("matrix 5,000 x 500, car", lambda: times(town.network, "car", links(many, town), links(few, town), threads=1), peers)


def race_sums(race: Race, town: Town, mode: str, limit: int, parts: int) -> None:
    n = len(town.network.node_xy)
    matrix, every = town.matrix(mode), node_links(town.network)
    sample = some(parts, town)

    def by_scipy() -> np.ndarray:
        return np.array([town.worth[np.isfinite(dijkstra(matrix, indices=s, limit=limit))].sum() for s in sample])

    peers: dict[str, Any] = {"scipy ~": (n / len(sample), by_scipy, lambda a, b: bool(np.array_equal(a[sample, 0, 0], b)))}
    if has("pandana") and mode == "walk":
        start = time.process_time()
        net = pandana_of(town, mode, limit)
        sys.stdout.write(f"pandana builds and precomputes in {time.process_time() - start:.1f} s\n")

        def by_pandana() -> np.ndarray:
            net.set(pd.Series(np.arange(n)), variable=pd.Series(town.worth), name="worth")
            return np.asarray(net.aggregate(limit, type="sum", decay="flat", name="worth"))

        peers["pandana"] = (1, by_pandana, lambda a, b: bool(np.mean(np.abs(a[:, 0, 0] - b) <= 1e-6 * (1 + b)) > 0.999))
    label = f"opportunities in {limit // 600} min, {mode}, every node"
    race.run(label, lambda: reach_sums(town.network, mode, every, every, town.worth, [limit], threads=1), peers)


def race_nearest(race: Race, town: Town) -> None:
    pois, every = some(1_000, town), node_links(town.network)
    matrix = csr_array(town.matrix("walk").T)
    peers: dict[str, Any] = {
        "scipy": (1, lambda: np.sort(dijkstra(matrix, indices=pois), axis=0)[:5].T, lambda a, b: same(a[1], b)),
    }
    race.run(
        "5 nearest of 1,000 places, walk, every node",
        lambda: nearest(town.network, "walk", every, links(pois, town), 5, threads=1),
        peers,
    )


def race_betweenness(race: Race, town: Town) -> None:
    peers: dict[str, Any] = {}
    if has("igraph"):
        graph = igraph_of(town, "walk")

        def agree(ours: pd.DataFrame, other: np.ndarray) -> bool:
            return bool(np.allclose(ours["betweenness"], other, rtol=1e-6, atol=1e-6))

        peers["igraph"] = (1, lambda: np.array(graph.betweenness(weights="ds", cutoff=WALK_DS)), agree)
    race.run("betweenness in 15 min, walk, every node", lambda: node_centrality(town.network, "walk", WALK_DS, threads=1), peers)


def race_snapping(race: Race, town: Town) -> None:
    import shapely  # noqa: PLC0415 - only here

    edges = town.network.edges
    if edges is None:
        return
    draw = np.random.default_rng(3)
    low, high = town.network.node_xy.min(axis=0), town.network.node_xy.max(axis=0)
    points = GeoSeries(points_from_xy(*draw.uniform(low, high, (100_000, 2)).T), crs=town.network.crs)
    usable = edges.lines()[np.unique(edges.edge[edges.ds["walk"] != CLOSED])]
    tree, shapes = shapely.STRtree(usable), np.asarray(points)

    def by_tree() -> np.ndarray:
        return np.asarray(tree.query_nearest(shapes, all_matches=False, return_distance=True)[1])

    peers = {"shapely STRtree": (1, by_tree, lambda a, b: bool(np.allclose(a.distance_m, b)))}
    race.run("snap 100,000 points to streets", lambda: snap(town.network, "walk", points, threads=1), peers)


def main() -> None:
    """Run every race."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", help="an OpenStreetMap extract")
    parser.add_argument("--without", nargs="*", default=[], choices=["igraph", "pandana"], help="peers to leave out")
    arguments = parser.parse_args()
    LEFT_OUT.update(arguments.without)
    file = arguments.file
    if file:
        seconds, (network, _) = _timed(lambda: import_streets(file))
        town = Town(network, np.random.default_rng(1).integers(0, 100, len(network.node_xy)).astype(float))
        sys.stdout.write(f"import {seconds:.1f} s\n")
    else:
        town = made_up_town()
    sys.stdout.write(f"{len(town.network.node_xy):,} nodes, {len(town.network.head):,} arcs\n")
    for mode in ("car", "walk"):
        fresh = Network(*(getattr(town.network, name) for name in ("node_xy", "crs", "node_id", "ptr", "head", "ds")))
        hierarchy(fresh, mode)
        fresh = Network(*(getattr(town.network, name) for name in ("node_xy", "crs", "node_id", "ptr", "head", "ds")))
        sys.stdout.write(f"hierarchy {mode}: {_timed(lambda mode=mode, fresh=fresh: hierarchy(fresh, mode))[0]:.2f} s\n")
    race = Race()
    race_matrices(race, town)
    race_sums(race, town, "walk", WALK_DS, 200)
    race_sums(race, town, "car", DRIVE_DS, 50)
    race_nearest(race, town)
    race_betweenness(race, town)
    race_snapping(race, town)


if __name__ == "__main__":
    main()
