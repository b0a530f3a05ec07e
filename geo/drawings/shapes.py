"""One entity of a drawing as rings, lines or points in the coordinates of its block."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from geo.drawings.arcs import CHORD_M, MOST_VERTICES, BadShapeError, Points, bulged, sweep_of, unit_arc, unit_circle

CLOSED_M = 0.001  # ends of a line that are nearer close it; edges of a hatch that are farther apart leave it open
SPLINE_M = 0.00005  # splines have no closed form: 0.05 mm loses 0.003 m² on 100 m
LONGEST_M = 1_000_000.0
_TEXT_BOX = 8  # flag of a hatch's path that only keeps a text free of pattern
_FRAME_POINT = 16  # flag of a vertex that steers a curve and does not lie on it


@dataclass(frozen=True)
class Shape:
    """Coordinates [n, 3] of the parts; ``fill`` how rings of an area nest: "odd", "outer" or "all" (a hatch's style)."""

    kind: Literal["area", "line", "point"]
    parts: tuple[Points, ...]
    fill: Literal["odd", "outer", "all"] = "odd"


def shape_of(entity: Any, metres: float) -> Shape | None:
    """The entity's shape, None for kinds that have none here. ``metres``: how long one unit of its coordinates is."""
    maker = _MAKERS.get(entity.dxftype())
    return None if maker is None else maker(entity, metres)


def _placed(entity: Any, points: Points, elevation: float = 0.0) -> Points:
    """Plane coordinates of the entity (OCS) as coordinates of its block."""
    spatial = np.column_stack([points, np.full(len(points), elevation)])
    ocs = entity.ocs()
    return spatial @ np.array([ocs.ux.xyz, ocs.uy.xyz, ocs.uz.xyz]) if ocs.transform else spatial


def _ringed(points: Points, metres: float, *, closed: bool) -> Shape:
    """An area where the ends meet, a line else."""
    if len(points) > 3 and (closed or math.dist(points[0], points[-1]) * metres <= CLOSED_M):  # noqa: PLR2004 - a ring
        if tuple(points[0]) != tuple(points[-1]):
            points = np.vstack([points, points[:1]])
        return Shape("area", (points,))
    return Shape("line", (points,))


def _light_polyline(entity: Any, metres: float) -> Shape:
    with entity.points("xyb") as rows:
        table = np.array([row[:3] for row in rows], float).reshape(-1, 3)
    flat = bulged(table[:, :2], table[:, 2], closed=entity.closed, tolerance=_chord(metres))
    return _ringed(_placed(entity, flat, float(entity.dxf.elevation)), metres, closed=entity.closed)


def _polyline(entity: Any, metres: float) -> Shape | None:
    if not (entity.is_2d_polyline or entity.is_3d_polyline):
        return None  # meshes
    kept = [vertex for vertex in entity.vertices if not vertex.dxf.flags & _FRAME_POINT]
    points = np.array([vertex.dxf.location.xyz for vertex in kept], float).reshape(-1, 3)
    if entity.is_3d_polyline:
        if entity.is_closed and len(points):
            points = np.vstack([points, points[:1]])
        return _ringed(points, metres, closed=entity.is_closed)
    bulges = np.array([vertex.dxf.get("bulge", 0.0) for vertex in kept], float)
    flat = bulged(points[:, :2], bulges, closed=entity.is_closed, tolerance=_chord(metres))
    elevation = float(points[0, 2]) if len(points) else 0.0
    return _ringed(_placed(entity, flat, elevation), metres, closed=entity.is_closed)


def _line(entity: Any, _metres: float) -> Shape:
    return Shape("line", (np.array([entity.dxf.start.xyz, entity.dxf.end.xyz]),))


def _point(entity: Any, _metres: float) -> Shape:
    return Shape("point", (np.array([entity.dxf.location.xyz]),))


def _circle(entity: Any, metres: float) -> Shape:
    centre, radius = entity.dxf.center, _positive(entity.dxf.radius)
    flat = np.array([centre.x, centre.y]) + radius * unit_circle(_chord(metres) / radius)
    return Shape("area", (_placed(entity, flat, centre.z),))


def _arc(entity: Any, metres: float) -> Shape:
    centre, radius = entity.dxf.center, _positive(entity.dxf.radius)
    start, end = math.radians(entity.dxf.start_angle), math.radians(entity.dxf.end_angle)
    flat = np.array([centre.x, centre.y]) + radius * unit_arc(start, sweep_of(start, end), _chord(metres) / radius)
    return Shape("line", (_placed(entity, flat, centre.z),))


def _ellipse(entity: Any, metres: float) -> Shape:
    tool = entity.construction_tool()
    axes = np.array([tool.major_axis.xyz, tool.minor_axis.xyz])
    tolerance = _chord(metres) / _positive(tool.major_axis.magnitude)
    sweep = sweep_of(tool.start_param, tool.end_param)
    whole = math.isclose(sweep, 2 * math.pi, abs_tol=1e-9)
    unit = unit_circle(tolerance) if whole else unit_arc(tool.start_param, sweep, tolerance)
    points = np.array(tool.center.xyz) + unit @ axes
    return Shape("area" if whole else "line", (points,))


def _spline(entity: Any, metres: float) -> Shape:
    points = _spline_points(entity.construction_tool(), metres)
    return _ringed(points, metres, closed=bool(entity.closed))


def _spline_points(curve: Any, metres: float) -> Points:
    """The flattening halves until it is fine enough: bounded by the length of the frame and by the number of vertices."""
    frame = np.array([tuple(point)[:3] for point in curve.control_points], float)
    if not np.hypot.reduce(np.diff(frame, axis=0), axis=1).sum() * metres < LONGEST_M:
        raise BadShapeError("a spline longer than 1,000 km")
    found = list(itertools.islice(curve.flattening(SPLINE_M / metres), MOST_VERTICES + 1))
    if len(found) > MOST_VERTICES:
        raise BadShapeError(f"more than {MOST_VERTICES:,} vertices")
    return np.array([point.xyz for point in found], float)


def _corners(entity: Any, _metres: float) -> Shape:
    flat = entity.dxftype() != "3DFACE"  # a solid's corners come crosswise
    order = "0132" if flat else "0123"
    corners = [entity.dxf.get(f"vtx{at}") for at in order]
    points = np.array([corner.xyz for corner in corners if corner is not None], float)
    points = np.vstack([points, points[:1]])
    return Shape("area", (_placed(entity, points[:, :2], points[0, 2]) if flat else points,))


def _hatch(entity: Any, metres: float) -> Shape:
    paths = [path for path in entity.paths if not path.path_type_flags & _TEXT_BOX]
    elevation = entity.dxf.elevation.z if entity.dxf.hasattr("elevation") else 0.0
    rings = tuple(_placed(entity, _path(path, metres), elevation) for path in paths)
    if not rings:
        raise BadShapeError("a hatch without boundary")
    fill: tuple[Literal["odd", "outer", "all"], ...] = ("odd", "outer", "all")
    return Shape("area", rings, fill[min(max(entity.dxf.get("hatch_style", 0), 0), 2)])


def _path(path: Any, metres: float) -> Points:
    if path.type.name == "POLYLINE":
        table = np.array(path.vertices, float).reshape(-1, 3)
        return bulged(table[:, :2], table[:, 2], closed=True, tolerance=_chord(metres))
    return _joined([_edge(edge, metres) for edge in path.edges], CLOSED_M / metres)


def _edge(edge: Any, metres: float) -> Points:
    kind = edge.type.name
    if kind == "LINE":
        return np.array([edge.start, edge.end], float)
    if kind == "SPLINE":
        return _spline_points(edge.construction_tool(), metres)[:, :2]
    centre = np.array(tuple(edge.center)[:2], float)
    if kind == "ARC":
        axes = _positive(edge.radius) * np.eye(2)
        start, end = math.radians(edge.start_angle), math.radians(edge.end_angle)
    else:
        major = np.array(tuple(edge.major_axis)[:2], float)
        axes = np.array([major, edge.ratio * np.array([-major[1], major[0]])])
        start, end = edge.start_param, edge.end_param
    tolerance = _chord(metres) / _positive(float(np.hypot(*axes[0])))
    return centre + unit_arc(start, sweep_of(start, end), tolerance) @ axes


def _joined(edges: list[Points], gap: float) -> Points:
    """Edges one after the other as one ring; each may run either way, as programs write them."""
    if not edges:
        raise BadShapeError("a hatch without edges")
    ring = edges[0]
    if len(edges) > 1 and _nearest(ring[0], edges[1]) < _nearest(ring[-1], edges[1]):
        ring = ring[::-1]
    for edge in edges[1:]:
        piece = edge if math.dist(ring[-1], edge[0]) <= math.dist(ring[-1], edge[-1]) else edge[::-1]
        if math.dist(ring[-1], piece[0]) > gap:
            raise BadShapeError("edges of a hatch do not meet")
        ring = np.vstack([ring, piece[1:]])
    if math.dist(ring[0], ring[-1]) > gap:
        raise BadShapeError("the boundary of a hatch is open")
    return np.vstack([ring[:-1], ring[:1]])


def _nearest(point: Points, edge: Points) -> float:
    return min(math.dist(point, edge[0]), math.dist(point, edge[-1]))


def _positive(radius: float) -> float:
    if not radius > 0 or not math.isfinite(radius):
        raise BadShapeError(f"a radius of {radius}")
    return float(radius)


def _chord(metres: float) -> float:
    return CHORD_M / metres


_MAKERS: MappingProxyType[str, Callable[[Any, float], Shape | None]] = MappingProxyType(
    {
        "LWPOLYLINE": _light_polyline,
        "POLYLINE": _polyline,
        "LINE": _line,
        "POINT": _point,
        "CIRCLE": _circle,
        "ARC": _arc,
        "ELLIPSE": _ellipse,
        "SPLINE": _spline,
        "SOLID": _corners,
        "TRACE": _corners,
        "3DFACE": _corners,
        "HATCH": _hatch,
        "MPOLYGON": _hatch,
    }
)
