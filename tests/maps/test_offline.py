"""Files: one, whole, the same for the same input, or an error that says why not."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import folium
import folium.plugins
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import maps
from geo import PlanningDataError
from maps.offline import digest, html_of


def both(zones: gpd.GeoDataFrame, corridors: gpd.GeoDataFrame) -> maps.Page:
    return maps.page("T", maps.choropleth(zones, "jobs"), maps.lines(corridors), maps.choropleth(zones, "kind"))


def test_same_input_same_bytes(zones: gpd.GeoDataFrame, corridors: gpd.GeoDataFrame, tmp_path: Path) -> None:
    first = maps.save(both(zones, corridors), tmp_path / "a.html").read_bytes()
    second = maps.save(both(zones.copy(), corridors.copy()), tmp_path / "b.html").read_bytes()
    assert first == second
    assert not re.search(rb"[0-9a-f]{32}", first.split(b"<body>")[1].split(b"</script>")[0])


def test_saving_twice_changes_nothing(zones: gpd.GeoDataFrame, corridors: gpd.GeoDataFrame, tmp_path: Path) -> None:
    page = both(zones, corridors)
    assert maps.save(page, tmp_path / "a.html").read_bytes() == maps.save(page, tmp_path / "b.html").read_bytes()
    page.save(tmp_path / "c.html")  # folium's own verb writes the same file
    assert (tmp_path / "c.html").read_bytes() == (tmp_path / "a.html").read_bytes()


def test_the_file_links_to_nothing_and_allows_only_its_own_scripts(zones: gpd.GeoDataFrame, corridors: gpd.GeoDataFrame) -> None:
    html = html_of(both(zones, corridors))
    assert not re.search(r"<(script|link|img|iframe)[^>]*(src|href)=", html)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert scripts
    assert all(digest(script) in policy for script in scripts)
    assert "jQuery" not in html


def test_a_failed_write_leaves_the_old_file(zones: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = maps.save(maps.page("T", maps.choropleth(zones, "jobs")), tmp_path / "deep" / "a.html")
    before = path.read_bytes()
    foreign = folium.Map(tiles=None)
    folium.plugins.Fullscreen().add_to(foreign)
    with pytest.raises(PlanningDataError, match="E-MAP-10"):
        maps.save(foreign, path)
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == ["a.html"]


def test_parts_that_need_a_network_are_named() -> None:
    foreign = folium.Map(tiles=None)
    folium.plugins.MarkerCluster().add_to(foreign)
    with pytest.raises(PlanningDataError, match=r"E-MAP-10 .*markercluster"):
        html_of(foreign)


def test_an_icon_that_would_leave_the_page_empty_is_refused_and_the_plain_pin_is_not() -> None:
    page = maps.page("T")
    folium.Marker([11.05, 106.68]).add_to(page)
    html_of(page)
    folium.Marker([11.05, 106.68], icon=folium.Icon(color="red")).add_to(page)
    with pytest.raises(PlanningDataError, match=r"E-MAP-10 .*folium\.Icon"):
        html_of(page)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda z: maps.choropleth(z.iloc[:0], "jobs"), "E-MAP-01"),
        (lambda z: maps.choropleth(z.set_geometry(gpd.GeoSeries([None] * len(z), crs=4326)), "jobs"), "E-MAP-01"),
        (lambda z: maps.choropleth(z, "job"), r"E-MAP-02 .*did you mean jobs"),
        (lambda z: maps.choropleth(z, "geometry"), "E-MAP-02"),
        (lambda z: maps.choropleth(z, "jobs", fields=["nam_vi"]), r"E-MAP-02 .*name_vi"),
        (maps.lines, r"E-MAP-03 .*maps.choropleth"),
        (maps.points, "E-MAP-03"),
        (lambda z: maps.choropleth(z.set_geometry(z.centroid), "jobs"), r"E-MAP-03 .*maps.points"),
        (lambda z: maps.choropleth(z.set_crs(None, allow_override=True), "jobs"), "E-CRS-01"),
        (lambda z: maps.outlines(z, color="red"), "E-MAP-05"),
        (lambda _: maps.page(5), "E-MAP-07"),
        (lambda _: maps.page("T", notes=[("a", "b", "c")]), "E-MAP-07"),
        (lambda _: maps.page("T", lang="fr"), "E-MAP-08"),
    ],
)
@pytest.mark.filterwarnings("ignore:Geometry is in a geographic CRS")
def test_wrong_input_is_named_with_its_mend(zones: gpd.GeoDataFrame, call: Callable[[Any], Any], code: str) -> None:
    with pytest.raises(PlanningDataError, match=code) as caught:
        call(zones)
    assert "\n" not in str(caught.value)
    assert caught.value.mend


def test_any_crs_gives_the_same_map(zones: gpd.GeoDataFrame) -> None:
    metric = maps.choropleth(zones.to_crs("EPSG:9210"), "jobs")
    assert np.allclose(metric.bounds, zones.total_bounds, atol=1e-6)


def test_missing_geometries_are_left_out_and_the_rest_is_drawn(zones: gpd.GeoDataFrame) -> None:
    shapes = zones.geometry.tolist()
    shapes[3], shapes[7] = None, shapely.Polygon()
    mark = maps.choropleth(zones.set_geometry(gpd.GeoSeries(shapes, crs=4326)), "jobs")
    assert np.allclose(mark.bounds, zones.total_bounds)


def test_columns_of_every_type_have_a_place_in_the_tooltip(
    zones: gpd.GeoDataFrame, tmp_path: Path, show: Callable[..., Any]
) -> None:
    frame = zones.assign(
        yes=[True, False] * 15,
        day=pd.date_range("2026-11-01", periods=30),
        whole=pd.array([1, None, 3] * 10, dtype="Int64"),
        maybe=pd.array([True, None, False] * 10, dtype="boolean"),
        iso="2026-11-22",
        big=1e15,
    )
    fields = ["yes", "day", "whole", "maybe", "iso", "big"]
    page = maps.page("T", maps.choropleth(frame, "jobs", fields=fields), background=False)
    shown = show(maps.save(page, tmp_path / "a.html"))
    shown.hover(106.61, 11.01)  # the first zone
    assert shown.tooltip("td") == ["có", "01/11/2026", "1", "có", "22/11/2026", "1.000.000.000.000.000"]


def test_maps_can_be_imported_without_folium() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, maps; print([m for m in ('folium', 'geopandas', 'matplotlib') if m in sys.modules])"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
