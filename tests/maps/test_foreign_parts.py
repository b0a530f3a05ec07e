"""Text from data in parts of folium that a page of ours is given besides: shown or dropped, never run, and every map renders."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import branca.colormap
import folium
import folium.plugins
import geopandas as gpd
import pytest
import shapely

import maps
from geo import PlanningDataError

RUN = "window.__ran=1"
PAYLOADS = {
    "image": f'<img src=x onerror="{RUN}">',
    "image of a server": "<img src=http://127.0.0.1:9/x.png>",
    "script": f"<script>{RUN}</script>",
    "script end": f"</script><script>{RUN}</script>",
    "comment": f"<!--<script>{RUN}-->",
    "svg": f"<svg/onload={RUN}>",
    "attribute": f'" autofocus onfocus="{RUN}" x="',
    "attribute single": f"' onmouseover='{RUN}' '",
    "template literal": f"${{{RUN}}}",
    "backtick": f"`+({RUN})+`",
    "string end": f'"+({RUN})+"',
    "string end single": f"'+({RUN})+'",
    "backslash": f'\\"+({RUN})+"',
    "line separators": f"a\u2028{RUN}\u2029b",
    "link": f'<a href="javascript:{RUN}">a</a>',
    "frame": f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    "style": "<style>@import url(http://127.0.0.1:9/x.css)</style>",
    "style attribute": '<b style="background:url(http://127.0.0.1:9/x.png)">a</b>',
    "entity": f"&lt;img src=x onerror={RUN}&gt; &amp;lt;img src=x onerror={RUN}&amp;gt;",
    "template": "{{ 7*7*1117 }}",
}
AT = [11.1, 106.6]
BOX = shapely.box(106.5, 11.0, 106.7, 11.2)


def _frame(text: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": [text, "b"], "kind": [text, "c"]}, geometry=[BOX, shapely.affinity.translate(BOX, 0.3)], crs=4326
    )


def _legend(page: folium.Map, text: str) -> None:
    scale = branca.colormap.linear.YlGn_09.scale(0, 1)
    scale.caption = text
    page.add_child(scale)


def _cluster(page: folium.Map, text: str) -> None:
    folium.plugins.MarkerCluster([AT], popups=[text]).add_to(page)


def _grouped(page: folium.Map, text: str) -> None:
    folium.Marker(AT).add_to(folium.FeatureGroup(name=text).add_to(page))


WAYS: dict[str, Callable[[folium.Map, str], object]] = {
    "popup of a marker": lambda page, text: folium.Marker(AT, popup=text).add_to(page),
    "Popup": lambda page, text: folium.Marker(AT, popup=folium.Popup(text)).add_to(page),
    "Popup, parsed": lambda page, text: folium.Marker(AT, popup=folium.Popup(text, parse_html=True)).add_to(page),
    "Popup, shown": lambda page, text: folium.Popup(text, show=True).add_to(folium.Marker(AT).add_to(page)),
    "tooltip of a marker": lambda page, text: folium.Marker(AT, tooltip=text).add_to(page),
    "Tooltip, permanent": lambda page, text: folium.Marker(AT, tooltip=folium.Tooltip(text, permanent=True)).add_to(page),
    "tooltip of a circle": lambda page, text: folium.CircleMarker(AT, tooltip=text, popup=text).add_to(page),
    "tooltip of a line": lambda page, text: folium.PolyLine([AT, [11.2, 106.7]], tooltip=text, popup=text).add_to(page),
    "DivIcon": lambda page, text: folium.Marker(AT, icon=folium.DivIcon(html=text)).add_to(page),
    "title of a marker": lambda page, text: folium.Marker(AT, title=text, alt=text).add_to(page),
    "value in GeoJsonTooltip": lambda page, text: folium.GeoJson(
        _frame(text), tooltip=folium.GeoJsonTooltip(["name"])
    ).add_to(page),
    "value in GeoJsonPopup": lambda page, text: folium.GeoJson(_frame(text), popup=folium.GeoJsonPopup(["name"])).add_to(page),
    "alias of a column": lambda page, text: folium.GeoJson(
        _frame("a"), tooltip=folium.GeoJsonTooltip(["name"], aliases=[text])
    ).add_to(page),
    "name of a column": lambda page, text: folium.GeoJson(
        _frame("a").rename(columns={"name": text}), tooltip=folium.GeoJsonTooltip([text])
    ).add_to(page),
    "data alone": lambda page, text: folium.GeoJson(_frame(text), name=text).add_to(page),
    "name of a layer": _grouped,
    "attribution": lambda page, text: folium.TileLayer("file:///none/{z}/{x}/{y}.png", attr=text, name=text).add_to(page),
    "caption of a legend": _legend,
    "popup in a cluster": _cluster,
    "explore: tooltip": lambda page, text: _frame(text).explore(m=page),
    "explore: legend of classes": lambda page, text: _frame(text).explore("kind", m=page, categorical=True),
    "explore: popup": lambda page, text: _frame(text).explore(m=page, popup=True, tooltip=False),
    "element": lambda page, text: page.get_root().html.add_child(folium.Element(text)),
    "choropleth legend": lambda page, text: folium.Choropleth(
        _frame("a").__geo_interface__, data={"0": 1, "1": 2}, key_on="feature.id", legend_name=text
    ).add_to(page),
}  # fmt: skip


REFUSED = ("caption of a legend", "popup in a cluster", "explore: legend of classes", "choropleth legend")  # they need a server
OPENED = """() => {
  for (const map of Object.values(window).filter((one) => one instanceof L.Map)) {
    map.eachLayer((l) => { for (const open of ["openPopup", "openTooltip"]) if (l[open]) l[open](); });
  }
  return {maps: Object.values(window).filter((one) => one instanceof L.Map).length,
    last: document.querySelectorAll("path.last").length};
}"""


def _map() -> folium.Map:
    return folium.Map(AT, zoom_start=9, tiles=None)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_in_parts_of_folium_is_not_run(payload: str, show: Callable[..., Any], tmp_path: Path) -> None:
    """Every way on one map: were one of them broken by the text, those behind it would not be drawn."""
    page = _map()
    with warnings.catch_warnings(action="ignore"):
        for way, add in WAYS.items():
            if way not in REFUSED and (way, payload) != ("element", "template"):  # its text is a template, by the author
                add(page, PAYLOADS[payload])
    folium.LayerControl(collapsed=False).add_to(page)
    folium.CircleMarker(AT, radius=3, class_name="last").add_to(page)
    shown = show(maps.save(page, tmp_path / "a.html"), ready=False)
    told = shown.tab.evaluate(OPENED)
    shown.tab.wait_for_timeout(50)
    assert told["maps"] == 1
    assert told["last"] == 1, shown.noise
    assert not [one for one in shown.noise if "net::" in one]  # what the policy refuses is never asked for
    assert shown.tab.evaluate("window.__ran") is None
    assert "54733" not in shown.tab.content()


def test_the_same_page_without_the_guard_runs(show: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trial sees what it looks for."""
    monkeypatch.setattr("maps.offline.without_templates", lambda _: contextlib.nullcontext())
    page = _map()
    folium.Marker(AT, popup=PAYLOADS["template literal"]).add_to(page)
    assert show(maps.save(page, tmp_path / "a.html"), ready=False).tab.evaluate("window.__ran") == 1


def test_a_page_is_as_it_was_after_it_is_saved(tmp_path: Path) -> None:
    page = _map()
    marker = folium.Marker(AT, popup="`${a}`", tooltip="`${b}`").add_to(page)
    maps.save(page, tmp_path / "a.html")
    texts = [getattr(part, "text", None) for part in marker._children.values()]
    assert "`${b}`" in texts


@pytest.mark.parametrize("way", REFUSED)
def test_parts_that_need_a_server_are_refused(way: str, tmp_path: Path) -> None:
    page = _map()
    WAYS[way](page, "a")
    with pytest.raises(PlanningDataError, match="E-MAP-10"):
        maps.save(page, tmp_path / "a.html")


def test_ways_and_payloads_are_as_many_as_promised() -> None:
    assert len(WAYS) - len(REFUSED) >= 17
    assert len(PAYLOADS) >= 12
