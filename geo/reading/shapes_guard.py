"""The shapes of a layer looked at one by one: missing, empty, of other kinds, with heights, drawn twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo.findings import Finding, Severity
from geo.reading.options import Kind
from geo.reading.place_test import Flags, Layer
from geo.reading.repairs import mended

Shapes = NDArray[np.object_]
KINDS: tuple[Kind, ...] = ("point", "line", "area")  # by dimension
_COLLECTION = 7
_MULTI = {0: shapely.multipoints, 1: shapely.multilinestrings, 2: shapely.multipolygons}


def present(layer: Layer) -> tuple[list[Finding], Flags]:
    """Flags of the features that have a shape; warnings on those that have none, a refusal where no feature has one."""
    missing = shapely.is_missing(layer.shapes)
    empty = shapely.is_empty(layer.shapes)
    found = []
    for code, bad, name in (("E-GEOM-01", missing, "no shape (null)"), ("E-GEOM-02", empty, "an empty shape")):
        if bad.any():
            what = f"{bad.sum()} of {len(bad)} features have {name} and are left out."
            found.append(layer.finding(code, what, "give them one if they are needed.", bad, severity="warning"))
    if (missing | empty).all():
        what = "there are no features" + (" with a shape." if len(missing) else ".")
        found.append(layer.finding("E-GEOM-03", what, "look whether the right layer was exported.", seen=len(missing)))
    return found, ~(missing | empty)


def guarded(layer: Layer, crs: CRS | None, kind: Kind | None) -> tuple[Shapes, list[Finding], Flags]:
    """Plain valid shapes in two dimensions; what was mended or refused; flags of those kept. Only finite shapes come here."""
    shapes, found = _flat(layer)
    shapes, more = _one_kind_each(Layer(shapes, layer.ids, layer.file, layer.layer))
    found += more
    shapes, more, nothing = mended(Layer(shapes, layer.ids, layer.file, layer.layer), crs)
    found += more
    chosen, more = _chosen(Layer(shapes, layer.ids, layer.file, layer.layer), kind)
    found += more
    keep = ~nothing & chosen
    if not keep.any() and not any(one.severity == "error" for one in found):
        found.append(layer.finding("E-GEOM-03", "there are no features left.", "look at the findings before.", seen=len(keep)))
    found += _twice(Layer(shapes[keep], layer.ids[keep], layer.file, layer.layer))
    return shapes, found, keep


def _flat(layer: Layer) -> tuple[Shapes, list[Finding]]:
    high = shapely.has_z(layer.shapes)
    measured = shapely.has_m(layer.shapes)
    if not (high | measured).any():
        return layer.shapes, []
    what = f"heights (or measures) of {(high | measured).sum()} of {len(high)} features are dropped: maps and measures are flat."
    return shapely.force_2d(layer.shapes), [layer.finding("E-GEOM-08", what, "", severity="fixed")]


def _one_kind_each(layer: Layer) -> tuple[Shapes, list[Finding]]:
    """Collections as the multi shape of their parts of the highest dimension."""
    bad = shapely.get_type_id(layer.shapes) == _COLLECTION
    if not bad.any():
        return layer.shapes, []
    shapes, lost = layer.shapes.copy(), 0
    for at in np.flatnonzero(bad):
        parts = _parts(shapes[at])
        kinds = shapely.get_dimensions(parts)
        highest = int(kinds.max(initial=0))
        kept = parts[kinds == highest]
        lost += len(parts) - len(kept)
        shapes[at] = kept[0] if len(kept) == 1 else _MULTI[highest](kept)
    aside = f"; {lost} parts of a lower kind are left out" if lost else ""
    what = f"{bad.sum()} of {len(bad)} features are collections and become one multi shape each{aside}."
    return shapes, [layer.finding("E-GEOM-07", what, "", bad, severity="fixed")]


def _parts(shape: shapely.Geometry) -> Shapes:
    parts = np.array([shape], object)
    while np.isin(shapely.get_type_id(parts), (4, 5, 6, _COLLECTION)).any():
        parts = shapely.get_parts(parts)
    return parts[~shapely.is_empty(parts)]


def _chosen(layer: Layer, kind: Kind | None) -> tuple[Flags, list[Finding]]:
    """Points, lines and areas in one layer: told, or those of one kind taken."""
    kinds = shapely.get_dimensions(layer.shapes)
    counts = {name: int((kinds == number).sum()) for number, name in enumerate(KINDS)}
    met = {name: count for name, count in counts.items() if count}
    every = np.ones(len(kinds), bool)
    if kind is None:
        if len(met) < 2:  # noqa: PLR2004 - one kind is no mixture
            return every, []
        mend = f"take one kind: {', '.join(f'kind={name!r}' for name in met)}."
        return every, [layer.finding("E-GEOM-06", "kinds of shapes are mixed.", mend, severity="warning", seen=met)]
    chosen: Flags = kinds == KINDS.index(kind)
    if chosen.all():
        return every, []
    severity: Severity = "fixed" if chosen.any() else "error"
    what = f"{(~chosen).sum()} of {len(chosen)} features are no {kind}s and are left out."
    return chosen, [
        layer.finding("E-GEOM-06", what, f"read with kind= for {' or '.join(met)}.", ~chosen, severity=severity, seen=met)
    ]


def _twice(layer: Layer) -> list[Finding]:
    """Features with the shape of an earlier one."""
    if len(layer.shapes) < 2:  # noqa: PLR2004 - two are needed
        return []
    marks = pd.DataFrame(shapely.bounds(layer.shapes))
    marks["vertices"] = shapely.get_num_coordinates(layer.shapes)
    alike = marks.duplicated(keep=False).to_numpy()
    if not alike.any():
        return []
    again = np.zeros(len(alike), bool)
    again[alike] = pd.Series(shapely.to_wkb(layer.shapes[alike])).duplicated().to_numpy()
    if not again.any():
        return []
    points = bool((shapely.get_dimensions(layer.shapes[again]) == 0).all())
    what = f"{again.sum()} of {len(again)} features have the same shape as an earlier one."
    mend = "drop them if they are the same thing: they count double."
    return [layer.finding("E-GEOM-15", what, mend, again, severity="note" if points else "warning")]
