"""What the TOD sheet of a station holds, and those of a line together."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from analyses.planning.ranges import PERCENTILES
from analyses.planning.station_areas_drawn import CIRCLE, SheetRules
from analyses.planning.station_counts import TODAY

STATION = "station"  # the area of what is told of the station itself


class Range(NamedTuple):
    """A number at all places where a station may stand; null where that can not be said."""

    p10: float
    p50: float
    p90: float

    @classmethod
    def of(cls, row: pd.Series, name: str) -> Range:
        """From the columns ``<name>_p10 _p50 _p90`` of a row; null where they are not there."""
        return cls(*(float(row.get(f"{name}_p{percent}", np.nan)) for percent in PERCENTILES))


@dataclass(frozen=True, eq=False)
class StationSheet:
    """The sheet of one station.

    ``station`` its row; ``figures`` one row an ``area`` (core, circle, ring, walk_10min, ...; "station" of itself), ``item`` and
    ``state`` (today, years, phases, before, after) with ``assessable``, ``p10``, ``p50``, ``p90``; ``areas`` its areas at the
    place where it is drawn, with ``ped_shed_ratio``; ``land`` the parcels there, cut to the circle; ``worth`` node, place and
    market value, TOD index and class, empty where it can not be assessed; ``missing`` what no layer was given for.
    """

    station: pd.Series
    figures: pd.DataFrame
    areas: GeoDataFrame
    land: GeoDataFrame
    worth: pd.Series
    rules: SheetRules
    missing: tuple[str, ...] = ()

    def figure(self, item: str, *, area: str = CIRCLE, state: str = TODAY) -> Range:
        """One number of the sheet, null where it is not there or can not be said."""
        return self._told.get((area, item, state), Range(np.nan, np.nan, np.nan))

    @cached_property
    def _told(self) -> dict[tuple[str, str, str], Range]:
        keys = self.figures[["area", "item", "state"]].itertuples(index=False, name=None)
        numbers = self.figures[["p10", "p50", "p90"]].astype(float).itertuples(index=False, name=None)
        return {(str(area), str(item), str(state)): Range(*row) for (area, item, state), row in zip(keys, numbers, strict=True)}

    def worth_of(self, name: str) -> Range:
        """A value of the station, such as "node_value" or "tod_index"; null where it can not be said."""
        return Range.of(self.worth, name)

    @property
    def assessable(self) -> bool:
        """Whether the station is placed at least twice as well as its circle reaches."""
        return bool(self.station["accuracy_m"] <= self.rules.radii_m[1] / 2)


@dataclass(frozen=True, eq=False)
class StationSheets:
    """Sheets of the stations of a line, by id; ``line`` figures of all that can be assessed together, what they share once.

    ``line``: columns as ``figures`` with ``stations``, how many are in it, and ``twice_pct``: how much more the sum of the single
    stations would be (the middle place of each).
    """

    sheets: Mapping[Hashable, StationSheet]
    line: pd.DataFrame
    figures: pd.DataFrame
