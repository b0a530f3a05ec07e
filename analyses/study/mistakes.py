"""What is wrong with a study file, in the words of a reader: line, key, what was seen, what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

from analyses.study.lines import Lines, Place
from geo import PlanningDataError, nearest_names

Mistake = tuple[Place, str]  # where, and what is wrong


def told_at_once(mistakes: Iterable[Mistake], lines: Lines, file: str) -> None:
    """Raise one error that names all mistakes, in the order of their lines; nothing where there are none. Errors: E-TOML-03."""
    found = sorted(dict.fromkeys((_line(place, lines), text) for place, text in mistakes))
    if found:
        told = "; ".join(f"line {line}: {text}" for line, text in found)
        raise PlanningDataError("E-TOML-03", f"{told.rstrip('.')}.", file=file, mend="mend every point and run again.")


def _line(place: Place, lines: Lines) -> int:
    """The line of a key; of what is not there, the line of the table it belongs to."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def mistakes_in(table: Any, model: type[BaseModel], error: ValidationError) -> Iterator[Mistake]:
    """What pydantic found, once a key: of a value that may have several forms, all of them are named."""
    several: dict[Place, list[Any]] = {}
    for one in error.errors():
        several.setdefault(_place(table, one["loc"]), []).append(one)
    for place, found in several.items():
        if not any(other[: len(place)] == place and len(other) > len(place) for other in several):
            yield place, _told(table, model, place, found)


def _place(table: Any, loc: tuple[str | int, ...]) -> Place:
    """The key in the file: without the names pydantic gives to the forms a value may have."""
    place: list[str | int] = []
    for number, part in enumerate(loc):
        last = number == len(loc) - 1
        if isinstance(table, dict) and (part in table or last):
            place.append(part)
            table = table.get(str(part))
        elif isinstance(table, list) and isinstance(part, int):
            place.append(part)
            table = table[part] if part < len(table) else None
    return tuple(place)


def _told(table: Any, model: type[BaseModel], place: Place, found: list[Any]) -> str:
    key, kind = ".".join(map(str, place)), found[0]["type"]
    if kind == "extra_forbidden":
        allowed = list(_model_at(model, table, place[:-1]).model_fields)
        return f"unknown key {key!r}, {nearest_names(str(place[-1]), allowed)} Allowed: {', '.join(allowed)}"
    if kind == "missing":
        return f"key {key!r} is missing"
    if kind == "union_tag_not_found":
        return f"key '{key}.{found[0]['ctx']['discriminator'].strip(chr(39))}' is missing"
    if kind == "union_tag_invalid":
        tags = [tag.strip(" '") for tag in found[0]["ctx"]["expected_tags"].split(",")]
        return f"{key}: there is no {found[0]['ctx']['tag']!r}, {nearest_names(found[0]['ctx']['tag'], tags)}"
    said = dict.fromkeys(one["msg"] for one in found)
    return f"{key} = {found[0]['input']!r}: {', or '.join(said)}"


def _model_at(model: type[BaseModel], table: Any, place: Place) -> type[BaseModel]:
    """The model of the table at a place; of several that may stand there, the one whose fixed words the table holds."""
    for part in place:
        table = table[part]
        if isinstance(part, str):
            several = list(_models(model.model_fields[part].annotation))
        if isinstance(table, dict):
            model = next((one for one in several if _fits(one, table)), model)
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and get_origin(annotation) is None and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _fits(model: type[BaseModel], table: dict[str, Any]) -> bool:
    fixed = {
        name: get_args(field.annotation) for name, field in model.model_fields.items() if get_origin(field.annotation) is Literal
    }
    return all(table[name] in words for name, words in fixed.items() if name in table)
