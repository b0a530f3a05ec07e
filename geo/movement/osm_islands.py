"""Islands of an imported network: small components that can not be left or entered are closed to their mode and listed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame, points_from_xy
from numpy.typing import NDArray

from geo.crs import WGS84
from geo.movement.arcs import CLOSED, Ints
from geo.movement.osm_turns import LooseArcs


def without_islands(
    arcs: LooseArcs, lon_lat: NDArray[np.float64], length_m: NDArray[np.float64], smallest: int, origin: Ints
) -> tuple[LooseArcs, GeoDataFrame]:
    """Arcs with small strongly connected components closed for their mode, and a list of these.

    ``origin``: nodes that have copies for turns.
    """
    from scipy.sparse import coo_array  # noqa: PLC0415 - heavy
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - heavy

    n = len(lon_lat)
    removed = []
    times = dict(arcs.ds)
    for mode, ds in arcs.ds.items():
        is_open = np.flatnonzero(ds != CLOSED)
        tail, head = arcs.tail[is_open], arcs.head[is_open]
        matrix = coo_array((np.ones(len(tail), np.int8), (tail, head)), shape=(n, n))
        count, label = connected_components(matrix, directed=True, connection="strong")
        touched = np.zeros(n, bool)
        touched[tail] = touched[head] = True
        bypassed = np.setdiff1d(origin, head)  # who arrives at such a node stands at one of its copies
        touched[bypassed] = False
        size = np.bincount(label[touched], minlength=count)
        lost = (size[label[head]] < smallest) | ((size[label[tail]] < smallest) & ~np.isin(tail, bypassed))
        times[mode] = ds.copy()
        times[mode][is_open[lost]] = CLOSED
        small = np.flatnonzero((size > 0) & (size < smallest))
        removed.append(_island_rows(mode, small, label, touched, size, lon_lat, (tail, length_m[arcs.edge[is_open]])))
    listed = pd.concat(removed, ignore_index=True)
    places = points_from_xy(listed.pop("lon"), listed.pop("lat"))
    return LooseArcs(arcs.tail, arcs.head, arcs.edge, arcs.along, times), GeoDataFrame(listed, geometry=places, crs=WGS84)


def _island_rows(
    mode: str,
    small: NDArray[np.intp],
    label: Ints,
    touched: NDArray[np.bool_],
    size: NDArray[np.intp],
    lon_lat: NDArray[np.float64],
    leaving: tuple[Ints, NDArray[np.float64]],
) -> pd.DataFrame:
    tail, metres = leaving
    km = np.bincount(label[tail], weights=metres / 2000, minlength=len(size))  # both directions of a street are counted
    x, y = (np.bincount(label[touched], weights=lon_lat[touched, i], minlength=len(size)) for i in (0, 1))
    rows = {
        "mode": mode,
        "nodes": size[small],
        "length_km": km[small],
        "lon": x[small] / size[small],
        "lat": y[small] / size[small],
    }
    return pd.DataFrame(rows)
