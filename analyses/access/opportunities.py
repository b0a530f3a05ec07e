"""What can be reached: opportunities within a time or weighted by it, and the time that reaches enough of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses._inputs import Floats, Minutes, above_zero, amounts_on, at_least_zero, checked, id_order, minutes_at
from analyses.access.decay import DecayFunction, weights_of
from analyses.access.kernels import add_products, least_times, nearest_times, sums_within
from analyses.travel.blocks import by_origin
from analyses.travel.times import TravelTimes
from geo import PlanningDataError

_PAIRS = 100_000  # pairs weighted at a time: a block stays in the processor's cache
_STEPS = 1440


@by_origin()
def opportunities_within(
    times: TravelTimes, opportunities: pd.Series | pd.DataFrame, cutoff_min: float | Sequence[float]
) -> pd.DataFrame:
    """How many opportunities lie within each cutoff, for several cutoffs and several kinds in one pass.

    Formula: A_i(T) = Σ_j O_j [t_ij ≤ T]. Source: Wachs & Kumagai 1973. Peer: access (weighted_catchment).

    ``opportunities`` on the index of the destinations (a Series without a name is called "opportunities"), ``cutoff_min`` in
    minutes, 0 or more. Returns a frame on the origins' index with columns ``<name>_within_<T>min``, in the unit of the
    opportunities, whole numbers where all are whole; ``_p<percentile>`` behind it where several were computed. Errors: E-OPP-01
    (ids differ or stand twice), E-OPP-02 (null, infinite, negative), E-OPP-03 (a cutoff below 0), E-TIMES-01, E-TIMES-02.

    >>> import pandas as pd, analyses
    >>> pairs = pd.DataFrame({"from_id": "a", "to_id": ["b", "c"], "travel_time_min": [20, 40]})
    >>> times = analyses.TravelTimes.from_frame(pairs)
    >>> found = opportunities_within(times, pd.Series({"b": 100, "c": 50}, name="jobs"), [30, 45])
    >>> found.loc["a"].to_dict()
    {'jobs_within_30min': 100, 'jobs_within_45min': 150}
    """
    cutoffs = _cutoffs(cutoff_min)
    table = amounts_on(checked(times).destinations, opportunities, "OPP", "opportunities")
    columns: dict[str, Floats] = {}
    for percentile in times.percentiles:
        sums = _cumulative(minutes_at(times, percentile), times, table, cutoffs)
        for place, cutoff in enumerate(cutoffs):
            for column, name in enumerate(table.columns):
                columns[f"{name}_within_{cutoff:g}min{_tail(times, percentile)}"] = sums[:, place, column]
    return _whole(pd.DataFrame(columns, index=times.origins))


@by_origin()
def opportunities_between(
    times: TravelTimes,
    opportunities: pd.Series | pd.DataFrame,
    from_min: float,
    to_min: float,
    *,
    statistic: str = "mean",
    step_min: float = 1,
) -> pd.DataFrame:
    """Opportunities within a cutoff that is not known exactly: the mean or median over all cutoffs of an interval.

    Formula: mean or median of A_i(T) over T = T1, T1 + 1, …, T2. Source: Tomasiello et al. 2023.

    ``from_min`` T1, ``to_min`` T2 and ``step_min`` in minutes, ``statistic`` "mean" or "median"; the rest as in
    `opportunities_within`. Returns columns ``<name>_between_<T1>min_and_<T2>min_<statistic>`` on the origins' index, in the unit
    of the opportunities. Errors: E-OPP-03 (no interval), E-OPP-04 (another statistic), and those of `opportunities_within`.

    >>> import pandas as pd, analyses
    >>> pairs = pd.DataFrame({"from_id": "a", "to_id": ["b", "c"], "travel_time_min": [20, 40]})
    >>> times = analyses.TravelTimes.from_frame(pairs)
    >>> found = opportunities_between(times, pd.Series({"b": 100, "c": 50}, name="jobs"), 39, 40)
    >>> found.loc["a"].to_dict()
    {'jobs_between_39min_and_40min_mean': 125.0}
    """
    if statistic not in {"mean", "median"}:
        raise PlanningDataError("E-OPP-04", "unknown statistic.", seen=statistic, mend='"mean" or "median".')
    cutoffs = _interval(from_min, to_min, step_min)
    table = amounts_on(checked(times).destinations, opportunities, "OPP", "opportunities")
    columns: dict[str, Floats] = {}
    for percentile in times.percentiles:
        minutes = minutes_at(times, percentile)
        found = np.empty((len(minutes), table.shape[1]))
        for rows in _blocks(len(minutes), len(cutoffs) * table.shape[1]):
            sums = _cumulative(minutes[rows], times, table, cutoffs)
            found[rows] = sums.mean(axis=1) if statistic == "mean" else np.median(sums, axis=1)
        for column, name in enumerate(table.columns):
            head = f"{name}_between_{from_min:g}min_and_{to_min:g}min_{statistic}"
            columns[head + _tail(times, percentile)] = found[:, column]
    return pd.DataFrame(columns, index=times.origins)


@by_origin()
def gravity(times: TravelTimes, opportunities: pd.Series | pd.DataFrame, decay: DecayFunction) -> pd.DataFrame:
    """Opportunities weighted by how far they are.

    Formula: A_i = Σ_j O_j f(t_ij). Source: Hansen 1959. Peer: access (weighted_catchment).

    ``decay`` f: a value of ``decay_...`` or any callable from minutes to weights of 0 or more; what is not reached weighs 0.
    Returns ``<name>_gravity`` on the origins' index (``_p<percentile>`` behind it where several were computed), in weighted units
    of the opportunities. Errors: E-OPP-01, E-OPP-02, E-DECAY-02 (the callable gives null or negative weights), E-TIMES-01, -02.

    >>> import pandas as pd, analyses
    >>> pairs = pd.DataFrame({"from_id": "a", "to_id": ["b", "c"], "travel_time_min": [20, 40]})
    >>> times = analyses.TravelTimes.from_frame(pairs)
    >>> jobs = pd.Series({"b": 100, "c": 40}, name="jobs")
    >>> gravity(times, jobs, analyses.decay_exponential(half_life_min=20)).loc["a"].round(9).to_dict()
    {'jobs_gravity': 60.0}
    """
    table = amounts_on(checked(times).destinations, opportunities, "OPP", "opportunities")
    order = id_order(times.destinations)
    amounts = table.to_numpy()[order]
    columns: dict[str, Floats] = {}
    for percentile in times.percentiles:
        minutes = minutes_at(times, percentile)
        found = np.zeros((len(minutes), len(table.columns)))
        for rows in _blocks(*minutes.shape):
            add_products(weights_of(decay, minutes[rows]), order, amounts, found[rows])
        for column, name in enumerate(table.columns):
            columns[f"{name}_gravity{_tail(times, percentile)}"] = found[:, column]
    return pd.DataFrame(columns, index=times.origins)


@by_origin()
def time_to_nearest(
    times: TravelTimes,
    k: int | Sequence[int] = 1,
    *,
    opportunities: pd.Series | pd.DataFrame | None = None,
    with_ids: bool = False,
) -> pd.DataFrame:
    """Minutes to the k-th nearest destination, or to the k-th nearest one that holds any of the opportunities.

    Formula: D_i(k) = the k-th smallest t_ij (with O_j > 0). Source: Cui & Levinson 2020.

    ``k`` one or several counts from 1; each column of ``opportunities`` is a kind of its own. Returns ``nearest_<k>_min``, or
    ``<name>_nearest_<k>_min``, on the origins' index, in minutes, null where fewer than k are reached; ``with_ids`` adds
    ``..._id``, the destination (the lower id of two at the same time). Errors: E-OPP-01, E-OPP-02, E-OPP-05 (k below 1),
    E-TIMES-01, E-TIMES-02.

    >>> import pandas as pd, analyses
    >>> pairs = pd.DataFrame({"from_id": "a", "to_id": ["b", "c"], "travel_time_min": [20, 40]})
    >>> times = analyses.TravelTimes.from_frame(pairs)
    >>> time_to_nearest(times, k=[1, 2]).loc["a"].to_dict()
    {'nearest_1_min': 20.0, 'nearest_2_min': 40.0}
    """
    counts = [k] if isinstance(k, int) else list(k)
    if not counts or min(counts) < 1:
        raise PlanningDataError("E-OPP-05", "k counts destinations from 1.", seen=k, mend="give whole numbers of 1 or more.")
    order = id_order(checked(times).destinations)
    places = {"": order}
    if opportunities is not None:
        table = amounts_on(times.destinations, opportunities, "OPP", "opportunities")
        places = {f"{name}_": order[table[name].to_numpy()[order] > 0] for name in table.columns}
    columns: dict[str, object] = {}
    for percentile in times.percentiles:
        minutes = minutes_at(times, percentile)
        for name, ours in places.items():
            found = np.full((len(minutes), max(counts)), np.inf, np.float32)
            at = np.full(found.shape, -1, np.int64)
            nearest_times(minutes, ours, found, at)
            for count in counts:
                head = f"{name}nearest_{count}{_tail(times, percentile)}"
                columns[f"{head}_min"] = _null_unreached(found[:, count - 1])
                if with_ids:
                    columns[f"{head}_id"] = _ids(times.destinations, at[:, count - 1])
    return pd.DataFrame(columns, index=times.origins)


@by_origin()
def dual_access(times: TravelTimes, opportunities: pd.Series | pd.DataFrame, k: float | Sequence[float]) -> pd.DataFrame:
    """Minutes until enough opportunities are within reach: the cumulative measure asked the other way round.

    Formula: T_i(k) = the least T with Σ_j O_j [t_ij ≤ T] ≥ k. Source: Cui & Levinson 2020.

    ``k`` one or several amounts above 0, in the unit of the opportunities. Returns ``reach_<k>_<name>_min`` on the origins'
    index, in minutes, null where fewer are reached at all. Errors: E-OPP-01, E-OPP-02, E-OPP-05 (k not above 0), E-TIMES-01, -02.

    >>> import pandas as pd, analyses
    >>> pairs = pd.DataFrame({"from_id": "a", "to_id": ["b", "c"], "travel_time_min": [20, 40]})
    >>> times = analyses.TravelTimes.from_frame(pairs)
    >>> dual_access(times, pd.Series({"b": 100, "c": 50}, name="jobs"), k=120).loc["a"].to_dict()
    {'reach_120_jobs_min': 40.0}
    """
    wanted = above_zero([k] if isinstance(k, (int, float)) else list(k), "E-OPP-05", "amounts to be reached")
    table = amounts_on(checked(times).destinations, opportunities, "OPP", "opportunities")
    each = {f"reach_{amount:.15g}_": np.full(len(times.origins), amount) for amount in wanted}
    return _least(times, table, each)


@by_origin("demand")
def balancing_time(times: TravelTimes, opportunities: pd.Series | pd.DataFrame, demand: pd.Series) -> pd.DataFrame:
    """Minutes until as many opportunities are within reach as people ask for them at the origin.

    Formula: T_i = the least T with Σ_j O_j [t_ij ≤ T] / P_i ≥ 1. Source: Barboza et al. 2021.

    ``demand`` P on the index of the origins, in the unit of the opportunities. Returns ``balancing_<name>_min`` on the origins'
    index, in minutes: 0 where nobody asks, null where never balanced. Errors: E-OPP-01, E-OPP-02, E-DEMAND-01, E-DEMAND-02,
    E-TIMES-01, E-TIMES-02.

    >>> import pandas as pd, analyses
    >>> pairs = pd.DataFrame({"from_id": "a", "to_id": ["b", "c"], "travel_time_min": [20, 40]})
    >>> times = analyses.TravelTimes.from_frame(pairs)
    >>> jobs = pd.Series({"b": 100, "c": 50}, name="jobs")
    >>> balancing_time(times, jobs, pd.Series({"a": 90})).loc["a"].to_dict()
    {'balancing_jobs_min': 20.0}
    """
    table = amounts_on(checked(times).destinations, opportunities, "OPP", "opportunities")
    people = amounts_on(times.origins, demand, "DEMAND", "demand", of="origins", all_of_them=True)
    return _least(times, table, {"balancing_": people.iloc[:, 0].to_numpy()})


def _least(times: TravelTimes, table: pd.DataFrame, wanted: dict[str, Floats]) -> pd.DataFrame:
    order = id_order(times.destinations)
    columns: dict[str, Minutes] = {}
    for percentile in times.percentiles:
        minutes = minutes_at(times, percentile)
        for head, amounts in wanted.items():
            for name in table.columns:
                found = np.empty(len(minutes), np.float32)
                least_times(minutes, order, table[name].to_numpy()[order], amounts, found)
                columns[f"{head}{name}{_tail(times, percentile)}_min"] = _null_unreached(found)
    return pd.DataFrame(columns, index=times.origins)


def _cumulative(minutes: Minutes, times: TravelTimes, table: pd.DataFrame, cutoffs: Sequence[float]) -> Floats:
    """Sums [origins, cutoffs, columns] in the order in which the cutoffs were asked for."""
    order = id_order(times.destinations)
    ascending = np.unique(np.array(cutoffs, np.float32))  # compared in the precision of the times
    out = np.empty((len(minutes), len(ascending), table.shape[1]))
    sums_within(minutes, order, table.to_numpy()[order], ascending, out)
    return out[:, np.searchsorted(ascending, np.array(cutoffs, np.float32))]


def _cutoffs(cutoff_min: float | Sequence[float]) -> list[float]:
    cutoffs = list(cutoff_min) if isinstance(cutoff_min, (Sequence, np.ndarray)) else [cutoff_min]
    return [at_least_zero(cutoff, "E-OPP-03", "a cutoff in minutes") for cutoff in cutoffs]


def _interval(from_min: float, to_min: float, step_min: float) -> list[float]:
    first = at_least_zero(from_min, "E-OPP-03", "a cutoff in minutes")
    if not (to_min > first and step_min > 0 and (to_min - first) / step_min <= _STEPS):
        seen = (from_min, to_min, step_min)
        raise PlanningDataError(
            "E-OPP-03", "this is no interval of cutoffs.", seen=seen, mend="from_min < to_min, steps above 0."
        )
    return [first + step_min * number for number in range(int((to_min - first) / step_min + 1e-9) + 1)]


def _blocks(rows: int, width: int) -> Iterator[slice]:
    """Slices of rows whose arrays of ``width`` stay small."""
    height = max(1, _PAIRS // max(1, width))
    return (slice(start, min(start + height, rows)) for start in range(0, rows, height))


def _whole(frame: pd.DataFrame) -> pd.DataFrame:
    whole = [name for name in frame if np.array_equal(frame[name], frame[name].round())]
    return frame.astype(dict.fromkeys(whole, "int64"))


def _tail(times: TravelTimes, percentile: int) -> str:
    return f"_p{percentile}" if len(times.percentiles) > 1 else ""


def _null_unreached(minutes: Minutes) -> Minutes:
    return np.where(np.isfinite(minutes), minutes, np.float32(np.nan))


def _ids(destinations: pd.Index, at: NDArray[np.int64]) -> Any:
    """Ids of the destinations by position, null for −1; of text as text, also where all are null."""
    ids = np.array([None if place < 0 else destinations[place] for place in at], object)
    return pd.Index(ids, dtype=destinations.dtype).array if pd.api.types.is_string_dtype(destinations.dtype) else ids
