"""How central streets are: how many fastest paths pass a junction, and how near the others are."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.movement.chunks import FARTHEST_DS, bucket_count, checked_limit, no_links, run
from geo.movement.kernels import centrality as kernel
from geo.movement.network import Network

ORIGINS = 512  # origins whose shares are added up in one array; fixed, so that the sums do not depend on threads


def node_centrality(
    network: Network,
    mode: str,
    limit_ds: int = FARTHEST_DS,
    *,
    origins: NDArray[np.integer] | None = None,
    threads: int | None = None,
) -> pd.DataFrame:
    """One row a node of the network.

    ``betweenness``: number of ordered pairs (origin, other node within ``limit_ds``) whose fastest path passes the node, several
    fastest paths sharing one pair; ends do not count. ``reached_nodes``: other nodes within the limit; ``mean_min``: their mean
    time in minutes, NaN where there is none. ``origins``: positions of the nodes to start from (default: all); the rows of other
    nodes are then -1 and NaN in the last two columns.
    """
    limit = checked_limit(limit_ds)
    graph, backward = network.graph(mode), network.graph(mode, reverse=True)
    n = len(network.node_xy)
    starts = np.arange(n, dtype=np.int32) if origins is None else np.unique(np.asarray(origins, np.int32))
    reached, total = np.full(len(starts), -1, np.int32), np.zeros(len(starts), np.int64)
    buckets = bucket_count(graph, no_links(0, n), limit)

    def task(low: int, high: int) -> NDArray[np.float64]:
        between = np.zeros(n)
        kernel.centrality(graph, backward, starts[low:high], limit, buckets, between, reached[low:high], total[low:high])
        return between

    between = np.zeros(n)
    for part in run(task, len(starts), threads, chunk=ORIGINS):
        between += part
    count, mean = np.full(n, -1, np.int32), np.full(n, np.nan)
    count[starts] = reached
    some = reached > 0
    mean[starts[some]] = total[some] / reached[some] / 600
    return pd.DataFrame({"betweenness": between, "reached_nodes": count, "mean_min": mean})
