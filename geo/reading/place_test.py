"""Whether features lie where they are expected: the whole layer, single ones, and the zones that would fit as well."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo.findings import Finding, Severity
from geo.reading.placing import Box, candidates, choose, looks_like, to_degrees, within

Flags = NDArray[np.bool_]
_FARTHEST_M = 5e7  # no projected coordinate on earth is longer
_CHUNK_VERTICES = 5_000_000


@dataclass(frozen=True, eq=False)
class Layer:
    """Shapes with what errors name them by: ``ids`` of the features, the ``file`` and its ``layer``."""

    shapes: NDArray[np.object_]
    ids: NDArray[np.object_]
    file: str | None
    layer: str | None

    @cached_property
    def bounds(self) -> NDArray[np.float64]:
        """Bounds of every shape [features, 4]."""
        return np.asarray(shapely.bounds(self.shapes))

    @cached_property
    def points_only(self) -> bool:
        """Whether all shapes are single points."""
        return bool((shapely.get_type_id(self.shapes) == 0).all())

    def finding(
        self, code: str, what: str, mend: str, bad: Flags | None = None, *, severity: Severity = "error", seen: Any = None
    ) -> Finding:
        """A finding about the flagged features."""
        ids = () if bad is None else tuple(self.ids[bad].tolist())
        return Finding(code, what, mend, severity, self.file, self.layer, ids, seen)

    def where(self, keep: Flags) -> Layer:
        """The flagged features only."""
        return Layer(self.shapes[keep], self.ids[keep], self.file, self.layer)


def impossible(shapes: NDArray[np.object_], crs: CRS | None) -> tuple[Flags, Flags]:
    """Features with a coordinate that is no number; features with one that no place on earth has in this system."""
    broken, beyond = np.zeros(len(shapes), bool), np.zeros(len(shapes), bool)
    most = np.array([180.0, 90.0]) if crs is not None and crs.is_geographic else np.array([_FARTHEST_M, _FARTHEST_M])
    for first, last in _chunks(shapes):
        part = shapes[first:last]
        xy, of = shapely.get_coordinates(part, return_index=True)
        good = np.isfinite(xy).all(axis=1)
        if not good.all():
            broken[first + of[~good]] = True
        far = good & (np.abs(xy) > most).any(axis=1)
        if far.any():
            beyond[first + of[far]] = True
    return broken, beyond


def _chunks(shapes: NDArray[np.object_]) -> list[tuple[int, int]]:
    total = np.cumsum(shapely.get_num_coordinates(shapes), dtype=np.int64)
    if not len(total):
        return []
    cuts = np.searchsorted(total, np.arange(_CHUNK_VERTICES, total[-1], _CHUNK_VERTICES))
    edges = np.unique(np.concatenate([[0], cuts, [len(shapes)]])).tolist()
    return list(itertools.pairwise(edges))


def number_findings(layer: Layer, crs: CRS | None, box: Box | None) -> tuple[list[Finding], Flags]:
    """Coordinates that are no numbers, or no place on earth; the flags of the features concerned.

    Features that lie in ``box`` with their axes exchanged, and layers that miss it as a whole, are left to `place_findings`.
    """
    broken, beyond = impossible(layer.shapes, crs)
    found = []
    if broken.any():
        what = f"{broken.sum()} of {len(broken)} features have coordinates that are no numbers (NaN, infinite)."
        found.append(layer.finding("E-GEOM-09", what, "correct or drop them.", broken, seen=_worst(layer.shapes[broken])))
    if beyond.any() and crs is not None and crs.is_geographic:
        far = layer.bounds[beyond]
        beyond[beyond] = ~within((far[:, :2] + far[:, 2:])[:, ::-1] / 2, box)
    if beyond.any() and not (beyond.all() and _lies_elsewhere(layer, crs, box)):
        kind = "longitude and latitude" if crs is not None and crs.is_geographic else "coordinates"
        what = f"{beyond.sum()} of {len(beyond)} features have {kind} that are no place on earth."
        found.append(layer.finding("E-CRS-09", what, "correct or drop them.", beyond, seen=_worst(layer.shapes[beyond])))
        return found, broken | beyond
    return found, broken


def _lies_elsewhere(layer: Layer, crs: CRS | None, box: Box | None) -> bool:
    """Whether the layer as a whole misses the box, as one with another CRS does; else single corners of it are wrong."""
    return crs is None or not meets(layer, crs, box).any()


def _worst(shapes: NDArray[np.object_]) -> tuple[float, ...]:
    """The coordinates of the first shape that are farthest out."""
    xy = shapely.get_coordinates(shapes[:1])
    size = np.where(np.isfinite(xy), np.abs(xy), np.inf).max(axis=1)
    return tuple(xy[size.argmax()].tolist())


def meets(layer: Layer, crs: CRS, box: Box | None) -> Flags:
    """Which features touch the box in degrees; which lie on earth where there is none."""
    low = to_degrees(layer.bounds[:, :2], crs)
    high = low if layer.points_only else to_degrees(layer.bounds[:, 2:], crs)
    if box is None:
        return within(low, None) & within(high, None)
    with np.errstate(invalid="ignore"):
        east, north = np.maximum(low, high).T
        west, south = np.minimum(low, high).T
    there = np.isfinite(low).all(axis=1) & np.isfinite(high).all(axis=1)
    return there & (west <= box[2]) & (east >= box[0]) & (south <= box[3]) & (north >= box[1])


def place_findings(layer: Layer, crs: CRS, box: Box | None, inside: Flags) -> list[Finding]:
    """What is wrong with the place of features whose coordinates are finite.

    ``box`` where they are expected, None for anywhere on earth; ``inside`` which `meets` it.
    """
    middle = (layer.bounds[:, :2] + layer.bounds[:, 2:]) / 2
    if inside.any():
        return _single(layer, middle, crs, box, inside)
    return [_elsewhere(layer, layer.bounds, middle, crs, box)]


def _elsewhere(layer: Layer, bounds: NDArray[np.float64], middle: NDArray[np.float64], crs: CRS, box: Box | None) -> Finding:
    if len(middle) and (middle == 0).all():
        return _null_island(layer, np.ones(len(middle), bool))
    fitting = candidates(middle, box, besides=crs)
    low, high = np.nanmin(bounds[:, :2], axis=0), np.nanmax(bounds[:, 2:], axis=0)
    seen = tuple(round(float(value), 2 if abs(value) > 180 else 5) for value in (*low, *high))  # noqa: PLR2004 - metres, degrees
    impossible_ = crs.is_geographic and (np.abs([*low, *high]) > [180, 90, 180, 90]).any()
    what = (
        "coordinates are no longitude and latitude."
        if impossible_
        else f"all {len(middle)} features lie outside {named_box(box)}."
    )
    otherwise = 'name the right crs=, or say expect="anywhere" if they belong there.'
    mend = choose(fitting, otherwise) + ("" if not fitting or impossible_ else ' Or expect="anywhere".')
    return layer.finding("E-CRS-03", f"{what}{looks_like(fitting)}", mend, seen=seen)


def named_box(box: Box | None) -> str:
    """The box as a sentence names it."""
    if box is None:
        return "the earth"
    return f"the expected place ({box[0]:.2f}–{box[2]:.2f}° E, {box[1]:.2f}–{box[3]:.2f}° N)"


def _null_island(layer: Layer, bad: Flags) -> Finding:
    what = f"{bad.sum()} of {len(bad)} features lie at (0, 0), which stands for coordinates that are not known."
    return layer.finding("E-CRS-10", what, "give them their coordinates or drop them.", bad)


def _single(layer: Layer, middle: NDArray[np.float64], crs: CRS, box: Box | None, inside: Flags) -> list[Finding]:
    """Features apart from the others: at (0, 0), with swapped axes, far away."""
    found = []
    nowhere = (middle == 0).all(axis=1)
    if nowhere.any():
        found.append(_null_island(layer, nowhere))
    outside = ~inside & ~nowhere
    if box is None or not outside.any():
        return found
    swapped = outside.copy()
    swapped[outside] = within(to_degrees(middle[outside], crs, "yx"), box)
    if swapped.any():
        what = f"{swapped.sum()} of {len(swapped)} features have north and east swapped."
        mend = 'swap them in the file; where all are, read with axes="yx".'
        found.append(layer.finding("E-CRS-11", what, mend, swapped, seen=tuple(middle[swapped][0].tolist())))
    far = outside & ~swapped
    if far.any():
        what = f"{far.sum()} of {len(far)} features lie outside {named_box(box)}."
        found.append(layer.finding("E-CRS-12", what, "look at them on a map.", far, severity="warning"))
    return found
