"""The land-use balance of rectangles whose every number is computed by hand, and of the worked example."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import analyses
import layers
from geo import METRIC, PlanningDataError, area_ha

PEOPLE, EXISTING = 61_000, 20_000
NEAR = 1e-4  # geodesic hectares are 0.005 % from those of the map here


def box(x0, y0, x1, y1):
    return shapely.box(604_000 + x0, 1_222_000 + y0, 604_000 + x1, 1_222_000 + y1)


def frame(rows):
    classes, shapes = zip(*rows.values(), strict=True)
    return gpd.GeoDataFrame({"class_id": classes}, index=list(rows), geometry=list(shapes), crs=METRIC)


# A town of 2,000 x 1,000 m: 120 ha homes, 30 mixed, 20 green, 10 roads, 8 schools, 2 in no table, 10 without a class.
PLAN = frame(
    {
        "homes": ("DAT_O_Nhomnhao", box(0, 0, 1_200, 1_000)),
        "mixed": ("QHDH_DAT_O_Honhop_Nhomo", box(1_200, 0, 1_500, 1_000)),
        "green": ("QHDH_DAT_HTXH_CayxanhCC_DVO", box(1_500, 0, 1_700, 1_000)),
        "roads": ("DAT_HTKT_DuongGT", box(1_700, 0, 1_800, 1_000)),
        "school": ("DAT_HTXH_Truonghoc", box(1_800, 0, 1_900, 500)),
        "high": ("DAT_HTXH_TruongTHPT", box(1_800, 500, 1_900, 800)),
        "test": ("DAT_LA", box(1_800, 800, 1_900, 1_000)),
    }
)
STATUS = frame(
    {
        "rubber": ("CLN", box(0, 0, 1_000, 1_000)),
        "village": ("ONT", box(1_000, 0, 1_600, 1_000)),
        "town": ("ODT", box(1_600, 0, 2_000, 1_000)),
    }
)
BOUNDARY = gpd.GeoSeries([box(0, 0, 2_000, 1_000)], crs=METRIC)
# Planned hectares, % and m² a person of 61,000; by hand: ha / 2, ha * 10,000 / 61,000.
PLANNED = {
    "row_1": (120, 60, 19.67213),
    "row_2": (30, 15, 4.91803),
    "row_7": (8, 4, 1.31148),
    "DAT_HTXH_Truonghoc": (5, 2.5, 0.81967),
    "DAT_HTXH_TruongTHPT": (3, 1.5, 0.49180),
    "row_8": (20, 10, 3.27869),
    "row_20": (10, 5, 1.63934),
    "unlisted_DAT_LA": (2, 1, 0.32787),
    "gap": (10, 5, 1.63934),
    "total": (200, 100, 32.78689),
}
TODAY = {"row_24": (100, 50, 50), "row_3": (60, 30, 30), "row_1": (40, 20, 20), "gap": (0, 0, 0), "total": (200, 100, 100)}


def balance(**options):
    usual = {"scheme": "QHPK", "boundary": BOUNDARY, "on": "2026-11-22", "existing_people": EXISTING}
    return analyses.land_use_balance(PLAN, STATUS, PEOPLE, **{**usual, **options})


FOUND = balance()


def test_every_number_is_that_computed_by_hand():
    table = FOUND.table
    for side, truth in (("planned", PLANNED), ("existing", TODAY)):
        for row, (ha, pct, each) in truth.items():
            assert table.loc[row, f"{side}_ha"] == pytest.approx(ha, rel=NEAR), row
            assert table.loc[row, f"{side}_pct"] == pytest.approx(pct, rel=1e-5), row
            assert table.loc[row, f"{side}_m2_per_person"] == pytest.approx(each, rel=NEAR), row
        others = table.index.difference([*truth])
        assert (table.loc[others, f"{side}_ha"] == 0).all()
    assert table.loc["row_1", "planned_ha_change"] == pytest.approx(80, rel=NEAR)


def test_rows_add_up_to_the_boundary_to_a_square_metre():
    leaves = FOUND.table[FOUND.table["kind"].isin(["row", "unlisted", "gap"])]
    for side in ("planned", "existing"):
        assert leaves[f"{side}_ha"].sum() * 1e4 == pytest.approx(FOUND.boundary_m2, abs=1)
        assert leaves[f"{side}_pct"].sum() == pytest.approx(100, abs=1e-9)
    assert area_ha(gpd.GeoDataFrame(geometry=BOUNDARY)).iloc[0] * 1e4 == pytest.approx(FOUND.boundary_m2, abs=1)
    assert FOUND.table.index[-1] == "total"
    assert FOUND.table["row_no"][lambda no: no != ""].astype(int).tolist() == list(range(1, 31))  # the order of the circular


def test_parcels_that_straddle_classes_are_lists_not_codes():
    village = FOUND.parcels[FOUND.parcels["parcel_id"] == "village"]  # 200 m homes, 300 m mixed, 100 m green
    assert village[["class_id", "share_pct"]].round(4).to_numpy().tolist() == [
        ["DAT_O_Honhop_Nhomo", 50.0], ["DAT_O_Nhomnhao", 33.3333], ["DAT_HTXH_CayxanhCC", 16.6667],
    ]  # fmt: skip
    town = FOUND.parcels[FOUND.parcels["parcel_id"] == "town"].set_index("class_id")["share_pct"]
    assert town[["", "DAT_LA"]].round(6).tolist() == [25.0, 5.0]  # land without a class and in no table is listed too
    sums = FOUND.parcels.groupby("parcel_id")["share_pct"].sum()
    assert sums.round(9).tolist() == [100.0] * 3


def test_what_is_judged_unlisted_or_open_is_said():
    assert FOUND.judgements[["given", "class_id", "others"]].to_numpy().tolist() == [
        ["ODT", "DAT_O_Nhomnhao", "DAT_O_Honhop_Nhomo"]
    ]
    told = " ".join(note.en for note in FOUND.notes)
    assert "no table 1 (DAT_LA), 2 ha" in told
    assert "gaps 1, 10 ha" in told
    assert FOUND.gaps[["side", "id"]].to_numpy().tolist() == [["plan", "gap_1"]]
    assert all(note.vi and note.en for note in FOUND.notes)
    rules = FOUND.rules.set_index("subject")
    assert rules.loc["planning_classes", ["rule", "valid_from", "on"]].tolist() == [
        "TT 16/2025/TT-BXD",
        "2025-07-01",
        "2026-11-22",
    ]
    assert not rules["verified"].any()


def test_overlaps_count_once_and_land_outside_is_left_out():
    wide = PLAN.copy()
    wide.loc["homes", "geometry"] = box(-100, 0, 1_250, 1_000)  # 5 ha over the mixed block, 10 ha beyond the boundary
    found = analyses.land_use_balance(wide, None, None, scheme="QHPK", boundary=BOUNDARY, on="2026-11-22")
    table = found.table
    assert table.loc[["row_1", "row_2", "total"], "planned_ha"].tolist() == pytest.approx([125, 25, 200], rel=NEAR)
    assert found.overlaps[["kept_id", "cut_id"]].to_numpy().tolist() == [["homes", "mixed"]]
    assert found.overlaps["area_m2"].tolist() == pytest.approx([50_000], rel=NEAR)
    assert found.outside[["id"]].to_numpy().tolist() == [["homes"]]
    assert found.outside["area_m2"].tolist() == pytest.approx([100_000], rel=NEAR)
    later_first = analyses.land_use_balance(wide.iloc[::-1], None, None, scheme="QHPK", boundary=BOUNDARY)
    assert later_first.table.loc[["row_1", "row_2"], "planned_ha"].tolist() == pytest.approx([120, 30], rel=NEAR)
    assert table["existing_ha"].isna().all()
    assert table["planned_m2_per_person"].isna().all()
    told = " ".join(note.en for note in found.notes)
    assert "No people of the plan" in told
    assert "No status map" in told


def test_the_general_plan_has_its_sections():
    found = balance(scheme="QHC")
    table = found.table
    assert table.loc[["section_I", "section_II", "section_III"], "kind"].eq("section").all()
    assert table.loc["row_III_1", "existing_ha"] == pytest.approx(100, rel=NEAR)  # CLN
    assert table.loc["section_III", "existing_ha"] == table.loc["row_III_1", "existing_ha"]
    assert table.loc["row_II_10", "existing_ha"] == pytest.approx(60, rel=NEAR)  # ONT
    assert table.loc["section_I", "existing_ha"] == pytest.approx(40, rel=NEAR)  # ODT
    unlisted = table[table["kind"] == "unlisted"]  # classes of the zoning plan are not those of this table: listed, not dropped
    assert unlisted["planned_ha"].sum() == pytest.approx(190, rel=NEAR)
    assert table.loc["total", "planned_ha"] * 1e4 == pytest.approx(found.boundary_m2, abs=1)


def test_without_a_boundary_the_plan_itself_is_the_whole():
    found = balance(boundary=None)
    assert found.table.loc["total", "planned_ha"] == pytest.approx(190, rel=NEAR)
    assert found.table.loc["gap", "planned_ha"] == 0
    assert any("No boundary" in note.en for note in found.notes)


@pytest.mark.parametrize(
    ("code", "arguments", "options"),
    [
        ("E-BALANCE-05", (PLAN.rename(columns={"class_id": "kind"}), None, 1), {}),
        ("E-BALANCE-06", (PLAN.set_geometry(PLAN.centroid), None, 1), {}),
        ("E-BALANCE-06", (PLAN.iloc[:0], None, 1), {}),
        ("E-BALANCE-07", (PLAN.set_geometry([shapely.from_wkt("POLYGON((0 0,9 9,9 0,0 9,0 0))")] * 7), None, 1), {}),
        ("E-BALANCE-08", (PLAN.set_axis(["a"] * 7), None, 1), {}),
        ("E-BALANCE-09", (PLAN, None, 0), {}),
        ("E-BALANCE-10", (PLAN, None, 1), {"boundary": BOUNDARY.translate(9_000)}),
        ("E-CRS-02", (PLAN, STATUS.set_crs("EPSG:9212", allow_override=True), 1), {}),
        ("E-LAW-02", (PLAN, None, 1), {"on": "2020-01-01"}),
        ("E-LAW-06", (PLAN, None, 1), {"scheme": "QHX"}),
    ],
)
def test_what_can_not_be_counted_is_refused(code, arguments, options):
    with pytest.raises(PlanningDataError) as caught:
        analyses.land_use_balance(*arguments, **{"scheme": "QHPK", **options})
    assert caught.value.code == code


def test_the_worked_example_adds_up_and_its_faults_are_found():
    example = layers.planning_example()
    found = analyses.land_use_balance(
        example.plan, example.status, example.people, scheme="QHPK", boundary=example.boundary, on="2026-11-22"
    )
    for side in ("planned", "existing"):
        assert found.table.loc["total", f"{side}_ha"] * 1e4 == pytest.approx(found.boundary_m2, abs=1)
    kinds = pd.concat([one["side"] for one in (found.overlaps, found.outside, found.gaps)]).value_counts()
    assert kinds.to_dict() == {"plan": 4, "status": 2}
    assert found.table.loc["gap", "planned_ha"] == pytest.approx(20 * 340 / 1e4, rel=NEAR)
    assert {"unlisted_PNK", "unlisted_QHDH_DAT_THUNGHIEM"} <= set(found.table.index)
    assert found.parcels.duplicated("parcel_id").sum() > 50


def test_notes_tell_hectares_and_numbers_in_both_languages():
    usual = {(note.vi, note.en) for note in FOUND.notes}
    wide = PLAN.copy()
    wide.loc["homes", "geometry"] = box(-100, 0, 1_250, 1_000)
    found = analyses.land_use_balance(wide, STATUS.iloc[1:], None, scheme="QHPK", boundary=BOUNDARY, on="2026-11-22")
    told = {(note.vi, note.en) for note in found.notes}
    gap = ("Quy hoạch: 1 khoảng hở, tổng 10 ha chưa có loại đất.", "The plan: gaps 1, 10 ha that no parcel covers.")
    unlisted = (
        "Quy hoạch: 1 lô có loại đất không có trong bảng (DAT_LA), tổng 2 ha; vẫn được liệt kê.",
        "The plan: parcels of classes in no table 1 (DAT_LA), 2 ha; they are listed all the same.",
    )
    judged = (
        "40 ha được xếp loại theo nhận định vì mã hiện trạng ứng với nhiều loại (ODT).",
        "40 ha are classed by judgement, their status code fits several classes (ODT).",
    )
    assert usual == {gap, unlisted, judged}
    assert told == usual | {
        ("Chưa có dân số quy hoạch: không tính chỉ tiêu m²/người.", "No people of the plan are told: no m² a person."),
        ("Chưa có dân số hiện trạng: không tính m²/người hiện trạng.", "No people of today are told: no existing m² a person."),
        (
            "Quy hoạch: 1 chỗ chồng lấn, tổng 5 ha, chỉ tính một lần cho lô đứng trước.",
            "The plan: overlaps 1, of 5 ha, counted once, for the parcel listed first.",
        ),
        (
            "Quy hoạch: 1 lô vượt ra ngoài ranh giới, phần vượt 10 ha không tính.",
            "The plan: parcels beyond the boundary 1, 10 ha of them are left out.",
        ),
        ("Hiện trạng: 1 khoảng hở, tổng 99,99 ha chưa có loại đất.", "The status map: gaps 1, 99.99 ha that no parcel covers."),
    }  # 100 ha of the map, on the ground


def test_of_many_classes_in_no_table_five_are_named():
    shapes = [box(100 * at, 0, 100 * at + 100, 100) for at in range(8)]
    many = frame({at: (name, shape) for at, (name, shape) in enumerate(zip([*"qwxqyzvu"], shapes, strict=True))})
    found = analyses.land_use_balance(many, None, PEOPLE, scheme="QHPK")
    (note,) = [note for note in found.notes if "no table" in note.en]
    assert note.en == "The plan: parcels of classes in no table 8 (q, w, x, y, z), 8 ha; they are listed all the same."
    assert note.vi == "Quy hoạch: 8 lô có loại đất không có trong bảng (q, w, x, y, z), tổng 8 ha; vẫn được liệt kê."
