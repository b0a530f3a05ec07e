"""Quantities over areas: shares by overlap, and whole numbers that add up exactly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import ArrayLike, NDArray

from geo.errors import PlanningDataError


def largest_remainder(weights: ArrayLike, total: int) -> NDArray[np.int64]:
    """``total`` units shared out in proportion to ``weights``, as whole numbers that sum to it.

    Every share is rounded down, then the units left go one by one to the largest remainders (Hamilton's method); ties go to
    the earlier position, so sort by id first. ``weights`` must be finite, not negative and not all zero (E-AREAL-01),
    unless ``total`` is 0.
    """
    parts = np.asarray(weights, float)
    if total == 0:
        return np.zeros(len(parts), np.int64)
    if total < 0 or not np.isfinite(parts).all() or (parts < 0).any() or parts.sum() <= 0:
        raise PlanningDataError(
            "E-AREAL-01",
            "a total can only be shared out over weights that are finite, not negative and not all zero.",
            seen=f"total {total}, {len(parts)} weights summing to {parts.sum():g}",
            mend="check the weights, or leave out groups without a place to go.",
        )
    exact = parts / parts.sum() * total
    whole = np.floor(exact).astype(np.int64)
    left = int(total - whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:left]] += 1
    return whole


def gaps(zones: GeoSeries) -> GeoSeries:
    """The holes that polygons enclose between them, as polygons in their CRS."""
    parts = shapely.get_parts(shapely.union_all(zones.to_numpy()))
    rings = [shapely.Polygon(ring) for part in parts for ring in getattr(part, "interiors", ())]
    return GeoSeries(rings, crs=zones.crs)


def overlaps(left: GeoDataFrame | GeoSeries, right: GeoDataFrame | GeoSeries) -> pd.DataFrame:
    """Where two sets of polygons overlap: columns ``left``, ``right`` (index labels of each), ``area_m2``; only areas above zero.

    Both in the same metric CRS (E-CRS-02). Sorted by position in ``left``, then ``right``.
    """
    if left.crs != right.crs:
        raise PlanningDataError(
            "E-CRS-02",
            "the two differ in CRS.",
            seen=f"{left.crs} and {right.crs}",
            mend="bring both into geo.to_metric.",
        )
    ours, theirs = left.geometry.to_numpy(), right.geometry.to_numpy()
    found = shapely.STRtree(theirs).query(ours, predicate="intersects")
    a, b = found[:, np.lexsort((found[1], found[0]))]
    area = shapely.area(shapely.intersection(ours[a], theirs[b]))
    table = pd.DataFrame({"left": left.index[a], "right": right.index[b], "area_m2": area})
    return table[table["area_m2"] > 0].reset_index(drop=True)
