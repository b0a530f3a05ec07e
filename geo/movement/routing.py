"""Travel times on a network: the dispatcher over the kernels. Same bytes for any kernel and any number of threads.

Points stand on the network through `Links` (several nodes each, with their own times): what `snap` returns. Times are int32
deciseconds, a place is reached if its time is ≤ the limit, and `UNREACHED` is never a large number that could be added up.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import PlanningDataError
from geo.movement import dispatch
from geo.movement.chunks import (
    FARTHEST_DS,
    bucket_count,
    check_places,
    checked_direct,
    checked_limit,
    rows_of,
    run,
    summable,
)
from geo.movement.dispatch import Question, run_links, run_sums, run_times
from geo.movement.kernels import nearest as nearest_kernel
from geo.movement.kernels.graph import FAR
from geo.movement.links import Links
from geo.movement.network import Network

UNREACHED = FAR

Ints = NDArray[np.int32]


def times(
    network: Network,
    mode: str,
    origins: Links,
    destinations: Links,
    limit_ds: int = FARTHEST_DS,
    *,
    direct: Links | None = None,
    threads: int | None = None,
    kernel: str | None = None,
) -> Ints:
    """Fastest times [origins, destinations] in int32 deciseconds, `UNREACHED` beyond ``limit_ds``.

    ``origins`` and ``destinations`` link points to nodes; the links' own times are part of the result. ``direct`` adds times of
    pairs that need no node between them (`along_one_edge`). The smaller side is searched from, so 5,000 × 500 costs 500 searches.
    ``kernel`` ("search", "hierarchy") overrules the choice of the fastest; the result is the same.
    """
    limit = checked_limit(limit_ds)
    check_places(network, origins, destinations)
    near = checked_direct(direct, origins, destinations).within(limit)
    if destinations.points < origins.points:
        backwards = Question(network, mode, destinations, origins, limit, reverse=True)
        found = np.ascontiguousarray(run_times(backwards, threads, kernel).T)
    else:
        found = run_times(Question(network, mode, origins, destinations, limit), threads, kernel)
    found[near.point(), near.place] = np.minimum(found[near.point(), near.place], near.ds)
    return found


def links_within(
    network: Network,
    mode: str,
    origins: Links,
    destinations: Links,
    limit_ds: int,
    *,
    direct: Links | None = None,
    threads: int | None = None,
    kernel: str | None = None,
) -> Links:
    """Origin → destination with the fastest time, only pairs within ``limit_ds``: `times` for many points and short ways.

    ``kernel`` ("search", "lanes") overrules the choice of the fastest; the result is the same.
    """
    limit = checked_limit(limit_ds)
    check_places(network, origins, destinations)
    direct = checked_direct(direct, origins, destinations)
    return run_links(Question(network, mode, origins, destinations, limit), direct, threads, kernel)


def reach_sums(
    network: Network,
    mode: str,
    origins: Links,
    destinations: Links,
    opportunities: ArrayLike,
    cutoffs_ds: Sequence[int],
    *,
    direct: Links | None = None,
    threads: int | None = None,
    kernel: str | None = None,
) -> NDArray[np.float64]:
    """Sums of opportunities reached [origins, cutoffs, columns], all cutoffs and columns in one pass.

    ``opportunities`` [destinations] or [destinations, columns], finite; ``cutoffs_ds`` in any order. A destination counts once,
    at its fastest time. Sums are exact, see `summable`.
    ``kernel`` ("search", "lanes", "hierarchy") overrules the choice of the fastest; the result is the same.
    """
    limits, order = np.unique([checked_limit(cutoff) for cutoff in cutoffs_ds], return_inverse=True)
    if not len(limits):
        raise PlanningDataError("E-NET-09", "there is no cutoff.", seen=cutoffs_ds, mend="give at least one, in deciseconds.")
    check_places(network, origins, destinations)
    direct = checked_direct(direct, origins, destinations)
    worth = summable(opportunities, destinations.points)
    question = Question(network, mode, origins, destinations, int(limits[-1]))
    return run_sums(question, direct, worth, limits.astype(np.int32), threads, kernel)[:, order]


def reached_share(network: Network, mode: str, origins: Links, destinations: Links, limit_ds: int) -> float:
    """About what share of the network a trip from the origins reaches within ``limit_ds``, told by eight of them."""
    check_places(network, origins, destinations)
    return dispatch.reached_share(Question(network, mode, origins, destinations, checked_limit(limit_ds)))


def nearest(
    network: Network,
    mode: str,
    origins: Links,
    destinations: Links,
    k: int = 1,
    limit_ds: int = FARTHEST_DS,
    *,
    direct: Links | None = None,
    threads: int | None = None,
) -> tuple[Ints, Ints]:
    """The ``k`` nearest destinations of every origin and their times, int32 [origins, k], by time, then by destination.

    -1 and `UNREACHED` where fewer than ``k`` lie within ``limit_ds``. One search from all destinations at once, for any number of
    origins.
    """
    limit = checked_limit(limit_ds)
    check_places(network, origins, destinations)
    direct = checked_direct(direct, origins, destinations)
    if k < 1:
        raise PlanningDataError("E-NET-09", "k must be at least 1.", seen=k, mend="give the number of destinations wanted.")
    backward = network.graph(mode, reverse=True)
    arrivals = destinations.transposed()
    buckets = bucket_count(backward, arrivals, limit)
    labels, label_ds = nearest_kernel.nearest_labels(backward, rows_of(arrivals), k, limit, buckets)
    place, ds = np.full((origins.points, k), -1, np.int32), np.full((origins.points, k), UNREACHED, np.int32)

    def task(low: int, high: int) -> None:
        some, near = rows_of(origins, low, high), rows_of(direct, low, high)
        nearest_kernel.nearest_of_rows(some, near, labels, label_ds, limit, place[low:high], ds[low:high])

    run(task, origins.points, threads, chunk=4096)
    return place, ds


def node_links(network: Network) -> Links:
    """Every node as a point linked to itself at no time."""
    n = len(network.node_xy)
    return Links.from_pairs(np.arange(n), np.arange(n), np.zeros(n, np.int32), (n, n))
