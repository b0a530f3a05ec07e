"""How much ground a square metre of the plane is, measured by geodesics on a square of a kilometre: for areas known by hand."""

import shapely
from geopandas import GeoDataFrame

from geo import METRIC, area_ha


def per_m2(x: float, y: float, crs: str = METRIC) -> float:
    """Square metres on the ellipsoid for one of the plane at a place."""
    square = shapely.box(x - 500, y - 500, x + 500, y + 500)
    return float(area_ha(GeoDataFrame(geometry=[square], crs=crs)).iloc[0]) / 100
