"""OpenStreetMap files into layers: what stands in a small town drawn by hand is found, what is doubtful is said."""

import json
import unicodedata

import numpy as np
import osmium
import pytest
import shapely

import layers
from geo import PlanningDataError, area_ha, to_wgs84
from geo.movement import import_streets
from layers.osm.table import ANY, osm_table
from layers.register import COMMON, entry
from maps.__main__ import _run
from maps.listing import tag_markdown
from tests.geo.osm_text import write_osm

TOWN = """
    node 77 amenity=clinic name=Trạm_~y_~tế_~Hòa_~Lợi
    node 78 amenity=school name=Trường_~Tiểu_~học_~Kim_~Đồng capacity=900
    node 79 shop=vacant
    node 67 highway=bus_stop name=Ga
    node 68 amenity=restaurant;bar
    way 1 11 12 13 14 highway=primary lanes=2;3 name=Đại_~lộ name:en=Boulevard
    way 2 51 52 railway=construction construction=subway start_date=2031-05 maxspeed=50_~mph
    way 3 11 12 22 21 11 building=apartments building:levels=12 height=40_~m
    way 4 11 14 44 41 11
    way 5 22 23 32 22
    way 6 41 43 63 61 41 leisure=park name=Công_~viên
    way 7 14 15 25 24 14 amenity=school name=THPT_~Võ_~Minh_~Đức building=yes height=30_~ft
    way 8 55 56 66 65 55 landuse=industrial name=KCN_~VSIP_~II
    way 9 81 82 83 waterway=river width=120
    way 10 84 85 95 94 84 building=no
    area 5 outer=w4 inner=w5 landuse=forest
    area 6 outer=w6 type=boundary boundary=administrative admin_level=6 name=Thủ_~Dầu_~Một
"""
DEGREE_M = (109.26, 110.61)  # east, north of a step of 0.001 degrees


@pytest.fixture
def town(tmp_path):
    return write_osm(tmp_path / "town.osm", TOWN)


def found(path, **options):
    return {name: frame for name, frame in layers.osm_layers(path, **options).items() if len(frame)}


def test_every_thing_of_the_town_is_in_its_layers(town):
    report = []
    ids = {name: list(frame.index) for name, frame in found(town, report=report).items()}
    assert ids == {
        "streets": ["way/1"],
        "railways": ["way/2"],
        "waterways": ["way/9"],
        "boundaries": ["relation/6"],
        "land_use": ["way/6", "way/8", "relation/5"],
        "buildings": ["way/3", "way/7"],
        "education": ["node/78", "way/7"],
        "health": ["node/77"],
        "services": ["node/68"],
        "green": ["way/6"],
        "industrial_parks": ["way/8"],
        "bus_stops": ["node/67"],
    }
    assert report == []


def test_kinds_levels_names_and_numbers_are_read(town):
    all_of = layers.osm_layers(town)
    street = all_of["streets"].loc["way/1"]
    assert (street["kind"], street["name_vi"], street["name_en"], street["lanes"]) == ("primary", "Đại lộ", "Boulevard", 2)
    assert all_of["education"]["level"].to_dict() == {"node/78": "primary", "way/7": "upper_secondary"}
    assert all_of["education"]["pupils"]["node/78"] == 900
    assert all_of["health"]["kind"]["node/77"] == "health_station"
    assert all_of["land_use"]["land_use"].to_dict() == {"way/6": "green", "way/8": "industrial", "relation/5": "forest"}
    assert all_of["land_use"]["osm_tag"]["way/6"] == "leisure=park"
    assert all_of["land_use"]["land_status_code"].to_dict() == {"way/6": "DKV", "way/8": "SKK", "relation/5": "RSX"}
    assert all_of["boundaries"][["kind", "admin_level"]].loc["relation/6"].tolist() == ["district", 6]
    building, school = all_of["buildings"].loc["way/3"], all_of["buildings"].loc["way/7"]
    assert (building["kind"], building["levels"], building["height_m"]) == ("apartments", 12, 40)
    assert np.isnan(school["height_m"])  # feet are not metres
    assert all_of["waterways"]["width_m"]["way/9"] == 120
    metro = all_of["railways"].loc["way/2"]
    assert (metro["mode"], metro["status"], metro["opening_year"]) == ("metro", "under_construction", 2031)
    assert metro["top_speed_kmh"] == pytest.approx(80.4672)


def test_areas_have_their_size_and_their_holes(town):
    forest = layers.osm_layers(town)["land_use"].loc[["relation/5"]]
    east, north = DEGREE_M
    assert forest["mapped_area_ha"].iloc[0] == pytest.approx((9 - 0.5) * east * north / 1e4, rel=1e-3)
    assert forest["mapped_area_ha"].iloc[0] == pytest.approx(area_ha(forest).iloc[0], rel=5e-6)
    assert len(forest.geometry.iloc[0].interiors) == 1
    park = layers.osm_layers(town)["green"]
    assert park.geom_type.tolist() == ["Point"]
    assert park["mapped_area_ha"].iloc[0] == pytest.approx(4 * east * north / 1e4, rel=1e-3)
    assert shapely.box(106.601, 11.104, 106.603, 11.106).contains(to_wgs84(park).geometry.iloc[0])


def test_names_have_one_form_of_accents(tmp_path):
    path = write_osm(tmp_path / "a.osm", f"way 1 11 12 highway=primary name={unicodedata.normalize('NFD', 'Bến_~Cát')}")
    name = layers.osm_layers(path)["streets"]["name_vi"].iloc[0]
    assert name == unicodedata.normalize("NFC", "Bến Cát")


def test_frames_have_the_columns_of_the_catalogue_and_one_crs(town):
    for name, frame in layers.osm_layers(town).items():
        assert frame.index.name == "osm_id"
        assert frame.crs == "EPSG:9210"
        assert set(entry(name).columns if osm_table()[name].catalogued else COMMON) <= set(frame.columns), name
        assert not frame[["name_vi", "source", "status"]].isna().any().any()
        assert {"kind"} <= set(frame.columns)


def test_only_what_is_asked_for_is_read_by_name_or_group(town):
    assert list(layers.osm_layers(town, layers=["health", "streets"])) == ["streets", "health"]
    assert list(layers.osm_layers(town, layers="stations")) == ["railways", "metro_stations", "rail_stations", "bus_stops"]
    assert len(layers.osm_layers(town)) == len(osm_table())
    with pytest.raises(PlanningDataError, match=r"E-OSM-10.*did you mean health"):
        layers.osm_layers(town, layers="helth")


def test_within_keeps_what_meets_the_area_whole(town):
    near = found(town, within=(106.6005, 11.1005, 106.6015, 11.1015))
    assert {name: list(frame.index) for name, frame in near.items()} == {
        "streets": ["way/1"],
        "land_use": ["relation/5"],
        "buildings": ["way/3"],
    }
    assert near["streets"].length.iloc[0] == pytest.approx(3 * DEGREE_M[0], rel=1e-3)
    with pytest.raises(PlanningDataError, match="E-FETCH-01"):
        layers.osm_layers(town, within=(1, 2, 3))


def test_tags_come_on_request_and_degrees_too(town):
    street = layers.osm_layers(town, layers="streets", tags=True, crs="EPSG:4326")["streets"]
    assert json.loads(street["tags"].iloc[0]) == {
        "highway": "primary", "lanes": "2;3", "name": "Đại lộ", "name:en": "Boulevard",
    }  # fmt: skip
    assert street.geometry.iloc[0].equals(shapely.LineString([(106.6 + n / 1000, 11.101) for n in (1, 2, 3, 4)]))


def test_outlines_that_are_no_polygon_are_named_with_the_reason(tmp_path):
    text = """
        way 1 11 12 22 21 11 building=yes
        way 2 31 42 41 32 31 landuse=forest
        way 3 51 52 53 leisure=park
        way 4 61 62 72
        area 5 outer=w4 landuse=forest
        area 6 outer=w99 landuse=forest
        area 7 outer=w1 landuse=retail
    """
    report = []
    kept = found(write_osm(tmp_path / "a.osm", text), report=report)
    assert {name: list(frame.index) for name, frame in kept.items()} == {"land_use": ["relation/7"], "buildings": ["way/1"]}
    assert {one.code for one in report} == {"W-OSM-01"}
    assert [one.feature_ids for one in report] == [("relation/6",), ("way/2", "relation/5"), ("way/3",)]
    assert all(one.mend and one.severity == "warning" for one in report)


def test_missing_points_are_gaps_up_to_one_percent(tmp_path):
    many = "\n".join(
        f"way {row + 10} {' '.join(str(10 * row + column) for column in range(10))} highway=service" for row in range(20)
    )
    report = []
    frame = layers.osm_layers(write_osm(tmp_path / "a.osm", many, without=(35,)), report=report)["streets"]
    assert len(frame) == 20
    assert frame.geom_type.value_counts().to_dict() == {"LineString": 19, "MultiLineString": 1}
    assert frame.length["way/13"] == pytest.approx(7 * DEGREE_M[0], rel=1e-3)
    assert [(one.code, one.feature_ids) for one in report] == [("W-OSM-02", ("way/13",))]
    with pytest.raises(PlanningDataError, match="E-OSM-05"):
        layers.osm_layers(write_osm(tmp_path / "b.osm", many, without=(35, 36, 77)))
    with pytest.raises(PlanningDataError, match=r"E-OSM-05.*Features: 1"):
        layers.osm_layers(write_osm(tmp_path / "c.osm", "way 1 11 12 22 21 11 building=yes", without=(22,)))


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.osm.pbf", b"", "E-OSM-02"),
        ("a.osm.pbf", b"<!DOCTYPE html><html>busy</html>", "E-OSM-02"),
        ("a.osm.pbf", bytes(range(256)) * 9, "E-OSM-02"),
        ("a.osm", b"<osm version='0.6'></osm>", "E-OSM-03"),
        ("a.osm", b"<osm version='0.6'><node id='1' lon='1' lat='1'/></osm>", "E-OSM-03"),
        ("a.osm", b"<osm version='0.6'><node id='1' lon='1' lat='1'><tag k='shop' v='yes'/></node></osm>", "E-OSM-03"),
        ("a.txt", b"x", "E-OSM-02"),
    ],
)
def test_what_is_no_whole_osm_file_is_refused(tmp_path, name, data, code):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(PlanningDataError, match=code):
        layers.osm_layers(path)


def test_a_thing_without_a_place_is_left_out(tmp_path):
    path = tmp_path / "a.osm"
    fuel = '<tag k="amenity" v="fuel"/>'
    nodes = f'<node id="1">{fuel}</node><node id="2" lon="106.6" lat="11.1">{fuel}</node>'
    path.write_text(f'<osm version="0.6">{nodes}<way id="3"><nd ref="2"/></way></osm>')
    assert list(layers.osm_layers(path)["fuel"].index) == ["node/2"]


def test_an_extract_cut_anywhere_is_refused_or_has_lost_no_more_than_its_end(tmp_path, town):
    pbf = tmp_path / "town.osm.pbf"
    with osmium.SimpleWriter(str(pbf)) as writer:
        for thing in osmium.FileProcessor(str(town)):
            writer.add(thing)
    data, whole = pbf.read_bytes(), layers.osm_layers(pbf)
    assert all(frame.equals(layers.osm_layers(town)[name]) for name, frame in whole.items())
    read = 0
    for end in range(0, len(data), max(1, len(data) // 40)):
        pbf.write_bytes(data[:end])
        try:
            layers.osm_layers(pbf)
        except PlanningDataError as error:
            assert error.code in {"E-OSM-02", "E-OSM-03"}  # noqa: PT017 - a sweep
        else:
            read += 1
    assert read == 0
    with pytest.raises(PlanningDataError, match="E-OSM-04"):
        layers.osm_layers(town, sha256="0" * 64)


def test_the_same_file_gives_the_same_rows_and_the_streets_of_the_import(town):
    one, other = (layers.osm_layers(town) for _ in range(2))
    for name, frame in one.items():
        assert frame.equals(other[name]), name
    network, report = import_streets(town, island_nodes=1)
    assert report.counts["ways_read"] == len(one["streets"])
    drawn = network.edges.frame(network.crs)
    assert one["streets"].length.sum() == pytest.approx(drawn.length.sum(), rel=1e-6)


def test_the_table_of_tags_is_whole():
    table, shown = osm_table(), layers.osm_tags()
    assert len(shown) == sum(len(layer.rules) for layer in table.values())
    assert {layer.group for layer in table.values()} == {"streets", "stations", "land_use", "boundaries", "buildings", "pois"}
    for name, layer in table.items():
        assert layer.drawn in {"line", "area", "point"}
        assert layer.title_vi != layer.title_en
        assert all(rule.key and rule.value for rule in layer.rules)
        tests = [rule.tags for rule in layer.rules]
        assert len(tests) == len(set(tests)), name
        wide = [rule for rule in layer.rules if rule.value == ANY and not rule.others]
        assert all(
            rule.place > other.place for rule in wide for other in layer.rules if other.key == rule.key and other not in wide
        )


def test_the_command_line_tells_the_table(capsys):
    assert _run(["osm-tags"]) == 0
    told = capsys.readouterr().out
    assert all(f"\n{name} " in told for name in osm_table())
    assert "amenity=kindergarten" in told
    assert tag_markdown().count("\n") == len(osm_table()) + 2
