"""The scenarios of a study file: built from their changes, and checked before anything runs, each mistake with its key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from geopandas import GeoDataFrame
from pydantic import TypeAdapter, ValidationError

import layers
from analyses.study.changes import ChangeOfStudy, ShapeError, change_of
from analyses.study.lines import Place
from analyses.study.mistakes import Mistake
from analyses.study.parts import Study
from analyses.study.shapes import StudyFiles
from geo import PlanningDataError
from geo.movement import Transport

TWICE = "stands twice among the scenarios"


def scenarios_of(study: Study, files: StudyFiles) -> dict[str, layers.Scenario]:
    """The scenarios by id, as Python calls would make them."""
    return {
        one.id: layers.Scenario(one.title_en, [change_of(change, files) for change in one.changes]) for one in study.scenarios
    }


def mistakes_of_scenarios(table: Mapping[str, Any], files: StudyFiles) -> Iterator[Mistake]:
    """What is wrong with the changes whatever they are applied to; what pydantic refuses is left to pydantic."""
    seen: set[Any] = set()
    for number, scenario in enumerate(_listed(table.get("scenarios"))):
        place: Place = ("scenarios", number)
        name = scenario.get("id") if isinstance(scenario, dict) else None
        if name is not None and name in seen:
            yield (*place, "id"), f"id = {name!r} {TWICE}"
        seen |= {name} if isinstance(name, str) else set()
        told = _listed(scenario.get("changes")) if isinstance(scenario, dict) else []
        yield from _mistakes(told, (*place, "changes"), files)


def _mistakes(told: Sequence[Any], place: Place, files: StudyFiles) -> Iterator[Mistake]:
    built: dict[int, layers.Change] = {}
    for number, one in enumerate(told):
        try:
            built[number] = change_of(_adapter().validate_json(json.dumps(one, default=str)), files)
        except ValidationError:
            continue
        except ShapeError as error:
            yield (*place, number, error.name), _lost(f"{one['change']} {error.name}", error.error)
    changes = list(built.values())
    yield from _placed(list(layers.Scenario("", changes).faults()), dict(zip(built, changes, strict=True)), told, place)


def _lost(what: str, error: PlanningDataError) -> str:
    seen = error.seen if error.seen is not None else error.file
    return f"{error.code} {what}: {error.what.rstrip('.')}, seen {seen!r}; {error.mend}"


def misfits_of_scenarios(
    study: Study, scenarios: Mapping[str, layers.Scenario], transport: Transport, zones: GeoDataFrame
) -> Iterator[Mistake]:
    """What keeps the scenarios from being applied to this transport and these zones."""
    for number, one in enumerate(study.scenarios):
        scenario = scenarios[one.id]
        told = [change.model_dump() for change in one.changes]
        problems = dict.fromkeys((*scenario.problems(transport), *scenario.problems(zones)))
        yield from _placed(list(problems), dict(enumerate(scenario.changes)), told, ("scenarios", number, "changes"))


def _placed(
    problems: Sequence[layers.Problem], changes: Mapping[int, layers.Change], told: Sequence[Any], place: Place
) -> Iterator[Mistake]:
    """Problems at the key they speak of: the change by its label (the last of that label), the field by its name or value."""
    at = {change.label: number for number, change in changes.items()}
    for problem in problems:
        number = at[problem.change]
        keys = told[number]
        by_name = next((word for word in re.findall(r"\w+", problem.what) if word in keys), None)
        by_value = next((key for key, value in keys.items() if key != "change" and value == problem.seen), None)
        name = by_name or by_value
        yield (*place, number, *([name] if name else [])), str(problem)


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(ChangeOfStudy)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
