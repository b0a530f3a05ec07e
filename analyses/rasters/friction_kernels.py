"""Compiled shortest times over the cells of a grid: arrays and integers in, minutes out, nothing of ours imported."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

_SETTLED = -2
_STEPS = ((0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1))  # east, then clockwise


@njit(nogil=True, cache=True)
def _rise(heap_min: Floats, heap_cell: Positions, place: Positions, at: int) -> None:
    """Take an entry up to where it belongs."""
    minutes, cell = heap_min[at], heap_cell[at]
    while at > 0:
        above = (at - 1) // 4
        if heap_min[above] <= minutes:
            break
        heap_min[at], heap_cell[at] = heap_min[above], heap_cell[above]
        place[heap_cell[at]] = at
        at = above
    heap_min[at], heap_cell[at] = minutes, cell
    place[cell] = at


@njit(nogil=True, cache=True)
def _sink(heap_min: Floats, heap_cell: Positions, place: Positions, size: int) -> None:
    """Take the first entry down to where it belongs."""
    at = 0
    minutes, cell = heap_min[0], heap_cell[0]
    while True:
        least = 4 * at + 1
        if least >= size:
            break
        for other in range(least + 1, min(least + 4, size)):
            if heap_min[other] < heap_min[least]:
                least = other
        if heap_min[least] >= minutes:
            break
        heap_min[at], heap_cell[at] = heap_min[least], heap_cell[least]
        place[heap_cell[at]] = at
        at = least
    heap_min[at], heap_cell[at] = minutes, cell
    place[cell] = at


@njit(nogil=True, cache=True)
def spread(friction: Floats, factors: Floats, metres: Floats, sources: Positions, limit: float, out: Floats) -> None:  # noqa: C901 - one loop
    """Fill ``out`` [rows × columns] with the least minutes from any of the ``sources`` (Dijkstra with a heap of four children).

    ``friction`` [rows, columns] minutes a metre; a step costs the mean of its two cells times ``metres`` [rows, 3] (eastwards,
    southwards, diagonal to the row below) times ``factors`` [8, rows, columns] of the step that leaves a cell, or 1 where that
    has no cells.
    """
    rows, columns = friction.shape
    place = np.full(rows * columns, -1, np.int64)  # in the heap; −2 = settled
    heap_min, heap_cell = np.empty(rows * columns), np.empty(rows * columns, np.int64)
    size = 0
    for cell in sources:
        if place[cell] == -1:
            out[cell] = 0.0
            heap_min[size], heap_cell[size] = 0.0, cell
            place[cell] = size
            size += 1
    while size > 0:
        cell, here = heap_cell[0], heap_min[0]
        place[cell] = _SETTLED
        size -= 1
        if size > 0:
            heap_min[0], heap_cell[0] = heap_min[size], heap_cell[size]
            _sink(heap_min, heap_cell, place, size)
        row, column = cell // columns, cell % columns
        for k in range(8):
            down, across = _STEPS[k]
            r, c = row + down, column + across
            if r < 0 or r >= rows or c < 0 or c >= columns:
                continue
            to = r * columns + c
            if place[to] == _SETTLED:
                continue
            upper = min(row, r)
            length = metres[upper, 0] if down == 0 else metres[upper, 1] if across == 0 else metres[upper, 2]
            step = (friction[row, column] + friction[r, c]) / 2 * length
            if factors.shape[1] > 0:
                step *= factors[k, row, column]
            there = here + step
            if there < out[to] and there <= limit:
                out[to] = there
                if place[to] == -1:
                    place[to] = size
                    size += 1
                at = place[to]
                heap_min[at], heap_cell[at] = there, to
                _rise(heap_min, heap_cell, place, at)
