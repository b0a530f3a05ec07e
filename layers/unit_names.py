"""Rows of other people's tables joined to administrative units, by code or by name as people write it."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pandas as pd

from geo import PlanningDataError, plain_name
from layers.admin import population, units

_KINDS = MappingProxyType(  # as written, in plain letters → what it is
    {"thanh pho": "city", "tp": "city", "thi xa": "town", "tx": "town", "quan": "district", "q": "district", "huyen": "rural"}
    | {"h": "rural", "phuong": "ward", "p": "ward", "xa": "commune", "x": "commune", "thi tran": "township", "tt": "township"}
)
_DISTRICTS = frozenset({"city", "town", "district", "rural"})
_LEADING = re.compile(rf"({'|'.join(sorted(_KINDS, key=len, reverse=True))})(?:\.\s*|\s+)(?=\S)")
_TRAILING = re.compile(r"\s+(city|town|district|ward|commune|township)$")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_SHOWN = 3


@dataclass(frozen=True)
class _Name:
    """A name taken apart: what kind of unit it says to be (or nothing), its letters without accents, and with them."""

    kind: str
    plain: str
    exact: tuple[str, ...]


@dataclass(frozen=True)
class _Unit:
    id: str
    code: str
    within: str
    name: _Name


def match_units(
    names: pd.Series, vintage: Literal["2019", "2024", "2025"] = "2025", *, within: pd.Series | None = None
) -> pd.DataFrame:
    """The unit each row means: by official code, else by name, whatever its prefix ("TP.", "Phường", "P. "), case and accents.

    ``names`` codes or names, Vietnamese or English. ``vintage``: ``"2025"`` wards and communes after the reform, ``"2024"``
    districts before it, ``"2019"`` communes of the census (``layers.population``); ``layers.unit_shares`` leads from old to new.
    ``within``, on the same index, the district of a commune of 2019: many names occur twice.

    The result has the index of ``names``: ``unit_id`` (null where none or several fit), ``matched_by`` (``code``, ``name``,
    ``plain_name``, ``ambiguous``, ``none``) and ``candidates``, those that fit, or the nearest by spelling where none does.
    Nothing is guessed: a name written with accents must agree in them ("Bình Đường" is not "Bình Dương"; Hoà and Hòa are one),
    one written with its kind must agree in it (the town of Bến Cát is not the ward of Bến Cát).
    Errors: E-UNIT-01 ids twice, or ``within`` on another index; E-LAYER-03 the vintage.
    """
    if names.index.has_duplicates or (within is not None and not within.index.equals(names.index)):
        mend = "give every row an id of its own, and both columns the same ids."
        raise PlanningDataError("E-UNIT-01", "ids stand twice or differ between the columns.", mend=mend)
    known = _known(vintage)
    places = [""] * len(names) if within is None else [_parts(_text(place)).plain for place in within]
    found = [_match(_text(seen), place, known, vintage) for seen, place in zip(names, places, strict=True)]
    return pd.DataFrame(found, index=names.index, columns=["unit_id", "matched_by", "candidates"])


def _known(vintage: str) -> list[_Unit]:
    if vintage == "2019":
        table = population().rename(columns={"district": "within"}).assign(gso_code="")
    else:
        table = units(vintage).assign(within="")  # type: ignore[arg-type]
    columns = ["gso_code", "within", "name_vi"]
    return [
        _Unit(str(key), str(code), plain_name(within), _parts(name))
        for key, code, within, name in table[columns].itertuples(name=None)
    ]


def _text(seen: object) -> str:
    """As text; a code that a table program made a number, such as 25432.0, as it was."""
    if seen is None or seen != seen:  # noqa: PLR0124 - null in any column
        return ""
    return str(int(seen)) if isinstance(seen, float) and seen.is_integer() else str(seen).strip()


def _parts(name: str) -> _Name:
    plain = plain_name(name)
    leading, trailing = _LEADING.match(plain), _TRAILING.search(plain)
    words = unicodedata.normalize("NFC", name).casefold().split()
    if leading:
        kind, plain = _KINDS[leading[1]], plain[leading.end() :]
    elif trailing:
        kind, plain = trailing[1], plain[: trailing.start()]
        words = words[:-1]
    else:
        kind = ""
    kept = words[-len(plain.split()) :]
    if leading and "." in kept[0]:  # "P.An Phú"
        kept[0] = kept[0].rpartition(".")[2]
    return _Name(kind, plain, tuple(map(_syllable, kept)))


def _syllable(word: str) -> str:
    """The word with its tone behind it, so that Hoà and Hòa are one."""
    letters = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", _TONES.sub("", letters)) + "".join(_TONES.findall(letters))


def _match(seen: str, within: str, known: list[_Unit], vintage: str) -> tuple[str | None, str, str]:
    by_code = [unit for unit in known if seen and seen == unit.code]
    if by_code:
        return by_code[0].id, "code", by_code[0].id
    asked = _parts(seen)
    accents = not seen.isascii()
    fits = [unit for unit in known if _fits(asked, unit, vintage, accents=accents) and within in ("", unit.within)]
    ids = " ".join(unit.id for unit in fits)
    if len(fits) == 1:
        return ids, "name" if accents else "plain_name", ids
    return (None, "ambiguous", ids) if fits else (None, "none", " ".join(_nearest(asked, known)))


def _fits(asked: _Name, unit: _Unit, vintage: str, *, accents: bool) -> bool:
    if not asked.plain or asked.plain != unit.name.plain or (accents and asked.exact != unit.name.exact):
        return False
    if not asked.kind:
        return True
    own = unit.name.kind
    return asked.kind == own if own else (asked.kind in _DISTRICTS) == (vintage == "2024")


def _nearest(asked: _Name, known: list[_Unit]) -> list[str]:
    close = difflib.get_close_matches(asked.plain, {unit.name.plain for unit in known}, n=_SHOWN, cutoff=0.6)
    return [unit.id for name in close for unit in known if unit.name.plain == name][:_SHOWN]
