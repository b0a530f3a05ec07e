"""Stops whose place is only known so well: drawn places, and what is told of the numbers found there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from analyses._inputs import Floats, id_order
from geo import PlanningDataError

RANGE_PCT = (10, 50, 90)


def accuracies_m(stops: GeoDataFrame) -> Floats:
    """Root mean square error of every stop. Errors: E-STOP-01 (none stated, null or negative)."""
    known = "accuracy_m" in stops
    wrong = stops.index[~(stops["accuracy_m"] >= 0)] if known else stops.index
    if len(wrong) or not known:
        mend = "say how well each stop is placed, in metres; 0 where it is exact."
        raise PlanningDataError("E-STOP-01", "stops without accuracy_m.", feature_ids=list(wrong), mend=mend)
    return stops["accuracy_m"].to_numpy(float)


def displaced_xy(stops: GeoDataFrame, draws: int, seed: int) -> Floats:
    """Places [stop, draw, xy]: normal errors of the size of ``accuracy_m``, the same for a stop whatever the order of rows."""
    offsets = np.empty((len(stops), draws, 2))
    offsets[id_order(stops.index)] = np.random.default_rng(seed).standard_normal(offsets.shape)
    xy = shapely.get_coordinates(stops.geometry.to_numpy())
    return xy[:, None, :] + accuracies_m(stops)[:, None, None] / np.sqrt(2) * offsets


def range_columns(values: Mapping[str, Floats], assessable: NDArray[np.bool_]) -> dict[str, Floats]:
    """Columns ``<name>_p10 _p50 _p90`` of values [row, draw], null where nothing can be said."""
    columns: dict[str, Floats] = {}
    for name, numbers in values.items():
        found = np.percentile(numbers, RANGE_PCT, axis=1, method="inverted_cdf")
        columns |= {
            f"{name}_p{percent}": np.where(assessable, row, np.nan) for percent, row in zip(RANGE_PCT, found, strict=True)
        }
    return columns
