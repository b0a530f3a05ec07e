"""Times, reach and centralities against networkx on small directed towns with one-way streets, ties and islands."""

import numpy as np
import pytest

from geo.movement import CLOSED, UNREACHED, Links, Network, nearest, node_centrality, node_links, reach_sums, times

pytestmark = pytest.mark.filterwarnings("ignore")
SIDE = 7


@pytest.fixture(params=range(3))
def town(request, peer):
    """Our network and the same as a graph of networkx: weights 1 to 4, so that fastest ways are seldom the only ones."""
    draw = np.random.default_rng(request.param)
    row, column = np.divmod(np.arange(SIDE * SIDE), SIDE)
    right, down = np.flatnonzero(column < SIDE - 1), np.flatnonzero(row < SIDE - 1)
    a, b = np.r_[right, down], np.r_[right + 1, down + SIDE]
    kept = draw.random(len(a)) < 0.8
    tail, head = np.r_[a[kept], b[kept]], np.r_[b[kept], a[kept]]
    ds = draw.integers(1, 5, len(tail))
    ds[draw.random(len(tail)) < 0.15] = CLOSED
    xy = np.stack([column, row], axis=1) * 100.0 + 1000
    network = Network.from_edges(xy, "EPSG:9210", tail, head, {"car": ds})
    networkx = peer("networkx")
    graph = networkx.DiGraph()
    graph.add_nodes_from(network.node_id.tolist())
    arcs = np.flatnonzero(ds != CLOSED)
    graph.add_weighted_edges_from(zip(tail[arcs].tolist(), head[arcs].tolist(), ds[arcs].tolist(), strict=True))
    return network, graph, networkx


def distances(graph, networkx, network, cutoff=None):
    """Matrix in the order of our nodes, inf = not reached."""
    place = {node: i for i, node in enumerate(network.node_id.tolist())}
    found = np.full((len(place), len(place)), np.inf)
    for start, ends in networkx.all_pairs_dijkstra_path_length(graph, cutoff=cutoff):
        for end, length in ends.items():
            found[place[start], place[end]] = length
    return found


@pytest.mark.parametrize("kernel", ["search", "hierarchy"])
@pytest.mark.parametrize("limit", [3, 12, 10_000])
def test_times(town, kernel, limit):
    network, graph, networkx = town
    every = node_links(network)
    ours = times(network, "car", every, every, limit, kernel=kernel)
    expected = distances(graph, networkx, network, limit)
    assert np.isfinite(expected).sum() > len(expected)
    np.testing.assert_array_equal(np.where(ours == UNREACHED, np.inf, ours), expected)


@pytest.mark.parametrize("kernel", ["search", "lanes", "hierarchy"])
def test_sums_of_what_is_reached(town, kernel):
    network, graph, networkx = town
    worth = np.random.default_rng(9).integers(0, 50, len(network.node_xy)).astype(float)
    every, length = node_links(network), distances(graph, networkx, network)
    ours = reach_sums(network, "car", every, every, worth, [4, 9, 14], kernel=kernel)[:, :, 0]
    np.testing.assert_array_equal(ours, np.stack([(length <= cutoff) @ worth for cutoff in (4, 9, 14)], axis=1))


def test_nearest_places(town):
    network, graph, networkx = town
    places = np.array([3, 17, 18, 40])
    links = Links.from_pairs(np.arange(4), places, np.zeros(4, int), (4, len(network.node_xy)))
    ours = nearest(network, "car", node_links(network), links, 2)[1]
    expected = np.sort(distances(graph, networkx, network)[:, places], axis=1)[:, :2]
    np.testing.assert_array_equal(np.where(ours == UNREACHED, np.inf, ours), expected)


def test_betweenness(town):
    network, graph, networkx = town
    found = networkx.betweenness_centrality(graph, weight="weight", normalized=False)
    ours = node_centrality(network, "car")["betweenness"].to_numpy()
    assert ours.max() > len(ours)
    np.testing.assert_allclose(ours, [found[node] for node in network.node_id.tolist()], rtol=1e-9, atol=1e-9)


def test_closeness(town):
    """networkx takes the ways into a node, so its graph is turned round; ours are minutes, its weights deciseconds."""
    network, graph, networkx = town
    found = networkx.closeness_centrality(graph.reverse(), distance="weight", wf_improved=False)
    ours = node_centrality(network, "car")["mean_min"].fillna(np.inf).to_numpy() * 600
    np.testing.assert_allclose(1 / ours, [found[node] for node in network.node_id.tolist()], rtol=1e-9, atol=1e-12)


def test_components(town):
    network, graph, networkx = town
    ours = network.components("car")
    groups = {frozenset(network.node_id[ours == number].tolist()) for number in np.unique(ours)}
    assert groups == {frozenset(part) for part in networkx.strongly_connected_components(graph)}
    assert (ours == 0).sum() == max(map(len, groups))
