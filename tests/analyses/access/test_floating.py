"""Shared supply: cases worked by hand, what each method keeps, and that nothing depends on the order of rows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analyses
from analyses import floating_catchment, spatial_availability
from geo import PlanningDataError

HALF = analyses.decay_exponential(half_life_min=10)
PEOPLE = pd.Series({"a": 100, "b": 300}, name="population")
BEDS = pd.Series({"x": 12, "y": 8}, name="beds")
ALL = {
    "2sfca": {"method": "2sfca", "cutoff_min": 30},
    "e2sfca": {"method": "e2sfca", "decay": HALF},
    "e2sfca, cut": {"method": "e2sfca", "decay": HALF, "cutoff_min": 40},
    "3sfca": {"method": "3sfca", "decay": HALF},
    "bfca": {"method": "bfca", "decay": HALF},
}
every_method = pytest.mark.parametrize("how", ALL.values(), ids=ALL)


def square(minutes, origins=("a", "b"), destinations=("x", "y")):
    table = np.array(minutes, np.float32).reshape(1, len(origins), len(destinations))
    return analyses.TravelTimes(table, pd.Index(list(origins)), pd.Index(list(destinations)))


TOWN = square([[0, 10], [10, 20]])


def test_2sfca_by_hand():
    """Clinic x serves both villages, y only a: R_x = 12 / 400, R_y = 8 / 100."""
    found = floating_catchment(square([[0, 10], [10, 31]]), BEDS, PEOPLE, cutoff_min=30)
    assert found.to_dict() == pytest.approx({"a": 0.03 + 0.08, "b": 0.03})
    assert found.name == "beds_per_person"


def test_e2sfca_by_hand():
    """Weights 1, ½ / ½, ¼: R_x = 12 / (100 + 150), R_y = 8 / (50 + 75)."""
    found = floating_catchment(TOWN, BEDS, PEOPLE, method="e2sfca", decay=HALF)
    assert found.to_dict() == pytest.approx({"a": 0.048 + 0.032, "b": 0.024 + 0.016})


def test_3sfca_by_hand():
    """Both choose x with 2/3 and y with 1/3: demand of x is 100·2/3 + 300·2/3·½, of y 100·1/3·½ + 300·1/3·¼."""
    found = floating_catchment(TOWN, BEDS, PEOPLE, method="3sfca", decay=HALF)
    ratio_x, ratio_y = 12 / (200 / 3 + 100), 8 / (50 / 3 + 25)
    expected = {"a": 2 / 3 * ratio_x + 1 / 6 * ratio_y, "b": 1 / 3 * ratio_x + 1 / 12 * ratio_y}
    assert found.to_dict() == pytest.approx(expected)


def test_bfca_by_hand():
    """Rows 2/3, 1/3 bring 800/3 people to x and 400/3 to y; columns hand out 2/3, 1/3 of both ratios."""
    found = floating_catchment(TOWN, BEDS, PEOPLE, method="bfca", decay=HALF)
    ratios = 12 / (800 / 3) + 8 / (400 / 3)
    assert found.to_dict() == pytest.approx({"a": 2 / 3 * ratios, "b": 1 / 3 * ratios})


def test_spatial_availability_of_the_three_towns_in_the_paper():
    """Soukhov et al. 2023: centres A, B, C with 50,000, 150,000 and 10,000 people, decay exp(−0.1 t)."""
    times = square([[15, 30, 100], [30, 15, 100], [100, 100, 15]], "ABC", "123")
    jobs = pd.Series({"1": 100_000, "2": 100_000, "3": 10_000}, name="jobs")
    people = pd.Series({"A": 50_000, "B": 150_000, "C": 10_000})
    found = spatial_availability(times, jobs, people, decay=analyses.decay_exponential(0.1))
    assert found.round().to_dict() == {"A": 66_833, "B": 133_203, "C": 9_963}
    assert found.sum() == pytest.approx(210_000, rel=1e-12)


def test_an_exponent_above_one_favours_the_large_towns():
    jobs, people = pd.Series({"x": 90.0, "y": 0}), pd.Series({"a": 1, "b": 2})
    found = spatial_availability(square([[0, 0], [0, 0]]), jobs, people, decay=HALF, exponent=3)
    assert found.to_dict() == pytest.approx({"a": 10, "b": 80})


@st.composite
def cities(draw):
    """Times in whole minutes with holes, supply and demand with zeros."""
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    minutes = draw(
        st.lists(st.sampled_from([0, 5, 12, 29, 30, 31, 60, np.inf]), min_size=rows * columns, max_size=rows * columns)
    )
    amounts = st.integers(0, 1000)
    demand = draw(st.lists(amounts, min_size=rows, max_size=rows))
    supply = draw(st.lists(amounts, min_size=columns, max_size=columns))
    times = square(minutes, [f"o{i}" for i in range(rows)], [f"d{j}" for j in range(columns)])
    return times, pd.Series(supply, times.destinations, name="beds"), pd.Series(demand, times.origins, name="population")


@pytest.mark.parametrize("how", [ALL[name] for name in ("2sfca", "e2sfca", "e2sfca, cut", "3sfca")])
@settings(max_examples=30)
@given(city=cities())
def test_people_times_access_is_the_supply_that_is_reached(how, city):
    times, supply, demand = city
    access = floating_catchment(times, supply, demand, **how)
    reach = times.at() <= how.get("cutoff_min", np.inf) if how.get("cutoff_min") else np.isfinite(times.at())
    served = reach[demand.to_numpy() > 0].any(axis=0)
    assert (access * demand).sum() == pytest.approx(supply[served].sum(), rel=1e-12, abs=1e-12)


@settings(max_examples=30)
@given(city=cities())
def test_bfca_keeps_the_levels_of_service_and_the_people(city):
    """Σ A_i = Σ R_j and Σ_ij P_i g_ij = Σ P."""
    times, supply, demand = city
    weights = HALF(times.at())
    rows = weights.sum(axis=1, keepdims=True)
    share = np.divide(weights, rows, out=np.zeros(weights.shape), where=rows > 0)
    asked = demand.to_numpy() @ share
    ratios = np.divide(supply.to_numpy(float), asked, out=np.zeros(len(asked)), where=asked > 0)
    assert asked.sum() == pytest.approx(demand[rows[:, 0] > 0].sum())
    assert floating_catchment(times, supply, demand, **ALL["bfca"]).sum() == pytest.approx(ratios.sum(), rel=1e-12, abs=1e-12)


def test_bfca_does_not_hand_out_the_supply_head_by_head():
    """Two villages of 1 and 3 people next to 4 beds have ½ a bed a person each, 2 beds in all: Σ P_i A_i is not the supply."""
    found = floating_catchment(
        square([[0], [0]], destinations="x"), pd.Series({"x": 4}), pd.Series({"a": 1, "b": 3}), **ALL["bfca"]
    )
    assert found.tolist() == [0.5, 0.5]


@settings(max_examples=30)
@given(city=cities())
def test_availability_sums_to_all_that_is_reached_and_is_e2sfca_times_people(city):
    times, supply, demand = city
    found = spatial_availability(times, supply, demand, decay=HALF)
    assert found.to_numpy() == pytest.approx((floating_catchment(times, supply, demand, **ALL["e2sfca"]) * demand).to_numpy())


@every_method
def test_twice_the_supply_is_twice_the_access_and_twice_the_people_half(how):
    access = floating_catchment(TOWN, BEDS, PEOPLE, **how)
    assert floating_catchment(TOWN, 2 * BEDS, PEOPLE, **how).to_numpy() == pytest.approx(2 * access.to_numpy(), rel=1e-12)
    assert floating_catchment(TOWN, BEDS, 2 * PEOPLE, **how).to_numpy() == pytest.approx(access.to_numpy() / 2, rel=1e-12)


@every_method
def test_the_order_of_rows_changes_no_bit(how):
    draw = np.random.default_rng(3)
    times = square(draw.uniform(0, 60, (30, 40)), [f"o{i:02}" for i in range(30)], [f"d{j:02}" for j in range(40)])
    supply = pd.Series(draw.uniform(0, 9, 40), times.destinations)
    demand = pd.Series(draw.uniform(0, 900, 30), times.origins)
    o, d = draw.permutation(30), draw.permutation(40)
    mixed = analyses.TravelTimes(times.minutes[:, o][:, :, d], times.origins[o], times.destinations[d])
    one, other = floating_catchment(times, supply, demand, **how), floating_catchment(mixed, supply, demand, **how)
    assert one.equals(other[times.origins])


@every_method
def test_blocks_change_no_bit(how, monkeypatch):
    whole = floating_catchment(TOWN, BEDS, PEOPLE, **how)
    monkeypatch.setattr("analyses.access.floating._PAIRS", 1)
    assert floating_catchment(TOWN, BEDS, PEOPLE, **how).equals(whole)


@every_method
def test_supply_out_of_reach_serves_nobody_and_is_no_nan(how):
    found = floating_catchment(square([[0, np.inf], [np.inf, np.inf]]), BEDS, PEOPLE, **how)
    assert found["a"] > 0
    assert found["b"] == 0


@pytest.mark.parametrize(
    ("change", "code", "ids"),
    [
        ({"method": "4sfca"}, "E-FLOAT-01", ()),
        ({"method": "2sfca", "cutoff_min": None}, "E-FLOAT-02", ()),
        ({"method": "2sfca", "decay": HALF}, "E-FLOAT-02", ()),
        ({"method": "bfca"}, "E-FLOAT-02", ()),
        ({"cutoff_min": -1}, "E-FLOAT-02", ()),
        ({"demand": PEOPLE.drop("b")}, "E-DEMAND-01", ("b",)),
        ({"demand": pd.concat([PEOPLE, pd.Series({"c": 5})])}, "E-DEMAND-01", ("c",)),
        ({"supply": pd.concat([BEDS, pd.Series({"z": 5})])}, "E-SUPPLY-01", ("z",)),
        ({"demand": PEOPLE.replace(300, -1)}, "E-DEMAND-02", ("b",)),
        ({"supply": BEDS.astype(float).replace(8, np.nan)}, "E-SUPPLY-02", ("y",)),
        ({"supply": pd.Series([1, 2, 3], ["x", "y", "y"])}, "E-SUPPLY-01", ("y",)),
        ({"supply": pd.Series({"x": "12", "y": "8"})}, "E-SUPPLY-02", ()),
        ({"times": square([[0, 1], [2, 3]], ("a", "a"))}, "E-TIMES-01", ("a",)),
        ({"times": square([[0, 1], [np.nan, 3]])}, "E-TIMES-02", ("b",)),
        ({"times": square([[0, 1], [-2, 3]])}, "E-TIMES-02", ("b",)),
    ],
)
def test_bad_input_is_refused_with_its_ids(change, code, ids):
    given_ = {"times": TOWN, "supply": BEDS, "demand": PEOPLE, "cutoff_min": 30} | change
    with pytest.raises(PlanningDataError, match=code) as caught:
        floating_catchment(given_.pop("times"), given_.pop("supply"), given_.pop("demand"), **given_)
    assert caught.value.feature_ids == ids


def test_one_of_several_percentiles_is_named():
    both = analyses.TravelTimes(np.stack([TOWN.at(), TOWN.at() + 25]), TOWN.origins, TOWN.destinations, (5, 50))
    with pytest.raises(PlanningDataError, match="E-PCT-01"):
        floating_catchment(both, BEDS, PEOPLE, cutoff_min=30)
    assert floating_catchment(both, BEDS, PEOPLE, cutoff_min=30, percentile=50)["b"] == 0


def test_no_exponent_no_availability():
    with pytest.raises(PlanningDataError, match="E-FLOAT-03"):
        spatial_availability(TOWN, BEDS, PEOPLE, decay=HALF, exponent=0)
