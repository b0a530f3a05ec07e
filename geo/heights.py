"""Heights at points of an elevation raster."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.crs import transformer
from geo.errors import PlanningDataError
from geo.raster_cells import LOWEST, cells_of, opened, unmarked

_HALF = 0.5  # a cell's centre from its corner
METRE_WORDS = ("", "m", "metre", "metres", "meter", "meters")

Floats = NDArray[np.float64]


def heights_at(raster: str | Path, x: Floats, y: Floats, crs: str) -> Floats:
    """Heights in metres [points] of a GeoTIFF's first band, bilinear between the centres of its cells; NaN where there are none.

    ``crs`` that of ``x`` and ``y``; they are taken to the raster's. A point with a missing cell among its neighbours has no
    height; in the outermost half cell the last centre counts. Only the cells around the points are read.
    Errors: E-SLOPE-01 no GeoTIFF, -02 no CRS, -03 no nodata value although cells look like one, -06 heights not in metres.
    """
    from rasterio.windows import Window  # noqa: PLC0415 - heavy, and only rasters need it

    found = np.full(len(x), np.nan)
    with opened(raster, "E-SLOPE") as source:
        unit = str(source.units[0] or "")
        if unit.casefold() not in METRE_WORDS:
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
        cells = cells_of(source, "E-SLOPE", 1, window=window, masked=True)
        if source.nodata is None and cells.min() < LOWEST:
            raise unmarked("E-SLOPE", raster, float(cells.min()))
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
