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

from geo.movement.kernels.lane_rows import LANES, count_up_to, differing, highest_bit, least_from_here, lowest_bit, relax_rows
from geo.movement.kernels.query import Ints, Query, Rows, first_trip, patterns_at

U16 = np.uint16
UNREACHED = np.uint16(33_000)  # above 64 minutes + 8 hours; with 8 hours of walking on top still below 2**16
NO_TIME = np.uint16(2**16 - 1)

Lanes = NDArray[np.uint16]


class Room(NamedTuple):
    """Working room of one thread. Stops: ``ready`` [stops, 64], ``low``..``high`` the lanes improved since the last ride
    (high < 0: none).

    Patterns: ``first``, ``queue``. Trips of the pattern at hand: ``aboard``, ``shift``, ``profile``. ``best`` [cells from
    ``base`` of the pattern]: the latest lane that ever came by on a trip at a position.
    """

    ready: Lanes
    low: Ints
    high: Ints
    marked: Ints
    changed: Ints
    is_changed: NDArray[np.bool_]
    is_target: NDArray[np.bool_]
    first: Ints
    queue: Ints
    aboard: Ints
    shift: Ints
    profile: Ints
    best: NDArray[np.int8]
    base: NDArray[np.int64]
    row: Lanes
    item: Ints
    sec: Lanes


@njit(nogil=True, cache=True)
def copy_row(source: Lanes, target: Lanes) -> None:
    """target[:] = source; as a loop, for a slice would compile a page of error handling."""
    for lane in range(LANES):
        target[lane] = source[lane]


@njit(nogil=True, cache=True)
def make_room(query: Query) -> Room:
    """Working room for a query."""
    tables = query.tables
    stops, patterns = len(tables.stop_ptr) - 1, len(tables.ptr) - 1
    trips, cells, links = 1, 0, 1
    base = np.empty(patterns, np.int64)
    for q in range(patterns):
        base[q] = cells
        trips = max(trips, query.hi[q] - query.lo[q])
        cells += (query.hi[q] - query.lo[q]) * (tables.ptr[q + 1] - tables.ptr[q])
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
        np.full(patterns, -1, np.int32),
        np.empty(patterns, np.int32),
        np.empty(trips, np.int32),
        np.empty(trips, np.int32),
        np.empty(trips, np.int32),
        np.empty(cells, np.int8),
        base,
        np.empty(LANES, np.uint16),
        np.empty(links, np.int32),
        np.empty(links, np.uint16),
    )


@njit(nogil=True, cache=True)
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


@njit(nogil=True, cache=True)
def _catchable(query: Query, start: Ints, q: int, position: int, from_s: int, room: Room) -> tuple[int, int]:
    """Trips [one, end) of pattern q that an improved lane may want: from the first that any can catch to the first all have
    caught.
    """
    tables, lo, hi = query.tables, query.lo[q], query.hi[q]
    one, end = hi, hi
    for p in range(position, tables.ptr[q + 1] - tables.ptr[q] - 1):
        stop = tables.stop[tables.ptr[q] + p]
        if room.high[stop] < 0 or not tables.board[tables.ptr[q] + p]:
            continue
        soon = np.int32(room.ready[stop, room.low[stop]]) + query.slack_s + from_s
        late = np.int32(room.ready[stop, room.high[stop]]) + query.slack_s + from_s
        if one == hi:
            one = first_trip(tables, start, lo, hi, p, soon)
            end = one
        else:
            while one > lo and start[one - 1] + tables.departure[tables.offset[one - 1] + p] >= soon:
                one -= 1
        while end < hi and (end == one or start[end - 1] + tables.departure[tables.offset[end - 1] + p] < late):
            end += 1
    return one, end


@njit(nogil=True, cache=True)
def _ride(query: Query, start: Ints, q: int, position: int, from_s: int, arrived: Lanes, room: Room, changed: int) -> int:
    """Ride pattern q from a position on; returns the number of changed stops."""
    tables = query.tables
    base, size = tables.ptr[q], tables.ptr[q + 1] - tables.ptr[q]
    one, end = _catchable(query, start, q, position, from_s, room)
    trips, cell = end - one, room.base[q] + (one - query.lo[q]) * size
    for j in range(trips):
        room.aboard[j], room.shift[j], room.profile[j] = -1, start[one + j] - from_s, tables.offset[one + j]
    horizon = 60 * LANES + query.limit_s
    for p in range(position, size):
        while trips > 0 and room.shift[trips - 1] + tables.arrival[room.profile[trips - 1] + p] > horizon:
            trips -= 1  # too late for any lane
        if trips == 0:
            break
        stop = tables.stop[base + p]
        if p > position and tables.alight[base + p]:
            better = _alight(query, stop, p, trips, cell + p, size, arrived, room)
            if better and not room.is_changed[stop]:
                room.is_changed[stop] = True
                room.changed[changed] = stop
                changed += 1
        if p < size - 1 and room.high[stop] >= 0 and tables.board[base + p]:
            _board(query, stop, p, trips, room)
    return changed


@njit(nogil=True, cache=True)
def _alight(query: Query, stop: int, p: int, trips: int, cell: int, size: int, arrived: Lanes, room: Room) -> bool:
    """Let the latest lane of every trip off at position p, unless an earlier trip or round has brought it; True if that
    improved.
    """
    past, better = -1, False
    for j in range(trips):
        lane = room.aboard[j]
        if lane <= past:
            continue
        past = lane
        before = np.int32(room.best[cell + j * size])
        if lane <= before:
            past = before
            continue
        room.best[cell + j * size] = np.int8(lane)
        time = room.shift[j] + query.tables.arrival[room.profile[j] + p]
        if time < arrived[stop, lane] and time <= 60 * lane + query.limit_s:
            arrived[stop, lane] = U16(time)
            better = True
    return better


@njit(nogil=True, cache=True)
def _board(query: Query, stop: int, p: int, trips: int, room: Room) -> None:
    """The lanes already there when a trip leaves are the lowest ones: their number tells the latest; branchless."""
    for j in range(trips):
        leaves = min(room.shift[j] + query.tables.departure[room.profile[j] + p] - query.slack_s, np.int32(UNREACHED) - 1)
        lane = np.int32(count_up_to(room.ready, stop * LANES, U16(max(leaves, 0)))) - 1 if leaves >= 0 else -1
        room.aboard[j] = max(room.aboard[j], lane)


@njit(nogil=True, cache=True)
def _walk(query: Query, arrived: Lanes, changed: int, room: Room) -> int:
    """Stay or walk once from the changed stops; returns the number of stops at which someone is ready earlier than before."""
    walks, walks_to, marked = query.walks, query.walks_to, 0
    for i in range(changed):
        for e in range(walks.ptr[room.changed[i]], walks.ptr[room.changed[i] + 1]):
            room.is_target[walks.item[e]] = True
    for stop in range(len(room.is_target)):
        if not room.is_target[stop]:
            continue
        room.is_target[stop] = False
        count = select(walks_to, stop, room.is_changed, room)
        copy_row(room.ready[stop], room.row)
        relax_rows(arrived, room.item, room.sec, count, room.row)
        bits = differing(room.row, 0, room.ready, stop * LANES)
        if bits != 0:
            room.marked[marked] = stop
            marked += 1
            room.low[stop], room.high[stop] = lowest_bit(bits), highest_bit(bits)
            copy_row(room.row, room.ready[stop])
    return marked


@njit(nogil=True, cache=True)
def select(rows: Rows, i: int, wanted: NDArray[np.bool_], room: Room) -> int:
    """The links of row i to wanted items, into the room; branchless."""
    count = 0
    for e in range(rows.ptr[i], rows.ptr[i + 1]):
        room.item[count], room.sec[count] = rows.item[e], U16(rows.sec[e])
        count += wanted[rows.item[e]]
    return count


@njit(nogil=True, cache=True)
def search(
    query: Query, start: Ints, origin: int, from_s: int, minutes: int, arrived: Lanes, reached: NDArray[np.bool_], room: Room
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
            changed = _ride(query, start, q, room.first[q], from_s, arrived, room, changed)
            room.first[q] = -1
        for i in range(marked):
            room.high[room.marked[i]] = -1
        for i in range(changed):
            least_from_here(arrived, room.changed[i] * LANES)  # who leaves earlier may take the later journey
            reached[room.changed[i]] = True
        marked = _walk(query, arrived, changed, room) if ride + 1 < query.rides else 0
        for i in range(changed):
            room.is_changed[room.changed[i]] = False
        if marked == 0:
            break
    return random
