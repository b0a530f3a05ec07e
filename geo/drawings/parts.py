"""Entities of a drawing as rows: areas, lines, points and texts, in metres."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
import shapely

from geo.drawings.arcs import BadShapeError, Points
from geo.drawings.fonts import clean, font_of
from geo.drawings.shapes import Shape, shape_of
from geo.drawings.texts import TEXTS, text_place
from geo.drawings.walk import Piece
from geo.errors import PlanningDataError

MOST_VERTICES = 50_000_000
_UPRIGHT = 1 - 1e-9
_ROUNDING = 1e-9  # of an area, by which a mended ring may differ


@dataclass
class Parts:
    """Rows by kind, and what was met on the way, by handle."""

    areas: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    points: list[dict[str, Any]] = field(default_factory=list)
    texts: list[dict[str, Any]] = field(default_factory=list)
    bad: dict[str, str] = field(default_factory=dict)
    crossing: list[str] = field(default_factory=list)
    touching: list[str] = field(default_factory=list)
    tilted: list[str] = field(default_factory=list)
    xrefs: dict[str, str] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    nothing: list[str] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    layers: Counter[str] = field(default_factory=Counter)
    vertices: int = 0

    def rows(self) -> list[dict[str, Any]]:
        """All rows."""
        return [*self.areas, *self.lines, *self.points, *self.texts]


def parts_of(pieces: Iterable[Piece], metres: float, wanted: frozenset[str] | None, file: str) -> Parts:
    """The rows of the wanted layers (all when None); ``metres``: how long one unit of the drawing is."""
    parts = Parts()
    fonts: dict[str, str] = {}
    for piece in pieces:
        parts.layers[piece.look.layer] += 1
        if wanted is not None and piece.look.layer.casefold() not in wanted:
            continue
        try:
            with np.errstate(all="ignore"):  # what is no number is told by its handle
                _add(parts, piece, metres, fonts)
        except BadShapeError as error:
            parts.bad[piece.handle] = str(error)
        except (MemoryError, PlanningDataError):
            raise
        except Exception as error:  # noqa: BLE001 - broken entities make ezdxf and GEOS raise nearly anything
            parts.bad[piece.handle] = clean(f"{piece.entity.dxftype()}: {type(error).__name__} {error}"[:120])
        if parts.vertices > MOST_VERTICES:
            mend = "read some of the layers: layers=[...]."
            raise PlanningDataError("E-CAD-04", f"more than {MOST_VERTICES:,} vertices.", file=file, mend=mend)
    return parts


def _add(parts: Parts, piece: Piece, metres: float, fonts: dict[str, str]) -> None:
    kind = piece.entity.dxftype()
    if piece.flaw:
        raise BadShapeError(piece.flaw)
    if piece.look.hidden:
        parts.hidden.append(piece.handle)
    if kind == "INSERT":
        _add_insert(parts, piece, metres)
    elif kind in TEXTS:
        _add_text(parts, piece, metres, fonts)
    else:
        shape = shape_of(piece.entity, metres * piece.stretch)
        if shape is None:
            parts.unread[clean(kind)] += 1
        else:
            _add_shape(parts, piece, shape, metres)


def _row(piece: Piece, kind: str | None = None) -> dict[str, Any]:
    look = piece.look
    return {
        "handle": piece.handle,
        "dxf_type": kind or piece.entity.dxftype(),
        "dxf_layer": clean(look.layer),
        "aci": look.aci,
        "rgb": look.rgb,
        "linetype": clean(look.linetype),
        "block": clean(piece.block),
        "hidden": look.hidden,
    }


def _add_shape(parts: Parts, piece: Piece, shape: Shape, metres: float) -> None:
    moved = [piece.moved(part) * metres for part in shape.parts if len(part)]
    if not moved or not all(np.isfinite(part).all() for part in moved):
        raise BadShapeError("coordinates that are missing or no numbers")
    parts.vertices += sum(map(len, moved))
    if piece.entity.dxf.hasattr("extrusion") and abs(piece.entity.dxf.extrusion.normalize().z) < _UPRIGHT:
        parts.tilted.append(piece.handle)
    row = _row(piece) | {"anchor": moved[0][0, :2]}
    if max(map(_corners, moved)) < {"area": 3, "line": 2, "point": 1}[shape.kind]:
        parts.nothing.append(piece.handle)
    elif shape.kind == "area":
        ground = filled([part[:, :2] for part in moved if len(part) > 3], shape.fill)  # noqa: PLR2004 - a ring
        parts.areas.append(row | {"geometry": _checked(ground, piece.handle, parts)})
    elif shape.kind == "line":
        level = moved[0][0, 2] if np.ptp(moved[0][:, 2]) < 1e-6 else math.nan  # noqa: PLR2004 - metres
        parts.lines.append(row | {"elevation_m": level, "geometry": shapely.LineString(moved[0][:, :2])})
    else:
        parts.points.append(row | {"elevation_m": moved[0][0, 2], "geometry": shapely.Point(moved[0][0, :2]), "attributes": {}})


def _corners(part: Points) -> int:
    """How many places there are, up to three."""
    plain = part[:, :2].tolist()
    return len(set(map(tuple, plain[:8]))) if len(plain) <= 8 else 1 + 2 * bool(np.ptp(part[:, :2], axis=0).any())  # noqa: PLR2004


def _add_insert(parts: Parts, piece: Piece, metres: float) -> None:
    entity = piece.entity
    content = entity.block()
    if content is None or content.block_record.is_xref:
        parts.xrefs[piece.handle] = clean(entity.dxf.name)
    place = piece.moved(np.array([entity.ocs().to_wcs(entity.dxf.insert).xyz]))[0] * metres
    values = {clean(attribute.dxf.tag): clean(attribute.dxf.text) for attribute in entity.attribs}
    row = _row(piece) | {"anchor": None, "elevation_m": place[2], "geometry": shapely.Point(place[:2]), "attributes": values}
    parts.points.append(row)


def _add_text(parts: Parts, piece: Piece, metres: float, fonts: dict[str, str]) -> None:
    entity, kind = piece.entity, piece.entity.dxftype()
    style = entity.dxf.get("style", "Standard")
    if style not in fonts:
        fonts[style] = font_of(entity.doc, style)
    font = fonts[style]
    middle, along, height, runs = text_place(entity, font)
    if not "".join(raw for _, raw in runs).strip():
        return
    place = piece.moved(middle)[0] * metres
    if not np.isfinite(place).all():
        raise BadShapeError("a text without place")
    turned = along @ piece.matrix[:3, :3]
    parts.texts.append(
        _row(piece)
        | {"anchor": place[:2], "tag": clean(entity.dxf.tag) if kind == "ATTRIB" else "", "runs": runs, "font": font}
        | {"height_m": height * piece.stretch * metres, "rotation_deg": math.degrees(math.atan2(turned[1], turned[0])) % 360}
        | {"geometry": shapely.Point(place[:2])}
    )


def filled(rings: list[Points], fill: str) -> Any:
    """Rings as one area: "odd" an even number of rings around is outside, "outer" no islands in holes, "all" no holes."""
    areas = [shapely.Polygon(ring) for ring in rings]
    if len(areas) == 1 or not all(area.is_valid for area in areas):
        return areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)
    if fill == "odd":
        return reduce(shapely.symmetric_difference, areas)
    inside = [sum(other is not area and other.contains(area) for other in areas) for area in areas]
    first = shapely.union_all([area for area, depth in zip(areas, inside, strict=True) if depth == 0])
    if fill == "all":
        return first
    return first.difference(shapely.union_all([area for area, depth in zip(areas, inside, strict=True) if depth == 1]))


def _checked(ground: Any, handle: str, parts: Parts) -> Any:
    """A ring that only touches itself (a hole on a slit) mended; one that crosses itself named, for its area says nothing."""
    if ground.is_valid:
        return ground
    mended = shapely.make_valid(ground, method="structure", keep_collapsed=False)
    same = abs(mended.area - ground.area) <= _ROUNDING * max(ground.area, 1.0) and ground.geom_type == "Polygon"
    (parts.touching if same and mended.area else parts.crossing).append(handle)
    return mended if same and mended.area else ground
