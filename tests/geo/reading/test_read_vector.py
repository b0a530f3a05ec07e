"""Vector files are accepted, mended with a report, or refused with a code: what a planner does with a file, step by step."""

import json

import geopandas as gpd
import pytest
import shapely

import geo
from geo import PlanningDataError, check_file, read_vector

PARK = shapely.box(595_889, 1_236_000, 604_000, 1_243_000)  # EPSG:9210


def zones(crs="EPSG:9210", **columns):
    table = {"zone_id": ["01", "1"], "name": ["Bình Dương", "Thủ Dầu Một"]} | columns
    return gpd.GeoDataFrame(table, geometry=[PARK, shapely.affinity.translate(PARK, 8111, 0)], crs=crs)


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "fgb", "shp", "kml", "parquet", "geojsonl"])
def test_what_is_written_is_read_with_nothing_to_say(tmp_path, ending):
    frame = zones("EPSG:9210")
    path = tmp_path / f"zones.{ending}"
    if ending == "geojsonl":
        frame.to_crs(4326).to_file(path, driver="GeoJSONSeq")
    elif ending == "shp":
        frame.to_file(path, encoding="utf-8")
    else:
        geo.write(frame, path)
    report = []
    read = read_vector(path, report=report)
    names = {one.casefold(): one for one in read.columns}
    assert [one for one in report if one.severity != "note"] == []
    read = read.sort_values(names["name"], ignore_index=True)  # FlatGeobuf orders by place
    assert list(read[names["name"]]) == ["Bình Dương", "Thủ Dầu Một"]
    assert geo.to_metric(read).hausdorff_distance(frame.geometry).max() < 0.2


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_the_ladder_names_what_fits_and_the_named_option_reads(tmp_path):
    path = tmp_path / "bare.gpkg"
    zones(crs=None).to_file(path)
    with pytest.raises(PlanningDataError) as told:
        read_vector(path)
    assert told.value.code == "E-CRS-01"
    assert (told.value.file, told.value.layer) == ("bare.gpkg", "bare")
    assert "EPSG:9210 (VN-2000 / TM-3 105-45)" in str(told.value)
    assert 'crs="EPSG:9210"' in told.value.mend
    assert read_vector(path, crs="EPSG:9210").crs == "EPSG:9210"


def test_north_before_east_is_offered_and_never_taken_unasked(tmp_path):
    turned = zones()
    turned["geometry"] = shapely.transform(turned.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    path = tmp_path / "vn.gpkg"
    turned.to_file(path)
    with pytest.raises(PlanningDataError, match=r"E-CRS-03.*north before east") as told:
        read_vector(path)
    assert 'crs="EPSG:9210", axes="yx"' in told.value.mend
    assert read_vector(path, crs="EPSG:9210", axes="yx").geometry.geom_equals(zones().geometry).all()


def test_a_study_s_own_place_refutes_a_wrong_zone(tmp_path):
    path = tmp_path / "zone.gpkg"
    zones().set_crs("EPSG:9212", allow_override=True).to_file(path)
    assert [one.code for one in check_file(path)] == ["E-CRS-03"]
    assert check_file(path, crs="EPSG:9212") == []  # a person says so
    with pytest.raises(PlanningDataError, match=r"E-CRS-03.*EPSG:9210"):
        read_vector(path, expect=zones())
    with pytest.raises(PlanningDataError, match="E-CRS-05"):
        read_vector(path, expect=(1.0, 2.0, 0.0, 3.0))


@pytest.mark.parametrize(
    ("crs", "place", "expect", "mend"),
    [
        (4326, (2.3, 48.9), "region", 'name the right crs=, or say expect="anywhere" if they belong there.'),
        (4326, (600_000, 1_236_000), "region", 'read_vector(..., crs="EPSG:9210") or as another of these.'),
        (4326, (11.1, 106.6), "region", 'read_vector(..., crs="EPSG:4326", axes="yx").'),
        (4326, (36.6, 11.1), (11, 36, 12, 37), 'read_vector(..., crs="EPSG:4326", axes="yx"). Or expect="anywhere".'),
    ],
)
def test_what_lies_elsewhere_is_told_what_to_do(tmp_path, crs, place, expect, mend):
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[shapely.Point(place)], crs=crs).to_file(path)
    with pytest.raises(PlanningDataError, match="E-CRS-03") as told:
        read_vector(path, expect=expect)
    assert told.value.mend == mend


@pytest.mark.parametrize(
    ("x", "y", "there"),
    [
        (106.0, 11.0, True), (107.0, 12.0, True), (106.0, 12.0, True), (107.0, 11.0, True),  # the corners belong to the box
        (105.9999999, 11.5, False), (107.0000001, 11.5, False), (106.5, 10.9999999, False), (106.5, 12.0000001, False),
    ],
)  # fmt: skip
def test_the_edges_of_the_place_expected_belong_to_it(tmp_path, x, y, there):
    path = tmp_path / "a.gpkg"
    inside = shapely.box(106.4, 11.4, 106.6, 11.6)
    gpd.GeoDataFrame({"name": ["in", "at"]}, geometry=[inside.centroid, shapely.Point(x, y)], crs="EPSG:4326").to_file(path)
    told = check_file(path, expect=(106.0, 11.0, 107.0, 12.0))
    assert [(one.code, one.feature_ids) for one in told] == ([] if there else [("E-CRS-12", ("row 2",))])


def test_shapes_are_mended_in_the_open_and_ids_become_the_index(tmp_path):
    bow = shapely.Polygon([(600_000, 1_240_000), (601_000, 1_241_000), (601_000, 1_240_000), (600_000, 1_241_000)])
    shapes = [bow, None, shapely.GeometryCollection([PARK, shapely.Point(600_000, 1_240_000)]), shapely.force_3d(PARK, 7.0)]
    path = tmp_path / "odd.gpkg"
    gpd.GeoDataFrame({"zone_id": list("abcd")}, geometry=shapes, crs=9210).to_file(path)
    report = []
    read = read_vector(path, id_column="zone_id", report=report)
    assert list(read.index) == ["a", "c", "d"]
    assert read.index.name == "zone_id"
    assert read.area.round(3).to_list() == [500_000, PARK.area, PARK.area]
    assert not read.has_z.any()
    told = {one.code: one for one in report}
    assert told.keys() == {"E-GEOM-01", "E-GEOM-04", "E-GEOM-07", "E-GEOM-08", "E-GEOM-15"}
    assert (told["E-GEOM-04"].feature_ids, told["E-GEOM-01"].feature_ids) == (("a",), ("b",))
    assert "49.99" in told["E-GEOM-04"].what  # hectares, geodesic
    assert "; 1 parts of a lower kind are left out." in told["E-GEOM-07"].what
    again = []
    frame = gpd.GeoDataFrame({"zone_id": list("abcd")}, geometry=shapes, crs=9210)
    assert geo.check_frame(frame, "mine", report=again).shape[0] == 3
    assert told.keys() <= {one.code for one in again}


@pytest.mark.parametrize(
    "path",
    [
        "http://x/y.geojson",
        "/vsicurl/http://x/y.geojson",
        "/vsizip/a.zip/b.shp",
        '{"type": "Point"}',
        "<OGRVRTDataSource>",
        "a\0.geojson",
    ],
)
def test_only_files_of_this_machine_are_opened(path):
    with pytest.raises(PlanningDataError, match="E-IO-05"):
        read_vector(path)


def test_errors_say_what_file_there_is(tmp_path):
    geo.write(zones(), tmp_path / "zones.geojson")
    for name, code, seen in (
        ("zone.geojson", "E-IO-03", "zones.geojson"),
        ("zones.dwg", "E-IO-03", ""),
        ("x.geojson", "E-IO-06", "VRT"),
    ):
        if name == "x.geojson":
            (tmp_path / name).write_text("<OGRVRTDataSource/>")
        with pytest.raises(PlanningDataError, match=code) as told:
            read_vector(tmp_path / name)
        assert seen in str(told.value)


def test_crs_members_of_geojson_are_taken_at_their_word(tmp_path):
    point = {"type": "Feature", "properties": {"crs": "x"}, "geometry": {"type": "Point", "coordinates": [106.7, 11.1]}}
    path = tmp_path / "a.geojson"
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    unknown = {"type": "name", "properties": {"name": "EPSG:999999"}}
    for member, code in ((named, None), (None, "E-CRS-04"), (unknown, "E-CRS-04")):
        for text in (
            json.dumps({"type": "FeatureCollection", "crs": member, "features": [point]}),
            json.dumps({"type": "FeatureCollection", "features": [point], "crs": member}),
        ):
            path.write_text(text)
            assert [one.code for one in check_file(path)] == ([code] if code else [])


def test_what_the_reading_library_warns_of_is_told_once_in_its_words(tmp_path):
    ring = [[106.6, 11.2], [106.7, 11.2], [106.7, 11.3], [106.6, 11.3]]  # not closed, in both features
    features = [{"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}] * 2
    path = tmp_path / "open.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    report = []
    geo.read_vector(path, report=report)
    (told,) = [one for one in report if one.code == "E-IO-14"]
    assert (told.severity, told.file) == ("warning", "open.geojson")
    assert "Non closed ring" in str(told.seen)
