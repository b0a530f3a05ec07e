"""Do zones cover the ground once? Overlaps and gaps, with their ids and areas."""

from __future__ import annotations

import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries

from analyses._zones import checked_zones, same_metric_crs
from geo import area_ha, gaps, overlaps


def partition_faults(zones: GeoDataFrame) -> GeoDataFrame:
    """Where zones cover the ground twice or leave a hole between them: what breaks sums over areas without a word.

    ``zones`` valid polygons in a metric CRS. Returns one row a fault: ``kind`` "overlap" or "gap" (ground enclosed by zones and
    in none), ``zone_ids`` (the two that overlap, or all round the gap), ``area_m2``, and its shape; the largest first. Index
    ``fault_id``. Errors: E-POLY-01 (ids twice), E-POLY-02 (no area), E-POLY-03 (invalid shapes), E-CRS-02.

    >>> import geopandas as gpd, shapely
    >>> squares = [shapely.box(6e5, 1.22e6, 600_020, 1_220_020), shapely.box(600_010, 1.22e6, 600_030, 1_220_020)]
    >>> zones = gpd.GeoDataFrame(geometry=squares, index=["a", "b"], crs="EPSG:9210")
    >>> partition_faults(zones).round(1)[["kind", "zone_ids", "area_m2"]].values.tolist()
    [['overlap', ('a', 'b'), 200.0]]
    """
    checked_zones(zones, "zones")
    same_metric_crs(zones, zones)
    shapes = zones.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    place = pd.Series(range(len(zones)), zones.index)
    rows: list[tuple[str, tuple[object, ...], shapely.Geometry]] = []
    for left, right, _ in overlaps(zones, zones).itertuples(index=False):
        if place[left] < place[right]:
            rows.append(("overlap", (left, right), shapely.intersection(shapes[place[left]], shapes[place[right]])))
    holes = gaps(zones.geometry)
    rows += [("gap", tuple(zones.index[sorted(tree.query(hole, predicate="intersects"))]), hole) for hole in holes]
    faults = GeoDataFrame(
        {"kind": [row[0] for row in rows], "zone_ids": [row[1] for row in rows]},
        geometry=GeoSeries([row[2] for row in rows], crs=zones.crs),
    )
    faults.insert(2, "area_m2", area_ha(faults) * 1e4)
    return faults.sort_values("area_m2", ascending=False, kind="stable").reset_index(drop=True).rename_axis("fault_id")
