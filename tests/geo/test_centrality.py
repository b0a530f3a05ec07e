import networkx as nx
import numpy as np
import pytest

from geo.movement import CLOSED, UNREACHED, node_centrality
from tests.geo.random_networks import oracle, random_network


def in_networkx(arcs: tuple[np.ndarray, ...], nodes: int) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(range(nodes))
    for a, b, t in zip(*(column.tolist() for column in arcs), strict=True):
        if t != CLOSED and a != b and t < graph.get_edge_data(a, b, {"t": 10**9})["t"]:
            graph.add_edge(a, b, t=t)
    return graph


@pytest.mark.parametrize("block", range(6))
def test_betweenness_and_closeness_equal_networkx(block: int) -> None:
    for seed in range(20 * block, 20 * block + 20):
        network, arcs = random_network(seed, longest=[4, 60][seed % 2])
        n = len(network.node_xy)
        found = node_centrality(network, "car", threads=1)
        expected = nx.betweenness_centrality(in_networkx(arcs, n), normalized=False, weight="t")
        assert np.allclose(found["betweenness"], [expected[v] for v in range(n)], rtol=1e-9, atol=1e-9), seed
        between = oracle(arcs, n)
        others = (between != UNREACHED) & ~np.eye(n, dtype=bool)
        assert np.array_equal(found["reached_nodes"], others.sum(axis=1))
        mean = np.where(others, between, 0).sum(axis=1) / np.maximum(1, others.sum(axis=1)) / 600
        assert np.allclose(found["mean_min"].fillna(0), mean)


@pytest.mark.parametrize("seed", range(30))
def test_bounded_betweenness_counts_pairs_within_the_limit_only(seed: int) -> None:
    network, arcs = random_network(seed, nodes=25, longest=5)
    graph, limit = in_networkx(arcs, 25), int(np.random.default_rng(seed).integers(1, 12))
    expected = np.zeros(25)
    for source in range(25):
        for target, time in nx.single_source_dijkstra_path_length(graph, source, weight="t").items():
            if target != source and time <= limit:
                paths = list(nx.all_shortest_paths(graph, source, target, weight="t"))
                for path in paths:
                    expected[path[1:-1]] += 1 / len(paths)
    assert np.allclose(node_centrality(network, "car", limit)["betweenness"], expected)


def test_any_number_of_threads_gives_the_same_bytes() -> None:
    network, _ = random_network(3, nodes=1_600, lattice=True)
    one, two, three = (node_centrality(network, "car", 200, threads=t) for t in (1, 2, 5))
    assert one["betweenness"].to_numpy().tobytes() == two["betweenness"].to_numpy().tobytes()
    assert one["betweenness"].to_numpy().tobytes() == three["betweenness"].to_numpy().tobytes()


def test_some_origins_leave_the_others_unknown() -> None:
    network, _ = random_network(9, nodes=30)
    whole, some = (node_centrality(network, "car", origins=o) for o in (None, np.array([4, 2, 4])))
    assert np.flatnonzero(some["reached_nodes"] >= 0).tolist() == [2, 4]
    assert some.loc[[2, 4], "mean_min"].equals(whole.loc[[2, 4], "mean_min"])
    assert some["betweenness"].sum() <= whole["betweenness"].sum()
