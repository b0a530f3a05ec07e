"""Random directed networks for tests: parallel edges, islands, one-ways, closed arcs; and the oracle."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geo.movement import CLOSED, UNREACHED, Links, Network

CORNER = np.array([600_000, 1_230_000])


def random_network(
    seed: int, *, nodes: int | None = None, longest: int = 60, lattice: bool = False
) -> tuple[Network, tuple[np.ndarray, ...]]:
    """A network, and its loose arcs (tail, head, ds) in the network's own order of nodes."""
    draw = np.random.default_rng(seed)
    n = nodes or int(draw.integers(1, 60))
    arcs = int(draw.integers(0, 4 * n + 1))
    xy = draw.uniform(0, 5_000, (n, 2)) + CORNER
    tail = draw.integers(0, n, arcs)
    reach = 3 if lattice else n
    head = (tail + draw.integers(0, reach + 1, arcs) - reach // 2) % n
    ds = draw.integers(1, longest + 1, arcs)
    ds[draw.random(arcs) < 0.1] = CLOSED
    network = Network.from_edges(xy, "EPSG:9210", tail, head, {"car": ds, "walk": np.full(arcs, 7)})
    rank = network.nodes(np.arange(n))
    return network, (rank[tail], rank[head], ds)


def oracle(arcs: tuple[np.ndarray, ...], nodes: int, sources: np.ndarray | None = None) -> np.ndarray:
    """All times between nodes by scipy, after keeping the fastest of parallel arcs by hand."""
    best = {}
    for a, b, t in zip(*arcs, strict=True):
        if t != CLOSED and a != b:
            best[a, b] = min(t, best.get((a, b), t))
    ends = np.array(list(best), int).reshape(-1, 2)
    matrix = coo_array((list(best.values()), (ends[:, 0], ends[:, 1])), shape=(nodes, nodes)).tocsr()
    found = dijkstra(matrix, indices=sources)
    return np.where(np.isinf(found), UNREACHED, np.nan_to_num(found, posinf=0)).astype(np.int32)


def random_links(draw: np.random.Generator, points: int, nodes: int, longest: int = 90) -> Links:
    """Up to three nodes a point, some points with none."""
    count = draw.integers(0, 4, points)
    point = np.repeat(np.arange(points), count)
    return Links.from_pairs(point, draw.integers(0, nodes, len(point)), draw.integers(0, longest, len(point)), (points, nodes))


def through_links(between: np.ndarray, origins: Links, destinations: Links, limit: int) -> np.ndarray:
    """Times between points by brute force from times between nodes."""
    out = np.full((origins.points, destinations.points), UNREACHED, np.int64)
    for o in range(origins.points):
        for d in range(destinations.points):
            for i in range(origins.ptr[o], origins.ptr[o + 1]):
                for j in range(destinations.ptr[d], destinations.ptr[d + 1]):
                    middle = int(between[origins.place[i], destinations.place[j]])
                    if middle != UNREACHED:
                        out[o, d] = min(out[o, d], int(origins.ds[i]) + middle + int(destinations.ds[j]))
    out[out > limit] = UNREACHED
    return out.astype(np.int32)
