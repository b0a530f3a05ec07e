"""The fall of density: given back exactly, against least squares of numpy, refusals."""

import numpy as np
import pandas as pd
import pytest

import analyses
from geo import PlanningDataError

AWAY = pd.Series(np.linspace(0, 12, 30)).rename(index="z{}".format)
RANDOM = np.random.default_rng(3)
NOISY = 180 * np.exp(-0.3 * AWAY + 0.4 * RANDOM.standard_normal(len(AWAY)))
AREA = pd.Series(RANDOM.uniform(1, 9, len(AWAY)), AWAY.index)


@pytest.mark.parametrize(("centre", "rate"), [(300, 0.7), (20, 0.05), (5, -0.2)])
def test_an_exponential_is_given_back(centre, rate):
    fit = analyses.density_gradient(centre * np.exp(-rate * AWAY), AWAY, weights=AREA)
    assert [fit.central_per_ha, fit.decline_per_km, fit.r2] == pytest.approx([centre, rate, 1])
    assert fit.half_km == pytest.approx(np.log(2) / rate if rate > 0 else np.inf)
    assert fit.at(2.0) == pytest.approx(centre * np.exp(-2 * rate))
    assert fit.decline_error_per_km == pytest.approx(0, abs=1e-7)


def test_the_fit_is_the_weighted_least_squares_of_the_logarithms():
    fit = analyses.density_gradient(NOISY, AWAY, weights=AREA)
    slope, level = np.polyfit(AWAY, np.log(NOISY), 1, w=np.sqrt(AREA))
    assert [-fit.decline_per_km, np.log(fit.central_per_ha)] == pytest.approx([slope, level])


def test_r2_and_error_are_those_of_a_plain_regression():
    fit = analyses.density_gradient(NOISY, AWAY)
    _, covariance = np.polyfit(AWAY, np.log(NOISY), 1, cov=True)
    assert fit.r2 == pytest.approx(np.corrcoef(AWAY, np.log(NOISY))[0, 1] ** 2)
    assert fit.decline_error_per_km == pytest.approx(np.sqrt(covariance[0, 0]))


def test_rows_in_any_order_give_the_same_and_empty_zones_are_counted():
    holed = NOISY.where(AWAY > 1, 0.0)
    fit = analyses.density_gradient(holed, AWAY, empty="leave_out")
    assert fit.empty_zones == (AWAY <= 1).sum()
    assert fit.zones + fit.empty_zones == len(AWAY)
    assert analyses.density_gradient(holed.iloc[::-1], AWAY, empty="leave_out") == fit


@pytest.mark.parametrize(
    ("code", "density", "away", "options"),
    [
        ("E-GRADIENT-01", NOISY, AWAY.iloc[1:], {}),
        ("E-GRADIENT-01", NOISY.iloc[1:], AWAY, {}),
        ("E-GRADIENT-02", NOISY * np.nan, AWAY, {}),
        ("E-GRADIENT-02", NOISY, -AWAY - 1, {}),
        ("E-GRADIENT-02", NOISY, AWAY, {"weights": -AREA}),
        ("E-GRADIENT-03", NOISY * 0, AWAY, {}),
        ("E-GRADIENT-04", NOISY * 0, AWAY, {"empty": "leave_out"}),
        ("E-GRADIENT-04", NOISY.iloc[:2], AWAY.iloc[:2], {}),
        ("E-GRADIENT-04", NOISY, AWAY * 0, {}),
        ("E-GRADIENT-04", NOISY * 0 + 5, AWAY, {}),
        ("E-GRADIENT-05", NOISY, AWAY, {"empty": "zero"}),
    ],
)
def test_what_can_not_be_fitted_is_refused(code, density, away, options):
    with pytest.raises(PlanningDataError, match=code):
        analyses.density_gradient(density, away, **options)


def test_three_zones_are_enough_and_those_without_weight_do_not_count():
    away = pd.Series([0.0, 1, 2], ["a", "b", "c"])
    fit = analyses.density_gradient(pd.Series([80.0, 40, 20], away.index), away)
    assert (fit.zones, fit.empty_zones) == (3, 0)
    assert [fit.central_per_ha, fit.half_km] == pytest.approx([80, 1])
    more = pd.Series([80.0, 40, 20, 999], [*"abcd"])
    far = pd.Series([0.0, 1, 2, 3], more.index)
    left = analyses.density_gradient(more, far, weights=pd.Series([1.0, 1, 1, 0], more.index))
    assert (left.zones, left.empty_zones, left.central_per_ha) == (3, 0, pytest.approx(80))
    with pytest.raises(PlanningDataError, match="E-GRADIENT-04") as caught:
        analyses.density_gradient(more, far, weights=pd.Series([1.0, 1, 0, 0], more.index))
    assert caught.value.seen == "2 zones"


def test_zones_without_density_are_named():
    density = pd.Series([80.0, 0, 20, 10, 0], [*"abcde"])
    with pytest.raises(PlanningDataError, match="E-GRADIENT-03") as caught:
        analyses.density_gradient(density, pd.Series(range(5), density.index, dtype=float))
    assert caught.value.feature_ids == ("b", "e")
