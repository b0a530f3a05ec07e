"""Sites of a given size put together from neighbouring zones."""

from __future__ import annotations

import heapq

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray

from analyses._inputs import above_zero, at_least_zero, id_order
from analyses._zones import checked_zones, same_metric_crs
from geo import PlanningDataError, area_ha

_TOUCH_M = 0.5  # zones drawn side by side may miss each other by so much
_CORNER_M = 4 * _TOUCH_M  # a common border is longer
_M2_PER_HA = 10_000


def contiguous_sites(
    zones: GeoDataFrame, suitability: pd.Series, site_ha: float, *, count: int = 3, compactness: float = 0.3
) -> GeoDataFrame:
    """The best sites of a given size made of zones side by side, none of them in two sites.

    Formula: a site grows from a zone by the neighbour with the greatest (1 − c) S_j + c (1 − d_j / R), d_j = distance of the two
    zones' centres, R = √(A / π), until it has the area A; of all sites the one with the greatest area-weighted mean
    S is taken, and the search goes on without its zones. Source: Brookes 1997.

    ``suitability`` 0 to 1 on the zones, null where excluded; ``site_ha`` on the ground; ``compactness`` c, 0 to 1. Growing is a
    rule of thumb, not proven best. Returns one row a site, index ``site_id`` from 1, the best first: ``suitability``, ``area_ha``
    (at least ``site_ha``, by less than a zone more), ``zone_ids``, ``perimeter_km``, ``roundness`` (4πA / P², 1 = a circle), its
    shape; fewer rows than ``count`` where no more fit. Errors: E-POLY-01 to -03, E-CRS-02, E-SITE-08 (ids, values outside 0 to
    1), E-SITE-09 (size, count, compactness), E-SITE-10 (no place is large enough).
    """
    (size_ha,) = above_zero([site_ha], "E-SITE-09", "the size of a site")
    if not 0 <= at_least_zero(compactness, "E-SITE-09", "the compactness") <= 1 or count < 1:
        raise PlanningDataError("E-SITE-09", "no such sites.", seen=(count, compactness), mend="1 or more, compactness 0 to 1.")
    same_metric_crs(checked_zones(zones, "zones"), zones)
    scores = _scores(zones, suitability)
    land = zones.iloc[id_order(zones.index)]
    land = land[scores.loc[land.index].notna()]
    values, hectares = scores.loc[land.index].to_numpy(float), area_ha(land).to_numpy()
    neighbours = _neighbours(land)
    centres = shapely.get_coordinates(shapely.centroid(land.geometry.to_numpy()))
    radius_m = np.sqrt(size_ha * _M2_PER_HA / np.pi)

    def keys(start: int) -> NDArray[np.float64]:
        far = np.hypot(*(centres - centres[start]).T) / radius_m
        return np.asarray((1 - compactness) * values + compactness * (1 - far))

    free = np.ones(len(land), bool)
    found: list[list[int]] = []
    while len(found) < count:
        starts = np.flatnonzero(free).tolist()
        grown = (_grown(k, keys(k), hectares, neighbours, free, size_ha) for k in starts)
        whole = [site for site in grown if site]
        best = max(whole, key=lambda site: float(np.average(values[site], weights=hectares[site])), default=None)
        if best is None:
            break
        free[best] = False
        found.append(best)
    if not found:
        seen, mend = f"{hectares.sum():,.0f} ha in {len(land)} zones not excluded", "relax constraints, or widen the search."
        raise PlanningDataError("E-SITE-10", f"no place holds {size_ha:,.0f} ha.", seen=seen, mend=mend)
    return _drawn(land, found, values, hectares)


def _scores(zones: GeoDataFrame, suitability: pd.Series) -> pd.Series:
    odd = zones.index.symmetric_difference(suitability.index)
    wrong = suitability.index[suitability.notna() & ~suitability.between(0, 1)]
    if len(odd) or suitability.index.has_duplicates or len(wrong):
        mend = "give one value of 0 to 1 for every zone, null where excluded."
        raise PlanningDataError("E-SITE-08", "suitability and zones differ.", feature_ids=list(odd) or list(wrong), mend=mend)
    return suitability


def _neighbours(land: GeoDataFrame) -> list[list[int]]:
    """Of every zone the zones it shares a border with, not a corner only."""
    shapes = land.geometry.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=_TOUCH_M)
    apart = one != other
    one, other = one[apart], other[apart]
    near = shapely.buffer(shapes, _TOUCH_M, cap_style="square", join_style="mitre")
    common = shapely.length(shapely.intersection(shapely.boundary(shapes[other]), near[one]))
    out: list[list[int]] = [[] for _ in shapes]
    for a, b in zip(one[common > _CORNER_M].tolist(), other[common > _CORNER_M].tolist(), strict=True):
        out[a].append(b)
    return out


def _grown(
    start: int,
    keys: NDArray[np.float64],
    hectares: NDArray[np.float64],
    neighbours: list[list[int]],
    free: NDArray[np.bool_],
    size_ha: float,
) -> list[int]:
    """Zones of the site that grows from ``start``, the greatest ``keys`` first, or none where it can not grow large enough."""
    site, area = [start], float(hectares[start])
    seen, queue = {start}, list[tuple[float, int]]()
    while area < size_ha:
        for zone in neighbours[site[-1]]:
            if free[zone] and zone not in seen:
                seen.add(zone)
                heapq.heappush(queue, (-float(keys[zone]), zone))
        if not queue:
            return []
        site.append(heapq.heappop(queue)[1])
        area += float(hectares[site[-1]])
    return sorted(site)


def _drawn(
    land: GeoDataFrame, sites: list[list[int]], values: NDArray[np.float64], hectares: NDArray[np.float64]
) -> GeoDataFrame:
    shapes = land.geometry.to_numpy()
    whole = np.array([shapely.union_all(shapes[site], grid_size=0.001) for site in sites])
    perimeter = shapely.length(whole)
    table = {
        "suitability": [float(np.average(values[site], weights=hectares[site])) for site in sites],
        "area_ha": [float(hectares[site].sum()) for site in sites],
        "zone_ids": [tuple(land.index[site]) for site in sites],
        "perimeter_km": perimeter / 1000,
        "roundness": 4 * np.pi * shapely.area(whole) / perimeter**2,
    }
    frame = GeoDataFrame(table, geometry=GeoSeries(whole, crs=land.crs))
    order = frame["suitability"].to_numpy().argsort(kind="stable")[::-1]
    return frame.iloc[order].set_index(pd.RangeIndex(1, len(sites) + 1, name="site_id"))
