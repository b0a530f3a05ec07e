"""The rule of a half: against its formula by hand, and what must hold of any benefit."""

import numpy as np
import pandas as pd
import pytest

import analyses
from geo import PlanningDataError

A, B = ["a", "b"], ["x", "y", "z"]


def times(minutes):
    return analyses.TravelTimes(np.array([minutes], np.float32), pd.Index(A), pd.Index(B))


def trips(values):
    return pd.DataFrame(np.array(values, float), index=A, columns=B)


BEFORE = times([[60, 30, np.inf], [10, 20, 30]])
AFTER = times([[30, 30, 40], [10, 26, np.inf]])
FEW, MANY = trips([[10, 5, 0], [7, 8, 9]]), trips([[14, 5, 6], [7, 6, 0]])


def test_benefits_are_half_of_the_sum_of_trips_times_the_cost_saved():
    found = analyses.rule_of_a_half(BEFORE, AFTER, FEW, MANY)
    assert np.allclose(found["saved_person_hours"], [(10 + 14) / 2 * 30 / 60, (8 + 6) / 2 * -6 / 60])
    assert found["trips_before"].tolist() == [15, 24]
    assert found["trips_after"].tolist() == [25, 13]
    assert found["trips_not_valued"].tolist() == [3, 4.5]
    assert list(found.index) == A


def test_with_constant_demand_every_trip_gains_in_full():
    found = analyses.rule_of_a_half(BEFORE, AFTER, FEW)
    assert np.allclose(found["saved_person_hours"], [10 * 30 / 60, 8 * -6 / 60])


def test_the_way_back_costs_what_the_way_there_gave():
    there = analyses.rule_of_a_half(BEFORE, AFTER, FEW, MANY)
    back = analyses.rule_of_a_half(AFTER, BEFORE, MANY, FEW)
    assert np.allclose(there["saved_person_hours"], -back["saved_person_hours"])
    assert np.allclose(there["trips_not_valued"], back["trips_not_valued"])
    assert (analyses.rule_of_a_half(BEFORE, BEFORE, FEW, MANY)["saved_person_hours"] == 0).all()


def test_for_a_straight_demand_curve_the_rule_is_the_area_under_it():
    """T(c) = 100 − c: the surplus between 40 and 20 minutes is the integral of demand, 20 · 70."""
    at_40, at_20 = times([[40, 1, 1], [1, 1, 1]]), times([[20, 1, 1], [1, 1, 1]])
    found = analyses.rule_of_a_half(at_40, at_20, trips([[60, 0, 0], [0, 0, 0]]), trips([[80, 0, 0], [0, 0, 0]]))
    assert np.isclose(found["saved_person_hours"]["a"] * 60, sum((100 - c) for c in np.arange(20.005, 40, 0.01)) * 0.01)


def test_trips_are_matched_by_id_whatever_their_order():
    mixed = MANY.loc[::-1, ["z", "x", "y"]]
    pd.testing.assert_frame_equal(
        analyses.rule_of_a_half(BEFORE, AFTER, FEW, mixed), analyses.rule_of_a_half(BEFORE, AFTER, FEW, MANY)
    )


def test_one_of_several_percentiles_is_chosen():
    both = [
        analyses.TravelTimes(np.array([low, high], np.float32), pd.Index(["a"]), pd.Index(["x"]), (5, 95))
        for low, high in (([[10]], [[60]]), ([[10]], [[30]]))
    ]
    one = pd.DataFrame({"x": [2.0]}, index=["a"])
    assert analyses.rule_of_a_half(*both, one, percentile=5)["saved_person_hours"]["a"] == 0
    assert analyses.rule_of_a_half(*both, one, percentile=95)["saved_person_hours"]["a"] == 1
    with pytest.raises(PlanningDataError, match="E-PCT-01"):
        analyses.rule_of_a_half(*both, one)


@pytest.mark.parametrize(
    ("code", "demand"),
    [
        ("E-RULE-01", FEW.drop(index="a")),
        ("E-RULE-01", FEW.drop(columns="z")),
        ("E-RULE-01", FEW.rename(columns={"z": "q"})),
        ("E-RULE-01", pd.concat([FEW, FEW])),
        ("E-RULE-02", FEW.replace(9, -1)),
        ("E-RULE-02", FEW.replace(9, np.nan)),
    ],
)
def test_trips_that_do_not_fit_are_refused(code, demand):
    with pytest.raises(PlanningDataError, match=code):
        analyses.rule_of_a_half(BEFORE, AFTER, FEW, demand)


def test_times_of_other_places_are_refused():
    other = analyses.TravelTimes(np.zeros((1, 2, 3), np.float32), pd.Index(["a", "c"]), pd.Index(B))
    with pytest.raises(PlanningDataError, match=r"E-RULE-01.*b"):
        analyses.rule_of_a_half(BEFORE, other, FEW)
