"""S: files that are cut, damaged, or something else than they say."""

from __future__ import annotations

import json
import sqlite3
import zipfile

import numpy as np
import osmium
import rasterio

from geo.reading.digests import file_sha256
from tests.corpus.rows import Row
from tests.corpus.saving import content, cut, flip, save, squares
from tests.geo.osm_text import write_osm

MANY = 400
VRT = "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/hostname</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
PAGE = "<!DOCTYPE html><html><body>504 Gateway Time-out</body></html>"


def many(folder, ending):
    """A sound file of some size."""
    frame = squares(MANY, name=["Bình Dương"] * MANY)
    return save(frame.to_crs(4326) if ending in {"geojson", "geojsonl", "kml"} else frame, folder / f"input.{ending}")


def cut_to(size, part=None):
    def make(folder, ending):
        path = many(folder, ending)
        cut(path.with_suffix(part or path.suffix), size)
        return path

    return make


def without(part):
    def make(folder, ending):
        path = many(folder, ending)
        path.with_suffix(part).unlink()
        return path

    return make


def flipped_with(beside):
    """Bytes changed after a checksum was written: in a file beside it, or in a manifest above."""

    def make(folder, ending):
        path = many(folder, ending)
        table = {"sha256": file_sha256(path)} if beside != "manifest.json" else {"files": {path.name: file_sha256(path)}}
        (folder / beside.format(path.name)).write_text(json.dumps(table))
        return flip(path)

    return make


def _stale(folder, ending):
    path = many(folder, ending)
    with sqlite3.connect(path) as base:
        base.execute("DROP TRIGGER IF EXISTS trigger_insert_feature_count_input")
        base.execute("UPDATE gpkg_ogr_contents SET feature_count = 10")
    base.close()
    return path


def _damaged_page(folder, ending):
    path = many(folder, ending)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 4096] = bytes(4096)
    path.write_bytes(bytes(data))
    return path


def zipped(*names, text=b"", ratio=False):
    """A zip of these names; a Shapefile where none is given."""

    def make(folder, _ending):
        path = folder / "input.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.writestr(name, b"\0" * 30_000_000 if ratio else text)
            if not names:
                for part in many(folder, "shp").parent.glob("input.[sdpc]*"):
                    archive.write(part, part.name)
        return path

    return make


def _pbf(folder, _ending, change=lambda data: data):
    rows = " ".join(f"way {at} {at} {at + 1} {at + 2} highway=residential\n" for at in range(10, 90))
    plain = write_osm(folder / "plain.osm", rows.replace(" way", "way"))
    path = folder / "input.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(plain)):
            writer.add(thing)
    path.write_bytes(change(path.read_bytes()))
    return path


def _pbf_with(change):
    return lambda folder, ending: _pbf(folder, ending, change)


def _missing_nodes(folder, _ending):
    return write_osm(folder / "input.osm", "way 7 11 12 13 14 highway=residential\nway 8 14 15 highway=primary", without=(12, 13))


def _raster(folder, _ending, side=300):
    path = folder / "input.tif"
    told = {"driver": "GTiff", "width": side, "height": side, "count": 1, "dtype": "float32", "crs": "EPSG:9210", "nodata": -1}
    told |= {"transform": rasterio.transform.from_origin(590_000, 1_250_000, 30, 30), "tiled": True}
    told |= {"sparse_ok": True, "blockxsize": 512, "blockysize": 512, "BIGTIFF": "YES"} if side > 10_000 else {}
    with rasterio.open(path, "w", **told) as made:
        if side <= 10_000:
            made.write(np.random.default_rng(0).random((side, side), np.float32), 1)
    return path


def _flipped_raster(folder, ending):
    path = _raster(folder, ending)
    (folder / "input.tif.meta.json").write_text(json.dumps({"sha256": file_sha256(path)}))
    return flip(path)


def _deep(folder, ending):
    path = folder / f"input.{ending}"
    path.write_text('{"type":"FeatureCollection","features":' + "[" * 1_000_000)
    return path


def _wide(folder, ending):
    names = [f"c{at}" for at in range(10_000)]
    path = folder / f"input.{ending}"
    path.write_text(",".join(["lon", "lat", *names]) + "\n" + ",".join(["106.65", "11.1", *["1"] * 10_000]) + "\n")
    return path


VECTOR = ("geojson", "json", "gpkg", "fgb", "shp", "kml", "parquet", "csv", "tab", "mif", "dgn", "gml", "geojsonl", "zip")
ROWS = [
    Row(id="S01", what=".shp of half its length", make=cut_to(0.5), endings=("shp",), outcome="R", code="E-IO-08",
        says=(".shp is cut",)),
    Row(id="S02", what=".shx of half its length", make=cut_to(0.5, ".shx"), endings=("shp",), outcome="R", code="E-IO-08",
        says=(".shx is cut",)),
    Row(id="S02b", what="no .shx", make=without(".shx"), endings=("shp",), outcome="R", code="E-IO-08", says=("restore",)),
    Row(id="S02c", what="no .dbf", make=without(".dbf"), endings=("shp",), outcome="R", code="E-IO-08"),
    Row(id="S03", what=".dbf of half its length", make=cut_to(0.5, ".dbf"), endings=("shp",), outcome="R", code="E-IO-08",
        says=(".dbf is cut",)),
    *[Row(id=f"S04_{size}", what="a GeoPackage cut", make=cut_to(size), endings=("gpkg",), outcome="R", code=code)
      for size, code in ((0.75, "E-IO-08"), (0.5, "E-IO-08"), (0.25, "E-IO-08"), (4096, "E-IO-08"), (100, "E-IO-08"), (0,
        "E-IO-09"))],
    Row(id="S05", what="bytes that flipped, a checksum beside", make=flipped_with("{}.meta.json"),
        endings=("gpkg", "fgb", "geojson", "parquet"), outcome="R", code="E-IO-07", says=("meta.json",)),
    Row(id="S05b", what="bytes that flipped, a manifest above", make=flipped_with("manifest.json"), endings=("gpkg", "shp"),
        outcome="R", code="E-IO-07", says=("manifest.json",)),
    Row(id="S05c", what="a page of zeros", make=_damaged_page, endings=("gpkg",), outcome="R", code="E-IO-08"),
    Row(id="S06", what="a GeoJSON cut", make=cut_to(0.6), endings=("geojson",), outcome="R", code="E-IO-04"),
    Row(id="S07", what="a GeoJSONSeq cut", make=cut_to(0.5), endings=("geojsonl",), outcome="R", code="E-IO-08", says=("line",)),
    Row(id="S08", what="a FlatGeobuf cut", make=cut_to(0.5), endings=("fgb",), outcome="R", code="E-IO-04"),
    Row(id="S08b", what="a Parquet cut", make=cut_to(0.5), endings=("parquet",), outcome="R", code="E-IO-08"),
    Row(id="S09", what="a GeoTIFF with flipped bytes, a checksum beside", make=_flipped_raster, endings=("tif",), outcome="R",
        code="E-IO-07", reader="check"),
    Row(id="S10", what="a PBF cut within a block", make=_pbf_with(lambda data: data[: int(0.7 * len(data))]),
        endings=("osm.pbf",),
        outcome="R", code="E-OSM-02", reader="streets", says=("bytes",)),
    Row(id="S12", what="a PBF that is a page", make=_pbf_with(lambda _: PAGE.encode()), endings=("osm.pbf",), outcome="R",
        code="E-OSM-02", reader="streets", says=("HTML",)),
    Row(id="S12b", what="a PBF of zeros", make=_pbf_with(lambda data: bytes(len(data))), endings=("osm.pbf",), outcome="R",
        code="E-OSM-02", reader="streets", says=("zeros",)),
    Row(id="S12c", what="a PBF of noise", make=_pbf_with(lambda data: data[::-1]), endings=("osm.pbf",), outcome="R",
        code="E-OSM-02", reader="streets"),
    Row(id="S12d", what="an empty PBF", make=_pbf_with(lambda _: b""), endings=("osm.pbf",), outcome="R", code="E-OSM-02",
        reader="streets", says=("empty",)),
    Row(id="S13", what="ways without their nodes", make=_missing_nodes, endings=("osm",), outcome="R", code="E-OSM-05", ids=(7,),
        reader="streets", says=("%",)),
    Row(id="S14", what="a VRT by another name", make=content(VRT), endings=VECTOR, outcome="R", code="E-IO-06"),
    Row(id="S14b", what="a VRT named .tif", make=content(VRT.replace("OGR", "")), endings=("tif",), outcome="R", code="E-RAS-01",
        reader="raster"),
    Row(id="S14c", what="a page of a server by another name", make=content(PAGE), endings=VECTOR, outcome="R", code="E-IO-06"),
    Row(id="S15", what="300,000² cells", make=lambda folder, ending: _raster(folder, ending, 300_000), endings=("tif",),
        outcome="R",
        code="E-RAS-05", reader="raster", says=("90,000,000,000", "100,000,000", "within"), checked=False),
    Row(id="S15b", what="a million brackets", make=_deep, endings=("geojson", "json"), outcome="R", code="E-SIZE-05"),
    Row(id="S15c", what="10,000 columns", make=_wide, endings=("csv",), outcome="R", code="E-SIZE-03", says=("allow_large",)),
    Row(id="S15d", what="a zip that swells", make=zipped("a.shp", ratio=True), endings=("zip",), outcome="R", code="E-ZIP-03",
        says=("allow_large",), ids=("a.shp",)),
    Row(id="S15e", what="a zip that points outside", make=zipped("../a.shp", text=b"x"), endings=("zip",), outcome="R",
        code="E-ZIP-02",
        ids=("../a.shp",)),
    Row(id="S15f", what="a zip without Shapefile", make=zipped("a.geojson", text=b"{}"), endings=("zip",), outcome="R",
        code="E-ZIP-04"),
    Row(id="S15g", what="a zip of a Shapefile", make=zipped(), endings=("zip",), outcome="OK",
        holds=lambda read: len(read) == MANY),
    Row(id="S16", what="a stored number of rows that is wrong", make=_stale, endings=("gpkg",), outcome="W", code="E-IO-15",
        says=("says 10 rows", "holds 400"), layer=True, holds=lambda read: len(read) == MANY),
]  # fmt: skip
