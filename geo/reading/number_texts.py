"""Numbers written as text: decimal comma or point, thousands, and what can mean both is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.findings import Finding
from geo.vietnamese import plain_name

_NOTHING = {"", "-", "–", "na", "n/a", "nan", "null", "none", "#n/a"}
_WHOLE = re.compile(r"[+-]?\d+")
_PLAIN = {
    mark: re.compile(rf"[+-]?\d*{re.escape(mark)}\d+(?:[eE][+-]?\d+)?|[+-]?\d+(?:{re.escape(mark)})?(?:[eE][+-]?\d+)?")
    for mark in ".,"
}
_GROUPS = {mark: re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+") for mark in ".,"}
_BOTH = {  # by its decimal mark
    ",": re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+,\d+"),
    ".": re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+\.\d+"),
}
_SPACED = re.compile(r"[+-]?[1-9]\d{0,2}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?")
_ZERO_FIRST = re.compile(r"[+-]?0\d+")
_INFINITE = {"inf", "-inf", "+inf", "infinity", "-infinity"}
_IDS = re.compile(r"(?:.*_)?(?:id|code|ma|ma_so|maso|so_hieu)|ma_.*|(?:h3|hex)(?:_index)?|postcode|phone|tel")
_DEGREES = re.compile(r"(?:.*_)?(?:lon|lng|long|lat|longitude|latitude|kinh_do|vi_do)")
OTHER = {".": ",", ",": "."}


@dataclass(frozen=True)
class Marks:
    """How numbers are written: the ``decimal`` mark, the mark between ``thousands``; None where nothing is told."""

    decimal: str | None = None
    thousands: str | None = None


def is_id(name: object) -> bool:
    """Whether a column is one of ids, which are text however they look: "01" is not "1"."""
    return bool(_IDS.fullmatch(plain_name(str(name)).replace(" ", "_")))


def typed(table: pd.DataFrame, told: Marks, shown: str, layer: str | None, found: list[Finding]) -> pd.DataFrame:
    """A table of texts with its numbers as numbers. Findings: E-TABLE-06 error (can mean two numbers), E-TABLE-08 fixed (decimal
    comma, thousands), E-ATTR-03 fixed (infinite).
    """
    numeric = {name: _distinct(table[name]) for name in table.columns if _may_be_numbers(table[name], name)}
    marks = _whole(told) if told.decimal or told.thousands else _marks(values for _, values in numeric.values())
    changed: dict[Any, pd.Series] = {}
    for name, (codes, values) in numeric.items():
        new = _numbers(values, marks, name, shown, layer, found)
        if new is not None:
            column = pd.Series(np.append(new, np.nan)[codes], index=table.index)
            whole = column.notna().all() and all(_WHOLE.fullmatch(value) for value in values)
            changed[name] = column.astype("int64") if whole else column
    return table.assign(**changed) if changed else table


def _distinct(column: pd.Series) -> tuple[np.ndarray, list[str]]:
    codes, values = pd.factorize(column)
    return codes, [str(value) for value in values]


def _may_be_numbers(column: pd.Series, name: object) -> bool:
    """Whether all texts of a column are numbers in some way of writing, and none is told apart from another by zeros before."""
    if is_id(name) or not isinstance(column.dtype, pd.StringDtype):
        return False
    values = [value for value in column.dropna().unique() if value.casefold() not in _NOTHING]
    if not values or any(_ZERO_FIRST.fullmatch(value) for value in values):
        return False
    return all(_is_number(value) for value in values)


def _is_number(value: str) -> bool:
    patterns = (*_PLAIN.values(), *_GROUPS.values(), *_BOTH.values(), _SPACED)
    return value.casefold() in _INFINITE or any(pattern.fullmatch(value) for pattern in patterns)


def _marks(columns: Iterable[list[str]]) -> Marks:
    """What values that can mean one number only tell of the whole table; nothing where they disagree."""
    told: set[Marks] = set()
    for values in columns:
        for value in values:
            told |= _sure(value)
    decimals = {one.decimal for one in told if one.decimal}
    thousands = {one.thousands for one in told if one.thousands}
    if len(decimals) > 1 or len(thousands) > 1 or decimals & thousands:
        return Marks()
    return _whole(Marks(next(iter(decimals), None), next(iter(thousands), None)))


def _whole(marks: Marks) -> Marks:
    """Both marks, the one that is not told being the other one."""
    return Marks(marks.decimal or OTHER.get(marks.thousands or ""), marks.thousands or OTHER.get(marks.decimal or ""))


def _sure(value: str) -> set[Marks]:
    for mark, pattern in _BOTH.items():
        if pattern.fullmatch(value):
            return {Marks(mark, OTHER[mark])}
    for mark, pattern in _GROUPS.items():
        if pattern.fullmatch(value):
            return {Marks(None, mark)} if value.count(mark) > 1 else set()
        if mark in value and _PLAIN[mark].fullmatch(value):
            return {Marks(mark, None)}
    return set()


def _numbers(
    values: list[str], marks: Marks, name: object, shown: str, layer: str | None, found: list[Finding]
) -> np.ndarray | None:
    """The numbers of distinct texts; None where they are not told."""
    degrees = bool(_DEGREES.fullmatch(plain_name(str(name)).replace(" ", "_")))
    unsure = [value for value in values if not degrees and _unsure(value, marks)]
    if unsure:
        mark = "." if "." in unsure[0] else ","
        first, second = unsure[0].replace(mark, ""), unsure[0].replace(mark, ".")
        what = f"column {name!r} can mean two numbers: {unsure[0]} is {first} or {second}."
        mend = f'say which: thousands="{mark}" or decimal="{mark}".'
        found.append(Finding("E-TABLE-06", what, mend, "error", shown, layer, (), unsure[0]))
        return None
    new, mended, infinite = [], None, False
    for value in values:
        plain = _plain(value, marks, degrees=degrees)
        mended = value if plain != value and value.casefold() not in _NOTHING and mended is None else mended
        number = np.nan if value.casefold() in _NOTHING else float(plain)
        infinite |= bool(np.isinf(number))
        new.append(np.nan if np.isinf(number) else number)
    if mended is not None:
        what = f"column {name!r} is written with {_writing(marks)}; {mended} is {_plain(mended, marks, degrees=degrees)}."
        found.append(Finding("E-TABLE-08", what, "", "fixed", shown, layer))
    if infinite:
        found.append(Finding("E-ATTR-03", f"infinite values of column {name!r} are null now.", "", "fixed", shown, layer))
    return np.array(new, float)


def _unsure(value: str, marks: Marks) -> bool:
    for mark, pattern in _GROUPS.items():
        if pattern.fullmatch(value) and value.count(mark) == 1:
            return mark not in (marks.decimal, marks.thousands)
    return False


def _plain(value: str, marks: Marks, *, degrees: bool) -> str:
    """The text as Python writes the number."""
    if _SPACED.fullmatch(value):
        value = re.sub(r"[ \u00a0\u202f]", "", value)
    for mark, pattern in _BOTH.items():
        if pattern.fullmatch(value):
            return value.replace(OTHER[mark], "").replace(mark, ".")
    for mark, pattern in _GROUPS.items():
        if pattern.fullmatch(value) and (value.count(mark) > 1 or (mark == marks.thousands and not degrees)):
            return value.replace(mark, "")
    return value.replace(",", ".")


def _writing(marks: Marks) -> str:
    names = {".": "point", ",": "comma"}
    told = [f"a decimal {names[marks.decimal]}"] if marks.decimal in names else []
    told += [f"a {names[marks.thousands]} between thousands"] if marks.thousands in names else []
    return " and ".join(told) or "spaces between thousands"
