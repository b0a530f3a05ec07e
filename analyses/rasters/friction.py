"""Travel over open ground: how slow every cell is, and how many minutes it takes from places across all cells."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import shapely
from geopandas import GeoDataFrame

from analyses._inputs import Floats, Positions, at_least_zero
from analyses.rasters.raster_zones import refuse_codes
from geo import METRE_WORDS, Grid, PlanningDataError, Raster, RasterLike, read_raster, to_crs
from geo.movement import walking_factor

UNIT = "min/m"
_KMH = 60 / 1000  # minutes a metre of 1 km/h
_LIMIT = 50_000_000  # cells: 33 bytes each and 8 more a step with slopes
_STEPS = ((0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1))  # as the kernel goes


def friction_surface(
    cover: RasterLike, speeds_kmh: Mapping[int, float], *, roads: GeoDataFrame | None = None, within: GeoDataFrame | None = None
) -> Raster:
    """Minutes a metre in every cell: by its class of land, or by the road through it where that is faster.

    Formula: f = 0.06 / v, v = the speed on the class, or the fastest road that touches the cell. Source: Weiss et al. 2018.

    ``speeds_kmh`` {code: km/h}, 0 = can not be crossed (infinite); every code met needs one. ``roads`` lines with ``speed_kmh``
    (they bridge what they cross). Cells without data stay missing, but for roads. Returns a `geo.Raster` in "min/m" for
    `cost_distance`. Errors: E-CLASS-01 (codes without speed), E-FRICTION-01 (speeds negative or infinite, no speeds of roads),
    those of `geo.read_raster`.
    """
    classes = read_raster(cover, within=within)
    values = classes.values
    codes, place = np.unique(values.astype(np.int64).filled(-1), return_inverse=True)
    refuse_codes(codes[codes != -1], speeds_kmh)
    speed = np.array([speeds_kmh.get(int(code), 0.0) for code in codes])[place].reshape(values.shape)
    fast = np.zeros(values.shape) if roads is None else _road_speeds(classes.grid, roads)
    _check_speeds(np.array(list(speeds_kmh.values()), float))
    best = np.maximum(speed, fast)
    minutes = np.divide(_KMH, best, out=np.full(best.shape, np.inf), where=best > 0)
    return Raster(classes.grid, np.ma.array(minutes, mask=np.ma.getmaskarray(values) & (fast <= 0)), UNIT)


def cost_distance(
    friction: Raster,
    sources: GeoDataFrame,
    *,
    heights: Raster | None = None,
    towards: bool = False,
    limit_min: float = np.inf,
) -> Raster:
    """Least minutes from any of the places to every cell, over cells and their eight neighbours.

    Formula: T_c = min over paths of Σ ½ (f_a + f_b) d_ab w_ab, d in metres on the ground; w = 1, or with heights
    exp(3.5 (|S + 0.05| − 0.05)), S the grade of the step as it is walked. Source: Tobler 1993; Dijkstra 1959.

    ``friction`` as `friction_surface` makes it; missing or infinite cells can not be crossed. ``sources`` points, lines or
    polygons: every cell they touch starts at 0. ``heights`` in metres on the same cells: walking time by slope; with
    ``towards`` people go to the places instead of from them. Cells not reached within ``limit_min`` are missing. Paths keep to 8
    directions: up to 8.2 % longer than straight lines on even ground. Errors: E-FRICTION-02 (another unit, negative friction),
    E-FRICTION-03 (no source on the raster), E-FRICTION-04 (heights on other cells, missing, or not in metres), E-FRICTION-05
    (limit), E-RAS-05 (more than 50 million cells).

    >>> import geo, geopandas as gpd, numpy as np, shapely
    >>> from affine import Affine; from pyproj import CRS
    >>> grid = geo.Grid(CRS("EPSG:9210"), Affine(100, 0, 600000, 0, -100, 1220100), (1, 4))
    >>> even = geo.Raster(grid, np.full((1, 4), 0.012), "min/m")
    >>> start = gpd.GeoDataFrame(geometry=[shapely.Point(600050, 1220050)], crs="EPSG:9210")
    >>> cost_distance(even, start).values.round(2).tolist()
    [[0.0, 1.2, 2.4, 3.6]]
    """
    cost = _checked(friction)
    at_least_zero(0.0 if np.isposinf(limit_min) else limit_min, "E-FRICTION-05", "the limit")
    cells = _touched(friction.grid, sources)
    cells = cells[np.isfinite(cost.ravel()[cells])]
    if not len(cells):
        mend = "move them to cells that can be crossed."
        raise PlanningDataError("E-FRICTION-03", "no place lies on a cell that can be crossed.", seen=len(sources), mend=mend)
    factors = np.empty((8, 0, 0)) if heights is None else _factors(friction.grid, heights, towards=towards)
    from analyses.rasters.friction_kernels import spread  # noqa: PLC0415 - compiled code only where it is asked for

    out = np.full(cost.size, np.inf)
    spread(cost, factors, step_metres(friction.grid), cells, float(limit_min), out)
    return Raster(friction.grid, np.ma.masked_invalid(out.reshape(cost.shape)), "min")


def dasymetric_weights(cover: RasterLike, weights: Mapping[int, float], *, within: GeoDataFrame | None = None) -> Raster:
    """Where people can be: the ground of every cell times the weight of its class, for `areal_interpolation`.

    Formula: w_c = a_c u_k, a_c = m² of cell c on the ground, u_k = relative density of its class k. Source: Mennis 2003.

    ``weights`` {code: relative density}; codes left out weigh 0, as do cells without data. Errors: E-INTERP-04 (weights
    negative or infinite), those of `geo.read_raster`.
    """
    densities = MappingProxyType({int(code): float(value) for code, value in weights.items()})
    if not densities or not all(np.isfinite(value) and value >= 0 for value in densities.values()):
        raise PlanningDataError("E-INTERP-04", "weights are negative, infinite or none.", seen=dict(densities), mend="0 or more.")
    classes = read_raster(cover, within=within)
    weight = np.zeros(classes.grid.shape)
    for code, density in densities.items():
        weight[(classes.values == code).filled(False)] = density  # noqa: FBT003 - of numpy
    return Raster(classes.grid, weight * classes.grid.cell_areas_m2())


def step_metres(grid: Grid) -> Floats:
    """Metres of a step eastwards, southwards and diagonally to the row below [rows, 3]."""
    east, south = (side[:, 0] for side in grid.cell_sides_m())
    below = np.append(south[1:], south[-1:])
    along = (south + below) / 2
    across = (east + np.append(east[1:], east[-1:])) / 2
    return np.ascontiguousarray(np.stack([east, along, np.hypot(across, along)], axis=1))


def _checked(friction: Raster) -> Floats:
    rows, columns = friction.grid.shape
    if rows * columns > _LIMIT:
        mend = "cut it to the study area: geo.read_raster(..., within=area), or take larger cells."
        raise PlanningDataError("E-RAS-05", "too many cells for the memory.", seen=friction.grid.shape, mend=mend)
    if friction.unit != UNIT or (friction.values < 0).any():
        seen, mend = (friction.unit, float(friction.values.min())), f'give minutes a metre, 0 or more: geo.Raster(..., "{UNIT}").'
        raise PlanningDataError("E-FRICTION-02", "this is no friction.", seen=seen, mend=mend)
    return np.ascontiguousarray(friction.values.astype(float).filled(np.inf))


def _touched(grid: Grid, shapes: GeoDataFrame) -> Positions:
    """Positions of the cells that the shapes touch, each once, ascending."""
    from rasterio.features import rasterize  # noqa: PLC0415 - heavy

    placed = to_crs(shapes[[shapes.geometry.name]], grid.crs).geometry
    kept = [shape for shape in placed if shape is not None and not shape.is_empty]
    points = [shape for shape in kept if shapely.get_dimensions(shape) == 0]
    others = [shape for shape in kept if shapely.get_dimensions(shape) > 0]
    hit = (
        rasterize(others, grid.shape, transform=grid.transform, all_touched=True, dtype="uint8")
        if others
        else np.zeros(grid.shape)
    )
    x, y = shapely.get_coordinates(points).T
    column, row = (np.floor(one).astype(int) for one in ~grid.transform * (x, y))
    inside = (row >= 0) & (column >= 0) & (row < grid.shape[0]) & (column < grid.shape[1])
    hit[row[inside], column[inside]] = 1
    return np.flatnonzero(hit).astype(np.int64)


def _road_speeds(grid: Grid, roads: GeoDataFrame) -> Floats:
    """Speed of the fastest road in every cell, 0 where none is."""
    from rasterio.features import rasterize  # noqa: PLC0415 - heavy

    if "speed_kmh" not in roads:
        raise PlanningDataError("E-FRICTION-01", "the roads have no speed_kmh.", seen=list(roads), mend="give km/h on each.")
    speeds = roads["speed_kmh"].to_numpy(float)
    _check_speeds(speeds)
    placed = to_crs(roads[[roads.geometry.name]], grid.crs).geometry.to_numpy()
    slow_first = np.argsort(speeds, kind="stable")  # later ones are drawn over earlier ones
    shapes = [(placed[k], speeds[k]) for k in slow_first if placed[k] is not None and not placed[k].is_empty]
    if not shapes:
        return np.zeros(grid.shape)
    return np.asarray(rasterize(shapes, grid.shape, transform=grid.transform, all_touched=True, dtype="float64"))


def _check_speeds(speeds: Floats) -> None:
    if not (np.isfinite(speeds) & (speeds >= 0)).all():
        seen = [float(speed) for speed in speeds if not (np.isfinite(speed) and speed >= 0)][:5]
        raise PlanningDataError("E-FRICTION-01", "these are no speeds.", seen=seen, mend="give km/h, 0 = can not be crossed.")


def _factors(grid: Grid, heights: Raster, *, towards: bool) -> Floats:
    """Walking time by that on the flat for the step that leaves every cell in 8 directions [8, rows, columns]."""
    if not grid.fits(heights.grid) or heights.unit.casefold() not in METRE_WORDS:
        seen, mend = (heights.grid.shape, heights.unit), "geo.reproject_raster(heights, ..., kind='height', like=friction)."
        raise PlanningDataError("E-FRICTION-04", "heights are on other cells, or not in metres.", seen=seen, mend=mend)
    z = np.pad(heights.values.astype(float).filled(np.nan), 1, constant_values=np.nan)
    metres = step_metres(grid)
    out = np.empty((8, *grid.shape))
    rows, columns = grid.shape
    for k, (down, across) in enumerate(_STEPS):
        there = z[1 + down : 1 + down + rows, 1 + across : 1 + across + columns]
        upper = np.clip(np.arange(rows) + min(down, 0), 0, rows - 1)
        length = metres[upper, 0 if down == 0 else 1 if across == 0 else 2][:, None]
        grade = (there - z[1:-1, 1:-1]) / length * (-1 if towards else 1)
        out[k] = np.where(np.isnan(grade), np.inf, walking_factor(grade))
    return out
