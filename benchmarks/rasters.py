# ruff: noqa: INP001 - a script
"""Zonal statistics beside exactextract alone, minutes over cells beside scipy, k sites: equal first, then CPU seconds."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from affine import Affine
from exactextract import exact_extract
from geopandas import GeoDataFrame
from measuring import Row, cost, print_table
from pyproj import CRS
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

import analyses
import geo
from analyses.rasters.friction import step_metres

_SIDE = 3000  # cells
_STATISTICS = ["sum", "mean", "min", "max", "median"]


def _zones() -> GeoDataFrame:
    """4,692 rounds of 600 m within the raster."""
    x, y = np.meshgrid(np.arange(580_500, 669_000, 1_300.0), np.arange(1_201_000, 1_289_000, 1_300.0))
    return GeoDataFrame(geometry=shapely.buffer(shapely.points(x.ravel(), y.ravel()), 600, quad_segs=2), crs=geo.METRIC)


def zonal(folder: Path) -> list[Row]:
    """People of 4,692 zones on 9 million cells of 30 m."""
    draw = np.random.default_rng(0)
    grid = geo.Grid(CRS(geo.METRIC), Affine(30, 0, 580_000, 0, -30, 1_290_000), (_SIDE, _SIDE))
    people = np.ma.masked_less(draw.gamma(0.3, 10, grid.shape).astype(np.float32), 1e-4)
    path, zones = geo.write_raster(geo.Raster(grid, people, "people"), folder / "people.tif"), _zones()
    ours, found = cost(geo.zonal_stats, path, zones, _STATISTICS)
    theirs, expected = cost(lambda: exact_extract(str(path), zones, _STATISTICS, output="pandas"))
    same = "equal" if np.array_equal(found.to_numpy(), expected.to_numpy(), equal_nan=True) else "DIFFERENT"
    return _rows(f"zonal, {len(zones):,} zones, 9 million cells", "exactextract", ours, theirs, same)


def minutes() -> list[Row]:
    """From 5 places over 1 million cells."""
    draw = np.random.default_rng(0)
    grid = geo.Grid(CRS(geo.METRIC), Affine(30, 0, 580_000, 0, -30, 1_290_000), (1000, 1000))
    friction = draw.uniform(0.002, 0.05, grid.shape)
    cells = np.sort(draw.choice(10**6, 5, replace=False))
    x, y = grid.transform * (cells % 1000 + 0.5, cells // 1000 + 0.5)
    places = GeoDataFrame(geometry=shapely.points(x, y), crs=geo.METRIC)
    raster = geo.Raster(grid, friction, "min/m")
    analyses.cost_distance(raster, places, limit_min=0.01)  # compiled
    ours, found = cost(analyses.cost_distance, raster, places)
    graph = _graph(friction, step_metres(grid))
    theirs, expected = cost(lambda: dijkstra(graph, indices=cells, min_only=True), repeats=1)
    same = "equal" if np.array_equal(np.ma.filled(found.values, np.inf).ravel(), expected) else "DIFFERENT"
    return _rows("minutes from 5 places over 1 million cells", "scipy", ours, theirs, same)


def _graph(friction: np.ndarray, metres: np.ndarray) -> Any:
    rows, columns = friction.shape
    number = np.arange(rows * columns).reshape(rows, columns)
    parts = []
    for down, across, which in ((0, 1, 0), (1, 0, 1), (1, 1, 2), (1, -1, 2)):
        here = (slice(0, rows - down), slice(max(0, -across), columns - max(0, across)))
        there = (slice(down, rows), slice(max(0, across), columns + min(0, across)))
        step = (friction[here] + friction[there]) / 2 * metres[: rows - down, which][:, None]
        parts.append((number[here].ravel(), number[there].ravel(), step.ravel()))
    tail, head, weight = (np.concatenate(one) for one in zip(*parts, strict=True))
    both = np.concatenate([tail, head]), np.concatenate([head, tail])
    return coo_array((np.tile(weight, 2), both), (rows * columns, rows * columns)).tocsr()


def sites() -> list[Row]:
    """5 of 50 sites for 3,898 zones, proven best."""
    draw = np.random.default_rng(0)
    here, there = draw.random((3898, 2)) * 60, draw.random((50, 2)) * 60
    times = analyses.TravelTimes(
        np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)).astype(np.float32)[None],
        pd.RangeIndex(3898),
        pd.RangeIndex(50),
    )
    people = pd.Series(draw.gamma(0.5, 500, 3898))
    median, found = cost(lambda: analyses.p_median(times, people, 5), repeats=1)
    cover, covered = cost(lambda: analyses.max_cover(times, people, 5, 12), repeats=1)
    return [
        Row("5 of 50 sites for 3,898 zones: p-median", "innoregion", **median, result=f"gap {found.gap_pct:g} %"),
        Row("5 of 50 sites for 3,898 zones: coverage", "innoregion", **cover, result=f"gap {covered.gap_pct:g} %"),
    ]


def _rows(task: str, peer: str, ours: dict[str, float], theirs: dict[str, float], same: str) -> list[Row]:
    return [
        Row(task, "innoregion", **ours, ours_s=ours["cpu_s"], result=same),
        Row(task, peer, cpu_s=theirs["cpu_s"], wall_s=theirs["wall_s"], ours_s=ours["cpu_s"], result=same),
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        print_table([*zonal(Path(place)), *minutes(), *sites()])
