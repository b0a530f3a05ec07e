"""Trips → patterns: grouping by stops, splitting off overtaking trips, sharing running profiles. Serves `timetable` alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
BOARD, ALIGHT = 1, 2


@dataclass(frozen=True)
class Trip:
    """One trip, or one headway service if ``headway`` > 0.

    ``stops`` int [positions]; ``rights`` uint8 (1 board + 2 alight); ``arrival``, ``departure`` seconds after ``start``;
    ``line`` number of the line. A headway service departs every ``headway`` seconds in [start, until) with a phase drawn by
    ``key``.
    """

    stops: Ints
    rights: NDArray[np.uint8]
    arrival: Ints
    departure: Ints
    line: int
    start: int = 0
    until: int = 0
    headway: int = 0
    key: int = 0


@dataclass(frozen=True)
class Patterns:
    """Compressed rows: pattern → positions (``ptr``: ``stop``, ``board``, ``alight``) and pattern → trips (``trip_ptr``:
    ``start``, ``offset`` into ``arrival`` / ``departure``, ``trip_line``), trips ascending in time at every position.

    ``headway`` int64 [services, 5]: pattern, first and last start, headway, key of the phase.
    """

    ptr: Ints
    stop: Ints
    board: NDArray[np.uint8]
    alight: NDArray[np.uint8]
    trip_ptr: Ints
    start: Ints
    offset: Ints
    trip_line: Ints
    arrival: Ints
    departure: Ints
    headway: NDArray[np.int64]

    def calls(self, stops: int, live: NDArray[np.bool_], *, boarding: bool) -> tuple[NDArray[np.int64], Ints, Ints]:
        """Stop → (pattern, position) where one can board (or alight) the live patterns: ptr [stops + 1], pattern, position."""
        pattern = np.repeat(np.arange(len(self.ptr) - 1), np.diff(self.ptr))
        cell = np.arange(len(pattern))
        can = (
            (self.board == 1) & (cell < self.ptr[pattern + 1] - 1)
            if boarding
            else (self.alight == 1) & (cell > self.ptr[pattern])
        )
        use = np.flatnonzero(can & live[pattern])
        use = use[np.argsort(self.stop[use], kind="stable")]
        ptr = cumulated(np.bincount(self.stop[use], minlength=stops)).astype(np.int64)
        return ptr, pattern[use].astype(np.int32), (cell - self.ptr[pattern])[use].astype(np.int32)

    def profiles(self) -> tuple[Ints, Ints]:
        """Pattern → its different profiles: ptr int32 [patterns + 1] and offsets."""
        pattern = np.repeat(np.arange(len(self.ptr) - 1), np.diff(self.trip_ptr))
        pairs = np.unique(np.column_stack([pattern, self.offset]), axis=0).astype(np.int32)
        return cumulated(np.bincount(pairs[:, 0], minlength=len(self.ptr) - 1)), np.ascontiguousarray(pairs[:, 1])

    def running(self, start: Ints, from_s: int, to_s: int) -> tuple[Ints, Ints]:
        """Trips [lo, hi) of every pattern that matter: last arrival ≥ ``from_s`` and first departure ≤ ``to_s``; int32
        [patterns] each.
        """
        count = len(self.ptr) - 1
        pattern = np.repeat(np.arange(count), np.diff(self.trip_ptr))
        size = np.diff(self.ptr)[pattern]
        early = start.astype(np.int64) + self.arrival[self.offset + size - 1] < from_s
        late = start.astype(np.int64) + self.departure[self.offset] > to_s
        lo = self.trip_ptr[:-1] + np.bincount(pattern, early, count)
        hi = self.trip_ptr[1:] - np.bincount(pattern, late, count)
        return lo.astype(np.int32), np.maximum(lo, hi).astype(np.int32)

    def joined(self, other: Patterns, new_stop: Ints, new_line: Ints) -> Patterns:
        """These patterns and the others, whose stops and lines are renumbered."""
        headway = other.headway.copy()
        headway[:, 0] += len(self.ptr) - 1
        both = np.concatenate
        return Patterns(
            both([self.ptr, other.ptr[1:] + self.ptr[-1]]),
            both([self.stop, new_stop[other.stop]]),
            both([self.board, other.board]),
            both([self.alight, other.alight]),
            both([self.trip_ptr, other.trip_ptr[1:] + self.trip_ptr[-1]]),
            both([self.start, other.start]),
            both([self.offset, other.offset + np.int32(len(self.arrival))]),
            both([self.trip_line, new_line[other.trip_line]]),
            both([self.arrival, other.arrival]),
            both([self.departure, other.departure]),
            both([self.headway, headway]),
        )

    def reversed(self) -> Patterns:
        """The same services run backwards: times negated, last stop first, boarding and alighting exchanged."""
        size = np.repeat(np.diff(self.ptr), np.diff(self.trip_ptr))
        headway = self.headway.copy()
        headway[:, 0] = len(self.ptr) - 2 - headway[:, 0]
        turned = (self.stop[::-1], self.alight[::-1], self.board[::-1])
        trips = (-self.start[::-1], (len(self.arrival) - self.offset - size)[::-1].astype(np.int32), self.trip_line[::-1])
        times = (-self.departure[::-1], -self.arrival[::-1])
        ptr, trip_ptr = self.ptr[-1] - self.ptr[::-1], self.trip_ptr[-1] - self.trip_ptr[::-1]
        return Patterns(ptr, *turned, trip_ptr, *trips, *times, headway)

    def without(self, lines: Sequence[int]) -> Patterns:
        """These patterns without the trips of some lines (patterns may be left empty)."""
        keep = ~np.isin(self.trip_line, lines)
        pattern = np.repeat(np.arange(len(self.ptr) - 1), np.diff(self.trip_ptr))
        trip_ptr = cumulated(np.bincount(pattern[keep], minlength=len(self.ptr) - 1))
        headway = self.headway[np.diff(trip_ptr)[self.headway[:, 0]] > 0]
        start, offset, trip_line = self.start[keep], self.offset[keep], self.trip_line[keep]
        return replace(self, trip_ptr=trip_ptr, headway=headway, start=start, offset=offset, trip_line=trip_line)


def assemble(trips: Sequence[Trip]) -> Patterns:
    """Patterns of loose trips; the result does not depend on their order."""
    fixed: dict[tuple[bytes, bytes], list[Trip]] = {}
    for trip in trips:
        if not trip.headway:
            fixed.setdefault((trip.stops.tobytes(), trip.rights.tobytes()), []).append(trip)
    groups = [chain for key in sorted(fixed) for chain in _chains(fixed[key])]
    services = sorted(
        (trip for trip in trips if trip.headway), key=lambda trip: (trip.start, trip.key, trip.line, trip.stops.tobytes())
    )
    headway = [(len(groups) + i, trip.start, trip.until, trip.headway, trip.key) for i, trip in enumerate(services)]
    for service in services:
        starts = range(service.start, service.until, service.headway)
        groups.append([replace(service, start=start) for start in starts])
    return _rows(groups, np.array(headway, np.int64).reshape(-1, 5))


def _chains(trips: list[Trip]) -> list[list[Trip]]:
    """First come, first out: a trip joins the first chain whose last trip it does not overtake anywhere."""
    trips = sorted(
        trips,
        key=lambda t: (t.start + int(t.departure[0]), *(t.start + t.arrival).tolist(), *(t.start + t.departure).tolist(), t.line),
    )
    chains: list[list[Trip]] = []
    for trip in trips:
        for chain in chains:
            last = chain[-1]
            shift = trip.start - last.start
            if (trip.arrival + shift >= last.arrival).all() and (trip.departure + shift >= last.departure).all():
                chain.append(trip)
                break
        else:
            chains.append([trip])
    return chains


def _rows(groups: list[list[Trip]], headway: NDArray[np.int64]) -> Patterns:
    offsets: dict[bytes, int] = {}
    profiles: list[Trip] = []
    end = 0
    for trip in (trip for group in groups for trip in group):
        key = trip.arrival.tobytes() + trip.departure.tobytes()
        if key not in offsets:
            offsets[key] = end
            profiles.append(trip)
            end += len(trip.stops)
    flat = [trip for group in groups for trip in group]
    rights = _flat([group[0].rights.astype(np.int32) for group in groups])
    return Patterns(
        cumulated([len(group[0].stops) for group in groups]),
        _flat([group[0].stops for group in groups]),
        (rights & BOARD).astype(np.uint8),
        ((rights & ALIGHT) >> 1).astype(np.uint8),
        cumulated([len(group) for group in groups]),
        np.array([trip.start for trip in flat], np.int32),
        np.array([offsets[trip.arrival.tobytes() + trip.departure.tobytes()] for trip in flat], np.int32),
        np.array([trip.line for trip in flat], np.int32),
        _flat([trip.arrival for trip in profiles]),
        _flat([trip.departure for trip in profiles]),
        headway,
    )


def cumulated(counts: Sequence[int] | NDArray[np.integer]) -> Ints:
    """Where every run of a list of runs starts, and its end: int32 [runs + 1]."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def _flat(parts: list[Ints]) -> Ints:
    return np.concatenate(parts).astype(np.int32) if parts else np.empty(0, np.int32)
