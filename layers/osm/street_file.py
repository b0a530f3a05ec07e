"""Answers of an Overpass server as an .osm file: every way and node with every tag, the nodes in the order of the way.

osmnx's own ``io.save_graph_xml`` is not used. It sorts the nodes of a way anew (ways that cross themselves or leave the area come
out as other streets), writes oneway=no where nothing is tagged (roundabouts and motorways become two-way), and keeps oneway=-1
after it has turned the way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeGuard
from xml.sax.saxutils import quoteattr

from geo import PlanningDataError
from layers.osm.overpass import OTHERWISE, no_data

Things = dict[int, dict[str, Any]]
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ROOT = (
    '<osm version="0.6" generator="innoregion" attribution="https://www.openstreetmap.org/copyright"'
    ' license="https://opendatacommons.org/licenses/odbl/1-0/">'
)


def street_lines(answers: Iterable[dict[str, Any]], host: str) -> list[str]:
    """Lines of the file, sorted by id. Errors: E-FETCH-05 ways without their nodes or nonsense, E-FETCH-06 no ways."""
    nodes: Things = {}
    ways: Things = {}
    as_of = ""
    for answer in answers:
        for element in answer["elements"]:
            if _is_node(element):
                nodes[element["id"]] = element
            elif _is_way(element):
                ways[element["id"]] = element
            else:
                raise no_data(host, "the answer holds something that is no node or way.", str(element))
        as_of = as_of or _as_of(answer)
    if not ways:
        mend = f"check the area (west, south, east, north), or {OTHERWISE}"
        raise PlanningDataError("E-FETCH-06", "the server knows no street there.", file=host, seen=0, mend=mend)
    lost = [number for number, way in sorted(ways.items()) if not nodes.keys() >= set(way["nodes"])]
    if lost:
        raise no_data(host, f"the answer is partial: {len(lost)} ways lack nodes.", f"way {lost[0]}")
    return list(_lines(nodes, ways, as_of))


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """UTF-8, line by line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)


def _lines(nodes: Things, ways: Things, as_of: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield _ROOT
    if as_of:
        yield f"<meta osm_base={_quoted(as_of)}/>"
    for number, node in sorted(nodes.items()):
        place = f'lat="{node["lat"]:.7f}" lon="{node["lon"]:.7f}"'
        yield f'<node id="{number}" version="1" {place}>{_tags(node)}</node>'
    for number, way in sorted(ways.items()):
        points = "".join(f'<nd ref="{ref}"/>' for ref in way["nodes"])
        yield f'<way id="{number}" version="1">{points}{_tags(way)}</way>'
    yield "</osm>"


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


def _is_thing(element: Any, kind: str) -> TypeGuard[dict[str, Any]]:
    if not isinstance(element, dict) or element.get("type") != kind or type(element.get("id")) is not int:
        return False
    tags = element.get("tags", {})
    return isinstance(tags, dict) and all(isinstance(value, str) for value in tags.values())
