"""What a GeoJSON says of features that GDAL gives no shape: it reads coordinates that are none as null, without a word."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame

from geo.findings import Finding


def unread_shapes(path: Path, frame: GeoDataFrame, shown: str, layer: str | None, *, lines: bool) -> list[Finding]:
    """E-GEOM-12 for features whose coordinates are texts, missing or too few; E-GEOM-09 for those that are NaN or infinite.

    The text is read again only where the frame has features without shape. ``lines``: one feature a line.
    """
    shapes = frame.geometry.to_numpy()
    bare = np.flatnonzero(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if not len(bare):
        return []
    features = list(_by_line(path)) if lines else _features(path)
    if len(features) != len(frame):
        return []
    bad: dict[str, list[str]] = {"E-GEOM-12": [], "E-GEOM-09": []}
    for row in bare.tolist():
        code = _fault(features[row].get("geometry") if isinstance(features[row], dict) else None)
        if code:
            bad[code].append(f"row {row + 1}")
    what = {
        "E-GEOM-12": "features have coordinates that are no pairs of numbers (texts, null, one alone).",
        "E-GEOM-09": "features have coordinates that are no numbers (NaN, infinite).",
    }
    return [
        Finding(code, f"{len(rows)} of {len(frame)} {what[code]}", "correct or drop them.", "error", shown, layer, tuple(rows))
        for code, rows in bad.items()
        if rows
    ]


def _features(path: Path) -> list[Any]:
    try:
        read = json.loads(path.read_text(encoding="utf-8-sig", errors="replace"))
    except (ValueError, RecursionError):
        return []
    if isinstance(read, dict) and isinstance(read.get("features"), list):
        return list(read["features"])
    return [read if isinstance(read, dict) and "geometry" in read else {"geometry": read}]


def _by_line(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8-sig", errors="replace") as opened:
        yield from (json.loads(text) for line in opened if (text := line.lstrip("\x1e").strip()))


def _fault(geometry: Any) -> str:
    """The code of what is wrong with a geometry that was read as none; "" where it is none, or empty."""
    if not isinstance(geometry, dict) or "coordinates" not in geometry:
        return ""
    numbers = list(_leaves(geometry["coordinates"]))
    if not numbers and isinstance(geometry["coordinates"], list):
        return ""
    finite = all(isinstance(one, (int, float)) and math.isfinite(one) for one in numbers)
    broken = all(isinstance(one, (int, float)) for one in numbers)
    return "E-GEOM-09" if numbers and broken and not finite else "E-GEOM-12"


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    else:
        yield value
