"""How often lines leave: departures an hour by stop, line and direction, from timetables and headways alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.travel.rides import timetable_of
from analyses.travel.times import Departure
from geo import PlanningDataError
from geo.movement import Timetable, Transport

BUS = "bus"
_HOUR_S = 3600
Ints = NDArray[np.integer]


def departures_per_hour(transport: Transport, from_time: str, to_time: str) -> pd.DataFrame:
    """Departures an hour of every line and direction at every stop where one can board, between two times of the day.

    Formula: f = departures in [t0, t1) / (t1 − t0); of a headway line its time of service there / headway.
    Source: Transit Capacity and Quality of Service Manual 2013.

    Columns ``stop_id``, ``line_id``, ``direction`` (0 that of the line's longest course, 1 against it), ``per_hour``; only what
    departs. Errors: E-DEP-01 (a time is none), E-FREQ-01 (no time between them), E-MODE-02 (no lines).
    """
    table = timetable_of(transport)
    counts = _counts(table, from_time, to_time)
    patterns = table.patterns
    cell = patterns.ptr[counts["pattern"]] + counts["position"]
    keep = patterns.board[cell] == 1
    direction = _directions(table, patterns.trip_line[patterns.trip_ptr[:-1]])
    rows = pd.DataFrame(
        {
            "stop_id": table.stop_ids[patterns.stop[cell]],
            "line_id": counts["line_id"],
            "direction": direction[counts["pattern"]],
            "per_hour": counts["per_hour"],
        }
    )[keep]
    return rows.groupby(["stop_id", "line_id", "direction"], as_index=False)["per_hour"].sum()


def courses_per_hour(transport: Transport, from_time: str, to_time: str) -> pd.DataFrame:
    """Trips an hour from stop to next stop by their departure there: ``line_id``, ``from``, ``to`` (positions), ``per_hour``."""
    table = timetable_of(transport)
    counts = _counts(table, from_time, to_time)
    cell = table.patterns.ptr[counts["pattern"]] + counts["position"]
    stops = {"from": table.patterns.stop[cell], "to": table.patterns.stop[cell + 1]}
    return pd.DataFrame(counts.assign(**stops).groupby(["line_id", "from", "to"], as_index=False)["per_hour"].sum())


def _counts(table: Timetable, from_time: str, to_time: str) -> pd.DataFrame:
    """Departures an hour by pattern and position, the last stop left out: nothing departs there."""
    start_s, end_s = Departure(from_time).seconds, Departure(to_time).seconds
    if end_s <= start_s:
        mend = "give from_time before to_time, within one day."
        raise PlanningDataError("E-FREQ-01", "there is no time between them.", seen=(from_time, to_time), mend=mend)
    parts = [*_scheduled(table, start_s, end_s), *_by_headway(table, start_s, end_s)]
    pattern, position, count = (np.concatenate([np.zeros(0, int), *column]) for column in zip(*parts, strict=True))
    patterns = table.patterns
    line_of = patterns.trip_line[patterns.trip_ptr[:-1]]
    keep = (position < np.diff(patterns.ptr)[pattern] - 1) & (count > 0)
    lines = np.array(table.line_ids, object)[line_of[pattern]]
    per_hour = count / (end_s - start_s) * _HOUR_S
    found = pd.DataFrame({"pattern": pattern, "position": position, "line_id": lines, "per_hour": per_hour})
    return found[keep].reset_index(drop=True)


def modes_of(lines: pd.Series, line_modes: Mapping[str, str] | None) -> pd.Series:
    """The mode of every line id; `BUS` for those that are not named."""
    named = dict(line_modes or {})
    return lines.map(lambda line: named.get(line, BUS)).astype(object)


def _scheduled(table: Timetable, start_s: int, end_s: int) -> Iterator[tuple[Ints, Ints, NDArray[np.float64]]]:
    """Pattern, position and departures of trips with a fixed start, one pattern after another."""
    patterns = table.patterns
    random = set(patterns.headway[:, 0].tolist())
    for q in range(len(patterns.ptr) - 1):
        if q in random:
            continue
        trips = slice(patterns.trip_ptr[q], patterns.trip_ptr[q + 1])
        positions = np.arange(patterns.ptr[q + 1] - patterns.ptr[q])
        leaves = patterns.start[trips, None] + patterns.departure[patterns.offset[trips, None] + positions]
        count = ((leaves >= start_s) & (leaves < end_s)).sum(axis=0).astype(float)
        yield np.full(len(positions), q), positions, count


def _by_headway(table: Timetable, start_s: int, end_s: int) -> Iterator[tuple[Ints, Ints, NDArray[np.float64]]]:
    patterns = table.patterns
    for q, first, last, every, _ in patterns.headway.tolist():
        positions = np.arange(patterns.ptr[q + 1] - patterns.ptr[q])
        later = patterns.departure[patterns.offset[patterns.trip_ptr[q]] + positions]
        served_s = np.minimum(last + later, end_s) - np.maximum(first + later, start_s)
        yield np.full(len(positions), q), positions, np.maximum(served_s, 0) / every


def _directions(table: Timetable, line_of: Ints) -> Ints:
    """0 for patterns that run as the longest one of their line does, 1 for those that run against it."""
    patterns = table.patterns
    courses = [patterns.stop[patterns.ptr[q] : patterns.ptr[q + 1]] for q in range(len(line_of))]
    xy = np.column_stack([table.x, table.y])
    out = np.zeros(len(courses), np.int64)
    for line in np.unique(line_of):
        own = np.flatnonzero(line_of == line)
        longest = courses[max(own, key=lambda q: (len(courses[q]), tuple(-courses[q])))]
        place = {stop: at for at, stop in reversed(list(enumerate(longest.tolist())))}
        heading = xy[longest[-1]] - xy[longest[0]]
        for q in own:
            seen = [place[stop] for stop in courses[q].tolist() if stop in place]
            steps = float(np.sign(np.diff(seen)).sum())
            if steps == 0:
                steps = float(heading @ (xy[courses[q][-1]] - xy[courses[q][0]]))
            out[q] = int(steps < 0)
    return out
