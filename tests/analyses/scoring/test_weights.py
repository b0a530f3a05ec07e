"""Weights: printed matrices with known answers, what consistency means, and refusals that name the judgement."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analyses
from geo import PlanningDataError

NAMES = ["density", "diversity", "design", "access", "economy"]
small = settings(max_examples=40)
positive = st.lists(st.floats(0.05, 1.0), min_size=3, max_size=7)
judgement = st.sampled_from([1 / 9, 1 / 5, 1 / 3, 1 / 2, 1, 2, 3, 5, 9])


def square(rows, names=None):
    names = names or NAMES[: len(rows)]
    return pd.DataFrame(rows, names, names, dtype=float)


def upper(judgements, size):
    rows = np.full((size, size), np.nan)
    rows[np.triu_indices(size, 1)] = judgements
    return square(rows)


def test_a_cubic_solved_by_hand():
    """Of 3 criteria λ = 1 + g + 1/g with g³ = a_ik / (a_ij a_jk), the weights are the row's geometric means (Saaty 1980)."""
    result = analyses.ahp_weights(square([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]]))
    means = np.cbrt([15, 1, 1 / 15])
    assert result.weights.to_numpy() == pytest.approx(means / means.sum(), rel=1e-9)
    g = np.cbrt(5 / 9)
    assert result.consistency_ratio == pytest.approx((1 + g + 1 / g - 3) / 2 / 0.58, rel=1e-9)
    assert result.worst_triad == ("density", "design", "diversity")


@pytest.mark.parametrize(
    ("size", "index"), [(4, 0.90), (5, 1.12), (6, 1.24), (7, 1.32), (8, 1.41), (9, 1.45), (10, 1.49), (11, 1.51), (12, 1.48)]
)
def test_the_ratio_divides_by_the_index_of_random_matrices_as_printed(size, index):
    draw = np.random.default_rng(size)
    half = np.triu(draw.choice([1 / 5, 1 / 3, 1.0, 3.0, 5.0], (size, size)), 1)
    matrix = half + np.eye(size) + np.divide(1, half.T, out=np.zeros_like(half), where=half.T > 0)
    result = analyses.ahp_weights(square(matrix, [f"c{n:02}" for n in range(size)]), inconsistent="keep", greatest=20)
    largest = np.linalg.eigvals(matrix).real.max()
    assert result.consistency_ratio == pytest.approx((largest - size) / (size - 1) / index, rel=1e-6)


@small
@given(positive)
def test_judgements_made_of_weights_give_them_back(parts):
    parts = np.array(parts)
    matrix = square(parts[:, None] / parts, [f"c{n}" for n in range(len(parts))])
    result = analyses.ahp_weights(matrix, greatest=20)
    assert result.weights.to_numpy() == pytest.approx(parts / parts.sum())
    assert result.consistency_ratio == pytest.approx(0, abs=1e-9)
    assert result.worst_triad == ()
    assert result.contradiction == ""


@small
@given(st.lists(judgement, min_size=10, max_size=10), st.permutations(range(5)))
def test_the_order_of_the_criteria_and_the_empty_half_do_not_matter(judgements, order):
    half = upper(judgements, 5)
    whole = half.fillna(1 / half.T)
    names = [NAMES[at] for at in order]
    one, other = (
        analyses.ahp_weights(given, inconsistent="keep") for given in (half, whole.loc[names, names].mask(np.eye(5, dtype=bool)))
    )
    assert one.weights.equals(other.weights.loc[NAMES])
    assert one.consistency_ratio == other.consistency_ratio
    assert one.worst_triad == other.worst_triad
    assert one.weights.sum() == pytest.approx(1)
    assert (one.weights > 0).all()


def test_the_better_judged_criterion_never_loses_weight():
    weights = [
        analyses.ahp_weights(upper([one, 2, 3, 2, 3, 2], 4), inconsistent="keep").weights["density"] for one in (1, 2, 4, 8)
    ]
    assert (np.diff(weights) > 0).all()


def test_a_contradiction_is_refused_with_its_triad_in_words_and_kept_on_demand():
    circle = upper([2, 1, 1 / 5, 2, 2, 2], 4)
    with pytest.raises(PlanningDataError, match=r"E-AHP-04.*CR 0\.\d+ > 0\.1.*access, density, diversity.*not"):
        analyses.ahp_weights(circle)
    kept = analyses.ahp_weights(circle, inconsistent="keep")
    assert kept.consistency_ratio > 0.1
    assert set(kept.worst_triad) == {"density", "diversity", "access"}
    assert kept.contradiction == "access/density = 5, density/diversity = 2, so access/diversity would be 10, not 0.5"


def test_one_and_two_criteria_are_always_consistent():
    assert analyses.ahp_weights(square([[1]])).weights.tolist() == [1]
    pair = analyses.ahp_weights(upper([3], 2))
    assert pair.weights.tolist() == pytest.approx([0.75, 0.25])
    assert pair.consistency_ratio == 0


@pytest.mark.parametrize(
    ("code", "matrix"),
    [
        ("E-AHP-01", pd.DataFrame(1.0, ["a", "b"], ["a", "c"])),
        ("E-AHP-01", pd.DataFrame(1.0, ["a", "a"], ["a", "a"])),
        ("E-AHP-01", pd.DataFrame(1.0, range(16), range(16))),
        ("E-AHP-01", pd.DataFrame()),
        ("E-AHP-02", square([[1, -3], [None, 1]])),
        ("E-AHP-02", square([[1, 0], [None, 1]])),
        ("E-AHP-02", square([[1, np.inf], [None, 1]])),
        ("E-AHP-02", square([[1, 90], [None, 1]])),
        ("E-AHP-02", square([[1, 9.1], [None, 1]])),
        ("E-AHP-02", pd.DataFrame([[1, "1/3"], [3, 1]], ["a", "b"], ["a", "b"])),
        ("E-AHP-03", square([[1, 3], [3, 1]])),
        ("E-AHP-03", square([[1, 3], [0.33, 1]])),
        ("E-AHP-03", square([[1, None], [None, 1]])),
        ("E-AHP-03", square([[2, 3], [None, 1]])),
    ],
)
def test_what_is_no_comparison_of_pairs_is_refused(code, matrix):
    with pytest.raises(PlanningDataError, match=code):
        analyses.ahp_weights(matrix)


def test_a_pair_that_is_not_reciprocal_is_named():
    with pytest.raises(PlanningDataError, match=r"E-AHP-03.*density, diversity.*\[3\.0, 0\.33\]"):
        analyses.ahp_weights(square([[1, 3], [0.33, 1]]))


def test_an_unknown_option_is_refused():
    with pytest.raises(PlanningDataError, match="E-AHP-05"):
        analyses.ahp_weights(square([[1]]), inconsistent="ignore")


@pytest.mark.parametrize(
    ("code", "weights"),
    [
        ("E-WEIGHT-01", {"a": 1.0}),
        ("E-WEIGHT-01", {"a": 0.5, "b": 0.5, "c": 0.0}),
        ("E-WEIGHT-02", {"a": 1.5, "b": -0.5}),
        ("E-WEIGHT-02", {"a": np.nan, "b": 1.0}),
        ("E-WEIGHT-03", {"a": 0.5, "b": 0.6}),
        ("E-WEIGHT-03", {"a": 0.5, "b": 0.5 + 1.5e-6}),
        ("E-WEIGHT-03", {"a": 0.5, "b": 0.5 - 1.5e-6}),
        ("E-WEIGHT-03", {"a": 0.0, "b": 0.0}),
    ],
)
def test_weights_that_are_no_shares_of_one_are_refused(code, weights):
    with pytest.raises(PlanningDataError, match=code):
        analyses.given_weights(weights, ["a", "b"])


def stations(seed=4, count=12):
    common, own = np.random.default_rng(seed).standard_normal((2, count))
    table = pd.DataFrame({"people": common, "jobs": common + 0.4 * own, "trips": own, "noise": own**2 - common**2})
    return table.rename(index="S{}".format)


def test_two_indicators_of_any_correlation_weigh_the_same():
    assert analyses.pca_weights(stations()[["people", "jobs"]]).weights.tolist() == pytest.approx([0.5, 0.5])


def test_indicators_that_share_nothing_weigh_the_same():
    crossed = pd.DataFrame([[-1, -1], [-1, 1], [1, -1], [1, 1]], columns=["a", "b"])
    assert analyses.pca_weights(crossed).weights.tolist() == pytest.approx([0.5, 0.5])


def test_components_of_three_equal_correlations_in_closed_form():
    """Correlation r among all: λ = 1 + 2r, 1 − r, 1 − r; the first loads alike on each."""
    base = pd.DataFrame(np.linalg.qr(np.random.default_rng(1).standard_normal((9, 9)) - [[1] + [0] * 8])[0][:, :3])
    white = (base - base.mean()).to_numpy()
    white = white @ np.linalg.inv(np.linalg.cholesky(np.cov(white, rowvar=False))).T
    r = 0.6
    mixed = white @ np.linalg.cholesky(np.full((3, 3), r) + (1 - r) * np.eye(3)).T
    result = analyses.pca_weights(pd.DataFrame(mixed, columns=list("abc")))
    assert result.weights.tolist() == pytest.approx([1 / 3] * 3)
    assert result.loadings[1].tolist() == pytest.approx([np.sqrt((1 + 2 * r) / 3)] * 3)
    assert result.explained_pct.tolist() == pytest.approx([100 * (1 + 2 * r) / 3])


def test_units_signs_and_orders_do_not_move_the_weights():
    table = stations()
    result = analyses.pca_weights(table)
    for other in (table * [1000, 1, 2, 3] + 7, table * [1, -1, 1, -1]):
        assert analyses.pca_weights(other).weights.to_numpy() == pytest.approx(result.weights.to_numpy())
    turned = analyses.pca_weights(table.iloc[::-1, ::-1])
    assert turned.weights.loc[table.columns].equals(result.weights)
    assert turned.loadings.loc[table.columns].equals(result.loadings)


def test_the_greatest_loading_is_positive_and_an_opposed_indicator_shows():
    table = stations()
    table["empty homes"] = -table["people"]
    loadings = analyses.pca_weights(table, components=1).loadings[1]
    assert loadings[loadings.abs().idxmax()] > 0
    assert loadings["people"] * loadings["empty homes"] < 0


@pytest.mark.parametrize(
    ("code", "table", "components"),
    [
        ("E-PCA-01", stations().iloc[:2], None),
        ("E-PCA-01", stations()[["people"]], None),
        ("E-PCA-01", pd.concat([stations(), stations()]), None),
        ("E-PCA-02", stations().assign(jobs=np.nan), None),
        ("E-PCA-02", stations().assign(jobs="many"), None),
        ("E-PCA-03", stations().assign(jobs=0.1), None),
        ("E-PCA-04", stations(), 0),
        ("E-PCA-04", stations(), 5),
    ],
)
def test_what_has_no_components_is_refused(code, table, components):
    with pytest.raises(PlanningDataError, match=code):
        analyses.pca_weights(table, components=components)
