"""Door-to-door travel times between any points, by street modes, on foot and by transit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from analyses.travel.rides import Access, ride_links, timetable_of
from analyses.travel.times import Departure, TravelTimes
from geo import PlanningDataError, to_crs
from geo.movement import UNREACHED, Transport, times, transit_times

_DS_PER_MIN = 600
_BLOCK = 2**18  # pairs
NO_WALK = "nothing within reach on foot"
NO_STOP = "no stop within reach: on foot only"
Minutes = NDArray[np.float32]


def travel_times(  # noqa: PLR0913 - one question with its documented defaults, all by keyword
    transport: Transport,
    origins: GeoDataFrame,
    destinations: GeoDataFrame | None = None,
    *,
    mode: str = "transit",
    departure: Departure | None = None,
    limit_min: float = 90,
    walk_speed_kmh: float = 4.8,
    access_mode: str = "walk",
    access_limit_min: float = 15,
    board_slack_s: int = 60,
    max_rides: int = 4,
    draws: int = 5,
    seed: int = 0,
    threads: int | None = None,
) -> TravelTimes:
    """Minutes from every origin to every destination (default: the origins), unreached beyond ``limit_min``.

    ``origins``, ``destinations``: points, or polygons that stand for their centre, in any CRS, with a unique index. ``mode``: one
    of ``transport.modes``. Street modes take the speeds of the hour in which ``departure`` starts. Transit leaves in every
    minute of the window; boarding needs ``board_slack_s`` after arrival at the stop; lines known by headway run in ``draws``
    seeded phase draws. ``access_mode`` other than walk takes people to a stop within ``access_limit_min`` by that mode (park and
    ride). Reached means t ≤ limit. A point that joins no road does not end the run: its times are unreached and
    ``joined`` says why. Errors: E-MODE-01, E-ORIGIN-01 (ids twice), E-ORIGIN-02 (no place), E-LIMIT-01.
    """
    transport.check_mode(mode)
    if not limit_min > 0 or not np.isfinite(limit_min):
        raise PlanningDataError("E-LIMIT-01", "the limit is no time.", seen=limit_min, mend="give minutes above 0.")
    departure = departure or Departure()
    ends = origins if destinations is None else destinations
    start_xy = centres_xy(origins, transport.crs)
    end_xy = start_xy if destinations is None else centres_xy(ends, transport.crs)
    if mode == "transit":
        rides = {"board_slack_s": board_slack_s, "max_rides": max_rides, "draws": draws, "seed": seed, "threads": threads}
        transport.check_mode(access_mode)
        access = Access(access_mode, access_limit_min, walk_speed_kmh)
        minutes, joined = _transit(transport, start_xy, end_xy, limit_min, departure, access, rides)
    else:
        one, joined = (
            _walk(transport, start_xy, end_xy, limit_min, walk_speed_kmh, threads)
            if mode == "walk"
            else _street(transport, start_xy, end_xy, mode, departure.hour, limit_min, threads)
        )
        minutes = np.repeat(one[None], len(departure.percentiles), axis=0)
    when = f"{departure.time}, window {departure.window_min} min"
    note = f"{transport.name}; {mode}; {when}; limit {limit_min:g} min; seed {seed}, {draws} draws"
    joined.index = origins.index
    return TravelTimes(minutes, origins.index, ends.index, departure.percentiles, mode, limit_min, joined, note)


def centres_xy(frame: GeoDataFrame, crs: str) -> NDArray[np.float64]:
    """Coordinates [points, 2] in ``crs``; of a polygon its centroid, or a point inside where that lies outside."""
    if frame.index.has_duplicates:
        ids = list(frame.index[frame.index.duplicated()])
        raise PlanningDataError("E-ORIGIN-01", "ids stand twice.", feature_ids=ids, mend="give every point its own id.")
    lost = frame.geometry.isna() | frame.geometry.is_empty
    if lost.any():
        raise PlanningDataError(
            "E-ORIGIN-02", "points have no place.", feature_ids=list(frame.index[lost]), mend="leave them out."
        )
    shapes = to_crs(frame, crs).geometry.to_numpy()
    centre = shapely.centroid(shapes)
    outside = ~shapely.intersects(shapes, centre)
    centre[outside] = shapely.point_on_surface(shapes[outside])
    return shapely.get_coordinates(centre)


def _street(
    transport: Transport,
    start_xy: NDArray[np.float64],
    end_xy: NDArray[np.float64],
    mode: str,
    hour: int,
    limit_min: float,
    threads: int | None,
) -> tuple[Minutes, pd.DataFrame]:
    weights, factor = transport.hours.weights(mode, hour), transport.hours.factor(mode, hour)
    joined = transport.joining.joined(transport.streets, mode, factor, start_xy, end_xy)
    limit_ds = int(limit_min * _DS_PER_MIN)
    ds = times(transport.streets, weights, joined.leaving, joined.arriving, limit_ds, direct=joined.direct, threads=threads)
    return _minutes(ds, limit_ds), joined.report


def _walk(
    transport: Transport,
    start_xy: NDArray[np.float64],
    end_xy: NDArray[np.float64],
    limit_min: float,
    speed_kmh: float,
    threads: int | None,
) -> tuple[Minutes, pd.DataFrame]:
    walks = transport.walking.links(start_xy, end_xy, limit_min / 60 * speed_kmh * 1000, speed_kmh, threads)
    ds = np.full((len(start_xy), len(end_xy)), UNREACHED, np.int32)
    ds[walks.point(), walks.place] = walks.ds
    return _minutes(ds, int(limit_min * _DS_PER_MIN)), _reasons(np.diff(walks.ptr) > 0, NO_WALK)


def _reasons(served: NDArray[np.bool_], reason: str) -> pd.DataFrame:
    return pd.DataFrame({"reason": np.where(served, "", reason)})


def _minutes(ds: NDArray[np.int32], limit_ds: int) -> Minutes:
    """Minutes, ``inf`` beyond the limit; in blocks, for the steps between take more room than the result."""
    minutes = np.empty(ds.shape, np.float32)
    step = max(1, _BLOCK // max(1, ds.shape[1]))
    for low in range(0, len(ds), step):
        part = ds[low : low + step]
        minutes[low : low + step] = np.where(part <= limit_ds, part / np.float32(_DS_PER_MIN), np.float32(np.inf))
    return minutes


def _transit(
    transport: Transport,
    start_xy: NDArray[np.float64],
    end_xy: NDArray[np.float64],
    limit_min: float,
    departure: Departure,
    access: Access,
    rides: Mapping[str, Any],
) -> tuple[Minutes, pd.DataFrame]:
    links = ride_links(transport, start_xy, end_xy, limit_min, departure.hour, access, rides["threads"])
    minutes = transit_times(
        timetable_of(transport),
        **links,
        departure_s=departure.seconds,
        window_min=departure.window_min,
        percentiles=departure.percentiles,
        limit_min=int(limit_min),
        arrive_by=departure.arrive_by,
        **rides,
    )
    return minutes, _reasons(np.diff(links["access"].ptr) > 0, NO_STOP)
