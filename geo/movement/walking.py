"""Walking to stops, between them, and all the way: as the crow flies with a detour, or over the streets of a network."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.movement.joining import Joined, Joining, NearestEdge
from geo.movement.links import Links, Points
from geo.movement.network import Network
from geo.movement.remembered import Remembered, by_value
from geo.movement.routing import links_within
from geo.movement.same_places import SAME_M

ACCESS_M = 2000.0
TRANSFER_M = 1000.0
STREET_KMH = 4.8  # at this speed networks keep their times on foot


class Walks(Protocol):
    """Walks between two sets of points: what depends on the points is worked out once for any of the rows."""

    def links(self, rows: NDArray[np.integer], limit_m: float, speed_kmh: float, threads: int | None = None) -> Links:
        """Links of these origins, by position, in deciseconds, rounded up, not farther than ``limit_m``."""
        ...


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
        """Links in deciseconds, rounded up, of pairs not farther apart than ``limit_m``. Those of the same points are known."""
        ...

    def walks(self, origins: Points, destinations: Points) -> Walks:
        """The walks between these points, to be asked for row by row."""
        ...


@dataclass(frozen=True)
class CrowFlies:
    """``detour`` street metres a crow-fly metre, where footways are not in the data."""

    detour: float
    access_m: float = ACCESS_M
    transfer_m: float = TRANSFER_M
    _known: Remembered = field(default_factory=Remembered, init=False, repr=False, compare=False)

    def links(self, origins: Points, destinations: Points, limit_m: float, speed_kmh: float, threads: int | None = None) -> Links:
        """See `Walking`."""
        return self.walks(origins, destinations).links(np.arange(len(origins)), limit_m, speed_kmh, threads)

    def walks(self, origins: Points, destinations: Points) -> _Crows:
        """See `Walking`."""
        return _Crows(self, origins, destinations)

    def known(self, key: Hashable, make: Callable[[], Links]) -> Links:
        """Links that were asked for before, or those just made."""
        return self._known.links(key, make)


@dataclass(frozen=True, eq=False)
class _Crows:
    rule: CrowFlies
    origins: Points
    destinations: Points

    def links(self, rows: NDArray[np.integer], limit_m: float, speed_kmh: float, threads: int | None = None) -> Links:  # noqa: ARG002
        """See `Walks`."""
        starts = self.origins[rows]
        key = by_value(starts), by_value(self.destinations), limit_m, speed_kmh
        return self.rule.known(key, lambda: self._links(starts, limit_m, speed_kmh))

    def _links(self, starts: Points, limit_m: float, speed_kmh: float) -> Links:
        detour = self.rule.detour
        pairs = cKDTree(starts).sparse_distance_matrix(self._tree, limit_m / detour, output_type="coo_matrix")
        away = np.where(pairs.data <= SAME_M, 0.0, pairs.data)
        ds = np.ceil(away * detour / (speed_kmh / 3.6) * 10).astype(np.int32)
        return Links.from_pairs(pairs.row, pairs.col, ds, (len(starts), len(self.destinations)))

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self.destinations)


@dataclass(frozen=True, eq=False)
class OnStreets:
    """Over the streets that are open on foot, joined by ``joining``; the way from a point to its street is charged."""

    streets: Network
    access_m: float = ACCESS_M
    transfer_m: float = TRANSFER_M
    joining: Joining = field(default_factory=NearestEdge)

    def links(self, origins: Points, destinations: Points, limit_m: float, speed_kmh: float, threads: int | None = None) -> Links:
        """See `Walking`. Another speed than that of the network scales its times."""
        return self.walks(origins, destinations).links(np.arange(len(origins)), limit_m, speed_kmh, threads)

    def walks(self, origins: Points, destinations: Points) -> _StreetWalks:
        """See `Walking`."""
        return _StreetWalks(self, origins, destinations)


@dataclass(frozen=True, eq=False)
class _StreetWalks:
    rule: OnStreets
    origins: Points
    destinations: Points

    def links(self, rows: NDArray[np.integer], limit_m: float, speed_kmh: float, threads: int | None = None) -> Links:
        """See `Walks`. Known to a network whose streets differ for other modes alone."""
        key = by_value(self.origins[rows]), by_value(self.destinations), limit_m, speed_kmh, self.rule.joining
        known = self.rule.streets.prepared(("walks", "walk"), Remembered)
        return known.links(key, lambda: self._links(rows, limit_m, speed_kmh, threads))

    def _links(self, rows: NDArray[np.integer], limit_m: float, speed_kmh: float, threads: int | None) -> Links:
        sides, limit_ds = self._sides, int(limit_m / (STREET_KMH / 3.6) * 10)
        leaving, direct = sides.leaving.rows(rows), sides.direct.rows(rows)
        links = links_within(self.rule.streets, "walk", leaving, sides.arriving, limit_ds, direct=direct, threads=threads)
        return links if speed_kmh == STREET_KMH else links.scaled(STREET_KMH / speed_kmh)

    @cached_property
    def _sides(self) -> Joined:
        return self.rule.joining.joined(self.rule.streets, "walk", 1.0, self.origins, self.destinations)
