# ruff: noqa: INP001, PLC0415 - a script; a tool is imported only in the child that measures it
"""One question on one network asked of one tool, in a process of its own: what it costs, and what it answers.

A question is ``kind`` "matrix" | "sums" | "nearest" | "betweenness" | "snap" with ``net``, ``mode``, ``limit`` (whole units of
the network; 0 = none), ``origins`` and ``places`` (how many, spread evenly; 0 = every node). A tool gives two functions: one
that prepares what it may keep, and one that answers. ``share`` = a tool that is too slow answers every share-th origin alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from measuring import Jobs, answer_job, cost
from networks import Ints, spread, worth, write

K = 5
PANDANA_FAR = 4e6


class Asked(NamedTuple):
    """A question with its arrays at hand."""

    kind: str
    mode: str
    limit: int
    xy: Ints
    ptr: Ints
    to: Ints
    ds: Ints
    origins: Ints
    places: Ints

    @property
    def tail(self) -> Ints:
        """The node every arc starts at."""
        return np.repeat(np.arange(len(self.ptr) - 1), np.diff(self.ptr))

    def matrix(self, *, back: bool = False) -> Any:
        """The arcs as scipy takes them, turned round if ``back``."""
        from scipy.sparse import csr_array

        n = len(self.xy)
        found = csr_array((self.ds.astype(float), self.to, self.ptr), shape=(n, n))
        return csr_array(found.T) if back else found


Prepare = Callable[[Asked], Callable[[], Any]]


def asked_of(work: str, net: str, kind: str, mode: str, limit: int, origins: int, places: int, share: int) -> Asked:
    """The question from the file of plain arrays."""
    with np.load(Path(work) / f"{net}.npz") as file:
        xy, arcs = file["xy"], [file[f"{mode}_{name}"] for name in ("ptr", "to", "ds")]
    n = len(xy)
    if kind == "nearest":  # a tool that finds places by their coordinates must find the node meant
        return Asked(kind, mode, limit, xy, *arcs, spread(origins, n)[::share], _alone(xy, spread(places, n)))
    if share > 1 and kind == "matrix" and origins > places:  # the smaller side is searched from
        return Asked(kind, mode, limit, xy, *arcs, spread(origins, n), spread(places, n)[::share])
    return Asked(kind, mode, limit, xy, *arcs, spread(origins, n)[::share], spread(places, n))


def _alone(xy: Ints, nodes: Ints) -> Ints:
    """The nodes that share their place with no other one: copies of a junction with turn bans do."""
    _, place, count = np.unique(xy, axis=0, return_inverse=True, return_counts=True)
    return nodes[count[place[nodes]] == 1]


def ours(work: str, out: str, threads: int = 1, repeats: int = 3, kernel: str | None = None, **question: Any) -> dict[str, Any]:
    """Job: this package. ``first`` on a fresh network (compiled already: on another copy), ``run`` on one it knows."""
    from geo.movement import Network

    def fresh() -> Callable[[], Any]:
        return _ours(
            Network.load(Path(work) / f"{question['net']}.network"), asked_of(work, share=1, **question), threads, kernel
        )

    fresh()()
    ask = fresh()
    first, _ = cost(ask, repeats=1)
    run, found = cost(ask, repeats=repeats)
    np.save(out, found)
    return {"first": first, "run": run}


def _ours(network: Any, asked: Asked, threads: int, kernel: str | None) -> Callable[[], Any]:
    from geo.movement import Links, nearest, node_centrality, node_links, reach_sums, times

    def links(nodes: Ints) -> Any:
        if len(nodes) == len(asked.xy):
            return node_links(network)
        return Links.from_pairs(np.arange(len(nodes)), nodes, np.zeros(len(nodes), int), (len(nodes), len(asked.xy)))

    origins, places, options = links(asked.origins), links(asked.places), {"threads": threads, "kernel": kernel}
    mode, limit = asked.mode, asked.limit or 2**29
    if asked.kind == "matrix":
        return partial(times, network, mode, origins, places, limit, **options)
    if asked.kind == "sums":
        amounts = worth(len(asked.xy))[asked.places]
        return lambda: reach_sums(network, mode, origins, places, amounts, [limit], **options)[:, 0, 0]
    if asked.kind == "nearest":
        return lambda: nearest(network, mode, origins, places, K, limit, threads=threads)[1]
    if asked.kind == "betweenness":
        return lambda: np.asarray(node_centrality(network, mode, limit, threads=threads)["betweenness"])
    return _snapped(network, mode, threads)


def _snapped(network: Any, mode: str, threads: int) -> Callable[[], Any]:
    from geo.movement import snap

    points = _points(network)
    return lambda: snap(network, mode, points, threads=threads).distance_m


def _points(network: Any) -> Any:
    from geopandas import GeoSeries, points_from_xy

    draw = np.random.default_rng(3)
    low, high = network.node_xy.min(axis=0), network.node_xy.max(axis=0)
    return GeoSeries(points_from_xy(*draw.uniform(low, high, (100_000, 2)).T), crs=network.crs)


def scipy(asked: Asked) -> Callable[[], Any]:
    """Dijkstra's algorithm in compiled code, origin by origin."""
    from scipy.sparse.csgraph import dijkstra

    limit = asked.limit or np.inf
    if asked.kind == "sums":
        matrix, amounts = asked.matrix(), np.zeros(len(asked.xy))
        amounts[asked.places] = worth(len(asked.xy))[asked.places]
        return lambda: [amounts[np.isfinite(dijkstra(matrix, indices=one, limit=limit))].sum() for one in asked.origins]
    if asked.kind == "nearest":
        back = asked.matrix(back=True)
        return lambda: np.sort(dijkstra(back, indices=asked.places, limit=limit), axis=0)[:K].T
    if len(asked.places) < len(asked.origins):
        back = asked.matrix(back=True)
        return lambda: dijkstra(back, indices=asked.places, limit=limit)[:, asked.origins].T
    matrix = asked.matrix()
    return lambda: dijkstra(matrix, indices=asked.origins, limit=limit)[:, asked.places]


def igraph(asked: Asked) -> Callable[[], Any]:
    """The C library."""
    from igraph import Graph  # type: ignore[import-untyped,import-not-found,unused-ignore]

    graph = Graph(n=len(asked.xy), edges=np.stack([asked.tail, asked.to], axis=1), directed=True)
    graph.es["ds"] = asked.ds.tolist()
    if asked.kind == "betweenness":
        return lambda: np.array(graph.betweenness(weights="ds", cutoff=asked.limit))
    target = None if len(asked.places) == len(asked.xy) else asked.places.tolist()
    return lambda: np.array(graph.distances(source=asked.origins.tolist(), target=target, weights="ds"))


def pandana(asked: Asked) -> Callable[[], Any]:
    """Contraction hierarchies; `precompute` keeps what every node reaches, for any number of aggregations."""
    import pandana as pdna  # type: ignore[import-untyped,import-not-found,unused-ignore]
    import pandas as pd

    x, y = (pd.Series(column) for column in asked.xy.T)
    weights = pd.DataFrame({"ds": asked.ds.astype(float)})
    network = pdna.Network(x, y, pd.Series(asked.tail), pd.Series(asked.to), weights, twoway=False)
    if asked.kind == "matrix":
        pairs = [side.ravel() for side in np.meshgrid(asked.origins, asked.places, indexing="ij")]
        shape = len(asked.origins), len(asked.places)
        return lambda: _reached(np.reshape(network.shortest_path_lengths(*pairs), shape))
    if asked.kind == "nearest":
        at = asked.xy[asked.places].T

        def closest() -> Any:
            network.set_pois("all", asked.limit, K, pd.Series(at[0]), pd.Series(at[1]))
            return network.nearest_pois(asked.limit, "all", num_pois=K).to_numpy()

        return closest
    network.precompute(asked.limit)

    def summed() -> Any:
        network.set(pd.Series(asked.places), variable=pd.Series(worth(len(asked.xy))[asked.places]), name="worth")
        return network.aggregate(asked.limit, type="sum", decay="flat", name="worth").to_numpy()[asked.origins]

    return summed


def _reached(found: Ints) -> Ints:
    """Infinity where pandana says a number of 4 million: not reached."""
    return np.where(found > PANDANA_FAR, np.inf, found)


def cityseer(asked: Asked) -> Callable[[], Any]:
    """Sums of a number at points, which it joins to the nearest street; lengths are given as factors of the straight ones.

    It is asked for the sum alone, of its eight statistics. Units of the network are decimetres.
    """
    from cityseer.rustalgos import data, graph  # type: ignore[import-not-found,unused-ignore]

    structure, live = graph.NetworkStructure(), np.zeros(len(asked.xy), bool)
    live[asked.origins] = True
    for node, (place, alive) in enumerate(zip(asked.xy.tolist(), live.tolist(), strict=True)):
        structure.add_street_node(str(node), *place, alive, 1.0)
    lines = np.concatenate([asked.xy[asked.tail], asked.xy[asked.to]], axis=1)
    factor = asked.ds / 10 / np.maximum(np.hypot(*(lines[:, 2:] - lines[:, :2]).T), 1e-3)
    for arc, (a, b, line, one) in enumerate(
        zip(asked.tail.tolist(), asked.to.tolist(), lines.tolist(), factor.tolist(), strict=True)
    ):
        drawn = "LINESTRING({} {}, {} {})".format(*line)
        structure.add_street_edge(a, b, arc, str(a), str(b), drawn, one)
    structure.build_edge_rtree()
    points = data.DataMap()
    for node, (x, y) in enumerate(asked.xy[asked.places].tolist()):
        points.insert(node, f"POINT({x} {y})")
    points.assign_data_to_network(structure, 1.0, 20)
    amounts = dict(enumerate(worth(len(asked.xy))[asked.places].tolist()))

    def summed() -> Any:
        options: dict[str, Any] = {"distances": [asked.limit // 10], "measures": ["sum"], "speed_m_s": 1.0, "pbar_disabled": True}
        found = np.asarray(points.stats(structure, [amounts], **options).result[0].sum[asked.limit // 10])
        return found[asked.origins] if len(found) == len(asked.xy) else found

    return summed


def shapely(asked: Asked, network: Any) -> Callable[[], Any]:
    """A tree of all streets of the mode."""
    from shapely import STRtree

    from geo.movement import CLOSED

    edges = network.edges
    tree = STRtree(edges.lines()[np.unique(edges.edge[edges.ds[asked.mode] != CLOSED])])
    points = np.asarray(_points(network))
    return lambda: np.asarray(tree.query_nearest(points, all_matches=False, return_distance=True)[1])


def peer(work: str, out: str, tool: str, share: int = 1, repeats: int = 1, **question: Any) -> dict[str, Any]:
    """Job: a peer. ``ready`` what it prepares, ``run`` the first answer, ``again`` the least of ``repeats`` more.

    ``idle`` is what an answer costs without any origin, where that is much: it must not be scaled up.
    """
    asked = asked_of(work, share=share, **question)
    tools: dict[str, Prepare] = {name: globals()[name] for name in ("scipy", "igraph", "pandana", "cityseer")}
    if tool == "shapely":
        from geo.movement import Network

        tools["shapely"] = partial(shapely, network=Network.load(Path(work) / f"{question['net']}.network"))
    ready, ask = cost(tools[tool], asked, repeats=1)
    run, found = cost(ask, repeats=1)
    again = cost(ask, repeats=repeats - 1)[0] if repeats > 1 else run
    np.save(out, found)
    idle = cost(tools[tool](asked._replace(origins=asked.origins[:0])), repeats=1)[0]["cpu_s"] if tool == "cityseer" else 0.0
    return {"ready": ready, "run": run, "again": again, "idle": idle}


def hierarchy(work: str, net: str, mode: str) -> dict[str, Any]:
    """Job: the contraction hierarchy of a network, compiled already."""
    from geo.movement import Network
    from geo.movement.hierarchy import hierarchy as make

    path = Path(work) / f"{net}.network"
    make(Network.load(path), mode)
    return dict(cost(make, Network.load(path), mode, repeats=1)[0])


JOBS: Jobs = {"ours": ours, "peer": peer, "write": write, "hierarchy": hierarchy}

if __name__ == "__main__":
    answer_job(JOBS)
