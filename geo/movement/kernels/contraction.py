"""Contraction hierarchy of a directed graph: nodes are removed from the least to the most important, shortcuts keep all times.

What is left for a query: from every node the arcs to more important ones, and into every node the arcs from more important ones.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo.movement.kernels.graph import FAR, Graph, reversed_graph
from geo.movement.kernels.heap import pop, push

LONGEST = 2**29  # shortcuts beyond it serve no permitted limit
SETTLED = 60  # effort of one search for a way round; fewer means more shortcuts, never wrong times

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Keys = NDArray[np.uint64]


class Lists(NamedTuple):
    """Growing lists of arcs, one a node: of node v they are ``start[v] : start[v] + size[v]``; ``used`` [1] of the pool."""

    start: Longs
    size: Ints
    room: Ints
    to: Ints
    ds: Ints
    used: Longs


class Search(NamedTuple):
    """Work arrays of the searches for a way round; ``time`` is `FAR` and ``goal`` 0 between two of them."""

    time: Ints
    touched: Ints
    goal: NDArray[np.uint8]
    heap: Keys


@njit(nogil=True, cache=True)
def _lists(graph: Graph) -> Lists:
    n = len(graph.ptr) - 1
    size = (graph.ptr[1:] - graph.ptr[:-1]).astype(np.int32)
    room = size + np.int32(4)
    start = np.zeros(n, np.int64)
    for v in range(1, n):
        start[v] = start[v - 1] + room[v - 1]
    used = np.array([0 if n == 0 else start[n - 1] + room[n - 1]])
    to = np.empty(2 * used[0] + 64, np.int32)
    ds = np.empty(2 * used[0] + 64, np.int32)
    for v in range(n):
        for i in range(size[v]):
            to[start[v] + i] = graph.to[graph.ptr[v] + i]
            ds[start[v] + i] = graph.ds[graph.ptr[v] + i]
    return Lists(start, size, room, to, ds, used)


@njit(nogil=True, cache=True)
def _with_room(lists: Lists, wanted: int) -> Lists:
    """The lists with room for ``wanted`` more arcs in the pool."""
    if lists.used[0] + wanted <= len(lists.to):
        return lists
    more = np.empty(len(lists.to) + wanted, np.int32)
    return Lists(
        lists.start,
        lists.size,
        lists.room,
        np.concatenate((lists.to, more)),
        np.concatenate((lists.ds, more)),
        lists.used,
    )


@njit(nogil=True, cache=True)
def _add(lists: Lists, v: int, other: int, time: int) -> None:
    """Add an arc or shorten the one that is there. The pool must have room for twice the list."""
    for i in range(lists.start[v], lists.start[v] + lists.size[v]):
        if lists.to[i] == other:
            lists.ds[i] = min(lists.ds[i], time)
            return
    if lists.size[v] == lists.room[v]:
        old = lists.start[v]
        new = lists.used[0]
        for i in range(lists.size[v]):
            lists.to[new + i] = lists.to[old + i]
            lists.ds[new + i] = lists.ds[old + i]
        lists.start[v] = new
        lists.room[v] *= 2
        lists.used[0] += lists.room[v]
    place = lists.start[v] + lists.size[v]
    lists.to[place] = other
    lists.ds[place] = time
    lists.size[v] += 1


@njit(nogil=True, cache=True)
def _remove(lists: Lists, v: int, other: int) -> None:
    for i in range(lists.start[v], lists.start[v] + lists.size[v]):
        if lists.to[i] == other:
            last = lists.start[v] + lists.size[v] - 1
            lists.to[i] = lists.to[last]
            lists.ds[i] = lists.ds[last]
            lists.size[v] -= 1
            return


@njit(nogil=True, cache=True)
def _ways_round(out: Lists, source: int, avoid: int, limit: int, goals: int, search: Search) -> int:
    """Times from ``source`` without ``avoid`` into ``search.time``: exact or too long, never too short. Touched nodes."""
    search.time[source] = 0
    search.touched[0] = source
    touched = 1
    size = push(search.heap, 0, np.uint64(source))
    settled = 0
    while size > 0 and settled < SETTLED:
        key = search.heap[0]
        size = pop(search.heap, size)
        v = np.int64(key & np.uint64(0xFFFFFFFF))
        now = np.int64(key >> np.uint64(32))
        if now > search.time[v]:
            continue
        settled += 1
        goals -= search.goal[v]
        if goals == 0:
            break
        for i in range(out.start[v], out.start[v] + out.size[v]):
            other = out.to[i]
            time = now + out.ds[i]
            if other != avoid and time <= limit and time < search.time[other]:
                if search.time[other] == FAR:
                    search.touched[touched] = other
                    touched += 1
                search.time[other] = time
                if size < len(search.heap):
                    size = push(search.heap, size, (np.uint64(time) << np.uint64(32)) | np.uint64(other))
    return touched


@njit(nogil=True, cache=True)
def _shortcuts(v: int, out: Lists, into: Lists, search: Search, found: Ints) -> int:
    """Shortcuts (tail, head, time) needed if ``v`` goes, as far as ``found`` [n, 3] holds them; their number."""
    count = 0
    for i in range(into.start[v], into.start[v] + into.size[v]):
        source = into.to[i]
        goals = 0
        limit = 0
        for j in range(out.start[v], out.start[v] + out.size[v]):
            if out.to[j] != source:
                search.goal[out.to[j]] = 1
                goals += 1
                limit = max(limit, np.int64(into.ds[i]) + out.ds[j])
        if goals == 0:
            continue
        touched = _ways_round(out, source, v, min(limit, LONGEST), goals, search)
        for j in range(out.start[v], out.start[v] + out.size[v]):
            other = out.to[j]
            search.goal[other] = 0
            time = np.int64(into.ds[i]) + out.ds[j]
            if other != source and time <= LONGEST and time < search.time[other]:
                if count < len(found):
                    found[count, 0] = source
                    found[count, 1] = other
                    found[count, 2] = time
                count += 1
        for j in range(touched):
            search.time[search.touched[j]] = FAR
    return count


@njit(nogil=True, cache=True)
def _importance(v: int, shortcuts: int, out: Lists, into: Lists, depth: int) -> np.uint64:
    """Later, the more arcs the removal would add, and the deeper the node lies above removed ones; a key for the heap."""
    value = 2**20 + 4 * (shortcuts - out.size[v] - into.size[v]) + 4 * depth
    return (np.uint64(max(value, 0)) << np.uint64(32)) | np.uint64(v)


@njit(nogil=True, cache=True)
def contract(graph: Graph, backward: Graph, densest: int) -> tuple[Ints, Graph, Graph, int]:
    """Rank of every node, arcs to higher ranks, arcs from higher ranks (row: the lower node), and the first rank of the core.

    The removal stops where the next node has more than ``densest`` pairs of arcs in and out: the last nodes of a regular grid
    would cost more than all others together. They are the core, and keep the arcs among each other in both directions.
    """
    n = len(graph.ptr) - 1
    out = _lists(graph)
    into = _lists(backward)
    search = Search(np.full(n, FAR, np.int32), np.empty(n, np.int32), np.zeros(n, np.uint8), np.empty(4096, np.uint64))
    found = np.empty((1024, 3), np.int32)
    queue = np.empty(n + 1, np.uint64)
    waiting = 0
    depth = np.zeros(n, np.int32)
    rank = np.empty(n, np.int32)
    for v in range(n):
        waiting = push(queue, waiting, _importance(v, _shortcuts(v, out, into, search, found), out, into, 0))
    done = 0
    while waiting > 0:
        v = int(queue[0] & np.uint64(0xFFFFFFFF))
        waiting = pop(queue, waiting)
        if np.int64(out.size[v]) * into.size[v] > densest:
            waiting = push(queue, waiting, np.uint64(v))
            break
        count = _shortcuts(v, out, into, search, found)
        if count > len(found):
            found = np.empty((2 * count, 3), np.int32)
            count = _shortcuts(v, out, into, search, found)
        key = _importance(v, count, out, into, depth[v])
        if waiting > 0 and key > queue[0]:
            waiting = push(queue, waiting, key)
            continue
        rank[v] = done
        done += 1
        wanted = 0
        for i in range(out.start[v], out.start[v] + out.size[v]):
            other = out.to[i]
            _remove(into, other, v)
            depth[other] = max(depth[other], depth[v] + 1)
            wanted += 2 * into.room[other]
        for i in range(into.start[v], into.start[v] + into.size[v]):
            other = into.to[i]
            _remove(out, other, v)
            depth[other] = max(depth[other], depth[v] + 1)
            wanted += 2 * out.room[other]
        out = _with_room(out, wanted + 4 * count)
        into = _with_room(into, wanted + 4 * count)
        for i in range(count):
            _add(out, found[i, 0], found[i, 1], found[i, 2])
            _add(into, found[i, 1], found[i, 0], found[i, 2])
    core = done
    for i in range(waiting):
        rank[np.int64(queue[i] & np.uint64(0xFFFFFFFF))] = done
        done += 1
    return rank, _packed(out), _packed(into), core


@njit(nogil=True, cache=True)
def _packed(lists: Lists) -> Graph:
    n = len(lists.size)
    ptr = np.zeros(n + 1, np.int32)
    for v in range(n):
        ptr[v + 1] = ptr[v] + lists.size[v]
    to = np.empty(ptr[n], np.int32)
    ds = np.empty(ptr[n], np.int32)
    for v in range(n):
        for i in range(lists.size[v]):
            to[ptr[v] + i] = lists.to[lists.start[v] + i]
            ds[ptr[v] + i] = lists.ds[lists.start[v] + i]
    return Graph(ptr, to, ds)


@njit(nogil=True, cache=True)
def without_core(down: Graph, rank: Ints, core: int) -> Graph:
    """The arcs of a sweep: those into the core are dropped, since the search upwards leaves nothing to do there."""
    n = len(rank)
    ptr = np.zeros(n + 1, np.int32)
    for v in range(n):
        ptr[v + 1] = ptr[v] + (down.ptr[v + 1] - down.ptr[v] if rank[v] < core else 0)
    to = np.empty(ptr[n], np.int32)
    ds = np.empty(ptr[n], np.int32)
    for v in range(n):
        if rank[v] < core:
            to[ptr[v] : ptr[v + 1]] = down.to[down.ptr[v] : down.ptr[v + 1]]
            ds[ptr[v] : ptr[v + 1]] = down.ds[down.ptr[v] : down.ptr[v + 1]]
    return Graph(ptr, to, ds)


@njit(nogil=True, cache=True)
def sweep_order(rank: Ints, down: Graph) -> Ints:
    """Nodes so that each comes after all more important ones with an arc into it; branches stay together in memory."""
    n = len(rank)
    by_rank = np.empty(n, np.int32)
    for v in range(n):
        by_rank[rank[v]] = v
    waits = down.ptr[1:] - down.ptr[:-1]
    lower = reversed_graph(down)
    stack = np.empty(n, np.int32)
    order = np.empty(n, np.int32)
    high = 0
    for r in range(n):
        if waits[by_rank[r]] == 0:
            stack[high] = by_rank[r]
            high += 1
    for placed in range(n):
        high -= 1
        node = stack[high]
        order[placed] = node
        for e in range(lower.ptr[node], lower.ptr[node + 1]):
            waits[lower.to[e]] -= 1
            if waits[lower.to[e]] == 0:
                stack[high] = lower.to[e]
                high += 1
    return order
