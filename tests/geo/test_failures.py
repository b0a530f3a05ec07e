"""Failing edges against the plain search on the network without them: random one-way streets, parallel ones, several starts."""

import numpy as np
import pytest
from geopandas import GeoDataFrame
from shapely import LineString

from geo.movement import UNREACHED, Links, Network, closed, street_detours, times

LIMIT = 400


def random_streets(seed):
    """Nodes anywhere, one-way edges with times that often tie, some parallel to each other, some of no mode."""
    rng = np.random.default_rng(seed)
    nodes, arcs = 25, 80
    xy = np.column_stack([600_000 + rng.uniform(0, 1000, nodes), 1_220_000 + rng.uniform(0, 1000, nodes)])
    tail, head = rng.integers(0, nodes, (2, arcs))
    tail, head = tail[tail != head], head[tail != head]
    again = rng.integers(0, len(tail), 10)
    tail, head = np.append(tail, tail[again]), np.append(head, head[again])
    ds = rng.integers(1, 60, len(tail)) * 2
    ds[rng.random(len(tail)) < 0.05] = -1
    lines = [
        LineString([xy[a], xy[a] * 0.4 + xy[b] * 0.6 + [n, 0], xy[b]]) for n, (a, b) in enumerate(zip(tail, head, strict=True))
    ]
    frame = GeoDataFrame({"length_m": 1.0}, index=range(len(tail)), geometry=lines, crs="EPSG:9210")
    return Network.from_edges(xy, "EPSG:9210", tail, head, {"car": ds}, edges=frame)


def links(rng, points, nodes):
    """Points with one to three nodes each, now and then none."""
    pairs = [(p, v) for p in range(points) for v in rng.choice(nodes, rng.integers(0, 4), replace=False)]
    point, place = np.array(pairs).T
    return Links.from_pairs(point, place, rng.integers(0, 50, len(point)), (points, nodes))


@pytest.mark.parametrize("seed", range(40))
def test_equal_to_the_search_on_the_network_without_the_edges(seed):
    network, rng = random_streets(seed), np.random.default_rng(1000 + seed)
    nodes, edges = len(network.node_xy), len(network.edges)
    origins, ends = links(rng, 6, nodes), links(rng, 8, nodes)
    direct = Links.from_pairs(np.array([0, 1]), np.array([0, 5]), np.array([70, 500]), (6, 8))
    failures = [np.unique(rng.integers(0, edges, size)) for size in (1, 1, 1, 3, 8, 30)]
    failures += [np.zeros(0, int), np.arange(edges)]
    people, jobs, cutoff = rng.integers(1, 9, (6, 8)).astype(float), 2.0 ** np.arange(8), 150
    given = {"travellers": people, "opportunities": jobs, "cutoff_ds": cutoff, "limit_ds": LIMIT, "direct": direct}
    found = street_detours(network, "car", origins, ends, failures, **given)
    before = times(network, "car", origins, ends, LIMIT, direct=direct).astype(float)
    before[before == UNREACHED] = np.inf
    reached = np.isfinite(before)
    assert np.array_equal(found.travellers, (people * reached).sum(axis=1))
    assert np.array_equal(found.traveller_ds, (people * np.where(reached, before, 0)).sum(axis=1))
    assert np.array_equal(found.pairs, reached.sum(axis=1))
    for number, rows in enumerate(failures):
        after = times(closed(network, rows), "car", origins, ends, LIMIT, direct=direct).astype(float)
        after[after == UNREACHED] = np.inf
        slower, cut = (after > before) & np.isfinite(after), reached & ~np.isfinite(after)
        extra = np.where(slower, after, 0) - np.where(slower, before, 0)
        lost = ((before <= cutoff) & ~(after <= cutoff)) @ jobs
        assert np.array_equal(found.extra_ds[:, number], (people * extra).sum(axis=1)), number
        assert np.array_equal(found.cut_off[:, number], (people * cut).sum(axis=1)), number
        assert np.array_equal(found.slower_pairs[:, number], slower.sum(axis=1)), number
        assert np.array_equal(found.cut_off_pairs[:, number], cut.sum(axis=1)), number
        assert np.array_equal(found.lost[:, number], lost), number


def test_any_number_of_threads_gives_the_same_bytes():
    network, rng = random_streets(3), np.random.default_rng(5)
    nodes = len(network.node_xy)
    origins, ends = links(rng, 300, nodes), links(rng, 40, nodes)
    given = {"travellers": rng.random((300, 40)), "opportunities": rng.random(40), "cutoff_ds": 100, "limit_ds": LIMIT}
    one, three = (street_detours(network, "car", origins, ends, [np.array([4])], **given, threads=t) for t in (1, 3))
    assert all(getattr(one, name).tobytes() == getattr(three, name).tobytes() for name in vars(one))
