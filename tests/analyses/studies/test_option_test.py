"""The option test: minutes on board by hand, money by hand, a sweep whose runs are whole runs, the motorbike always beside."""

import dataclasses
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import analyses
import layers
from analyses.options.option_sweep import Served
from geo import PlanningDataError, write

STOPS = layers.stations("brt_newcity_suoitien")
LENGTH_KM = 30.8  # published


def figures(**speed):
    line = layers.AddLine("brt", STOPS, headway_min=6, **speed)
    assert line.length_km == pytest.approx(LENGTH_KM)
    planned = layers.Scenario("BRT", [line]).apply(layers.transport())
    return analyses.line_figures(planned, "brt", line.length_km)


def test_minutes_on_board_at_a_commercial_speed_hold_the_standing():
    found = figures(commercial_speed_kmh=25)
    assert found["in_vehicle_min"] == pytest.approx(LENGTH_KM / 25 * 60, abs=0.02)
    assert found["commercial_speed_kmh"] == pytest.approx(25, abs=0.01)
    assert found["running_speed_kmh"] == pytest.approx(LENGTH_KM / (LENGTH_KM / 25 - 10 * 25 / 3600), abs=0.02)
    assert (found["stops"], found["headway_min"], found["dwell_s"]) == (12, 6, 25)


def test_minutes_on_board_at_a_running_speed_get_the_standing_on_top():
    found = figures(running_speed_kmh=25, dwell_s=30)
    assert found["in_vehicle_min"] == pytest.approx(LENGTH_KM / 25 * 60 + 10 * 30 / 60, abs=0.02)
    assert found["running_speed_kmh"] == pytest.approx(25, abs=0.02)


@pytest.fixture(scope="module")
def study():
    """The shipped study on coarse zones, with a sweep of four runs."""
    shipped = analyses.read_study("brt_new_city_suoi_tien")
    sweep = shipped.sweep.model_copy(update={"headway_min": [4, 10], "commercial_speed_kmh": [18, 28]})
    base = shipped.base.model_copy(update={"resolution": 7})
    return shipped.model_copy(update={"base": base, "sweep": sweep})


@pytest.fixture(scope="module")
def run(study):
    return analyses.run_study(study)


def test_every_run_of_the_sweep_is_a_whole_run_bit_for_bit(study, run):
    scenario, zones = run.ground.scenarios["brt"], run.ground.zones
    before = analyses.travel_times(run.ground.today, zones, departure=study.leaves(), limit_min=study.cutoff_min)
    base = analyses.opportunities_within(before, zones["jobs"], study.cutoff_min).iloc[:, 0]
    assert len(run.found.sweep) == run.found.sweep_jobs.shape[1] == 4
    for name, row in zip(run.found.sweep_jobs, run.found.sweep.itertuples(), strict=True):
        line = dataclasses.replace(
            scenario.changes[0], headway_min=row.headway_min, commercial_speed_kmh=row.commercial_speed_kmh
        )
        planned = layers.Scenario("run", [line]).apply(run.ground.today)
        times = analyses.travel_times(planned, zones, departure=study.leaves(), limit_min=study.cutoff_min)
        whole = analyses.opportunities_within(times, zones["jobs"], study.cutoff_min).iloc[:, 0]
        pd.testing.assert_series_equal(run.found.sweep_jobs[name], whole - base, check_names=False)
        assert row.in_vehicle_min == pytest.approx(LENGTH_KM / row.commercial_speed_kmh * 60, abs=0.02)
        assert row.better_people == zones[run.ground.people][whole > base].sum()


def test_times_of_a_further_run_are_those_of_a_run_of_its_own(study, run):
    scenario, zones, today = run.ground.scenarios["brt"], run.ground.zones, run.ground.today
    served = Served(zones, zones, departure=study.leaves(), limit_min=60)
    runs = list(analyses.line_runs(today, scenario, "brt", headway_min=[4, 10], running_speed_kmh=[30]))
    for _, transport in runs:
        found = served.times(transport)
        whole = analyses.travel_times(transport, zones, departure=study.leaves(), limit_min=60)
        assert np.array_equal(found.minutes, whole.minutes)
    assert 0 < served.rows.sum() < len(zones) / 2


def test_a_faster_and_more_frequent_line_serves_more(run):
    sweep = run.found.sweep.set_index(["headway_min", "commercial_speed_kmh"])
    assert sweep.loc[(4, 28), "mean_jobs_change"] > sweep.loc[(10, 18), "mean_jobs_change"] > 0
    assert sweep.loc[(4, 28), "competitive_people"] >= sweep.loc[(10, 18), "competitive_people"]


def test_eighteen_runs_cost_less_than_ten(study):
    ground = analyses.study_ground(study.model_copy(update={"base": study.base.model_copy(update={"resolution": 8})}))
    zones, scenario = ground.zones, ground.scenarios["brt"]
    jobs = zones["jobs"]

    def whole():
        sides = []
        for transport in (ground.today, scenario.apply(ground.today)):
            times = analyses.travel_times(transport, zones, departure=study.leaves(), limit_min=60)
            sides.append(analyses.opportunities_within(times, jobs, 60))
        return analyses.compare(zones, *sides)

    whole()  # compiled
    start = time.process_time()
    for _ in range(3):
        whole()
    one = (time.process_time() - start) / 3
    start = time.process_time()
    served = Served(zones, zones, departure=study.leaves(), limit_min=60)
    runs = analyses.line_runs(
        ground.today, scenario, "brt", headway_min=[4, 6, 10], commercial_speed_kmh=[18, 20, 22, 24, 26, 28]
    )
    sums = [served.within(transport, jobs, 60) for _, transport in runs]
    assert len(sums) == 18
    assert time.process_time() - start < 10 * one


def test_the_motorbike_stands_beside_every_option(study, run):
    options = {"today", "motorbike", *(one.id for one in study.scenarios)}
    for _, pair in run.found.pairs.groupby(["from_id", "to_id"]):
        assert set(pair["option"]) == options
        ratio = pair["travel_time_min"] / pair.set_index("option").loc["motorbike", "travel_time_min"]
        assert np.allclose(pair["time_ratio"], ratio.where(np.isfinite(ratio)), atol=0.011, equal_nan=True)
    for frame in run.found.zones.values():
        assert np.isfinite(frame["motorbike_to_new_city_min"]).mean() > 0.9


def test_people_within_the_ratio_are_those_of_the_zones(study, run):
    people = run.ground.zones[run.ground.people]
    rows = run.found.competitive[run.found.competitive["option"] != "today"]
    assert set(rows["option"]) == {one.id for one in study.scenarios}
    assert (rows["competitive_people"] > 0).any()
    for row in rows.itertuples():
        frame = run.found.zones[row.option]
        transit, motorbike = frame[f"transit_to_{row.destination_id}_min_after"], frame[f"motorbike_to_{row.destination_id}_min"]
        inside = people[(transit / motorbike.where(motorbike > 0)).round(3) <= study.ratio].sum()
        assert row.competitive_people == inside


def test_fares_and_the_motorbike_by_hand():
    costs = layers.travel_costs()
    legs = pd.DataFrame(
        {
            "kind": ["walk", "ride", "walk", "ride"],
            "line_id": ["", "kaze_51_0", "", "metro_hcmc1"],
            "from_stop": ["", "a", "", "b"],
            "to_stop": ["a", "b", "b", "c"],
        }
    )
    stops = pd.DataFrame({"x": [0.0, 3000.0, 3000.0], "y": [0.0, 4000.0, 14_000.0]}, index=["a", "b", "c"])
    table = geo_timetable(stops)
    assert analyses.fare_vnd(legs, table, costs) == 7000 + (6000 + 750 * 10)
    far = stops.assign(y=[0.0, 4000.0, 104_000.0])
    assert analyses.fare_vnd(legs, geo_timetable(far), costs) == 7000 + 20_000
    own = pd.DataFrame(
        [{"applies_to": "kaze_51_0", "boarding_vnd": 5000, "per_km_vnd": 100, "most_vnd": np.nan, "trip_end_vnd": 0}]
    )
    assert analyses.fare_vnd(legs, table, pd.concat([own, costs])) == 5000 + 500 + 13_500
    assert np.isnan(analyses.fare_vnd(legs.iloc[:0], table, costs))
    assert analyses.vehicle_cost_vnd("motorbike", 30, costs) == 700 * 30 + 2500
    with pytest.raises(PlanningDataError, match=r"E-COST-02.*'boat'"):
        analyses.vehicle_cost_vnd("boat", 30, costs)
    with pytest.raises(PlanningDataError, match=r"E-COST-01.*most_vnd"):
        analyses.fare_vnd(legs, table, costs.drop(columns="most_vnd"))


def geo_timetable(stops):
    from geo.movement import Line, Timetable  # noqa: PLC0415 - of this test alone

    lines = [Line("x", "x", ("a", "b"), (600,), ((0, 3600, 600),))]
    return Timetable.from_lines(stops.rename_axis("stop_id").assign(stop_name="s"), lines)


def test_a_sweep_of_a_line_that_is_not_there_is_refused(study, run):
    scenario, today = run.ground.scenarios["brt"], run.ground.today
    with pytest.raises(PlanningDataError, match=r"E-SWEEP-01.*'brd'.*brt"):
        list(analyses.line_runs(today, scenario, "brd", headway_min=[6], commercial_speed_kmh=[20]))
    with pytest.raises(PlanningDataError, match="E-SWEEP-02"):
        list(analyses.line_runs(today, scenario, "brt", headway_min=[6]))
    wrong = study.model_copy(update={"sweep": study.sweep.model_copy(update={"line": "brd"}), "pairs": [("new_city", "nowhere")]})
    with pytest.raises(
        PlanningDataError, match=r"E-TOML-03.*no such place, seen 'nowhere'.*the scenario adds no such line, seen 'brd'"
    ):
        analyses.run_study(wrong)


DATA = Path(__file__).parents[3].parent / "shared" / "data" / "poa"
PLACE = """
kind = "option_test"
title_vi = "Nơi khác"
title_en = "Elsewhere"
destinations = ["centre"]
pairs = [["east", "centre"]]
cutoff_min = 30
limit_min = 60
[base]
osm = "poa_osm.pbf"
gtfs = ["poa_eptc.zip", "poa_trensurb.zip"]
date = 2019-05-13
zones = { file = "zones.geojson", id = "code", people = "pop", jobs = "emp", unit = "part" }
destinations = { file = "places.geojson", id = "key" }
[departure]
time = "08:00"
window_min = 10
[[scenarios]]
id = "brt"
title_vi = "BRT"
title_en = "BRT"
[[scenarios.changes]]
change = "AddLine"
name = "brt"
stops = [[-51.19, -30.04], [-51.21, -30.035], [-51.2287, -30.0277]]
headway_min = 5
running_speed_kmh = 30
"""


@pytest.mark.skipif(not DATA.is_dir(), reason="streets and feeds of Porto Alegre are not here")
def test_a_study_of_another_place_runs_on_files_beside_it(tmp_path):
    for name in ("poa_osm.pbf", "poa_eptc.zip", "poa_trensurb.zip"):
        (tmp_path / name).symlink_to(DATA / name)
    lon, lat = np.meshgrid(np.linspace(-51.23, -51.18, 5), np.linspace(-30.05, -30.03, 3))
    cells = shapely.box(lon - 0.002, lat - 0.002, lon + 0.002, lat + 0.002).ravel()
    zones = gpd.GeoDataFrame({"code": range(15), "pop": 100, "emp": 10, "part": ["a", "b", "c"] * 5}, geometry=cells, crs=4326)
    write(zones, tmp_path / "zones.geojson")
    at = gpd.points_from_xy([-51.2287, -51.19], [-30.0277, -30.04])
    write(gpd.GeoDataFrame({"key": ["centre", "east"]}, geometry=at, crs=4326), tmp_path / "places.geojson")
    (tmp_path / "here.toml").write_text(PLACE, encoding="utf-8")
    run = analyses.run_study(tmp_path / "here.toml")
    assert set(run.ground.inputs) == {path.name for path in tmp_path.iterdir()}
    (line,) = run.found.lines.itertuples()
    assert line.in_vehicle_min == pytest.approx(line.length_km / 30 * 60 + 25 / 60, abs=0.02)
    before, after = (run.found.zones["brt"][f"transit_to_centre_min_{side}"] for side in ("before", "after"))
    assert (after <= before + 0.05).all()
    assert (after < before - 1).any()
    assert run.found.pairs["cost_vnd"].isna().all()  # no fares are known here
    assert set(run.found.totals["unit_id"]) == {"all", "a", "b", "c"}
