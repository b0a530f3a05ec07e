"""Goods by river and rail: lengths and costs by hand, chains never better than the best, trains told as the scenario they are."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point

import analyses
import layers
from analyses.options.freight_chains import Carrier, Truck, chains, lengths_along
from analyses.studies import FreightLinksFound
from geo import METRIC, PlanningDataError

TEXT = """kind = "freight_links"
title_vi = "Thử"
title_en = "Trial"
parks = ["baubang", "vsip1"]
ports = ["cat_lai", "cai_mep"]
factors = [0.0001, 1, 100]
baseline = "ql51"
[truck]
fixed_k_vnd = 700
k_vnd_per_km = 20
k_vnd_per_hour = 15
[[carriers]]
id = "train"
name_vi = "tàu"
name_en = "train"
lines = ["rail_anbinh_baubang", "rail_dian_caimep"]
terminals = ["rail_anbinh_baubang_10", "rail_anbinh_baubang_01"]
speed_kmh = 40
transfer_h = 8
k_vnd_per_km = 7
handling_k_vnd = 900
[base]
resolution = 6
[[scenarios]]
id = "ql51"
title_vi = "QL51"
title_en = "NR51"
[[scenarios.changes]]
change = "AddRoad"
name = "ql51"
line = [[106.95, 10.793], [107.03, 10.54]]
speed_kmh = { truck = 35 }
joins = ["exp_hcm_longthanh"]
tolerance_m = 500
[[scenarios]]
id = "trains"
title_vi = "Tàu"
title_en = "Trains"
changes = [{ change = "AddLine", name = "t", stops = "rail_anbinh_baubang", headway_min = 20, commercial_speed_kmh = 60 }]
"""


def test_lengths_follow_the_lines_through_their_confluence() -> None:
    rivers = gpd.GeoDataFrame(
        {"travel_length_km": [20.0, np.nan]},
        index=["main", "branch"],
        geometry=[LineString([(0, 0), (10_000, 0)]), LineString([(4_000, 3_000), (4_000, 0)])],
        crs=METRIC,
    )
    places = gpd.GeoDataFrame(
        index=["west", "up", "east", "far"],
        geometry=[Point(0, 50), Point(4_000, 3_000), Point(10_000, 0), Point(0, 90_000)],
        crs=METRIC,
    )
    km = lengths_along(rivers, places, legs=[("east", "far", 7.0)])
    assert km.loc["west", "east"] == pytest.approx(20)  # drawn 10 km, stands for 20
    assert km.loc["up", "west"] == pytest.approx(3 + 8)
    assert km.loc["up", "far"] == pytest.approx(3 + 12 + 7)
    np.testing.assert_allclose(km, km.T)
    alone = lengths_along(rivers, places)
    assert np.isinf(alone.loc["west", "far"])
    with pytest.raises(PlanningDataError, match="E-LINK-01"):
        lengths_along(rivers, places, legs=[("east", "nowhere", 7.0)])


def test_a_chain_costs_what_it_costs_by_hand() -> None:
    truck_km = pd.DataFrame({"near": [10.0], "off": [30.0], "port": [100.0]}, index=["park"])
    truck_min = truck_km * 2
    line_km = pd.DataFrame({"port": [120.0, 60.0]}, index=pd.MultiIndex.from_tuples([("barge", "near"), ("barge", "off")]))
    table = chains(truck_km, truck_min, line_km, Truck(100, 10, 6), {"barge": Carrier(10, 5, 1, 2, 300)})
    row = table.iloc[0]
    # truck alone 100 + 10·100 + 6·200/60 = 1120; near 100 + 10·10 + 6·(20/60 + 5 + 12 + 1) + 300 + 2·120 = 850;
    # off 100 + 10·30 + 6·(1 + 5 + 6 + 1) + 300 + 2·60 = 898
    assert row["truck_k_vnd"] == pytest.approx(1120)
    assert row["terminal_id"] == "near"
    assert row["chain_k_vnd"] == pytest.approx(850)
    assert row["chain_min"] == pytest.approx(20 + 18 * 60)
    assert row["saving_k_vnd"] == pytest.approx(270)
    again = chains(
        truck_km, truck_min, line_km, Truck(100, 10, 6), {"barge": Carrier(10, row["break_even_transfer_h"], 1, 2, 300)}
    )
    assert again.iloc[0]["saving_k_vnd"] == pytest.approx(0)
    again = chains(
        truck_km, truck_min, line_km, Truck(100, 10, 6), {"barge": Carrier(10, 5, 1, 2, row["break_even_handling_k_vnd"])}
    )
    assert again.iloc[0]["saving_k_vnd"] == pytest.approx(0)


def test_what_no_line_serves_is_left_out() -> None:
    truck = pd.DataFrame({"near": [10.0], "port": [100.0]}, index=["park"])
    line_km = pd.DataFrame({"port": [np.inf]}, index=pd.MultiIndex.from_tuples([("barge", "near")]))
    assert chains(truck, truck, line_km, Truck(1, 1, 1), {"barge": Carrier(10, 0, 0, 1, 0)}).empty


def test_the_railways_carry_their_published_length(found: FreightLinksFound) -> None:
    links = found.links.set_index(["terminal_id", "port_id"])
    own = layers.corridors()["travel_length_km"]
    whole = own["rail_anbinh_baubang"] + own["rail_dian_caimep"]
    assert links.loc[("rail_anbinh_baubang_10", "cai_mep"), "line_km"] == pytest.approx(whole, abs=0.5)  # 52.25 + 67.79 km
    assert links.loc[("rail_anbinh_baubang_10", "cai_mep"), "line_h"] == pytest.approx(whole / 40, abs=0.06)
    assert ("rail_anbinh_baubang_10", "cat_lai") not in links.index  # no railway leads there
    assert set(found.chains["port_id"]) == {"cai_mep"}


def test_truck_minutes_are_those_of_the_matrix(found: FreightLinksFound, run: analyses.StudyRun) -> None:
    parks, ports = layers.industrial_parks().loc[["baubang", "vsip1"]], layers.seaports().loc[["cai_mep"]]
    times = analyses.travel_times(
        run.ground.transport("ql51"), parks, ports, mode="truck", departure=analyses.Departure("10:00"), limit_min=300
    )
    own = found.chains.set_index("park_id")["truck_min"].loc[["baubang", "vsip1"]]
    np.testing.assert_allclose(own, times.at()[:, 0], atol=0.51)


def test_dearer_transfer_never_helps(found: FreightLinksFound) -> None:
    gaining = found.sensitivity.sort_values("factor")["parks_gaining"].tolist()
    assert gaining == sorted(gaining, reverse=True)
    assert gaining[-1] == 0
    assert gaining[0] > 0


def test_trains_are_the_scenario_they_are(found: FreightLinksFound, run: analyses.StudyRun) -> None:
    zones = run.ground.zones
    times = analyses.travel_times(run.ground.transport("trains"), zones, departure=analyses.Departure("07:00"), limit_min=60)
    own = analyses.opportunities_within(times, zones["jobs"], 60).iloc[:, 0]
    pd.testing.assert_series_equal(found.access["trains"]["jobs_within_60min_after"], own, check_names=False)
    assert (found.winners["worse_people"] == 0).all()


def test_a_study_whose_terminals_lead_to_no_port_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(TEXT.replace('"cat_lai", "cai_mep"', '"cat_lai"', 1), encoding="utf-8")  # where no railway leads
    with pytest.raises(PlanningDataError, match=r"E-LINK-02 .*terminals"):
        analyses.run_study(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"vsip1"', '"vsip9"', "vsip"),
        ('"cat_lai", ', '"cat_lay", ', "cat_lai"),
        ('"rail_dian_caimep"', '"rail_dian_caimap"', "rail_dian_caimep"),
        ("transfer_h = 8", "transfer_h = -8", "transfer_h"),
    ],
)
def test_misspelt_names_are_told_before_anything_runs(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanningDataError, match="E-TOML-03") as caught:
        analyses.ready_study(path)
    assert said in str(caught.value)
