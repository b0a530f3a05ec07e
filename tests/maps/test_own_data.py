"""A whole study on a planner's own data, by the command line alone: import, run, pages; and imports that are refused."""

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest
from geopandas import GeoDataFrame, points_from_xy

import analyses
import layers
from geo import WGS84, read_vector
from maps.__main__ import _run
from maps.own_sources import notes_in_force
from maps.sheets import MODELLED, NETWORK, TRANSIT

DATA = Path(__file__).parents[2].parent / "shared" / "data"
POA, KAZE = DATA / "poa", DATA / "transit" / "kaze_gtfs_2018.zip"
PLACES = "id,name,lon,lat\nmercado,Mercado Público,-51.2277,-30.0275\nleste,Zona leste,-51.19,-30.04\n"
STUDY = """kind = "access"
title_vi = "Tiếp cận việc làm"
title_en = "Access to jobs"
modes = ["transit", "walk"]
limit_min = 45
[base]
date = "2019-05-13"
[departure]
time = "07:00"
window_min = 10
[[measures]]
measure = "opportunities_within"
of = "jobs"
cutoff_min = 30
[[measures]]
measure = "opportunities_within"
of = "schools"
cutoff_min = 30
[isochrones]
places = ["mercado"]
cutoffs_min = [15, 30]
mode = "walk"
[[scenarios]]
id = "express"
title_vi = "Tuyến nhanh"
title_en = "Express line"
[[scenarios.changes]]
change = "AddLine"
name = "Express"
stops = [[-51.2277, -30.0275], [-51.19, -30.04]]
headway_min = 5
commercial_speed_kmh = 30
"""


def innoregion(*arguments):
    return _run([str(one) for one in arguments])


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """The workspace of Porto Alegre and the folder of a study that was run on it."""
    if not POA.is_dir():
        pytest.skip("streets and feeds of Porto Alegre are not here")
    folder = tmp_path_factory.mktemp("city")
    mine, places, study = folder / "mine", folder / "places.csv", folder / "study.toml"
    places.write_text(PLACES, encoding="utf-8")
    study.write_text(STUDY, encoding="utf-8")
    told = ("--source", "IPEA (census 2010)", "--as-of", "2010", "--licence", "open data")
    kept = ("--keep", "schools", "--blank", "jobs=0", "--map", "population=population_people")
    assert innoregion("import", "osm", POA / "poa_osm.pbf", "--workspace", mine, "--as-of", "2019") == 0
    for feed in ("poa_eptc", "poa_trensurb"):
        assert innoregion("import", "gtfs", POA / f"{feed}.zip", "--workspace", mine, "--source", "own copy") == 0
    assert innoregion("import", "table", POA / "poa_hexgrid.csv", "--as", "zones", "--workspace", mine, *kept, *told) == 0
    assert innoregion("import", "table", places, "--as", "centres", "--workspace", mine, *told) == 0
    assert innoregion("run", study, "--workspace", mine, "--out", folder / "out", "--paper", "none") == 0
    return folder


def test_the_workspace_holds_what_was_imported_and_where_it_came_from(city):
    held = layers.open_workspace(city / "mine", verify=True)
    assert {(one.kind, one.name) for one in held} == {
        ("layers", "centres"),
        ("layers", "zones"),
        ("network", "streets"),
        ("timetables", "poa_eptc"),
        ("timetables", "poa_trensurb"),
    }
    for one in held:
        (origin,) = [path for path in (*POA.iterdir(), city / "places.csv") if path.name == one.origin]
        assert one.origin_sha256 == hashlib.sha256(origin.read_bytes()).hexdigest()
    table, zones = pd.read_csv(POA / "poa_hexgrid.csv").set_index("id").sort_index(), layers.zones(workspace=held)
    assert list(zones.index) == list(table.index)
    for ours, theirs in (("population_people", "population"), ("jobs", "jobs"), ("schools", "schools")):
        assert list(zones[ours]) == list(table[theirs].fillna(0))
    at = GeoDataFrame(geometry=points_from_xy(table["lon"], table["lat"]), crs=WGS84).to_crs(zones.crs)
    assert zones.centroid.distance(at.set_axis(zones.index)).max() < 1


def test_the_study_counts_what_python_calls_on_the_files_count(city):
    today = layers.transport(osm=POA / "poa_osm.pbf", gtfs=[POA / "poa_eptc.zip", POA / "poa_trensurb.zip"], date="2019-05-13")
    zones = layers.zones(workspace=layers.open_workspace(city / "mine")).to_crs(today.crs)
    times = analyses.travel_times(today, zones, mode="transit", departure=analyses.Departure("07:00", 10, (50,)), limit_min=45)
    jobs = analyses.opportunities_within(times, zones["jobs"], 30).iloc[:, 0]
    found = pd.read_csv(city / "out" / "data" / "today.csv").set_index("zone_id")
    assert jobs.max() > 100_000
    assert (found["jobs_by_transit_within_30min"] - jobs.reindex(found.index)).abs().max() < 1e-6
    equity = pd.read_csv(city / "out" / "data" / "equity.csv").set_index("measure")
    assert equity.loc["jobs_by_transit_within_30min", "gini"] == pytest.approx(
        analyses.gini(jobs.fillna(0), zones["population_people"]), abs=1e-4
    )
    assert 0 < equity.loc["schools_by_walk_within_30min", "gini"] < 1
    gains = pd.read_csv(city / "out" / "data" / "winners_and_losers.csv").set_index("measure")
    assert gains.loc["jobs_by_transit_within_30min", "better_people"] > 1000
    assert (gains["worse_people"] == 0).all()


def test_the_areas_reached_hold_one_another_and_lie_where_the_city_is(city):
    areas = read_vector(city / "out" / "data" / "isochrones.geojson", expect="anywhere").sort_values("cutoff_min")
    assert list(areas["cutoff_min"]) == [15, 30]
    assert areas.geometry.is_valid.all()
    near, far = areas.geometry
    assert far.buffer(1e-6).contains(near)
    assert -51.27 < near.centroid.x < -51.2
    table = json.loads((city / "out" / "manifest.json").read_text(encoding="utf-8"))
    held = layers.open_workspace(city / "mine")
    assert held.inputs.items() <= table["inputs"].items()
    assert not any(name.startswith("layers/data") for name in table["inputs"])  # nothing of the region stands behind it


def test_the_pages_show_the_map_and_the_sources_of_what_was_imported(city, show):
    for name in ("today", "isochrones", "scenario_express"):
        shown = show(city / "out" / "maps" / f"{name}.html")
        assert shown.noise == [], name
        said = " ".join(shown.texts("li"))
        for source in ("IPEA (census 2010)", "OpenStreetMap", "own copy", "poa_trensurb", "chưa nêu"):
            assert source in said, (name, source)
        assert "KAZE" not in said
        assert "Tổng điều tra" not in said  # the region's census


def test_the_listing_says_which_source_is_in_force(city, capsys):
    assert innoregion("layers", "--workspace", city / "mine") == 0
    told = capsys.readouterr().out
    (zones,) = [line for line in told.splitlines() if line.startswith("zones ")]
    assert "workspace 20" in zones
    assert "IPEA" in zones
    assert "timetables: poa_eptc, poa_eptc.zip" in told
    assert innoregion("export", "zones", city / "zones.parquet", "--workspace", city / "mine") == 0
    again = ("import", "vector", city / "zones.parquet", "--as", "zones", "--workspace", city / "again")
    assert innoregion(*again, "--expect", "anywhere", "--keep", "schools") == 0
    before, after = (layers.zones(workspace=layers.open_workspace(city / name)) for name in ("mine", "again"))
    pd.testing.assert_frame_equal(before, after)


@pytest.mark.skipif(not KAZE.is_file(), reason="the feed of 2018 is not here")
def test_a_feed_runs_over_the_embedded_region_and_its_zones(tmp_path, capsys):
    assert innoregion("import", "gtfs", KAZE, "--workspace", tmp_path / "mine", "--source", "Becamex Tokyu Bus") == 0
    assert "runs from 20" in capsys.readouterr().out
    text = (
        STUDY.split("[isochrones]", maxsplit=1)[0]
        .replace("2019-05-13", "2018-06-04")
        .replace('of = "schools"', 'of = "park_jobs"')
    )
    text = text.replace("[base]\n", '[base]\nresolution = 7\nworkspace = "mine"\n').replace('["transit", "walk"]', '["transit"]')
    (tmp_path / "bus.toml").write_text(text, encoding="utf-8")
    run = analyses.run_study(tmp_path / "bus.toml")
    assert run.ground.embedded
    assert set(run.ground.today.timetable.line_ids) == set(layers.transport(gtfs=KAZE, date="2018-06-04").timetable.line_ids)
    assert run.found.today["jobs_by_transit_within_30min"].max() > 1000
    notes = notes_in_force([NETWORK, TRANSIT, MODELLED], run.ground.workspace, people=MODELLED, lines=TRANSIT)
    assert notes == [NETWORK, MODELLED]  # the buses of 2018 and the metro are not those of the feed
    planned = layers.transport(workspace=run.ground.workspace, date="2018-06-04", planned=["brt_newcity_suoitien"]).timetable
    assert set(planned.line_ids) == {*run.ground.today.timetable.line_ids, "brt_newcity_suoitien"}


def test_streets_of_the_region_carry_the_embedded_people_and_jobs(tmp_path):
    """A grid of streets round New City, 1 km apart: the hexagons within it join, those beyond do not and are counted."""
    nodes = {(i, j): 1 + 10 * i + j for i in range(8) for j in range(8)}
    lines = [f'<node id="{n}" lat="{11.02 + 0.009 * j}" lon="{106.64 + 0.009 * i}"/>' for (i, j), n in nodes.items()]
    for number in range(8):
        for way, line in ((100, [(number, j) for j in range(8)]), (200, [(i, number) for i in range(8)])):
            points = "".join(f'<nd ref="{nodes[at]}"/>' for at in line)
            lines.append(f'<way id="{way + number}">{points}<tag k="highway" v="residential"/></way>')
    (tmp_path / "grid.osm").write_text("<osm version='0.6'>" + "".join(lines) + "</osm>", encoding="utf-8")
    assert innoregion("import", "osm", tmp_path / "grid.osm", "--workspace", tmp_path / "mine") == 0
    text = (
        STUDY.split("[isochrones]", maxsplit=1)[0]
        .replace('date = "2019-05-13"', 'workspace = "mine"')
        .replace('"transit", "walk"', '"car"')
    )
    (tmp_path / "grid.toml").write_text(text.replace('of = "schools"', 'of = "park_jobs"'), encoding="utf-8")
    run = analyses.run_study(tmp_path / "grid.toml")
    assert not run.ground.embedded
    assert not run.ground.own_zones
    assert run.ground.today.name == "streets of grid.osm"
    found = run.found.today["jobs_by_car_within_30min"]
    assert found.max() > 10_000
    joined = run.found.joined.set_index("mode").loc["car"]
    assert 0 < joined["zones"] - joined["not_joined"] < 150
    assert set(run.ground.destinations.index) >= set(layers.centres().index)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("vector", "missing.geojson", "--as", "education"), "E-IO-03"),
        (("table", "places.csv", "--as", "educaton"), "E-IMPORT-01"),
        (("table", "places.csv", "--as", "zones"), "E-IMPORT-09"),
        (("table", "places.csv", "--as", "education"), "E-CRS-03"),  # on another continent
        (("table", "places.csv", "--as", "education", "--map", "nom=name_vi"), "E-IMPORT-03"),
        (("table", "places.csv"), "E-CLI-01"),
        (("gtfs", "places.csv", "--map", "a=b"), "E-CLI-01"),
        (("osm", "places.csv"), "E-OSM-"),
        (("gtfs", "places.csv"), "E-GTFS-"),
        (("raster", "places.csv", "--as", "elevation"), "E-RAS-"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else one,
)
def test_what_can_not_be_imported_is_one_line_and_leaves_no_workspace(tmp_path, monkeypatch, capsys, arguments, code):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "places.csv").write_text(PLACES, encoding="utf-8")
    assert innoregion("import", *arguments, "--workspace", tmp_path / "mine") == 2
    line = capsys.readouterr().err
    assert line.startswith("innoregion: " + code)
    assert line.count("\n") == 1
    assert not (tmp_path / "mine" / "workspace.toml").exists()


def test_a_rehearsal_tells_all_and_writes_nothing(tmp_path, capsys):
    (tmp_path / "places.csv").write_text(PLACES, encoding="utf-8")
    asked = ("import", "table", tmp_path / "places.csv", "--as", "centres", "--expect", "anywhere", "--dry-run")
    assert innoregion(*asked, "--workspace", tmp_path / "mine") == 0
    told = capsys.readouterr().out
    assert "id → centre_id (word)" in told
    assert "name → name_vi (word)" in told
    assert "nothing was written" in told
    assert not (tmp_path / "mine").exists()
