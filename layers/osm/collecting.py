"""What a pass over the file leaves: for each layer the ids, shapes and tags of its things, and which outlines are missing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from layers.osm.table import ANY, Drawn, Get, OsmLayer, Rule, list_keys

NODE, WAY, RELATION = range(3)
KINDS = ("node", "way", "relation")
NAMES = ("name", "name:vi", "name:en", "int_name")  # without the first there are no others
AREA_RELATIONS = ("multipolygon", "boundary")
_NAMELESS = [None] * len(NAMES)
Heads: TypeAlias = list[tuple[str, dict[str, list[tuple[int, Rule]]]]]  # key → value → rules, each with the number of its layer


@dataclass
class Found:
    """Things of one layer in the file's order.

    ``shape``: row in `Collector.wkb`; ``told``: the values of `NAMES` and ``keys``, thing after thing; ``tags``: JSON if wanted.
    """

    layer: OsmLayer
    keys: tuple[str, ...]
    shape: list[int] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    told: list[str | None] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


class Collector:
    """Takes the things of a file one by one (`take`) and sorts them into the layers wanted.

    ``of``, ``number``, ``wkb``: kind (node 0, way 1, relation 2), id and hexadecimal WKB of every shape kept, degrees.
    ``outlines``: closed ways and multipolygons that should have become areas; those in ``drawn`` did.
    """

    def __init__(self, layers: Sequence[OsmLayer], *, tags: bool) -> None:
        import osmium  # noqa: PLC0415 - heavy

        self.found = [Found(layer, _keys(layer)) for layer in layers]
        self.of: list[int] = []
        self.number: list[int] = []
        self.wkb: list[str] = []
        self.outlines: set[tuple[int, int]] = set()
        self.drawn: set[tuple[int, int]] = set()
        self.gaps: list[int] = []  # ways with points that are not in the file
        self.lost_points = 0
        self._with_tags = tags
        self._factory = osmium.geom.WKBFactory()
        self._no_line = (RuntimeError, osmium.InvalidLocationError)
        self._all_nodes = osmium.geom.use_nodes.ALL
        self._lines = _heads(layers, ("line",))
        self._areas = _heads(layers, ("area", "point"))
        self._points = _heads(layers, ("point",))

    @property
    def keys(self) -> set[str]:
        """Keys by which things are told apart."""
        return {key for heads in (self._lines, self._points) for key, _ in heads}

    @property
    def area_keys(self) -> set[str]:
        """Keys that make a closed way or a multipolygon an area of some layer."""
        return {key for key, _ in self._areas}

    def take(self, thing: Any) -> None:
        """A node, way, relation or area of osmium."""
        if thing.is_way():
            self._take_way(thing)
        elif thing.is_area():
            self._take_area(thing)
        elif thing.is_node():
            matched = _match(thing.tags.get, self._points)
            if matched and thing.location.valid():
                self._keep(thing, NODE, thing.id, self._factory.create_point(thing), matched)
        elif self._areas and thing.tags.get("type") in AREA_RELATIONS and _match(thing.tags.get, self._areas):
            self.outlines.add((RELATION, thing.id))

    def _take_way(self, way: Any) -> None:
        get = way.tags.get
        matched = _match(get, self._lines)
        if matched:
            try:
                shape = self._factory.create_linestring(way, self._all_nodes)
            except self._no_line:  # one point, or points without a place
                shape = self._with_gaps(way)
            if shape:
                self._keep(way, WAY, way.id, shape, matched)
        elif self._areas and _match(get, self._areas):
            self.outlines.add((WAY, way.id))

    def _with_gaps(self, way: Any) -> str:
        """The stretches between points that are not in the file; nothing is drawn across a gap."""
        import shapely  # noqa: PLC0415 - rarely needed here

        runs: list[list[tuple[float, float]]] = [[]]
        for node in way.nodes:
            if node.location.valid():
                runs[-1].append((node.location.lon, node.location.lat))
            else:
                self.lost_points += 1
                runs.append([])
        if len(runs) > 1:
            self.gaps.append(way.id)
        lines = [shapely.LineString(run) for run in runs if len(run) > 1]
        return str(shapely.to_wkb(lines[0] if len(lines) == 1 else shapely.MultiLineString(lines), hex=True)) if lines else ""

    def _take_area(self, area: Any) -> None:
        matched = _match(area.tags.get, self._areas)
        if matched and area.num_rings()[0]:
            of, number = (WAY if area.from_way() else RELATION), area.orig_id()
            self.drawn.add((of, number))
            self._keep(area, of, number, self._factory.create_multipolygon(area), matched)

    def _keep(self, thing: Any, of: int, number: int, shape: str, matched: dict[int, Rule]) -> None:
        get = thing.tags.get
        text = json.dumps(dict(sorted(thing.tags)), ensure_ascii=False) if self._with_tags else ""
        for layer, rule in matched.items():
            if not rule.kind:
                continue
            found = self.found[layer]
            found.shape.append(len(self.wkb))
            found.rules.append(rule)
            name = get(NAMES[0])
            names = [name, *map(get, NAMES[1:])] if name else _NAMELESS
            found.told += names
            found.told += map(get, found.keys)
            if text:
                found.tags.append(text)
        self.of.append(of)
        self.number.append(number)
        self.wkb.append(shape)


def _keys(layer: OsmLayer) -> tuple[str, ...]:
    """Tags besides the names that the layer's columns are read from: those that a rule takes its kind from, then the columns'."""
    heads = (rule.key for rule in layer.rules if rule.kind == ANY)
    return tuple(dict.fromkeys([*heads, *filter(None, layer.columns.values())]))


def _heads(layers: Sequence[OsmLayer], drawn: Iterable[Drawn]) -> Heads:
    """Rules by their first key and value; those for any value stand under each value too, in the layer's order."""
    rules = [(number, rule) for number, layer in enumerate(layers) if layer.drawn in drawn for rule in layer.rules]
    heads: Heads = []
    for key in dict.fromkeys(rule.key for _, rule in rules):
        mine = [pair for pair in rules if pair[1].key == key]
        values = dict.fromkeys([*(rule.value for _, rule in mine), ANY])
        heads.append((key, {value: [pair for pair in mine if pair[1].value in {value, ANY}] for value in values}))
    return heads


def _match(get: Get, heads: Heads) -> dict[int, Rule]:
    """The rule that fits, by number of the layer; of a list ("a;b") the first counts."""
    found: dict[int, Rule] = {}
    for key, by_value in heads:
        value = get(key)
        if value is None:
            continue
        rules = by_value.get(value)
        if rules is None:
            rules = by_value.get(value.split(";")[0].strip()) if ";" in value and key in list_keys() else None
        for layer, rule in by_value[ANY] if rules is None else rules:
            best = found.get(layer)
            if (best is None or rule.place < best.place) and rule.fits(get):
                found[layer] = rule
    return found
