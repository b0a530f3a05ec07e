"""Scores: known values, directions, bounds, and equal columns refused instead of 0/0."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analyses
from geo import PlanningDataError

TABLE = pd.DataFrame({"people_per_ha": [10.0, 20, 20, 50], "walk_min": [4.0, 12, 8, 8]}, index=list("abcd"))
HOW = ("min_max", "rank", "max", "z_score")
values = st.lists(st.integers(0, 1000), min_size=3, max_size=9).filter(lambda numbers: len(set(numbers)) > 1)


@pytest.mark.parametrize(
    ("how", "people", "walk"),
    [
        ("min_max", [0, 0.25, 0.25, 1], [1, 0, 0.5, 0.5]),
        ("rank", [0, 0.5, 0.5, 1], [1, 0, 0.5, 0.5]),
        ("max", [0.2, 0.4, 0.4, 1], [2 / 3, 0, 1 / 3, 1 / 3]),
        ("z_score", np.array([-15, -5, -5, 25]) / np.sqrt(300), np.array([4, -4, 0, 0]) / np.sqrt(32 / 3)),
    ],
)
def test_scores_by_hand(how, people, walk):
    scores = analyses.standardised(TABLE, how)
    assert scores["people_per_ha"].tolist() == pytest.approx(people)
    assert scores["walk_min"].tolist() == pytest.approx(walk)
    assert scores.index.equals(TABLE.index)


def test_directions_overrule_the_units():
    scores = analyses.standardised(TABLE, directions={"walk_min": 1, "people_per_ha": -1})
    assert scores["walk_min"].tolist() == [0, 1, 0.5, 0.5]
    assert scores["people_per_ha"].tolist() == [1, 0.75, 0.75, 0]


def test_bounds_judge_by_a_norm_and_save_equal_columns():
    alike = TABLE.assign(people_per_ha=150.0)
    scores = analyses.standardised(alike, bounds={"people_per_ha": (0, 200), "walk_min": (6, 10)})
    assert scores["people_per_ha"].tolist() == [0.75] * 4
    assert scores["walk_min"].tolist() == [1, 0, 0.5, 0.5]


@pytest.mark.parametrize("how", HOW)
@settings(max_examples=30)
@given(amounts=values, factor=st.integers(2, 50))
def test_order_is_kept_units_and_rows_do_not_matter(how, amounts, factor):
    table = pd.DataFrame({"x": amounts})
    scores = analyses.standardised(table, how)["x"]
    assert scores.sort_values().index.map(table["x"]).is_monotonic_increasing
    assert analyses.standardised(table * factor, how)["x"].to_numpy() == pytest.approx(scores.to_numpy())
    assert analyses.standardised(table.iloc[::-1], how)["x"].loc[table.index].equals(scores)


@pytest.mark.parametrize(
    ("code", "table", "options"),
    [
        ("E-SCORE-01", pd.concat([TABLE, TABLE]), {}),
        ("E-SCORE-01", TABLE.set_axis(["x", "x"], axis=1), {}),
        ("E-SCORE-01", TABLE.iloc[:0], {}),
        ("E-SCORE-02", TABLE.assign(walk_min=[1, 2, np.nan, 4]), {}),
        ("E-SCORE-02", TABLE.assign(walk_min=[1, 2, np.inf, 4]), {}),
        ("E-SCORE-02", TABLE.assign(walk_min="near"), {}),
        ("E-SCORE-03", TABLE.assign(walk_min=0.3), {}),
        ("E-SCORE-03", TABLE.assign(walk_min=0.0), {"how": "max"}),
        ("E-SCORE-03", TABLE.iloc[:1], {"how": "rank"}),
        ("E-SCORE-04", TABLE, {"how": "minmax"}),
        ("E-SCORE-04", TABLE, {"directions": {"walk_mni": -1}}),
        ("E-SCORE-04", TABLE, {"directions": {"walk_min": 0}}),
        ("E-SCORE-04", TABLE, {"bounds": {"walk_min": (10, 5)}}),
        ("E-SCORE-04", TABLE, {"bounds": {"walk_min": (0, np.nan)}}),
        ("E-SCORE-04", TABLE, {"bounds": {"walk_min": (5, 10)}, "how": "rank"}),
        ("E-SCORE-05", TABLE - 15, {"how": "max"}),
    ],
)
def test_what_has_no_scale_is_refused(code, table, options):
    with pytest.raises(PlanningDataError, match=code):
        analyses.standardised(table, **options)


def test_rows_and_columns_at_fault_are_named():
    with pytest.raises(PlanningDataError, match=r"E-SCORE-02.*Features: c\."):
        analyses.standardised(TABLE.assign(walk_min=[1, 2, np.nan, 4]))
    with pytest.raises(PlanningDataError, match=r"E-SCORE-03.*Features: walk_min\..*bounds"):
        analyses.standardised(TABLE.assign(walk_min=7))
