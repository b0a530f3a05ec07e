"""G: shapes that are none, cross themselves, overlap, or stand twice."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import Polygon, box

import geo
from tests.corpus.coordinates import BINARY, saved
from tests.corpus.rows import Row
from tests.corpus.saving import PARK, collection, shapes, squares

BOW = Polygon([(600_000, 1_240_000), (601_000, 1_241_000), (601_000, 1_240_000), (600_000, 1_241_000)])  # two lobes of 25 ha
SQUARE = box(600_000, 1_240_000, 601_000, 1_241_000)
BESIDE = box(602_000, 1_240_000, 603_000, 1_241_000)
_ROUND = [(0, 0), (1000, 0), (1000, 1000), (0, 1000)]
DOUBLE = Polygon([(600_000 + x, 1_240_000 + y) for x, y in [*_ROUND, (0, 0), (600, 200), (600, 600), (200, 600)]])  # wound twice
TOUCHING = Polygon([(600_000 + x, 1_240_000 + y) for x, y in [(0, 0), (1000, 0), (1000, 1000), (500, 0), (0, 1000)]])


def _multi(*parts):
    return shapely.MultiPolygon(list(parts))


def text(*geometries):
    def make(folder, _ending):
        path = folder / "input.geojson"
        path.write_text(collection(*geometries))
        return path

    return make


def _point(x=106.65, y=11.1):
    return {"type": "Point", "coordinates": [x, y]}


def _ring(*pairs):
    return {"type": "Polygon", "coordinates": [[[106.6 + x, 11 + y] for x, y in pairs]]}


def _line_with(x, y):
    with np.errstate(invalid="ignore"):
        return shapely.linestrings([[600_000, 1_240_000], [x, y], [601_000, 1_241_000]])


def _clockwise(folder, _ending):
    turned = shapely.orient_polygons(np.array([PARK], object), exterior_cw=True)
    return geo.write(shapes(*turned), folder / "input.geojson")


def _many(count):
    turns = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return Polygon(np.column_stack([600_000 + 900 * np.cos(turns), 1_240_000 + 900 * np.sin(turns)]))


ALL = BINARY
ROWS = [
    Row(id="G01", what="bow-tie", make=saved(lambda: shapes(SQUARE, BOW)), endings=ALL, outcome="F", code="E-GEOM-04",
        ids=("row 2",), says=("ha after",), holds=lambda read: read.area.round(3).to_list() == [1e6, 5e5]),
    Row(id="G02", what="a ring wound twice", make=saved(lambda: shapes(BESIDE, DOUBLE)), endings=("gpkg", "fgb", "parquet"),
        outcome="R", code="E-GEOM-05", ids=("row 2",), says=("two things", "ha")),
    Row(id="G02b", what="a ring that touches itself", make=saved(lambda: shapes(BESIDE, TOUCHING)), endings=ALL, outcome="F",
        code="E-GEOM-04", ids=("row 2",), holds=lambda read: round(read.area.iloc[1]) == 500_000),
    Row(id="G03", what="a hole outside of its shell", make=saved(lambda: shapes(Polygon(SQUARE.exterior, [BESIDE.exterior]))),
        endings=("gpkg", "parquet"), outcome="R", code="E-GEOM-05", says=("Hole lies outside shell",), ids=("row 1",)),
    Row(id="G04", what="parts that overlap", endings=("gpkg", "parquet"), outcome="F", code="E-GEOM-04",
        make=saved(lambda: shapes(_multi(SQUARE, box(600_500, 1_240_000, 601_500, 1_241_000)))),
        holds=lambda read: read.area.round(3).to_list() == [1.5e6]),
    Row(id="G04b", what="the same ring twice", make=saved(lambda: shapes(_multi(SQUARE, SQUARE))), endings=("gpkg", "parquet"),
        outcome="F", code="E-GEOM-04", holds=lambda read: read.area.to_list() == [1e6]),
    Row(id="G04c", what="a part within a part", endings=("gpkg", "parquet"), outcome="F", code="E-GEOM-04",
        make=saved(lambda: shapes(_multi(SQUARE, SQUARE.buffer(-100)))), holds=lambda read: read.area.to_list() == [1e6]),
    Row(id="G05", what="an empty shape", make=saved(lambda: shapes(SQUARE, Polygon())), endings=("gpkg", "parquet"), outcome="W",
        code="E-GEOM-02", ids=("row 2",), holds=lambda read: len(read) == 1),
    Row(id="G06", what="no shape", make=saved(lambda: shapes(SQUARE, None)), endings=("gpkg", "shp", "parquet"), outcome="W",
        code="E-GEOM-01", ids=("row 2",), holds=lambda read: len(read) == 1),
    Row(id="G07", what="all empty", make=saved(lambda: shapes(Polygon(), Polygon())), endings=("gpkg", "parquet"), outcome="R",
        code="E-GEOM-03", says=("no features",)),
    Row(id="G07b", what="no rows", make=saved(lambda: squares(1).iloc[:0]), endings=("geojson", "shp", "parquet"), outcome="R",
        code="E-GEOM-03"),
    Row(id="G08", what="points and areas", make=saved(lambda: shapes(SQUARE, SQUARE.centroid, BESIDE)), endings=("gpkg",
        "parquet"),
        outcome="W", code="E-GEOM-06", says=("kind='area'",)),
    Row(id="G08b", what="points and areas, areas told", make=saved(lambda: shapes(SQUARE, SQUARE.centroid, BESIDE)),
        endings=("gpkg", "parquet"), outcome="F", code="E-GEOM-06", ids=("row 2",), options={"kind": "area"},
        holds=lambda read: len(read) == 2 and set(read.geom_type) <= {"Polygon", "MultiPolygon"}),
    Row(id="G08c", what="no lines where lines are told", make=saved(lambda: shapes(SQUARE)), endings=("gpkg",), outcome="R",
        code="E-GEOM-06", options={"kind": "line"}),
    Row(id="G09", what="a collection", endings=("gpkg", "parquet"), outcome="F", code="E-GEOM-07", ids=("row 1",),
        make=saved(lambda: shapes(shapely.GeometryCollection([SQUARE, BESIDE, SQUARE.centroid]), PARK)),
        holds=lambda read: read.geom_type.iloc[0] == "MultiPolygon" and read.area.iloc[0] == 2e6),
    Row(id="G10", what="NaN in a line", make=saved(lambda: shapes(_line_with(np.nan, 1_240_500), PARK)), endings=("gpkg",
        "parquet"),
        outcome="R", code="E-GEOM-09", ids=("row 1",), says=("nan",)),
    Row(id="G10b", what="NaN in a point of GeoJSON", make=text(_point(), _point(x=float("nan"))), endings=("geojson",),
        outcome="R",
        code="E-GEOM-09", ids=("row 2",)),
    Row(id="G11", what="an infinite coordinate", make=saved(lambda: shapes(_line_with(np.inf, 1_240_500), PARK)),
        endings=("gpkg", "parquet"), outcome="R", code="E-GEOM-09", ids=("row 1",)),
    Row(id="G12", what="1e300", make=saved(lambda: shapes(_line_with(1e300, 1_240_500), PARK)), endings=("gpkg", "parquet"),
        outcome="R", code="E-CRS-09", ids=("row 1",), says=("1e+300",)),
    Row(id="G13", what="no area", endings=("gpkg", "parquet"), outcome="F", code="E-GEOM-10", ids=("row 2",),
        make=saved(lambda: shapes(PARK, Polygon([(600_000, 1_240_000), (600_500, 1_240_000), (601_000, 1_240_000)]))),
        holds=lambda read: len(read) == 1),
    Row(id="G13b", what="a line without length", endings=("gpkg",), outcome="F", code="E-GEOM-10", ids=("row 1",),
        make=saved(lambda: shapes(shapely.linestrings([[600_000, 1_240_000]] * 2), _line_with(600_500, 1_240_500)))),
    Row(id="G14", what="a ring that is not closed", make=text(_ring((0, 0), (0.1, 0), (0.1, 0.1))), endings=("geojson",),
        outcome="F", code="E-GEOM-11", ids=("row 1",), holds=lambda read: read.is_valid.all()),
    Row(id="G14d", what="a ring that is not closed, and a shape of nothing", endings=("geojson",), outcome="F", code="E-GEOM-11",
        ids=("row 1",), holds=lambda read: len(read) == 1 and read.is_valid.all(),
        make=text(_ring((0, 0), (0.1, 0), (0.1, 0.1)), {"type": "Polygon", "coordinates": []})),
    Row(id="G14b", what="a ring of two points", make=text(_point(), _ring((0, 0), (0.1, 0))), endings=("geojson",), outcome="F",
        code="E-GEOM-10", ids=("row 2",)),
    Row(id="G14c", what="a line of one point", endings=("geojson",), outcome="R", code="E-GEOM-12", ids=("row 2",),
        make=text(_point(), {"type": "LineString", "coordinates": [[106.6, 11]]})),
    Row(id="G15", what="coordinates as texts", make=text(_point(), _point("106.6", "11")), endings=("geojson",), outcome="R",
        code="E-GEOM-12", ids=("row 2",)),
    Row(id="G15b", what="one number", make=text(_point(), {"type": "Point", "coordinates": [106.6]}), endings=("geojson",),
        outcome="R", code="E-GEOM-12", ids=("row 2",)),
    Row(id="G15c", what="null coordinates", make=text(_point(), {"type": "Point", "coordinates": None}), endings=("geojson",),
        outcome="R", code="E-GEOM-12", ids=("row 2",)),
    Row(id="G16", what="zones that overlap", make=saved(lambda: shapes(SQUARE, box(600_900, 1_240_000, 602_000, 1_241_000))),
        endings=("gpkg", "parquet"), outcome="R", code="E-GEOM-13", says=("10.0000 ha",), ids=("row 1", "row 2"),
        reader="partition"),
    Row(id="G17", what="a gap of 0.5 m²", endings=("gpkg",), outcome="W", code="E-GEOM-14", says=("1 gaps", "0.5000 m²"),
        make=saved(lambda: shapes(SQUARE.difference(box(600_500, 1_240_000, 600_501, 1_240_000.5)),
                                  box(600_000, 1_239_000, 601_000, 1_240_000))), reader="partition"),
    Row(id="G19", what="the same shape twice", make=saved(lambda: shapes(SQUARE, BESIDE, SQUARE)), endings=ALL, outcome="W",
        code="E-GEOM-15", ids=("row 3",)),
    Row(id="G20", what="heights that are NaN", endings=("gpkg", "parquet"), outcome="F", code="E-GEOM-08",
        make=saved(lambda: shapes(Polygon([(*pair, np.nan) for pair in SQUARE.exterior.coords]))),
        holds=lambda read: not read.has_z.any() and read.area.to_list() == [1e6]),
    Row(id="G20b", what="heights", make=saved(lambda: shapes(shapely.force_3d(SQUARE, 12.0))), endings=ALL, outcome="F",
        code="E-GEOM-08", holds=lambda read: not read.has_z.any()),
    Row(id="G21", what="half a million vertices and more", make=saved(lambda: shapes(PARK, _many(600_000))), endings=("gpkg",),
        outcome="W", code="E-SIZE-08", ids=("row 2",), says=("simplify",)),
    Row(id="G22", what="clockwise outer rings, exported", make=_clockwise, endings=("geojson",), outcome="OK",
        holds=lambda read: read.geometry.iloc[0].exterior.is_ccw),
]  # fmt: skip
