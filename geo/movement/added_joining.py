"""How points join streets to which roads were added: as before, and by each new road as well, so that nobody loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo.movement.arcs import CLOSED
from geo.movement.joining import Joined, Joining, NearestEdge
from geo.movement.links import Ints, Links, Points
from geo.movement.local_roads import LocalRoads
from geo.movement.network import Network
from geo.movement.paths import Way
from geo.movement.street_edits import drawn, edge_table, generation
from geo.movement.transport import Transport
from geo.movement.walking import OnStreets


@dataclass(frozen=True)
class NearestOfEach:
    """Points join the nearest edge of the streets known from the start, and the nearest of each road added since."""

    def joined(self, network: Network, mode: str, factor: float, origins: Points, destinations: Points) -> Joined:
        """See `Joining`."""
        found = [NearestEdge().joined(look, mode, factor, origins, destinations) for look in _looks(network, mode)]
        report = found[0].report
        for other in found[1:]:
            better = report["reason"].ne("") & other.report["reason"].eq("")
            report = report.where(~better, other.report)
        leaving, arriving, direct = zip(*((one.leaving, one.arriving, one.direct) for one in found), strict=True)
        return Joined(union(leaving), union(arriving), union(direct), report)

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


def _looks(network: Network, mode: str) -> list[Network]:
    """One look a generation that has an edge open to the mode; the streets of the start at least."""
    edges, added = drawn(network), edge_table(network)["added"].to_numpy()
    arcs = (edges.ds[mode] != CLOSED) & (edges.edge >= 0)
    open_in = {int(number) for number in np.unique(added[edges.edge[arcs]])}
    looks = [generation(network, number, mode) for number in sorted(open_in)]
    some = [look for look in looks if (drawn(look).ds[mode] != CLOSED).any()]
    return some or [network]


def _direct_ds(look: Network, mode: str, origin: Points, destination: Points) -> int | None:
    direct = NearestEdge().joined(look, mode, 1.0, origin, destination).direct
    return int(direct.ds[0]) if len(direct.ds) else None


def _leg_m(looks: Sequence[Network], mode: str, point: Points, node: int, side: str) -> float:
    """Metres between a point and a node at the end of the edge it joins, by the faster look."""
    best: tuple[int, float] | None = None
    for look in looks:
        joined = NearestEdge().joined(look, mode, 1.0, point, point)
        links: Links = getattr(joined, side)
        if node not in links.place or joined.report["reason"][0]:
            continue
        ds = int(links.ds[links.place == node][0])
        edge, share = int(joined.report["edge"][0]), float(joined.report["fraction"][0])
        edges = drawn(look)
        end = edges.head if side == "leaving" else edges.tail
        along = bool(edges.along[(edges.edge == edge) & (end == node)][0])
        rest = (1 - share) if along == (side == "leaving") else share
        metres = float(joined.report["distance_m"][0]) + rest * float(edges.table["length_m"].iloc[edge])
        best = min(best or (ds, metres), (ds, metres))
    return best[1] if best else 0.0


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
