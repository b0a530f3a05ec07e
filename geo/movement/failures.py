"""What failing streets cost: fastest times again for those pairs alone whose way a failure takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import PlanningDataError
from geo.movement.arcs import CLOSED
from geo.movement.chunks import check_places, checked_direct, checked_limit, read_only, rows_of, run
from geo.movement.kernels import failing as kernel
from geo.movement.kernels.graph import FAR
from geo.movement.links import Links
from geo.movement.network import Network
from geo.movement.street_edits import drawn

ORIGINS = 64  # a task

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Detours:
    """Sums over the destinations of every origin, float64; ``failures`` in the order given.

    As long as nothing fails, [origins]: ``travellers`` who get there, their ``traveller_ds``, ``within`` opportunities up to the
    cutoff, ``pairs`` reached. By failure, [origins, failures]: ``extra_ds`` of those who still get there, ``cut_off`` travellers,
    ``slower_pairs``, ``cut_off_pairs``, ``lost`` opportunities no longer within the cutoff.
    """

    travellers: Floats
    traveller_ds: Floats
    within: Floats
    pairs: Floats
    extra_ds: Floats
    cut_off: Floats
    slower_pairs: Floats
    cut_off_pairs: Floats
    lost: Floats


def street_detours(  # noqa: PLR0913 - one question, all but the network by keyword
    network: Network,
    mode: str,
    origins: Links,
    destinations: Links,
    failures: Sequence[NDArray[np.integer]],
    *,
    travellers: Floats,
    opportunities: Floats,
    cutoff_ds: int,
    limit_ds: int,
    direct: Links | None = None,
    threads: int | None = None,
) -> Detours:
    """What each failure (rows of ``network.edges`` closed to through traffic) does to all pairs; see `Detours`.

    ``travellers`` [origins, destinations], ``opportunities`` [destinations], both ≥ 0. One search an origin; a failure is routed
    again only behind the arcs it closes, in the tree of fastest ways, so pairs whose way does not take them cost nothing.
    The sums are the same for any number of threads; hand destinations over in one order to get the same bytes.
    """
    if not failures:
        raise PlanningDataError("E-NET-15", "nothing fails.", seen=0, mend="give the edges of one failure at least.")
    limit = checked_limit(limit_ds)
    check_places(network, origins, destinations)
    direct = checked_direct(direct, origins, destinations)
    graph = network.graph(mode)
    tail = np.repeat(np.arange(len(graph.ptr) - 1, dtype=np.int32), np.diff(graph.ptr))
    order = np.argsort(graph.to, kind="stable").astype(np.int32)
    ptr = np.concatenate([[0], np.cumsum(np.bincount(graph.to, minlength=len(graph.ptr) - 1))]).astype(np.int32)
    backward = kernel.Backward(read_only(ptr), read_only(order), read_only(tail))
    shut = _failing_arcs(network, mode, tail, failures)
    before = np.zeros((origins.points, 4))
    change = np.zeros((origins.points, len(failures), 5))
    links, arrivals = rows_of(destinations), rows_of(destinations.transposed())

    def task(low: int, high: int) -> None:
        pair = read_only(travellers[low:high])
        worth = kernel.Worth(pair, read_only(opportunities), cutoff_ds)
        ends = kernel.Ends(links, arrivals, rows_of(direct, low, high))
        some = rows_of(origins, low, high)
        kernel.detours(graph, backward, some, ends, shut, limit, worth, before[low:high], change[low:high])

    run(task, origins.points, threads, chunk=ORIGINS)
    return Detours(*np.moveaxis(before, -1, 0), *np.moveaxis(change, -1, 0))


def _failing_arcs(network: Network, mode: str, tail: Ints, failures: Sequence[NDArray[np.integer]]) -> kernel.Failing:
    """Arcs of the graph that become slower, or vanish, with each failure: of parallel edges the fastest one left counts."""
    edges, graph, nodes = drawn(network), network.graph(mode), len(network.node_xy)
    loose = np.flatnonzero((edges.ds[mode] != CLOSED) & (edges.tail != edges.head))
    known = tail.astype(np.int64) * nodes + graph.to
    arc = np.searchsorted(known, edges.tail[loose].astype(np.int64) * nodes + edges.head[loose])
    own, ds = np.where(edges.edge[loose] >= 0, edges.edge[loose], len(edges)), edges.ds[mode][loose]
    of_edge, of_arc = _Groups(own, len(edges) + 1), _Groups(arc, len(graph.to))
    parts: list[tuple[Ints, Ints]] = []
    for rows in failures:
        if len(rows) and not (rows.min() >= 0 and rows.max() < len(edges)):
            mend = f"the network has {len(edges)} edges, counted from 0."
            raise PlanningDataError("E-NET-15", "a failing edge is not there.", seen=int(rows.max()), mend=mend)
        hit = of_edge.of(np.unique(rows))
        some = np.unique(arc[hit])
        beside = np.setdiff1d(of_arc.of(some), hit)
        left = np.full(len(some), FAR, np.int32)
        np.minimum.at(left, np.searchsorted(some, arc[beside]), ds[beside])
        worse = left != graph.ds[some]
        parts.append((some[worse].astype(np.int32), left[worse]))
    ptr = np.concatenate([[0], np.cumsum([len(arcs) for arcs, _ in parts])]).astype(np.int64)
    arcs, times = (np.concatenate([np.zeros(0, np.int32), *column]) for column in zip(*parts, strict=True))
    return kernel.Failing(ptr, read_only(arcs), read_only(times))


class _Groups:
    """Positions by group number."""

    def __init__(self, group: NDArray[np.integer], count: int) -> None:
        self._order = np.argsort(group, kind="stable")
        self._ptr = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=count))])

    def of(self, groups: NDArray[np.integer]) -> NDArray[np.intp]:
        """Positions of all members of some groups."""
        counts = self._ptr[groups + 1] - self._ptr[groups]
        starts = np.repeat(self._ptr[groups] - (np.cumsum(counts) - counts), counts)
        return self._order[starts + np.arange(len(starts))]
