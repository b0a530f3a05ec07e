"""Answers of an Overpass server as an .osm file: every thing with every tag, the nodes in the order of the way.

osmnx's own ``io.save_graph_xml`` is not used. It sorts the nodes of a way anew (ways that cross themselves or leave the area come
out as other streets), writes oneway=no where nothing is tagged (roundabouts and motorways become two-way), and keeps oneway=-1
after it has turned the way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard
from xml.sax.saxutils import quoteattr

from geo import PlanningDataError
from layers.osm.overpass import OTHERWISE, no_data

Things = dict[int, dict[str, Any]]
MEMBERS = frozenset({"node", "way", "relation"})
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ROOT = (
    '<osm version="0.6" generator="innoregion" attribution="https://www.openstreetmap.org/copyright"'
    ' license="https://opendatacommons.org/licenses/odbl/1-0/">'
)


@dataclass(frozen=True)
class Told:
    """Things by their ids, each once; ``as_of`` the oldest date of the answers (ISO 8601), empty if untold."""

    nodes: Things
    ways: Things
    relations: Things
    as_of: str

    def __len__(self) -> int:
        return len(self.nodes) + len(self.ways) + len(self.relations)


def told_by(answers: Iterable[dict[str, Any]], host: str) -> Told:
    """What all answers tell together; where they differ, the youngest. Errors: E-FETCH-05 nonsense, ways without their nodes."""
    nodes: Things = {}
    ways: Things = {}
    relations: Things = {}
    dated = sorted(answers, key=_as_of)
    for answer in dated:
        for element in answer["elements"]:
            if _is_node(element):
                nodes[element["id"]] = element
            elif _is_way(element):
                ways[element["id"]] = element
            elif _is_relation(element):
                relations[element["id"]] = element
            else:
                raise no_data(host, "the answer holds something that is no node, way or relation.", str(element))
    lost = [number for number, way in sorted(ways.items()) if not nodes.keys() >= set(way["nodes"])]
    if lost:
        raise no_data(host, f"the answer is partial: {len(lost)} ways lack nodes.", f"way {lost[0]}")
    return Told(nodes, ways, relations, next(filter(None, map(_as_of, dated)), ""))


def street_lines(answers: Iterable[dict[str, Any]], host: str) -> list[str]:
    """Lines of the file, sorted by id. Errors: those of `told_by`, E-FETCH-06 no ways."""
    told = told_by(answers, host)
    if not told.ways:
        mend = f"check the area (west, south, east, north), or {OTHERWISE}"
        raise PlanningDataError("E-FETCH-06", "the server knows no street there.", file=host, seen=0, mend=mend)
    return list(osm_lines(told))


def osm_lines(told: Told) -> Iterator[str]:
    """Lines of the .osm file, sorted by kind and id: same things, same bytes."""
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield _ROOT
    if told.as_of:
        yield f"<meta osm_base={_quoted(told.as_of)}/>"
    for number, node in sorted(told.nodes.items()):
        place = f'lat="{node["lat"]:.7f}" lon="{node["lon"]:.7f}"'
        yield f'<node id="{number}" version="1" {place}>{_tags(node)}</node>'
    for number, way in sorted(told.ways.items()):
        points = "".join(f'<nd ref="{ref}"/>' for ref in way["nodes"])
        yield f'<way id="{number}" version="1">{points}{_tags(way)}</way>'
    for number, relation in sorted(told.relations.items()):
        members = "".join(map(_member, relation["members"]))
        yield f'<relation id="{number}" version="1">{members}{_tags(relation)}</relation>'
    yield "</osm>"


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """UTF-8, line by line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)


def _member(one: dict[str, Any]) -> str:
    return f'<member type="{one["type"]}" ref="{one["ref"]}" role={_quoted(one.get("role", ""))}/>'


def _tags(thing: dict[str, Any]) -> str:
    return "".join(f"<tag k={_quoted(key)} v={_quoted(value)}/>" for key, value in sorted(thing.get("tags", {}).items()))


def _quoted(text: str) -> str:
    return quoteattr(_NOT_IN_XML.sub(" ", text))


def _as_of(answer: dict[str, Any]) -> str:
    base = answer.get("osm3s")
    return str(base.get("timestamp_osm_base", "")) if isinstance(base, dict) else ""


def _is_node(element: Any) -> bool:
    return (
        _is_thing(element, "node")
        and all(isinstance(element.get(key), int | float) for key in ("lat", "lon"))
        and abs(element["lat"]) <= 90  # noqa: PLR2004 - the pole; false for NaN as well
        and abs(element["lon"]) <= 180  # noqa: PLR2004
    )


def _is_way(element: Any) -> bool:
    return (
        _is_thing(element, "way") and isinstance(element.get("nodes"), list) and all(type(ref) is int for ref in element["nodes"])
    )


def _is_relation(element: Any) -> bool:
    if not _is_thing(element, "relation") or not isinstance(element.get("members"), list):
        return False
    return all(map(_is_member, element["members"]))


def _is_member(one: Any) -> bool:
    known = isinstance(one, dict) and one.get("type") in MEMBERS and type(one.get("ref")) is int
    return known and isinstance(one.get("role", ""), str)


def _is_thing(element: Any, kind: str) -> TypeGuard[dict[str, Any]]:
    if not isinstance(element, dict) or element.get("type") != kind or type(element.get("id")) is not int:
        return False
    tags = element.get("tags", {})
    return isinstance(tags, dict) and all(isinstance(value, str) for value in tags.values())
