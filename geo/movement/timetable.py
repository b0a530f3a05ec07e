"""`Timetable`: stops, patterns and trips as read-only integer arrays, what the routing kernels run on.

A *pattern* is a stop sequence with the same rights to board and alight in which no trip overtakes another; overtaking trips
go to another pattern of the same stops. A trip is a start and a running *profile* shared by all trips with the same running
times: arrival at position p = start + profile_arrival[offset + p]. Headway lines are patterns whose starts depend on a random
phase: a draw rewrites these starts and nothing else. Times are seconds after midnight of the service day; trips of the day
before and the day after are present with their times shifted.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame, points_from_xy
from numpy.typing import NDArray

from geo.crs import METRIC
from geo.errors import PlanningDataError, nearest_names
from geo.movement.assembly import Patterns, Trip, assemble
from geo.movement.hilbert import hilbert_order
from geo.movement.lines import DAY_S, Line

Ints = NDArray[np.int32]
NEVER_S = 10**8  # start of a trip that a draw does not run
SAME_PLACE_M = 1.0


@dataclass(frozen=True)
class Timetable:
    """Stops and services; all arrays read-only.

    Stops: ``stop_ids``, ``stop_names`` object [stops], ``x``, ``y`` float64 [stops] in ``crs``. ``patterns``: see
    :class:`~geo.movement.assembly.Patterns`. ``line_ids``, ``line_names``: the lines; ``patterns.trip_line`` refers to them.
    ``rules`` int32 [rules, 3]: from stop, to stop, least seconds from alighting to boarding there (-1 = no change possible), as
    feeds state them; they overrule walking times. ``notes``: what a reader left out or repaired.
    """

    stop_ids: NDArray[Any]
    stop_names: NDArray[Any]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    crs: str
    patterns: Patterns
    line_ids: tuple[str, ...]
    line_names: tuple[str, ...]
    rules: Ints
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.stop_ids, self.stop_names, self.x, self.y, self.rules, *vars(self.patterns).values()):
            array.flags.writeable = False

    @classmethod
    def from_lines(cls, stops: pd.DataFrame, lines: Iterable[Line], *, crs: str = METRIC) -> Timetable:
        """The timetable of headway lines.

        ``stops``: columns ``stop_id`` (or the index), ``x``, ``y`` in ``crs`` (or a GeoDataFrame of points, whose CRS then
        counts), optional ``stop_name``. Lines run every day. Errors: E-LINE-05 a line names an unknown stop, E-LINE-06 a line
        twice.
        """
        table, crs = _stop_table(stops, crs)
        lines = sorted(lines, key=lambda line: (line.line_id, line.direction))
        _check_lines(lines, set(table["stop_id"]))
        place = {stop: i for i, stop in enumerate(table["stop_id"])}
        line_ids = tuple(dict.fromkeys(line.line_id for line in lines))
        trips = [trip for line in lines for trip in _line_trips(line, place, line_ids.index(line.line_id))]
        names = {line.line_id: line.name for line in reversed(lines)}
        return cls.from_trips(table, trips, crs=crs, line_ids=line_ids, line_names=tuple(names[i] for i in line_ids))

    @classmethod
    def from_trips(
        cls,
        table: pd.DataFrame,
        trips: Sequence[Trip],
        *,
        crs: str,
        line_ids: tuple[str, ...],
        line_names: tuple[str, ...],
        rules: Ints | None = None,
        notes: tuple[str, ...] = (),
    ) -> Timetable:
        """The timetable of loose trips whose stops are rows of ``table`` (stop_id, stop_name, x, y), in any order of rows."""
        x, y = table["x"].to_numpy(float), table["y"].to_numpy(float)
        order = hilbert_order(np.column_stack([x, y]), table["stop_id"].to_numpy(str))  # the order of the input is lost
        new = np.empty(len(order), np.int32)
        new[order] = np.arange(len(order))
        rules = np.empty((0, 3), np.int32) if rules is None else rules
        moved = np.column_stack([new[rules[:, 0]], new[rules[:, 1]], rules[:, 2]]).astype(np.int32)
        return cls(
            table["stop_id"].to_numpy(object)[order],
            table["stop_name"].to_numpy(object)[order],
            x[order],
            y[order],
            str(crs),
            assemble([replace(trip, stops=new[trip.stops]) for trip in trips]),
            line_ids,
            line_names,
            moved[np.lexsort(moved.T[::-1])],
            notes,
        )

    def stops(self) -> GeoDataFrame:
        """Points of the stops, index ``stop_id`` in the order every link and kernel counts them, column ``stop_name``."""
        index = pd.Index(self.stop_ids, name="stop_id")
        return GeoDataFrame({"stop_name": self.stop_names}, index=index, geometry=points_from_xy(self.x, self.y), crs=self.crs)

    def with_lines(self, lines: Iterable[Line], stops: pd.DataFrame | None = None) -> Timetable:
        """A new timetable with more lines; ``stops`` holds those not yet known. Stops known before keep their number."""
        known = pd.DataFrame({"stop_id": self.stop_ids, "stop_name": self.stop_names, "x": self.x, "y": self.y})
        lines = list(lines)
        if stops is not None:
            added, crs = _stop_table(stops, self.crs)
            self._same_crs(crs)
            known = pd.concat([known, added[~added["stop_id"].isin(known["stop_id"])]], ignore_index=True)
        _check_lines(lines, set(known["stop_id"]), {self.line_ids[i] for i in np.unique(self.patterns.trip_line)})
        used = {stop for line in lines for stop in line.stop_ids} | (set() if stops is None else set(added["stop_id"]))
        return self.merged(Timetable.from_lines(known[known["stop_id"].isin(used)], lines, crs=self.crs))

    def without_lines(self, line_ids: Iterable[str]) -> Timetable:
        """A new timetable without the trips of these lines; its stops stay. Errors: E-TT-06 an unknown line."""
        line_ids = list(line_ids)
        unknown = [line_id for line_id in line_ids if line_id not in self.line_ids]
        if unknown:
            mend = nearest_names(unknown[0], self.line_ids)
            raise PlanningDataError("E-TT-06", "the timetable has no such line.", feature_ids=unknown, mend=mend)
        gone = [self.line_ids.index(line_id) for line_id in line_ids]
        return replace(self, patterns=self.patterns.without(gone))

    def merged(self, other: Timetable) -> Timetable:
        """Both timetables in one. A stop_id of both is one stop (E-TT-02 if it lies elsewhere); the others are appended."""
        self._same_crs(other.crs)
        place = {stop: i for i, stop in enumerate(self.stop_ids)}
        fresh = np.array([stop not in place for stop in other.stop_ids], bool)
        self._same_places(other, place)
        place |= {stop: len(self.stop_ids) + i for i, stop in enumerate(other.stop_ids[fresh])}
        new = np.array([place[stop] for stop in other.stop_ids], np.int32)
        line_ids = self.line_ids + tuple(line for line in other.line_ids if line not in self.line_ids)
        names = dict(zip(other.line_ids, other.line_names, strict=True)) | dict(zip(self.line_ids, self.line_names, strict=True))
        line = np.array([line_ids.index(i) for i in other.line_ids], np.int32)
        rules = np.column_stack([new[other.rules[:, 0]], new[other.rules[:, 1]], other.rules[:, 2]]).astype(np.int32)
        return Timetable(
            np.concatenate([self.stop_ids, other.stop_ids[fresh]]),
            np.concatenate([self.stop_names, other.stop_names[fresh]]),
            np.concatenate([self.x, other.x[fresh]]),
            np.concatenate([self.y, other.y[fresh]]),
            self.crs,
            self.patterns.joined(other.patterns, new, line),
            line_ids,
            tuple(names[i] for i in line_ids),
            np.concatenate([self.rules, rules]),
            tuple(dict.fromkeys(self.notes + other.notes)),
        )

    def starts(self, draws: int, seed: int) -> Ints:
        """Starts of all trips in every draw, int32 [draws, trips].

        Phases of a headway line are uniform whole seconds, stratified over the draws (latin hypercube: the mean of
        independent draws, far less noise). They depend on the seed and the line alone: what a scenario leaves untouched runs
        alike before and after.
        """
        pattern = self.patterns
        starts = np.repeat(pattern.start[None], draws, 0)
        for q, first, last, every, key in pattern.headway.tolist():
            trips = slice(pattern.trip_ptr[q], pattern.trip_ptr[q + 1])
            rng = np.random.default_rng([seed, key])
            phase = np.floor((rng.permutation(draws) + rng.random(draws)) / draws * every).astype(np.int64)
            times = first + phase[:, None] + every * np.arange(trips.stop - trips.start)
            starts[:, trips] = np.where(times < last, times, NEVER_S)
        return starts

    def _same_crs(self, crs: str) -> None:
        if str(crs) != self.crs:
            raise PlanningDataError(
                "E-TT-01",
                "the stops are in another coordinate system.",
                seen=f"{self.crs} and {crs}",
                mend="bring both to one CRS first.",
            )

    def _same_places(self, other: Timetable, place: dict[str, int]) -> None:
        apart = [
            stop
            for stop, x, y in zip(other.stop_ids, other.x, other.y, strict=True)
            if stop in place and np.hypot(x - self.x[place[stop]], y - self.y[place[stop]]) > SAME_PLACE_M
        ]
        if apart:
            raise PlanningDataError(
                "E-TT-02",
                "the same stop_id lies in two places.",
                feature_ids=apart,
                mend="rename the stops of one of the timetables.",
            )


def _stop_table(stops: pd.DataFrame, crs: str) -> tuple[pd.DataFrame, str]:
    table = stops if "stop_id" in stops else stops.rename_axis("stop_id").reset_index()
    if isinstance(stops, GeoDataFrame):
        if stops.crs is not None:
            crs = stops.crs.to_string()
        table = pd.DataFrame(table.drop(columns=table.geometry.name)).assign(
            x=stops.geometry.x.to_numpy(), y=stops.geometry.y.to_numpy()
        )
    missing = [name for name in ("stop_id", "x", "y") if name not in table]
    if missing:
        raise PlanningDataError(
            "E-TT-03", "the table of stops lacks columns.", feature_ids=missing, mend="give stop_id, x and y."
        )
    table = table.assign(stop_id=table["stop_id"].astype(str))
    doubled = table["stop_id"][table["stop_id"].duplicated()].tolist()
    if doubled or not np.isfinite(table[["x", "y"]].to_numpy(float)).all():
        raise PlanningDataError(
            "E-TT-03", "stops need unique ids and finite places.", feature_ids=doubled, mend="clean the table of stops."
        )
    if "stop_name" not in table:
        table = table.assign(stop_name=table["stop_id"])
    return table[["stop_id", "stop_name", "x", "y"]].reset_index(drop=True), str(crs)


def _check_lines(lines: Sequence[Line], known: set[str], taken: frozenset[str] | set[str] = frozenset()) -> None:
    for line in lines:
        unknown = [stop for stop in line.stop_ids if stop not in known]
        if unknown:
            raise PlanningDataError(
                "E-LINE-05",
                f"line {line.line_id} calls at unknown stops.",
                feature_ids=unknown,
                mend="add them to the table of stops.",
            )
    keys = [(line.line_id, line.direction) for line in lines]
    twice = [key for key in dict.fromkeys(keys) if keys.count(key) > 1 or key[0] in taken]
    if twice:
        raise PlanningDataError(
            "E-LINE-06", "a line is given twice.", feature_ids=twice, mend="give every direction of a line once."
        )


def _line_trips(line: Line, place: dict[str, int], number: int) -> list[Trip]:
    stops = np.array([place[stop] for stop in line.stop_ids], np.int32)
    rights = np.full(len(stops), 3, np.uint8)
    arrival, departure = line.running_s()
    trips = []
    for day in (-DAY_S, 0, DAY_S):
        for start, end, headway in line.periods:
            if end + day + arrival[-1] <= 0:
                continue
            base = Trip(stops, rights, arrival, departure, number)
            if line.exact:
                trips += [replace(base, start=start + day + i) for i in range(0, end - start, headway)]
            else:
                key = zlib.crc32(f"{line.line_id}|{line.direction}|{start}|{day}".encode())
                trips.append(replace(base, start=start + day, until=end + day, headway=headway, key=key))
    return trips
