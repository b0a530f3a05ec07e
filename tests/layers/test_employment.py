import pandas as pd
import pytest

import geo
import layers
from layers import _files, employment
from layers.employment import BOUNDS

TOTALS = {
    "binh_duong": [1_400_000, 1_650_000, 1_900_000],
    "thu_duc": [470_000, 550_000, 630_000],
    "chon_thanh": [50_000, 60_000, 70_000],
}


def control_of(unit):
    return unit if unit in TOTALS else "binh_duong"


@pytest.mark.parametrize("resolution", [6, 7, 8, 9])
def test_cells_add_up_to_the_control_totals(resolution):
    zones = layers.zones(resolution)
    sums = zones.groupby(zones["unit_id"].map(control_of))[list(BOUNDS)].sum()
    assert sums.T.to_dict("list") == TOTALS


def test_sources_add_up_to_the_control_totals():
    assert layers.jobs().groupby("control_area")[list(BOUNDS)].sum().T.to_dict("list") == TOTALS


def test_cells_and_sources_agree_on_what_parks_hold():
    parks = layers.jobs().query("kind != 'other'")
    zones = layers.zones()
    assert zones["park_jobs"].sum() == parks["jobs"].sum()
    assert (zones["park_jobs"] <= zones["jobs"]).all()


@pytest.mark.parametrize("resolution", [7, 8])
def test_low_middle_and_high_never_cross(resolution):
    for frame in (layers.zones(resolution), layers.jobs()):
        assert (frame["jobs_low"] <= frame["jobs"]).all()
        assert (frame["jobs"] <= frame["jobs_high"]).all()
        assert (frame["jobs_low"] >= 0).all()


def test_a_park_has_its_hectares_times_its_workers_on_its_own_cells():
    vsip = layers.jobs().loc["vsip1"]
    assert [vsip[bound] for bound in BOUNDS] == [48_000, 60_000, 72_000]
    zones = layers.zones()
    touched = zones[zones.intersects(vsip.geometry)]
    assert touched["park_jobs"].sum() >= 60_000
    assert geo.area_ha(layers.jobs().loc[["vsip1"]]).iloc[0] == pytest.approx(500, rel=1e-3)


def test_every_park_counts_once_and_complexes_never():
    parks = layers.jobs().query("kind == 'industrial_park'")
    assert set(parks.index) == set(layers.industrial_parks().index)
    expected = (layers.industrial_parks()["area_ha"] * layers.industrial_parks()["workers_per_ha"]).round()
    assert (parks["jobs"] == expected).all()


def test_parks_not_yet_built_have_no_jobs():
    parks = layers.jobs().query("kind == 'industrial_park' and status == 'planned'")
    assert len(parks) == 2
    assert parks["jobs_high"].eq(0).all()


def test_saigon_hi_tech_park_is_an_employer_of_thu_duc():
    park = layers.jobs().loc["saigon_hi_tech_park"]
    assert (park["unit_id"], park["kind"], park["jobs"]) == ("thu_duc", "high_tech_park", 913 * 55)


def test_a_centre_has_more_jobs_a_person_than_its_surroundings():
    zones = layers.zones()
    away = zones.distance(layers.centres().geometry["thu_dau_mot"])
    others = (zones["jobs"] - zones["park_jobs"]) / zones["population_2019_people"]
    centre, around = others[away < 500].mean(), others[(away > 3_000) & (zones["unit_id"] == "thuan_an")].mean()
    assert centre > 1.5 * around


def test_totals_that_leave_parks_no_room_are_refused(monkeypatch):
    rules = _files.parameters("jobs")
    rules["control"][0] |= {"low": 700_000, "jobs": 710_000, "high": 720_000}
    monkeypatch.setattr(employment, "_rules", lambda: rules)
    with pytest.raises(geo.PlanningDataError, match=r"E-JOBS-01.*binh_duong"):
        employment.controls.__wrapped__()


def test_a_low_total_above_the_middle_one_is_refused(monkeypatch):
    rules = _files.parameters("jobs")
    rules["control"][1]["low"] = 560_000
    monkeypatch.setattr(employment, "_rules", lambda: rules)
    with pytest.raises(geo.PlanningDataError, match=r"E-JOBS-01.*thu_duc"):
        employment.controls.__wrapped__()


def test_every_control_total_and_employer_names_its_source():
    rules = _files.parameters("jobs")
    assert all("planning estimate" in one["source"] for one in [*rules["control"], *rules["employer"]])
    units = pd.Series([unit for one in rules["control"] for unit in one["units"]])
    assert sorted(units) == sorted(layers.units("2024").index.drop("dong_xoai"))
