"""Turn bans and barriers: a junction is split only where somebody may not pass as he likes.

A ban is a row of arcs nobody may take one after the other: two at a junction, more over a way. An arc that begins one leads to a
copy of its end from which the rest of the row can not be finished; on the way along the row one copy leads to the next, and who
leaves it is free again. Copies are made per set of rests, so that modes and arcs with the same bans share one. Everything else of
the network stays as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from geo.movement.arcs import CLOSED, Ints, Times
from geo.movement.osm_file import Ban

VEHICLES = ("bicycle", "car", "motorbike", "truck")
Rests = set[tuple[int, ...]]  # what must not follow an arc: rows of arcs
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
    forbidden: dict[str, dict[int, Rests]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
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
                self.forbidden[mode][arc].update((other,) for other in self._out[node] if other != arc ^ 1)

    def ban(self, ban: Ban, node: int) -> bool:
        """A turn restriction at a node; False if it fits no junction or rules nobody here."""
        applied = False
        for value, modes in _rules(ban):
            for arc in self._arcs(ban.start, self._in[node]):
                banned = self._banned(ban, value, arc, node)
                applied |= bool(banned and modes)
                for mode in modes:
                    self.forbidden[mode][arc].update((other,) for other in banned)
        return applied

    def ban_over(self, ban: Ban) -> bool:
        """A turn restriction over ways (``no_...``; ``only_...`` is not applied); False if it fits no streets."""
        applied = False
        for value, modes in _rules(ban):
            rows = self._rows(ban) if value.startswith("no_") else []
            applied |= bool(rows and modes)
            for row in rows:
                for mode in modes:
                    self.forbidden[mode][row[0]].add(row[1:])
        return applied

    def ends(self, ways: Iterable[int]) -> set[int]:
        """The nodes at the ends of the edges of ways."""
        edges = [edge for way in ways for edge in self.edges_of_way.get(way, ())]
        return {*self.edge_tail[edges].tolist(), *self.edge_head[edges].tolist()}

    def _rows(self, ban: Ban) -> list[tuple[int, ...]]:
        """All rows of arcs from the first way over every way between, without turning back on them, to the last."""
        nodes = self.ends(ban.over)
        rows: list[tuple[int, ...]] = [(arc,) for node in sorted(nodes) for arc in self._arcs(ban.start, self._in[node])]
        found: list[tuple[int, ...]] = []
        while rows:
            row = rows.pop()
            node = self._head(row[-1])
            if all(any(arc // 2 in self.edges_of_way.get(way, ()) for arc in row[1:]) for way in ban.over):
                found += [(*row, arc) for arc in self._arcs(ban.end, self._out[node]) if arc not in row]
            been = {arc // 2 for arc in row}
            rows += [(*row, arc) for arc in self._arcs(ban.over, self._out[node]) if arc // 2 not in been]
        return sorted(found)

    def _head(self, arc: int) -> int:
        return int((self.edge_tail if arc % 2 else self.edge_head)[arc // 2])

    def _banned(self, ban: Ban, value: str, arc: int, node: int) -> set[int]:
        onward = set(self._arcs(ban.end, self._out[node]))
        if value.startswith("only_"):
            return set(self._out[node]) - onward if onward else set()
        if not value.startswith("no_"):
            return set()
        return {arc ^ 1} if ban.start == ban.end else onward

    def _arcs(self, ways: tuple[int, ...], arcs: list[int]) -> list[int]:
        return [arc for arc in arcs if any(arc // 2 in self.edges_of_way.get(way, ()) for way in ways)]


def _rules(ban: Ban) -> Iterator[tuple[str, list[str]]]:
    """What a restriction says, and to whom."""
    for key, value in ban.tags.items():
        kind, _, vehicle = key.partition(":")
        if kind != "restriction" or vehicle == "conditional" or "@" in value:
            continue
        modes = set(MODES_OF.get(vehicle, ())) if vehicle else set(VEHICLES)
        for name in ban.tags.get("except", "").split(";"):
            modes -= MODES_OF.get(name.strip(), set())
        yield value, sorted(modes)


def split(arcs: LooseArcs, nodes: int, forbidden: Mapping[str, Mapping[int, Rests]]) -> tuple[LooseArcs, Ints]:
    """The arcs with copies of nodes where needed, and the node every copy stands for (copies are numbered from ``nodes``).

    ``forbidden``: mode → arc → what must not follow it.
    """
    copies: dict[tuple[int, frozenset[tuple[int, ...]]], int] = {}
    waiting: list[tuple[int, int, frozenset[tuple[int, ...]], str]] = []
    known: set[tuple[int, str]] = set()

    def copy_for(arc: int, rests: Rests, mode: str) -> int:
        key = int(arcs.head[arc]), frozenset(rests)
        copy = copies.setdefault(key, nodes + len(copies))
        if (copy, mode) not in known:
            known.add((copy, mode))
            waiting.append((copy, *key, mode))
        return copy

    leads_to = {
        (arc, mode): copy_for(arc, rests, mode)
        for mode in sorted(forbidden)
        for arc, rests in sorted(forbidden[mode].items())
        if rests and arcs.ds[mode][arc] != CLOSED
    }
    started = {other for rows in forbidden.values() for arc, rests in rows.items() for other in (arc, *chain(*rests))}
    outgoing = _arcs_at(arcs.tail, np.unique(arcs.head[sorted(started)]) if started else np.zeros(0, np.int32))
    ways: dict[tuple[int, int, int], set[str]] = defaultdict(set)  # tail, arc, head → modes
    for (arc, mode), copy in leads_to.items():
        ways[int(arcs.tail[arc]), arc, copy].add(mode)
    for copy, node, rests, mode in waiting:  # grows on the way
        for arc in outgoing.get(node, ()):
            if (arc,) not in rests and arcs.ds[mode][arc] != CLOSED:
                follow = {rest[1:] for rest in rests if rest[0] == arc} | set(forbidden[mode].get(arc, ()))
                ways[copy, arc, copy_for(arc, follow, mode) if follow else int(arcs.head[arc])].add(mode)
    added = [(tail, head, arc, modes) for (tail, arc, head), modes in sorted(ways.items())]
    return _with(arcs, added, leads_to), np.array([node for node, _ in copies], np.int32)


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
