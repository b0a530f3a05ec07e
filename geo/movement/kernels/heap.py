"""A heap of four children a node, of uint64 keys: time · 2^32 + node. Entries are not lowered but added again."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Keys = NDArray[np.uint64]


@njit(nogil=True, cache=True)
def push(heap: Keys, size: int, key: np.uint64) -> int:
    """Add a key (there must be room); the new size."""
    i = size
    while i > 0:
        parent = (i - 1) >> 2
        if heap[parent] <= key:
            break
        heap[i] = heap[parent]
        i = parent
    heap[i] = key
    return size + 1


@njit(nogil=True, cache=True)
def pop(heap: Keys, size: int) -> int:
    """Remove the smallest key, which is ``heap[0]``; the new size."""
    size -= 1
    key = heap[size]
    i = 0
    while True:
        child = 4 * i + 1
        if child >= size:
            break
        least = child
        for j in range(child + 1, min(child + 4, size)):
            if heap[j] < heap[least]:
                least = j
        if heap[least] >= key:
            break
        heap[i] = heap[least]
        i = least
    heap[i] = key
    return size
