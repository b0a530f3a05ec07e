"""Joining points to a network whose small streets are not in the data: crow-fly with a stated detour, rivers respected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.movement.joining import Joined
from geo.movement.links import Ints, Links, Points
from geo.movement.network import Network
from geo.movement.paths import Way
from geo.movement.same_places import SAME_M

TOO_FAR = "farther than the reach from any road"


@dataclass(frozen=True)
class LocalRoads:
    """How a point reaches the network, and a near point, over streets that are not in the data.

    A point enters the nearest node of each of its ``roads`` nearest roads within ``reach_m``; it drives ``detour`` metres a
    crow-fly metre at ``speed_kmh[mode]``. Two points within ``direct_m`` may also use local streets alone. A straight line that
    crosses ``barriers`` (rivers) counts only where every entry of the point would cross.
    ``entry_xy`` [entries, 2], ``entry_node`` and ``entry_road`` [entries] say where roads can be entered.
    Roads ``on_top`` (numbers in ``entry_road``) do not count among the nearest: a road that is added takes no other away.
    """

    detour: float
    roads: int
    reach_m: float
    direct_m: float
    speed_kmh: Mapping[str, float]
    barriers: shapely.Geometry
    entry_xy: Points
    entry_node: Ints
    entry_road: Ints
    on_top: tuple[int, ...] = ()

    def seconds(self, distance_m: NDArray[np.float64], mode: str, factor: float) -> NDArray[np.float64]:
        """Time over local streets for a crow-fly distance; ``factor`` scales the speed (hour of the day)."""
        return distance_m * self.detour / (self.speed_kmh[mode] * factor / 3.6)

    def joined(self, network: Network, mode: str, factor: float, origins: Points, destinations: Points) -> Joined:
        """See `geo.movement.joining.Joining`; roads are two-way, so leaving and arriving are the same."""
        nodes = len(network.node_xy)
        leaving, report = self.join(origins, nodes, mode, factor)
        arriving, _ = self.join(destinations, nodes, mode, factor)
        return Joined(leaving, arriving, self.direct(origins, destinations, mode, factor), report)

    def off_network_m(
        self,
        network: Network,  # noqa: ARG002
        mode: str,
        factor: float,
        origin: Points,  # noqa: ARG002
        destination: Points,  # noqa: ARG002
        way: Way | None,
        direct_ds: int,
    ) -> float:
        """See `Joining`: local streets are driven at one speed, so their time tells their length."""
        ds = direct_ds if way is None else way.first_ds + way.last_ds
        return ds / 10 * self.speed_kmh[mode] * factor / 3.6

    def join(self, xy: Points, nodes: int, mode: str, factor: float = 1.0) -> tuple[Links, pd.DataFrame]:
        """Links point → node in deciseconds; one row a point: ``distance_m`` to the nearest entry, ``reason`` when refused."""
        point, entry, distance = self._entries(xy)
        ds = np.ceil(self.seconds(distance, mode, factor) * 10).astype(np.int32)
        links = Links.from_pairs(point, self.entry_node[entry], ds, (len(xy), nodes))
        nearest = np.full(len(xy), np.inf)
        np.minimum.at(nearest, point, distance)
        reason = np.where(np.isfinite(nearest), "", TOO_FAR)
        return links, pd.DataFrame({"distance_m": nearest, "reason": reason})

    def direct(self, origins: Points, destinations: Points, mode: str, factor: float = 1.0) -> Links:
        """Links origin → destination in deciseconds for pairs near enough to use local streets alone."""
        pairs = cKDTree(origins).sparse_distance_matrix(cKDTree(destinations), self.direct_m, output_type="coo_matrix")
        origin, destination = pairs.row.astype(np.int32), pairs.col.astype(np.int32)
        away = np.where(pairs.data <= SAME_M, 0.0, pairs.data)
        dry = (away == 0) | ~self._crosses(origins[origin], destinations[destination])
        ds = np.ceil(self.seconds(away[dry], mode, factor) * 10).astype(np.int32)
        return Links.from_pairs(origin[dry], destination[dry], ds, (len(origins), len(destinations)))

    def _entries(self, xy: Points) -> tuple[Ints, Ints, NDArray[np.float64]]:
        """Point, entry, distance: the nearest dry entry of the nearest roads; wet ones only for a point that has no dry one."""
        roads = np.unique(self.entry_road)
        nearest = np.full((len(xy), len(roads)), -1)
        distance = np.full((len(xy), len(roads)), np.inf)
        for column, road in enumerate(roads):
            mine = np.flatnonzero(self.entry_road == road)
            away, row = cKDTree(self.entry_xy[mine]).query(xy)
            nearest[:, column], distance[:, column] = mine[row], away
        distance[distance > self.reach_m] = np.inf
        wet = self._wet(xy, nearest, distance)
        only_wet = ~(np.isfinite(distance) & ~wet)[:, ~np.isin(roads, self.on_top)].any(axis=1)
        distance[wet & ~only_wet[:, None]] = np.inf
        rank = self._nearest_roads(distance)
        point = np.repeat(np.arange(len(xy), dtype=np.int32), rank.shape[1])
        away = np.take_along_axis(distance, rank, axis=1).ravel()
        entry = np.take_along_axis(nearest, rank, axis=1).ravel()
        keep = np.isfinite(away)
        return point[keep], entry[keep].astype(np.int32), away[keep]

    def _nearest_roads(self, distance: NDArray[np.float64]) -> NDArray[np.intp]:
        """Columns of ``distance``: of each point the nearest roads, and those on top."""
        counted = np.setdiff1d(np.arange(distance.shape[1]), self.on_top)
        nearest = counted[np.argsort(distance[:, counted], axis=1, kind="stable")[:, : self.roads]]
        return np.concatenate([nearest, np.tile(np.array(self.on_top, np.intp), (len(distance), 1))], axis=1)

    def _wet(self, xy: Points, nearest: NDArray[np.int64], distance: NDArray[np.float64]) -> NDArray[np.bool_]:
        wet = np.zeros(distance.shape, bool)
        point, column = np.nonzero(np.isfinite(distance))
        wet[point, column] = self._crosses(xy[point], self.entry_xy[nearest[point, column]])
        return wet

    def _crosses(self, start: Points, end: Points) -> NDArray[np.bool_]:
        if not len(start) or self.barriers.is_empty:
            return np.zeros(len(start), bool)
        shapely.prepare(self.barriers)
        return shapely.intersects(self.barriers, shapely.linestrings(np.stack([start, end], axis=1)))
