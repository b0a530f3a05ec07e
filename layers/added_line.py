"""A new transit line, drawn by its stops or along a corridor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, points_from_xy

from geo import length_km, to_crs, to_metric
from geo.movement import Line, Transport, line_at_speed, line_edits
from layers.changes import (
    NO_PLACE,
    OUT_OF_RANGE,
    UNKNOWN,
    Periods,
    Problem,
    TransportChange,
    frame_faults,
    freeze_periods,
    headway_faults,
    kept,
    number_in,
    periods_s,
)
from layers.line_changes import FAST_KMH, dwell_faults

_LEAST_STOPS = 2
_SAME_PLACE_M = 1.0


@dataclass(frozen=True, eq=False)
class AddLine(TransportChange):
    """A new transit line.

    ``stops``: points in order of travel with a unique index, or one line (a corridor) with ``stop_spacing_m``, along which stops
    are put evenly. Distances between stops are taken from the column ``chainage_km`` where there is one (stations of the
    catalogue carry it, by published length; corridors by ``travel_length_km``), else as the crow flies times ``detour``.
    ``headway_min`` minutes from ``first`` to ``last`` departure "HH:MM", or periods ``[("05:00", "09:00", 5), ...]``.
    How fast, one of: ``commercial_speed_kmh`` end to end with ``dwell_s`` at every stop inside it; ``running_speed_kmh`` with the
    dwells on top; ``hop_min`` minutes from each stop to the next with the dwells on top. The phase of a line is random.
    """

    name: str
    stops: GeoDataFrame
    headway_min: float | Periods
    commercial_speed_kmh: float | None = None
    dwell_s: int = 25
    first: str = "05:00"
    last: str = "22:00"
    detour: float = 1.2
    both_ways: bool = True
    running_speed_kmh: float | None = None
    hop_min: Sequence[float] | None = None
    stop_spacing_m: float | None = None

    adds = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "stops", kept(self.stops, ("chainage_km", "name_vi", "stop_name", "travel_length_km")))
        if self.hop_min is not None:
            object.__setattr__(self, "hop_min", tuple(self.hop_min))
        freeze_periods(self)

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """See `Change`."""
        return (("line", self.name),)

    @property
    def length_km(self) -> float:
        """Kilometres from the first stop to the last, as the line travels them."""
        return float(sum(self._gaps_m(to_metric(self._at())))) / 1000

    def faults(self) -> Iterator[Problem]:
        """See `Change`."""
        yield from headway_faults(self, self.headway_min, self.first, self.last)
        yield from dwell_faults(self, self.dwell_s)
        yield from self._speed_faults()
        if not number_in(self.detour, 0, 10) or self.detour < 1:
            yield self.problem(OUT_OF_RANGE, "detour is out of range", self.detour, "give 1 or more")
        placed = list(frame_faults(self, self.stops, "stops", {"Point", "LineString"}))
        yield from placed
        if not placed:
            yield from self._stop_faults()

    def _speed_faults(self) -> Iterator[Problem]:
        told = {name: getattr(self, name) for name in ("commercial_speed_kmh", "running_speed_kmh", "hop_min")}
        given = {name: value for name, value in told.items() if value is not None}
        if len(given) != 1:
            yield self.problem(OUT_OF_RANGE, "how fast is told not once", given, f"give one of {', '.join(told)}")
        for name, value in given.items():
            if name == "hop_min":
                if not all(number_in(hop, 0, 600) for hop in value) or not value:
                    yield self.problem(OUT_OF_RANGE, "hop_min is out of range", value, "give minutes above 0")
            elif not number_in(value, 0, FAST_KMH):
                yield self.problem(OUT_OF_RANGE, f"{name} is out of range", value, f"give 1 to {FAST_KMH}")

    def _stop_faults(self) -> Iterator[Problem]:
        if "LineString" in set(self.stops.geom_type):
            if len(self.stops) != 1:
                yield self.problem(NO_PLACE, "a corridor is not one line", len(self.stops), "give a frame with one row")
            if not number_in(self.stop_spacing_m, 0, 100_000):
                yield self.problem(OUT_OF_RANGE, "stop_spacing_m is missing", self.stop_spacing_m, "give metres above 0")
            return
        if len(self.stops) < _LEAST_STOPS or self.stops.index.has_duplicates:
            seen = list(self.stops.index[self.stops.index.duplicated()]) or len(self.stops)
            yield self.problem(NO_PLACE, "stops are too few or stand twice", seen, "give two or more, each with its own id")
        elif self.hop_min is not None and len(self.hop_min) != len(self.stops) - 1:
            yield self.problem(OUT_OF_RANGE, "hop_min does not fit the stops", len(self.hop_min), f"give {len(self.stops) - 1}")
        elif (np.asarray(self._gaps_m(self.stops)) <= 0).any():
            yield self.problem(NO_PLACE, "two stops in a row lie in one place", list(self.stops.index)[:5], "leave one out")

    def misfits(self, transport: Transport) -> Iterator[Problem]:
        """See `Change`."""
        if transport.timetable is not None and self.name in line_edits.running_lines(transport.timetable):
            yield self.problem(UNKNOWN, "a line of this name runs already", self.name, "choose another name, or remove it first")
        moved = [] if transport.timetable is None else self._moved(transport)
        if moved:
            yield self.problem(
                UNKNOWN, "stops of these ids lie elsewhere", moved[:5], "choose another name for the line or the stops"
            )

    def _moved(self, transport: Transport) -> list[str]:
        """Stops whose id a line of this name left behind in another place."""
        table, at = transport.timetable, to_crs(self._at(), transport.crs)
        known = {stop: number for number, stop in enumerate(table.stop_ids)} if table is not None else {}
        xy = shapely.get_coordinates(at.geometry.to_numpy())
        ids = [f"{self.name}/{stop}" for stop in at.index]
        old = [(stop, known[stop], place) for stop, place in zip(ids, xy, strict=True) if stop in known]
        return [s for s, n, (x, y) in old if table is not None and np.hypot(table.x[n] - x, table.y[n] - y) > _SAME_PLACE_M]

    def apply(self, transport: Transport) -> Transport:
        """See `Change`."""
        at = to_crs(self._at(), transport.crs)
        there = self._line(at)
        xy = shapely.get_coordinates(at.geometry.to_numpy())
        named = next((at[name] for name in ("name_vi", "stop_name") if name in at), at.index.astype(str))
        places = pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "stop_name": np.asarray(named)}, index=there.stop_ids)
        places.index.name = "stop_id"
        return transport.with_lines([there, there.back()] if self.both_ways else [there], places)

    def _at(self) -> GeoDataFrame:
        """The stops; along a corridor evenly, the spacing adjusted so that both ends have one."""
        if self.stops.geom_type.iloc[0] == "Point":
            return self.stops
        line = self.stops.geometry.iloc[0]
        stated = self.stops["travel_length_km"].iloc[0] if "travel_length_km" in self.stops else np.nan
        whole_km = float(stated) if np.isfinite(stated) else float(length_km(self.stops).iloc[0])
        hops = max(1, round(whole_km * 1000 / float(self.stop_spacing_m or 1)))
        xy = shapely.get_coordinates(shapely.line_interpolate_point(line, np.linspace(0, 1, hops + 1), normalized=True))
        index = [f"{number:0{len(str(hops + 1))}d}" for number in range(1, hops + 2)]
        chainage = np.linspace(0, whole_km, hops + 1)
        return GeoDataFrame({"chainage_km": chainage}, index=index, geometry=points_from_xy(*xy.T), crs=self.stops.crs)

    def _gaps_m(self, at: GeoDataFrame) -> list[float]:
        if "chainage_km" in at and at["chainage_km"].notna().all():
            return list(np.abs(np.diff(at["chainage_km"].to_numpy(float))) * 1000)
        xy = shapely.get_coordinates(at.geometry.to_numpy())
        return list(np.hypot(*np.diff(xy, axis=0).T) * self.detour)

    def _line(self, at: GeoDataFrame) -> Line:
        stop_ids = [f"{self.name}/{stop}" for stop in at.index]
        periods = periods_s(self.headway_min, self.first, self.last)
        gaps_m, dwell_s = self._gaps_m(at), round(self.dwell_s)
        if self.commercial_speed_kmh is not None:
            speed = self.commercial_speed_kmh
            return line_at_speed(
                self.name, self.name, stop_ids, gaps_m, commercial_speed_kmh=speed, periods=periods, dwell_s=dwell_s
            )
        parts = np.array(self.hop_min if self.hop_min is not None else gaps_m, float)
        total_s = parts.sum() * 60 if self.hop_min is not None else parts.sum() / (float(self.running_speed_kmh or 1) / 3.6)
        ride_s = line_edits.shared_out(parts, total_s)
        return Line(self.name, self.name, tuple(stop_ids), tuple(ride_s.tolist()), tuple(periods), dwell_s)
