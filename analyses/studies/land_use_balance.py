"""Land-use balance and norms of a plan: its own files, or the worked example that is shipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from geopandas import GeoDataFrame, GeoSeries
from pydantic import Field

import layers
from analyses.planning.land_balance import LandUseBalance, Scheme, land_use_balance
from analyses.planning.norms import NormCheck, norm_check
from analyses.planning.population import PopulationProjection
from analyses.studies.people_to_come import PeopleToCome, Positive, Year, jobs_to_come, projected
from analyses.study.parts import Study, Wrong
from analyses.study.shapes import Part

if TYPE_CHECKING:
    from analyses.study.grounds import StudyGround
    from analyses.study.shapes import StudyFiles

STEPS = ("balance", "norms")
Amount = Annotated[float, Field(gt=0)]
DayText = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class ParcelsOfStudy(Part):
    """Parcels or places from a file beside the study: which column holds the id, and which the class of land."""

    file: str
    id: str | None = None
    class_column: str = "class_id"


class PeopleOfPlan(PeopleToCome):
    """How the people of the plan's years come about from ``existing_people`` of ``base_year``; ``jobs`` today for jobs_led."""

    base_year: Year
    jobs: Positive | None = None


class LandUseBalanceStudy(Study):
    """The balance and norms of a plan on the day ``on``, and the norms of the days ``also_on`` beside.

    ``plan``, ``status``, ``boundary``, ``services`` and ``streets`` (OpenStreetMap) are files beside the study; without ``plan``
    it is the worked example. ``people`` planned, ``existing_people`` today; a column "people" of the plan places them. Instead of
    ``people`` a table ``population`` brings them from ``existing_people``: those of its last year are planned for.
    ``rules``: a TOML of rules of your own.
    """

    kind: Literal["land_use_balance"] = "land_use_balance"
    on: DayText
    also_on: tuple[DayText, ...] = ()
    scheme: Scheme = "QHPK"
    city_class: Literal["special", "I", "II", "III", "IV", "V"] = "special"
    plan: ParcelsOfStudy | None = None
    status: ParcelsOfStudy | None = None
    boundary: ParcelsOfStudy | None = None
    services: ParcelsOfStudy | None = None
    streets: str | None = None
    rules: str | None = None
    people: Amount | None = None
    existing_people: Amount | None = None
    population: PeopleOfPlan | None = None
    cell_m: Annotated[float, Field(ge=10)] = 50.0

    def given(self, files: StudyFiles) -> Mapping[str, Any]:
        """What the study's own files hold; the worked example where it names no plan."""
        own = {"rules": None if self.rules is None else files.path(self.rules)}
        if self.plan is None:
            made = layers.planning_example()
            told = {"people": made.people, "existing_people": made.existing_people}
            frames = {name: getattr(made, name) for name in ("plan", "status", "boundary", "services", "streets")}
            return {**own, **frames, **told}
        frames = {name: self._read(name, files) for name in ("plan", "status", "boundary", "services")}
        streets = None if self.streets is None else files.transport(self.streets)
        return {**own, **frames, "streets": streets, "people": self.people, "existing_people": self.existing_people}

    def _read(self, name: str, files: StudyFiles) -> GeoDataFrame | None:
        told = getattr(self, name)
        if told is None:
            return None
        frame = files.read(told.file, told.id)
        return frame.rename(columns={told.class_column: "class_id"}) if told.class_column != "class_id" else frame

    def wrong(self, ground: StudyGround) -> Iterator[Wrong]:
        """Files of a plan without the plan, or people told of the example."""
        if self.plan is None:
            for name in ("status", "boundary", "services", "streets", "people", "existing_people", "population"):
                if getattr(self, name) is not None:
                    yield (name,), "without [plan] the worked example is checked, which has its own; give plan too"
        yield from self._wrong_people()
        if self.plan is not None and "class_id" not in ground.given["plan"]:
            yield ("plan", "class_column"), f"no such column, seen {list(ground.given['plan'].columns)[:12]}"

    def _wrong_people(self) -> Iterator[Wrong]:
        """People told twice, or nobody to begin with."""
        if self.population is None:
            return
        if self.people is not None:
            yield ("people",), "people are told by [population] too: give one of them"
        if self.existing_people is None and self.plan is not None:
            yield ("population",), "people of coming years begin with existing_people"
        if self.population.method == "jobs_led" and (self.population.jobs is None or not self.population.jobs_growth):
            yield ("population", "method"), "jobs_led needs jobs, those of jobs_base_year, and jobs_growth"
        yield from self.population.mistakes()

    def people_to_come(self, given: Mapping[str, Any]) -> PopulationProjection | None:
        """People of the plan's years, all of its land as one unit. Errors: E-PROJ-01 to -03, E-FIT-03."""
        told = self.population
        if told is None:
            return None
        edge = given["plan"] if given["boundary"] is None else given["boundary"]
        unit = GeoDataFrame(
            {"people": [given["existing_people"]], "jobs": [told.jobs or 0.0]},
            geometry=[edge.union_all()],
            crs=edge.crs,
            index=["plan"],
        )
        return projected(told, unit, "people", jobs_to_come(told, unit, "jobs")[1] if told.method == "jobs_led" else None)


@dataclass(frozen=True, eq=False)
class LandUseBalanceFound:
    """``balance`` of the plan; ``checks`` against the norms, by day, the study's own first; ``example``: it is the worked one;
    ``projection`` of people where the study brings them.
    """

    balance: LandUseBalance
    checks: Mapping[str, NormCheck]
    example: bool
    projection: PopulationProjection | None = None


def land_use_balance_study(
    study: LandUseBalanceStudy, ground: StudyGround, step: Callable[[str], None] = lambda _: None
) -> LandUseBalanceFound:
    """Runs the study; ``step`` is told each of `STEPS` before it starts."""
    given = ground.given
    step("balance")
    projection = study.people_to_come(given)
    planned = given["people"] if projection is None else float(projection.fits["people"].iloc[-1])
    balance = land_use_balance(
        given["plan"],
        given["status"],
        planned,
        scheme=study.scheme,
        boundary=given["boundary"],
        on=study.on,
        own=given["rules"],
        existing_people=given["existing_people"],
    )
    step("norms")
    plan = _as_counted(given["plan"], balance)
    people = _placed(plan, planned)
    checks = {
        day: norm_check(
            plan,
            people,
            on=day,
            transport=given["streets"],
            services=given["services"],
            scheme=study.scheme,
            city_class=study.city_class,
            own=given["rules"],
            cell_m=study.cell_m,
        )
        for day in dict.fromkeys((study.on, *study.also_on))
    }
    return LandUseBalanceFound(balance, checks, study.plan is None, projection)


def _as_counted(plan: GeoDataFrame, balance: LandUseBalance) -> GeoDataFrame:
    """The parcels as the balance counts them: overlaps once, nothing beyond the boundary, so that both tables say the same."""
    shapes = balance.plan.geometry.reindex(plan.index)
    counted = plan.set_geometry(GeoSeries(shapes, crs=balance.plan.crs))
    return counted[~(counted.is_empty | counted.geometry.isna())]


def _placed(plan: GeoDataFrame, people: float | None) -> GeoDataFrame | float | None:
    """Where the plan's own column puts its people, in all as many as are told; else the number alone."""
    if people is None or "people" not in plan or not plan["people"].fillna(0).sum() > 0:
        return people
    homes = plan[plan["people"].fillna(0) > 0]
    return homes.assign(people=homes["people"].astype(float) * people / float(homes["people"].sum()))
