"""One style in the page, in QGIS and in a still picture."""

from __future__ import annotations

import io
import operator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pytest
from PIL import Image

import maps
from geo import PlanningDataError
from maps.style import NO_DATA, Style
from tests.maps.block_reader import unpacked


def parsed(text: str) -> tuple[list[tuple[str, str, str]], list[dict[str, str]]]:
    """Label, filter and symbol of every rule, and the properties of every symbol."""
    root = ET.fromstring(text.split("\n", 1)[1])  # noqa: S314 - our own text
    rules = [(rule.get("label", ""), rule.get("filter", ""), rule.get("symbol", "")) for rule in root.iter("rule")]
    symbols = [
        {one.get("name", ""): one.get("value", "") for one in symbol.iter("Option") if one.get("name")}
        for symbol in root.iter("symbol")
    ]
    return rules, symbols


SIGNS = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


def hexed(rgb: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in rgb.split(",")[:3])


@pytest.mark.parametrize("column", ["jobs", "jobs_change", "kind", "travel_time_min"])
def test_page_qgis_and_picture_have_the_same_colours(zones: gpd.GeoDataFrame, column: str, tmp_path: Path) -> None:
    mark = maps.choropleth(zones, column)
    head, _ = unpacked(mark.block)
    rules, symbols = parsed(maps.qml(mark))
    page = [row[1] for row in head["legend"] if row[0] < len(mark.look.colors)]
    qgis = [hexed(symbols[int(symbol)]["color"]) for _, _, symbol in rules[:-1]]
    assert qgis == page == list(mark.look.colors)
    assert hexed(symbols[int(rules[-1][2])]["color"]) == mark.look.color(NO_DATA)
    picture = Image.open(maps.thumbnail(mark, path=tmp_path / "a.png", under=())).convert("RGB")
    found = {f"#{r:02x}{g:02x}{b:02x}" for _, (r, g, b) in picture.getcolors(1 << 20)}
    for color in {
        mark.look.color(int(code)) for code in mark.look.codes(zones)
    }:  # blended with the ground by the style's opacity
        shown = [
            round(mark.look.opacity * int(color[at : at + 2], 16) + (1 - mark.look.opacity) * int("f3f3ef"[at - 1 : at + 1], 16))
            for at in (1, 3, 5)
        ]
        near = [f"#{r:02x}{g:02x}{b:02x}" for r in _near(shown[0]) for g in _near(shown[1]) for b in _near(shown[2])]
        assert found & set(near), color


def _near(value: int) -> range:
    return range(max(0, value - 1), min(255, value + 1) + 1)


@pytest.mark.parametrize("column", ["jobs", "travel_time_min", "jobs_change"])
def test_the_rules_of_qgis_put_every_value_where_the_page_does(zones: gpd.GeoDataFrame, column: str) -> None:
    mark = maps.choropleth(zones, column)
    rules, symbols = parsed(maps.qml(mark))
    for value, code in zip(zones[column], mark.look.codes(zones), strict=True):
        if not np.isfinite(value):
            continue
        holds = [symbol for _, where, symbol in rules if _true(where, column, value)]
        assert [hexed(symbols[int(symbol)]["color"]) for symbol in holds] == [mark.look.color(int(code))]


def _true(where: str, column: str, value: float) -> bool:
    """The filter, read by hand: ends joined by AND."""
    if "IS NULL" in where:
        return False
    for part in where.split(" AND "):
        left, sign, bound = part.rsplit(" ", 2)
        assert left == f'"{column}"'
        if not SIGNS[sign](value, float(bound)):
            return False
    return True


def test_texts_of_data_stay_texts(zones: gpd.GeoDataFrame) -> None:
    hostile = "a' OR '1'='1 <b>&\"\\"
    frame = zones.assign(**{'odd "name"': [hostile] * 15 + ["b"] * 15})
    rules, _ = parsed(maps.qml(maps.choropleth(frame, 'odd "name"')))
    wheres = {where for _, where, _ in rules}
    assert '"odd ""name""" = ' + "'a'' OR ''1''=''1 <b>&\"\\\\'" in wheres
    assert hostile in {label for label, _, _ in rules}


def test_lines_points_and_plain_layers_have_their_symbols(
    corridors: gpd.GeoDataFrame, stops: gpd.GeoDataFrame, zones: gpd.GeoDataFrame
) -> None:
    kinds: list[tuple[Any, str, str]] = [
        (maps.lines(corridors), "line", "line_color"),
        (maps.points(stops), "marker", "color"),
        (maps.outlines(zones), "fill", "outline_color"),
    ]
    for mark, group, key in kinds:
        text = maps.qml(mark)
        rules, symbols = parsed(text)
        assert f'type="{group}"' in text
        assert {hexed(symbols[int(symbol)][key]) for _, _, symbol in rules if symbol} >= {mark.look.color(0)}
    assert "style" in parsed(maps.qml(maps.outlines(zones)))[1][0]


def test_a_style_alone_needs_its_kind() -> None:
    assert "SimpleLine" in maps.qml(Style(), kind="line")
    with pytest.raises(PlanningDataError, match="E-MAP-15"):
        maps.qml(Style(), kind="cube")
    with pytest.raises(PlanningDataError, match="E-MAP-08"):
        maps.qml(Style(), lang="fr")
    assert io.StringIO(maps.qml(Style())).readline().startswith("<!DOCTYPE qgis")
