"""Every mark in a browser with the network cut: silent, drawn, its classes told truly, open to every reader."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import maps
from maps.offline import digest
from maps.vector_layer import BlockLayer
from tests.maps.block_reader import unpacked

DRAWN = """() => Innoregion.maps.flatMap((m) => m._inno).filter((l) => l.options.role !== "names").map((l) => {
  const c = l._base, d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data, colours = {}, {head} = l.shapes;
  const hex = (i) => "#" + [d[i], d[i + 1], d[i + 2]].map((v) => v.toString(16).padStart(2, "0")).join("");
  for (let i = 0; i < d.length; i += 4) if (d[i + 3] === 255) colours[hex(i)] = (colours[hex(i)] || 0) + 1;
  return {title: Innoregion.say(head.title, head), colours, legend: head.legend, role: l.options.role};
})"""
AGREE = """() => {
  const layer = Innoregion.maps[0]._innoAll[0], s = layer.shapes;
  const texts = (box, part) => [...box.querySelectorAll(part)].map((e) => e.textContent);
  const hit = (f, [x, y]) => s.pick(x, y, 0) === f;
  const tell = (f) => ({id: s.id(f), card: texts(layer.card(f), "td"), code: s.codes[f], hit: hit(f, s.centre(f))});
  return [...Array(s.n).keys()].map(tell);
}"""
ROWS = "[...document.querySelectorAll('.inno-rows tbody tr')].map((r) => [...r.children].slice(1).map((c) => c.textContent))"
SERIOUS = ("serious", "critical")


@pytest.fixture
def places() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name_vi": ["Thủ Dầu Một", "Dĩ An", "Bến Cát"], "name_en": ["Thu Dau Mot", "Di An", "Ben Cat"]},
        geometry=gpd.points_from_xy([106.62, 106.70, 106.66], [11.02, 11.04, 11.08]),
        index=["a", "b", "c"],
        crs=4326,
    )


@pytest.fixture
def gallery(zones: gpd.GeoDataFrame, corridors: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> dict[str, Any]:
    trips = pd.DataFrame(
        [("a", "b", 900), ("b", "a", 300), ("b", "c", 90), ("c", "a", 20)], columns=["from_id", "to_id", "trips"]
    )
    rings = [shapely.Point(106.66, 11.05).buffer(size) for size in (0.03, 0.02, 0.01)]
    steps = zones.assign(jobs_06h=zones["jobs"], jobs_08h=zones["jobs"] * 2)
    bands = gpd.GeoDataFrame({"cutoff_min": [45, 30, 15]}, geometry=rings, crs=4326)
    cells = np.arange(900.0).reshape(30, 30)
    look = maps.classify(zones["jobs"], k=4)
    pair = [maps.choropleth(zones, "jobs", style=look, title=title) for title in ("Trước", "Sau")]
    return {
        "choropleth": [maps.choropleth(zones, "jobs")],
        "difference": [maps.choropleth(zones, "jobs_change")],
        "times": [maps.choropleth(zones, "travel_time_min", k=4)],
        "categories": [maps.choropleth(zones, "kind")],
        "outlines": [maps.outlines(zones)],
        "lines": [maps.lines(corridors)],
        "points": [maps.points(places)],
        "isobands": [maps.isobands(bands)],
        "flows": [maps.flows(trips, places, "trips")],
        "labels": [maps.points(places), maps.labels(places)],
        "steps": [maps.time_steps(steps, ["jobs_06h", "jobs_08h"])],
        "raster": [maps.raster(cells, "elevation_m", bounds=(106.6, 11, 106.72, 11.1), crs="EPSG:4326")],
        "swipe": [maps.swipe(*pair)],
        "side by side": [maps.swipe(*pair, mode="side")],
    }


NAMES = (
    *("choropleth", "difference", "times", "categories", "outlines", "lines", "points"),
    *("isobands", "flows", "labels", "steps", "raster", "swipe", "side by side"),
)


def axe() -> str:
    """axe-core's script, of the package in the group test."""
    pytest.importorskip("axe_playwright_python", reason="the group test is not installed anew yet")
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf8")


@pytest.mark.parametrize("name", NAMES)
def test_a_mark_is_silent_drawn_true_and_open_to_every_reader(
    name: str, gallery: dict[str, Any], show: Callable[..., Any], tmp_path: Path
) -> None:
    words: dict[str, Any] = {"sources": "khảo sát 2026", "notes": "ghi chú", "background": name == "lines"}
    page = maps.page(("Bản đồ", "Map"), *gallery[name], **words)
    path = maps.save(page, tmp_path / "a.html")
    again = maps.page(("Bản đồ", "Map"), *gallery[name], **words)
    assert maps.save(again, tmp_path / "b.html").read_bytes() == path.read_bytes()
    _held_by_its_policy(path.read_text("utf8"))
    shown = show(path)
    layers = [layer for layer in page._children.values() if isinstance(layer, BlockLayer) and layer.role in {"data", "labels"}]
    drawn = {one["title"]: one for one in shown.tab.evaluate(DRAWN) if one["role"] in {"data", "labels"}}
    assert len(layers) == len(drawn)
    for layer in layers:
        told = drawn[layer.title.vi]
        assert sum(told["colours"].values()) > 10, "nothing is drawn"
        counts = {row[0]: row[3] for row in told["legend"]}
        assert counts == _counts(layer)
        for code, color, _, count in told["legend"]:
            assert color == layer.look.color(code)
            assert not count or color in told["colours"], (layer.title.vi, code)
    shown.tab.evaluate(axe())
    if shown.tab.locator(".inno-open-table").count():
        shown.tab.locator(".inno-open-table").first.click()
    if shown.tab.locator(".inno-find").count():
        shown.tab.fill(".inno-find input", "an")
    found = shown.tab.evaluate("axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations)")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS] == []
    assert shown.noise == []


def _counts(layer: Any) -> dict[int, int]:
    """Features of every class, counted here from the style's own rule."""
    if isinstance(layer, maps.RasterLayer):
        codes = layer.look.codes_of(layer.cells[~np.isnan(layer.cells)])
    else:
        codes = layer.look.codes(layer.frame)
    found = {int(code): int((codes == code).sum()) for code in np.unique(codes)}
    return {row[0]: found.get(row[0], 0) for row in unpacked(layer.block)[0]["legend"]}


def _held_by_its_policy(html: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    assert "http" not in policy[1]
    assert all(digest(script) in policy[1] for script in re.findall(r"<script>(.*?)</script>", html, re.DOTALL))


def test_card_table_legend_and_file_tell_the_same(zones: gpd.GeoDataFrame, show: Callable[..., Any], tmp_path: Path) -> None:
    zones.index = [f"z{at}" for at in range(30)]
    mark = maps.choropleth(zones, "travel_time_min", k=4, fields=["travel_time_min", "jobs_change"])
    shown = show(maps.save(maps.page("T", mark, background=False), tmp_path / "a.html"))
    told = shown.tab.evaluate(AGREE)
    assert len(told) == 30
    assert all(one["hit"] for one in told)
    codes = dict(zip(zones.index, mark.look.codes(zones).tolist(), strict=True))
    assert {one["id"]: one["code"] for one in told} == codes
    shown.tab.locator(".inno-open-table").first.click()
    shown.tab.evaluate("document.querySelector('.inno-page').style.gridTemplateRows = '0 0 2000px'")
    from playwright.sync_api import expect  # noqa: PLC0415 - only where there is a browser

    expect(shown.tab.locator(".inno-rows tbody tr")).to_have_count(30)  # the page's policy forbids polling by text
    rows = shown.tab.evaluate(ROWS)
    assert sorted(rows) == sorted(one["card"] for one in told)
    text = shown.tab.evaluate("Innoregion.csv(Innoregion.maps[0]._innoAll[0].shapes)").removeprefix("\ufeff")
    for row in csv.DictReader(io.StringIO(text)):
        card = next(one["card"] for one in told if one["id"] == row["id"])
        number = row["travel_time_min"]
        assert card[0] == (f"{float(number):g}".replace(".", ",") + "\u00a0phút" if number else card[0])
        assert float(row["jobs_change"]) == zones.loc[row["id"], "jobs_change"]
        if number:
            assert float(number) == pytest.approx(zones.loc[row["id"], "travel_time_min"], abs=0.05)
        else:
            assert not np.isfinite(zones.loc[row["id"], "travel_time_min"])


def test_the_middle_of_a_difference_is_zero(zones: gpd.GeoDataFrame) -> None:
    mark = maps.choropleth(zones, "jobs_change", k=7)
    middle = [at for at, label in enumerate(mark.look.labels) if label.en == "0 (no change)"]
    assert len(middle) == 1
    assert set(zones["jobs_change"][mark.look.codes(zones) == middle[0]]) == {0}
    ends = np.array(mark.look.breaks)
    assert np.allclose(ends, -ends[::-1], atol=1)  # to the step of the numbers
