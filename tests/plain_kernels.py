"""The kernels' vector operations in NumPy, for runs with NUMBA_DISABLE_JIT=1: coverage sees no compiled code."""

from __future__ import annotations

import numpy as np

from geo.movement.kernels import graph, lane_rows, vectors

MINUTE_S = 60 * np.arange(lane_rows.LANES)


def install() -> None:
    """Put them in place, before the kernels that use them are loaded."""
    for module, twins in ((graph, (trailing_zeros,)), (vectors, (relax, fill, count)), (lane_rows, ROWS)):
        for twin in twins:
            setattr(module, twin.__name__, twin)


def trailing_zeros(word):
    return (int(word) & -int(word)).bit_length() - 1


def relax(source, row, target, other, time):
    lower = np.minimum(target[other], source[row] + source.dtype.type(time))
    better = bool((lower < target[other]).any())
    target[other] = lower
    return int(better)


def fill(lanes, row, value):
    lanes[row] = value


def count(lanes, row, cutoff, worth, sums, cell):
    sums.reshape(-1, vectors.LANES)[cell] += np.where(lanes[row] <= cutoff, worth, 0.0)


def relax_rows(rows, item, sec, amount, best):
    for e in range(amount):
        np.minimum(best, rows[item[e]] + sec[e], out=best)


def count_up_to(rows, at, most):
    return int((_row(rows, at) <= most).sum())


def differing(one, one_at, other, other_at):
    return _bits(_row(one, one_at) != _row(other, other_at))


def outrun(one, one_at, other, other_at):
    mine, known = _row(one, one_at), _row(other, other_at)
    above = mine > known
    known[above] = mine[above]
    return _bits(above)


def travel_span(rows, at, minutes):
    row = (_row(rows, at) - MINUTE_S).astype(np.uint16)[:minutes]
    return int(row.min(initial=2**16 - 1)) | int(row.max(initial=0)) << 16


def least_from_here(rows, at):
    row = _row(rows, at)
    row[:] = np.minimum.accumulate(row[::-1])[::-1].copy()


def lowest_bit(bits):
    return trailing_zeros(bits)


def highest_bit(bits):
    return int(bits).bit_length() - 1


ROWS = (relax_rows, count_up_to, differing, outrun, travel_span, least_from_here, lowest_bit, highest_bit)


def _row(rows, at):
    return rows.reshape(-1)[at : at + lane_rows.LANES]


def _bits(flags):
    return np.packbits(flags, bitorder="little").view(np.uint64)[0]
