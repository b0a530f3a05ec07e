"""What can be reached: opportunities within a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analyses.times import TravelTimes
from geo import PlanningDataError

_BLOCK = 512  # origins at a time: the mask of one block stays in a few megabytes


def opportunities_within(
    times: TravelTimes, opportunities: pd.Series | pd.DataFrame, cutoff_min: float | Sequence[float]
) -> pd.DataFrame:
    """Cumulative opportunities: A_i(T) = Σ_j O_j [t_ij ≤ T] (Wachs & Kumagai 1973), for several T and several O in one pass.

    ``opportunities`` on the index of the destinations (a Series is named, or its column is called "opportunities"); null and
    negative values are refused. Returns a frame on the origins' index with columns ``<name>_within_<T>min``, and
    ``_p<percentile>`` behind it where several were computed. Errors: E-OPP-01 (ids differ), E-OPP-02 (null or negative).
    """
    table = _amounts(times, opportunities)
    cutoffs = list(cutoff_min) if isinstance(cutoff_min, Sequence) else [cutoff_min]
    amounts = table.to_numpy(float)
    columns: dict[str, np.ndarray] = {}
    for percentile in times.percentiles:
        tail = f"_p{percentile}" if len(times.percentiles) > 1 else ""
        for cutoff in cutoffs:
            sums = _sums(times.at(percentile), amounts, cutoff)
            for position, name in enumerate(table.columns):
                columns[f"{name}_within_{cutoff:g}min{tail}"] = sums[:, position]
    frame = pd.DataFrame(columns, index=times.origins)
    whole = [c for c in frame if np.array_equal(frame[c], frame[c].round())]
    return frame.astype(dict.fromkeys(whole, "int64"))


def _sums(minutes: np.ndarray, amounts: np.ndarray, cutoff: float) -> np.ndarray:
    blocks = [(minutes[start : start + _BLOCK] <= cutoff) @ amounts for start in range(0, len(minutes), _BLOCK)]
    return np.concatenate(blocks) if blocks else np.zeros((0, amounts.shape[1]))


def _amounts(times: TravelTimes, opportunities: pd.Series | pd.DataFrame) -> pd.DataFrame:
    table = (
        opportunities
        if isinstance(opportunities, pd.DataFrame)
        else opportunities.to_frame(opportunities.name or "opportunities")
    )
    missing = times.destinations.difference(table.index)
    if len(missing) or table.index.has_duplicates:
        ids = list(missing) or list(table.index[table.index.duplicated()])
        raise PlanningDataError(
            "E-OPP-01", "opportunities and destinations differ.", feature_ids=ids, mend="give one row for every destination."
        )
    table = table.loc[times.destinations]
    wrong = table.isna().any(axis=1) | (table < 0).any(axis=1)
    if wrong.any():
        raise PlanningDataError(
            "E-OPP-02",
            "opportunities are null or negative.",
            feature_ids=list(table.index[wrong]),
            mend="give 0 where there are none.",
        )
    return table
