"""How much longer the way is than the straight line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame, GeoSeries, points_from_xy
from numpy.typing import NDArray

from analyses._inputs import numbers, refuse_rows
from analyses.networks.failing_streets import drawn_edges
from analyses.travel.matrices import centres_xy
from geo import PlanningDataError
from geo.movement import CLOSED, UNREACHED, Links, LocalRoads, Network, Transport, along_one_edge, snap, times

_DS_PER_M = 10  # at 1 m/s a decisecond is a decimetre: times are lengths
_KMH = 3.6
Points = NDArray[np.float64]


def circuity(
    transport: Transport, origins: GeoDataFrame, destinations: GeoDataFrame | None = None, *, mode: str = "car"
) -> pd.DataFrame:
    """The shortest way over the streets open to a mode against the straight line, pair by pair.

    Formula: C_ij = d_ij / s_ij, d network length, s straight length. Source: Levinson & El-Geneidy 2009.

    Points, or polygons that stand for their centre; ``destinations`` default to the origins. The shortest way, not the fastest;
    the way from a point to its street is part of it (over local streets of the region with their detour). One row a pair of
    different places: ``from_id``, ``to_id``, ``network_km``, ``straight_km``, ``circuity``; null where there is no way.
    Errors: E-CIRC-01 (a mode without streets), E-ROB-04 (streets not drawn), E-MODE-01, E-ORIGIN-01, E-ORIGIN-02.
    """
    transport.check_mode(mode)
    ends = origins if destinations is None else destinations
    start, end = centres_xy(origins, transport.crs), centres_xy(ends, transport.crs)
    streets = streets_in_metres(transport, mode)
    leaving, arriving, direct = _joined(transport, streets, mode, start, end)
    ds = times(streets, mode, leaving, arriving, direct=direct)
    straight_km = np.hypot(*(start[:, None] - end[None]).transpose(2, 0, 1)) / 1000
    origin, destination = np.nonzero(straight_km > 0)
    network_km = np.where(ds == UNREACHED, np.nan, ds / _DS_PER_M / 1000)[origin, destination]
    straight = straight_km[origin, destination]
    columns = {"from_id": origins.index[origin], "to_id": ends.index[destination]}
    return pd.DataFrame({**columns, "network_km": network_km, "straight_km": straight, "circuity": network_km / straight})


def mean_circuity(pairs: pd.DataFrame, weights: pd.Series | None = None) -> pd.Series:
    """Circuity of many pairs in one number, and how many of them have no way at all.

    Formula: C = Σ_ij w_ij d_ij / Σ_ij w_ij s_ij over pairs with a way. Source: Levinson & El-Geneidy 2009.

    ``pairs`` as `circuity` gives them; ``weights`` w on their index (travellers), 1 by default. Returns ``circuity`` (long pairs
    count more, as they do on the road), ``mean_of_ratios`` (every pair counts alike), ``pairs`` and ``pairs_without_way``.
    Errors: E-CIRC-02 (columns missing, weights null, negative or of other pairs, no pair with a way).

    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"network_km": [3.0, 1.0], "straight_km": [2.0, 1.0]})
    >>> mean_circuity(pairs)[["circuity", "mean_of_ratios"]].round(3).tolist()
    [1.333, 1.25]
    """
    missing = {"network_km", "straight_km"} - set(pairs)
    own = pd.Series(1.0, pairs.index) if weights is None else weights
    if missing or len(own.index.symmetric_difference(pairs.index)) or pairs.index.has_duplicates:
        mend = "give the frame of circuity(), and one weight a row."
        raise PlanningDataError("E-CIRC-02", "pairs and weights do not fit.", seen=sorted(missing), mend=mend)
    own = numbers(own.loc[pairs.index].to_frame("weight"), "CIRC", "weights")["weight"]
    refuse_rows(own < 0, "E-CIRC-02", "weights are negative.", "give 0 where nobody goes.")
    reached = pairs["network_km"].notna() & (own > 0)
    if not reached.any():
        raise PlanningDataError("E-CIRC-02", "no pair has a way.", seen=len(pairs), mend="check mode and places.")
    network, straight = (pairs.loc[reached, name].to_numpy(float) for name in ("network_km", "straight_km"))
    kept = own[reached].to_numpy(float)
    return pd.Series(
        {
            "circuity": (kept * network).sum() / (kept * straight).sum(),
            "mean_of_ratios": float(np.average(network / straight, weights=kept)),
            "pairs": float(len(pairs)),
            "pairs_without_way": float(pairs["network_km"].isna().sum()),
        }
    )


def streets_in_metres(transport: Transport, mode: str) -> Network:
    """The streets a mode may use, at one metre a second."""
    edges, streets = drawn_edges(transport), transport.streets
    weights = transport.hours.weights(mode, 0)
    if weights not in edges.ds or "length_m" not in edges.table:
        mend = "use a mode of transport.streets.modes."
        raise PlanningDataError("E-CIRC-01", "these streets are not drawn for the mode.", seen=mode, mend=mend)
    metres = edges.table["length_m"].to_numpy(float)[edges.edge]
    length = np.maximum(1, np.round(metres * _DS_PER_M)).astype(np.int32)
    ds = {mode: np.where(edges.ds[weights] == CLOSED, np.int32(CLOSED), length)}
    return Network.from_edges(streets.node_xy, streets.crs, edges.tail, edges.head, ds, node_id=streets.node_id, edges=edges)


def _joined(transport: Transport, streets: Network, mode: str, start: Points, end: Points) -> tuple[Links, Links, Links]:
    local = transport.joining
    if isinstance(local, LocalRoads):
        node = streets.nodes(transport.streets.node_id[local.entry_node])
        walked = replace(local, speed_kmh={mode: _KMH}, entry_node=node)
        joined = walked.joined(streets, mode, 1.0, start, end)
        return joined.leaving, joined.arriving, joined.direct
    one, other = (snap(streets, mode, GeoSeries(points_from_xy(*xy.T), crs=streets.crs), leg_kmh=_KMH) for xy in (start, end))
    return one.leaving, other.arriving, along_one_edge(streets, mode, one, other)
