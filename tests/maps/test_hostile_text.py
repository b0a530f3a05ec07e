"""Text from data is shown and never run: neither by Python at save nor by the browser."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
import pytest
import shapely

import maps
from geo import column_label

RUN = "window.__ran=1"
PAYLOADS = {
    "template expression": "{{ 7*7*1117 }}",
    "template code": "{{ cycler.__init__.__globals__.os.getcwd() }}",
    "template raw": "{% raw",
    "template comment": "a{# x #}b",
    "template broken": "{{ oops( }}",
    "image": f'<img src=x onerror="{RUN}">',
    "script end": f"</script><script>{RUN}</script>",
    "comment": "<!--<script>",
    "style end": "</style><style>*{display:none}",
    "backtick": f"`+({RUN})+`",
    "template literal": f"${{{RUN}}}",
    "attribute": f'" autofocus onfocus="{RUN}" x="',
    "attribute single": f"' onmouseover='{RUN}' '",
    "svg": f"<svg/onload={RUN}>",
    "entity": "&lt;b&gt; &amp;#39;",
    "NUL": "a\0b",
    "right to left": "abc\u202edef\u2066x",
    "line separators": "a\u2028b\u2029c",
    "lone surrogate": "a\ud800b",
    "prototype": "__proto__",
    "link": f"javascript:{RUN}",
    "long": "Đ" * 400,
}


def seen(text: str) -> str:
    """What a reader sees: control characters as their pictures, a lone surrogate as the replacement character."""
    return "".join(chr(0x2400 + ord(sign)) if ord(sign) < 32 else sign for sign in text).replace("\ud800", "\ufffd")


def squares(text: str) -> gpd.GeoDataFrame:
    """Twelve squares: the text as name, as value (alone and repeated), as category and as column name."""
    column = text if text.isprintable() or "\ud800" not in text else "plain"
    columns: dict[str, Any] = {
        "name_vi": [text] * 12,
        "alone": [text, *(f"v{at}" for at in range(11))],
        "repeated": [text] * 12,
        "category": [text] * 6 + ["khác"] * 6,
        column: ["w"] * 12,
    }
    cells = [shapely.box(106.5 + 0.05 * at, 11.0, 106.55 + 0.05 * at, 11.3) for at in range(12)]
    return gpd.GeoDataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()}, geometry=cells, crs=4326)


def hostile_page(text: str) -> maps.Page:
    frame = squares(text)
    fields = [name for name in frame.columns if name not in {"geometry", "name_vi"}]
    lines = gpd.GeoDataFrame(
        {"mode": pd.Series([text], dtype=object)}, geometry=[shapely.LineString([(106.5, 11.4), (107.1, 11.4)])], crs=4326
    )
    points = gpd.GeoDataFrame({"kind": pd.Series([text], dtype=object)}, geometry=gpd.points_from_xy([106.8], [11.5]), crs=4326)
    return maps.page(
        text,
        maps.choropleth(frame, "category", title=text, fields=fields),
        maps.lines(lines, title=(text, text)),
        maps.points(points),
        subtitle=text,
        notes=[text, (text, text)],
        sources=[text, {"title_vi": text, "title_en": text, "source": text, "licence": text, "as_of": text, "accuracy_m": text}],
        background=False,
    )


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_a_page_full_of_hostile_text_shows_it_and_runs_nothing(text: str, show: Callable[..., Any], tmp_path: Path) -> None:
    page = hostile_page(text)
    path = maps.save(page, tmp_path / "a.html")
    for html in (path.read_text("utf8"), page.get_root().render()):  # ours, and what folium itself would write
        assert "54733" not in html
        assert os.getcwd() not in html  # noqa: PTH109 - what the payload would print
        assert RUN not in html[html.index("<body>") :]
    shown = show(path)
    for summary in shown.tab.locator(".inno-table summary").all():
        summary.click()
    for at in (1, 2, 3):
        shown.tab.wait_for_selector(f".inno-legend:nth-child({at}) .inno-rows tr")
    shown.hover(106.53, 11.2)
    shown.tab.mouse.down()
    shown.tab.mouse.up()
    shown.tab.wait_for_selector(".leaflet-popup")
    wanted = seen(text)

    def has(selector: str, count: int = 1, what: str = wanted) -> None:
        found = [one.replace("\ud800", "\ufffd") for one in shown.texts(selector)]
        assert found.count(what) >= count, (selector, found[:4])

    has("h1 bdi")
    has(".inno-subtitle bdi")
    has(".inno-legend h2 bdi", 2)  # title of areas and lines
    has(".inno-class bdi", 3)  # a class of each mark
    has(".inno-words li bdi", 3)  # notes and the plain source
    has(".leaflet-popup strong bdi")
    has(".leaflet-popup td bdi", 3)
    has(".inno-rows td bdi", 12)
    label = column_label(text if "\ud800" not in text else "plain").vi
    has(".leaflet-popup th bdi", 1, seen(label))
    assert shown.tab.title().split() == wanted.split()
    assert shown.tab.evaluate("window.__ran") is None
    assert shown.noise == []


def test_names_survive_foliums_own_control(show: Callable[..., Any], tmp_path: Path) -> None:
    plain = folium.Map([11.1, 106.8], zoom_start=10, tiles=None)
    for text in PAYLOADS.values():
        maps.choropleth(squares("x"), "category", title=text, legend=False).add_to(plain)
    folium.LayerControl(collapsed=False).add_to(plain)
    path = maps.save(plain, tmp_path / "a.html")
    assert "54733" not in path.read_text("utf8")
    shown = show(path, ready=False)
    names = [" ".join(name.split()) for name in shown.texts(".leaflet-control-layers-overlays label")]
    assert names == [" ".join(seen(text).split()) for text in PAYLOADS.values()]
    assert shown.tab.evaluate("window.__ran") is None
    assert shown.noise == []


def test_a_gallery_of_hostile_cards_shows_them_and_runs_nothing(show: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "m.html").write_text("x")
    cards = [
        maps.Card(text, (text, text), map="m.html", group=(text, text), files={text: "m.html"}) for text in PAYLOADS.values()
    ]
    path = maps.write_gallery(tmp_path, cards, title=PAYLOADS["image"], introduction=PAYLOADS["script end"])
    shown = show(path, ready=False)
    wanted = [seen(text) for text in PAYLOADS.values()]
    for selector in ("h2", "li h3", "li p:not(.data)", ".data a"):
        assert shown.texts(selector) == wanted, selector
    assert shown.texts("h1") == [PAYLOADS["image"]]
    assert shown.tab.evaluate("window.__ran") is None
    assert shown.noise == []


def test_the_policy_stops_what_foreign_folium_parts_let_through(show: Callable[..., Any], tmp_path: Path) -> None:
    frame = squares(PAYLOADS["image"])
    plain = folium.Map([11.1, 106.8], zoom_start=10, tiles=None)
    folium.GeoJson(frame, tooltip=folium.GeoJsonTooltip(["name_vi"])).add_to(plain)
    shown = show(maps.save(plain, tmp_path / "a.html"), ready=False)
    shown.tab.mouse.move(480, 330)
    shown.tab.mouse.move(500, 350)
    shown.tab.wait_for_selector(".leaflet-tooltip")
    assert shown.tab.evaluate("window.__ran") is None
