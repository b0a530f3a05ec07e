"""Option test: today's transit, options of a new line and the motorbike, by minutes, money, jobs and who gains; and a sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pydantic import Field

import layers
from analyses.access.opportunities import opportunities_within
from analyses.options.comparison import compare
from analyses.options.line_speeds import line_figures
from analyses.options.option_sweep import Served, line_runs
from analyses.options.trip_costs import fare_vnd, vehicle_cost_vnd
from analyses.study.grounds import StudyGround
from analyses.study.lines import Place
from analyses.study.parts import Minutes, Study, Wrong
from analyses.study.shapes import Part
from analyses.study.totals import totals_by_unit
from analyses.travel.corridor import corridor_times
from analyses.travel.matrices import travel_times
from analyses.travel.rides import itinerary, timetable_of
from geo import nearest_names
from geo.movement import Transport, line_edits

STEPS = ("today", "options", "pairs", "sweep")
TODAY, RIVAL = "today", "motorbike"
Positive = Annotated[float, Field(gt=0)]


class SweepOfStudy(Part):
    """A line of a scenario at several headways and, by one of two measures, speeds."""

    scenario: str
    line: str
    headway_min: list[Positive] = Field(min_length=1)
    commercial_speed_kmh: list[Positive] | None = None
    running_speed_kmh: list[Positive] | None = None


class CostOfStudy(Part):
    """What a boarding of lines, or a trip by motorbike, costs; stands before `layers.travel_costs`."""

    applies_to: str
    boarding_vnd: float = Field(default=0, ge=0)
    per_km_vnd: float = Field(default=0, ge=0)
    most_vnd: float | None = None
    trip_end_vnd: float = Field(default=0, ge=0)


class OptionTestStudy(Study):
    """Each scenario is an option; all are set beside today's transit and the motorbike.

    ``destinations``: places whose minutes are told from every zone. ``pairs``: from and to, door to door. ``ratio``: transit is
    competitive where its minutes are at most so many times the motorbike's.
    """

    kind: Literal["option_test"] = "option_test"
    destinations: list[str] = Field(min_length=1)
    pairs: list[tuple[str, str]] = Field(min_length=1)
    cutoff_min: Minutes = 60
    limit_min: Minutes = 120
    ratio: Positive = 1.5
    costs: list[CostOfStudy] = []  # noqa: RUF012 - pydantic gives every study its own
    sweep: SweepOfStudy | None = None

    def wrong(self, ground: StudyGround) -> Iterator[Wrong]:
        """Places, scenarios and lines that are not there, and transports without a motorbike to compare with."""
        named: list[tuple[Place, str]] = [(("destinations", number), name) for number, name in enumerate(self.destinations)]
        named += [(("pairs", number, end), name) for number, pair in enumerate(self.pairs) for end, name in enumerate(pair)]
        for place, name in named:
            if name not in ground.destinations.index:
                yield place, f"no such place, seen {name!r}; {nearest_names(name, ground.destinations.index)}"
        if not self.scenarios:
            yield ("kind",), "an option test needs an option; give one or more [[scenarios]]"
        for mode in (RIVAL, "transit"):
            if mode not in ground.today.modes:
                yield ("base",), f"this transport has no mode {mode!r}"
        yield from self._wrong_sweep(ground)

    def _wrong_sweep(self, ground: StudyGround) -> Iterator[Wrong]:
        if self.sweep is None:
            return
        told = self.sweep
        if (told.commercial_speed_kmh is None) == (told.running_speed_kmh is None):
            yield ("sweep",), "give commercial_speed_kmh or running_speed_kmh, one of them"
        if told.scenario not in ground.scenarios:
            mend = nearest_names(told.scenario, ground.scenarios)
            yield ("sweep", "scenario"), f"no such scenario, seen {told.scenario!r}; {mend}"
            return
        added = [one.name for one in ground.scenarios[told.scenario].changes if isinstance(one, layers.AddLine)]
        if told.line not in added:
            yield ("sweep", "line"), f"the scenario adds no such line, seen {told.line!r}; {nearest_names(told.line, added)}"


@dataclass(frozen=True, eq=False)
class OptionsFound:
    """Results, by option (a scenario's id).

    ``lines``: the lines each option adds, as they run. ``pairs``: door-to-door minutes, ``cost_vnd``, rides and ``time_ratio``
    to the motorbike by pair and option, ``today`` and ``motorbike`` among them. ``zones``: what `compare` gives of jobs and
    minutes to the destinations, with the motorbike's and ``time_ratio_to_<place>`` before and after. ``competitive``: people
    within the ratio by option and destination. ``totals``, ``winners``: by unit. ``sweep``: one row a run; ``sweep_jobs``:
    change of jobs within the cutoff, zones × runs.
    """

    lines: pd.DataFrame
    pairs: pd.DataFrame
    zones: Mapping[str, GeoDataFrame]
    competitive: pd.DataFrame
    totals: pd.DataFrame
    winners: pd.DataFrame
    sweep: pd.DataFrame
    sweep_jobs: pd.DataFrame


def option_test_study(study: OptionTestStudy, ground: StudyGround, step: Callable[[str], None] = lambda _: None) -> OptionsFound:
    """Runs the study; ``step`` is told each of `STEPS` before it starts."""
    step("today")
    rival = _measures(study, ground, ground.today, RIVAL)
    before = _measures(study, ground, ground.today, "transit")
    step("options")
    planned = {one.id: ground.transport(one.id) for one in study.scenarios}
    compared = {
        name: compare(ground.zones, before, _measures(study, ground, transport, "transit")) for name, transport in planned.items()
    }
    totals, winners = totals_by_unit(ground, compared)
    zones = {name: _with_rival(study, frame, rival) for name, frame in compared.items()}
    step("pairs")
    pairs = _pairs(study, ground, planned)
    step("sweep")
    sweep, sweep_jobs = _sweep(study, ground, before, rival)
    return OptionsFound(
        lines=_lines(ground, planned),
        pairs=pairs,
        zones=MappingProxyType(zones),
        competitive=_competitive(study, ground, zones),
        totals=totals,
        winners=winners,
        sweep=sweep,
        sweep_jobs=sweep_jobs,
    )


def _measures(study: OptionTestStudy, ground: StudyGround, transport: Transport, mode: str) -> pd.DataFrame:
    """Jobs within the cutoff and minutes to every destination, by one mode, on the zones."""
    timed = partial(travel_times, transport, ground.zones, mode=mode, departure=study.leaves(), seed=study.seed)
    jobs = ground.zones[ground.jobs].rename(f"jobs_by_{mode}")
    found = opportunities_within(timed(limit_min=study.cutoff_min), jobs, study.cutoff_min)
    ends = ground.destinations.loc[study.destinations]
    minutes = np.round(timed(ends, limit_min=study.limit_min).at().astype(float), 1)
    return found.assign(**{f"{mode}_to_{end}_min": minutes[:, at] for at, end in enumerate(study.destinations)})


def _with_rival(study: OptionTestStudy, compared: GeoDataFrame, rival: pd.DataFrame) -> GeoDataFrame:
    out = compared.join(rival)
    for end in study.destinations:
        fast = out[f"{RIVAL}_to_{end}_min"].where(lambda minutes: minutes > 0)
        for side in ("before", "after"):
            ratio = out[f"transit_to_{end}_min_{side}"] / fast
            out[f"time_ratio_to_{end}_{side}"] = ratio.where(np.isfinite(ratio)).round(3)
    return out


def _competitive(study: OptionTestStudy, ground: StudyGround, zones: Mapping[str, GeoDataFrame]) -> pd.DataFrame:
    """People whose transit minutes to a destination are within the ratio of the motorbike's, today and with each option."""
    people = ground.zones[ground.people].astype(float)
    first = next(iter(zones.values()))
    sides = [(TODAY, first, "before"), *((name, frame, "after") for name, frame in zones.items())]
    rows = []
    for name, frame, side in sides:
        for end in study.destinations:
            reached = np.isfinite(frame[f"{RIVAL}_to_{end}_min"])
            within = frame[f"time_ratio_to_{end}_{side}"] <= study.ratio
            inside = float(people[within].sum())
            rows.append((name, end, inside, 100 * inside / people.sum(), float(people[reached].sum())))
    columns = ["option", "destination_id", "competitive_people", "competitive_pct", "reached_by_motorbike_people"]
    return pd.DataFrame(rows, columns=columns).round({"competitive_pct": 2})


def _lines(ground: StudyGround, planned: Mapping[str, Transport]) -> pd.DataFrame:
    """Figures of every line an option adds, as it runs."""
    known = set() if ground.today.timetable is None else set(line_edits.running_lines(ground.today.timetable))
    courses = layers.corridors(workspace=ground.workspace)["travel_length_km"]
    rows = []
    for name, transport in planned.items():
        lengths = {one.name: one.length_km for one in ground.scenarios[name].changes if isinstance(one, layers.AddLine)}
        table = transport.timetable
        for line in [] if table is None else [one for one in line_edits.running_lines(table) if one not in known]:
            length_km = lengths.get(line, courses.get(line, np.nan))
            rows.append({"option": name, "line_id": line, **line_figures(transport, line, float(length_km))})
    return pd.DataFrame(rows)


def _costs(study: OptionTestStudy, ground: StudyGround) -> pd.DataFrame:
    """The study's own costs before those of the region; elsewhere on earth there are none but the study's own."""
    own = pd.DataFrame([cost.model_dump() for cost in study.costs])
    known = layers.travel_costs(workspace=ground.workspace) if ground.embedded else pd.DataFrame()
    return pd.concat([one for one in (own, known) if len(one)] or [own], ignore_index=True)


def _pairs(study: OptionTestStudy, ground: StudyGround, planned: Mapping[str, Transport]) -> pd.DataFrame:
    costs, rows = _costs(study, ground), []
    for start, end in study.pairs:
        origin, destination = ground.destinations.loc[[start]], ground.destinations.loc[[end]]
        ends = pd.concat([origin, destination[~destination.index.isin(origin.index)]])
        way = corridor_times(ground.today, ends, modes=[RIVAL], departure=study.leaves()).iloc[0]
        own = vehicle_cost_vnd(RIVAL, float(way["distance_km"]), costs) if len(costs) else np.nan
        fast = _minutes(study, ground.today, origin, destination, RIVAL)
        for name, transport in {TODAY: ground.today, **planned}.items():
            minutes = _minutes(study, transport, origin, destination, "transit")
            legs = itinerary(transport, origin, destination, departure=study.leaves(), limit_min=study.limit_min, seed=study.seed)
            fare = fare_vnd(legs, timetable_of(transport), costs) if len(costs) and np.isfinite(minutes) else np.nan
            rides = legs.loc[legs["kind"].eq("ride"), "line_id"]
            rows.append((start, end, name, minutes, fare, len(rides) if np.isfinite(minutes) else np.nan, " + ".join(rides)))
        rows.append((start, end, RIVAL, fast, own if np.isfinite(fast) else np.nan, 0, ""))
    columns = ["from_id", "to_id", "option", "travel_time_min", "cost_vnd", "rides", "by_lines"]
    table = pd.DataFrame(rows, columns=columns)
    fastest = table[table["option"].eq(RIVAL)].set_index(["from_id", "to_id"])["travel_time_min"]
    of_pair = fastest.reindex(pd.MultiIndex.from_frame(table[["from_id", "to_id"]])).to_numpy()
    ratio = table["travel_time_min"] / of_pair
    return table.assign(time_ratio=ratio.where(np.isfinite(ratio))).round({"travel_time_min": 1, "cost_vnd": -2, "time_ratio": 2})


def _minutes(study: OptionTestStudy, transport: Transport, start: GeoDataFrame, end: GeoDataFrame, mode: str) -> float:
    times = travel_times(transport, start, end, mode=mode, departure=study.leaves(), limit_min=study.limit_min, seed=study.seed)
    return float(times.at()[0, 0])


def _sweep(
    study: OptionTestStudy, ground: StudyGround, before: pd.DataFrame, rival: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every headway at every speed: minutes on board, who gains jobs, who comes within the ratio of the first destination."""
    told = study.sweep
    if told is None:
        return pd.DataFrame(), pd.DataFrame()
    first, people = study.destinations[0], ground.zones[ground.people].astype(float)
    options = {"departure": study.leaves(), "seed": study.seed}
    to_zones = Served(ground.zones, ground.zones, limit_min=study.cutoff_min, **options)
    to_place = Served(ground.zones, ground.destinations.loc[[first]], limit_min=study.limit_min, **options)
    jobs, fast = ground.zones[ground.jobs], rival[f"{RIVAL}_to_{first}_min"]
    length_km = _added_length_km(ground, told)
    rows, changes = [], {}
    runs = line_runs(
        ground.today,
        ground.scenarios[told.scenario],
        told.line,
        headway_min=told.headway_min,
        commercial_speed_kmh=told.commercial_speed_kmh,
        running_speed_kmh=told.running_speed_kmh,
    )
    for parameters, transport in runs:
        change = to_zones.within(transport, jobs, study.cutoff_min) - before.iloc[:, 0]
        minutes = np.round(to_place.times(transport).at()[:, 0].astype(float), 1)
        figures = line_figures(transport, told.line, length_km)
        rows.append(
            {
                **figures,
                **parameters,
                "better_people": float(people[change > 0].sum()),
                "worse_people": float(people[change < 0].sum()),
                "mean_jobs_change": float((change * people).sum() / people.sum()),
                "competitive_people": float(people.to_numpy()[minutes <= study.ratio * fast.to_numpy()].sum()),
            }
        )
        changes[_run_name(parameters)] = change
    return pd.DataFrame(rows).round({"mean_jobs_change": 1}), pd.DataFrame(changes)


def _added_length_km(ground: StudyGround, told: SweepOfStudy) -> float:
    changes = ground.scenarios[told.scenario].changes
    return next(one.length_km for one in changes if isinstance(one, layers.AddLine) and one.name == told.line)


def _run_name(parameters: Mapping[str, float]) -> str:
    """The column of a run: jobs_headway_4min_speed_18kmh_change."""
    headway, speed = parameters.values()
    return f"jobs_headway_{headway:g}min_speed_{speed:g}kmh_change"
