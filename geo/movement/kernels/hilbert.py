"""Places along a Hilbert curve, so that neighbours in space are neighbours in memory."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

SIDE = 65535


@njit(nogil=True, cache=True)
def hilbert_keys(column: NDArray[np.int64], row: NDArray[np.int64]) -> NDArray[np.int64]:
    """Distance along the curve of cells in a square of 2^16 × 2^16: ``column``, ``row`` in 0 … `SIDE`."""
    keys = np.empty(len(column), np.int64)
    for i in range(len(column)):
        a = column[i]
        b = row[i]
        key = 0
        step = 32768
        while step > 0:
            right = 1 if a & step else 0
            upper = 1 if b & step else 0
            key += step * step * ((3 * right) ^ upper)
            if upper == 0:
                if right == 1:
                    a = SIDE - a
                    b = SIDE - b
                a, b = b, a
            step >>= 1
        keys[i] = key
    return keys
