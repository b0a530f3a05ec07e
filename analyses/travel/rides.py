"""Journeys by transit: the links into the timetable, and one journey told leg by leg."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from analyses.travel.times import Departure
from geo import PlanningDataError
from geo.movement import Itinerary, Links, Timetable, Transport, links_within
from geo.movement import itinerary as fastest_itinerary

Points = NDArray[np.float64]
_DS_PER_MIN = 600


@dataclass(frozen=True)
class Access:
    """How people get to the first stop: on foot, or by a street mode within ``limit_min`` (park and ride)."""

    mode: str = "walk"
    limit_min: float = 15
    walk_speed_kmh: float = 4.8


def timetable_of(transport: Transport) -> Timetable:
    """The transport's timetable; one without lines is refused (E-MODE-02)."""
    if transport.timetable is None:
        raise PlanningDataError("E-MODE-02", "this transport has no lines.", mend="add a feed (gtfs=...) or a line (AddLine).")
    return transport.timetable


def walked_m(limit_min: float, speed_kmh: float) -> float:
    """Metres walked in so many minutes: whole ones to the last bit, so that a place just that far is reached."""
    return limit_min * (speed_kmh * 1000 / 60)


class RideLinks(TypedDict):
    """The links `transit_times` takes."""

    access: Links
    transfers: Links
    egress: Links
    direct: Links


def ride_links(
    transport: Transport, starts: Points, ends: Points, limit_min: float, hour: int, access: Access, threads: int | None = None
) -> RideLinks:
    """The four kinds of links that transit needs: access, transfers, egress, and walking all the way."""
    to_stops, transfers, egress = stop_links(transport, starts, ends, hour, access, threads)
    speed_kmh = access.walk_speed_kmh
    direct = transport.walking.links(starts, ends, walked_m(limit_min, speed_kmh), speed_kmh, threads)
    return {"access": to_stops, "transfers": transfers, "egress": egress, "direct": direct}


def stop_links(
    transport: Transport, starts: Points, ends: Points, hour: int, access: Access, threads: int | None = None
) -> tuple[Links, Links, Links]:
    """Links to the stops, between them and from them."""
    table, walking, speed_kmh = timetable_of(transport), transport.walking, access.walk_speed_kmh
    stops = np.column_stack([table.x, table.y])
    to_stops = _access(transport, starts, stops, hour, access, threads)
    transfers = walking.links(stops, stops, walking.transfer_m, speed_kmh, threads)
    return to_stops, transfers, walking.links(stops, ends, walking.access_m, speed_kmh, threads)


def _access(transport: Transport, starts: Points, stops: Points, hour: int, access: Access, threads: int | None) -> Links:
    if access.mode == "walk":
        return transport.walking.links(starts, stops, transport.walking.access_m, access.walk_speed_kmh, threads)
    weights, factor = transport.hours.weights(access.mode, hour), transport.hours.factor(access.mode, hour)
    joined = transport.joining.joined(transport.streets, access.mode, factor, starts, stops)
    limit_ds = int(access.limit_min * _DS_PER_MIN)
    return links_within(
        transport.streets, weights, joined.leaving, joined.arriving, limit_ds, direct=joined.direct, threads=threads
    )


def itinerary(
    transport: Transport,
    origin: GeoDataFrame,
    destination: GeoDataFrame,
    *,
    departure: Departure | None = None,
    limit_min: float = 90,
    access: Access | None = None,
    **options: Any,
) -> pd.DataFrame:
    """The fastest transit journey of one pair leaving at the start of ``departure``, leg by leg; empty when not reached.

    ``origin`` and ``destination`` hold one feature each. One row a leg: ``kind`` (walk or ride), ``line_id``, ``line_name``,
    ``from_stop``, ``to_stop``, ``stops`` passed, ``leave``, ``arrive`` "HH:MM:SS", ``duration_min``; they add up to the minutes
    of `travel_times` for that departure, to the second. ``options``: ``board_slack_s``, ``max_rides``, ``draw``, ``draws``,
    ``seed``.
    """
    from analyses.travel.matrices import centres_xy  # noqa: PLC0415 - travel takes its links from here

    departure, access = departure or Departure(), access or Access()
    starts, ends = centres_xy(origin, transport.crs), centres_xy(destination, transport.crs)
    found = fastest_itinerary(
        timetable_of(transport),
        origin=0,
        destination=0,
        departure_s=departure.seconds,
        limit_min=int(limit_min),
        **ride_links(transport, starts, ends, limit_min, departure.hour, access),
        **options,
    )
    return _legs(found)


def _legs(found: Itinerary | None) -> pd.DataFrame:
    rows = [
        {
            "kind": leg.kind,
            "line_id": leg.line_id,
            "line_name": leg.line_name,
            "from_stop": leg.stop_ids[0] if leg.stop_ids else "",
            "to_stop": leg.stop_ids[-1] if leg.stop_ids else "",
            "stops": len(leg.stop_ids),
            "leave": _clock(leg.leave_s),
            "arrive": _clock(leg.arrive_s),
            "duration_min": (leg.arrive_s - leg.leave_s) / 60,
        }
        for leg in (found.legs if found else ())
    ]
    columns = ["kind", "line_id", "line_name", "from_stop", "to_stop", "stops", "leave", "arrive", "duration_min"]
    return pd.DataFrame(rows, columns=columns)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
