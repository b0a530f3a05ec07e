"""A town of square blocks to walk in: the reach of a walk r is the diamond |x| + |y| ≤ r."""

import numpy as np
import shapely
from geopandas import GeoDataFrame

from geo.movement import Network

EAST_M, SOUTH_M = 600_000.0, 1_220_000.0
DS_PER_M = 7.5  # 4.8 km/h


def streets_on_foot(side_m, corners, low_m=0.0):
    """The streets of ``corners`` × ``corners`` crossings, ``side_m`` apart, from ``low_m`` east and north of the corner on."""
    number = np.arange(corners * corners).reshape(corners, corners)
    tail, head = np.r_[number[:, :-1].ravel(), number[:-1].ravel()], np.r_[number[:, 1:].ravel(), number[1:].ravel()]
    row, column = np.divmod(np.arange(corners * corners), corners)
    xy = np.stack([EAST_M + low_m + column * side_m, SOUTH_M + low_m + row * side_m], axis=1)
    tails, heads = np.r_[tail, head], np.r_[head, tail]
    lines = shapely.linestrings(np.stack([xy[tails], xy[heads]], axis=1))
    edges = GeoDataFrame({"length_m": side_m}, index=range(len(tails)), geometry=lines, crs="EPSG:9210")
    ds = {"walk": np.full(len(tails), int(DS_PER_M * side_m))}
    return Network.from_edges(xy, "EPSG:9210", tails, heads, ds, edges=edges)


def cells(side_m, count):
    """``count`` × ``count`` squares from the same corner."""
    west, south = (corner.ravel() * side_m for corner in np.meshgrid(np.arange(count), np.arange(count)))
    return shapely.box(EAST_M + west, SOUTH_M + south, EAST_M + west + side_m, SOUTH_M + south + side_m)
