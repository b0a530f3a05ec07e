"""Zones of VN-2000 taken for one another: everything moves by 27 to 250 km and may still lie somewhere near."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from geo.crs import METRIC
from geo.findings import Finding
from geo.reading.place_test import Flags, Layer, named_box
from geo.reading.placing import Box, Candidate, candidates, choose, looks_like, to_degrees, within

_CLEARLY = 0.9  # fewer inside, while another system puts all of them there
_SAME_DEGREES = 0.003  # 300 m: one projection on two datums
_FAR_M = 450_000  # from its meridian: four degrees, where lengths are 0.2 % too long


def zone_findings(layer: Layer, crs: CRS, box: Box, home: Box, inside: Flags, *, told: bool, exact: bool) -> list[Finding]:
    """What speaks against the zone of features that lie in ``box`` by their CRS.

    ``home``: where most data of the place lies. E-CRS-03 error where none lies there and another zone would put all of it there,
    or where ``exact`` (the box is the study's own) and another zone fits clearly better; not where a person ``told`` the CRS.
    E-CRS-13 warning where another zone would fit as well. E-CRS-14 warning far outside the zone's own strip.
    """
    if not crs.is_projected:
        return []
    bounds = layer.bounds
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    found = [] if told else _rivals(layer, middle, crs, box, home, inside, exact=exact)
    if _far_from_zone(crs, middle):
        mend = "bring it into its own zone: geo.to_metric(frame)."
        what = f"the features lie far outside the zone of {crs.name}: areas come out up to 2 % too large."
        found.append(layer.finding("E-CRS-14", what, mend, severity="warning", seen=tuple(middle[0].round(1).tolist())))
    return found


def _rivals(
    layer: Layer, middle: NDArray[np.float64], crs: CRS, box: Box, home: Box, inside: Flags, *, exact: bool
) -> list[Finding]:
    fitting = _other_zones(middle, crs, box)
    if not fitting:
        return []
    if exact and inside.mean() < _CLEARLY:
        what = f"only {inside.sum()} of {len(inside)} features lie in {named_box(box)}.{looks_like(fitting)}"
        return [layer.finding("E-CRS-03", what, choose(fitting, ""), seen=crs.name)]
    at_home = _other_zones(middle, crs, home)
    away = bool(at_home) and not within(to_degrees(middle, crs), home).any()
    if away and not exact and crs != CRS(METRIC):
        what = f"as {crs.name} all features lie beside {named_box(home)}.{looks_like(at_home)}"
        mend = f'{choose(at_home, "")} If it is right as it is: crs="{_code(crs)}".'
        return [layer.finding("E-CRS-03", what, mend, seen=crs.name)]
    if crs == CRS(METRIC) and not away:
        return []
    others = " and ".join(map(str, fitting))
    what = f"ambiguous zone: the features lie in place as {crs.name}, and as {others} too, up to 82 km away."
    return [layer.finding("E-CRS-13", what, "compare with a map; name the right one by crs=.", severity="warning")]


def _other_zones(middle: NDArray[np.float64], crs: CRS, box: Box) -> list[Candidate]:
    found = [one for one in candidates(middle, box, besides=crs) if one.axes == "xy" and CRS(one.crs).is_projected]
    return [one for one in found if not _alike(crs, CRS(one.crs), middle)]


def _code(crs: CRS) -> str:
    known = crs.to_authority()
    return ":".join(known) if known else crs.name


def _alike(one: CRS, other: CRS, middle: NDArray[np.float64]) -> bool:
    """Whether two systems put the features in the same place but for a datum."""
    sample = middle[:: max(1, len(middle) // 100)]
    apart = np.abs(to_degrees(sample, one) - to_degrees(sample, other))
    return bool(np.nanmax(apart) < _SAME_DEGREES)


def _far_from_zone(crs: CRS, middle: NDArray[np.float64]) -> bool:
    operation = crs.coordinate_operation
    if operation is None or operation.method_name != "Transverse Mercator":
        return False
    return bool(np.abs(np.median(middle[:, 0]) - 500_000) > _FAR_M)
