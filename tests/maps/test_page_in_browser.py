"""Pages as a reader meets them: in a browser, with no network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import pytest

import maps
from maps.vector_layer import VectorLayer

COLOURS = (
    "(at) => { const l = Innoregion.maps[0]._inno.filter((l) => l.options.role === 'data')[at], c = l._base,"
    " d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data, seen = new Set();"
    " for (let i = 0; i < d.length; i += 4) if (d[i + 3] === 255) seen.add('#' + [d[i], d[i + 1], d[i + 2]].map((v) =>"
    " v.toString(16).padStart(2, '0')).join('')); return [...seen]; }"
)


@pytest.fixture
def page(zones: gpd.GeoDataFrame, corridors: gpd.GeoDataFrame, stops: gpd.GeoDataFrame) -> maps.Page:
    return maps.page(
        ("Việc làm", "Jobs map"),
        maps.choropleth(zones, "jobs", k=3),
        maps.lines(corridors),
        maps.points(stops),
        subtitle=("Phụ đề", "Subtitle"),
        notes=[("Ghi chú một", "Note one")],
        sources=[
            {
                "title_vi": "Ô",
                "title_en": "Zones",
                "source": "census",
                "licence": "ODbL",
                "as_of": "2019-04-01",
                "accuracy_m": 1200.0,
            }
        ],
    )


def test_a_page_opens_without_network_and_without_a_word_on_the_console(
    page: Any, show: Callable[..., Any], tmp_path: Path
) -> None:
    shown = show(maps.save(page, tmp_path / "a.html"))
    assert shown.noise == []
    assert shown.tab.title() == "Việc làm"
    assert shown.tab.evaluate("document.documentElement.lang") == "vi"


def test_every_class_is_drawn_in_its_colour(page: Any, show: Callable[..., Any], tmp_path: Path) -> None:
    shown = show(maps.save(page, tmp_path / "a.html"))
    marks = [child for child in page._children.values() if isinstance(child, VectorLayer) and child.role == "data"]
    assert len(marks) == 3
    for at, mark in enumerate(marks):
        assert set(mark.look.colors) <= set(shown.tab.evaluate(COLOURS, at)), mark.title


def test_the_legend_has_the_classes_and_counts_of_the_data(
    page: Any, zones: gpd.GeoDataFrame, show: Callable[..., Any], tmp_path: Path
) -> None:
    shown = show(maps.save(page, tmp_path / "a.html"))
    look = next(child.look for child in page._children.values() if isinstance(child, VectorLayer) and child.role == "data")
    wanted = [(row[2].vi, str(row[3])) for row in look.legend(look.codes(zones))]
    found = list(
        zip(shown.texts(".inno-legend:first-child .inno-class"), shown.texts(".inno-legend:first-child .inno-count"), strict=True)
    )
    assert found == wanted
    assert sum(int(count) for _, count in found) == len(zones)
    assert "Đơn vị: việc làm" in shown.texts(".inno-unit bdi")


def test_certainty_of_lines_is_in_the_legend_and_noted(page: Any, show: Callable[..., Any], tmp_path: Path) -> None:
    shown = show(maps.save(page, tmp_path / "a.html"))
    rows = shown.texts(".inno-legend:nth-child(2) .inno-class")
    assert rows[-4:] == ["đang xây dựng", "quy hoạch", "đã được thay thế", "vị trí sơ đồ"]
    assert any(text.startswith("Vị trí sơ đồ") for text in shown.texts(".inno-words li"))


def test_the_tooltip_tells_the_data(page: Any, show: Callable[..., Any], tmp_path: Path) -> None:
    shown = show(maps.save(page, tmp_path / "a.html"))
    shown.hover(106.71, 11.085)  # the last zone: 2900 jobs
    assert shown.tooltip("strong") == ["Ô 29"]
    assert shown.tooltip("th")[0] == "Việc làm"
    assert shown.tooltip("td")[0] == "2.900\u00a0việc làm"


def test_tooltips_tell_missing_and_unreached_apart(zones: gpd.GeoDataFrame, show: Callable[..., Any], tmp_path: Path) -> None:
    made = maps.page("T", maps.choropleth(zones, "travel_time_min"), background=False)
    shown = show(maps.save(made, tmp_path / "a.html"))
    told = []
    for lon, lat in ((106.71, 11.01), (106.61, 11.03), (106.63, 11.03)):
        shown.hover(lon, lat)
        told.append(shown.tooltip("td")[0])
    assert told == ["–", "không tới được", "7,3\u00a0phút"]


def test_the_reader_switches_the_language(page: Any, show: Callable[..., Any], tmp_path: Path) -> None:
    shown = show(maps.save(page, tmp_path / "a.html"))
    shown.tab.click("button[lang=en]")
    assert shown.texts("h1") == ["Jobs map"]
    assert shown.tab.title() == "Jobs map"
    assert shown.tab.evaluate("document.documentElement.lang") == "en"
    assert "Unit: jobs" in shown.texts(".inno-unit bdi")
    assert "Zones: census; ODbL; as of 2019-04-01; position accurate to about 1,200 m" in shown.texts(".inno-words li")
    shown.hover(106.71, 11.085)
    assert shown.tooltip("strong") == ["Zone 29"]
    assert shown.tooltip("td")[0] == "2,900\u00a0jobs"


def test_a_page_may_start_in_english(zones: gpd.GeoDataFrame, show: Callable[..., Any], tmp_path: Path) -> None:
    made = maps.page(("Bản đồ", "Map of jobs"), maps.choropleth(zones, "jobs"), lang="en")
    shown = show(maps.save(made, tmp_path / "a.html"))
    assert shown.texts("h1") == ["Map of jobs"]
    assert shown.tab.get_attribute("button[lang=en]", "aria-pressed") == "true"


def test_layers_are_switched_and_keep_their_order(page: Any, show: Callable[..., Any], tmp_path: Path) -> None:
    shown = show(maps.save(page, tmp_path / "a.html"))
    order = "Innoregion.maps[0]._inno.filter((l) => l.options.role === 'data').map((l) => l.shapes.kind)"
    assert shown.tab.evaluate(order) == ["polygon", "line", "point"]
    box = shown.tab.locator(".inno-side input").first
    box.uncheck()
    assert shown.tab.evaluate(order) == ["line", "point"]
    box.check()
    assert shown.tab.evaluate(order) == ["polygon", "line", "point"]


def test_a_layer_that_starts_hidden_waits_in_the_legend(
    zones: gpd.GeoDataFrame, show: Callable[..., Any], tmp_path: Path
) -> None:
    made = maps.page("T", maps.choropleth(zones, "jobs", show=False), background=False)
    shown = show(maps.save(made, tmp_path / "a.html"))
    assert shown.tab.evaluate("(Innoregion.maps[0]._inno || []).length") == 0
    shown.tab.locator(".inno-side input").check()
    assert shown.tab.evaluate("Innoregion.maps[0]._inno.length") == 1


def test_the_keyboard_reaches_features(page: Any, show: Callable[..., Any], tmp_path: Path) -> None:
    shown = show(maps.save(page, tmp_path / "a.html"))
    shown.tab.locator(".inno-walk").first.focus()
    shown.tab.keyboard.press("Enter")
    first = shown.texts("[role=status]")[0]
    shown.tab.keyboard.press("ArrowRight")
    second = shown.texts("[role=status]")[0]
    assert first.startswith("Ô ")
    assert second.startswith("Ô ")
    assert first != second
    shown.tab.keyboard.press("Enter")
    assert shown.texts(".leaflet-popup strong") == [second.split(";")[0]]
    shown.tab.keyboard.press("Escape")
    assert shown.tab.evaluate("Innoregion.maps[0]._inno.every((l) => l.selected === -1)")


def test_a_click_opens_the_card_of_a_feature(page: Any, show: Callable[..., Any], tmp_path: Path) -> None:
    shown = show(maps.save(page, tmp_path / "a.html"))
    shown.hover(106.71, 11.085)
    shown.tab.mouse.down()
    shown.tab.mouse.up()
    shown.tab.wait_for_selector(".leaflet-popup")
    assert shown.texts(".leaflet-popup strong") == ["Ô 29"]


def test_the_data_table_is_sorted_by_what_is_shown(page: Any, show: Callable[..., Any], tmp_path: Path) -> None:
    shown = show(maps.save(page, tmp_path / "a.html"))
    shown.tab.locator(".inno-open-table").first.click()
    assert shown.texts(".inno-rows tbody tr:first-child td")[:2] == ["Ô 29", "2.900\u00a0việc làm"]
    assert shown.texts(".inno-shown") == ["30 hàng"]


def test_scale_north_and_attribution_stand_on_the_map(page: Any, show: Callable[..., Any], tmp_path: Path) -> None:
    shown = show(maps.save(page, tmp_path / "a.html"))
    assert shown.texts(".inno-north") == ["▲B"]
    assert shown.texts(".leaflet-control-scale-line")[0].endswith("km")
    assert shown.texts(".leaflet-control-attribution") == ["Leaflet | © những người đóng góp vào OpenStreetMap"]
    assert shown.tab.locator(".leaflet-control-attribution svg").count() == 0


def test_a_phone_shows_title_map_and_legend_below_each_other(page: Any, show: Callable[..., Any], tmp_path: Path) -> None:
    shown = show(maps.save(page, tmp_path / "a.html"), width=390, height=844, touch=True)
    tops = [shown.tab.locator(part).bounding_box() for part in (".inno-head", ".inno-stage", ".inno-side")]
    assert [round(box["width"]) for box in tops] == [390, 390, 390]
    assert tops[0]["y"] < tops[1]["y"] < tops[2]["y"]
    assert tops[1]["height"] > 400
    assert shown.tab.evaluate("document.documentElement.scrollWidth") == 390


def test_paper_holds_map_legend_and_sources_on_one_sheet(page: Any, show: Callable[..., Any], tmp_path: Path) -> None:
    shown = show(maps.save(page, tmp_path / "a.html"))
    shown.tab.emulate_media(media="print")
    shown.tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    side = shown.tab.evaluate(
        "(() => { const s = document.querySelector('.inno-side'); return [s.scrollHeight, s.clientHeight]; })()"
    )
    assert side[0] <= side[1] + 1
    painted = (
        "(() => { const c = document.querySelector('.inno-sheet'),"
        " d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        " let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n / (d.length / 4); })()"
    )
    assert shown.tab.evaluate(painted) > 0.3
    pdf = shown.tab.pdf(prefer_css_page_size=True, print_background=True)
    assert pdf.startswith(b"%PDF")


def test_context_is_drawn_beneath_and_takes_no_pointer(page: Any, show: Callable[..., Any], tmp_path: Path) -> None:
    shown = show(maps.save(page, tmp_path / "a.html"))
    roles = shown.tab.evaluate("[...new Set(Innoregion.maps[0]._inno.map((l) => l.options.role))].sort()")
    assert roles == ["borders", "data", "ground", "names"]
    assert shown.tab.evaluate("Innoregion.maps[0]._inno.filter((l) => l.options.role === 'names')[0].drawn") > 0
    assert len(shown.texts(".inno-side input")) == 3


def test_pages_elsewhere_on_earth_have_no_context_of_ours(
    zones: gpd.GeoDataFrame, show: Callable[..., Any], tmp_path: Path
) -> None:
    away = zones.set_geometry(zones.translate(-157.8, -41.0)).set_crs(4326, allow_override=True)
    made = maps.page("Porto Alegre", maps.choropleth(away, "jobs"))
    shown = show(maps.save(made, tmp_path / "a.html"))
    assert shown.tab.evaluate("Innoregion.maps[0]._inno.length") == 1
    assert shown.noise == []


def test_marks_work_in_any_folium_map_beside_folium_objects(
    zones: gpd.GeoDataFrame, show: Callable[..., Any], tmp_path: Path
) -> None:
    plain = folium.Map([11.05, 106.66], zoom_start=11, tiles=None)
    maps.choropleth(zones, "jobs").add_to(plain)
    folium.Marker([11.05, 106.66], popup="chú thích").add_to(plain)
    folium.LayerControl(collapsed=False).add_to(plain)
    shown = show(maps.save(plain, tmp_path / "plain.html"), ready=False)
    shown.tab.wait_for_selector(".inno-box")
    assert shown.texts(".leaflet-control-layers-overlays label") == [" Việc làm"]
    assert len(shown.texts(".inno-box .inno-class")) == 5
    shown.tab.locator(".leaflet-marker-icon").click()
    assert shown.texts(".leaflet-popup-content") == ["chú thích"]
    assert shown.noise == []


def test_online_tiles_are_asked_for_only_when_the_reader_wants_them(
    zones: gpd.GeoDataFrame, show: Callable[..., Any], tmp_path: Path
) -> None:
    shown = show(maps.save(maps.page("T", maps.choropleth(zones, "jobs"), online_tiles=True), tmp_path / "a.html"))
    assert shown.noise == []
    shown.tab.locator(".inno-side input").last.check()
    shown.tab.wait_for_selector(".leaflet-tile", state="attached")
    asked = [entry for entry in shown.noise if entry.startswith("http")]
    assert asked
    assert all(entry.startswith("https://tile.openstreetmap.org/") for entry in asked)
