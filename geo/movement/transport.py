"""`Transport`: everything that moves people in one value - streets, lines with their timetable, and walking."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from scipy.spatial import cKDTree

from geo.errors import PlanningDataError, nearest_names
from geo.movement.lines import Line
from geo.movement.links import Ints, Links
from geo.movement.local_roads import LocalRoads, Points
from geo.movement.network import Network
from geo.movement.timetable import Timetable


@dataclass(frozen=True)
class Walking:
    """Walking where footways are not in the data: ``detour`` street metres a crow-fly metre, and how far at most."""

    detour: float
    access_m: float
    transfer_m: float

    def links(self, origins: Points, destinations: Points, limit_m: float, speed_kmh: float) -> Links:
        """Links in deciseconds (rounded up) between points not farther apart than ``limit_m`` as the crow flies."""
        pairs = cKDTree(origins).sparse_distance_matrix(cKDTree(destinations), limit_m, output_type="coo_matrix")
        ds = np.ceil(pairs.data * self.detour / (speed_kmh / 3.6) * 10).astype(np.int32)
        return Links.from_pairs(pairs.row, pairs.col, ds, (len(origins), len(destinations)))


@dataclass(frozen=True)
class Hours:
    """Bands of the day: which band an hour belongs to, and how local streets run in it (mode → factor on the speed)."""

    band_of: tuple[str, ...]
    local_factor: Mapping[str, Mapping[str, float]]

    def weights(self, mode: str, hour: int) -> str:
        """The name under which the network keeps the times of ``mode`` in that hour."""
        return f"{mode}@{self.band_of[hour]}"

    def factor(self, mode: str, hour: int) -> float:
        """Factor on local speeds."""
        return self.local_factor.get(self.band_of[hour], {}).get(mode, 1.0)


@dataclass(frozen=True, eq=False)
class Transport:
    """Streets, lines and walking of one state of affairs. Frozen: a scenario returns a new one.

    ``streets`` a `Network` with times by mode and band of the day; ``stretches`` the drawn stretches (index ``stretch_id``:
    ``line_id``, ``tail``, ``head`` node ids, ``length_km``); ``local`` how points join them; ``timetable`` the lines that run;
    ``walking`` to and between stops.
    """

    name: str
    streets: Network
    stretches: GeoDataFrame
    local: LocalRoads
    hours: Hours
    timetable: Timetable
    walking: Walking

    @property
    def crs(self) -> str:
        """The metric CRS of everything inside."""
        return self.streets.crs

    @property
    def modes(self) -> tuple[str, ...]:
        """Modes that ``travel_times`` accepts."""
        return (*sorted(self.local.speed_kmh), "transit", "walk")

    def check_mode(self, mode: str) -> None:
        """Refuse a mode that this transport does not know (E-MODE-01)."""
        if mode not in self.modes:
            raise PlanningDataError("E-MODE-01", "no such mode.", seen=mode, mend=nearest_names(mode, self.modes))

    def length_km(self, nodes: Ints) -> float:
        """Kilometres along the nodes of a way (positions in ``streets``)."""
        lengths = self.streets.prepared("length_km", lambda: _lengths(self))
        return float(sum(lengths[pair] for pair in itertools.pairwise(nodes.tolist())))

    def with_lines(self, lines: Iterable[Line], stops: pd.DataFrame, *, name: str | None = None) -> Transport:
        """The same transport with further lines. ``stops``: index ``stop_id``, columns ``x``, ``y`` in ``crs``."""
        return replace(self, timetable=self.timetable.with_lines(lines, stops), name=name or self.name)


def _lengths(transport: Transport) -> dict[tuple[int, int], float]:
    """Length of the stretch between two neighbouring nodes, both ways; stretches are never parallel."""
    table = transport.stretches
    tail, head = (transport.streets.nodes(table[end]).tolist() for end in ("tail", "head"))
    length = table["length_km"].tolist()
    return dict(zip([*zip(tail, head, strict=True), *zip(head, tail, strict=True)], length * 2, strict=True))
