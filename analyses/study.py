"""Study files: a small TOML, checked key by key, with the line of every mistake."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analyses.times import Departure
from geo import PlanningDataError, nearest_names

_SHIPPED = resources.files("analyses") / "studies"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class DepartureOfStudy(_Part):
    """When people leave."""

    time: str = Field(default="07:00", pattern=r"^([01]?\d|2[0-3]):[0-5]\d$")
    window_min: int = Field(default=60, ge=1, le=24 * 60)


class StopsOfStudy(_Part):
    """What is counted round the planned stops."""

    radii_m: list[Annotated[int, Field(ge=1, le=100_000)]] = Field(default=[500, 1000], min_length=1)
    draws: int = Field(default=200, ge=1, le=10_000)


class Study(_Part):
    """A first study of the region: who reaches the centres, today and with a planned line."""

    title_vi: str
    title_en: str
    destinations: list[str] = Field(min_length=1)
    axis: list[str] = Field(min_length=2)
    planned_line: str
    cutoff_min: int = Field(default=45, ge=1, le=24 * 60)
    limit_min: int = Field(default=180, ge=1, le=24 * 60)
    seed: int = 0
    departure: DepartureOfStudy = DepartureOfStudy()
    stops: StopsOfStudy = StopsOfStudy()

    def leaves(self) -> Departure:
        """The departure as the analyses take it."""
        return Departure(self.departure.time, self.departure.window_min)


def shipped_studies() -> tuple[str, ...]:
    """Names of the studies that come with the package."""
    return tuple(sorted(item.name.removesuffix(".toml") for item in _SHIPPED.iterdir() if item.name.endswith(".toml")))


def read_study(name: str | Path) -> Study:
    """The study of a file, or a shipped one by its name.

    Errors: E-TOML-01 no such study (nearest names), E-TOML-02 no TOML (line), E-TOML-03 a wrong key or value (file, line, key,
    what is allowed); of several mistakes all are named.
    """
    source = _find(name)
    try:
        text = source.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")  # as editors on Windows write it
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanningDataError("E-TOML-02", f"this is no TOML: {error}.", file=source.name, mend="mend that line.") from error
    try:
        return Study.model_validate(table)
    except ValidationError as error:
        found = [_mistake(text, mistake) for mistake in error.errors()]
        raise PlanningDataError(
            "E-TOML-03", "; ".join(found) + ".", file=source.name, mend="mend every point and run again."
        ) from error


def _find(name: str | Path) -> Traversable:
    path = Path(name)
    if path.is_file():
        return path
    shipped = _SHIPPED / f"{name}.toml"
    if shipped.is_file():
        return shipped
    near = [*shipped_studies(), *(other.name for other in path.parent.glob("*.toml"))]
    raise PlanningDataError(
        "E-TOML-01", "no such study, neither a file nor a shipped one.", seen=str(name), mend=nearest_names(path.name, near)
    )


def _mistake(text: str, mistake: Any) -> str:
    place = [str(part) for part in mistake["loc"]]
    key = ".".join(place)
    if mistake["type"] == "extra_forbidden":
        allowed = _keys(place[:-1])
        return (
            f"line {_line(text, place)}: unknown key {key!r}, {nearest_names(place[-1], allowed)} Allowed: {', '.join(allowed)}"
        )
    if mistake["type"] == "missing":
        return f"key {key!r} is missing"
    return f"line {_line(text, place)}: {key} = {mistake['input']!r}: {mistake['msg']}"


def _keys(sections: list[str]) -> list[str]:
    model: type[BaseModel] = Study
    for section in sections:
        model = type(model.model_fields[section].default)
    return list(model.model_fields)


def _line(text: str, place: list[str]) -> int:
    """The line in which a key stands: below the header of its table; that of the table where the key itself is one."""
    section: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[([^\[\]]+)\]", line)
        if header:
            section = [part.strip().strip('"') for part in header[1].split(".")]
            if section == place[: len(section)] and len(place) == len(section):
                return number
            continue
        key = re.match(r"\s*[\"']?([^\"'=#\s]+)[\"']?\s*=", line)
        if key and [*section, key[1]] == place[: len(section) + 1]:
            return number
    return 1
