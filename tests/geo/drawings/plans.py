"""A land-use plan drawn as planners do, with the areas known by formula: what readers of drawings and lists are held against."""

from __future__ import annotations

import math
from dataclasses import dataclass

import ezdxf
import numpy as np

from geo.vietnamese import _TABLES

EAST, NORTH = 601_300.0, 1_222_800.0  # New City in EPSG:9210
WIDE, HIGH = 30.0, 40.0
FONTS = {".VnTime": "tcvn3", "VNI-Times": "vni", "Arial": "unicode"}
MM = 1000.0


def written(text: str, encoding: str) -> str:
    """The text as a program shows it that knows nothing of the encoding."""
    codes = {letter: code for code, letter in _TABLES[encoding].items()} if encoding in _TABLES else {}
    return "".join(codes.get(letter, letter) for letter in text)


def segment_m2(chord: float, bulge: float) -> float:
    """Area between an arc and its chord; positive where the arc bulges out of a ring that turns left."""
    angle, radius = 4 * math.atan(abs(bulge)), chord * (1 + bulge * bulge) / (4 * abs(bulge))
    return math.copysign(radius * radius * (angle - math.sin(angle)) / 2, bulge)


@dataclass(frozen=True)
class Parcel:
    """One parcel: corners and bulges in metres, holes as (kind, numbers), its area by formula, its name."""

    number: int
    corners: tuple[tuple[float, float, float], ...]
    hole: tuple[str, float] | None
    area_m2: float
    name: str
    font: str

    @property
    def drawn_as(self) -> str:
        """How it is drawn: by its number in turn."""
        return ("LWPOLYLINE", "POLYLINE", "HATCH", "EDGES", "INSERT", "MIRROR")[self.number % 6]


def parcels(names: list[str], count: int = 300) -> list[Parcel]:
    """Twenty in a row; every second with an arc in its eastern side, hatches with a hole."""
    made = []
    for number in range(count):
        x, y = EAST + WIDE * (number % 20), NORTH + HIGH * (number // 20)
        bulge = (0.0, 0.2, -0.15, 0.4)[number % 4]
        corners = ((x, y, 0.0), (x + WIDE - 6, y, bulge), (x + WIDE - 6, y + HIGH, 0.0), (x, y + HIGH, 0.0))
        area = (WIDE - 6) * HIGH + (segment_m2(HIGH, bulge) if bulge else 0.0)
        hole = {2: ("square", 5.0), 3: ("circle", 3.0)}.get(number % 6)
        if hole:
            area -= hole[1] ** 2 * (math.pi if hole[0] == "circle" else 1.0)
        name = names[number % len(names)]
        made.append(Parcel(number, corners, hole, area, name, list(FONTS)[number % 3]))
    return made


def draw(plan: list[Parcel], path, scale: float = MM, insunits: int = 4, version: str = "R2010", **save) -> None:
    """The plan as DXF, each parcel with its number and its name in its own font."""
    doc = ezdxf.new(version)
    doc.header["$INSUNITS"] = insunits
    doc.layers.add("QHDD_O", color=42)
    doc.layers.add("QHDD_TEN", color=7)
    for font in FONTS:
        doc.styles.add(font, font=font if font != "Arial" else "arial.ttf")
    space = doc.modelspace()
    for parcel in plan:
        table = np.array(parcel.corners) * [scale, scale, 1]
        _draw_one(doc, space, parcel, table, scale)
        middle = table[:, :2].mean(axis=0)
        text = written(parcel.name, FONTS[parcel.font])
        look = {"layer": "QHDD_TEN", "style": parcel.font, "height": 0.5 * scale, "halign": 4, "valign": 0}
        space.add_text(text, dxfattribs=look | {"insert": middle, "align_point": middle + scale * np.array([-2, 12])})
        space.add_text(
            f"{parcel.number}", dxfattribs=look | {"insert": middle, "align_point": middle + scale * np.array([-2, 8])}
        )
    doc.saveas(path, **save)


def _draw_one(doc, space, parcel, table, scale):
    look, kind = {"layer": "QHDD_O"}, parcel.drawn_as
    mirrored = table * [-1, 1, -1]
    if doc.dxfversion < "AC1015":
        space.add_polyline2d(table, format="xyb", close=True, dxfattribs=look)
    elif kind == "LWPOLYLINE":
        space.add_lwpolyline(table, format="xyb", close=True, dxfattribs=look)
    elif kind == "POLYLINE":
        space.add_polyline2d(mirrored, format="xyb", close=True, dxfattribs=look | {"extrusion": (0, 0, -1)})
    elif kind == "HATCH":
        hatch = space.add_hatch(color=256, dxfattribs=look)
        hatch.paths.add_polyline_path(table, is_closed=True, flags=1)
        square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * parcel.hole[1] * scale
        hatch.paths.add_polyline_path(square + table[0, :2] + 4 * scale, is_closed=True, flags=16)
    elif kind == "EDGES":
        hatch = space.add_hatch(color=256, dxfattribs=look)
        _edges(hatch.paths.add_edge_path(flags=1), table)
        hatch.paths.add_edge_path(flags=16).add_arc(table[0, :2] + 8 * scale, parcel.hole[1] * scale, 0, 360)
    else:
        _as_block(doc, space, parcel, table, mirror=kind == "MIRROR")


def _edges(path, table):
    for at, (x, y, bulge) in enumerate(table):
        end = table[(at + 1) % len(table), :2]
        if bulge:
            centre, start, stop, radius = ezdxf.math.bulge_to_arc((x, y), end, bulge)
            path.add_arc(centre, radius, math.degrees(start), math.degrees(stop), ccw=bulge > 0)
        else:
            path.add_line((x, y), end)


def _as_block(doc, space, parcel, table, *, mirror):
    """The parcel in a block of a block: half as large, turned and, maybe, mirrored; the inserts undo it."""
    turn, flip = math.radians(30), -1.0 if mirror else 1.0
    base = table[0, :2].copy()
    local = (table[:, :2] - base) * [flip, 1]
    local = local @ np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]) / 2
    inner, outer = doc.blocks.new(f"P{parcel.number}"), doc.blocks.new(f"Q{parcel.number}", base_point=(7, 9))
    inner.add_lwpolyline(np.column_stack([local, table[:, 2] * flip]), format="xyb", close=True, dxfattribs={"layer": "0"})
    outer.add_blockref(inner.name, (7, 9), dxfattribs={"rotation": 30, "layer": "0"})
    space.add_blockref(outer.name, base, dxfattribs={"xscale": 2 * flip, "yscale": 2, "zscale": 2, "layer": "QHDD_O"})
