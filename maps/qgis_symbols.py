"""Symbols of QGIS from a style: fills, lines, points, heads of flows, and how certain a feature is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from geopandas import GeoDataFrame

from maps.style import (
    BUILDING,
    LONG_TERM,
    LONG_TERM_EDGE,
    LONG_TERM_PX,
    LONG_TERM_STATUS,
    PLANNED,
    PLANNED_STATUS,
    SCHEMATIC,
    SCHEMATIC_FROM_M,
    SUPERSEDED,
    Style,
)

PX_TO_MM = 0.2646  # at 96 px to the inch
_GROUPS = {"polygon": "fill", "line": "line", "point": "marker"}
_BAND, _HALO = 3.2, 1.8  # how much wider than the feature its soft band is, and the halo of a point
_SOFT, _PALE = 46, 115  # alpha of the band, and of a planned area
_HACHURE = "#5d6870"
_EXPRESSION = "3"  # QGIS's number of a property that is an expression
_HEAD = 3.2  # length of an arrow's head in widths of its line


@dataclass(frozen=True)
class Certain:
    """Expressions of QGIS that tell planned, superseded, schematic and long-term features; "" where the layer has none."""

    planned: str = ""
    superseded: str = ""
    schematic: str = ""
    long_term: str = ""


def certain_of(frame: GeoDataFrame, marks: Any) -> Certain:
    """How QGIS finds what `maps.style.marks` found in the frame's columns."""
    found = 0
    for mark in set(marks.tolist()):
        found |= mark
    planned = [*(PLANNED_STATUS if found & PLANNED else ()), *(("under_construction",) if found & BUILDING else ())]
    vague = [f'"{name}"' for name in ("schematic", "synthetic") if name in frame][:1]
    if "schematic" not in frame and "accuracy_m" in frame:
        vague.append(f'"accuracy_m" >= {SCHEMATIC_FROM_M}')
    return Certain(
        planned=_if_known(f'"status" IN ({", ".join(map(repr, planned))})') if planned else "",
        superseded=_if_known("\"status\" = 'superseded'") if found & SUPERSEDED else "",
        schematic=" OR ".join(map(_if_known, vague)) if found & SCHEMATIC else "",
        long_term=_if_known(f"\"status\" = '{LONG_TERM_STATUS}'") if found & LONG_TERM else "",
    )


def _if_known(expression: str) -> str:
    return f"coalesce({expression}, false)"


def symbol(look: Style, code: int, kind: str, name: str, certain: Certain | None = None) -> ET.Element:
    """The symbol of one class: ``code`` of the style, ``kind`` polygon, line or point, ``name`` by which rules call it."""
    made = ET.Element("symbol", {"type": _GROUPS[kind], "name": name, "alpha": "1", "clip_to_extent": "1"})
    for part in _PARTS[kind](look, code, certain or Certain()):
        made.append(part)
    return made


def rgb(color: str, alpha: int = 255) -> str:
    """A colour as QGIS writes it: "r,g,b,a"."""
    return ",".join(str(int(color[at : at + 2], 16)) for at in (1, 3, 5)) + f",{alpha}"


def mm(px: float) -> str:
    """Pixels of the page in millimetres."""
    return f"{px * PX_TO_MM:.3f}"


def layer(kind: str, values: Mapping[str, str], by_feature: Mapping[str, str] | None = None) -> ET.Element:
    """A symbol layer of the class ``kind`` with its properties, those in ``by_feature`` told by an expression."""
    part = ET.Element("layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    options(part, values)
    if by_feature:
        part.append(data_defined("data_defined_properties", by_feature))
    return part


def options(parent: ET.Element, values: Mapping[str, str]) -> ET.Element:
    """A map of texts in QGIS's own way, appended to ``parent``."""
    listed = ET.SubElement(parent, "Option", {"type": "Map"})
    for key, value in values.items():
        ET.SubElement(listed, "Option", {"name": key, "value": value, "type": "QString"})
    return listed


def data_defined(tag: str, expressions: Mapping[str, str]) -> ET.Element:
    """Properties that an expression tells for every feature."""
    made = ET.Element(tag)
    outer = ET.SubElement(made, "Option", {"type": "Map"})
    ET.SubElement(outer, "Option", {"name": "name", "value": "", "type": "QString"})
    inner = ET.SubElement(outer, "Option", {"name": "properties", "type": "Map"})
    for key, expression in expressions.items():
        one = ET.SubElement(inner, "Option", {"name": key, "type": "Map"})
        ET.SubElement(one, "Option", {"name": "active", "value": "true", "type": "bool"})
        ET.SubElement(one, "Option", {"name": "expression", "value": expression, "type": "QString"})
        ET.SubElement(one, "Option", {"name": "type", "value": _EXPRESSION, "type": "int"})
    ET.SubElement(outer, "Option", {"name": "type", "value": "collection", "type": "QString"})
    return made


def _line(look: Style, code: int, certain: Certain) -> list[ET.Element]:
    color, width = look.color(code), look.width(code)
    parts = [_band(color, width, certain)] if certain.schematic else []
    parts.append(layer("SimpleLine", _stroke(color, width), _dashes("outlineStyle", certain)))
    if look.arrows:
        head = ET.Element("symbol", {"type": "marker", "name": "@head", "alpha": "1", "clip_to_extent": "1"})
        size = mm(max(_HEAD * width, 6))
        values = {"color": rgb(color), "name": "filled_arrowhead", "size": size, "size_unit": "MM", "outline_color": rgb(color)}
        head.append(layer("SimpleMarker", values))
        arrow = layer("MarkerLine", {"placement": "lastvertex", "rotate": "1"})
        arrow.append(head)
        parts.append(arrow)
    return parts


def _stroke(color: str, width_px: float, alpha: int = 255) -> dict[str, str]:
    ends = {"capstyle": "flat" if width_px > _BAND else "round", "joinstyle": "round"}
    return {"line_color": rgb(color, alpha), "line_width": mm(width_px), "line_width_unit": "MM", **ends}


def _band(color: str, width_px: float, certain: Certain) -> ET.Element:
    """The soft wide band under a line whose place is not exact."""
    return layer("SimpleLine", _stroke(color, _BAND * width_px, _SOFT), {"enabled": certain.schematic})


def _dashes(key: str, certain: Certain) -> dict[str, str]:
    """Planned and long-term dashed, superseded dotted."""
    told = ((certain.planned, "dash"), (certain.long_term, "dash"), (certain.superseded, "dot"))
    cases = [f"WHEN {where} THEN '{style}'" for where, style in told if where]
    return {key: f"CASE {' '.join(cases)} ELSE 'solid' END"} if cases else {}


def _polygon(look: Style, code: int, certain: Certain) -> list[ET.Element]:
    color = look.color(code)
    edge = {"outline_width": mm(look.outline_px), "outline_width_unit": "MM", "joinstyle": "round"}
    edge["outline_style"] = "solid" if look.outline_px else "no"
    if not look.fill:
        parts = [_edge_band(color, look.outline_px, certain)] if certain.schematic else []
        values = {**edge, "style": "no", "color": rgb(color), "outline_color": rgb(color)}
        return [*parts, layer("SimpleFill", values, _dashes("outlineStyle", certain))]
    by_feature = {}
    if certain.planned:
        by_feature = {
            "fillColor": f"if({certain.planned}, '{rgb(color, _PALE)}', '{rgb(color)}')",
            "outlineColor": f"if({certain.planned}, '{rgb(color)}', '{rgb(look.outline)}')",
            **_dashes("outlineStyle", certain),
        }
    if certain.long_term:
        by_feature = _dashed_edge(look, by_feature, certain)
    filled = layer("SimpleFill", {"color": rgb(color), "style": "solid", "outline_color": rgb(look.outline), **edge}, by_feature)
    return [filled, _hachure(certain)] if certain.schematic else [filled]


def _dashed_edge(look: Style, by_feature: Mapping[str, str], certain: Certain) -> dict[str, str]:
    """Long-term areas in full colour with a dashed dark edge; the others as ``by_feature`` has them."""
    edge = by_feature.get("outlineColor", f"'{rgb(look.outline)}'")
    return {
        **by_feature,
        "outlineColor": f"if({certain.long_term}, '{rgb(LONG_TERM_EDGE)}', {edge})",
        "outlineWidth": f"if({certain.long_term}, {mm(LONG_TERM_PX)}, {mm(look.outline_px)})",
        **_dashes("outlineStyle", certain),
    }


def _edge_band(color: str, width_px: float, certain: Certain) -> ET.Element:
    width = {"outline_width": mm(_BAND * width_px), "outline_width_unit": "MM", "joinstyle": "round"}
    values = {"style": "no", "color": rgb(color), "outline_color": rgb(color, _SOFT), **width}
    return layer("SimpleFill", values, {"enabled": certain.schematic})


def _hachure(certain: Certain) -> ET.Element:
    lines = layer(
        "LinePatternFill",
        {"angle": "45", "distance": "1.8", "distance_unit": "MM", "line_width": "0.15", "color": rgb(_HACHURE)},
        {"enabled": certain.schematic},
    )
    stroke = ET.Element("symbol", {"type": "line", "name": "@hachure", "alpha": "0.45", "clip_to_extent": "1"})
    stroke.append(layer("SimpleLine", {"line_color": rgb(_HACHURE), "line_width": "0.15", "line_width_unit": "MM"}))
    lines.append(stroke)
    return lines


def _point(look: Style, code: int, certain: Certain) -> list[ET.Element]:
    color, size = look.color(code), 2 * look.radius
    round_ = {"name": "circle", "size_unit": "MM"}
    parts = []
    if certain.schematic:
        halo = {**round_, "color": rgb(color, 64), "size": mm(_HALO * size), "outline_style": "no"}
        parts.append(layer("SimpleMarker", halo, {"enabled": certain.schematic}))
    edge = {"outline_color": rgb(look.outline), "outline_width": mm(look.outline_px), "outline_width_unit": "MM"}
    edge["outline_style"] = "solid" if look.outline_px else "no"
    by_feature = {}
    if certain.planned:
        by_feature = {
            "fillColor": f"if({certain.planned}, '255,255,255,255', '{rgb(color)}')",
            "outlineColor": f"if({certain.planned}, '{rgb(color)}', '{rgb(look.outline)}')",
        }
    return [*parts, layer("SimpleMarker", {**round_, "color": rgb(color), "size": mm(size), **edge}, by_feature)]


_PARTS = {"polygon": _polygon, "line": _line, "point": _point}
