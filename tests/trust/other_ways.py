"""The same question answered another way: timetables by a search of every trip, networks by other libraries, areas three ways."""

from __future__ import annotations

import importlib.util

import numpy as np
import shapely
from geopandas import GeoDataFrame

import geo
from geo.movement import CLOSED, UNREACHED, links_within, node_links, times, transit_times
from tests.geo.random_networks import CORNER, oracle, random_network
from tests.geo.test_transit import brute_force, in_stop_order, random_links, random_trips, timetable_of
from tests.trust.rounds import Round

ORIGINS, ENDS, MINUTES = 6, 4, 42  # 1,008 queries a timetable
MORNING = 8 * 3600


def timetables(amount: int) -> Round:
    """``amount`` random timetables, each asked from 6 places to 4 in each of 42 minutes; every trip is tried at every stop."""
    found = Round("journeys equal a search that tries every trip at every stop, to the second")
    for seed in range(amount):
        rng = np.random.default_rng([seed, 11])
        stops = int(rng.integers(3, 9))
        trips = random_trips(rng, stops, MORNING)
        lists = (
            random_links(rng, (ORIGINS, stops), 0.4, 4000),
            random_links(rng, (stops, stops), 0.3, 3000),
            random_links(rng, (stops, ENDS), 0.4, 4000),
            random_links(rng, (ORIGINS, ENDS), 0.3, 30000),
        )
        every = tuple(100 * (n + 1) / MINUTES for n in range(MINUTES))
        slack, rides = int(rng.integers(0, 90)), int(rng.integers(1, 5))
        timetable = timetable_of(trips, stops)
        asked = {"departure_s": MORNING, "window_min": MINUTES, "percentiles": every, "limit_min": 60}
        links = in_stop_order(timetable, lists)
        wanted = brute_force(trips, lists, MORNING, MINUTES, every, 60, slack, rides)
        for engine in ("lanes", "raptor"):
            seen = transit_times(timetable, **links, **asked, board_slack_s=slack, max_rides=rides, engine=engine)
            wrong = int((seen != wanted).sum())
            found.check(not wrong, f"timetable {seed}, {engine}: {wrong} of {wanted.size} queries")
    found.said = f"{amount * ORIGINS * ENDS * MINUTES:,} queries by two engines"
    return found


def networks(amount: int) -> Round:
    """``amount`` random directed networks: the search, the hierarchy and the lanes beside scipy, networkx and igraph."""
    others = [name for name in ("networkx", "igraph") if importlib.util.find_spec(name)]
    found = Round("times on streets equal those of other libraries, to a tenth of a second")
    pairs = 0
    for seed in range(amount):
        network, arcs = random_network(seed, longest=[60, 5_000][seed % 2])
        count = len(network.node_xy)
        every, wanted = node_links(network), oracle(arcs, count)
        pairs += wanted.size
        for kernel in ("search", "hierarchy"):
            seen = times(network, "car", every, every, threads=1, kernel=kernel)
            found.check(np.array_equal(seen, wanted), f"network {seed}: {kernel}")
        limit = int(wanted[wanted < UNREACHED].max(initial=1)) // 2
        for kernel in ("search", "lanes"):
            near = links_within(network, "car", every, every, limit, threads=1, kernel=kernel)
            dense = np.full((count, count), UNREACHED, np.int32)
            dense[near.point(), near.place] = near.ds
            found.check(np.array_equal(dense, np.where(wanted <= limit, wanted, UNREACHED)), f"network {seed}: links, {kernel}")
        for name in others:
            found.check(np.array_equal(LIBRARIES[name](arcs, count), wanted), f"network {seed}: {name}")
    missing = sorted({"networkx", "igraph"} - set(others))
    found.said = f"{pairs:,} pairs; scipy, {', '.join(others)}" + (f"; not installed: {', '.join(missing)}" if missing else "")
    return found


def _by_networkx(arcs: tuple[np.ndarray, ...], count: int) -> np.ndarray:
    import networkx as nx  # noqa: PLC0415 - where it is installed

    graph = nx.DiGraph()
    graph.add_nodes_from(range(count))
    for tail, head, ds in zip(*(part.tolist() for part in arcs), strict=True):
        if ds != CLOSED and ds < graph.get_edge_data(tail, head, {"weight": np.inf})["weight"]:
            graph.add_edge(tail, head, weight=ds)
    out = np.full((count, count), UNREACHED, np.int32)
    for start, ends in nx.all_pairs_dijkstra_path_length(graph):
        out[start, list(ends)] = list(ends.values())
    return out


def _by_igraph(arcs: tuple[np.ndarray, ...], count: int) -> np.ndarray:
    import igraph  # noqa: PLC0415 - where it is installed

    tail, head, ds = (part[arcs[2] != CLOSED].tolist() for part in arcs)
    graph = igraph.Graph(count, list(zip(tail, head, strict=True)), directed=True)
    away = np.array(graph.distances(weights=ds) if ds else np.where(np.eye(count), 0, np.inf), float)
    return np.where(np.isinf(away), UNREACHED, np.nan_to_num(away, posinf=0)).astype(np.int32)


LIBRARIES = {"networkx": _by_networkx, "igraph": _by_igraph}


def areas(amount: int) -> Round:
    """``amount`` random outlines with holes anywhere in the region: geodesic beside the equal-area plane and the official one."""
    found = Round("areas: geodesic and equal-area differ by less than a part in a million, the metric plane by less than 400")
    for seed in range(amount):
        draw = np.random.default_rng([seed, 5])
        turn = np.sort(draw.uniform(0, 2 * np.pi, int(draw.integers(5, 40))))
        far = draw.uniform(0.4, 1, len(turn)) * draw.uniform(50, 5_000)
        centre = CORNER + draw.uniform(-40_000, 40_000, 2)
        ring = centre + np.column_stack([np.cos(turn), np.sin(turn)]) * far[:, None]
        shape = shapely.Polygon(ring, [centre + (ring - centre) * 0.3]).buffer(0)
        if shape.is_empty or shape.area < 1:
            continue
        frame = GeoDataFrame(geometry=[shapely.segmentize(shape, 50.0)], crs=geo.METRIC)
        geodesic, plane = geo.area_ha(frame).iloc[0], frame.area.iloc[0] / 1e4
        equal = geo.to_crs(frame, geo.EQUAL_AREA).area.iloc[0] / 1e4
        found.check(abs(equal / geodesic - 1) < 1e-6, f"outline {seed}: equal-area is off by {equal / geodesic - 1:.1e}")
        found.check(abs(plane / geodesic - 1) < 4e-4, f"outline {seed}: the plane is off by {plane / geodesic - 1:.1e}")
    return found
