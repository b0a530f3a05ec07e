"""The register tried on many cities, for the test suite and for `make trust`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from tests.relations import access, changes, movement, plane  # noqa: F401 - they enter what they hold into the register
from tests.relations.cities import City, large_grid, real_cities, region, small_city, town_with_lines
from tests.relations.register import REGISTER, Entry, NotHereError
from tests.trust.rounds import Round

DATA = Path(os.environ.get("DATA") or Path(__file__).parents[2].parent / "shared" / "data")
LARGE = (region, partial(large_grid, 317), partial(town_with_lines, 60, 40))


def random_cities(amount: int) -> Round:
    """Every entry on cities drawn by the seeds 0, 1, 2 ..."""
    return _tried(f"{len(REGISTER)} properties and relations hold of any city", map(small_city, range(amount)))


def large_cities(amount: int) -> Round:
    """Every entry on the region, then on a grid of 100,000 corners and a town with 40 lines, then on real files."""
    made = [make() for make in LARGE[:amount]]
    found = _tried(
        "they hold of the region, of large cities and of real ones", [*made, *(real_cities(DATA) if amount > 1 else ())]
    )
    if amount > 1:
        there = [city for city in ("Porto Alegre", "Porto") if city in found.said]
        found.said += "" if there else f"; no real cities: nothing in {DATA.name}/ beside the project, name it by DATA="
    return found


def _tried(promise: str, cities: Iterable[City]) -> Round:
    found, names, untried = Round(promise), [], 0
    for city in cities:
        names.append(city.name)
        for entry in REGISTER:
            said = failing(entry, city)
            untried += said is None
            if said is not None:
                found.check(not said, f"{city.name}: {entry.says}: {said}")
    shown = ", ".join(names) if len(names) < 6 else f"{len(names)} cities"
    found.said = f"{shown}; {untried} times the city had not what an entry needs"
    return found


def failing(entry: Entry, city: City) -> str | None:
    """What is wrong, nothing where the entry holds, None where the city has not what it needs."""
    try:
        entry.check(city)
    except NotHereError:
        return None
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told with the city to try again
        return f"{type(error).__name__} {error}".splitlines()[0][:200]
    return ""
