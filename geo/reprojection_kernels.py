"""Compiled sharing out of cells over the cells of another grid: arrays and integers only."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_MOST = 16  # corners of a quadrilateral cut by four lines, with room


@njit(nogil=True, cache=True)
def _cut(xs: Floats, ys: Floats, count: int, at: float, sign: float, out_x: Floats, out_y: Floats) -> int:
    """Corners left of a polygon behind a line x = at (Sutherland & Hodgman); for y swap the two."""
    left = 0
    for k in range(count):
        ax, ay, bx, by = xs[k - 1], ys[k - 1], xs[k], ys[k]
        if k == 0:
            ax, ay = xs[count - 1], ys[count - 1]
        da, db = sign * (ax - at), sign * (bx - at)
        if (da < 0) != (db < 0):
            t = da / (da - db)
            out_x[left], out_y[left] = ax + t * (bx - ax), ay + t * (by - ay)
            left += 1
        if db >= 0:
            out_x[left], out_y[left] = bx, by
            left += 1
    return left


@njit(nogil=True, cache=True)
def _area(xs: Floats, ys: Floats, count: int) -> float:
    """Shoelace round the first corner: no digits are lost to where the polygon lies."""
    twice = 0.0
    for k in range(1, count - 1):
        twice += (xs[k] - xs[0]) * (ys[k + 1] - ys[0]) - (xs[k + 1] - xs[0]) * (ys[k] - ys[0])
    return abs(twice) / 2


@njit(nogil=True, cache=True)
def share_out(columns: Floats, rows: Floats, values: Floats, present: Flags, out: Floats) -> None:
    """Add to ``out`` [layer, row, column] every cell's ``values`` [layer, row, column] by the share of it in each target cell.

    ``columns`` and ``rows`` [row + 1, column + 1] are the corners of the cells counted in target cells; shares are of the
    quadrilateral of its corners, so that they sum to 1.
    """
    ax, ay, bx, by = np.empty(_MOST), np.empty(_MOST), np.empty(_MOST), np.empty(_MOST)
    qx, qy = np.empty(4), np.empty(4)
    layers, height, width = len(values), out.shape[1], out.shape[2]
    for r in range(present.shape[0]):
        for c in range(present.shape[1]):
            if not present[r, c]:
                continue
            qx[0], qx[1], qx[2], qx[3] = columns[r, c], columns[r, c + 1], columns[r + 1, c + 1], columns[r + 1, c]
            qy[0], qy[1], qy[2], qy[3] = rows[r, c], rows[r, c + 1], rows[r + 1, c + 1], rows[r + 1, c]
            whole = _area(qx, qy, 4)
            if not whole > 0:
                continue
            left, right = int(np.floor(qx.min())), int(np.ceil(qx.max()))
            top, bottom = int(np.floor(qy.min())), int(np.ceil(qy.max()))
            for row in range(max(top, 0), min(bottom, height)):
                for column in range(max(left, 0), min(right, width)):
                    share = 1.0
                    if right - left > 1 or bottom - top > 1:
                        n = _cut(qx, qy, 4, float(column), 1.0, ax, ay)
                        n = _cut(ax, ay, n, column + 1.0, -1.0, bx, by)
                        n = _cut(by, bx, n, float(row), 1.0, ay, ax)
                        n = _cut(ay, ax, n, row + 1.0, -1.0, by, bx)
                        share = _area(bx, by, n) / whole
                    for layer in range(layers):
                        out[layer, row, column] += share * values[layer, r, c]
