"""An area cut into tiles that a public server may be asked for, each a little larger than its share."""

from __future__ import annotations

import math

import shapely
from geopandas import GeoDataFrame

from geo import WGS84, to_metric, to_wgs84
from layers.osm.area import AREAS, coarse, outline_km2

HALO_M = 500  # streets just outside carry the trips of the rim; tiles overlap, what is told twice is one thing


def tiles(outline: shapely.Geometry, tile_km: float) -> list[shapely.Geometry]:
    """Tiles of at most ``tile_km`` a side and 500 m around, in degrees, south to north and west to east.

    They stand on whole multiples of ``tile_km``, so that another area of the same neighbourhood cuts the same ones. An area no
    larger than one tile is one tile.
    """
    metric = to_metric(GeoDataFrame(geometry=[outline], crs=WGS84))
    whole = metric.geometry.iloc[0]
    parts = [whole] if outline_km2(outline) <= tile_km**2 else _cut(whole, tile_km * 1000)
    with_rim = metric.iloc[[0] * len(parts)].set_geometry([part.buffer(HALO_M, join_style="mitre") for part in parts])
    return [coarse(one) for one in to_wgs84(with_rim.set_crs(metric.crs)).geometry]


def _cut(whole: shapely.Geometry, side_m: float) -> list[shapely.Geometry]:
    west, south, east, north = (edge / side_m for edge in whole.bounds)
    squares = [
        shapely.box(column * side_m, row * side_m, (column + 1) * side_m, (row + 1) * side_m)
        for row in range(math.floor(south), math.ceil(north))
        for column in range(math.floor(west), math.ceil(east))
    ]
    cut = shapely.intersection(whole, squares)
    surfaces = [shapely.union_all([one for one in shapely.get_parts(part) if one.geom_type in AREAS]) for part in cut]
    return [part for part in surfaces if part.area > 0]
