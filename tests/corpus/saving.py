"""Frames into files as other programs leave them: nothing is checked, mended or refused on the way."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

PARK = shapely.box(595_889, 1_236_000, 604_000, 1_243_000)  # EPSG:9210, 56.8 km2 in Binh Duong
SWAPPED_KINDS = ("geojson", "gpkg", "fgb", "shp", "parquet")
_DRIVERS = {"gpkg": "GPKG", "fgb": "FlatGeobuf", "shp": "ESRI Shapefile", "kml": "KML"}


def squares(count=4, crs="EPSG:9210", **columns):
    """Areas of 1 km², side by side, ids z0, z1 ..."""
    x, y = 596_000 + 1000 * (np.arange(count) % 8), 1_236_000 + 1000 * (np.arange(count) // 8)
    shapes = shapely.box(x, y, x + 1000, y + 1000)
    return gpd.GeoDataFrame({"zone_id": [f"z{at}" for at in range(count)]} | columns, geometry=shapes, crs=crs)


def points(count=4, crs="EPSG:4326", **columns):
    """Points 0.001° apart around (106.65, 11.1)."""
    x, y = 106.65 + 0.001 * (np.arange(count) % 10), 11.1 + 0.001 * (np.arange(count) // 10)
    return gpd.GeoDataFrame({"stop_id": [f"s{at}" for at in range(count)]} | columns, geometry=shapely.points(x, y), crs=crs)


def shapes(*given, crs="EPSG:9210"):
    """These shapes, ids z0, z1 ..."""
    ids = [f"z{at}" for at in range(len(given))]
    return gpd.GeoDataFrame({"zone_id": ids}, geometry=gpd.GeoSeries(list(given), crs=crs))


def relabelled(frame, crs):
    """The same numbers under another name."""
    return frame.set_crs(crs, allow_override=True)


def turned(frame, rows=slice(None)):
    """North and east exchanged in these rows."""
    numbers = frame.geometry.to_numpy().copy()
    numbers[rows] = shapely.transform(numbers[rows], lambda xy: xy[:, ::-1])
    return frame.set_geometry(gpd.GeoSeries(numbers, index=frame.index, crs=frame.crs))


def save(frame, path: Path, **options) -> Path:
    """A frame in the format of the ending. GeoJSON is written as text, so that it may hold what no library writes."""
    ending = path.suffix[1:]
    if ending == "geojson":
        path.write_text(geojson(frame))
    elif ending == "geojsonl":
        path.write_text("".join(json.dumps(one) + "\n" for one in json.loads(geojson(frame))["features"]))
    elif ending == "parquet":
        frame.to_parquet(path)
    elif ending == "csv":
        frame.assign(lon=frame.geometry.x, lat=frame.geometry.y).drop(columns="geometry").to_csv(path, index=False)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pyogrio.write_dataframe(frame, path, driver=_DRIVERS[ending], **options)
    return path


def geojson(frame, **members) -> str:
    """A FeatureCollection, with ``members`` beside its features; NaN and Infinity as Python writes them."""
    columns = frame.drop(columns="geometry").to_dict("records")
    features = [
        {"type": "Feature", "properties": facts, "geometry": None if shape is None else shapely.geometry.mapping(shape)}
        for facts, shape in zip(columns, frame.geometry, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection"} | members | {"features": features})


def collection(*geometries, **members) -> str:
    """A FeatureCollection of geometries that need not be any."""
    features = [{"type": "Feature", "properties": {"at": at}, "geometry": one} for at, one in enumerate(geometries)]
    return json.dumps({"type": "FeatureCollection"} | members | {"features": features})


def cut(path: Path, size: float) -> Path:
    """The first bytes of a file: so many, or such a share."""
    data = path.read_bytes()
    path.write_bytes(data[: int(size * len(data)) if isinstance(size, float) else size])
    return path


def flip(path: Path, count=20, seed=1) -> Path:
    """The file with so many bytes changed, none of the first 200."""
    data = bytearray(path.read_bytes())
    draw = np.random.default_rng(seed)
    for at in draw.choice(np.arange(200, len(data)), count, replace=False):
        data[at] ^= 1 << int(draw.integers(8))
    path.write_bytes(bytes(data))
    return path


def content(text):
    """A maker of files that hold a text, or bytes."""

    def make(folder, ending):
        path = folder / f"input.{ending}"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return make
