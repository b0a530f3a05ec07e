"""Station sheets on paper and as pages: two pages each, every table, what can not be said is said; the committee's page."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import analyses
from geo import Label
from maps import committee
from maps.blocks import Block, block_html
from maps.studies import tod_station_sheet as pages
from maps.studies.station_sheet_blocks import blocks_in_order, blocks_of, schematic
from maps.studies.station_sheet_land import land_colors, land_name
from maps.studies.station_sheet_map import uses_of
from maps.studies.station_sheet_words import said

FINE, VAGUE = "brt_newcity_suoitien_02", "brt_newcity_suoitien_07"


@pytest.fixture(scope="module")
def run(station_run: analyses.StudyRun) -> analyses.StudyRun:
    """The same run with the pages of two stations."""
    sheets = {stop: station_run.found.sheets[stop] for stop in (FINE, VAGUE)}
    return replace(station_run, found=replace(station_run.found, sheets=sheets))


@pytest.fixture(scope="module")
def folder(run: analyses.StudyRun, tmp_path_factory: Any) -> Path:
    made = tmp_path_factory.mktemp("sheets")
    for name in ("sheets", "thumbnails", "data"):
        (made / name).mkdir()
    written = pages.extras(run.study, run.ground, run.found, made, lang="vi")
    assert set(written.values()) == {f"sheets/{stop}.pdf" for stop in (FINE, VAGUE)}
    return made


def test_every_sheet_is_a_pdf_of_two_a3_pages_without_a_time(folder: Path) -> None:
    for stop in (FINE, VAGUE):
        data = (folder / f"sheets/{stop}.pdf").read_bytes()
        assert len(re.findall(rb"/Type /Page\b", data)) == 2
        for box in re.findall(rb"/MediaBox \[([^\]]+)\]", data):
            assert [float(one) for one in box.split()[2:]] == pytest.approx([420 / 25.4 * 72, 297 / 25.4 * 72], abs=0.1)
        assert b"CreationDate" not in data


def test_the_page_says_all_tables_in_both_languages_and_loads_nothing(run: analyses.StudyRun, folder: Path) -> None:
    text = (folder / f"sheets/{FINE}.html").read_text(encoding="utf-8")
    colors = land_colors(uses_of(run.found), run.study.on)  # type: ignore[attr-defined]
    blocks = blocks_of(run.study, run.ground, run.found, run.found.sheets[FINE], colors)  # type: ignore[arg-type]
    for block in blocks_in_order(blocks):
        assert f'id="{block.name}"' in text
        assert block.title.vi in text
        assert block.title.en in text
        for row in block.rows:
            assert len(row) == len(block.head), block.name
    assert "no buildings layer" in text.lower()
    assert "QĐ 3065/2025" in text
    assert not re.findall(r'(?:src|href)="https?:', text)
    assert "SƠ ĐỒ" not in text
    vague = (folder / f"sheets/{VAGUE}.html").read_text(encoding="utf-8")
    assert "không đánh giá được" in vague
    assert 'class="vague"' in vague
    people = run.found.sheets[FINE].figure("people")
    assert said(people).vi in text
    assert schematic(run.found.sheets[VAGUE])
    assert not schematic(run.found.sheets[FINE])


def test_land_wears_the_colours_of_plans() -> None:
    colors = land_colors(["urban", "ODT", "DAT_HTXH_Yte", "unclassified"], "2026-11-22")
    drawn = land_colors(["QHDH_DAT_HTXH_Yte_DVO"], "2026-11-22")
    assert drawn == {"QHDH_DAT_HTXH_Yte_DVO": colors["DAT_HTXH_Yte"]}
    assert colors == {"urban": "#cc9900", "ODT": "#ffa0ff", "DAT_HTXH_Yte": "#ff00bf", "unclassified": "#ffffff"}


def test_land_has_names_whatever_its_class_is_written_as() -> None:
    assert land_name("DAT_O_Nhomnhao").vi == "Nhóm nhà ở"
    assert land_name("DGT").en == "Transport (DGT)"
    assert land_name("QHDH_DAT_HTXH_CayxanhCC_DVO").vi.endswith("(đơn vị ở)")
    assert land_name("QHDH_DAT_HTXH_Truonghoc_MN").vi.endswith("(mầm non)")
    assert land_name("urban") == ("Đô thị", "Urban")
    assert land_name("khu_rieng").vi == "Khu rieng"


def test_cells_are_text_even_where_they_look_like_html() -> None:
    bad = Label("<b>x</b>", "{{7*7}}")
    html = block_html(Block("people", bad, [bad, bad], [[bad, bad]], [bad], ["#ffffff"]), "vi")
    assert "<b>x" not in html
    assert "&lt;b&gt;" in html or "&#60;" in html


def test_ranges_are_written_as_each_language_does() -> None:
    assert said(analyses.Range(1234.0, 2345.6, 3456.0)) == ("2.350 (1.230–3.460)", "2,350 (1,230–3,460)")
    assert said(analyses.Range(5.0, 5.0, 5.0)).vi == "5"
    assert said(analyses.Range(float("nan"), float("nan"), float("nan"))).en == "not assessable"
    assert said(analyses.Range(50.0, float("inf"), float("inf")), digits=0).vi == "không tới được (50–không tới được)"


def test_the_committee_gets_answers_with_their_source_or_what_is_lacking(run: analyses.StudyRun, folder: Path) -> None:
    asked = {one.name: one for one in committee.asked(run)}
    assert list(asked) == ["basis", "year", "area", "norms", "money", "households", "worse", "metro", "road"]
    answered = {name for name, one in asked.items() if one.answer.answered}
    assert answered == {"basis", "year", "area", "worse"}
    assert all(one.answer.source.vi for name, one in asked.items() if name in answered)
    assert "buildings" in asked["households"].answer.text.en
    assert committee.count(run) == (4, 9)
    text = committee.write_committee(folder, run, lang="vi").read_text(encoding="utf-8")
    assert text.count("Chưa trả lời được.") == 5
    assert f"sheets/{FINE}.html" in text
    assert "QĐ 3065/2025" in text


def test_a_test_of_options_answers_metro_and_who_is_worse_and_any_other_study_says_what_is_needed() -> None:
    study = analyses.read_study("brt_new_city_suoi_tien")
    coarse = study.base.model_copy(update={"resolution": 7})
    run = analyses.run_study(study.model_copy(update={"sweep": None, "base": coarse}))
    asked = {one.name: one.answer for one in committee.asked(run)}
    assert {name for name, one in asked.items() if one.answered} >= {"year", "worse", "metro"}
    pairs = run.found.pairs.set_index(["from_id", "to_id", "option"])["travel_time_min"]
    minutes = pairs[("new_city", "suoi_tien", "metro")]
    assert f"{round(minutes)} phút" in asked["metro"].text.vi
    assert asked["metro"].table is not None
    assert len(asked["metro"].table) == (pairs.index.get_level_values("option").nunique())
    other = analyses.StudyRun(analyses.read_study("first_look"), run.ground, None)
    assert committee.count(other) == (0, 9)
    assert all(one.answer.text.en.startswith("Needed: ") for one in committee.asked(other))
