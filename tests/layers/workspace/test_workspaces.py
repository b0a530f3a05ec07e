"""The folder: opened without trust, written whole, one writer at a time, and in force layer by layer."""

import inspect
import os
import subprocess
import sys
import time

import pytest
from pandas.testing import assert_frame_equal

import geo
import layers
from geo import PlanningDataError
from layers.register import catalogue_name, entries, replaceable_by
from layers.workspace import locks, manifest, storing

MINE = layers.Provenance(source="own survey", licence="by agreement", as_of="2026-05")
NAMES = sorted(entries())
HOLD = """import sys, time
from pathlib import Path
from layers.workspace.locks import one_writer
with one_writer(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def moved_logistics():
    """The embedded logistics without dry ports and with a new name."""
    places = layers.logistics()
    return geo.to_wgs84(places[places["kind"] != "dry_port"].assign(name_vi="Cảng mới"))


@pytest.fixture
def mine(tmp_path):
    """A workspace that holds the logistics of a planner."""
    path = geo.write(moved_logistics(), tmp_path / "ports.gpkg")
    return layers.import_layer(path, "logistics", tmp_path / "mine", told=MINE).workspace


def refused(folder, **how):
    with pytest.raises(PlanningDataError) as caught:
        layers.open_workspace(folder, **how)
    return caught.value


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_function_shows_and_takes_a_workspace(name):
    shown = inspect.signature(getattr(layers, name)).parameters
    if entries()[name].geometry == "table" and "own" in shown:  # rules take a planner's rows in another way
        assert not replaceable_by(name)
        return
    parameter = shown["workspace"]
    assert parameter.kind is inspect.Parameter.KEYWORD_ONLY
    assert parameter.default is None
    for base in entries()[name].derived_from:
        assert catalogue_name(base) in entries()


def test_a_layer_that_is_held_takes_the_place_and_what_is_derived_follows(mine):
    assert set(layers.logistics(workspace=mine)["name_vi"]) == {"Cảng mới"}
    assert set(layers.seaports(workspace=mine)["name_vi"]) == {"Cảng mới"}
    assert list(layers.seaports(workspace=mine).index) == list(layers.seaports().index)
    assert layers.dry_ports(workspace=mine).empty
    assert not layers.dry_ports().empty
    told = layers.catalogue(workspace=mine)["in_force"]
    assert told["logistics"].startswith("workspace 20")
    derived = ["river_ports", "dry_ports", "seaports", "airports"]
    assert set(told[derived]) == {"derived from logistics of the workspace"}
    assert set(told.drop(["logistics", *derived])) == {"embedded"}
    assert_frame_equal(layers.health(workspace=mine), layers.health())
    assert_frame_equal(layers.get("airports", workspace=mine), layers.airports(workspace=mine))


def test_a_held_layer_is_every_time_a_frame_of_its_own(mine):
    layers.logistics(workspace=mine)["name_vi"] = "changed"
    assert set(layers.logistics(workspace=mine)["name_vi"]) == {"Cảng mới"}


def test_two_openings_of_one_state_are_equal_and_another_state_is_not(mine, tmp_path):
    assert layers.open_workspace(mine.folder) == mine
    assert hash(layers.open_workspace(mine.folder)) == hash(mine)
    path = geo.write(moved_logistics().iloc[:3], tmp_path / "three.gpkg")
    now = layers.import_layer(path, "logistics", mine.folder, told=MINE).workspace
    assert now != mine
    assert len(layers.logistics(workspace=now)) == 3
    assert [one.name for one in (mine.folder / "layers").iterdir()] == [now.layers["logistics"].file.removeprefix("layers/")]


def test_a_changed_file_is_refused_by_name_also_when_its_time_and_size_are_the_same(mine):
    path = mine.folder / mine.layers["logistics"].file
    data, stat = path.read_bytes(), path.stat()
    path.write_bytes(data[:100] + bytes([data[100] ^ 1]) + data[101:])
    assert refused(mine.folder).code == "E-WORK-03"
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    error = refused(mine.folder, verify=True)
    assert (error.code, error.layer) == ("E-WORK-03", "logistics")
    assert path.name in str(error)
    path.write_bytes(data + b" ")
    assert refused(mine.folder).code == "E-WORK-03"
    path.write_bytes(data)  # a copied folder: other times, the same bytes
    assert layers.open_workspace(mine.folder) == mine


def test_what_is_missing_is_said(mine, tmp_path):
    assert refused(tmp_path / "min").code == "E-WORK-01"
    assert "did you mean mine?" in str(refused(tmp_path / "min"))
    (mine.folder / mine.layers["logistics"].file).unlink()
    error = refused(mine.folder)
    assert (error.code, error.layer) == ("E-WORK-04", "logistics")
    assert "ports.gpkg" in error.mend
    for take, code in ((lambda: mine.raster("elevation"), "E-WORK-11"), (lambda: mine.read("zones"), "E-WORK-12")):
        with pytest.raises(PlanningDataError, match=code):
            take()


def test_a_region_whose_units_are_not_all_there_is_not_drawn(tmp_path):
    units = layers.units()
    path = geo.write(geo.to_wgs84(units.drop(index="ben_cat")), tmp_path / "units.gpkg")
    made = layers.import_layer(path, "units", tmp_path / "mine", told=MINE).workspace
    with pytest.raises(PlanningDataError, match=r"E-WORK-13 .*ben_cat"):
        layers.innovation_region(workspace=made)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version = 1", "version = 2", "newer one"),
        ("version = 1", 'version = "x"', "version"),
        ('"innoregion workspace"', '"other"', "no workspace"),
        ("[layers.logistics]", "[layers.logistics", "no TOML"),
        ('sha256 = "', 'sha = "', "lacks a key"),
        ('file = "layers/', 'file = "../', "lies outside"),
        ('file = "layers/', 'file = "/', "lies outside"),
        ("rows = ", 'rows = "1" # ', "another type"),
    ],
)
def test_a_manifest_that_is_not_ours_is_refused(mine, old, new, said):
    path = mine.folder / "workspace.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    error = refused(mine.folder)
    assert error.code == "E-WORK-02"
    assert said in str(error)


def test_the_manifest_reads_back_as_it_was_written(mine):
    text = (mine.folder / "workspace.toml").read_bytes()
    held = [one for kind in manifest.parsed(text, mine.folder).values() for one in kind.values()]
    assert manifest.written(held).encode() == text


def test_hostile_names_stay_text(tmp_path):
    path = geo.write(moved_logistics(), tmp_path / 'a"b\\n][x].gpkg')
    told = layers.Provenance(source='"""\n[layers.zones]\nfile = "x"', licence="\x7f\t", as_of="2026")
    made = layers.import_layer(path, "logistics", tmp_path / "mine", told=told)
    held = layers.open_workspace(tmp_path / "mine").layers["logistics"]
    assert (held.source, held.licence, held.origin) == (told.source, told.licence, path.name)
    assert list(made.workspace.layers) == ["logistics"]


def test_a_second_writer_waits_and_then_says_who_holds_the_folder(mine, tmp_path):
    path = geo.write(moved_logistics(), tmp_path / "ports.gpkg")
    with subprocess.Popen([sys.executable, "-c", HOLD, str(mine.folder)], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        assert layers.open_workspace(mine.folder) == mine  # readers need no lock
        with pytest.raises(PlanningDataError) as caught, locks.one_writer(mine.folder, wait_s=0.2):
            pass
        assert caught.value.code == "E-WORK-05"
        assert caught.value.seen == f"process {other.pid}"
        other.kill()
    started = time.monotonic()  # a writer that was killed leaves no lock behind
    assert layers.import_layer(path, "logistics", mine.folder, told=MINE).workspace is not None
    assert time.monotonic() - started < locks.WAIT_S / 2


def test_a_writer_that_dies_leaves_the_old_state_and_the_next_sweeps_up(mine, tmp_path, monkeypatch):
    path = geo.write(moved_logistics().iloc[:2], tmp_path / "two.gpkg")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storing, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        layers.import_layer(path, "logistics", mine.folder, told=MINE)
    assert layers.open_workspace(mine.folder, verify=True) == mine
    assert len(list((mine.folder / "layers").iterdir())) == 2
    monkeypatch.undo()
    health = geo.write(geo.to_wgs84(layers.health()), tmp_path / "health.gpkg")
    now = layers.import_layer(health, "health", mine.folder, told=MINE).workspace
    assert {one.name for one in (mine.folder / "layers").iterdir()} == {one.file.removeprefix("layers/") for one in now}


@pytest.mark.parametrize("name", ["logistics", "corridors", "outlines", "industrial_parks", "units", "zones", "travel_costs"])
def test_the_embedded_layers_own_export_comes_back_as_the_embedded_layer(name, tmp_path):
    before = layers.get(name, **({"resolution": 6} if name == "zones" else {}))
    path = geo.write(before, tmp_path / f"{name}.parquet")
    made = layers.import_layer(path, name, tmp_path / "mine")
    assert {one.how for one in made.mapped} == {"same name"}
    assert made.left_out == ()
    assert_frame_equal(layers.get(name, workspace=made.workspace), before)
    again = geo.write(layers.get(name, workspace=made.workspace), tmp_path / "again.parquet")
    assert again.read_bytes() == path.read_bytes()


def test_a_reader_who_meets_a_writer_reads_the_newer_state(mine, tmp_path, monkeypatch):
    """The manifest is read, then a writer puts another state in place: the file that the old one names is gone."""
    older = manifest.read(mine.folder / manifest.NAME)
    again = geo.write(moved_logistics().iloc[:3], tmp_path / "fewer.gpkg")
    newer = layers.import_layer(again, "logistics", mine.folder, told=MINE).workspace
    read, answers = manifest.read, [older]
    monkeypatch.setattr(manifest, "read", lambda path: answers.pop() if answers else read(path))
    assert layers.open_workspace(mine.folder) == newer
    assert not answers
