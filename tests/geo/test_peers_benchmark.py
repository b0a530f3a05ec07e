"""The comparison with other tools: what it makes alike is alike, and what it says of two results is true."""

import importlib
import subprocess
import sys
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString

from geo.movement import CLOSED, UNREACHED, Network, node_links, read_gtfs, times

CRS = "EPSG:9210"
BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
FEED = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\na,A,http://a.example,America/Sao_Paulo\n",
    "routes.txt": "route_id,agency_id,route_short_name,route_type\nr,a,1,3\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "s,1,1,1,1,1,1,1,20190501,20190531\n",
    "trips.txt": "route_id,service_id,trip_id\nr,s,t\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\np,P,-30.00,-51.2\nq,Q,-30.01,-51.2\nu,U,-30.02,-51.2\nv,V,-30.06,-51.2\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "t,14:00:00,14:00:00,p,1\nt,,,q,2\nt,,,u,3\nt,14:10:00,14:10:00,v,4\n",
}


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module


def test_a_filled_feed_says_what_the_reader_would_have_filled_in(script, tmp_path):
    peers = script("transit_peers")
    with zipfile.ZipFile(tmp_path / "raw.zip", "w") as feed:
        for name, text in FEED.items():
            feed.writestr(name, text)
    peers.filled_feed(tmp_path / "raw.zip", tmp_path / "filled.zip")
    with zipfile.ZipFile(tmp_path / "filled.zip") as feed:
        rows = feed.read("stop_times.txt").decode().split()
    assert [row.split(",")[1] for row in rows[1:]] == ["14:00:00", "14:01:40", "14:03:20", "14:10:00"]
    raw, filled = (read_gtfs(tmp_path / name, "2019-05-13").patterns for name in ("raw.zip", "filled.zip"))
    for name, values in vars(raw).items():
        np.testing.assert_array_equal(values, getattr(filled, name), err_msg=name)


def test_agreement_counts_neither_a_point_with_itself_nor_times_beyond_the_limit(script):
    peers = script("transit_peers")
    ours = np.array([[[0, 10, 20, 30], [0, 0, 0, 0], [11, 21, 0, np.inf]]], np.float32)
    theirs = np.array([[[9, 10, 24, 61], [11, 21, 9, 50]]], np.float32)
    said = peers.agreement(ours, theirs, 60, step=2)
    assert said.startswith("4 times: 75.0 % within 3 min, 75.0 % within 3 s, median +0.00 min")
    assert said.endswith("reached by one alone 50.0 %")


def test_the_table_of_open_streets_changes_walkers_alone(script, tmp_path):
    from geo.movement.street_table import street_table  # noqa: PLC0415 - only here

    script("transit_peers").open_table(tmp_path / "open.toml")
    own, opened = street_table(None), street_table(tmp_path / "open.toml")
    assert opened.access == {**own.access, "walk": ("foot",)}
    assert {name for name in own.classes if own.classes[name] != opened.classes[name]} == {"cycleway"}
    assert set(opened.classes["cycleway"].modes) - set(own.classes["cycleway"].modes) == {"walk"}


def test_a_row_shows_what_was_extrapolated_and_leaves_blank_what_was_not_measured(script):
    row = script("measuring").Row
    whole = row("a", "b", 12.345, 6.0, origins=100, peak_mb=400.4, ours_s=2.0, load=1.25).cells()
    part = row("a", "b", 12.345, 6.0, ours_s=2.0, part=True).cells()
    assert whole == ["a", "b", "12.3", "6", "1.2", "123", "400", "6.17", ""]
    assert part == ["a", "b", "~12.3", "–", "–", "–", "–", "~6.17", ""]


def test_a_peer_in_front_is_marked_and_we_never_are(script):
    row = script("measuring").Row
    assert row("a", "peer", 1.8, ours_s=2.0, result="equal").cells()[-1] == "**ahead of us**; equal"
    assert row("a", "peer", 1.95, ours_s=2.0, result="equal").cells()[-1] == "equal"
    assert row("a", "innoregion, 2 threads", 1.0, ours_s=2.0).cells()[-1] == ""


def test_growth_is_the_slope_of_the_logarithms(script):
    costs = [{"cpu_s": 3 * n**1.5} for n in (10, 100, 1000)]
    assert script("measuring").exponent((10, 100, 1000), costs) == "grows as n^1.50, at the end n^1.50"
    assert script("measuring").exponent((1, 2, 4), [{"cpu_s": c} for c in (5, 5, 20)]) == "grows as n^1.00, at the end n^2.00"


def test_a_peak_is_that_of_the_process_itself(script):
    measuring, held = script("measuring"), np.ones(40_000_000)  # 320 MB here
    line = [sys.executable, "-c", "import measuring; print(measuring.peak_mb())"]
    told = subprocess.run(line, capture_output=True, text=True, check=True, cwd=BENCHMARKS).stdout
    assert 3 < float(told) < 100 < held.nbytes / 1e6 < measuring.peak_mb()


def drawn_street():
    """Two junctions 100 m apart, drawn over a bend 30 m aside, one of the two ways closed to cars."""
    ends = gpd.GeoDataFrame(
        geometry=[LineString([(0, 0), (40, 30), (100, 0)]), LineString([(100, 0), (40, 30), (0, 0)])], crs=CRS
    )
    ds = {"walk": [900, 900], "car": [90, CLOSED]}
    return Network.from_edges([[0, 0], [100, 0]], CRS, [0, 1], [1, 0], ds, edges=ends)


def test_every_bend_becomes_a_node_and_ways_keep_their_length_and_direction(script):
    networks = script("networks")
    walk, car = (networks.with_bends(drawn_street(), mode) for mode in ("walk", "car"))
    assert (len(walk.node_xy), len(walk.head), len(car.head)) == (3, 4, 2)
    at = {tuple(xy): i for i, xy in enumerate(walk.node_xy.tolist())}
    arcs = {(a, b): ds for a, b, ds in zip(walk.tail.tolist(), walk.head.tolist(), walk.ds["walk"].tolist(), strict=True)}
    a, bend, b = at[0, 0], at[40, 30], at[100, 0]
    assert arcs == {(a, bend): 500, (bend, a): 500, (bend, b): 671, (b, bend): 671}
    every = node_links(car)
    reached = times(car, "car", every, every)
    places = {tuple(xy): i for i, xy in enumerate(car.node_xy.tolist())}
    assert reached[places[0, 0], places[100, 0]] == 1171
    assert reached[places[100, 0], places[0, 0]] == UNREACHED


def test_tiles_are_copies_joined_to_their_neighbours_alone(script):
    networks = script("networks")
    one = networks.made_up_town(12)
    two, three = (networks.tiled(one, count) for count in (2, 3))
    assert [len(town.node_xy) // len(one.node_xy) for town in (two, three)] == [2, 3]
    joins = [len(town.head) - count * len(one.head) for town, count in ((two, 2), (three, 3))]
    assert joins[0] > 0
    assert joins[1] == 2 * joins[0]
    assert (np.bincount(two.components("walk"))[0]) == 2 * np.bincount(one.components("walk"))[0]


def test_a_verdict_knows_equal_from_nearly(script):
    verdict = script("streets").verdict_of
    far = 2**31 - 1
    ours = np.array([[10, far], [30, 40], [50, 60]])
    assert verdict("matrix", ours, np.array([[10, np.inf], [30, 40], [50, 60]]), 1, 0) == "equal"
    assert verdict("matrix", ours, np.array([[10, np.inf], [50, 60]]), 2, 0) == "equal"
    assert verdict("nearest", np.array([[10, far]]), np.array([[10.0, 900.0]]), 1, 900) == "equal"
    assert verdict("sums", np.array([100.0, 50.0]), np.array([100.0, 49.0]), 1, 0).startswith("50.00 % equal, the rest by 2 %")
