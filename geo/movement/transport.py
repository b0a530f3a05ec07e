"""`Transport`: everything that moves people in one value - streets, lines with their timetable, and walking."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd
from geopandas import GeoDataFrame

from geo.errors import PlanningDataError, nearest_names
from geo.movement.arcs import CLOSED
from geo.movement.joining import Joining
from geo.movement.lines import Line
from geo.movement.links import Ints
from geo.movement.network import Network
from geo.movement.reports import Reports
from geo.movement.timetable import Timetable
from geo.movement.walking import Walking


@dataclass(frozen=True)
class Hours:
    """Bands of the day: which band an hour belongs to, and how local streets run in it (mode → factor on the speed).

    Without bands every hour is alike.
    """

    band_of: tuple[str, ...] = ()
    local_factor: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def weights(self, mode: str, hour: int) -> str:
        """The name under which the network keeps the times of ``mode`` in that hour."""
        return f"{mode}@{self.band_of[hour]}" if self.band_of else mode

    def factor(self, mode: str, hour: int) -> float:
        """Factor on local speeds."""
        return self.local_factor.get(self.band_of[hour], {}).get(mode, 1.0) if self.band_of else 1.0


@dataclass(frozen=True, eq=False)
class Transport:
    """Streets, lines and walking of one state of affairs. Frozen: a scenario returns a new one.

    ``streets`` a `Network` with its drawn edges (``length_m`` in their table) and times by mode and band of the day; ``joining``
    how points join them; ``hours`` the bands; ``timetable`` the lines that run, if any; ``walking`` to and between stops;
    ``reports`` what the files it was made from told (``print(transport.reports)``).
    """

    name: str
    streets: Network
    joining: Joining
    walking: Walking
    timetable: Timetable | None = None
    hours: Hours = Hours()
    reports: Reports = field(default_factory=Reports)

    @property
    def crs(self) -> str:
        """The metric CRS of everything inside."""
        return self.streets.crs

    @property
    def modes(self) -> tuple[str, ...]:
        """Modes that ``travel_times`` accepts."""
        streets = {mode.partition("@")[0] for mode in self.streets.modes} | {"walk"}
        return tuple(sorted(streets | ({"transit"} if self.timetable is not None else set())))

    def check_mode(self, mode: str) -> None:
        """Refuse a mode that this transport does not know (E-MODE-01)."""
        if mode not in self.modes:
            raise PlanningDataError("E-MODE-01", "no such mode.", seen=mode, mend=nearest_names(mode, self.modes))

    def cut_off(self, zones: GeoDataFrame, people: str) -> pd.DataFrame:
        """Islands of streets and the share of people who can not travel by a mode at all, see `Reports.cut_off`."""
        return self.reports.cut_off(self.streets, zones, people)

    def length_km(self, nodes: Ints, weights: str) -> float:
        """Kilometres along the nodes of a way (positions in ``streets``) that a mode takes."""
        lengths = self.streets.prepared(("length_m", weights), lambda: _lengths(self.streets, weights))
        return float(sum(lengths[pair] for pair in itertools.pairwise(nodes.tolist()))) / 1000

    def with_lines(self, lines: Iterable[Line], stops: pd.DataFrame, *, name: str | None = None) -> Transport:
        """The same transport with further lines. ``stops``: index ``stop_id``, columns ``x``, ``y`` in ``crs``."""
        table = (
            Timetable.from_lines(stops, lines, crs=self.crs)
            if self.timetable is None
            else self.timetable.with_lines(lines, stops)
        )
        return replace(self, timetable=table, name=name or self.name)


def _lengths(streets: Network, weights: str) -> dict[tuple[int, int], float]:
    """Metres from node to neighbouring node: of parallel edges the fastest, as routing takes it."""
    edges = streets.edges
    if edges is None:
        return {}
    arcs = pd.DataFrame({"tail": edges.tail, "head": edges.head, "ds": edges.ds[weights], "edge": edges.edge})
    fastest = arcs[arcs["ds"] != CLOSED].sort_values(["tail", "head", "ds", "edge"]).drop_duplicates(["tail", "head"])
    metres = edges.table["length_m"].to_numpy()[fastest["edge"]]
    return dict(zip(zip(fastest["tail"], fastest["head"], strict=True), metres.tolist(), strict=True))
