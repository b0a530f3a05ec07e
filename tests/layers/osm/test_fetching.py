"""Streets from an Overpass server, played by one on this machine: whole and exact, or one line and nothing written."""

import json
import socket
import time

import geopandas as gpd
import numpy as np
import pytest
import shapely

import layers
from geo import PlanningDataError, to_wgs84
from geo.movement import import_streets
from layers.osm import overpass
from layers.osm.named_area import named_area
from maps.__main__ import _run
from tests.geo.osm_text import write_osm
from tests.layers.osm.overpass_play import SLOW, overpass_server

BBOX = (106.600, 11.100, 106.606, 11.106)
WAYS = """
    node 12 barrier=bollard
    way 1 11 12 13 14 highway=primary maxspeed=40 lanes=2 name=Đại_~lộ_~"1"_~&_~<2>
    way 2 23 22 21 highway=residential oneway=-1
    way 3 11 21 31 highway=residential maxspeed:forward=20 maxspeed:backward=10 bridge=yes
    way 4 14 24 34 highway=tertiary access=no bicycle=yes
    way 5 31 32 42 41 31 highway=primary junction=roundabout
    way 6 32 33 34 highway=motorway
    way 7 21 22 23 24 34 33 23 13 highway=service hgv=no motorcycle:conditional=no_~@_~(22:00-05:00)
    way 8 42 43 44 34 highway=residential oneway=yes oneway:bicycle=no
    way 9 44 54 route=ferry duration=0:10
"""


def _elements(text):
    """The same ways as Overpass tells them."""
    nodes, ways = {}, []
    for line in filter(None, map(str.strip, text.splitlines())):
        kind, number, *rest = line.split()
        tags = dict(word.replace("_~", " ").split("=", 1) for word in rest if "=" in word)
        refs = [int(word) for word in rest if "=" not in word]
        if kind == "node":
            nodes[int(number)] = tags
        else:
            ways.append({"type": "way", "id": int(number), "nodes": refs, "tags": tags})
            nodes.update({ref: {} for ref in refs if ref not in nodes})
    return [_node(ref, tags) for ref, tags in nodes.items()] + ways


def _node(ref, tags):
    place = {"lon": round(106.6 + ref % 10 / 1000, 7), "lat": round(11.1 + ref // 10 / 1000, 7)}
    return {"type": "node", "id": ref, **place, **({"tags": tags} if tags else {})}


def _answer(elements, **more):
    return 200, json.dumps(
        {"version": 0.6, "osm3s": {"timestamp_osm_base": "2026-01-02T03:04:05Z"}, "elements": elements, **more}
    )


def good(query):
    """Ferries are asked for apart from streets."""
    elements = _elements(WAYS)
    ferries = '"ferry"' in query
    return _answer([one for one in elements if one["type"] == "node" or ("route" in one["tags"]) == ferries])


def refused(tmp_path, server, area=BBOX, **bounds):
    """The error of a fetch; an older file stays as it was, nothing is left beside it."""
    path = tmp_path / "streets.osm"
    path.write_text("of yesterday")
    with pytest.raises(PlanningDataError) as caught:
        layers.fetch_streets(area, path, server=server, **{"attempts": 2, "total_wait_s": 4, **bounds})
    assert path.read_text() == "of yesterday"
    assert list(tmp_path.iterdir()) == [path]
    assert "\n" not in str(caught.value)
    return caught.value


def same(one, other):
    """Whether two networks are the same arc by arc."""
    assert np.array_equal(one.node_id, other.node_id)
    np.testing.assert_allclose(one.node_xy, other.node_xy, atol=0.01)
    assert one.modes == other.modes
    ours, theirs = one.edges.frame(one.crs), other.edges.frame(other.crs)
    assert ours.drop(columns="geometry").equals(theirs.drop(columns="geometry"))
    assert shapely.equals_exact(ours.geometry.to_numpy(), theirs.geometry.to_numpy(), 0.01).all()
    for name in ("tail", "head"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    for mode in one.modes:
        assert np.array_equal(one.ds[mode], other.ds[mode])


def test_fetched_streets_are_those_of_a_file_with_the_same_ways(tmp_path):
    by_hand, _ = import_streets(write_osm(tmp_path / "by_hand.osm", WAYS), island_nodes=1)
    with overpass_server(good) as server:
        path = layers.fetch_streets(BBOX, tmp_path / "new" / "fetched.osm", server=server.url)
    fetched, report = import_streets(path, island_nodes=1)
    same(fetched, by_hand)
    assert (report.counts["ways_read"], report.counts["ways_used"], report.counts["barriers"]) == (9, 9, 1)


def test_layers_transport_reads_what_was_fetched(tmp_path):
    rows = [f"way {r + 1} {' '.join(str(10 * r + c) for c in range(7))} highway=residential" for r in range(7)]
    columns = [f"way {c + 11} {' '.join(str(10 * r + c) for r in range(7))} highway=residential" for c in range(7)]
    with overpass_server(lambda _: _answer(_elements("\n".join(rows + columns)))) as server:
        today = layers.transport(osm=layers.fetch_streets(BBOX, tmp_path / "grid.osm", server=server.url))
    assert len(today.streets.node_xy) == 49
    assert today.name == "streets of grid.osm"


def test_the_same_answer_gives_the_same_bytes_and_names_date_and_licence(tmp_path):
    def backwards(query):
        status, text = good(query)
        return status, json.dumps({**json.loads(text), "elements": json.loads(text)["elements"][::-1]})

    written = []
    for number, reply in enumerate((good, backwards)):
        with overpass_server(reply) as server:
            written.append(
                layers.fetch_streets(BBOX, tmp_path / f"{number}.osm", server=f"{server.url}/interpreter").read_bytes()
            )
    assert written[0] == written[1]
    assert b'osm_base="2026-01-02T03:04:05Z"' in written[0]
    assert b"opendatacommons.org" in written[0]


def test_a_tag_with_signs_that_xml_does_not_know_is_still_a_file(tmp_path):
    def odd(_):
        way = {"type": "way", "id": 1, "nodes": [11, 12], "tags": {"highway": "residential", "name": 'a\x00\x1b"\n\ud800b'}}
        return _answer([_node(11, {}), _node(12, {}), way])

    with overpass_server(odd) as server:
        network, _ = import_streets(layers.fetch_streets(BBOX, tmp_path / "odd.osm", server=server.url), island_nodes=1)
    assert network.edges.frame(network.crs)["name"].tolist() == ['a  "\n b']


def test_an_area_may_be_a_frame_in_any_crs_and_streets_about_it_are_asked_for(tmp_path):
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(595_000, 1_228_000).buffer(900)], crs="EPSG:9210")
    with overpass_server(good) as server:
        layers.fetch_streets(frame, tmp_path / "a.osm", server=server.url)
        layers.fetch_streets(frame.geometry, tmp_path / "b.osm", server=server.url)
    assert len(server.queries) == 4
    assert server.queries[:2] == server.queries[2:]
    asked = [float(word) for word in server.queries[0].split("poly:'")[1].split("'")[0].split()]
    around = shapely.Polygon(list(zip(asked[1::2], asked[::2], strict=True)))
    near, far = (to_wgs84(gpd.GeoDataFrame(geometry=frame.buffer(margin_m))).geometry.iloc[0] for margin_m in (400, 600))
    assert around.contains(near)
    assert far.contains(around)


def test_the_user_finds_osmnx_as_he_left_it_and_no_cache(tmp_path, monkeypatch):
    import osmnx  # noqa: PLC0415 - heavy

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(osmnx.settings, "requests_kwargs", {"verify": True})
    before = {name: getattr(osmnx.settings, name) for name in dir(osmnx.settings) if not name.startswith("_")}
    resolve = socket.getaddrinfo
    with overpass_server(good) as server:
        layers.fetch_streets(BBOX, "a.osm", server=server.url)
    with overpass_server(lambda _: (400, "")) as server, pytest.raises(PlanningDataError, match="E-FETCH"):
        layers.fetch_streets(BBOX, "b.osm", server=server.url)
    assert {name: getattr(osmnx.settings, name) for name in before} == before
    assert socket.getaddrinfo is resolve
    assert [path.name for path in tmp_path.iterdir()] == ["a.osm"]


def test_the_server_of_osmnx_settings_is_asked_when_none_is_named(tmp_path, monkeypatch):
    import osmnx  # noqa: PLC0415 - heavy

    with overpass_server(good) as server:
        monkeypatch.setattr(osmnx.settings, "overpass_url", server.url)
        layers.fetch_streets(BBOX, tmp_path / "a.osm")
    assert len(server.queries) == 2


@pytest.mark.parametrize(
    ("reply", "code", "asked", "seen"),
    [
        (lambda _: (429, "rate limited"), "E-FETCH-03", 2, "HTTP 429"),
        (lambda _: (504, "<html>too busy</html>"), "E-FETCH-03", 2, "HTTP 504"),
        (lambda _: (500, '{"elements": []}'), "E-FETCH-03", 2, "HTTP 500"),
        (lambda _: (400, "bad query"), "E-FETCH-05", 1, "HTTP 400"),
        (lambda _: _answer(_elements(WAYS), remark="runtime error: out of memory"), "E-FETCH-05", 2, "out of memory"),
        (lambda _: (200, "<html>\n<b>Wartung</b>"), "E-FETCH-05", 1, "Wartung"),
        (lambda query: (200, good(query)[1][:-40]), "E-FETCH-05", 1, "version"),
        (lambda _: (200, "[]"), "E-FETCH-05", 1, "[]"),
        (lambda _: (200, '{"elements": 5}'), "E-FETCH-05", 2, "elements"),
        (lambda _: _answer([one for one in _elements(WAYS) if one["id"] != 12]), "E-FETCH-05", 2, "way 1"),
        (lambda _: _answer([{"type": "node", "id": 1, "lat": float("nan"), "lon": 1}]), "E-FETCH-05", 2, "nan"),
        (lambda _: _answer([]), "E-FETCH-06", 2, "0"),
    ],
    ids=["429", "504", "500", "400", "remark", "html", "cut", "list", "no list", "nodes missing", "nan", "empty"],
)
def test_a_server_at_fault_is_one_line_and_nothing_written(tmp_path, reply, code, asked, seen):
    with overpass_server(reply) as server:
        error = refused(tmp_path, server.url)
    assert (error.code, error.file) == (code, server.host)
    assert seen in str(error)
    assert ".osm.pbf" in error.mend
    assert len(server.queries) == asked


def test_a_busy_server_that_recovers_is_asked_again(tmp_path):
    with overpass_server(lambda query: good(query) if len(server.queries) > 1 else (429, "")) as server:
        layers.fetch_streets(BBOX, tmp_path / "a.osm", server=server.url, attempts=3, total_wait_s=6)
    assert len(server.queries) == 3


def test_a_server_that_asks_for_more_patience_than_there_is_is_left_at_once(tmp_path):
    with overpass_server(lambda _: (429, "")) as server:
        server.headers = {"Retry-After": "3600"}
        error = refused(tmp_path, server.url, attempts=5, total_wait_s=120)
    assert "3600 s" in str(error)
    assert len(server.queries) == 1


def test_an_answer_that_drips_is_given_up_in_time(tmp_path):
    with overpass_server(lambda query: (SLOW, good(query)[1])) as server:
        began = time.monotonic()
        error = refused(tmp_path, server.url, total_wait_s=1)
        assert time.monotonic() - began < 60  # dripping to its end would take many minutes
    assert error.code == "E-FETCH-07"
    assert error.file == server.host


def test_an_answer_without_end_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(overpass, "LIMIT_BYTES", 1000)
    with overpass_server(good) as server:
        assert refused(tmp_path, server.url).code == "E-FETCH-07"


def test_a_body_shorter_than_promised_is_no_answer(tmp_path):
    with overpass_server(good) as server:
        server.headers = {"Content-Length": 10**6, "Connection": "close"}
        assert refused(tmp_path, server.url).code == "E-FETCH-04"


def test_nobody_at_the_address_is_said(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = refused(tmp_path, f"http://127.0.0.1:{port}/api", total_wait_s=2)
    assert error.code == "E-FETCH-04"
    assert error.file == f"127.0.0.1:{port}"


def test_a_password_in_the_address_is_refused_and_not_shown(tmp_path):
    error = refused(tmp_path, "https://planner:secret@127.0.0.1:9/api")
    assert error.code == "E-FETCH-01"
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    ("area", "code"),
    [
        ((106.0, 10.5, 107.5, 12.0), "E-FETCH-02"),
        ((106.7, 11.1, 106.6, 11.2), "E-FETCH-01"),
        ((600_000, 1_228_000, 601_000, 1_229_000), "E-FETCH-01"),
        ((106.6, 11.1, 106.7), "E-FETCH-01"),
        ((106.6, 11.1, float("nan"), 11.2), "E-FETCH-01"),
        (("106.6", "11.1", "east", "11.2"), "E-FETCH-01"),
        (gpd.GeoDataFrame(geometry=[shapely.Point(106.6, 11.1)], crs="EPSG:4326"), "E-FETCH-01"),
        (gpd.GeoDataFrame(geometry=[], crs="EPSG:4326"), "E-FETCH-01"),
        (gpd.GeoDataFrame(geometry=[shapely.box(106.6, 11.1, 106.7, 11.2)]), "E-CRS-01"),
    ],
    ids=["large", "turned round", "metres", "three", "nan", "text", "point", "none", "no crs"],
)
def test_an_area_that_can_not_be_asked_for_is_refused_without_asking(tmp_path, area, code):
    assert refused(tmp_path, "http://127.0.0.1:9/api", area=area).code == code


@pytest.mark.parametrize(
    "wrong",
    [{"server": "overpass-api.de"}, {"server": "file:///etc"}, {"attempts": 0}, {"total_wait_s": 0}],
    ids=["no scheme", "no host", "no attempt", "no time"],
)
def test_arguments_that_can_not_be_used_are_refused(tmp_path, wrong):
    server = wrong.pop("server", "http://127.0.0.1:9/api")
    assert refused(tmp_path, server, **wrong).code == "E-FETCH-01"


def test_only_osm_files_are_written(tmp_path):
    with pytest.raises(PlanningDataError, match=r"E-FETCH-01 streets\.pbf.*name it streets\.osm"):
        layers.fetch_streets(BBOX, tmp_path / "streets.pbf")


def test_the_command_line_fetches_streets(tmp_path, capsys):
    path = tmp_path / "a.osm"
    with overpass_server(good) as server:
        assert _run(["fetch", "streets", "--bbox", ",".join(map(str, BBOX)), str(path), "--server", server.url]) == 0
    assert path.stat().st_size > 1000
    out, err = capsys.readouterr()
    assert "OpenStreetMap contributors" in out
    assert err == ""


def test_the_command_line_refuses_half_a_box_in_one_line(tmp_path, capsys):
    assert _run(["fetch", "streets", "--bbox", "1,2,3", str(tmp_path / "b.osm")]) == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert "E-FETCH-01" in line


def test_a_place_is_known_by_its_name_in_either_language_and_another_is_not():
    assert set(named_area("region").index) == set(layers.units().index)
    for name in ("Bến Cát", "ben cat", "ben_cat"):
        assert list(named_area(name).index) == ["ben_cat"]
    assert named_area("new_city").geometry.iloc[0].equals(layers.outlines().geometry["new_city"])
    with pytest.raises(PlanningDataError, match=r"E-FETCH-08 .*Seen: 'Ben Kat'\..*ben_cat"):
        named_area("Ben Kat")
