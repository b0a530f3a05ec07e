"""How far people walk: bounds to the metre, over streets and as the crow flies."""

import numpy as np
import pytest
from geopandas import GeoDataFrame
from shapely import LineString

from geo.movement import CrowFlies, Network, OnStreets, deciseconds

WEST = np.array([600_000.0, 1_230_000.0])
HERE = WEST[None] + np.array([[100.0, 0.0]])
FAR = np.array([100.0, 0, 10, 580, 1060, 1061, 1099, 1100, 1101, 2500])  # metres along the street


@pytest.fixture(scope="module")
def street():
    """3 km to the east in pieces of 100 m, at 4.8 km/h."""
    at = WEST + np.column_stack([np.arange(0, 3001, 100.0), np.zeros(31)])
    lines = [LineString(at[[i, i + 1]]) for i in range(30)]
    both = GeoDataFrame(geometry=[*lines, *(line.reverse() for line in lines)], crs="EPSG:9210").assign(length_m=100.0)
    tail, head = np.r_[0:30, 1:31], np.r_[1:31, 0:30]
    return Network.from_edges(at, "EPSG:9210", tail, head, {"walk": deciseconds(np.full(60, 75.0))}, edges=both)


def stops(metres):
    return WEST + np.column_stack([metres, np.zeros(len(metres))])


def walked(rule, limit_m, speed_kmh):
    """Seconds by the metre of the stop."""
    found = rule.links(HERE, stops(FAR), limit_m, speed_kmh)
    return dict(zip(FAR[found.place].tolist(), (found.ds / 10).tolist(), strict=True))


@pytest.mark.parametrize("limit_m", [960.0, 1000.0])
def test_stops_as_far_as_the_limit_are_walked_to_and_none_beyond(street, limit_m):
    for rule in (OnStreets(street), CrowFlies(1.0)):
        assert sorted(walked(rule, limit_m, 4.8)) == sorted(FAR[np.abs(FAR - 100) <= limit_m])
    assert sorted(walked(CrowFlies(2.0), limit_m, 4.8)) == [0, 10, 100, 580]  # twice the way


def test_times_are_those_of_the_speed_and_the_limit_is_one_of_metres(street):
    slow, usual, fast = (walked(OnStreets(street), 480.0, speed) for speed in (2.4, 4.8, 9.6))
    assert usual == {100: 0, 0: 75, 10: 67.5, 580: 360}
    assert slow == {100: 0, 0: 150, 10: 135, 580: 720}
    assert fast == {100: 0, 0: 37.5, 10: 33.8, 580: 180}  # 33.75 s, rounded up
    assert walked(CrowFlies(1.0), 480.0, 9.6) == fast


def test_some_of_the_origins_can_be_asked_for(street):
    from_all = OnStreets(street).walks(stops(FAR), stops(FAR))
    found = from_all.links(np.array([3, 0]), 100.0, 4.8)
    assert found.points == 2
    assert [FAR[found.place[found.point() == row]].tolist() for row in (0, 1)] == [[580], [100, 0, 10]]


def test_points_within_a_centimetre_of_each_other_are_no_time_apart():
    found = CrowFlies(1.3).links(HERE, HERE + np.array([[0.009, 0], [0.02, 0]]), 100.0, 4.8)
    assert found.ds.tolist() == [0, 1]


def test_walks_to_stops_are_two_kilometres_and_between_them_one_where_nothing_is_said(street):
    for rule in (OnStreets(street), CrowFlies(1.3)):
        assert (rule.access_m, rule.transfer_m) == (2000, 1000)
