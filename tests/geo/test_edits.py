from pathlib import Path

import numpy as np
import pytest
from geopandas import GeoDataFrame, GeoSeries
from shapely import LineString, Point

from geo import PlanningDataError
from geo.movement import (
    CLOSED,
    UNREACHED,
    Links,
    Network,
    closed,
    import_streets,
    node_links,
    rescaled,
    snap,
    street_detours,
    times,
)
from geo.movement.hierarchy import has_hierarchy, hierarchy
from tests.geo.osm_text import write_osm
from tests.geo.random_networks import oracle, random_network

CRS = "EPSG:9210"
CORNER = np.array([600_000.0, 1_230_000.0])
NOBODY = {"travellers": np.ones((4, 4)), "opportunities": np.ones(4), "cutoff_ds": 60, "limit_ds": 600}


def line(*xy: tuple[float, float]) -> LineString:
    return LineString(np.array(xy, float) + CORNER)


def two_villages() -> Network:
    """Two streets of 100 m, 400 m apart, two-way, for walk (1 m/s) and car (10 m/s)."""
    west, east = line((0, 0), (0, 100)), line((400, 0), (400, 100))
    xy = np.array([[0, 0], [0, 100], [400, 0], [400, 100]]) + CORNER
    frame = GeoDataFrame({"name": ["W", "W", "E", "E"]}, geometry=[west, west.reverse(), east, east.reverse()], crs=CRS)
    ds = {"walk": [1000] * 4, "car": [100] * 4}
    return Network.from_edges(xy, CRS, [0, 1, 2, 3], [1, 0, 3, 2], ds, edges=frame)


def between(network: Network, mode: str, start: tuple[float, float], end: tuple[float, float]) -> int:
    places = GeoSeries([Point(np.array(p) + CORNER) for p in (start, end)], crs=CRS)
    found = snap(network, mode, places)
    return int(times(network, mode, found.leaving, found.arriving)[0, 1])


@pytest.mark.parametrize("seed", range(30))
def test_rescaled_times_equal_a_network_built_with_them(seed: int) -> None:
    network, (tail, head, ds) = random_network(seed)
    every = node_links(network)
    factor = [2.0, 0.25, 1.7][seed % 3]
    expected = np.where(ds == CLOSED, CLOSED, np.maximum(1, np.floor(np.round(ds * factor, 9) + 0.5))).astype(int)
    found = times(rescaled(network, "car", factor), "car", every, every)
    assert np.array_equal(found, oracle((tail, head, expected), len(network.node_xy)))
    assert np.array_equal(times(network, "car", every, every), oracle((tail, head, ds), len(network.node_xy)))


def test_factors_by_edge_slow_down_only_their_edges() -> None:
    network = rescaled(two_villages(), "car", [3.0, 1.0])
    assert between(network, "car", (0, 0), (0, 100)) == 300
    assert between(network, "car", (400, 0), (400, 100)) == 100
    assert between(network, "walk", (0, 0), (0, 100)) == 1000


def test_closed_edges_are_closed_to_the_modes_named_or_to_all() -> None:
    network = two_villages()
    for_cars, for_all = closed(network, [1], ["car"]), closed(network, [1])
    nodes = node_links(network)
    a, b = network.nodes([2, 3])
    assert times(for_cars, "car", nodes, nodes)[a, b] == UNREACHED
    assert times(for_cars, "walk", nodes, nodes)[a, b] == 1000
    assert times(for_all, "walk", nodes, nodes)[a, b] == UNREACHED
    assert times(network, "car", nodes, nodes)[a, b] == 100


def test_what_a_change_does_not_touch_is_not_made_again() -> None:
    network = two_villages()
    kept = {mode: hierarchy(network, mode) for mode in network.modes}
    changed = closed(network, [0], ["car"])
    assert hierarchy(changed, "walk") is kept["walk"]
    assert not has_hierarchy(changed, "car")
    assert changed.graph("walk") is network.graph("walk")


def test_changes_can_follow_each_other() -> None:
    slower = rescaled(two_villages(), "car", [1.0, 4.0])
    assert between(slower, "car", (400, 0), (400, 100)) == 400
    assert between(closed(slower, [1], ["walk"]), "car", (400, 0), (400, 100)) == 400
    assert between(closed(closed(slower, [1]), [0], ["car"]), "walk", (0, 0), (0, 100)) == 1000


def test_a_changed_network_is_saved_and_turn_bans_survive(tmp_path: Path) -> None:
    text = """
        way 1 11 12 highway=residential
        way 2 12 13 highway=residential
        way 3 12 22 highway=residential
        ban 1 from=1 via=12 to=3 restriction=no_left_turn
    """
    network, _ = import_streets(write_osm(tmp_path / "a.osm", text), island_nodes=1)
    slower = Network.load(rescaled(network, "car", 2.0).save(tmp_path / "a.npz"))
    start, end = network.nodes([11, 22])
    every = node_links(network)
    was, now = times(network, "car", every, every)[start, end], times(slower, "car", every, every)[start, end]
    assert now == pytest.approx(2 * was, abs=4)
    some = Links.from_pairs(np.array([0]), np.array([start]), np.array([0]), (1, len(network.node_xy)))
    assert times(slower, "walk", some, every)[0, end] == times(network, "walk", some, every)[0, end]


def test_impossible_changes_are_refused_by_code() -> None:
    network = two_villages()
    for factor in (0, -1, np.nan, [1.0, np.inf], [1.0]):
        with pytest.raises(PlanningDataError, match="E-NET-15"):
            rescaled(network, "car", factor)
    with pytest.raises(PlanningDataError, match="E-NET-08"):
        closed(network, [0], ["tram"])


def test_edges_of_a_network_without_drawing_can_not_be_named() -> None:
    network, _ = random_network(3)
    with pytest.raises(PlanningDataError, match=r"E-SNAP-03.*import_streets"):
        closed(network, [0])
    with pytest.raises(PlanningDataError, match="E-NET-15"):
        street_detours(network, "car", node_links(network), node_links(network), [np.array([0])], **NOBODY)
    drawn = two_villages()
    ends = node_links(drawn)
    for rows in ([2], [-1]):
        with pytest.raises(PlanningDataError, match=r"E-NET-15.*2 edges"):
            street_detours(drawn, "car", ends, ends, [np.array(rows)], **NOBODY)
