import numpy as np
import pandas as pd
import pytest

import analyses
from geo import PlanningDataError

PLACES = pd.Index(["a", "b", "c"])


def times(minutes, percentiles=(50,)):
    return analyses.TravelTimes(np.array(minutes, np.float32).reshape(len(percentiles), 3, 3), PLACES, PLACES, percentiles)


SQUARE = times([[0, 10, np.inf], [10, 0, 30], [np.inf, 30, 0]])


def test_powers_of_two_tell_which_places_were_reached():
    amounts = pd.Series([1, 2, 4], PLACES, name="jobs")
    found = analyses.opportunities_within(SQUARE, amounts, [10, 30])
    assert found["jobs_within_10min"].tolist() == [3, 3, 4]
    assert found["jobs_within_30min"].tolist() == [3, 7, 6]


def test_a_trip_that_takes_exactly_the_cutoff_counts():
    found = analyses.opportunities_within(SQUARE, pd.Series(1, PLACES, name="jobs"), 30)
    assert found.loc["b", "jobs_within_30min"] == 3


def test_several_percentiles_are_named():
    both = times([[[0, 1, 2]] * 3, [[0, 9, 9]] * 3], percentiles=(5, 50))
    found = analyses.opportunities_within(both, pd.Series(1, PLACES, name="jobs"), 5)
    assert list(found) == ["jobs_within_5min_p5", "jobs_within_5min_p50"]


@pytest.mark.parametrize(("amounts", "code"), [({"a": 1, "b": 1}, "E-OPP-01"), ({"a": 1, "b": -1, "c": 1}, "E-OPP-02")])
def test_wrong_opportunities_are_refused_with_their_ids(amounts, code):
    with pytest.raises(PlanningDataError, match=code) as caught:
        analyses.opportunities_within(SQUARE, pd.Series(amounts, name="jobs"), 5)
    assert len(caught.value.feature_ids) == 1


def test_a_matrix_made_elsewhere_serves_every_measure():
    pairs = SQUARE.to_frame().rename(columns={"travel_time_p50_min": "travel_time_min"})
    again = analyses.TravelTimes.from_frame(pairs)
    assert np.array_equal(again.at(), SQUARE.at())


def test_a_pair_that_stands_twice_is_refused():
    pairs = pd.DataFrame({"from_id": ["a", "a"], "to_id": ["b", "b"], "travel_time_min": [1.0, 2.0]})
    with pytest.raises(PlanningDataError, match="E-PAIR-02"):
        analyses.TravelTimes.from_frame(pairs)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"time": "7h"}, "E-DEP-01"),
        ({"time": "24:00"}, "E-DEP-01"),
        ({"window_min": 0}, "E-DEP-02"),
        ({"percentiles": (50, 5)}, "E-DEP-03"),
    ],
)
def test_a_wrong_departure_is_refused(wrong, code):
    with pytest.raises(PlanningDataError, match=code):
        analyses.Departure(**wrong)
