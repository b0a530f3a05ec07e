"""One table of standard indicators: every value is that of its measure, every gap says what is missing."""

import numpy as np
import pandas as pd
import pytest

import analyses
import layers
from geo import PlanningDataError
from tests.layers.synthetic_city import addresses, city

MODES = {"metro_hcmc1": "metro"}


@pytest.fixture(scope="module")
def zones():
    found = layers.zones()
    return found[found["population_2019_people"] > 500].iloc[::8]


def test_the_region_without_further_data_has_values_and_says_what_it_lacks(zones):
    found = analyses.standard_indicators(layers.transport(), zones, line_modes=MODES, rapid_lines=["metro_hcmc1"])
    known = ["sdg_11_2_1", "pnt", "ptal_mean", "regio_no_access", "regio_frequent"]
    assert found["value"].notna().sum() == len(known)
    assert found.loc[known, "value"].between(0, 100).all()
    lacking = found[found["value"].isna()]
    assert (lacking["gap_en"] != "").all()
    assert (lacking["gap_vi"] != "").all()
    assert (found[["formula", "source", "unit", "name_vi", "name_en"]] != "").all(axis=None)
    assert "straight" in found.loc["sdg_11_2_1", "gap_en"]
    assert found.loc["pnt", "gap_en"] == found.loc["sdg_11_2_1", "gap_en"]
    bare = analyses.standard_indicators(layers.transport(), zones, line_modes=MODES)
    assert np.isnan(bare.loc["pnt", "value"])
    assert bare.loc["pnt", "gap_en"] == "needs rapid_lines: which lines are rapid transit"
    assert bare.loc["rtr", "gap_en"] == found.loc["rtr", "gap_en"] == "needs rapid_km: kilometres in service"
    assert found.loc["regio_no_access", "value"] + found.loc["regio_frequent", "value"] <= 100


def test_with_the_data_every_value_is_that_of_its_measure(zones):
    today = layers.transport()
    roads = layers.roads().query("status == 'existing'")
    land = {"built_before_ha": 100, "built_after_ha": 150, "before_people": 10, "after_people": 20, "years": 10}
    units = zones.iloc[:20]
    times = analyses.travel_times(today, zones, mode="motorbike", limit_min=30)
    found = analyses.standard_indicators(
        today,
        zones,
        line_modes=MODES,
        rapid_lines=["metro_hcmc1"],
        rapid_km=19.7,
        rural_people=zones["population_2019_people"],
        all_season_roads=roads,
        built_up=land,
        open_space=(units, units.iloc[:5], units.iloc[5:7]),
        times=times,
    )["value"]
    assert found.notna().all()
    assert found["sdg_11_3_1"] == pytest.approx(analyses.land_consumption(**land)["lcrpgr"])
    people = zones["population_2019_people"]
    assert found["rtr"] == pytest.approx(19.7 / people.sum() * 1e6)
    assert found["sdg_9_1_1"] == pytest.approx(analyses.rural_access(zones, roads, people)["rai_pct"])
    one = analyses.transport_performance(times, people.rename("people"), zones)
    assert found["transport_performance"] == pytest.approx(
        100 * (people * one["accessible_people"]).sum() / (people * one["nearby_people"]).sum()
    )
    assert found["sdg_11_7_1"] == pytest.approx(35, abs=0.5)  # 7 of 20 hexagons


def test_over_streets_no_gap_is_told_and_a_metro_reaches_farther():
    town, homes = city(), addresses(30).assign(people=10.0)
    bus = analyses.standard_indicators(town, homes, "people")
    metro = analyses.standard_indicators(town, homes, "people", line_modes={"E": "metro"})
    assert bus.loc["sdg_11_2_1", "gap_en"] == ""
    assert metro.loc["sdg_11_2_1", "value"] > bus.loc["sdg_11_2_1", "value"]


def test_people_who_stay_the_same_have_a_gap_and_no_number():
    land = {"built_before_ha": 100, "built_after_ha": 150, "before_people": 10, "after_people": 10, "years": 10}
    homes = addresses(5).assign(people=10.0)
    row = analyses.standard_indicators(city(), homes, "people", built_up=land).loc["sdg_11_3_1"]
    assert np.isnan(row["value"])
    assert row["gap_en"]


def test_wrong_lines_and_people_are_refused():
    town, homes = city(), addresses(5).assign(people=10.0)
    with pytest.raises(PlanningDataError, match="E-IND-01"):
        analyses.standard_indicators(town, homes, "people", rapid_lines=["Z"])
    with pytest.raises(PlanningDataError, match="E-NEAR-01"):
        analyses.standard_indicators(town, homes, "nobody")
    with pytest.raises(PlanningDataError, match="E-PEOPLE-02"):
        analyses.standard_indicators(town, homes, pd.Series(-1.0, homes.index))


def test_times_of_several_percentiles_are_refused():
    town = city()
    homes = addresses(4)
    homes = homes.set_geometry(homes.buffer(30)).assign(population_2019_people=5.0)
    peak = analyses.Departure("07:00", window_min=5, percentiles=(5, 50))
    times = analyses.travel_times(town, homes, mode="transit", departure=peak, limit_min=30)
    with pytest.raises(PlanningDataError, match="E-PCT-01"):
        analyses.standard_indicators(town, homes, times=times)
