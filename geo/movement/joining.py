"""How points join streets: by the nearest edge where streets are in the data, `local_roads` where only main roads are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pandas as pd
from geopandas import GeoSeries, points_from_xy

from geo.movement.edges import Edges
from geo.movement.links import Links, Points
from geo.movement.network import Network
from geo.movement.paths import Way
from geo.movement.same_places import same_places
from geo.movement.snapping import REFUSED, along_one_edge, snap

TOO_FAR = "no street of this mode near enough"


@dataclass(frozen=True, eq=False)
class Joined:
    """Both sides of a matrix on one network: ``leaving`` origin → node, ``arriving`` destination → node, ``direct`` pairs that
    need no node between them, all in deciseconds; ``report`` one row an origin with ``distance_m`` and ``reason`` when refused.
    """

    leaving: Links
    arriving: Links
    direct: Links
    report: pd.DataFrame


class Joining(Protocol):
    """A rule by which points join a network."""

    def joined(self, network: Network, mode: str, factor: float, origins: Points, destinations: Points) -> Joined:
        """Links of both sides for ``mode``; ``factor`` scales speeds off the network (hour of the day)."""
        ...

    def off_network_m(
        self, network: Network, mode: str, factor: float, origin: Points, destination: Points, way: Way | None, direct_ds: int
    ) -> float:
        """Metres of one pair before the first and behind the last node of ``way``; of all the direct way where it is None."""
        ...


@dataclass(frozen=True)
class NearestEdge:
    """Points join the nearest edge their mode may use, at its fraction; the leg to it is walked and charged."""

    def joined(self, network: Network, mode: str, factor: float, origins: Points, destinations: Points) -> Joined:  # noqa: ARG002
        """See `Joining`; ``factor`` has no meaning here."""
        start, end = (snap(network, mode, GeoSeries(points_from_xy(*xy.T), crs=network.crs)) for xy in (origins, destinations))
        report = start.report()
        report["reason"] = report["reason"].where(report["reason"] == REFUSED, "").replace(REFUSED, TOO_FAR)
        return Joined(start.leaving, end.arriving, along_one_edge(network, mode, start, end), report)

    def off_network_m(
        self,
        network: Network,
        mode: str,
        factor: float,  # noqa: ARG002
        origin: Points,
        destination: Points,
        way: Way | None,
        direct_ds: int,  # noqa: ARG002
    ) -> float:
        """See `Joining`: legs to the streets, and the parts of the first and the last edge."""
        if way is None and len(same_places(origin, destination)[0]):
            return 0.0
        start, end = (snap(network, mode, GeoSeries(points_from_xy(*xy.T), crs=network.crs)) for xy in (origin, destination))
        legs = float(start.distance_m[0] + end.distance_m[0])
        edges = network.edges
        assert edges is not None  # noqa: S101 - snapping needs them and would have refused
        length = edges.table["length_m"].to_numpy()
        if way is None:
            return legs + abs(float(end.fraction[0] - start.fraction[0])) * float(length[start.edge[0]])
        first = share_to_junction(edges, int(start.edge[0]), float(start.fraction[0]), int(way.nodes[0]), leaving=True)
        last = share_to_junction(edges, int(end.edge[0]), float(end.fraction[0]), int(way.nodes[-1]), leaving=False)
        return legs + float(first * length[start.edge[0]] + last * length[end.edge[0]])


def share_to_junction(edges: Edges, edge: int, fraction: float, node: int, *, leaving: bool) -> float:
    """The share of its edge that a place at ``fraction`` goes to a node, or comes along from it; 0 where it stands there."""
    along = edges.along[(edges.edge == edge) & ((edges.head if leaving else edges.tail) == node)]
    if not len(along):  # the start of a one-way street: no way along it leads there
        return 0.0
    return 1 - fraction if bool(along[0]) == leaving else fraction
