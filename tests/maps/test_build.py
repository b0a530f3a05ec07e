"""The shipped study as a reader gets it: every file there, valid, the same again, and nothing of the reader's lost."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from geopandas import GeoDataFrame

import analyses
import layers
from geo import PlanningDataError, column_unit
from maps.manifest import MANIFEST
from maps.output import move_in

NUMBERS_WITHOUT_UNIT = {
    "as_of": "a year",
    "detour": "distance over crow-fly distance",
    "from_id": "an id",
    "gso_code": "an id",
    "lanes": "how many",
    "length_km_drawn": "in km, named so by the sources",
    "length_km_published": "in km, named so by the sources",
    "opening_year": "a year",
    "stop_sequence": "place in a row",
    "stops": "how many",
    "unit_id": "an id",
    "ward_id": "an id",
}
RESOURCES = {"script": "src", "img": "src", "link": "href", "iframe": "src", "object": "data", "embed": "src", "source": "src"}


def files_of(folder, ending=""):
    found = sorted(path for path in folder.rglob(f"*{ending}") if path.is_file())
    assert found, f"no file {ending} to look at"
    return found


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files_of(folder)}


class _Page(HTMLParser):
    """Tags with their attributes, and the text of scripts and styles."""

    def __init__(self, path):
        super().__init__()
        self.tags, self.scripts, self.styles, self._inside = [], [], [], None
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag == "script" and "type" not in attributes:
            self._inside = self.scripts
        elif tag == "style":
            self._inside = self.styles

    def handle_endtag(self, _tag):
        self._inside = None

    def handle_data(self, data):
        if self._inside is not None:
            self._inside.append(data)

    def policy(self):
        found = [about["content"] for tag, about in self.tags if about.get("http-equiv") == "Content-Security-Policy"]
        assert len(found) == 1
        return {name: rest for name, *rest in (rule.split() for rule in found[0].split(";"))}


@cache
def page(path):
    return _Page(path)


def test_there_are_six_maps_or_more_each_with_its_thumbnail_and_data(gallery):
    maps = {path.stem for path in files_of(gallery.folder / "maps", ".html")}
    assert len(maps) >= 6
    assert maps == {path.stem for path in files_of(gallery.folder / "thumbnails", ".png")}
    assert maps <= {path.stem for ending in (".csv", ".tif") for path in files_of(gallery.folder / "data", ending)}


def test_every_link_of_the_index_leads_to_a_file_and_every_map_is_linked(gallery):
    links = [about["href"] for tag, about in page(gallery.folder / "index.html").tags if tag == "a"]
    files = {(gallery.folder / unquote(link)).relative_to(gallery.folder).as_posix() for link in links}
    assert files <= set(contents(gallery.folder))
    linked = {f"maps/{path.name}" for path in files_of(gallery.folder / "maps")}
    linked |= {path.relative_to(gallery.folder).as_posix() for path in files_of(gallery.folder / "data", ".csv")}
    assert linked - files <= {"data/axis_ways.csv"}  # the lines of the axis are offered as GeoJSON


def test_every_layer_has_a_table_and_a_map_file_when_it_has_geometry(gallery):
    for name in layers.catalogue().index:
        table = gallery.folder / "layers" / f"{name}.csv"
        frame = layers.get(name)
        assert len(pd.read_csv(table, dtype=str)) == len(frame), name
        assert table.with_suffix(".geojson").exists() == isinstance(frame, GeoDataFrame), name
    assert len(files_of(gallery.folder / "layers", ".csv")) == len(layers.catalogue())


def test_the_manifest_lists_every_file_with_its_hash_and_what_made_it(gallery):
    manifest = json.loads((gallery.folder / MANIFEST).read_text(encoding="utf-8"))
    found = {name: hashlib.sha256(data).hexdigest() for name, data in contents(gallery.folder).items() if name != MANIFEST}
    assert manifest["files"] == found
    assert manifest["seed"] == manifest["study"]["seed"] == 0
    assert {"innoregion", "geopandas", "numpy"} <= set(manifest["versions"])
    assert manifest["study_sha256"] == analyses.study_digest(analyses.read_study("first_look"))
    assert manifest["conventions"]["board_slack_s"] == 60


def test_the_manifest_names_every_input_with_its_hash(gallery):
    inputs = json.loads((gallery.folder / MANIFEST).read_text(encoding="utf-8"))["inputs"]
    home = Path(analyses.__file__).parents[1]
    shipped = inputs.pop("first_look.toml")
    assert shipped == hashlib.sha256((home / "analyses/studies/first_look.toml").read_bytes()).hexdigest()
    assert {"layers/data/stations.csv", "layers/data/transport.toml", "layers/data/catalogue/transport.toml"} & set(inputs)
    for name, digest in inputs.items():
        assert hashlib.sha256((home / name).read_bytes()).hexdigest() == digest, name


def test_progress_counts_from_nothing_to_the_end(gallery):
    (total,) = {total for _, _, total in gallery.steps}
    done = [done for _, done, _ in gallery.steps]
    assert done == sorted(done)
    assert set(done) == set(range(total + 1))


def test_geojson_follows_rfc_7946(gallery):
    files = files_of(gallery.folder, ".geojson")
    assert len(files) > 40
    for path in files:
        _check_geojson(path)


def _check_geojson(path):
    whole = json.loads(path.read_text(encoding="utf-8"), parse_constant=lambda word: pytest.fail(f"{path.name}: {word}"))
    assert whole["type"] == "FeatureCollection", path.name
    assert "crs" not in whole, path.name
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in whole["features"]])
    xy = shapely.get_coordinates(shapes)
    if not len(xy):
        return
    assert shapely.get_coordinate_dimension(shapes).max() == 2, path.name
    assert np.allclose(whole["bbox"], [*xy.min(axis=0), *xy.max(axis=0)], atol=1e-6), path.name
    assert (np.array([105, 10]) < xy).all(), path.name
    assert (xy < np.array([108, 13])).all(), path.name
    assert np.array_equal(xy, np.round(xy, 6)), path.name
    polygons = shapely.get_parts(shapes)
    polygons = polygons[shapely.get_type_id(polygons) == 3]
    assert shapely.is_ccw(shapely.get_exterior_ring(polygons)).all(), path.name
    rings, owner = shapely.get_rings(polygons, return_index=True)
    holes = rings[np.diff(owner, prepend=-1) == 0]
    assert not shapely.is_ccw(holes).any(), path.name


def test_qgis_finds_the_classes_of_the_web_map_beside_the_geojson(gallery):
    index = (gallery.folder / "index.html").read_text(encoding="utf-8")
    styles = files_of(gallery.folder / "data", ".qml")
    sheets = {path.stem for path in files_of(gallery.folder / "maps", ".html")}
    drawn = {path.stem for path in files_of(gallery.folder / "data", ".geojson")} & sheets
    assert {path.stem for path in styles} == drawn
    for path in styles:
        rules = ET.fromstring(path.read_text(encoding="utf-8").split("\n", 1)[1]).iter("rule")  # noqa: S314 - our own text
        named = {name for rule in rules for name in re.findall(r'"([a-z0-9_]+)"', rule.get("filter", ""))}
        features = json.loads(path.with_suffix(".geojson").read_text(encoding="utf-8"))["features"]
        assert len(named) == 1, path.name
        assert named <= set(features[0]["properties"]), path.name
        assert f'href="data/{path.name}"' in index


def test_the_grid_of_minutes_is_a_geotiff_with_its_crs(gallery):
    with rasterio.open(gallery.folder / "data" / "minutes_grid.tif") as grid:
        minutes = grid.read(1, masked=True)
        assert (grid.crs.to_epsg(), grid.res) == (9210, (500, 500))
    assert 0 < minutes.min() < 2
    assert 120 < minutes.max() < 180


def test_ids_stand_once_in_every_map_file(gallery):
    for path in files_of(gallery.folder, ".geojson"):
        ids = [feature["id"] for feature in json.loads(path.read_text(encoding="utf-8"))["features"] if "id" in feature]
        assert len(ids) == len(set(ids)), path.name


def test_every_number_in_a_result_has_a_unit_in_its_name(gallery):
    for path in files_of(gallery.folder / "data", ".csv"):
        numbers = pd.read_csv(path).dropna(axis=1, how="all").select_dtypes("number")
        bare = [name for name in numbers if not column_unit(name).en and name not in NUMBERS_WITHOUT_UNIT]
        assert not bare, path.name


def test_a_planned_line_makes_no_zone_slower_and_takes_no_jobs_away(gallery):
    sheets = {
        end: pd.read_csv(gallery.folder / "data" / f"minutes_to_{end}.csv") for end in ("new_city", "thu_duc", "chon_thanh")
    }
    changes = pd.DataFrame({end: sheet[f"transit_to_{end}_min_change"] for end, sheet in sheets.items()})
    assert changes["new_city"].min() < -30
    assert not (changes > 0).any(axis=None)
    minutes = sheets["new_city"]
    assert minutes["transit_planned_to_new_city_min"].notna().sum() > minutes["transit_to_new_city_min"].notna().sum()
    assert not (minutes["transit_to_new_city_min"].notna() & minutes["transit_planned_to_new_city_min"].isna()).any()
    access = pd.read_csv(gallery.folder / "data" / "jobs_access.csv")
    assert (access["jobs_within_45min_change"] >= 0).all()
    assert access["jobs_within_45min_change"].sum() > 0


def test_people_reached_are_the_sums_of_the_zones(gallery):
    reached = pd.read_csv(gallery.folder / "data" / "people_reached.csv")
    assert len(reached) == 3 * 4 * 3
    for row in reached.itertuples():
        minutes = pd.read_csv(gallery.folder / "data" / f"minutes_to_{row.centre_id}.csv")
        inside = minutes[f"{row.mode}_to_{row.centre_id}_min"] <= row.within_min
        assert row.population_2019_people == minutes.loc[inside, "population_2019_people"].sum()


def test_no_page_loads_anything_from_outside_itself(gallery):
    for path in files_of(gallery.folder, ".html"):
        found = page(path)
        loaded = [about.get(RESOURCES[tag]) or "" for tag, about in found.tags if tag in RESOURCES]
        assert all(address == "" or address.startswith("data:") for address in loaded), path.name
        assert not any("url(http" in style or "url(//" in style or "@import" in style for style in found.styles), path.name
        assert not any(name.startswith("on") for _, about in found.tags for name in about), path.name


def test_the_policy_of_every_page_lets_its_own_scripts_run_and_no_other(gallery):
    for path in files_of(gallery.folder, ".html"):
        policy = page(path).policy()
        assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == ["'none'"], path.name
        assert not {"http:", "https:", "*", "'unsafe-eval'", "'unsafe-inline'"} & set(policy["script-src"]), path.name
        assert set(policy["script-src"]) == {_digest(script) for script in page(path).scripts}, path.name
        assert set(policy["style-src"]) == {_digest(style) for style in page(path).styles}, path.name
        assert all(source in {"data:", "blob:"} for source in policy["img-src"]), path.name


def _digest(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """A second build: another process, hash seed, language of the machine, time zone, and an out/ that is in use."""
    home = tmp_path_factory.mktemp("again")
    out = home / "out"
    (out / "maps").mkdir(parents=True)
    for name in ("maps/gone.html", "maps/mine.html", "notes.txt", "index.html"):
        (out / name).write_text(name)
    (home / "outside.txt").write_text("outside")
    listed = ["maps/gone.html", "index.html", "maps/never_there.html", "../outside.txt"]
    (out / MANIFEST).write_text(json.dumps({"versions": {"innoregion": "0.0.1"}, "files": dict.fromkeys(listed, "")}))
    innoregion = Path(sys.executable).with_name("innoregion")
    env = {**os.environ, "PYTHONHASHSEED": "12345", "TZ": "Asia/Ho_Chi_Minh", "LC_ALL": "C", "PYTHONUTF8": "0"}
    ran = subprocess.run([innoregion, "build"], capture_output=True, text=True, check=False, cwd=home, env=env)
    return out, ran


def test_a_build_by_the_command_line_says_where_to_look_and_nothing_else(again):
    _, ran = again
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == f"Done. Open {Path('out') / 'index.html'} in a browser; it needs no network.\n"


def test_a_second_build_writes_the_same_bytes(gallery, again):
    first, second = contents(gallery.folder), contents(again[0])
    for foreign in ("notes.txt", "maps/mine.html"):
        del second[foreign]
    assert sorted(first) == sorted(second)
    assert [name for name, data in first.items() if data != second[name]] == []
    assert {Path(name).suffix for name in first} >= {".geojson", ".csv", ".html", ".png", ".json"}


def test_files_of_an_earlier_run_go_and_foreign_files_stay(again):
    out, _ = again
    assert not (out / "maps" / "gone.html").exists()
    assert (out / "maps" / "mine.html").read_text() == "maps/mine.html"
    assert (out / "notes.txt").read_text() == "notes.txt"
    assert (out.parent / "outside.txt").read_text() == "outside"
    assert sorted(path.name for path in out.parent.iterdir()) == ["out", "outside.txt"]


def made(tmp_path, *names):
    new = tmp_path / "new"
    for name in (*names, MANIFEST):
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        (new / name).write_text("new")
    return new


@pytest.mark.parametrize("foreign", ['{"files": {"notes.txt": ""}}', '{"files": ["notes.txt"]}', "[]", "3", "no json", "{}"])
def test_a_manifest_of_somebody_else_costs_no_file(foreign, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("notes")
    (out / MANIFEST).write_text(foreign)
    move_in(made(tmp_path, "index.html"), out)
    assert contents(out) == {"index.html": b"new", MANIFEST: b"new", "notes.txt": b"notes"}


def test_a_folder_where_a_file_goes_stops_the_build_before_anything_moves(tmp_path):
    out = tmp_path / "out"
    (out / "maps" / "b.html").mkdir(parents=True)
    (out / "a.html").write_text("old")
    with pytest.raises(PlanningDataError, match=r"E-OUT-03.*b\.html"):
        move_in(made(tmp_path, "a.html", "maps/b.html"), out)
    assert contents(out) == {"a.html": b"old"}


def test_a_file_where_a_folder_goes_stops_the_build_before_anything_moves(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    for name in ("a.html", "maps"):
        (out / name).write_text("old")
    with pytest.raises(OSError, match="maps"):
        move_in(made(tmp_path, "a.html", "maps/b.html"), out)
    assert contents(out) == {"a.html": b"old", "maps": b"old"}
