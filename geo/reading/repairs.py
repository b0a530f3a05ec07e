"""Invalid shapes mended where their meaning is certain, with the areas before and after, and refused where it is not."""

from __future__ import annotations

import numpy as np
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray
from pyproj import CRS

from geo.crs import EQUAL_AREA, to_crs
from geo.findings import Finding
from geo.reading.place_test import Flags, Layer

Shapes = NDArray[np.object_]
_AGREE = 1e-3  # two readings of a ring mean the same land
_CERTAIN = ("Holes are nested", "Duplicate Rings")  # whatever even-odd says
_OUTSIDE = "Hole lies outside shell"  # or is it a part of its own?


def mended(layer: Layer, crs: CRS | None) -> tuple[Shapes, list[Finding], Flags]:
    """Valid shapes; what was mended or refused; flags of features without any extent, to be left out.

    An invalid polygon is rebuilt from its rings (``make_valid``, method structure, never ``buffer(0)``). Where a ring crosses
    itself so that its inside can be read in two ways whose areas differ by more than 0.1 %, or a hole lies outside, it is
    refused.
    """
    invalid = ~shapely.is_valid(layer.shapes)
    shapes = layer.shapes
    if not invalid.any():
        nothing = _without_extent(shapes)
        return shapes, _dropped(layer, nothing), nothing
    at = np.flatnonzero(invalid)
    broken = shapes[at]
    whole = shapely.make_valid(broken, method="structure", keep_collapsed=False)
    plain = shapely.make_valid(broken)
    unsure = _ambiguous(broken)
    shapes = shapes.copy()
    shapes[at] = whole
    nothing = _without_extent(shapes)
    found = _dropped(layer, nothing)
    repaired = invalid & ~nothing
    refused = np.zeros(len(shapes), bool)
    refused[at[unsure]] = True
    refused &= repaired
    if refused.any():
        found.append(_refusal(layer, refused, *_hectares(broken[refused[at]], whole[refused[at]], crs)))
    repaired &= ~refused
    if repaired.any():
        found.append(_repair(layer, repaired, *_hectares(plain[repaired[at]], whole[repaired[at]], crs)))
    return shapes, found, nothing


def _ambiguous(broken: Shapes) -> Flags:
    """Features with a part whose ring means two things: its structure and the even-odd rule differ in area."""
    parts, of = shapely.get_parts(broken, return_index=True)
    bad = ~shapely.is_valid(parts)
    parts, of = parts[bad], of[bad]
    one, other = (
        shapely.area(shapely.make_valid(parts, method="structure", keep_collapsed=False)),
        shapely.area(shapely.make_valid(parts)),
    )
    reasons = [str(reason) for reason in shapely.is_valid_reason(parts)]
    differ = (np.abs(one - other) > _AGREE * np.maximum(one, other)) & ~_starting(reasons, _CERTAIN)
    differ |= _starting(reasons, (_OUTSIDE,))
    return np.bincount(of, weights=differ, minlength=len(broken)) > 0


def _starting(texts: list[str], words: tuple[str, ...]) -> Flags:
    return np.array([text.startswith(words) for text in texts], bool)


def _without_extent(shapes: Shapes) -> Flags:
    """Areas without area, lines without length."""
    kinds = shapely.get_dimensions(shapes)
    nothing = shapely.is_empty(shapes)
    nothing |= (kinds == 1) & (shapely.length(shapes) == 0)
    nothing |= (kinds == 2) & (shapely.area(shapes) == 0)  # noqa: PLR2004 - dimension of areas
    return nothing


def _dropped(layer: Layer, nothing: Flags) -> list[Finding]:
    if not nothing.any():
        return []
    what = f"{nothing.sum()} of {len(nothing)} features have no extent (area or length 0) and are left out."
    return [layer.finding("E-GEOM-10", what, "draw them anew if they are needed.", nothing, severity="fixed")]


def _hectares(before: Shapes, after: Shapes, crs: CRS | None) -> tuple[float, float, str]:
    if crs is None:
        return float(shapely.area(before).sum()), float(shapely.area(after).sum()), "square units"
    equal_area = (
        to_crs(GeoDataFrame(geometry=GeoSeries(shapes, crs=crs)), EQUAL_AREA).geometry.to_numpy() for shapes in (before, after)
    )
    with np.errstate(invalid="ignore"):  # what lies off the globe has no area there; the test of places refuses it
        areas = [float(shapely.area(shapes).sum()) / 1e4 for shapes in equal_area]
    return areas[0], areas[1], "ha"


def _repair(layer: Layer, bad: Flags, before: float, after: float, unit: str) -> Finding:
    areas = f"{before:,.4f} {unit} even-odd before, {after:,.4f} {unit} after"
    what = f"{bad.sum()} of {len(bad)} features were invalid and are mended: {areas}."
    return layer.finding("E-GEOM-04", what, "look at them on a map.", bad, severity="fixed", seen=_reason(layer, bad))


def _refusal(layer: Layer, bad: Flags, before: float, after: float, unit: str) -> Finding:
    what = (
        f"{bad.sum()} of {len(bad)} features can mean two things: {before:,.4f} {unit} as they stand, {after:,.4f} {unit} mended."
    )
    mend = "draw them anew, or mend them in QGIS (Fix geometries) and look at each."
    return layer.finding("E-GEOM-05", what, mend, bad, seen=_reason(layer, bad))


def _reason(layer: Layer, bad: Flags) -> str:
    return str(shapely.is_valid_reason(layer.shapes[bad][0]))
