"""What is reached from a station before and after a plan, at every place where it may stand, with the motorbike beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from analyses._inputs import Floats
from analyses.planning.station_areas_drawn import StationPlaces
from analyses.travel.matrices import centres_xy, travel_times
from analyses.travel.service import station_service
from analyses.travel.times import Departure
from geo.movement import Transport

BEFORE, AFTER = "before", "after"
TRANSIT, MOTORBIKE = "transit", "motorbike"
_LIMIT_MIN = 120.0

Numbers = dict[tuple[str, str], Floats]  # (item, state) -> [station, draw]


@dataclass(frozen=True, eq=False)
class SheetTransport:
    """Transport ``before``, and ``after``: what a plan makes of it, given the stations where they are drawn or displaced.

    ``after`` None: there is no plan to compare. ``destinations`` named points whose minutes are told; ``departure`` when.
    """

    before: Transport
    after: Callable[[GeoDataFrame], Transport] | None = None
    destinations: GeoDataFrame | None = None
    departure: Departure | None = None


def station_reach(places: StationPlaces, transport: SheetTransport, zones: GeoDataFrame, jobs: str) -> Numbers:
    """Jobs within reach, minutes to the destinations, lines and departures an hour: (item, state) → [station, draw].

    Before: from every drawn place over today's lines, and by motorbike. After: the plan is laid anew for every draw, with all
    its stations displaced together, and travelled from them.
    """
    stops, (count, draws) = places.stops, places.xy.shape[:2]
    ends = _Ends(places, transport, zones, jobs)
    everywhere = GeoDataFrame(geometry=shapely.points(places.xy.reshape(-1, 2)), crs=stops.crs).rename_axis("place_id")
    found: Numbers = {}
    for mode in (TRANSIT, MOTORBIKE):
        for item, numbers in ends.reached(transport.before, everywhere, mode).items():
            found[item, BEFORE] = numbers.reshape(count, draws)
    if transport.before.timetable is not None:
        for item, numbers in _service(transport, transport.before, everywhere).items():
            found[item, BEFORE] = numbers.reshape(count, draws)
    if transport.after is None:
        return found
    exact = bool((places.accuracy_m == 0).all())
    planned = [_after(places, transport, ends, draw) for draw in range(1 if exact else draws)]
    for item in planned[0]:
        found[item, AFTER] = np.broadcast_to(np.stack([one[item] for one in planned], axis=1), (count, draws))
    return found


def _after(places: StationPlaces, transport: SheetTransport, ends: _Ends, draw: int) -> dict[str, Floats]:
    """What is reached from the stations of one draw with the plan laid through them."""
    moved = places.stops.set_geometry(shapely.points(places.xy[:, draw]), crs=places.stops.crs)
    net = transport.after(moved)  # type: ignore[misc]
    return ends.reached(net, moved[["geometry"]], TRANSIT) | _service(transport, net, moved)


class _Ends:
    """Zones and named destinations as the points that all journeys of a sheet end at, timed together."""

    def __init__(self, places: StationPlaces, transport: SheetTransport, zones: GeoDataFrame, jobs: str) -> None:
        self._rules, self._departure = places.rules, transport.departure
        self._jobs = zones[jobs].rename("jobs")
        crs = transport.before.crs
        named = transport.destinations
        self._names = [] if named is None else [str(name) for name in named.index]
        xy = [centres_xy(frame, crs) for frame in (zones, named) if frame is not None]
        self._points = GeoDataFrame(geometry=shapely.points(np.concatenate(xy)), crs=crs).rename_axis("end_id")

    def reached(self, net: Transport, starts: GeoDataFrame, mode: str) -> dict[str, Floats]:
        """Jobs within the cutoff and minutes to the named places from every start; nothing where nobody can travel so."""
        if net.timetable is None if mode == TRANSIT else mode not in net.modes:
            return {}
        cutoff, count = self._rules.cutoff_min, len(self._jobs)
        limit = max(cutoff, _LIMIT_MIN) if self._names else cutoff
        times = travel_times(
            net, starts, self._points, mode=mode, departure=self._departure, limit_min=limit, seed=self._rules.seed
        )
        minutes = times.at()
        near = np.asarray(minutes[:, :count] <= cutoff)
        found = {f"jobs_within_{cutoff:g}min_by_{mode}": (near * self._jobs.to_numpy(float)).sum(axis=1)}
        for at, name in enumerate(self._names):
            found[f"{mode}_to_{name}_min"] = minutes[:, count + at].astype(float)
        return found


def _service(transport: SheetTransport, net: Transport, starts: GeoDataFrame) -> dict[str, Floats]:
    table: pd.DataFrame = station_service(net, starts, departure=transport.departure)
    return {name: table[name].to_numpy(float) for name in ("lines", "trips_per_hour")}
