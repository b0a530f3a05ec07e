"""Rasters: what lies in each zone, exactly weighted by the share of every cell; heights at points."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geo.crs import to_crs, transformer
from geo.errors import PlanningDataError

STATISTICS = ("count", "sum", "mean", "min", "max", "median", "majority", "stdev")
_DRIVER = "GTiff"  # others may read further files or the network on behalf of a file's content
_LOWEST = -9000  # no people, metres of height or class codes lie below
_HALF = 0.5  # a cell's centre from its corner
_METRES = ("", "m", "metre", "metres", "meter", "meters")

Floats = NDArray[np.float64]


def zonal_stats(
    raster: str | Path, zones: GeoDataFrame, statistics: Sequence[str] = ("sum", "mean"), *, band: int = 1
) -> pd.DataFrame:
    """Statistics of a GeoTIFF in each zone, cells weighted by the share inside (exactextract); index of the zones, a column each.

    The zones are taken to the raster's CRS. Zones without any data are null. Errors: E-RAS-01 no such file or no GeoTIFF,
    E-RAS-02 no CRS, E-RAS-03 no nodata value although cells look like one (below −9,000), E-RAS-04 unknown statistic.
    """
    from exactextract import exact_extract  # noqa: PLC0415 - heavy, and only rasters need it

    wrong = [name for name in statistics if name not in STATISTICS]
    if wrong:
        raise PlanningDataError("E-RAS-04", "unknown statistic.", seen=wrong, mend=f"one of {', '.join(STATISTICS)}.")
    with _opened(raster, "E-RAS") as source:
        _check_nodata(source, raster, band)
        placed = to_crs(zones[[zones.geometry.name]], source.crs.to_wkt()).reset_index(drop=True)
        table = exact_extract(source, placed, list(statistics), output="pandas")
    return pd.DataFrame({name: table[name].to_numpy() for name in statistics}, index=zones.index)


def heights_at(raster: str | Path, x: Floats, y: Floats, crs: str) -> Floats:
    """Heights in metres [points] of a GeoTIFF's first band, bilinear between the centres of its cells; NaN where there are none.

    ``crs`` that of ``x`` and ``y``; they are taken to the raster's. A point with a missing cell among its neighbours has no
    height; in the outermost half cell the last centre counts. Only the cells around the points are read.
    Errors: E-SLOPE-01 no GeoTIFF, -02 no CRS, -03 no nodata value although cells look like one, -06 heights not in metres.
    """
    from rasterio.windows import Window  # noqa: PLC0415 - heavy, and only rasters need it

    found = np.full(len(x), np.nan)
    with _opened(raster, "E-SLOPE") as source:
        unit = str(source.units[0] or "")
        if unit.casefold() not in _METRES:
            mend = "convert them: gdal_calc.py, or gdal_translate -scale, and set the unit to m."
            raise PlanningDataError("E-SLOPE-06", "the heights are not in metres.", file=Path(raster).name, seen=unit, mend=mend)
        east, north = transformer(crs, source.crs.to_wkt()).transform(x, y)
        back = ~source.transform
        column, row = (k[0] * east + k[1] * north + k[2] - _HALF for k in (back[:3], back[3:6]))
        size = source.width, source.height
        near = (
            (np.minimum(column, row) >= -_HALF) & (column <= size[0] - _HALF) & (row <= size[1] - _HALF)
        )  # never where infinite
        if not near.any():
            return found
        column, row = (np.clip(place[near], 0, last - 1) for place, last in zip((column, row), size, strict=True))
        left, top = int(column.min()), int(row.min())
        window = Window(left, top, int(column.max()) + 2 - left, int(row.max()) + 2 - top).intersection(Window(0, 0, *size))
        cells = source.read(1, window=window, masked=True)
        if source.nodata is None and cells.min() < _LOWEST:
            raise _unmarked("E-SLOPE", raster, float(cells.min()))
        values = cells.astype(float).filled(np.nan) * source.scales[0] + source.offsets[0]
    found[near] = _bilinear(values, column - left, row - top)
    return found


def _bilinear(values: Floats, column: Floats, row: Floats) -> Floats:
    """Values at places counted in cells from the first centre; a neighbour of weight 0 need not be there."""
    left, top = np.floor(column).astype(np.intp), np.floor(row).astype(np.intp)
    right, below = (np.minimum(first + 1, last - 1) for first, last in ((left, values.shape[1]), (top, values.shape[0])))
    u, v = column - left, row - top
    upper, lower = (_between(values[line, left], values[line, right], u) for line in (top, below))
    return _between(upper, lower, v)


def _between(a: Floats, b: Floats, share: Floats) -> Floats:
    """``a`` exactly where both are alike, so that a level raster stays level."""
    return np.where(share > 0, a + share * (b - a), a)


def _opened(raster: str | Path, family: str) -> Any:
    """The one way a raster is opened: GeoTIFF only (family-01), and it must say where it lies (family-02)."""
    import rasterio  # noqa: PLC0415 - heavy, and only rasters need it
    from rasterio.errors import RasterioIOError  # noqa: PLC0415

    try:
        source = rasterio.open(raster, driver=_DRIVER)
    except RasterioIOError as error:
        raise PlanningDataError(
            f"{family}-01", "no GeoTIFF that can be read.", file=raster, seen=str(error), mend="give a .tif file."
        ) from error
    if source.crs is None:
        source.close()
        raise PlanningDataError(
            f"{family}-02", "the raster has no CRS.", file=raster, mend="assign one: gdal_edit.py -a_srs EPSG:9210."
        )
    return source


def _check_nodata(source: object, raster: str | Path, band: int) -> None:
    """A raster that marks missing cells by −9,999 or the like must say so: its sums would be wrong without a word."""
    if source.nodata is not None:  # type: ignore[attr-defined]
        return
    low = float(source.stats(indexes=[band])[0].min)  # type: ignore[attr-defined]
    if low < _LOWEST:
        raise _unmarked("E-RAS", raster, low)


def _unmarked(family: str, raster: str | Path, low: float) -> PlanningDataError:
    mend = "set it: gdal_edit.py -a_nodata <value>."
    return PlanningDataError(f"{family}-03", "the raster names no nodata value.", file=raster, seen=low, mend=mend)
