"""What a reader does with a page: search, filter, table, download, link, compare, step. One browser, few pages."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

import geo
import maps

TABLE = ".inno-rows tbody tr:not(.inno-gap)"
SHOWN = "document.querySelector('.inno-shown').textContent"
LAYER = "Innoregion.maps[0]._innoAll[0]"


@pytest.fixture
def places(zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    names = ["Thủ Đức", "Đồng Xoài", "Bến Cát", 'Chợ "Đình", Bình Dương', "=1+1", "Dĩ An\nmới"]
    frame = zones.copy()
    frame["name_vi"] = [names[at] if at < len(names) else f"Ô {at}" for at in range(30)]
    frame.index = [f"z{at:02}" for at in range(30)]
    frame.index.name = "zone_id"
    return frame


@pytest.fixture
def shown(places: gpd.GeoDataFrame, stops: gpd.GeoDataFrame, show: Callable[..., Any], tmp_path: Path) -> Any:
    fields = ["jobs", "travel_time_min", "kind"]
    page = maps.page(
        "T", maps.choropleth(places, "jobs", k=3, fields=fields), maps.points(stops), sources="điều tra 2019", background=False
    )
    return show(maps.save(page, tmp_path / "a.html"))


def found(shown: Any, text: str) -> list[str]:
    shown.tab.fill(".inno-find input", text)
    return shown.texts(".inno-found .inno-name")


def test_names_are_found_without_accents_and_in_any_normal_form(shown: Any) -> None:
    for text in ("thu duc", "THỦ ĐỨC", "Thu\u0309 \u0110u\u031b\u0301c", "duc"):
        assert found(shown, text) == ["Thủ Đức"], text
    assert found(shown, "dong xoai") == ["Đồng Xoài"]
    assert found(shown, "xyz") == []
    assert shown.texts(".inno-found") == ["Không tìm thấy"]
    assert found(shown, "tram") == ["Trạm 1", "Trạm 2"]
    shown.tab.keyboard.press("ArrowDown")
    shown.tab.keyboard.press("ArrowDown")
    shown.tab.keyboard.press("Enter")
    assert shown.texts(".leaflet-popup strong") == ["Trạm 2"]
    assert shown.tab.locator(".inno-found").is_hidden()
    assert shown.noise == []


def test_table_and_map_choose_for_each_other(shown: Any) -> None:
    shown.tab.locator(".inno-open-table").first.click()
    shown.tab.evaluate("document.querySelector('.inno-rows').scrollTop = 1e6")
    shown.tab.locator(TABLE, has_text="Đồng Xoài").click()
    assert shown.texts(".leaflet-popup strong") == ["Đồng Xoài"]
    shown.tab.evaluate("document.querySelector('.inno-rows').scrollTop = 0; Innoregion.maps[0].closePopup()")
    shown.tab.evaluate(
        f"(() => {{ const l = {LAYER}; l.open([...Array(l.shapes.n).keys()].find((f) => l.shapes.id(f) === 'z02')); }})()"
    )
    assert shown.texts(".inno-rows tr[aria-current=true] td")[:2] == ["Bến Cát", "200\u00a0việc làm"]
    box, rows = (shown.tab.locator(part).bounding_box() for part in (".inno-rows tr[aria-current=true]", ".inno-rows"))
    assert rows["y"] < box["y"] < rows["y"] + rows["height"]


def test_a_filter_takes_features_from_map_table_legend_and_downloads(shown: Any, places: gpd.GeoDataFrame) -> None:
    shown.tab.locator(".inno-open-table").first.click()
    shown.tab.select_option(".inno-column", label="Việc làm")
    shown.tab.locator(".inno-number").first.fill("1000")
    shown.tab.locator(".inno-number").last.fill("1500")
    kept = places[places["jobs"].between(1000, 1500)]
    assert shown.tab.evaluate(SHOWN) == f"{len(kept)} / 30 hàng"
    assert shown.tab.evaluate(f"{LAYER}.drawn") == len(kept)
    assert sum(map(int, shown.texts(".inno-legend:first-child .inno-count"))) == len(kept)
    table = list(csv.DictReader(io.StringIO(shown.tab.evaluate(f"Innoregion.csv({LAYER}.shapes)").removeprefix("\ufeff"))))
    assert sorted(row["zone_id"] for row in table) == sorted(kept.index)
    shown.hover(106.61, 11.01)  # filtered away: nothing to tell
    assert shown.tab.locator(".leaflet-tooltip").count() == 0
    shown.tab.select_option(".inno-column", label="Loại")
    assert shown.texts(".inno-choice option") == ["Tất cả", "Chợ Đình", "khu công nghiệp", "nhà ở"]
    shown.tab.select_option(".inno-choice", label="Chợ Đình")
    assert shown.tab.evaluate(SHOWN) == "5 / 30 hàng"
    shown.tab.select_option(".inno-column", index=0)
    shown.tab.fill(".inno-text", "cho dinh")
    assert shown.tab.evaluate(SHOWN) == "5 / 30 hàng"  # by kind
    shown.tab.fill(".inno-text", "BINH duong")
    assert shown.tab.evaluate(SHOWN) == "1 / 30 hàng"  # by name
    shown.tab.fill(".inno-text", "")
    assert shown.tab.evaluate(SHOWN) == "30 hàng"
    assert shown.noise == []


def test_csv_and_geojson_hold_what_the_frame_held(shown: Any, places: gpd.GeoDataFrame, tmp_path: Path) -> None:
    shown.tab.locator(".inno-open-table").first.click()
    with shown.tab.expect_download() as waiting:
        shown.tab.click("text=GeoJSON")
    assert waiting.value.suggested_filename == "viec_lam.geojson"
    path = tmp_path / "back.geojson"
    waiting.value.save_as(path)
    told = json.loads(path.read_text("utf8"))
    assert told["sources"] == ["điều tra 2019"]
    back = gpd.read_file(path).set_index("id").loc[places.index]
    assert back.geometry.is_valid.all()
    assert all(shapely.LinearRing(shape.exterior).is_ccw for shape in back.geometry)
    apart = geo.to_metric(back).geometry.hausdorff_distance(geo.to_metric(places).geometry)
    assert apart.max() < 0.5  # metres
    assert back["name_vi"].tolist() == places["name_vi"].tolist()
    assert back["jobs"].tolist() == places["jobs"].tolist()
    minutes = places["travel_time_min"].replace(np.inf, np.nan)
    assert np.allclose(back["travel_time_min"].astype(float), minutes, equal_nan=True)
    with shown.tab.expect_download() as waiting:
        shown.tab.click("text=CSV")
    text = Path(waiting.value.path()).read_text("utf8")
    assert text.startswith("\ufeff")
    rows = {row["zone_id"]: row for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))}
    assert {one: row["name_vi"] for one, row in rows.items()} == places["name_vi"].to_dict()
    assert {one: float(row["jobs"]) for one, row in rows.items()} == places["jobs"].to_dict()
    assert rows["z05"]["travel_time_min"] == rows["z06"]["travel_time_min"] == ""


def test_holes_and_parts_come_back(show: Callable[..., Any], tmp_path: Path) -> None:
    ring = shapely.Point(106.6, 11).buffer(0.1).difference(shapely.Point(106.6, 11).buffer(0.04))
    shapes = [shapely.MultiPolygon([ring, shapely.box(106.8, 11, 106.9, 11.1)]), shapely.box(106.4, 10.9, 106.45, 11)]
    frame = gpd.GeoDataFrame({"jobs": [1.5, 2.5]}, geometry=shapes, crs=4326)
    shown = show(maps.save(maps.page("T", maps.choropleth(frame, "jobs"), background=False), tmp_path / "a.html"))
    told = json.loads(shown.tab.evaluate(f"Innoregion.geojson({LAYER}.shapes, {{}})"))
    back = gpd.GeoDataFrame.from_features(told, crs=4326).set_index("jobs").loc[frame["jobs"]]
    assert back.geometry.is_valid.all()
    assert np.allclose(geo.area_ha(back), geo.area_ha(frame), rtol=1e-4)
    assert [len(shapely.get_rings(shapely.get_parts(shape))) for shape in back.geometry] == [3, 1]


def test_the_address_holds_the_view(shown: Any, tmp_path: Path) -> None:
    shown.tab.evaluate("Innoregion.maps[0].setView([11.05, 106.65], 13.25, {animate: false})")
    shown.tab.locator(".inno-side input").last.uncheck()
    shown.tab.click("button[lang=en]")
    link = shown.tab.evaluate("location.hash")
    assert link == "#map=13.25/11.05000/106.65000&lang=en&layers=0"
    shown.tab.goto("about:blank")
    shown.tab.goto((tmp_path / "a.html").as_uri() + link)
    shown.tab.wait_for_selector("body[data-ready=yes]", state="attached")
    view = shown.tab.evaluate("[Innoregion.maps[0].getZoom(), Innoregion.maps[0].getCenter().lat, Innoregion.lang]")
    assert view == [13.25, pytest.approx(11.05, abs=1e-4), "en"]
    assert [box.is_checked() for box in shown.tab.locator(".inno-side input").all()] == [True, False]
    for wrong in ("#map=a/b/c&lang=xx&layers=9,-1&step=0:1,7:7", "#<img src=x onerror=alert(1)>"):
        shown.tab.evaluate("(h) => { location.hash = h; }", wrong)
    assert shown.noise == []


def test_steps_change_colours_legend_table_and_address(zones: gpd.GeoDataFrame, show: Callable[..., Any], tmp_path: Path) -> None:
    frame = zones.assign(jobs_06h=zones["jobs"], jobs_08h=zones["jobs"] * 2)
    mark = maps.time_steps(frame, {"jobs_06h": "6:00", "jobs_08h": "8:00"}, title="Việc làm", k=4)
    shown = show(maps.save(maps.page("T", mark, background=False), tmp_path / "a.html"))
    for at, column in enumerate(("jobs_06h", "jobs_08h")):
        shown.tab.locator(".inno-steps input").fill(str(at))
        counts = np.bincount(mark.look.codes(frame, column), minlength=4)
        assert list(map(int, shown.texts(".inno-count"))) == counts.tolist()
        shown.hover(106.71, 11.085)
        assert shown.tooltip("td")[0] == geo.format_number(frame[column].iloc[29], "vi", digits=0) + "\u00a0việc làm"
        assert shown.texts(".inno-steps output") == [f"{6 + 2 * at}:00"]
    assert shown.tab.evaluate("location.hash").endswith("&step=0:1")
    assert shown.noise == []


def pixel(shown: Any, share: float, which: int = 0) -> str:
    """The colour a reader sees at a share of the map's width, at half its height."""
    at = shown.tab.locator(".leaflet-container").nth(which).bounding_box()
    spot = {"x": at["x"] + share * at["width"], "y": at["y"] + at["height"] * 0.52, "width": 2, "height": 2}
    from PIL import Image  # noqa: PLC0415 - matplotlib brings it along

    picture = Image.open(io.BytesIO(shown.tab.screenshot(clip=spot)))
    return "#" + "".join(f"{channel:02x}" for channel in picture.convert("RGB").getpixel((0, 0)))


def test_the_curtain_parts_before_from_after(zones: gpd.GeoDataFrame, show: Callable[..., Any], tmp_path: Path) -> None:
    one, two = (zones.dissolve().assign(kind=kind) for kind in ("road", "water"))
    before, after = (
        maps.choropleth(frame, "kind", palette=[color], title=title)
        for frame, color, title in ((one, "#ff0000", "A"), (two, "#0000ff", "B"))
    )
    pair = maps.swipe(before, after, labels=("Hiện nay", ("Năm 2030", "2030")))
    shown = show(maps.save(maps.page("T", pair, background=False), tmp_path / "a.html"))
    assert shown.texts(".inno-tag") == ["Hiện nay", "Năm 2030"]
    assert [pixel(shown, at)[1:3] > "80" for at in (0.3, 0.7)] == [True, False]
    shown.tab.locator(".inno-curtain").focus()
    shown.tab.keyboard.press("Home")
    assert pixel(shown, 0.3) == pixel(shown, 0.7)
    shown.tab.keyboard.press("End")
    assert pixel(shown, 0.3) == pixel(shown, 0.7)
    assert shown.tab.get_attribute(".inno-curtain", "aria-valuenow") == "100"
    shown.tab.evaluate("Innoregion.maps[0]._innoCompare.share = .5; Innoregion.maps[0].fire('move')")
    told = []
    for lon in (106.62, 106.70):
        shown.hover(lon, 11.05)
        told.append(shown.tooltip("td")[0])
    assert told == ["đường bộ", "mặt nước"]
    shown.tab.click(".inno-way")
    assert shown.tab.locator(".leaflet-container").count() == 2
    assert [pixel(shown, 0.5, which)[1:3] > "80" for which in (0, 1)] == [True, False]
    shown.tab.evaluate("Innoregion.maps[1].setView([11.06, 106.66], 12, {animate: false})")
    assert shown.tab.evaluate("Innoregion.maps[0].getCenter().lat") == pytest.approx(11.06, abs=1e-3)
    shown.tab.click(".inno-way")
    assert shown.tab.locator(".leaflet-container").count() == 1
    assert shown.noise == []
