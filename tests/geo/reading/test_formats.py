"""Formats of other programs: drawings of MicroStation, tables of MapInfo, GML, zipped Shapefiles; what each says of its CRS."""

import doctest
import importlib
import zipfile

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from geo import PlanningDataError, check_file, read_vector
from geo.reading.formats import FORMATS, declared

LINE = shapely.LineString([(596_000, 1_236_000), (597_000, 1_237_000)])
PARK = shapely.box(596_000, 1_236_000, 597_000, 1_237_000)


def frame(*shapes):
    return gpd.GeoDataFrame({"name": ["Bến Cát"] * len(shapes)}, geometry=list(shapes), crs="EPSG:9210")


@pytest.mark.filterwarnings("ignore")  # GDAL tells what MapInfo and DGN can not hold
@pytest.mark.parametrize(("ending", "driver"), [("tab", "MapInfo File"), ("mif", "MapInfo File"), ("dgn", "DGN")])
def test_formats_that_know_no_vn2000_ask_for_the_crs(tmp_path, ending, driver):
    path = tmp_path / f"a.{ending}"
    made = frame(PARK)
    pyogrio.write_dataframe(made[["geometry"]] if ending == "dgn" else made, path, driver=driver)
    with pytest.raises(PlanningDataError, match=r"E-CRS-01.*EPSG:9210"):
        read_vector(path)
    read = read_vector(path, crs="EPSG:9210")
    assert read.geometry.iloc[0].hausdorff_distance(PARK) < 0.02  # MapInfo counts in centimetres
    assert read.crs == "EPSG:9210"


@pytest.mark.filterwarnings("ignore")  # see above
def test_kinds_of_a_drawing_are_taken_one_by_one(tmp_path):
    path = tmp_path / "a.dgn"
    pyogrio.write_dataframe(frame(LINE, PARK)[["geometry"]], path, driver="DGN")
    assert [one.code for one in check_file(path, crs="EPSG:9210")] == ["E-GEOM-06"]
    assert read_vector(path, crs="EPSG:9210", kind="line").geom_type.to_list() == ["LineString"]
    assert read_vector(path, crs="EPSG:9210", kind="area").geom_type.to_list() == ["Polygon"]


def test_tables_among_the_layers_of_a_file_have_no_shapes(tmp_path):
    path = tmp_path / "a.gpkg"
    pyogrio.write_dataframe(pd.DataFrame({"a": [1]}), path, layer="table")
    for layer, what in ((None, "there is no layer with shapes."), ("table", "the layer has no shapes.")):
        with pytest.raises(PlanningDataError, match="E-IO-12") as told:
            read_vector(path, layer=layer)
        assert (told.value.what, told.value.seen, told.value.layer) == (what, ["table"], layer)
    pyogrio.write_dataframe(frame(PARK), path, layer="parks", append=True)
    with pytest.raises(PlanningDataError, match="E-IO-12") as told:
        read_vector(path, layer="table")
    assert (told.value.what, told.value.seen) == ("the layer has no shapes.", ["parks", "table"])
    assert len(read_vector(path)) == len(read_vector(path, layer="parks")) == 1
    assert check_file(path) == []
    with pytest.raises(PlanningDataError, match=r"E-IO-10.*parks"):
        read_vector(path, layer="park")


@pytest.mark.parametrize(
    ("shapes", "kind"), [([LINE], "line"), ([PARK, shapely.affinity.translate(PARK, 2000)], "area"), ([LINE.centroid], "point")]
)
def test_the_kind_that_all_shapes_have_may_be_asked_for(tmp_path, shapes, kind):
    path = tmp_path / "a.gpkg"
    frame(*shapes).to_file(path)
    assert check_file(path, kind=kind) == []
    assert read_vector(path, kind=kind).geometry.to_list() == shapes


def test_of_many_layers_the_first_is_read_and_six_are_named(tmp_path):
    path = tmp_path / "a.gpkg"
    for number in range(1, 9):
        frame(shapely.affinity.translate(PARK, 100 * number)).to_file(path, layer=f"l{number}")
    (told,) = check_file(path)
    assert (told.code, told.layer, told.seen) == ("E-IO-11", "l1", [f"l{number}" for number in range(1, 9)])
    assert told.what == "the file has 8 layers; the first, 'l1', is read."
    assert told.mend == "name one: layer='l1' or 'l2' or 'l3' or 'l4' or 'l5' or 'l6'."
    assert read_vector(path).total_bounds[0] == 596_100
    assert read_vector(path, layer="l8").total_bounds[0] == 596_800


@pytest.mark.parametrize("inside", ["", "a/", "a/b/c/", "a\\b\\"])
def test_a_zipped_shapefile_may_lie_in_folders(tmp_path, inside):
    frame(PARK).to_file(tmp_path / "parks.shp")
    path = tmp_path / "parks.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.mkdir("empty")
        for part in sorted(tmp_path.glob("parks.???")):
            if part != path:
                archive.write(part, f"{inside}{part.name}")
    read = read_vector(path)
    assert read.geometry.iloc[0].equals(PARK)
    assert read.crs == "EPSG:9210"


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp", "csv"])
def test_texts_of_western_letters_are_read_as_they_are_where_that_is_told(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    made = frame(PARK, LINE.centroid).assign(name=["Škoda", "Lai Khe"])
    if ending == "csv":
        path.write_bytes("name,lon,lat\nŠkoda,106.6,11.1\nLai Khe,106.7,11.1\n".encode("windows-1252"))
    else:
        made.iloc[:1].to_file(path, encoding="windows-1252") if ending == "shp" else made.iloc[:1].to_file(path)
    read = read_vector(path, encoding="windows-1252")
    assert read["name"].to_list() == ["Škoda", "Lai Khe"][: len(read)]


def test_a_mapinfo_table_that_names_other_tables_is_refused(tmp_path):
    path = tmp_path / "view.tab"
    path.write_text('!table\n!version 300\nOpen Table "other" Hide\nCreate View view As Select * From other\n')
    with pytest.raises(PlanningDataError, match="E-IO-06"):
        read_vector(path)


@pytest.mark.parametrize("crs", ["EPSG:9210", "EPSG:4326"])
def test_gml_leaves_nothing_beside_it(tmp_path, crs):
    path = tmp_path / "a.gml"
    pyogrio.write_dataframe(frame(PARK).to_crs(crs), path, driver="GML")
    path.with_suffix(".xsd").unlink()
    read = read_vector(path)
    assert read.crs == crs
    assert read["name"].to_list() == ["Bến Cát"]
    assert "lowerCorner" not in read
    assert [one.name for one in tmp_path.iterdir()] == ["a.gml"]


@pytest.mark.parametrize("module", ["tables", "partitions"])
def test_the_examples_run(module):
    failed, tried = doctest.testmod(importlib.import_module(f"geo.reading.{module}"))
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "shp", "zip", "dgn", "parquet", "geoparquet"])
def test_a_binary_file_begins_at_its_first_byte(tmp_path, ending):
    path, form = tmp_path / f"a.{ending}", FORMATS[f".{ending}"]
    for begins in form.begins:
        path.write_bytes(begins + bytes(100))
        assert declared(path, path.name) is form
        for before in (b"\xef\xbb\xbf", b" ", b"\n"):
            path.write_bytes(before + begins + bytes(100))
            with pytest.raises(PlanningDataError, match="E-IO-06"):
                declared(path, path.name)


@pytest.mark.filterwarnings("ignore")  # see above
@pytest.mark.parametrize(("ending", "driver"), [("geojson", "GeoJSON"), ("kml", "KML"), ("gml", "GML"), ("mif", "MapInfo File")])
def test_a_byte_order_mark_before_text_is_no_other_format(tmp_path, ending, driver):
    path = tmp_path / f"a.{ending}"
    degrees = frame(PARK).to_crs("EPSG:4326")
    pyogrio.write_dataframe(degrees, path, driver=driver)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert declared(path, path.name).driver == driver
    path.write_bytes(b"\xef\xbb\xbfhello")
    with pytest.raises(PlanningDataError, match="E-IO-06"):
        declared(path, path.name)
