"""Export on the command line: layers, several, all of them, and the lines; what is said of them goes along."""

import json
import sqlite3
from contextlib import closing

import pyogrio

import layers
from geo.movement import check_gtfs, read_gtfs
from maps.__main__ import _run


def test_a_layer_goes_out_with_what_the_catalogue_knows_of_it(tmp_path, capsys):
    assert _run(["export", "science_park", str(tmp_path / "park.geojson")]) == 0
    told = capsys.readouterr().out
    assert "1 rows of science_park" in told
    assert "Changed: E-LOSS-02" in told
    beside = json.loads((tmp_path / "park.geojson.meta.json").read_text(encoding="utf-8"))
    about, (layer,) = layers.catalogue().loc["science_park"], beside["layers"]
    for name in ("title_vi", "title_en", "source", "source_vi", "licence", "status", "as_of"):
        assert layer[name] == about[name]
    columns = {one["name"]: one for one in layer["columns"]}
    assert set(columns) == {*about["columns"], about["id_column"]}
    assert columns["accuracy_m"]["unit"] == "m"
    assert all(columns[name]["meaning_vi"] for name in about["columns"])
    assert [one["code"] for one in beside["losses"]] == ["E-LOSS-02", "E-LOSS-03"]


def test_all_layers_go_into_one_geopackage(tmp_path, capsys):
    assert _run(["export", "all", str(tmp_path / "region.gpkg")]) == 0
    known = layers.catalogue()
    assert f"rows of {len(known)} layers" in capsys.readouterr().out
    assert {name for name, _ in pyogrio.list_layers(tmp_path / "region.gpkg").tolist()} == set(known.index)
    kept = pyogrio.read_info(tmp_path / "region.gpkg", layer="corridors")["layer_metadata"]
    assert (kept["title_vi"], kept["licence"]) == (known.loc["corridors", "title_vi"], known.loc["corridors", "licence"])
    with closing(sqlite3.connect(tmp_path / "region.gpkg")) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert base.execute("SELECT COUNT(*) FROM units").fetchone() == (len(layers.units()),)


def test_several_layers_and_options(tmp_path, capsys):
    assert _run(["export", "units, centres", str(tmp_path / "two.xlsx"), "--no-sidecar"]) == 0
    assert "Changed: E-LOSS-01" in capsys.readouterr().out
    assert _run(["export", "centres", str(tmp_path / "centres.csv"), "--geometry", "lonlat", "--bom", "--no-sidecar"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["centres.csv", "two.xlsx"]
    assert (tmp_path / "centres.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    capsys.readouterr()
    assert _run(["export", "units,centre", str(tmp_path / "a.gpkg")]) == 2
    assert "E-LAYER-01" in capsys.readouterr().err
    assert _run(["export", "units,centres", str(tmp_path / "a.geojson")]) == 2
    assert "E-WRITE-04" in capsys.readouterr().err


def test_lines_go_out_as_gtfs_of_today_of_a_plan_and_of_a_study(tmp_path, capsys):
    plan, study = tmp_path / "plan.zip", tmp_path / "study.zip"
    assert _run(["export-lines", str(plan), "--planned", "brt_newcity_suoitien", "--date", "2026-03-02"]) == 0
    assert "with brt_newcity_suoitien" in capsys.readouterr().out
    assert check_gtfs(plan) == []
    assert "brt_newcity_suoitien" in read_gtfs(plan, "2026-03-02").line_ids
    more = ["--study", "brt_new_city_suoi_tien", "--scenario"]
    assert _run(["export-lines", str(study), *more, "brt"]) == 0
    assert check_gtfs(study) == []
    capsys.readouterr()
    assert _run(["export-lines", str(study), *more, "brtt"]) == 2
    assert "did you mean brt" in capsys.readouterr().err
