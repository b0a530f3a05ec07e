"""Every kernel gives the same bytes as the plain search, which other tests hold equal to scipy and to brute force."""

import ast
from pathlib import Path

import numpy as np
import pytest

from geo import PlanningDataError
from geo.movement import Links, Network, links_within, node_links, reach_sums, times
from geo.movement.dispatch import Question, cheapest
from geo.movement.hierarchy import hierarchy, sides
from geo.movement.kernels.phast import wanted_sweep
from tests.geo.random_networks import oracle, random_links, random_network

KERNELS = Path(__file__).parents[2] / "geo" / "movement" / "kernels"


def grid(side: int, seed: int, longest: int = 300) -> Network:
    """A town of ``side`` × ``side`` junctions with some one-way and some missing streets."""
    draw = np.random.default_rng(seed)
    row, column = np.divmod(np.arange(side * side), side)
    right, up = np.flatnonzero(column < side - 1), np.flatnonzero(row < side - 1)
    tail, head = np.r_[right, right + 1, up, up + side], np.r_[right + 1, right, up + side, up]
    kept = draw.random(len(tail)) < 0.9
    ds = draw.integers(30, longest, len(tail))
    xy = np.stack([column, row], axis=1) * 100.0
    return Network.from_edges(xy, "EPSG:9210", tail[kept], head[kept], {"car": ds[kept]})


@pytest.mark.parametrize("densest", [0, 4, 16])
def test_a_hierarchy_with_a_core_gives_the_same_times_from_both_sides(densest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.movement.hierarchy.DENSEST", densest)
    cores = 0
    for seed in range(60):
        network, _ = random_network(seed, nodes=50)
        every = node_links(network)
        some = Links.from_pairs(np.arange(9), np.arange(9) * 5, np.arange(9), (9, 50))
        cores += hierarchy(network, "car").core < 50
        for ends in ((every, some), (some, every)):
            one, two = (times(network, "car", *ends, threads=1, kernel=kernel) for kernel in ("search", "hierarchy"))
            assert np.array_equal(one, two), seed
    assert cores > 20


@pytest.mark.parametrize("block", range(10))
def test_times_by_hierarchy_equal_scipy_on_random_directed_networks(block: int) -> None:
    for seed in range(50 * block, 50 * block + 50):
        network, arcs = random_network(seed, longest=[60, 5_000][seed % 2])
        every = node_links(network)
        found = times(network, "car", every, every, threads=1, kernel="hierarchy")
        assert np.array_equal(found, oracle(arcs, len(network.node_xy))), seed


@pytest.mark.parametrize("seed", range(60))
def test_times_of_linked_points_are_the_same_by_every_kernel_and_from_either_side(seed: int) -> None:
    network, _ = random_network(seed)
    draw = np.random.default_rng(seed)
    n = len(network.node_xy)
    origins, destinations = (random_links(draw, int(draw.integers(1, 70)), n) for _ in range(2))
    limit = int(draw.integers(0, 300))
    one, two = (
        times(network, "car", origins, destinations, limit, threads=1, kernel=kernel) for kernel in ("search", "hierarchy")
    )
    assert np.array_equal(one, two)


@pytest.mark.parametrize("block", range(10))
def test_sums_are_the_same_bytes_by_every_kernel(block: int) -> None:
    for seed in range(50 * block, 50 * block + 50):
        network, _ = random_network(seed, longest=[60, 5_000][seed % 2])
        draw = np.random.default_rng(seed)
        n = len(network.node_xy)
        origins, destinations = (random_links(draw, int(draw.integers(0, 70)), n) for _ in range(2))
        worth = draw.uniform(-5, 1000, (destinations.points, 2))
        cutoffs = draw.integers(0, [300, 30_000, 90_000][seed % 3], 2).tolist()
        shape = (origins.points, destinations.points)
        pairs = int(draw.integers(0, 9)) if min(shape) else 0
        direct = Links.from_pairs(*(draw.integers(0, max(1, size), pairs) for size in shape), draw.integers(0, 99, pairs), shape)
        found = {
            reach_sums(network, "car", origins, destinations, worth, cutoffs, direct=direct, threads=1, kernel=kernel).tobytes()
            for kernel in ("search", "hierarchy", None, *(["lanes"] if max(cutoffs) <= 32_000 else []))
        }
        assert len(found) == 1, seed


@pytest.mark.parametrize("seed", range(3))
def test_a_town_gives_the_same_bytes_by_every_kernel_and_number_of_threads(seed: int) -> None:
    network = grid(40, seed)
    every = node_links(network)
    worth = np.random.default_rng(seed).lognormal(3, 2, (1600, 3))
    found = {
        reach_sums(network, "car", every, every, worth, [900, 2_500], threads=threads, kernel=kernel).tobytes()
        for kernel in ("search", "lanes", "hierarchy")
        for threads in (1, 3)
    }
    assert len(found) == 1
    matrix = {times(network, "car", every, every, threads=t, kernel=k).tobytes() for t in (1, 2) for k in ("search", "hierarchy")}
    assert len(matrix) == 1


def test_a_hierarchy_keeps_every_arc_upwards_and_sweeps_each_node_after_its_betters() -> None:
    network = grid(30, 1)
    whole = hierarchy(network, "car")
    assert sorted(whole.rank.tolist()) == list(range(900))
    for side in (whole.up, whole.down):
        row = np.repeat(np.arange(900), np.diff(side.ptr))
        assert (whole.rank[side.to] > whole.rank[row]).all()
    for reverse in (False, True):
        _, down, order = sides(network, "car", reverse=reverse)
        place = np.argsort(order)
        row = np.repeat(np.arange(900), np.diff(down.ptr))
        assert (place[down.to] < place[row]).all()
        few = wanted_sweep(down, order, np.arange(900) == 17)
        assert few.row[17] == len(few.ptr) - 2
        assert len(few.ptr) < 300


def test_the_dispatcher_takes_what_suits_the_question() -> None:
    network = grid(60, 1)
    every = node_links(network)
    few = Links.from_pairs(np.arange(3), np.array([5, 900, 2_000]), np.zeros(3, int), (3, 3_600))
    assert cheapest(Question(network, "car", every, every, 900), with_lanes=True) == "lanes"
    assert cheapest(Question(network, "car", few, every, 900), with_lanes=True) == "search"
    assert cheapest(Question(network, "car", every, every, 40_000), with_lanes=True) == "hierarchy"
    assert cheapest(Question(network, "car", few, every, 40_000), with_lanes=True) == "search"


def test_long_cutoffs_never_go_to_lanes_of_sixteen_bits() -> None:
    network = grid(8, 1, longest=60_000)
    every = node_links(network)
    assert cheapest(Question(network, "car", every, every, 32_001), with_lanes=True) != "lanes"
    with pytest.raises(PlanningDataError, match="E-NET-12"):
        reach_sums(network, "car", every, every, np.ones(64), [32_001], kernel="lanes")
    with pytest.raises(PlanningDataError, match="E-NET-12"):
        times(network, "car", every, every, kernel="fast")


def test_scattered_lists_equal_the_matrix_on_a_town() -> None:
    network = grid(25, 2)
    every = node_links(network)
    found = links_within(network, "car", every, every, 700, threads=2)
    matrix = times(network, "car", every, every, 700)
    assert np.array_equal(found.ds, matrix[matrix <= 700])


def test_kernels_import_nothing_of_ours_but_each_other() -> None:
    for path in sorted(KERNELS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in getattr(node, "names", [])]
            if isinstance(node, ast.ImportFrom | ast.Import):
                assert all(
                    name.split(".")[0] in {"__future__", "collections", "typing", "numba", "numpy", "llvmlite"}
                    or name.startswith("geo.movement.kernels.")
                    for name in names
                ), path.name


def test_what_is_kept_of_a_network_can_not_be_written_to() -> None:
    network = grid(4, seed=1)
    whole = hierarchy(network, "car")
    for reverse in (False, True):
        up, down, order = sides(network, "car", reverse=reverse)
        assert not any(array.flags.writeable for array in (whole.rank, *up, *down, order))
