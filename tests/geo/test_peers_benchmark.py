"""The comparison with other tools: what it makes alike is alike, and what it says of two results is true."""

import importlib
import zipfile
from pathlib import Path

import numpy as np
import pytest

from geo.movement import read_gtfs

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
    whole = row("a", "b", 12.345, 6.0, origins=100, peak_mb=400.4, ours_s=2.0).cells()
    part = row("a", "b", 12.345, 6.0, ours_s=2.0, part=True).cells()
    assert whole == ["a", "b", "12.3", "6", "123", "400", "6.17", ""]
    assert part == ["a", "b", "~12.3", "–", "–", "–", "~6.17", ""]
