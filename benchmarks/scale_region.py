# ruff: noqa: INP001, PLC0415 - a script; this package is imported only in the child that measures it
"""The made-up regions of `scale`: blocks of about 100 m, a tenth of the streets missing by chance (seeded), every tenth street
fast; zones lie on a fifth of the nodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

CENTRES, ZONE_SHARE, SPACING_M, JITTER_M = 500, 5, 100.0, 20.0
CORNER, WALK_KMH = (600_000.0, 1_220_000.0), 4.8


@dataclass(frozen=True, eq=False)
class AtNodes:
    """Points that lie on nodes: nothing to snap."""

    def joined(self, network: Any, mode: str, factor: float, origins: Any, destinations: Any) -> Any:  # noqa: ARG002
        """See `geo.movement.Joining`."""
        import pandas as pd
        from scipy.spatial import cKDTree

        from geo.movement import Joined, Links

        def links(xy: Any) -> Links:
            node = cKDTree(network.node_xy).query(xy)[1] if len(xy) else np.zeros(0, int)
            none = np.zeros(len(xy), np.int32)
            return Links.from_pairs(np.arange(len(xy)), node, none, (len(xy), len(network.node_xy)))

        none = np.zeros(0, np.int32)
        direct = Links.from_pairs(none, none, none, (len(origins), len(destinations)))
        return Joined(links(origins), links(destinations), direct, pd.DataFrame({"reason": [""] * len(origins)}))


def region(side: int) -> tuple[Any, Any, Any]:
    """Transport, zones with jobs, centres."""
    from geopandas import GeoDataFrame, points_from_xy

    from geo.movement import Network, OnStreets, Transport

    draw = np.random.default_rng(side)
    node = np.arange(side * side).reshape(side, side)
    pairs = np.concatenate(
        [np.stack([node[:, :-1], node[:, 1:]], -1).reshape(-1, 2), np.stack([node[:-1], node[1:]], -1).reshape(-1, 2)]
    )
    fast = np.concatenate([np.repeat(np.arange(side) % 10 == 0, side - 1), np.tile(np.arange(side) % 10 == 0, side - 1)])
    kept = draw.random(len(pairs)) > 0.1  # noqa: PLR2004 - a tenth is missing
    pairs, fast = pairs[kept | fast], fast[kept | fast]
    tail, head = np.concatenate([pairs, pairs[:, ::-1]]).T
    xy = np.column_stack([np.tile(np.arange(side), side), np.repeat(np.arange(side), side)]) * SPACING_M
    xy += np.array(CORNER) + draw.uniform(-JITTER_M, JITTER_M, xy.shape)
    metres = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    ds = {"car": _deciseconds(metres, np.where(fast, 60, 30)), "walk": _deciseconds(metres, WALK_KMH)}
    streets = Network.from_edges(xy, "EPSG:9210", tail, head, {mode: np.tile(each, 2) for mode, each in ds.items()})
    joining = AtNodes()
    transport = Transport("grid", streets, joining, OnStreets(streets, joining=joining))
    at = np.sort(draw.choice(len(xy), len(xy) // ZONE_SHARE, replace=False))
    zones = GeoDataFrame({"jobs": draw.integers(0, 200, len(at))}, geometry=points_from_xy(*xy[at].T), crs="EPSG:9210")
    return (
        transport,
        zones.rename_axis("zone_id"),
        zones.iloc[:: max(1, len(zones) // CENTRES)][:CENTRES].rename_axis("centre_id"),
    )


def _deciseconds(metres: Any, kmh: Any) -> Any:
    return np.maximum(1, np.round(metres / (kmh / 3.6) * 10)).astype(int)


def warm(threads: int | None) -> None:
    """Kernels are compiled and loaded, on a small region."""
    import analyses

    transport, zones, centres = region(30)
    for mode, ends in (("walk", zones), ("car", centres)):
        times = analyses.travel_times(transport, zones, ends, mode=mode, limit_min=20, threads=threads, blocks=analyses.Blocks())
        analyses.time_to_nearest(times)
        analyses.opportunities_within(times, zones["jobs"] if mode == "walk" else centres["jobs"], 15)
