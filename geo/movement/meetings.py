"""Where a road drawn on a map meets the streets of a network, and how it is cut there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point
from shapely.ops import substring

from geo.movement.arcs import Ints
from geo.movement.network import Network
from geo.movement.street_edits import drawn, edge_index, edge_table
from geo.movement.through_traffic import passable

SAME_PLACE_M = 1.0
_TOUCH_M = 1e-6
_CENTIMETRE = 0.01

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Meeting:
    """Where a road meets a street: ``at_m`` along the road, ``edge``, ``share`` of the edge's length from its first vertex."""

    at_m: float
    edge: int
    share: float


@dataclass(frozen=True, eq=False)
class CutRoad:
    """A road cut where it meets streets.

    ``line``; ``cuts_m`` float64 [cuts] metres along it, ascending; ``node`` [cuts] the node at each, numbers from the network's
    number of nodes on are new; ``splits`` edge → (share, node) where an edge is to be cut, ascending.
    """

    line: LineString
    cuts_m: Floats
    node: Ints
    splits: Mapping[int, Sequence[tuple[float, int]]]

    def stretches(self) -> NDArray[np.object_]:
        """LineStrings from cut to cut."""
        return np.array([substring(self.line, a, b) for a, b in pairwise(self.cuts_m.tolist())], dtype=object)


def uncut(streets: Network) -> Mask:
    """Edges that are not there in pieces as well, bool [edges]: those a new road may meet."""
    return edge_table(streets)["whole"].to_numpy(bool)


def joined_ends(
    streets: Network, line: LineString, joinable: Mask, tolerance_m: float, *, ends: tuple[bool, bool] = (True, True)
) -> tuple[LineString, list[Meeting]]:
    """The line led on from its ``ends`` (first, last) to the nearest joinable edge within a tolerance, and where that is."""
    coords = shapely.get_coordinates(line)
    found = [_nearest(streets, Point(coords[at]), joinable, tolerance_m) if ends[at] else None for at in (0, -1)]
    for at, meeting in zip((0, -1), found, strict=True):
        if meeting is not None:
            place = edge_index(streets).lines[meeting.edge].interpolate(meeting.share, normalized=True)
            if place.distance(Point(coords[at])) > _TOUCH_M:
                coords = np.insert(coords, 0 if at == 0 else len(coords), [place.x, place.y], axis=0)
    whole = LineString(coords)
    first, last = found
    meetings = [first] if first else []
    return whole, [*meetings, *([replace(last, at_m=whole.length)] if last else [])]


def _nearest(streets: Network, point: Point, joinable: Mask, tolerance_m: float) -> Meeting | None:
    index = edge_index(streets)
    near = np.sort(index.tree.query(point, predicate="dwithin", distance=tolerance_m))
    near = near[joinable[near]]
    if not len(near):
        return None
    edge = int(near[np.argmin(shapely.distance(index.lines[near], point))])
    return Meeting(0.0, edge, float(index.lines[edge].project(point, normalized=True)))


def crossings(streets: Network, line: LineString, joinable: Mask) -> list[Meeting]:
    """Where a line crosses or touches joinable edges; of a shared stretch its two ends."""
    index = edge_index(streets)
    touched = np.sort(index.tree.query(line, predicate="intersects"))
    return [
        Meeting(float(line.project(point)), int(edge), float(index.lines[edge].project(point, normalized=True)))
        for edge in touched[joinable[touched]]
        for point in _points(line.intersection(index.lines[edge]))
    ]


def _points(shape: shapely.Geometry) -> Iterator[Point]:
    for part in shapely.get_parts(shape):
        if isinstance(part, LineString):
            yield from (Point(part.coords[0]), Point(part.coords[-1]))
        else:
            yield part


def cut_road(streets: Network, line: LineString, meetings: Sequence[Meeting], step_m: float | None = None) -> CutRoad:
    """The line cut where it meets streets, and no stretch longer than ``step_m``; meetings within a metre are one."""
    lines = edge_index(streets).lines
    cuts: list[tuple[float, int]] = []
    splits: dict[int, dict[float, int]] = defaultdict(dict)
    fresh = len(streets.node_xy)
    for meeting in sorted(meetings, key=lambda m: (m.at_m, m.edge, m.share)):
        known = _end_node(streets, meeting, lines[meeting.edge].length)
        here = bool(cuts) and meeting.at_m - cuts[-1][0] <= SAME_PLACE_M
        if known is not None and (not cuts or (known != cuts[-1][1] and meeting.at_m - cuts[-1][0] > _CENTIMETRE)):
            cuts.append((meeting.at_m, known))
        elif known is None:
            if not here:
                cuts.append((meeting.at_m, fresh))
                fresh += 1
            if not any(abs(share - meeting.share) * lines[meeting.edge].length <= SAME_PLACE_M for share in splits[meeting.edge]):
                splits[meeting.edge][meeting.share] = cuts[-1][1]
    places = _with_steps(cuts, line.length, fresh, step_m)
    cuts_m, node = np.array([at for at, _ in places]), np.array([number for _, number in places], np.int32)
    return CutRoad(line, cuts_m, node, {edge: sorted(found.items()) for edge, found in sorted(splits.items())})


def _end_node(streets: Network, meeting: Meeting, length_m: float) -> int | None:
    """The node at the end of the edge at which a road meets it, None in between. Of copies made for turn bans the first node."""
    at_first = meeting.share * length_m <= SAME_PLACE_M
    if not at_first and (1 - meeting.share) * length_m > SAME_PLACE_M:
        return None
    edges = drawn(streets)
    arc = int(np.flatnonzero((edges.edge == meeting.edge) & passable(streets))[0])
    here = at_one_place(streets, int(edges.tail[arc] if edges.along[arc] == at_first else edges.head[arc]))
    return int(here[np.argmax(streets.node_id[here])])


def _with_steps(cuts: Sequence[tuple[float, int]], length_m: float, fresh: int, step_m: float | None) -> list[tuple[float, int]]:
    """The cuts, both ends and steps between them."""
    places = list(cuts)
    if not places or places[0][0] > SAME_PLACE_M:
        places.insert(0, (0.0, fresh))
        fresh += 1
    if places[-1][0] < length_m - SAME_PLACE_M:
        places.append((length_m, fresh))
        fresh += 1
    out = places[:1]
    for (start, _), end in pairwise(places):
        parts = max(1, int(np.ceil((end[0] - start) / step_m))) if step_m else 1
        out += [(start + (end[0] - start) * part / parts, fresh + part - 1) for part in range(1, parts)]
        fresh += parts - 1
        out.append(end)
    return out


def at_one_place(streets: Network, node: int) -> NDArray[np.intp]:
    """The node and all others within a centimetre of it."""
    return np.flatnonzero((np.abs(streets.node_xy - streets.node_xy[node]) < _CENTIMETRE).all(axis=1))
