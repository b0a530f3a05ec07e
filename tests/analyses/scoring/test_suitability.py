"""Scores by stated values, overlays of zones and of cells alike, constraints, and what hangs on the weights."""

import numpy as np
import pandas as pd
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

import analyses
import geo
from analyses import Factor
from geo import PlanningDataError

ZONES = pd.DataFrame(
    {"port_min": [10.0, 30, 50, np.inf], "people_per_ha": [0.0, 10, 5, 0], "soil": ["rock", "clay", "rock", "clay"]},
    index=pd.Index(list("abcd"), name="zone_id"),
)
FACTORS = {
    "port_min": Factor(0.5, worst=50, best=10),
    "people_per_ha": Factor(0.3, worst=20, best=0),
    "soil": Factor(0.2, "categories", scores={"rock": 1, "clay": 0.5}),
}


@pytest.mark.parametrize(
    ("factor", "scores"),
    [
        (Factor(1, worst=50, best=10), [1, 0.5, 0, 0]),
        (Factor(1, worst=10, best=50), [0, 0.5, 1, 1]),
        (Factor(1, "sigmoid", worst=50, best=10), [1, 0.5, 0, 0]),
        (Factor(1, "trapezoid", corners=(0, 20, 40, 60)), [0.5, 1, 0.5, 0]),
        (Factor(1, "trapezoid", corners=(10, 10, 30, 30)), [1, 1, 0, 0]),
    ],
)
def test_scores_by_hand(factor, scores):
    found = analyses.standardise(ZONES["port_min"], factor)
    assert found.tolist() == pytest.approx(scores)
    assert found.index.equals(ZONES.index)
    assert np.isnan(analyses.standardise(pd.Series([np.nan]), factor)).all()


def test_a_sigmoid_is_flat_at_both_ends():
    found = analyses.standardise(pd.Series([0.25, 0.75]), Factor(1, "sigmoid", worst=0, best=1))
    assert found.tolist() == pytest.approx([0.5 - np.sqrt(2) / 4, 0.5 + np.sqrt(2) / 4])


def test_an_overlay_by_hand():
    open_ = pd.DataFrame({"dry": [True, True, True, False], "large": [True, True, False, False]}, index=ZONES.index)
    found = analyses.suitability(ZONES, FACTORS, constraints=open_)
    assert found["suitability"].tolist() == pytest.approx([1, 0.25 + 0.15 + 0.1, np.nan, np.nan], nan_ok=True)
    assert found["suitability_rank"].tolist() == pytest.approx([1, 2, np.nan, np.nan], nan_ok=True)
    assert found["excluded_by"].tolist() == ["", "", "large", "dry;large"]
    free = analyses.suitability(ZONES, FACTORS)
    assert free.loc["d", "suitability"] == pytest.approx(0.3 + 0.1)
    assert free["suitability_rank"].tolist() == [1, 2, 3, 4]


@given(st.integers(0, 999), st.integers(0, 2))
def test_better_in_one_factor_is_never_worse(seed, column):
    draw = np.random.default_rng(seed)
    table = pd.DataFrame(draw.uniform(0, 60, (6, 3)), columns=list("xyz"))
    factors = {
        "x": Factor(0.2, worst=50, best=5),
        "y": Factor(0.5, "sigmoid", worst=0, best=40),
        "z": Factor(0.3, worst=9, best=44),
    }
    before = analyses.suitability(table, factors)["suitability"]
    step = 5 if table.columns[column] != "x" else -5
    after = analyses.suitability(table.assign(**{table.columns[column]: table.iloc[:, column] + step}), factors)["suitability"]
    assert (after >= before - 1e-15).all()
    assert before.between(0, 1).all()


def test_cells_and_zones_agree(tmp_path, monkeypatch):
    monkeypatch.setattr(geo.raster_cells, "_BLOCK", 300)
    draw = np.random.default_rng(0)
    grid = geo.Grid(CRS("EPSG:9210"), Affine(100, 0, 600_000, 0, -100, 1_220_000), (40, 30))
    minutes = np.ma.masked_greater(draw.uniform(0, 70, grid.shape), 65)
    codes = draw.choice(np.array([10, 40, 80], np.uint8), grid.shape)
    factors = {"minutes": Factor(0.6, worst=60, best=0), "cover": Factor(0.4, "categories", scores={10: 0.2, 40: 1, 80: 0})}
    rasters = {"minutes": geo.Raster(grid, minutes), "cover": geo.Raster(grid, codes)}
    dry = geo.Raster(grid, (codes != 80).astype(np.uint8))
    raster = geo.read_raster(analyses.suitability_raster(rasters, factors, tmp_path / "s.tif", constraints=[dry]))
    table = pd.DataFrame({"minutes": minutes.filled(np.nan).ravel(), "cover": codes.ravel()})
    open_ = pd.DataFrame({"dry": table["cover"] != 80, "known": table["minutes"].notna()})
    expected = analyses.suitability(table, factors, constraints=open_)["suitability"]
    cells = np.ma.filled(raster.values, np.nan)
    assert cells.ravel() == pytest.approx(expected.to_numpy(), rel=1e-6, nan_ok=True)


def test_what_hangs_on_the_weights():
    """x alone says a; y alone says b: with 51 : 49 a change of 20 % turns the best zone round, with 90 : 10 it does not."""
    table = pd.DataFrame({"x": [1.0, 0, 0.4], "y": [0.0, 1, 0.4]}, index=list("abc"))

    def said(x):
        factors = {"x": Factor(x, worst=0, best=1), "y": Factor(1 - x, worst=0, best=1)}
        return analyses.suitability_sensitivity(table, factors, change_pct=20, count=1)

    close, clear = said(0.51), said(0.9)
    assert close[["factor", "change_pct"]].to_numpy().tolist() == [["x", -20], ["x", 20], ["y", -20], ["y", 20]]
    assert close["best_id"].tolist() == ["b", "a", "a", "b"]
    assert close["best_stays"].tolist() == [False, True, True, False]
    assert close["weight"].tolist() == pytest.approx([0.408, 0.612, 0.392, 0.588])
    assert close["most_ranks"].tolist() == [1, 0, 0, 1]
    assert clear["best_stays"].all()
    assert clear["rank_correlation"].tolist() == pytest.approx([1, 1, 1, 1])
    assert clear["weight"].iloc[1] == 1


@pytest.mark.parametrize(
    "told",
    [
        {"method": "liner", "worst": 0, "best": 1},
        {"worst": 1, "best": 1},
        {"worst": 1},
        {"method": "trapezoid", "corners": (0, 2, 1, 3)},
        {"method": "trapezoid", "corners": (0, 1, 3)},
        {"method": "categories"},
        {"method": "categories", "scores": {1: 2}},
    ],
)
def test_factors_half_told_are_refused(told):
    with pytest.raises(PlanningDataError, match="E-SUIT-01"):
        Factor(1, **told)


@pytest.mark.parametrize(
    ("values", "factors", "constraints", "code"),
    [
        (ZONES, FACTORS | {"soil": Factor(0.2, "categories", scores={"rock": 1})}, None, "E-SUIT-02 .*clay"),
        (ZONES, FACTORS | {"soil": Factor(0.2, worst=0, best=1)}, None, "E-SUIT-02"),
        (ZONES.drop(columns="soil"), FACTORS, None, "E-SUIT-03 .*soil"),
        (ZONES.assign(people_per_ha=np.nan), FACTORS, None, "E-SUIT-04 .*a, b, c, d"),
        (ZONES, FACTORS, pd.DataFrame({"dry": [True]}, index=["a"]), "E-SUIT-05"),
        (ZONES, FACTORS, pd.DataFrame({"dry": [1, 0, 1, 1]}, index=ZONES.index), "E-SUIT-05"),
        (ZONES, FACTORS | {"soil": Factor(0.5, "categories", scores={"rock": 1, "clay": 0})}, None, "E-WEIGHT-03"),
    ],
)
def test_overlays_that_would_mislead_are_refused(values, factors, constraints, code):
    with pytest.raises(PlanningDataError, match=code):
        analyses.suitability(values, factors, constraints=constraints)


def test_there_must_be_something_to_vary():
    with pytest.raises(PlanningDataError, match="E-SUIT-06"):
        analyses.suitability_sensitivity(ZONES.iloc[:1], FACTORS)
    with pytest.raises(PlanningDataError, match="E-SUIT-03"):
        analyses.suitability_raster({}, FACTORS, "x.tif")


def test_equal_sums_share_their_rank():
    """0.1 · 0.6 + 0.3 + 0.05 and 0.1 · 0.3 + 0.03 + 0.25 + 0.1 are 0.41 both, but not in their last bit."""
    zones = pd.DataFrame([[0.6, 1, 0, 0.5], [0.3, 0.1, 0.5, 1], [1, 0.2, 0.4, 0.5]], columns=list("abcd"))
    factors = {name: Factor(weight, worst=0, best=1) for name, weight in zip("abcd", [0.1, 0.3, 0.5, 0.1], strict=True)}
    found = analyses.suitability(zones, factors)
    assert np.ptp(found["suitability"]) > 0
    assert found["suitability_rank"].tolist() == [1, 1, 1]
