"""Work in fixed chunks on a thread pool, and arrays in the form the kernels take."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import PlanningDataError
from geo.movement.arcs import LONGEST_DS
from geo.movement.kernels.graph import Graph
from geo.movement.kernels.search import Rows
from geo.movement.links import Links
from geo.movement.network import Network

FARTHEST_DS = 2**29  # 1.7 years: sums of two such times still fit into int32
CHUNK = 256  # origins a task; results do not depend on it

Result = TypeVar("Result")


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
    return Rows(read_only(ptr), read_only(links.place), read_only(links.ds))


def no_links(points: int, places: int) -> Links:
    """Links of points that reach nothing."""
    none = np.zeros(0, np.int32)
    return Links.from_pairs(none, none, none, (points, places))


def bucket_count(graph: Graph, starts: Links, limit: int) -> int:
    """Buckets for a search: a power of two above every usable arc and every head start."""
    widest = max((int(values.max()) for values in (graph.ds, starts.ds) if len(values)), default=1)
    return max(64, 1 << min(widest, limit).bit_length())


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """A contiguous read-only view, so that kernels are compiled once for frozen and loose arrays."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def checked_limit(limit_ds: int) -> int:
    """A time limit the kernels can hold; E-NET-09 otherwise."""
    if not 0 <= limit_ds <= FARTHEST_DS:
        raise PlanningDataError("E-NET-09", "the limit is no usable time.", seen=limit_ds, mend=f"give 0 … {FARTHEST_DS} ds.")
    return int(limit_ds)


def check_places(network: Network, *sides: Links) -> None:
    """Refuse links to the nodes of another network, and broken ones: kernels do not look where they reach (E-NET-10)."""
    for links in sides:
        if links.places != len(network.node_xy):
            mend = "snap the points to this very network."
            raise PlanningDataError("E-NET-10", "the links belong to another network.", seen=links.places, mend=mend)
        _check_links(links)


def checked_direct(direct: Links | None, origins: Links, destinations: Links) -> Links:
    """Direct pairs, or none; E-NET-10 if they belong to other points."""
    if direct is None:
        return no_links(origins.points, destinations.points)
    if (direct.points, direct.places) != (origins.points, destinations.points):
        mend = "make them with along_one_edge from the same origins and destinations."
        raise PlanningDataError(
            "E-NET-10", "the direct pairs belong to other points.", seen=(direct.points, direct.places), mend=mend
        )
    _check_links(direct)
    return direct


def _check_links(links: Links) -> None:
    if not len(links.place):
        return
    extremes = [int(value) for array in (links.place, links.ds) for value in (array.min(), array.max())]
    if extremes[0] < 0 or extremes[1] >= links.places or extremes[2] < 0 or extremes[3] > LONGEST_DS:
        mend = f"places must lie in 0 … {links.places - 1}, times in 0 … {LONGEST_DS} ds."
        raise PlanningDataError("E-NET-10", "a link leads nowhere or has no usable time.", seen=extremes, mend=mend)


def summable(worth: ArrayLike, places: int) -> NDArray[np.float64]:
    """Opportunities [places, columns] on a binary grid so fine that any sum of them is exact in float64, in whatever order.

    No value moves by more than 2^-51 of its column's total. Thus kernels that add in
    different orders give the same bytes. Errors: E-NET-11 wrong length, NaN or infinite.
    """
    values = np.asarray(worth, float)
    values = values[:, None] if values.ndim == 1 else values
    bad = np.flatnonzero(~np.isfinite(values).all(axis=1)) if values.ndim == 2 else np.zeros(0, np.intp)  # noqa: PLR2004 - a table
    if values.shape[:1] != (places,) or values.ndim != 2 or len(bad):  # noqa: PLR2004 - a table
        mend = f"give {places} finite numbers a column, one a destination."
        seen = values.shape if not len(bad) else values[bad[0]].tolist()
        raise PlanningDataError(
            "E-NET-11", "the opportunities can not be added up.", feature_ids=bad.tolist(), seen=seen, mend=mend
        )
    total = np.abs(values).sum(axis=0)
    grain = np.exp2(np.ceil(np.log2(np.where(total > 0, total, 1.0))) + 1 - 52)
    return np.ascontiguousarray(np.round(values / grain) * grain)
