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
    cut, origin = split(arcs, nodes, {m: {arc: {(b,) for b in row} for arc, row in mine.items()} for m, mine in bans.items()})
    for mode, banned in bans.items():
        expected, found = by_arcs(arcs, mode, banned, nodes), by_copies(cut, mode, nodes, origin)
        assert np.array_equal(found, expected)


def random_rows(draw: np.random.Generator, arcs: LooseArcs) -> dict[int, set[tuple[int, ...]]]:
    """Rows of two to four arcs that follow each other."""
    rows: dict[int, set[tuple[int, ...]]] = {}
    for arc in np.flatnonzero(draw.random(len(arcs.tail)) < 0.5).tolist():
        row = [arc]
        for _ in range(int(draw.integers(1, 4))):
            onward = np.flatnonzero(arcs.tail == arcs.head[row[-1]])
            row += draw.choice(onward, 1).tolist() if len(onward) else []
        if len(row) > 1:
            rows.setdefault(arc, set()).add(tuple(row[1:]))
    return rows


def by_histories(arcs: LooseArcs, mode: str, rows: dict[int, set[tuple[int, ...]]], nodes: int) -> np.ndarray:
    """Times between nodes by a search whose states are the last three arcs taken; none ends in a banned row."""
    ds = arcs.ds[mode]
    banned = {(first, *rest) for first, rests in rows.items() for rest in rests}
    onward = {node: [a for a in np.flatnonzero(arcs.tail == node).tolist() if ds[a] > 0] for node in range(nodes)}
    number = {(node,): node for node in range(-nodes, 0)}  # starts, with the number of the node below zero
    waiting, links = [*number], []
    number = {key: i for i, key in enumerate(number)}
    for history in waiting:
        at = history[-1] + nodes if len(history) == 1 and history[0] < 0 else int(arcs.head[history[-1]])
        taken = history if history[0] >= 0 else ()
        for arc in onward[at]:
            row = (*taken, arc)
            if any(row[-n:] in banned for n in range(2, len(row) + 1)):
                continue
            after = row[-3:]
            if after not in number:
                number[after] = len(number)
                waiting.append(after)
            links.append((number[history], number[after], int(ds[arc])))
    out = np.full((nodes, nodes), NEVER)
    if links:
        tail, head, time = np.array(links).T
        found = dijkstra(coo_array((time, (tail, head)), shape=(len(number), len(number))).tocsr(), indices=np.arange(nodes))
        for history, i in number.items():
            if history[0] >= 0:
                end = arcs.head[history[-1]]
                out[:, end] = np.minimum(out[:, end], np.where(np.isinf(found[:, i]), NEVER, found[:, i]))
    np.fill_diagonal(out, 0)
    return out


@pytest.mark.parametrize("seed", range(60))
def test_bans_over_several_arcs_equal_a_search_that_remembers_its_way(seed: int) -> None:
    draw = np.random.default_rng(seed)
    nodes = int(draw.integers(2, 6))
    arcs = random_arcs(draw, nodes)
    rows = {mode: random_rows(draw, arcs) for mode in ("car", "walk")}
    cut, origin = split(arcs, nodes, rows)
    for mode, mine in rows.items():
        assert np.array_equal(by_copies(cut, mode, nodes, origin), by_histories(arcs, mode, mine, nodes))


def test_without_bans_nothing_changes() -> None:
    arcs = random_arcs(np.random.default_rng(1), 6)
    cut, origin = split(arcs, 6, {})
    assert len(origin) == 0
    assert np.array_equal(cut.tail, arcs.tail)
    assert np.array_equal(cut.ds["car"], arcs.ds["car"])
