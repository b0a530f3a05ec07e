"""The shipped study of station sheets: what it finds are the calls' own numbers; mistakes of a file are told."""

from __future__ import annotations

import numpy as np
import pytest

import analyses
import layers
from analyses.studies import StationSheetsFound, StationSheetStudy
from geo import PlanningDataError

ENDS = ["brt_newcity_suoitien_01", "brt_newcity_suoitien_12"]


@pytest.fixture(scope="module")
def found(station_run: analyses.StudyRun) -> StationSheetsFound:
    return station_run.found


def test_people_of_today_and_to_come_are_those_of_the_zones(found: StationSheetsFound) -> None:
    assert len(found.sheets) == 4
    assert len(found.stops) == 12
    draws = found.sheets[ENDS[0]].rules.draws
    around = analyses.within_stops(found.stops, layers.zones(), ["population_2019_people", "jobs"], radii_m=[1000], draws=draws)
    middle = around.set_index("stop_id")
    growth = {"2025": 1.035**6, "2030": 1.035**6 * 1.03**5, "2050": 1.035**6 * 1.03**5 * 1.015**20}
    for stop in ENDS:
        sheet = found.sheets[stop]
        assert sheet.assessable
        today = sheet.figure("people")
        assert today.p50 == pytest.approx(middle.loc[stop, "population_2019_people_p50"])
        assert today.p10 <= middle.loc[stop, "population_2019_people_p10"]  # on the safe side
        assert today.p90 >= middle.loc[stop, "population_2019_people_p90"]
        assert sheet.figure("jobs").p50 == pytest.approx(middle.loc[stop, "jobs_p50"])
        for year, factor in growth.items():
            assert sheet.figure("people", state=year).p50 == pytest.approx(today.p50 * factor)
        assert sheet.figure("jobs", state="2030").p50 == pytest.approx(sheet.figure("jobs").p50 * 1.03**8)
    line = found.line.set_index(["area", "item", "state"])
    assert line.loc[("circle", "people", "today"), "p50"] == pytest.approx(middle.loc["all", "population_2019_people_p50"])
    assert line.loc[("circle", "people", "today"), "stations"] == 7


def test_land_capacity_norms_and_what_has_no_answer(found: StationSheetsFound) -> None:
    sheet = next(iter(found.sheets.values()))
    classes = [
        item
        for item in sheet.figures["item"].unique()
        if item.endswith("_ha") and item not in ("area_ha", "capacity_left_out_ha")
    ]
    whole = sum(sheet.figure(item).p50 for item in classes)
    assert whole == pytest.approx(np.pi * 100, rel=0.05)  # medians need not add up exactly
    first, second = (sheet.figure("capacity_people", state=phase) for phase in ("phase_2030", "phase_2050"))
    assert first.p10 < first.p50 < first.p90 < second.p90
    assert "buildings" in sheet.missing
    assert np.isnan(sheet.figure("buildings").p50)
    needs = found.needs.set_index(["stop_id", "planning_norm_id", "state"])
    preschool = needs.loc[(sheet.station.name, "qcvn01_2021_unit_preschool", "2030")]
    assert preschool["needed_ha_p50"] == pytest.approx(0.6 * sheet.figure("people", state="2030").p50 / 10_000)
    market = needs.loc[(sheet.station.name, "qcvn01_2021_unit_market", "2050")]
    assert market["needed_ha_p90"] == pytest.approx(0.2 * np.ceil(sheet.figure("people", state="2050").p90 / 20_000))
    assert not needs["verified"].any()
    assert found.tod_rules.loc["tod_area", "radius_m"] == 1000


def test_the_line_brings_jobs_nearer_and_the_motorbike_stands_beside(found: StationSheetsFound) -> None:
    for sheet in (found.sheets[stop] for stop in ENDS):
        item = "jobs_within_45min_by_transit"
        before, after = (sheet.figure(item, area="station", state=state) for state in ("before", "after"))
        assert after.p50 > before.p50
        assert sheet.figure("jobs_within_45min_by_motorbike", area="station", state="before").p50 > after.p50
        assert after.p10 <= after.p50 <= after.p90
        assert sheet.figure("lines", area="station", state="after").p50 >= 1
    last = found.sheets["brt_newcity_suoitien_12"]
    minutes = last.figure("transit_to_new_city_min", area="station", state="after")
    assert 60 < minutes.p50 < 110  # 30.8 km at 23 km/h are 80 minutes
    assert set(found.worth.index) == {stop for stop in found.stops.index if found.stops.loc[stop, "accuracy_m"] <= 500}


def test_mistakes_of_a_study_are_told_together() -> None:
    read = analyses.read_study("tod_station_sheet")
    assert isinstance(read, StationSheetStudy)
    lacking = read.population.model_copy(update={"method": "logistic"})
    keys = {"stations": ["brt_newcity_suoitien_99"], "scenario": "metro", "radii_m": (1000, 500), "cleared": ["road"]}
    wrong = read.model_copy(update={**keys, "population": lacking})
    with pytest.raises(PlanningDataError) as caught:
        analyses.ready_study(wrong)
    assert caught.value.code == "E-TOML-03"
    for said in ("brt_newcity_suoitien_99", "'metro'", "must ascend", "cleared", "logistic needs one of"):
        assert said in str(caught.value), said
