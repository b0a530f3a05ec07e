"""A drawing of a map in QGIS: A3 landscape with title, legend, scale bar, north and sources, to be printed or changed there."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from maps.qgis_files import Bounds, Leaf
from maps.qgis_metadata import About
from maps.qgis_symbols import layer
from maps.qml_ import plain

_WIDE, _HIGH = 420.0, 297.0
_MAP = (10.0, 10.0, 300.0, 277.0)  # left, top, width, height in mm
_SIDE, _SIDE_WIDE = 316.0, 94.0
_IN_KM_FROM_M = 8_000  # a map this wide has a scale bar in kilometres
_FONT = "Noto Sans"
_NAMESPACE = uuid.UUID("6f2d2f5e-2f0b-5c0e-9d1a-9c1d4f7a1b20")
_NORTH = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 26"><path d="M10 0 L17 20 L10 16 L3 20 Z" fill="#22303a"/>'
    '<text x="10" y="26" font-size="7" text-anchor="middle" fill="#22303a">{}</text></svg>'
)
_LETTER = {"vi": "B", "en": "N"}
_STYLES = (("title", 11, 2.0), ("group", 9, 2.0), ("subgroup", 8, 1.5), ("symbol", 7, 0.8), ("symbolLabel", 7, 0.8))


@dataclass(frozen=True)
class Drawing:
    """What a layout shows: its map theme, the words beside the map, the layers of its legend, the view."""

    theme: str
    about: About
    legend: Sequence[Leaf]
    extent: Bounds


def print_layout(drawing: Drawing) -> ET.Element:
    """The drawing as a print layout, named as its theme."""
    made = ET.Element("Layout", {"name": drawing.theme, "units": "mm", "printResolution": "300"})
    pages = ET.SubElement(made, "PageCollection")
    pages.append(_page_symbol())
    pages.append(_item("65638", (0, 0, _WIDE, _HIGH), drawing.theme, "page", background="true"))
    about, left = drawing.about, _SIDE
    chart = _map(drawing)
    made.append(chart)
    sources = "\n".join(about.sources)
    made.append(_words(about.title, (left, 10, _SIDE_WIDE, 22), drawing.theme, "title", points=13, bold=True))
    made.append(_words(about.abstract, (left, 33, _SIDE_WIDE, 44), drawing.theme, "text", points=7))
    made.append(_legend(drawing, chart.get("uuid", ""), (left, 80, _SIDE_WIDE, 120)))
    north = base64.b64encode(_NORTH.format(_LETTER[about.lang]).encode()).decode()
    made.append(_item("65640", (left, 212, 12, 16), drawing.theme, "north", file=f"base64:{north}", mode="0"))
    made.append(_scale_bar((left + 16, 214, 70, 14), drawing, chart.get("uuid", "")))
    made.append(_words(sources, (left, 232, _SIDE_WIDE, 55), drawing.theme, "sources", points=5))
    return made


def _item(kind: str, box: tuple[float, float, float, float], theme: str, role: str, **more: str) -> ET.Element:
    left, top, wide, high = box
    name = f"{{{uuid.uuid5(_NAMESPACE, f'{theme}/{role}')}}}"
    place = {"position": f"{left:g},{top:g},mm", "positionOnPage": f"{left:g},{top:g},mm", "size": f"{wide:g},{high:g},mm"}
    usual = {"id": role, "uuid": name, "templateUuid": name, "visibility": "1", "opacity": "1", "frame": "false"}
    made = ET.Element("LayoutItem", {"type": kind, **usual, "background": "false", "referencePoint": "0", **place, **more})
    ET.SubElement(made, "FrameColor", {"red": "90", "green": "100", "blue": "108", "alpha": "255"})
    ET.SubElement(made, "BackgroundColor", {"red": "255", "green": "255", "blue": "255", "alpha": "255"})
    return made


def _page_symbol() -> ET.Element:
    made = ET.Element("symbol", {"type": "fill", "name": "", "alpha": "1", "clip_to_extent": "1"})
    made.append(layer("SimpleFill", {"color": "255,255,255,255", "style": "solid", "outline_style": "no"}))
    return made


def _map(drawing: Drawing) -> ET.Element:
    follow = {"followPreset": "true", "followPresetName": drawing.theme, "keepLayerSet": "false", "mapRotation": "0"}
    made = _item("65639", _MAP, drawing.theme, "map", **follow)
    made.attrib |= {"frame": "true", "background": "true", "outlineWidthM": "0.3,mm"}
    west, south, east, north = _fitted(drawing.extent)
    edges = {"xmin": west, "ymin": south, "xmax": east, "ymax": north}
    ET.SubElement(made, "Extent", {name: f"{edge:.3f}" for name, edge in edges.items()})
    ET.SubElement(made, "LayerSet")
    return made


def _fitted(extent: Bounds) -> Bounds:
    """The extent made as wide or high as the map on the paper is."""
    west, south, east, north = extent
    wide, high = max(east - west, 1e-6), max(north - south, 1e-6)
    wanted = _MAP[2] / _MAP[3]
    more_x, more_y = max(0.0, high * wanted - wide) / 2, max(0.0, wide / wanted - high) / 2
    return west - more_x, south - more_y, east + more_x, north + more_y


def _font(tag: str, points: float, *, bold: bool = False) -> ET.Element:
    """A text format: every text element of a layout has one."""
    weight = {"fontWeight": "75", "namedStyle": "Bold"} if bold else {"fontWeight": "50", "namedStyle": "Regular"}
    made = ET.Element(tag, {"fontFamily": _FONT, "fontSize": f"{points:g}", "fontSizeUnit": "Point", **weight})
    made.attrib |= {"textColor": "34,48,58,255", "textOpacity": "1", "multilineHeight": "1"}
    return made


def _words(
    text: str, box: tuple[float, float, float, float], theme: str, role: str, *, points: float, bold: bool = False
) -> ET.Element:
    places = {"halign": "1", "valign": "32", "marginX": "0", "marginY": "0", "htmlState": "0"}
    made = _item("65641", box, theme, role, labelText=plain(text), **places)
    weight = 75 if bold else 50
    ET.SubElement(made, "LabelFont", {"description": f"{_FONT},{points:g},-1,5,{weight},0,0,0,0,0", "style": ""})
    ET.SubElement(made, "FontColor", {"red": "34", "green": "48", "blue": "58", "alpha": "255"})
    made.append(_font("text-style", points, bold=bold))
    return made


def _legend(drawing: Drawing, chart: str, box: tuple[float, float, float, float]) -> ET.Element:
    shape = {
        "resizeToContents": "1",
        "symbolWidth": "6",
        "symbolHeight": "3",
        "wrapChar": "",
        "boxSpace": "0",
        "columnCount": "1",
    }
    made = _item("65642", box, drawing.theme, "legend", map_uuid=chart, title="", legendFilterByAtlas="0", **shape)
    styles = ET.SubElement(made, "styles")
    for name, points, margin in _STYLES:
        style = ET.SubElement(styles, "style", {"name": name, "marginTop": f"{margin:g}", "alignment": "1", "marginLeft": "2"})
        description = f"{_FONT},{points:g},-1,5,50,0,0,0,0,0"
        ET.SubElement(style, "styleFont", {"description": description, "style": ""})
        style.append(_font("text-style", points))
    tree = ET.SubElement(made, "layer-tree-group")
    for leaf in drawing.legend:
        about = {"id": leaf.layer_id, "name": plain(leaf.about.title), "source": leaf.source, "providerKey": leaf.provider}
        ET.SubElement(tree, "layer-tree-layer", {**about, "checked": "Qt::Checked", "expanded": "1"})
    return made


def _scale_bar(box: tuple[float, float, float, float], drawing: Drawing, chart: str) -> ET.Element:
    far = drawing.extent[2] - drawing.extent[0] > _IN_KM_FROM_M
    unit = {"unitType": "km", "unitLabel": "km"} if far else {"unitType": "meters", "unitLabel": "m"}
    bar = {"style": "Single Box", **unit, "numMapUnitsPerScaleBarUnit": "1", "mapUuid": chart}
    parts = {"numSegments": "2", "numSegmentsLeft": "0", "segmentSizeMode": "1", "minBarWidth": "40", "maxBarWidth": "66"}
    high = {"height": "1.6", "labelBarSpace": "1.2", "boxContentSpace": "0", "outlineWidth": "0.2"}
    made = _item("65646", box, drawing.theme, "scale", **bar, **parts, **high)
    made.append(_font("text-style", 7))
    return made
