"""Access: any measures, by any modes, today and with each scenario; totals by unit, winners and losers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import pandas as pd
from geopandas import GeoDataFrame
from pydantic import Field

from analyses.options.comparison import compare
from analyses.studies.access_parts import IsochronesOfStudy, areas_reached, equity_table, missing_places
from analyses.study.grounds import StudyGround
from analyses.study.measures import EitherTimes, MeasureOfStudy, columns_of, measured_together
from analyses.study.parts import Minutes, Study, Wrong
from analyses.study.totals import totals_by_unit
from analyses.travel.matrices import travel_times
from geo import nearest_names
from geo.movement import Transport

STEPS = ("today", "scenarios", "totals")
Mode = Literal["walk", "bicycle", "motorbike", "car", "truck", "transit"]


class AccessStudy(Study):
    """Who reaches what: ``measures`` from the zones by ``modes``, today and with each of the scenarios.

    ``isochrones`` draws the areas reached from some of the destinations; how evenly access is spread is always told.
    ``origins`` narrows the zones by their columns ({unit_id = ["..."]}); ``destinations`` the places measures may count.
    """

    by_block: ClassVar[bool] = True
    kind: Literal["access"] = "access"
    origins: dict[str, list[str]] = {}  # noqa: RUF012 - pydantic gives every study its own
    destinations: list[str] = []  # noqa: RUF012 - as above
    modes: list[Mode] = Field(default=["transit"], min_length=1)
    measures: list[MeasureOfStudy] = Field(min_length=1)
    limit_min: Minutes = 90
    least_change: float = Field(default=0.0, ge=0)
    isochrones: IsochronesOfStudy | None = None

    def wrong(self, ground: StudyGround) -> Iterator[Wrong]:
        """Columns, places and modes that are not there, and measures that would give the same column."""
        for column, values in self.origins.items():
            if column not in ground.zones:
                yield (
                    ("origins", column),
                    f"the zones have no such column, {nearest_names(column, map(str, ground.zones.columns))}",
                )
            elif not ground.zones[column].isin(values).any():
                known = ground.zones[column].astype(str).unique()
                yield ("origins", column), f"no zone there, seen {values}; {nearest_names(next(iter(values), ''), known)}"
        for number, name in enumerate(self.destinations):
            if name not in ground.destinations.index:
                yield ("destinations", number), f"no such place, seen {name!r}; {nearest_names(name, ground.destinations.index)}"
        for number, mode in enumerate(self.modes):
            if mode not in ground.today.modes:
                yield ("modes", number), f"this transport has no mode {mode!r}; {', '.join(ground.today.modes)}"
        for name in missing_places(self.isochrones, list(ground.destinations.index)):
            yield ("isochrones", "places"), f"no such place, seen {name!r}; {nearest_names(name, ground.destinations.index)}"
        if self.isochrones is not None and self.isochrones.mode not in ground.today.modes:
            yield ("isochrones", "mode"), f"this transport has no such mode; {', '.join(ground.today.modes)}"
        yield from self._wrong_measures(ground)

    def _wrong_measures(self, ground: StudyGround) -> Iterator[Wrong]:
        seen: set[str] = set()
        for number, told in enumerate(self.measures):
            one: Any = told
            if one.to == "zones" and one.of not in ground.zones.select_dtypes("number"):
                near = nearest_names(one.of, map(str, ground.zones.select_dtypes("number").columns))
                yield ("measures", number, "of"), f"the zones count no {one.of!r}, {near}"
            key = f"{one.measure} of {one.called or (one.of, one.to)}"
            if key in seen:
                yield ("measures", number), f"{key} stands twice; give one of them called = '...'"
            seen.add(key)


@dataclass(frozen=True, eq=False)
class AccessFound:
    """``today``: the origins with every measure's columns, by mode (``jobs_by_transit_within_45min``); ``compared`` by scenario:
    the same ``_before``, ``_after``, ``_change``; ``totals`` and ``winners``: by scenario and unit, as `comparison_totals` and
    `winners_and_losers` give them; ``joined``: how many origins joined no street or stop, by mode; ``isochrones`` and ``equity``
    of today, as `areas_reached` and `equity_table` give them.
    """

    today: GeoDataFrame
    compared: Mapping[str, GeoDataFrame]
    totals: pd.DataFrame
    winners: pd.DataFrame
    joined: pd.DataFrame
    isochrones: GeoDataFrame
    equity: pd.DataFrame


def access_study(study: AccessStudy, ground: StudyGround, step: Callable[[str], None] = lambda _: None) -> AccessFound:
    """Runs the study; ``step`` is told each of `STEPS` before it starts."""
    step("today")
    before = _Reached(study, ground, ground.today, {})
    now = before.measures(ground.zones)
    areas = areas_reached(study.isochrones, ground, study.leaves())
    step("scenarios")
    compared = {}
    for one in study.scenarios:
        planned = _Reached(study, ground, ground.transport(one.id), before.kept)
        compared[one.id] = compare(_origins(study, ground.zones), now, planned.measures(ground.zones_with(one.id)))
    step("totals")
    totals, winners = totals_by_unit(ground, compared, study.least_change)
    joined = pd.DataFrame(
        [(mode, len(reasons), int(reasons.ne("").sum())) for mode, reasons in before.reasons.items()],
        columns=["mode", "zones", "not_joined"],
    )
    return AccessFound(
        today=_origins(study, ground.zones).join(now),
        compared=MappingProxyType(compared),
        totals=totals,
        winners=winners,
        joined=joined,
        isochrones=areas,
        equity=equity_table(now, _origins(study, ground.zones)[ground.people]),
    )


def _origins(study: AccessStudy, zones: GeoDataFrame) -> GeoDataFrame:
    for column, values in study.origins.items():
        zones = zones[zones[column].isin(values)]
    return zones


class _Reached:
    """Times of one transport, computed when a measure asks for them; those of unchanged streets are taken from before."""

    def __init__(
        self, study: AccessStudy, ground: StudyGround, transport: Transport, before: dict[tuple[str, str], EitherTimes]
    ) -> None:
        self.study, self.ground, self.transport = study, ground, transport
        unchanged = transport is ground.today
        same_streets = transport.streets is ground.today.streets and transport.joining is ground.today.joining
        self.kept = {key: times for key, times in before.items() if unchanged or (same_streets and key[0] != "transit")}
        self.reasons: dict[str, pd.Series] = {}

    def times(self, mode: str, to: str) -> EitherTimes:
        """In memory, or block by block where the ground says so."""
        if (mode, to) not in self.kept:
            ends = self.ground.zones if to == "zones" else self.ground.destinations.loc[self.study.destinations]
            ask: Any = travel_times  # one of its two forms
            self.kept[mode, to] = ask(
                self.transport,
                _origins(self.study, self.ground.zones),
                ends,
                mode=mode,
                departure=self.study.leaves(),
                limit_min=self.study.limit_min,
                seed=self.study.seed,
                blocks=self.ground.blocks,
            )
        return self.kept[mode, to]

    def measures(self, zones: GeoDataFrame) -> pd.DataFrame:
        """Every measure of every mode on the origins, with the people and amounts of these zones."""
        people = _origins(self.study, zones)[self.ground.people].astype(float)
        asked = [(number, mode) for number in range(len(self.study.measures)) for mode in self.study.modes]
        found: dict[tuple[int, str], pd.DataFrame] = {}
        for mode, to in dict.fromkeys((mode, _to(self.study.measures[number])) for number, mode in asked):
            times = self.times(mode, to)
            told = {number: one for number, one in enumerate(self.study.measures) if _to(one) == to}
            amounts = {number: _amounts(one, zones, times.destinations, mode) for number, one in told.items()}
            table = measured_together(told, times, amounts, people)
            self.reasons[mode] = table.pop("reason")
            found |= {(number, mode): columns_of(table, number) for number in told}
        return pd.concat([found[one] for one in asked], axis=1)


def _to(told: Any) -> str:
    return str(told.to)


def _amounts(told: Any, zones: GeoDataFrame, ends: pd.Index, mode: str) -> pd.Series:
    """What is reached, named so that the mode shows in every column."""
    if told.to == "destinations":
        return pd.Series(1, index=ends, name=f"{told.called or 'destinations'}_by_{mode}")
    return zones[told.of].rename(f"{told.called or told.of}_by_{mode}")
