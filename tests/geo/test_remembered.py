"""Walks between the same points are computed once, whoever asks, and never after the streets on foot have changed."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import analyses
import layers
from geo.movement import CrowFlies, remembered, walking
from tests.layers.synthetic_city import addresses, changed, city, places

MORNING = analyses.Departure("07:00", 10)


@pytest.fixture
def made(monkeypatch):
    """How often links over streets were computed."""
    calls = []
    plain = walking.links_within
    monkeypatch.setattr(walking, "links_within", lambda *given, **options: calls.append(1) or plain(*given, **options))
    return calls


def test_a_second_question_about_the_same_points_walks_no_more(made):
    town, at = city(), addresses()
    first = analyses.travel_times(town, at, departure=MORNING).minutes
    walked = len(made)
    again = analyses.travel_times(town, at.copy(), departure=MORNING).minutes
    assert (len(made), first.tobytes()) == (walked, again.tobytes())
    analyses.travel_times(town, at.iloc[1:], departure=MORNING)
    assert len(made) == walked + 3  # other points: to stops, from stops, all the way; the stops are the same


@pytest.mark.parametrize(
    ("change", "walks"),
    [
        (layers.ChangeHeadway("E", 5), 0),
        (layers.ChangeRoadSpeed("Row 4", factor=0.5, modes=("car",)), 0),
        (layers.CloseRoad("Row 4"), 4),
    ],
)
def test_a_scenario_walks_anew_only_where_streets_on_foot_change(change, walks, made):
    town, at = city(), addresses()
    analyses.travel_times(town, at, departure=MORNING)
    walked = len(made)
    after = changed(town, change)
    found = analyses.travel_times(after, at, departure=MORNING).minutes
    assert len(made) - walked == walks
    fresh = changed(city(), change)
    assert found.tobytes() == analyses.travel_times(fresh, at, departure=MORNING).minutes.tobytes()


def test_another_limit_or_speed_is_another_question():
    rule, xy = CrowFlies(1.3), np.random.default_rng(0).uniform(0, 3000, (40, 2))
    known = rule.links(xy, xy, 1000, 4.8)
    assert rule.links(xy.copy(), xy, 1000, 4.8) is known
    assert rule.links(xy, xy, 500, 4.8) is not known
    assert rule.links(xy, xy, 1000, 4.0) is not known
    assert rule == CrowFlies(1.3)


def test_threads_share_what_is_known():
    rule, xy = CrowFlies(1.3), np.random.default_rng(0).uniform(0, 3000, (200, 2))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda speed: rule.links(xy, xy, 800, 3 + speed % 4), range(64)))
    assert len({links.ds.tobytes() for links in found}) == 4
    assert all(rule.links(xy, xy, 800, 3 + speed % 4).ds.tobytes() == found[speed].ds.tobytes() for speed in range(8))


def test_what_is_longest_unused_is_forgotten_and_copies_start_empty(monkeypatch):
    rule, xy = CrowFlies(1.3), np.random.default_rng(0).uniform(0, 3000, (40, 2))
    known = rule.links(xy, xy, 1000, 4.8)
    assert copy.deepcopy(rule).links(xy, xy, 1000, 4.8) is not known
    assert pickle.loads(pickle.dumps(rule)) == rule  # noqa: S301 - our own
    monkeypatch.setattr(remembered, "MOST_LINKS", len(known.ds))
    rule.links(xy, xy, 999, 4.8)
    assert rule.links(xy, xy, 1000, 4.8) is not known


def test_travel_times_do_not_depend_on_what_was_asked_before():
    town, at = city(), places((1, 1), (8, 8), (4, 2))
    analyses.travel_times(town, addresses(), departure=MORNING)
    assert analyses.travel_times(town, at, departure=MORNING).minutes.tobytes() == (
        analyses.travel_times(city(), at, departure=MORNING).minutes.tobytes()
    )
