# mypy: disable-error-code="untyped-decorator,arg-type,assignment"
"""Departure lanes: up to 64 departure minutes at once, exactly.

A label is a row of 64 lanes, lane l = seconds after the block's first minute when leaving at minute l. Rows never fall from left
to right: who leaves later arrives no earlier. So at each position a trip carries one number, the latest lane on board, and one
pass over the trips of a pattern does the work of 64 RAPTOR passes. As in RAPTOR a round is a ride; ``arrived`` by vehicle and
``ready`` to board are separate rows, so that two walks never chain. Limits: times below UNREACHED, see `transit.LONGEST_MIN`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo.movement.kernels.lane_rows import (
    LANES,
    count_up_to,
    differing,
    highest_bit,
    least_from_here,
    lowest_bit,
    outrun,
    relax_rows,
    travel_span,
)
from geo.movement.kernels.query import Ints, Query, Rows, bare, patterns_at

U16 = np.uint16
UNREACHED = np.uint16(33_000)  # above 64 minutes + 8 hours; with 8 hours of walking on top still below 2**16
NO_TIME = np.uint16(2**16 - 1)
NEVER_S = np.int32(2**30)

Lanes = NDArray[np.uint16]
Bytes = NDArray[np.int8]


class Room(NamedTuple):
    """Working room of one thread. Stops: ``ready`` [stops, 64], ``low``..``high`` the lanes improved since the last ride
    (high < 0: none).

    Patterns: ``first``, ``queue``. ``aboard``: the latest lane on every trip of the pattern at hand, -1 = nobody, also between
    two rides. ``best`` [cells of `Calls`]: the latest lane that ever came by on a trip at a position. Both are 64 longer than
    their trips and cells, for they are read 64 at once.
    """

    ready: Lanes
    low: Ints
    high: Ints
    marked: Ints
    changed: Ints
    is_changed: NDArray[np.bool_]
    is_target: NDArray[np.bool_]
    least: Ints
    first: Ints
    queue: Ints
    aboard: Bytes
    best: Bytes
    row: Lanes
    item: Ints
    sec: Lanes


@bare
def copy_row(source: Lanes, target: Lanes) -> None:
    """target[:] = source; as a loop, for a slice would compile a page of error handling."""
    for lane in range(LANES):
        target[lane] = source[lane]


@njit(nogil=True, cache=True)
def make_room(query: Query) -> Room:
    """Working room for a query."""
    tables = query.tables
    stops, patterns = len(tables.stop_ptr) - 1, len(tables.ptr) - 1
    trips, links = 0, 1
    for q in range(patterns):
        trips = max(trips, query.hi[q] - query.lo[q])
    for stop in range(stops):
        links = max(links, query.walks_to.ptr[stop + 1] - query.walks_to.ptr[stop])
    for row in range(len(query.reachable)):
        links = max(links, query.egress.ptr[row + 1] - query.egress.ptr[row])
    return Room(
        np.empty((stops, LANES), np.uint16),
        np.zeros(stops, np.int32),
        np.full(stops, -1, np.int32),
        np.empty(stops, np.int32),
        np.empty(stops, np.int32),
        np.zeros(stops, np.bool_),
        np.zeros(stops, np.bool_),
        np.full(stops, NEVER_S, np.int32),
        np.full(patterns, -1, np.int32),
        np.empty(patterns, np.int32),
        np.full(trips + LANES, -1, np.int8),
        np.empty(query.calls.cells + LANES, np.int8),
        np.empty(LANES, np.uint16),
        np.empty(links, np.int32),
        np.empty(links, np.uint16),
    )


@bare
def _leave(query: Query, origin: int, minutes: int, room: Room) -> int:
    """Walk to the stops; returns how many can be reached."""
    marked = 0
    for e in range(query.access.ptr[origin], query.access.ptr[origin + 1]):
        stop = query.access.item[e]
        room.marked[marked] = stop
        marked += 1
        room.low[stop], room.high[stop] = 0, minutes - 1
        for lane in range(minutes):
            room.ready[stop, lane] = U16(60 * lane + query.access.sec[e])
    return marked


@bare
def _ride(query: Query, draw: int, q: int, position: int, from_s: int, arrived: Lanes, room: Room, changed: int) -> int:
    """Ride pattern q from a position on; returns the number of changed stops."""
    trips, base, size = query.hi[q] - query.lo[q], query.tables.ptr[q], query.tables.ptr[q + 1] - query.tables.ptr[q]
    cell = query.calls.base[q] + position * trips
    apart = draw * query.calls.drawn if query.tables.random[q] else 0  # from the cells of the first draw to those of this one
    one, end, cursor, shift = trips, 0, -1, from_s + query.slack_s
    for p in range(position, size):
        stop = query.tables.stop[base + p]
        if one < end and query.tables.alight[base + p]:
            better = _alight(
                query.calls.arrives, cell + apart, one, end, from_s, query.limit_s, room.aboard, room.best, cell, arrived[stop]
            )
            if better and not room.is_changed[stop]:
                room.is_changed[stop] = True
                room.changed[changed] = stop
                changed += 1
        if room.high[stop] >= 0 and query.tables.board[base + p] and p < size - 1:
            soon, late = room.ready[stop, room.low[stop]], room.ready[stop, room.high[stop]]
            cursor = _first(query.calls.leaves, cell + apart, trips, cursor, np.int32(soon) + shift)
            last = _board(
                query.calls.leaves, cell + apart, cursor, trips, shift, np.int32(late) + shift, room.ready, stop, room.aboard
            )
            if cursor < last:
                one, end = min(one, cursor), max(end, last)
        cell += trips
    for j in range(one, end):
        room.aboard[j] = -1
    return changed


@bare
def _alight(
    arrives: Ints, told: int, one: int, end: int, from_s: int, limit_s: int, aboard: Bytes, best: Bytes, cell: int, arrived: Lanes
) -> bool:
    """Let the latest lane of the trips [one, end) off, unless an earlier trip or round has brought it; True if that improved.

    64 trips at once: only those that carry a later lane than ever before are looked at.
    """
    past, better = -1, False
    for j in range(one, end, LANES):
        newer = outrun(aboard, j, best, cell + j)
        while newer != 0:
            trip = j + lowest_bit(newer)
            newer &= newer - np.uint64(1)
            lane = np.int32(aboard[trip])
            if lane <= past:
                continue
            past = lane
            time = arrives[told + trip] - from_s
            if time < arrived[lane] and time <= 60 * lane + limit_s:
                arrived[lane] = U16(time)
                better = True
    return better


@bare
def _first(leaves: Ints, told: int, trips: int, cursor: int, soon: int) -> int:
    """The first trip that leaves at ``soon`` or later; trips never overtake, so it lies near that of the last position."""
    one = max(cursor, 0)
    while one > 0 and leaves[told + one - 1] >= soon:
        one -= 1
    while one < trips and leaves[told + one] < soon:
        one += 1
    return one


@bare
def _board(leaves: Ints, told: int, one: int, trips: int, shift: int, late: int, ready: Lanes, stop: int, aboard: Bytes) -> int:
    """Board the trips from ``one`` to the first that all improved lanes can catch, which leaves at ``late`` or later.

    The lanes already there when a trip leaves are the lowest ones: their number tells the latest. Returns the trip behind.
    """
    for j in range(one, trips):
        most = min(leaves[told + j] - shift, np.int32(UNREACHED) - 1)
        lane = count_up_to(ready, stop * LANES, U16(most)) - 1
        aboard[j] = max(aboard[j], np.int8(lane))
        if leaves[told + j] >= late:
            return j + 1
    return trips


@bare
def _walk(query: Query, minutes: int, arrived: Lanes, changed: int, room: Room) -> int:
    """Stay or walk once from the changed stops; returns the number of stops at which someone is ready earlier than before."""
    walks, walks_to, marked = query.walks, query.walks_to, 0
    for i in range(changed):
        stop = room.changed[i]
        room.least[stop] = travel_span(arrived, stop * LANES, minutes) & 65535
        for e in range(walks.ptr[stop], walks.ptr[stop + 1]):
            room.is_target[walks.item[e]] = True
    for stop in range(len(room.is_target)):
        if not room.is_target[stop]:
            continue
        room.is_target[stop] = False
        most = travel_span(room.ready, stop * LANES, minutes) >> 16
        count = select(walks_to, stop, room.least, most, room)
        if count == 0:
            continue
        copy_row(room.ready[stop], room.row)
        relax_rows(arrived, room.item, room.sec, count, room.row)
        bits = differing(room.row, 0, room.ready, stop * LANES)
        if bits != 0:
            room.marked[marked] = stop
            marked += 1
            room.low[stop], room.high[stop] = lowest_bit(bits), highest_bit(bits)
            copy_row(room.row, room.ready[stop])
    for i in range(changed):
        room.least[room.changed[i]] = NEVER_S
    return marked


@bare
def select(rows: Rows, i: int, least: Ints, most: int, room: Room) -> int:
    """The links of row i that lead to an item within ``most`` seconds of its ``least``, into the room; branchless."""
    count = 0
    for e in range(rows.ptr[i], rows.ptr[i + 1]):
        room.item[count], room.sec[count] = rows.item[e], U16(rows.sec[e])
        count += least[rows.item[e]] + rows.sec[e] <= most
    return count


@bare
def search(
    query: Query, draw: int, origin: int, from_s: int, minutes: int, arrived: Lanes, reached: NDArray[np.bool_], room: Room
) -> bool:
    """Fill ``arrived`` uint16 [stops, 64] for the minutes from ``from_s`` on; ``reached`` collects the stops. True if a
    random line came up.
    """
    arrived[:, :] = UNREACHED
    room.ready[:, :] = UNREACHED
    room.best[:] = -1
    marked, random = _leave(query, origin, minutes, room), False
    for ride in range(query.rides):
        queued = patterns_at(query.tables, query.lo, query.hi, room.marked, marked, room.first, room.queue)
        changed = 0
        for i in range(queued):
            q = room.queue[i]
            random |= query.tables.random[q]
            changed = _ride(query, draw, q, room.first[q], from_s, arrived, room, changed)
            room.first[q] = -1
        for i in range(marked):
            room.high[room.marked[i]] = -1
        for i in range(changed):
            least_from_here(arrived, room.changed[i] * LANES)  # who leaves earlier may take the later journey
            reached[room.changed[i]] = True
        marked = _walk(query, minutes, arrived, changed, room) if ride + 1 < query.rides else 0
        for i in range(changed):
            room.is_changed[room.changed[i]] = False
        if marked == 0:
            break
    return random
