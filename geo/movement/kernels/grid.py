"""Nearest segment of a set of lines by a grid of square cells."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Segments(NamedTuple):
    """Segments a–b, float64 metres."""

    ax: Floats
    ay: Floats
    bx: Floats
    by: Floats


class Grid(NamedTuple):
    """``columns`` × ``rows`` cells of ``side`` metres from (``x``, ``y``); segments of cell c: ``item[ptr[c]:ptr[c+1]]``."""

    x: float
    y: float
    side: float
    columns: int
    rows: int
    ptr: NDArray[np.int64]
    item: NDArray[np.int32]


@njit(nogil=True, cache=True)
def fill_grid(segments: Segments, x: float, y: float, side: float, columns: int, rows: int) -> Grid:
    """The grid of segments that all lie inside it; a segment is in every cell it touches, so long ones stay cheap."""
    ptr = np.zeros(columns * rows + 1, np.int64)
    for i in range(len(segments.ax)):
        low, high = _rows_of(segments, i, y, side, rows)
        for row in range(low, high + 1):
            left, right = _columns_of(segments, i, row, x, y, side, columns)
            for column in range(left, right + 1):
                ptr[row * columns + column + 1] += 1
    for cell in range(columns * rows):
        ptr[cell + 1] += ptr[cell]
    fill = ptr[:-1].copy()
    item = np.empty(ptr[-1], np.int32)
    for i in range(len(segments.ax)):
        low, high = _rows_of(segments, i, y, side, rows)
        for row in range(low, high + 1):
            left, right = _columns_of(segments, i, row, x, y, side, columns)
            for column in range(left, right + 1):
                cell = row * columns + column
                item[fill[cell]] = i
                fill[cell] += 1
    return Grid(x, y, side, columns, rows, ptr, item)


@njit(nogil=True, cache=True)
def _rows_of(segments: Segments, i: int, y: float, side: float, rows: int) -> tuple[int, int]:
    low = min(segments.ay[i], segments.by[i])
    high = max(segments.ay[i], segments.by[i])
    return max(int((low - y) / side), 0), min(int((high - y) / side), rows - 1)


@njit(nogil=True, cache=True)
def _columns_of(segments: Segments, i: int, row: int, x: float, y: float, side: float, columns: int) -> tuple[int, int]:
    """Columns the segment crosses within a row, one cell wider on each side against rounding."""
    ax, ay, bx, by = segments.ax[i], segments.ay[i], segments.bx[i], segments.by[i]
    left, right = min(ax, bx), max(ax, bx)
    if ay != by:
        one = ax + (bx - ax) * (y + row * side - ay) / (by - ay)
        two = ax + (bx - ax) * (y + (row + 1) * side - ay) / (by - ay)
        left, right = max(left, min(one, two)), min(right, max(one, two))
    return max(int((left - x) / side) - 1, 0), min(int((right - x) / side) + 1, columns - 1)


@njit(nogil=True, cache=True)
def distance_and_share(segments: Segments, i: int, px: float, py: float) -> tuple[float, float]:
    """Squared distance of a point to a segment, and where its nearest point lies (0 at a, 1 at b)."""
    dx = segments.bx[i] - segments.ax[i]
    dy = segments.by[i] - segments.ay[i]
    square = dx * dx + dy * dy
    share = 0.0
    if square > 0:
        share = min(1.0, max(0.0, ((px - segments.ax[i]) * dx + (py - segments.ay[i]) * dy) / square))
    gap_x = segments.ax[i] + share * dx - px
    gap_y = segments.ay[i] + share * dy - py
    return gap_x * gap_x + gap_y * gap_y, share


@njit(nogil=True, cache=True)
def _gap_to_cell(grid: Grid, row: int, column: int, px: float, py: float) -> float:
    """Squared distance of a point to a cell, a hair less against rounding."""
    gap_x = max(grid.x + column * grid.side - px, px - grid.x - (column + 1) * grid.side, 0.0)
    gap_y = max(grid.y + row * grid.side - py, py - grid.y - (row + 1) * grid.side, 0.0)
    return (gap_x * gap_x + gap_y * gap_y) * (1 - 1e-9)


@njit(nogil=True, cache=True)
def nearest_segments(
    segments: Segments,
    grid: Grid,
    px: Floats,
    py: Floats,
    farthest: float,
    segment: NDArray[np.int32],
    distance: Floats,
    share: Floats,
) -> None:
    """Fill the nearest segment of every point (of equally near ones the first), its distance, and the share along it.

    Cells are looked at in square rings round the point's own cell; every cell of ring r is at least (r - 1) sides away. A point
    with nothing within ``farthest`` gets segment -1 and an infinite distance: looking on would cost it the whole city.
    """
    for p in range(len(px)):
        column = int(np.floor((px[p] - grid.x) / grid.side))
        row = int(np.floor((py[p] - grid.y) / grid.side))
        ring = max(0, -column, column - grid.columns + 1, -row, row - grid.rows + 1)
        last = max(abs(column), abs(column - grid.columns + 1), abs(row), abs(row - grid.rows + 1))
        best = np.nextafter(farthest * farthest, np.inf)
        chosen = -1
        where = 0.0
        while ring <= last and max(0.0, (ring - 1) * grid.side) ** 2 <= best:
            for r in range(max(row - ring, 0), min(row + ring, grid.rows - 1) + 1):
                step = 1 if abs(r - row) == ring else max(1, 2 * ring)
                for c in range(column - ring, column + ring + 1, step):
                    if c < 0 or c >= grid.columns:
                        continue
                    if _gap_to_cell(grid, r, c, px[p], py[p]) > best:
                        continue
                    cell = r * grid.columns + c
                    for k in range(grid.ptr[cell], grid.ptr[cell + 1]):
                        i = grid.item[k]
                        gap, along = distance_and_share(segments, i, px[p], py[p])
                        if gap < best or (gap == best and i < chosen):
                            best, chosen, where = gap, i, along
            ring += 1
        segment[p] = chosen
        distance[p] = np.sqrt(best) if chosen >= 0 else np.inf
        share[p] = where
