"""Rasters brought to other cells: people keep their number, densities their level, classes their codes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS

from geo.crs import known_crs, transformer
from geo.errors import PlanningDataError
from geo.grids import Grid
from geo.raster_cells import Block, Cells, RasterLike, Reader, blocks, reading
from geo.writing.rasters import free_value, write_blocks

Kind = Literal["amount", "density", "height", "class"]
Floats = NDArray[np.float64]

_KEPT = 1e-9  # share of a total that rounding may take
_EDGE = 21  # points along each side of a window
_LIMIT = 90_000_000_000  # cells


def reproject_raster(
    raster: RasterLike,
    path: str | Path,
    *,
    kind: Kind,
    like: RasterLike | Grid | None = None,
    crs: str | CRS | None = None,
    cell_m: float | None = None,
    cut: bool = False,
    band: int = 1,
) -> Path:
    """Write a raster on other cells, window by window, as its ``kind`` asks for.

    "amount" (people, lights or m² a cell): every cell is shared out over the target cells by area, so that the total stays to
    1e-9 of it (checked); ``cut`` allows a target that leaves some of it outside. "density" (people/ha, %): the mean by ground
    area, so that density × area stays. "height": bilinear (area-averaged where the cells become coarser). "class": the code with
    the largest share, first met where equal. The cells are those of ``like``, or ``cell_m`` metres (in a projected ``crs``; left
    out: the raster's own). Errors: E-RAS-14 no or two targets, unknown kind; E-RAS-15 amounts would fall outside (``cut``);
    those of `read_raster`.
    """
    if kind not in get_args(Kind):
        raise PlanningDataError("E-RAS-14", "no such kind.", seen=kind, mend=f"one of {', '.join(get_args(Kind))}.")
    with reading(raster, band) as cells:
        target = _target(cells.grid, like, crs, cell_m)
        held: list[float] = []
        if kind in {"amount", "density"}:
            parts, dtype, nodata = _shared(cells, target, kind, held), np.dtype("float64"), float("nan")
        else:
            parts, dtype, nodata = _warped(cells, target, kind)
        whole = Path(path)
        if kind != "amount" or cut:
            return write_blocks(whole, target, parts, dtype, nodata, cells.unit, None)
        before = _total(cells)
        return write_blocks(whole, target, _kept(parts, held, before, cells.name), dtype, nodata, cells.unit, None)


def _target(own: Grid, like: RasterLike | Grid | None, crs: str | CRS | None, cell_m: float | None) -> Grid:
    if (like is None) == (cell_m is None) or (like is not None and crs is not None):
        mend = "give like=another raster, or cell_m=100 with crs=."
        raise PlanningDataError("E-RAS-14", "the cells to be made are not told.", seen=(like, crs, cell_m), mend=mend)
    if isinstance(like, Grid):
        return like
    if like is not None:
        with reading(like) as other:
            return other.grid
    return _square(own, known_crs(crs) if crs is not None else own.crs, float(cell_m or 0))


def _square(own: Grid, crs: CRS, cell_m: float) -> Grid:
    """A grid of square cells round all corners of the cells of another, its corner on whole cells."""
    if not crs.is_projected or not cell_m > 0:
        mend = "name a metric CRS: crs='EPSG:9210'."
        raise PlanningDataError("E-RAS-14", "cells in metres need a projected CRS.", seen=(crs.name, cell_m), mend=mend)
    size = cell_m / crs.axis_info[0].unit_conversion_factor
    x, y = transformer(own.crs, crs).transform(*_rim(own))
    west, east, south, north = (
        np.floor(x.min() / size),
        np.ceil(x.max() / size),
        np.floor(y.min() / size),
        np.ceil(y.max() / size),
    )
    shape = int(north - south) + 2, int(east - west) + 2  # sides between two points of the rim may bend outwards
    if shape[0] * shape[1] > _LIMIT:
        raise PlanningDataError("E-RAS-14", "these are too many cells.", seen=shape, mend="give larger cells.")
    return Grid(crs, Affine(size, 0, (west - 1) * size, 0, -size, (north + 1) * size), shape)


def _rim(grid: Grid) -> tuple[Floats, Floats]:
    """Points all round a grid, in its own CRS."""
    west, south, east, north = grid.bounds
    along = np.linspace(0, 1, _EDGE)
    x = np.concatenate([west + along * (east - west)] * 2 + [np.full(_EDGE, west), np.full(_EDGE, east)])
    y = np.concatenate([np.full(_EDGE, south), np.full(_EDGE, north)] + [south + along * (north - south)] * 2)
    return x, y


def _shared(cells: Reader, target: Grid, kind: str, held: list[float]) -> Iterator[tuple[Block, Cells]]:
    """Window after window of the target; what each holds is noted in ``held``."""
    from geo.reprojection_kernels import share_out  # noqa: PLC0415 - compiled code only where it is asked for

    for block in blocks(target):
        out = np.zeros((2, *block.grid.shape))
        window = _source_window(cells.grid, block.grid)
        if window is not None:
            row, column, shape = window
            for part in blocks(Grid(cells.grid.crs, cells.grid.transform, shape)):
                spot = row + part.row, column + part.column
                found = cells.read(*spot, part.grid.shape)
                values = found.astype(float).filled(0.0)
                ground = np.broadcast_to(cells.grid.part(*spot, part.grid.shape).cell_areas_m2(), values.shape)
                layers = np.stack([values if kind == "amount" else values * ground, ground])
                corners = _corners(cells.grid, spot, part.grid.shape, target)
                share_out(corners[0] - block.column, corners[1] - block.row, layers, ~np.ma.getmaskarray(found), out)
        amounts = out[0] if kind == "amount" else np.divide(out[0], out[1], out=np.zeros_like(out[0]), where=out[1] > 0)
        held.append(float(out[0].sum()))
        yield block, np.ma.array(amounts, mask=out[1] == 0)


def _source_window(source: Grid, target: Grid) -> tuple[int, int, tuple[int, int]] | None:
    """First row and column and shape of the cells that may touch the target window."""
    x, y = transformer(target.crs, source.crs).transform(*_rim(target))
    there = np.isfinite(x) & np.isfinite(y)
    if not there.any():
        return None
    column, row = ~source.transform * (x[there], y[there])
    room = 2 + 0.01 * np.array([np.ptp(row), np.ptp(column)])  # a bent side between two points of the rim
    top, left = (max(0, int(np.floor(one.min() - more))) for one, more in zip((row, column), room, strict=True))
    ends = (int(np.ceil(one.max() + more)) for one, more in zip((row, column), room, strict=True))
    bottom, right = (min(last, end) for last, end in zip(source.shape, ends, strict=True))
    return (top, left, (bottom - top, right - left)) if bottom > top and right > left else None


def _corners(source: Grid, first: tuple[int, int], shape: tuple[int, int], target: Grid) -> tuple[Floats, Floats]:
    """Columns and rows of the target at every corner of a window's cells: the same bits whatever the window."""
    rows, columns = np.mgrid[first[0] : first[0] + shape[0] + 1, first[1] : first[1] + shape[1] + 1]
    x, y = source.transform * (columns.ravel().astype(float), rows.ravel().astype(float))
    if source.crs != target.crs:
        x, y = transformer(source.crs, target.crs).transform(x, y)
    column, row = ~target.transform * (x, y)
    return column.reshape(rows.shape), row.reshape(rows.shape)


def _total(cells: Reader) -> float:
    return float(sum(cells.read(one.row, one.column, one.grid.shape).sum(dtype=float) or 0.0 for one in blocks(cells.grid)))


def _kept(parts: Iterator[tuple[Block, Cells]], held: list[float], before: float, name: str) -> Iterator[tuple[Block, Cells]]:
    """The same windows; behind the last one the totals must agree, or no file is made."""
    yield from parts
    after = sum(held)
    if not abs(after - before) <= _KEPT * max(abs(before), 1e-300):
        mend = "give a larger target, or cut=True to leave that part out."
        seen = f"{before:,.6g} before, {after:,.6g} in the target"
        raise PlanningDataError("E-RAS-15", "some of the amounts fall outside the target.", file=name, seen=seen, mend=mend)


def _warped(cells: Reader, target: Grid, kind: str) -> tuple[Iterator[tuple[Block, Cells]], np.dtype[Any], float]:
    """GDAL's own resampling, window by window."""
    if kind == "height":
        return _resampled(cells, target, "height", float("nan")), np.dtype("float32"), float("nan")
    if cells.dtype.kind not in "iu":
        seen, mend = str(cells.dtype), "give classes as integers: gdal_translate -ot Byte."
        raise PlanningDataError("E-RAS-09", "classes are no whole numbers.", file=cells.name, seen=seen, mend=mend)
    nodata = free_value((cells.read(one.row, one.column, one.grid.shape) for one in blocks(cells.grid)), cells.dtype)
    return _resampled(cells, target, "class", nodata), cells.dtype, nodata


def _resampled(cells: Reader, target: Grid, kind: str, nodata: float) -> Iterator[tuple[Block, Cells]]:
    from rasterio.warp import Resampling, reproject  # noqa: PLC0415 - heavy, and only rasters need it

    method = Resampling.mode if kind == "class" else _for_heights(cells.grid, target)
    for block in blocks(target):
        out = np.full(block.grid.shape, nodata, cells.dtype if kind == "class" else np.float64)
        window = _source_window(cells.grid, block.grid)
        if window is not None:
            row, column, shape = window
            found = cells.read(row, column, shape).astype(out.dtype).filled(nodata)
            spot = cells.grid.part(row, column, shape)
            place = {"src_transform": spot.transform, "src_crs": spot.crs.to_wkt(), "src_nodata": nodata, "dst_nodata": nodata}
            there = {"dst_transform": block.grid.transform, "dst_crs": block.grid.crs.to_wkt()}
            reproject(found, out, resampling=method, **place, **there)
        yield block, np.ma.masked_invalid(out) if kind == "height" else np.ma.masked_equal(out, nodata)


def _for_heights(source: Grid, target: Grid) -> Any:
    """Averages where a target cell covers several cells, else straight lines between centres."""
    from rasterio.warp import Resampling  # noqa: PLC0415 - see _resampled

    window = _source_window(source, target)
    many = window is not None and window[2][0] * window[2][1] > 2 * target.shape[0] * target.shape[1]
    return Resampling.average if many else Resampling.bilinear
