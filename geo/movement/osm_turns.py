"""Turn bans and barriers: a junction is split only where somebody may not pass as he likes.

An arc whose end forbids some ways on leads to a copy of that node which lacks them. Copies are made per set of forbidden arcs, so
that modes and arcs with the same ban share one. Everything else of the network stays as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geo.movement.arcs import CLOSED, Ints, Times
from geo.movement.osm_file import Ban

VEHICLES = ("bicycle", "car", "motorbike", "truck")
MODES_OF = {
    "bicycle": {"bicycle"},
    "motorcycle": {"motorbike"},
    "motorcar": {"car"},
    "hgv": {"truck"},
    "motor_vehicle": {"car", "motorbike", "truck"},
    "vehicle": set(VEHICLES),
}


@dataclass(frozen=True, eq=False)
class LooseArcs:
    """Directed arcs before merging: ``tail``, ``head``, ``edge`` int32, ``along`` bool, ``ds`` mode → int32, one value an arc."""

    tail: Ints
    head: Ints
    edge: Ints
    along: NDArray[np.bool_]
    ds: Times

    def only(self, keep: NDArray[np.bool_]) -> LooseArcs:
        """Some of the arcs."""
        times = {mode: values[keep] for mode, values in self.ds.items()}
        return LooseArcs(self.tail[keep], self.head[keep], self.edge[keep], self.along[keep], times)


@dataclass
class Junctions:
    """Forbidden continuations, collected. Arc 2e runs along edge e, arc 2e + 1 against it; ``a ^ 1`` is the way back."""

    edge_tail: Ints
    edge_head: Ints
    edges_of_way: Mapping[int, range]
    forbidden: dict[str, dict[int, set[int]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    _out: dict[int, list[int]] = field(default_factory=dict)
    _in: dict[int, list[int]] = field(default_factory=dict)

    def watch(self, nodes: Iterable[int]) -> None:
        """Remember the arcs at these nodes, in one pass."""
        wanted = np.fromiter(nodes, np.int32)
        self._out.update({node: [] for node in wanted.tolist()})
        self._in.update({node: [] for node in wanted.tolist()})
        for side, ends in ((0, self.edge_tail), (1, self.edge_head)):
            for edge in np.flatnonzero(np.isin(ends, wanted)).tolist():
                self._out[int(ends[edge])].append(2 * edge + side)
                self._in[int(ends[edge])].append(2 * edge + 1 - side)

    def stop(self, node: int, modes: Iterable[str]) -> None:
        """A barrier: who comes along an edge can only turn back."""
        for arc in self._in[node]:
            for mode in modes:
                self.forbidden[mode][arc].update(other for other in self._out[node] if other != arc ^ 1)

    def ban(self, ban: Ban, node: int) -> bool:
        """A turn restriction; False if it fits no junction or rules nobody here."""
        applied = False
        for key, value in ban.tags.items():
            kind, _, vehicle = key.partition(":")
            if kind != "restriction" or vehicle == "conditional" or "@" in value:
                continue
            modes = set(MODES_OF.get(vehicle, ())) if vehicle else set(VEHICLES)
            for name in ban.tags.get("except", "").split(";"):
                modes -= MODES_OF.get(name.strip(), set())
            for arc in self._arcs(ban.start, self._in[node]):
                banned = self._banned(ban, value, arc, node)
                applied |= bool(banned and modes)
                for mode in sorted(modes):
                    self.forbidden[mode][arc].update(banned)
        return applied

    def _banned(self, ban: Ban, value: str, arc: int, node: int) -> set[int]:
        onward = set(self._arcs(ban.end, self._out[node]))
        if value.startswith("only_"):
            return set(self._out[node]) - onward if onward else set()
        if not value.startswith("no_"):
            return set()
        return {arc ^ 1} if ban.start == ban.end else onward

    def _arcs(self, ways: tuple[int, ...], arcs: list[int]) -> list[int]:
        return [arc for arc in arcs if any(arc // 2 in self.edges_of_way.get(way, ()) for way in ways)]


def split(arcs: LooseArcs, nodes: int, forbidden: Mapping[str, Mapping[int, set[int]]]) -> tuple[LooseArcs, Ints]:
    """The arcs with copies of nodes where needed, and the node every copy stands for (copies are numbered from ``nodes``)."""
    copies: dict[tuple[int, frozenset[int]], int] = {}
    users: dict[int, set[str]] = defaultdict(set)
    leads_to: dict[tuple[int, str], int] = {}
    for mode in sorted(forbidden):
        for arc, arcs_banned in sorted(forbidden[mode].items()):
            if arcs_banned and arcs.ds[mode][arc] != CLOSED:
                copy = copies.setdefault((int(arcs.head[arc]), frozenset(arcs_banned)), nodes + len(copies))
                leads_to[arc, mode] = copy
                users[copy].add(mode)
    origin = np.array([node for node, _ in copies], np.int32)
    outgoing = _arcs_at(arcs.tail, origin)
    added: list[tuple[int, int, int, set[str]]] = []
    for arc in dict.fromkeys(arc for arc, _ in leads_to):
        modes = {mode for mode in arcs.ds if (arc, mode) in leads_to}
        added += _onward(int(arcs.tail[arc]), arc, modes, leads_to, int(arcs.head[arc]))
    for (node, banned), copy in copies.items():
        for arc in outgoing.get(node, ()):
            if arc not in banned:
                added += _onward(copy, arc, users[copy], leads_to, int(arcs.head[arc]))
    return _with(arcs, added, leads_to), origin


def _onward(
    tail: int, arc: int, modes: set[str], leads_to: Mapping[tuple[int, str], int], head: int
) -> list[tuple[int, int, int, set[str]]]:
    """The arc once for each node it leads these modes to."""
    groups: dict[int, set[str]] = defaultdict(set)
    for mode in sorted(modes):
        groups[leads_to.get((arc, mode), head)].add(mode)
    return [(tail, end, arc, group) for end, group in sorted(groups.items())]


def _with(arcs: LooseArcs, added: list[tuple[int, int, int, set[str]]], leads_to: Mapping[tuple[int, str], int]) -> LooseArcs:
    base = np.array([arc for _, _, arc, _ in added], np.int64)
    times = {mode: values.copy() for mode, values in arcs.ds.items()}
    extra = {mode: values[base] for mode, values in times.items()}
    for mode, values in extra.items():
        values[[mode not in modes for *_, modes in added]] = CLOSED
    for arc, mode in leads_to:
        times[mode][arc] = CLOSED
    return LooseArcs(
        np.r_[arcs.tail, np.array([tail for tail, *_ in added], np.int32)],
        np.r_[arcs.head, np.array([head for _, head, *_ in added], np.int32)],
        np.r_[arcs.edge, arcs.edge[base]],
        np.r_[arcs.along, arcs.along[base]],
        {mode: np.r_[times[mode], extra[mode]] for mode in times},
    )


def _arcs_at(ends: Ints, nodes: Ints) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for arc in np.flatnonzero(np.isin(ends, nodes)).tolist():
        found[int(ends[arc])].append(arc)
    return found
