"""The register itself: what every city must show, each entry a sentence and a small function that asserts it of one city."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from geo import PlanningDataError
from tests.relations.cities import City

Check = Callable[[City], None]


class NotHereError(Exception):
    """The city has not what the entry asks for: no lines, a plane that can not be turned."""


@dataclass(frozen=True)
class Entry:
    """``kind``: a "property" is asserted of one result, a "relation" of two that belong together."""

    kind: str
    says: str
    check: Check


REGISTER: list[Entry] = []


def holds(says: str) -> Callable[[Check], Check]:
    """A property: true of one result."""
    return _entered("property", says)


def relation(says: str) -> Callable[[Check], Check]:
    """A metamorphic relation: what becomes of the result when the input changes."""
    return _entered("relation", says)


def _entered(kind: str, says: str) -> Callable[[Check], Check]:
    def enter(check: Check) -> Check:
        REGISTER.append(Entry(kind, says, check))
        return check

    return enter


def asked_for(there: object) -> None:
    """Leave the entry untried where the city has not what it needs."""
    if there is None or there is False:
        raise NotHereError


@contextmanager
def refused_is_untried(*codes: str) -> Iterator[None]:
    """A change that this city can not carry (nothing there to close, no street near enough) is not tried."""
    try:
        yield
    except PlanningDataError as error:
        if error.code not in codes:
            raise
        raise NotHereError from error
