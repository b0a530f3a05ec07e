"""What is in a file, read without the package: name → (kind, values) by the format's own reader, and the shapes."""

import csv
import io
import json
import sqlite3
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
import shapely.geometry

KML = "{http://www.opengis.net/kml/2.2}"


@dataclass
class Back:
    """``columns``: name → (kind, values); ``shapes`` None where there are none; ``crs`` as the file names it."""

    columns: dict
    shapes: object
    crs: object
    rows: int


def read(path, layer):
    """A layer of a file by what reads its format: pyogrio, pyarrow, openpyxl, csv, an XML parser."""
    name = path.name
    own = {".csv": _csv, ".geojson": _features, ".geojsonl": _lines, ".parquet": _parquet}.get(path.suffix)
    if own is not None:
        return own(path)
    if path.suffix in {".xlsx", ".kml"}:
        return (_xlsx if path.suffix == ".xlsx" else _kml)(path, layer)
    if name.endswith(".shp.zip"):
        members = zipfile.ZipFile(path).namelist()
        member = next(one for one in (f"{layer}.shp", f"{layer}.dbf") if one in members)
        return _ogr(f"/vsizip/{path}/{member}", None)
    if name.endswith(".gdb.zip"):
        return _ogr(f"/vsizip/{path}/{name.removesuffix('.zip')}", layer)
    return _ogr(path, layer if name.endswith((".gpkg", ".gdb")) else None)


def _features(path):
    return _geojson(json.loads(path.read_text(encoding="utf-8"))["features"])


def _lines(path):
    return _geojson([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()])


def layers(path):
    """The names of the layers that the format's own reader sees."""
    if path.name.endswith(".xlsx"):
        return openpyxl.load_workbook(path).sheetnames
    if path.name.endswith(".shp.zip"):
        return sorted({name.rsplit(".", 1)[0] for name in zipfile.ZipFile(path).namelist() if name.endswith(".dbf")})
    if path.name.endswith(".gpkg"):
        base = sqlite3.connect(path)
        names = [name for (name,) in base.execute("SELECT table_name FROM gpkg_contents ORDER BY rowid")]
        base.close()
        return names
    return [name for name, _ in pyogrio.list_layers(path).tolist()]


def _kind(field):
    kind, json_text = field.type, b"json" in (field.metadata or {}).get(b"ARROW:extension:name", b"")
    if json_text or pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return "json"
    tests = {
        "flag": pa.types.is_boolean,
        "whole": pa.types.is_integer,
        "number": pa.types.is_floating,
        "moment": pa.types.is_timestamp,
        "date": pa.types.is_date,
        "span": pa.types.is_duration,
        "category": pa.types.is_dictionary,
        "blob": lambda one: pa.types.is_binary(one) or pa.types.is_large_binary(one),
    }
    return next((name for name, fits in tests.items() if fits(kind)), "text")


def _table(table, skip):
    columns = {}
    for field in table.schema:
        if field.name not in skip:
            values = table[field.name].to_pylist()
            kind = _kind(field)
            columns[field.name] = (kind, [json.loads(one) if kind == "json" and isinstance(one, str) else one for one in values])
    return columns


def _ogr(path, layer):
    info, table = pyogrio.read_arrow(path, layer=layer, read_geometry=False)
    shapes = None  # apart: GDAL's Arrow stream of a FlatGeobuf with null shapes is broken
    if info["geometry_type"] is not None:
        shapes = pyogrio.read_dataframe(path, layer=layer, columns=[]).geometry.to_numpy()
    return Back(_table(table, set()), shapes, info["crs"], table.num_rows)


def _parquet(path):
    table = pq.read_table(path)
    geo = json.loads(table.schema.metadata.get(b"geo", b"{}"))
    if not geo:
        return Back(_table(table, set()), None, None, table.num_rows)
    main = geo["columns"][geo["primary_column"]]
    shapes = shapely.from_wkb(table[geo["primary_column"]].to_pylist())
    columns = _table(table, {geo["primary_column"], "bbox"})
    for name in set(geo["columns"]) - {geo["primary_column"]}:
        columns[name] = ("shape", list(shapely.from_wkb(table[name].to_pylist())))
    return Back(columns, shapes, main["crs"], table.num_rows)


def _csv(path):
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    head, body = rows[0], rows[1:]
    return Back({name: ("text", [row[at] or None for row in body]) for at, name in enumerate(head)}, None, None, len(body))


def _xlsx(path, layer):
    book = openpyxl.load_workbook(path)
    head, *body = book[layer].iter_rows()
    columns = {}
    for at, cell in enumerate(head):
        cells = [row[at] for row in body]
        assert all(one.data_type != "f" for one in cells)
        values = [one.value for one in cells]
        given = [(one.value, one.number_format) for one in cells if one.value is not None]
        columns[cell.value] = (_cell_kind(given), values)
    return Back(columns, None, None, len(body))


def _geojson(features):
    columns = {name: [one["properties"][name] for one in features] for name in (features[0]["properties"] if features else {})}
    kinds = {"bool": "flag", "str": "text", "int": "whole", "float": "number", "list": "json", "dict": "json"}
    told = {}
    for name, values in columns.items():
        met = {kinds[type(value).__name__] for value in values if value is not None}
        told[name] = (
            "number" if met == {"whole", "number"} else met.pop() if len(met) == 1 else "nothing" if not met else "mixed",
            values,
        )
    shapes = [None if one["geometry"] is None else shapely.geometry.shape(one["geometry"]) for one in features]
    return Back(told, shapes, "EPSG:4326", len(features))


def _cell_kind(given):
    kinds = {type(value).__name__ for value, _ in given}
    if "datetime" in kinds or "date" in kinds:
        return "date" if all(form.lower() == "yyyy-mm-dd" for _, form in given) else "moment"
    if kinds == {"bool"}:
        return "flag"
    if kinds and kinds <= {"int", "float"}:
        return "number" if "float" in kinds else "whole"
    return "text" if kinds else "nothing"


def _kml(path, layer):
    document = ET.parse(path).getroot().find(f"{KML}Document")  # noqa: S314 - a file of our own
    folders = [
        (folder, schema)
        for folder, schema in zip(document.findall(f"{KML}Folder"), document.findall(f"{KML}Schema"), strict=True)
    ]
    folder, schema = next((f, s) for f, s in folders if f.find(f"{KML}name").text == layer)
    kinds = {"int": "whole", "double": "number", "bool": "flag", "string": "text"}
    fields = {field.get("name"): kinds[field.get("type")] for field in schema.findall(f"{KML}SimpleField")}
    casts = {"whole": int, "number": float, "flag": lambda text: text == "1", "text": lambda text: text or ""}
    marks = folder.findall(f"{KML}Placemark")
    columns = {name: (kind, []) for name, kind in fields.items()}
    for mark in marks:
        data = {one.get("name"): one.text for one in mark.iter(f"{KML}SimpleData")}
        for name, (kind, values) in columns.items():
            values.append(casts[kind](data[name]) if name in data else None)
    shapes = pyogrio.read_dataframe(path, layer=layer).geometry.to_numpy() if marks else []
    return Back(columns, shapes, "EPSG:4326", len(marks))
