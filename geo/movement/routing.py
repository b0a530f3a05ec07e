"""Travel times on a network: the dispatcher over the kernels. Same bytes for any kernel and any number of threads."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from geo.errors import PlanningDataError
from geo.movement.kernels import search
from geo.movement.kernels.graph import FAR, Graph
from geo.movement.kernels.search import Rows
from geo.movement.links import Links
from geo.movement.network import Network

UNREACHED = FAR
FARTHEST_DS = 2**30
CHUNK = 256  # origins a task; results do not depend on it

Ints = NDArray[np.int32]
Result = TypeVar("Result")


def times(
    network: Network,
    mode: str,
    origins: Links,
    destinations: Links,
    limit_ds: int = FARTHEST_DS,
    *,
    direct: Links | None = None,
    threads: int | None = None,
) -> Ints:
    """Fastest times [origins, destinations] in int32 deciseconds, `UNREACHED` beyond ``limit_ds``.

    ``origins`` and ``destinations`` link points to nodes; the links' own times are part of the result. ``direct`` adds times of
    pairs that need no node between them (`along_one_edge`). The smaller side is searched from, so 5,000 × 500 costs 500 searches.
    """
    limit = _checked_limit(limit_ds)
    _check_places(network, origins, destinations)
    if destinations.points < origins.points:
        found = np.ascontiguousarray(_times(network.graph(mode, reverse=True), destinations, origins, limit, threads).T)
    else:
        found = _times(network.graph(mode), origins, destinations, limit, threads)
    if direct is not None:
        near = direct.within(limit)
        found[near.point(), near.place] = np.minimum(found[near.point(), near.place], near.ds)
    return found


def _times(graph: Graph, origins: Links, destinations: Links, limit: int, threads: int | None) -> Ints:
    out = np.full((origins.points, destinations.points), UNREACHED, np.int32)
    arrivals = rows_of(destinations.transposed())
    buckets = bucket_count(graph, origins, limit)

    def task(low: int, high: int) -> None:
        search.times(graph, rows_of(origins, low, high), arrivals, limit, buckets, out[low:high])

    run(task, origins.points, threads)
    return out


def node_links(network: Network) -> Links:
    """Every node as a point linked to itself at no time."""
    n = len(network.node_xy)
    return Links.from_pairs(np.arange(n), np.arange(n), np.zeros(n, np.int32), (n, n))


def run(task: Callable[[int, int], Result], count: int, threads: int | None, chunk: int = CHUNK) -> list[Result]:
    """``task(low, high)`` over fixed chunks of ``count`` items on a thread pool; results in the order of the chunks."""
    spans = [(low, min(low + chunk, count)) for low in range(0, count, chunk)]
    workers = min(len(spans), threads or usable_threads())
    if workers <= 1:
        return [task(low, high) for low, high in spans]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda span: task(*span), spans))


def usable_threads() -> int:
    """Processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def rows_of(links: Links, low: int = 0, high: int | None = None) -> Rows:
    """Some rows of links as the kernels take them: read-only views."""
    ptr = links.ptr[low : links.points + 1 if high is None else high + 1]
    return Rows(_read_only(ptr), _read_only(links.place), _read_only(links.ds))


def bucket_count(graph: Graph, origins: Links, limit: int) -> int:
    """Buckets for a search: a power of two above every usable arc and every head start."""
    widest = max((int(values.max()) for values in (graph.ds, origins.ds) if len(values)), default=1)
    return max(64, 1 << min(widest, limit).bit_length())


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def _checked_limit(limit_ds: int) -> int:
    if not 0 <= limit_ds <= FARTHEST_DS:
        raise PlanningDataError("E-NET-09", "the limit is no usable time.", seen=limit_ds, mend=f"give 0 … {FARTHEST_DS} ds.")
    return int(limit_ds)


def _check_places(network: Network, *sides: Links) -> None:
    for links in sides:
        if links.places != len(network.node_xy):
            mend = "snap the points to this very network."
            raise PlanningDataError("E-NET-10", "the links belong to another network.", seen=links.places, mend=mend)
