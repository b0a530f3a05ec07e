"""An order of points along a Hilbert curve: neighbours in space are neighbours in memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.movement.kernels.hilbert import SIDE, hilbert_keys


def hilbert_order(xy: NDArray[np.float64], ids: NDArray[Any] | None = None) -> NDArray[np.intp]:
    """Rows of ``xy`` [points, 2] along the curve over their square; of those in one cell the smaller id (row) first."""
    if not len(xy):
        return np.zeros(0, np.intp)
    corner, ids = xy.min(axis=0), np.arange(len(xy)) if ids is None else ids
    span = max(float((xy.max(axis=0) - corner).max()), 1e-9)
    cell = ((xy - corner) / span * SIDE).astype(np.int64)
    return np.lexsort((ids, hilbert_keys(cell[:, 0].copy(), cell[:, 1].copy())))
