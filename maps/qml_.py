"""A style as QGIS reads it, so that a desktop map has the colours, classes and words of the page.

The underscore keeps the module from shadowing its function.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
from geopandas import GeoDataFrame

from geo import LANGUAGES, PlanningDataError
from maps import words as words_
from maps.style import NO_DATA, Style
from maps.vector_layer import VectorLayer

KINDS = ("polygon", "line", "point")
VERSION = "3.22.0"
PX_TO_MM = 0.2646  # at 96 px to the inch
_SYMBOLS = {"polygon": ("fill", "SimpleFill"), "line": ("line", "SimpleLine"), "point": ("marker", "SimpleMarker")}


def qml(mark: VectorLayer | Style, *, kind: str = "polygon", lang: str = "vi") -> str:
    """The QGIS style (QML) of a mark, or of a style for ``kind`` polygon, line or point.

    Save it beside the layer's file under the same name (``jobs.gpkg``, ``jobs.qml``): QGIS applies it when it opens the layer.
    Numbers become graduated classes over the column rounded as the page rounds it, texts categories, else one symbol; missing
    values have their own class. Errors: E-MAP-08 language, E-MAP-15 an unknown kind.
    """
    if lang not in LANGUAGES:
        raise PlanningDataError("E-MAP-08", "no such language.", seen=lang, mend=f"choose one of {', '.join(LANGUAGES)}.")
    if isinstance(mark, VectorLayer):
        kind = drawn_kind(mark.frame)
    look = mark.look if isinstance(mark, VectorLayer) else mark
    if kind not in KINDS:
        raise PlanningDataError("E-MAP-15", "QGIS draws no such kind.", seen=kind, mend=f"choose one of {', '.join(KINDS)}.")
    root = ET.Element("qgis", {"version": VERSION, "styleCategories": "Symbology", "labelsEnabled": "0"})
    rules = _rules(look, lang)
    renderer = ET.SubElement(root, "renderer-v2", {"type": "RuleRenderer", "symbollevels": "0", "forceraster": "0"})
    listed = ET.SubElement(renderer, "rules", {"key": "root"})
    symbols = ET.SubElement(renderer, "symbols")
    for at, (code, label, where) in enumerate(rules):
        told = {"filter": where} if where else {}
        ET.SubElement(listed, "rule", {"key": f"rule{at}", "symbol": str(at), "label": label, **told})
        symbols.append(_symbol(look, code, kind, str(at)))
    ET.SubElement(root, "layerOpacity").text = f"{look.opacity:g}"
    ET.indent(root)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, encoding="unicode") + "\n"


def drawn_kind(frame: GeoDataFrame) -> str:
    """What QGIS draws the frame's first geometry as: polygon, line or point; nothing where there is none."""
    found = frame.geometry.dropna().geom_type.str.lower()
    return next((one for one in KINDS for name in found[:1] if one in name), "")


def _rules(look: Style, lang: str) -> list[tuple[int, str, str]]:
    """Class code, label and filter of every class; low classes last where they are drawn on top."""
    if look.column is None:
        return [(0, "", "")]
    column = _name(look.column)
    words = [label.say(lang) for label in look.labels] or [""] * len(look.colors)
    unit = look.unit.say(lang)
    if look.categories:
        known = [value for value in look.categories if value is not None]
        others = f"{column} NOT IN ({', '.join(map(_value, known))})"
        wheres = [others if one is None else f"{column} = {_value(one)}" for one in look.categories]
    else:
        rounded = f"round({column}, {look.decimals})"
        edges = [None, *look.breaks, None]
        wheres = [_between(rounded, edges[at], edges[at + 1]) for at in range(len(look.colors))]
    rules = [(code, f"{word} {unit}".strip(), where) for code, (word, where) in enumerate(zip(words, wheres, strict=True))]
    rules = rules[::-1] if look.descending else rules
    gone = f"{words_.NO_DATA.say(lang)} / {words_.NOT_REACHED.say(lang)}"  # files hold both as null
    return [*rules, (NO_DATA, gone, f"{column} IS NULL")]


def _between(rounded: str, low: float | None, high: float | None) -> str:
    ends = [f"{rounded} > {low!r}"] if low is not None else []
    ends += [f"{rounded} <= {high!r}"] if high is not None else []
    return " AND ".join(ends) or f"{rounded} IS NOT NULL"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _value(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "TRUE" if value else "FALSE"
    return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"


def _symbol(look: Style, code: int, kind: str, name: str) -> ET.Element:
    group, layer = _SYMBOLS[kind]
    symbol = ET.Element("symbol", {"type": group, "name": name, "alpha": "1", "clip_to_extent": "1"})
    part = ET.SubElement(symbol, "layer", {"class": layer, "enabled": "1", "locked": "0", "pass": "0"})
    options = ET.SubElement(part, "Option", {"type": "Map"})
    for key, value in _properties(look, code, kind).items():
        ET.SubElement(options, "Option", {"name": key, "value": value, "type": "QString"})
    return symbol


def _properties(look: Style, code: int, kind: str) -> dict[str, str]:
    color, outline = _rgb(look.color(code)), _rgb(look.outline)
    if kind == "line":
        width = _mm(look.width(code))
        return {"line_color": color, "line_width": width, "line_width_unit": "MM", "capstyle": "round", "joinstyle": "round"}
    edge = {"outline_color": outline, "outline_width": _mm(look.outline_px), "outline_width_unit": "MM"}
    edge["outline_style"] = "solid" if look.outline_px else "no"
    if kind == "point":
        return {"color": color, "name": "circle", "size": _mm(2 * look.radius), "size_unit": "MM", **edge}
    if not look.fill:
        return {**edge, "style": "no", "color": color, "outline_color": color}
    return {"color": color, "style": "solid", "joinstyle": "round", **edge}


def _rgb(color: str) -> str:
    return ",".join(str(int(color[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"


def _mm(px: float) -> str:
    return f"{px * PX_TO_MM:.3f}"
