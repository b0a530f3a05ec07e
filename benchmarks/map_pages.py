# ruff: noqa: INP001 - a script
"""Pages of large layers in Chromium, beside plain folium: file, first picture, zoom and pan. Best of three.

    python benchmarks/map_pages.py

First picture: from opening the file until the map is painted (two frames after the layer says it is drawn; for folium, after all
paths are in the document). Zoom and pan: until two frames after, without Leaflet's animation. folium loads its scripts from
disk instead of the network, which favours it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import shapely

import maps

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu"]
RUNS = 3
TWICE = "requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => go(performance.now() - start))))"
FRAMES = f"() => new Promise((go) => {{ const start = 0; {TWICE}; }})"
MOVE = f"""(how) => new Promise((go) => {{
  const ours = (window.Innoregion && Innoregion.maps) || [];
  const map = ours[0] || Object.values(window).find((one) => one instanceof L.Map);
  const start = performance.now();
  if (how === "zoom") map.setZoom(map.getZoom() + 1, {{animate: false}}); else map.panBy([250, 120], {{animate: false}});
  {TWICE};
}})"""
FOLIUM = "() => document.querySelectorAll('path.leaflet-interactive').length >= 10000"
READY = "() => document.body.dataset.ready === 'yes' && Innoregion.maps[0]._inno.every((l) => l.drawn !== undefined)"


def parcels(count: int) -> gpd.GeoDataFrame:
    """Irregular parcels of 9 to 30 vertices over the region, with an area and a use."""
    draw = np.random.default_rng(5)
    side = int(np.ceil(np.sqrt(count)))
    step = 0.8 / side
    shapes = []
    for at in range(count):
        corners = int(draw.integers(9, 31))
        angle = np.sort(draw.uniform(0, 2 * np.pi, corners))
        size = step * draw.uniform(0.3, 0.5, corners)
        x, y = 106.2 + step * (at % side + 0.5), 10.8 + step * (at // side + 0.5)
        shapes.append(shapely.Polygon(np.column_stack([x + size * np.cos(angle), y + size * np.sin(angle)])))
    return _with_columns(shapes, draw)


def roads(count: int) -> gpd.GeoDataFrame:
    """Short crooked lines of 6 vertices."""
    draw = np.random.default_rng(6)
    start = np.column_stack([draw.uniform(106.2, 107, count), draw.uniform(10.8, 11.6, count)])
    steps = draw.normal(0, 0.0008, (count, 6, 2)).cumsum(axis=1) + start[:, None]
    return _with_columns(shapely.linestrings(steps), draw)


def places(count: int) -> gpd.GeoDataFrame:
    """Points over the region."""
    draw = np.random.default_rng(7)
    return _with_columns(shapely.points(draw.uniform(106.2, 107, count), draw.uniform(10.8, 11.6, count)), draw)


def _with_columns(shapes: Any, draw: np.random.Generator) -> gpd.GeoDataFrame:
    count = len(shapes)
    columns = {"name_vi": [f"Thửa {at}" for at in range(count)], "jobs": draw.integers(0, 5000, count)}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)


def ours(mark: Any, path: Path) -> Path:
    """Our page of a mark."""
    return maps.save(maps.page("T", mark, background=False), path)


def plain_folium(frame: gpd.GeoDataFrame, path: Path) -> Path:
    """The same as folium does it: one style a feature, tooltip of two columns."""
    look = maps.classify(frame["jobs"])
    frame = frame.assign(color=[look.color(int(code)) for code in look.codes(frame)])
    page = folium.Map([11.2, 106.6], zoom_start=11, tiles=None)
    folium.GeoJson(
        frame,
        style_function=lambda feature: {"fillColor": feature["properties"]["color"], "weight": 0.6, "fillOpacity": 0.85},
        tooltip=folium.GeoJsonTooltip(["name_vi", "jobs"]),
    ).add_to(page)
    page.fit_bounds([[10.8, 106.2], [11.6, 107.0]])
    page.save(path)
    return path


def local_parts(route: Any) -> None:
    """Leaflet and jQuery from disk, everything else empty."""
    url = route.request.url
    if url.startswith("file:"):
        route.continue_()
    elif url.endswith("leaflet.js"):
        route.fulfill(path=str(files("js_lib_leaflet") / "static" / "js_lib_leaflet" / "leaflet.js"))
    elif "jquery" in url and url.endswith(".js"):
        from xstatic.pkg import jquery  # noqa: PLC0415 - for folium's page only

        route.fulfill(path=str(Path(jquery.BASE_DIR) / "jquery.min.js"))
    else:
        route.fulfill(body="")


def measured(browser: Any, path: Path, ready: str) -> dict[str, float]:
    """Milliseconds of first picture, zoom and pan; the best of some runs of each."""
    best: dict[str, float] = {}
    for _ in range(RUNS):
        context = browser.new_context(viewport={"width": 1400, "height": 900})
        context.route("**/*", local_parts)
        tab = context.new_page()
        tab.set_default_timeout(120_000)
        tab.goto(path.as_uri(), wait_until="commit")
        tab.wait_for_function(ready, polling="raf")
        told = {"first": tab.evaluate(FRAMES), "zoom": tab.evaluate(MOVE, "zoom"), "pan": tab.evaluate(MOVE, "pan")}
        best = {key: min(value, best.get(key, np.inf)) for key, value in told.items()}
        context.close()
    return best


def main() -> None:
    """Print the table."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - belongs to the group test

    chromium = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    if chromium is None:
        sys.exit("no Chromium here")
    few = parcels(10_000)
    made: list[tuple[str, Any, str]] = [
        ("10,000 parcels, here", lambda path: ours(maps.choropleth(few, "jobs"), path), READY),
        (
            "10,000 parcels, plain folium",
            lambda path: plain_folium(few, path),
            FOLIUM,
        ),
        ("100,000 parcels, here", lambda path: ours(maps.choropleth(parcels(100_000), "jobs"), path), READY),
        ("100,000 lines, here", lambda path: ours(maps.lines(roads(100_000), "jobs"), path), READY),
        ("300,000 points, here", lambda path: ours(maps.points(places(300_000), "jobs"), path), READY),
        ("2,000,000 points, here (hexagons)", lambda path: ours(maps.points(places(2_000_000), "jobs"), path), READY),
    ]
    say = sys.stdout.write
    say("| page | file MB | made in s | first picture s | zoom s | pan s |\n|---|---|---|---|---|---|\n")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, make, ready in made:
            began = time.process_time()
            path = make(Path(folder) / "a.html")
            took = time.process_time() - began
            best = measured(browser, path, ready)
            cells = [
                f"{path.stat().st_size / 1e6:.2f}",
                f"{took:.1f}",
                *(f"{best[key] / 1000:.2f}" for key in ("first", "zoom", "pan")),
            ]
            say(f"| {name} | {' | '.join(cells)} |\n")
            sys.stdout.flush()
        browser.close()


if __name__ == "__main__":
    main()
