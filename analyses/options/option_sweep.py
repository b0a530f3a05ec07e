"""One line at several headways and speeds: every run is a whole run, and what can not change is computed once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame, points_from_xy
from numpy.typing import NDArray

import layers
from analyses.access.opportunities import opportunities_within
from analyses.travel.matrices import centres_xy, travel_times
from analyses.travel.times import TravelTimes
from geo import PlanningDataError
from geo.movement import Transport


def line_runs(
    transport: Transport,
    scenario: layers.Scenario,
    line: str,
    *,
    headway_min: Sequence[float],
    commercial_speed_kmh: Sequence[float] | None = None,
    running_speed_kmh: Sequence[float] | None = None,
) -> Iterator[tuple[dict[str, float], Transport]]:
    """The transport with the scenario at every headway and speed of one of its new lines; the run is told by its parameters.

    Give either commercial speeds (end to end, standing included) or running speeds (standing on top). Errors: E-SWEEP-01 the
    scenario adds no such line, E-SWEEP-02 both kinds of speed or none.
    """
    if (commercial_speed_kmh is None) == (running_speed_kmh is None):
        mend = "give commercial_speed_kmh or running_speed_kmh."
        raise PlanningDataError("E-SWEEP-02", "the speeds of the sweep are told not once.", mend=mend)
    kind = "running_speed_kmh" if commercial_speed_kmh is None else "commercial_speed_kmh"
    place, added = _added(scenario, line)
    cleared: dict[str, Any] = {"commercial_speed_kmh": None, "running_speed_kmh": None, "hop_min": None}
    for speed in commercial_speed_kmh or running_speed_kmh or ():
        for headway in headway_min:
            change = replace(added, **{**cleared, "headway_min": headway, kind: speed})
            changes = [*scenario.changes[:place], change, *scenario.changes[place + 1 :]]
            told = {"headway_min": float(headway), kind: float(speed)}
            yield told, layers.Scenario(scenario.name, changes).apply(transport)


def _added(scenario: layers.Scenario, line: str) -> tuple[int, layers.AddLine]:
    for place, change in enumerate(scenario.changes):
        if isinstance(change, layers.AddLine) and change.name == line:
            return place, change
    known = [change.name for change in scenario.changes if isinstance(change, layers.AddLine)]
    raise PlanningDataError("E-SWEEP-01", "the scenario adds no such line.", seen=line, mend=f"it adds {', '.join(known)}.")


class Served:
    """Times of transports that have the same stops: only origins with a stop in reach are routed again.

    Whoever has no stop in reach can board nothing: these times are walks alone, the same in every run, and are taken from the
    first. Everything else is computed as it always is, so that the results are equal bit for bit.
    """

    def __init__(self, origins: GeoDataFrame, destinations: GeoDataFrame, **options: Any) -> None:
        self.origins, self.destinations = _points(origins), _points(destinations)
        self.options = options
        self._first: TravelTimes | None = None
        self._sums: dict[float, pd.Series] = {}

    def times(self, transport: Transport) -> TravelTimes:
        """Transit times of one run."""
        if self._first is None:
            return self._whole(transport)
        again = self._again(transport)
        minutes = self._first.minutes.copy()
        minutes[:, self.rows, :] = again.minutes
        return replace(again, minutes=minutes, origins=self._first.origins, joined=self._first.joined)

    def within(self, transport: Transport, opportunities: pd.Series, cutoff_min: float) -> pd.Series:
        """Opportunities within the cutoff in one run; sums of origins without a stop are those of the first."""
        if cutoff_min not in self._sums:
            first = self._first or self._whole(transport)
            self._sums[cutoff_min] = opportunities_within(first, opportunities, cutoff_min).iloc[:, 0]
        sums = self._sums[cutoff_min].copy()
        sums[self.rows] = opportunities_within(self._again(transport), opportunities, cutoff_min).iloc[:, 0]
        return sums

    @property
    def rows(self) -> NDArray[np.bool_]:
        """Which origins have a stop in reach, bool [origins]; known after the first run."""
        assert self._first is not None  # noqa: S101 - asked after the first run
        return np.asarray(self._first.joined["reason"].eq(""))

    def _whole(self, transport: Transport) -> TravelTimes:
        self._first = travel_times(transport, self.origins, self.destinations, **self.options)
        return self._first

    def _again(self, transport: Transport) -> TravelTimes:
        return travel_times(transport, self.origins[self.rows], self.destinations, **self.options)


def _points(frame: GeoDataFrame) -> GeoDataFrame:
    """The places a frame stands for, found once and not in every run."""
    return GeoDataFrame(geometry=points_from_xy(*centres_xy(frame, frame.crs).T), index=frame.index, crs=frame.crs)
