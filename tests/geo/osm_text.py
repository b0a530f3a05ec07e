"""OpenStreetMap files written as a few readable lines, for tests.

Node ``rc`` of the grid stands in row r and column c, 0.001 degrees apart, from 106.600° E, 11.100° N: about 109.2 m by 110.6 m.
Lines: ``node 12 barrier=bollard``, ``way 7 11 12 13 highway=residential``, ``ban 3 from=7 via=12 to=8 restriction=no_left_turn``,
over ways ``via=w7,w9``, ``area 5 outer=w1,w2 inner=w3 landuse=forest``. A space in a value is ``_~``.
"""

from pathlib import Path
from xml.sax.saxutils import quoteattr

NORTH_M, EAST_M = 110.61, 109.26


def write_osm(path: Path, text: str, *, without: tuple[int, ...] = ()) -> Path:
    """An .osm file of these lines; nodes ``without`` are left out though ways use them."""
    nodes: dict[int, list[str]] = {}
    others = []
    for line in filter(None, map(str.strip, text.splitlines())):
        kind, number, *rest = line.split()
        tags = [word for word in rest if "=" in word]
        if kind == "node":
            nodes.setdefault(int(number), []).extend(tags)
        elif kind == "way":
            refs = [int(word) for word in rest if "=" not in word]
            for ref in refs:
                nodes.setdefault(ref, [])
            points = "".join(f'<nd ref="{ref}"/>' for ref in refs)
            others.append(f'<way id="{number}" version="1">{points}{_tags(tags)}</way>')
        elif kind == "area":
            members = [word for word in tags if word.startswith(("outer=", "inner="))]
            facts = ["type=multipolygon", *(word for word in tags if word not in members)]
            inside = "".join(_member(*word.split("=")) for word in members)
            others.append(f'<relation id="{number}" version="1">{inside}{_tags(facts)}</relation>')
        else:
            members, facts = tags[:3], [*tags[3:], "type=restriction"]
            inside = "".join(_member(*word.split("=")) for word in members)
            others.append(f'<relation id="{number}" version="1">{inside}{_tags(facts)}</relation>')
    placed = [_node(ref, tags) for ref, tags in sorted(nodes.items()) if ref not in without]
    path.write_text(f'<osm version="0.6">{"".join([*placed, *others])}</osm>', encoding="utf-8")
    return path


def _node(ref: int, tags: list[str]) -> str:
    row, column = divmod(ref, 10)
    return f'<node id="{ref}" version="1" lon="{106.6 + column / 1000:.4f}" lat="{11.1 + row / 1000:.4f}">{_tags(tags)}</node>'


def _member(role: str, ref: str) -> str:
    kind = "node" if role == "via" and not ref.startswith("w") else "way"
    return "".join(f'<member type="{kind}" ref="{one.removeprefix("w")}" role="{role}"/>' for one in ref.split(","))


def _tags(words: list[str]) -> str:
    pairs = (word.split("=", 1) for word in words)
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value.replace('_~', ' '))}/>" for key, value in pairs)
