"""Tables fitted to their margins: exact where the answer is known, honest where there is none."""

import numpy as np
import pandas as pd
import pytest

import analyses
from geo import PlanningDataError


def fit(cells, rows, columns):
    return analyses.fit_to_totals(
        pd.DataFrame(np.array(cells, float)), pd.Series(rows, dtype=float), pd.Series(columns, dtype=float)
    )


def refused(*arguments):
    with pytest.raises(PlanningDataError) as caught:
        fit(*arguments)
    return caught.value


def test_a_table_of_ones_becomes_the_product_of_its_margins():
    fitted = fit([[1, 1], [1, 1]], [30, 70], [40, 60])
    assert fitted.table.to_numpy() == pytest.approx(np.array([[12, 18], [28, 42]]))
    assert (fitted.steps, fitted.gap_pct) == (1, pytest.approx(0, abs=1e-12))


def test_margins_hold_and_the_odds_ratio_stays():
    fitted = fit([[1, 1], [1, 3]], [40, 60], [50, 50])
    a, b, c, d = fitted.table.to_numpy().ravel()
    assert a == pytest.approx(70 - np.sqrt(1900))  # x² − 140 x + 3000 = 0 from x (10 + x) = 3 (40 − x)(50 − x)
    assert (a + b, c + d, a + c, b + d) == pytest.approx((40, 60, 50, 50), rel=1e-8)
    assert a * d / (b * c) == pytest.approx(3)
    assert fitted.steps > 1
    assert fitted.gap_pct <= 1e-7


def test_zeros_stay_zeros_and_a_total_of_zero_empties_its_row():
    fitted = fit([[0, 2, 1], [3, 0, 1], [1, 1, 1]], [10, 20, 0], [15, 5, 10])
    assert fitted.table.to_numpy()[0, 0] == 0
    assert fitted.table.to_numpy()[1, 1] == 0
    assert fitted.table.to_numpy()[2].tolist() == [0, 0, 0]
    assert fitted.table.sum().tolist() == pytest.approx([15, 5, 10])


def test_a_random_table_comes_back_from_its_own_margins():
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 50, (30, 8)).astype(float)
    factors = rng.uniform(0.2, 5, (30, 1)) * rng.uniform(0.2, 5, (1, 8))
    fitted = fit(truth * factors, truth.sum(axis=1), truth.sum(axis=0))
    assert fitted.table.to_numpy() == pytest.approx(truth, rel=1e-6, abs=1e-6)


def test_a_table_that_is_not_there_in_time_is_refused_with_its_gap(monkeypatch):
    cells, rows, columns = [[1, 1], [1, 3]], [40, 60], [50, 50]
    steps = fit(cells, rows, columns).steps
    monkeypatch.setattr("analyses.planning.fitting.STEPS", steps)
    assert fit(cells, rows, columns).steps == steps
    monkeypatch.setattr("analyses.planning.fitting.STEPS", steps - 1)
    assert refused(cells, rows, columns).code == "E-FIT-05"


def test_totals_that_contradict_and_zeros_that_forbid_are_refused():
    assert refused([[1, 1], [1, 1]], [30, 70], [40, 61]).code == "E-FIT-03"
    assert refused([[0, 0], [1, 1]], [30, 70], [40, 60]).code == "E-FIT-04"
    assert refused([[0, 0], [1, 1]], [30, 70], [40, 60]).feature_ids == (0,)
    impossible = refused([[1, 0], [1, 1]], [80, 20], [40, 60])  # the first row has 80 and only a column of 40
    assert impossible.code == "E-FIT-05"
    assert "% off" in str(impossible.seen)
    assert refused([[1, np.nan], [1, 1]], [30, 70], [40, 60]).code == "E-FIT-02"
    assert refused([[1, -1], [1, 1]], [30, 70], [40, 60]).code == "E-FIT-02"
    assert refused([[1, 1], [1, 1]], [30, 70, 0], [40, 60]).code == "E-FIT-01"
