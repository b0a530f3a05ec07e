"""How the people of a plan's years come about: the methods of `population_projection` as a study file tells them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import pandas as pd
from geopandas import GeoDataFrame
from pydantic import Field

from analyses.planning.population import PopulationProjection, population_projection
from analyses.study.lines import Place
from analyses.study.shapes import Part
from geo import PlanningDataError, area_ha, nearest_names

Positive = Annotated[float, Field(gt=0)]
Pct = Annotated[float, Field(ge=0, le=100)]
Year = Annotated[int, Field(ge=1990, le=2100)]
_ALL = "all_of_them"
_METHODS: Mapping[str, tuple[str, ...]] = {  # method → the figures it takes beside growth
    "exponential": (),
    "logistic": ("capacity_people", "capacity_column", "capacity_per_ha"),
    "jobs_led": ("participation_pct", "in_commuting_pct", "out_commuting_pct"),
}


class GrowthOfStudy(Part):
    """A rate a year up to a year."""

    until: Year
    pct: Annotated[float, Field(gt=-100, le=50)]


class TotalsOfStudy(Part):
    """Control totals by group: ``column`` of the zones, ``people`` of each of its groups, one a year."""

    column: str
    people: dict[str, list[Annotated[float, Field(ge=0)]]] = Field(min_length=1)


class PeopleToCome(Part):
    """People of ``years`` by a ``method`` of `population_projection`: the planner's assumption, or a plan's (``source_vi``, _en).

    exponential: ``growth``. logistic: growth and one of ``capacity_people`` (in all, shared as people are today),
    ``capacity_column`` of the zones, ``capacity_per_ha`` (people a hectare of habitable land). jobs_led: ``participation_pct``
    (workers in 100 people), commuting, jobs by year; where people are counted before jobs, growth up to the year of the jobs.
    ``totals_people`` all of a year, ``totals`` by group: all hold at once (IPF).
    """

    base_year: Year = 2019
    jobs_base_year: Year = 2022
    years: list[Year] = Field(min_length=1)
    method: Literal["exponential", "logistic", "jobs_led"] = "exponential"
    growth: list[GrowthOfStudy] = []  # noqa: RUF012 - pydantic gives every study its own
    jobs_growth: list[GrowthOfStudy] = []  # noqa: RUF012 - as above
    capacity_people: Positive | None = None
    capacity_column: str | None = None
    capacity_per_ha: Positive | None = None
    participation_pct: Annotated[float, Field(gt=0, le=100)] | None = None
    in_commuting_pct: Annotated[float, Field(ge=0, lt=100)] | None = None
    out_commuting_pct: Annotated[float, Field(ge=0, lt=100)] | None = None
    totals_people: list[Positive] | None = None
    totals: list[TotalsOfStudy] = []  # noqa: RUF012 - as above
    source_vi: str | None = None
    source_en: str | None = None

    @property
    def later(self) -> bool:
        """Whether people first grow to the year of the jobs, and follow them from there."""
        return self.method == "jobs_led" and self.base_year < self.jobs_base_year

    def rates(self, *, of_jobs: bool = False) -> dict[int, float]:
        """Rates in per cent a year by the last year of their period."""
        return {one.until: one.pct for one in (self.jobs_growth if of_jobs else self.growth)}

    def mistakes(self) -> Iterator[tuple[Place, str]]:
        """Years that do not rise, figures of the method that are missing, or that another method takes, totals by year."""
        first = max(self.base_year, self.jobs_base_year) if self.jobs_growth else self.base_year
        if self.years != sorted(set(self.years)) or self.years[0] < first:
            yield ("population", "years"), f"years must rise from the base years on, seen {self.years}"
        for key in ("growth", "jobs_growth"):
            ends = [one.until for one in getattr(self, key)]
            if ends != sorted(set(ends)):
                yield ("population", key), f"the ends of the periods must rise, seen {ends}"
        yield from self._missing()
        for method, keys in _METHODS.items():
            told = [key for key in keys if getattr(self, key) is not None]
            if method != self.method and told:
                yield ("population", told[0]), f"{self.method} takes no such figure, {method} does; leave it out or change method"
        counts: dict[str, Sequence[float]] = {"totals_people": self.totals_people or self.years}
        counts |= {f"totals, {one.column}, {name}": people for one in self.totals for name, people in one.people.items()}
        for key, sums in counts.items():
            if len(sums) != len(self.years):
                yield (
                    ("population", key.partition(",")[0]),
                    f"give one total a year, seen {len(sums)} for {len(self.years)} ({key})",
                )
        if (self.source_vi is None) != (self.source_en is None):
            yield ("population", "source_vi" if self.source_vi is None else "source_en"), "name the source in both languages"

    def _missing(self) -> Iterator[tuple[Place, str]]:
        capacities = [key for key in _METHODS["logistic"] if getattr(self, key) is not None]
        if self.method == "logistic" and len(capacities) != 1:
            yield ("population", "method"), f"logistic needs one of {', '.join(_METHODS['logistic'])}, seen {capacities}"
        if self.method == "jobs_led" and self.participation_pct is None:
            yield ("population", "method"), "jobs_led needs participation_pct, the workers in 100 people"
        if self.method == "jobs_led" and self.base_year > self.jobs_base_year:
            yield ("population", "base_year"), "jobs_led needs jobs of the year of the people or later: jobs_base_year"
        if not self.growth and (self.method != "jobs_led" or self.later):
            why = f"{self.method} needs growth" + (f" from {self.base_year} to {self.jobs_base_year}" if self.later else "")
            yield ("population", "growth"), f"{why}: [{{ until = 2030, pct = 3.0 }}, ...]"


def jobs_to_come(told: PeopleToCome, units: pd.DataFrame, jobs: str) -> tuple[PopulationProjection, pd.DataFrame]:
    """Jobs of the study's years by ``jobs_growth``, and the same by year with those of their base year."""
    grown = population_projection(
        units, told.years, people=jobs, base_year=told.jobs_base_year, growth_pct=told.rates(of_jobs=True)
    )
    by_year = grown.people.set_axis(told.years, axis=1)
    return grown, by_year if told.jobs_base_year in by_year else by_year.join(units[jobs].rename(told.jobs_base_year))


def projected(told: PeopleToCome, units: pd.DataFrame, people: str, jobs: pd.DataFrame | None = None) -> PopulationProjection:
    """People of ``units`` (their column ``people`` of the base year) in the study's years.

    ``jobs`` by unit, a column a year from the base year of the jobs on, for jobs_led. Errors: those of `population_projection`,
    E-STUDY-07 a column of capacities that is not there.
    """
    units = units.assign(**{_ALL: _ALL})
    base: dict[str, Any] = {"people": people, "base_year": told.base_year}
    rates = told.rates()
    if told.later:
        start = population_projection(units, [told.jobs_base_year], growth_pct=rates, **base).people
        units = units.assign(**{people: start.iloc[:, 0]})
        base["base_year"] = told.jobs_base_year
    options: dict[str, Any] = {"growth_pct": rates or None}
    if told.method == "logistic":
        options["capacity_people"] = _capacity(told, units, people)
    elif told.method == "jobs_led":
        options = {
            "jobs": jobs,
            "participation_pct": told.participation_pct,
            "in_commuting_pct": told.in_commuting_pct or 0.0,
            "out_commuting_pct": told.out_commuting_pct or 0.0,
        }
    return population_projection(units, told.years, method=told.method, totals=_totals(told), **base, **options)


def _capacity(told: PeopleToCome, units: pd.DataFrame, people: str) -> pd.Series:
    if told.capacity_people is not None:
        return units[people] * (told.capacity_people / float(units[people].sum()))
    if told.capacity_per_ha is not None and isinstance(units, GeoDataFrame):
        habitable = units["habitable_pct"] / 100 if "habitable_pct" in units else 1.0
        return area_ha(units) * habitable * told.capacity_per_ha
    if told.capacity_column not in units:
        mend = nearest_names(str(told.capacity_column), [str(one) for one in units.columns])
        raise PlanningDataError("E-STUDY-07", "no such column of capacities.", seen=told.capacity_column, mend=mend)
    return units[told.capacity_column].astype(float)


def _totals(told: PeopleToCome) -> dict[str, pd.DataFrame] | None:
    """Totals by grouping, as the projection takes them."""
    made = {one.column: pd.DataFrame(one.people, index=told.years).T for one in told.totals}
    if told.totals_people is not None:
        made[_ALL] = pd.DataFrame({_ALL: told.totals_people}, index=told.years).T
    return made or None
