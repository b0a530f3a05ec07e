"""Travel times as an explorer carries them: whole minutes in one byte a pair, and fewer zones where there are too many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import h3
import numpy as np
import numpy.typing as npt
import pandas as pd
from geopandas import GeoDataFrame

from analyses import TravelTimes
from geo import PlanningDataError

NONE = 255  # not reached
LONGEST_MIN = 254
Minutes = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Explored:
    """Zones, the minutes between them [origin, destination] before (and after), and the longest time told.

    ``joined`` zones a zone of the page stands for, 1 where none were joined.
    """

    zones: GeoDataFrame
    minutes: tuple[Minutes, ...]
    limit_min: int
    joined: float = 1.0

    def take(self, rows: Rows) -> Explored:
        """The same in another order of zones, or fewer of them."""
        return replace(self, zones=self.zones.iloc[rows], minutes=tuple(one[np.ix_(rows, rows)] for one in self.minutes))


def explored(zones: GeoDataFrame, times: Sequence[TravelTimes], percentile: int | None) -> Explored:
    """Times in whole minutes, rounded up, on the zones' order.

    ``ceil(t) ≤ T`` exactly where ``t ≤ T`` for a cutoff of whole minutes, so sums agree with `analyses.opportunities_within`.
    What is beyond 254 minutes, or beyond the shorter limit of the matrices, is not reached. Errors: E-EXPLORE-01 (the times are
    not from each zone to each zone), E-EXPLORE-02 (zones without a geometry), E-TIMES-02 (null or negative minutes), E-PCT-01.
    """
    lost = zones.geometry.isna() | zones.geometry.is_empty
    if lost.any():
        ids = list(zones.index[lost])
        raise PlanningDataError("E-EXPLORE-02", "zones have no geometry.", feature_ids=ids, mend="leave them out of all inputs.")
    limit = _limit(times)
    return Explored(zones, tuple(_whole(one.at(percentile), _rows(zones.index, one), limit) for one in times), limit)


def _limit(times: Sequence[TravelTimes]) -> int:
    told = min(float(one.limit_min) for one in times)
    if not np.isfinite(told):
        reached = [one.minutes[np.isfinite(one.minutes)] for one in times]
        told = max((float(part.max()) for part in reached if part.size), default=1.0)
    return int(min(LONGEST_MIN, max(1, np.ceil(told))))


def _rows(index: pd.Index, times: TravelTimes) -> tuple[Rows, Rows]:
    sides = []
    for side in (times.origins, times.destinations):
        odd = index.symmetric_difference(side)
        if len(odd) or side.has_duplicates or index.has_duplicates:
            raise PlanningDataError(
                "E-EXPLORE-01",
                "the times are not from each of the zones to each of the zones.",
                feature_ids=list(odd) or list(side[side.duplicated()]) or list(index[index.duplicated()]),
                mend="compute travel_times(transport, zones) with these zones.",
            )
        sides.append(np.asarray(side.get_indexer(index), np.intp))
    return sides[0], sides[1]


def _whole(minutes: npt.NDArray[np.float32], rows: tuple[Rows, Rows], limit: int) -> Minutes:
    if minutes.size and not minutes.min() >= 0:  # a null makes the minimum null
        raise PlanningDataError("E-TIMES-02", "minutes are null or negative.", mend="write inf where not reached.")
    up = np.ceil(minutes)
    return np.where(up <= limit, np.minimum(up, NONE), NONE).astype(np.uint8)[np.ix_(*rows)]


def differences(matrix: npt.NDArray[np.uint8]) -> Minutes:
    """Each row minus the one above, modulo 256: neighbours in space have much the same times, and gzip sees it."""
    return np.diff(matrix, axis=0, prepend=np.uint8(0)).astype(np.uint8)


def coarser(whole: Explored, counted: Sequence[str]) -> Explored:
    """About a seventh of the zones: hexagons become their H3 parents, other zones are joined along the order they are in.

    The columns ``counted`` are added up; times are those of the joined zone in which most of the first of them are.
    """
    zones = whole.zones
    groups = _parents(zones.index) if _are_cells(zones.index) else pd.Index(np.arange(len(zones)) // 7, name=zones.index.name)
    table = zones[[*counted]].set_axis(groups)
    most = zones[counted[0]].reset_index(drop=True).groupby(groups.to_numpy(), sort=True)
    heads = np.asarray(most.idxmax().to_numpy(), np.intp)
    sums = table.groupby(level=0, sort=True).sum()
    outlines = zones.geometry.set_axis(groups).groupby(level=0, sort=True).agg(lambda parts: parts.union_all())
    kept = whole.take(heads)
    joined = kept.zones.set_index(sums.index if _are_cells(zones.index) else kept.zones.index)
    joined = joined.assign(**{name: sums[name].to_numpy() for name in counted})
    joined = joined.set_geometry(GeoDataFrame(geometry=outlines.to_numpy(), crs=zones.crs).geometry.set_axis(joined.index))
    return replace(kept, zones=joined, joined=whole.joined * len(zones) / len(joined))


def _are_cells(index: pd.Index) -> bool:
    return all(isinstance(one, str) and h3.is_valid_cell(one) and h3.get_resolution(one) > 0 for one in index)


def _parents(index: pd.Index) -> pd.Index:
    return pd.Index([h3.cell_to_parent(str(one)) for one in index], name=index.name)
