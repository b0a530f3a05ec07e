"""What is reached from a station before and after a plan, at every place where it may stand, with the motorbike beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from analyses._inputs import Floats
from analyses.access.opportunities import opportunities_within
from analyses.planning.station_areas_drawn import StationPlaces
from analyses.travel.matrices import travel_times
from analyses.travel.service import station_service
from analyses.travel.times import Departure, TravelTimes
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
    everywhere = GeoDataFrame(geometry=shapely.points(places.xy.reshape(-1, 2)), crs=stops.crs).rename_axis("place_id")
    found: Numbers = {}
    for mode in (TRANSIT, MOTORBIKE):
        for item, numbers in _reached(places, transport, transport.before, everywhere, zones, jobs, mode).items():
            found[item, BEFORE] = numbers.reshape(count, draws)
    if transport.before.timetable is not None:
        for item, numbers in _service(transport, transport.before, everywhere).items():
            found[item, BEFORE] = numbers.reshape(count, draws)
    if transport.after is None:
        return found
    exact = bool((places.accuracy_m == 0).all())
    planned = [_after(places, transport, zones, jobs, draw) for draw in range(1 if exact else draws)]
    for item in planned[0]:
        found[item, AFTER] = np.broadcast_to(np.stack([one[item] for one in planned], axis=1), (count, draws))
    return found


def _after(places: StationPlaces, transport: SheetTransport, zones: GeoDataFrame, jobs: str, draw: int) -> dict[str, Floats]:
    """What is reached from the stations of one draw with the plan laid through them."""
    moved = places.stops.set_geometry(shapely.points(places.xy[:, draw]), crs=places.stops.crs)
    net = transport.after(moved)  # type: ignore[misc]
    return _reached(places, transport, net, moved, zones, jobs, TRANSIT) | _service(transport, net, moved)


def _reached(
    places: StationPlaces,
    transport: SheetTransport,
    net: Transport,
    starts: GeoDataFrame,
    zones: GeoDataFrame,
    jobs: str,
    mode: str,
) -> dict[str, Floats]:
    if net.timetable is None if mode == TRANSIT else mode not in net.modes:
        return {}
    rules = places.rules

    def times(ends: GeoDataFrame, limit_min: float) -> TravelTimes:
        points = starts[["geometry"]]
        return travel_times(net, points, ends, mode=mode, departure=transport.departure, limit_min=limit_min, seed=rules.seed)

    cutoff = rules.cutoff_min
    amounts = zones[jobs].rename("jobs")
    reached = opportunities_within(times(zones, cutoff), amounts, cutoff_min=cutoff).iloc[:, 0].to_numpy(float)
    found = {f"jobs_within_{cutoff:g}min_by_{mode}": reached}
    if transport.destinations is not None and len(transport.destinations):
        minutes = times(transport.destinations, _LIMIT_MIN)
        for column, name in enumerate(minutes.destinations):
            found[f"{mode}_to_{name}_min"] = minutes.at()[:, column].astype(float)
    return found


def _service(transport: SheetTransport, net: Transport, starts: GeoDataFrame) -> dict[str, Floats]:
    table: pd.DataFrame = station_service(net, starts, departure=transport.departure)
    return {name: table[name].to_numpy(float) for name in ("lines", "trips_per_hour")}
