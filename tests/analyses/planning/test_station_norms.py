"""Norms round a station: needed, planned and short by hand; what the plan does not cover is not called short."""

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame

import analyses
import layers
from analyses.planning.norm_formulas import residential_units
from analyses.planning.station_areas_drawn import SheetRules
from geo import PlanningDataError
from tests.ground import per_m2

EAST_M, SOUTH_M = 600_000.0, 1_220_000.0
CRS = "EPSG:9210"
GROUND = per_m2(EAST_M + 6_000, SOUTH_M + 6_000)
NORMS = {day: layers.planning_norms(day) for day in ("2026-11-22", "2027-01-01")}
FEW = SheetRules(draws=60)


def box(west, south, east, north):
    return shapely.box(EAST_M + west, SOUTH_M + south, EAST_M + east, SOUTH_M + north)


def stops(accuracy_m=0.0, x=6000):
    shapes = [shapely.Point(EAST_M + x, SOUTH_M + 6000)]
    return GeoDataFrame({"accuracy_m": accuracy_m}, geometry=shapes, index=["S"], crs=CRS)


def data(people_per_km2=10_000.0):
    frame = GeoDataFrame({"people": [144 * people_per_km2], "jobs": 0.0}, geometry=[box(0, 0, 12_000, 12_000)], crs=CRS)
    return analyses.SheetData(
        frame.assign(more=frame["people"] * 2), people={"today": "people", "2030": "more"}, jobs={"today": "jobs"}
    )


def plan(rest="DAT_O_Nhomnhao", **sites):
    """Sites by class and place, homes on all other land from 3,000 to 9,000 m."""
    shapes = [shape for shapes in sites.values() for shape in shapes]
    homes = box(3000, 3000, 9000, 9000).difference(shapely.union_all(shapes))
    classes = [name for name, places in sites.items() for _ in places]
    return GeoDataFrame({"land_use": [rest, *classes]}, geometry=[homes, *shapes], crs=CRS)


def found(of=None, where=None, *, day="2026-11-22", held=None, **options):
    table = analyses.station_norms(stops() if where is None else where, held or data(), NORMS[day], plan=of, **options)
    return table.set_index(["planning_norm_id", "state"])


def test_needed_planned_and_short_by_hand():
    preschool = box(6000, 6000, 6100, 6060)  # 6,000 m²
    market = box(6200, 6200, 6250, 6250)  # 2,500 m²
    cut = box(6900, 5950, 7100, 6050)  # 2 ha of a park of the city, about half of it beyond the circle
    table = found(plan(QHDH_DAT_HTXH_Truonghoc_MN=[preschool], QHDH_DAT_Dichvu_CHO=[market], QHDH_DAT_HTXH_CayxanhCC=[cut]))
    people = 10_000 * np.pi
    row = table.loc[("qcvn01_2021_unit_preschool", "today")]
    assert row[["needed_ha_p10", "needed_ha_p90"]].tolist() == pytest.approx([0.6 * people / 1e4] * 2, rel=2e-4)
    assert row["planned_ha_p50"] == pytest.approx(0.6 * GROUND)
    assert row["surplus_ha_p50"] == pytest.approx(0.6 - 0.6 * people / 1e4, rel=2e-4)
    assert row["met"] == "not_met"
    assert row["plan_covered_pct"] == pytest.approx(100)
    later = table.loc[("qcvn01_2021_unit_preschool", "2030")]
    assert later["needed_ha_p50"] == pytest.approx(2 * row["needed_ha_p50"])
    assert later["planned_ha_p50"] == row["planned_ha_p50"]
    stall = table.loc[("qcvn01_2021_unit_market", "today")]  # 31,416 people: two units
    assert stall[["needed_sites_p50", "planned_sites_p50", "needed_ha_p50", "planned_ha_p50"]].tolist() == pytest.approx(
        [2, 1, 0.4, 0.25 * GROUND]
    )
    assert stall["met"] == "not_met"
    park = table.loc[("qcvn01_2021_city_green_public_city_special", "today")]
    assert park["planned_ha_p50"] == pytest.approx(100 * 99.58 / 1e4, rel=1e-3)  # the circle bends away by 0.4 m on average
    few = found(plan(QHDH_DAT_Dichvu_CHO=[market]), held=data(6_000.0)).loc[("qcvn01_2021_unit_market", "today")]
    assert few["met"] == "met"  # 18,850 people: one unit
    assert not table["verified"].any()


def test_cut_parcels_count_by_the_rule_of_the_sheet_and_sites_by_where_most_of_them_lies():
    inside, beyond = box(6900, 5900, 7050, 6100), box(6950, 6100, 7400, 6200)  # the middle of the first is in the circle
    of = plan(QHDH_DAT_HTXH_CayxanhCC_DVO=[inside, beyond])
    rows = {
        take: found(of, rules=SheetRules(take=take)).loc[("qcvn01_2021_unit_green_public_unit", "today")]
        for take in ("part", "whole", "centroid")
    }
    circle = shapely.Point(EAST_M + 6000, SOUTH_M + 6000).buffer(1000, quad_segs=64)
    part = sum(shapely.intersection(circle, shape).area for shape in (inside, beyond)) / 1e4
    assert rows["part"]["planned_ha_p50"] == pytest.approx(part * GROUND)
    assert rows["whole"]["planned_ha_p50"] == pytest.approx((3 + 4.5) * GROUND)
    assert rows["centroid"]["planned_ha_p50"] == pytest.approx(3 * GROUND)
    assert [rows[take]["planned_sites_p50"] for take in rows] == [1, 2, 1]


def test_the_surplus_is_that_of_every_drawn_place_and_the_finding_may_depend_on_it():
    half = box(3000, 3000, 6000, 9000)  # green to the west, homes to the east
    vague = found(plan(QHDH_DAT_HTXH_CayxanhCC=[half]), stops(400.0), rules=FEW)
    row = vague.loc[("qcvn01_2021_city_green_public_city_special", "today")]
    people = np.array(row[["needed_ha_p10", "needed_ha_p50", "needed_ha_p90"]], float) / 7 * 1e4
    assert people == pytest.approx([10_000 * np.pi] * 3, rel=2e-4)
    low, middle, high = row[["surplus_ha_p10", "surplus_ha_p50", "surplus_ha_p90"]]
    assert low < middle < high
    assert [low + 7 * people[0] / 1e4, high + 7 * people[0] / 1e4] == pytest.approx(
        row[["planned_ha_p10", "planned_ha_p90"]].tolist()
    )
    asked = 71_429.0  # people a km² that ask for as much as half the circle
    assert (
        found(plan(QHDH_DAT_HTXH_CayxanhCC=[half]), stops(400.0), rules=FEW, held=data(asked)).loc[
            ("qcvn01_2021_city_green_public_city_special", "today"), "met"
        ]
        == "by_place"
    )
    lost = found(plan(QHDH_DAT_HTXH_CayxanhCC=[half]), stops(501.0), rules=FEW)
    assert set(lost["met"]) == {"not_assessable"}
    assert lost[["needed_ha_p50", "planned_ha_p50", "surplus_ha_p50"]].isna().all(axis=None)


def test_no_plan_is_never_zero_and_land_beyond_its_edge_is_never_short():
    bare = found()
    assert bare[["planned_ha_p50", "surplus_ha_p50", "planned_sites_p50"]].isna().all(axis=None)
    assert set(bare["reason_en"]) == {"no plan given"}
    assert bare["needed_ha_p50"].gt(0).all()
    park = box(6000, 6000, 6300, 6300)
    small = GeoDataFrame({"land_use": ["QHDH_DAT_HTXH_CayxanhCC_DVO"]}, geometry=[park], crs=CRS)
    partly = found(small, held=data(1_000.0))
    green = partly.loc[("qcvn01_2021_unit_green_public_unit", "today")]
    assert green["met"] == "met"  # 9 ha for 3,142 people
    school = partly.loc[("qcvn01_2021_unit_primary", "today")]
    assert school["met"] == "not_assessable"
    assert "3 % of the circle" in school["reason_en"]
    assert school["planned_ha_p50"] == 0  # of the plan that was given


def test_where_nobody_lives_nothing_is_needed_and_nothing_is_short():
    table = found(plan(), held=data(0.0))
    school = table.loc[("qcvn01_2021_unit_primary", "today")]
    assert school[["needed_ha_p50", "planned_ha_p50", "surplus_ha_p50"]].tolist() == [0, 0, 0]
    assert school["met"] == "met"
    assert school["reason_en"] == ""


def test_schools_without_a_level_roads_and_the_norm_of_the_new_year():
    loose = found(plan(DAT_HTXH_Truonghoc=[box(6000, 6000, 6100, 6100)]))
    assert loose.loc[("qcvn01_2021_unit_primary", "today"), "reason_en"] == "some schools do not tell their level"
    road = found(plan(DAT_HTKT_DuongGT=[box(5000, 5900, 7000, 6100)]))
    row = road.loc[("qcvn01_2021_city_transport_land_area", "today")]
    roads = shapely.intersection(shapely.Point(6000, 6000).buffer(1000, quad_segs=64), shapely.box(5000, 5900, 7000, 6100)).area
    assert row["planned_ha_p50"] == pytest.approx(roads / 1e4 * GROUND)
    assert row["needed_ha_p50"] == pytest.approx(0.13 * np.pi * 100, rel=2e-4)
    assert row["met"] == "not_met"
    assert "share" not in set(found()["measure"])
    new = found(plan(DAT_HTKT_Baidoxe=[box(6000, 6000, 6100, 6100)]), day="2027-01-01")
    assert new.loc[("qcvn01_2026_unit_parking_unit", "today"), "planned_ha_p50"] == pytest.approx(GROUND)
    assert set(new["rule"]) == {"QCVN 01:2026/BXD"}


def test_one_formula_serves_plans_and_stations():
    """A plan whose people all live in an exact circle needs the same by both."""
    site = box(6000, 6000, 6100, 6060)
    parcels = plan(QHDH_DAT_HTXH_Truonghoc_MN=[site])
    by_station = found(parcels).xs("today", level="state")
    people = float(by_station.loc["qcvn01_2021_unit_preschool", "needed_ha_p50"]) * 1e4 / 0.6
    whole = analyses.norm_check(parcels, people, on="2026-11-22", class_column="land_use", cell_m=500).table
    both = by_station.index.intersection(whole.index)
    assert len(both) >= 9
    people_norms = [name for name in both if whole.loc[name, "measure"] != "share"]
    assert by_station.loc[people_norms, "needed_ha_p50"].to_numpy() * 1e4 == pytest.approx(
        whole.loc[people_norms, "needed_m2"].to_numpy(float)
    )
    norms = NORMS["2026-11-22"]
    assert residential_units(norms, np.array([20_000, 20_001])).tolist() == [1, 2]
    assert np.isnan(residential_units(norms[norms["measure"] != "population"], 5.0))


def test_what_are_no_norms_is_refused():
    for code, call in (
        ("E-SHEET-05", lambda: analyses.station_norms(stops(), data(), NORMS["2026-11-22"].drop(columns="service"))),
        ("E-NORM-05", lambda: found(city_class="VI")),
        ("E-CRS-02", lambda: found(where=stops().to_crs("EPSG:32648"))),
        ("E-BALANCE-05", lambda: found(plan().rename(columns={"land_use": "code"}))),
    ):
        with pytest.raises(PlanningDataError) as caught:
            call()
        assert caught.value.code == code
    assert isinstance(found(), pd.DataFrame)
