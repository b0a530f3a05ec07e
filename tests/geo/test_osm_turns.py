import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geo.movement.osm_turns import LooseArcs, split

NEVER = 10**6


def random_arcs(draw: np.random.Generator, nodes: int) -> LooseArcs:
    ends = draw.integers(0, nodes, (3 * nodes, 2))
    ends = ends[ends[:, 0] != ends[:, 1]].astype(np.int32)
    edge = np.repeat(np.arange(len(ends), dtype=np.int32), 2)
    ds = {
        m: np.where(draw.random(len(edge)) < 0.8, draw.integers(1, 50, len(edge)), -1).astype(np.int32) for m in ("car", "walk")
    }
    return LooseArcs(ends.ravel(), ends[:, ::-1].ravel(), edge, np.arange(len(edge)) % 2 == 0, ds)


def random_bans(draw: np.random.Generator, arcs: LooseArcs) -> dict[int, set[int]]:
    bans = {}
    for arc in np.flatnonzero(draw.random(len(arcs.tail)) < 0.4).tolist():
        onward = np.flatnonzero(arcs.tail == arcs.head[arc])
        bans[arc] = set(onward[draw.random(len(onward)) < 0.5].tolist())
    return bans


def by_arcs(arcs: LooseArcs, mode: str, bans: dict[int, set[int]], nodes: int) -> np.ndarray:
    """Times between nodes by a search whose states are arcs, so that every turn is looked at."""
    ds = arcs.ds[mode]
    count = len(ds)
    rows, columns, values = [], [], []
    for a in np.flatnonzero(ds > 0).tolist():
        for b in np.flatnonzero((arcs.tail == arcs.head[a]) & (ds > 0)).tolist():
            if b not in bans.get(a, ()):
                rows.append(a), columns.append(b), values.append(ds[b])
        rows.append(count + arcs.tail[a]), columns.append(a), values.append(ds[a])
    size = count + nodes
    graph = coo_array((values, (rows, columns)), shape=(size, size)).tocsr()
    found = dijkstra(graph, indices=np.arange(count, size))[:, :count]
    out = np.full((nodes, nodes), NEVER)
    for a in np.flatnonzero(ds > 0).tolist():
        out[:, arcs.head[a]] = np.minimum(out[:, arcs.head[a]], np.where(np.isinf(found[:, a]), NEVER, found[:, a]))
    np.fill_diagonal(out, 0)
    return out


def by_copies(arcs: LooseArcs, mode: str, nodes: int, origin: np.ndarray) -> np.ndarray:
    keep = np.flatnonzero(arcs.ds[mode] > 0)
    size = nodes + len(origin)
    best: dict[tuple[int, int], int] = {}
    for a in keep.tolist():
        ends = int(arcs.tail[a]), int(arcs.head[a])
        best[ends] = min(best.get(ends, NEVER), int(arcs.ds[mode][a]))
    pairs = np.array(list(best)).reshape(-1, 2)
    graph = coo_array((list(best.values()), (pairs[:, 0], pairs[:, 1])), shape=(size, size)).tocsr()
    found = dijkstra(graph)[:nodes]
    out = np.full((nodes, nodes), NEVER)
    for column, node in enumerate([*range(nodes), *origin]):
        out[:, node] = np.minimum(out[:, node], np.where(np.isinf(found[:, column]), NEVER, found[:, column]))
    np.fill_diagonal(out, 0)
    return out


@pytest.mark.parametrize("seed", range(60))
def test_a_network_split_at_bans_equals_a_search_over_turns(seed: int) -> None:
    draw = np.random.default_rng(seed)
    nodes = int(draw.integers(2, 9))
    arcs = random_arcs(draw, nodes)
    bans = {mode: random_bans(draw, arcs) for mode in ("car", "walk")}
    cut, origin = split(arcs, nodes, bans)
    for mode, banned in bans.items():
        expected, found = by_arcs(arcs, mode, banned, nodes), by_copies(cut, mode, nodes, origin)
        assert np.array_equal(found, expected)


def test_without_bans_nothing_changes() -> None:
    arcs = random_arcs(np.random.default_rng(1), 6)
    cut, origin = split(arcs, 6, {})
    assert len(origin) == 0
    assert np.array_equal(cut.tail, arcs.tail)
    assert np.array_equal(cut.ds["car"], arcs.ds["car"])
