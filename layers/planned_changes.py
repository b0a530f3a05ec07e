"""Plans that come true: roads and lines of the catalogue that are planned or under construction are opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from geo import nearest_names
from geo.movement import Line, LocalRoads, Transport, line_edits, new_roads, street_edits, with_further_road
from layers import timetables
from layers.changes import NO_MEANING, OUT_OF_RANGE, UNKNOWN, Problem, TransportChange
from layers.lines import corridors
from layers.strategic import ROADS, strategic_transport

_EARLIEST, _LATEST = 2000, 2100
_ANNOUNCED = ("planned", "under_construction", "mixed")


@dataclass(frozen=True, eq=False)
class OpenPlanned(TransportChange):
    """Opens planned roads and lines of the region by their id in `corridors`, as `transport(planned=...)` does.

    ``ids``, or all that are announced to be open ``by_year`` (`corridors()["opening_year"]`): what has no announced year, is
    superseded, or is a railway of which nothing is known but its course stays closed. Roads open on the region's own streets
    only, lines on any transport in its CRS. What is open already is not opened again.
    """

    ids: Sequence[str] = ()
    by_year: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", (self.ids,) if isinstance(self.ids, str) else tuple(self.ids))

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """See `Change`."""
        return tuple(("planned road or line", name) for name in self.ids)

    @property
    def label(self) -> str:
        """See `Change`."""
        told = [", ".join(map(repr, self.ids)), f"by {self.by_year}" if self.by_year is not None else ""]
        return " ".join(["OpenPlanned", *(part for part in told if part)])

    def faults(self) -> Iterator[Problem]:
        """See `Change`."""
        if bool(self.ids) == (self.by_year is not None):
            yield self.problem(OUT_OF_RANGE, "it is not told what opens", (self.ids, self.by_year), "give ids or by_year")
        if self.by_year is not None and not _EARLIEST <= self.by_year <= _LATEST:
            yield self.problem(OUT_OF_RANGE, "by_year is no year of a plan", self.by_year, f"give {_EARLIEST} to {_LATEST}")
        plans = _plans()
        for name in self.ids:
            if name not in plans.index:
                yield self.problem(UNKNOWN, "no planned road or line of that name", name, nearest_names(name, plans.index))
            elif not plans["can_run"][name]:
                yield self.problem(NO_MEANING, "nothing is known of how it will run", name, "add it with AddLine")

    def misfits(self, transport: Transport) -> Iterator[Problem]:
        """See `Change`."""
        chosen = self._chosen()
        is_open = _open_in(transport)
        for name in self.ids:
            if name in is_open:
                yield self.problem(UNKNOWN, "it is open already", name, "leave it out")
        roads = [name for name in chosen if _plans()["road"][name] and name not in is_open]
        lines = [name for name in chosen if not _plans()["road"][name] and name not in is_open]
        if roads and not _of_the_region(transport):
            yield self.problem(NO_MEANING, "roads of the plan open on the region's own streets only", roads, "use AddRoad here")
        if lines and transport.crs != strategic_transport().crs:
            mend = "use AddLine with the stations' coordinates"
            yield self.problem(NO_MEANING, "lines of the plan run in the region only", transport.crs, mend)

    def apply(self, transport: Transport) -> Transport:
        """See `Change`."""
        is_open = _open_in(transport)
        for name in self._chosen():
            if name not in is_open:
                transport = _road(transport, name) if _plans()["road"][name] else _line(transport, name)
        return transport

    def _chosen(self) -> list[str]:
        plans = _plans()
        if self.by_year is None:
            return sorted(self.ids)
        announced = plans["status"].isin(_ANNOUNCED) & (plans["opening_year"] <= self.by_year) & plans["can_run"]
        return sorted(plans.index[announced & plans["superseded_by"].eq("")])


@cache
def _plans() -> pd.DataFrame:
    """Not to be changed. What may open: index the id, ``status``, ``opening_year``, ``superseded_by``, ``road``, ``can_run``."""
    lines = corridors()
    plans = pd.DataFrame(lines[lines["status"].ne("existing") & lines["mode"].isin([*ROADS, *timetables.MODES])])
    road = plans["mode"].isin(ROADS)
    return plans[["status", "opening_year", "superseded_by"]].assign(
        road=road, can_run=road | plans.index.isin(list(timetables.rules()["lines"]))
    )


def _open_in(transport: Transport) -> set[str]:
    table = street_edits.edge_table(transport.streets) if transport.streets.edges is not None else pd.DataFrame()
    roads = set(table["line_id"].astype(str)) if "line_id" in table else set()
    return roads | (set() if transport.timetable is None else set(line_edits.running_lines(transport.timetable)))


def _of_the_region(transport: Transport) -> bool:
    """Whether its streets grew from the strategic network: that keeps its nodes in front, those of closed roads included."""
    known = strategic_transport().streets.node_xy
    own = transport.streets.node_xy
    return isinstance(transport.joining, LocalRoads) and len(own) >= len(known) and np.array_equal(own[: len(known)], known)


def _road(transport: Transport, name: str) -> Transport:
    opened = strategic_transport((name,))
    edges = street_edits.drawn(opened.streets)
    grown = new_roads.with_drawn(transport.streets, opened.streets, edges.table["line_id"].eq(name).to_numpy())
    joining = opened.joining
    assert isinstance(joining, LocalRoads)  # noqa: S101 - the region's streets are joined by local roads
    mine = np.isin(joining.entry_road, joining.on_top)
    return with_further_road(transport, grown, joining.entry_xy[mine], joining.entry_node[mine])


def _line(transport: Transport, name: str) -> Transport:
    both, places = _track(name)
    return transport.with_lines(both, places)


@cache
def _track(name: str) -> tuple[list[Line], pd.DataFrame]:
    """Both directions of a planned line and its stops. Not to be changed."""
    both = timetables.track_line(name)
    places, _ = timetables.lines((name,))
    return both, places.loc[list(both[0].stop_ids)]
