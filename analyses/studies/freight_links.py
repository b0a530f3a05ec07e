"""Waterways and railways as links: goods from industrial parks to seaports against truck only, people with new trains."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pydantic import Field

import layers
from analyses.access.opportunities import opportunities_within
from analyses.options.comparison import compare, comparison_totals, winners_and_losers
from analyses.options.freight_chains import Carrier, Truck, chains, lengths_along
from analyses.study.baselines import TODAY, StudyFromBaseline
from analyses.study.grounds import StudyGround
from analyses.study.lines import Place
from analyses.study.parts import Id, Minutes, Wrong
from analyses.study.shapes import Part
from analyses.travel.corridor import corridor_times
from analyses.travel.matrices import travel_times
from analyses.travel.times import Departure
from geo import PlanningDataError, nearest_names, to_crs
from geo.movement import Transport

STEPS = ("links", "trucks", "chains", "passengers")
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Hour = Annotated[str, Field(pattern=r"^([01]?\d|2[0-3]):[0-5]\d$")]


class LegOfStudy(Part):
    """A stretch that the lines of the data lack: between two terminals or ports."""

    start: str
    end: str
    km: Positive


class CarrierOfStudy(Part):
    """Barge or train: its lines, the terminals where goods change to it, what it takes and costs (thousand dong a TEU)."""

    id: Id
    name_vi: str
    name_en: str
    lines: list[str] = Field(min_length=1)
    terminals: list[str] = Field(min_length=1)
    legs: list[LegOfStudy] = []  # noqa: RUF012 - pydantic gives every study its own
    speed_kmh: Positive
    transfer_h: NotNegative
    port_h: NotNegative = 0.0
    k_vnd_per_km: NotNegative
    handling_k_vnd: NotNegative

    def carrier(self) -> Carrier:
        """The carrier as `chains` takes it."""
        return Carrier(self.speed_kmh, self.transfer_h, self.port_h, self.k_vnd_per_km, self.handling_k_vnd)


class TruckOfStudy(Part):
    """What trucks cost, thousand dong a TEU, and what an hour of the goods is worth by any way."""

    fixed_k_vnd: NotNegative
    k_vnd_per_km: Positive
    k_vnd_per_hour: Positive


class FreightLinksStudy(StudyFromBaseline):
    """Goods from ``parks`` (all industrial parks where none are named) to ``ports`` by truck at ``truck_hour`` or by chains.

    ``carriers`` with their terminals; ``factors`` by which transfer hours and handling costs are varied together; ``cutoff_min``
    of the jobs that passengers reach by transit today and with each scenario (new trains).
    """

    kind: Literal["freight_links"] = "freight_links"
    parks: list[str] = []  # noqa: RUF012 - pydantic gives every study its own
    ports: list[str] = Field(min_length=1)
    truck_hour: Hour = "10:00"
    truck: TruckOfStudy
    carriers: list[CarrierOfStudy] = Field(min_length=1)
    factors: list[Positive] = Field(default=[0.5, 0.75, 1.0, 1.25, 1.5], min_length=1)
    cutoff_min: Minutes = 60
    limit_min: Minutes = 300

    def wrong(self, ground: StudyGround) -> Iterator[Wrong]:
        """Parks, ports, terminals and lines that are not there."""
        yield from super().wrong(ground)
        if not ground.embedded:
            yield ("kind",), "waterways, railways and ports are known of the embedded region only; leave out [base] osm and zones"
            return
        known, lines = _terminals(ground.workspace).index, _lines(ground.workspace).index
        named: list[tuple[Place, str, pd.Index]] = [
            (("parks", at), one, layers.industrial_parks(workspace=ground.workspace).index) for at, one in enumerate(self.parks)
        ]
        named += [(("ports", at), one, known) for at, one in enumerate(self.ports)]
        for number, carrier in enumerate(self.carriers):
            place: Place = ("carriers", number)
            named += [((*place, "lines", at), one, lines) for at, one in enumerate(carrier.lines)]
            named += [((*place, "terminals", at), one, known) for at, one in enumerate(carrier.terminals)]
            ends = pd.Index([*carrier.terminals, *self.ports])
            named += [
                ((*place, "legs", at, key), str(getattr(leg, key)), ends)
                for at, leg in enumerate(carrier.legs)
                for key in ("start", "end")
            ]
        for where, name, names in named:
            if name not in names:
                yield where, f"no such name, seen {name!r}; {nearest_names(name, names)}"


@dataclass(frozen=True, eq=False)
class FreightLinksFound:
    """Its results, all modelled.

    ``parks``: the parks with ``<carrier>_<port>_saving_k_vnd`` and ``best_saving_k_vnd``; ``terminals``; ``links``: km and hours
    from terminals to ports; ``lines``: what carries; ``chains`` as `analyses.options.freight_chains.chains` gives them;
    ``sensitivity``: parks that gain by factor, carrier and port; ``access`` by scenario: jobs within the cutoff by transit
    before, after, change; ``totals``, ``winners`` of people.
    """

    parks: GeoDataFrame
    terminals: GeoDataFrame
    links: pd.DataFrame
    lines: GeoDataFrame
    chains: pd.DataFrame
    sensitivity: pd.DataFrame
    access: Mapping[str, GeoDataFrame]
    totals: pd.DataFrame
    winners: pd.DataFrame


def freight_links_study(
    study: FreightLinksStudy, ground: StudyGround, step: Callable[[str], None] = lambda _: None
) -> FreightLinksFound:
    """Runs the study; ``step`` is told each of `STEPS` before it starts."""
    nets = study.transports(ground)
    step("links")
    places = _terminals(ground.workspace).loc[
        list(dict.fromkeys([*study.ports, *(one for c in study.carriers for one in c.terminals)]))
    ]
    line_km = _line_km(study, ground, places)
    step("trucks")
    parks = layers.industrial_parks(workspace=ground.workspace)
    parks = parks.loc[study.parks] if study.parks else parks
    truck_km, truck_min = _trucks(study, nets[TODAY], parks, places)
    step("chains")
    made = _chains(study, truck_km, truck_min, line_km, 1.0)
    trials = [_chains(study, truck_km, truck_min, line_km, factor).assign(factor=factor) for factor in study.factors]
    if made.empty:
        mend = "bring terminals and ports within 2 km of the lines, or name legs."
        raise PlanningDataError("E-LINK-02", "no chain leads from any park to any port.", mend=mend)
    step("passengers")
    access = _access(study, ground, nets)
    return FreightLinksFound(
        parks=_gains(parks, made),
        terminals=places,
        links=_links(study, line_km),
        lines=_lines(ground.workspace).loc[list(dict.fromkeys(one for carrier in study.carriers for one in carrier.lines))],
        chains=made,
        sensitivity=_sensitivity(pd.concat(trials, ignore_index=True)),
        access=MappingProxyType(access),
        totals=_told_of(access, ground, comparison_totals),
        winners=_told_of(access, ground, winners_and_losers),
    )


def _terminals(workspace: layers.Workspace | None) -> GeoDataFrame:
    """Logistics places and railway stations, in one frame."""
    stations = layers.rail_stations(workspace=workspace).assign(kind="rail_station")
    kept = ["name_vi", "name_en", "kind", "status", "accuracy_m", "geometry"]
    return GeoDataFrame(pd.concat([layers.logistics(workspace=workspace)[kept], stations[kept]]).rename_axis("terminal_id"))


def _lines(workspace: layers.Workspace | None) -> GeoDataFrame:
    corridors = layers.corridors(workspace=workspace)
    return corridors[corridors["mode"].isin(["waterway", "rail"])]


def _line_km(study: FreightLinksStudy, ground: StudyGround, places: GeoDataFrame) -> pd.DataFrame:
    """Kilometres by carrier and terminal to each port."""
    found = {}
    for carrier in study.carriers:
        ends = places.loc[list(dict.fromkeys([*carrier.terminals, *study.ports]))]
        legs = [(leg.start, leg.end, leg.km) for leg in carrier.legs]
        found[carrier.id] = lengths_along(_lines(ground.workspace).loc[carrier.lines], ends, legs=legs).loc[
            carrier.terminals, study.ports
        ]
    return pd.concat(found, names=["carrier", "terminal_id"])


def _trucks(
    study: FreightLinksStudy, net: Transport, parks: GeoDataFrame, places: GeoDataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Kilometres and minutes by truck from every park to every terminal and port."""
    start, ends = (to_crs(frame, net.crs)[["geometry"]] for frame in (parks, places))
    leaves = Departure(study.truck_hour)
    table = pd.concat(
        corridor_times(net, pd.concat([start.loc[[park]], ends.loc[[place]]]), modes=["truck"], departure=leaves)
        for park in start.index
        for place in ends.index
    )
    km, minutes = (
        table.pivot_table(index="from_id", columns="to_id", values=name, dropna=False).loc[start.index, ends.index]
        for name in ("distance_km", "travel_time_min")
    )
    return km, minutes.where(minutes <= study.limit_min)


def _chains(
    study: FreightLinksStudy, truck_km: pd.DataFrame, truck_min: pd.DataFrame, line_km: pd.DataFrame, factor: float
) -> pd.DataFrame:
    """The chains with transfer hours and handling times a factor."""
    carriers = {one.id: one.carrier() for one in study.carriers}
    varied = {
        name: replace(one, transfer_h=factor * one.transfer_h, handling_k_vnd=factor * one.handling_k_vnd)
        for name, one in carriers.items()
    }
    truck = Truck(study.truck.fixed_k_vnd, study.truck.k_vnd_per_km, study.truck.k_vnd_per_hour)
    table = chains(truck_km, truck_min, line_km, truck, varied).rename(columns={"origin_id": "park_id"})
    digits = {name: 0 for name in table if str(name).endswith("_k_vnd")} | {"truck_min": 0, "chain_min": 0}
    return table.round(digits | {"break_even_transfer_h": 1})


def _gains(parks: GeoDataFrame, made: pd.DataFrame) -> GeoDataFrame:
    wide = made.pivot_table(index="park_id", columns=["carrier", "port_id"], values="saving_k_vnd")
    wide.columns = pd.Index(["_".join([*map(str, pair), "saving_k_vnd"]) for pair in wide.columns.to_list()])
    return GeoDataFrame(parks.join(wide).assign(best_saving_k_vnd=wide.max(axis=1)), crs=parks.crs)


def _links(study: FreightLinksStudy, line_km: pd.DataFrame) -> pd.DataFrame:
    """Kilometres and hours on the line, transfer and port hours included apart; pairs without a line left out."""
    table = line_km.reset_index().melt(["carrier", "terminal_id"], var_name="port_id", value_name="line_km")
    table = table[np.isfinite(table["line_km"]) & (table["terminal_id"] != table["port_id"])]
    by = {one.id: one for one in study.carriers}
    table["line_h"] = [km / by[name].speed_kmh for name, km in zip(table["carrier"], table["line_km"], strict=True)]
    table["transfer_h"] = [by[name].transfer_h + by[name].port_h for name in table["carrier"]]
    table["total_h"] = table["line_h"] + table["transfer_h"]
    return table.round(1).reset_index(drop=True)


def _sensitivity(trials: pd.DataFrame) -> pd.DataFrame:
    """Parks that gain, of all that a chain serves, by factor."""
    gained = trials.assign(parks_gaining=trials["saving_k_vnd"].gt(0))
    keys = ["carrier", "port_id", "factor"]
    return (
        gained.groupby(keys, sort=False)["parks_gaining"]
        .agg(["sum", "size"])
        .set_axis(["parks_gaining", "parks"], axis=1)
        .reset_index()
    )


def _access(study: FreightLinksStudy, ground: StudyGround, nets: Mapping[str, Transport]) -> dict[str, GeoDataFrame]:
    jobs = ground.zones[ground.jobs].rename("jobs")
    reached = {}
    for name, net in nets.items():
        times = travel_times(net, ground.zones, departure=study.leaves(), limit_min=study.cutoff_min, seed=study.seed)
        reached[name] = opportunities_within(times, jobs, study.cutoff_min)
    return {name: compare(ground.zones, reached[TODAY], after) for name, after in reached.items() if name != TODAY}


def _told_of(access: Mapping[str, GeoDataFrame], ground: StudyGround, ask: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    tables = [ask(frame, people=ground.people).assign(scenario=name) for name, frame in access.items()]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
