"""The table of tags: which tags of OpenStreetMap become which layer (``data/osm_layers.toml``), ready for matching."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import pandas as pd

from geo import PlanningDataError, nearest_names, plain_name
from layers._files import parameters
from layers.register import COMMON, entries

Drawn: TypeAlias = Literal["line", "area", "point"]
Get: TypeAlias = Callable[[str], str | None]  # the value of a tag of one thing
Tags: TypeAlias = dict[str, bool | str | list[str]]  # what osmnx asks for
ANY = "*"


@dataclass(frozen=True)
class Rule:
    """Tags that make a thing one of a layer: the first is ``key`` = ``value`` (or any), ``others`` must fit besides.

    ``kind``: "*" the value of the first tag, "" is no thing of the layer. ``words``: the plain name holds one of them.
    ``columns``: further columns of the layer. ``place``: position in the layer's list, the first that fits wins.
    """

    place: int
    key: str
    value: str
    others: tuple[tuple[str, str], ...]
    words: tuple[str, ...]
    kind: str
    columns: Mapping[str, str]

    def fits(self, get: Get) -> bool:
        """Whether the other tags fit as well."""
        for key, value in self.others:
            found = get(key)
            if (found or "") != value and not (value == ANY and found):
                return False
        return not self.words or any(word in plain_name(get("name") or "") for word in self.words)

    @property
    def tags(self) -> str:
        """The tags as the table writes them."""
        parts = [f"{self.key}={self.value}", *(f"{key}={value}" for key, value in self.others)]
        return " & ".join([*parts, *([f"name~{'|'.join(self.words)}"] if self.words else [])])


@dataclass(frozen=True)
class OsmLayer:
    """One layer of the table. ``columns``: name → tag it is read from, "" where it is computed or set by a rule."""

    name: str
    title_vi: str
    title_en: str
    drawn: Drawn
    group: str
    columns: Mapping[str, str]
    rules: tuple[Rule, ...]

    @property
    def catalogued(self) -> bool:
        """Whether the catalogue has a layer of this name, whose columns it then has."""
        return self.name in entries()


@cache
def osm_table() -> Mapping[str, OsmLayer]:
    """All layers of the table, in its order."""
    raw = parameters("osm_layers")["layers"]
    return MappingProxyType({name: _layer(name, about) for name, about in raw.items()})


def column_facts() -> dict[str, tuple[str, str]]:
    """Name → (unit, meaning) of the columns that are not in the catalogue."""
    return {name: (unit, meaning) for name, (unit, meaning) in parameters("osm_layers")["columns"].items()}


@cache
def accuracy_m() -> float:
    """Honest one-sigma error of a place in OpenStreetMap, in metres: a planning estimate."""
    return float(parameters("osm_layers")["accuracy"]["accuracy_m"])


@cache
def list_keys() -> frozenset[str]:
    """Keys whose value may be a list, of which the first counts."""
    return frozenset(parameters("osm_layers")["keys"]["lists"])


def asked(layers: str | Sequence[str] | None) -> list[OsmLayer]:
    """The layers of these names or groups ("all", "pois" ...), in the table's order; all if None. Errors: E-OSM-10."""
    table = osm_table()
    names = {layers} if isinstance(layers, str) else set(layers or ["all"])
    groups = {"all", *(one.group for one in table.values())}
    if unknown := sorted(names - groups - table.keys()):
        mend = nearest_names(unknown[0], {*table, *groups})
        raise PlanningDataError("E-OSM-10", "there is no such layer or group of layers.", seen=unknown[0], mend=mend)
    return [one for one in table.values() if names & {"all", one.group, one.name}]


def osm_tags() -> pd.DataFrame:
    """The table of tags: one row a rule, index ``rule``: layer, drawn (line, area, point), group, tags, kind, columns it sets.

    The first rule of a layer that fits wins; a rule with an empty kind keeps a thing out of the layer. The same table makes the
    layers of a file (`osm_layers`) and the questions to a server (`fetch_layers`).
    """
    rows = [
        {
            "layer": one.name,
            "group": one.group,
            "drawn": one.drawn,
            "tags": rule.tags,
            "kind": rule.kind,
            "sets": ", ".join(f"{name}={value}" for name, value in rule.columns.items()),
        }
        for one in osm_table().values()
        for rule in one.rules
    ]
    return pd.DataFrame(rows).rename_axis("rule")


def questions(layers: Sequence[OsmLayer]) -> Tags:
    """Key → values, or True for any: the first tags of the rules, as osmnx wants them, keys and values sorted."""
    found: dict[str, set[str]] = {}
    for rule in (rule for one in layers for rule in one.rules if rule.kind):
        key, value = _most_telling(rule)
        found.setdefault(key, set()).add(value)
    return {key: True if ANY in values or key in list_keys() else sorted(values) for key, values in sorted(found.items())}


def _most_telling(rule: Rule) -> tuple[str, str]:
    """A boundary of level 4 to 10 is asked for by its level: the outline of the whole country would come with it else."""
    levels = [pair for pair in rule.others if pair[0] == "admin_level"]
    return levels[0] if levels else (rule.key, rule.value)


def _layer(name: str, about: Mapping[str, Any]) -> OsmLayer:
    rules = tuple(_rule(place, *rule) for place, rule in enumerate(about["rules"]))
    told = {key: about[key] for key in ("title_vi", "title_en", "drawn", "group")}
    return OsmLayer(name, columns=_columns(name, about["columns"], rules), rules=rules, **told)


def _columns(name: str, told: Mapping[str, str], rules: Sequence[Rule]) -> dict[str, str]:
    """Columns of the layer in the frame's order: those common to all, the catalogue's, the table's own."""
    own = entries()[name].columns if name in entries() else dict.fromkeys(COMMON)
    added = dict.fromkeys(column for rule in rules for column in rule.columns)
    order = dict.fromkeys([*own, "kind", *told, *added])
    return {column: told.get(column, "") for column in order}


def _rule(place: int, tags: str, kind: str, columns: Mapping[str, str] | None = None) -> Rule:
    parts = tags.split(" & ")
    pairs = [part.split("=", 1) for part in parts if "~" not in part]
    words = tuple(word for part in parts if "~" in part for word in part.split("~", 1)[1].split("|"))
    (key, value), *others = [(key, value) for key, value in pairs]
    return Rule(place, key, value, tuple(others), words, kind, dict(columns or {}))
