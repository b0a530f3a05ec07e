"""How much a far opportunity still counts: decay functions as values, passed to the measures."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from analyses._inputs import above_zero, at_least_zero
from geo import PlanningDataError

Floats = NDArray[np.float64]
_HALF = math.exp(-0.5)


@dataclass(frozen=True)
class Decay:
    """A weight from 1 (here) to 0 (out of reach) for minutes of travel: a frozen value that is called with an array.

    Made by the functions ``decay_...``; any callable from minutes to weights of zero or more serves the measures as well.
    Infinite minutes weigh 0. Equal parameters make equal values.
    """

    def __call__(self, minutes: ArrayLike) -> Floats:
        """The weights of an array of minutes."""
        given = np.asarray(minutes)
        given = given if given.dtype == np.float32 else given.astype(np.float64)
        return np.where(np.isfinite(given), self._weights(given), 0.0)

    def _weights(self, minutes: NDArray[np.floating]) -> Floats:
        """Cutoffs are compared in the precision of the minutes: a trip of exactly the cutoff counts in float32 as well."""
        raise NotImplementedError


DecayFunction = Decay | Callable[[Floats], Floats]


def weights_of(decay: DecayFunction, minutes: NDArray[np.float32]) -> Floats:
    """Weights of an array of minutes, 0 where not reached. Errors: E-DECAY-02 (a callable gives null or negative weights)."""
    if isinstance(decay, Decay):
        return decay(minutes)
    reached = np.isfinite(minutes)
    found = np.asarray(decay(minutes[reached].astype(np.float64)), np.float64)
    if found.shape != (np.count_nonzero(reached),) or (found.size and not (found.min() >= 0 and np.isfinite(found.max()))):
        raise PlanningDataError(
            "E-DECAY-02", "this decay gives no weights.", seen=decay, mend="return one finite number of 0 or more for each time."
        )
    out = np.zeros(minutes.shape)
    out[reached] = found
    return out


@dataclass(frozen=True)
class _Exponential(Decay):
    rate_per_min: float

    def _weights(self, minutes: NDArray[np.floating]) -> Floats:
        return np.exp(-self.rate_per_min * minutes.astype(np.float64))


@dataclass(frozen=True)
class _Gaussian(Decay):
    deviation_min: float

    def _weights(self, minutes: NDArray[np.floating]) -> Floats:
        return np.exp(-0.5 * (minutes.astype(np.float64) / self.deviation_min) ** 2)


@dataclass(frozen=True)
class _Dai(Decay):
    cutoff_min: float

    def _weights(self, minutes: NDArray[np.floating]) -> Floats:
        bell = np.exp(-0.5 * (minutes.astype(np.float64) / self.cutoff_min) ** 2)
        return np.where(minutes <= self.cutoff_min, np.maximum(bell - _HALF, 0) / (1 - _HALF), 0.0)


@dataclass(frozen=True)
class _Power(Decay):
    exponent: float

    def _weights(self, minutes: NDArray[np.floating]) -> Floats:
        return np.maximum(minutes.astype(np.float64), 1.0) ** -self.exponent


@dataclass(frozen=True)
class _Linear(Decay):
    cutoff_min: float
    width_min: float

    def _weights(self, minutes: NDArray[np.floating]) -> Floats:
        end = self.cutoff_min + self.width_min / 2
        return np.clip((end - minutes.astype(np.float64)) / self.width_min, 0.0, 1.0)


@dataclass(frozen=True)
class _Step(Decay):
    cutoff_min: float

    def _weights(self, minutes: NDArray[np.floating]) -> Floats:
        return (minutes <= self.cutoff_min).astype(np.float64)


@dataclass(frozen=True)
class _Bands(Decay):
    up_to_min: tuple[float, ...]
    weights: tuple[float, ...]

    def _weights(self, minutes: NDArray[np.floating]) -> Floats:
        ends = np.array(self.up_to_min, minutes.dtype)
        return np.array([*self.weights, 0.0])[np.searchsorted(ends, minutes, side="left")]


@dataclass(frozen=True)
class _Logistic(Decay):
    cutoff_min: float
    deviation_min: float

    def _weights(self, minutes: NDArray[np.floating]) -> Floats:
        slope = math.pi / (self.deviation_min * math.sqrt(3))
        at = expit((self.cutoff_min - minutes.astype(np.float64)) * slope)
        return at / expit(self.cutoff_min * slope)


def decay_exponential(rate_per_min: float | None = None, *, half_life_min: float | None = None) -> Decay:
    """Every further minute takes the same share away: by a rate a minute, or by the minutes after which half is left.

    Formula: f(t) = exp(−β t), β = ln 2 / h for a half-life h. Source: Handy & Niemeier 1997.

    ``rate_per_min`` β in 1/min, ``half_life_min`` h in minutes: one of the two. Errors: E-DECAY-01 (none, both, or not above 0).

    >>> decay_exponential(half_life_min=20)([0, 20, 40]).round(6).tolist()
    [1.0, 0.5, 0.25]
    """
    if (rate_per_min is None) == (half_life_min is None):
        raise PlanningDataError(
            "E-DECAY-01", "a rate or a half-life is needed, not both.", seen=(rate_per_min, half_life_min), mend="give one."
        )
    if half_life_min is not None:
        return _Exponential(math.log(2) / _positive(half_life_min))
    return _Exponential(_positive(rate_per_min))


def decay_gaussian(deviation_min: float) -> Decay:
    """A bell: flat close by, steep at one standard deviation.

    Formula: f(t) = exp(−t² / 2s²). Source: Ingram 1971. Peer: access (gaussian).

    ``deviation_min`` s in minutes. Errors: E-DECAY-01.

    >>> decay_gaussian(30)([0, 30]).round(4).tolist()
    [1.0, 0.6065]
    """
    return _Gaussian(_positive(deviation_min))


def decay_dai(cutoff_min: float) -> Decay:
    """A bell that ends: 1 here, exactly 0 at the cutoff and beyond.

    Formula: f(t) = (exp(−½(t/T)²) − exp(−½)) / (1 − exp(−½)) for t ≤ T, else 0. Source: Dai 2010.

    ``cutoff_min`` T in minutes. Errors: E-DECAY-01.

    >>> decay_dai(30)([0, 15, 30, 31]).round(4).tolist()
    [1.0, 0.7014, 0.0, 0.0]
    """
    return _Dai(_positive(cutoff_min))


def decay_power(exponent: float) -> Decay:
    """The inverse power of distance laws; full weight within the first minute.

    Formula: f(t) = t^(−b), 1 below 1 min. Source: Hansen 1959. Peer: access (gravity).

    ``exponent`` b, without unit. Errors: E-DECAY-01.

    >>> decay_power(2)([0.5, 1, 10]).round(6).tolist()
    [1.0, 1.0, 0.01]
    """
    return _Power(_positive(exponent))


def decay_linear(cutoff_min: float, width_min: float) -> Decay:
    """A ramp round the cutoff: 1 before it, 0 behind it, ½ at the cutoff.

    Formula: f(t) = min(1, max(0, (T + w/2 − t) / w)). Source: a plain ramp, stated here.

    ``cutoff_min`` T and ``width_min`` w in minutes, w ≤ 2T. Errors: E-DECAY-01.

    >>> decay_linear(30, 20)([10, 20, 30, 40]).tolist()
    [1.0, 1.0, 0.5, 0.0]
    """
    ramp = _Linear(_positive(cutoff_min), _positive(width_min))
    if ramp.width_min > 2 * ramp.cutoff_min:
        mend = "give at most twice the cutoff, so that 0 minutes weigh 1."
        raise PlanningDataError("E-DECAY-01", "the ramp is wider than it can be.", seen=width_min, mend=mend)
    return ramp


def decay_step(cutoff_min: float) -> Decay:
    """All or nothing: gravity with this decay is the cumulative measure.

    Formula: f(t) = [t ≤ T]. Source: Wachs & Kumagai 1973.

    ``cutoff_min`` T in minutes, 0 allowed. Errors: E-DECAY-01.

    >>> decay_step(30)([30, 30.5]).tolist()
    [1.0, 0.0]
    """
    return _Step(at_least_zero(cutoff_min, "E-DECAY-01", "the cutoff in minutes"))


def decay_bands(up_to_min: Sequence[float], weights: Sequence[float]) -> Decay:
    """A weight a band of minutes, as the enhanced catchment method was published with; 0 behind the last band.

    Formula: f(t) = w_b for T_(b−1) < t ≤ T_b. Source: Luo & Qi 2009. Peer: access (step_fn).

    ``up_to_min`` ends of the bands in minutes, ascending; ``weights`` one a band, from at most 1 down, never rising. Errors:
    E-DECAY-01 (ends not ascending), E-DECAY-03 (weights missing, rising or outside 0–1).

    >>> decay_bands([10, 20, 30], [1, 0.68, 0.22])([10, 11, 30, 31]).tolist()
    [1.0, 0.68, 0.22, 0.0]
    """
    ends = above_zero(up_to_min, "E-DECAY-01", "ends of bands in minutes")
    if ends != sorted(set(ends)):
        raise PlanningDataError("E-DECAY-01", "bands do not ascend.", seen=ends, mend="sort them, every end once.")
    falling = [float(weight) for weight in weights]
    if len(falling) != len(ends) or falling != sorted(falling, reverse=True) or not all(0 <= one <= 1 for one in falling):
        mend = f"give {len(ends)} weights from 1 down to 0."
        raise PlanningDataError("E-DECAY-03", "the weights are not those of a decay.", seen=falling, mend=mend)
    return _Bands(tuple(ends), tuple(falling))


def decay_logistic(cutoff_min: float, deviation_min: float) -> Decay:
    """An S-curve round the cutoff, as wide as the travel people accept differs.

    Formula: f(t) = g(0) / g(t), g(x) = 1 + exp((x − T) π / (s √3)). Source: Bauer & Groneberg 2016.

    ``cutoff_min`` T, ``deviation_min`` s, the standard deviation, in minutes. Errors: E-DECAY-01.

    >>> decay_logistic(30, 5)([0, 30]).round(4).tolist()
    [1.0, 0.5]
    """
    return _Logistic(_positive(cutoff_min), _positive(deviation_min))


def _positive(value: float | None) -> float:
    return above_zero([math.nan if value is None else value], "E-DECAY-01", "parameters of a decay")[0]
