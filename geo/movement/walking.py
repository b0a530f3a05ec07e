"""Walking to stops, between them, and all the way: as the crow flies with a detour, or over the streets of a network."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from scipy.spatial import cKDTree

from geo.movement.joining import Joining, NearestEdge
from geo.movement.links import Links, Points
from geo.movement.network import Network
from geo.movement.remembered import Remembered, by_value
from geo.movement.routing import links_within

ACCESS_M = 2000.0
TRANSFER_M = 1000.0
STREET_KMH = 4.8  # at this speed networks keep their times on foot


class Walking(Protocol):
    """A rule for walks; distances are street metres."""

    @property
    def access_m(self) -> float:
        """Longest walk to or from a stop."""
        ...

    @property
    def transfer_m(self) -> float:
        """Longest walk between two stops."""
        ...

    def links(self, origins: Points, destinations: Points, limit_m: float, speed_kmh: float, threads: int | None = None) -> Links:
        """Links in deciseconds, rounded up, of pairs not farther apart than ``limit_m``."""
        ...


@dataclass(frozen=True)
class CrowFlies:
    """``detour`` street metres a crow-fly metre, where footways are not in the data."""

    detour: float
    access_m: float = ACCESS_M
    transfer_m: float = TRANSFER_M
    _known: Remembered = field(default_factory=Remembered, init=False, repr=False, compare=False)

    def links(
        self,
        origins: Points,
        destinations: Points,
        limit_m: float,
        speed_kmh: float,
        threads: int | None = None,  # noqa: ARG002
    ) -> Links:
        """See `Walking`. Those of the same points are computed once."""
        key = by_value(origins), by_value(destinations), limit_m, speed_kmh
        return self._known.links(key, lambda: self._links(origins, destinations, limit_m, speed_kmh))

    def _links(self, origins: Points, destinations: Points, limit_m: float, speed_kmh: float) -> Links:
        reach = limit_m / self.detour
        pairs = cKDTree(origins).sparse_distance_matrix(cKDTree(destinations), reach, output_type="coo_matrix")
        ds = np.ceil(pairs.data * self.detour / (speed_kmh / 3.6) * 10).astype(np.int32)
        return Links.from_pairs(pairs.row, pairs.col, ds, (len(origins), len(destinations)))


@dataclass(frozen=True, eq=False)
class OnStreets:
    """Over the streets that are open on foot, joined by ``joining``; the way from a point to its street is charged."""

    streets: Network
    access_m: float = ACCESS_M
    transfer_m: float = TRANSFER_M
    joining: Joining = field(default_factory=NearestEdge)

    def links(self, origins: Points, destinations: Points, limit_m: float, speed_kmh: float, threads: int | None = None) -> Links:
        """See `Walking`. Another speed than that of the network scales its times.

        Those of the same points are computed once, and known to a network whose streets differ for other modes alone.
        """
        key = by_value(origins), by_value(destinations), limit_m, speed_kmh, self.joining
        known = self.streets.prepared(("walks", "walk"), Remembered)
        return known.links(key, lambda: self._links(origins, destinations, limit_m, speed_kmh, threads))

    def _links(self, origins: Points, destinations: Points, limit_m: float, speed_kmh: float, threads: int | None) -> Links:
        joined = self.joining.joined(self.streets, "walk", 1.0, origins, destinations)
        limit_ds = int(limit_m / (STREET_KMH / 3.6) * 10)
        links = links_within(
            self.streets, "walk", joined.leaving, joined.arriving, limit_ds, direct=joined.direct, threads=threads
        )
        return links if speed_kmh == STREET_KMH else links.scaled(STREET_KMH / speed_kmh)
