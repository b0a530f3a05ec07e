"""A raster as QGIS draws it: the classes of the page, cells without data left open."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
from pyproj import CRS

from geo import Grid, Raster
from maps.qml_ import plain, top_of
from maps.raster_ import RasterLayer
from maps.style import Style

_MERCATOR = "EPSG:3857"
_RADIUS_M = 6_378_137.0  # of the sphere that Web Mercator is on


def raster_style(look: Style, lang: str) -> list[ET.Element]:
    """The classes as discrete colours of a single band."""
    pipe = ET.Element("pipe")
    band = {"type": "singlebandpseudocolor", "band": "1", "opacity": f"{look.opacity:g}", "alphaBand": "-1", "nodataColor": ""}
    renderer = ET.SubElement(pipe, "rasterrenderer", band)
    shader = ET.SubElement(renderer, "rastershader")
    ramp = ET.SubElement(shader, "colorrampshader", {"colorRampType": "DISCRETE", "classificationMode": "1", "clip": "0"})
    unit = look.unit.say(lang)
    for code, color in enumerate(look.colors):
        top = _top(look, code)
        word = look.labels[code].say(lang) if look.labels else ""
        told = {"value": top, "label": plain(f"{word} {unit}".strip()), "color": color, "alpha": "255"}
        ET.SubElement(ramp, "item", told)
    return [pipe]


def _top(look: Style, code: int) -> str:
    if code >= len(look.breaks):
        return "inf"
    top, itself = top_of(look.breaks[code], look.decimals)
    return repr(top if itself else float(np.nextafter(np.float32(top), np.float32(-np.inf))))


def cells_of(mark: RasterLayer) -> Raster:
    """The cells of a mark as the page shows them, in Web Mercator, for marks whose source is not at hand."""
    from affine import Affine  # noqa: PLC0415 - rasters only

    west, south, east, north = np.radians(mark.bounds)
    left, right = _RADIUS_M * west, _RADIUS_M * east
    bottom, top = (float(_RADIUS_M * np.log(np.tan(np.pi / 4 + edge / 2))) for edge in (south, north))
    rows, columns = mark.cells.shape
    corner = Affine((right - left) / columns, 0, left, 0, (bottom - top) / rows, top)
    cells: Any = np.ma.masked_invalid(mark.cells.astype(np.float32))
    return Raster(Grid(CRS(_MERCATOR), corner, (rows, columns)), cells)
