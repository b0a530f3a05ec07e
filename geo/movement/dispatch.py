"""Which kernel serves a question best, and running it. The choice changes the time it takes, never the result."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.errors import PlanningDataError
from geo.movement.arcs import LONGEST_DS
from geo.movement.chunks import CHUNK, bucket_count, no_links, rows_of, run, usable_threads
from geo.movement.hierarchy import has_hierarchy, linked_nodes, sides
from geo.movement.kernels import neighbours, phast, reach, search
from geo.movement.kernels.graph import FAR
from geo.movement.kernels.vectors import LANES
from geo.movement.links import Links
from geo.movement.network import Network

KERNELS = ("search", "lanes", "hierarchy")
SAMPLE = 8
# Measured on one core, in nanoseconds; only their proportions matter.
SEARCH_NODE_NS = 75.0  # a node settled by one search
LANES_NODE_NS = 200.0  # a node swept for 32 neighbours at once
SWEEP_NODE_NS = 2.0  # a node swept for one origin on the hierarchy
PLACE_NS = 2.0  # a destination looked up for one origin after the sweep
BUILD_NODE_NS = 11_000.0  # a node contracted

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


class Question(NamedTuple):
    """Origins → destinations within a limit on one mode of a network, forwards or on the reversed arcs."""

    network: Network
    mode: str
    origins: Links
    destinations: Links
    limit: int
    reverse: bool = False


def cheapest(question: Question, *, with_lanes: bool) -> str:
    """The kernel with the least estimated effort: a few origins are searched from to see how far the limit reaches."""
    network, mode, origins, destinations, limit, reverse = question
    if not origins.points:
        return "search"
    n = len(network.node_xy)
    reached = origins.points * _sampled(question, 1)
    sweep = n * SWEEP_NODE_NS + destinations.points * PLACE_NS
    build = 0.0 if has_hierarchy(network, mode) else n * BUILD_NODE_NS
    effort = {"search": reached * SEARCH_NODE_NS, "hierarchy": build + origins.points * sweep}
    if with_lanes and limit <= neighbours.LONGEST and not reverse and effort["search"] < effort["hierarchy"] * LANES:
        effort["lanes"] = -(-origins.points // LANES) * _sampled(question, LANES) * LANES_NODE_NS
    return min(effort, key=lambda name: effort[name])


def reached_share(question: Question) -> float:
    """Share of the network's nodes that an origin reaches within the limit, from a few of them."""
    nodes = len(question.network.node_xy)
    return _sampled(question, 1) / nodes if nodes and question.origins.points else 0.0


def _one_or_lanes(question: Question) -> str:
    if question.origins.points < LANES or question.limit > LONGEST_DS:
        return "search"
    sweep_ns = LANES_NODE_NS * (1 if question.limit <= neighbours.LONGEST else 2)
    return "lanes" if _sampled(question, LANES) * sweep_ns < LANES * _sampled(question, 1) * SEARCH_NODE_NS else "search"


def _sampled(question: Question, together: int) -> float:
    """Mean number of nodes reached by groups of ``together`` neighbouring origins."""
    origins = question.origins
    ordered = neighbours_first(origins) if together > 1 else np.arange(origins.points)
    groups = np.unique(np.linspace(0, max(0, origins.points - together), SAMPLE).astype(int))
    picked = origins.rows(np.concatenate([ordered[g : g + together] for g in groups]))
    size = min(together, origins.points)
    merged = Links.from_pairs(picked.point() // size, picked.place, picked.ds, (len(groups), origins.places))
    graph = question.network.graph(question.mode, reverse=question.reverse)
    buckets = bucket_count(graph, merged, question.limit)
    return float(search.nodes_reached(graph, rows_of(merged), question.limit, buckets)) / len(groups)


def run_times(question: Question, threads: int | None, kernel: str | None) -> Ints:
    """Times [origins, destinations] by the chosen kernel."""
    network, mode, origins, destinations, limit, reverse = question
    chosen = _checked(kernel, ("search", "hierarchy")) or cheapest(question, with_lanes=False)
    out = np.full((origins.points, destinations.points), FAR, np.int32)
    if chosen == "hierarchy":
        up, down, order = sides(network, mode, reverse=reverse)
        sweep = phast.wanted_sweep(down, order, linked_nodes(destinations))
        places, far = rows_of(destinations), _far(limit)

        def sweep_down(low: int, high: int) -> None:
            phast.phast_times(up, sweep, rows_of(origins, low, high), places, limit, far, out[low:high])

        run(sweep_down, origins.points, threads, chunk=_batches(origins.points, threads))
        return out
    graph = network.graph(mode, reverse=reverse)
    arrivals = rows_of(destinations.transposed())
    buckets = bucket_count(graph, origins, limit)

    def search_each(low: int, high: int) -> None:
        search.times(graph, rows_of(origins, low, high), arrivals, limit, buckets, out[low:high])

    run(search_each, origins.points, threads, chunk=_shares(origins.points, threads))
    return out


def run_sums(question: Question, direct: Links, worth: Floats, cutoffs: Ints, threads: int | None, kernel: str | None) -> Floats:
    """Sums [origins, cutoffs, columns] by the chosen kernel; ``cutoffs`` ascending, the last one the limit."""
    network, mode, origins, destinations, limit, _ = question
    known = KERNELS if limit <= neighbours.LONGEST else ("search", "hierarchy")
    chosen = _checked(kernel, known) or cheapest(question, with_lanes=True)
    out = np.zeros((origins.points, len(cutoffs), worth.shape[1]))
    if chosen == "hierarchy":
        up, down, order = sides(network, mode, reverse=False)
        sweep = phast.wanted_sweep(down, order, linked_nodes(destinations))
        places, far = rows_of(destinations), _far(limit)

        def sweep_down(low: int, high: int) -> None:
            near = rows_of(direct.rows(np.arange(low, high)).transposed())
            phast.phast_sums(up, sweep, rows_of(origins, low, high), places, near, worth, cutoffs, far, out[low:high])

        run(sweep_down, origins.points, threads, chunk=_batches(origins.points, threads))
        return out
    graph = network.graph(mode)
    arrivals = rows_of(destinations.transposed())
    buckets = bucket_count(graph, origins, limit)
    position = neighbours_first(origins) if chosen == "lanes" else np.arange(origins.points)
    sorted_origins, sorted_direct = (links.rows(position) if chosen == "lanes" else links for links in (origins, direct))
    add_up = neighbours.reach_sums_of_neighbours if chosen == "lanes" else reach.reach_sums

    def search_each(low: int, high: int) -> None:
        some, near = rows_of(sorted_origins, low, high), rows_of(sorted_direct, low, high)
        add_up(graph, some, arrivals, near, worth, cutoffs, buckets, out[low:high])

    run(search_each, origins.points, threads, chunk=_batches(origins.points, threads) if chosen == "lanes" else 256)
    back = np.empty_like(out)
    back[position] = out
    return back


def run_links(question: Question, direct: Links, threads: int | None, kernel: str | None) -> Links:
    """Links origin → destination by the chosen kernel."""
    network, mode, origins, destinations, limit, _ = question
    chosen = _checked(kernel, ("search", "lanes")) or _one_or_lanes(question)
    graph = network.graph(mode)
    arrivals = rows_of(destinations.transposed())
    buckets = bucket_count(graph, origins, limit)
    position = neighbours_first(origins) if chosen == "lanes" else np.arange(origins.points)
    sorted_origins, sorted_direct = (links.rows(position) if chosen == "lanes" else links for links in (origins, direct))
    far: Any = np.empty(0, np.uint16 if limit <= neighbours.LONGEST else np.int32)
    limits = destinations.points, limit, buckets

    together: Any = neighbours.places_within_of_neighbours

    def find(low: int, high: int) -> Links:
        some, near = rows_of(sorted_origins, low, high), rows_of(sorted_direct, low, high)
        if chosen == "lanes":
            counts, place, ds = together(graph, some, arrivals, near, *limits, far)
        else:
            counts, place, ds = reach.places_within(graph, some, arrivals, near, *limits)
        return Links.from_rows(counts, place, ds, destinations.points)

    chunk = _batches(origins.points, threads) if chosen == "lanes" else _shares(origins.points, threads)
    links = Links.stacked([no_links(0, destinations.points), *run(find, origins.points, threads, chunk=chunk)])
    return links.rows(np.argsort(position)) if chosen == "lanes" else links


def neighbours_first(links: Links) -> NDArray[np.intp]:
    """Points in the order of their first node, hence along the Hilbert curve; points without a link last."""
    first = np.full(links.points, links.places)
    linked = np.flatnonzero(np.diff(links.ptr) > 0)
    first[linked] = links.place[links.ptr[linked]]
    return np.argsort(first, kind="stable")


def _batches(count: int, threads: int | None) -> int:
    """Origins a task: whole batches of lanes, about four tasks a thread."""
    tasks = 4 * (threads or usable_threads())
    return max(1, -(-count // (tasks * LANES))) * LANES


def _shares(count: int, threads: int | None) -> int:
    """Origins a task where each is searched on its own: a few tasks a thread, few enough that their rooms cost little."""
    return max(1, min(CHUNK, -(-count // (4 * (threads or usable_threads())))))


def _far(limit: int) -> NDArray[Any]:
    """The time of a lane not reached; its type is that of the lanes."""
    return np.array([limit + 1], np.uint16) if limit <= phast.SHORT else np.array([phast.DISTANT], np.int32)


def _checked(kernel: str | None, known: tuple[str, ...]) -> str | None:
    if kernel is not None and kernel not in known:
        raise PlanningDataError(
            "E-NET-12", "this kernel can not be used here.", seen=kernel, mend=f"leave it out, or one of {', '.join(known)}."
        )
    return kernel
