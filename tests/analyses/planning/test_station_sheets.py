"""The sheet of a station: areas, land, people, capacity and buildings by hand; what can not be said is not said."""

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame

import analyses
from analyses.planning.station_areas_drawn import SheetRules
from geo import PlanningDataError
from geo.movement import NearestEdge, OnStreets, Transport
from tests.analyses.stations.square_town import EAST_M, SOUTH_M, streets_on_foot
from tests.ground import per_m2

CRS = "EPSG:9210"
GROUND = per_m2(EAST_M + 6_000, SOUTH_M + 6_000)
PI_KM2 = np.pi  # of the circle of 1,000 m
TAKES = ("part", "whole", "centroid")
FEW = SheetRules(draws=60)


def box(west, south, east, north):
    return shapely.box(EAST_M + west, SOUTH_M + south, EAST_M + east, SOUTH_M + north)


def stops(*places, accuracy_m=0.0):
    shapes = [shapely.Point(EAST_M + x, SOUTH_M + y) for x, y in places]
    return GeoDataFrame({"accuracy_m": accuracy_m}, geometry=shapes, index=[f"S{at}" for at in range(len(places))], crs=CRS)


def zones(people=(100.0,), side_m=12_000.0):
    """Stripes from west to east with so many people and half as many jobs a km²."""
    wide = side_m / len(people)
    shapes = [box(at * wide, 0, (at + 1) * wide, side_m) for at in range(len(people))]
    held = np.array(people) * wide * side_m / 1e6
    return GeoDataFrame({"people": held, "jobs": held / 2, "later": held * 1.5}, geometry=shapes, crs=CRS)


def data(held=None, **options):
    given = {"people": {"today": "people", "2030": "later"}, "jobs": {"today": "jobs"}, **options}
    return analyses.SheetData(zones() if held is None else held, **given)


def land(**shapes):
    return GeoDataFrame({"land_use": list(shapes)}, geometry=list(shapes.values()), crs=CRS)


def sheet_of(held, accuracy_m=0.0, **options):
    return analyses.station_sheet("S0", stops((6000, 6000), accuracy_m=accuracy_m), held, **options)


def refused(code, call, *arguments, **options):
    with pytest.raises(PlanningDataError) as caught:
        call(*arguments, **options)
    assert caught.value.code == code
    return caught.value


def test_people_jobs_and_area_of_circle_core_ring_and_walks():
    sheet = sheet_of(data())
    assert sheet.figure("people") == pytest.approx((100 * PI_KM2,) * 3, rel=2e-4)
    assert sheet.figure("people", state="2030").p50 == pytest.approx(150 * PI_KM2, rel=2e-4)
    assert sheet.figure("jobs", area="core").p50 == pytest.approx(50 * PI_KM2 / 4, rel=2e-4)
    assert sheet.figure("people", area="ring").p50 == pytest.approx(75 * PI_KM2, rel=2e-4)
    assert sheet.figure("people", area="walk_10min").p50 == pytest.approx(100 * PI_KM2 * 0.64, rel=2e-4)  # 800 m
    assert sheet.figure("area_ha").p50 == pytest.approx(314.16, rel=2e-4)
    assert sheet.figure("covered_pct").p50 == pytest.approx(100)
    assert np.isnan(sheet.figure("buildings").p50)
    assert sheet.missing == ("land", "buildings")
    reach = sheet.areas["reach_m"].to_dict()
    assert reach == {"core": 500, "circle": 1000, "walk_5min": 400, "walk_10min": 800, "walk_15min": 1200}
    assert sheet.worth.empty  # one station has none to be compared with


def test_ranges_only_where_the_place_matters_and_nothing_where_it_is_not_known():
    even = sheet_of(data(), 400, rules=FEW)
    assert even.assessable
    assert even.figure("people") == pytest.approx((100 * PI_KM2,) * 3, rel=2e-4)  # alike everywhere
    assert np.isnan(even.figure("people", area="core").p50)  # 400 m is worse than half of 500 m
    assert np.isnan(even.figure("people", area="ring").p50)
    assert np.isnan(even.figure("people", area="walk_5min").p50)
    assert even.figure("people", area="walk_10min").p50 > 0
    edge = sheet_of(data(zones((100.0, 300.0))), 400, rules=FEW)
    low, middle, high = edge.figure("people")
    assert 100 * PI_KM2 < low < middle < high < 300 * PI_KM2
    assert sheet_of(data(), 500, rules=FEW).assessable
    lost = sheet_of(data(), 501)
    assert not lost.assessable
    assert lost.figures.loc[lost.figures["area"] != "walk_15min", "p50"].isna().all()
    assert lost.figure("people", area="walk_15min").p50 > 0  # 1,200 m of street reach far enough


def test_land_by_class_sums_to_the_area_and_the_rest_is_unclassified():
    parcels = land(urban=box(0, 0, 6000, 12_000), park=box(6000, 6000, 12_000, 12_000))
    sheet = sheet_of(data(land=parcels))
    half, quarter = 50 * PI_KM2, 25 * PI_KM2
    assert sheet.figure("urban_ha").p50 == pytest.approx(half, rel=2e-4)
    assert sheet.figure("park_ha").p50 == pytest.approx(quarter, rel=2e-4)
    assert sheet.figure("unclassified_ha").p50 == pytest.approx(quarter, rel=2e-4)
    assert sheet.figure("urban_ha", area="ring").p50 == pytest.approx(half * 0.75, rel=2e-4)
    assert sheet.land.geometry.area.sum() / 1e4 == pytest.approx(half + quarter, rel=2e-4)
    unknown = parcels.assign(land_use=["urban", None])
    said = sheet_of(data(land=unknown))
    assert said.figure("unclassified_ha").p50 == pytest.approx(half, rel=2e-4)


def test_the_land_of_a_sheet_is_cut_to_its_circle_and_empty_where_none_is_given_or_none_lies_there():
    bare = sheet_of(data()).land
    assert (len(bare), bare.crs, list(bare.columns)) == (0, CRS, ["geometry"])
    parcels = land(near=box(6900, 5900, 7300, 6000), far=box(7001, 0, 7100, 100), touching=box(7000, 6000, 7100, 6100))
    cut = sheet_of(data(land=parcels)).land
    assert set(cut["land_use"]) == {"near"}
    assert cut.total_bounds[[0, 2]] == pytest.approx([EAST_M + 6900, EAST_M + 7000], abs=0.5)
    beyond = sheet_of(data(land=parcels.iloc[[1]])).land
    assert (len(beyond), list(beyond.columns)) == (0, ["land_use", "geometry"])


def test_zones_whose_shapes_have_a_name_of_their_own_serve_as_well():
    named = zones().rename_geometry("outline")
    sheet = sheet_of(data(named))
    assert sheet.figure("people").p50 == pytest.approx(100 * PI_KM2, rel=2e-4)
    assert (len(sheet.land), sheet.land.crs) == (0, CRS)


def test_a_cut_parcel_is_taken_whole_or_by_its_centroid_where_the_decision_says_so():
    parcels = land(urban=box(6000, 6000, 6100, 6100), park=box(6950, 5950, 7250, 6050))  # 3 ha, half a hectare inside
    by_rule = {take: sheet_of(data(land=parcels), rules=SheetRules(take=take)).figure("park_ha").p50 for take in TAKES}
    assert by_rule["part"] == pytest.approx(0.4958, rel=2e-3)  # the circle bends away by 0.4 m on average
    assert by_rule["whole"] == pytest.approx(3 * GROUND)
    assert by_rule["centroid"] == 0
    whole = sheet_of(data(land=parcels), rules=SheetRules(take="whole"))
    assert whole.figure("area_ha").p50 == pytest.approx(100 * PI_KM2 + 2.5, rel=2e-4)  # the circle and what lies beyond it


def test_capacity_is_area_times_far_times_efficiency_over_m2_a_person():
    rates = analyses.PhaseRates({"urban": (2, 3, 4)}, {"urban": 1.0}, 0.8, {"urban": 40}, {}, built_pct=50)
    parcels = land(urban=box(0, 0, 6000, 12_000), park=box(6000, 0, 12_000, 12_000))
    sheet = sheet_of(data(land=parcels), phases={"2050": rates})
    core_m2, ring_m2 = PI_KM2 / 8 * 1e6, PI_KM2 * 3 / 8 * 1e6
    people = [(core_m2 * far + ring_m2) * 0.5 * 0.8 / 40 for far in (2, 3, 4)]
    assert sheet.figure("capacity_people", state="2050") == pytest.approx(people, rel=2e-4)
    assert sheet.figure("capacity_people", area="core", state="2050").p50 == pytest.approx(core_m2 * 3 * 0.01, rel=2e-4)
    assert sheet.figure("capacity_jobs", state="2050") == (0, 0, 0)
    assert sheet.figure("capacity_left_out_ha", state="2050").p50 == pytest.approx(50 * PI_KM2, rel=2e-4)
    assert sheet.figure("capacity_people", area="ring", state="2050").p50 == pytest.approx(ring_m2 * 0.01, rel=2e-4)
    told = sheet.figures[sheet.figures["state"] == "2050"]
    items = ["capacity_left_out_ha", "capacity_people", "capacity_jobs"]
    assert told.groupby("area", sort=False)["item"].agg(list).to_dict() == dict.fromkeys(("core", "ring", "circle"), items)
    bare = sheet_of(data(), phases={"2050": rates})  # of land that nobody knows no room is told
    assert "2050" not in set(bare.figures["state"])
    vague = sheet_of(data(land=parcels), 400, rules=FEW, phases={"2050": rates})
    low, middle, high = vague.figure("capacity_people", state="2050")
    assert low < people[0] < middle < people[2] < high  # place and rates are both in doubt
    assert middle == pytest.approx(people[1], rel=0.15)


def test_buildings_and_households_in_the_areas_and_on_land_that_is_cleared():
    shapes = [box(6000, 6000, 6010, 6010), box(6700, 6000, 6720, 6020), box(9000, 0, 9010, 10)]
    houses = GeoDataFrame({"households": [3, 5, 7]}, geometry=shapes, crs=CRS)
    street = land(road=box(6705, 0, 6800, 12_000))
    sheet = sheet_of(data(land=street, buildings=houses, cleared=["road"]))
    assert [sheet.figure(item).p50 for item in ("buildings", "households", "footprint_m2")] == [
        2,
        8,
        pytest.approx(500 * GROUND, rel=1e-5),
    ]
    assert sheet.figure("households", area="core").p50 == 3
    assert [sheet.figure(item).p50 for item in ("cleared_buildings", "cleared_households")] == [1, 5]
    assert sheet.missing == ()
    rail = data(land=street, buildings=houses, cleared=["rail"])
    assert refused("E-SHEET-03", sheet_of, rail).feature_ids == ("rail",)


def test_what_stations_share_is_counted_once_in_the_line():
    apart = 1000.0
    found = analyses.station_sheets(stops((6000, 6000), (6000 + apart, 6000)), data())
    lens = 2 * np.arccos(0.5) - 0.5 * np.sqrt(3)  # km² shared by two circles of 1 km a kilometre apart
    line = found.line.set_index(["area", "item", "state"])
    row = line.loc[("circle", "people", "today")]
    assert row["p50"] == pytest.approx(100 * (2 * PI_KM2 - lens), rel=5e-4)
    assert row["twice_pct"] == pytest.approx(100 * lens / (2 * PI_KM2 - lens), rel=2e-3)
    assert row["stations"] == 2
    assert line.loc[("core", "people", "today"), "twice_pct"] == pytest.approx(0, abs=1e-9)
    mixed = analyses.station_sheets(stops((6000, 6000), (9000, 6000), accuracy_m=[0.0, 400.0]), data(), rules=FEW)
    counted = mixed.line.groupby("area")["stations"].first()
    assert counted[["core", "circle", "ring", "walk_5min"]].tolist() == [1, 2, 1, 1]
    assert set(mixed.sheets) == {"S0", "S1"}


def test_streets_give_the_ped_shed_ratio_and_the_order_of_rows_changes_nothing():
    network = streets_on_foot(100.0, 30, low_m=4500)
    city = Transport("blocks", network, NearestEdge(), OnStreets(network))
    rules = SheetRules(walks_min=(10.0,), draws=3)
    two = stops((6000, 6000), (6300, 6200), accuracy_m=[0.0, 40.0])
    sheets = analyses.station_sheets(two, data(), rules=rules, transport=analyses.SheetTransport(city))
    ratio = sheets.sheets["S0"].areas.loc["walk_10min", "ped_shed_ratio"]
    assert ratio == pytest.approx(2 / np.pi, abs=0.08)  # the diamond in the circle
    assert sheets.sheets["S0"].figure("people", area="walk_10min").p50 == pytest.approx(100 * ratio * PI_KM2 * 0.64, rel=1e-3)
    turned = analyses.station_sheets(two.iloc[::-1], data(), rules=rules, transport=analyses.SheetTransport(city))
    pd.testing.assert_frame_equal(turned.sheets["S1"].figures, sheets.sheets["S1"].figures)


def test_what_can_not_be_a_sheet_is_refused():
    assert "S0" in refused("E-SHEET-04", analyses.station_sheet, "S9", stops((6000, 6000)), data()).mend
    refused("E-SHEET-01", analyses.SheetData, zones(), people={"today": "population"}, jobs={"today": "jobs"})
    refused("E-SHEET-01", data, land=land(urban=box(0, 0, 1, 1)).rename(columns={"land_use": "code"}))
    refused("E-SHEET-02", sheet_of, data(land=land(a=box(0, 0, 1, 1))), rules=SheetRules(take="half"))
    twice = stops((6000, 6000), (1, 1)).set_axis(["A", "A"])
    refused("E-STOP-03", analyses.station_sheets, twice, data())
    refused("E-STOP-01", analyses.station_sheets, stops((6000, 6000)).drop(columns="accuracy_m"), data())
    refused("E-CRS-02", analyses.station_sheets, stops((6000, 6000)).to_crs("EPSG:32648"), data())
    refused("E-POLY-04", data, land=land(a=box(0, 0, 100, 100), b=box(50, 0, 150, 100)))
