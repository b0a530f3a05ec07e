"""Areas and lengths as they are reported, against geodesic ones: anywhere, of any size, with holes, in any projection.

What is meant by a shape is its corners, joined by geodesics: a straight line between them in a plane is another curve when they
lie far apart. How far the two are from one another is told, not tried.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pyproj import Geod

import geo
from layers.osm.frames import measured
from tests.trust.rounds import Round

MOST_PPM = 1.0
SIZES_M2 = (1.0, 100.0, 1e4, 1e6, 1e8, 5e9)
PLACES = {"region": (105.5, 10.3, 107.5, 12.3), "Porto Alegre": (-51.6, -30.4, -50.8, -29.6), "Tromsø": (18.4, 69.2, 19.6, 69.9)}
PLANES = {"region": ("EPSG:9210", "EPSG:32648"), "Porto Alegre": ("EPSG:32722",), "Tromsø": ("EPSG:32634",)}
_EARTH = Geod(ellps="WGS84")
_SIDES = 9
_PIECES = 50
_ROUNDED_M2 = 5.1e-5
_LOST_M2 = 1e4  # below it sums of geodesics lose up to 100 ppm in rounding
Shapes = list[shapely.Polygon]


def geodesic(amount: int) -> Round:
    """``amount`` polygons and lines of every size at every place, given in degrees and in the planes used there."""
    found = Round("reported areas and lengths are within 1 ppm of geodesic")
    worst, bent = 0.0, 0.0
    for place, box in PLACES.items():
        shapes = list(_polygons(box, amount, seed=len(place)))
        degrees = GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs="EPSG:4326"))
        cut = _on_equal_areas(shapes)
        areas = np.array([_area_m2(shape) for shape in shapes])
        areas = np.where(areas < _LOST_M2, cut, areas)
        lengths = np.array([_length_m(shape.exterior) for shape in shapes])
        lines = degrees.set_geometry(gpd.GeoSeries([shape.exterior for shape in shapes], crs="EPSG:4326"))
        for crs in ("EPSG:4326", *PLANES[place]):
            ppm = _ppm(geo.area_ha(geo.to_crs(degrees, crs)) * 1e4, areas)
            further = _ppm(geo.length_km(geo.to_crs(lines, crs)) * 1e3, lengths)
            for what, values in (("area_ha", ppm), ("length_km", further)):
                for at, value in enumerate(values):
                    found.check(
                        value <= MOST_PPM, f"{what} at {place} in {crs}, polygon {at} of {areas[at]:.0f} m²: {value:.3f} ppm"
                    )
                worst = max(worst, float(values.max()))
        mapped = measured({"footprint_m2": "m²"}, np.array(shapes, object))["footprint_m2"]
        for what, told, rounded in (("OpenStreetMap", mapped, _ROUNDED_M2), ("equal areas", cut, 0.0)):
            ppm = _ppm(told, areas, rounded)
            for at, value in enumerate(ppm):
                found.check(value <= MOST_PPM, f"{what} at {place}, polygon {at} of {areas[at]:.0f} m²: {value:.3f} ppm")
            worst = max(worst, float(ppm.max()))
        bent = max(bent, float(_ppm(_in_the_plane(degrees, PLANES[place][0]), areas).max()))
    found.said = f"worst {worst:.3f} ppm; straight lines of the plane instead of geodesics would differ by up to {bent:,.0f} ppm"
    return found


def _polygons(box: tuple[float, float, float, float], amount: int, seed: int) -> Iterator[shapely.Polygon]:
    """Stars of uneven arms round places in the box, half of them with a hole, of all sizes."""
    draw = np.random.default_rng(seed)
    for size in SIZES_M2:
        radius = math.sqrt(size / 2)
        for at in range(amount):
            x, y = draw.uniform(box[:2], box[2:])
            hole = [_ring(x, y, radius / 4, draw)] if at % 2 else []
            yield shapely.Polygon(_ring(x, y, radius, draw), hole)


def _ring(x: float, y: float, radius: float, draw: np.random.Generator) -> NDArray[np.float64]:
    turns = np.arange(_SIDES) * 360 / _SIDES + draw.uniform(-10, 10, _SIDES)
    lon, lat, _ = _EARTH.fwd(np.full(_SIDES, x), np.full(_SIDES, y), turns, radius * draw.uniform(0.7, 1.3, _SIDES))
    return np.column_stack([lon, lat])


def _area_m2(shape: shapely.Polygon) -> float:
    """Ring by ring, holes taken away."""
    rings = [abs(_EARTH.polygon_area_perimeter(*ring.xy)[0]) for ring in (shape.exterior, *shape.interiors)]
    return float(rings[0] - sum(rings[1:]))


def _length_m(ring: shapely.LinearRing) -> float:
    lon, lat = (np.asarray(values) for values in ring.xy)
    return float(np.sum(_EARTH.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]))


def _in_the_plane(degrees: GeoDataFrame, crs: str) -> NDArray[np.float64]:
    """Areas within the straight lines of the plane: the shapes cut into a hundred pieces a side there."""
    plane = geo.to_crs(degrees, crs)
    fine = plane.geometry.to_numpy()
    fine = np.array([shapely.segmentize(shape, max(shape.length / _SIDES / 100, 0.01)) for shape in fine])
    back = geo.to_crs(GeoDataFrame(geometry=gpd.GeoSeries(fine, crs=crs)), "EPSG:4326")
    return np.array([_area_m2(shape) for shape in back.geometry])


def _on_equal_areas(shapes: Shapes) -> NDArray[np.float64]:
    """By another route: the geodesics cut into fifty pieces each, and what they enclose on an equal-area plane."""
    fine = [shapely.Polygon(_cut(shape.exterior), [_cut(ring) for ring in shape.interiors]) for shape in shapes]
    return geo.to_crs(GeoDataFrame(geometry=gpd.GeoSeries(fine, crs="EPSG:4326")), "EPSG:6933").area.to_numpy()


def _cut(ring: shapely.LinearRing) -> list[tuple[float, float]]:
    corners = list(ring.coords)
    return [
        point
        for one, other in itertools.pairwise(corners)
        for point in (one, *_EARTH.npts(one[0], one[1], other[0], other[1], _PIECES - 1))
    ]


def _ppm(told: Any, real: NDArray[np.float64], rounded: float = 0.0) -> NDArray[np.float64]:
    """Parts in a million by which numbers differ, beyond half of the last figure that is given."""
    return np.maximum(np.abs(np.asarray(told, float) - real) - rounded, 0) / real * 1e6
