"""Decay functions: closed forms at points that can be computed by hand, and what every decay has in common."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analyses
from analyses.access.decay import weights_of
from geo import PlanningDataError

ALL = {
    "exponential": analyses.decay_exponential(0.1),
    "half-life": analyses.decay_exponential(half_life_min=12),
    "gaussian": analyses.decay_gaussian(20),
    "dai": analyses.decay_dai(45),
    "power": analyses.decay_power(1.5),
    "linear": analyses.decay_linear(30, 20),
    "step": analyses.decay_step(30),
    "bands": analyses.decay_bands([10, 20, 30], [1, 0.68, 0.22]),
    "logistic": analyses.decay_logistic(30, 8),
}
every_decay = pytest.mark.parametrize("decay", ALL.values(), ids=ALL)


@pytest.mark.parametrize(
    ("decay", "minutes", "weight"),
    [
        (analyses.decay_exponential(0.1), 10, math.exp(-1)),
        (analyses.decay_exponential(half_life_min=12), 36, 1 / 8),
        (analyses.decay_gaussian(20), 40, math.exp(-2)),
        (analyses.decay_dai(30), 15, (math.exp(-1 / 8) - math.exp(-1 / 2)) / (1 - math.exp(-1 / 2))),
        (analyses.decay_dai(30), 30, 0),
        (analyses.decay_power(2), 10, 0.01),
        (analyses.decay_power(2), 0, 1),
        (analyses.decay_linear(30, 20), 25, 0.75),
        (analyses.decay_linear(30, 20), 40, 0),
        (analyses.decay_step(30), 30, 1),
        (analyses.decay_step(0), 0, 1),
        (analyses.decay_bands([10, 20], [1, 0.5]), 10.001, 0.5),
        (analyses.decay_logistic(30, 10), 30, (1 + math.exp(-30 * math.pi / (10 * math.sqrt(3)))) / 2),
    ],
)
def test_a_decay_is_its_formula(decay, minutes, weight):
    assert decay([minutes])[0] == pytest.approx(weight, abs=1e-15)


@every_decay
def test_a_decay_falls_from_one_to_zero_and_infinity_weighs_nothing(decay):
    minutes = np.linspace(0, 240, 4801)
    weights = decay(minutes)
    assert weights[0] == 1
    assert (np.diff(weights) <= 0).all()
    assert weights.min() >= 0
    assert decay([np.inf]).tolist() == [0.0]
    assert decay(minutes.reshape(-1, 1)).shape == (4801, 1)


@every_decay
def test_a_decay_is_a_value(decay):
    assert decay in set(ALL.values())
    with pytest.raises(AttributeError):
        decay.cutoff_min = 3


def test_equal_parameters_make_equal_decays():
    assert analyses.decay_linear(30, 20) == analyses.decay_linear(30.0, 20)
    assert analyses.decay_linear(30, 20) != analyses.decay_linear(30, 10)
    assert analyses.decay_exponential(half_life_min=10) == analyses.decay_exponential(math.log(2) / 10)


@pytest.mark.parametrize("decay", [analyses.decay_step(7.3), analyses.decay_bands([7.3], [1])], ids=["step", "bands"])
def test_exactly_the_cutoff_counts_in_single_precision_as_well(decay):
    assert np.float64(np.float32(7.3)) > 7.3
    assert decay(np.array([7.3], np.float32)).tolist() == [1.0]


@settings(max_examples=30)
@given(st.floats(1, 90), st.floats(0, 200))
def test_half_of_the_weight_is_left_after_a_half_life(half_life, minutes):
    decay = analyses.decay_exponential(half_life_min=half_life)
    now, later = decay([minutes, minutes + half_life])
    assert later == pytest.approx(now / 2, rel=1e-9)


def test_a_narrow_ramp_and_a_steep_s_curve_are_a_step():
    minutes = np.array([0, 29.9, 30.1, 90])
    for steep in (analyses.decay_linear(30, 0.01), analyses.decay_logistic(30, 0.005)):
        assert steep(minutes) == pytest.approx(analyses.decay_step(30)(minutes), abs=1e-9)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (analyses.decay_exponential, "E-DECAY-01"),
        (lambda: analyses.decay_exponential(0.1, half_life_min=3), "E-DECAY-01"),
        (lambda: analyses.decay_exponential(-0.1), "E-DECAY-01"),
        (lambda: analyses.decay_gaussian(math.nan), "E-DECAY-01"),
        (lambda: analyses.decay_dai(math.inf), "E-DECAY-01"),
        (lambda: analyses.decay_power(0), "E-DECAY-01"),
        (lambda: analyses.decay_linear(10, 21), "E-DECAY-01"),
        (lambda: analyses.decay_step(-1), "E-DECAY-01"),
        (lambda: analyses.decay_bands([20, 10], [1, 0.5]), "E-DECAY-01"),
        (lambda: analyses.decay_bands([10, 20], [0.5, 1]), "E-DECAY-03"),
        (lambda: analyses.decay_bands([10, 20], [1]), "E-DECAY-03"),
        (lambda: analyses.decay_bands([10], [2]), "E-DECAY-03"),
        (lambda: analyses.decay_logistic(30, 0), "E-DECAY-01"),
    ],
)
def test_parameters_that_make_no_decay_are_refused(make, code):
    with pytest.raises(PlanningDataError, match=code):
        make()


def test_any_callable_serves_and_is_not_asked_about_places_out_of_reach():
    minutes = np.array([[1.0, np.inf], [2.0, 4.0]], np.float32)
    assert weights_of(lambda t: 1 / t, minutes).tolist() == [[1, 0], [0.5, 0.25]]


@pytest.mark.parametrize("wrong", [lambda t: t * np.nan, lambda t: -t, lambda t: t / 0.0, lambda _: np.ones(7)])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_callable_that_gives_no_weights_is_refused(wrong):
    with pytest.raises(PlanningDataError, match="E-DECAY-02"):
        weights_of(wrong, np.array([[1.0, 2.0]], np.float32))
