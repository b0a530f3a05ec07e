"""The heaviest feature is told from the bytes of a file, and what is not heavy is read as ever."""

import json

import numpy as np
import pytest
import shapely

import geo
from geo import PlanningDataError
from geo.drawings import heaviest as drawings
from geo.reading import json_brackets, limits
from geo.reading.heaviest import check_heaviest
from tests.corpus.saving import geojson, save, shapes, squares
from tests.trust.hostile_files import heavy_polygon

FORMS = {
    "geojson": "GeoJSON", "geojsonl": "GeoJSONSeq", "gpkg": "GeoPackage", "fgb": "FlatGeobuf", "shp": "Shapefile",
    "parquet": "GeoParquet", "kml": "KML", "gml": "GML", "csv": "CSV",
}  # fmt: skip


def ring(vertices):
    turn = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    return shapely.polygons(np.column_stack([600_000 + 900 * np.cos(turn), 1_230_000 + 900 * np.sin(turn)]))


@pytest.mark.parametrize("ending", FORMS)
@pytest.mark.parametrize("block", [97, 1 << 20])
def test_vertices_are_counted_by_a_cheap_look(tmp_path, monkeypatch, ending, block):
    monkeypatch.setattr("geo.reading.heaviest._CHUNK", block)
    monkeypatch.setattr(json_brackets, "_CHUNK", block)
    path = heavy_polygon(tmp_path, ending, 3000)
    for most, refused in ((2900, True), (3100, False)):
        monkeypatch.setattr(limits, "MOST_VERTICES_A_FEATURE", most)
        check_heaviest(path, FORMS[ending], path.name, None, allow_large=True)
        if not refused:
            check_heaviest(path, FORMS[ending], path.name, None, allow_large=False)
            continue
        with pytest.raises(PlanningDataError, match="E-SIZE-04") as caught:
            check_heaviest(path, FORMS[ending], path.name, None, allow_large=False)
        told = int(caught.value.what.split("about ")[1].split(" ")[0].replace(",", ""))
        assert 2990 <= told <= 3010


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("KML", "<kml>{}<Placemark><coordinates>" + "106.6,11.1,5 " * 3000 + "</coordinates></Placemark></kml>"),
        ("KML", "<kml>{}<Placemark><coordinates>\n" + "106.6,11.1\n" * 3000 + "</coordinates></Placemark></kml>"),
        ("GML", "<gml>{}<gml:featureMember><gml:posList>" + "106.6 11.1 " * 3000 + "</gml:posList></gml:featureMember></gml>"),
    ],
)
@pytest.mark.parametrize("far_down", [False, True])
def test_vertices_of_xml_are_counted_with_heights_and_without_commas(tmp_path, monkeypatch, form, text, far_down):
    if form == "KML":  # which of the two a GML is, its beginning tells
        monkeypatch.setattr("geo.reading.heaviest._HEAD", 20 if far_down else 1 << 20)
    path = tmp_path / f"a.{form.lower()}"
    path.write_text(text.format(" " * 500 if far_down else ""))
    times = 2 if far_down and "11.1,5" in text else 1  # heights are not known then: as if there were none
    for most, refused in ((2900, True), (3000 * times + 300, False)):
        monkeypatch.setattr(limits, "MOST_VERTICES_A_FEATURE", most)
        if refused:
            with pytest.raises(PlanningDataError, match=f"E-SIZE-04.*about {times * 3},0"):
                check_heaviest(path, form, path.name, None, allow_large=False)
        else:
            check_heaviest(path, form, path.name, None, allow_large=False)


@pytest.mark.parametrize("before", [0, 1, 40])
def test_a_heavy_shape_between_small_ones_is_found(tmp_path, monkeypatch, before):
    rows = ['a,"POINT (0 0)"'] * before + ['b,"LINESTRING (' + "0 0," * 2999 + '0 0)"'] + ['c,"POINT (0 0)"'] * 40
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["id,wkt", *rows, ""]))
    monkeypatch.setattr(limits, "MOST_VERTICES_A_FEATURE", 2990)
    with pytest.raises(PlanningDataError, match="E-SIZE-04"):
        check_heaviest(path, "CSV", path.name, None, allow_large=False)
    monkeypatch.setattr(limits, "MOST_VERTICES_A_FEATURE", 3010)
    check_heaviest(path, "CSV", path.name, None, allow_large=False)


@pytest.mark.parametrize("heavy", [0, 1, 2])
def test_a_heavy_shape_in_any_part_of_a_parquet_file_is_found(tmp_path, monkeypatch, heavy):
    """Each part of three features is larger than the limit, its mean is not: the single shapes are looked at."""
    vertices = [[1000, 900, 900], [1000, 950, 1000], [900, 900, 1000]]
    vertices[heavy][1] = 1500
    path = tmp_path / "a.parquet"
    shapes(*(ring(count - 1) for part in vertices for count in part)).to_parquet(path, row_group_size=3)
    monkeypatch.setattr(limits, "MOST_VERTICES_A_FEATURE", 1490)
    with pytest.raises(PlanningDataError, match=r"E-SIZE-04.*about 1,500 vertices"):
        check_heaviest(path, "GeoParquet", path.name, None, allow_large=False)
    monkeypatch.setattr(limits, "MOST_VERTICES_A_FEATURE", 1510)
    check_heaviest(path, "GeoParquet", path.name, None, allow_large=False)


def test_a_drawing_is_counted_before_it_is_read(tmp_path, monkeypatch):
    path = heavy_polygon(tmp_path, "dxf", 3000)
    monkeypatch.setattr(limits, "MOST_VERTICES_A_FEATURE", 2900)
    with pytest.raises(PlanningDataError, match=r"E-SIZE-04 heavy.dxf: an entity has about 3,00\d vertices"):
        geo.read_drawing(path, crs="EPSG:9210")
    monkeypatch.setattr(limits, "MOST_VERTICES_A_FEATURE", 3100)
    drawings.check_drawing(path)
    monkeypatch.setattr(drawings, "MOST_ENTITIES", 2)
    with pytest.raises(PlanningDataError, match="E-CAD-20"):
        drawings.check_drawing(path)


@pytest.mark.parametrize("text", ["A [", "[[[[{", '"', "\\", '\\"[', "]}", "[]"])
@pytest.mark.parametrize("block", [7, 64, 1 << 23])
def test_brackets_in_texts_are_no_depth_and_no_vertices(tmp_path, monkeypatch, text, block):
    monkeypatch.setattr(json_brackets, "_CHUNK", block)
    path = tmp_path / "a.geojson"
    path.write_text(geojson(squares(150, name=[text] * 150).to_crs(4326)))
    limits.check_depth(path, "a")
    assert json_brackets.heaviest_json(path, closing_at=2) == 5
    lines = tmp_path / "a.geojsonl"
    lines.write_text("".join(json.dumps(one) + "\n" for one in json.loads(path.read_text())["features"]))
    assert json_brackets.heaviest_json(lines, closing_at=0) == 5


def test_large_features_that_are_allowed_are_read(tmp_path):
    """GDAL itself ends at 200 MB of objects, Python's csv at 131,072 letters of a cell."""
    path = save(shapes(ring(300_000)), tmp_path / "a.geojson")
    assert shapely.get_num_coordinates(geo.read_vector(path, crs="EPSG:9210").geometry).tolist() == [300_001]
    table = tmp_path / "a.csv"
    table.write_text(f'zone_id,wkt\nz,"{ring(10_000).wkt}"\n')
    assert len(table.read_text()) > 131_072
    assert shapely.get_num_coordinates(geo.read_vector(table, crs="EPSG:9210").geometry).tolist() == [10_001]


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a." * 5000 + "a = 1", '"a".' * 5000 + "a = 1", "a = " + "{a=" * 5000])
def test_a_toml_nested_without_end_is_no_toml(tmp_path, text):
    path = tmp_path / "workspace.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"nested too deeply|more than 100 parts"):
        geo.parsed_toml(geo.toml_bytes(path).decode())
    assert geo.parsed_toml("a = '" + "b." * 40 + "'\n# " + "." * 500) == {"a": "b." * 40}
