"""A corridor told in figures: distance, minutes, mean speed and detour from place to place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from analyses.travel.matrices import centres_xy
from analyses.travel.times import Departure
from geo import PlanningDataError
from geo.movement import Joined, Transport, Way, fastest_way

_LEAST = 2


def corridor_times(
    transport: Transport, places: GeoDataFrame, *, modes: Sequence[str] = ("car", "motorbike"), departure: Departure | None = None
) -> pd.DataFrame:
    """The places in their order, from each to the next and from the first to the last, by each mode.

    One row a mode and section: ``from_id``, ``to_id``, ``mode``, ``distance_km`` along the fastest way (local streets included),
    ``straight_km``, ``travel_time_min``, ``mean_speed_kmh``, ``detour`` = distance / straight (circuity, Levinson & El-Geneidy
    2009); null where there is no way, the last two also between two places at one spot. Street modes only.
    Errors: E-CORR-01 (fewer than two places), E-MODE-01.
    """
    if len(places) < _LEAST:
        raise PlanningDataError(
            "E-CORR-01", "a corridor needs two places.", seen=len(places), mend="give them in order of travel."
        )
    xy = centres_xy(places, transport.crs)
    sections = [(i, i + 1) for i in range(len(places) - 1)]
    if len(places) > _LEAST:
        sections.append((0, len(places) - 1))
    hour = (departure or Departure()).hour
    rows = []
    for mode in modes:
        transport.check_mode(mode)
        for start, end in sections:
            distance_km, minutes = _fastest(transport, xy[[start]], xy[[end]], mode, hour)
            straight_km = float(np.hypot(*(xy[end] - xy[start]))) / 1000
            rows.append(
                {
                    "from_id": places.index[start],
                    "to_id": places.index[end],
                    "mode": mode,
                    "distance_km": distance_km,
                    "straight_km": straight_km,
                    "travel_time_min": minutes,
                    "mean_speed_kmh": distance_km / minutes * 60 if minutes else np.nan,
                    "detour": distance_km / straight_km if straight_km else np.nan,
                }
            )
    return pd.DataFrame(rows)


def corridor_ways(
    transport: Transport, places: GeoDataFrame, *, mode: str = "car", departure: Departure | None = None
) -> GeoDataFrame:
    """The fastest way of each section of `corridor_times` from node to node, one row a section, in the transport's CRS.

    Columns ``from_id``, ``to_id``; sections without a way are left out.
    """
    xy = centres_xy(places, transport.crs)
    hour = (departure or Departure()).hour
    shapes, ends = [], []
    for start in range(len(places) - 1):
        way, _ = _way(transport, xy[[start]], xy[[start + 1]], mode, hour)
        if way is not None:
            line = [xy[start], *transport.streets.node_xy[way.nodes], xy[start + 1]]
            shapes.append(shapely.LineString(line))
            ends.append((places.index[start], places.index[start + 1]))
    return GeoDataFrame(pd.DataFrame(ends, columns=["from_id", "to_id"]), geometry=shapes, crs=transport.crs)


def _way(transport: Transport, start: np.ndarray, end: np.ndarray, mode: str, hour: int) -> tuple[Way | None, Joined]:
    joined = transport.joining.joined(transport.streets, mode, transport.hours.factor(mode, hour), start, end)
    weights = transport.hours.weights(mode, hour)
    return fastest_way(transport.streets, weights, joined.leaving, joined.arriving), joined


def _fastest(transport: Transport, start: np.ndarray, end: np.ndarray, mode: str, hour: int) -> tuple[float, float]:
    """Kilometres and minutes of the faster of both ways: over the network, or straight between two near points."""
    way, joined = _way(transport, start, end, mode, hour)
    weights, factor = transport.hours.weights(mode, hour), transport.hours.factor(mode, hour)
    direct = int(joined.direct.ds[0]) if len(joined.direct.ds) else None
    if way is not None and (direct is None or way.ds <= direct):
        off_m = transport.joining.off_network_m(transport.streets, mode, factor, start, end, way, 0)
        return transport.length_km(way.nodes, weights) + off_m / 1000, way.ds / 600
    if direct is None:
        return np.nan, np.nan
    off_m = transport.joining.off_network_m(transport.streets, mode, factor, start, end, None, direct)
    return off_m / 1000, direct / 600
