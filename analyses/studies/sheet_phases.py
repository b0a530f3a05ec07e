"""Parts of a study of station sheets: how people and jobs grow, and what a phase lets be built, class by class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from analyses.planning.station_room import PhaseRates
from analyses.study.lines import Place
from analyses.study.parts import Id
from analyses.study.shapes import Part

Positive = Annotated[float, Field(gt=0)]
Bounds = tuple[Positive, Positive, Positive]
Share = Annotated[float, Field(gt=0, le=1)]
Pct = Annotated[float, Field(ge=0, le=100)]
Year = Annotated[int, Field(ge=1990, le=2100)]


class GrowthOfStudy(Part):
    """A rate a year up to a year."""

    until: Year
    pct: Annotated[float, Field(gt=-100, le=50)]


class PopulationOfStudy(Part):
    """How people and jobs of the zones grow: the planner's assumption, fitted to ``totals_people`` of all zones where given."""

    base_year: Year = 2019
    jobs_base_year: Year = 2022
    years: list[Year] = Field(min_length=1)
    method: Literal["exponential"] = "exponential"
    growth: list[GrowthOfStudy] = Field(min_length=1)
    jobs_growth: list[GrowthOfStudy] = Field(min_length=1)
    totals_people: list[Positive] | None = None

    def rates(self) -> tuple[dict[int, float], dict[int, float]]:
        """Rates of people and of jobs by the last year of their period."""
        return {one.until: one.pct for one in self.growth}, {one.until: one.pct for one in self.jobs_growth}

    def mistakes(self) -> Iterator[tuple[Place, str]]:
        """Years that do not rise, totals that are not one a year."""
        if self.years != sorted(set(self.years)) or self.years[0] < max(self.base_year, self.jobs_base_year):
            yield ("population", "years"), f"years must rise from the base years on, seen {self.years}"
        if self.totals_people is not None and len(self.totals_people) != len(self.years):
            yield ("population", "totals_people"), f"give one total a year, seen {len(self.totals_people)} for {len(self.years)}"
        for key, rates in (("growth", self.growth), ("jobs_growth", self.jobs_growth)):
            ends = [one.until for one in rates]
            if ends != sorted(set(ends)):
                yield ("population", key), f"the ends of the periods must rise, seen {ends}"


class ClassOfPhase(Part):
    """What a phase lets be built on a class of land: floor area ratios of core and ring, each [low, middle, high]."""

    land_use: str
    far_core: Bounds
    far_ring: Bounds
    efficiency: Share = 0.8
    built_pct: Bounds
    home_pct: Pct
    m2_per_person: Bounds
    m2_per_job: Bounds


class PhaseOfSheet(Part):
    """A phase of the plan."""

    id: Id
    title_vi: str
    title_en: str
    classes: list[ClassOfPhase] = Field(min_length=1)

    def rates(self) -> PhaseRates:
        """The rates as the analysis takes them."""
        both = [one for one in self.classes if 0 < one.home_pct < 100]  # noqa: PLR2004 - per cent
        return PhaseRates(
            far_core={one.land_use: one.far_core for one in self.classes},
            far_ring={one.land_use: one.far_ring for one in self.classes},
            efficiency={one.land_use: one.efficiency for one in self.classes},
            m2_per_person={one.land_use: one.m2_per_person for one in self.classes if one.home_pct > 0},
            m2_per_job={one.land_use: one.m2_per_job for one in self.classes if one.home_pct < 100},  # noqa: PLR2004
            home_pct={one.land_use: one.home_pct for one in both},
            built_pct={one.land_use: one.built_pct for one in self.classes},
        )

    def mistakes(self, place: Place) -> Iterator[tuple[Place, str]]:
        """Classes twice, ranges that do not ascend."""
        names = [one.land_use for one in self.classes]
        if len(set(names)) < len(names):
            yield (*place, "classes"), f"classes stand twice, seen {names}"
        for at, one in enumerate(self.classes):
            for key in ("far_core", "far_ring", "built_pct", "m2_per_person", "m2_per_job"):
                told = list(getattr(one, key))
                if told != sorted(told):
                    yield (*place, "classes", at, key), f"low, middle, high must ascend, seen {told}"
            if max(one.built_pct) > 100:  # noqa: PLR2004 - per cent
                yield (*place, "classes", at, "built_pct"), f"at most 100 per cent, seen {list(one.built_pct)}"
