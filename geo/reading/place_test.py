"""Whether features lie where they are expected: the whole layer, single ones, and the zones that would fit as well."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo.crs import METRIC
from geo.findings import Finding, Severity
from geo.reading.placing import Box, candidates, choose, looks_like, to_degrees, within

Flags = NDArray[np.bool_]
_FARTHEST_M = 5e7  # no projected coordinate on earth is longer
_CLEARLY = 0.9  # fewer inside, while another system puts all of them there
_CHUNK_VERTICES = 5_000_000
_UTM_FAR_M = 450_000  # from its meridian: four degrees, where lengths are 0.2 % too long


@dataclass(frozen=True, eq=False)
class Layer:
    """Shapes with what errors name them by: ``ids`` of the features, the ``file`` and its ``layer``."""

    shapes: NDArray[np.object_]
    ids: NDArray[np.object_]
    file: str | None
    layer: str | None

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
    if len(shapes) and not broken.all():  # a point (NaN, 11) may count as empty
        points = (shapely.get_type_id(shapes) == 0) & ~shapely.is_empty(shapes)
        broken[points] |= ~np.isfinite(shapely.get_x(shapes[points])) | ~np.isfinite(shapely.get_y(shapes[points]))
    return broken, beyond


def _chunks(shapes: NDArray[np.object_]) -> list[tuple[int, int]]:
    total = np.cumsum(shapely.get_num_coordinates(shapes), dtype=np.int64)
    if not len(total):
        return []
    cuts = np.searchsorted(total, np.arange(_CHUNK_VERTICES, total[-1], _CHUNK_VERTICES))
    edges = np.unique(np.concatenate([[0], cuts, [len(shapes)]])).tolist()
    return list(itertools.pairwise(edges))


def number_findings(layer: Layer, crs: CRS | None) -> tuple[list[Finding], Flags]:
    """Coordinates that are no numbers, or no place in degrees; the flags of the features concerned."""
    broken, beyond = impossible(layer.shapes, crs)
    found = []
    if broken.any():
        what = f"{broken.sum()} of {len(broken)} features have coordinates that are no numbers (NaN, infinite)."
        found.append(layer.finding("E-GEOM-09", what, "correct or drop them.", broken, seen=_first(layer.shapes[broken])))
    if beyond.any() and not beyond.all():
        kind = "longitude and latitude" if crs is not None and crs.is_geographic else "coordinates"
        what = f"{beyond.sum()} of {len(beyond)} features have {kind} that are no place on earth."
        found.append(layer.finding("E-CRS-09", what, "correct or drop them.", beyond, seen=_first(layer.shapes[beyond])))
    return found, broken | beyond


def _first(shapes: NDArray[np.object_]) -> tuple[float, ...]:
    xy = shapely.get_coordinates(shapes[:1])
    bad = ~np.isfinite(xy).all(axis=1) | (np.abs(xy) > 180).any(axis=1)  # noqa: PLR2004 - degrees; metres are shown by their first
    return tuple(xy[bad][0].tolist() if bad.any() else xy[0].tolist())


def place_findings(layer: Layer, crs: CRS, box: Box | None, *, told: bool, exact: bool) -> list[Finding]:
    """What is wrong with the place of features whose coordinates are finite.

    ``box`` where they are expected, None for anywhere on earth. ``told``: a person named the CRS, the file did not. ``exact``:
    the box is the study's own, so that a system which fits clearly better refutes the file's; the region's is wide.
    """
    bounds = shapely.bounds(layer.shapes)
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    inside = _meets(bounds, crs, box)
    if not inside.any():
        return [_elsewhere(layer, bounds, middle, crs, box)]
    found = _single(layer, middle, crs, box, inside)
    if box is not None:
        found += _rivals(layer, middle, crs, box, inside, told=told, exact=exact)
    return found


def _meets(bounds: NDArray[np.float64], crs: CRS, box: Box | None) -> Flags:
    low, high = to_degrees(bounds[:, :2], crs), to_degrees(bounds[:, 2:], crs)
    if box is None:
        return within(low, None) & within(high, None)
    with np.errstate(invalid="ignore"):
        east, north = np.maximum(low, high).T
        west, south = np.minimum(low, high).T
    there = np.isfinite(low).all(axis=1) & np.isfinite(high).all(axis=1)
    return there & (west <= box[2]) & (east >= box[0]) & (south <= box[3]) & (north >= box[1])


def _elsewhere(layer: Layer, bounds: NDArray[np.float64], middle: NDArray[np.float64], crs: CRS, box: Box | None) -> Finding:
    if len(middle) and (middle == 0).all():
        return _null_island(layer, np.ones(len(middle), bool))
    fitting = candidates(middle, box, besides=crs)
    low, high = np.nanmin(bounds[:, :2], axis=0), np.nanmax(bounds[:, 2:], axis=0)
    seen = tuple(round(float(value), 2 if abs(value) > 180 else 5) for value in (*low, *high))  # noqa: PLR2004 - metres, degrees
    impossible_ = crs.is_geographic and (np.abs([*low, *high]) > [180, 90, 180, 90]).any()
    what = (
        "coordinates are no longitude and latitude." if impossible_ else f"all {len(middle)} features lie outside {_named(box)}."
    )
    otherwise = 'name the right crs=, or say expect="anywhere" if they belong there.'
    mend = choose(fitting, otherwise) + ("" if not fitting or impossible_ else ' Or expect="anywhere".')
    return layer.finding("E-CRS-03", f"{what}{looks_like(fitting)}", mend, seen=seen)


def _named(box: Box | None) -> str:
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
        what = f"{far.sum()} of {len(far)} features lie outside {_named(box)}."
        found.append(layer.finding("E-CRS-12", what, "look at them on a map.", far, severity="warning"))
    return found


def _rivals(
    layer: Layer, middle: NDArray[np.float64], crs: CRS, box: Box, inside: Flags, *, told: bool, exact: bool
) -> list[Finding]:
    """Other zones that would fit: a mix-up moves everything by 27 to 82 km and may stay inside."""
    if not crs.is_projected:
        return []
    fitting = [one for one in candidates(middle, box, besides=crs) if one.axes == "xy" and CRS(one.crs).is_projected]
    fitting = [one for one in fitting if not _alike(crs, CRS(one.crs), middle)]
    found = []
    if fitting and exact and inside.mean() < _CLEARLY:
        what = f"only {inside.sum()} of {len(inside)} features lie in {_named(box)}.{looks_like(fitting)}"
        found.append(layer.finding("E-CRS-03", what, choose(fitting, ""), seen=crs.name))
    elif fitting and not told and crs != CRS(METRIC):
        others = " and ".join(map(str, fitting))
        what = (
            f"ambiguous zone: the features lie in place as {crs.name}, but {others} would put them there too, up to 82 km away."
        )
        mend = "compare with a map; name the right one by crs=."
        found.append(layer.finding("E-CRS-13", what, mend, severity="warning"))
    if _far_from_zone(crs, middle):
        mend = "bring it into its own zone: geo.to_metric(frame)."
        what = f"the features lie far outside the zone of {crs.name}: areas come out up to 2 % too large."
        found.append(layer.finding("E-CRS-14", what, mend, severity="warning", seen=tuple(middle[0].round(1).tolist())))
    return found


def _alike(one: CRS, other: CRS, middle: NDArray[np.float64]) -> bool:
    """Whether two systems put the features within 300 m: one projection on two datums."""
    sample = middle[:: max(1, len(middle) // 100)]
    apart = np.abs(to_degrees(sample, one) - to_degrees(sample, other))
    return bool(np.nanmax(apart) < 0.003)  # noqa: PLR2004 - degrees, 300 m


def _far_from_zone(crs: CRS, middle: NDArray[np.float64]) -> bool:
    operation = crs.coordinate_operation
    if operation is None or operation.method_name != "Transverse Mercator":
        return False
    return bool(np.abs(np.median(middle[:, 0]) - 500_000) > _UTM_FAR_M)
