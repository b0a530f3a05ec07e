"""`Line`: one direction of a drawn or planned transit line, run at a headway. The value planners edit; timetables are made of
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo.errors import PlanningDataError

DAY_S = 86_400


@dataclass(frozen=True)
class Line:
    """One direction of a line.

    ``stop_ids`` in order of travel; ``ride_s`` whole seconds from each stop to the next, one fewer than the stops;
    ``dwell_s`` standing time at every stop between the ends; ``periods`` of service ``(start_s, end_s, headway_s)`` in
    seconds after midnight, the first departures lying in [start, end), not overlapping, beyond 24:00 allowed. ``exact`` =
    False: only the headway is kept, the phase is random; True: departures are start, start + headway, ... The two directions
    of a line share ``line_id`` and differ in ``direction``. Errors: E-LINE-01 to E-LINE-04.
    """

    line_id: str
    name: str
    stop_ids: tuple[str, ...]
    ride_s: tuple[int, ...]
    periods: tuple[tuple[int, int, int], ...]
    dwell_s: int = 0
    direction: int = 0
    exact: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "stop_ids", tuple(str(stop) for stop in self.stop_ids))
        object.__setattr__(self, "ride_s", tuple(int(ride) for ride in self.ride_s))
        object.__setattr__(self, "periods", tuple(sorted((int(a), int(b), int(h)) for a, b, h in self.periods)))
        _check(self)

    def back(self) -> Line:
        """The other direction: stops and running times reversed, the same periods."""
        return replace(self, stop_ids=self.stop_ids[::-1], ride_s=self.ride_s[::-1], direction=1 - self.direction)

    def running_s(self) -> tuple[np.ndarray, np.ndarray]:
        """Arrival and departure at every stop in seconds after leaving the first, int32 [stops] each."""
        dwell = np.full(len(self.stop_ids), self.dwell_s)
        dwell[[0, -1]] = 0
        arrival = np.concatenate([[0], np.cumsum(self.ride_s) + np.cumsum(dwell)[:-1]])
        return arrival.astype(np.int32), (arrival + dwell).astype(np.int32)


def line_at_speed(
    line_id: str,
    name: str,
    stop_ids: Sequence[str],
    distances_m: Sequence[float],
    *,
    commercial_speed_kmh: float,
    periods: Sequence[tuple[int, int, int]],
    dwell_s: int = 20,
) -> Line:
    """A line from the distances between its stops and its commercial speed.

    ``commercial_speed_kmh`` is end to end, standing times included: the time left after ``dwell_s`` at every stop between the
    ends is shared out by distance, in whole seconds that add up to the whole. Errors: E-LINE-03 when the standing alone uses
    the time up.
    """
    distance = np.asarray(distances_m, float)
    if not (np.isfinite(commercial_speed_kmh) and commercial_speed_kmh > 0 and len(distance) and np.all(distance > 0)):
        raise PlanningDataError(
            "E-LINE-03",
            f"line {line_id}: distances and commercial speed must be positive.",
            seen=(commercial_speed_kmh, distance.min(initial=np.inf)),
            mend="give metres between neighbouring stops and km/h.",
        )
    riding_s = distance.sum() / (commercial_speed_kmh / 3.6) - dwell_s * (len(distance) - 1)
    reached = np.floor(np.cumsum(distance) / distance.sum() * riding_s + 0.5).astype(int)
    ride = np.diff(reached, prepend=0)
    if ride.min() < 1:
        raise PlanningDataError(
            "E-LINE-03",
            f"line {line_id}: at {commercial_speed_kmh} km/h no time is left to ride between the stops.",
            seen=f"dwell {dwell_s} s at {len(distance) - 1} stops",
            mend="lower dwell_s or commercial_speed_kmh, or take out stops.",
        )
    return Line(line_id, name, tuple(stop_ids), tuple(ride.tolist()), tuple(periods), dwell_s)


def _check(line: Line) -> None:
    where = f"line {line.line_id}"
    if len(line.stop_ids) < 2 or len(line.ride_s) != len(line.stop_ids) - 1:  # noqa: PLR2004 - a line joins two stops
        raise PlanningDataError(
            "E-LINE-01",
            f"{where}: {len(line.stop_ids)} stops and {len(line.ride_s)} running times.",
            mend="give at least two stops and one running time fewer than stops.",
        )
    if min(line.ride_s) < 0 or line.dwell_s < 0:
        raise PlanningDataError(
            "E-LINE-02",
            f"{where}: negative running or standing time.",
            seen=min(*line.ride_s, line.dwell_s),
            mend="times run forward.",
        )
    for start, end, headway in line.periods:
        if headway <= 0 or not 0 <= start < end <= 2 * DAY_S:
            raise PlanningDataError(
                "E-LINE-04",
                f"{where}: a period of service needs 0 <= start < end <= 48 h and a headway above 0.",
                seen=(start, end, headway),
                mend="give (start_s, end_s, headway_s) in seconds after midnight.",
            )
    for (_, end, _), (start, _, _) in zip(line.periods, line.periods[1:], strict=False):
        if start < end:
            raise PlanningDataError(
                "E-LINE-04",
                f"{where}: periods of service overlap.",
                seen=line.periods,
                mend="end one period where the next one starts.",
            )
