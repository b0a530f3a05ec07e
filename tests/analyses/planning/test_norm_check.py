"""Norms of a plan for 61,000 people: every need by hand, the change of norm at the new year, shares of people counted by hand."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import analyses
import layers
from analyses.planning.norm_sites import cells_of
from geo import METRIC, PlanningDataError, to_wgs84
from geo.movement import import_streets

PEOPLE = 61_000
NEAR = 1e-4
OLD, NEW = "2026-12-31", "2027-01-01"


def box(x0, y0, x1, y1):
    return shapely.box(604_000 + x0, 1_222_000 + y0, 604_000 + x1, 1_222_000 + y1)


# Ten cells of homes in a row, then a preschool of 1,600 m² whose middle is at x = 1,030: 980, 880, ... 80 m from the cells.
PLAN = gpd.GeoDataFrame(
    {
        "class_id": [
            "DAT_O_Nhomnhao", "DAT_HTXH_Truonghoc_MN", "DAT_HTXH_CayxanhCC", "DAT_HTXH_Yte", "DAT_Dichvu", "DAT_HTKT_DuongGT",
        ],
        "service": ["", "", "", "hospital", "market", ""],
        "level": ["", "", "", "", "city", ""],
    },
    index=["homes", "school", "park", "hospital", "market", "road"],
    geometry=[
        box(0, 0, 1_000, 100), box(1_010, 30, 1_050, 70), box(3_000, 0, 3_200, 100), box(3_200, 0, 3_400, 100),
        box(3_400, 0, 3_500, 300), box(0, 100, 1_000, 110),
    ],
    crs=METRIC,
)  # fmt: skip


def check(on, people=PEOPLE, **options):
    return analyses.norm_check(PLAN, people, on=on, cell_m=100, **options)


FOUND = {day: check(day) for day in (OLD, NEW)}


def norm(day, item):
    table = FOUND[day].table
    return table[table["item"] == item].iloc[0]


NEEDED = {  # m² of 61,000 people, by hand
    OLD: {"preschool": 36_600, "primary": 39_650, "lower_secondary": 33_550, "upper_secondary": 24_400, "hospital": 24_400,
          "health_station": 2_000, "market": 8_000, "green_public_unit": 122_000, "green_public_city_special": 427_000},
    NEW: {"preschool": 36_600, "primary": 39_650, "lower_secondary": 33_550, "upper_secondary": 36_600, "health_city": 24_400,
          "culture_sport_city": 97_600, "market_city": 24_400, "green_public_city": 305_000, "parking_city": 91_500,
          "public_services_total": 122_000, "public_services_other": 12_200, "green_public_unit": 122_000,
          "parking_unit": 152_500},
}  # fmt: skip


@pytest.mark.parametrize("day", [OLD, NEW])
def test_needs_are_those_computed_by_hand(day):
    for item, m2 in NEEDED[day].items():
        row = norm(day, item)
        assert row["needed_m2"] == pytest.approx(m2), item
        assert row["deficit_m2"] == pytest.approx(max(0, m2 - row["planned_m2"])), item
    assert FOUND[day].residential_units == 4  # 61,000 / 20,000, rounded up
    assert FOUND[day].cells["people"].sum() == pytest.approx(PEOPLE)


def test_the_first_note_tells_the_day_the_norm_and_from_when_to_when_it_holds():
    old, new = (FOUND[day].notes[0] for day in (OLD, NEW))
    assert old.en.startswith(f"Day of the check {OLD}: QCVN 01:2021/BXD holds, in force from 2021-07-05 to {OLD};")
    assert old.vi.startswith("Ngày xét 31/12/2026: áp dụng QCVN 01:2021/BXD, hiệu lực từ 05/07/2021 đến 31/12/2026;")
    assert new.en.startswith(f"Day of the check {NEW}: QCVN 01:2026/BXD holds, in force from {NEW};")
    assert new.vi.startswith("Ngày xét 01/01/2027: áp dụng QCVN 01:2026/BXD, hiệu lực từ 01/01/2027;")


def test_cells_cover_land_that_lies_across_the_lines_of_their_grid():
    plan = PLAN.assign(geometry=PLAN.translate(30, -20))  # homes of 1,000 m by 100 m touch 11 columns and 2 rows of squares
    cells = analyses.norm_check(plan, PEOPLE, on=NEW, cell_m=100).cells
    assert len(cells) == 22
    assert cells.area.sum() == pytest.approx(100_000)
    assert cells.total_bounds.tolist() == list(plan.geometry["homes"].bounds)
    assert cells["people"].to_numpy() == pytest.approx(PEOPLE * cells.area.to_numpy() / 100_000)


def test_planned_land_counts_where_service_and_level_fit():
    assert norm(OLD, "preschool")["planned_m2"] == pytest.approx(1_600, rel=NEAR)
    assert norm(OLD, "preschool")["met"] == "not_met"
    assert norm(OLD, "hospital")[["planned_m2", "deficit_m2"]].tolist() == pytest.approx([20_000, 4_400], rel=1e-3)
    park = norm(NEW, "green_public_city")  # two hectares: a park of the city, no garden of a unit
    assert park["planned_m2"] == pytest.approx(20_000, rel=NEAR)
    assert norm(NEW, "green_public_unit")["planned_m2"] == 0
    assert norm(NEW, "market_city")[["planned_m2", "deficit_m2"]].tolist() == pytest.approx([30_000, 0], rel=NEAR)
    assert norm(NEW, "market_city")["met"] == "met"
    assert norm(OLD, "market")[["needed_sites", "planned_sites", "deficit_sites"]].tolist() == [
        4,
        0,
        4,
    ]  # of the city, not of units
    roads = norm(OLD, "transport_land_main")  # 1 ha of 18.16 ha built, less than 6 %
    assert roads["value"] == pytest.approx(100 / 18.16, rel=1e-3)


def test_the_new_year_switches_the_norm_and_says_so():
    for day, rule in ((OLD, "QCVN 01:2021/BXD"), (NEW, "QCVN 01:2026/BXD")):
        assert set(FOUND[day].rules["rule"]) == {rule}
        assert not FOUND[day].rules["verified"].any()
        assert rule in FOUND[day].notes[0].vi
        assert "not verified" in FOUND[day].notes[0].en
        assert "chưa đối chiếu" in FOUND[day].notes[0].vi
    assert norm(OLD, "upper_secondary")["m2_per_person"] == 0.4
    assert norm(NEW, "upper_secondary")["m2_per_person"] == 0.6


def test_shares_of_people_as_the_crow_flies():
    assert norm(OLD, "preschool").name == "qcvn01_2021_unit_preschool"
    old = FOUND[OLD].coverage.loc["qcvn01_2021_unit_preschool"]
    assert old[["sites", "radius_m", "crow_pct"]].tolist() == pytest.approx([1, 500, 50])  # 480, 380, 280, 180, 80 m
    new = FOUND[NEW].coverage.loc["qcvn01_2026_unit_preschool"]
    assert new[["crow_pct", "crow_max_pct"]].tolist() == pytest.approx([50, 100])  # two sources, 500 and 1,000 m
    assert new[["street_pct"]].isna().all()
    away_m = FOUND[NEW].cells["qcvn01_2026_unit_preschool_crow_m"]
    assert sorted(away_m.round()) == [80, 180, 280, 380, 480, 580, 680, 780, 880, 980]
    park = FOUND[NEW].coverage.loc["qcvn01_2026_city_green_public_city"]
    assert park["crow_pct"] == 0  # two hectares reach 800 m, its middle is 2,150 m from the nearest cell
    assert "qcvn01_2026_unit_public_services_total" not in FOUND[NEW].coverage.index


def test_a_large_park_reaches_farther_than_a_small_one():
    wide = PLAN.copy()
    wide.loc["park", "geometry"] = box(1_600, 0, 2_100, 1_000)  # 50 ha, 2,000 m
    found = analyses.norm_check(wide, PEOPLE, on=NEW, cell_m=100)
    assert found.coverage.loc["qcvn01_2026_city_green_public_city", "crow_pct"] == 100  # middle (1850, 500): at most 1,856 m


@pytest.fixture(scope="module")
def broken_street(tmp_path_factory):
    """A street through the cells, cut at x = 600, with a way round of 620 m."""
    corners = [(0, 50), (590, 50), (590, 350), (610, 350), (610, 50), (1_100, 50)]
    points = to_wgs84(
        gpd.GeoDataFrame(geometry=[shapely.Point(604_000 + x, 1_222_000 + y) for x, y in corners], crs=METRIC)
    ).geometry
    nodes = "".join(f'<node id="{at}" version="1" lat="{p.y:.9f}" lon="{p.x:.9f}"/>' for at, p in enumerate(points, 1))
    way = "".join(f'<nd ref="{at}"/>' for at in range(1, 7))
    path = tmp_path_factory.mktemp("streets") / "streets.osm"
    path.write_text(
        f'<osm version="0.6">{nodes}<way id="1" version="1">{way}<tag k="highway" v="residential"/></way></osm>', encoding="utf-8"
    )
    return layers.transport(osm=import_streets(path, island_nodes=2)[0])


def test_shares_by_street_are_those_walked_by_hand(broken_street):
    found = analyses.norm_check(PLAN, PEOPLE, on=NEW, cell_m=100, transport=broken_street)
    share = found.coverage.loc["qcvn01_2026_unit_preschool"]
    assert share[["crow_pct", "street_pct"]].tolist() == pytest.approx([50, 40])  # the cell at 550 walks 480 + 600 m
    assert share[["crow_max_pct", "street_max_pct"]].tolist() == pytest.approx([100, 40])
    cells = found.cells.set_index(found.cells.centroid.x.round() - 604_000)
    told = cells["qcvn01_2026_unit_preschool_cover"]
    assert told[[50, 550, 650, 950]].tolist() == ["beyond", "crow_only", "street", "street"]
    assert cells.loc[950, "qcvn01_2026_unit_preschool_street_m"] == pytest.approx(80, abs=0.5)


def test_stops_and_places_beside_the_plan_count_for_reach_and_not_for_land():
    stop = gpd.GeoDataFrame({"service": ["stops", "preschool"]}, geometry=[shapely.Point(604_050, 1_222_050)] * 2, crs=METRIC)
    found = check(OLD, services=stop)
    assert found.coverage.loc["qcvn01_2021_city_stop_walk", "crow_pct"] == pytest.approx(60)  # 0, 100, ... 500 m
    assert found.table.loc["qcvn01_2021_city_stop_walk", "met"] == "one_of_several"
    assert found.coverage.loc["qcvn01_2021_unit_preschool", "crow_pct"] == pytest.approx(100)
    assert found.table.loc["qcvn01_2021_unit_preschool", "planned_m2"] == pytest.approx(1_600, rel=NEAR)
    assert found.sites.loc["given 0", "counts_for"] == "qcvn01_2021_city_stop_walk"


def test_what_can_not_be_assessed_says_why():
    without = check(NEW, people=None)
    assert set(without.table["met"]) == {"not_assessable"}
    assert (without.table["reason_vi"] == "chưa có dân số").all()
    assert without.residential_units == 0
    loose = PLAN.assign(class_id=PLAN["class_id"].replace("DAT_HTXH_Truonghoc_MN", "DAT_HTXH_Truonghoc"))
    found = analyses.norm_check(loose, PEOPLE, on=NEW, cell_m=100).table.set_index("item")
    assert found.loc["primary", "met"] == "not_assessable"
    assert "1.600 m²" in found.loc["primary", "reason_vi"]
    old = FOUND[OLD].table.set_index("item")
    for item in ("park_roads", "stop_spacing_bus", "stop_walk"):
        assert set(old.loc[[item], "met"]) == {"not_assessable"}
        assert (old.loc[[item], "reason_en"] != "").all()


def test_civil_land_of_a_general_plan_lies_between_two_figures():
    """Of 50,000 people: 120 ha of residential units are 24 m² a person (15–28), with 130 ha of offices 50 m² of civil land."""
    shapes = [box(0, 0, 1_200, 1_000), box(1_200, 0, 2_500, 1_000), box(2_500, 0, 2_600, 1_000)]
    classes = ["DAT_DD_Donvio", "DAT_DD_Coquandothi", "DAT_NDD_Anninh"]  # security is no civil land
    general = gpd.GeoDataFrame({"class_id": classes}, geometry=shapes, crs=METRIC)

    def told(people):
        options = {"on": OLD, "cell_m": 100, "scheme": "QHC", "city_class": "I"}
        return analyses.norm_check(general, people, **options).table.set_index("item").loc[["civil_land_i_ii", "unit_land_i_ii"]]

    usual = told(50_000)
    assert usual["planned_m2"].tolist() == pytest.approx([2_500_000, 1_200_000], rel=NEAR)
    assert usual["value"].tolist() == pytest.approx([50, 24], rel=NEAR)
    assert usual["needed_m2"].tolist() == pytest.approx([45 * 50_000, 15 * 50_000])
    assert usual["met"].tolist() == ["met", "met"]
    few = told(40_000)  # 62.5 and 30 m² a person: more than the norm wants, and no deficit
    assert few["met"].tolist() == ["not_met", "not_met"]
    assert few["reason_en"].tolist() == ["above the 60 m² a person", "above the 28 m² a person"]
    assert few["reason_vi"].iloc[0] == "cao hơn mức 60 m²/người"
    assert few["deficit_m2"].tolist() == [0, 0]
    many = told(100_000)  # 25 and 12 m²
    assert many["met"].tolist() == ["not_met", "not_met"]
    assert many["deficit_m2"].tolist() == pytest.approx([2_000_000, 300_000], rel=1e-3)
    nobody = told(None)
    assert nobody["met"].tolist() == ["not_assessable"] * 2
    assert nobody["planned_m2"].tolist() == pytest.approx([2_500_000, 1_200_000], rel=NEAR)
    assert (nobody["reason_en"] != "").all()


def test_a_plan_without_roads_tells_no_share_of_roads():
    found = analyses.norm_check(PLAN.drop("road"), None, on=OLD, cell_m=100).table.set_index("item")
    assert found.loc["transport_land_main", "met"] == "not_assessable"
    assert found.loc["transport_land_main", "reason_en"] == "transport land and built land can not be read"
    assert found.loc["market", "planned_sites"] == 0
    assert found.loc["market", "met"] == "not_assessable"  # how many units there are is not known


def test_classes_of_cities_pick_their_figures():
    first = check(OLD, city_class="I").table.set_index("item")
    assert first.loc["green_public_city_i_ii", "needed_m2"] == pytest.approx(366_000)
    assert "green_public_city_special" not in first.index
    assert first.loc["civil_land_i_ii", "met"] == "not_assessable"  # a zoning plan does not tell civil land
    told = " ".join(note.en for note in FOUND[OLD].notes)
    assert "Civil land (class I, II)" in told


@pytest.mark.parametrize(("most", "fits"), [(12, True), (11, False)])
def test_squares_are_counted_row_by_row_before_they_are_made(monkeypatch, most, fits):
    monkeypatch.setattr("analyses.planning.norm_sites._BOXES", most)
    land = gpd.GeoDataFrame(geometry=[box(10, 10, 390, 290)], index=["a"], crs=METRIC)  # four columns of three
    if fits:
        assert len(cells_of(land, pd.Series([12.0], land.index), 100)) == 12
    else:
        with pytest.raises(PlanningDataError, match="E-NORM-04"):
            cells_of(land, pd.Series([12.0], land.index), 100)


def test_people_of_zones_are_put_where_they_are():
    zones = gpd.GeoDataFrame({"people": [300.0, 700.0]}, geometry=[box(0, 0, 100, 100), box(900, 0, 1_000, 100)], crs=METRIC)
    found = check(NEW, people=zones)
    assert found.people == 1_000
    assert found.coverage.loc["qcvn01_2026_unit_preschool", "crow_pct"] == pytest.approx(70)
    assert found.table.loc["qcvn01_2026_unit_preschool", "needed_m2"] == pytest.approx(600)


@pytest.mark.parametrize(
    ("code", "people", "options"),
    [
        ("E-NORM-01", 0, {}),
        ("E-NORM-01", PLAN, {}),
        ("E-NORM-02", PEOPLE, {"services": PLAN[["geometry"]]}),
        ("E-NORM-04", PEOPLE, {"cell_m": 0}),
        ("E-NORM-04", PEOPLE, {"cell_m": 0.05}),
        ("E-NORM-05", PEOPLE, {"city_class": "VI"}),
        ("E-LAW-02", PEOPLE, {"on": "2020-01-01"}),
    ],
)
def test_what_is_no_input_is_refused(code, people, options):
    with pytest.raises(PlanningDataError) as caught:
        analyses.norm_check(PLAN, people, **{"on": NEW, "cell_m": 100, **options})
    assert caught.value.code == code
    with pytest.raises(PlanningDataError, match="E-NORM-03"):
        analyses.norm_check(PLAN.drop("homes"), PEOPLE, on=NEW)


def test_the_class_of_the_city_is_named_with_what_is_not_asked_of_it():
    green = "Cây xanh công cộng đô thị (loại"
    special, first = FOUND[OLD].notes[-1], check(OLD, city_class="I").notes[-1]
    assert special.vi.startswith(f"Đô thị loại đặc biệt: không xét {green} I, II); {green} III, IV); {green} V); Đất dân dụng")
    assert special.en.startswith("City of class special: not asked are Public green of the city (class I, II); Public green")
    assert first.vi == f"Đô thị loại I: không xét {green} đặc biệt); {green} III, IV); {green} V)."
    assert first.en.startswith("City of class I: not asked are Public green of the city (special class); Public green")
    assert not any("not asked" in note.en for note in FOUND[NEW].notes)  # the new norm asks all classes alike


def test_without_streets_a_note_says_so(broken_street):
    said = [
        any(note.en == "No street network: no shares by street are told." for note in check(OLD, transport=net).notes)
        for net in (None, broken_street)
    ]
    assert said == [True, False]
