# mypy: disable-error-code="untyped-decorator,arg-type,assignment"
"""From lanes to percentiles: for every origin search all minutes and draws, walk to every destination, pick the ranks."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo.movement.kernels.lane_rows import LANES, count_up_to, relax_rows, travel_span
from geo.movement.kernels.lanes import NEVER_S, UNREACHED, Lanes, Room, make_room, search, select
from geo.movement.kernels.query import Ints, Query, Rows, bare, walk_all_the_way

U16 = np.uint16
NO_TIME = np.uint16(2**16 - 1)


@bare
def _block(query: Query, block: int) -> tuple[int, int]:
    """First second and minutes of a block."""
    return query.departure_s + 60 * LANES * block, min(LANES, query.minutes - block * LANES)


@bare
def _search_all(query: Query, origin: int, arrived: Lanes, reached: NDArray[np.bool_], room: Room) -> int:
    """Search all blocks and draws of an origin into ``arrived`` [draws × blocks, stops, 64]; returns the draws needed.

    If no random line comes up in the first draw, it tells all.
    """
    blocks, random, draws = (query.minutes + LANES - 1) // LANES, False, 0
    reached[:] = False
    while draws < len(query.starts) and (draws == 0 or random):
        for block in range(blocks):
            from_s, minutes = _block(query, block)
            random |= search(query, draws, origin, from_s, minutes, arrived[draws * blocks + block], reached, room)
        draws += 1
    return draws


@bare
def _write(row: Lanes, minutes: int, walk: int, times: Lanes, at: int) -> None:
    """Travel times of a row of arrivals, or the walk if that is faster, into times[at : at + 64]; NO_TIME beyond the block's
    minutes.
    """
    on_foot = U16(min(walk, np.int32(NO_TIME)))
    for lane in range(LANES):
        time = U16(row[lane] - U16(60 * lane)) if row[lane] < UNREACHED else NO_TIME
        times[at + lane] = min(time, on_foot) if lane < minutes else NO_TIME


@bare
def _pick(times: Lanes, rows: int, ranks: NDArray[np.int64], limit_s: int, out: NDArray[np.float32]) -> None:
    """Minutes of every rank into ``out``: the least time with more than rank lanes up to it, by bisection."""
    for p in range(len(ranks)):
        low, high = 0, limit_s + 1
        while low < high:
            middle = (low + high) >> 1
            count = 0
            for row in range(rows):
                count += count_up_to(times, row * LANES, U16(middle))
            if count > ranks[p]:
                high = middle
            else:
                low = middle + 1
        out[p] = np.float32(low / 60) if low <= limit_s else np.float32(np.inf)


@bare
def _measure(query: Query, rows: int, arrived: NDArray[np.uint16], reached: NDArray[np.bool_], least: Ints, most: Ints) -> None:
    """Least and most travel time to every stop over all lanes; `NEVER_S` both where it is not reached."""
    blocks = (query.minutes + LANES - 1) // LANES
    least[:] = NEVER_S
    most[:] = NEVER_S
    for stop in range(len(reached)):
        if reached[stop]:
            most[stop] = 0
            for i in range(rows):
                span = travel_span(arrived, (i * len(reached) + stop) * LANES, _block(query, i % blocks)[1])
                least[stop], most[stop] = min(least[stop], span & 65535), max(most[stop], span >> 16)


@bare
def _bound(egress: Rows, row: int, most: Ints, walk: int) -> int:
    """What the travel time to a destination never exceeds, by the stop that is best at its worst, or on foot."""
    bound = walk
    for e in range(egress.ptr[row], egress.ptr[row + 1]):
        bound = min(bound, most[egress.item[e]] + egress.sec[e])
    return bound


@njit(nogil=True, cache=True)
def travel_times(query: Query, origins: Ints, out: NDArray[np.float32]) -> None:
    """Fill the rows of ``origins`` in ``out`` float32 [percentile, origin, destination] with minutes, inf = not reached."""
    stops, blocks = len(query.tables.stop_ptr) - 1, (query.minutes + LANES - 1) // LANES
    room, walk = make_room(query), np.empty(out.shape[2], np.int32)
    arrived = np.empty((len(query.starts) * blocks, stops, LANES), np.uint16)
    least, most = np.empty(stops, np.int32), np.empty(stops, np.int32)
    reached, times = np.empty(stops, np.bool_), np.empty(len(arrived) * LANES, np.uint16)
    for origin in origins:
        walk_all_the_way(query.direct, origin, query.limit_s, walk, out)
        if query.access.ptr[origin] == query.access.ptr[origin + 1]:
            continue
        draws = _search_all(query, origin, arrived, reached, room)
        ranks = query.ranks // (len(query.starts) // draws)
        _measure(query, draws * blocks, arrived, reached, least, most)
        for row, destination in enumerate(query.reachable):
            longest = _bound(query.egress, row, most, walk[destination])
            count = select(query.egress, row, least, longest, room)
            if count == 0:
                continue
            for i in range(draws * blocks):
                room.row[:] = UNREACHED
                relax_rows(arrived[i], room.item, room.sec, count, room.row)
                _write(room.row, _block(query, i % blocks)[1], walk[destination], times, i * LANES)
            _pick(times, draws * blocks, ranks, query.limit_s, out[:, origin, destination])
