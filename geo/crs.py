"""Coordinate reference systems: one metric system inside, geodesic numbers outside.

Inside the region everything is computed in VN-2000 / TM-3 105°45' (EPSG:9210); elsewhere in the local UTM zone. Reported areas
and lengths are geodesic on WGS 84, so that they do not depend on the projection (EPSG:9210 is off by up to 240 ppm, Web Mercator
by 4.6 % at 11° N and therefore refused).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer
from pyproj.transformer import TransformerGroup

from geo.errors import PlanningDataError

WGS84 = "EPSG:4326"
METRIC = "EPSG:9210"
EQUAL_AREA = "EPSG:6933"

REGION_BOUNDS = (105.6, 10.2, 107.6, 12.4)  # lon/lat box in which EPSG:9210 serves
_OFFICIAL_SHIFT = "VN-2000 to WGS 84 (2)"
_SQUARE_M = 200.0  # of the square by which planes are compared
_STRAIGHT_DEG = 0.0005  # 55 m: of lines up to there what lies between plane and geodesic is less than half a part in a million
_GEOD = Geod(ellps="WGS84")
_NAMES_A_FILE = re.compile(r"(grids|init|file|catalog)\s*=(?!\s*(@?null|epsg:))", re.IGNORECASE)


def to_wgs84(frame: GeoDataFrame) -> GeoDataFrame:
    """The frame in longitude/latitude (EPSG:4326). A frame without CRS is refused (E-CRS-01)."""
    return _reprojected(frame, _known(frame), CRS(WGS84))


def to_metric(frame: GeoDataFrame) -> GeoDataFrame:
    """The frame in metres: EPSG:9210 in the region, the local UTM zone elsewhere. A frame without CRS is refused (E-CRS-01)."""
    return _reprojected(frame, _known(frame), metric_crs(frame))


def to_crs(frame: GeoDataFrame, crs: str | CRS) -> GeoDataFrame:
    """The frame in any CRS, by the one official datum shift of VN-2000. Errors: E-CRS-01 no CRS, E-CRS-04 no such."""
    return _reprojected(frame, _known(frame), known_crs(crs))


def transformer(source: str | CRS, target: str | CRS) -> Transformer:
    """The operation for loose coordinates (longitude, latitude or east, north), by the same datum shift as frames."""
    return _datum_shift(CRS(source), CRS(target)) or Transformer.from_crs(source, target, always_xy=True)


def known_crs(given: Any, shown: str | None = None, layer: str | None = None) -> CRS:
    """The system of a code ("EPSG:9210") or a definition. Errors: E-CRS-04 none such; no address or file is followed."""
    try:
        if isinstance(given, str) and ("://" in given or "\0" in given or given.startswith("/") or _NAMES_A_FILE.search(given)):
            raise ValueError("an address is not followed")  # noqa: TRY301 - one refusal for all
        return CRS(given)
    except Exception as error:  # pyproj raises several kinds
        seen = str(given)[:80]
        mend = 'name one that is known: crs="EPSG:9210" (VN-2000 / TM-3 105°45\'), "EPSG:4326" (longitude, latitude).'
        what = "there is no such coordinate reference system."
        raise PlanningDataError("E-CRS-04", what, file=shown, layer=layer, seen=seen, mend=mend) from error


def metric_crs(frame: GeoDataFrame) -> CRS:
    """The metric CRS in which the frame is to be measured."""
    if _known(frame) == CRS(METRIC) or frame.empty:
        return CRS(METRIC)
    west, south, east, north = to_wgs84(frame).total_bounds
    if REGION_BOUNDS[0] <= west and south >= REGION_BOUNDS[1] and east <= REGION_BOUNDS[2] and north <= REGION_BOUNDS[3]:
        return CRS(METRIC)
    return CRS(frame.estimate_utm_crs())


def area_ha(frame: GeoDataFrame) -> pd.Series:
    """Geodesic area of every feature in hectares (WGS 84 ellipsoid, corners joined by geodesics), on the frame's index.

    Within 1 ppm, and of what is smaller than 100 m² within 10 cm². Small features are measured on an equal-area plane: the sums
    of geodesics would lose them in rounding (1 cm² of a square metre), and their lines are straight there as well.
    """
    degrees = to_wgs84(frame)[[frame.geometry.name]]
    shapes = degrees.geometry.to_numpy()
    bounds = shapely.bounds(shapes)
    small = np.fmax(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) < _STRAIGHT_DEG
    areas = np.full(len(shapes), np.nan)
    areas[small] = degrees[small].to_crs(EQUAL_AREA).area
    turned = shapely.orient_polygons(shapes)  # rings that turn otherwise would count as negative
    for at in np.flatnonzero(~small & ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))):
        areas[at] = abs(_GEOD.geometry_area_perimeter(turned[at])[0])
    return pd.Series(areas / 1e4, index=frame.index, name="area_ha")


def ground_scale(shapes: NDArray[np.object_], crs: object) -> NDArray[np.float64]:
    """Square metres on the ellipsoid (WGS 84) for one of the plane, at the middle of each shape [n]; NaN of an empty one.

    A plane area times this is the geodesic area: within 0.1 ppm of shapes up to 5 km across, and so cheap that thousands of
    catchments can have it. In a conformal plane its root is the scale of lengths.
    """
    middle = shapely.get_coordinates(shapely.force_2d(np.asarray(shapely.centroid(shapes), object)))
    there = ~(shapely.is_empty(shapes) | shapely.is_missing(shapes))
    corners = middle[:, None] + _SQUARE_M / 2 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    x, y = transformer(CRS(crs), EQUAL_AREA).transform(corners[..., 0], corners[..., 1])
    found = np.full(len(shapes), np.nan)
    found[there] = 0.5 * np.sum(x * np.roll(y, -1, 1) - y * np.roll(x, -1, 1), axis=1) / _SQUARE_M**2
    return found


def ground_m2(shapes: NDArray[np.object_], crs: object) -> NDArray[np.float64]:
    """Geodesic areas of many small shapes [n], by `ground_scale`; 0 of an empty one."""
    return np.asarray(np.nan_to_num(shapely.area(shapes) * ground_scale(shapes, crs)))


def length_km(frame: GeoDataFrame) -> pd.Series:
    """Geodesic length of every feature in kilometres (WGS 84 ellipsoid), on the frame's index."""
    lengths = [_GEOD.geometry_length(shape) if shape else np.nan for shape in to_wgs84(frame).geometry]
    return pd.Series(np.asarray(lengths, float) / 1e3, index=frame.index, name="length_km")


def _reprojected(frame: GeoDataFrame, source: CRS, target: CRS) -> GeoDataFrame:
    if source == target:
        return frame
    operation = _datum_shift(source, target)
    if operation is None:
        return frame.to_crs(target)
    shapes = _moved(frame.geometry.to_numpy(), operation)
    return frame.set_geometry(GeoSeries(shapes, index=frame.index, crs=target))


def _moved(shapes: NDArray[np.object_], operation: Transformer) -> NDArray[np.object_]:
    """Shapes in the new system; heights stay what they are."""
    moved = np.array(shapely.transform(shapes, operation.transform, interleaved=False), object)
    high = shapely.has_z(shapes)
    if high.any():
        flat = shapely.get_coordinates(moved[high])
        xyz = np.column_stack([flat, shapely.get_coordinates(shapes[high], include_z=True)[:, 2]])
        moved[high] = shapely.set_coordinates(np.array(shapes[high], object), xyz)
    return moved


@cache
def _datum_shift(source: CRS, target: CRS) -> Transformer | None:
    """The one operation for all points between VN-2000 and WGS 84, or None where PROJ knows no choice.

    PROJ picks "VN-2000 to WGS 84 (1)" (Mekong delta, up to 11.04° N) or "(2)" (the country) point by point: across the middle
    of Binh Duong there and back again missed by 0.8 m.
    """
    known = TransformerGroup(source, target, always_xy=True).transformers
    return next((one for one in known if _OFFICIAL_SHIFT in one.description), None) if len(known) > 1 else None


def _known(frame: GeoDataFrame) -> CRS:
    if frame.crs is None:
        raise PlanningDataError(
            "E-CRS-01",
            "the frame has no coordinate reference system.",
            seen=None if frame.empty else tuple(round(float(v), 1) for v in frame.total_bounds),
            mend='name it: frame.set_crs("EPSG:4326") for longitude/latitude, "EPSG:9210" for VN-2000 / TM-3 105°45\'.',
        )
    return CRS(frame.crs)
