"""Reader-facing words, made from column names: label, unit, number and date in Vietnamese and in English.

A column's unit is its suffix (``_s _min _m _km _ha _kmh _pct _per_ha _people _jobs``); a cutoff is glued to its unit
(``jobs_within_45min``); ``_before _after _change`` tell the side of a comparison. Because legends, tooltips and table heads
are all made here, a wrongly named column shows at once.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import NamedTuple

from geo.unit_words import PHRASES

LANGUAGES = ("vi", "en")
MINUS = "\u2212"
NOTHING = "–"


class Label(NamedTuple):
    """One text in both languages."""

    vi: str
    en: str

    def say(self, lang: str) -> str:
        """The text in ``lang``; English for any language but Vietnamese."""
        return self.vi if lang == "vi" else self.en

    def head(self) -> Label:
        """The same text with a capital first letter."""
        return Label(self.vi[:1].upper() + self.vi[1:], self.en[:1].upper() + self.en[1:])


class _Unit(NamedTuple):
    label: Label
    digits: int  # decimals worth showing


NO_UNIT = Label("", "")
UNITS = {
    "s": _Unit(Label("giây", "s"), 0),
    "min": _Unit(Label("phút", "min"), 1),
    "m": _Unit(Label("m", "m"), 0),
    "km": _Unit(Label("km", "km"), 1),
    "m2": _Unit(Label("m²", "m²"), 0),
    "km2": _Unit(Label("km²", "km²"), 2),
    "ha": _Unit(Label("ha", "ha"), 1),
    "kmh": _Unit(Label("km/h", "km/h"), 1),
    "pct": _Unit(Label("%", "%"), 1),
    "people": _Unit(Label("người", "people"), 0),
    "jobs": _Unit(Label("việc làm", "jobs"), 0),
    "vnd": _Unit(Label("đồng", "VND"), 0),
}
COUNTED = {"jobs": "jobs", "population": "people", "people": "people", "workers": "people"}  # stems that are counts themselves
SIDES = {"before": Label("trước", "before"), "after": Label("sau", "after"), "change": Label("thay đổi", "change")}
LOWER_IS_BETTER = ("s", "min", "m", "km", "vnd")
NO_WAYS = {"elevation", "height", "length", "perimeter", "street", "width"}  # metres and kilometres that nobody has to go

_GLUED = re.compile(r"(\d+(?:\.\d+)?)(s|min|m|km|ha|kmh|pct|people|jobs)")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_PERCENTILE = re.compile(r"p(\d{1,2})")


class _Parsed(NamedTuple):
    stem: tuple[str, ...]
    unit: str  # key of UNITS or ""
    per: str  # "ha", "km2" or ""
    side: str  # key of SIDES or ""


def column_label(name: str) -> Label:
    """The label of a column, without its unit: ``jobs_within_45min_change`` is "Việc làm trong 45 phút, thay đổi"."""
    parsed = _parse(str(name))
    whole = str(name).removesuffix(f"_{parsed.side}")
    label = _phrase(parsed.stem) if parsed.stem else Label(str(name), str(name))
    if whole in PHRASES:  # a phrase may tell a column by its unit: park_jobs, park_pct
        label = Label(*PHRASES[whole])
    elif not parsed.stem and parsed.unit:
        label = UNITS[parsed.unit].label
    if parsed.side:
        side = SIDES[parsed.side]
        label = Label(f"{label.vi}, {side.vi}", f"{label.en}, {side.en}")
    return label.head()


def column_unit(name: str) -> Label:
    """The unit of a column in both languages, empty when its name has none: ``jobs_per_ha`` is ("việc làm/ha", "jobs/ha")."""
    parsed = _parse(str(name))
    unit = UNITS[parsed.unit].label if parsed.unit else NO_UNIT
    if not parsed.per:
        return unit
    per = UNITS[parsed.per].label
    return Label(f"{unit.vi}/{per.vi}", f"{unit.en}/{per.en}")


def column_digits(name: str) -> int | None:
    """Decimals worth showing for a column, from its unit; None when the name tells nothing."""
    parsed = _parse(str(name))
    if parsed.per:
        return 1
    return UNITS[parsed.unit].digits if parsed.unit else None


def is_change(name: str) -> bool:
    """Whether a column holds a difference, shown with its sign."""
    return _parse(str(name)).side == "change"


def lower_is_better(name: str) -> bool:
    """Whether small values are the good ones: times and distances, but not heights, nor lengths of what is there."""
    parsed = _parse(str(name))
    return parsed.unit in LOWER_IS_BETTER and not parsed.per and NO_WAYS.isdisjoint(parsed.stem)


def format_number(value: float | None, lang: str = "vi", *, digits: int | None = None, signed: bool = False) -> str:
    """A number as the language writes it: 1.234,5 (vi), 1,234.5 (en). Missing is "–", infinity "∞".

    At most ``digits`` decimals (default: three significant figures of the fraction), trailing zeros dropped.
    """
    if value is None or math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    digits = magnitude_digits(abs(value)) if digits is None else digits
    shown = round(float(value), digits)
    text = f"{abs(shown):,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    text = text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text
    sign = MINUS if shown < 0 else "+" if signed and shown > 0 else ""
    return sign + text


def format_date(value: dt.date | str, lang: str = "vi") -> str:
    """A day as the language writes it: 22/11/2026 (vi), 2026-11-22 (en); a month 11/2026 (vi). Other text stays as it is."""
    if lang == "vi" and isinstance(value, str) and (month := _MONTH.fullmatch(value)):
        return f"{month[2]}/{month[1]}"
    try:
        day = dt.date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return str(value)
    return f"{day:%d/%m/%Y}" if lang == "vi" else f"{day:%Y-%m-%d}"


def magnitude_digits(size: float) -> int:
    """Decimals that leave about three significant figures of a value of this size."""
    return 0 if size >= 100 or size == 0 else min(6, 2 - math.floor(math.log10(size)))  # noqa: PLR2004


def _parse(name: str) -> _Parsed:
    words = name.split("_")
    side = words.pop() if len(words) > 1 and words[-1] in SIDES else ""
    percentile = [words.pop()] if len(words) > 1 and _PERCENTILE.fullmatch(words[-1]) else []
    per = ""
    if len(words) > 2 and words[-2] == "per" and words[-1] in UNITS:  # noqa: PLR2004
        per = words.pop()
        words.pop()
    unit = words[-1] if words[-1] in UNITS and (len(words) > 1 or words[-1] in COUNTED) else ""
    if (unit and unit not in COUNTED) or (unit and len(words) > 1):
        words.pop()
    elif not unit:
        amount = words[: words.index("within", 1)] if "within" in words[1:] else words  # car_jobs_within_45min counts jobs
        unit = COUNTED.get(words[0]) or COUNTED.get(amount[-1], "")
    return _Parsed(tuple(w for w in (*words, *percentile) if w), unit, per, side)


def _phrase(words: tuple[str, ...]) -> Label:
    """Words of a stem, the longest known phrases first; what is not known stays as it was written."""
    vi, en = [], []
    at = 0
    while at < len(words):
        for end in range(len(words), at, -1):
            known = _known("_".join(words[at:end]))
            if known is not None:
                break
        else:
            known, end = Label(words[at], words[at]), at + 1
        vi.append(known.vi)
        en.append(known.en)
        at = end
    return Label(" ".join(vi), " ".join(en))


def _known(phrase: str) -> Label | None:
    if phrase in PHRASES:
        return Label(*PHRASES[phrase])
    if glued := _GLUED.fullmatch(phrase):
        unit = UNITS[glued[2]].label
        return Label(f"{glued[1].replace('.', ',')} {unit.vi}", f"{glued[1]} {unit.en}")
    if percentile := _PERCENTILE.fullmatch(phrase):
        return Label(f"(phân vị {percentile[1]})", f"(percentile {percentile[1]})")
    return None
