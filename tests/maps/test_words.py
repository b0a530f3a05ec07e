"""Readers of both languages find no bare code, no English on a Vietnamese page, and the other way round."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

import layers
import maps
from geo import column_label
from layers.register import COMMON, entry
from maps import words

NAMES = {"name_vi", "name_en", "unit_name_vi", "ward_name_vi", "district", "province", "line", "from_stop", "to_stop"}
IDS = {"members", "part_of", "shared_with", "interchanges_with", "superseded_by", "host", "study_unit", "gso_code", "applies_to"}
TIMES = {"as_of", "first_departure", "last_departure", "hour_from", "hour_to", "valid_from", "valid_to"}
PROSE = {"note", "rule"}
OF_RULES = {  # codes and texts of planning rules, which stand in both languages or beside their names
    "code", "parent", "land_group", "color", "scheme", "section", "section_vi", "section_en", "row_no", "row_vi", "row_en",
    "from_system", "from_value", "to_system", "to_value", "reason_vi", "reason_en", "item", "service", "measure", "city_class",
    "radius_tiers", "text_vi", "text_en", "endings", "epsg", "example", "field_type", "meridian", "part",
    "part_kind", "pattern", "province_code", "role", "shape", "subject",
}  # fmt: skip
SENTENCES = {"source", "area_source", "plan_basis", "length_covers", "covers"}
AS_IN_ENGLISH = {"living_lab", "Becamex (becamex.com.vn)"}
LAYERS = list(layers.catalogue().index)


@cache
def frames(name: str) -> list[pd.DataFrame]:
    return [layers.get(name), *([layers.get(name, vintage="2025")] if name == "units" else [])]


def text_values(name: str) -> Iterator[tuple[str, str]]:
    """Column and value of every text column that is neither a name, an id, a time nor a note."""
    for column, (unit, _) in entry(name).columns.items():
        if unit == "text" and column not in NAMES | IDS | TIMES | PROSE | OF_RULES and not column.endswith("_id"):
            yield from ((column, value) for frame in frames(name) for value in frame[column].unique() if value)


@pytest.mark.parametrize("name", LAYERS)
def test_every_code_of_a_layer_is_labelled_in_both_languages(name: str) -> None:
    unlabelled = {(column, value) for column, value in text_values(name) if column not in SENTENCES and value not in words.VALUES}
    assert not unlabelled


@pytest.mark.parametrize("name", LAYERS)
def test_what_rows_say_in_a_sentence_is_told_in_vietnamese(name: str) -> None:
    sentences = {value for column, value in text_values(name) if column in SENTENCES}
    assert {text for text in sentences if words.value_label(text).vi == text} <= AS_IN_ENGLISH
    assert all(words.value_label(text).en == text for text in sentences)


@pytest.mark.parametrize("column", ["status", "mode", "category", "generation", "helix", "land_use", "level", "network"])
def test_codes_that_a_column_promises_are_labelled_before_there_is_data(column: str) -> None:
    meaning = next(entry(name).columns[column][1] for name in LAYERS if column in entry(name).columns)
    promised = [code for code in re.split(r", | or ", meaning.split(", as of")[0]) if " " not in code]
    assert len(promised) > 1
    assert set(promised) <= set(words.VALUES)


def test_labels_are_told_in_both_languages_without_a_capital_but_for_names() -> None:
    for code, label in words.VALUES.items():
        assert label.vi.strip() == label.vi != "", code
        assert label.en.strip() == label.en != "", code
        if code not in {"binh_duong", "chon_thanh", "thu_duc"}:
            assert label.vi[0] == label.vi[0].lower(), code
            assert label.en[0] == label.en[0].lower(), code


@pytest.mark.parametrize("column", sorted({column for name in LAYERS for column in (*COMMON, *entry(name).columns)}))
def test_every_column_of_a_layer_has_a_label_in_both_languages(column: str) -> None:
    label = column_label(column)
    assert label.vi != label.en or column in AS_IN_ENGLISH
    english = set(re.findall(r"[a-z]{3,}", column)) - {"lab", "living"}
    assert not english & set(re.findall(r"\w+", label.vi.lower())), label.vi


def test_a_page_names_its_sources_in_the_language_of_the_reader() -> None:
    row = layers.catalogue().loc["bus_lines"]
    (told,) = maps.page("T", sources=row, background=False).head["sources"]
    for text, shown in (("source", told.en), ("source_vi", told.vi), ("licence", told.en), ("licence_vi", told.vi)):
        assert row[text] in shown
    assert row["source"] not in told.vi
    assert "số liệu đến 02/06/2018" in told.vi


def test_a_source_without_vietnamese_is_told_as_it_is() -> None:
    (told,) = maps.page("T", sources={"source": "own survey", "licence": "CC0"}, background=False).head["sources"]
    assert told.vi == told.en == "own survey; CC0"


def test_buttons_credits_and_popups_of_the_map_library_speak_the_readers_language(
    zones: gpd.GeoDataFrame, show: Callable[..., Any], tmp_path: Path
) -> None:
    made = maps.page("T", maps.choropleth(zones, "jobs"), sources="OpenStreetMap")
    shown = show(maps.save(made, tmp_path / "a.html"))

    def labels(selector: str) -> Any:
        return shown.tab.evaluate("(s) => [...document.querySelectorAll(s)].map((e) => e.getAttribute('aria-label'))", selector)

    def told() -> list[str]:
        shown.tab.evaluate("Innoregion.maps[0]._inno.find((layer) => layer.options.role === 'data').open(0)")
        newest = labels(".leaflet-popup-close-button")[-1]  # the one before may still be fading
        return [*labels(".leaflet-control-zoom a"), newest, *shown.texts(".leaflet-control-attribution")]

    assert told() == ["Phóng to", "Thu nhỏ", "Đóng", "Leaflet | © những người đóng góp vào OpenStreetMap"]
    shown.tab.click("button[lang=en]")
    assert told() == ["Zoom in", "Zoom out", "Close", "Leaflet | © OpenStreetMap contributors"]
    assert shown.noise == []
