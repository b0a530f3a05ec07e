"""What if: a scenario is an ordered list of changes, checked together, applied to a copy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geo import PlanningDataError, to_crs
from geo.movement import Line, Transport, line_at_speed

_CLOCK = re.compile(r"([0-3]?\d|4[0-8]):[0-5]\d")  # beyond midnight allowed
_FAST_KMH = 200
_LEAST_STOPS = 2


@dataclass(frozen=True, eq=False)
class AddLine:
    """A new transit line that runs both ways at a headway.

    ``stops`` points in order of travel with a unique index; distances between them are taken from the column ``chainage_km``
    where there is one (stations of the catalogue carry it, by published length), else as the crow flies times ``detour``.
    ``commercial_speed_kmh`` is end to end with ``dwell_s`` at every stop inside it; ``first``, ``last`` departure "HH:MM".
    """

    name: str
    stops: GeoDataFrame
    headway_min: float
    commercial_speed_kmh: float
    dwell_s: int = 25
    first: str = "05:00"
    last: str = "22:00"
    detour: float = 1.2
    both_ways: bool = True

    def problems(self, transport: Transport) -> list[str]:
        """What is wrong with this change, a sentence each; empty when it can be applied."""
        found = []
        if not 0 < self.headway_min <= 24 * 60:
            found.append(f"headway_min is {self.headway_min:g}: give minutes above 0")
        if not 0 < self.commercial_speed_kmh <= _FAST_KMH:
            found.append(f"commercial_speed_kmh is {self.commercial_speed_kmh:g}: give 1–{_FAST_KMH}")
        if len(self.stops) < _LEAST_STOPS or self.stops.index.has_duplicates:
            found.append(f"{len(self.stops)} stops: give two or more, each with its own id")
        if self.stops.crs is None or not self.stops.geom_type.eq("Point").all() or self.stops.geometry.is_empty.any():
            found.append("stops without place or CRS: give points with a CRS")
        wrong = [clock for clock in (self.first, self.last) if not _CLOCK.fullmatch(clock)]
        if wrong:
            found.append(f'{", ".join(wrong)} is no time of day: write it as "05:00"')
        if transport.timetable is not None and self.name in transport.timetable.line_ids:
            found.append("a line of this name runs already: choose another name")
        if not found:
            try:
                self._line(to_crs(self.stops, transport.crs))
            except PlanningDataError as error:
                found.append(f"{error.what} Mend: {error.mend}")
        return [f"AddLine {self.name!r}: {problem}" for problem in found]

    def apply(self, transport: Transport) -> Transport:
        """The transport with this line."""
        at = to_crs(self.stops, transport.crs)
        there = self._line(at)
        xy = shapely.get_coordinates(at.geometry.to_numpy())
        names = at["name_vi"].to_numpy() if "name_vi" in at else at.index.astype(str)
        places = pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "stop_name": names}, index=there.stop_ids)
        places.index.name = "stop_id"
        return transport.with_lines([there, there.back()] if self.both_ways else [there], places)

    def _line(self, at: GeoDataFrame) -> Line:
        first, last = (_seconds(clock) for clock in (self.first, self.last))
        return line_at_speed(
            self.name,
            self.name,
            [f"{self.name}/{stop}" for stop in at.index],
            _gaps_m(at, self.detour),
            commercial_speed_kmh=self.commercial_speed_kmh,
            periods=[(first, last, round(self.headway_min * 60))],
            dwell_s=self.dwell_s,
        )


@dataclass(frozen=True, eq=False)
class Scenario:
    """A named, ordered list of changes. ``apply`` returns a new value; what it is given stays as it was."""

    name: str
    changes: Sequence[AddLine] = field(default_factory=tuple)

    def apply(self, transport: Transport) -> Transport:
        """The transport after all changes; an empty scenario returns the same one. Errors: E-SCN-01, all problems at once."""
        problems = [problem for change in self.changes for problem in change.problems(transport)]
        problems += _twice([change.name for change in self.changes])
        if problems:
            raise PlanningDataError(
                "E-SCN-01",
                f"scenario {self.name!r} can not be applied: {'; '.join(problems)}.",
                mend="mend every point; nothing was changed.",
            )
        for change in self.changes:
            transport = change.apply(transport)
        return transport


def _twice(names: Sequence[str]) -> list[str]:
    return [f"AddLine {name!r} stands twice: choose another name" for name in sorted({n for n in names if names.count(n) > 1})]


def _gaps_m(at: GeoDataFrame, detour: float) -> list[float]:
    if "chainage_km" in at and at["chainage_km"].notna().all():
        return list(np.abs(np.diff(at["chainage_km"].to_numpy(float))) * 1000)
    xy = shapely.get_coordinates(at.geometry.to_numpy())
    return list(np.hypot(*np.diff(xy, axis=0).T) * detour)


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60
