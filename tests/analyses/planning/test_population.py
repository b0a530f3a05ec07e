"""Projected people: every method against numbers computed by hand, and control totals that all hold at once."""

import numpy as np
import pandas as pd
import pytest

import analyses
import layers
from geo import PlanningDataError

UNITS = pd.DataFrame({"people": [1000.0, 4000.0, 0.0], "district": ["x", "x", "y"], "ward": ["p", "q", "q"]}, index=list("abc"))


def projected(years, **options):
    return analyses.population_projection(UNITS, years, people="people", base_year=2020, **options).people


def refused(code, **options):
    with pytest.raises(PlanningDataError) as caught:
        analyses.population_projection(
            options.pop("units", UNITS), **{"years": [2030], "people": "people", "base_year": 2020, **options}
        )
    assert caught.value.code == code
    return caught.value


def test_exponential_growth_compounds_by_year_and_by_period():
    people = projected([2020, 2021, 2022], growth_pct=10.0)
    assert people.loc["a"].tolist() == pytest.approx([1000, 1100, 1210])
    assert list(people) == ["population_2020_people", "population_2021_people", "population_2022_people"]
    assert people.loc["c"].tolist() == [0, 0, 0]
    by_period = projected([2021, 2022, 2023, 2024], growth_pct={2022: 10.0, 2023: -50.0})
    assert by_period.loc["a"].tolist() == pytest.approx([1100, 1210, 605, 302.5])  # the last rate goes on
    by_unit = projected([2022], growth_pct=pd.Series({"a": 0.0, "b": 100.0, "c": 5.0}))
    assert by_unit.iloc[:, 0].tolist() == pytest.approx([1000, 16000, 0])


def test_logistic_growth_nears_the_capacity_and_moves_nobody_out():
    most = pd.Series({"a": 3000.0, "b": 2000.0, "c": 500.0})
    people = projected([2021, 2030, 2100], method="logistic", capacity_people=most, growth_pct=100.0)
    # K / P0 - 1 = 2; each year halves it: 3000 / (1 + 1), 3000 / (1 + 2 / 1024)
    assert people.loc["a"].tolist()[:2] == pytest.approx([1500, 3000 / (1 + 2 / 1024)])
    assert people.loc["a"].iloc[2] == pytest.approx(3000, rel=1e-12)
    assert people.loc["b"].tolist() == [4000, 4000, 4000]  # more than the land holds already: they stay
    assert people.loc["c"].tolist() == [0, 0, 0]
    far = analyses.population_projection(
        UNITS, [2021], people="people", base_year=2020, method="logistic", growth_pct=3.0, capacity_people=most * 1e9
    )
    assert far.people.iloc[0, 0] == pytest.approx(1030, rel=1e-6)  # far below it: the exponential


def test_people_follow_jobs_by_participation_and_commuting():
    jobs = pd.DataFrame({2020: [500, 2000, 0], 2030: [900, 1000, 300], 2050: [500, 0, 600]}, index=list("abc"))
    people = projected(
        [2030, 2050], method="jobs_led", jobs=jobs, participation_pct=50, in_commuting_pct=25, out_commuting_pct=40
    )
    a_job = 0.75 / (0.6 * 0.5)  # 2.5 people: three of four jobs go to residents, who are 60 % of all workers, half of the people
    assert people.loc["a"].tolist() == pytest.approx([1000 + 400 * a_job, 1000])
    assert people.loc["b"].tolist() == pytest.approx([4000 - 1000 * a_job, 0])  # 4000 − 5000 is nobody, not less
    assert people.loc["c"].tolist() == pytest.approx([750, 1500])


def test_control_totals_of_one_and_of_two_groupings_hold():
    by_year = analyses.population_projection(
        UNITS, [2030, 2050], people="people", base_year=2020, growth_pct=1, totals={2030: 6000, 2050: 500}
    )
    assert by_year.people.sum().tolist() == pytest.approx([6000, 500])
    assert by_year.people.iloc[:, 0].tolist() == pytest.approx([1200, 4800, 0])
    assert by_year.fits["steps"].tolist() == [1, 1]
    factors = by_year.fits[["least_factor", "most_factor"]]
    assert factors.loc[2050].tolist() == pytest.approx([500 / 5000 / 1.01**30] * 2)
    units = UNITS.assign(people=[10.0, 30.0, 20.0])
    totals = {
        "district": pd.DataFrame({2030: {"x": 60.0, "y": 40.0}}),
        "ward": pd.DataFrame({2030: {"p": 15.0, "q": 85.0}}),
    }
    both = analyses.population_projection(units, [2030], people="people", base_year=2030, growth_pct=0, totals=totals)
    assert both.people.iloc[:, 0].tolist() == pytest.approx([15, 45, 40])
    assert both.fits["gap_pct"].max() <= 1e-7
    assert both.fits.loc[2030, "before_people"] == pytest.approx(60)


def test_the_region_grows_to_its_total_and_every_unit_keeps_its_people():
    zones = layers.zones(7)
    start = zones["population_2019_people"].sum()
    found = analyses.population_projection(zones, [2025, 2030], growth_pct=3.0, totals={2025: 1.2 * start, 2030: 1.5 * start})
    assert found.people.sum().tolist() == pytest.approx([1.2 * start, 1.5 * start])
    assert found.people.index.equals(zones.index)
    assert ((found.people.iloc[:, 1] > 0) == (zones["population_2019_people"] > 0)).all()


def test_what_can_not_be_projected_is_refused():
    refused("E-PROJ-01", method="linear", growth_pct=1)
    refused("E-PROJ-01", years=[2010], growth_pct=1)
    refused("E-PROJ-01", years=[2030, 2025], growth_pct=1)
    refused("E-PROJ-02")
    assert "people" in refused("E-PROJ-02", people="peple", growth_pct=1).mend
    refused("E-PROJ-02", growth_pct=-100)
    refused("E-PROJ-02", growth_pct={2050: 1.0, 2030: 2.0})
    assert refused("E-PROJ-02", growth_pct=pd.Series({"a": 1.0, "b": 1.0})).feature_ids == ("c",)
    refused("E-PROJ-02", method="logistic", growth_pct=1)
    refused("E-PROJ-02", method="jobs_led", participation_pct=50)
    refused("E-PROJ-02", method="jobs_led", jobs=pd.DataFrame({2020: 1, 2030: 1}, index=UNITS.index), participation_pct=0)
    refused("E-PROJ-03", growth_pct=1, totals={2040: 5.0})
    assert refused("E-PROJ-03", growth_pct=1, totals={"district": pd.DataFrame({2030: {"x": 5.0}})}).feature_ids == ("y",)
    refused("E-PEOPLE-02", units=UNITS.assign(people=[1, np.nan, 2]), growth_pct=1)
    contradiction = {"district": pd.DataFrame({2030: {"x": 5.0, "y": 0}}), "ward": pd.DataFrame({2030: {"p": 3.0, "q": 3.0}})}
    refused("E-FIT-03", growth_pct=1, totals=contradiction)
    refused("E-FIT-04", growth_pct=1, totals={"district": pd.DataFrame({2030: {"x": 5.0, "y": 1.0}})})


def test_converted_population_counts_each_group_at_its_factor():
    people = pd.Series({"a": 5000, "b": 0})
    groups = pd.DataFrame({"workers": [1000, 200], "students": [400, 0]}, index=["a", "b"])
    table = analyses.converted_population(people, groups, {"workers": 0.4, "students": 0.5})
    assert table["converted_people"].tolist() == [5600, 80]
    dated = layers.conversion_factors()
    assert not dated["verified"].any()
    assert (dated["factor_low"] <= dated["factor"]).all()
    assert (dated["factor"] <= dated["factor_high"]).all()
    by_table = analyses.converted_population(people, groups, dated)
    assert by_table.loc["a", "workers_converted_people"] == 1000 * dated.loc["workers", "factor"]
    stays = analyses.converted_population(people, pd.DataFrame({"stays": [365, 730]}, index=people.index), {}, stay_days=3)
    assert stays["stays_converted_people"].tolist() == pytest.approx([6, 12])  # 2 · 365 · 3 / 365
    for code, arguments in (
        ("E-EQUIV-01", (groups, {"workers": 0.4})),
        ("E-EQUIV-02", (groups, {"workers": 1.4, "students": 0.5})),
        ("E-EQUIV-02", (groups.rename(columns={"students": "stays"}), {"workers": 0.4})),
        ("E-PEOPLE-02", (-groups, {"workers": 0.4, "students": 0.5})),
    ):
        with pytest.raises(PlanningDataError) as caught:
            analyses.converted_population(people, *arguments)
        assert caught.value.code == code
