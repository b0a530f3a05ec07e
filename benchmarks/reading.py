# ruff: noqa: INP001 - a script
"""What the guard costs: a million features looked at, beside reading them without a look; CPU seconds."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from geopandas import GeoDataFrame
from measuring import Row, cost, print_table

import geo
from geo.reading.guard import guarded_frame
from geo.reading.options import Options

_POINTS, _AREAS, _VERTICES = 1_000_000, 100_000, 100


def points() -> GeoDataFrame:
    """A million points in the region, with an id, a name and a number."""
    draw = np.random.default_rng(0)
    xy = np.column_stack([draw.uniform(580_000, 640_000, _POINTS), draw.uniform(1_200_000, 1_280_000, _POINTS)])
    names = np.array(["Thủ Dầu Một", "Bến Cát", "Tân Uyên", "Dĩ An"], object)[draw.integers(0, 4, _POINTS)]
    table = {"place_id": [f"p{at}" for at in range(_POINTS)], "name": names, "jobs": draw.integers(0, 500, _POINTS)}
    return GeoDataFrame(table, geometry=shapely.points(xy), crs=geo.METRIC)


def areas() -> GeoDataFrame:
    """100,000 rounds of 100 vertices, side by side."""
    side = int(np.ceil(np.sqrt(_AREAS)))
    x, y = np.divmod(np.arange(_AREAS), side)
    turns = np.linspace(0, 2 * np.pi, _VERTICES, endpoint=False)
    ring = np.column_stack([np.cos(turns), np.sin(turns)]) * 80
    middle = np.column_stack([580_000 + 200.0 * x, 1_200_000 + 200.0 * y])
    shapes = shapely.polygons(middle[:, None, :] + ring[None, :, :])
    return GeoDataFrame({"zone_id": [f"z{at}" for at in range(_AREAS)]}, geometry=shapes, crs=geo.METRIC)


def _guard(frame: GeoDataFrame) -> GeoDataFrame:
    found: list[geo.Finding] = []
    read = guarded_frame(frame, frame.crs, "made", None, Options(id_column=frame.columns[0]), found)
    if len(read) != len(frame) or geo.worst(found) == "error":
        raise AssertionError(found)
    return read


def rows(name: str, frame: GeoDataFrame, folder: Path) -> list[Row]:
    """The guard alone, then a GeoPackage with and without it."""
    alone, _ = cost(_guard, frame, repeats=1)
    path = folder / "made.gpkg"
    pyogrio.write_dataframe(frame, path)
    guarded, read = cost(geo.read_vector, path, repeats=1)
    bare, plain = cost(lambda: pyogrio.read_dataframe(path, use_arrow=True), repeats=1)
    same = "equal" if len(read) == len(plain) == len(frame) else "DIFFERENT"
    return [
        Row(name, "innoregion: the guard alone", **alone),
        Row(name, "innoregion: geo.read_vector of a GeoPackage", **guarded, result=same),
        Row(name, "pyogrio, unchecked", cpu_s=bare["cpu_s"], wall_s=bare["wall_s"], result=same),
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        table = rows(f"{_POINTS:,} points", points(), Path(made))
        table += rows(f"{_AREAS:,} areas of {_VERTICES} vertices", areas(), Path(made))
    print_table(table)
