"""Rasters read by windows: GeoTIFFs and rasters in memory behind one reader that refuses what would be silently wrong."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from affine import Affine
from geopandas import GeoDataFrame
from pyproj import CRS

from geo.crs import to_crs
from geo.errors import PlanningDataError
from geo.findings import Finding
from geo.grids import Grid, Raster
from geo.reading.digests import digest_findings
from geo.reading.paths import local_file

RasterLike: TypeAlias = str | Path | Raster
Cells: TypeAlias = Any  # a masked array [rows, columns]

DRIVER = "GTiff"  # others may read further files or the network on behalf of a file's content
LOWEST = -9_000  # no people, metres of height or class codes lie below
_HIGHEST = 1e30  # nor above
_LOWEST_MARKED = -20_000  # where a mark is named: no sea is deeper, and -99999 is a second mark
_LIMIT = 100_000_000  # cells in memory at once, 800 MB of float64
_BLOCK = 4_194_304  # cells of a block
_TILE = 512


class Block(NamedTuple):
    """A window of rasters: the first cell's row and column in them, the ``grid`` of its cells."""

    row: int
    column: int
    grid: Grid


@dataclass(frozen=True, eq=False)
class Reader:
    """One band of one raster, any window of it."""

    name: str
    grid: Grid
    unit: str
    dtype: np.dtype[Any]
    band: int
    south_up: bool
    marked: bool
    tiled: bool
    source: Any

    def read(self, row: int, column: int, shape: tuple[int, int]) -> Cells:
        """Cells of a window within the grid, rows from the north, scale and offset applied, missing cells masked."""
        if isinstance(self.source, Raster):
            return self.source.values[row : row + shape[0], column : column + shape[1]]
        from rasterio.windows import Window  # noqa: PLC0415 - heavy, and only rasters need it

        first = self.grid.shape[0] - row - shape[0] if self.south_up else row
        window = Window(column, first, shape[1], shape[0])
        cells = cells_of(self.source, "E-RAS", self.band, window=window, masked=self.marked)
        cells = cells[::-1] if self.south_up else cells
        scale, offset = self.source.scales[self.band - 1], self.source.offsets[self.band - 1]
        if scale != 1 or offset != 0:
            cells = cells * scale + offset
        return self._checked(cells)

    def _checked(self, cells: Cells) -> Cells:
        """Null cells masked; cells that look like a mark of missing ones are refused in a raster that names no mark."""
        mask = np.ma.getmaskarray(cells) if self.marked else np.zeros(cells.shape, bool)
        values = np.ma.getdata(cells)
        if values.dtype.kind == "f":
            mask = mask | ~np.isfinite(values)
        out = np.ma.array(values, mask=mask)
        if not mask.all():
            low, high = float(out.min()), float(out.max())
            lowest = _LOWEST_MARKED if self.marked else LOWEST
            if low < lowest or high > _HIGHEST:
                raise unmarked("E-RAS", self.name, low if low < lowest else high, besides=self.marked)
        return out


@contextmanager
def reading(raster: RasterLike, band: int = 1) -> Iterator[Reader]:
    """A raster open for reading. Errors: E-RAS-01, -02, -03 (when cells are read), -07 rotated, -08 no numbers, -10 band."""
    if isinstance(raster, Raster):
        yield Reader("raster", raster.grid, raster.unit, raster.values.dtype, 1, False, True, False, raster)  # noqa: FBT003
        return
    with opened(raster, "E-RAS") as source:
        if not 1 <= band <= source.count:
            mend = f"1 to {source.count}."
            raise PlanningDataError("E-RAS-10", "the raster has no such band.", file=raster, seen=band, mend=mend)
        kind = np.dtype(source.dtypes[band - 1]) if source.dtypes[band - 1] != "complex_int16" else np.dtype("complex64")
        if kind.kind not in "iuf":
            mend = "translate it to numbers: gdal_translate -ot Float32."
            raise PlanningDataError("E-RAS-08", "the cells are no plain numbers.", file=raster, seen=str(kind), mend=mend)
        unmasked = [flag.name for flag in source.mask_flag_enums[band - 1]] == ["all_valid"]
        south_up = source.transform.e > 0
        tiled = source.block_shapes[band - 1][1] < source.width
        unit = str(source.units[band - 1] or "")
        yield Reader(str(raster), _grid(source), unit, kind, band, south_up, not unmasked, tiled, source)


def opened(raster: str | Path, family: str) -> Any:
    """The one way a raster file is opened: GeoTIFF only (family-01) that says where it lies (family-02), in small blocks."""
    import rasterio  # noqa: PLC0415 - heavy, and only rasters need it
    from rasterio.errors import NotGeoreferencedWarning, RasterioIOError  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # refused below
            source = rasterio.open(_whole(raster, family), driver=DRIVER)
            nowhere = source.transform.is_identity
    except RasterioIOError as error:
        raise _unreadable(family, raster, error) from error
    if source.crs is None:
        source.close()
        raise PlanningDataError(
            f"{family}-02", "the raster has no CRS.", file=raster, mend="assign one: gdal_edit.py -a_srs EPSG:9210."
        )
    if nowhere:
        source.close()
        mend = "give it its place: gdal_edit.py -a_ullr <west> <north> <east> <south>."
        raise PlanningDataError(f"{family}-02", "the raster does not say where its cells lie.", file=raster, mend=mend)
    _refuse_large_blocks(source, raster)
    return source


def _refuse_large_blocks(source: Any, raster: object) -> None:
    """Errors: E-RAS-05 where a single cell brings more than the limit with it: its block, with that of every band beside it."""
    beside = source.count if source.profile.get("interleave") == "pixel" else 1
    block = (beside, *source.block_shapes[0])
    if math.prod(block) > _LIMIT:
        source.close()
        what = f"cells lie in blocks that are read whole and have more than {_LIMIT:,} cells."
        mend = "store it in tiles, band by band: gdal_translate -co TILED=YES -co COMPRESS=DEFLATE -co INTERLEAVE=BAND."
        raise PlanningDataError("E-RAS-05", what, file=raster, seen=block, mend=mend)


def cells_of(source: Any, family: str, band: int, **how: Any) -> Cells:
    """Cells of an open file, ``how`` as rasterio reads them. Errors: family-01 where the file is cut or damaged."""
    from rasterio.errors import RasterioIOError  # noqa: PLC0415 - heavy, and only rasters need it

    try:
        return source.read(band, **how)
    except RasterioIOError as error:
        raise _unreadable(family, source.name, error.__cause__ or error) from error


def _whole(raster: str | Path, family: str) -> Path:
    """The whole path of a file that is the one its checksum tells of, where one lies beside it."""
    try:
        path = local_file(raster)
    except PlanningDataError as error:
        if error.code == "E-IO-05":  # an address: nothing of it is asked for
            raise
        raise _unreadable(family, raster, error) from error
    now = path.stat()
    for wrong in _other_digest(path, now.st_size, now.st_mtime_ns):
        raise PlanningDataError.of(wrong)
    return path


@lru_cache(maxsize=64)
def _other_digest(path: Path, _size: int, _time: int) -> tuple[Finding, ...]:
    """E-IO-07, asked once of a file as long as it is not written anew."""
    return tuple(digest_findings(path, path.name))


def _unreadable(family: str, raster: object, error: BaseException) -> PlanningDataError:
    mend = "give a .tif file; fetch it again where it may be cut or damaged."
    return PlanningDataError(f"{family}-01", "no GeoTIFF that can be read.", file=raster, seen=str(error), mend=mend)


def unmarked(family: str, raster: object, seen: float, *, besides: bool = False) -> PlanningDataError:
    """The error of a raster that marks missing cells and does not say by what; ``besides`` another value that it names."""
    mend = f"set it: gdal_edit.py -a_nodata {seen:g}."
    what = "cells hold another nodata value than the one named." if besides else "the raster names no nodata value."
    return PlanningDataError(f"{family}-03", what, file=raster, seen=seen, mend=mend)


def _grid(source: Any) -> Grid:
    """The file's grid; one drawn from the south is turned."""
    transform = Affine(*source.transform[:6])
    if transform.e > 0:
        transform = transform * Affine(1, 0, 0, 0, -1, source.height)
    try:
        return Grid(CRS.from_wkt(source.crs.to_wkt()), transform, (source.height, source.width))
    except PlanningDataError as error:
        raise PlanningDataError.of(replace(error.finding, file=str(source.name))) from error


def raster_grid(raster: RasterLike) -> Grid:
    """Where the cells of a raster lie. Errors: E-RAS-01 no GeoTIFF, -02 no CRS, -07 rotated, -08 no numbers."""
    with reading(raster) as cells:
        return cells.grid


def raster_unit(raster: RasterLike, *, band: int = 1) -> str:
    """The unit a raster names for its values, "" where it names none. Errors: E-RAS-01, -02, -07, -08, -10."""
    with reading(raster, band) as cells:
        return cells.unit


def read_raster(raster: RasterLike, *, within: GeoDataFrame | None = None, band: int = 1) -> Raster:
    """The cells of a GeoTIFF in memory, of all of it or of the box round ``within`` (any CRS), with unit and missing cells.

    Scale and offset are applied; null cells are missing; a raster drawn from the south is turned. Errors: E-RAS-01 to -03, -07,
    -08, -10 as in `zonal_stats`; E-RAS-05 more than 100 million cells (work by `raster_blocks`); E-RAS-06 it lies elsewhere.
    """
    with reading(raster, band) as cells:
        row, column, shape = (0, 0, cells.grid.shape) if within is None else _window(cells, within)
        if shape[0] * shape[1] > _LIMIT:
            mend = "name a smaller place: read_raster(..., within=frame), or go by geo.raster_blocks."
            what = f"{shape[0] * shape[1]:,} cells are too many for the memory; {_LIMIT:,} are read at once."
            raise PlanningDataError("E-RAS-05", what, file=cells.name, seen=shape, mend=mend)
        return Raster(cells.grid.part(row, column, shape), cells.read(row, column, shape), cells.unit)


def _window(cells: Reader, within: GeoDataFrame) -> tuple[int, int, tuple[int, int]]:
    west, south, east, north = to_crs(within[[within.geometry.name]], cells.grid.crs).total_bounds
    back = ~cells.grid.transform
    (left, top), (right, bottom) = back * (west, north), back * (east, south)
    last = cells.grid.shape
    top, bottom = max(0, int(np.floor(top))), min(last[0], int(np.ceil(bottom)))
    left, right = max(0, int(np.floor(left))), min(last[1], int(np.ceil(right)))
    if top >= bottom or left >= right:
        mend = "give the raster of this place."
        raise PlanningDataError("E-RAS-06", "the raster lies elsewhere.", file=cells.name, seen=cells.grid.bounds, mend=mend)
    return top, left, (bottom - top, right - left)


def raster_blocks(*rasters: RasterLike, halo: int = 0, band: int = 1) -> Iterator[tuple[Block, list[Cells]]]:
    """Rasters of one grid, window by window, each of about 4 million cells, row after row: a `Block` and the cells of each.

    ``halo`` cells more on every side, masked beyond the edge: arrays are larger than the block by twice the halo. However large
    the rasters are, one window of each is in memory. Errors: E-RAS-12 grids differ (with the mend), those of `read_raster`.
    """
    with ExitStack() as stack:
        readers = [stack.enter_context(reading(one, band)) for one in rasters]
        first = readers[0]
        for other in readers[1:]:
            check_aligned(first, other)
        for block in blocks(first.grid, tiled=first.tiled):
            yield block, [_with_halo(one, block, halo) for one in readers]


def blocks(grid: Grid, *, tiled: bool = True) -> Iterator[Block]:
    """Windows of a grid: squares of whole tiles, or whole rows where the file holds rows."""
    width = min(grid.shape[1], 4 * _TILE if tiled else max(_TILE, min(grid.shape[1], _BLOCK)))
    height = max(1, min(grid.shape[0], _BLOCK // width))
    for row in range(0, grid.shape[0], height):
        for column in range(0, grid.shape[1], width):
            shape = min(height, grid.shape[0] - row), min(width, grid.shape[1] - column)
            yield Block(row, column, grid.part(row, column, shape))


def check_aligned(first: Reader, other: Reader) -> None:
    """Two rasters of the very same cells, or E-RAS-12."""
    if not first.grid.fits(other.grid):
        seen = [(one.grid.crs.to_string()[:40], one.grid.shape, one.grid.bounds) for one in (first, other)]
        mend = f"geo.reproject_raster({Path(other.name).name!r}, 'aligned.tif', kind=..., like={Path(first.name).name!r})."
        raise PlanningDataError("E-RAS-12", "the rasters do not have the same cells.", file=other.name, seen=seen, mend=mend)


def _with_halo(cells: Reader, block: Block, halo: int) -> Cells:
    (rows, columns), (last_row, last_column) = block.grid.shape, cells.grid.shape
    top, left = max(0, block.row - halo), max(0, block.column - halo)
    bottom, right = min(last_row, block.row + rows + halo), min(last_column, block.column + columns + halo)
    found = cells.read(top, left, (bottom - top, right - left))
    if not halo:
        return found
    out = np.ma.array(np.zeros((rows + 2 * halo, columns + 2 * halo), found.dtype), mask=True)
    down, across = top - block.row + halo, left - block.column + halo
    out[down : down + found.shape[0], across : across + found.shape[1]] = found
    return out


def sequence(rasters: RasterLike | Sequence[RasterLike]) -> list[RasterLike]:
    """One raster or several, as a list."""
    return [rasters] if isinstance(rasters, (str, Path, Raster)) else list(rasters)
