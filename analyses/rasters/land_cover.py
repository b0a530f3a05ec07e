"""What became of the land between two land cover rasters: hectares from each class to each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from analyses._zones import checked_zones
from analyses.rasters.raster_zones import class_keys, refuse_codes
from analyses.stations.catchments import UNCLASSIFIED
from geo import PlanningDataError, Raster, RasterLike, raster_blocks, raster_grid, read_raster, zonal_classes

_M2_PER_HA = 10_000
_NONE = 65_535  # the code of a missing cell, one above those allowed
_BASE = 1 << 16


def land_cover_change(
    before: RasterLike, after: RasterLike, classes: str | Mapping[int, str], *, within: GeoDataFrame | None = None
) -> pd.DataFrame:
    """The from–to matrix of two land cover rasters: hectares of every class before that have every class after.

    Formula: M_kl = Σ_c s_c a_c [b_c = k, d_c = l], a_c = area of cell c on the ellipsoid, s_c its share within. Source: Pontius,
    Shusas & McEachern 2004.

    Both rasters have the very same cells (else E-RAS-12 tells the mend: `geo.reproject_raster`, kind "class"). ``classes``
    "worldcover", "dynamic_world" or {code: key}. Cells without data in one of the two are "unclassified" there. ``within`` one or
    more polygons, cells at their edge by the share inside; left out: all cells, window by window, however many. Returns hectares,
    index ``before``, columns ``after``, the same classes in both, as `land_use_change` and for `change_components`. Errors:
    E-CLASS-01 (codes in no class), E-RAS-09 (no codes), E-RAS-05 (too many cells within), E-POLY-01 to -03.

    >>> import geo, numpy as np
    >>> from affine import Affine; from pyproj import CRS
    >>> grid = geo.Grid(CRS("EPSG:6933"), Affine(100, 0, 0, 0, -100, 100), (1, 3))
    >>> old, new = (geo.Raster(grid, np.array([cells], np.uint8)) for cells in ([10, 10, 50], [10, 50, 50]))
    >>> land_cover_change(old, new, {10: "trees", 50: "built_up"}).round(3).to_dict("index")
    {'trees': {'trees': 1.0, 'built_up': 1.0}, 'built_up': {'trees': 0.0, 'built_up': 1.0}}
    """
    keys = class_keys(classes)
    pairs = _everywhere(before, after) if within is None else _inside(before, after, within)
    from_code, to_code = np.divmod(pairs.index.to_numpy(), _BASE)
    met = pd.Index(np.union1d(from_code, to_code))
    refuse_codes(met[met != _NONE], keys)
    rows = pd.DataFrame({"before": _named(from_code, keys), "after": _named(to_code, keys), "area_ha": pairs.to_numpy()})
    names = list(dict.fromkeys([*keys.values(), UNCLASSIFIED]))
    names = [name for name in names if name in {*rows["before"], *rows["after"]}]
    matrix = rows.pivot_table(index="before", columns="after", values="area_ha", aggfunc="sum", fill_value=0.0)
    return matrix.reindex(index=names, columns=names, fill_value=0.0).rename_axis(index="before", columns="after")


def _named(codes: NDArray[np.int64], keys: Mapping[int, str]) -> list[str]:
    return [UNCLASSIFIED if code == _NONE else keys[int(code)] for code in codes]


def _everywhere(before: RasterLike, after: RasterLike) -> pd.Series:
    """Hectares by pair of codes, without the pair of nothing with nothing."""
    hectares: dict[int, float] = {}
    for pair, ground in _pairs(before, after):
        codes, place = np.unique(pair, return_inverse=True)
        for code, area in zip(codes.tolist(), np.bincount(place.ravel(), ground.ravel()).tolist(), strict=True):
            hectares[code] = hectares.get(code, 0.0) + area / _M2_PER_HA
    hectares.pop(_NONE * _BASE + _NONE, None)
    return pd.Series(hectares, dtype=float).sort_index()


def _pairs(before: RasterLike, after: RasterLike) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    for block, (old, new) in raster_blocks(before, after):
        yield _codes(old, before) * _BASE + _codes(new, after), np.broadcast_to(block.grid.cell_areas_m2(), old.shape)


def _inside(before: RasterLike, after: RasterLike, within: GeoDataFrame) -> pd.Series:
    """The same by exact shares: pairs get running numbers, which are the codes of one raster."""
    checked_zones(within, "the polygons within")
    if not raster_grid(before).fits(raster_grid(after)):
        list(raster_blocks(before, after))  # says what differs and how to mend it
    old, new = (read_raster(one, within=within) for one in (before, after))
    pairs, number = np.unique(_codes(old.values, before) * _BASE + _codes(new.values, after), return_inverse=True)
    numbered = Raster(old.grid, number.reshape(old.grid.shape).astype(np.int32))
    areas = zonal_classes(numbered, within).sum()
    found = pd.Series(areas.to_numpy(), pairs[areas.index.to_numpy(int)])
    return found.drop(_NONE * _BASE + _NONE, errors="ignore").sort_index()


def _codes(cells: Any, raster: object) -> NDArray[np.int64]:
    if cells.dtype.kind not in "iu" or (cells.count() and not 0 <= cells.min() <= cells.max() < _NONE):
        file = raster if not isinstance(raster, Raster) else None
        mend = "give codes of 0 to 65,534 as integers: gdal_translate -ot Byte."
        raise PlanningDataError("E-RAS-09", "these are no class codes.", file=file, seen=str(cells.dtype), mend=mend)
    return np.asarray(cells.astype(np.int64).filled(_NONE))
