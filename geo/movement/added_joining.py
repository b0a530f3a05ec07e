"""How points join streets to which roads were added: as before, and by each new road as well, so that nobody loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from geopandas import GeoSeries, points_from_xy
from numpy.typing import NDArray

from geo.movement.arcs import CLOSED
from geo.movement.edits import closed
from geo.movement.joining import TOO_FAR, Joined, Joining, NearestEdge, share_to_junction
from geo.movement.links import Ints, Links, Points
from geo.movement.local_roads import LocalRoads
from geo.movement.network import Network
from geo.movement.paths import Way
from geo.movement.snapping import REFUSED, Snapped, along_one_edge, snap
from geo.movement.street_edits import drawn, edge_table, generation
from geo.movement.through_traffic import access_only
from geo.movement.transport import Transport
from geo.movement.walking import OnStreets

_SAME_M = 0.01


@dataclass(frozen=True)
class NearestOfEach:
    """Points join the nearest edge of the streets known from the start, and each road added since that is as near or nearer.

    They keep the edge they had beside the new one: nobody's way becomes longer, and nobody walks past a street to a new one.
    """

    def joined(self, network: Network, mode: str, factor: float, origins: Points, destinations: Points) -> Joined:
        """See `Joining`."""
        looks = _looks(network, mode)
        if len(looks) == 1:
            return NearestEdge().joined(looks[0], mode, factor, origins, destinations)
        start, end = ([_snapped(look, mode, xy) for look in looks] for xy in (origins, destinations))
        leaves, arrives = _nearer(start), _nearer(end)
        leaving = union([_some(one.leaving, mine[one.leaving.point()]) for one, mine in zip(start, leaves, strict=True)])
        arriving = union([_some(one.arriving, mine[one.arriving.point()]) for one, mine in zip(end, arrives, strict=True)])
        direct = []
        for look, one, other, out, back in zip(looks, start, end, leaves, arrives, strict=True):
            pairs = along_one_edge(look, mode, one, other)
            direct.append(_some(pairs, out[pairs.point()] & back[pairs.place]))
        report = start[0].report()
        for one, mine in zip(start[1:], leaves[1:], strict=True):
            rows = np.flatnonzero(mine)
            report.iloc[rows] = one.report().iloc[rows]
        report["reason"] = np.where(report["reason"].eq(REFUSED), TOO_FAR, "")
        return Joined(leaving, arriving, union(direct), report)

    def off_network_m(
        self, network: Network, mode: str, factor: float, origin: Points, destination: Points, way: Way | None, direct_ds: int
    ) -> float:
        """See `Joining`."""
        looks = _looks(network, mode)
        if way is None:
            fits = [look for look in looks if _direct_ds(look, mode, origin, destination) == direct_ds]
            return NearestEdge().off_network_m(fits[0], mode, factor, origin, destination, None, direct_ds)
        return _leg_m(looks, mode, origin, int(way.nodes[0]), "leaving") + _leg_m(
            looks, mode, destination, int(way.nodes[-1]), "arriving"
        )


def _snapped(look: Network, mode: str, xy: Points) -> Snapped:
    return snap(look, mode, GeoSeries(points_from_xy(*xy.T), crs=look.crs))


def _nearer(found: Sequence[Snapped]) -> list[NDArray[np.bool_]]:
    """Of each generation the points, bool [points], that are as near to it as to any before; of the first all."""
    nearest, near = found[0].distance_m, [np.ones(len(found[0].distance_m), bool)]
    for one in found[1:]:
        near.append(one.distance_m <= nearest + _SAME_M)
        nearest = np.minimum(nearest, one.distance_m)
    return near


def _looks(network: Network, mode: str) -> list[Network]:
    """One look a generation that has an edge open to the mode; the streets of the start at least."""
    edges, added = drawn(network), edge_table(network)["added"].to_numpy()
    arcs = edges.ds[mode] != CLOSED
    open_in = {int(number) for number in np.unique(added[edges.edge[arcs]])}
    looks = [generation(network, number, mode) for number in sorted(open_in)]
    some = [look for look in looks if (drawn(look).ds[mode] != CLOSED).any()]
    return some or [network]


def _direct_ds(look: Network, mode: str, origin: Points, destination: Points) -> int | None:
    direct = along_one_edge(look, mode, _snapped(look, mode, origin), _snapped(look, mode, destination))
    return int(direct.ds[0]) if len(direct.ds) else None


def _leg_m(looks: Sequence[Network], mode: str, point: Points, node: int, side: str) -> float:
    """Metres between a point and a node at the end of the edge it joins, by the faster look."""
    best: tuple[int, float] | None = None
    for look in looks:
        found = _snapped(look, mode, point)
        links: Links = getattr(found, side)
        if node not in links.place:  # another edge, or none that is near enough
            continue
        ds = int(links.ds[links.place == node][0])
        edge, edges = int(found.edge[0]), drawn(look)
        rest = share_to_junction(edges, edge, float(found.fraction[0]), node, leaving=side == "leaving")
        metres = float(found.distance_m[0]) + rest * float(edges.table["length_m"].iloc[edge])
        best = min(best or (ds, metres), (ds, metres))
    return best[1] if best else 0.0


def _some(links: Links, keep: NDArray[np.bool_]) -> Links:
    return Links.from_pairs(links.point()[keep], links.place[keep], links.ds[keep], (links.points, links.places))


def union(links: Sequence[Links]) -> Links:
    """All links of several sets over the same points and places; of one pair the fastest."""
    if len(links) == 1:
        return links[0]
    point, place, ds = (
        np.concatenate(column) for column in zip(*((one.point(), one.place, one.ds) for one in links), strict=True)
    )
    return Links.from_pairs(point, place, ds, (links[0].points, links[0].places))


def on_streets(transport: Transport, streets: Network, joining: Joining | None = None) -> Transport:
    """The transport over edited streets; who walked over its streets walks over the new ones. Its timetable is not touched."""
    joins = transport.joining if joining is None else joining
    walking = transport.walking
    if isinstance(walking, OnStreets) and walking.streets is transport.streets:
        walking = replace(walking, streets=streets, joining=joins)
    return replace(transport, streets=streets, joining=joins, walking=walking)


def closed_to(transport: Transport, edges: NDArray[np.bool_], modes: set[str]) -> Transport:
    """The transport whose streets have these edges [edges] closed; places along them keep their ways to the ends of their edge.

    Streets joined at nodes are closed whole: their nodes stay entries. ``modes`` as the network keeps them ("car@peak").
    """
    if isinstance(transport.joining, LocalRoads):
        return on_streets(transport, closed(transport.streets, np.flatnonzero(edges), modes))
    return on_streets(transport, access_only(transport.streets, edges, modes))


def with_further_road(transport: Transport, streets: Network, entries: Points, nodes: Ints) -> Transport:
    """The transport over ``streets``, to which a road was added, entered at ``entries`` [places, 2], ``nodes`` [places].

    It is entered on top of the roads a point entered before, so it takes none away.
    """
    local = transport.joining
    if not isinstance(local, LocalRoads):
        return on_streets(transport, streets, NearestOfEach())
    if not len(nodes):
        return on_streets(transport, streets)
    number = int(local.entry_road.max(initial=-1)) + 1
    joining = replace(
        local,
        entry_xy=np.concatenate([local.entry_xy, entries]),
        entry_node=np.concatenate([local.entry_node, nodes]).astype(np.int32),
        entry_road=np.concatenate([local.entry_road, np.full(len(nodes), number, np.int32)]),
        on_top=(*local.on_top, number),
    )
    return on_streets(transport, streets, joining)
