"""Where a text stands: its middle, its height and its turn, from the many ways in which drawings say so."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from geo.drawings.arcs import Points
from geo.drawings.fonts import Run, mtext_runs, text_runs

_LETTER = 0.6  # width of a letter in heights: a mean over fonts
_LEADING = 1.66
_LEFT_CENTRE_RIGHT = {0: 0.5, 1: 0.0, 2: -0.5, 3: 0.5, 4: 0.0, 5: 0.5}
_BASE_BOTTOM_MIDDLE_TOP = {0: 0.5, 1: 0.5, 2: 0.0, 3: -0.5}
_BETWEEN = {3, 5}  # aligned and fit: from the first point to the second
TEXTS = frozenset({"TEXT", "MTEXT", "ATTRIB"})


def text_place(entity: Any, font: str) -> tuple[Points, Points, float, list[Run]]:
    """Middle [1, 3] and direction [3] in the coordinates of the block, height, and the runs of characters.

    The middle is estimated from the height and the number of letters (0.6 heights each): what a label is joined by.
    """
    if entity.dxftype() == "ATTRIB" and entity.has_embedded_mtext_entity:
        return _mtext(entity.virtual_mtext_entity(), font)
    return _mtext(entity, font) if entity.dxftype() == "MTEXT" else _text(entity, font)


def _text(entity: Any, font: str) -> tuple[Points, Points, float, list[Run]]:
    dxf = entity.dxf
    runs = text_runs(dxf.get("text", ""), font)
    height = float(dxf.get("height", 1.0))
    halign, valign = int(dxf.get("halign", 0)), int(dxf.get("valign", 0))
    first = np.array(dxf.get("insert").xyz)
    second = np.array(dxf.align_point.xyz) if dxf.hasattr("align_point") else first
    turn = math.radians(dxf.get("rotation", 0.0))
    along, up = np.array([math.cos(turn), math.sin(turn), 0.0]), np.array([-math.sin(turn), math.cos(turn), 0.0])
    if halign in _BETWEEN and (second != first).any():
        along = (second - first) / np.linalg.norm(second - first)
        up = np.array([-along[1], along[0], 0.0])
        middle = (first + second) / 2
    else:
        width = _LETTER * height * float(dxf.get("width", 1.0)) * len(runs[0][1])
        start = first if halign == 0 and valign == 0 else second
        middle = start + along * width * _LEFT_CENTRE_RIGHT.get(halign, 0.0)
    if halign != 4:  # noqa: PLR2004 - "middle" is the middle
        middle = middle + up * height * _BASE_BOTTOM_MIDDLE_TOP.get(valign, 0.5)
    ocs = entity.ocs()
    axes = np.array([ocs.ux.xyz, ocs.uy.xyz, ocs.uz.xyz])
    return (middle @ axes)[None, :], along @ axes, height, runs


def _mtext(entity: Any, font: str) -> tuple[Points, Points, float, list[Run]]:
    dxf = entity.dxf
    runs = mtext_runs(entity.text, font)
    height = float(dxf.get("char_height", 1.0))
    lines = "".join(raw for _, raw in runs).split("\n")
    width = _LETTER * height * max(map(len, lines))
    frame = float(dxf.get("width", 0.0))
    wrapped = sum(max(1, math.ceil(_LETTER * height * len(line) / frame)) for line in lines) if frame > 0 else len(lines)
    width = min(width, frame) if frame > 0 else width
    tall = height * (1 + _LEADING * (wrapped - 1))
    across, down = (int(dxf.get("attachment_point", 1)) - 1) % 3, (int(dxf.get("attachment_point", 1)) - 1) // 3
    normal = np.array(entity.ocs().uz.xyz)
    if dxf.hasattr("text_direction"):
        along = np.array(dxf.text_direction.normalize().xyz)
    else:
        turn = math.radians(dxf.get("rotation", 0.0))
        ocs = entity.ocs()
        along = math.cos(turn) * np.array(ocs.ux.xyz) + math.sin(turn) * np.array(ocs.uy.xyz)
    up = np.cross(normal, along)
    middle = np.array(dxf.insert.xyz) + along * width * (0.5 - across / 2) + up * tall * (down / 2 - 0.5)
    return middle[None, :], along, height, runs
