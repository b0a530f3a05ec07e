"""Points at the same place: nobody travels between them, however far from a street they lie."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from geo.movement.links import Ints, Points

SAME_M = 0.01  # what a point moves when it is projected there and back is a thousand times less


def same_places(points: Points, others: Points) -> tuple[Ints, Ints]:
    """Pairs (row of ``points``, row of ``others``) within a centimetre of each other, int32 each; both [points, 2] metres."""
    pairs = cKDTree(points).sparse_distance_matrix(cKDTree(others), SAME_M, output_type="coo_matrix")
    return pairs.row.astype(np.int32), pairs.col.astype(np.int32)
