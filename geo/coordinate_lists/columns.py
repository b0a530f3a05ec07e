"""Which columns of a sheet hold coordinates: told by magnitude, for headers call the northing X in one list and Y in the next."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from geo.coordinate_lists.cells import Value
from geo.reading.numbers import readings
from geo.vietnamese import plain_name

NORTHINGS = (850_000.0, 2_700_000.0)  # metres, from Ca Mau to Ha Giang
EASTINGS = (150_000.0, 850_000.0)
_LATITUDES, _LONGITUDES = (8.0, 24.0), (102.0, 110.0)
_DMS = re.compile(r"(\d{1,3})\s*[°ºo]\s*(\d{1,2})\s*['’′´]\s*(\d{1,2}(?:[.,]\d+)?)\s*(?:\"|”|″|''|’’)?\s*[NEBĐ]?", re.IGNORECASE)
_FINE = 1e-4  # of a hundredth of a degree: two decimals are a kilometre, no coordinate
_POINTS = re.compile(r"(?:s?tt|so tt|so thu tu|(?:(?:so hieu|ten|so|ma|ky hieu) )*(?:diem|moc|dinh|point|id)\b.*)")
_PARCELS = re.compile(
    r"(?:(?:so hieu|ten|so|ma|ky hieu) )*(?:thua|lo|o|khu|manh|parcel|plot|lot)(?: dat)?(?: (?:so|id|no|name))?"
)
_AREAS = re.compile(r"(?:dien tich|area)\b.*")
_HEAD_ROWS, _TITLE = 60, 40

Kind = Literal["metres", "degrees"]


@dataclass(frozen=True)
class Columns:
    """One block of columns: where northing (or latitude) and easting (longitude) stand, numbers of points, names and areas of
    parcels. It spans ``first`` to ``last``; ``area_unit`` is what the header of the areas says ("" where nothing).
    """

    north: int
    east: int
    point: int | None
    parcel: int | None
    area: int | None
    area_unit: str
    first: int
    last: int
    kind: Kind


def degrees_of(value: Value) -> float | None:
    """Degrees of 106°40'45.5, with its mark of seconds, or of a number with more than two decimals; None for anything else."""
    if isinstance(value, str) and (found := _DMS.fullmatch(value.strip())):
        minutes, seconds = int(found[2]), float(found[3].replace(",", "."))
        return int(found[1]) + minutes / 60 + seconds / 3600 if minutes < 60 and seconds < 60 else None  # noqa: PLR2004
    number = next(iter(readings(value)), None)
    return number if number is not None and abs(number * 100 - round(number * 100)) > _FINE else None


def coordinate_of(value: Value, kind: Kind, axis: Literal["north", "east"]) -> float | None:
    """The cell as a coordinate of Vietnam, None where it is none."""
    if kind == "metres":
        low, high = NORTHINGS if axis == "north" else EASTINGS
        return next((number for number in readings(value) if low <= number <= high), None)
    low, high = _LATITUDES if axis == "north" else _LONGITUDES
    number = degrees_of(value)
    return number if number is not None and low <= number <= high else None


def find_columns(rows: list[list[Value]]) -> list[Columns]:
    """The blocks of columns, from left to right: several where a list goes on beside itself."""
    kinds: tuple[Kind, ...] = ("metres", "degrees")
    for kind in kinds:
        found = _pairs(rows, kind)
        if found:
            return found
    return []


def _pairs(rows: list[list[Value]], kind: Kind) -> list[Columns]:
    counts: dict[str, Counter[int]] = {"north": Counter(), "east": Counter()}
    for row in rows:
        norths = [at for at, value in enumerate(row) if coordinate_of(value, kind, "north") is not None]
        easts = [at for at, value in enumerate(row) if coordinate_of(value, kind, "east") is not None]
        if norths and easts:
            counts["north"].update(norths)
            counts["east"].update(easts)
    most = max(counts["north"].values(), default=0)
    if most < 3:  # noqa: PLR2004 - no ring
        return []
    norths = sorted(at for at, count in counts["north"].items() if count >= most / 4)
    easts = sorted(at for at, count in counts["east"].items() if count >= most / 4 and at not in norths)
    pairs: list[tuple[int, int]] = []
    for north in norths:
        free = [at for at in easts if at not in {east for _, east in pairs}]
        if free:
            pairs.append((north, min(free, key=lambda at: (abs(at - north), at))))
    starts = [0, *(max(pair) + 1 for pair in pairs[:-1])]
    ends = [*starts[1:], max(map(len, rows))]
    return [_described(rows, pair, span, kind) for pair, span in zip(pairs, zip(starts, ends, strict=True), strict=True)]


def _described(rows: list[list[Value]], pair: tuple[int, int], span: tuple[int, int], kind: Kind) -> Columns:
    (north, east), (first, last) = pair, span
    before = range(first, min(pair))
    point, _ = _column(rows, before, _POINTS)
    parcel, _ = _column(rows, before, _PARCELS)
    area, title = _column(rows, range(first, last), _AREAS)
    if point is None:  # no header tells: the nearest column on the left that is filled beside the points
        point = next((at for at in reversed(before) if at not in {parcel, area} and _filled(rows, at, north, kind)), None)
    unit = "ha" if re.search(r"\bha\b", title) else "m2" if "m2" in title else ""
    return Columns(north, east, point, parcel, area, unit, first, last, kind)


def _column(rows: list[list[Value]], among: range, words: re.Pattern[str]) -> tuple[int | None, str]:
    """The column that a header names, and the header in plain letters; headers stand in rows of texts alone, two or more."""
    headers = [row for row in rows[:_HEAD_ROWS] if _is_header(row)]
    for at in reversed(among):
        for row in headers:
            value = row[at] if at < len(row) else None
            name = plain_name(value).replace("²", "2") if isinstance(value, str) else ""
            if len(name) < _TITLE and words.fullmatch(name):
                return at, name
    return None, ""


def _is_header(row: list[Value]) -> bool:
    filled = [value for value in row if value is not None]
    return len(filled) > 1 and all(isinstance(value, str) and not readings(value) for value in filled)


def _filled(rows: list[list[Value]], at: int, north: int, kind: Kind) -> bool:
    points = [row for row in rows if north < len(row) and coordinate_of(row[north], kind, "north") is not None]
    return sum(row[at] is not None for row in points) > len(points) / 2
