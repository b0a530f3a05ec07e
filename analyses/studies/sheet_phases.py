"""Parts of a study of station sheets: how people and jobs grow, and what a phase lets be built, class by class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from analyses.planning.station_room import PhaseRates
from analyses.studies.people_to_come import GrowthOfStudy, Pct, PeopleToCome, Positive
from analyses.study.lines import Place
from analyses.study.parts import Id
from analyses.study.shapes import Part

Bounds = tuple[Positive, Positive, Positive]
Share = Annotated[float, Field(gt=0, le=1)]


class PopulationOfStudy(PeopleToCome):
    """How people and jobs of the zones grow; jobs always by ``jobs_growth``."""

    jobs_growth: list[GrowthOfStudy] = Field(min_length=1)


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
