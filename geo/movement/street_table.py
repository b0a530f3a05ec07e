"""`StreetTable`: the documented defaults of an import (who may use which street, and how fast), read from data/speeds.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geo.errors import PlanningDataError
from geo.reading.toml_text import parsed_toml, toml_bytes

MODES = ("bicycle", "car", "motorbike", "truck", "walk")
_DEFAULT = Path(__file__).parent / "data" / "speeds.toml"


@dataclass(frozen=True)
class StreetClass:
    """Default of one highway class: its ``modes``; ``area`` builtup or outside; ``kmh`` assumed instead of the limit."""

    modes: frozenset[str]
    area: str
    kmh: float | None


@dataclass(frozen=True, eq=False)
class StreetTable:
    """See data/speeds.toml for the meaning and the source of every field."""

    source: Mapping[str, str]
    limits: Mapping[str, Mapping[str, tuple[float, float]]]
    highest: Mapping[str, float]
    access: Mapping[str, tuple[str, ...]]
    granted: frozenset[str]
    refused: frozenset[str]
    barriers: Mapping[str, frozenset[str]]
    classes: Mapping[str, StreetClass]


def street_table(path: str | Path | None = None) -> StreetTable:
    """The table of a TOML file, or the package's own. Errors: E-OSM-09 names what is missing or unknown."""
    return _read(Path(path) if path else _DEFAULT)


@cache
def _read(path: Path) -> StreetTable:
    try:
        raw = parsed_toml(toml_bytes(path).decode("utf-8"))
        table = StreetTable(
            source=dict(raw["source"]),
            limits={
                mode: {area: (float(low), float(high)) for area, (low, high) in rows.items()}
                for mode, rows in raw["limits"].items()
            },
            highest={mode: float(raw["highest"][mode]) for mode in MODES},
            access={mode: tuple(raw["access"][mode]) for mode in MODES},
            granted=frozenset(raw["access_values"]["granted"]),
            refused=frozenset(raw["access_values"]["refused"]),
            barriers={kind: frozenset(modes) for kind, modes in raw["barriers"].items()},
            classes={name: StreetClass(frozenset(c["modes"]), c["area"], c.get("kmh")) for name, c in raw["classes"].items()},
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as problem:
        mend = "start from a copy of the table that comes with the package (geo/movement/data/speeds.toml)."
        raise PlanningDataError(
            "E-OSM-09", "the table of streets can not be used.", file=path, seen=str(problem), mend=mend
        ) from None
    unknown = set().union(*(c.modes for c in table.classes.values()), *table.barriers.values()) - set(MODES)
    if unknown:
        mend = f"known modes: {', '.join(MODES)}."
        raise PlanningDataError("E-OSM-09", "the table names an unknown mode.", file=path, seen=sorted(unknown), mend=mend)
    return table
