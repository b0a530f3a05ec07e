"""``innoregion check``: every kind of file, all findings, for people and for programs."""

import json
import zipfile

import geopandas as gpd
import pytest
import shapely

import geo
from maps import check as checking
from maps.__main__ import _run
from tests.corpus.saving import save, squares
from tests.geo.osm_text import write_osm

PARK = shapely.box(595_889, 1_236_000, 604_000, 1_243_000)


def good():
    return gpd.GeoDataFrame({"zone_id": ["a"], "jobs": [5]}, geometry=[PARK], crs="EPSG:9210")


@pytest.fixture
def check(capsys):
    def told(*arguments):
        code = _run(["check", *map(str, arguments)])
        said = capsys.readouterr()
        assert said.err == ""
        return code, said.out

    return told


def test_a_sound_file_is_0_and_a_bad_one_2(tmp_path, check):
    sound = geo.write(good(), tmp_path / "zones.gpkg")
    assert check(sound) == (0, f"{sound}: nothing to say\n")
    bad = geo.write(good().assign(jobs=-1), tmp_path / "bad.gpkg")
    code, said = check(sound, bad)
    assert code == 2
    assert "ERROR E-ATTR-04 bad.gpkg" in said
    assert "1 to mend first, 0 to know" in said


def test_json_keeps_its_form(tmp_path, check):
    path = geo.write(good().assign(jobs=-1), tmp_path / "bad.gpkg")
    code, said = check(path, "--json", "--id", "zone_id")
    assert code == 2
    told = json.loads(said)
    assert told.keys() == {"version", "ok", "files"}
    assert (told["version"], told["ok"]) == (1, False)
    (file,) = told["files"]
    assert file.keys() == {"file", "ok", "findings"}
    (finding,) = file["findings"]
    assert finding.keys() == {"code", "severity", "file", "layer", "what", "field", "feature_ids", "count", "seen", "mend"}
    assert (finding["code"], finding["severity"], finding["feature_ids"], finding["count"]) == ("E-ATTR-04", "error", ["a"], 1)


def test_all_findings_of_a_file_are_told_not_the_first(tmp_path, check):
    bow = shapely.Polygon([(600_000, 1_240_000), (601_000, 1_241_000), (601_000, 1_240_000), (600_000, 1_241_000)])
    frame = gpd.GeoDataFrame({"id": ["a", "a", "b"], "population_people": [1, -2, 3]}, geometry=[PARK, bow, None], crs=9210)
    path = tmp_path / "many.gpkg"
    frame.to_file(path)
    _, said = check(path, "--json", "--id", "id")
    codes = [one["code"] for one in json.loads(said)["files"][0]["findings"]]
    assert sorted(codes) == ["E-ATTR-01", "E-ATTR-04", "E-GEOM-01", "E-GEOM-04"]


def test_options_reach_the_reader(tmp_path, check):
    west = good().to_crs(4326).set_geometry(good().to_crs(4326).translate(-20, 0))
    path = geo.write(west, tmp_path / "elsewhere.geojson")
    assert check(path)[0] == 2
    assert check(path, "--expect", "anywhere")[0] == 0
    assert check(path, "--expect", "86,11,87,12")[0] == 0
    assert check(path, "--expect", path)[0] == 0
    twice = geo.write(gpd.GeoDataFrame(geometry=[PARK, PARK.buffer(9)], crs=9210), tmp_path / "twice.gpkg")
    assert check(twice)[0] == 0
    code, said = check(twice, "--partition")
    assert code == 2
    assert "E-GEOM-13" in said


def test_tables_feeds_streets_and_studies(tmp_path, check):
    (tmp_path / "a.csv").write_text("ma,jobs\n01,5\n")
    (tmp_path / "b.csv").write_text("ma,jobs\n01,1.234\n")
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as feed:
        feed.writestr("stops.txt", "stop_id,stop_lat,stop_lon\n")
    rows = "".join(f"way {r} {' '.join(str(10 * r + c) for c in range(10))} highway=residential\n" for r in range(1, 40))
    columns = "".join(f"way {100 + c} {' '.join(str(10 * r + c) for r in range(1, 40))} highway=primary\n" for c in range(10))
    streets = write_osm(tmp_path / "a.osm", rows + columns)
    (tmp_path / "study.toml").write_text("kind = 'nothing'\n")
    (tmp_path / "page.osm.pbf").write_text("<!doctype html>")
    expected = {"a.csv": (0, ""), "b.csv": (2, "E-TABLE-06"), "feed.zip": (2, "E-GTFS-09"), "page.osm.pbf": (2, "E-OSM-02")}
    expected |= {"study.toml": (2, "E-TOML-03"), "none.gpkg": (2, "E-IO-03"), "http://x/y.gpkg": (2, "E-IO-05")}
    for name, (wanted, word) in expected.items():
        code, said = check(name if "://" in name else tmp_path / name)
        assert code == wanted, said
        assert word in said
    code, said = check(streets)
    assert code == 0, said


def test_a_sidecar_of_the_writer_is_compared(tmp_path, check):
    path = geo.write(good(), tmp_path / "zones.gpkg", sidecar=True)
    assert check(path)[0] == 0
    path.write_bytes(path.read_bytes() + b"\0")
    code, said = check(path)
    assert code == 2
    assert "E-IO-07" in said


def test_files_that_a_study_names_are_checked_with_it(tmp_path, monkeypatch):
    """As those of a workspace, wherever in the study they stand; the study itself is ready here."""
    monkeypatch.setattr("analyses.ready_study", lambda _: None)
    save(squares(3, name=["a"] * 3).assign(geometry=[squares(1).geometry.iloc[0]] * 3), tmp_path / "plan.gpkg")
    (tmp_path / "study.toml").write_text("[plan]\nfile = 'plan.gpkg'\nmore = [{file = 'missing.gpkg'}, {note = 'plan.gpkg'}]\n")
    path = str(tmp_path / "study.toml")
    found = checking.check_files([path], {})[path]
    assert [(one.code, one.file) for one in found] == [("E-GEOM-15", "plan.gpkg")]
