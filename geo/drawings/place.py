"""The unit of a drawing: what it says, held against where its coordinates would lie. Never guessed silently."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np
from pyproj import CRS

from geo.drawings.arcs import Points
from geo.errors import PlanningDataError
from geo.findings import Finding
from geo.reading.options import Axes
from geo.reading.placing import Box, Candidate, candidates, looks_like, to_degrees, within

UNITS = MappingProxyType({"mm": 0.001, "cm": 0.01, "dm": 0.1, "m": 1.0, "km": 1000.0, "in": 0.0254, "ft": 0.3048})
_HEADER = MappingProxyType({1: "in", 2: "ft", 4: "mm", 5: "cm", 6: "m", 7: "km", 14: "dm"})
_TRIED = ("m", "mm", "cm", "km")
_NAMED = 4  # candidates, the usual first
_MOST = 0.5  # of the entities: title blocks and legends stand elsewhere


def header_unit(document: Any) -> str | None:
    """The unit that the drawing's header names, None for none or one that nobody plans in."""
    return _HEADER.get(int(document.header.get("$INSUNITS", 0)))


def check_unit(unit: str | None, file: str) -> None:
    """Errors: E-CAD-06 no such unit."""
    if unit is not None and unit not in UNITS:
        raise PlanningDataError("E-CAD-06", "no such unit.", file=file, seen=unit, mend=f"one of {', '.join(UNITS)}.")


def decide_unit(
    xy: Points, told: str | None, given: str | None, crs: CRS, box: Box | None, file: str
) -> tuple[str, list[Finding]]:
    """The unit of coordinates [n, 2]: the one given, or the one told by the header where the drawing then lies in the box.

    Errors: E-CRS-03 in no unit does it lie there (systems in which it would are named), E-CAD-06 the header names another unit
    than the one in which it does, or none where no place is expected.
    """
    if given is not None or not len(xy):
        unit = given or told or "m"
        if len(xy) and not _lies(xy, unit, crs, box):
            raise _elsewhere(xy, (unit,), crs, box, file)
        return unit, []
    if box is None:
        if told is None:
            raise PlanningDataError("E-CAD-06", "the drawing names no unit.", file=file, mend='pass unit="m" or unit="mm".')
        return told, []
    if told is not None and _lies(xy, told, crs, box):
        return told, []
    fitting = [unit for unit in _TRIED if _lies(xy, unit, crs, box)]
    if not fitting:
        raise _elsewhere(xy, (told,) if told else _TRIED, crs, box, file)
    if told is not None:
        what = f"the drawing says {told}, but its coordinates lie in the expected place as {' or '.join(fitting)} only."
        mend = f'pass unit="{fitting[0]}" after a look at one length.'
        raise PlanningDataError("E-CAD-06", what, file=file, seen=_seen(xy), mend=mend)
    what = f"the drawing names no unit; read as {fitting[0]}, the only one in which it lies in the expected place."
    mend = f'pass unit="{fitting[0]}", or set INSUNITS in the drawing.'
    return fitting[0], [Finding("E-CAD-06", what, mend, "fixed", file, None, (), _seen(xy))]


def strays(xy: Points, handles: list[str], crs: CRS, box: Box | None, file: str) -> list[Finding]:
    """Entities outside the expected place, and other zones in which the drawing would lie there too."""
    if box is None or not len(xy):
        return []
    inside = within(to_degrees(xy, crs), box)
    found = []
    if not inside.all():
        ids = tuple(handle for handle, there in zip(handles, inside, strict=True) if not there)
        what = f"{len(ids)} of {len(xy)} entities lie outside the expected place: title blocks and legends do."
        mend = "read the layers of the plan alone: layers=[...]."
        found.append(Finding("E-CRS-12", what, mend, "warning", file, None, ids, _seen(xy[~inside])))
    rivals = [one for one in candidates(_core(xy), box, besides=crs) if one.axes == "xy" and CRS(one.crs).is_projected]
    if rivals:
        what = f"ambiguous zone: the drawing would lie in the expected place as {' or '.join(map(str, rivals))} too."
        found.append(Finding("E-CRS-13", what, "compare it with a map.", "note", file, None, (), crs.name))
    return found


def _lies(xy: Points, unit: str, crs: CRS, box: Box | None) -> bool:
    return bool(within(to_degrees(xy * UNITS[unit], crs), box).mean() >= _MOST)


def _elsewhere(xy: Points, units: tuple[str, ...], crs: CRS, box: Box | None, file: str) -> PlanningDataError:
    """The refusal, with the systems (and units) in which the drawing would lie there."""
    named = _fitting(xy, (*units, *_TRIED), box)
    here = [f'unit="{unit}"' for unit, one in named if crs == CRS(one.crs)]
    options = here or [f'{one.option}, unit="{unit}"' for unit, one in named][:_NAMED]
    looks = "" if here else looks_like(list(dict.fromkeys(one for _, one in named))[:_NAMED])
    what = f"in {' or '.join(units)} the drawing lies outside the expected place as {crs.name}.{looks}"
    mend = f"read_drawing(..., {' or '.join(options)})." if options else 'name the right crs=, or expect="anywhere".'
    if not options and _fitting(xy, (*units, *_TRIED), box, "yx"):
        mend = "north and east are swapped: mirror it at the diagonal (MIRROR from 0,0 to 1,1) in the CAD program."
    return PlanningDataError("E-CRS-03", what, file=file, seen=_seen(xy), mend=mend)


def unnamed(xy: Points, unit: str | None, box: Box | None, file: str) -> PlanningDataError:
    """The refusal of a drawing for which no system is named, with those in which it would lie in the expected place."""
    named = _fitting(xy, (unit,) if unit else _TRIED, box) if len(xy) else []
    looks = looks_like(list(dict.fromkeys(one for _, one in named))[:_NAMED])
    options = [f'{one.option}, unit="{of}"' for of, one in named][:_NAMED]
    mend = f"read_drawing(..., {' or '.join(options)})." if options else 'name it: crs="EPSG:9210", --crs EPSG:9210.'
    seen = _seen(xy) if len(xy) else None
    return PlanningDataError("E-CRS-01", f"a drawing names no CRS.{looks}", file=file, seen=seen, mend=mend)


def _fitting(xy: Points, units: tuple[str, ...], box: Box | None, axes: Axes = "xy") -> list[tuple[str, Candidate]]:
    """Units and projected systems in which the drawing would lie in the box."""
    core = _core(xy)
    found = [(unit, one) for unit in dict.fromkeys(units) for one in candidates(core * UNITS[unit], box)]
    return [(unit, one) for unit, one in found if one.axes == axes and CRS(one.crs).is_projected]


def _core(xy: Points) -> Points:
    """The half of the points that is nearest to the middle: no title block, no stray."""
    far = np.abs(xy - np.median(xy, axis=0)).max(axis=1)
    return xy[far <= np.median(far)]


def _seen(xy: Points) -> tuple[float, ...]:
    return tuple(round(float(value), 1) for value in np.median(xy, axis=0))
