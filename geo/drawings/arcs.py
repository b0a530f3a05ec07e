"""Arcs as vertices: within a chord tolerance of the curve, and with the area of the curve to the last digit.

Plain flattening sets vertices on the arc and loses 2/3 of the sagitta times its length: 0.02 m² on 30 m at 1 mm. Here the inner
vertices lie outside by less than the tolerance, so that the fan from the centre has the area of the sector. An affine map keeps
ratios of areas, so this holds for ellipses and for arcs in blocks that are scaled unevenly or mirrored.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

CHORD_M = 0.001  # no vertex and no chord lies farther than this from its curve
MOST_STEPS = 4096  # of one curve; one that would need more (radius > 1 km) is still exact in area
MOST_VERTICES = 1_000_000  # of one entity
_WIDEST = math.pi / 6

Points: TypeAlias = NDArray[np.float64]


class BadShapeError(ValueError):
    """An entity that can not be drawn; the text says why."""


def unit_arc(start: float, sweep: float, tolerance: float) -> Points:
    """Vertices [n + 1, 2] of an arc of the unit circle, angles in radians; ``tolerance`` in radii."""
    steps = _steps(sweep, tolerance)
    angles = start + sweep * np.arange(steps + 1) / steps
    points = np.column_stack([np.cos(angles), np.sin(angles)])
    points[1:-1] *= _pushed(abs(sweep) / steps, steps)
    return points


def unit_circle(tolerance: float) -> Points:
    """Vertices of the unit circle, the first one repeated at the end."""
    steps = _steps(2 * math.pi, tolerance)
    angles = 2 * math.pi * np.arange(steps + 1) / steps
    step = angles[1]
    points: Points = np.column_stack([np.cos(angles), np.sin(angles)]) * math.sqrt(step / math.sin(step))
    points[-1] = points[0]
    return points


def bulge_points(start: Points, end: Points, bulge: float, tolerance: float) -> Points:
    """The arc of a polyline's segment with its two ends; the same vertices in both directions, so that neighbours fit."""
    if tuple(start) > tuple(end):
        return bulge_points(end, start, -bulge, tolerance)[::-1]
    chord = end - start
    length = float(np.hypot(*chord))
    if length == 0 or not bulge:
        return np.array([start, end])
    radius = length * (1 + bulge * bulge) / (4 * abs(bulge))
    centre = (start + end) / 2 + np.array([-chord[1], chord[0]]) * (1 - bulge * bulge) / (4 * bulge)
    first = math.atan2(start[1] - centre[1], start[0] - centre[0])
    points: Points = centre + radius * unit_arc(first, 4 * math.atan(bulge), tolerance / radius)
    points[0], points[-1] = start, end
    return points


def bulged(points: Points, bulges: NDArray[np.float64], *, closed: bool, tolerance: float) -> Points:
    """A polyline [n, 2] with the bulge of each segment flattened; a closed one ends where it began."""
    if closed and len(points):
        points = np.vstack([points, points[:1]])
    if not bulges[: len(points) - 1].any():
        return points
    parts, count = [], 0
    for at in range(len(points) - 1):
        parts.append(bulge_points(points[at], points[at + 1], float(bulges[at]), tolerance)[:-1])
        count += len(parts[-1])
        if count > MOST_VERTICES:
            raise BadShapeError(f"more than {MOST_VERTICES:,} vertices")
    return np.vstack([*parts, points[-1:]])


def sweep_of(start: float, end: float) -> float:
    """The angle that an arc turns counter-clockwise from start to end (radians); equal ends are a full turn."""
    turn = (end - start) % (2 * math.pi)
    return turn if turn > 1e-12 else 2 * math.pi  # noqa: PLR2004 - rounding of degrees


def _steps(sweep: float, tolerance: float) -> int:
    """The push outwards, the worst of both errors, is step² / 6 radii at most (two steps; half of it for many)."""
    finest = math.sqrt(5 * max(tolerance, 1e-12))
    return min(max(2, math.ceil(abs(sweep) / min(finest, _WIDEST))), MOST_STEPS)


def _pushed(step: float, steps: int) -> float:
    """Radius r of the inner vertices: two triangles with one vertex on the arc, the others with none, equal the sector."""
    stretch = steps * step / math.sin(step)
    return stretch / 2 if steps == 2 else (math.sqrt(1 + (steps - 2) * stretch) - 1) / (steps - 2)  # noqa: PLR2004
