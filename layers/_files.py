"""Reading the embedded data set: CSV and one-feature-a-line GeoJSON. Facts come clean; nothing is parsed here."""

from __future__ import annotations

import csv
import hashlib
import json
import tomllib
from contextlib import AbstractContextManager
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from geopandas import GeoDataFrame, points_from_xy

from geo import WGS84, to_metric

_DATA = resources.files("layers") / "data"


def rows(name: str) -> pd.DataFrame:
    """The table ``data/<name>.csv`` as text; an empty cell is the empty string."""
    header, *body = csv.reader((_DATA / f"{name}.csv").read_text(encoding="utf-8").splitlines())
    return pd.DataFrame(body, columns=header, dtype="str")


def points(name: str) -> GeoDataFrame:
    """The table ``data/<name>.csv`` with its ``lon``, ``lat`` turned into points, in metres."""
    table = rows(name)
    lon, lat = (table.pop(axis).astype(float) for axis in ("lon", "lat"))
    return to_metric(GeoDataFrame(table, geometry=points_from_xy(lon, lat), crs=WGS84))


def shapes(name: str) -> GeoDataFrame:
    """The features of ``data/<name>.geojson`` (longitude/latitude), in metres."""
    features = json.loads((_DATA / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
    geometry = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    table = pd.DataFrame([feature["properties"] for feature in features])
    return to_metric(GeoDataFrame(table, geometry=geometry, crs=WGS84))


def catalogue_files() -> list[dict[str, Any]]:
    """The parsed ``data/catalogue/*.toml``, by file name."""
    found = [item for item in (_DATA / "catalogue").iterdir() if item.name.endswith(".toml")]
    return [tomllib.loads(item.read_text(encoding="utf-8")) for item in sorted(found, key=lambda item: item.name)]


def parameters(name: str) -> dict[str, Any]:
    """The parsed ``data/<name>.toml``: the figures of a model, in one place."""
    return tomllib.loads((_DATA / f"{name}.toml").read_text(encoding="utf-8"))


def path(name: str) -> AbstractContextManager[Path]:
    """The file ``data/<name>`` as a path while it is used."""
    return resources.as_file(_DATA / name)


def data_digests() -> dict[str, str]:
    """SHA-256 of every file of the embedded data set, by its name below ``layers/data``, sorted."""
    named = {item.name: item for item in _DATA.iterdir() if item.is_file()}
    for folder in ("catalogue", "planning"):
        named |= {f"{folder}/{item.name}": item for item in (_DATA / folder).iterdir() if item.is_file()}
    return {name: hashlib.sha256(item.read_bytes()).hexdigest() for name, item in sorted(named.items())}
