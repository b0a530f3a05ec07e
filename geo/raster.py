"""Rasters: what lies in each zone, exactly weighted by the share of every cell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from geopandas import GeoDataFrame

from geo.crs import to_crs
from geo.errors import PlanningDataError

STATISTICS = ("count", "sum", "mean", "min", "max", "median", "majority", "stdev")
_DRIVER = "GTiff"  # others may read further files or the network on behalf of a file's content


def zonal_stats(
    raster: str | Path, zones: GeoDataFrame, statistics: Sequence[str] = ("sum", "mean"), *, band: int = 1
) -> pd.DataFrame:
    """Statistics of a GeoTIFF in each zone, cells weighted by the share inside (exactextract); index of the zones, a column each.

    The zones are taken to the raster's CRS. Zones without any data are null. Errors: E-RAS-01 no such file or no GeoTIFF,
    E-RAS-02 no CRS, E-RAS-03 no nodata value although cells look like one (below −9,000), E-RAS-04 unknown statistic.
    """
    import rasterio  # noqa: PLC0415 - heavy, and only rasters need it
    from exactextract import exact_extract  # noqa: PLC0415
    from rasterio.errors import RasterioIOError  # noqa: PLC0415

    wrong = [name for name in statistics if name not in STATISTICS]
    if wrong:
        raise PlanningDataError("E-RAS-04", "unknown statistic.", seen=wrong, mend=f"one of {', '.join(STATISTICS)}.")
    try:
        source = rasterio.open(raster, driver=_DRIVER)
    except RasterioIOError as error:
        raise PlanningDataError(
            "E-RAS-01", "no GeoTIFF that can be read.", file=raster, seen=str(error), mend="give a .tif file."
        ) from error
    with source:
        if source.crs is None:
            raise PlanningDataError(
                "E-RAS-02", "the raster has no CRS.", file=raster, mend="assign one: gdal_edit.py -a_srs EPSG:9210."
            )
        _check_nodata(source, raster, band)
        placed = to_crs(zones[[zones.geometry.name]], source.crs.to_wkt()).reset_index(drop=True)
        table = exact_extract(source, placed, list(statistics), output="pandas")
    return pd.DataFrame({name: table[name].to_numpy() for name in statistics}, index=zones.index)


def _check_nodata(source: object, raster: str | Path, band: int) -> None:
    """A raster that marks missing cells by −9,999 or the like must say so: its sums would be wrong without a word."""
    if source.nodata is not None:  # type: ignore[attr-defined]
        return
    low = float(source.stats(indexes=[band])[0].min)  # type: ignore[attr-defined]
    if low < -9000:  # noqa: PLR2004 - no people, metres of height or class codes lie there
        mend = "set it: gdal_edit.py -a_nodata <value>."
        raise PlanningDataError("E-RAS-03", "the raster names no nodata value.", file=raster, seen=low, mend=mend)
