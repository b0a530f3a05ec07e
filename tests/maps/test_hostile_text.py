"""Text from data is shown and never run: neither by Python at save nor by the browser."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
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
    """Twelve squares: the text as id, as name, as value (alone and repeated), as category and as column name."""
    columns: dict[str, Any] = {
        "name_vi": [text] * 12,
        "alone": [text, *(f"v{at}" for at in range(11))],
        "repeated": [text] * 12,
        "category": [text] * 6 + ["khác"] * 6,
        column_of(text): ["w"] * 12,
        "jobs_a": range(12),
        "jobs_b": range(1, 13),
    }
    cells = [shapely.box(106.5 + 0.05 * at, 11.0, 106.55 + 0.05 * at, 11.3) for at in range(12)]
    frame = gpd.GeoDataFrame(
        {name: pd.Series(values, dtype=object) for name, values in columns.items()}, geometry=cells, crs=4326
    )
    frame = frame.astype({"jobs_a": float, "jobs_b": float})
    frame.index = pd.Index([text, *(f"i{at}" for at in range(11))], dtype=object, name="zone_id")
    return frame


def column_of(text: str) -> str:
    return text if "\ud800" not in text else "plain"


def hostile_page(text: str) -> maps.Page:
    frame = squares(text)
    fields = [name for name in frame.columns if name not in {"geometry", "name_vi"}]
    lines = gpd.GeoDataFrame(
        {"mode": pd.Series([text], dtype=object)}, geometry=[shapely.LineString([(106.5, 11.4), (107.1, 11.4)])], crs=4326
    )
    points = gpd.GeoDataFrame({"kind": pd.Series([text], dtype=object)}, geometry=gpd.points_from_xy([106.8], [11.5]), crs=4326)
    towns = gpd.GeoDataFrame(
        {"name_vi": pd.Series([text, "B"], dtype=object)}, geometry=gpd.points_from_xy([106.6, 106.9], [11.6, 11.6]), crs=4326
    )
    trips = pd.DataFrame({"from_id": [0], "to_id": [1], "trips_people": [5]})
    rings = gpd.GeoDataFrame(
        {"origin_id": pd.Series([text], dtype=object), "cutoff_min": [15]},
        geometry=[shapely.box(106.5, 10.8, 106.6, 10.9)],
        crs=4326,
    )
    return maps.page(
        text,
        maps.choropleth(frame, "category", title=text, fields=fields),
        maps.lines(lines, title=(text, text)),
        maps.points(points, title=text),
        maps.flows(trips, towns, "trips_people", title=text),
        maps.labels(towns, "name_vi", title=text),
        maps.isobands(rings, title=text),
        maps.time_steps(frame, {"jobs_a": text, "jobs_b": "B"}, title=text, show=False),
        maps.raster(np.ones((4, 4)), column_of(text), bounds=(106.7, 10.8, 106.8, 10.9), crs="EPSG:4326", title=text),
        maps.swipe(maps.outlines(rings, title=text), maps.outlines(frame, title=text), labels=(text, text)),
        subtitle=text,
        notes=[text, (text, text)],
        sources=[text, {"title_vi": text, "title_en": text, "source": text, "licence": text, "as_of": text, "accuracy_m": text}],
        background=False,
    )


LOOK = r"""async (column) => {
  const all = (s, within) => [...(within || document).querySelectorAll(s)].map((e) => e.textContent), out = {};
  const map = Innoregion.maps[0], layers = map._innoAll, areas = layers[0], s = areas.shapes;
  const f = [...Array(s.n).keys()].find((f) => !/^v\d+$/.test(s.value(s.head.columns[0], f)));
  const side = (at) => document.querySelectorAll(".inno-side .inno-legend")[at], told = (text) => Innoregion.say(text, null);
  const put = (box, text, kind) => { box.value = text; box.dispatchEvent(new Event(kind)); };
  out["document title"] = [document.title];
  out["heading"] = all("h1"); out["subtitle"] = all(".inno-subtitle");
  const words = all(".inno-words li");
  out["note"] = [words[0]]; out["note in two languages"] = [words[1]]; out["source"] = [words[2]];
  for (const part of ["title", "source", "licence", "date", "accuracy"]) out["catalogue: " + part] = [words[3]];
  layers.forEach((l, at) => {
    out["legend title " + at] = all("h2", side(at)); out["legend name " + at] = [side(at).getAttribute("aria-label")];
  });
  for (const at of [0, 1, 2]) out["class label " + at] = all(".inno-class", side(at));
  out["step label"] = all(".inno-steps output");
  out["spoken step"] = [document.querySelector(".inno-steps input").getAttribute("aria-valuetext")];
  out["left tag"] = [all(".inno-tag")[0]]; out["right tag"] = [all(".inno-tag")[1]];

  areas.open(f);
  out["card: name"] = all(".leaflet-popup strong"); out["card: column"] = all(".leaflet-popup th");
  const cells = all(".leaflet-popup td");
  out["card: value"] = [cells[0]]; out["card: repeated value"] = [cells[1]]; out["card: category"] = [cells[2]];
  map.closePopup();
  Innoregion.tip(areas, f, areas.latlng(f));
  out["tooltip: name"] = all(".leaflet-tooltip strong"); out["tooltip: column"] = all(".leaflet-tooltip th");
  out["tooltip: value"] = [all(".leaflet-tooltip td")[0]];
  Innoregion.unhover(map);
  const raster = layers.find((l) => l.shapes.kind === "grid"), names = layers[4].shapes;
  out["raster: column"] = all("th", raster.card(0)); out["flow: name"] = all("strong", layers[3].card(0));
  out["flow: end"] = [all("td", layers[3].card(0)).join(" ")]; out["band: origin"] = all("td", layers[5].card(0));
  out["label"] = [told(names.name(names.data.rank.indexOf(0)))];
  side(0).querySelector(".inno-walk").click();
  out["spoken feature"] = [all("[role=status]", side(0)).join(" ")];
  Innoregion.unhover(map);

  side(0).querySelector(".inno-open-table").click();
  out["table: title"] = all(".inno-bar strong");
  out["table: label"] = [document.querySelector(".inno-drawer").getAttribute("aria-label")];
  out["table: heads"] = all(".inno-rows th button"); out["table: name"] = [all(".inno-rows tbody td")[0]];
  out["table: value"] = all(".inno-rows tbody td"); out["filter: column"] = all(".inno-column option");
  put(document.querySelector(".inno-column"), "1", "change");
  out["filter: value"] = all(".inno-choice option");
  put(document.querySelector(".inno-column"), "-1", "change");
  const search = document.querySelector(".inno-find input");
  search.focus(); put(search, told(s.name(f)).slice(0, 300), "input");
  out["found: name"] = all(".inno-found .inno-name"); out["found: layer"] = all(".inno-found .inno-where");
  put(document.querySelector(".inno-text"), search.value, "input");
  out["filter: text"] = all(".inno-rows tbody td");

  const json = JSON.parse(Innoregion.geojson(s, {sources: [words[2]]}));
  const one = json.features.find((x) => x.properties.alone === json.features[0].properties.repeated);
  out["GeoJSON: title"] = [told(json.title)]; out["GeoJSON: source"] = [json.sources[0]]; out["GeoJSON: id"] = [told(one.id)];
  out["GeoJSON: name"] = [told(one.properties.name_vi)]; out["GeoJSON: value"] = [told(one.properties.alone)];
  out["GeoJSON: column"] = Object.keys(one.properties).map(told);
  const csv = told(Innoregion.csv(s).replace(/""/g, '"'));
  out["CSV: id, name, value"] = [csv];
  out["CSV: column"] = [csv.split("\r\n")[0]];
  Innoregion.setLang("en");
  out["heading in English"] = all("h1"); out["document title in English"] = [document.title];
  return {out, ran: window.__ran === undefined ? null : window.__ran};
}"""


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_text_from_data_is_shown_by_every_way_and_never_run(text: str, show: Callable[..., Any], tmp_path: Path) -> None:
    page = hostile_page(text)
    path = maps.save(page, tmp_path / "a.html")
    html = path.read_text("utf8")
    assert "54733" not in html
    assert os.getcwd() not in html  # noqa: PTH109 - what the payload would print
    assert RUN not in html[html.index("<body>") :]
    shown = show(path)
    told = shown.tab.evaluate(LOOK, column_of(text))
    assert len(told["out"]) >= 60

    def plain(one: str) -> str:
        return " ".join(one.replace("\ud800", "\ufffd").split())

    wanted, label = plain(seen(text)), plain(seen(column_label(column_of(text)).vi))
    column = plain(seen(column_of(text)))
    means = {way: (wanted, label, column) if "column" in way or "heads" in way else (wanted,) for way in told["out"]}
    lost = {
        way: texts[:3]
        for way, texts in told["out"].items()
        if not any(one in plain(text) for one in means[way] for text in texts if text)
    }
    assert not lost
    assert told["ran"] is None
    assert shown.noise == []


def test_what_folium_itself_would_write_runs_no_code_of_the_data() -> None:
    for text in (one for one in PAYLOADS.values() if "{" in one):
        html = hostile_page(text).get_root().render()
        assert "54733" not in html
        assert os.getcwd() not in html  # noqa: PTH109 - what the payload would print


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
