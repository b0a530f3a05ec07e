"""Where a road meets streets: in metres along it and shares of theirs, by hand, on three streets that meet at (100, 0)."""

import numpy as np
import pytest
from geopandas import GeoDataFrame
from shapely import LineString

from geo.movement import Network
from geo.movement.meetings import Meeting, crossings, cut_road, joined_ends

CORNER = np.array([600_000.0, 1_230_000.0])
WEST, MIDDLE, EAST, NORTH = range(4)  # nodes at (0, 0), (100, 0), (200, 0), (100, 100)
ENDS = [(WEST, MIDDLE), (MIDDLE, EAST), (MIDDLE, NORTH)]
PLACES = [(0, 0), (100, 0), (200, 0), (100, 100)]


def line(*xy):
    return LineString(np.array(xy, float) + CORNER)


def streets(*more):
    """The three, numbered 0 to 2, and ``more`` lines that end at nodes of their own, all two-way."""
    places, ends = [*PLACES], [*ENDS]
    for shape in more:
        ends.append((len(places), len(places) + 1))
        places += [shape[0], shape[-1]]
    lines = [line(*(places[end] for end in pair)) for pair in ENDS] + [line(*shape) for shape in more]
    tail, head = np.array(ends + [pair[::-1] for pair in ends]).T
    frame = GeoDataFrame(geometry=lines + [one.reverse() for one in lines], crs="EPSG:9210")
    network = Network.from_edges(np.array(places) + CORNER, "EPSG:9210", tail, head, {"walk": [9] * len(tail)}, edges=frame)
    return network, np.ones(len(ends), bool)


def cut(network, road, meets, step_m=None):
    """Metres of the cuts, their nodes by number from the corners' ids, new ones as letters, and the edges' splits."""
    found = cut_road(network, road, crossings(network, road, meets), step_m)
    name = {number: int(network.node_id[number]) for number in range(len(network.node_xy))}
    name |= {number: "abcdefghij"[at] for at, number in enumerate(range(len(name), int(found.node.max()) + 1))}
    splits = {edge: [(round(share, 6), name[node]) for share, node in cuts] for edge, cuts in found.splits.items()}
    return [round(at, 6) for at in found.cuts_m.tolist()], [name[node] for node in found.node.tolist()], splits


def test_a_street_is_cut_where_the_road_crosses_it():
    network, meets = streets()
    assert cut(network, line((50, -10), (50, 60)), meets) == ([0, 10, 70], ["b", "a", "c"], {0: [(0.5, "a")]})
    assert cut(network, line((50, -10), (50, 60)), ~meets) == ([0, 70], ["a", "b"], {})
    twice = line((150, -20), (25, 5), (25, -20))  # at 50 m of the first street, then at 25 m of it
    assert cut(network, twice, meets)[2] == {0: [(0.25, "b"), (0.5, "a")]}


def test_a_street_met_twice_within_a_metre_is_cut_once():
    network, meets = streets()
    at, nodes, splits = cut(network, line((49.7, -0.4), (50, 0.2), (50.3, -0.4), (50.3, -60)), meets)
    assert (len(at), nodes) == (2, ["a", "b"])
    assert splits == {0: [(0.499, "a")]}


def test_a_road_over_a_corner_meets_its_node_alone():
    network, meets = streets()
    through = line((60, -30), (140, 30))  # over the corner, halfway
    assert cut(network, through, meets) == ([0, 50, 100], ["a", MIDDLE, "b"], {})


@pytest.mark.parametrize(
    ("x", "node"), [(0.5, WEST), (1.0, WEST), (1.1, None), (98.9, None), (99.1, MIDDLE), (100.5, MIDDLE), (199.5, EAST)]
)
def test_within_a_metre_of_its_end_a_street_is_met_at_its_node(x, node):
    network, meets = streets()
    at, nodes, splits = cut(network, line((x, -50), (x, -1), (x, 50)), meets)
    assert (at, nodes) == ([0, 50, 100], ["b", "a", "c"] if node is None else ["a", node, "b"])
    assert bool(splits) == (node is None)


@pytest.mark.parametrize(("apart_m", "nodes"), [(0.9, ["b", "a", "c"]), (1.0, ["b", "a", "c"]), (1.1, ["c", "a", "b", "d"])])
def test_streets_within_a_metre_along_the_road_are_met_at_one_node(apart_m, nodes):
    network, meets = streets([(0, apart_m), (90, apart_m)])
    at, found, splits = cut(network, line((45, -300), (45, 60)), meets)
    assert at == [0, 300, *([300 + apart_m] if len(nodes) == 4 else []), 360]
    assert found == nodes
    assert {edge: [node for _, node in cuts] for edge, cuts in splits.items()} == {0: ["a"], 3: [nodes[-2]]}
    assert [share for cuts in splits.values() for share, _ in cuts] == [0.45, 0.5]


@pytest.mark.parametrize(("apart_m", "nodes"), [(0, 1), (0.009, 1), (0.011, 2), (0.5, 2)])
def test_two_corners_of_streets_are_met_apart_where_the_road_goes_a_centimetre_between_them(apart_m, nodes):
    network, meets = streets(
        [(-50, 40), (20.5, 40)], [(20, 40 + apart_m), (90, 40 + apart_m)]
    )  # past one another by half a metre
    west, east = 5, 6  # the end of the one, the start of the other
    at, found, splits = cut(network, line((20.25, -300), (20.25, 100)), meets)
    assert at == [0, 300, 340, *([340 + apart_m] if nodes > 1 else []), 400]
    assert found == ["b", "a", west, *([east] if nodes > 1 else []), "c"]
    assert splits == {0: [(0.2025, "a")]}


@pytest.mark.parametrize("corner_first", [True, False])
@pytest.mark.parametrize(("apart_m", "joined"), [(0.9, True), (1.1, False)])
def test_a_street_cut_within_a_metre_behind_a_corner_is_joined_to_it(corner_first, apart_m, joined):
    network, meets = streets([(20, apart_m), (90, apart_m)])  # its start, node 4, is met; the first street is cut
    ways = (60, -300) if corner_first else (-300, 60)
    at, found, splits = cut(network, line(*((20.25, y) for y in ways)), meets)
    first = 60 - apart_m if corner_first else 300
    assert at == [0, first, *([] if joined and corner_first else [first + apart_m]), 360]
    corner = 4 if joined and corner_first else "a"
    middle = [4, *([] if joined else ["a"])] if corner_first else ["a", 4]
    assert (found[1:-1], splits) == (middle, {0: [(0.2025, corner)]})


def test_a_road_that_starts_or_ends_within_a_metre_of_a_street_starts_or_ends_there():
    network, meets = streets()
    for before, first in ((0.9, [0.9]), (1.0, [1.0]), (1.1, [0, 1.1])):
        assert cut(network, line((50, -before), (50, 20)), meets)[0] == [*first, 20 + before]
        assert cut(network, line((50, 20), (50, -before)), meets)[0] == [0, 20, *([20 + before] if before > 1 else [])]


def test_stretches_are_no_longer_than_a_step_and_every_step_is_a_node_of_its_own():
    network, meets = streets()
    assert cut(network, line((50, 10), (50, 110)), meets, 30) == ([0, 25, 50, 75, 100], ["a", "c", "d", "e", "b"], {})
    assert cut(network, line((50, 10), (50, 40)), meets, 30)[0] == [0, 30]
    assert cut(network, line((50, 10), (50, 41)), meets, 30)[0] == [0, 15.5, 31]
    at, nodes, _ = cut(network, line((50, -60), (50, 60)), meets, 30)
    assert (at, nodes) == ([0, 30, 60, 90, 120], ["b", "d", "a", "e", "c"])
    stretches = cut_road(network, line((50, 10), (50, 110)), [], 50).stretches()
    assert [round(one.length, 6) for one in stretches] == [50, 50]


def test_ends_near_a_street_are_led_on_to_the_nearest_place_on_it():
    network, meets = streets()
    road = line((50, -5), (90, -20), (150, -5))

    def told(**ends):
        whole, found = joined_ends(network, road, meets, 10, **ends)
        return np.round(np.array(whole.coords) - CORNER, 6).tolist(), found, whole.length

    led, found, length = told()
    assert led == [[50, 0], [50, -5], [90, -20], [150, -5], [150, 0]]
    assert found == [Meeting(0.0, 0, 0.5), Meeting(length, 1, 0.5)]
    led, found, length = told(ends=(True, False))
    assert (led[0], led[-1], found) == ([50, 0], [150, -5], [Meeting(0.0, 0, 0.5)])
    led, found, length = told(ends=(False, True))
    assert (led[0], led[-1], found) == ([50, -5], [150, 0], [Meeting(length, 1, 0.5)])
    assert joined_ends(network, road, meets, 4.9) == (road, [])
    assert joined_ends(network, road, ~meets, 10) == (road, [])


def test_an_end_on_a_street_stays_where_it_is_and_of_two_streets_the_nearer_is_joined():
    network, meets = streets([(0, 8), (90, 8)])
    road = line((50, 0), (50, 3))
    whole, (first, last) = joined_ends(network, road, meets, 10)
    assert len(whole.coords) == 3
    assert (first, last.edge, last.at_m) == (Meeting(0.0, 0, 0.5), 0, pytest.approx(6))
    _, (_, last) = joined_ends(network, line((50, 0), (50, 5)), meets, 10)
    assert (last.edge, last.share, last.at_m) == (3, pytest.approx(50 / 90), pytest.approx(8))
