# ruff: noqa: INP001 - a script
"""CPU time of `geo.write` beside GDAL's own writer for the same file: 100,000 polygons to GeoJSON with the same precision.

Run: python benchmarks/exports.py
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from geopandas import GeoDataFrame

import geo

COUNT, ROUNDS = 100_000, 3
GDAL_OPTIONS = {"RFC7946": "YES", "WRITE_BBOX": "YES", "COORDINATE_PRECISION": "6"}


def frame(count: int = COUNT) -> GeoDataFrame:
    """Circles of 13 points in degrees, with a number, a count and a name."""
    rng = np.random.default_rng(0)
    places = shapely.points(rng.uniform(106.3, 106.9, count), rng.uniform(10.8, 11.5, count))
    names = [f"Đường số {at}" for at in range(count)]
    columns = {"name_vi": names, "jobs": np.arange(count), "area_ha": rng.random(count)}
    return GeoDataFrame(columns, geometry=shapely.buffer(places, 1e-3, quad_segs=3), crs=4326).rename_axis("plot_id")


def cpu_s(work: Callable[[], object]) -> float:
    """The least CPU time of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return min(taken)


def ratio(count: int = COUNT) -> tuple[float, float]:
    """Seconds of ours and of GDAL's writer by pyogrio, both to a file."""
    made = frame(count)
    plain = made.reset_index()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        gdal = cpu_s(lambda: pyogrio.write_dataframe(plain, folder / "gdal.geojson", driver="GeoJSON", **GDAL_OPTIONS))
        ours = cpu_s(lambda: geo.write(made, folder / "ours.geojson", losses=[]))
    return ours, gdal


if __name__ == "__main__":
    ours, gdal = ratio()
    sys.stdout.write(f"{COUNT:,} polygons to GeoJSON: geo.write {ours:.2f} s, pyogrio {gdal:.2f} s, ratio {ours / gdal:.2f}\n")
