"""The files themselves: valid by their rules, the same bytes again, whole or not at all, and telling what they hold."""

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from geopandas import GeoDataFrame
from shapely import LineString, Point, Polygon

import geo
from geo.writing import whole
from geo.writing.formats import ENDINGS
from geo.writing.whole import ASIDE, PART, sweep, write_whole
from tests.geo.writing.reading_back import layers
from tests.geo.writing.rfc7946 import faults

CLOCKWISE = Polygon([(0, 0), (0, 100), (100, 100), (100, 0)], [[(20, 20), (40, 20), (40, 40), (20, 40)]])
ABOUT = {
    "title_vi": "Khu đất",
    "title_en": "Plots",
    "source": "test",
    "licence": "MIT",
    "as_of": "2025-07-01",
    "accuracy_m": 5.0,
    "columns": {"area_ha": {"unit": "ha", "meaning_en": "area", "meaning_vi": "diện tích"}},
}


@pytest.fixture
def plots():
    shapes = [shapely.transform(CLOCKWISE, lambda xy, at=at: xy + np.array([600_000 + 200 * at, 1_220_000])) for at in range(3)]
    columns = {"name_vi": ["Lô số 1", "Lô số 2", None], "area_ha": [0.96, None, 0.5]}
    return GeoDataFrame(columns, geometry=shapes, crs=9210, index=pd.Index(["b", "a", "c"], name="plot_id"))


def test_geojson_keeps_the_rules_of_rfc_7946(plots, tmp_path):
    path = geo.write(plots, tmp_path / "plots.geojson")
    text = path.read_text(encoding="utf-8")
    assert faults(text) == []
    whole = json.loads(text)
    assert [one["id"] for one in whole["features"]] == ["b", "a", "c"]
    assert list(whole["features"][0]["properties"]) == ["plot_id", "name_vi", "area_ha"]
    assert faults(geo.write(plots, tmp_path / "fine.geojson", decimals=7).read_text(encoding="utf-8"), 7) == []
    lines = geo.write(plots, tmp_path / "plots.geojsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == whole["features"]


def test_the_checker_of_geojson_finds_what_is_wrong(plots, tmp_path):
    text = geo.write(plots, tmp_path / "plots.geojson").read_text(encoding="utf-8")
    whole = json.loads(text)
    ring = whole["features"][0]["geometry"]["coordinates"][0]
    ring.reverse()
    whole["features"][1]["id"] = "b"
    whole["bbox"][0] += 1
    whole["features"][2]["geometry"]["coordinates"][0][1][0] += 1e-8
    whole["crs"] = {}
    found = faults(json.dumps(whole))
    for what in ("crs member", "ids twice", "feature 0: ring turns", "collection: west", "feature 2: more than 6 decimals"):
        assert any(what in one for one in found), what


def test_shapes_across_the_antimeridian_are_cut_there_and_tiny_ones_are_told(tmp_path):
    over = GeoDataFrame({"n": [1, 2]}, geometry=[Polygon([(179, 0), (181, 0), (181, 1), (179, 1)]), Point(170, 2)], crs=4326)
    losses = []
    whole = geo.write(over, tmp_path / "a.geojson", losses=losses).read_text(encoding="utf-8")
    assert faults(whole) == []
    assert json.loads(whole)["bbox"] == [170, 0, -179, 2]
    assert [one.code for one in losses] == ["E-LOSS-16"]
    tiny = GeoDataFrame({"n": [1]}, geometry=[Polygon([(106, 11), (106 + 1e-8, 11), (106, 11 + 1e-8)])], crs=4326)
    with pytest.warns(UserWarning, match="E-LOSS-14"):
        geo.write(tiny, tmp_path / "b.geojson")


def test_ids_that_are_not_unique_are_no_ids(plots, tmp_path):
    losses = []
    path = geo.write(plots.set_axis(pd.Index(["a", "a", "b"], name="plot_id")), tmp_path / "a.geojson", losses=losses)
    assert "E-LOSS-18" in [one.code for one in losses]
    assert all("id" not in one for one in json.loads(path.read_text(encoding="utf-8"))["features"])


@pytest.mark.parametrize("ending", [ending for ending in ENDINGS if ".gdb" not in ending])
def test_the_same_frame_makes_the_same_bytes(ending, plots, tmp_path):
    one = geo.write(plots, tmp_path / "one" / f"plots{ending}", about=ABOUT, losses=[])
    time.sleep(0.01 if ending != ".xlsx" else 1.1)  # openpyxl dates to the second
    two = geo.write(plots, tmp_path / "two" / f"plots{ending}", about=ABOUT, losses=[])
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("ending", [".gpkg", ".gdb", ".gdb.zip", ".xlsx", ".shp.zip", ".kml"])
def test_several_layers_of_one_file(ending, plots, tmp_path):
    lines = GeoDataFrame({"n": [1]}, geometry=[LineString([(600_000, 1_220_000), (600_100, 1_220_000)])], crs=9210)
    path = geo.write({"plots": plots, "lines": lines}, tmp_path / f"all{ending}", losses=[])
    assert sorted(layers(path)) == ["lines", "plots"]
    if ending != ".kml":
        path = geo.write({"plots": plots, "facts": pd.DataFrame({"n": [1, 2]})}, tmp_path / f"more{ending}", losses=[])
        assert sorted(layers(path)) == ["facts", "plots"]


def test_long_names_of_layers_are_cut_and_stay_apart(plots, tmp_path):
    path = geo.write({"p" * 70: plots, "P" * 65: plots}, tmp_path / "all.gpkg", losses=[])
    assert layers(path) == ["p" * 60, "P" * 58 + "_2"]


@pytest.mark.skipif(not shutil.which("ogrinfo"), reason="needs the tool ogrinfo of GDAL")
@pytest.mark.parametrize(
    "ending", [".geojson", ".geojsonl", ".gpkg", ".fgb", ".kml", ".csv", ".xlsx", ".shp.zip", ".gdb", ".gdb.zip"]
)
def test_the_tools_of_gdal_read_it(ending, plots, tmp_path):
    path = geo.write(plots, tmp_path / f"plots{ending}", losses=[])
    given = f"/vsizip/{path}" if ending == ".shp.zip" else path
    ran = subprocess.run([shutil.which("ogrinfo"), "-so", "-al", given], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "ERROR" not in ran.stderr
    assert "Feature Count: 3" in ran.stdout
    assert "name_vi" in ran.stdout or ending == ".xlsx"


def test_a_file_tells_what_it_holds_inside_and_beside(plots, tmp_path):
    for ending in (".gpkg", ".parquet", ".geojson", ".shp.zip", ".gdb"):
        path = geo.write(plots, tmp_path / f"plots{ending}", about=ABOUT, sidecar=True, embed=True, losses=[])
        beside = json.loads(path.with_name(f"{path.name}.meta.json").read_text(encoding="utf-8"))
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        assert beside["sha256"] == hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
        (layer,) = beside["layers"]
        assert (layer["title_vi"], layer["rows"], layer["crs"][:5], layer["id_column"]) == ("Khu đất", 3, "EPSG:", "plot_id")
        columns = {one["name"]: one for one in layer["columns"]}
        assert columns["area_ha"] == {"name": "area_ha", "type": "number", **ABOUT["columns"]["area_ha"]}
        assert [one["code"] for one in beside["losses"]] == (
            ["E-LOSS-02", "E-LOSS-03"] if ending == ".geojson" else ["E-LOSS-14"] * (ending == ".gdb")
        )
    assert json.loads((tmp_path / "plots.geojson").read_text(encoding="utf-8"))["about"]["licence"] == "MIT"
    kept = pyogrio.read_info(tmp_path / "plots.gpkg")["layer_metadata"]
    assert (kept["title_en"], kept["accuracy_m"], json.loads(kept["columns"])) == ("Plots", "5.0", ABOUT["columns"])
    with closing(sqlite3.connect(tmp_path / "plots.gpkg")) as base:
        assert base.execute("SELECT identifier, description FROM gpkg_contents").fetchall() == [("Khu đất", "Plots")]
    schema = pq.read_schema(tmp_path / "plots.parquet")
    assert json.loads(schema.metadata[b"innoregion"]) == ABOUT
    assert json.loads(schema.metadata[b"geo"])["version"] == "1.1.0"
    assert "about" not in json.loads(geo.write(plots, tmp_path / "b.geojson", about=ABOUT).read_text(encoding="utf-8"))


def test_shapefiles_tell_what_their_short_names_stand_for(plots, tmp_path):
    path = geo.write(plots.assign(long_name_of_a_column=1, long_name_of_another=2), tmp_path / "a.zip", losses=[])
    with zipfile.ZipFile(path) as archive:
        assert archive.read("a_columns.csv").decode() == (
            'name_in_file,name\nlong_name_,"long_name_of_a_column"\nlong_nam_2,"long_name_of_another"\n'
        )
        assert archive.read("a.cpg") == b"UTF-8"


def test_tables_hold_no_formula(plots, tmp_path):
    evil = plots.assign(name_vi=["=HYPERLINK(1)", "+84 274", "-5.5"])
    text = geo.write(evil, tmp_path / "a.csv", bom=True, geometry="wkt", losses=[]).read_bytes().decode("utf-8-sig")
    assert [line.split(",")[1] for line in text.splitlines()[1:]] == ["'=HYPERLINK(1)", "'+84 274", "-5.5"]
    assert "POLYGON ((600000 1220000" in text
    sheet = openpyxl.load_workbook(geo.write(evil, tmp_path / "a.xlsx", losses=[]))["a"]
    assert [(cell.value, cell.data_type) for cell in sheet["B"][1:3]] == [("=HYPERLINK(1)", "s"), ("+84 274", "s")]
    points = plots.set_geometry(plots.centroid)
    head, first, *_ = geo.write(points, tmp_path / "b.csv", geometry="lonlat", losses=[]).read_text(encoding="utf-8").splitlines()
    assert head == "plot_id,name_vi,area_ha,lon,lat"
    assert first.startswith("b,Lô số 1,0.96,106.66")
    with pytest.raises(geo.PlanningDataError, match=r"E-WRITE-05.*Features: b, a, c"):
        geo.write(plots, tmp_path / "c.csv", geometry="lonlat")


def test_what_a_killed_run_left_is_cleared_away_and_what_is_being_written_is_not(tmp_path):
    left, held, fresh = (tmp_path / f".part-{name}" for name in ("left", "held", "fresh"))
    for folder in (left, held, fresh):
        folder.mkdir()
        (folder / ".lock").touch()
    (tmp_path / ".old-plots.gdb").mkdir()
    (tmp_path / ".old-plots.gdb" / "gdb").write_text("the old one")
    theirs = [tmp_path / ".part-of-a-plan", tmp_path / ".old-notes"]
    for folder in theirs:
        folder.mkdir()
        (folder / "notes.txt").touch()
    for folder in (left, held, *theirs):
        os.utime(folder, (0, 0))
    with (held / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.utime(held, (0, 0))
        sweep(tmp_path)
    assert all((folder / "notes.txt").is_file() for folder in theirs)
    assert set(tmp_path.iterdir()) - set(theirs) == {fresh, held, tmp_path / "plots.gdb"}
    assert (tmp_path / "plots.gdb" / "gdb").read_text() == "the old one"


def test_a_folder_is_replaced_whole_and_stays_when_the_new_one_fails(plots, tmp_path):
    path = geo.write(plots, tmp_path / "a.gdb", losses=[])

    def broken(part):
        part.mkdir()
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_whole(path, broken)
    assert len(pyogrio.read_dataframe(path)) == 3
    geo.write(plots.iloc[:1], path, losses=[])
    assert len(pyogrio.read_dataframe(path)) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["a.gdb"]


KILLED = """
import os, sys, time
from pathlib import Path
from geo.writing.whole import write_whole
def fill(part):
    part.write_text("half")
    print("ready", flush=True)
    time.sleep(60)
write_whole(Path(sys.argv[1]), fill)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
def test_a_run_killed_while_it_writes_leaves_the_old_file_and_the_next_run_tidies_up(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("the old one")
    with subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout.readline() == "ready\n"
        running.kill()
    assert path.read_text() == "the old one"
    (left,) = tmp_path.glob(".part-*")
    os.utime(left, (0, 0))
    geo.write_text(path, "the new one")
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("a.txt", "the new one")]


def test_a_stop_while_it_tidies_up_leaves_nothing_either(tmp_path, monkeypatch):
    done, stops = shutil.rmtree, iter([KeyboardInterrupt])

    def stopped(path, **options):
        for stop in stops:
            raise stop
        done(path, **options)

    monkeypatch.setattr(shutil, "rmtree", stopped)
    with pytest.raises(KeyboardInterrupt):
        geo.write_text(tmp_path / "a.txt", "any")
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_tiles_hold_every_feature_at_the_largest_scale(plots, tmp_path):
    with pytest.warns(UserWarning, match="E-LOSS-21"):
        path = geo.write(plots, tmp_path / "a.pmtiles")
    assert set(pyogrio.read_dataframe(path)["plot_id"]) == {"a", "b", "c"}
    with pytest.raises(geo.PlanningDataError, match="E-WRITE-05"):
        geo.write(plots.iloc[:0], tmp_path / "b.pmtiles", losses=[])


def test_an_ending_without_a_writer_is_refused_with_what_there_is(plots, tmp_path):
    with pytest.raises(geo.PlanningDataError, match=r"E-IO-01.*\.shp\.zip"):
        geo.write(plots, tmp_path / "a.shp")
    with pytest.raises(geo.PlanningDataError, match=r"E-IO-01.*\.gpkg"):
        geo.write(plots, tmp_path / "a.gpk")
    assert not list(tmp_path.iterdir())


def test_more_than_a_sheet_holds_is_refused(plots, tmp_path, monkeypatch):
    monkeypatch.setattr("geo.writing.tables._ROWS", 3)  # with the head
    with pytest.raises(geo.PlanningDataError, match="E-WRITE-06") as caught:
        geo.write(plots, tmp_path / "a.xlsx", losses=[])
    assert caught.value.seen[0] == 3
    assert geo.write(plots.iloc[:2], tmp_path / "a.xlsx", losses=[]).is_file()
    monkeypatch.setattr("geo.writing.tables._COLUMNS", 1)
    with pytest.raises(geo.PlanningDataError, match="E-WRITE-06"):
        geo.write(plots.iloc[:2], tmp_path / "b.xlsx", losses=[])


def test_a_geodatabase_put_aside_by_a_killed_run_is_put_back_and_an_old_one_of_a_whole_is_cleared(tmp_path):
    for name in ("lost.gdb", "whole.gdb"):
        (tmp_path / f"{ASIDE}{name}").mkdir()
    (tmp_path / f"{ASIDE}note.gdb").write_text("a file of somebody")
    (tmp_path / "whole.gdb").mkdir()
    geo.write_text(tmp_path / "a.txt", "any")
    assert {one.name for one in tmp_path.iterdir()} == {
        "a.txt", "lost.gdb", "whole.gdb", f"{ASIDE}whole.gdb", f"{ASIDE}note.gdb"
    }  # fmt: skip
    os.utime(tmp_path / f"{ASIDE}whole.gdb", (0, 0))
    geo.write_text(tmp_path / "a.txt", "any")
    assert {one.name for one in tmp_path.iterdir()} == {"a.txt", "lost.gdb", "whole.gdb", f"{ASIDE}note.gdb"}


@pytest.mark.parametrize("step", ["_stale", "_ours", "_held"])
def test_what_another_run_sweeps_at_the_same_time_disturbs_no_write(tmp_path, monkeypatch, step):
    done = getattr(whole, step)

    def late(path):
        shutil.rmtree(path)
        return done(path)

    for name in (f"{PART}left", f"{ASIDE}plots.gdb", "plots.gdb"):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / f"{PART}left" / whole.LOCK).touch()
    os.utime(tmp_path / f"{PART}left", (0, 0))
    monkeypatch.setattr(whole, step, late)
    geo.write_text(tmp_path / "a.txt", "any")
    assert {one.name for one in tmp_path.iterdir()} == {"a.txt", "plots.gdb"}


def test_what_is_written_is_on_the_disk_before_it_takes_the_place_of_the_old(tmp_path, monkeypatch):
    path = write_whole(tmp_path / "a.txt", lambda part: part.write_text("old"))
    flushed = []

    def fsync(handle):
        flushed.append((os.fstat(handle).st_ino, path.read_text()))

    monkeypatch.setattr(os, "fsync", fsync)
    write_whole(path, lambda part: part.write_text("new"))
    assert flushed == [(path.stat().st_ino, "old"), (tmp_path.stat().st_ino, "new")]

    def fill(part):
        (part / "inside").mkdir(parents=True)
        (part / "inside" / "b.txt").write_text("b")

    flushed.clear()
    folder = write_whole(tmp_path / "a.gdb", fill)
    assert {number for number, _ in flushed[:-1]} == {one.stat().st_ino for one in folder.rglob("*")}
    assert flushed[-1] == (tmp_path.stat().st_ino, "new")
