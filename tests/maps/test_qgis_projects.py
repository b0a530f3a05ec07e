"""Projects that QGIS itself opens: every layer, class, colour, path; the same bytes again; folders that move."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import maps
from geo import METRIC, Grid, PlanningDataError, Raster, to_metric
from maps.sheets import Sheet, sheet
from maps.style import NO_DATA
from tests.maps.in_qgis import asked, blended, color_at, near, needs_qgis

FAMILY = ("Nghiên cứu", "Study")


@pytest.fixture(scope="module")
def cells() -> gpd.GeoDataFrame:
    """Twenty squares of 1 km in VN-2000: minutes with a gap and halves on the edges of classes, texts, a change, yes/no."""
    x, y = np.meshgrid(np.arange(5), np.arange(4))
    boxes = shapely.box(600_000 + 1000 * x, 1_220_000 + 1000 * y, 601_000 + 1000 * x, 1_221_000 + 1000 * y).ravel()
    number = np.arange(20.0)
    return gpd.GeoDataFrame(
        {
            "name_vi": [f"Ô {at}" for at in range(20)],
            "minutes_min": np.where(number == 3, np.nan, np.where(number == 4, np.inf, number * 3 + 0.5)),
            "jobs_change": number * 100 - 900,
            "kind": np.where(number < 7, "housing", np.where(number < 14, "industrial_park", "Chợ 'Đình' [% 1+1 %]")),
            "yes": np.array([True, False, None, *[True] * 17], dtype=object),
        },
        geometry=boxes,
        crs=METRIC,
        index=pd.Index([f"c{at}" for at in range(20)], name="cell_id"),
    )


@pytest.fixture(scope="module")
def sheets(cells: gpd.GeoDataFrame) -> list[Sheet]:
    middle = cells.geometry.centroid
    stops = gpd.GeoDataFrame(
        {"name_vi": ["A", "B", "C"], "status": ["existing", "planned", "planned"], "accuracy_m": [5.0, 5.0, 4000.0]},
        geometry=middle.iloc[[0, 7, 18]].to_numpy(),
        crs=METRIC,
    )
    ways = gpd.GeoDataFrame(
        {"mode": ["brt", "metro"], "status": ["planned", "existing"]},
        geometry=[shapely.LineString([middle.iloc[0], middle.iloc[9]]), shapely.LineString([middle.iloc[15], middle.iloc[19]])],
        crs=METRIC,
    )
    steps = {"early_min": "6:00", "late_min": ("muộn", "late")}
    hours = cells[["geometry"]].assign(early_min=np.arange(20.0), late_min=np.arange(20.0) * 2)
    trips = pd.DataFrame({"from_id": ["c0", "c4"], "to_id": ["c19", "c15"], "people": [100, 900]})
    rings = gpd.GeoDataFrame(
        {"cutoff_min": [10.0, 20.0]}, geometry=[middle.iloc[7].buffer(800), middle.iloc[7].buffer(1600)], crs=METRIC
    )
    grid = Raster(
        Grid(to_metric(cells).crs, _affine(), (8, 10)), np.ma.masked_invalid(np.arange(80.0, dtype="f4").reshape(8, 10) / 2)
    )
    shown = maps.raster(np.arange(80.0).reshape(8, 10) / 2, "walk_min", bounds=grid.grid.bounds, crs=METRIC, scheme=[10, 20, 30])
    page: dict[str, Any] = {"lang": "vi", "sources": ["zones"]}
    text = ("Ba phần tư.", "Three quarters.")
    return [
        sheet("minutes", FAMILY, ("Phút đi", "Minutes"), text,
              [maps.choropleth(cells, "minutes_min", scheme=[15, 30, 45]), maps.lines(ways), maps.points(stops),
               maps.choropleth(cells, "yes", show=False)], cells, **page),
        sheet("kinds", FAMILY, ("Loại [% 1+1 %]", "Kinds"), text,
              [maps.choropleth(cells, "kind"), maps.labels(cells, "name_vi")], cells, **page),
        sheet("hours", FAMILY, ("Theo giờ", "By hour"), text, [maps.time_steps(hours, steps, scheme=[5, 10, 20])], hours, **page),
        sheet("trips", ("Khác", "Other"), ("Luồng", "Flows"), text,
              [maps.isobands(rings), maps.flows(trips, cells, "people", scheme=[200])], rings, **page),
        sheet("grid", ("Khác", "Other"), ("Lưới", "Grid"), text, [shown], grid, **page),
    ]  # fmt: skip


def _affine() -> Any:
    from affine import Affine  # noqa: PLC0415 - tests of rasters only

    return Affine(500, 0, 600_000, 0, -500, 1_224_000)


@pytest.fixture(scope="module")
def project(sheets: list[Sheet], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return maps.save_project(sheets, tmp_path_factory.mktemp("made") / "thu.qgz", lang="vi", title=("Thử", "Trial"))


def text_of(project: Path) -> str:
    with zipfile.ZipFile(project) as packed:
        assert packed.namelist() == [f"{project.stem}.qgs"]
        return packed.read(packed.namelist()[0]).decode()


def test_the_same_maps_give_the_same_bytes(project: Path, sheets: list[Sheet], tmp_path: Path) -> None:
    again = maps.save_project(sheets, tmp_path / "thu.qgz", lang="vi", title=("Thử", "Trial"))
    names = ["thu.qgz", "thu.gpkg", "data/grid.tif"]
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()) == sorted(names)
    for name in names:
        assert (again.parent / name).read_bytes() == (project.parent / name).read_bytes(), name


def test_paths_are_relative_and_nothing_comes_from_a_network(project: Path, sheets: list[Sheet], tmp_path: Path) -> None:
    text = text_of(project)
    root = ET.fromstring(text.split("\n", 1)[1])  # noqa: S314 - our own text
    sources = {one.text or "" for one in root.iter("datasource")}
    assert all(re.fullmatch(r"\./(thu\.gpkg\|layername=\w+|data/grid\.tif)", one) for one in sources), sources
    assert str(project.parent) not in text
    assert "http" not in text.replace("http://mrcc.com/qgis.dtd", "").replace("http://www.w3.org/2000/svg", "")
    ids = [one.text or "" for one in root.iter("id")]
    assert len(ids) == len(set(ids))
    assert min(map(len, ids)) > 10  # QGIS replaces shorter ones
    online = text_of(maps.save_project(sheets[:1], tmp_path / "o.qgz", online_tiles=True))
    assert "tile.openstreetmap.org" in online
    assert "© OpenStreetMap contributors" in online


def test_the_package_holds_each_frame_once_with_its_styles_and_words(project: Path) -> None:
    with closing(sqlite3.connect(project.with_suffix(".gpkg"))) as base:
        tables = [row[0] for row in base.execute("SELECT table_name FROM gpkg_contents WHERE data_type='features' ORDER BY 1")]
        styles = base.execute("SELECT f_table_name, styleName, styleQML, useAsDefault FROM layer_styles").fetchall()
        dates = {row[0] for row in base.execute("SELECT last_change FROM gpkg_contents")}
        words = dict(base.execute("SELECT table_name, metadata FROM gpkg_metadata JOIN gpkg_metadata_reference ON md_file_id=id"))
        (whole,) = base.execute("PRAGMA integrity_check").fetchone()
        gaps = base.execute('SELECT cell_id, minutes_min, "yes" FROM minutes WHERE cell_id IN ("c2","c3","c4")').fetchall()
    assert {"minutes", "hours", "trips"} <= set(tables)
    assert "kinds" not in tables  # the same frame as that of minutes
    assert {name for name, _, text, _ in styles if "<renderer-v2" in text} == set(tables)
    assert len([1 for name, *_ in styles if name == "minutes"]) == 3  # by minutes, by yes or no, by kind
    assert sum(default for name, _, _, default in styles if name == "minutes") == 1
    assert dates == {"2000-01-01T00:00:00.000Z"}
    assert whole == "ok"
    assert set(words) == set(tables)
    assert "Ba phần tư." in words["minutes"]
    assert gaps == [("c2", 6.5, None), ("c3", None, 1), ("c4", None, 1)]


def test_gdal_reads_the_package(project: Path) -> None:
    if shutil.which("ogrinfo") is None:
        pytest.skip("no ogrinfo here (Debian: apt install gdal-bin)")
    ran = subprocess.run(["ogrinfo", "-al", "-so", project.with_suffix(".gpkg")], capture_output=True, text=True, check=True)  # noqa: S607
    assert ran.stderr == ""
    assert "Layer name: minutes" in ran.stdout
    assert "Feature Count: 20" in ran.stdout
    assert 'ID["EPSG",9210]' in ran.stdout


@pytest.fixture(scope="module")
def seen(project: Path, sheets: list[Sheet], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What QGIS says after the folder has moved to one with spaces and Vietnamese letters."""
    home = tmp_path_factory.mktemp("moved") / "Thư mục có dấu"
    shutil.copytree(project.parent, home)
    english = maps.save_project(sheets, home / "en" / "trial.qgz", lang="en")
    titles = ["Phút đi", "Loại [ % 1+1 %]", "Theo giờ", "Luồng", "Lưới"]
    alone = ["innoregion_minutes", "innoregion_minutes_3", "innoregion_hours", "innoregion_grid", "innoregion_trips"]
    first = {
        "project": str(home / "thu.qgz"),
        "themes": titles,
        "alone": alone,
        "width": 400,
        "apply": titles[3],
        "layout": titles[0],
    }
    answers = asked([first, {"project": str(english), "themes": ["Minutes"], "width": 200}], home / "pictures")
    return {"vi": answers[0], "en": answers[1], "home": home}


@needs_qgis
def test_qgis_opens_every_layer_with_all_its_features(seen: dict[str, Any], sheets: list[Sheet]) -> None:
    vi = seen["vi"]
    assert (vi["title"], vi["crs"], vi["language"]) == ("Thử", METRIC, "vi")
    assert all(layer["valid"] for layer in vi["layers"].values())
    assert all(layer["source"].startswith(str(seen["home"])) for layer in vi["layers"].values())
    counts = {layer["name"]: layer["features"] for layer in vi["layers"].values() if "features" in layer}
    for one in sheets:
        for mark in one.marks:
            if isinstance(mark, maps.VectorLayer) and not mark.steps:
                assert counts[mark.title.vi] == len(mark.frame), mark.title.vi
    assert {layer["name"]: layer["undrawn"] for layer in vi["layers"].values() if layer.get("undrawn")} == {}
    assert vi["layers"]["innoregion_minutes"]["aliases"]["minutes_min"].endswith("(phút)")
    assert any("dân số 2019" in line for line in vi["layers"]["innoregion_minutes"]["rights"])
    assert vi["layers"]["innoregion_minutes"]["abstract"] == "Ba phần tư."
    assert vi["groups"] == ["Địa danh, ranh giới, sông, đường", "Nghiên cứu", "Khác", "Nền"]


@needs_qgis
def test_themes_and_layouts_show_each_map_alone(seen: dict[str, Any]) -> None:
    vi = seen["vi"]
    assert sorted(vi["themes"]) == sorted(vi["layouts"]) == sorted(["Phút đi", "Loại [ % 1+1 %]", "Theo giờ", "Luồng", "Lưới"])
    shown = {key for key, layer in vi["layers"].items() if layer["seen"]}
    assert {"innoregion_minutes", "innoregion_transport_lines", "innoregion_places"} <= shown
    assert not {"innoregion_hours", "innoregion_trips", "innoregion_grid", "innoregion_minutes_2"} & shown
    assert {"innoregion_trips", "innoregion_people"} <= set(vi["applied"])
    assert not {"innoregion_minutes", "innoregion_grid"} & set(vi["applied"])
    assert vi["exported"] == 0
    assert vi["follows"] == ["Phút đi"]
    english = seen["en"]
    assert english["language"] == "en"
    assert "Minutes" in english["themes"]
    legend = english["layers"]["innoregion_minutes"]["legend"]
    assert list(legend)[:2] == ["≤ 15 min", "15.1 – 30 min"]
    assert legend["no data / not reached"] == "#c4c4c0"


@needs_qgis
def test_every_cell_has_the_colour_of_the_page(seen: dict[str, Any], sheets: list[Sheet], cells: gpd.GeoDataFrame) -> None:
    pictures = seen["vi"]["pictures"]
    assert [picture["errors"] for picture in pictures.values() if picture["errors"]] == []
    marks = {
        "innoregion_minutes": sheets[0].marks[0],
        "innoregion_minutes_3": sheets[1].marks[0],
        "innoregion_hours": sheets[2].marks[0],
    }
    for key, mark in marks.items():
        codes = mark.look.codes(mark.frame)
        assert len(set(codes.tolist())) > 2, key
        for code, shape in zip(codes, cells.geometry, strict=True):
            color = mark.look.color(min(int(code), NO_DATA) if code < 200 else NO_DATA)
            found = color_at(pictures[key], shape.centroid)
            assert near(found, blended(color, mark.look.opacity)), (key, shape.centroid, found, color)


@needs_qgis
def test_a_raster_has_the_colours_of_its_classes(seen: dict[str, Any], sheets: list[Sheet]) -> None:
    mark = sheets[4].marks[0]
    values = np.arange(80.0).reshape(8, 10) / 2
    for row, column in [(0, 0), (1, 9), (2, 0), (2, 1), (3, 9), (4, 1), (5, 9), (6, 1), (7, 9)]:
        middle = shapely.Point(600_250 + 500 * column, 1_223_750 - 500 * row)
        (code,) = mark.look.codes_of(np.array([values[row, column]]))
        found = color_at(seen["vi"]["pictures"]["innoregion_grid"], middle)
        assert near(found, blended(mark.look.color(int(code)), mark.look.opacity)), (row, column)


@needs_qgis
def test_small_bands_lie_on_large_ones_and_words_are_drawn(
    seen: dict[str, Any], sheets: list[Sheet], cells: gpd.GeoDataFrame
) -> None:
    bands = sheets[3].marks[0]
    middle, pictures = cells.geometry.iloc[7].centroid, seen["vi"]["pictures"]
    ring = color_at(pictures["innoregion_trips"], shapely.Point(middle.x + 1200, middle.y))
    assert near(ring, blended(bands.look.color(1), bands.look.opacity))
    opacity = bands.look.opacity
    under = np.array(blended(bands.look.color(1), 1))
    over = np.array(blended(bands.look.color(0), 1))
    whole = opacity * over + (1 - opacity) * 255  # opacity is the layer's: bands hide each other
    assert near(color_at(pictures["innoregion_trips"], middle), tuple(whole)), under
    named = [key for key, layer in seen["vi"]["layers"].items() if layer.get("labels")]
    assert any(seen["vi"]["layers"][key]["features"] == 20 for key in named)


def test_what_is_no_project_is_said(sheets: list[Sheet], cells: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with pytest.raises(PlanningDataError, match="E-QGIS-02"):
        maps.save_project(sheets, tmp_path / "a.qgs")
    with pytest.raises(PlanningDataError, match="E-QGIS-02"):
        maps.save_project([], tmp_path / "a.qgz")
    with pytest.raises(PlanningDataError, match="E-MAP-08"):
        maps.save_project(sheets, tmp_path / "a.qgz", lang="fr")
    twice = cells.assign(Name_vi="x")
    with pytest.raises(PlanningDataError, match="E-QGIS-01"):
        maps.save_project(maps.choropleth(twice, "kind"), tmp_path / "a.qgz")
    assert list(tmp_path.iterdir()) == []


def test_loose_marks_and_pages_are_projects_too(cells: gpd.GeoDataFrame, tmp_path: Path) -> None:
    before, after = maps.choropleth(cells, "minutes_min"), maps.choropleth(cells, "jobs_change")
    loose = text_of(maps.save_project(maps.swipe(before, after), tmp_path / "a.qgz", lang="en", title="One"))
    assert 'name="One" checked="Qt::Checked"' in loose
    assert loose.count('checked="Qt::Unchecked"') == 1  # of two under a curtain the second shows
    page = maps.page(("Trang", "Page"), before, subtitle=("Phụ", "Sub"), sources=["Nguồn \x07 <b>"])
    told = text_of(maps.save_project(page, tmp_path / "b.qgz"))
    ET.fromstring(told.split("\n", 1)[1])  # noqa: S314 - our own text, with a control character from data
    assert "<rights>Nguồn ␇ &lt;b&gt;</rights>" in told
