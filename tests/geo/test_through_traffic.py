"""Streets closed to through traffic: a square of four streets of 100 m, all two-way."""

import numpy as np
import pytest
from geopandas import GeoDataFrame
from shapely import LineString

from geo.movement import CLOSED, UNREACHED, NearestEdge, Network, node_links, times
from geo.movement.through_traffic import access_only, nowhere, passable

CRS = "EPSG:9210"
CORNERS = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]]) + np.array([600_000, 1_230_000])
ENDS = [(0, 1), (1, 2), (2, 3), (3, 0)]
SHUT = np.array([True, False, False, False])  # the street between corners 0 and 1


@pytest.fixture
def square():
    """On foot 100 deciseconds a street, by car 10; the street between 1 and 2 is not open to cars."""
    both = [*ENDS, *((end, start) for start, end in ENDS)]
    lines = GeoDataFrame(geometry=[LineString(CORNERS[list(pair)]) for pair in both], crs=CRS).assign(length_m=100.0)
    car = [CLOSED if set(pair) == {1, 2} else 10 for pair in both]
    tail, head = zip(*both, strict=True)
    return Network.from_edges(CORNERS, CRS, tail, head, {"walk": [100] * 8, "car": car}, edges=lines)


def between_corners(network, mode):
    """Times [4, 4]."""
    every, at = node_links(network), network.nodes([0, 1, 2, 3])
    return times(network, mode, every, every)[np.ix_(at, at)].tolist()


def test_nobody_of_the_modes_meant_passes_and_the_others_pass_as_before(square):
    shut = access_only(square, SHUT, ["walk"])
    assert between_corners(shut, "walk")[0] == [0, 300, 200, 100]
    assert between_corners(shut, "walk")[1] == [300, 0, 100, 200]
    assert between_corners(shut, "car") == between_corners(square, "car")
    assert between_corners(access_only(square, SHUT, ["walk", "car"]), "car")[0] == [0, UNREACHED, 20, 10]


def test_a_street_already_closed_to_the_mode_stays_closed_and_is_no_access(square):
    east = np.array([False, True, False, False])
    shut = access_only(square, east, ["car"])
    assert between_corners(shut, "car") == between_corners(square, "car")
    assert len(shut.edges.tail) == len(square.edges.tail)


@pytest.mark.parametrize(("edges", "modes"), [(SHUT, []), (~SHUT & SHUT, ["walk", "car"])])
def test_no_mode_or_no_street_closes_nothing(square, edges, modes):
    same = access_only(square, edges, modes)
    assert len(same.edges.tail) == len(square.edges.tail)
    assert passable(same).all()
    for mode in ("walk", "car"):
        assert between_corners(same, mode) == between_corners(square, mode)


def test_who_stands_on_the_street_comes_to_its_ends_and_from_them_as_before(square):
    shut = access_only(square, SHUT, ["walk"])
    place = np.array([[600_030.0, 1_230_000.0]])
    joined, before = (NearestEdge().joined(one, "walk", 1.0, place, CORNERS) for one in (shut, square))
    found, was = (
        times(net, "walk", one.leaving, one.arriving, direct=one.direct)[0].tolist()
        for net, one in ((shut, joined), (square, before))
    )
    assert found == was == [30, 70, 170, 130]


def test_arcs_for_access_are_not_passed_and_their_ends_are_no_junctions(square):
    shut = access_only(square, SHUT, ["walk"])
    assert (int(nowhere(shut).sum()), int(nowhere(square).sum())) == (2, 0)
    assert passable(square).all()
    assert (~passable(shut)).sum() == 4  # of both directions one to each end
    assert shut.edges.ds["walk"][~passable(shut)].tolist() == [100] * 4
    assert shut.edges.ds["car"][~passable(shut)].tolist() == [CLOSED] * 4  # cars pass, and need none
    again = access_only(shut, SHUT, ["walk", "car"])  # closed to somebody else as well
    assert int(nowhere(again).sum()) == 2
    assert between_corners(again, "walk") == between_corners(shut, "walk")
    assert between_corners(again, "car")[0][1] == UNREACHED
