"""A planner's file becomes a layer: columns found and told, rows placed, and what can not be used refused with its rows."""

import json

import ezdxf
import pandas as pd
import pytest
from geopandas import GeoDataFrame, points_from_xy
from openpyxl import Workbook

import geo
import layers
from geo import PlanningDataError

SCHOOLS = """Mã,Tên trường,Cấp học,Số học sinh,Kinh độ,Vĩ độ,Hiệu trưởng
A1,Tiểu học Hòa Phú,primary,820,106.68,11.06,Lan
A2,THPT Bình Phú,upper_secondary,1100,106.69,11.07,Minh
"""
METRES = layers.Reading(crs="EPSG:9210")
MINE = layers.Provenance(source="own survey", licence="by agreement", as_of="2026-05", accuracy_m=5.0)


@pytest.fixture
def file(tmp_path):
    """A file of some text."""

    def written(name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return written


def refused(path, name, workspace, **how):
    with pytest.raises(PlanningDataError) as caught:
        layers.import_layer(path, name, workspace, **how)
    assert not (workspace / "workspace.toml").exists()
    return caught.value


def test_a_table_with_vietnamese_heads_fills_a_layer_and_tells_what_was_guessed(file, tmp_path):
    made = layers.import_layer(file("schools.csv", SCHOOLS), "education", tmp_path / "mine", told=MINE)
    frame = layers.education(workspace=made.workspace)
    assert list(frame.index) == ["A1", "A2"]
    assert frame.index.name == "facility_id"
    assert list(frame["name_vi"]) == ["Tiểu học Hòa Phú", "THPT Bình Phú"]
    assert list(frame["level"]) == ["primary", "upper_secondary"]
    assert list(frame["pupils"]) == [820, 1100]
    assert list(frame["source"]) == ["own survey"] * 2
    assert list(frame["as_of"]) == ["2026-05"] * 2
    assert list(frame["accuracy_m"]) == [5.0] * 2
    assert frame.crs == geo.METRIC
    there = geo.to_wgs84(frame).geometry.iloc[0]
    assert (there.x, there.y) == pytest.approx((106.68, 11.06), abs=1e-8)
    assert {(one.theirs, one.ours) for one in made.mapped} == {
        ("Mã", "facility_id"),
        ("Tên trường", "name_vi"),
        ("Cấp học", "level"),
        ("Số học sinh", "pupils"),
        ("Kinh độ", "lon"),
        ("Vĩ độ", "lat"),
    }
    assert {one.how for one in made.mapped} == {"word"}
    assert made.left_out == ("Hiệu trưởng",)
    assert list(layers.education().index) == []  # nothing changes without the workspace


def test_the_catalogue_says_which_source_is_in_force(file, tmp_path):
    held = layers.import_layer(file("schools.csv", SCHOOLS), "education", tmp_path / "mine", told=MINE).workspace
    row = layers.catalogue(workspace=held).loc["education"]
    assert (row["features"], row["source"], row["licence"]) == (2, "own survey", "by agreement")
    assert (row["as_of"], row["accuracy_m"]) == ("2026-05", 5)
    assert row["in_force"].startswith("workspace 20")
    assert (row["title_en"], row["title_vi"]) == ("Education", "Giáo dục")  # no more "to be imported"
    others = layers.catalogue(workspace=held).drop(index="education")["in_force"]
    assert set(others) == {"embedded"}
    assert set(layers.catalogue()["in_force"]) == {"embedded"}


def test_what_is_named_by_hand_goes_before_what_is_known_and_kept_columns_stay(file, tmp_path):
    columns = layers.Columns(given={"Hiệu trưởng": "name_en"}, keep=(), values={"kind": "school"})
    made = layers.import_layer(file("s.csv", SCHOOLS), "education", tmp_path / "mine", columns=columns, dry_run=True)
    assert made.workspace is None
    assert not (tmp_path / "mine").exists()
    assert list(made.frame["name_en"]) == ["Lan", "Minh"]
    assert list(made.frame["kind"]) == ["school"] * 2
    assert made.left_out == ()
    assert next(one.how for one in made.mapped if one.ours == "name_en") == "given"
    assert [one.code for one in made.findings] == ["W-IMPORT-01"]  # neither source, licence nor date


@pytest.mark.parametrize(
    ("text", "how", "code", "said"),
    [
        (SCHOOLS, {"given": {"Tên": "name_vi"}}, "E-IMPORT-03", "Tên trường"),
        (SCHOOLS, {"given": {"Tên trường": "name_vn"}}, "E-IMPORT-03", "name_vi"),
        (SCHOOLS, {"given": {"Tên trường": "name_vi", "Hiệu trưởng": "name_vi"}}, "E-IMPORT-14", "name_vi"),
        (SCHOOLS.replace("A2", "A1"), {}, "E-IMPORT-04", "A1"),
        (SCHOOLS.replace("1100", "1.100 em"), {}, "E-IMPORT-05", "A2"),
        (SCHOOLS.replace("1100", "-5"), {}, "E-IMPORT-06", "A2"),
        (SCHOOLS, {"values": {"status": "soon"}}, "E-IMPORT-07", "planned"),
        (SCHOOLS.replace("106.69", "196.69"), {}, "E-IMPORT-15", "line 3"),
        (SCHOOLS.replace("106.69", ""), {}, "E-IMPORT-15", "line 3"),
        (SCHOOLS.splitlines()[0], {}, "E-TABLE-01", "row"),
        (SCHOOLS.replace("Kinh độ", "K").replace("Vĩ độ", "V"), {}, "E-IMPORT-09", "--map theirs=lon"),
    ],
)
def test_what_can_not_be_used_is_refused_with_its_rows_and_nothing_is_written(file, tmp_path, text, how, code, said):
    error = refused(file("s.csv", text), "education", tmp_path / "mine", columns=layers.Columns(**how))
    assert error.code == code
    assert said in str(error)
    assert error.file == "s.csv"


def test_a_layer_that_can_not_do_without_a_column_names_those_it_sees(file, tmp_path):
    text = "id,lon,lat,households\n8865b56601fffff,106.6,11.0,5\n"
    error = refused(file("z.csv", text), "zones", tmp_path / "mine")
    assert error.code == "E-IMPORT-02"
    assert "population_people or population_2019_people, jobs" in error.what
    assert "Columns: id, lon, lat, households" in error.mend


def test_an_unknown_layer_is_refused_and_a_new_one_keeps_all_columns(file, tmp_path):
    path = file("wells.csv", "Mã,Độ sâu (m),Tên,lon,lat\n1,32.5,Giếng 1,106.7,11.1\n2,,Giếng 2,106.71,11.1\n")
    assert refused(path, "educaton", tmp_path / "mine").mend.startswith("did you mean education")
    made = layers.import_layer(path, "wells", tmp_path / "mine", new=True, told=MINE)
    frame = layers.get("wells", workspace=made.workspace)
    assert list(frame.index) == ["1", "2"]
    assert frame.index.name == "wells_id"
    assert frame["do_sau_m"].iloc[0] == 32.5
    assert pd.isna(frame["do_sau_m"].iloc[1])
    row = layers.catalogue(workspace=made.workspace).loc["wells"]
    assert (row["family"], row["geometry"], row["columns"]["do_sau_m"][0]) == ("workspace", "Point", "m")
    with pytest.raises(PlanningDataError, match="E-LAYER-01"):
        layers.get("wells")


def test_areas_become_points_where_points_are_wanted_and_the_wrong_kind_is_refused(tmp_path):
    areas = geo.to_wgs84(layers.outlines()[["name_vi", "geometry"]])
    path = geo.write(areas, tmp_path / "areas.geojson")
    made = layers.import_layer(path, "health", tmp_path / "mine", told=MINE)
    assert {one.code for one in made.findings} == {"W-IMPORT-05"}
    assert set(made.frame.geom_type) == {"Point"}
    assert made.frame.within(layers.outlines().geometry.loc[made.frame.index].buffer(0.2)).all()
    line = geo.write(geo.to_wgs84(layers.railways()[["geometry"]]), tmp_path / "rails.geojson")
    assert refused(line, "education", tmp_path / "other").code == "E-IMPORT-08"


def test_tiles_of_ookla_become_measured_rates(file, tmp_path):
    tile = "POLYGON((106.66 11.05, 106.6655 11.05, 106.6655 11.0446, 106.66 11.0446, 106.66 11.05))"
    text = f'quadkey,tile,avg_d_kbps,avg_u_kbps,avg_lat_ms,tests,devices\n1322113221132211,"{tile}",84512,41220,7,31,12\n'
    made = layers.import_layer(file("2026-04-01_performance_fixed_tiles.csv", text), "digital_infrastructure", tmp_path / "mine")
    row = layers.digital_infrastructure(workspace=made.workspace).loc["1322113221132211"]
    assert (row["download_mbps"], row["upload_mbps"], row["latency_ms"]) == (84.512, 41.22, 7)
    assert (row["tests"], row["devices"]) == (31, 12)
    assert row["network"] == "fixed"
    assert "W-IMPORT-06" in {one.code for one in made.findings}


def test_rows_of_units_are_joined_whatever_their_prefix_and_accents(file, tmp_path):
    names = layers.units("2025")["name_vi"].iloc[:3]
    text = "Đơn vị;Dân số;Việc làm\n" + "".join(f"{name.upper()};{1000 + at};{10 * at}\n" for at, name in enumerate(names))
    made = layers.import_layer(file("wards.csv", text), "zones", tmp_path / "mine", told=MINE)
    assert {one.code for one in made.findings} == {"E-TABLE-09", "W-IMPORT-03"}
    zones = layers.zones(workspace=made.workspace)
    assert list(zones["population_people"]) == [1000, 1001, 1002]
    assert list(zones.index) == list(names.index)  # units bring their ids and names
    assert list(zones["name_vi"]) == list(names)
    assert "population_2019_people" not in zones
    assert zones.geometry.iloc[1].equals(layers.units("2025").geometry.loc[names.index[1]])
    error = refused(
        file("bad.csv", text + "Phường Không Có;5;5\n"), "zones", tmp_path / "other", reading=layers.Reading(units="2025")
    )
    assert error.code == "E-IMPORT-10"
    assert "Phường Không Có" in str(error)


def test_points_in_metres_need_their_system_and_the_right_axes(tmp_path, file):
    text = "id,X,Y\np1,601820.0,1223053.0\n"
    columns = layers.Columns(given={"X": "easting", "Y": "northing"})
    path = file("p.csv", text)
    assert refused(path, "health", tmp_path / "mine", columns=columns).code == "E-CRS-01"
    turned = layers.Columns(given={"Y": "easting", "X": "northing"})
    assert refused(path, "health", tmp_path / "mine", columns=turned, reading=METRES).code == "E-IMPORT-15"
    made = layers.import_layer(path, "health", tmp_path / "mine", columns=columns, reading=METRES, told=MINE)
    assert made.frame.geometry.iloc[0].coords[0] == pytest.approx((601820, 1223053))


def test_findings_and_mapping_stand_in_the_manifest(file, tmp_path):
    held = layers.import_layer(file("s.csv", SCHOOLS), "education", tmp_path / "mine").workspace
    again = layers.open_workspace(tmp_path / "mine", verify=True)
    assert again == held
    kept = again.layers["education"]
    assert kept.mapping["Số học sinh"] == "pupils"
    assert (kept.rows, kept.geometry, kept.crs, kept.origin) == (2, "Point", "EPSG:9210", "s.csv")
    assert [one["code"] for one in kept.findings] == ["W-IMPORT-01"]
    assert json.dumps(again.inputs)  # plain text, for the manifest of a study


def test_points_of_a_frame_come_back_as_they_went_in(tmp_path):
    frame = GeoDataFrame({"name_vi": ["Á", "Ồ"]}, geometry=points_from_xy([106.1, 106.2], [11.0, 11.1]), crs="EPSG:4326")
    path = geo.write(frame, tmp_path / "p.gpkg")
    made = layers.import_layer(path, "landmarks", tmp_path / "mine", told=MINE)
    assert list(layers.landmarks(workspace=made.workspace)["name_vi"]) == ["Á", "Ồ"]


def test_rules_take_rows_of_their_own(file, tmp_path):
    error = refused(file("norms.csv", "id,name\n1,x\n"), "planning_norms", tmp_path / "mine")
    assert error.code == "E-IMPORT-16"
    assert "own=" in error.mend


def test_parcels_of_a_drawing_and_of_a_list_of_corners_become_land_use(tmp_path):

    corners = [(601000, 1223000), (601100, 1223000), (601100, 1223100), (601000, 1223100)]
    drawing = ezdxf.new("R2010", units=6)
    drawing.modelspace().add_lwpolyline(corners, close=True, dxfattribs={"layer": "HT_ODT"})
    hatch = drawing.modelspace().add_hatch(dxfattribs={"layer": "HT_ODT"})
    hatch.paths.add_polyline_path(corners, is_closed=True)
    drawing.modelspace().add_line((601000, 1223000), (601500, 1223000), dxfattribs={"layer": "GT"})
    drawing.saveas(tmp_path / "plan.dxf")
    how = {"columns": layers.Columns(given={"dxf_layer": "land_use"}), "reading": METRES, "told": MINE}
    made = layers.import_layer(tmp_path / "plan.dxf", "land_use", tmp_path / "mine", **how)
    land = layers.land_use(workspace=made.workspace)
    assert list(land["land_use"]) == ["HT_ODT"]  # the line and its hatch are one parcel
    assert land.area.iloc[0] == pytest.approx(10_000)
    assert "W-IMPORT-10" in {one.code for one in made.findings}
    book = Workbook()
    for row in [("Điểm", "X (m)", "Y (m)"), *((at, y, x) for at, (x, y) in enumerate(corners, start=1))]:
        book.active.append(row)
    book.save(tmp_path / "corners.xlsx")
    asked = layers.Reading(crs="EPSG:9210", corners=True)
    listed = layers.import_layer(tmp_path / "corners.xlsx", "parcels", tmp_path / "mine", new=True, reading=asked, told=MINE)
    assert listed.frame.geometry.iloc[0].equals(land.geometry.iloc[0])  # X is the northing
    assert set(layers.open_workspace(tmp_path / "mine").layers) == {"land_use", "parcels"}
