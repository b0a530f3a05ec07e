"""What the tags of an OpenStreetMap way say: speed, direction, access. Every doubt leaves a note."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from geo.movement.street_table import MODES, StreetTable

Tags = Mapping[str, str]
KMH_OF = {"": 1.0, "kmh": 1.0, "km/h": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852, "knot": 1.852}
SLOWEST_KMH, FASTEST_KMH = 1.0, 130.0
WALKING_PACE_KMH = 5.0
YES = {"yes", "true", "1"}
REVERSE = {"-1", "reverse"}
SWITCHING = {"reversible", "alternating"}
DEFAULT_SPEED = "default speed"
TELLING = (  # beginnings of the keys read here
    "access", "bicycle", "cycleway", "dual_carriageway", "foot", "hgv", "highway", "junction", "lanes", "maxspeed", "motor",
    "oneway", "route", "source:maxspeed", "vehicle", "zone:traffic",
)  # fmt: skip


@dataclass(frozen=True)
class Speed:
    """A sign as read: ``kmh``, or the ``area`` ("builtup", "outside") whose limit holds, or neither; ``notes`` for the report."""

    kmh: float | None = None
    area: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Profile:
    """How the modes use a way: km/h ``forward`` and ``backward`` by mode (0 = closed), in the order of `MODES`."""

    forward: tuple[float, ...]
    backward: tuple[float, ...]
    notes: tuple[str, ...]


def read_speed(text: str) -> Speed:
    """The value of a maxspeed tag. Lists give the slowest, units are honoured, what can not be read says so in its notes."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    notes = []
    if "@" in plain:
        plain = plain.split("@")[0].strip()
        notes.append("conditional maxspeed read without its condition")
    if plain.startswith("~"):
        plain = plain.lstrip("~ ")
        notes.append("approximate maxspeed")
    parts = [part.strip(" []'\"") for part in re.split(r"[;|,]", plain) if part.strip(" []'\"")]
    if len(parts) > 1:
        notes.append("several maxspeeds, slowest taken")
    read = [_one_speed(part) for part in parts]
    speeds = [speed.kmh for speed in read if speed.kmh is not None]
    areas = [speed.area for speed in read if speed.area]
    extra = [note for speed in read for note in speed.notes]
    return Speed(min(speeds, default=None), areas[0] if areas else None, tuple(dict.fromkeys(notes + extra)))


def _one_speed(text: str) -> Speed:
    if named := re.fullmatch(r"(?:[a-z]{2}:)?(urban|rural|trunk|motorway|nsl_.*)", text):
        return Speed(area="builtup" if named[1] == "urban" else "outside")
    if text == "walk" or text.endswith((":walk", ":living_street")):
        return Speed(WALKING_PACE_KMH)
    if text == "none":
        return Speed(FASTEST_KMH, notes=("maxspeed without limit capped",))
    number = re.fullmatch(r"(?:[a-z]{2}:zone:?|[a-z]{2}:)?([+-]?\d+(?:\.\d+)?)\s*([a-z/]*)", text)
    if number is None or number[2] not in KMH_OF:
        return Speed(notes=("maxspeed not readable",))
    kmh = float(number[1]) * KMH_OF[number[2]]
    if kmh > FASTEST_KMH:
        return Speed(FASTEST_KMH, notes=(f"maxspeed above {FASTEST_KMH:g} km/h capped",))
    return Speed(kmh) if kmh >= SLOWEST_KMH else Speed(notes=("maxspeed not above 0",))


def directions(tags: Tags, mode: str) -> tuple[bool, bool]:
    """Whether ``mode`` may go along the way as drawn, and against it. Motorways, their links and roundabouts are one-way unless
    tagged otherwise; reversible and alternating ways are closed to vehicles, for their direction depends on the hour.
    """
    if mode == "walk":
        value = tags.get("oneway:foot", "no").casefold()
    else:
        specific = {"bicycle": "bicycle", "motorbike": "motorcycle", "car": "motorcar", "truck": "hgv"}[mode]
        implied = "yes" if _implies_oneway(tags) else "no"
        general = tags.get("oneway", implied)
        if mode == "bicycle" and tags.get("cycleway", "").casefold().startswith("opposite"):
            general = "no"
        value = tags.get(f"oneway:{specific}", general).strip().casefold()
    if value in SWITCHING:
        return False, False
    return value not in REVERSE, value not in YES


def _implies_oneway(tags: Tags) -> bool:
    return tags.get("highway") in {"motorway", "motorway_link"} or tags.get("junction") in {"roundabout", "circular"}


def allowed(tags: Tags, mode: str, default: bool, table: StreetTable) -> bool:
    """Whether access tags let ``mode`` pass: the most specific tag decides; ``access=yes`` opens no way its class closes."""
    open_to_mode = default
    for i, key in enumerate(table.access[mode]):
        value = tags.get(key, "").strip().casefold()
        if value in table.refused:
            open_to_mode = False
        elif value in table.granted:
            open_to_mode = open_to_mode or default or i > 0
    return open_to_mode


def stopped_at(tags: Tags, table: StreetTable) -> frozenset[str]:
    """Modes that can not pass a node with these tags (barrier=…)."""
    kind = tags.get("barrier")
    if kind is None:
        return frozenset()
    shut = table.barriers.get(kind.casefold(), frozenset())
    return frozenset(mode for mode in MODES if not allowed(tags, mode, mode not in shut, table))


def profile(tags: Tags, table: StreetTable) -> Profile | None:
    """How every mode uses the way; None if the way is no street or ferry of the table."""
    name = "ferry" if tags.get("route") == "ferry" else tags.get("highway", "")
    street = table.classes.get(name)
    if street is None:
        return None
    notes: list[str] = []
    if tags.get("oneway", "").strip().casefold() in SWITCHING:
        notes.append("reversible way closed to vehicles")
    if any(key.endswith(":conditional") for key in tags):
        notes.append("conditional tag not used")
    ways = {}
    for mode in MODES:
        barred = mode in {"walk", "bicycle", "motorbike"} and tags.get("motorroad") == "yes"
        along, against = directions(tags, mode)
        if not allowed(tags, mode, mode in street.modes and not barred, table):
            along = against = False
        ways[mode] = tuple(
            _kmh(tags, mode, name, side, table, notes) if is_open else 0.0
            for side, is_open in (("forward", along), ("backward", against))
        )
    return Profile(tuple(ways[m][0] for m in MODES), tuple(ways[m][1] for m in MODES), tuple(dict.fromkeys(notes)))


def _kmh(tags: Tags, mode: str, name: str, side: str, table: StreetTable, notes: list[str]) -> float:
    """Speed of one mode in one direction: the sign, else the table; never above what the mode may drive."""
    highest = table.highest[mode]
    street = table.classes[name]
    if name == "ferry":
        return street.kmh or highest
    if mode in {"walk", "bicycle"}:
        return highest
    vehicle = {"motorbike": "motorcycle", "truck": "hgv"}.get(mode, "motorcar")
    area = None
    for key in (f"maxspeed:{vehicle}", f"maxspeed:{side}", "maxspeed", "maxspeed:type", "source:maxspeed", "zone:traffic"):
        if key in tags:
            speed = read_speed(tags[key])
            notes.extend(note for note in speed.notes if key.startswith("maxspeed") and key != "maxspeed:type")
            area = area or speed.area
            if speed.kmh is not None and key.startswith("maxspeed"):
                return min(speed.kmh, highest)
    notes.append(DEFAULT_SPEED)
    if street.kmh is not None and area is None:
        return min(street.kmh, highest)
    return min(table.limits[mode][area or street.area][_divided(tags)], highest)


def _divided(tags: Tags) -> bool:
    lanes = tags.get("lanes", "")
    two_lanes = lanes.isdigit() and int(lanes) > 1
    return tags.get("dual_carriageway") == "yes" or (two_lanes and tags.get("oneway", "").casefold() in YES | REVERSE)


def minutes_of(text: str) -> float | None:
    """Minutes of a duration tag ("15", "1:30", "00:20:00", "PT20M"); None if it can not be read."""
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    if iso := re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", plain):
        hours, minutes, seconds = (float(part or 0) for part in iso.groups())
    elif clock := re.fullmatch(r"(?:(\d+):)?(\d+)(?::(\d\d))?", plain):
        hours, minutes, seconds = (float(part or 0) for part in clock.groups())
    else:
        return None
    return (hours * 60 + minutes + seconds / 60) or None
