"""Roads of a scenario: closed ones, and ones that are driven faster or slower."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geo import nearest_names, to_crs
from geo.movement import CLOSED, Network, Transport, closed_to, on_streets, street_edits
from layers.changes import NO_MEANING, NO_PLACE, OUT_OF_RANGE, UNKNOWN, Problem, TransportChange, frame_faults, kept, number_in
from layers.line_changes import FAST_KMH

VEHICLES = ("car", "motorbike", "truck")
NAMES = ("line_id", "osm_way_id", "name")
CLASSES = ("class", "highway")
_AREAS = {"Polygon", "MultiPolygon"}


class StreetChange(TransportChange):
    """A change of streets."""

    def misfits(self, transport: Transport) -> Iterator[Problem]:
        """See `Change`."""
        if transport.streets.edges is None:
            yield self.problem(
                NO_MEANING, "the streets of this transport are not drawn", transport.name, "import them from a file"
            )


class RoadChange(StreetChange):
    """A change of roads chosen by name, class, number or place; what is given narrows the choice."""

    roads: Sequence[str]
    edge_ids: Sequence[int]
    area: GeoDataFrame | None
    classes: Sequence[str]
    modes: Sequence[str]

    def _freeze(self) -> None:
        for name in ("roads", "edge_ids", "classes", "modes", "bands"):
            value = getattr(self, name, ())
            if hasattr(self, name):
                object.__setattr__(self, name, (value,) if isinstance(value, str | int) else tuple(value))
        object.__setattr__(self, "area", kept(self.area, ()))

    @property
    def label(self) -> str:
        """See `Change`."""
        told = {"roads": self.roads, "classes": self.classes, "edge_ids": self.edge_ids[:5], "modes": self.modes}
        parts = [f"{name} {', '.join(map(str, value))}" for name, value in told.items() if value]
        return " ".join([type(self).__name__, *parts, *([] if self.area is None else ["in an area"])])

    def faults(self) -> Iterator[Problem]:
        """See `Change`."""
        if not (self.roads or self.edge_ids or self.classes) and self.area is None:
            yield self.problem(OUT_OF_RANGE, "no road is chosen", None, "give roads, classes, edge_ids or an area")
        if self.area is not None:
            yield from frame_faults(self, self.area, "area", _AREAS)

    def misfits(self, transport: Transport) -> Iterator[Problem]:
        """See `Change`."""
        found = list(super().misfits(transport))
        yield from found
        if found:
            return
        streets = transport.streets
        found += unknown(self, "road", self.roads, told_in(streets, NAMES))
        found += unknown(self, "class", self.classes, told_in(streets, CLASSES))
        found += unknown(self, "mode", self.modes, {mode.partition("@")[0] for mode in streets.modes})
        count = len(street_edits.drawn(streets))
        beyond = [number for number in self.edge_ids if not 0 <= int(number) < count]
        if beyond:
            found.append(self.problem(UNKNOWN, "no such edge", beyond[:5], f"there are {count}; see streets.edges.frame(crs)"))
        yield from found
        if not found and not (self.share(streets) > 0).any():
            yield self.problem(NO_PLACE, "no road is there", None, "check the area, or choose less narrowly")

    def share(self, streets: Network) -> NDArray[np.float64]:
        """How much of every edge is meant, 0–1, float64 [edges]."""
        table = street_edits.edge_table(streets)
        share = np.ones(len(table))
        if self.roads:
            share *= matching(table, NAMES, self.roads)
        if self.classes:
            share *= matching(table, CLASSES, self.classes)
        if self.edge_ids:
            share *= np.isin(table["part_of"], list(self.edge_ids)) | np.isin(np.arange(len(table)), list(self.edge_ids))
        if self.area is not None:
            share *= street_edits.share_inside(streets, shapely.union_all(to_crs(self.area, streets.crs).geometry.to_numpy()))
        return share


@dataclass(frozen=True, eq=False)
class CloseRoad(RoadChange):
    """Roads that nobody, or none of some ``modes``, may pass, both ways.

    ``roads``: ids of corridors (``line_id``), OSM way ids or street names; ``classes``: "arterial", "primary" ...; ``edge_ids``:
    rows of ``streets.edges.frame(crs)``; ``area``: polygons, where every edge that runs through is closed from node to node.
    It is closed to through traffic: places along it still come to the next crossings and from them.
    """

    roads: Sequence[str] = ()
    edge_ids: Sequence[int] = ()
    area: GeoDataFrame | None = None
    classes: Sequence[str] = ()
    modes: Sequence[str] = ()

    removes = True

    def __post_init__(self) -> None:
        self._freeze()

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """See `Change`: roads that are closed whole and to everybody."""
        part = self.edge_ids or self.area is not None or self.classes or self.modes
        return () if part else tuple(("road", road) for road in self.roads)

    def apply(self, transport: Transport) -> Transport:
        """See `Change`."""
        streets = transport.streets
        modes = {name for name in streets.modes if not self.modes or name.partition("@")[0] in self.modes}
        return closed_to(transport, self.share(streets) > 0, modes)


@dataclass(frozen=True, eq=False)
class ChangeRoadSpeed(RoadChange):
    """Roads on which ``modes`` (default: car, motorbike, truck) drive at ``factor`` times their speed, or at ``speed_kmh``.

    A factor below 1 is congestion. ``bands``: only in these bands of the day ("peak", "day", "night" in the region); chosen as in
    `CloseRoad`; of an edge that runs through an ``area`` the part inside changes. Several such changes in a row multiply, in any
    order. Speeds of local streets that are not in the data do not change.
    """

    roads: Sequence[str] = ()
    factor: float | None = None
    speed_kmh: float | None = None
    edge_ids: Sequence[int] = ()
    area: GeoDataFrame | None = None
    classes: Sequence[str] = ()
    modes: Sequence[str] = ()
    bands: Sequence[str] = ()

    exclusive = False

    def __post_init__(self) -> None:
        self._freeze()

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """See `Change`."""
        return tuple(("road", road) for road in self.roads)

    def faults(self) -> Iterator[Problem]:
        """See `Change`."""
        yield from super().faults()
        given = (self.factor, self.speed_kmh)
        if sum(value is not None for value in given) != 1:
            yield self.problem(OUT_OF_RANGE, "speed is told not once", given, "give factor or speed_kmh")
        if self.factor is not None and not number_in(self.factor, 0, 10):
            yield self.problem(OUT_OF_RANGE, "factor is out of range", self.factor, "give 0.01 to 10")
        if self.speed_kmh is not None and not number_in(self.speed_kmh, 0, FAST_KMH):
            yield self.problem(OUT_OF_RANGE, "speed_kmh is out of range", self.speed_kmh, f"give 1 to {FAST_KMH}")

    def misfits(self, transport: Transport) -> Iterator[Problem]:
        """See `Change`."""
        yield from super().misfits(transport)
        known = {mode.partition("@")[2] for mode in transport.streets.modes} - {""}
        if self.bands and not known:
            yield self.problem(NO_MEANING, "these streets have one speed all day", self.bands, "leave bands out")
        else:
            yield from unknown(self, "band of the day", self.bands, known)

    def factors(self, streets: Network) -> Mapping[str, NDArray[np.float64]]:
        """Factor on the time of every edge, float64 [edges], by mode and band as the network keeps them."""
        share = self.share(streets)
        chosen = {}
        for name in streets.modes:
            mode, _, band = name.partition("@")
            if mode in (self.modes or VEHICLES) and (not self.bands or band in self.bands):
                chosen[name] = 1 + share * (self._slower(streets, name) - 1)
        return chosen

    def _slower(self, streets: Network, name: str) -> NDArray[np.float64] | float:
        if self.factor is not None:
            return 1 / self.factor
        edges = street_edits.drawn(streets)
        now = np.full(len(edges), CLOSED, np.int64)
        np.maximum.at(now, edges.edge, edges.ds[name])
        wanted = edges.table["length_m"].to_numpy(float) / (float(self.speed_kmh or 1) / 3.6) * 10
        return np.where(now > 0, wanted / np.maximum(now, 1), 1.0)

    def apply(self, transport: Transport) -> Transport:
        """See `Change`."""
        return all_slowed(transport, [self])


def all_slowed(transport: Transport, changes: Sequence[ChangeRoadSpeed]) -> Transport:
    """The transport with several changes of speed, multiplied and rounded once: their order does not matter."""
    streets = transport.streets
    several: dict[str, list[NDArray[np.float64]]] = {}
    for change in changes:
        for name, factor in change.factors(streets).items():
            several.setdefault(name, []).append(factor)
    together = {name: np.prod(np.sort(np.stack(factors), axis=0), axis=0) for name, factors in several.items()}
    return on_streets(transport, street_edits.slowed(streets, together))


def matching(table: pd.DataFrame, columns: Sequence[str], names: Sequence[Any]) -> NDArray[np.bool_]:
    """Rows one of whose columns holds one of the names, bool [rows]."""
    wanted = {str(name) for name in names}
    found = np.zeros(len(table), bool)
    for column in columns:
        if column in table:
            found |= table[column].astype(str).isin(wanted).to_numpy()
    return found


def told_in(streets: Network, columns: Sequence[str]) -> set[str]:
    """All that some columns of the edges hold, as text."""
    table = street_edits.edge_table(streets)
    return {str(value) for column in columns if column in table for value in table[column].unique()} - {""}


def unknown(change: TransportChange, what: str, names: Sequence[str], known: set[str]) -> Iterator[Problem]:
    """A problem for every name that is not known."""
    for name in names:
        if str(name) not in known:
            yield change.problem(UNKNOWN, f"no such {what}", name, nearest_names(str(name), known))
