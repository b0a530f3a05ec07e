"""A corridor laid straight: where its stops lie along it, and what the land beside it is used for."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import shapely
import shapely.ops
from geopandas import GeoDataFrame, GeoSeries

from analyses._zones import same_metric_crs
from geo import PlanningDataError, ground_scale
from geo import length_km as geodesic_km

UNCLASSIFIED = "unclassified"
_HA = 10_000


def along_line(stops: GeoDataFrame, line: GeoDataFrame, *, reach_m: float = 1_000, length_km: float | None = None) -> pd.Series:
    """Kilometres along a line at which each stop lies nearest to it; ``chainage_km`` on the index of ``stops``.

    Formula: s = L · λ / λ_0, λ the drawn length up to the nearest point, λ_0 of the whole line. Source: linear referencing,
    ISO 19148:2021.

    ``line`` one row, a LineString in the metric CRS of ``stops``; ``length_km`` the published length L where the drawing is a
    chord of it (default: the drawn one). Errors: E-CRS-02 (CRS differ), E-STRIP-01 (not one LineString), E-STRIP-02 (stops
    farther from it than ``reach_m``).

    >>> from shapely import LineString, Point
    >>> line = GeoDataFrame(geometry=[LineString([(0, 0), (3000, 4000)])], crs="EPSG:9210")
    >>> stops = GeoDataFrame(index=["a", "b"], geometry=[Point(0, 0), Point(1500, 2000)], crs="EPSG:9210")
    >>> along_line(stops, line, length_km=6).to_dict()
    {'a': 0.0, 'b': 3.0}
    """
    way = _way(stops, line)
    points = stops.geometry.to_numpy()
    away = shapely.distance(points, way)
    if not (away <= reach_m).all():  # also where a stop has no geometry
        far = ~(away <= reach_m)
        seen = [None if np.isnan(one) else round(float(one)) for one in away[far]]
        mend = "give the stops of this line, or a greater reach_m."
        raise PlanningDataError(
            "E-STRIP-02",
            f"stops lie farther than {reach_m:g} m from the line.",
            feature_ids=list(stops.index[far]),
            seen=seen,
            mend=mend,
        )
    whole_km = float(geodesic_km(line).iloc[0]) if length_km is None else length_km
    share = shapely.line_locate_point(way, points, normalized=True)
    return pd.Series(share * whole_km, stops.index, name="chainage_km")


def land_along(
    line: GeoDataFrame, land_use: GeoDataFrame, *, beside_m: float = 500, step_km: float = 1.0, length_km: float | None = None
) -> pd.DataFrame:
    """Land use beside a line, stretch by stretch: one row a stretch and class, with hectares and the share of the stretch.

    Formula: p_kc = area(strip_k ∩ ∪ class_c) / area(strip_k); strip_k the ground nearer to stretch k than ``beside_m``, with
    flat ends. Source: the strip map of corridor studies, stated here.

    ``land_use`` with the column ``land_use``; what it does not cover is ``unclassified``. ``step_km`` of the line's length (the
    last stretch is shorter). Returns ``from_km``, ``to_km``, ``land_use``, ``area_ha``, ``share_pct`` by stretch, then by
    class. Errors: E-CRS-02, E-STRIP-01 as `along_line`, E-STRIP-03 (a step or a width that is none), E-LAND-01 (classes that
    overlap).
    """
    way = _way(land_use, line)
    whole_km = float(geodesic_km(line).iloc[0]) if length_km is None else length_km
    if not (step_km > 0 and beside_m > 0 and whole_km > 0):
        seen = (step_km, beside_m, whole_km)
        raise PlanningDataError("E-STRIP-03", "a step or a width is none.", seen=seen, mend="give numbers above 0.")
    ends = np.append(np.arange(0, whole_km * (1 - 1e-9), step_km), whole_km)
    classes = land_use.geometry.groupby(land_use["land_use"].to_numpy()).agg(lambda shapes: shapely.union_all(shapes.to_numpy()))
    rows = []
    for start, end in itertools.pairwise(ends):
        stretch = shapely.ops.substring(way, start / whole_km, end / whole_km, normalized=True)
        strip = shapely.buffer(stretch, beside_m, cap_style="flat", quad_segs=16)
        rows.append(_stretch(strip, classes, line.crs).assign(from_km=start, to_km=end))
    return pd.concat(rows, ignore_index=True)[["from_km", "to_km", "land_use", "area_ha", "share_pct"]]


def _stretch(strip: shapely.Geometry, classes: GeoSeries, crs: object) -> pd.DataFrame:
    areas = shapely.area(shapely.intersection(classes.to_numpy(), strip))
    whole = strip.area
    if areas.sum() > whole * (1 + 1e-6):
        raise PlanningDataError("E-LAND-01", "land-use polygons overlap.", mend="give a partition: every place in one class.")
    table = pd.DataFrame({"land_use": [*classes.index, UNCLASSIFIED], "area": [*areas, max(whole - areas.sum(), 0.0)]})
    table = table[table["area"] > whole * 1e-9]
    hectares = table["area"] * ground_scale(np.array([strip], object), crs)[0] / _HA
    return pd.DataFrame({"land_use": table["land_use"], "area_ha": hectares, "share_pct": 100 * table["area"] / whole})


def _way(other: GeoDataFrame, line: GeoDataFrame) -> shapely.LineString:
    same_metric_crs(other, line)
    kinds = [None if shape is None else shape.geom_type for shape in line.geometry]
    if kinds != ["LineString"] or line.geometry.iloc[0].is_empty:
        mend = "give one row with one LineString; merge its parts first (shapely.line_merge)."
        raise PlanningDataError("E-STRIP-01", "the corridor is not one line.", seen=kinds, mend=mend)
    return line.geometry.iloc[0]
