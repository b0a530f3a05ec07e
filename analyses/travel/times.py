"""Travel times as a value: when people leave, and how long every pair takes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import PlanningDataError

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_HIGHEST = 100
_HOUR_S = 3600
_DAY_H = 24


@dataclass(frozen=True)
class Departure:
    """When people leave: every minute of a window, and which percentiles of the resulting times are kept.

    ``time`` "HH:MM" of the first departure; ``window_min`` length of the window in minutes; ``percentiles`` of the times over the
    departures, ascending, 1–100: percentile p of n sorted times is element ceil(p/100·n) − 1, unreached last. With
    ``arrive_by`` the time is the latest arrival, and the window counts back from it. Errors: E-DEP-01 to -03.
    """

    time: str = "07:00"
    window_min: int = 60
    percentiles: tuple[int, ...] = (50,)
    arrive_by: bool = False

    def __post_init__(self) -> None:
        found = _CLOCK.fullmatch(self.time)
        if not found or int(found[1]) >= _DAY_H or int(found[2]) * 60 >= _HOUR_S:
            raise PlanningDataError("E-DEP-01", "the departure is no time of day.", seen=self.time, mend='write it as "07:30".')
        if self.window_min < 1:
            raise PlanningDataError("E-DEP-02", "the window holds no minute.", seen=self.window_min, mend="1 or more minutes.")
        wrong = [p for p in self.percentiles if not 1 <= p <= _HIGHEST]
        if wrong or not self.percentiles or list(self.percentiles) != sorted(set(self.percentiles)):
            raise PlanningDataError(
                "E-DEP-03", "percentiles are not ascending within 1–100.", seen=self.percentiles, mend="(5, 50, 95)"
            )

    @property
    def seconds(self) -> int:
        """Seconds after midnight of the first departure."""
        hours, minutes = map(int, self.time.split(":"))
        return hours * _HOUR_S + minutes * 60

    @property
    def hour(self) -> int:
        """Hour of the day in which the window starts, 0–23."""
        return self.seconds // _HOUR_S


@dataclass(frozen=True)
class TravelTimes:
    """Door-to-door minutes of every pair.

    ``minutes`` float32 [percentile, origin, destination], ``inf`` where not reached within ``limit_min``; ``origins`` and
    ``destinations`` the indexes of the frames asked for; ``joined`` one row a point: how it joined the network (``distance_m``,
    ``reason`` empty when it did); ``note`` what the numbers rest on (conventions, seed).
    """

    minutes: NDArray[np.float32]
    origins: pd.Index
    destinations: pd.Index
    percentiles: tuple[int, ...] = (50,)
    mode: str = ""
    limit_min: float = np.inf
    joined: pd.DataFrame = field(default_factory=pd.DataFrame)
    note: str = ""

    @classmethod
    def from_frame(cls, pairs: pd.DataFrame, *, percentile: int = 50) -> TravelTimes:
        """Times made elsewhere: columns ``from_id``, ``to_id``, ``travel_time_min`` (or ``travel_time_p50_min``), one row a pair.

        Pairs that are missing or null are unreached. Raises E-PAIR-01 (column missing), E-PAIR-02 (a pair twice), E-PAIR-03
        (a negative time).
        """
        name = next((c for c in ("travel_time_min", f"travel_time_p{percentile}_min") if c in pairs), None)
        if name is None or not {"from_id", "to_id"} <= set(pairs):
            raise PlanningDataError(
                "E-PAIR-01", "columns are missing.", seen=list(pairs.columns), mend="from_id, to_id, travel_time_min are needed."
            )
        twice = pairs.duplicated(["from_id", "to_id"])
        if twice.any():
            ids = list(zip(pairs.loc[twice, "from_id"], pairs.loc[twice, "to_id"], strict=True))
            raise PlanningDataError("E-PAIR-02", "pairs stand twice.", feature_ids=ids, mend="keep one row a pair.")
        if (pairs[name] < 0).any():
            ids = list(pairs.index[pairs[name] < 0])
            raise PlanningDataError("E-PAIR-03", "times are negative.", feature_ids=ids, mend="leave unreached pairs out.")
        table = pairs.pivot_table(index="from_id", columns="to_id", values=name, aggfunc="first", dropna=False)
        minutes = table.to_numpy(np.float32, na_value=np.inf)[None]
        return cls(minutes, table.index, table.columns, (percentile,))

    def at(self, percentile: int | None = None) -> NDArray[np.float32]:
        """Minutes [origin, destination] of one percentile; the only one when it is not named."""
        if percentile is None and len(self.percentiles) == 1:
            return self.minutes[0]
        if percentile not in self.percentiles:
            raise PlanningDataError(
                "E-PCT-01", "this percentile was not computed.", seen=percentile, mend=f"one of {self.percentiles}."
            )
        return self.minutes[self.percentiles.index(percentile)]

    def to_frame(self) -> pd.DataFrame:
        """One row a reached pair: ``from_id``, ``to_id``, ``travel_time_p<percentile>_min`` (null where not reached)."""
        reached = np.isfinite(self.minutes).any(axis=0)
        origin, destination = np.nonzero(reached)
        columns: dict[str, object] = {"from_id": self.origins[origin], "to_id": self.destinations[destination]}
        for percentile, layer in zip(self.percentiles, self.minutes, strict=True):
            values = layer[origin, destination]
            columns[f"travel_time_p{percentile}_min"] = np.where(np.isfinite(values), values, np.nan)
        return pd.DataFrame(columns)
