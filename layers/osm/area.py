"""The area somebody asks for: polygons or a box, as one valid outline in degrees."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import shapely
from geopandas import GeoDataFrame, GeoSeries

from geo import WGS84, PlanningDataError, area_ha, to_metric, to_wgs84

Area: TypeAlias = GeoDataFrame | GeoSeries | Sequence[float]
CORNER_M = 50  # an outline is sent without finer corners
CORNERS = 5
AREAS = frozenset({"Polygon", "MultiPolygon"})


def area_outline(area: Area) -> shapely.Geometry:
    """One valid (multi)polygon in longitude/latitude. Errors: E-FETCH-01 for what is no area on the globe."""
    frame = _frame(area)
    west, south, east, north = to_wgs84(frame).total_bounds if len(frame) else (math.nan,) * 4
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - the globe; false for NaN as well
        raise _no_area("the area is not on the globe.", (west, south, east, north))
    whole = shapely.make_valid(to_wgs84(frame).union_all())
    parts = [part for part in shapely.get_parts(whole) if part.geom_type in AREAS]
    if not parts:
        raise _no_area("the area is a point or a line.", (west, south, east, north))
    return shapely.unary_union(parts)


def outline_km2(outline: shapely.Geometry) -> float:
    """Geodesic area in km²."""
    return float(area_ha(GeoDataFrame(geometry=[outline], crs=WGS84)).iloc[0]) / 100


def coarse(outline: shapely.Geometry) -> shapely.Geometry:
    """The outline without corners finer than 50 m: a question to a server need not be longer."""
    if shapely.get_num_coordinates(outline) <= CORNERS:
        return outline
    metric = to_metric(GeoDataFrame(geometry=[outline], crs=WGS84))
    simple = shapely.make_valid(to_wgs84(metric.set_geometry(metric.simplify(CORNER_M))).geometry.iloc[0])
    return shapely.unary_union([part for part in shapely.get_parts(simple) if part.geom_type in AREAS])


def _frame(area: Area) -> GeoDataFrame:
    if isinstance(area, GeoDataFrame):
        return area
    if isinstance(area, GeoSeries):
        return GeoDataFrame(geometry=area)
    try:
        west, south, east, north = map(float, area)
    except (TypeError, ValueError):
        raise _no_area("the area can not be read.", area) from None
    if not (west < east and south < north):
        raise _no_area("the area has no surface.", (west, south, east, north))
    return GeoDataFrame(geometry=[shapely.box(west, south, east, north)], crs=WGS84)


def _no_area(what: str, seen: object) -> PlanningDataError:
    mend = "give polygons with a CRS, or (west, south, east, north) in degrees, longitude first."
    return PlanningDataError("E-FETCH-01", what, seen=seen, mend=mend)
