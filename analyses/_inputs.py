"""What measures are given: times and amounts that fit together, or an error that names the ids."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.travel.times import TravelTimes
from geo import PlanningDataError

Floats = NDArray[np.float64]
Minutes = NDArray[np.float32]
Positions = NDArray[np.int64]


def checked(times: TravelTimes) -> TravelTimes:
    """The times, if every id stands once and every minute is a time. Errors: E-TIMES-01 (ids), E-TIMES-02 (null, negative)."""
    for side, index in (("origins", times.origins), ("destinations", times.destinations)):
        if index.has_duplicates:
            ids = list(index[index.duplicated()].unique())
            raise PlanningDataError("E-TIMES-01", f"{side} stand twice.", feature_ids=ids, mend="give every point its own id.")
    if times.minutes.size and not times.minutes.min() >= 0:  # a null makes the minimum null
        wrong = np.asarray(~(times.minutes >= 0).all(axis=(0, 2)))
        ids = list(times.origins[wrong])
        raise PlanningDataError(
            "E-TIMES-02", "times of these origins are null or negative.", feature_ids=ids, mend="write inf where not reached."
        )
    return times


def minutes_at(times: TravelTimes, percentile: int | None) -> Minutes:
    """Minutes [origin, destination] of one percentile, row after row in memory, as the kernels read them."""
    return np.ascontiguousarray(times.at(percentile), np.float32)


def id_order(index: pd.Index) -> Positions:
    """Positions in the order of the ids: sums taken in this order don't depend on the order of the rows."""
    if index.is_monotonic_increasing:
        return np.arange(len(index))
    try:
        return np.asarray(index.argsort(), np.int64)
    except TypeError:  # ids of several kinds
        return np.argsort(np.array([f"{type(one).__name__} {one}" for one in index], object), kind="stable").astype(np.int64)


def amounts_on(
    index: pd.Index,
    amounts: pd.Series | pd.DataFrame,
    family: str,
    what: str,
    *,
    of: str = "destinations",
    all_of_them: bool = False,
) -> pd.DataFrame:
    """The amounts as a frame of float64 on ``index``; a Series without a name becomes the column ``what``.

    Rows the index does not ask for are left out, or refused where ``all_of_them`` must be asked for: people who vanish from a
    share would change it. Errors: E-<family>-01 (ids missing, too many or twice), E-<family>-02 (null, infinite, negative, text).
    """
    table = amounts if isinstance(amounts, pd.DataFrame) else amounts.to_frame(what if amounts.name is None else amounts.name)
    missing = index.symmetric_difference(table.index) if all_of_them else index.difference(table.index)
    if len(missing) or table.index.has_duplicates:
        ids = list(missing) or list(table.index[table.index.duplicated()].unique())
        mend = f"give one row for every one of the {of}."
        raise PlanningDataError(f"E-{family}-01", f"{what} and {of} differ.", feature_ids=ids, mend=mend)
    table = numbers(table.loc[index], family, what)
    refuse_rows((table < 0).any(axis=1), f"E-{family}-02", f"{what} are negative.", "give 0 where there are none.")
    return table


def numbers(table: pd.DataFrame, family: str, what: str) -> pd.DataFrame:
    """The table in float64. Errors: E-<family>-02 (columns of text, null or infinite rows)."""
    text = [str(name) for name, kind in table.dtypes.items() if not pd.api.types.is_numeric_dtype(kind)]
    if text:
        raise PlanningDataError(f"E-{family}-02", f"{what} are no numbers.", seen=text, mend="leave these columns out.")
    table = table.astype("float64")
    bad = pd.Series(~np.isfinite(table.to_numpy()).all(axis=1), table.index)
    refuse_rows(bad, f"E-{family}-02", f"{what} are null or infinite.", "give 0 where there are none, or leave the rows out.")
    return table


def refuse_rows(wrong: pd.Series, code: str, what: str, mend: str) -> None:
    """Raise ``code`` with the ids of the rows that are wrong, if there are any."""
    if wrong.any():
        raise PlanningDataError(code, what, feature_ids=list(wrong.index[wrong]), mend=mend)


def above_zero(values: Sequence[float], code: str, what: str) -> list[float]:
    """The values, if all are finite and above zero and there is at least one."""
    kept = [float(value) for value in values]
    if not kept or not all(np.isfinite(value) and value > 0 for value in kept):
        raise PlanningDataError(code, f"{what} must be above 0.", seen=kept, mend="give numbers above 0.")
    return kept


def at_least_zero(value: float, code: str, what: str) -> float:
    """The value, if it is finite and not negative."""
    if not np.isfinite(value) or value < 0:
        raise PlanningDataError(code, f"{what} must not be below 0.", seen=value, mend="give a number of 0 or more.")
    return float(value)
