"""Sites of location models against every choice there is, and conventions of reach and ties."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import OptimizeResult

import analyses
from analyses.sites import sites
from geo import PlanningDataError


def case(seed, origins, sites, gaps=0.2):
    draw = np.random.default_rng(seed)
    minutes = draw.integers(1, 30, (origins, sites)).astype(np.float32)
    minutes[draw.random(minutes.shape) < gaps] = np.inf
    names = pd.Index([f"o{i}" for i in draw.permutation(origins)]), pd.Index([f"s{i}" for i in draw.permutation(sites)])
    return analyses.TravelTimes(minutes[None], *names), pd.Series(draw.integers(0, 50, origins).astype(float), names[0])


def choices(times, k):
    """Minutes to the nearest of every k sites."""
    for chosen in combinations(range(len(times.destinations)), k):
        yield chosen, times.minutes[0][:, chosen].min(axis=1)


def median_by_all(times, people, k):
    reached = np.isfinite(times.minutes[0]).any(axis=1) & (people > 0).to_numpy()
    return min((people.to_numpy()[reached] * near[reached]).sum() for _, near in choices(times, k))


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, 9), st.integers(2, 7), st.data())
def test_sites_are_as_good_as_the_best_of_all_choices(seed, origins, sites, data):
    times, people = case(seed, origins, sites)
    k = data.draw(st.integers(1, sites))
    best = median_by_all(times, people, k)
    if np.isfinite(best):
        found = analyses.p_median(times, people, k)
        assert found.value == pytest.approx(best)
        assert found.gap_pct == 0
        assert len(found.chosen) == k
    else:
        with pytest.raises(PlanningDataError, match="E-SITE-04"):
            analyses.p_median(times, people, k)
    covered = analyses.max_cover(times, people, k, 10)
    assert covered.value == max((people.to_numpy() * (near <= 10)).sum() for _, near in choices(times, k))
    assert covered.value == people[covered.assigned["travel_time_min"] <= 10].sum()
    farthest = min(near.max() for _, near in choices(times, k))
    if np.isfinite(farthest):
        assert analyses.p_center(times, k).value == farthest
    else:
        with pytest.raises(PlanningDataError, match="E-SITE-04"):
            analyses.p_center(times, k)


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 9), st.integers(1, 7))
def test_the_fewest_sites_cover_everybody(seed, origins, sites):
    times, _ = case(seed, origins, sites)
    enough = [k for k in range(1, sites + 1) if any((near <= 15).all() for _, near in choices(times, k))]
    if enough:
        found = analyses.set_cover(times, 15)
        assert found.value == len(found.chosen) == enough[0]
        assert (found.assigned["travel_time_min"] <= 15).all()
    else:
        with pytest.raises(PlanningDataError, match="E-SITE-07"):
            analyses.set_cover(times, 15)


def test_fixed_sites_are_among_the_chosen():
    times, people = case(3, 12, 6, gaps=0)
    for solve in (analyses.p_median, lambda *a, **o: analyses.max_cover(*a, 9, **o)):
        found = solve(times, people, 3, fixed=["s4"])
        assert "s4" in found.chosen
        assert len(found.chosen) == 3
    best = min(
        (people.to_numpy() * near).sum() for chosen, near in choices(times, 3) if times.destinations.get_loc("s4") in chosen
    )
    assert analyses.p_median(times, people, 3, fixed=["s4"]).value == pytest.approx(best)


def test_the_order_of_rows_changes_nothing():
    times, people = case(5, 40, 9, gaps=0.1)
    draw = np.random.default_rng(0)
    rows, columns = draw.permutation(40), draw.permutation(9)
    mixed = analyses.TravelTimes(times.minutes[:, rows][:, :, columns], times.origins[rows], times.destinations[columns])
    one, two = analyses.p_median(times, people, 3), analyses.p_median(mixed, people.iloc[rows], 3)
    assert list(one.chosen) == list(two.chosen)
    assert one.value == two.value
    assert one.assigned.equals(two.assigned.loc[one.assigned.index])


def test_thousands_of_zones_are_solved_to_the_end():
    """3,898 zones and 50 candidates: proven best, and no exchange of one site is better."""
    draw = np.random.default_rng(0)
    here, there = draw.random((3898, 2)) * 60, draw.random((50, 2)) * 60
    minutes = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)).astype(np.float32)
    minutes[minutes > 40] = np.inf
    times = analyses.TravelTimes(minutes[None], pd.RangeIndex(3898), pd.RangeIndex(50))
    people = pd.Series(draw.gamma(0.5, 500, 3898))
    found = analyses.p_median(times, people, 5)
    assert found.gap_pct == 0
    compared = 0
    for gone in found.chosen:
        for come in set(range(50)) - set(found.chosen):
            other = [come, *(site for site in found.chosen if site != gone)]
            near = minutes[:, other].min(axis=1)
            if np.isfinite(near).all():
                compared += 1
                assert (people * near).sum() >= found.value * (1 - 1e-9)
    assert compared > 20


def test_when_time_is_up_the_gap_is_said():
    draw = np.random.default_rng(1)
    minutes = draw.random((400, 60)).astype(np.float32) * 30 + 1
    times = analyses.TravelTimes(minutes[None], pd.RangeIndex(400), pd.RangeIndex(60))
    found = analyses.p_median(times, pd.Series(1.0, range(400)), 12, limit_s=1.5)
    near = minutes[:, list(found.chosen)].min(axis=1).sum()
    assert found.value == pytest.approx(near, rel=1e-6)
    assert 0 < found.gap_pct < 30


TIMES, PEOPLE = case(3, 4, 3, gaps=0)


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: analyses.p_median(TIMES, PEOPLE.iloc[1:], 1), "E-SITE-01"),
        (lambda: analyses.p_median(TIMES, PEOPLE - 99, 1), "E-SITE-02"),
        (lambda: analyses.p_median(TIMES, PEOPLE, 0), "E-SITE-03"),
        (lambda: analyses.p_median(TIMES, PEOPLE, 4), "E-SITE-03"),
        (lambda: analyses.p_median(TIMES, PEOPLE, 1, fixed=["s0", "s1"]), "E-SITE-03"),
        (lambda: analyses.p_median(TIMES, PEOPLE, 1, fixed=["s9"]), "E-SITE-03"),
        (lambda: analyses.max_cover(TIMES, PEOPLE, 1, 0), "E-SITE-06"),
        (lambda: analyses.set_cover(TIMES, 0.5), "E-SITE-07"),
    ],
)
def test_what_can_not_be_asked_is_refused(ask, code):
    with pytest.raises(PlanningDataError, match=code):
        ask()


def test_nobody_to_be_served_costs_nothing():
    found = analyses.p_median(TIMES, PEOPLE * 0, 2)
    assert found.value == 0
    assert len(found.chosen) == 2


def test_a_center_that_was_not_proven_in_time_is_no_answer(monkeypatch):
    """The solver runs out of time without sites for the first cutoff: that is not a cutoff which no sites can keep."""
    times, _ = case(3, 6, 5, gaps=0)
    solve, asked = sites.milp, []

    def stops_once(*given, **how):
        asked.append(1)
        return OptimizeResult(x=None, status=1, message="time limit") if len(asked) == 1 else solve(*given, **how)

    monkeypatch.setattr(sites, "milp", stops_once)
    with pytest.raises(PlanningDataError, match="E-SITE-05"):
        analyses.p_center(times, 2)
