"""Connectivity: the axis by section, people within reach of every gateway, all pairs of centres, failures that hurt most."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pydantic import Field

import layers
from analyses.access.decay import decay_exponential
from analyses.access.potential import internal_minutes, potential_access
from analyses.networks.candidates import bridge_candidates, line_candidates, road_candidates
from analyses.networks.failures import robustness
from analyses.study.grounds import StudyGround
from analyses.study.parts import Minutes, Study, Wrong
from analyses.travel.corridor import corridor_times, corridor_ways
from analyses.travel.matrices import travel_times
from analyses.travel.times import Departure, TravelTimes
from geo import area_ha, nearest_names
from geo.movement import Transport

STEPS = ("axis", "gateways", "centres", "failures")
TODAY = "today"
Mode = Literal["motorbike", "car", "truck", "transit"]
Hour = Annotated[str, Field(pattern=r"^([01]?\d|2[0-3]):[0-5]\d$")]


class ConnectivityStudy(Study):
    """How well the region hangs together, today and with each scenario.

    ``axis`` centres in order of travel; ``gateways`` (ids of `layers.gateways`; all where none are named) and the shares of
    people ``within_min`` of them; ``half_life_min`` of the potential; ``local_speed_kmh`` inside a centre's own catchment;
    ``fails`` the mode whose streets fail one after the other.
    """

    kind: Literal["connectivity"] = "connectivity"
    axis: list[str] = Field(min_length=2)
    gateways: list[str] = []  # noqa: RUF012 - pydantic gives every study its own
    modes: list[Mode] = Field(default=["motorbike", "car", "transit"], min_length=1)
    off_peak: Hour = "10:00"
    within_min: list[Minutes] = Field(default=[30, 60, 90], min_length=1)
    limit_min: Minutes = 240
    half_life_min: float = Field(default=30.0, gt=0)
    local_speed_kmh: float = Field(default=20.0, gt=0)
    fails: Literal["motorbike", "car", "truck"] = "car"

    def wrong(self, ground: StudyGround) -> Iterator[Wrong]:
        """Centres, gateways and modes that are not there."""
        for number, name in enumerate(self.axis):
            if name not in ground.destinations.index:
                yield ("axis", number), f"no such centre, seen {name!r}; {nearest_names(name, ground.destinations.index)}"
        if self.gateways or ground.embedded:
            known = _all_gateways(ground).index
            for number, name in enumerate(self.gateways):
                if name not in known:
                    yield ("gateways", number), f"no such gateway, seen {name!r}; {nearest_names(name, known)}"
        for number, mode in enumerate(self.modes):
            if mode not in ground.today.modes:
                yield ("modes", number), f"this transport has no mode {mode!r}; {', '.join(ground.today.modes)}"


@dataclass(frozen=True, eq=False)
class ConnectivityFound:
    """Its results; ``scenario`` is "today" or a scenario's id in each.

    ``axis``: a row a scenario, hour, mode and section (transit only minutes); ``axis_ways`` its fastest ways by car;
    ``gateways``: the zones with ``<mode>_to_<gateway>_min`` and ``<mode>_to_nearest_min`` of today; ``reached``: people within
    the limits of each gateway; ``pairs``: minutes between all centres; ``potential``: the centres with people of their own
    catchment and their potential; ``failures``: roads and bridges (``failure`` "road", "bridge") by what people lose to the
    places of the axis, lines ("line") by what travellers by transit lose.
    """

    axis: pd.DataFrame
    axis_ways: GeoDataFrame
    gateways: GeoDataFrame
    reached: pd.DataFrame
    pairs: pd.DataFrame
    potential: GeoDataFrame
    failures: GeoDataFrame


def connectivity_study(
    study: ConnectivityStudy, ground: StudyGround, step: Callable[[str], None] = lambda _: None
) -> ConnectivityFound:
    """Runs the study; ``step`` is told each of `STEPS` before it starts."""
    transports = {TODAY: ground.today, **{one.id: ground.transport(one.id) for one in study.scenarios}}
    step("axis")
    axis = pd.concat([_axis(study, ground, net).assign(scenario=name) for name, net in transports.items()], ignore_index=True)
    ways = [_ways(study, ground, net).assign(scenario=name) for name, net in transports.items()]
    step("gateways")
    gateways, reached = _gateways(study, ground, transports)
    step("centres")
    pairs, potential = _centres(study, ground, transports)
    step("failures")
    return ConnectivityFound(
        axis=axis,
        axis_ways=GeoDataFrame(pd.concat(ways, ignore_index=True), crs=ground.today.crs),
        gateways=gateways,
        reached=reached,
        pairs=pairs,
        potential=potential,
        failures=_failures(study, ground),
    )


def _all_gateways(ground: StudyGround) -> GeoDataFrame:
    return layers.gateways(workspace=ground.workspace) if ground.embedded else ground.destinations


def _all_centres(ground: StudyGround) -> GeoDataFrame:
    return layers.centres(workspace=ground.workspace) if ground.embedded else ground.destinations


def gateways_of(study: ConnectivityStudy, ground: StudyGround) -> GeoDataFrame:
    """The gateways the study asks about."""
    every = _all_gateways(ground)
    return every.loc[study.gateways] if study.gateways else every


def _hours(study: ConnectivityStudy) -> dict[str, Departure]:
    return {"peak": study.leaves(), "off_peak": Departure(study.off_peak, study.departure.window_min)}


def _streets(modes: Sequence[Mode]) -> list[Mode]:
    return [mode for mode in modes if mode != "transit"]


def _axis(study: ConnectivityStudy, ground: StudyGround, transport: Transport) -> pd.DataFrame:
    places = ground.destinations.loc[study.axis]
    tables = []
    for hour, leaves in _hours(study).items():
        streets = _streets(study.modes)
        if streets:
            tables.append(corridor_times(transport, places, modes=streets, departure=leaves).assign(hour=hour))
        if "transit" in study.modes:
            tables.append(_transit_axis(study, transport, places, leaves).assign(hour=hour))
    table = pd.concat(tables, ignore_index=True)
    return table.round({"distance_km": 2, "straight_km": 2, "travel_time_min": 1, "mean_speed_kmh": 1, "detour": 3})


def _transit_axis(study: ConnectivityStudy, transport: Transport, places: GeoDataFrame, leaves: Departure) -> pd.DataFrame:
    """Minutes by transit of the same sections; how far it is, nobody can tell who changes lines."""
    times = _times(study, transport, places, places, "transit", leaves)
    ends = [*zip(places.index[:-1], places.index[1:], strict=True)]
    ends += [(places.index[0], places.index[-1])] if len(places) > 2 else []  # noqa: PLR2004 - whole and only section
    table = pd.DataFrame(ends, columns=["from_id", "to_id"]).assign(mode="transit")
    at = times.at().astype(float)
    rows, columns = (places.index.get_indexer(table[name]) for name in ("from_id", "to_id"))
    minutes = at[rows, columns]
    return table.assign(travel_time_min=np.where(np.isfinite(minutes), minutes, np.nan))


def _ways(study: ConnectivityStudy, ground: StudyGround, transport: Transport) -> GeoDataFrame:
    return corridor_ways(transport, ground.destinations.loc[study.axis], departure=Departure(study.off_peak))


def _times(
    study: ConnectivityStudy, transport: Transport, start: GeoDataFrame, end: GeoDataFrame, mode: str, leaves: Departure
) -> TravelTimes:
    return travel_times(transport, start, end, mode=mode, departure=leaves, limit_min=study.limit_min, seed=study.seed)


def _gateways(
    study: ConnectivityStudy, ground: StudyGround, transports: dict[str, Transport]
) -> tuple[GeoDataFrame, pd.DataFrame]:
    """Minutes from the zones to every gateway today, and the people within the limits of each in every scenario."""
    ends = gateways_of(study, ground)
    people = ground.zones[ground.people].astype(float)
    out, rows = ground.zones.copy(), []
    for name, transport in transports.items():
        for mode in study.modes:
            minutes = _times(study, transport, ground.zones, ends, mode, study.leaves()).at().astype(float)
            if name == TODAY:
                columns = {f"{mode}_to_{end}_min": np.round(minutes[:, at], 1) for at, end in enumerate(ends.index)}
                out = out.assign(**columns, **{f"{mode}_to_nearest_min": np.round(minutes.min(axis=1), 1)})
            for limit in study.within_min:
                within = people.to_numpy() @ (minutes <= limit)
                shares = 100 * within / people.sum()
                parts = zip(ends.index, within.round().astype(int), shares.round(1), strict=True)
                rows += [(name, gateway, mode, limit, inside, share) for gateway, inside, share in parts]
    named = ["scenario", "gateway_id", "mode", "within_min", ground.people, "share_pct"]
    return out, pd.DataFrame(rows, columns=named)


def _centres(
    study: ConnectivityStudy, ground: StudyGround, transports: dict[str, Transport]
) -> tuple[pd.DataFrame, GeoDataFrame]:
    """All pairs of centres, and the potential of each: every zone's people stand at the centre it reaches first."""
    centres = _all_centres(ground)
    mode = _streets(study.modes)[0] if _streets(study.modes) else study.modes[0]
    own = _times(study, ground.today, ground.zones, centres, mode, study.leaves()).at()
    first = np.where(np.isfinite(own.min(axis=1)), own.argmin(axis=1), -1)
    counted = ground.zones.assign(centre=first)[first >= 0]
    masses = counted.groupby("centre")[ground.people].sum().reindex(range(len(centres)), fill_value=0).set_axis(centres.index)
    area = area_ha(counted).groupby(counted["centre"]).sum().reindex(range(len(centres)), fill_value=np.nan)
    inside = internal_minutes(area.fillna(area.min()).set_axis(centres.index), study.local_speed_kmh)
    decay = decay_exponential(half_life_min=study.half_life_min)
    pairs, out = [], centres.assign(**{ground.people: masses})
    for name, transport in transports.items():
        for by in study.modes:
            times = _times(study, transport, centres, centres, by, study.leaves())
            pairs.append(times.to_frame().assign(scenario=name, mode=by))
            found = potential_access(times, masses.rename("people"), decay, internal_min=inside)
            out[f"people_potential_by_{by}_{name}"] = found["people_potential"].round(0)
    table = pd.concat(pairs, ignore_index=True)
    return table[table["from_id"] != table["to_id"]].round(1).reset_index(drop=True), out


def _failures(study: ConnectivityStudy, ground: StudyGround) -> GeoDataFrame:
    """Every road, bridge and line of today failing alone, for the way of all people to the places of the axis."""
    places = ground.destinations.loc[study.axis]
    hurt = partial(robustness, ground.today, ground.zones, places, ground.zones[ground.people], limit_min=study.limit_min)
    leaves = study.leaves()
    found = [hurt(candidates=road_candidates(ground.today), mode=study.fails, departure=leaves).assign(failure="road")]
    if ground.embedded:
        bridges = bridge_candidates(ground.today, layers.waterways(workspace=ground.workspace))
        found.append(hurt(candidates=bridges, mode=study.fails, departure=leaves).assign(failure="bridge"))
    if "transit" in study.modes and ground.today.timetable is not None:
        lines = line_candidates(ground.today)
        found.append(hurt(candidates=lines, mode="transit", departure=leaves, seed=study.seed).assign(failure="line"))
    table = pd.concat(found)
    names = _names(ground)
    called = [str(name).rpartition("/") for name in table.index]
    for lang in ("vi", "en"):
        table[f"name_{lang}"] = [
            " / ".join(names.get(part, {}).get(lang, part) for part in (water, road) if part) for water, _, road in called
        ]
    return GeoDataFrame(table, crs=ground.today.crs)


def _names(ground: StudyGround) -> dict[str, dict[str, str]]:
    if not ground.embedded:
        return {}
    frames = (
        layers.corridors(workspace=ground.workspace),
        layers.bus_lines(workspace=ground.workspace),
        layers.waterways(workspace=ground.workspace),
    )
    return {
        str(name): {"vi": str(vi), "en": str(en)}
        for frame in frames
        for name, vi, en in zip(frame.index, frame["name_vi"], frame["name_en"], strict=True)
    }
