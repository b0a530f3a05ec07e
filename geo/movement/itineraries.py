"""One journey with its legs, equal to the matrix to the second: the same search, traced back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from geo.movement.kernels import raptor
from geo.movement.kernels.query import NONE_S, Ints, Query
from geo.movement.links import Links
from geo.movement.queries import Journeys, transit_query
from geo.movement.timetable import Timetable
from geo.movement.transit import check_links, check_ranges, no_links


@dataclass(frozen=True)
class Leg:
    """A walk or a ride. Times in seconds after midnight; ``stop_ids`` all stops passed, for a walk its ends.

    Walks from the origin and to the destination name only their one stop, walking all the way none. ``line_id``,
    ``line_name``: rides only.
    """

    kind: Literal["walk", "ride"]
    leave_s: int
    arrive_s: int
    stop_ids: tuple[str, ...]
    line_id: str = ""
    line_name: str = ""


@dataclass(frozen=True)
class Itinerary:
    """The fastest journey of one departure, of equally fast ones that with the fewest rides."""

    leave_s: int
    arrive_s: int
    legs: tuple[Leg, ...]

    @property
    def travel_time_min(self) -> float:
        """Minutes from leaving to arriving."""
        return (self.arrive_s - self.leave_s) / 60


def itinerary(  # noqa: PLR0913 - the question of `transit_times` for one pair
    timetable: Timetable,
    *,
    origin: int,
    destination: int,
    access: Links,
    transfers: Links,
    egress: Links,
    direct: Links | None,
    departure_s: int,
    limit_min: int,
    board_slack_s: int = 60,
    max_rides: int = 4,
    draw: int = 0,
    draws: int = 5,
    seed: int = 0,
) -> Itinerary | None:
    """The journey from one origin to one destination leaving at ``departure_s``; None = not reached within ``limit_min``.

    Links, options and errors as in :func:`~geo.movement.transit_times`; ``draw`` picks one of the ``draws`` of the headway lines.
    """
    direct = direct or no_links(access.points, egress.places)
    check_links(len(timetable.stop_ids), access, transfers, egress, direct)
    check_ranges(departure_s, 1, (), limit_min, board_slack_s, max_rides, draws)
    journeys = Journeys(departure_s, 1, max_rides, board_slack_s, limit_min * 60)
    query = transit_query(timetable, (access, transfers, egress, direct), journeys, draws, seed)
    trace = _Trace(timetable, query, query.starts[min(draw, len(query.starts) - 1)], origin)
    return trace.to(destination)


class _Trace:
    """The labels of one search, read backwards."""

    def __init__(self, timetable: Timetable, query: Query, start: Ints, origin: int) -> None:
        self.timetable, self.query, self.start, self.origin = timetable, query, start, origin
        self.labels = raptor.labels(query.rides, len(timetable.stop_ids), len(query.tables.ptr) - 1)
        raptor.depart(query, start, origin, query.departure_s, self.labels)

    def to(self, destination: int) -> Itinerary | None:
        query, leave = self.query, self.query.departure_s
        walk_s, (arrive, rides, stop, egress_s) = self._walk_s(destination), self._last_stop(destination)
        best = min(leave + walk_s, arrive)
        if best > leave + query.limit_s:
            return None
        if leave + walk_s <= arrive:
            return Itinerary(leave, best, (Leg("walk", leave, best, ()),))
        legs = [Leg("walk", arrive - egress_s, arrive, (self._name(stop),))]
        while rides:
            ride, board = self._ride_to(stop, rides)
            before, stop, rides = self._ready_at(board, rides - 1)
            legs += [ride, *before]
        return Itinerary(leave, arrive, tuple(legs[::-1]))

    def _walk_s(self, destination: int) -> int:
        row = slice(*self.query.direct.ptr[self.origin : self.origin + 2])
        found = self.query.direct.sec[row][self.query.direct.item[row] == destination]
        return int(found[0]) if len(found) else int(NONE_S)

    def _last_stop(self, destination: int) -> tuple[int, int, int, int]:
        """Arrival, rides, stop alighted at and seconds of walking from there; the least of all."""
        egress, found = self.query.egress, [(2 * int(NONE_S), 0, 0, 0)]
        for row in np.flatnonzero(self.query.reachable == destination):
            for e in range(egress.ptr[row], egress.ptr[row + 1]):
                stop, walk = int(egress.item[e]), int(egress.sec[e])
                time = int(self.labels.arrived[-1, stop])
                found.append((time + walk, self._fewest(self.labels.arrived, stop, self.query.rides), stop, walk))
        return min(found)

    @staticmethod
    def _fewest(times: Ints, stop: int, rides: int) -> int:
        return int(np.argmax(times[:, stop] == times[rides, stop]))

    def _ride_to(self, stop: int, rides: int) -> tuple[Leg, int]:
        """The ride that arrives as the label says and is boarded last; with the stop it is boarded at."""
        tables, time, found = self.query.tables, self.labels.arrived[rides, stop], []
        for cell in np.flatnonzero((tables.stop == stop) & (tables.alight == 1)).tolist():
            q = int(np.searchsorted(tables.ptr, cell, side="right")) - 1
            p = cell - int(tables.ptr[q])
            for trip in range(self.query.lo[q], self.query.hi[q]):
                at = int(tables.offset[trip])
                if self.start[trip] + tables.arrival[at + p] == time:
                    departures = self.start[trip] + tables.departure[at : at + p]
                    ready = self.labels.ready[rides - 1, tables.stop[cell - p : cell]]
                    boards = np.flatnonzero((tables.board[cell - p : cell] == 1) & (ready + self.query.slack_s <= departures))
                    found += [(int(departures[b]), -trip, cell - p + int(b), cell) for b in boards[-1:]]
        leave, trip, first, last = max(found)
        line = int(self.timetable.patterns.trip_line[-trip])
        names = tuple(self._name(s) for s in tables.stop[first : last + 1])
        leg = Leg("ride", leave, int(time), names, self.timetable.line_ids[line], self.timetable.line_names[line])
        return leg, int(tables.stop[first])

    def _ready_at(self, board: int, rides: int) -> tuple[list[Leg], int, int]:
        """How one came to be ready at a stop: the walk if there was one, the stop it began at and the rides before."""
        query, time = self.query, int(self.labels.ready[rides, board])
        rides = self._fewest(self.labels.ready, board, rides)
        if rides == 0:
            return [Leg("walk", query.departure_s, time, (self._name(board),))], board, 0
        row = slice(query.walks_to.ptr[board], query.walks_to.ptr[board + 1])
        stops, came = query.walks_to.item[row], time - query.walks_to.sec[row]
        e = int(np.argmax(self.labels.arrived[rides, stops] == came))
        stop, left = int(stops[e]), int(came[e])
        legs = [] if stop == board else [Leg("walk", left, time, (self._name(stop), self._name(board)))]
        return legs, stop, self._fewest(self.labels.arrived, stop, rides)

    def _name(self, stop: int) -> str:
        return str(self.timetable.stop_ids[stop])
