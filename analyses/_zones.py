"""Frames of polygons that must be zones: whole, valid, metric, each place in one of them at most."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pyproj import CRS

from analyses._inputs import id_order
from geo import PlanningDataError, overlaps

WEB_MERCATOR = 3857
BORDER_M = 0.01


def checked_zones(zones: GeoDataFrame, what: str) -> GeoDataFrame:
    """The zones, if every id stands once and every shape is a valid polygon.

    Errors: E-POLY-01 (ids twice), E-POLY-02 (null, empty or no polygon), E-POLY-03 (invalid, with the reason).
    """
    if zones.index.has_duplicates:
        ids = list(zones.index[zones.index.duplicated()].unique())
        raise PlanningDataError("E-POLY-01", f"ids of {what} stand twice.", feature_ids=ids, mend="give every zone its own id.")
    shapes = zones.geometry.to_numpy()
    lost = shapely.is_missing(shapes) | shapely.is_empty(shapes) | (shapely.get_dimensions(shapes) != 2)  # noqa: PLR2004
    if lost.any():
        ids = list(zones.index[lost])
        raise PlanningDataError("E-POLY-02", f"{what} have no area.", feature_ids=ids, mend="leave them out, or give polygons.")
    bad = ~shapely.is_valid(shapes)
    if bad.any():
        ids, seen = list(zones.index[bad]), shapely.is_valid_reason(shapes[bad][0])
        mend = "repair them: frame.geometry.make_valid(method='structure'), and compare the areas."
        raise PlanningDataError("E-POLY-03", f"shapes of {what} are invalid.", feature_ids=ids, seen=seen, mend=mend)
    return zones


def same_metric_crs(one: GeoDataFrame, other: GeoDataFrame) -> None:
    """Both frames in one metric CRS that serves for measuring. Errors: E-CRS-02."""
    if one.crs is None or one.crs != other.crs or not one.crs.is_projected or CRS(one.crs).to_epsg() == WEB_MERCATOR:
        seen = (str(one.crs), str(other.crs))
        what = "the two frames are not in the same metric CRS."
        raise PlanningDataError("E-CRS-02", what, seen=seen, mend="geo.to_metric(frame).")


def zone_of(points: NDArray[np.object_], zones: GeoDataFrame) -> NDArray[np.int64]:
    """The position of the zone every point lies in, -1 for none; on a border (1 cm) the zone with the lowest id."""
    order = id_order(zones.index)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    tree = shapely.STRtree(zones.geometry.to_numpy())
    point, zone = tree.query(points, predicate="dwithin", distance=BORDER_M)
    best = np.full(len(points), len(order))
    np.minimum.at(best, point, rank[zone])
    return np.append(order, -1)[best]


def small_overlaps(zones: GeoDataFrame, what: str, tolerance_pct: float) -> pd.DataFrame:
    """Overlaps of the zones among themselves, as `geo.overlaps` gives them, if all are slivers.

    Errors: E-POLY-04 with the ids of all zones that overlap by more than ``tolerance_pct`` of the smaller of two.
    """
    found = overlaps(zones, zones)
    place = pd.Series(np.arange(len(zones)), zones.index)
    left, right = found["left"].map(place), found["right"].map(place)
    once = (left < right).to_numpy()
    found, left, right = found[once], left[once], right[once]
    areas = shapely.area(zones.geometry.to_numpy())
    least = np.minimum(areas[left.to_numpy(int)], areas[right.to_numpy(int)])
    wide = found[found["area_m2"].to_numpy() > least * tolerance_pct / 100]
    if len(wide):
        pairs = [f"{a} and {b}: {area:,.0f} m²" for a, b, area in wide.head(3).itertuples(index=False)]
        ids = sorted({*wide["left"], *wide["right"]}, key=str)
        mend = "give a partition, or raise tolerance_pct if this is how the map was drawn."
        raise PlanningDataError("E-POLY-04", f"{what} overlap.", feature_ids=ids, seen="; ".join(pairs), mend=mend)
    return found.reset_index(drop=True)
