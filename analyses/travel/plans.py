"""What a matrix of travel times needs, worked out once for all of its points, so that any of its rows can be asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.travel.rides import Access, RideLinks, stop_links, timetable_of, walked_m
from analyses.travel.times import Departure, TravelTimes
from geo.movement import UNREACHED, Joined, Links, Transport, Walks, links_within, reached_share, times, transit_times

DS_PER_MIN = 600
NO_WALK = "nothing within reach on foot"
NO_STOP = "no stop within reach: on foot only"
FEW = 0.02  # of the network reached: less is found pair by pair, more as whole rows
_PAIRS = 2**18

Points = NDArray[np.float64]
Positions = NDArray[np.int64]
Minutes = NDArray[np.float32]


class Part(NamedTuple):
    """Some rows: ``minutes`` [percentile, row, column], ``inf`` where not reached; ``columns`` the destinations they stand for,
    ascending, None = all of them; ``joined`` how each row joined the network.
    """

    minutes: Minutes
    columns: Positions | None
    joined: pd.DataFrame


@dataclass(frozen=True)
class Asked:
    """What a matrix was asked for; ``rides`` what `transit_times` takes besides links and departure."""

    mode: str
    departure: Departure
    limit_min: float
    access: Access
    rides: Mapping[str, Any]


class Plan(Protocol):
    """Rows of one matrix, by position; those of a row never depend on the rows asked for with it."""

    def part(self, rows: Positions, *, few: bool = False) -> Part:
        """These rows; with ``few`` only the columns that any of them reaches."""
        ...

    def reaches_few(self) -> bool:
        """Whether a row reaches so few of the destinations that a part is better made of those alone."""
        ...

    def with_threads(self, threads: int) -> Plan:
        """The same rows, made by so many threads."""
        ...


@dataclass(frozen=True, eq=False)
class StreetPlan:
    """A street mode: both sides joined to the network once."""

    transport: Transport
    weights: str
    sides: Joined
    limit_ds: int
    percentiles: int
    threads: int | None = None

    def part(self, rows: Positions, *, few: bool = False) -> Part:
        """See `Plan`."""
        joined = self.sides.report.iloc[rows]
        if few:
            return Part(*_of_links(self._links(rows), self.limit_ds, self.percentiles), joined)
        leaving, direct = self.sides.leaving.rows(rows), self.sides.direct.rows(rows)
        streets, arriving = self.transport.streets, self.sides.arriving
        ds = times(streets, self.weights, leaving, arriving, self.limit_ds, direct=direct, threads=self.threads)
        return Part(_in_minutes(ds, self.limit_ds, self.percentiles), None, joined)

    def with_threads(self, threads: int) -> StreetPlan:
        """See `Plan`."""
        return replace(self, threads=threads)

    def reaches_few(self) -> bool:
        """See `Plan`: told by a sample of the origins."""
        sides = self.sides
        return reached_share(self.transport.streets, self.weights, sides.leaving, sides.arriving, self.limit_ds) < FEW

    def _links(self, rows: Positions) -> Links:
        leaving, direct = self.sides.leaving.rows(rows), self.sides.direct.rows(rows)
        streets, arriving = self.transport.streets, self.sides.arriving
        return links_within(streets, self.weights, leaving, arriving, self.limit_ds, direct=direct, threads=self.threads)


@dataclass(frozen=True, eq=False)
class WalkPlan:
    """On foot at any speed: pairs are found by the rule of walking."""

    walks: Walks
    limit_min: float
    speed_kmh: float
    percentiles: int
    threads: int | None = None

    def part(self, rows: Positions, *, few: bool = False) -> Part:
        """See `Plan`."""
        links = self.walks.links(rows, walked_m(self.limit_min, self.speed_kmh), self.speed_kmh, self.threads)
        joined = _reasons(np.diff(links.ptr) > 0, NO_WALK)
        limit_ds = int(self.limit_min * DS_PER_MIN)
        if few:
            return Part(*_of_links(links, limit_ds, self.percentiles), joined)
        ds = np.full((len(rows), links.places), UNREACHED, np.int32)
        ds[links.point(), links.place] = links.ds
        return Part(_in_minutes(ds, limit_ds, self.percentiles), None, joined)

    def with_threads(self, threads: int) -> WalkPlan:
        """See `Plan`."""
        return replace(self, threads=threads)

    def reaches_few(self) -> bool:
        """See `Plan`: people do not walk far."""
        return True


@dataclass(frozen=True, eq=False)
class TransitPlan:
    """Lines, and walks or another mode to them."""

    transport: Transport
    access: Links
    transfers: Links
    egress: Links
    walks: Walks
    asked: Asked

    def part(self, rows: Positions, *, few: bool = False) -> Part:
        """See `Plan`."""
        when = self.asked.departure
        minutes = transit_times(
            timetable_of(self.transport),
            **self._links(rows),
            departure_s=when.seconds,
            window_min=when.window_min,
            percentiles=when.percentiles,
            limit_min=int(self.asked.limit_min),
            arrive_by=when.arrive_by,
            **self.asked.rides,
        )
        joined = _reasons(np.diff(self.access.ptr)[rows] > 0, NO_STOP)
        if not few:
            return Part(minutes, None, joined)
        columns = np.flatnonzero(np.isfinite(minutes[-1]).any(axis=0))
        return Part(np.ascontiguousarray(minutes[:, :, columns]), columns, joined)

    def with_threads(self, threads: int) -> TransitPlan:
        """See `Plan`."""
        return replace(self, asked=replace(self.asked, rides={**self.asked.rides, "threads": threads}))

    def reaches_few(self) -> bool:
        """See `Plan`: the kernel makes whole rows."""
        return False

    def _links(self, rows: Positions) -> RideLinks:
        speed_kmh = self.asked.access.walk_speed_kmh
        direct = self.walks.links(rows, walked_m(self.asked.limit_min, speed_kmh), speed_kmh, self.asked.rides["threads"])
        return {"access": self.access.rows(rows), "transfers": self.transfers, "egress": self.egress, "direct": direct}


@dataclass(frozen=True, eq=False)
class Matrix:
    """A matrix that is not computed yet: any of its rows on demand."""

    origins: pd.Index
    destinations: pd.Index
    start_xy: Points
    end_xy: Points
    asked: Asked
    transport: Transport
    plan: Plan

    def times(self, rows: Positions, *, few: bool = False) -> TravelTimes:
        """Travel times of these rows, with ``few`` only to the destinations that any of them reaches."""
        part, asked = self.plan.part(rows, few=few), self.asked
        origins = self.origins[rows]
        ends = self.destinations if part.columns is None else self.destinations[part.columns]
        joined = part.joined.set_axis(origins)
        return TravelTimes(
            part.minutes, origins, ends, asked.departure.percentiles, asked.mode, asked.limit_min, joined, self.note
        )

    def on_workers(self) -> Matrix:
        """As workers make it, who share the machine: one thread each where nothing else was asked for."""
        return self if self.asked.rides["threads"] else replace(self, plan=self.plan.with_threads(1))

    @property
    def note(self) -> str:
        """What the numbers rest on."""
        asked, rides = self.asked, self.asked.rides
        when = f"{asked.departure.time}, window {asked.departure.window_min} min"
        name = f"{self.transport.name}; {asked.mode}; {when}; limit {asked.limit_min:g} min"
        return f"{name}; seed {rides['seed']}, {rides['draws']} draws"


def plan(transport: Transport, start_xy: Points, end_xy: Points, asked: Asked) -> Plan:
    """The plan of one mode between two sets of points in the transport's CRS."""
    layers, threads = len(asked.departure.percentiles), asked.rides["threads"]
    speed_kmh = asked.access.walk_speed_kmh
    if asked.mode == "walk":
        return WalkPlan(transport.walking.walks(start_xy, end_xy), asked.limit_min, speed_kmh, layers, threads)
    hours, hour = transport.hours, asked.departure.hour
    if asked.mode == "transit":
        links = stop_links(transport, start_xy, end_xy, hour, asked.access, threads)
        return TransitPlan(transport, *links, transport.walking.walks(start_xy, end_xy), asked)
    sides = transport.joining.joined(transport.streets, asked.mode, hours.factor(asked.mode, hour), start_xy, end_xy)
    limit_ds = int(asked.limit_min * DS_PER_MIN)
    return StreetPlan(transport, hours.weights(asked.mode, hour), sides, limit_ds, layers, threads)


def _reasons(served: NDArray[np.bool_], reason: str) -> pd.DataFrame:
    return pd.DataFrame({"reason": np.where(served, "", reason)})


def _of_links(links: Links, limit_ds: int, percentiles: int) -> tuple[Minutes, Positions]:
    columns, column = np.unique(links.place, return_inverse=True)
    ds = np.full((links.points, len(columns)), UNREACHED, np.int32)
    ds[links.point(), column] = links.ds
    return _in_minutes(ds, limit_ds, percentiles), columns.astype(np.int64)


def _in_minutes(ds: NDArray[np.int32], limit_ds: int, percentiles: int) -> Minutes:
    """Minutes, ``inf`` beyond the limit; in blocks, for the steps between take more room than the result."""
    minutes = np.empty((percentiles, *ds.shape), np.float32)
    step = max(1, _PAIRS // max(1, ds.shape[1]))
    for low in range(0, len(ds), step):
        part = ds[low : low + step]
        minutes[:, low : low + step] = np.where(part <= limit_ds, part / np.float32(DS_PER_MIN), np.float32(np.inf))
    return minutes
