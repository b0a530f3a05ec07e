"""What failing arcs do to fastest times: one search an origin, and again only for the nodes whose way a failure takes away."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo.movement.kernels.graph import FAR, Graph
from geo.movement.kernels.heap import pop, push
from geo.movement.kernels.search import Rows

EXTRA, CUT, SLOWER_PAIRS, CUT_PAIRS, LOST = 0, 1, 2, 3, 4  # what a failure does to an origin
REACHED, TIME, WITHIN, PAIRS = 0, 1, 2, 3  # what an origin has as long as nothing fails

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


class Backward(NamedTuple):
    """Arcs into node v are ``arc[ptr[v]:ptr[v+1]]``; ``tail`` [arcs] where every arc starts."""

    ptr: Ints
    arc: Ints
    tail: Ints


class Failing(NamedTuple):
    """Arcs of failure c are ``arc[ptr[c]:ptr[c+1]]``; ``ds`` their time then, `FAR` where nothing is left."""

    ptr: NDArray[np.int64]
    arc: Ints
    ds: Ints


class Ends(NamedTuple):
    """Destinations: ``links`` destination → nodes, ``arrivals`` node → destinations, ``direct`` origin → destinations."""

    links: Rows
    arrivals: Rows
    direct: Rows


class Worth(NamedTuple):
    """``pair`` [origins, destinations] travellers; ``place`` [destinations] opportunities, counted up to ``cutoff``."""

    pair: Floats
    place: Floats
    cutoff: int


class Tree(NamedTuple):
    """Fastest ways from one origin. ``settled`` nodes by time; those behind v are ``below[at[v] : at[v] + size[v]]``."""

    time: Ints
    start: Ints  # time of the link from the origin, FAR without one
    parent: Ints  # the arc by which a node is reached, -1 by a link
    settled: Ints
    at: Ints
    size: Ints
    below: Ints
    following: Ints  # next free place behind a node while they are numbered
    heap: NDArray[np.uint64]


class Hit(NamedTuple):
    """Work arrays of one failure: its nodes and destinations carry its stamp."""

    node_stamp: NDArray[np.int64]
    node: Ints
    time: Ints
    end_stamp: NDArray[np.int64]
    end: Ints
    end_time: Ints


@njit(nogil=True, cache=True)
def detours(
    graph: Graph,
    backward: Backward,
    origins: Rows,
    ends: Ends,
    failing: Failing,
    limit: int,
    worth: Worth,
    before: Floats,
    change: Floats,
) -> None:
    """Fill ``before`` [origins, 4] and ``change`` [origins, failures, 5] (both given as 0); times beyond ``limit`` are none."""
    nodes, places = len(graph.ptr) - 1, len(ends.links.ptr) - 1
    size = len(graph.to) + len(origins.place) + nodes + 1
    tree = Tree(
        np.full(nodes, FAR, np.int32),
        np.full(nodes, FAR, np.int32),
        np.full(nodes, -1, np.int32),
        np.empty(nodes, np.int32),
        np.empty(nodes, np.int32),
        np.empty(nodes, np.int32),
        np.empty(nodes, np.int32),
        np.empty(nodes, np.int32),
        np.empty(size, np.uint64),
    )
    hit = Hit(
        np.zeros(nodes, np.int64),
        np.empty(nodes, np.int32),
        np.empty(nodes, np.int32),
        np.zeros(places, np.int64),
        np.empty(places, np.int32),
        np.empty(places, np.int32),
    )
    ds = graph.ds.copy()
    best = np.empty(places, np.int32)
    near = np.empty(places, np.int32)
    stamp = 0
    for o in range(len(origins.ptr) - 1):
        settled = _grow(graph, backward, origins, o, limit, tree)
        _times_of(tree, settled, ends, o, limit, best, near)
        _sum_before(best, worth, o, before[o])
        for c in range(len(failing.ptr) - 1):
            stamp += 1
            count = _behind(graph, failing, c, tree, hit, stamp)
            if count == 0:
                continue
            for k in range(failing.ptr[c], failing.ptr[c + 1]):
                ds[failing.arc[k]] = failing.ds[k]
            _search_again(graph, backward, ds, tree, hit, count, stamp, limit)
            for k in range(failing.ptr[c], failing.ptr[c + 1]):
                ds[failing.arc[k]] = graph.ds[failing.arc[k]]
            found = _ends_behind(hit, count, stamp, ends.arrivals)
            _sum_change(tree, hit, found, stamp, ends, limit, best, near, worth.pair[o], change[o, c])
            change[o, c, LOST] = _sum_lost(hit, found, best, worth)
        _forget(tree, settled, origins, o)


@njit(nogil=True, cache=True)
def _key(time: int, node: int) -> np.uint64:
    return (np.uint64(time) << np.uint64(32)) | np.uint64(node)


@njit(nogil=True, cache=True)
def _grow(graph: Graph, backward: Backward, origins: Rows, o: int, limit: int, tree: Tree) -> int:
    """The tree of fastest ways from an origin; number of nodes settled."""
    heap, waiting, settled = tree.heap, 0, 0
    for i in range(origins.ptr[o], origins.ptr[o + 1]):
        v, time = origins.place[i], origins.ds[i]
        if time <= limit and time < tree.start[v]:
            tree.start[v] = time
            tree.time[v] = time
            waiting = push(heap, waiting, _key(time, v))
    while waiting > 0:
        key = heap[0]
        waiting = pop(heap, waiting)
        now, v = np.int64(key >> np.uint64(32)), np.int64(key & np.uint64(0xFFFFFFFF))
        if tree.time[v] != now:
            continue
        tree.settled[settled] = v
        settled += 1
        for e in range(graph.ptr[v], graph.ptr[v + 1]):
            time, other = now + graph.ds[e], graph.to[e]
            if time <= limit and time < tree.time[other]:
                tree.time[other] = time
                tree.parent[other] = e
                waiting = push(heap, waiting, _key(time, other))
    _number(backward, tree, settled)
    return settled


@njit(nogil=True, cache=True)
def _number(backward: Backward, tree: Tree, settled: int) -> None:
    """Number the nodes so that those behind a node follow it."""
    for i in range(settled):
        tree.size[tree.settled[i]] = 1
    for i in range(settled - 1, -1, -1):
        v = tree.settled[i]
        if tree.parent[v] >= 0:
            tree.size[backward.tail[tree.parent[v]]] += tree.size[v]
    free = 0
    for i in range(settled):
        v = tree.settled[i]
        if tree.parent[v] < 0:
            place = free
            free += tree.size[v]
        else:
            above = backward.tail[tree.parent[v]]
            place = tree.following[above]
            tree.following[above] = place + tree.size[v]
        tree.at[v] = place
        tree.following[v] = place + 1
        tree.below[place] = v


@njit(nogil=True, cache=True)
def _times_of(tree: Tree, settled: int, ends: Ends, o: int, limit: int, best: Ints, near: Ints) -> None:
    """Times of all destinations, `FAR` where there is none; in ``near`` those of the direct links alone."""
    near[:] = FAR
    for k in range(ends.direct.ptr[o], ends.direct.ptr[o + 1]):
        if ends.direct.ds[k] <= limit:
            near[ends.direct.place[k]] = ends.direct.ds[k]
    best[:] = near
    for i in range(settled):
        v = tree.settled[i]
        for k in range(ends.arrivals.ptr[v], ends.arrivals.ptr[v + 1]):
            time = tree.time[v] + ends.arrivals.ds[k]
            if time <= limit and time < best[ends.arrivals.place[k]]:
                best[ends.arrivals.place[k]] = time


@njit(nogil=True, cache=True)
def _sum_before(best: Ints, worth: Worth, o: int, sums: Floats) -> None:
    for d in range(len(best)):
        if best[d] < FAR:
            sums[REACHED] += worth.pair[o, d]
            sums[TIME] += worth.pair[o, d] * best[d]
            sums[PAIRS] += 1
            if best[d] <= worth.cutoff:
                sums[WITHIN] += worth.place[d]


@njit(nogil=True, cache=True)
def _behind(graph: Graph, failing: Failing, c: int, tree: Tree, hit: Hit, stamp: int) -> int:
    """Collect the nodes whose way takes an arc of failure ``c``; their number."""
    count = 0
    for k in range(failing.ptr[c], failing.ptr[c + 1]):
        v = graph.to[failing.arc[k]]
        if tree.time[v] == FAR or tree.parent[v] != failing.arc[k]:
            continue
        for place in range(tree.at[v], tree.at[v] + tree.size[v]):
            u = tree.below[place]
            if hit.node_stamp[u] != stamp:
                hit.node_stamp[u] = stamp
                hit.node[count] = u
                count += 1
    return count


@njit(nogil=True, cache=True)
def _search_again(graph: Graph, backward: Backward, ds: Ints, tree: Tree, hit: Hit, count: int, stamp: int, limit: int) -> None:
    """Times of the nodes collected, from those beside them whose way stays as it is."""
    heap, waiting = tree.heap, 0
    for i in range(count):
        v = hit.node[i]
        least = int(tree.start[v])
        for k in range(backward.ptr[v], backward.ptr[v + 1]):
            e = backward.arc[k]
            u = backward.tail[e]
            if hit.node_stamp[u] != stamp and tree.time[u] < FAR and ds[e] < FAR:
                least = min(least, int(tree.time[u]) + int(ds[e]))
        hit.time[v] = least if least <= limit else FAR
        if least <= limit:
            waiting = push(heap, waiting, _key(least, v))
    while waiting > 0:
        key = heap[0]
        waiting = pop(heap, waiting)
        now, v = np.int64(key >> np.uint64(32)), np.int64(key & np.uint64(0xFFFFFFFF))
        if hit.time[v] != now:
            continue
        for e in range(graph.ptr[v], graph.ptr[v + 1]):
            other = graph.to[e]
            if hit.node_stamp[other] != stamp or ds[e] == FAR:
                continue
            time = now + ds[e]
            if time <= limit and time < hit.time[other]:
                hit.time[other] = time
                waiting = push(heap, waiting, _key(time, other))


@njit(nogil=True, cache=True)
def _ends_behind(hit: Hit, count: int, stamp: int, arrivals: Rows) -> int:
    """Collect the destinations that are reached by the nodes collected; their number."""
    found = 0
    for i in range(count):
        v = hit.node[i]
        for k in range(arrivals.ptr[v], arrivals.ptr[v + 1]):
            d = arrivals.place[k]
            if hit.end_stamp[d] != stamp:
                hit.end_stamp[d] = stamp
                hit.end[found] = d
                found += 1
    return found


@njit(nogil=True, cache=True)
def _sum_change(
    tree: Tree, hit: Hit, found: int, stamp: int, ends: Ends, limit: int, best: Ints, near: Ints, pair: Floats, sums: Floats
) -> None:
    """Add what became of the destinations collected; ``pair`` [destinations] of this origin."""
    for i in range(found):
        d = hit.end[i]
        if best[d] == FAR:
            continue
        time = np.int64(near[d])
        for k in range(ends.links.ptr[d], ends.links.ptr[d + 1]):
            v = ends.links.place[k]
            at_node = hit.time[v] if hit.node_stamp[v] == stamp else tree.time[v]
            if at_node < FAR:
                time = min(time, np.int64(at_node) + ends.links.ds[k])
        hit.end_time[i] = time if time <= limit else FAR
        if time > limit:
            sums[CUT] += pair[d]
            sums[CUT_PAIRS] += 1
        elif time > best[d]:
            sums[EXTRA] += pair[d] * (time - best[d])
            sums[SLOWER_PAIRS] += 1


@njit(nogil=True, cache=True)
def _sum_lost(hit: Hit, found: int, best: Ints, worth: Worth) -> float:
    """Opportunities that were within the cutoff and are not any more."""
    lost = 0.0
    for i in range(found):
        d = hit.end[i]
        if best[d] <= worth.cutoff and best[d] < FAR and hit.end_time[i] > worth.cutoff:
            lost += worth.place[d]
    return lost


@njit(nogil=True, cache=True)
def _forget(tree: Tree, settled: int, origins: Rows, o: int) -> None:
    for i in range(settled):
        v = tree.settled[i]
        tree.time[v] = FAR
        tree.parent[v] = -1
    for i in range(origins.ptr[o], origins.ptr[o + 1]):
        tree.start[origins.place[i]] = FAR
