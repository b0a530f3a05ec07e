"""Waiting for lines known by their headway alone: exact distributions in whole seconds, to check and to explain random draws.

A distribution is float64 [seconds], the probability of 0, 1, 2, ... seconds; it adds up to 1. Lines run independently of each
other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.errors import PlanningDataError

Distribution = NDArray[np.float64]


def uniform_wait(headway_s: int) -> Distribution:
    """Wait for one line from any moment: 0 to headway − 1 seconds, all alike."""
    if headway_s < 1:
        raise PlanningDataError("E-LINE-04", "a headway must be above 0.", seen=headway_s, mend="give seconds.")
    return np.full(headway_s, 1 / headway_s)


def later(times: Distribution, seconds: int) -> Distribution:
    """The same times, all later by a fixed number of seconds (riding, walking, slack)."""
    return np.concatenate([np.zeros(seconds), times])


def one_after_another(*times: Distribution) -> Distribution:
    """The sum of independent times (a ride, then a change): their convolution."""
    total = np.ones(1)
    for time in times:
        total = np.convolve(total, time)
    return total


def whichever_first(*times: Distribution) -> Distribution:
    """The least of independent times (common lines): P(min > t) is the product of P(each > t)."""
    longest = max(map(len, times))
    beyond = np.ones(longest)
    for time in times:
        beyond *= 1 - np.cumsum(np.pad(time, (0, longest - len(time))))
    return -np.diff(beyond, prepend=1.0)


def percentile_min(times: Distribution, percentile: float) -> float:
    """The least number of minutes that at least ``percentile`` percent of the times do not exceed."""
    return int(np.searchsorted(np.cumsum(times), percentile / 100 - 1e-9)) / 60


def mean_min(times: Distribution) -> float:
    """Expected minutes."""
    return float(times @ np.arange(len(times))) / 60
