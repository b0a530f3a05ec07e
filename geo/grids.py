"""Where the cells of a raster lie, how large they are on the ground, and a raster held in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from affine import Affine
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pyproj import CRS, Geod, Proj
from shapely import box

from geo.errors import PlanningDataError

Floats = NDArray[np.float64]

_NODES_M = 5_000  # a projection's scale is straight between nodes this far apart to 2e-7
_SAME = 1e-6  # of a cell


@dataclass(frozen=True)
class Grid:
    """Cells in rows from north to south and columns from west to east.

    ``crs`` a pyproj CRS; ``transform`` takes (column, row) of a cell's corner to (east, north), never rotated, rows southwards;
    ``shape`` (rows, columns). Errors: E-RAS-07 rotated, south-up or without extent.
    """

    crs: CRS
    transform: Affine
    shape: tuple[int, int]

    def __post_init__(self) -> None:
        a, b, _, d, e, _ = self.transform[:6]
        if b or d or not (a > 0 > e) or min(self.shape) < 1:
            seen, mend = (tuple(self.transform[:6]), self.shape), "gdalwarp makes an upright one."
            raise PlanningDataError("E-RAS-07", "the grid is rotated, upside down or empty.", seen=seen, mend=mend)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in the unit of the CRS."""
        west, north = self.transform * (0, 0)
        east, south = self.transform * (self.shape[1], self.shape[0])
        return west, south, east, north

    def outline(self) -> GeoDataFrame:
        """The extent as a frame of one box."""
        return GeoDataFrame(geometry=[box(*self.bounds)], crs=self.crs)

    def part(self, row: int, column: int, shape: tuple[int, int]) -> Grid:
        """The grid of a window whose first cell is (``row``, ``column``)."""
        return Grid(self.crs, self.transform * Affine.translation(column, row), shape)

    def fits(self, other: Grid) -> bool:
        """Whether both hold the very same cells."""
        if self.shape != other.shape or self.crs != other.crs:
            return False
        cell = abs(self.transform.a), abs(self.transform.e)
        off = np.abs(np.subtract(self.bounds, other.bounds)) / (cell * 2)
        return bool((off < _SAME).all())

    def cell_areas_m2(self) -> Floats:
        """Square metres of every cell on the ground (the ellipsoid of the CRS): [rows, 1] in degrees, [rows, columns] else."""
        return _strips(self) if self.crs.is_geographic else _scaled(self)

    def cell_sides_m(self) -> tuple[Floats, Floats]:
        """Geodesic metres across the cells of every row: (eastwards [rows, 1], southwards [rows, 1]), in the middle column."""
        x = self.transform.c + self.transform.a * (self.shape[1] // 2 + np.array([0, 1, 0.5, 0.5]))
        y = self.transform.f + self.transform.e * (np.arange(self.shape[0])[:, None] + np.array([0.5, 0.5, 0, 1]))
        ends = np.broadcast_to(x, y.shape), y
        degrees = np.degrees(np.multiply(ends, self.crs.axis_info[0].unit_conversion_factor))
        lon, lat = degrees if self.crs.is_geographic else Proj(self.crs)(*ends, inverse=True)
        east, south = (_geod(self.crs).inv(lon[:, k], lat[:, k], lon[:, k + 1], lat[:, k + 1])[2] for k in (0, 2))
        return east[:, None], south[:, None]


@dataclass(frozen=True, eq=False)
class Raster:
    """Cells in memory: ``grid``, ``values`` (a masked array [rows, columns], masked = no data) and the ``unit`` of the values.

    Null cells are masked; infinite ones stay: a cost may be infinite. Errors: E-RAS-11 values and grid differ in shape.
    """

    grid: Grid
    values: Any
    unit: str = field(default="")

    def __post_init__(self) -> None:
        values = np.ma.asarray(self.values)
        if values.shape != self.grid.shape:
            seen = values.shape, self.grid.shape
            raise PlanningDataError("E-RAS-11", "values and grid differ in shape.", seen=seen, mend="give rows x columns.")
        missing = np.ma.getmaskarray(values)
        if values.dtype.kind == "f":
            missing = missing | np.isnan(values.data)
        object.__setattr__(self, "values", np.ma.array(values.data, mask=missing))


@cache
def _geod(crs: CRS) -> Geod:
    geod = crs.get_geod()
    if geod is None:
        raise PlanningDataError("E-RAS-02", "the CRS has no ellipsoid.", seen=crs.name, mend="assign one: gdal_edit.py -a_srs.")
    return geod


def _strips(grid: Grid) -> Floats:
    """Areas between parallels on the ellipsoid, exact."""
    turn = grid.crs.axis_info[0].unit_conversion_factor
    edges = np.sin((grid.transform.f + np.arange(grid.shape[0] + 1) * grid.transform.e) * turn)
    geod = _geod(grid.crs)
    e = np.sqrt(geod.es)
    tail = np.arctanh(e * edges) / e if e > 0 else edges
    height = geod.b**2 / 2 * (edges / (1 - geod.es * edges**2) + tail)
    return np.asarray((height[:-1] - height[1:]) * grid.transform.a * turn)[:, None]


def _scaled(grid: Grid) -> Floats:
    """Area on the map by the map's scale there, which is straight between nodes a few kilometres apart."""
    metres = grid.crs.axis_info[0].unit_conversion_factor
    flat = -grid.transform.a * grid.transform.e * metres**2
    step_x, step_y = (max(1, round(_NODES_M / metres / side)) for side in (grid.transform.a, -grid.transform.e))
    columns, rows = (np.arange(0, count + 2 * step, step) for count, step in zip(grid.shape[::-1], (step_x, step_y), strict=True))
    x, y = np.meshgrid(grid.transform.c + columns * grid.transform.a, grid.transform.f + rows * grid.transform.e)
    proj = Proj(grid.crs)
    scale = np.reshape(proj.get_factors(*proj(x.ravel(), y.ravel(), inverse=True)).areal_scale, x.shape)
    across = np.arange(grid.shape[1]) + 0.5
    along = np.arange(grid.shape[0]) + 0.5
    by_row = np.array([np.interp(across, columns, line) for line in scale])
    at = np.minimum((along / step_y).astype(int), len(rows) - 2)
    share = (along / step_y - at)[:, None]
    return np.asarray(flat / (by_row[at] * (1 - share) + by_row[at + 1] * share))
