"""Door-to-door travel times between any points, by street modes, on foot and by transit."""

from __future__ import annotations

from typing import TypedDict, Unpack, overload

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from analyses.travel.blocks import Blocks, BlockTimes
from analyses.travel.plans import Asked, Matrix, plan
from analyses.travel.rides import Access
from analyses.travel.times import Departure, TravelTimes
from geo import PlanningDataError, to_crs
from geo.movement import Transport


class Options(TypedDict, total=False):
    """What `travel_times` may be told, by name."""

    mode: str
    departure: Departure | None
    limit_min: float
    walk_speed_kmh: float
    access_mode: str
    access_limit_min: float
    board_slack_s: int
    max_rides: int
    draws: int
    seed: int
    threads: int | None


@overload
def travel_times(
    transport: Transport,
    origins: GeoDataFrame,
    destinations: GeoDataFrame | None = None,
    *,
    blocks: None = None,
    **options: Unpack[Options],
) -> TravelTimes: ...


@overload
def travel_times(
    transport: Transport,
    origins: GeoDataFrame,
    destinations: GeoDataFrame | None = None,
    *,
    blocks: Blocks,
    **options: Unpack[Options],
) -> BlockTimes: ...


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
    blocks: Blocks | None = None,
) -> TravelTimes | BlockTimes:
    """Minutes from every origin to every destination (default: the origins), unreached beyond ``limit_min``.

    ``origins``, ``destinations``: points, or polygons that stand for their centre, in any CRS, with a unique index. ``mode``: one
    of ``transport.modes``. Street modes take the speeds of the hour in which ``departure`` starts. Transit leaves in every
    minute of the window; boarding needs ``board_slack_s`` after arrival at the stop; lines known by headway run in ``draws``
    seeded phase draws. ``access_mode`` other than walk takes people to a stop within ``access_limit_min`` by that mode (park and
    ride). Reached means t ≤ limit. A point that joins no road does not end the run: its times are unreached and
    ``joined`` says why. With ``blocks`` nothing is computed yet: measures take the `BlockTimes` and work block by
    block, with the same results. Errors: E-MODE-01, E-ORIGIN-01 (ids twice), E-ORIGIN-02 (no place), E-LIMIT-01.
    """
    if not limit_min > 0 or not np.isfinite(limit_min):
        raise PlanningDataError("E-LIMIT-01", "the limit is no time.", seen=limit_min, mend="give minutes above 0.")
    rides = {"board_slack_s": board_slack_s, "max_rides": max_rides, "draws": draws, "seed": seed, "threads": threads}
    access = Access(access_mode, access_limit_min, walk_speed_kmh)
    asked = Asked(mode, departure or Departure(), limit_min, access, rides)
    matrix = _matrix(transport, origins, destinations, asked)
    return matrix.times(np.arange(len(origins))) if blocks is None else BlockTimes(matrix, blocks)


def _matrix(transport: Transport, origins: GeoDataFrame, destinations: GeoDataFrame | None, asked: Asked) -> Matrix:
    transport.check_mode(asked.mode)
    if asked.mode == "transit":
        transport.check_mode(asked.access.mode)
    start_xy = centres_xy(origins, transport.crs)
    end_xy = start_xy if destinations is None else centres_xy(destinations, transport.crs)
    ends = origins if destinations is None else destinations
    return Matrix(origins.index, ends.index, start_xy, end_xy, asked, transport, plan(transport, start_xy, end_xy, asked))


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
