"""Travel times by walking and scheduled or headway transit, from every origin to every destination, over a window of
departures.

Conventions. The traveller leaves at every full minute of the window, walks to a stop (``access``), rides at most
``max_rides`` vehicles with at most one walk between two rides (``transfers``; staying at the stop is free), and walks on
(``egress``); or walks all the way (``direct``). Every boarding, the first too, needs departure ≥ arrival + slack. A link's
deciseconds are rounded up to seconds once; from there on everything is whole seconds. Percentile p of n sorted minutes is
element ceil(p/100·n) − 1, unreached last; reached means t ≤ limit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geo.errors import PlanningDataError
from geo.movement.chunks import run, usable_threads
from geo.movement.kernels import lane_times, raptor
from geo.movement.kernels.query import Query, fixed
from geo.movement.lines import DAY_S
from geo.movement.links import Links
from geo.movement.queries import Journeys, transit_query
from geo.movement.timetable import Timetable

LONGEST_MIN = 480
CHUNK = 32  # origins a task at the least: every task has a room of its own
TASKS = 16  # a thread, so that none waits long for the last

Engine = Literal["lanes", "raptor"]
KERNELS = {"lanes": lane_times.travel_times, "raptor": raptor.travel_times}


def transit_times(  # noqa: PLR0913 - one question with its documented defaults, all by keyword
    timetable: Timetable,
    *,
    access: Links,
    transfers: Links,
    egress: Links,
    direct: Links | None,
    departure_s: int,
    window_min: int = 60,
    percentiles: Sequence[float] = (50,),
    limit_min: int,
    board_slack_s: int = 60,
    max_rides: int = 4,
    draws: int = 5,
    seed: int = 0,
    threads: int | None = None,
    arrive_by: bool = False,
    engine: Engine = "lanes",
) -> NDArray[np.float32]:
    """Travel times in minutes, float32 [percentile, origin, destination], inf = not reached within ``limit_min``.

    ``access`` origin → stop, ``transfers`` stop → stop (a stop's link to itself is ignored: staying takes no time),
    ``egress`` stop → destination, ``direct`` origin → destination or None = no walking all the way. Stops are counted as in
    ``timetable.stops()``; the links may come from any mode, so that driving to the stops needs nothing else. ``departure_s``
    seconds after midnight; with ``arrive_by`` it is when to have arrived at the latest, and the minutes of the window count
    back from it. Lines known by headway alone run in ``draws`` seeded, stratified phase draws, and the percentiles are of
    window × draws times. Same input, same bytes, whatever ``threads`` and ``engine`` ("lanes" departure lanes, "raptor" the
    textbook, slower). Errors: E-TT-04 links that do not fit, E-TT-05 a value out of its range.
    """
    origins, destinations = access.points, egress.places
    direct = direct or no_links(origins, destinations)
    check_links(len(timetable.stop_ids), access, transfers, egress, direct)
    check_ranges(departure_s, window_min, percentiles, limit_min, board_slack_s, max_rides, draws)
    journeys = Journeys(departure_s, window_min, max_rides, board_slack_s, limit_min * 60, backwards=arrive_by)
    query = transit_query(timetable, (access, transfers, egress, direct), journeys, draws, seed)
    query = query._replace(ranks=_ranks(percentiles, window_min * len(query.starts)))
    out = np.empty(
        (len(percentiles), destinations, origins) if arrive_by else (len(percentiles), origins, destinations), np.float32
    )
    _in_threads(KERNELS[engine], query, out, threads)
    return np.ascontiguousarray(out.swapaxes(1, 2)) if arrive_by else out


def _in_threads(kernel: Callable[..., None], query: Query, out: NDArray[np.float32], threads: int | None) -> None:
    origins = np.arange(out.shape[1], dtype=np.int32)
    chunk = max(CHUNK, -(-len(origins) // (TASKS * (threads or usable_threads()))))
    run(lambda low, high: kernel(query, origins[low:high], out), len(origins), threads, chunk=chunk)


def _ranks(percentiles: Sequence[float], samples: int) -> NDArray[np.int64]:
    share = np.asarray(percentiles, float) / 100 * samples
    return fixed(np.maximum(np.ceil(share - 1e-9).astype(np.int64) - 1, 0))


def no_links(points: int, places: int) -> Links:
    """Links that reach nothing."""
    none = np.empty(0, np.int32)
    return Links.from_pairs(none, none, none, (points, places))


def check_links(stops: int, access: Links, transfers: Links, egress: Links, direct: Links) -> None:
    """Refuse links that do not fit together (E-TT-04)."""
    shapes = {
        "access": (access.places, stops),
        "transfers": (transfers.points, stops),
        "transfers (places)": (transfers.places, stops),
        "egress": (egress.points, stops),
        "direct": (direct.points, access.points),
        "direct (places)": (direct.places, egress.places),
    }
    for name, (seen, wanted) in shapes.items():
        if seen != wanted:
            raise PlanningDataError(
                "E-TT-04",
                f"{name} links do not fit the timetable or the points.",
                seen=f"{seen}, wanted {wanted}",
                mend="rebuild the links.",
            )
    if any(links.ds.min(initial=0) < 0 for links in (access, transfers, egress, direct)):
        raise PlanningDataError("E-TT-04", "a link takes negative time.", mend="rebuild the links.")


def check_ranges(
    departure_s: int,
    window_min: int,
    percentiles: Sequence[float],
    limit_min: int,
    board_slack_s: int,
    max_rides: int,
    draws: int,
) -> None:
    """Refuse values out of their range (E-TT-05)."""
    ranges = {
        "departure_s": (departure_s, 0, DAY_S),
        "window_min": (window_min, 1, 24 * 60),
        "limit_min": (limit_min, 1, LONGEST_MIN),
        "board_slack_s": (board_slack_s, 0, 3600),
        "max_rides": (max_rides, 1, 20),
        "draws": (draws, 1, 1000),
        **{f"percentile {p}": (p, 0, 100) for p in percentiles},
    }
    for name, (seen, least, most) in ranges.items():
        if not least <= seen <= most:
            raise PlanningDataError(
                "E-TT-05", f"{name} is out of range.", seen=seen, mend=f"give a value from {least} to {most}."
            )
