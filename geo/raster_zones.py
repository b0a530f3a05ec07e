"""What of a raster lies in each zone, every cell weighted exactly by the share inside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from shapely import box

from geo.crs import to_crs
from geo.errors import PlanningDataError
from geo.raster_cells import RasterLike, Reader, reading

STATISTICS = ("count", "sum", "mean", "min", "max", "median", "majority", "minority", "variety", "stdev")
DATA_M2 = "data_m2"
_QUANTILE = re.compile(r"p(\d{1,2})")
_ON_GROUND = {"sum": "weighted_sum", "mean": "weighted_mean", "stdev": "weighted_stdev"}
_HIGHEST_CODE = 65_535


def zonal_stats(
    raster: RasterLike,
    zones: GeoDataFrame,
    statistics: Sequence[str] = ("sum", "mean"),
    *,
    band: int = 1,
    ground: bool = False,
) -> pd.DataFrame:
    """Statistics of a raster in each zone, cells weighted by the share inside (exactextract); index of the zones, a column each.

    ``statistics`` of count, sum, mean, min, max, median, majority, minority, variety, stdev and quantiles "p5" … "p95",
    and "data_m2", square metres on the ground that have data. With
    ``ground``, cells weigh by their square metres on the ground too: the mean of a density in degrees, the sum of an amount a
    square metre. The zones are taken to the raster's CRS; only the cells round them are read. Zones without any
    data have the sum 0 and nothing else (null); ask for "data_m2" where that is to be told from no people.
    Shares are held in single precision: sums over a partition miss the raster's total by less than 1e-6 of it.
    Errors: E-RAS-01 no such file or no GeoTIFF, -02 no CRS, -03 no nodata value although cells look like one (below −9,000),
    -04 unknown statistic, -06 no zone touches the raster, -07 rotated, -08 no plain numbers, -10 no such band.
    """
    wrong = [name for name in statistics if name not in (*STATISTICS, DATA_M2) and not _QUANTILE.fullmatch(name)]
    if ground:
        wrong += [name for name in statistics if name not in (*_ON_GROUND, DATA_M2)]
    if wrong:
        known = _ON_GROUND if ground else (*STATISTICS, "p1 … p99")
        raise PlanningDataError("E-RAS-04", "unknown statistic.", seen=wrong, mend=f"one of {', '.join(known)}.")
    with reading(raster, band) as cells:
        plain = [name for name in statistics if name != DATA_M2]
        names = [_ON_GROUND[name] if ground else _operation(name) for name in plain]
        table = _extracted(cells, zones, names, _ground(cells) if ground else None)
        table.columns = pd.Index(plain)
        if DATA_M2 in statistics:
            table[DATA_M2] = _extracted(cells, zones, ["sum"], source=_ground(cells, with_data=True))["sum"]
    return table[list(statistics)].set_axis(zones.index)


def zonal_classes(raster: RasterLike, zones: GeoDataFrame, *, band: int = 1) -> pd.DataFrame:
    """Hectares on the ground of every class code of a raster in each zone: index of the zones, a column a code met, ascending.

    Cells count by the share inside and by their own size on the ellipsoid, in degrees and in metres alike; missing cells count
    nowhere. Errors: E-RAS-09 codes are no whole numbers of 0 to 65,535, and those of `zonal_stats`.
    """
    with reading(raster, band) as cells:
        if cells.dtype.kind not in "iu":
            mend = "give the raster of classes as integers: gdal_translate -ot Byte."
            raise PlanningDataError(
                "E-RAS-09", "classes are no whole numbers.", file=cells.name, seen=str(cells.dtype), mend=mend
            )
        shifted = _source(cells, _codes_from_one(cells.name))
        table = _extracted(cells, zones, ["unique", "weighted_frac", "weighted_sum", "weighted_mean"], _ground(cells), shifted)
    found = table["unique"].map(len).to_numpy()
    place = np.repeat(np.arange(len(zones)), found)
    code = np.concatenate([np.zeros(0, np.int64), *(np.asarray(one, np.int64) for one in table["unique"])]) - 1
    share = np.concatenate([np.zeros(0), *(np.asarray(one, float) for one in table["weighted_frac"])])
    whole = (table["weighted_sum"] / table["weighted_mean"]).to_numpy() / 1e4  # shifted codes are never 0
    codes, column = np.unique(code, return_inverse=True)
    hectares = np.zeros((len(zones), len(codes)))
    hectares[place, column] = share * whole[place]
    return pd.DataFrame(hectares, zones.index, pd.Index(codes, name="code"))


def _operation(name: str) -> str:
    quantile = _QUANTILE.fullmatch(name)
    return f"quantile(q={int(quantile[1]) / 100})" if quantile else name


def _extracted(cells: Reader, zones: GeoDataFrame, names: list[str], weights: Any = None, source: Any = None) -> pd.DataFrame:
    from exactextract import exact_extract  # noqa: PLC0415 - heavy, and only rasters need it

    placed = to_crs(zones[[zones.geometry.name]], cells.grid.crs).reset_index(drop=True)
    if len(placed) and not placed.intersects(box(*cells.grid.bounds)).any():
        seen = (tuple(placed.total_bounds.round(4)), cells.grid.bounds)
        mend = "give the raster of this place."
        raise PlanningDataError("E-RAS-06", "no zone touches the raster.", file=cells.name, seen=seen, mend=mend)
    if placed.empty or not names:
        return pd.DataFrame(index=placed.index, columns=names, dtype=object if "unique" in names else float)
    found = exact_extract(source or _source(cells), placed, names, weights=weights, output="pandas")
    found = found.set_axis(names, axis=1)
    return found if "unique" in names else found.astype(float)


def _source(cells: Reader, change: Any = None) -> Any:
    """The reader as exactextract asks for windows."""
    return _windows(cells, cells.read, change)


def _ground(cells: Reader, *, with_data: bool = False) -> Any:
    """Square metres of cells as a raster that is made window by window; only those ``with_data``."""

    def areas(row: int, column: int, shape: tuple[int, int]) -> Any:
        if 0 in shape:  # it asks for no cells to learn their type
            return np.ma.array(np.zeros(shape), mask=np.zeros(shape, bool))
        ground = np.broadcast_to(cells.grid.part(row, column, shape).cell_areas_m2(), shape).copy()
        missing = np.ma.getmaskarray(cells.read(row, column, shape)) if with_data else np.zeros(shape, bool)
        return np.ma.array(ground, mask=missing)

    return _windows(cells, areas, None)


def _codes_from_one(name: str) -> Any:
    def shifted(values: Any) -> Any:
        if values.count() and not 0 <= values.min() <= values.max() <= _HIGHEST_CODE:
            seen = (int(values.min()), int(values.max()))
            raise PlanningDataError("E-RAS-09", "these are no class codes.", file=name, seen=seen, mend="codes of 0 to 65,535.")
        return values.astype(np.int32) + 1

    return shifted


def _windows(cells: Reader, read: Any, change: Any) -> Any:
    from exactextract.raster import RasterSource  # noqa: PLC0415 - see _extracted

    class Windows(RasterSource):  # type: ignore[misc]
        def extent(self) -> tuple[float, float, float, float]:
            return cells.grid.bounds

        def res(self) -> tuple[float, float]:
            return cells.grid.transform.a, -cells.grid.transform.e

        def srs_wkt(self) -> str:
            return str(cells.grid.crs.to_wkt())

        def nodata_value(self) -> None:
            return None

        def read_window(self, x0: int, y0: int, nx: int, ny: int) -> Any:
            values = read(y0, x0, (ny, nx))
            return change(values) if change else values

    return Windows()
