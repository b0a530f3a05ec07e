"""The k nearest places of every node: one search backwards from all places at once, with k labels a node."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo.movement.kernels.graph import FAR, Graph
from geo.movement.kernels.search import Rows, next_time

Ints = NDArray[np.int32]


class Queue(NamedTuple):
    """Buckets of labels: first entry a bucket, a bit a bucket in use, and per entry the next one, its node and its place."""

    first: Ints
    used: NDArray[np.uint64]
    following: Ints
    node: Ints
    label: Ints
    state: NDArray[np.int64]  # first free entry or -1, entries ever used, labels waiting


@njit(nogil=True, cache=True)
def _new_queue(buckets: int, size: int) -> Queue:
    entries = np.empty((3, size), np.int32)
    state = np.array([-1, 0, 0])
    return Queue(np.full(buckets, -1, np.int32), np.zeros(buckets >> 6, np.uint64), entries[0], entries[1], entries[2], state)


@njit(nogil=True, cache=True)
def _put(queue: Queue, time: int, v: int, wanted: int) -> None:
    """Add a label; there must be room for it."""
    entry = queue.state[0]
    if entry >= 0:
        queue.state[0] = queue.following[entry]
    else:
        entry = queue.state[1]
        queue.state[1] += 1
    bucket = time & (len(queue.first) - 1)
    queue.node[entry] = v
    queue.label[entry] = wanted
    queue.following[entry] = queue.first[bucket]
    queue.first[bucket] = entry
    queue.used[bucket >> 6] |= np.uint64(1) << np.uint64(bucket & 63)
    queue.state[2] += 1


@njit(nogil=True, cache=True)
def _take(queue: Queue, time: int) -> NDArray[np.int64]:
    """Empty the bucket of a time: its labels as place · 2^32 + node, ascending."""
    bucket = time & (len(queue.first) - 1)
    found = 0
    entry = queue.first[bucket]
    while entry >= 0:
        found += 1
        entry = queue.following[entry]
    keys = np.empty(found, np.int64)
    entry = queue.first[bucket]
    for i in range(found):
        keys[i] = (np.int64(queue.label[entry]) << 32) | queue.node[entry]
        follow = queue.following[entry]
        queue.following[entry] = queue.state[0]
        queue.state[0] = entry
        entry = follow
    queue.first[bucket] = -1
    queue.used[bucket >> 6] &= ~(np.uint64(1) << np.uint64(bucket & 63))
    queue.state[2] -= found
    if found > 1:
        keys.sort()
    return keys


@njit(nogil=True, cache=True)
def _with_room(queue: Queue, wanted: int) -> Queue:
    """The queue with room for ``wanted`` more entries."""
    size = len(queue.node)
    if queue.state[1] + wanted <= size:
        return queue
    wider = np.empty((3, 2 * size + wanted), np.int32)
    wider[0, :size] = queue.following
    wider[1, :size] = queue.node
    wider[2, :size] = queue.label
    return Queue(queue.first, queue.used, wider[0], wider[1], wider[2], queue.state)


@njit(nogil=True, cache=True)
def _wants(labels: Ints, count: int, wanted: int) -> bool:
    """Whether a node with ``count`` labels still has a place for this one."""
    if count == len(labels):
        return False
    for i in range(count):  # noqa: SIM110 - numba knows no generators
        if labels[i] == wanted:
            return False
    return True


@njit(nogil=True, cache=True)
def nearest_labels(backward: Graph, arrivals: Rows, k: int, limit: int, buckets: int) -> tuple[Ints, Ints]:
    """Places and times [nodes, k] of the k nearest of every node, by time, then by place; -1 and `FAR` where there are fewer.

    ``backward`` is the reversed graph, ``arrivals``: node → places. Labels leave the queue by time, those of one time by place:
    ties do not depend on the queue. A label that is not among the first k of a node can not be among the first k behind it.
    """
    n = len(backward.ptr) - 1
    place = np.full((n, k), -1, np.int32)
    ds = np.full((n, k), FAR, np.int32)
    count = np.zeros(n, np.int32)
    queue = _new_queue(buckets, 1024 + 2 * len(arrivals.place))
    for v in range(n):
        for i in range(arrivals.ptr[v], arrivals.ptr[v + 1]):
            if arrivals.ds[i] <= limit:
                _put(queue, arrivals.ds[i], v, arrivals.place[i])
    now = 0
    while queue.state[2] > 0:
        now = next_time(queue.used, now)
        for key in _take(queue, now):
            v = key & 0xFFFFFFFF
            wanted = key >> 32
            if not _wants(place[v], count[v], wanted):
                continue
            place[v, count[v]] = wanted
            ds[v, count[v]] = now
            count[v] += 1
            queue = _with_room(queue, backward.ptr[v + 1] - backward.ptr[v])
            for e in range(backward.ptr[v], backward.ptr[v + 1]):
                other = backward.to[e]
                time = now + backward.ds[e]
                if time <= limit and _wants(place[other], count[other], wanted):
                    _put(queue, time, other, wanted)
    return place, ds


@njit(nogil=True, cache=True)
def nearest_of_rows(origins: Rows, direct: Rows, labels: Ints, label_ds: Ints, limit: int, place: Ints, ds: Ints) -> None:
    """Fill ``place``, ``ds`` [origins, k] (given as -1, `FAR`): labels of the linked nodes and direct pairs, merged."""
    k = labels.shape[1]
    for o in range(len(origins.ptr) - 1):
        for i in range(direct.ptr[o], direct.ptr[o + 1]):
            _insert(place[o], ds[o], direct.place[i], direct.ds[i], limit)
        for i in range(origins.ptr[o], origins.ptr[o + 1]):
            v = origins.place[i]
            for j in range(k):
                if labels[v, j] < 0:
                    break
                _insert(place[o], ds[o], labels[v, j], label_ds[v, j] + origins.ds[i], limit)


@njit(nogil=True, cache=True)
def _insert(place: Ints, ds: Ints, wanted: int, time: int, limit: int) -> None:
    """Keep the row sorted by time and place, every place once."""
    if time > limit:
        return
    last = len(place) - 1
    at = last
    for i in range(len(place)):
        if place[i] == wanted:
            if ds[i] <= time:
                return
            at = i
            break
    if place[at] >= 0 and (time > ds[at] or (time == ds[at] and wanted > place[at])):
        return
    while at > 0 and (place[at - 1] < 0 or ds[at - 1] > time or (ds[at - 1] == time and place[at - 1] > wanted)):
        place[at] = place[at - 1]
        ds[at] = ds[at - 1]
        at -= 1
    place[at] = wanted
    ds[at] = time
