"""Parcels over a boundary, every square metre counted once: what overlaps, what lies outside, what no parcel covers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geo import PlanningDataError, area_ha, overlaps

_STEP_M = 100.0  # edges are bent onto the ellipsoid at least so often, so that parts add up to the whole
LEAST_M2 = 0.01  # what rounding of coordinates leaves is not listed; it is still counted
_AREAS, _MIXED = (3, 6), 7  # GEOS numbers of polygons, and of collections
Shapes = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Cover:
    """``parts``: what of every parcel counts, index its id, with ``area_m2``; ``overlaps``: ``kept_id``, ``cut_id``, ``area_m2``;
    ``outside``: what lies beyond the boundary, by parcel; ``gaps``: what no parcel covers, index ``gap_id``. Areas are geodesic.
    """

    parts: GeoDataFrame
    overlaps: GeoDataFrame
    outside: GeoDataFrame
    gaps: GeoDataFrame
    boundary_m2: float


def covered(parcels: GeoDataFrame, boundary: shapely.Geometry) -> Cover:
    """The parcels within the boundary; where two overlap the earlier row keeps the land.

    ``parcels`` in a metric CRS, the boundary in the same. Rows that nothing is left of stay in ``parts`` with 0 m².
    """
    crs = parcels.crs
    whole = parcels.geometry.to_numpy()
    doubled = _doubled(parcels)
    alone = _alone(whole, doubled)
    inside = areas_only(shapely.intersection(alone, boundary))
    beyond = areas_only(shapely.difference(whole, boundary))
    left = shapely.difference(boundary, shapely.union_all(inside))
    gaps = np.asarray([one for one in shapely.get_parts([left]) if one.area > LEAST_M2], object)
    parts = GeoDataFrame({"area_m2": areas_m2(inside, crs)}, index=parcels.index, geometry=inside, crs=crs)
    gap_frame = GeoDataFrame({"area_m2": areas_m2(gaps, crs)}, geometry=list(gaps), crs=crs)
    outside = GeoDataFrame({"area_m2": areas_m2(beyond, crs)}, index=parcels.index, geometry=beyond, crs=crs)
    gap_frame = gap_frame.sort_values("area_m2", ascending=False, kind="stable")
    gap_frame.index = pd.Index([f"gap_{at}" for at in range(1, len(gap_frame) + 1)], name="gap_id", dtype="str")
    return Cover(
        parts,
        _listed(_overlap_frame(doubled, crs)),
        _listed(outside),
        gap_frame,
        float(areas_m2(np.array([boundary], object), crs)[0]),
    )


def areas_m2(shapes: Shapes, crs: object) -> NDArray[np.float64]:
    """Geodesic areas; straight edges of the map stay straight on the map, so that parts add up to their whole."""
    if not len(shapes):
        return np.zeros(0)
    frame = GeoDataFrame(geometry=list(shapely.segmentize(shapes, _STEP_M)), crs=crs)
    return np.nan_to_num(area_ha(frame).to_numpy(float)) * 1e4


def areas_only(shapes: Shapes) -> Shapes:
    """The shapes without the points and lines in which polygons touch."""
    mixed = shapely.get_type_id(shapes) == _MIXED
    if not mixed.any():
        return shapes
    cleared = shapes.copy()
    for at in np.flatnonzero(mixed):
        parts = shapely.get_parts(shapes[at])
        cleared[at] = shapely.union_all(parts[np.isin(shapely.get_type_id(parts), _AREAS)])
    return cleared


def metric_areas(frame: GeoDataFrame, what: str) -> GeoDataFrame:
    """The frame's polygons; other shapes, broken ones and repeated ids are refused.

    Errors: E-BALANCE-06 no polygons or no rows, E-BALANCE-07 broken polygons, E-BALANCE-08 ids twice.
    """
    shapes = frame.geometry.to_numpy()
    wrong = ~np.isin(shapely.get_type_id(shapes), _AREAS)
    if not len(frame) or wrong.any():
        ids = list(frame.index[wrong])
        mend = "give polygons; hatches of a drawing are read as such."
        raise PlanningDataError("E-BALANCE-06", f"{what} is not made of areas.", feature_ids=ids, seen=len(frame), mend=mend)
    broken = ~shapely.is_valid(shapes)
    if broken.any():
        mend = "mend them (innoregion check tells how), so that no area is guessed."
        raise PlanningDataError("E-BALANCE-07", f"{what} has broken polygons.", feature_ids=list(frame.index[broken]), mend=mend)
    if frame.index.has_duplicates:
        ids = list(frame.index[frame.index.duplicated()])
        raise PlanningDataError(
            "E-BALANCE-08", f"ids of {what} stand twice.", feature_ids=ids, mend="give every parcel its own id."
        )
    return frame


def split_parcels(parcels: GeoDataFrame, classes: GeoDataFrame, *, column: str = "class_id") -> pd.DataFrame:
    """What classes every parcel lies in: a row a parcel and class, for a parcel that straddles several is never one code.

    ``classes`` areas that do not overlap, their class in ``column``. Returns ``parcel_id``, ``class_id`` (empty for land in no
    class), ``area_m2`` (geodesic) and ``share_pct`` of the parcel, the largest share first; shares of a parcel sum to 100.
    Errors: E-CRS-02, E-BALANCE-05 to E-BALANCE-08.

    >>> import geopandas as gpd, shapely
    >>> boxes = shapely.box([600000, 600100], 1220000, [600100, 600400], 1220100)
    >>> zones = gpd.GeoDataFrame({"class_id": ["a", "b"]}, geometry=boxes, crs="EPSG:9210")
    >>> parcel = gpd.GeoDataFrame(index=[7], geometry=[shapely.box(600050, 1220000, 600250, 1220100)], crs="EPSG:9210")
    >>> split_parcels(parcel, zones)[["class_id", "share_pct"]].round(6).to_numpy().tolist()
    [['b', 75.0], ['a', 25.0]]
    """
    metric_areas(parcels, "the parcels")
    metric_areas(classes, "the classes")
    if column not in classes:
        raise PlanningDataError("E-BALANCE-05", "the classes have no such column.", seen=column, mend="name it: column=...")
    pairs = overlaps(parcels, classes)
    flat = pd.Series(shapely.area(parcels.geometry.to_numpy()), index=parcels.index)
    round_m2 = pd.Series(areas_m2(parcels.geometry.to_numpy(), parcels.crs), index=parcels.index)
    of_class = classes[column].fillna("").astype(str)
    pairs["class_id"] = of_class.reindex(pairs["right"]).to_numpy()
    pairs = pairs.rename(columns={"left": "parcel_id"})
    found = pairs.groupby(["parcel_id", "class_id"], sort=False)["area_m2"].sum().reset_index()
    known = found.groupby("parcel_id")["area_m2"].sum().reindex(parcels.index).fillna(0)
    rest = pd.DataFrame({"parcel_id": parcels.index, "class_id": "", "area_m2": (flat - known).to_numpy()})
    rows = pd.concat([found, rest[rest["area_m2"] > LEAST_M2]], ignore_index=True)
    rows["share_pct"] = 100 * rows["area_m2"] / flat.reindex(rows["parcel_id"]).to_numpy()
    rows["area_m2"] = rows["share_pct"] / 100 * round_m2.reindex(rows["parcel_id"]).to_numpy()
    rows["place"] = parcels.index.get_indexer(pd.Index(rows["parcel_id"]))
    rows = rows[rows["area_m2"] > LEAST_M2].sort_values(["place", "share_pct", "class_id"], ascending=[True, False, True])
    return rows.drop(columns="place").reset_index(drop=True)


def _doubled(parcels: GeoDataFrame) -> pd.DataFrame:
    """Pairs of rows that overlap, the earlier first: positions, ids and the shape they share."""
    shapes = parcels.geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    later = first < second
    first, second = first[later], second[later]
    order = np.lexsort((second, first))
    first, second = first[order], second[order]
    shared = areas_only(shapely.intersection(shapes[first], shapes[second]))
    real = shapely.area(shared) > 0
    return pd.DataFrame(
        {
            "kept": first[real],
            "cut": second[real],
            "kept_id": parcels.index[first[real]],
            "cut_id": parcels.index[second[real]],
            "shape": shared[real],
        }
    )


def _alone(shapes: Shapes, doubled: pd.DataFrame) -> Shapes:
    """The shapes without what earlier rows hold."""
    alone = shapes.copy()
    for cut, part in doubled.groupby("cut"):
        earlier = shapely.union_all(shapes[part["kept"].to_numpy(int)])
        alone[int(str(cut))] = shapely.difference(shapes[int(str(cut))], earlier)
    return alone


def _overlap_frame(doubled: pd.DataFrame, crs: object) -> GeoDataFrame:
    shared = doubled["shape"].to_numpy()
    table = doubled[["kept_id", "cut_id"]].assign(area_m2=areas_m2(shared, crs))
    return GeoDataFrame(table, geometry=list(shared), crs=crs)


def _listed(frame: GeoDataFrame) -> GeoDataFrame:
    return frame[frame["area_m2"] > LEAST_M2]
