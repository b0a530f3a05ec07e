"""The shipped study of a land-use balance: maps, pages, workbook, rules, and that the example is told as one everywhere."""

import json
from types import SimpleNamespace

import pytest

import analyses
import layers
from analyses.studies import land_use_balance_study
from geo import PlanningDataError
from maps.report import write_report
from maps.studies import land_use_balance as pages


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
    tables = pages.tables(found)
    assert {"balance", "rules", "norms_2026-11-22", "norms_2027-01-01", "coverage_2027-01-01", "parcels_by_class"} <= set(tables)


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
