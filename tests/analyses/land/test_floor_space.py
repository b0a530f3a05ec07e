"""What land can hold: by hand, conserved, monotone in every rate, refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analyses
import layers
from geo import PlanningDataError

LAND = pd.DataFrame({"homes_ha": [10.0, 0], "mixed_ha": [4.0, 1], "park_ha": [5.0, 5]}, index=["A", "B"])
RATES = {
    "far": {"homes": (2, 3, 4), "mixed": 6, "park": 0.05},
    "efficiency": 0.8,
    "m2_per_person": {"homes": (25, 30, 40), "mixed": 32},
    "m2_per_job": {"mixed": 20},
    "home_pct": {"mixed": 75},
    "built_pct": {"homes": 60, "mixed": 50, "park": 100},
}


def test_capacity_by_hand():
    """A: homes 10 ha × 0.6 × 3 = 180,000 m²; mixed 4 ha × 0.5 × 6 = 120,000 m², three quarters of it homes."""
    row = analyses.station_capacity(LAND, **RATES).loc["A"]
    assert row[["homes_floor_m2", "mixed_floor_m2", "park_floor_m2"]].tolist() == pytest.approx([180_000, 120_000, 2_500])
    assert row["floor_m2"] == pytest.approx(302_500)
    assert row["people"] == pytest.approx(180_000 * 0.8 / 30 + 120_000 * 0.8 * 0.75 / 32)
    assert row["jobs"] == pytest.approx(120_000 * 0.8 * 0.25 / 20)
    assert row["people_low"] == pytest.approx(120_000 * 0.8 / 40 + 2250)
    assert row["people_high"] == pytest.approx(240_000 * 0.8 / 25 + 2250)


def test_floor_in_both_uses_may_be_all_for_work_or_all_for_homes():
    work, homes = (analyses.station_capacity(LAND, **{**RATES, "home_pct": {"mixed": pct}}).loc["B"] for pct in (0, 100))
    assert work[["people_low", "people", "people_high", "jobs"]].tolist() == pytest.approx([0, 0, 0, 30_000 * 0.8 / 20])
    assert homes[["people", "jobs_low", "jobs", "jobs_high"]].tolist() == pytest.approx([30_000 * 0.8 / 32, 0, 0, 0])


def test_stations_add_up_and_a_split_station_holds_the_same():
    table = analyses.station_capacity(LAND, **RATES)
    whole = analyses.station_capacity(LAND.sum().to_frame("all").T, **RATES)
    assert table.sum().to_numpy() == pytest.approx(whole.loc["all"].to_numpy())
    floors = [f"{use}_floor_m2" for use in ("homes", "mixed", "park")]
    assert table[floors].sum(axis=1).to_numpy() == pytest.approx(table["floor_m2"].to_numpy())


@settings(max_examples=30)
@given(st.tuples(*[st.floats(0.5, 8)] * 3), st.tuples(*[st.floats(10, 60)] * 3), st.floats(1.01, 3))
def test_ranges_hold_the_middle_and_every_rate_works_its_way(far, each, more):
    far, each = tuple(sorted(far)), tuple(sorted(each))
    rates = {**RATES, "far": far, "m2_per_person": {"homes": each, "mixed": each}}
    table = analyses.station_capacity(LAND, **rates)
    for name in ("people", "jobs"):
        assert (table[f"{name}_low"] <= table[name] + 1e-9).all()
        assert (table[name] <= table[f"{name}_high"] + 1e-9).all()
    denser = analyses.station_capacity(LAND, **{**rates, "far": tuple(one * more for one in far)})
    assert denser["people"].to_numpy() == pytest.approx(more * table["people"].to_numpy())
    roomier = analyses.station_capacity(LAND, **{**rates, "m2_per_person": dict.fromkeys(("homes", "mixed"), each[2] * more)})
    assert (roomier["people"] < table["people"]).all()
    assert roomier["jobs"].equals(table["jobs"])


def test_one_call_a_phase_of_the_plan():
    rates = {"2030": RATES, "2050": {**RATES, "far": {"homes": 5, "mixed": 9, "park": 0.05}}}
    found = {phase: analyses.station_capacity(LAND, **rates[phase]) for phase in layers.phases().index}
    assert (found["2050"]["people"] > found["2030"]["people"]).all()


@pytest.mark.parametrize(
    ("code", "land", "rates"),
    [
        ("E-CAPACITY-01", LAND.rename(columns={"homes_ha": "homes"}), {}),
        ("E-CAPACITY-01", pd.concat([LAND, LAND]), {}),
        ("E-CAPACITY-01", LAND[[]], {}),
        ("E-CAPACITY-02", -LAND, {}),
        ("E-CAPACITY-02", LAND * np.nan, {}),
        ("E-CAPACITY-03", LAND, {"far": {"homes": 2, "mixed": 3}}),
        ("E-CAPACITY-03", LAND, {"far": 0}),
        ("E-CAPACITY-03", LAND, {"far": (3, 2, 4)}),
        ("E-CAPACITY-03", LAND, {"far": (3, 4)}),
        ("E-CAPACITY-03", LAND, {"far": (0, 2, 4)}),
        ("E-CAPACITY-03", LAND, {"far": (2, 4, 3)}),
        ("E-CAPACITY-03", LAND, {"efficiency": 80}),
        ("E-CAPACITY-03", LAND, {"built_pct": 101}),
        ("E-CAPACITY-03", LAND, {"m2_per_person": {"homes": np.inf, "mixed": 30}}),
        ("E-CAPACITY-04", LAND, {"home_pct": {}}),
        ("E-CAPACITY-04", LAND, {"home_pct": {"mixed": 120}}),
        ("E-CAPACITY-04", LAND, {"home_pct": {"mixed": 50, "homes": 50}}),
        ("E-CAPACITY-05", LAND, {"m2_per_job": {"mixed": 20, "office": 20}}),
    ],
)
def test_rates_that_make_no_sense_are_refused(code, land, rates):
    with pytest.raises(PlanningDataError, match=code):
        analyses.station_capacity(land, **{**RATES, **rates})
