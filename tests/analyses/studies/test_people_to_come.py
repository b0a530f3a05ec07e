"""People of coming years as a study file tells them: every method by hand, totals, and what is missing told with its key."""

from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from analyses.studies import LandUseBalanceStudy, PeopleToCome
from analyses.studies.people_to_come import jobs_to_come, projected
from geo import METRIC, PlanningDataError

ZONES = gpd.GeoDataFrame(
    {
        "people": [1000.0, 3000.0],
        "jobs": [500.0, 1000.0],
        "room": [3000.0, 2000.0],
        "habitable_pct": [100.0, 50.0],
        "of": ["x", "y"],
    },
    geometry=[shapely.box(600_000, 1_222_000, 600_100, 1_222_100), shapely.box(600_100, 1_222_000, 600_200, 1_222_100)],
    crs=METRIC,
    index=["a", "b"],
)
BY_HALF = [{"until": 2050, "pct": 50.0}]


def told(**keys):
    return PeopleToCome.model_validate({"years": [2020], "growth": BY_HALF, **keys})


def people(study):
    jobs = jobs_to_come(study, ZONES, "jobs")[1] if study.jobs_growth else None
    return projected(study, ZONES, "people", jobs).people


def test_exponential_goes_by_period():
    table = people(told(years=[2020, 2022], growth=[{"until": 2020, "pct": 10.0}, {"until": 2030, "pct": 50.0}]))
    assert table.loc["a"].tolist() == pytest.approx([1100, 2475])  # 1.1, then twice half more
    assert list(table) == ["population_2020_people", "population_2022_people"]


def test_logistic_nears_a_capacity_told_in_all_by_column_or_by_land():
    # K = 8,000 for 4,000 people: K / P0 - 1 = 1 in both zones, divided by 1.5 a year: P = K / (1 + 1 / 1.5) = 0.6 K
    whole = people(told(method="logistic", capacity_people=8000.0))
    assert whole.iloc[:, 0].tolist() == pytest.approx([1200, 3600])
    # 3,000 for 1,000: 3,000 / (1 + 2 / 1.5); 2,000 are fewer than live there: they stay
    assert people(told(method="logistic", capacity_column="room")).iloc[:, 0].tolist() == pytest.approx(
        [3000 / (1 + 2 / 1.5), 3000]
    )
    # 1 ha, all or half of it habitable, 9,000 people a hectare: 9,000 / (1 + 8 / 1.5), 4,500 / (1 + 0.5 / 1.5)
    land = people(told(method="logistic", capacity_per_ha=9000.0)).iloc[:, 0]
    assert land.tolist() == pytest.approx(
        [9000 / (1 + 8 / 1.5), 3375], rel=1e-3
    )  # a square metre of the map is not quite one on the ground


def test_people_follow_jobs_from_the_year_of_the_jobs():
    shares = {"participation_pct": 50.0, "in_commuting_pct": 25.0, "out_commuting_pct": 40.0}  # 0.75 / (0.6 · 0.5) = 2.5 a job
    later = told(method="jobs_led", years=[2022, 2023], growth=[{"until": 2022, "pct": 10.0}], jobs_growth=BY_HALF, **shares)
    table = people(later)  # 1,000 · 1.1³ = 1,331 in 2022; then 250 jobs more are 625 people more
    assert table.loc["a"].tolist() == pytest.approx([1331, 1331 + 625])
    assert table.loc["b"].tolist() == pytest.approx([3993, 3993 + 1250])
    same = told(method="jobs_led", base_year=2022, years=[2023], growth=[], jobs_growth=BY_HALF, **shares)
    assert people(same).iloc[:, 0].tolist() == pytest.approx([1000 + 625, 3000 + 1250])
    assert not list(same.mistakes())


def test_control_totals_of_all_and_of_groups_hold_at_once():
    study = told(totals_people=[6000.0], totals=[{"column": "of", "people": {"x": [3500.0], "y": [2500.0]}}])
    assert people(study).iloc[:, 0].tolist() == pytest.approx([3500, 2500])
    assert people(told(totals_people=[6000.0])).iloc[:, 0].tolist() == pytest.approx([1500, 4500])
    for keys, code in (
        ({"totals_people": [6000.0], "totals": [{"column": "of", "people": {"x": [1.0], "y": [2.0]}}]}, "E-FIT-03"),
        ({"totals": [{"column": "of", "people": {"x": [1.0]}}]}, "E-PROJ-03"),
        ({"method": "logistic", "capacity_column": "rooms"}, "E-STUDY-07"),
    ):
        with pytest.raises(PlanningDataError) as caught:
            people(told(**keys))
        assert caught.value.code == code


MISTAKES = [
    ({"growth": []}, "exponential needs growth"),
    ({"method": "logistic"}, "logistic needs one of capacity_people"),
    ({"method": "logistic", "capacity_people": 1.0, "capacity_column": "room"}, "seen ['capacity_people', 'capacity_column']"),
    ({"method": "jobs_led"}, "needs participation_pct"),
    ({"method": "jobs_led", "participation_pct": 50.0, "growth": []}, "jobs_led needs growth from 2019 to 2022"),
    ({"method": "jobs_led", "participation_pct": 50.0, "base_year": 2024, "years": [2030]}, "jobs_base_year"),
    ({"capacity_people": 9.0}, "logistic does"),
    ({"participation_pct": 9.0}, "jobs_led does"),
    ({"years": [2030, 2025]}, "years must rise"),
    ({"growth": [{"until": 2030, "pct": 1.0}, {"until": 2025, "pct": 1.0}]}, "ends of the periods must rise"),
    ({"totals_people": [1.0, 2.0]}, "one total a year"),
    ({"totals": [{"column": "of", "people": {"x": [1.0, 2.0]}}]}, "(totals, of, x)"),
    ({"source_vi": "Đồ án"}, "both languages"),
]


@pytest.mark.parametrize(("keys", "said"), MISTAKES)
def test_what_a_method_lacks_is_told_with_its_key(keys, said):
    found = list(told(**keys).mistakes())
    assert [(place[0], said in what) for place, what in found] == [("population", True)], found


def test_a_plan_brings_its_people_from_those_of_today():
    given = {"plan": ZONES, "boundary": None, "existing_people": 4000.0, "people": None}
    keys = {"kind": "land_use_balance", "title_vi": "a", "title_en": "b", "on": "2026-11-22", "plan": {"file": "plan.gpkg"}}

    def study(**more):
        return LandUseBalanceStudy.model_validate({**keys, "existing_people": 4000.0, "population": more})

    logistic = study(base_year=2024, years=[2025], method="logistic", growth=BY_HALF, capacity_people=8000.0)
    assert logistic.people_to_come(given).fits["people"].tolist() == pytest.approx([4800])
    land = study(base_year=2024, years=[2025], method="logistic", growth=BY_HALF, capacity_per_ha=4000.0)
    assert land.people_to_come(given).fits["people"].tolist() == pytest.approx([4800], rel=1e-3)  # two hectares
    jobs = {"jobs": 100.0, "jobs_base_year": 2024, "jobs_growth": BY_HALF, "participation_pct": 50.0}
    led = study(base_year=2024, years=[2025, 2026], method="jobs_led", **jobs)
    assert led.people_to_come(given).fits["people"].tolist() == pytest.approx([4100, 4250])  # 50 and 75 jobs, 2 people each
    assert study(base_year=2024, years=[2025], growth=BY_HALF).people_to_come({**given, "boundary": ZONES}).people.shape == (
        1,
        1,
    )
    ground = SimpleNamespace(given={"plan": pd.DataFrame({"class_id": []})})
    wrong = study(base_year=2024, years=[2025], method="jobs_led", participation_pct=50.0, jobs_base_year=2024)
    wrong = wrong.model_copy(update={"people": 5.0, "existing_people": None})
    said = " ".join(what for _, what in wrong.wrong(ground))
    assert "give one of them" in said
    assert "begin with existing_people" in said
    assert "jobs_led needs jobs" in said
