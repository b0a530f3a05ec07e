"""Files cut short or with flipped bits: what a checksum lies beside is always noticed, and nothing but our error comes out."""

from __future__ import annotations

import gzip
import json
import random
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import osmium
from affine import Affine
from pyproj import CRS

import geo
from geo.movement import import_streets, read_gtfs
from tests.trust.atomic_writes import frame
from tests.trust.fuzz import FEED
from tests.trust.rounds import Round

CUTS = 64
SLOW_S = 8
STREETS = "<node id='{}' lat='11.{:03}' lon='106.6'/>"
WAY = "<way id='{0}'><nd ref='{0}'/><nd ref='{1}'/><tag k='highway' v='residential'/></way>"


class Format(NamedTuple):
    """``write`` a sound file, ``read`` it or refuse it."""

    write: Callable[[Path], object]
    read: Callable[[Path], object]


def with_checksum(amount: int) -> Round:
    """Each format cut at every 64th of its length, and ``amount`` flips of a byte each: all are refused."""
    found = Round("a damaged file beside its checksum is always refused")
    for ending, form in FORMATS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"points{ending}"
            form.write(path)
            beside = path.with_name(f"{path.name}.meta.json")
            beside.write_text(json.dumps({"sha256": geo.file_sha256(path)}), encoding="utf-8")
            for what, data in _damages(path.read_bytes(), amount, seed=len(ending)):
                said = _read(form, path, data)
                found.check(said == "refused", f"{ending} {what}: {said}")
    return found


def without_checksum(amount: int) -> Round:
    """The same without a checksum: read or refused, but no crash, no hang, no foreign error."""
    found = Round("a damaged file gives an answer or our error, never another one")
    for ending, form in FORMATS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"points{ending}"
            form.write(path)
            for what, data in _damages(path.read_bytes(), amount, seed=100 + len(ending)):
                said = _read(form, path, data)
                found.check(said in {"refused", "read"}, f"{ending} {what}: {said}")
    return found


def _points(path: Path) -> object:
    return geo.write(frame(200, "Điểm"), path, geometry="wkt" if path.suffix == ".csv" else None)


def _book(path: Path) -> object:
    return geo.write(frame(200, "Điểm").drop(columns="geometry"), path)


def _raster(path: Path) -> object:
    values = np.arange(10_000, dtype=np.float32).reshape(100, 100)
    grid = geo.Grid(CRS(geo.METRIC), Affine(100, 0, 596_000, 0, -100, 1_237_000), (100, 100))
    return geo.write_raster(geo.Raster(grid, np.ma.masked_array(values), "people"), path)


def _drawing(path: Path) -> object:
    return geo.write_drawing({"O": geo.to_metric(frame(20, "Điểm"))}, path, geo.METRIC)


def _feed(path: Path) -> object:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in FEED.items():
            archive.writestr(name, text)
    return path


def _streets(path: Path) -> object:
    nodes = "".join(STREETS.format(at, at) for at in range(1, 60))
    ways = "".join(WAY.format(at, at + 1) for at in range(1, 59))
    text = f"<osm version='0.6'>{nodes}{ways}</osm>".encode()
    return path.write_bytes(gzip.compress(text, mtime=0) if path.suffix == ".gz" else text)


def _packed_streets(path: Path) -> object:
    plain = path.with_name("plain.osm")
    _streets(plain)
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(plain)):
            writer.add(thing)
    return path


def _vector(path: Path) -> object:
    return geo.read_vector(path, crs="EPSG:4326" if path.suffix == ".csv" else None)


FORMATS = {
    **{
        ending: Format(_points, _vector)
        for ending in (".geojson", ".geojsonl", ".gpkg", ".fgb", ".kml", ".parquet", ".csv", ".shp.zip")
    },
    ".gml": Format(lambda path: frame(200, "Điểm").to_file(path, driver="GML"), _vector),
    ".xlsx": Format(_book, geo.read_table),
    ".tif": Format(_raster, geo.read_raster),
    ".dxf": Format(_drawing, lambda path: geo.read_drawing(path, crs=geo.METRIC)),
    ".zip": Format(_feed, lambda path: read_gtfs(path, "2026-06-01")),
    ".osm": Format(_streets, import_streets),
    ".osm.gz": Format(_streets, import_streets),
    ".osm.pbf": Format(_packed_streets, import_streets),
}


def _damages(whole: bytes, flips: int, seed: int) -> list[tuple[str, bytes]]:
    draw = random.Random(seed)  # noqa: S311 - no secret
    cuts = [(f"cut at {at}/{CUTS}", whole[: len(whole) * at // CUTS]) for at in range(CUTS)]
    places = [(draw.randrange(len(whole)), 1 << draw.randrange(8)) for _ in range(flips)]
    return cuts + [(f"bit {bit} of byte {at}", _flipped(whole, at, bit)) for at, bit in places]


def _flipped(whole: bytes, at: int, bit: int) -> bytes:
    return whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :]


def _read(form: Format, path: Path, data: bytes) -> str:
    path.write_bytes(data)
    start = time.monotonic()
    try:
        form.read(path)
        said = "read"
    except geo.PlanningDataError:
        said = "refused"
    except Exception as error:  # noqa: BLE001 - what must not happen
        said = f"{type(error).__name__}: {error}"
    return said if time.monotonic() - start < SLOW_S else f"took {time.monotonic() - start:.0f} s"
