"""Rows of a sheet as parcels: where one ends and the next begins, what is said of each, and rows that are neither."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from geo.coordinate_lists.cells import Sheet, Value
from geo.coordinate_lists.columns import Columns, Kind, coordinate_of, find_columns
from geo.reading.numbers import readings
from geo.vietnamese import plain_name

Place: TypeAlias = tuple[float, float]  # easting and northing, longitude and latitude
_NAMED = re.compile(
    r"^\W*(?:(?:th[uử]a|l[oô]|ô|m[aả]nh|parcel|plot|lot)(?:\s+(?:đất|dat))?(?:\s+s[oố])?)\s*[:.]?\s*(\S.*)?$", re.IGNORECASE
)
_NAME_ENDS = re.compile(r"[,;(]|\s+(?:tờ|to|diện tích|dien tich|S|DT)\b", re.IGNORECASE)
_AREA = re.compile(
    r"\b(?:dien tich|area|(?:s|dt)(?=\s*[=:]))[^\d=:]*?(?:\((m2|ha)\))?\s*[:=]?\s*(\d[\d.,\s]*)?(m2|ha|hecta)?(?!\w)"
)
_TOTAL = re.compile(r"\b(?:tong|total)\b")
_SHORT = 24
_NOT_NAMES = re.compile(
    r"\b(?:bang|toa do|he|vn-?2000|kinh tuyen|mui|stt|so hieu|diem|ghi chu|trang|ngay|ty le|canh|dien tich)\b"
)


@dataclass
class Block:
    """One parcel of a list: its points' numbers, places and rows (from 1)."""

    name: str
    kind: Kind
    sheet: str
    stated_m2: float | None = None
    numbers: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    @property
    def closed(self) -> bool:
        """Whether the last point is the first one again."""
        return len(self.places) > 3 and self.places[0] == self.places[-1]  # noqa: PLR2004 - a ring


@dataclass
class Found:
    """All of a sheet: parcels, rows with a coordinate that is none, names without points, the stated total, the columns."""

    blocks: list[Block] = field(default_factory=list)
    bad_rows: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    total_m2: float | None = None
    columns: list[Columns] = field(default_factory=list)


def blocks_of(sheet: Sheet) -> Found:
    """The parcels of a sheet, in its order; columns that go on beside are read after those on their left."""
    found = Found(columns=find_columns(sheet.rows))
    reader = _Reader(sheet, found)
    for columns in found.columns:
        reader.read(columns)
    return found


class _Reader:
    """Goes down the rows; a new parcel begins by its name, after a closed ring, or where the points' numbers begin anew."""

    def __init__(self, sheet: Sheet, found: Found) -> None:
        self._sheet, self._found = sheet, found
        self._block: Block | None = None
        self._name: str | None = None  # of the parcel that comes next
        self._stated_m2: float | None = None

    def read(self, columns: Columns) -> None:
        begun = False
        for at, whole in enumerate(self._sheet.rows, start=1):
            row = [*whole, *[None] * (columns.last - len(whole))]
            north = coordinate_of(row[columns.north], columns.kind, "north")
            east = coordinate_of(row[columns.east], columns.kind, "east")
            cells = row[columns.first : columns.last]
            if north is not None and east is not None:
                self._point(columns, row, at, (east, north))
                begun = True
            elif not self._words(cells) and begun and _is_bad(columns, row, north, east):
                self._found.bad_rows.append(f"{self._sheet.name}, row {at}")
        if self._name is not None:
            self._found.unused.append(self._name)

    def _point(self, columns: Columns, row: list[Value], at: int, place: Place) -> None:
        number = "" if columns.point is None else _shown(row[columns.point])
        parcel = "" if columns.parcel is None else _shown(row[columns.parcel])
        block = self._block
        if block is None or self._begins(block, parcel, number, place):
            block = Block(self._name or parcel, columns.kind, self._sheet.name, self._stated_m2)
            self._found.blocks.append(block)
            self._block, self._name, self._stated_m2 = block, None, None
        block.name = block.name or parcel
        block.numbers.append(number or str(len(block.numbers) + 1))
        block.places.append(place)
        block.rows.append(at)
        if columns.area is not None and block.stated_m2 is None and readings(row[columns.area]):
            block.stated_m2 = readings(row[columns.area])[-1] * (1e4 if columns.area_unit == "ha" else 1.0)

    def _begins(self, block: Block, parcel: str, number: str, place: Place) -> bool:
        named_anew = self._name is not None or bool(parcel and block.name and parcel != block.name)
        numbered_anew = len(block.places) > 2 and number != "" and number == block.numbers[0] and place != block.places[0]  # noqa: PLR2004
        return named_anew or block.closed or numbered_anew

    def _words(self, cells: list[Value]) -> bool:
        """What a row without a point says: a name, an area, a total; False where it says nothing of these."""
        filled = [value for value in cells if value is not None]
        said = False
        for at, value in enumerate(filled):
            if not isinstance(value, str):
                continue
            plain, behind = plain_name(value).replace("²", "2"), filled[at + 1 :]
            area = _area(plain, behind)
            if area is not None:
                said = True
                if _TOTAL.search(plain):
                    self._found.total_m2 = area
                    continue
            if name := _name(value, behind, alone=len(filled) == 1):
                said = True
                if self._name is not None:
                    self._found.unused.append(self._name)
                self._name = name
            if area is not None:
                self._state(area)
        return said

    def _state(self, area: float) -> None:
        if self._block is None or self._name is not None:
            self._stated_m2 = area  # above its points
        else:
            self._block.stated_m2 = area


def _is_bad(columns: Columns, row: list[Value], north: float | None, east: float | None) -> bool:
    """One coordinate without the other, or a numbered point with none: not a page's header repeated."""
    beside = [row[columns.north], row[columns.east]]
    if north is not None or east is not None:
        return all(value is None or re.search(r"\d", str(value)) is not None for value in beside)
    numbered = columns.point is not None and re.search(r"\d", _shown(row[columns.point])) is not None
    small = all(value is not None and readings(value)[:1] and 0 <= readings(value)[0] < 100 for value in beside)  # noqa: PLR2004
    return numbered and not small and any(value is not None and re.search(r"\d", str(value)) for value in beside)


def _area(plain: str, behind: Sequence[Value]) -> float | None:
    """Square metres that a text states, or the number behind it."""
    found = _AREA.search(plain)
    if found is None:
        return None
    values, unit = readings(found[2].strip()) if found[2] else (), found[3] or found[1] or ""
    if not values and not found[2]:
        values = next((readings(value) for value in behind if readings(value)), ())
        unit = unit or next((plain_name(one) for one in behind if isinstance(one, str) and plain_name(one) in {"ha", "m2"}), "")
    return values[-1] * (1e4 if unit.startswith("h") else 1.0) if values else None


def _name(text: str, behind: Sequence[Value], *, alone: bool) -> str:
    """The name that a row gives: "Thửa số 12", "Lô" with the number beside, or a short text with a number that stands alone."""
    found = _NAMED.match(text)
    if found is not None:
        value = found[1] or (_shown(behind[0]) if behind and len(_shown(behind[0])) < _SHORT and not alone else "")
        head = _NAME_ENDS.split(value, maxsplit=1)[0].strip(" .:-–")
        return head if re.search(r"\d", head) or len(head) < 5 else ""  # noqa: PLR2004 - a letter: Lô A
    plain = plain_name(text)
    short = alone and len(text) < _SHORT and re.search(r"\d", text) and not readings(text)
    return text.strip() if short and not _NOT_NAMES.search(plain) and not _AREA.search(plain) else ""


def _shown(value: Value) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()
