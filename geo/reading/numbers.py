"""Numbers as Vietnamese tables write them: decimal comma or point, thousands in dots, commas or spaces."""

from __future__ import annotations

import math
import re

_DIGITS = re.compile(r"[+-]?\d[\d.,'\s\u00a0\u202f]*|[+-]?[.,]\d+")
_BLANKS = re.compile(r"[\s\u00a0\u202f']")
_GROUP = 3


def readings(value: object) -> tuple[float, ...]:
    """What a cell or a label may mean as a number, the likelier first; empty where it is none.

    >>> readings("1.222.845,37"), readings("256,7"), readings("1.234")
    ((1222845.37,), (256.7,), (1.234, 1234.0))
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return (float(value),) if math.isfinite(value) else ()
    text = _BLANKS.sub("", value.strip()) if isinstance(value, str) else ""
    return _read(text) if _DIGITS.fullmatch(text) else ()


def _read(text: str) -> tuple[float, ...]:
    dots, commas = text.count("."), text.count(",")
    if dots and commas:
        decimal = max(".,", key=text.rfind)
        group = "," if decimal == "." else "."
        return _one(text.replace(group, "").replace(decimal, ".")) if text.count(decimal) == 1 else ()
    if not dots and not commas:
        return _one(text)
    mark = "." if dots else ","
    whole = _one(text.replace(mark, "")) if _grouped(text, mark) else ()
    if dots + commas > 1:
        return whole
    return (*_one(text.replace(mark, ".")), *whole)


def _grouped(text: str, mark: str) -> bool:
    head, *rest = text.lstrip("+-").split(mark)
    return 0 < len(head) <= _GROUP and all(len(part) == _GROUP for part in rest)


def _one(text: str) -> tuple[float, ...]:
    try:
        return (float(text),)
    except ValueError:
        return ()
