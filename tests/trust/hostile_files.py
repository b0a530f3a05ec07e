"""Files too large, too deep or too wide to be read unasked, made piece by piece so that making them takes no memory either."""

from __future__ import annotations

import gzip
import json
import sqlite3
import struct
import warnings
import zipfile
import zlib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import rasterio
import shapely

_BLOCK = 200_000  # vertices at once
_DRIVERS = {"gpkg": "GPKG", "fgb": "FlatGeobuf", "shp": "ESRI Shapefile"}


def _written(path: Path, head: str, pair: str, between: str, tail: str, vertices: int) -> Path:
    """The same turn round (106.65, 11.1) in degrees again and again, until there are so many vertices."""
    turn = np.linspace(0, 2 * np.pi, min(_BLOCK, vertices))
    xy = np.column_stack([106.65 + 0.01 * np.cos(turn), 11.1 + 0.01 * np.sin(turn)]).tolist()
    block = between.join(pair.format(f"{x:.7f}", f"{y:.7f}") for x, y in xy)
    with path.open("w", encoding="utf-8") as out:
        out.write(head + block)
        for _ in range(len(xy), vertices, len(xy)):
            out.write(between + block)
        out.write(tail)
    return path


_FEATURE = '{"type":"Feature","properties":{"a":1},"geometry":{"type":"Polygon","coordinates":[[['
_KML = '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>f</name><Placemark><Polygon>'
_GML = (
    '<?xml version="1.0"?><gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml" xmlns:x="urn:x"><gml:featureMember>'
    '<x:a><x:g><gml:Polygon srsName="EPSG:4326"><gml:outerBoundaryIs><gml:LinearRing><gml:coordinates>'
)
_GML_END = (
    "</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon></x:g></x:a></gml:featureMember>"
    "</gml:FeatureCollection>"
)
_TEXTS = {
    "geojson": ('{"type":"FeatureCollection","features":[' + _FEATURE, "{},{}", "],[", "]]]}}]}"),
    "geojsonl": (_FEATURE, "{},{}", "],[", "]]]}}\n"),
    "kml": (
        _KML + "<outerBoundaryIs><LinearRing><coordinates>", "{},{}", " ",
        "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Folder></Document></kml>",
    ),
    "gml": (
        _GML, "{},{}", " ", _GML_END,
    ),
    "csv": ('id,wkt\na,"POLYGON ((', "{} {}", ", ", '))"\n'),
    "mif": ('Version 300\nCharset "Neutral"\nColumns 1\n a Char(1)\nData\n\nRegion 1\n  {count}\n', "{} {}", "\n", "\n"),
    "dxf": (
        "  0\nSECTION\n  2\nENTITIES\n  0\nLWPOLYLINE\n  8\n0\n 90\n{count}\n 70\n1\n", " 10\n{}\n 20\n{}\n", "",
        "  0\nENDSEC\n  0\nEOF\n",
    ),
}  # fmt: skip


def heavy_polygon(folder: Path, ending: str, vertices: int) -> Path:
    """One polygon of so many vertices; in the formats of bytes ten small ones beside it, but for Parquet."""
    path = folder / f"heavy.{ending}"
    if ending in _TEXTS:
        head, pair, between, tail = _TEXTS[ending]
        head = head.replace("{count}", str(vertices + 1))
        if ending == "mif":
            (folder / "heavy.mid").write_text('"a"\n')
        return _written(path, head, pair, between, tail, vertices)
    turn = np.arange(vertices) * (2 * np.pi / vertices)
    wave = 1e4 + np.cos(turn * vertices / 4)
    big = shapely.polygons(np.column_stack([6e5 + wave * np.cos(turn), 1.23e6 + wave * np.sin(turn)]))
    small = [shapely.box(6e5 + 9 * at, 1.2e6, 6e5 + 9 * at + 5, 1.2e6 + 5) for at in range(10)]
    shapes = [big] if ending == "parquet" else [big, *small]
    frame = gpd.GeoDataFrame({"id": [f"a{at}" for at in range(len(shapes))]}, geometry=shapes, crs=9210)
    if ending == "parquet":
        frame.to_parquet(path)
    else:
        pyogrio.write_dataframe(frame, path, driver=_DRIVERS[ending])
    return path


def sparse_raster(folder: Path, name: str, side: int, **told: object) -> Path:
    """A GeoTIFF of side² cells, none of them written."""
    path = folder / f"{name}.tif"
    form = {"driver": "GTiff", "width": side, "height": side, "count": 1, "dtype": "float32", "crs": "EPSG:9210", "nodata": -1}
    form |= {"transform": rasterio.transform.from_origin(590_000, 1_250_000, 30, 30), "tiled": True, "blockxsize": 512}
    with rasterio.open(path, "w", **(form | {"blockysize": 512, "sparse_ok": True, "BIGTIFF": "YES"} | told)):
        pass
    return path


def deep_text(folder: Path, ending: str, depth: int) -> Path:
    """JSON or TOML of nested lists; ``dots``: a key of so many parts; ``tables``: tables in tables."""
    kinds = {
        "geojson": '{"type":"FeatureCollection","features":' + "[" * depth + "]" * depth + "}",
        "dots.toml": "a." * depth + "a = 1\n",
        "tables.toml": "a = " + "{a = " * depth + "1" + "}" * depth + "\n",
        "toml": "a = " + "[" * depth + "]" * depth + "\n",
    }
    path = folder / f"deep.{ending}"
    path.write_text(kinds[ending])
    return path


def long_toml(folder: Path, _: str, size: int) -> Path:
    """A TOML of so many bytes that is a hole of zeros on the disk."""
    path = folder / "long.toml"
    with path.open("wb") as out:
        out.write(b'a = "')
        out.truncate(size)
    return path


def wide(folder: Path, ending: str, columns: int) -> Path:
    """One row of so many columns."""
    path = folder / f"wide.{ending}"
    names = [f"c{at}" for at in range(columns)]
    if ending == "xlsx":
        return _sheet(path, "<row r='1'>" + "".join(f"<c t='inlineStr'><is><t>{name}</t></is></c>" for name in names) + "</row>")
    if ending == "csv":
        path.write_text(f"lon,lat,{','.join(names)}\n106.65,11.1{',1' * columns}\n")
        return path
    if ending == "geojson":
        point = {"type": "Point", "coordinates": [106.65, 11.1]}
        path.write_text(json.dumps({"type": "Feature", "properties": dict.fromkeys(names, 1), "geometry": point}))
        return path
    values = pd.DataFrame([[1] * columns], columns=names)
    frame = gpd.GeoDataFrame(values, geometry=gpd.points_from_xy([106.65], [11.1]), crs=4326)
    if ending == "parquet":
        frame.to_parquet(path)
    elif ending == "gpkg":  # SQLite makes no table of more than 2,000: its own text of one says so
        pyogrio.write_dataframe(frame[["c0", "geometry"]], path, driver="GPKG")
        with sqlite3.connect(path) as base:
            base.execute("PRAGMA writable_schema = ON")
            more = "".join(f', "{name}" INTEGER' for name in names[1:])
            base.execute("UPDATE sqlite_master SET sql = replace(sql, '\"c0\" INTEGER', '\"c0\" INTEGER' || ?)", [more])
        base.close()
    else:
        with warnings.catch_warnings(action="ignore"):
            pyogrio.write_dataframe(frame, path, driver=_DRIVERS[ending])
    return path


def long_cell(folder: Path, _: str, size: int) -> Path:
    """A table with a cell of so many bytes."""
    path = folder / "long.csv"
    with path.open("w") as out:
        out.write("lon,lat,text\n106.65,11.1,")
        for _ in range(0, size, 10**6):
            out.write("x" * min(10**6, size))
        out.write("\n")
    return path


_SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<dimension ref="A1:XFD1048576"/><sheetData>'
)
_BOOK = {
    "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<?xml version="1.0"?>'
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<?xml version="1.0"?><Relationships '
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Target="worksheets/sheet1.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>',
}


def _sheet(path: Path, rows: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in _BOOK.items():
            book.writestr(name, text)
        book.writestr("xl/worksheets/sheet1.xml", f"{_SHEET}{rows}</sheetData></worksheet>")
    return path


def far_cell(folder: Path, _: str, row: int) -> Path:
    """A workbook that names a cell in a row far down."""
    return _sheet(folder / "far.xlsx", f"<row r='1'><c r='A1'><v>1</v></c></row><row r='{row}'><c r='A{row}'><v>1</v></c></row>")


def huge_book(folder: Path, _: str, size: int) -> Path:
    """A workbook whose sheet unpacks to so many bytes, at a ratio that is no bomb's."""
    path = folder / "huge.xlsx"
    draw = np.random.default_rng(0)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, text in _BOOK.items():
            book.writestr(name, text)
        rows = "".join(f"<row><c><v>{value}</v></c></row>" for value in draw.integers(0, 10**9, 20_000))
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(_SHEET.encode())
            for _ in range(max(1, size // len(rows))):
                sheet.write(rows.encode())
            sheet.write(b"</sheetData></worksheet>")
    return path


def zip_bomb(folder: Path, ending: str, size: int) -> Path:
    """An archive that swells: ``ratio`` one file of zeros; ``nested`` archives in it; ``many`` files; ``sum`` of many."""
    path = folder / f"{ending}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        if ending == "many":
            for at in range(size):
                archive.writestr(f"{at}.txt", "")
        elif ending == "nested":
            inner = zip_bomb(folder, "ratio", size)
            archive.write(inner, "inner.zip", zipfile.ZIP_STORED)
        else:
            with archive.open("a.shp" if ending == "ratio" else "stop_times.txt", "w", force_zip64=True) as out:
                for _ in range(0, size, 10**6):
                    out.write(bytes(min(10**6, size)))
    return path


def hostile_feed(folder: Path, ending: str, size: int) -> Path:
    """A sound feed but for one: ``repeated`` a trip every second; ``late`` hours without end; ``bomb`` a file that swells."""
    path = folder / f"{ending}.feed.zip"
    texts = {
        "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\na,A,http://a.vn,Asia/Ho_Chi_Minh\n",
        "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\ns,S,11.1,106.65\nt,T,11.11,106.66\n",
        "routes.txt": "route_id,agency_id,route_short_name,route_type\nr,a,1,3\n",
        "trips.txt": "route_id,service_id,trip_id\nr,w,t1\n",
        "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "t1,07:00:00,07:00:00,s,1\nt1,07:10:00,07:10:00,t,2\n",
        "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "w,1,1,1,1,1,1,1,20250101,20251231\n",
    }
    if ending == "repeated":
        texts["frequencies.txt"] = f"trip_id,start_time,end_time,headway_secs\nt1,00:00:00,{size}:00:00,1\n"
    elif ending == "late":
        texts["stop_times.txt"] = texts["stop_times.txt"].replace("07:10:00", f"{size}:00:00")
    else:
        texts["shapes.txt"] = "0" * size
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
    return path


def swelling_osm(folder: Path, _: str, size: int) -> Path:
    """An .osm.gz of so many bytes of the same node."""
    path = folder / "swelling.osm.gz"
    row = b'<node id="1" version="1" lon="106.65" lat="11.1"/>\n' * 20_000
    with gzip.open(path, "wb", compresslevel=9) as out:
        out.write(b'<osm version="0.6">')
        for _ in range(max(1, size // len(row))):
            out.write(row)
        out.write(b"</osm>")
    return path


def hostile_pbf(folder: Path, ending: str, size: int) -> Path:
    """A PBF whose first blob says or holds too much: ``header`` length of its head, ``blob`` of its data, ``bomb`` unpacked."""
    path = folder / f"{ending}.osm.pbf"
    packed = zlib.compress(bytes(size), 9) if ending == "bomb" else b"x" * 100
    body = b"\x10" + _varint(size if ending == "bomb" else 100) + b"\x1a" + _varint(len(packed)) + packed
    told = 2**31 - 1 if ending == "blob" else len(body)
    head = b"\x0a\x09OSMHeader\x18" + _varint(told)
    length = 2**31 - 1 if ending == "header" else len(head)
    path.write_bytes(struct.pack(">I", length) + head + body)
    return path


def nothing(folder: Path, ending: str, _: int) -> Path:
    """The path of a file that is not there."""
    return folder / ending


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:  # seven bits a byte
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
