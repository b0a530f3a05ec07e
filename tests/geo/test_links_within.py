"""Links of many origins: every kernel and any number of threads gives what scipy gives."""

import numpy as np
import pytest

from geo.movement import UNREACHED, Links, Network, links_within, node_links
from tests.geo.random_networks import oracle, random_links, random_network, through_links

WIDE_DS = 70_000  # beyond what 16 bits hold


def as_matrix(links):
    out = np.full((links.points, links.places), UNREACHED, np.int64)
    out[links.point(), links.place] = links.ds
    return out


def fields(links):
    return links.ptr.tobytes(), links.place.tobytes(), links.ds.tobytes()


@pytest.mark.parametrize("seed", range(24))
def test_both_kernels_equal_scipy(seed):
    network, arcs = random_network(seed, longest=[60, 5_000][seed % 2])
    draw, n = np.random.default_rng(seed), len(network.node_xy)
    origins, destinations = random_links(draw, 70, n), random_links(draw, 9, n)
    direct = random_links(draw, 70, 9, longest=200)
    limit = [150, WIDE_DS][seed % 2]
    expected = through_links(oracle(arcs, n), origins, destinations, limit)
    beside = as_matrix(direct)
    expected = np.where(beside <= limit, np.minimum(expected, beside), expected)
    for kernel in ("search", "lanes"):
        found = links_within(network, "car", origins, destinations, limit, direct=direct, kernel=kernel, threads=1)
        kept = as_matrix(found)
        assert np.array_equal(np.where(expected <= limit, expected, UNREACHED), kept), kernel
        rows = np.split(found.place, found.ptr[1:-1])
        assert all((np.diff(row) > 0).all() for row in rows), kernel


@pytest.mark.parametrize("limit", [31_999, 32_000, 32_001, 33_000, 65_535, 65_536, 70_000])
def test_lanes_hold_times_up_to_any_limit(limit):
    """Six places in a row, their ways as long as the limit, one decisecond more, and half of it."""
    ways = np.array([limit, limit + 1, limit // 2, limit - limit // 2, 1])
    xy = np.column_stack([np.arange(6) * 100.0 + 600_000, np.full(6, 1_230_000.0)])
    network = Network.from_edges(xy, "EPSG:9210", np.arange(5), np.arange(1, 6), {"car": ways})
    every = Links.from_pairs(np.arange(6), network.nodes(np.arange(6)), np.zeros(6, int), (6, 6))
    reached = {(0, 1): limit, (2, 3): limit // 2, (2, 4): limit, (3, 4): limit - limit // 2, (4, 5): 1}
    reached |= {(3, 5): limit - limit // 2 + 1} | {(at, at): 0 for at in range(6)}
    for kernel in ("search", "lanes"):
        found = links_within(network, "car", every, every, limit, kernel=kernel, threads=1)
        assert (
            dict(zip(zip(found.point().tolist(), found.place.tolist(), strict=True), found.ds.tolist(), strict=True)) == reached
        )


@pytest.mark.parametrize("kernel", ["search", "lanes", None])
def test_any_number_of_threads_gives_the_same_bytes(kernel):
    network, _ = random_network(3, nodes=900, lattice=True)
    every = node_links(network)
    found = {fields(links_within(network, "walk", every, every, 90, kernel=kernel, threads=threads)) for threads in (1, 2, 4, 8)}
    assert len(found) == 1


def test_no_origins_have_no_links():
    network, _ = random_network(4, nodes=5)
    none = Links.from_pairs(*np.zeros((3, 0), int), (0, 5))
    assert links_within(network, "walk", none, node_links(network), 90).points == 0


def test_links_are_stacked_point_by_point():
    one = Links.from_pairs(np.array([0, 1, 1]), np.array([4, 0, 2]), np.array([7, 8, 9]), (2, 5))
    other = Links.from_pairs(np.array([1]), np.array([3]), np.array([6]), (2, 5))
    assert fields(Links.stacked([one])) == fields(one)
    both = Links.stacked([one, other, one])
    assert (both.points, both.places) == (6, 5)
    assert both.point().tolist() == [0, 1, 1, 3, 4, 5, 5]
    assert (both.place.tolist(), both.ds.tolist()) == ([4, 0, 2, 3, 4, 0, 2], [7, 8, 9, 6, 7, 8, 9])
