"""Inequality of access: known small cases, closed forms, and what must not change the numbers."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analyses
from geo import PlanningDataError

ZONES = pd.Index(["a", "b", "c", "d"])
EVEN = pd.Series([7.0, 7, 7, 7], ZONES, name="jobs")
SPREAD = pd.Series([0, 1, 2, 5], ZONES, name="jobs")
PEOPLE = pd.Series([10, 20, 30, 40], ZONES, name="population")
GROUPS = pd.Series(["west", "west", "east", "east"], ZONES)
INCOME = pd.Series([1, 2, 3, 4], ZONES)
INDICES = {
    "gini": analyses.gini,
    "theil": analyses.theil,
    "atkinson": lambda y, p: analyses.atkinson(y, p, aversion=0.5),
    "atkinson 1": lambda y, p: analyses.atkinson(y + 1, p, aversion=1),
    "atkinson 2": lambda y, p: analyses.atkinson(y + 1, p, aversion=2),
    "concentration": lambda y, p: analyses.concentration_index(y, p, by=y),
}
every_index = pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
levels = st.lists(st.integers(0, 50), min_size=2, max_size=8).filter(any)
small = settings(max_examples=30)


@every_index
def test_nobody_better_off_is_no_inequality(index):
    assert index(EVEN, PEOPLE) == pytest.approx(0, abs=1e-15)


def test_gini_of_known_small_cases():
    assert analyses.gini(pd.Series([1, 2, 3, 4])) == pytest.approx(0.25)
    assert analyses.gini(pd.Series([0, 0, 0, 9])) == pytest.approx(0.75)
    assert analyses.gini(pd.Series([1, 3]), pd.Series([3, 1])) == pytest.approx(0.25)


@small
@given(levels)
def test_gini_is_half_the_mean_difference_of_all_pairs_over_the_mean(values):
    y = np.array(values, float)
    assert analyses.gini(pd.Series(y)) == pytest.approx(np.abs(y[:, None] - y).mean() / (2 * y.mean()), abs=1e-12)


@small
@given(levels)
def test_ranked_by_itself_concentration_is_the_gini(values):
    y = pd.Series(values)
    people = pd.Series(range(1, len(y) + 1))
    assert analyses.concentration_index(y, people, by=y) == pytest.approx(analyses.gini(y, people), abs=1e-12)
    assert analyses.concentration_index(y, people, by=-y) == pytest.approx(-analyses.gini(y, people), abs=1e-12)


def test_lorenz_by_hand():
    curve = analyses.lorenz(pd.Series([4, 1]), pd.Series([1, 4]))
    assert curve.to_numpy().tolist() == [[0, 0], [0.8, 0.5], [1, 1]]


@small
@given(levels)
def test_the_lorenz_curve_sags(values):
    curve = analyses.lorenz(pd.Series(values))
    assert (curve["access_share"] <= curve["population_share"] + 1e-12).all()
    assert curve.iloc[-1].tolist() == [1, 1]
    slopes = np.diff(curve["access_share"]) / np.diff(curve["population_share"])
    assert (np.diff(slopes) >= -1e-9).all()


@small
@given(levels, st.data())
def test_palma_cuts_people_as_numpy_cuts_a_row_of_them(values, data):
    people = data.draw(st.lists(st.integers(1, 9), min_size=len(values), max_size=len(values)))
    row = np.repeat(values, people).astype(float)
    low, high = np.quantile(row, [0.4, 0.9])
    rich = row[row > high] if (row > high).any() else row[row == high]
    poorest = row[row <= low].mean()
    if poorest == 0:
        with pytest.raises(PlanningDataError, match="E-EQUITY-05"):
            analyses.palma(pd.Series(values), pd.Series(people))
    else:
        assert analyses.palma(pd.Series(values), pd.Series(people)) == pytest.approx(rich.mean() / poorest, rel=1e-12)


def test_palma_by_income_compares_access_of_rich_and_poor():
    income = pd.Series(range(1, 12))  # 11 people: q(0.4) is the 5th income, q(0.9) the 10th
    access = pd.Series([10] * 5 + [99] * 5 + [40])
    assert analyses.palma(access, by=income) == 4


def test_theil_of_known_small_cases():
    assert analyses.theil(pd.Series([0, 0, 0, 8])) == pytest.approx(math.log(4))
    assert analyses.theil(pd.Series([1, 3])) == pytest.approx(0.25 * math.log(0.5) + 0.75 * math.log(1.5))


@small
@given(levels, st.data())
def test_theil_is_the_sum_of_between_and_within(values, data):
    names = data.draw(st.lists(st.sampled_from("xyz"), min_size=len(values), max_size=len(values)))
    people = pd.Series(range(len(values), 0, -1))
    parts = analyses.theil_groups(pd.Series(values), people, pd.Series(names))
    assert parts[["between", "within"]].sum().sum() == pytest.approx(analyses.theil(pd.Series(values), people), abs=1e-12)
    assert parts["population_people"].sum() == people.sum()
    assert list(parts.index) == sorted(set(names))


def test_theil_between_is_nothing_where_groups_have_equal_means():
    parts = analyses.theil_groups(pd.Series([1, 3, 3, 1], ZONES), None, GROUPS)
    assert parts["between"].sum() == pytest.approx(0)
    assert parts["mean_access"].tolist() == [2, 2]


def test_equals_share_their_rank():
    swapped = pd.Series([5, 1, 2, 0], ZONES)
    same = pd.Series(1, ZONES)
    assert analyses.concentration_index(SPREAD, None, by=same) == pytest.approx(0)
    assert analyses.concentration_index(swapped, None, by=same) == pytest.approx(0)


def test_erreygers_is_one_when_the_upper_half_has_all_and_the_lower_nothing():
    yes_no = pd.Series([0, 0, 1, 1], ZONES)
    assert analyses.concentration_index(yes_no, None, by=INCOME, bounds=(0, 1)) == pytest.approx(1)
    standard = analyses.concentration_index(yes_no, None, by=INCOME)
    assert analyses.concentration_index(yes_no, None, by=INCOME, bounds=(0, 4)) == pytest.approx(4 * 0.5 / 4 * standard)
    assert analyses.concentration_index(yes_no + 2, None, by=INCOME, bounds=(2, 3)) == pytest.approx(1)  # their width counts


def test_shortfall_by_hand():
    """Line 4: 10 people have nothing, 20 lack ¾, 30 lack ½, 40 are above."""
    found = analyses.foster_greer_thorbecke(SPREAD, PEOPLE, 4)
    assert found.to_dict() == pytest.approx({"fgt_0": 0.6, "fgt_1": 0.4, "fgt_2": (10 + 20 * 0.5625 + 30 * 0.25) / 100})


def test_nobody_having_anything_is_full_shortfall():
    assert analyses.foster_greer_thorbecke(SPREAD * 0, PEOPLE, 4).tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("aversion", "expected"),
    [(0, 0), (0.5, 1 - 4 / 5), (1, 1 - 3 / 5), (2, 1 - 1.8 / 5)],
    ids=["indifferent", "square roots", "geometric mean", "harmonic mean"],
)
def test_atkinson_compares_a_mean_with_the_arithmetic_one(aversion, expected):
    assert analyses.atkinson(pd.Series([1, 9]), aversion=aversion) == pytest.approx(expected)


def test_who_has_nothing_weighs_fully_from_aversion_one_on():
    assert analyses.atkinson(SPREAD, PEOPLE, aversion=1) == 1
    assert analyses.atkinson(SPREAD, PEOPLE, aversion=0.9) < 1


@every_index
@small
@given(values=levels, factor=st.integers(2, 9))
def test_numbers_depend_neither_on_the_unit_nor_on_how_zones_are_cut(index, values, factor):
    y, people = pd.Series(values), pd.Series(range(1, len(values) + 1))
    whole = index(y, people)
    if index is not INDICES["atkinson 1"] and index is not INDICES["atkinson 2"]:
        assert index(y * factor, people) == pytest.approx(whole, abs=1e-12)
    assert index(y, people * factor) == pytest.approx(whole, abs=1e-12)
    cut = pd.concat([y, y], ignore_index=True), pd.concat([people / 4, people * 3 / 4], ignore_index=True)
    assert index(*cut) == pytest.approx(whole, abs=1e-12)


@every_index
def test_the_order_of_rows_changes_no_bit(index):
    draw = np.random.default_rng(1)
    ids = pd.Index([f"z{i:03}" for i in range(200)])
    y, people = pd.Series(draw.exponential(9, 200), ids), pd.Series(draw.exponential(50, 200), ids)
    mixed = draw.permutation(200)
    assert index(y, people) == index(y.iloc[mixed], people.iloc[draw.permutation(200)])


MEASURES = {
    "lorenz": analyses.lorenz,
    **INDICES,
    "palma": analyses.palma,
    "theil_groups": lambda y, p: analyses.theil_groups(y, p, GROUPS),
    "fgt": lambda y, p: analyses.foster_greer_thorbecke(y, p, 3),
}


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
@pytest.mark.parametrize(
    ("access", "people", "code", "ids"),
    [
        (EVEN, PEOPLE.drop("c"), "E-EQUITY-01", ("c",)),
        (EVEN.drop("c"), PEOPLE, "E-EQUITY-01", ("c",)),
        (pd.Series([1, 2], ["a", "a"]), None, "E-EQUITY-01", ("a",)),
        (EVEN, PEOPLE * [1, -1, 1, 1], "E-EQUITY-02", ("b",)),
        (EVEN, PEOPLE * [1, 1, np.nan, 1], "E-EQUITY-02", ("c",)),
        (EVEN * [1, 1, 1, np.inf], PEOPLE, "E-EQUITY-02", ("d",)),
        (EVEN * [np.nan, 1, 1, 1], PEOPLE, "E-EQUITY-02", ("a",)),
        (EVEN - 9, PEOPLE, "E-EQUITY-02", ("a", "b", "c", "d")),
        (EVEN, PEOPLE * 0, "E-EQUITY-03", ()),
    ],
)
def test_bad_input_is_refused_with_its_ids(measure, access, people, code, ids):
    with pytest.raises(PlanningDataError, match=code) as caught:
        measure(access, people)
    assert caught.value.feature_ids == ids


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: analyses.gini(SPREAD * 0, PEOPLE), "E-EQUITY-03"),
        (lambda: analyses.palma(SPREAD, PEOPLE, by=INCOME.drop("a")), "E-EQUITY-04"),
        (lambda: analyses.palma(SPREAD, PEOPLE, by=INCOME.where(INCOME > 1)), "E-EQUITY-04"),
        (lambda: analyses.palma(pd.Series([0, 0, 0, 9], ZONES), PEOPLE * 0 + 1), "E-EQUITY-05"),
        (lambda: analyses.palma(SPREAD, PEOPLE / 1000), "E-EQUITY-05"),
        (lambda: analyses.theil_groups(SPREAD, PEOPLE, GROUPS.where(GROUPS == "east")), "E-EQUITY-04"),
        (lambda: analyses.theil_groups(SPREAD, PEOPLE, pd.Series(["x"] * 5, [*"abcdd"])), "E-EQUITY-04"),
        (lambda: analyses.concentration_index(SPREAD, PEOPLE, by=INCOME, bounds=(0, 4)), "E-EQUITY-06"),
        (lambda: analyses.foster_greer_thorbecke(SPREAD, PEOPLE, 0), "E-EQUITY-07"),
        (lambda: analyses.atkinson(SPREAD, PEOPLE, aversion=-1), "E-EQUITY-08"),
    ],
)
def test_questions_without_an_answer_are_refused(ask, code):
    with pytest.raises(PlanningDataError, match=code):
        ask()


@pytest.mark.parametrize(
    ("access", "people", "told"),
    [(SPREAD, PEOPLE * 0, "there are no people"), (SPREAD * 0, PEOPLE, "nobody has any access")],
)
def test_the_error_tells_whether_people_or_access_are_lacking(access, people, told):
    with pytest.raises(PlanningDataError, match=f"E-EQUITY-03 {told}") as caught:
        analyses.gini(access, people)
    assert caught.value.seen == "4 zones"
