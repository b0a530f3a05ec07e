import numpy as np
import pytest

from geo import PlanningDataError
from geo.movement import UNREACHED, Links, Network, links_within, nearest, node_links, reach_sums, times
from geo.movement.chunks import summable
from tests.geo.random_networks import oracle, random_links, random_network, through_links


def case(seed: int) -> tuple[Network, Links, Links, Links, np.ndarray]:
    """A network, origins, destinations, direct pairs, and all times between them by brute force."""
    network, arcs = random_network(seed)
    draw = np.random.default_rng(seed)
    n = len(network.node_xy)
    origins, destinations = random_links(draw, int(draw.integers(1, 9)), n), random_links(draw, int(draw.integers(1, 40)), n)
    pairs = int(draw.integers(0, 6))
    shape = (origins.points, destinations.points)
    ends = (draw.integers(0, size, pairs) for size in shape)
    direct = Links.from_pairs(*ends, draw.integers(0, 200, pairs), shape)
    between = through_links(oracle(arcs, n), origins, destinations, 2**29)
    between[direct.point(), direct.place] = np.minimum(between[direct.point(), direct.place], direct.ds)
    return network, origins, destinations, direct, between


@pytest.mark.parametrize("block", range(10))
def test_sums_of_reached_opportunities_equal_brute_force(block: int) -> None:
    for seed in range(50 * block, 50 * block + 50):
        network, origins, destinations, direct, between = case(seed)
        draw = np.random.default_rng(seed)
        worth = 2.0 ** draw.integers(0, 40, (destinations.points, 2))
        cutoffs = draw.integers(0, 300, 3).tolist()
        found = reach_sums(network, "car", origins, destinations, worth, cutoffs, direct=direct, threads=1)
        for i, cutoff in enumerate(cutoffs):
            assert np.array_equal(found[:, i], (between <= cutoff) @ worth), seed


@pytest.mark.parametrize("block", range(10))
def test_the_k_nearest_equal_brute_force_with_ties_by_place(block: int) -> None:
    for seed in range(50 * block, 50 * block + 50):
        network, origins, destinations, direct, between = case(seed)
        k, limit = int(seed % 5) + 1, [2**29, 150][seed % 2]
        place, ds = nearest(network, "car", origins, destinations, k, limit, direct=direct, threads=1)
        between = np.where(between > limit, UNREACHED, between)
        order = np.argsort(between, axis=1, kind="stable")[:, :k]
        expected = np.take_along_axis(between, order, axis=1)
        wide = expected.shape[1]
        assert np.array_equal(ds[:, :wide], expected), seed
        assert np.array_equal(place[:, :wide], np.where(expected == UNREACHED, -1, order)), seed
        assert (ds[:, wide:] == UNREACHED).all()


@pytest.mark.parametrize("seed", range(60))
def test_lists_of_reached_places_hold_what_the_matrix_holds(seed: int) -> None:
    network, origins, destinations, direct, between = case(seed)
    limit = int(np.random.default_rng(seed).integers(0, 300))
    found = links_within(network, "car", origins, destinations, limit, direct=direct, threads=1)
    dense = np.full(between.shape, UNREACHED)
    dense[found.point(), found.place] = found.ds
    assert np.array_equal(dense, np.where(between > limit, UNREACHED, between))
    assert len(found.ds) == (between <= limit).sum()
    assert np.array_equal(times(network, "car", origins, destinations, limit, direct=direct), dense)


def test_any_number_of_threads_gives_the_same_bytes() -> None:
    network, _ = random_network(3, nodes=900, lattice=True)
    every = node_links(network)
    worth = np.random.default_rng(1).uniform(0, 1000, (900, 3))
    sums = {reach_sums(network, "walk", every, every, worth, [100, 40], threads=t).tobytes() for t in (1, 2, 5)}
    labels = {nearest(network, "walk", every, every, 3, threads=t)[1].tobytes() for t in (1, 2, 5)}
    lists = {links_within(network, "walk", every, every, 60, threads=t).place.tobytes() for t in (1, 2, 5)}
    assert (len(sums), len(labels), len(lists)) == (1, 1, 1)


def test_sums_do_not_depend_on_the_order_of_addition_and_lose_nothing_that_matters() -> None:
    draw = np.random.default_rng(2)
    worth = draw.lognormal(3, 4, 10_000)
    exact = summable(worth, 10_000)[:, 0]
    assert len({float(np.add.reduce(exact[draw.permutation(10_000)])) for _ in range(20)}) == 1
    assert np.abs(exact - worth).max() <= worth.sum() * 2.0**-51
    assert summable(np.zeros(3), 3).tolist() == [[0]] * 3


@pytest.mark.parametrize("bad", [[1.0, np.nan, 2.0], [1.0, np.inf, 2.0], [1.0], [[[1.0]]]])
def test_opportunities_that_can_not_be_added_are_refused(bad: list[float]) -> None:
    network, _ = random_network(4, nodes=3)
    with pytest.raises(PlanningDataError, match="E-NET-11"):
        reach_sums(network, "walk", node_links(network), node_links(network), bad, [10])


def test_cutoffs_and_k_must_make_sense() -> None:
    network, _ = random_network(4, nodes=3)
    every = node_links(network)
    for cutoffs in ([], [-1], [2**31]):
        with pytest.raises(PlanningDataError, match="E-NET-09"):
            reach_sums(network, "walk", every, every, [1, 1, 1], cutoffs)
    with pytest.raises(PlanningDataError, match="E-NET-09"):
        nearest(network, "walk", every, every, 0)
    with pytest.raises(PlanningDataError, match="E-NET-10"):
        times(network, "walk", every, every, direct=Links.from_pairs(*np.zeros((3, 0), int), (2, 3)))
