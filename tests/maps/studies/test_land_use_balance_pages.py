"""The shipped study of a land-use balance: maps, pages, workbook, rules, and that the example is told as one everywhere."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

import analyses
import layers
from analyses.studies import land_use_balance_study
from geo import PlanningDataError
from maps import committee
from maps.report import write_report
from maps.studies import land_use_balance as pages
from tests.maps.studies import worked_example as hand


@pytest.fixture(scope="module")
def run():
    """The shipped study on its own files; it needs nothing else of the ground."""
    study = analyses.read_study("land_use_balance")
    ground = SimpleNamespace(given=dict(study.given(None)), embedded=True)
    return study, ground, land_use_balance_study(study, ground)


def test_the_study_balances_and_checks_both_days(run):
    study, _, found = run
    assert found.example
    assert list(found.checks) == ["2026-11-22", "2027-01-01"]
    assert [check.rules["rule"].iloc[0] for check in found.checks.values()] == ["QCVN 01:2021/BXD", "QCVN 01:2026/BXD"]
    assert found.balance.people == 61_000
    assert found.balance.scheme == study.scheme == "QHPK"
    for check in found.checks.values():
        assert check.residential_units == 4
        assert check.cells["people"].sum() == pytest.approx(61_000)
        assert (check.coverage["street_pct"] <= check.coverage["crow_pct"] + 1e-9).all()


def test_every_map_says_that_it_is_an_example_and_shows_official_colours(run):
    study, ground, found = run
    shown = list(pages.sheets(study, ground, found, lang="vi"))
    assert [one.name for one in shown[:2]] == ["plan_map", "status_map"]
    assert len(shown) == 2 + len(found.checks[study.on].coverage)
    for one in shown:
        assert one.text[0].startswith("Ví dụ.")
        assert one.text[1].startswith("Example.")
        assert "chưa đối chiếu" in " ".join(note.vi for note in one.page.head["notes"]), one.name
    colors = layers.planning_classes()["color"]
    look = shown[0].marks[0].look
    assert all(color == colors[name] for name, color in zip(look.categories, look.colors, strict=True) if name is not None)
    codes = layers.land_status_codes("2026-11-22").set_index("code")["color"]
    look = shown[1].marks[0].look
    assert all(color == codes[name] for name, color in zip(look.categories, look.colors, strict=True))
    reach = next(one for one in shown if one.name == "reach_qcvn01_2021_unit_market")
    assert set(reach.data["cover"]) == {"street", "crow_only", "beyond"}


def test_pages_and_workbook_are_written_in_both_languages(run, tmp_path):
    study, ground, found = run
    written = pages.extras(study, ground, found, tmp_path, lang="vi")
    assert sorted(written.values()) == ["balance.html", "balance.xlsx", "plan.dxf", "rules.html"]
    balance = (tmp_path / "balance.html").read_text(encoding="utf-8")
    for said in (
        "Bảng cân đối sử dụng đất",
        "Land-use balance",
        "636,12",
        "636.12",
        "Ví dụ minh họa",
        "Worked example",
        "QHDH_DAT_THUNGHIEM",
    ):
        assert said in balance, said
    rules = (tmp_path / "rules.html").read_text(encoding="utf-8")
    for said in (
        "QCVN 01:2021/BXD",
        "QCVN 01:2026/BXD",
        "TT 16/2025/TT-BXD",
        "TT 08/2024/TT-BTNMT",
        "Đã đối chiếu công báo",
        "31/12/2026",
    ):
        assert said in rules, said
    sections = pages.report(study, ground, found, [])
    path = write_report(tmp_path, "report.html", ("a", "b"), ("c", "d"), sections, lang="vi")
    text = path.read_text(encoding="utf-8")
    assert "61.000 người: 4 đơn vị ở." in text
    assert "61,000 people: 4 residential units." in text
    committee.write_committee(tmp_path, SimpleNamespace(study=study, ground=ground, found=found), lang="vi")
    for name in ("balance.html", "rules.html", "report.html", "committee.html"):  # which rule, and that it is not verified
        page = (tmp_path / name).read_text(encoding="utf-8")
        for said in (
            "TT 16/2025/TT-BXD",
            "chưa đối chiếu với công báo" if name != "committee.html" else "đã đối chiếu công báo: 0",
        ):
            assert said in page, name
    tables = pages.tables(found)
    assert {"balance", "rules", "norms_2026-11-22", "norms_2027-01-01", "coverage_2027-01-01", "parcels_by_class"} <= set(tables)


NEAR = 2e-4  # square metres on the ground are 0.007 % fewer than on the map here


def test_every_number_of_the_balance_is_that_of_the_sides_of_the_parcels(run):
    _, _, found = run
    table = found.balance.table
    sides = {"planned": (hand.PLANNED, 61_000), "existing": (hand.EXISTING, 8_200)}
    for side, (rows, people) in sides.items():
        for row, area in {**rows, "total": hand.TOTAL}.items():
            assert table.loc[row, f"{side}_ha"] == pytest.approx(area / 1e4, rel=NEAR), row
            assert table.loc[row, f"{side}_pct"] == pytest.approx(100 * area / hand.TOTAL, rel=NEAR), row
            assert table.loc[row, f"{side}_m2_per_person"] == pytest.approx(area / people, rel=NEAR), row
        assert (table.loc[table.index.difference([*rows, "total"]), f"{side}_ha"] == 0).all()
    change = table["planned_ha_change"]
    for row in {*hand.PLANNED, *hand.EXISTING}:
        wanted = (hand.PLANNED.get(row, 0) - hand.EXISTING.get(row, 0)) / 1e4
        assert change[row] == pytest.approx(wanted, rel=NEAR, abs=0.02), row
    for (what, side), areas in hand.FAULTS.items():
        frame = getattr(found.balance, what)
        assert sorted(frame[frame["side"] == side]["area_m2"]) == pytest.approx(sorted(areas), rel=NEAR), (what, side)
    assert sum(len(getattr(found.balance, what)) for what in ("overlaps", "outside", "gaps")) == 6
    judged = found.balance.judgements.set_index("given")["area_ha"]
    assert judged.to_dict() == pytest.approx(
        {"DGT": hand.EXISTING["row_20"] / 1e4, "ODT": hand.EXISTING["row_1"] / 1e4}, rel=NEAR
    )


@pytest.mark.parametrize("day", hand.NORMS)
def test_every_number_of_the_norms_is_that_of_the_sides_of_the_parcels(run, day):
    table = run[2].checks[day].table.set_index("item")
    for item, (needed, planned, sites, there, met) in hand.NORMS[day].items():
        row = table.loc[item]
        assert row["met"] == met, item
        for name, wanted in (("needed_m2", needed), ("planned_m2", planned), ("needed_sites", sites), ("planned_sites", there)):
            assert (row[name] != row[name]) if wanted is None else row[name] == pytest.approx(wanted, rel=NEAR), (item, name)
        if needed is not None:
            assert row["deficit_m2"] == pytest.approx(max(0.0, needed - planned), rel=2e-3, abs=30), item
        share = 100 * planned / hand.BUILT if item.startswith("transport") else (planned or 0) / 61_000
        assert row["value"] != row["value"] or row["value"] == pytest.approx(share, rel=NEAR), item
    rest = table.drop(index=list(hand.NORMS[day]))
    assert set(rest["met"]) <= {"not_assessable"}
    assert rest["planned_m2"].isna().all()


@pytest.mark.parametrize("day", hand.NORMS)
def test_shares_of_people_are_those_of_the_cells_within_the_radius(run, day):
    check = run[2].checks[day]
    cells, people = check.cells, check.cells["people"].to_numpy()
    middle = cells.centroid.get_coordinates().to_numpy()
    seen = 0
    for norm_id, share in check.coverage.iterrows():
        served = [norm_id in str(one).split() for one in check.sites["counts_for"]]
        places = check.sites[served].get_coordinates().to_numpy()
        assert len(places) == share["sites"]
        nearest = np.hypot(*(middle[:, None, :] - places[None, :, :]).transpose(2, 0, 1)).min(axis=1)
        by_street = cells[f"{norm_id}_street_m"].to_numpy()
        for suffix, radius in (("", share["radius_m"]), ("_max", share["radius_max_m"])):
            if radius == radius and "green_public_city" not in str(norm_id):  # noqa: PLR0124 - its radius grows with the park
                crow = 100 * people[nearest <= radius].sum() / people.sum()
                assert share[f"crow{suffix}_pct"] == pytest.approx(crow, abs=0.1), (norm_id, suffix)
                street = 100 * people[by_street <= radius].sum() / people.sum()
                assert share[f"street{suffix}_pct"] == pytest.approx(street, abs=0.1), (norm_id, suffix)
                seen += 1
        assert (by_street[np.isfinite(by_street)] >= nearest[np.isfinite(by_street)] - 1).all()
    assert seen >= len(check.coverage) - 1


def test_the_committee_is_answered_from_the_balance(run):
    study, ground, found = run
    told = SimpleNamespace(study=study, ground=ground, found=found)
    asked = {one.name: one.answer for one in committee.asked(told)}
    assert {name for name, one in asked.items() if one.answered} == {"basis", "area", "norms"}
    assert committee.count(told) == (3, 9)
    assert "4 quy định" in asked["basis"].text.vi
    assert "đã đối chiếu công báo: 0" in asked["basis"].text.vi
    assert asked["area"].text.vi.startswith("Khớp: ranh giới 636,12 ha, tổng các dòng lệch 0 m².")
    assert "overlaps 2 (1.43 ha), gaps 1 (0.68 ha), beyond the boundary 1 (21.84 ha)" in asked["area"].text.en
    assert "QCVN 01:2021/BXD (22/11/2026): đạt 6, chưa đạt 4, không đánh giá được 7, xem độ phủ 1" in asked["norms"].text.vi
    assert "QCVN 01:2026/BXD (01/01/2027): đạt 4, chưa đạt 7, không đánh giá được 2" in asked["norms"].text.vi
    assert "met 6, not met 4, not assessable 7" in asked["norms"].text.en
    short = {"Cây xanh công cộng đơn vị ở", "Cây xanh công cộng đô thị (loại đặc biệt)", "Chợ"}
    assert set(asked["norms"].table["item_vi"]) == {*short, "Đất giao thông, đến đường phân khu vực"}
    assert all("Ví dụ minh họa" in asked[name].source.vi for name in ("basis", "area", "norms"))


def test_a_plan_of_ones_own_is_read_from_files_beside_the_study(tmp_path):
    example = layers.planning_example()
    for name in ("plan", "status", "boundary"):
        frame = getattr(example, name).reset_index()
        frame.rename(columns={"class_id": "layer"}).to_crs(4326).to_file(tmp_path / f"{name}.gpkg")
    (tmp_path / "mine.toml").write_text(
        'kind = "land_use_balance"\ntitle_vi = "a"\ntitle_en = "b"\non = "2027-01-01"\n'
        'existing_people = 15000\nrules = "own.toml"\n[population]\nbase_year = 2024\nyears = [2025, 2026]\n'
        "growth = [{ until = 2030, pct = 50.0 }]\ntotals_people = [20000, 30000]\n"
        '[plan]\nfile = "plan.gpkg"\nid = "parcel_id"\nclass_column = "layer"\n'
        '[status]\nfile = "status.gpkg"\nclass_column = "layer"\n[boundary]\nfile = "boundary.gpkg"\n',
        encoding="utf-8",
    )
    (tmp_path / "own.toml").write_text(
        '[[planning_norms]]\nid = "qcvn01_2026_city_upper_secondary"\nm2_per_person = 1\n', encoding="utf-8"
    )
    run = analyses.run_study(tmp_path / "mine.toml")
    found = run.found
    assert not found.example
    assert found.projection.fits["before_people"].tolist() == pytest.approx([22_500, 33_750])  # half more, and again
    people = next(one for one in pages.report(run.study, run.ground, found, []) if one.heading[1] == "People to come")
    assert people.table["people"].tolist() == pytest.approx([20_000, 30_000])
    assert "giả định của người lập nghiên cứu" in people.text[0][0]
    check = found.checks["2027-01-01"]
    assert check.table.loc["qcvn01_2026_city_upper_secondary", "needed_m2"] == pytest.approx(30_000)
    assert check.residential_units == 2
    assert found.balance.table.loc["total", "planned_ha"] == pytest.approx(636.12, abs=0.01)
    assert check.coverage["street_pct"].isna().all()


def test_mistakes_of_the_study_are_told_with_their_key(tmp_path):
    study = tmp_path / "mine.toml"
    study.write_text(
        'kind = "land_use_balance"\ntitle_vi = "a"\ntitle_en = "b"\non = "2027-01-01"\npeople = 5\n', encoding="utf-8"
    )
    with pytest.raises(PlanningDataError, match=r"line 5.*give plan too"):
        analyses.ready_study(study)
    assert "land_use_balance" in json.dumps(analyses.study_schema())
