"""Live layers are those of a file of the same area; a broken fetch goes on where it stopped; bad answers are never kept."""

import gzip
import hashlib
import itertools
import json
import threading
import time
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import layers
from geo import PlanningDataError, to_metric, to_wgs84
from geo.movement import import_streets
from layers.osm import overpass
from layers.osm.table import osm_table
from layers.osm.tiles import tiles
from maps.__main__ import _run
from tests.geo.osm_text import write_osm
from tests.layers.osm.overpass_play import SLOW, World, overpass_server
from tests.layers.osm.test_osm_layers import TOWN

ROOT = Path(__file__).parents[3]
POA = ROOT.parent / "shared" / "data" / "poa" / "poa_osm.pbf"
BOX = (106.5995, 11.0995, 106.6105, 11.1105)
CENTRE = (-51.235, -30.040, -51.220, -30.025)  # of Porto Alegre
needs_poa = pytest.mark.skipif(not POA.is_file(), reason="the extract of Porto Alegre is not here")


@pytest.fixture
def town(tmp_path):
    return World(write_osm(tmp_path / "town.osm", TOWN))


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def same(fetched, read):
    """Ids, columns and shapes; the day and the order of corners of an area may differ."""
    for name, frame in read.items():
        live = gpd.read_parquet(fetched[name])
        assert list(live.index) == list(frame.index), name
        assert live.crs == frame.crs
        assert live.drop(columns=["geometry", "as_of"]).equals(frame.drop(columns=["geometry", "as_of"])), name
        assert shapely.equals(shapely.normalize(live.geometry.to_numpy()), shapely.normalize(frame.geometry.to_numpy())).all(), (
            name
        )


def test_live_layers_of_a_town_are_those_of_its_file(tmp_path, town):
    steps = []
    with overpass_server(town.answer) as server:
        found = layers.fetch_layers(BOX, "all", tmp_path / "live", server=server.url, step=lambda *one: steps.append(one))
    assert set(found) == {*osm_table(), "network"}
    same(found, layers.osm_layers(tmp_path / "town.osm", within=BOX))
    assert len(server.queries) == 6
    assert [done for _, done, _ in steps] == list(range(7))
    about = json.loads((tmp_path / "live" / "openstreetmap.json").read_text(encoding="utf-8"))
    assert about["as_of"] == "2026-01-02T03:04:05Z"
    assert server.host in about["source"]
    for name, digest in about["sha256"].items():
        assert hashlib.sha256((tmp_path / "live" / name).read_bytes()).hexdigest() == digest
    assert set(gpd.read_parquet(found["health"])["as_of"]) == {"2026-01-02"}


@pytest.fixture(scope="module")
def city():
    """Porto Alegre for a server to tell, its layers by the file, and the tags of its streets: read once for whole and tiles."""
    read = layers.osm_layers(POA, within=CENTRE)
    return World(POA), read, layers.osm_layers(POA, layers="streets", within=CENTRE, tags=True)["streets"]["tags"]


@needs_poa
@pytest.mark.parametrize("tile_km", [20, 1], ids=["whole", "in tiles"])
def test_live_layers_of_a_city_are_those_of_its_extract(tmp_path, tile_km, city):
    world, read, street_tags = city
    report = []
    with overpass_server(world.answer) as server:
        found = layers.fetch_layers(CENTRE, "all", tmp_path, server=server.url, tile_km=tile_km, report=report)
    assert len(read["streets"]) > 500
    assert len(read["bus_stops"]) > 50
    assert len(server.queries) == len(tiles(shapely.box(*CENTRE), tile_km)) * 6
    absent = {one.layer for one in report if one.code == "W-FETCH-02"}
    same(found, {name: frame for name, frame in read.items() if osm_table()[name].group not in absent})
    assert not any(len(frame) for name, frame in read.items() if osm_table()[name].group in absent)
    live = layers.osm_layers(found["network"], layers="streets", within=CENTRE, tags=True)["streets"]
    assert live["tags"].equals(street_tags)


def test_streets_come_with_their_turn_bans(tmp_path):
    text = "way 1 11 12 highway=primary\nway 2 12 13 highway=primary\nban 3 from=1 via=12 to=2 restriction=no_straight_on"
    with overpass_server(World(write_osm(tmp_path / "a.osm", text)).answer) as server:
        found = layers.fetch_layers(BOX, "streets", tmp_path / "live", server=server.url)
    assert set(found) == {"network", "streets"}
    _, report = import_streets(found["network"], island_nodes=1)
    assert report.counts["turn_bans"] == 1


def test_tiles_cover_the_area_and_stand_where_they_stood():
    area = shapely.box(106.5, 11.0, 106.9, 11.3)
    cut = tiles(area, 20)
    west, south, east, north = to_metric(gpd.GeoDataFrame(geometry=[area], crs="EPSG:4326")).total_bounds // 20_000
    assert len(cut) == (east - west + 1) * (north - south + 1)
    assert shapely.union_all(cut).contains(area)
    inner = tiles(shapely.box(106.5, 11.0, 106.9, 11.29), 20)
    assert sum(one.equals_exact(other, 1e-9) for one in inner for other in cut) >= 1  # the tile inside
    assert len(tiles(shapely.box(106.5, 11.0, 106.6, 11.1), 20)) == 1


def test_a_fetch_that_was_broken_off_goes_on_where_it_stopped(tmp_path, town):
    with overpass_server(lambda query: town.answer(query) if len(server.queries) < 4 else (400, "no")) as server:
        with pytest.raises(PlanningDataError, match="E-FETCH-05"):
            layers.fetch_layers(BOX, "all", tmp_path / "live", server=server.url)
        assert all(name.startswith(".answers/") for name in files(tmp_path / "live"))
        server.reply = town.answer
        found = layers.fetch_layers(BOX, "all", tmp_path / "live", server=server.url)
        assert len(server.queries) == 4 + 3
        before = {name: path.read_bytes() for name, path in found.items()}
        again = layers.fetch_layers(BOX, "all", tmp_path / "live", server=server.url)
        assert len(server.queries) == 7
        assert {name: path.read_bytes() for name, path in again.items()} == before
        layers.fetch_layers(BOX, "pois", tmp_path / "live", server=server.url, refresh=True)
        assert len(server.queries) == 8


def test_a_damaged_answer_is_deleted_and_asked_for_again_with_a_note(tmp_path, town):
    report = []
    with overpass_server(town.answer) as server:
        layers.fetch_layers(BOX, "pois", tmp_path, server=server.url, cache=tmp_path / "kept")
        (kept,) = (tmp_path / "kept").iterdir()
        whole = kept.read_bytes()
        for number, bad in enumerate((whole[:-9], b"", whole[:80] + b"x" + whole[81:], b"{}"), start=2):
            kept.write_bytes(bad)
            layers.fetch_layers(BOX, "pois", tmp_path, server=server.url, cache=tmp_path / "kept", report=report)
            assert len(server.queries) == number
            assert kept.read_bytes() == whole
    assert [one.code for one in report] == ["W-FETCH-01"] * 4


def test_nothing_there_is_said_and_not_kept(tmp_path, town):
    report = []
    away = (106.70, 11.2, 106.71, 11.21)
    with overpass_server(town.answer) as server, pytest.raises(PlanningDataError, match=r"E-FETCH-06 .*pois"):
        layers.fetch_layers(away, "pois", tmp_path / "live", server=server.url, report=report)
    assert not (tmp_path / "live").exists()
    assert [(one.code, one.layer) for one in report] == [("W-FETCH-02", "pois")]


def _cut(town):
    return lambda query: (200, town.answer(query)[1][:-60])


def _with(town, **more):
    return lambda query: (200, json.dumps({**json.loads(town.answer(query)[1]), **more}))


def _without_nodes(town):
    def reply(query):
        answer = json.loads(town.answer(query)[1])
        return 200, json.dumps({**answer, "elements": [one for one in answer["elements"] if one["type"] != "node"]})

    return reply


SHORT = {"Content-Length": "999999", "Connection": "close"}
BAD = {
    "429": (lambda _: lambda _: (429, "", {"Retry-After": "0"}), "E-FETCH-03", 5),
    "504": (lambda _: lambda _: (504, "<html>busy</html>"), "E-FETCH-03", 5),
    "500": (lambda _: lambda _: (500, "{}"), "E-FETCH-03", 5),
    "html": (lambda _: lambda _: (200, "<html><b>Wartung</b></html>"), "E-FETCH-05", 1),
    "remark": (lambda town: _with(town, remark="runtime error: Query run out of memory"), "E-FETCH-05", 1),
    "cut": (_cut, "E-FETCH-05", 1),
    "no nodes": (_without_nodes, "E-FETCH-05", 1),
    "empty": (lambda town: _with(town, elements=[]), "E-FETCH-06", 1),
    "odd member": (lambda town: _with(town, elements=[{"type": "relation", "id": 1, "members": [5]}]), "E-FETCH-05", 1),
    "latin-1": (lambda town: lambda query: (200, town.answer(query)[1].encode("utf-16-le")[:-1]), "E-FETCH-05", 1),
    "body shorter than told": (
        lambda town: lambda query: (*town.answer(query), {"Content-Length": "999999", "Connection": "close"}),
        "E-FETCH-04",
        5,
    ),
    "redirect loop": (lambda _: lambda _: (307, "", {"Location": "/api/interpreter"}), "E-FETCH-04", 1),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_server_at_fault_is_given_up_within_five_tries_and_nothing_is_kept(tmp_path, town, monkeypatch, fault):
    reply, code, asked = BAD[fault]
    monkeypatch.setattr(overpass, "_spread", lambda _host, _number: 0.01)
    with overpass_server(reply(town)) as server, pytest.raises(PlanningDataError) as caught:
        layers.fetch_layers(BOX, "pois", tmp_path / "live", server=server.url, total_wait_s=20)
    assert (caught.value.code, caught.value.file) == (code, server.host)
    assert "\n" not in str(caught.value)
    assert caught.value.mend
    assert len(server.queries) == asked or fault == "redirect loop"
    assert len(server.queries) <= 31  # a loop is followed thirty times by one try
    assert not (tmp_path / "live").exists()


def test_a_slow_drip_a_huge_answer_and_a_gzip_bomb_are_given_up(tmp_path, town, monkeypatch):
    began = time.monotonic()
    with (
        overpass_server(lambda query: (SLOW, town.answer(query)[1])) as server,
        pytest.raises(PlanningDataError, match="E-FETCH-07"),
    ):
        layers.fetch_layers(BOX, "pois", tmp_path / "live", server=server.url, total_wait_s=1)
    assert time.monotonic() - began < 60
    monkeypatch.setattr(overpass, "LIMIT_BYTES", 2**20)
    bomb = gzip.compress(bytes(2**26))
    for body, how in ((bytes(2**21), {}), (bomb, {"Content-Encoding": "gzip"})):
        with overpass_server(lambda _, body=body, how=how: (200, body, how)) as server:
            with pytest.raises(PlanningDataError, match=r"E-FETCH-07 .*larger than 1 MiB"):
                layers.fetch_layers(BOX, "pois", tmp_path / "live", server=server.url)
            assert len(server.queries) == 1
    assert not (tmp_path / "live").exists()


def test_a_server_that_names_a_wait_is_asked_again_after_it(tmp_path, town):
    asked_at = []

    def reply(query):
        asked_at.append(time.monotonic())
        dates = {"Date": "Mon, 05 Jan 2026 10:00:00 GMT", "Retry-After": "Mon, 05 Jan 2026 10:00:01 GMT"}
        return town.answer(query) if len(asked_at) > 2 else (429, "", dates if len(asked_at) == 1 else {"Retry-After": "1"})

    with overpass_server(reply) as server:
        layers.fetch_layers(BOX, "pois", tmp_path, server=server.url, total_wait_s=30)
    waits = [later - earlier for earlier, later in itertools.pairwise(asked_at)]
    assert min(waits[:2]) >= 1, waits


def test_two_fetches_at_once_do_not_disturb_each_other(tmp_path, town):
    with overpass_server(town.answer) as server:
        runs = [
            threading.Thread(target=layers.fetch_layers, args=(BOX, "pois", tmp_path / str(number)), kwargs={
                "server": server.url, "cache": tmp_path / "kept",
            })
            for number in range(2)
        ]  # fmt: skip
        for run in runs:
            run.start()
        for run in runs:
            run.join()
    assert len(list((tmp_path / "kept").iterdir())) == 1
    assert (tmp_path / "0" / "health.parquet").read_bytes() == (tmp_path / "1" / "health.parquet").read_bytes()


def test_the_command_line_fetches_layers(tmp_path, town, capsys):
    box, outline = ",".join(map(str, BOX)), tmp_path / "area.geojson"
    to_wgs84(gpd.GeoDataFrame(geometry=[shapely.box(*BOX)], crs="EPSG:4326")).to_file(outline)
    with overpass_server(town.answer) as server:
        told = ["--server", server.url]
        assert _run(["fetch", "pois", "--bbox", box, "--out", str(tmp_path / "a"), *told]) == 0
        assert "OpenStreetMap contributors" in capsys.readouterr().out
        assert _run(["fetch", "pois", "--polygon", str(outline), "--out", str(tmp_path / "b"), *told]) == 0
        assert _run(["fetch", "helth", "--bbox", box, "--out", str(tmp_path / "c"), *told]) == 2
    assert (tmp_path / "a" / "health.parquet").read_bytes() == (tmp_path / "b" / "health.parquet").read_bytes()
    errors = capsys.readouterr().err
    assert "did you mean health" in errors
    for wrong in (
        ["--out", "x"],
        ["--bbox", box],
        ["--bbox", box, "--place", "region", "--out", "x"],
        ["--place", "Atlantis", "--out", "x"],
    ):
        assert _run(["fetch", "pois", *wrong]) == 2
        assert "E-FETCH-0" in capsys.readouterr().err
