"""What zones of one kind hold, told for zones of another kind: sums keep their total, averages stay averages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray

from analyses._inputs import Floats, at_least_zero, id_order, numbers, refuse_rows
from analyses._zones import checked_zones, same_metric_crs, small_overlaps
from geo import PlanningDataError, Raster, RasterLike, nearest_names, overlaps, zonal_stats

WEIGHT = "weight"
_ROUNDING = 1e-9
_ROUNDING_CELLS = 1e-6  # shares of cells are known in single precision


@dataclass(frozen=True)
class Interpolated:
    """What came of moving quantities from source zones to target zones.

    ``table`` on the target's index: every column asked for, and ``covered_pct``, the share of the target's area in any source;
    ``uncovered`` on the source's index: ``uncovered_pct``, the share of each source that lies in no target, and every extensive
    column's part that therefore stayed behind; ``overlaps`` of the targets (``left``, ``right``, ``area_m2``), slivers within the
    tolerance.
    """

    table: pd.DataFrame
    uncovered: pd.DataFrame
    overlaps: pd.DataFrame


def areal_interpolation(
    source: GeoDataFrame,
    target: GeoDataFrame,
    *,
    extensive: Sequence[str] = (),
    intensive: Sequence[str] = (),
    weights: RasterLike | GeoDataFrame | None = None,
    spread_pct: float = 0.0,
    tolerance_pct: float = 0.01,
) -> Interpolated:
    """Quantities of source zones on target zones, by area or by where a weight says they are (dasymetric).

    Formula: extensive Y_t = Σ_s y_s w_st / w_s; intensive Y_t = Σ_s y_s w_st / Σ_s w_st; w_st = area or weight of s ∩ t. Source:
    Goodchild & Lam 1980. Peer: tobler (area_interpolate).

    Polygons of both frames valid and in one metric CRS. ``extensive`` columns are amounts (people, jobs; 0 or more): the table
    and what stayed behind sum to the source's total. ``intensive`` columns are rates (prices, shares): averages over what is
    covered, null where nothing is. ``weights``: a raster of amounts (`dasymetric_weights`), or polygons with ``weight`` a square
    metre (0 outside). A source of which no more than ``spread_pct`` lies outside all targets (coasts drawn differently) is shared
    out whole. Zones may overlap among themselves by ``tolerance_pct`` of the smaller one. Errors: E-POLY-01 to -04 (ids twice, no
    area, invalid, overlaps), E-CRS-02, E-INTERP-01 (no such column), E-INTERP-02 (null, infinite; negative amounts), E-INTERP-03
    (amounts without weight), E-INTERP-04 (weights negative or null), E-INTERP-05 (percentages), and those of `geo.zonal_stats`.

    >>> import geopandas as gpd, shapely
    >>> old = gpd.GeoDataFrame({"people": [90]}, geometry=[shapely.box(0, 0, 3, 1)], index=["old"], crs="EPSG:9210")
    >>> new = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 2, 1), shapely.box(2, 0, 4, 1)], index=["a", "b"], crs="EPSG:9210")
    >>> moved = areal_interpolation(old, new, extensive=["people"])
    >>> moved.table.round(6).to_dict("index")
    {'a': {'people': 60.0, 'covered_pct': 100.0}, 'b': {'people': 30.0, 'covered_pct': 50.0}}
    """
    amounts, rates = (_columns(source, names) for names in (extensive, intensive))
    refuse_rows((amounts < 0).any(axis=1), "E-INTERP-02", "amounts are negative.", "give 0 where there are none.")
    for percent in (spread_pct, tolerance_pct):
        at_least_zero(percent, "E-INTERP-05", "a percentage")
    same_metric_crs(checked_zones(source, "source zones"), checked_zones(target, "target zones"))
    small_overlaps(source, "source zones", tolerance_pct)
    slivers = small_overlaps(target, "target zones", tolerance_pct)
    pieces = _pieces(source, target)
    weight, whole = _weighed(pieces, source, target, weights)
    lost = pd.Series((whole <= 0) & (amounts.to_numpy() > 0).any(axis=1), source.index)
    refuse_rows(lost, "E-INTERP-03", "sources hold amounts but no weight.", "mend the weights, or move these by area.")
    rounding = _ROUNDING_CELLS if isinstance(weights, (str, Path, Raster)) else _ROUNDING
    share, outside = _shares(pieces.source, weight, whole, whole * max(rounding, spread_pct / 100))
    columns = {name: np.bincount(pieces.target, amounts[name].to_numpy()[pieces.source] * share, len(target)) for name in amounts}
    covered = np.bincount(pieces.target, weight, len(target))
    for name in rates:
        sums = np.bincount(pieces.target, rates[name].to_numpy()[pieces.source] * weight, len(target))
        columns[name] = np.divide(sums, covered, out=np.full(len(target), np.nan), where=covered > 0)
    area = np.bincount(pieces.target, pieces.area_m2, len(target))
    columns["covered_pct"] = np.minimum(100 * area / shapely.area(target.geometry.to_numpy()), 100)
    stayed = {"uncovered_pct": 100 * outside} | {name: amounts[name].to_numpy() * outside for name in amounts}
    return Interpolated(pd.DataFrame(columns, target.index), pd.DataFrame(stayed, source.index), slivers)


@dataclass(frozen=True)
class _Pieces:
    """Where a source and a target meet, sorted by both: positions and area."""

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    area_m2: Floats


def _pieces(source: GeoDataFrame, target: GeoDataFrame) -> _Pieces:
    found = overlaps(source, target)
    left, right = source.index.get_indexer(found["left"]), target.index.get_indexer(found["right"])
    by_id = np.lexsort((_ranks(source.index)[left], right))  # sums in the order of the ids of the sources
    return _Pieces(left[by_id], right[by_id], found["area_m2"].to_numpy()[by_id])


def _ranks(index: pd.Index) -> NDArray[np.int64]:
    ranks = np.empty(len(index), np.int64)
    ranks[id_order(index)] = np.arange(len(index))
    return ranks


def _shares(source: NDArray[np.int64], weight: Floats, whole: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Share of its source in every piece, and the share of every source in none; a rest up to ``spread`` goes to the pieces."""
    inside = np.bincount(source, weight, len(whole))
    base = np.where(inside >= whole - spread, inside, whole)
    share = np.divide(weight, base[source], out=np.zeros(len(weight)), where=base[source] > 0)
    kept = np.divide(inside, base, out=np.zeros(len(whole)), where=base > 0)
    return share, np.where(whole > 0, 1 - kept, 1.0)


def _weighed(
    pieces: _Pieces, source: GeoDataFrame, target: GeoDataFrame, weights: RasterLike | GeoDataFrame | None
) -> tuple[Floats, Floats]:
    """Weight of every piece and of every source as a whole: area, cells of a raster, or polygons of a density."""
    if weights is None:
        return pieces.area_m2, shapely.area(source.geometry.to_numpy())
    shapes = source.geometry.to_numpy()[pieces.source], target.geometry.to_numpy()[pieces.target]
    cut = GeoDataFrame(geometry=GeoSeries(shapely.intersection(*shapes), crs=source.crs))
    whole = GeoDataFrame(geometry=GeoSeries(source.geometry.to_numpy(), crs=source.crs))
    measure = _density_sums if isinstance(weights, GeoDataFrame) else _raster_sums
    return measure(weights, cut), measure(weights, whole)


def _raster_sums(raster: RasterLike, zones: GeoDataFrame) -> Floats:
    if zones.empty:
        return np.zeros(0)
    sums = zonal_stats(raster, zones, ["sum", "min"]).fillna(0.0)
    if (sums["min"] < 0).any():
        seen = float(sums["min"].min())
        raise PlanningDataError("E-INTERP-04", "cells weigh less than nothing.", seen=seen, mend="0 or more.")
    return sums["sum"].to_numpy(float)


def _density_sums(weights: GeoDataFrame, zones: GeoDataFrame) -> Floats:
    same_metric_crs(zones, checked_zones(weights, "weights"))
    if WEIGHT not in weights:
        mend = "give a column weight: amount a square metre."
        raise PlanningDataError("E-INTERP-01", "the weights have no weight.", seen=list(weights.columns), mend=mend)
    density = pd.to_numeric(weights[WEIGHT], errors="coerce")
    wrong = ~(np.isfinite(density) & (density >= 0))
    refuse_rows(wrong, "E-INTERP-04", "weights are null or negative.", "give 0 where nothing is.")
    found = overlaps(zones, weights)
    amount = found["area_m2"].to_numpy() * density.loc[found["right"]].to_numpy(float)
    return np.bincount(found["left"].to_numpy(int), amount, len(zones)).astype(np.float64)


def _columns(source: GeoDataFrame, names: Sequence[str]) -> pd.DataFrame:
    unknown = [name for name in names if name not in source]
    if unknown:
        mend = nearest_names(str(unknown[0]), map(str, source.columns))
        raise PlanningDataError("E-INTERP-01", "no such column.", seen=unknown, mend=mend)
    return numbers(pd.DataFrame(source[list(names)]), "INTERP", "quantities")
