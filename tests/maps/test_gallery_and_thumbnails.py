"""The gallery page and its pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import matplotlib.image
import numpy as np
import pytest

import maps
from geo import PlanningDataError


@pytest.fixture
def folder(tmp_path: Path, zones: gpd.GeoDataFrame) -> Path:
    maps.save(maps.page("T", maps.choropleth(zones, "jobs")), tmp_path / "maps" / "việc làm #1.html")
    maps.thumbnail(zones, "jobs", tmp_path / "a.png")
    (tmp_path / "a.geojson").write_text("{}")
    (tmp_path / "a.csv").write_text("")
    return tmp_path


def card(**more: Any) -> maps.Card:
    given = {"title": ("Việc làm", "Jobs"), "text": ("Chữ", "Text"), "map": "maps/việc làm #1.html", "thumbnail": "a.png"}
    return maps.Card(**{**given, "geojson": "a.geojson", "csv": "a.csv", **more})


def test_a_card_leads_to_its_map_and_data(folder: Path, show: Callable[..., Any]) -> None:
    shown = show(maps.write_gallery(folder, [card()], lang="vi"), ready=False)
    links = [(link.inner_text().strip(), link.evaluate("(a) => a.href")) for link in shown.tab.locator("li a").all()]
    assert [text for text, _ in links] == ["Việc làm", "GeoJSON", "CSV"]
    assert shown.tab.evaluate("document.images[0].naturalWidth") == 480
    shown.tab.locator("li a.map").click()
    shown.tab.wait_for_selector("body[data-ready=yes]", state="attached")
    assert shown.texts("h1") == ["T"]
    assert shown.noise == []


def test_the_gallery_switches_its_language(folder: Path, show: Callable[..., Any]) -> None:
    shown = show(maps.write_gallery(folder, [card(group=("Nhóm", "Group"))], lang="vi"), ready=False)
    assert shown.tab.locator("li h3").inner_text() == "Việc làm"
    shown.tab.click("button[data-lang=en]")
    assert shown.tab.locator("li h3").inner_text() == "Jobs"
    assert shown.tab.locator("h2").inner_text() == "Group"
    assert shown.tab.title() == "Maps of the Binh Duong Innovation Region"
    assert shown.tab.evaluate("document.documentElement.lang") == "en"
    assert shown.noise == []


def test_the_gallery_is_the_same_for_the_same_cards(folder: Path) -> None:
    first = maps.write_gallery(folder, [card()], lang="en").read_bytes()
    assert maps.write_gallery(folder, [card()], lang="en").read_bytes() == first


def test_cards_may_be_plain_mappings_and_a_gallery_may_be_empty(folder: Path) -> None:
    assert "<h3>" in maps.write_gallery(folder, [{"title": "Một"}]).read_text("utf8")
    assert "<li>" not in maps.write_gallery(folder, []).read_text("utf8")


@pytest.mark.parametrize("path", ["none.html", "../outside.html", "/etc/hostname", "a\0b", "maps"])
def test_a_link_to_a_missing_or_outside_file_is_refused(folder: Path, path: str) -> None:
    (folder.parent / "outside.html").write_text("x")
    with pytest.raises(PlanningDataError, match="E-MAP-09"):
        maps.write_gallery(folder, [card(map=path)])


def test_a_thumbnail_shows_the_colours_of_the_web_map(zones: gpd.GeoDataFrame, tmp_path: Path) -> None:
    mark = maps.choropleth(zones, "jobs", k=3)
    picture = matplotlib.image.imread(maps.thumbnail(mark, path=tmp_path / "a.png", under=(), size_px=(300, 200)))
    assert picture.shape[:2] == (200, 300)
    ground = np.array([0xF3, 0xF3, 0xEF]) / 255
    for color in mark.look.colors:
        wanted = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255 * 0.85 + ground * 0.15
        assert np.isclose(picture[..., :3], wanted, atol=0.01).all(axis=2).mean() > 0.02, color


def test_a_thumbnail_is_the_same_for_the_same_input(
    zones: gpd.GeoDataFrame, corridors: gpd.GeoDataFrame, stops: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    for at, (frame, column) in enumerate([(zones, "jobs"), (zones, None), (corridors, "mode"), (stops, None)]):
        first = maps.thumbnail(frame, column, tmp_path / f"a{at}.png").read_bytes()
        assert maps.thumbnail(frame, column, tmp_path / f"b{at}.png").read_bytes() == first
        assert b"tEXt" not in first


def test_a_thumbnail_is_a_png(zones: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with pytest.raises(PlanningDataError, match="E-MAP-09"):
        maps.thumbnail(zones, "jobs", tmp_path / "a.jpg")


def test_a_thumbnail_of_a_raster_shows_the_colours_of_its_cells(tmp_path: Path) -> None:
    mark = maps.raster(np.arange(16.0).reshape(4, 4), "elevation_m", bounds=(106.6, 11, 106.7, 11.1), crs="EPSG:4326", opacity=1)
    picture = matplotlib.image.imread(maps.thumbnail(mark, path=tmp_path / "a.png"))[..., :3]
    seen = {"#" + bytes(pixel).hex() for pixel in np.rint(255 * picture.reshape(-1, 3)).astype(np.uint8)}
    assert set(mark.look.colors) <= seen
