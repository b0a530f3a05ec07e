"""Their columns and ours: named by the planner, of the same name, or known by a word; what was guessed is always told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from geo import PlanningDataError, nearest_names, plain_name
from layers import _files

How = Literal["given", "same name", "word", "kept", "unit"]
PLACES = ("lon", "lat", "easting", "northing", "wkt", "h3", "unit", "within")  # columns that say where a row of a table lies
PEOPLE = ("population_people", "population_2019_people")  # the second only of the census of 1 April 2019
COUNTED = ("zones", "population", "units", "units_2025")  # layers whose people may be of another year
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_YEAR = re.compile(r"(19|20)\d\d$")
_BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]")


@dataclass(frozen=True)
class Mapped:
    """One of their columns and what it is to us: ``how`` it was found."""

    theirs: str
    ours: str
    how: How

    def __str__(self) -> str:
        """As a line for the reader."""
        return f"{self.theirs} → {self.ours}" + ("" if self.how == "given" else f" ({self.how})")


def map_columns(
    theirs: Sequence[str],
    ours: Iterable[str],
    *,
    layer: str,
    file: str,
    given: Mapping[str, str],
    keep: Sequence[str] = (),
    index: str | None = None,
) -> list[Mapped]:
    """Which of their columns is which of ours: ``given`` first, then those of the same name, then those known by a word.

    ``ours`` the layer's columns; ``index`` the name of its ids; ``keep`` columns to take as they are. Errors: E-IMPORT-03 a name
    in ``given`` or ``keep`` that is not there, E-IMPORT-14 two of theirs for one of ours.
    """
    known = {*ours, *([index] if index else []), *PLACES, *(PEOPLE if layer in COUNTED else ())}
    _check(theirs, known, given, keep, layer, file)
    found = [Mapped(one, given[one], "given") for one in theirs if one in given]
    found += [Mapped(one, one, "kept") for one in keep]
    for how, guesses in (("same name", _same), ("word", _by_word)):
        free = [one for one in theirs if one not in {done.theirs for done in found}]
        wanted = known - {done.ours for done in found}
        told = [(one, name) for one in free for name in guesses(one, wanted, index)]
        names = [name for _, name in told]
        found += [Mapped(one, name, how) for one, name in told if names.count(name) == 1 and _only(one, told)]  # type: ignore[arg-type]
    return [one for name in theirs for one in found if one.theirs == name]


def _only(theirs: str, told: list[tuple[str, str]]) -> bool:
    """One meaning beside a place: a ward's name may say where the row lies and what it is called."""
    names = [name for one, name in told if one == theirs and name not in PLACES]
    return len(names) <= 1


def _same(theirs: str, wanted: set[str], _: str | None) -> list[str]:
    return [theirs] if theirs in wanted else []


def _by_word(theirs: str, wanted: set[str], index: str | None) -> list[str]:
    words, said = _words(), folded(theirs)
    for key in dict.fromkeys((said, _YEAR.sub("", said))):
        found = [name for name, known in words.items() if name in wanted and key in known]
        if index in wanted and key in _id_words():
            found.append(str(index))
        if found:
            return found
    return []


def folded(text: str) -> str:
    """Letters and digits alone, small and without accents, brackets left out: "Dân số (người)" is "danso"."""
    bare = _BRACKETS.sub("", text) or text
    return "".join(letter for letter in plain_name(bare) if letter.isalnum())


@cache
def words_of(table: str) -> Mapping[str, Any]:
    """A table of data/import_words.toml. Not to be changed."""
    found: Mapping[str, Any] = _files.parameters("import_words")[table]
    return found


@cache
def _words() -> dict[str, frozenset[str]]:
    """Ours → the folded words for it; our own name, folded, is one."""
    tables = {**words_of("words"), **words_of("places")}
    return {name: frozenset({folded(name), *known}) for name, known in tables.items()}


@cache
def _id_words() -> frozenset[str]:
    return frozenset(words_of("id")["words"])


def _check(theirs: Sequence[str], known: set[str], given: Mapping[str, str], keep: Sequence[str], layer: str, file: str) -> None:
    for name in (*given, *keep):
        if name not in theirs:
            mend = f"{nearest_names(name, theirs)} Columns: {', '.join(theirs)}."
            raise PlanningDataError("E-IMPORT-03", "the file has no such column.", file=file, layer=layer, seen=name, mend=mend)
    for name in given.values():
        if name not in known:
            mend = f"{nearest_names(name, known)} A further column is taken with --keep."
            raise PlanningDataError("E-IMPORT-03", "the layer has no such column.", file=file, layer=layer, seen=name, mend=mend)
    for name in keep:
        if not _NAME.fullmatch(name):
            mend = "rename it in the file: small letters, digits and _, with the unit behind (_m, _ha, _people)."
            raise PlanningDataError(
                "E-IMPORT-03", "a kept column has no plain name.", file=file, layer=layer, seen=name, mend=mend
            )
    targets = [*given.values(), *keep]
    twice = sorted({name for name in targets if targets.count(name) > 1})
    if twice:
        both = [one for one, name in given.items() if name in twice]
        what = f"two columns are to be {', '.join(twice)}."
        raise PlanningDataError("E-IMPORT-14", what, file=file, layer=layer, seen=both, mend="map one of them.")
