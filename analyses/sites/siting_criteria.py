"""What a site must have and should have: a small TOML that a planner can replace, checked key by key."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path

from pydantic import Field, ValidationError

from analyses.scoring.factors import METHODS, Factor
from analyses.study.lines import lines_of
from analyses.study.mistakes import mistakes_in, told_at_once
from analyses.study.shapes import Part
from geo import Label, PlanningDataError, is_local_file, nearest_names, parsed_toml, toml_bytes

_SHIPPED = resources.files("analyses") / "criteria"


class BoundOfSiting(Part):
    """Which values of a column may be used."""

    at_least: float | None = None
    at_most: float | None = None


class FactorOfSiting(Part):
    """A factor as a criteria file gives it; see `Factor`."""

    label_vi: str
    label_en: str
    weight: float = Field(ge=0, le=1)
    method: str = Field(default="linear", pattern=f"^({'|'.join(METHODS)})$")
    worst: float = float("nan")
    best: float = float("nan")
    corners: list[float] = Field(default_factory=list)
    scores: dict[str, float] = Field(default_factory=dict)

    def factor(self) -> Factor:
        """The factor as `suitability` takes it."""
        return Factor(self.weight, self.method, self.worst, self.best, tuple(self.corners), self.scores)

    def label(self) -> Label:
        """What it is called."""
        return Label(self.label_vi, self.label_en)


class SitingCriteria(Part):
    """Size, search area, constraints and weighted factors of a siting."""

    title_vi: str
    title_en: str
    area_ha: float = Field(gt=0)
    search_km: float = Field(default=10.0, ge=0)
    sites: int = Field(default=3, ge=1, le=50)
    compactness: float = Field(default=0.3, ge=0, le=1)
    open_by_year: int | None = Field(default=None, ge=2000, le=2100)
    labour_cutoff_min: int = Field(default=45, ge=1, le=240)
    constraints: dict[str, BoundOfSiting] = Field(default_factory=dict)
    factors: dict[str, FactorOfSiting] = Field(min_length=1)


def read_siting_criteria(name: str | Path) -> SitingCriteria:
    """The criteria of a TOML file, or shipped ones by their name ("science_park").

    Errors: E-TOML-01 no such file, E-TOML-02 no TOML, E-TOML-03 wrong keys or values with their lines, E-SUIT-01 a factor that is
    not fully told.
    """
    path = Path(name)
    source = path if is_local_file(path) else _SHIPPED / f"{name}.toml"
    if not is_local_file(str(source)):
        near = sorted(item.name.removesuffix(".toml") for item in _SHIPPED.iterdir())
        mend = nearest_names(path.name, near)
        raise PlanningDataError("E-TOML-01", "no such criteria, neither a file nor shipped.", seen=str(name), mend=mend)
    try:
        text = toml_bytes(source).decode("utf-8-sig").replace("\r\n", "\n")
        table = parsed_toml(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanningDataError("E-TOML-02", f"this is no TOML: {error}.", file=source.name, mend="mend that line.") from error
    try:
        found = SitingCriteria.model_validate(table)
    except ValidationError as error:
        told_at_once(mistakes_in(table, SitingCriteria, error), lines_of(text), source.name)
        raise
    for factor in found.factors.values():
        factor.factor()
    return found
