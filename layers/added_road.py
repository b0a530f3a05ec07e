"""A new road, drawn on a map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geo import length_km, to_crs
from geo.movement import (
    CLOSED,
    Network,
    Transport,
    deciseconds,
    meetings,
    new_roads,
    street_edits,
    through_traffic,
    with_further_road,
)
from layers.changes import NO_PLACE, OUT_OF_RANGE, UNKNOWN, Problem, frame_faults, kept, number_in
from layers.line_changes import FAST_KMH
from layers.road_changes import CLASSES, NAMES, StreetChange, matching, told_in, unknown

GRADE_SEPARATED = ("expressway", "motorway", "motorway_link")  # a road that crosses one does not meet it
STEP_M = 500.0  # no stretch of a new road is longer: places to enter at, where streets are entered at nodes


@dataclass(frozen=True, eq=False)
class AddRoad(StreetChange):
    """A new road along ``line`` (a frame with one line), open to the modes of ``speed_kmh`` at these speeds.

    ``speed_kmh``: by mode, for all hours, or by mode and band ({"car": 60, "car@peak": 45}). ``joins``: "crossings" meets every
    road it crosses (none with grade separation: expressways, motorways), "ends" only at its ends, or the names of the roads it
    meets. An end within ``tolerance_m`` of a road is led on to it. ``length_km`` where the published length is not the drawn one.
    ``entered`` False: points can not join it between its junctions.
    """

    name: str
    line: GeoDataFrame
    speed_kmh: Mapping[str, float]
    joins: Literal["crossings", "ends"] | Sequence[str] = "crossings"
    tolerance_m: float = 150
    length_km: float | None = None
    one_way: bool = False
    entered: bool = True
    kind: str = field(default="added", kw_only=True)

    adds = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "line", kept(self.line, ()))
        object.__setattr__(self, "speed_kmh", MappingProxyType(dict(self.speed_kmh)))
        object.__setattr__(self, "joins", self.joins if isinstance(self.joins, str) else tuple(self.joins))

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """See `Change`."""
        return (("road", self.name),)

    def faults(self) -> Iterator[Problem]:
        """See `Change`."""
        yield from frame_faults(self, self.line, "line", {"LineString"})
        if isinstance(self.line, GeoDataFrame) and len(self.line) > 1:
            yield self.problem(NO_PLACE, "there is more than one line", len(self.line), "add them one by one")
        if not self.speed_kmh:
            yield self.problem(OUT_OF_RANGE, "nobody may use it", {}, 'give speeds, e.g. {"car": 50, "motorbike": 40}')
        for mode, speed in self.speed_kmh.items():
            if not number_in(speed, 0, FAST_KMH):
                yield self.problem(OUT_OF_RANGE, f"speed_kmh of {mode} is out of range", speed, f"give 1 to {FAST_KMH}")
        if not (self.tolerance_m == 0 or number_in(self.tolerance_m, 0, 5000)):
            yield self.problem(OUT_OF_RANGE, "tolerance_m is out of range", self.tolerance_m, "give 0 to 5000")
        if self.length_km is not None and not number_in(self.length_km, 0, 2000):
            yield self.problem(OUT_OF_RANGE, "length_km is out of range", self.length_km, "give km above 0")
        if isinstance(self.joins, str) and self.joins not in {"crossings", "ends"}:
            yield self.problem(OUT_OF_RANGE, "joins is none of its words", self.joins, '"crossings", "ends" or names in a list')

    def misfits(self, transport: Transport) -> Iterator[Problem]:
        """See `Change`."""
        found = list(super().misfits(transport))
        yield from found
        if found:
            return
        streets = transport.streets
        modes = {mode.partition("@")[0] for mode in streets.modes}
        yield from unknown(self, "mode", list(self.speed_kmh), modes | set(streets.modes))
        if not isinstance(self.joins, str):
            yield from unknown(self, "road", self.joins, told_in(streets, NAMES))
        table = street_edits.edge_table(streets)
        if (table["added"].gt(0) & matching(table, ("name", "line_id"), [self.name])).any():
            yield self.problem(UNKNOWN, "a road of this name was added already", self.name, "choose another name")
        elif set(self.speed_kmh) <= modes | set(streets.modes) and not self._meetings(streets)[1]:
            mend = "draw it up to a road, or give a larger tolerance_m"
            yield self.problem(NO_PLACE, "it meets no road its modes may use", f"tolerance {self.tolerance_m:g} m", mend)

    def apply(self, transport: Transport) -> Transport:
        """See `Change`."""
        streets = transport.streets
        road = meetings.cut_road(streets, *self._meetings(streets), STEP_M)
        drawn_m = np.maximum(shapely.length(road.stretches()), 0.01)
        length_m = drawn_m * self._stretched(streets)
        told = pd.DataFrame({"length_m": length_m, "length_km": length_m / 1000})
        told = told.assign(**dict.fromkeys(("line_id", "name"), self.name), **dict.fromkeys(CLASSES, self.kind))
        ds = {name: deciseconds(length_m / (speed / 3.6)) for name, speed in self._speeds(streets).items()}
        grown = new_roads.with_road(streets, road, told, ds, one_way=self.one_way, entered=self.entered)
        nodes = road.node if self.entered else road.node[:0]
        return with_further_road(transport, grown, grown.node_xy[nodes], nodes)

    def _stretched(self, streets: Network) -> float:
        """Travelled metres a metre drawn in the network's plane: by the stated length, else by the geodesic one."""
        travelled_km = self.length_km or float(length_km(self.line).iloc[0])
        return travelled_km * 1000 / float(to_crs(self.line, streets.crs).geometry.length.iloc[0])

    def _speeds(self, streets: Network) -> dict[str, float]:
        """Speed by mode and band; the band's own where it is given."""
        told = {name: self.speed_kmh.get(name, self.speed_kmh.get(name.partition("@")[0])) for name in streets.modes}
        return {name: float(speed) for name, speed in told.items() if speed is not None}

    def _meetings(self, streets: Network) -> tuple[shapely.LineString, list[meetings.Meeting]]:
        line = to_crs(self.line, streets.crs).geometry.iloc[0]
        table, edges = street_edits.edge_table(streets), street_edits.drawn(streets)
        usable, open_arcs = np.zeros(len(edges), bool), through_traffic.passable(streets)
        for name in self._speeds(streets):
            usable[edges.edge[(edges.ds[name] != CLOSED) & open_arcs]] = True
        meets = meetings.uncut(streets) & usable
        if isinstance(self.joins, str):
            meets &= ~matching(table, CLASSES, GRADE_SEPARATED)
        else:
            meets &= matching(table, NAMES, self.joins)
        line, ends = meetings.joined_ends(streets, line, meets, self.tolerance_m)
        return line, [*ends, *([] if self.joins == "ends" else meetings.crossings(streets, line, meets))]
