import numpy as np
import pytest

from geo import PlanningDataError
from geo.movement import UNREACHED, Links, node_links, times
from tests.geo.random_networks import oracle, random_links, random_network, through_links


@pytest.mark.parametrize("block", range(10))
def test_times_between_nodes_equal_scipy_on_random_directed_networks(block: int) -> None:
    for seed in range(60 * block, 60 * block + 60):
        network, arcs = random_network(seed, longest=[60, 5_000][seed % 2])
        every = node_links(network)
        expected = oracle(arcs, len(network.node_xy))
        assert np.array_equal(times(network, "car", every, every, threads=1), expected), seed


@pytest.mark.parametrize("seed", range(60))
def test_times_between_linked_points_charge_both_ends_and_stop_at_the_limit(seed: int) -> None:
    network, arcs = random_network(seed)
    draw = np.random.default_rng(seed)
    n = len(network.node_xy)
    origins, destinations = (random_links(draw, int(draw.integers(1, 9)), n) for _ in range(2))
    limit = int(draw.integers(0, 250))
    expected = through_links(oracle(arcs, n), origins, destinations, limit)
    assert np.array_equal(times(network, "car", origins, destinations, limit, threads=1), expected)


def test_any_number_of_threads_gives_the_same_bytes() -> None:
    network, _ = random_network(3, nodes=900, lattice=True)
    every = node_links(network)
    some = Links.from_pairs(np.arange(900), np.arange(900)[::-1], np.arange(900), (900, 900))
    results = {times(network, "walk", every, some, 300, threads=threads).tobytes() for threads in (1, 2, 3, 7)}
    assert len(results) == 1


def test_a_place_with_no_link_is_unreached_even_from_itself() -> None:
    network, _ = random_network(4, nodes=5)
    nowhere = Links.from_pairs(*np.zeros((3, 0), int), (2, 5))
    assert (times(network, "walk", nowhere, node_links(network)) == UNREACHED).all()


def test_links_of_another_network_are_refused() -> None:
    network, _ = random_network(4, nodes=5)
    other, _ = random_network(4, nodes=6)
    with pytest.raises(PlanningDataError, match="E-NET-10"):
        times(network, "walk", node_links(other), node_links(network))
    with pytest.raises(PlanningDataError, match="E-NET-09"):
        times(network, "walk", node_links(network), node_links(network), -1)


@pytest.mark.parametrize(("place", "ds"), [(5, 0), (-1, 0), (0, -1), (0, 2**23)])
def test_broken_links_are_refused_before_a_kernel_sees_them(place: int, ds: int) -> None:
    network, _ = random_network(4, nodes=5)
    broken = Links.from_pairs(np.array([0]), np.array([place]), np.array([ds]), (1, 5))
    for ends in ((broken, node_links(network)), (node_links(network), broken)):
        with pytest.raises(PlanningDataError, match="E-NET-10"):
            times(network, "walk", *ends)
