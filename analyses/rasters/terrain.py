"""Slope and aspect of a terrain raster, on the ground whether its cells are degrees or metres."""

from __future__ import annotations

from pathlib import Path
from typing import Any, overload

import numpy as np

from analyses._inputs import Floats
from geo import METRE_WORDS, Grid, PlanningDataError, Raster, RasterLike, map_rasters, raster_unit, read_raster

_PCT = 100
_TURN = 360


@overload
def slope_pct(heights: RasterLike, path: None = None) -> Raster: ...
@overload
def slope_pct(heights: RasterLike, path: str | Path) -> Path: ...
def slope_pct(heights: RasterLike, path: str | Path | None = None) -> Raster | Path:
    """How steep the ground is, rise over run in per cent, from the eight neighbours of every cell.

    Formula: 100 √(p² + q²), p = ((c + 2f + i) − (a + 2d + g)) / 8Δx, q = ((g + 2h + i) − (a + 2b + c)) / 8Δy over the 3 × 3 cells
    a b c / d e f / g h i. Source: Horn 1981.

    ``heights`` a raster of metres (band 1). Δx, Δy are metres on the ellipsoid, row by row where cells are degrees. Cells with a
    missing neighbour, so those at the edge, are missing. Returns a `geo.Raster`, or writes ``path`` window by window and returns
    it. Errors: E-TERRAIN-01 (heights not in metres), those of `geo.read_raster`.

    >>> import geo, numpy as np
    >>> from affine import Affine; from pyproj import CRS
    >>> grid = geo.Grid(CRS("EPSG:9210"), Affine(10, 0, 600000, 0, -10, 1220030), (3, 3))
    >>> rising_east = geo.Raster(grid, np.array([[0.0, 1, 2]] * 3))
    >>> round(float(slope_pct(rising_east).values[1, 1]), 2)
    10.0
    """
    return _mapped(heights, path, "%", lambda p, q: _PCT * np.hypot(p, q))


@overload
def aspect(heights: RasterLike, path: None = None) -> Raster: ...
@overload
def aspect(heights: RasterLike, path: str | Path) -> Path: ...
def aspect(heights: RasterLike, path: str | Path | None = None) -> Raster | Path:
    """Which way the ground falls: degrees clockwise from north, 90 = a slope that looks east; level cells are missing.

    Formula: atan2(−p, q) in degrees from north, p and q as in `slope_pct`. Source: Horn 1981.

    Arguments, result and errors as in `slope_pct`.
    """

    def falls(p: Floats, q: Floats) -> Floats:
        return np.where((p == 0) & (q == 0), np.nan, np.degrees(np.arctan2(-p, q)) % _TURN)

    return _mapped(heights, path, "°", falls)


def _mapped(heights: RasterLike, path: str | Path | None, unit: str, measure: object) -> Raster | Path:
    def window(grid: Grid, cells: Any) -> Any:
        p, q, missing = _gradient(grid, cells)
        values = measure(p, q)  # type: ignore[operator]
        return np.ma.array(values, mask=missing | np.isnan(values))

    _check_metres(heights)
    if path is not None:
        return map_rasters(window, heights, path, unit=unit, halo=1, grids=True)
    whole = read_raster(heights)
    values = np.pad(whole.values.filled(0), 1)
    missing = np.pad(np.ma.getmaskarray(whole.values), 1, constant_values=True)
    return Raster(whole.grid, window(whole.grid, np.ma.array(values, mask=missing)), unit)


def _check_metres(heights: RasterLike) -> None:
    unit = heights.unit if isinstance(heights, Raster) else raster_unit(heights)
    if unit.casefold() not in METRE_WORDS:
        mend = "convert them to metres, and set the unit to m."
        raise PlanningDataError("E-TERRAIN-01", "the heights are not in metres.", seen=unit, mend=mend)


def _gradient(grid: Grid, cells: Any) -> tuple[Floats, Floats, np.ndarray]:
    """Rise a metre eastwards and southwards [rows, columns] of the inner cells, and where a neighbour is missing."""
    z = cells.astype(float).filled(0.0)
    hidden = np.ma.getmaskarray(cells)
    rows, columns = grid.shape
    part = {(i, j): z[i : i + rows, j : j + columns] for i in range(3) for j in range(3)}
    missing = np.zeros(grid.shape, bool)
    for i, j in part:
        missing |= hidden[i : i + rows, j : j + columns]
    east, south = grid.cell_sides_m()
    right, left = (part[0, j] + 2 * part[1, j] + part[2, j] for j in (2, 0))
    below, above = (part[i, 0] + 2 * part[i, 1] + part[i, 2] for i in (2, 0))
    return (right - left) / (8 * east), (below - above) / (8 * south), missing
