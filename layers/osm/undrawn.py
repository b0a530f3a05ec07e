"""Why outlines did not become areas: looked up in a second pass, only where there are any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from layers.osm.collecting import KINDS, RELATION, WAY

Outline = tuple[int, int]  # kind and number


@dataclass
class Undrawn:
    """Names ("way/7") by reason, sorted. ``cut_ways``: ways with points that are not in the file, ``lost_points`` of them."""

    cut: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    cut_ways: list[int] = field(default_factory=list)
    lost_points: int = 0


def undrawn_outlines(path: Path, outlines: Sequence[Outline]) -> Undrawn:
    """The reasons for these outlines, given in order."""
    why = Undrawn()
    if not outlines:
        return why
    members = _members(path, {number for of, number in outlines if of == RELATION})
    needed = {number for of, number in outlines if of == WAY}.union(*members.values())
    ways = _ways(path, needed)
    for of, number in outlines:
        name, own = f"{KINDS[of]}/{number}", [number] if of == WAY else members[number]
        lost = [way for way in own if way not in ways or ways[way][0]]
        if lost:
            why.cut.append(name)
            why.cut_ways += [way for way in lost if way in ways and way not in why.cut_ways]
        elif of == WAY and not ways[number][1]:
            why.open.append(name)
        else:
            why.broken.append(name)
    why.lost_points = sum(ways[way][0] for way in why.cut_ways)
    return why


def _members(path: Path, wanted: set[int]) -> dict[int, list[int]]:
    """Relation → ids of its ways."""
    import osmium  # noqa: PLC0415 - heavy

    if not wanted:
        return {}
    objects: Any = osmium.FileProcessor(str(path), osmium.osm.RELATION).with_filter(osmium.filter.IdFilter(wanted))
    return {one.id: [member.ref for member in one.members if member.type == "w"] for one in objects}


def _ways(path: Path, wanted: set[int]) -> dict[int, tuple[int, bool]]:
    """Way → points without a place, and whether it is closed."""
    import osmium  # noqa: PLC0415 - heavy

    objects: Any = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    objects = objects.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)).with_filter(osmium.filter.IdFilter(wanted))
    return {one.id: (sum(not node.location.valid() for node in one.nodes), one.is_closed()) for one in objects}
