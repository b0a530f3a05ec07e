"""The study of a planned park: its sums are the calls a planner would make, its housing is arithmetic, its ranges hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import analyses
import layers
from analyses.studies import ParkFound, gates_of, published_ha
from geo import PlanningDataError

TEXT = """kind = "park_catchment"
title_vi = "Thử"
title_en = "Trial"
site = "science_park"
draws = 9
baseline = "link"
modes = ["motorbike", "transit_shuttle"]
within_min = [30, 60]
labour_pct = 50
gates = ["cat_lai", "lt_airport", "port_an_tay"]
siting = ""
[housing]
dwellings_per_ha = [100, 5000]
[base]
resolution = 6
[[scenarios]]
id = "link"
title_vi = "Nối"
title_en = "Link"
[[scenarios.changes]]
change = "AddRoad"
name = "airport_access"
line = [[106.95, 10.793], [107.042, 10.775]]
speed_kmh = { truck = 50 }
joins = ["exp_hcm_longthanh"]
tolerance_m = 500
[[scenarios]]
id = "ring4"
title_vi = "Vành đai 4"
title_en = "Ring Road 4"
changes = [{ change = "OpenPlanned", ids = ["ring4_bd"] }]
[[scenarios]]
id = "rail"
title_vi = "Đường sắt"
title_en = "Railway"
changes = [{ change = "OpenPlanned", ids = ["rail_anbinh_baubang"] }]
"""


def test_people_within_reach_are_counted_by_hand(found: ParkFound, run: analyses.StudyRun) -> None:
    zones, site = run.ground.zones, layers.science_park()
    times = analyses.travel_times(
        run.ground.transport("link"),
        zones,
        site,
        mode="motorbike",
        departure=analyses.Departure("07:00"),
        limit_min=90,
    ).at()[:, 0]
    table = found.labour.set_index(["scenario", "mode", "within_min"])
    for limit in (30, 60):
        row = table.loc["today", "motorbike", limit]
        people = zones.loc[times <= limit, "population_2019_people"].sum()
        assert row["people"] == people
        assert row["labour_people"] == round(people / 2)
        assert row["jobs"] == round(zones.loc[times <= limit, "jobs"].sum())
    assert table.loc["today", "motorbike", 60]["people"] > 100_000


def test_ranges_come_from_places_as_far_as_the_accuracy_says(found: ParkFound) -> None:
    xy = np.column_stack([found.places.geometry.x, found.places.geometry.y])
    assert len(xy) == 10
    away = np.hypot(*(xy[1:] - xy[0]).T)
    assert 1_000 < np.sqrt((away**2).mean()) < 6_000  # ± 3.5 km, nine draws
    rows = found.freight.dropna()
    assert (rows["truck_p10_min"] <= rows["truck_p90_min"]).all()
    assert rows["truck_p90_min"].sub(rows["truck_p10_min"]).max() > 5


def test_trucks_are_told_by_hour_and_only_of_plans_that_change_streets(found: ParkFound) -> None:
    assert set(found.freight["scenario"]) == {"today", "ring4"}
    rows = found.freight.set_index(["scenario", "hour", "gate_id"]).sort_index()
    day, night = (rows.loc[("today", hour)]["truck_min"] for hour in ("10:00", "22:00"))
    # every band of the night is driven at 1.10 to 1.15 of the day's speed (transport.toml)
    assert (day / night).between(1.05, 1.16).all()
    assert np.isfinite(rows.loc[("today", "10:00", "lt_airport"), "truck_min"])  # by the baseline's link alone
    ring = rows.loc[("ring4", "10:00", "port_an_tay")]
    assert ring["truck_min_change"] == pytest.approx(
        ring["truck_min"] - rows.loc[("today", "10:00", "port_an_tay"), "truck_min"], abs=0.11
    )
    assert ring["truck_min_change"] < -5
    assert len(found.ways) == 3


def test_the_railway_adds_people_by_shuttle_and_no_motorbike(found: ParkFound) -> None:
    people = found.labour.set_index(["scenario", "mode", "within_min"])["people"]
    assert people["rail", "transit_shuttle", 60] >= people["today", "transit_shuttle", 60]
    assert people["rail", "motorbike", 60] == people["today", "motorbike", 60]


def test_housing_is_two_per_cent_of_the_park(found: ParkFound, run: analyses.StudyRun) -> None:
    few, many = found.housing.to_dict("records")
    assert published_ha(run.study, run.ground) == 1700
    assert few["housing_land_ha"] == 34  # 2 % of 1,700 ha
    assert few["dwellings"] == 3_400
    assert few["workers"] == 85_000  # 50 a hectare
    assert few["housed_workers"] == 6_800
    assert few["housed_workers_pct"] == 8
    assert few["land_for_all_ha"] == 425  # 85,000 workers, two a dwelling, 100 dwellings a hectare
    assert many["housed_workers"] == 85_000  # never more than there are


def test_the_gates_are_those_named(run: analyses.StudyRun) -> None:
    assert list(gates_of(run.study, run.ground).index) == ["cat_lai", "lt_airport", "port_an_tay"]


def test_the_schematic_outline_is_scored_beside_the_sites_found(tmp_path: Path) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(TEXT.replace('siting = ""', 'siting = "science_park"').replace("= 6", "= 7", 1), encoding="utf-8")
    found: ParkFound = analyses.run_study(path).found
    siting, drawn = found.siting, found.scores.iloc[0]
    assert siting is not None
    outline = layers.science_park().geometry.iloc[0]
    land = siting.zones.intersection(outline).area
    fits = siting.zones["suitability"].notna()
    assert drawn["excluded_pct"] == pytest.approx(100 * land[~fits].sum() / land.sum(), abs=0.06)
    if land[fits].sum() > 0:
        assert drawn["suitability"] == pytest.approx(
            np.average(siting.zones.loc[fits, "suitability"], weights=land[fits]), abs=6e-4
        )
    assert list(found.scores["place"])[1:] == [f"site_{n}" for n in range(1, len(siting.sites) + 1)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('site = "science_park"', 'site = "science_prk"', "science_park"),
        ('"cat_lai"', '"cat_lay"', "cat_lai"),
        ('baseline = "link"', 'baseline = "lnk"', "link"),
        ("shuttle", "shutle", "shuttle"),
    ],
)
def test_misspelt_names_are_told_before_anything_runs(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanningDataError, match="E-TOML-03") as caught:
        analyses.ready_study(path)
    assert said in str(caught.value)
