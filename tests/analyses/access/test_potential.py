"""Potentials of centres with their own part."""

import numpy as np
import pandas as pd
import pytest

import analyses
from geo import PlanningDataError

PLACES = pd.Index(["a", "b", "c"])
MASSES = pd.Series([100.0, 50.0, 20.0], PLACES, name="people")
HALVES = analyses.decay_exponential(half_life_min=10)


def times(minutes, percentiles=(50,)):
    return analyses.TravelTimes(np.array(minutes, np.float32).reshape(len(percentiles), 3, 3), PLACES, PLACES, percentiles)


LINE = times([[0, 10, np.inf], [10, 0, 20], [np.inf, 20, 0]])


def test_every_centre_counts_itself_at_its_own_time_and_the_others_at_theirs():
    found = analyses.potential_access(LINE, MASSES, HALVES, internal_min=pd.Series([10, 0, 20], PLACES))
    assert found["people_potential"].tolist() == pytest.approx([50 + 25, 50 + 50 + 5, 5 + 12.5])
    assert found["people_self_pct"].tolist() == pytest.approx([100 * 50 / 75, 100 * 50 / 105, 100 * 5 / 17.5])


def test_with_the_times_of_the_matrix_itself_it_is_gravity():
    found = analyses.potential_access(LINE, MASSES, HALVES, internal_min=0)
    assert found["people_potential"].tolist() == analyses.gravity(LINE, MASSES, HALVES)["people_gravity"].tolist()


def test_a_place_that_holds_and_reaches_nothing_has_no_share():
    found = analyses.potential_access(LINE, MASSES * 0, HALVES, internal_min=1)
    assert found["people_potential"].tolist() == [0, 0, 0]
    assert found["people_self_pct"].isna().all()


def test_several_percentiles_are_named():
    both = times([LINE.at(), LINE.at() + 5], (5, 50))
    found = analyses.potential_access(both, MASSES, HALVES, internal_min=1)
    assert set(found) == {"people_potential_p5", "people_self_pct_p5", "people_potential_p50", "people_self_pct_p50"}


def test_bigger_zones_take_longer_inside():
    inside = analyses.internal_minutes(pd.Series([100.0, 400.0]), 25)
    assert inside[1] == pytest.approx(2 * inside[0])


@pytest.mark.parametrize("inside", [-1.0, np.nan, pd.Series([1.0], ["a"])])
def test_internal_minutes_that_are_none_are_refused(inside):
    with pytest.raises(PlanningDataError, match="E-POT-0"):
        analyses.potential_access(LINE, MASSES, HALVES, internal_min=inside)


def test_areas_speeds_and_matrices_that_do_not_fit_are_refused():
    for area, speed in [(pd.Series([0.0]), 25), (pd.Series([np.nan]), 25), (pd.Series([1.0]), 0)]:
        with pytest.raises(PlanningDataError, match="E-POT-01"):
            analyses.internal_minutes(area, speed)
    other = analyses.TravelTimes(np.zeros((1, 3, 2), np.float32), PLACES, PLACES[:2])
    with pytest.raises(PlanningDataError, match="E-POT-02"):
        analyses.potential_access(other, MASSES, HALVES, internal_min=1)
