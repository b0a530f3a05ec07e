"""What every change of a scenario is: a frozen value that says what is wrong with it before it is applied."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from numbers import Real
from typing import Any, ClassVar

import shapely
from geopandas import GeoDataFrame

from layers._content import digest

OUT_OF_RANGE, UNKNOWN, NO_MEANING, CONTRADICTION, NO_PLACE = "E-SCN-02", "E-SCN-03", "E-SCN-04", "E-SCN-05", "E-SCN-06"
Periods = Sequence[tuple[str, str, float]]

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_DAY_MIN = 24 * 60
_HOUR_MIN = 60
_LATEST_H = 48


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a stable ``code``, the ``change``, ``what`` is wrong with it, what was ``seen``, the ``mend``.

    Codes: E-SCN-02 a value out of its range, -03 a name that is not (or already) there, -04 a change that has no meaning for this
    transport, -05 changes that contradict each other, -06 something without a place.
    """

    code: str
    change: str
    what: str
    seen: object
    mend: str

    def __str__(self) -> str:
        return f"{self.code} {self.change}: {self.what}, seen {self.seen!r}; {self.mend}"


class Change:
    """One change. Equal content is equal; ``content_hash`` is its identity across machines and runs.

    ``adds``, ``removes`` and ``exclusive`` (no second one of its kind for the same thing) tell what contradicts what;
    ``names`` the lines or roads it is about.
    """

    adds: ClassVar[bool] = False
    removes: ClassVar[bool] = False
    exclusive: ClassVar[bool] = True

    @property
    def content_hash(self) -> str:
        """SHA-256 of what the change holds."""
        return digest(self)

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """What it is about: kind ("line", "road") and name."""
        return ()

    @property
    def label(self) -> str:
        """How messages call it."""
        about = ", ".join(repr(name) for _, name in self.names)
        return f"{type(self).__name__} {about}".strip()

    def problem(self, code: str, what: str, seen: object, mend: str) -> Problem:
        """A problem of this change."""
        return Problem(code, self.label, what, seen, mend)

    def faults(self) -> Iterator[Problem]:
        """What is wrong with the change whatever it is applied to."""
        yield from ()

    def misfits(self, to: Any) -> Iterator[Problem]:
        """What keeps it from being applied to this transport, or to these zones."""
        raise NotImplementedError

    def apply(self, to: Any) -> Any:
        """What it is applied to with this change; what is given stays as it is."""
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Change) and self.content_hash == other.content_hash

    def __hash__(self) -> int:
        return hash(self.content_hash)


class TransportChange(Change):
    """A change of lines or streets."""


class ZoneChange(Change):
    """A change of people, jobs or other amounts in zones."""


def number_in(value: Any, low: float, high: float) -> bool:
    """Whether it is a number in (low, high]."""
    return is_number(value) and math.isfinite(value) and low < value <= high


def is_number(value: Any) -> bool:
    """Whether it is one number (of Python or of numpy), not a truth value."""
    return isinstance(value, Real) and not isinstance(value, bool)


def clock_s(clock: object) -> int | None:
    """Seconds after midnight of "HH:MM" (up to "48:00": beyond midnight), None where it is no time."""
    found = _CLOCK.fullmatch(clock) if isinstance(clock, str) else None
    if not found or int(found[2]) >= _HOUR_MIN or int(found[1]) * 60 + int(found[2]) > _LATEST_H * _HOUR_MIN:
        return None
    return int(found[1]) * 3600 + int(found[2]) * 60


def periods_s(headway_min: float | Periods, first: str, last: str) -> list[tuple[int, int, int]]:
    """Checked service as (start_s, end_s, headway_s): one headway from first to last, or periods."""
    return [
        (clock_s(start) or 0, clock_s(end) or 0, max(1, round(every * 60)))
        for start, end, every in _told(headway_min, first, last)
    ]


def freeze_periods(change: Any) -> None:
    """Periods become a tuple of tuples, so that the change can not be altered from outside."""
    told = change.headway_min
    if isinstance(told, Sequence) and not isinstance(told, str):
        frozen = tuple(
            tuple(period) if isinstance(period, Sequence) and not isinstance(period, str) else period for period in told
        )
        object.__setattr__(change, "headway_min", frozen)


def _told(headway_min: Any, first: str, last: str) -> list[Any]:
    """Periods as they were told; one number is a period of the whole service."""
    if is_number(headway_min):
        return [(first, last, headway_min)]
    return list(headway_min) if isinstance(headway_min, tuple) else [headway_min]


def headway_faults(change: Change, headway_min: float | Periods, first: str, last: str) -> Iterator[Problem]:
    """What is wrong with a headway: minutes, or periods ("06:00", "09:00", minutes) that do not overlap."""
    told = _told(headway_min, first, last)
    odd = [period for period in told if not isinstance(period, tuple) or len(period) != 3]  # noqa: PLR2004 - from, to, minutes
    if odd or not told:
        mend = 'give minutes, or periods such as ("05:00", "09:00", 5)'
        yield change.problem(OUT_OF_RANGE, "headway_min is neither minutes nor periods", headway_min, mend)
        return
    fine = []
    for period in told:
        start, end = (clock_s(clock) for clock in period[:2])
        if start is None or end is None or start >= end:
            mend = 'write times as ("05:00", "22:00"), the earlier first'
            yield change.problem(OUT_OF_RANGE, "a time of service is none", tuple(period[:2]), mend)
        elif not number_in(period[2], 0, _DAY_MIN):
            yield change.problem(OUT_OF_RANGE, "headway_min is out of range", period[2], "give minutes above 0")
        else:
            fine.append((start, end))
    fine.sort()
    for (_, end), (start, _) in pairwise(fine):
        if start < end:
            yield change.problem(OUT_OF_RANGE, "periods overlap", headway_min, "end one where the next starts")


def frame_faults(change: Change, frame: object, what: str, kinds: set[str]) -> Iterator[Problem]:
    """What keeps a frame from being placed: not a frame, no CRS, no rows, rows without a place or of another shape."""
    if not isinstance(frame, GeoDataFrame) or frame.empty:
        yield change.problem(NO_PLACE, f"{what} is no frame of shapes", type(frame).__name__, "give a GeoDataFrame with rows")
        return
    if frame.crs is None:
        yield change.problem(NO_PLACE, f"{what} has no CRS", None, "set_crs first")
    lost = frame.geometry.isna() | frame.geometry.is_empty
    if lost.any():
        yield change.problem(NO_PLACE, f"rows of {what} have no place", list(frame.index[lost])[:5], "leave them out")
    odd = ~lost & ~frame.geom_type.isin(kinds)
    if odd.any():
        seen = sorted(set(frame.geom_type[odd]))
        yield change.problem(NO_PLACE, f"{what} has other shapes", seen, f"give {' or '.join(sorted(kinds))}")


def kept(frame: Any, columns: Sequence[str]) -> Any:
    """A copy of a frame with the columns a change reads and no others, so that the change is a value of its own."""
    if not isinstance(frame, GeoDataFrame):
        return frame
    shapes = shapely.force_2d(frame.geometry.to_numpy())
    return GeoDataFrame(
        {name: frame[name] for name in columns if name in frame}, index=frame.index, geometry=shapes, crs=frame.crs
    )
