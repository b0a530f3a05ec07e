"""C: where the coordinates lie, and what the file says of them."""

from __future__ import annotations

import json

import shapely
from geopandas import GeoDataFrame

import geo
from tests.corpus.rows import Row
from tests.corpus.saving import SWAPPED_KINDS, points, relabelled, save, squares, turned

BINARY = ("gpkg", "fgb", "shp", "parquet")


def saved(make):
    """A maker of files from a maker of a frame."""
    return lambda folder, ending: save(make(), folder / f"input.{ending}")


def with_member(member, frame=points):
    def make(folder, _ending):
        path = save(frame(), folder / "input.geojson")
        path.write_text(json.dumps({**json.loads(path.read_text()), "crs": member}))
        return path

    return make


def named(name):
    return {"type": "name", "properties": {"name": name}}


def _moved(row, x, y):
    def make():
        frame = points(10)
        numbers = frame.geometry.to_numpy().copy()
        numbers[row] = type(numbers[row])(x, y)
        return frame.set_geometry(numbers, crs=4326)

    return make


def _one_corner():
    corners = [(106.6, 11.2), (106.7, 11.2), (106.7, 11.3), (1066, 11.2)]
    return GeoDataFrame({"name": ["A"]}, geometry=[shapely.Polygon(corners)], crs=4326)


def _custom(meridian):
    text = f"+proj=tmerc +lon_0={meridian} +k=0.9999 +x_0=500000 +ellps=WGS84 +units=m +no_defs"
    return lambda: relabelled(squares(), text)


def _gml(folder, _ending):
    """A server that names EPSG:4326 in the short way, by which programs take longitude first, and writes latitude first."""
    point = "<gml:Point srsName='EPSG:4326'><gml:pos>11.1 106.65</gml:pos></gml:Point>"
    member = f"<m:stop gml:id='s1'><m:name>A</m:name><m:geom>{point}</m:geom></m:stop>"
    spaces = "xmlns:gml='http://www.opengis.net/gml/3.2' xmlns:m='http://example.org/m'"
    path = folder / "input.gml"
    path.write_text(f"<?xml version='1.0'?><m:all {spaces}><gml:featureMember>{member}</gml:featureMember></m:all>")
    return path


def _shift_m(frame):
    """How far the points lie from where WGS 84 would have them."""
    return float(geo.to_metric(frame).geometry.iloc[0].distance(geo.to_metric(points()).geometry.iloc[0]))


ROWS = [
    Row(id="C01", what="no CRS", make=saved(lambda: squares(crs=None)), endings=("gpkg", "shp", "fgb", "parquet"), outcome="R",
        code="E-CRS-01", says=("EPSG:9210", 'crs="EPSG:9210"')),
    Row(id="C01b", what="no CRS, degrees", make=saved(lambda: points(crs=None)), endings=("gpkg", "shp"), outcome="R",
        code="E-CRS-01", says=('crs="EPSG:4326"',), layer=True),
    Row(id="C01c", what="no CRS, told", make=saved(lambda: squares(crs=None)), endings=BINARY, outcome="OK",
        options={"crs": "EPSG:9210"}, holds=lambda read: read.crs == "EPSG:9210" and read.area.sum() == 4e6),
    Row(id="C02", what="an unknown code", make=with_member(named("EPSG:999999")), endings=("geojson",), outcome="R",
        code="E-CRS-04", says=("EPSG:999999",)),
    Row(id="C03", what="crs null", make=with_member(None), endings=("geojson",), outcome="R", code="E-CRS-04", says=("null",)),
    Row(id="C03b", what="a link to a CRS", endings=("geojson",), outcome="R", code="E-CRS-04", says=("not followed",),
        make=with_member({"type": "link", "properties": {"href": "http://127.0.0.1:9/crs"}})),
    Row(id="C04", what="GeoJSON in another CRS by its member", make=with_member(named("urn:ogc:def:crs:EPSG::9210"), squares),
        endings=("geojson",), outcome="W", code="E-CRS-06", holds=lambda read: read.crs == "EPSG:9210"),
    Row(id="C05", what="CRS84", make=with_member(named("urn:ogc:def:crs:OGC:1.3:CRS84")), endings=("geojson",), outcome="OK",
        holds=lambda read: read.crs == "EPSG:4326"),
    Row(id="C06", what="metres in a GeoJSON without crs", make=saved(squares), endings=("geojson", "geojsonl"), outcome="R",
        code="E-CRS-03", says=("EPSG:9210", "EPSG:32648"), layer=True),
    Row(id="C07", what="latitude before longitude in all", make=saved(lambda: turned(points())), endings=(*SWAPPED_KINDS, "csv"),
        outcome="R", code="E-CRS-03", says=("north before east", 'axes="yx"')),
    Row(id="C07b", what="north before east in metres", make=saved(lambda: turned(squares())), endings=BINARY,
        outcome="R", code="E-CRS-03", says=('crs="EPSG:9210", axes="yx"',)),
    Row(id="C07c", what="north before east, told", make=saved(lambda: turned(squares())), endings=BINARY, outcome="OK",
        options={"axes": "yx", "crs": "EPSG:9210"}, holds=lambda read: geo.to_wgs84(read).total_bounds[0] > 106),
    Row(id="C08", what="latitude before longitude in 3 of 100", make=saved(lambda: turned(points(100), [4, 50, 99])),
        endings=("geojson", "gpkg", "shp", "parquet"), outcome="R", code="E-CRS-11", ids=("row 5", "row 51", "row 100")),
    Row(id="C09", what="EPSG:9210 called 9212, beside the region's middle", make=saved(lambda: relabelled(squares(), 9212)),
        endings=BINARY, outcome="R", code="E-CRS-03", says=('crs="EPSG:9210"', "EPSG:9212")),
    Row(id="C09b", what="EPSG:9212 where 9210 would fit too", make=saved(lambda: squares(crs=9210).to_crs(9212)),
        endings=BINARY, outcome="W", code="E-CRS-13", says=("EPSG:9209",)),
    Row(id="C09c", what="EPSG:9210 called 9212, a study's own place", make=saved(lambda: relabelled(squares(), 9212)),
        endings=BINARY, outcome="R", code="E-CRS-03", says=("EPSG:9210",), options={"expect": (106.5, 11.0, 106.8, 11.3)}),
    Row(id="C10", what="EPSG:9210 called UTM 48N", make=saved(lambda: relabelled(squares(), 32648)), endings=BINARY,
        outcome="R", code="E-CRS-03", says=("EPSG:9210",)),
    Row(id="C10b", what="EPSG:9210 called VN-2000 UTM 48N", make=saved(lambda: relabelled(squares(), 3405)), endings=BINARY,
        outcome="R", code="E-CRS-03", says=("EPSG:9210",)),
    Row(id="C11", what="EPSG:9210 called 5897", make=saved(lambda: relabelled(squares(), 5897)), endings=BINARY, outcome="R",
        code="E-CRS-03", says=("EPSG:9210",)),
    Row(id="C11b", what="EPSG:9210 called 5898", make=saved(lambda: relabelled(squares(), 5898)), endings=BINARY, outcome="R",
        code="E-CRS-03", says=("EPSG:9210",)),
    Row(id="C12", what="105°45' written as 105.45°", make=saved(_custom(105.45)), endings=BINARY, outcome="R", code="E-CRS-07",
        says=("105°45'", 'crs="EPSG:9210"', "33 km")),
    Row(id="C13", what="VN-2000's projection on WGS 84", make=saved(_custom(105.75)), endings=("parquet",), outcome="W",
        code="E-CRS-08", says=("225 m",)),
    Row(id="C13b", what="VN-2000 degrees, told", make=saved(points), endings=("geojson", "csv", "gpkg"), outcome="OK",
        options={"crs": "EPSG:4756"}, holds=lambda read: 200 < _shift_m(read) < 250),
    Row(id="C16", what="the wrong UTM zone", make=saved(lambda: squares().to_crs(32647)), endings=BINARY, outcome="W",
        code="E-CRS-14", says=("WGS 84 / UTM zone 47N",)),
    Row(id="C17", what="latitude first in a GML", make=_gml, endings=("gml",), outcome="F", code="E-CRS-16",
        holds=lambda read: read.geometry.x.round(2).to_list() == [106.65]),
    Row(id="C18", what="one at (0, 0)", make=saved(_moved(3, 0, 0)), endings=("geojson", "gpkg", "csv", "parquet"), outcome="R",
        code="E-CRS-10", ids=("row 4",)),
    Row(id="C19", what="longitude 181", make=saved(_moved(2, 181, 11)), endings=("geojson", "gpkg", "csv"), outcome="R",
        code="E-CRS-09", ids=("row 3",)),
    Row(id="C19b", what="latitude 91", make=saved(_moved(2, 106.6, 91)), endings=("geojson", "gpkg", "csv"), outcome="R",
        code="E-CRS-09", ids=("row 3",)),
    Row(id="C19c", what="one corner at longitude 1066", make=saved(_one_corner), endings=("geojson", "gpkg", "fgb"),
        outcome="R", code="E-CRS-09", ids=("row 1",)),
    Row(id="C20", what="another continent", make=saved(lambda: points().set_geometry(points().translate(-130, 30))),
        endings=("geojson", "gpkg", "csv"), outcome="R", code="E-CRS-03", says=('expect="anywhere"',)),
    Row(id="C20b", what="another continent, told", make=saved(lambda: points().set_geometry(points().translate(-130, 30))),
        endings=("geojson", "gpkg"), outcome="OK", options={"expect": "anywhere"}),
    Row(id="C20c", what="one far away", make=saved(_moved(0, 2.3, 48.9)), endings=("gpkg",), outcome="W", code="E-CRS-12",
        ids=("row 1",)),
]  # fmt: skip
