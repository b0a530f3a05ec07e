"""Homes and jobs: closed forms, flows that conserve, refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analyses
from geo import PlanningDataError

PEOPLE, JOBS = pd.Series({"a": 100.0, "b": 300, "c": 0}), pd.Series({"a": 50.0, "b": 50, "c": 100})
FLOWS = pd.DataFrame(
    [("a", "a", 30), ("a", "b", 10), ("b", "a", 20), ("b", "c", 40)], columns=["from_id", "to_id", "workers_people"]
)
counts = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)).filter(any), min_size=2, max_size=6)


@settings(max_examples=40)
@given(counts, st.integers(2, 30))
def test_balance_keeps_its_bounds_and_does_not_depend_on_size(pairs, factor):
    people, jobs = pd.DataFrame(pairs).T.to_numpy(float)
    one = analyses.jobs_housing_balance(pd.Series(people), pd.Series(jobs), jobs_per_person=0.5)
    assert one.between(0, 1).all()
    many = analyses.jobs_housing_balance(pd.Series(people * factor), pd.Series(jobs * factor), jobs_per_person=0.5)
    assert many.to_numpy() == pytest.approx(one.to_numpy())
    assert (one[(people == 0) | (jobs == 0)] == 0).all()


def test_balance_is_one_at_the_ratio_and_falls_on_both_sides():
    found = analyses.jobs_housing_balance(pd.Series([100.0] * 5), pd.Series([0.0, 25, 50, 100, 400]), jobs_per_person=0.5)
    assert found.tolist() == pytest.approx([0, 2 / 3, 1, 2 / 3, 2 / 9])


@pytest.mark.parametrize(
    ("code", "people", "jobs", "ratio"),
    [
        ("E-BALANCE-01", PEOPLE, JOBS.drop("a"), None),
        ("E-BALANCE-01", PEOPLE.drop("a"), JOBS, None),
        ("E-BALANCE-01", pd.concat([PEOPLE, PEOPLE]), JOBS, None),
        ("E-BALANCE-02", -PEOPLE, JOBS, None),
        ("E-BALANCE-02", PEOPLE * np.nan, JOBS, None),
        ("E-BALANCE-03", PEOPLE * [1, 1, 0], JOBS * [1, 1, 0], None),
        ("E-BALANCE-04", PEOPLE * 0, JOBS, None),
        ("E-BALANCE-04", PEOPLE, JOBS, 0),
    ],
)
def test_balance_of_nothing_is_refused(code, people, jobs, ratio):
    with pytest.raises(PlanningDataError, match=code):
        analyses.jobs_housing_balance(people, jobs, jobs_per_person=ratio)


def test_containment_by_hand():
    table = analyses.self_containment(FLOWS)
    assert table["residents_people"].to_dict() == {"a": 40, "b": 60, "c": 0}
    assert table["jobs"].to_dict() == {"a": 50, "b": 10, "c": 40}
    assert table["containment_pct"].tolist()[:2] == [75, 0]
    assert np.isnan(table["containment_pct"]["c"])
    assert table["sufficiency_pct"].tolist() == [60, 0, 0]
    assert table["independence"].tolist() == [1, 0, 0]


def test_larger_areas_contain_more_and_conserve_commuters():
    areas = pd.Series({"a": "west", "b": "west", "c": "east"})
    table = analyses.self_containment(FLOWS, areas=areas)
    assert table.loc["west", "both_people"] == 60
    assert table["residents_people"].sum() == table["jobs"].sum() == FLOWS["workers_people"].sum()
    alone = analyses.self_containment(FLOWS.iloc[::-1], areas=areas)
    assert alone.equals(table)
    whole = analyses.self_containment(FLOWS, areas=pd.Series("all", areas.index))
    assert whole["containment_pct"].tolist() == [100]
    assert whole["independence"].tolist() == [np.inf]


@pytest.mark.parametrize(
    ("code", "flows", "areas"),
    [
        ("E-FLOW-01", FLOWS.drop(columns="to_id"), None),
        ("E-FLOW-01", FLOWS.iloc[:0], None),
        ("E-FLOW-02", FLOWS.assign(workers_people=-1), None),
        ("E-FLOW-02", FLOWS.assign(workers_people=np.nan), None),
        ("E-FLOW-02", FLOWS.assign(to_id=None), None),
        ("E-FLOW-03", pd.concat([FLOWS, FLOWS], ignore_index=True), None),
        ("E-FLOW-04", FLOWS, pd.Series({"a": "west"})),
        ("E-FLOW-04", FLOWS, pd.Series({"a": "west", "b": None, "c": "east"})),
        ("E-FLOW-04", FLOWS, pd.Series({"a": "west", "b": "west", "c": "east", "nobody travels": None})),
    ],
)
def test_flows_that_do_not_add_up_are_refused(code, flows, areas):
    with pytest.raises(PlanningDataError, match=code):
        analyses.self_containment(flows, areas=areas)
