"""Compiled loops over travel times: arrays in, sums out, nothing of ours imported.

Sums run over the destinations in a given ``order`` and one after another, so that the same places give the same bytes in any
order of rows. ``amounts`` stand in that order already; ``minutes`` and ``weights`` are read through it.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Minutes = NDArray[np.float32]
Positions = NDArray[np.int64]

_NEARLY = 1 - 1e-12  # sums of fractions may miss their total by rounding
_A_BUCKET = 8  # destinations


@njit(nogil=True, cache=True)
def sums_within(minutes: Minutes, order: Positions, amounts: Floats, cutoffs: Minutes, out: Floats) -> None:
    """Fill ``out`` [origins, cutoffs, columns] with the amounts within each of the ascending ``cutoffs``."""
    bands, columns, places = len(cutoffs), amounts.shape[1], len(order)
    row = np.empty(places, np.float32)
    beyond = np.empty(places, np.int16)  # cutoffs exceeded: counted without a branch, six times as fast as searching
    part = np.empty((bands + 1, columns))
    for o in range(len(minutes)):
        for k in range(places):
            row[k] = minutes[o, order[k]]
        beyond[:] = 0
        for band in range(bands):
            cutoff = cutoffs[band]
            for k in range(places):
                beyond[k] += row[k] > cutoff
        part[:] = 0.0
        for k in range(places):
            for column in range(columns):
                part[beyond[k], column] += amounts[k, column]
        for band in range(bands):
            for column in range(columns):
                before = out[o, band - 1, column] if band > 0 else 0.0
                out[o, band, column] = before + part[band, column]


@njit(nogil=True, cache=True)
def add_products(weights: Floats, order: Positions, amounts: Floats, out: Floats) -> None:
    """Add to ``out`` [origins, columns] the amounts times their weights [origins, destinations]."""
    for o in range(len(weights)):
        for k in range(len(order)):
            weight = weights[o, order[k]]
            for column in range(amounts.shape[1]):
                out[o, column] += weight * amounts[k, column]


@njit(nogil=True, cache=True)
def add_columns(weights: Floats, people: Floats, out: Floats) -> None:
    """Add to ``out`` [destinations] the people of every origin times its weights, origin after origin."""
    for o in range(len(weights)):
        for j in range(weights.shape[1]):
            out[j] += weights[o, j] * people[o]


@njit(nogil=True, cache=True)
def nearest_times(minutes: Minutes, order: Positions, out_min: Minutes, out_at: Positions) -> None:
    """Minutes and positions [origins, k] of the k nearest destinations of ``order``; given as inf and -1. Ties: the first."""
    last = out_min.shape[1] - 1
    for o in range(len(minutes)):
        for k in range(len(order)):
            time = minutes[o, order[k]]
            if not time < out_min[o, last]:
                continue
            at = last
            while at > 0 and time < out_min[o, at - 1]:
                out_min[o, at] = out_min[o, at - 1]
                out_at[o, at] = out_at[o, at - 1]
                at -= 1
            out_min[o, at] = time
            out_at[o, at] = order[k]


@njit(nogil=True, cache=True)
def least_times(minutes: Minutes, order: Positions, amounts: Floats, wanted: Floats, out: Minutes) -> None:
    """Fill ``out`` [origins] with the least time within which the amounts [destinations] reach what each origin wants, or inf."""
    buckets = 1 + len(order) // _A_BUCKET
    sums = np.zeros(buckets)
    inside_min = np.empty(len(order), np.float32)
    inside = np.empty(len(order), np.float64)
    for o in range(len(minutes)):
        out[o] = np.inf
        need = wanted[o] * _NEARLY
        if need <= 0:
            out[o] = 0
            continue
        scale = _bucket_sums(minutes[o], order, amounts, sums)
        running, bucket = 0.0, 0
        while bucket < buckets and running + sums[bucket] < need:
            running += sums[bucket]
            bucket += 1
        if bucket == buckets:
            continue
        count = 0
        for k in range(len(order)):
            time = minutes[o, order[k]]
            if np.isfinite(time) and min(int(time * scale), buckets - 1) == bucket:
                inside_min[count] = time
                inside[count] = amounts[k]
                count += 1
        out[o] = _reached_at(inside_min[:count], inside[:count], need - running)


@njit(nogil=True, cache=True)
def _bucket_sums(row: Minutes, order: Positions, amounts: Floats, sums: Floats) -> float:
    """Amounts by bucket of time into ``sums``; returns buckets a minute."""
    furthest = 0.0
    for k in range(len(order)):
        time = row[order[k]]
        if np.isfinite(time) and time > furthest:
            furthest = float(time)
    scale = len(sums) / furthest if furthest > 0 else 0.0
    sums[:] = 0.0
    for k in range(len(order)):
        time = row[order[k]]
        if np.isfinite(time):
            sums[min(int(time * scale), len(sums) - 1)] += amounts[k]
    return scale


@njit(nogil=True, cache=True)
def _reached_at(minutes: Minutes, amounts: Floats, need: float) -> float:
    """The time at which the amounts, added up by time, reach ``need``; the last one if rounding keeps them just below."""
    ordered = np.argsort(minutes, kind="mergesort")
    running = 0.0
    for k in ordered:
        running += amounts[k]
        if running >= need:
            return minutes[k]
    return minutes[ordered[-1]]


@njit(nogil=True, cache=True)
def sums_by_group(minutes: Minutes, order: Positions, group: Positions, weight: Floats, spent: Floats, reached: Floats) -> None:
    """Per row the weighted minutes to every group and the weight reached in it, destinations in ``order``; group −1 is none."""
    for i in range(len(minutes)):
        for j in order:
            if group[j] >= 0 and np.isfinite(minutes[i, j]):
                spent[i, group[j]] += weight[j] * np.float64(minutes[i, j])
                reached[i, group[j]] += weight[j]
