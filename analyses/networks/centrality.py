"""How central every junction is within a radius over the streets: what passes it, and how near the others are."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame, points_from_xy
from numpy.typing import NDArray

from analyses._inputs import above_zero
from analyses._zones import checked_zones, same_metric_crs, zone_of
from analyses.travel.detour import streets_in_metres
from geo.movement import CLOSED, Links, Network, Transport, links_within, node_centrality, node_links

_DS_PER_M = 10
_NODES = 2048  # searched at a time: their reach is kept until it is added up


def street_centrality(transport: Transport, radius_m: float, *, mode: str = "walk") -> GeoDataFrame:
    """Betweenness, closeness and harmonic closeness of every junction, among those within a radius over the streets.

    Formula: B_v = Σ_{s≠v≠t, d_st ≤ r} σ_st(v) / σ_st; C_v = N_v / Σ_{d_vt ≤ r} d_vt; H_v = Σ_{0 < d_vt ≤ r} 1 / d_vt.
    Source: Freeman 1977; Sabidussi 1966; Marchiori & Latora 2000.
    Peer: networkx (betweenness_centrality, harmonic_centrality), momepy (closeness_centrality).

    ``radius_m`` r along the streets open to ``mode``; d shortest network length. One row a junction that has a street of the
    mode, index ``node_id``, points in the transport's CRS: ``betweenness`` (ordered pairs, several shortest ways share one),
    ``reached_nodes`` N, ``mean_m`` their mean distance (null where none is reached), ``closeness_per_km`` C,
    ``harmonic_per_km`` H (0 where none is reached). One-way streets count one way. Near the edge of the data all of them are
    too low.
    Errors: E-CENT-01 (radius), E-CIRC-01, E-ROB-04, E-MODE-01.
    """
    transport.check_mode(mode)
    limit = int(above_zero([radius_m], "E-CENT-01", "the radius")[0] * _DS_PER_M)
    streets = streets_in_metres(transport, mode)
    used = np.zeros(len(streets.node_xy), bool)
    for end in (streets.tail, streets.head):
        used[end[streets.ds[mode] != CLOSED]] = True
    used &= streets.node_id >= -(2**61)  # the two nodes that closed streets lead to are no places
    found = node_centrality(streets, mode, limit)
    mean_m = found["mean_min"].to_numpy() * 60
    frame = GeoDataFrame(
        {
            "betweenness": found["betweenness"].to_numpy(),
            "reached_nodes": found["reached_nodes"].to_numpy(),
            "mean_m": mean_m,
            "closeness_per_km": np.nan_to_num(1000 / mean_m),
            "harmonic_per_km": _harmonic(streets, mode, limit) * 1000,
        },
        index=pd.Index(streets.node_id, name="node_id"),
        geometry=points_from_xy(*streets.node_xy.T),
        crs=streets.crs,
    )
    return frame[used].sort_index()


def centrality_by_zone(junctions: GeoDataFrame, zones: GeoDataFrame) -> pd.DataFrame:
    """Means of `street_centrality` over the junctions of every zone, and how many there are.

    Index of the zones; ``junctions`` and ``<column>_mean`` for every column, null where a zone has no junction. A junction on a
    border counts for the lowest zone id. Errors: E-CRS-02, E-POLY-01 to -03.
    """
    same_metric_crs(junctions, zones)
    checked_zones(zones, "zones")
    zone = zone_of(junctions.geometry.to_numpy(), zones)
    columns = [name for name in junctions.columns if name != junctions.geometry.name]
    inside = pd.DataFrame(junctions[columns])[zone >= 0].groupby(zone[zone >= 0])
    means = inside.mean().add_suffix("_mean").reindex(range(len(zones)))
    means.insert(0, "junctions", inside.size().reindex(range(len(zones)), fill_value=0))
    return means.set_axis(zones.index)


def _harmonic(streets: Network, mode: str, limit: int) -> NDArray[np.float64]:
    """Sum of 1 / metres to all others within the limit, float64 [nodes]."""
    count = len(streets.node_xy)
    everywhere = node_links(streets)
    sums = np.zeros(count)
    for low in range(0, count, _NODES):
        rows = np.arange(low, min(low + _NODES, count))
        own = Links.from_pairs(rows - low, rows, np.zeros(len(rows), np.int32), (len(rows), count))
        near = links_within(streets, mode, own, everywhere, limit)
        other = near.place != near.point() + low
        sums[rows] = np.bincount(near.point()[other], _DS_PER_M / near.ds[other], minlength=len(rows))
    return sums
