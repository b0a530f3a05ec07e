"""Lines that meet become a graph: crossings and loose ends are joined, long stretches get nodes to enter at."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points, substring

Place = tuple[str, float]  # a line and a position along it in metres


@dataclass(frozen=True)
class NodedLines:
    """The graph of lines that meet.

    ``node_xy`` float64 [nodes, 2] metres; ``edges`` one row a stretch between two nodes, in the direction of drawing:
    ``line_id``, ``tail``, ``head`` (node numbers), ``length_m``; ``shapes`` the LineString of every stretch.
    """

    node_xy: NDArray[np.float64]
    edges: pd.DataFrame
    shapes: NDArray[np.object_]


def node_lines(
    lines: Mapping[str, LineString],
    *,
    limited: Mapping[str, Sequence[str]] | None = None,
    tolerance_m: float,
    step_m: float,
) -> NodedLines:
    """The graph of ``lines`` (metric coordinates, by id).

    Lines join where they cross or touch, and where a line ends within ``tolerance_m`` of another. A line in ``limited`` joins
    only the lines it names (interchanges), at the place where the two come nearest, and not where that is farther than
    ``tolerance_m``. Every stretch is cut so that none is longer than ``step_m``. The result depends on ids and shapes alone, not
    on the order of ``lines``.
    """
    limited = limited or {}
    shapes = {name: lines[name] for name in sorted(lines)}
    free = [name for name in shapes if name not in limited]
    joins = [*_crossings(shapes, free), *_loose_ends(shapes, free, tolerance_m), *_interchanges(shapes, limited, tolerance_m)]
    cuts = {name: {0.0, shape.length} for name, shape in shapes.items()}
    for name, at in itertools.chain.from_iterable(joins):
        cuts[name].add(at)
    stops = {name: _steps(sorted(places), step_m) for name, places in cuts.items()}
    nodes = _merged([(name, at) for name, places in stops.items() for at in places], joins)
    return _graph(shapes, stops, nodes)


def _crossings(shapes: Mapping[str, LineString], names: Sequence[str]) -> Iterator[tuple[Place, Place]]:
    for one, other in itertools.combinations(names, 2):
        for point in _points(shapes[one].intersection(shapes[other])):
            yield (one, shapes[one].project(point)), (other, shapes[other].project(point))


def _points(shape: BaseGeometry) -> Iterator[Point]:
    """Points of an intersection; of a shared stretch its two ends."""
    for part in shapely.get_parts(shape):
        if part.is_empty:
            continue
        if isinstance(part, LineString):
            yield from (Point(part.coords[0]), Point(part.coords[-1]))
        else:
            yield part


def _loose_ends(shapes: Mapping[str, LineString], names: Sequence[str], tolerance_m: float) -> Iterator[tuple[Place, Place]]:
    for name in names:
        for at in (0.0, shapes[name].length):
            end = shapes[name].interpolate(at)
            for other in names:
                if other != name and 0 < shapes[other].distance(end) <= tolerance_m:
                    yield (name, at), (other, shapes[other].project(end))


def _interchanges(
    shapes: Mapping[str, LineString], limited: Mapping[str, Sequence[str]], tolerance_m: float
) -> Iterator[tuple[Place, Place]]:
    for name in sorted(set(limited) & set(shapes)):
        for other in sorted(set(limited[name]) & set(shapes)):
            here, there = nearest_points(shapes[name], shapes[other])
            if here.distance(there) > tolerance_m:
                continue
            yield (name, shapes[name].project(here)), (other, shapes[other].project(there))


def _steps(places: Sequence[float], step_m: float) -> list[float]:
    """The places and evenly spaced ones between them, so that no gap exceeds ``step_m``."""
    out = [places[0]]
    for start, end in itertools.pairwise(places):
        count = max(1, int(np.ceil((end - start) / step_m)))
        out += [start + (end - start) * part / count for part in range(1, count)] + [end]
    return out


def _merged(places: Sequence[Place], joins: Sequence[tuple[Place, Place]]) -> dict[Place, Place]:
    """Each place's representative: joined places share one (union-find, the smallest name wins)."""
    parent = {place: place for place in places}

    def root(place: Place) -> Place:
        while parent[place] != place:
            place = parent[place]
        return place

    for one, other in joins:
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    return {place: root(place) for place in places}


def _graph(shapes: Mapping[str, LineString], stops: Mapping[str, Sequence[float]], nodes: Mapping[Place, Place]) -> NodedLines:
    number = {place: count for count, place in enumerate(sorted(set(nodes.values())))}
    rows, pieces = [], []
    for name, places in stops.items():
        for start, end in itertools.pairwise(places):
            tail, head = number[nodes[name, start]], number[nodes[name, end]]
            if tail != head:
                rows.append((name, tail, head, end - start))
                pieces.append(substring(shapes[name], start, end))
    xy = np.array([shapes[name].interpolate(at).coords[0] for name, at in number])
    edges = pd.DataFrame(rows, columns=["line_id", "tail", "head", "length_m"])
    return NodedLines(xy, edges, np.array(pieces, dtype=object))
