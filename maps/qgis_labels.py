"""Names on a map of QGIS, as the labels of the page: a halo, none over another."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from maps.qgis_symbols import data_defined, mm, rgb
from maps.style import Style

_FONTS = ("Noto Sans", "Open Sans", "Arial", "Sans Serif")  # the first that the machine has; all have Vietnamese letters
_FULL = 10  # QGIS's highest priority of a label


def labeling(look: Style, column: str, *, order: str | None = None, count: int = 1) -> ET.Element:
    """Labels of ``column`` in the style's colour and size; of two that meet the lower value of ``order`` stays."""
    made = ET.Element("labeling", {"type": "simple"})
    settings = ET.SubElement(made, "settings", {"calloutType": "simple"})
    settings.append(_text_style(look, column))
    ET.SubElement(settings, "placement", {"placement": "1", "quadOffset": "4", "priority": "8", "centroidInside": "1"})
    ET.SubElement(settings, "rendering", {"drawLabels": "1", "obstacle": "0", "displayAll": "0", "fontMaxPixelSize": "10000"})
    if order:
        rank = f'{_FULL} - {_FULL} * "{order}" / {max(count, 1)}.0'
        settings.append(data_defined("dd_properties", {"Priority": rank}))
    return made


def _text_style(look: Style, column: str) -> ET.Element:
    style = ET.Element(
        "text-style",
        {
            "fieldName": column,
            "isExpression": "0",
            "fontFamily": _FONTS[0],
            "fontSize": mm(look.widths[0]),
            "fontSizeUnit": "MM",
            "fontWeight": "63",
            "namedStyle": "SemiBold",
            "textColor": rgb(look.colors[0]),
            "textOpacity": f"{look.opacity:g}",
            "blendMode": "0",
            "multilineHeight": "1",
        },
    )
    families = ET.SubElement(style, "families")
    for name in _FONTS:
        ET.SubElement(families, "family", {"name": name})
    buffer = {"bufferDraw": "1", "bufferSize": "0.6", "bufferSizeUnits": "MM", "bufferColor": "255,255,255,255"}
    ET.SubElement(style, "text-buffer", {**buffer, "bufferOpacity": "0.85", "bufferJoinStyle": "128", "bufferNoFill": "1"})
    return style
