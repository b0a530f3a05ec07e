"""Rasters written: cloud-optimised GeoTIFFs with nodata, unit and overviews, all or nothing, block by block."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from geo.errors import PlanningDataError
from geo.grids import Grid, Raster
from geo.raster_cells import Block, Cells, RasterLike, blocks, raster_blocks, raster_grid, sequence
from geo.writing.cog import cog_faults
from geo.writing.whole import write_whole

_SCRATCH = {"driver": "GTiff", "tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "deflate", "zlevel": 1}
_FINAL = {"driver": "COG", "compress": "DEFLATE", "predictor": "YES", "bigtiff": "IF_SAFER", "blocksize": 512}
_ENDINGS = (".tif", ".tiff")


def write_raster(raster: Raster, path: str | Path, *, labels: Mapping[str, str] | None = None) -> Path:
    """Write a raster as a cloud-optimised GeoTIFF, all or nothing, with its unit, a nodata value and overviews.

    Integers keep their type; the nodata value is one the cells do not hold (NaN for floats). ``labels`` are kept as tags: source,
    date, status. Errors: E-RAS-13 another ending than .tif, no free value for missing cells.
    """
    values = raster.values
    parts = ((block, _cut(values, block)) for block in blocks(raster.grid))
    return write_blocks(path, raster.grid, parts, values.dtype, free_value([values], values.dtype), raster.unit, labels)


def map_rasters(
    function: Callable[..., Cells],
    rasters: RasterLike | list[RasterLike],
    path: str | Path,
    *,
    unit: str = "",
    halo: int = 0,
    grids: bool = False,
    labels: Mapping[str, str] | None = None,
) -> Path:
    """Write ``function(cells, ...)`` of rasters of one grid, window by window: no raster is ever whole in memory.

    ``function`` gets one masked array a raster (``halo`` cells wider on every side; the `Grid` of the window first where
    ``grids``) and returns the window's masked array, written as float32 with NaN for missing cells. Errors: E-RAS-12 grids
    differ, E-RAS-13 ending, those of `read_raster`.
    """
    given = sequence(rasters)
    parts = (
        (block, np.ma.asarray(function(*((block.grid,) if grids else ()), *cells)))
        for block, cells in raster_blocks(*given, halo=halo)
    )
    return write_blocks(path, raster_grid(given[0]), parts, np.dtype("float32"), float("nan"), unit, labels)


def _cut(values: Cells, block: Block) -> Cells:
    rows, columns = block.grid.shape
    return values[block.row : block.row + rows, block.column : block.column + columns]


def free_value(values: Iterable[Cells], dtype: np.dtype[Any]) -> float:
    """A value for missing cells that none of the ``values`` holds: NaN, or the highest the type has, else the lowest."""
    if dtype.kind == "f":
        return float("nan")
    ends = np.iinfo(dtype)
    taken = set[int]()
    for cells in values:
        taken |= {end for end in (ends.max, ends.min) if (cells.compressed() == end).any()}
    free = next((end for end in (ends.max, ends.min) if end not in taken), None)
    if free is None:
        seen, mend = str(dtype), "take a wider type: int32."
        raise PlanningDataError("E-RAS-13", "no value is free to mark missing cells.", seen=seen, mend=mend)
    return int(free)


def write_blocks(
    path: str | Path,
    grid: Grid,
    parts: Iterable[tuple[Block, Cells]],
    dtype: np.dtype[Any],
    nodata: float,
    unit: str,
    labels: Mapping[str, str] | None,
) -> Path:
    """Write windows that cover a grid, all or nothing. Errors: E-RAS-13."""
    path = Path(path)
    if path.suffix.lower() not in _ENDINGS:
        raise PlanningDataError("E-RAS-13", "rasters are written as GeoTIFF.", file=path.name, mend="name it .tif.")
    return write_whole(path, lambda part: _fill(part, grid, parts, dtype, nodata, unit, dict(labels or {})))


def _fill(
    part: Path, grid: Grid, parts: Iterable[tuple[Block, Cells]], dtype: np.dtype[Any], nodata: float, unit: str, labels: Any
) -> None:
    import rasterio  # noqa: PLC0415 - heavy, and only rasters need it
    from rasterio.shutil import copy  # noqa: PLC0415
    from rasterio.windows import Window  # noqa: PLC0415

    scratch = part.with_name("scratch.tif")
    size = {"height": grid.shape[0], "width": grid.shape[1], "count": 1, "dtype": dtype.name, "nodata": nodata}
    place = {"crs": grid.crs.to_wkt(), "transform": grid.transform, "bigtiff": "if_safer"}
    with rasterio.open(scratch, "w", **place, **size, **_SCRATCH) as out:
        for block, cells in parts:
            window = Window(block.column, block.row, block.grid.shape[1], block.grid.shape[0])
            out.write(cells.astype(dtype).filled(nodata), 1, window=window)
        out.set_band_unit(1, unit)
        out.update_tags(**labels)
    how = "nearest" if dtype.kind in "iu" else "average"
    copy(scratch, part, **_FINAL, overview_resampling=how)
    faults = cog_faults(part)
    if faults:
        raise OSError(errno.EIO, f"the raster could not be written as it should ({'; '.join(faults)})", str(part))
