"""Times between places: what holds of them whatever the city."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame, points_from_xy
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

import analyses
from geo.movement import CLOSED, UNREACHED, Links, NearestEdge, Network, times
from tests.relations.cities import PEAK, City, moved
from tests.relations.register import asked_for, holds, relation

ROUNDED_MIN = 0.02  # each part of a way is rounded to tenths of a second
SAMPLE = 40


def weights(city: City) -> list[str]:
    """Under what name the streets keep the times of the modes that use them."""
    here = city.transport
    names = [here.hours.weights(mode, PEAK.hour) for mode in city.modes if mode not in {"walk", "transit"}]
    return [*names, *[mode for mode in here.streets.modes if mode == "walk"]]


def some_nodes(city: City, what: int = 1) -> np.ndarray:
    """Junctions drawn by lot."""
    count = len(city.transport.streets.node_xy)
    return np.sort(city.draw(what).choice(count, min(SAMPLE, count), replace=False))


def between(streets: Network, mode: str, nodes: np.ndarray, others: np.ndarray | None = None, **options: object) -> np.ndarray:
    """Exact deciseconds from node to node, int64."""
    start, end = (_at(streets, some) for some in (nodes, nodes if others is None else others))
    return times(streets, mode, start, end, **options).astype(np.int64)


def _at(streets: Network, nodes: np.ndarray) -> Links:
    return Links.from_pairs(np.arange(len(nodes)), nodes, np.zeros(len(nodes), int), (len(nodes), len(streets.node_xy)))


def with_times(streets: Network, change: object) -> Network:
    """The network with the times of its arcs as ``change(ds)`` makes them."""
    edges = streets.edges
    assert edges is not None
    ds = {mode: np.where(old == CLOSED, CLOSED, change(old)).astype(np.int32) for mode, old in edges.ds.items()}  # type: ignore[operator]
    return Network.from_edges(streets.node_xy, streets.crs, edges.tail, edges.head, ds, node_id=streets.node_id)


@holds("Nobody takes any time to the place where he is, in any mode, however far from a street")
def no_time_to_oneself(city: City) -> None:
    low, high = city.transport.streets.node_xy.min(axis=0), city.transport.streets.node_xy.max(axis=0)
    xy = city.draw(2).uniform(low - 900, high + 900, (60, 2))
    anywhere = GeoDataFrame(index=[f"q{n}" for n in range(len(xy))], geometry=points_from_xy(*xy.T), crs=city.transport.crs)
    for mode in city.modes:
        for found in (city.times(mode), city.times(mode, zones=anywhere)):
            for layer in found.minutes:
                nowhere = np.isinf(layer).all(axis=1)  # the reason says so
                assert (np.diag(layer)[~nowhere] == 0).all(), mode
                assert found.joined["reason"].to_numpy()[nowhere].all(), mode


@holds("The way to where one is has no length, no time and no ride, off the streets too")
def no_way_to_oneself(city: City) -> None:
    off = city.transport.streets.node_xy.min(axis=0) - [150.0, 100.0]
    twice = GeoDataFrame(index=["a", "b"], geometry=points_from_xy(*np.array([off, off]).T), crs=city.transport.crs)
    if city.modes[0] != "walk":
        row = analyses.corridor_times(city.transport, twice, modes=city.modes[:1], departure=PEAK).iloc[0]
        reached = np.isfinite(city.times(city.modes[0], zones=twice).minutes[0, 0, 1])
        assert not reached or (row["distance_km"], row["travel_time_min"]) == (0, 0)
        assert np.isnan(row["mean_speed_kmh"])
    asked_for("transit" in city.modes)
    legs = analyses.itinerary(city.transport, twice.iloc[[0]], twice.iloc[[1]], departure=PEAK)
    assert set(legs["kind"]) <= {"walk"}
    assert legs["duration_min"].sum() == 0


@holds("No way between two junctions is longer than one over a third")
def triangles_of_junctions(city: City) -> None:
    for mode in weights(city):
        found = between(city.transport.streets, mode, some_nodes(city))
        for middle in range(len(found)):
            over = found[:, [middle]] + found[[middle]]
            assert (found <= over)[over < UNREACHED].all(), mode


@holds("No way between two places is longer than one over a third, but for the rounding of its parts")
def triangles_of_places(city: City) -> None:
    asked_for(isinstance(city.transport.joining, NearestEdge))  # local streets are used up to a distance alone
    for mode in set(city.modes) - {"transit"}:
        found = city.times(mode).at(50).astype(float)[:, :SAMPLE][:SAMPLE]
        for middle in range(len(found)):
            over = found[:, [middle]] + found[[middle]]
            assert (found <= np.where(over <= city.limit_min - 1, over + ROUNDED_MIN, np.inf)).all(), mode


@holds("On streets walked both ways there and back take the same time")
def there_and_back(city: City) -> None:
    asked_for(city.drawn)
    nodes = some_nodes(city)
    found = between(city.transport.streets, "walk", nodes)
    assert np.array_equal(found, found.T)
    minutes = city.times("walk").at(50).astype(float)
    both = np.isfinite(minutes) & np.isfinite(minutes.T)
    assert (np.abs(minutes[both] - minutes.T[both]) <= ROUNDED_MIN).all()


@holds("Searching, the hierarchy and scipy give the same times to the tenth of a second")
def kernels_agree(city: City) -> None:
    streets = city.transport.streets
    nodes, ends = some_nodes(city, 3)[:12], some_nodes(city, 4)
    for mode in weights(city):
        searched = between(streets, mode, nodes, ends, kernel="search")
        assert np.array_equal(searched, between(streets, mode, nodes, ends, kernel="hierarchy")), mode
        ds, some = streets.ds[mode], streets.ds[mode] != CLOSED
        graph = coo_array((ds[some], (streets.tail[some], streets.head[some])), shape=(len(streets.node_xy),) * 2).tocsr()
        wanted = dijkstra(graph, indices=nodes)[:, ends]
        assert np.array_equal(np.where(np.isinf(wanted), UNREACHED, np.nan_to_num(wanted, posinf=0)), searched), mode


@holds("What is not reached is null, never a large number, and nothing lies beyond the limit")
def unreached_is_null(city: City) -> None:
    for mode in city.modes:
        found = city.times(mode)
        assert ((found.minutes <= city.limit_min) | np.isinf(found.minutes)).all()
        assert (found.minutes >= 0).all()
        pairs = found.to_frame()
        assert len(pairs) == np.isfinite(found.minutes[0]).sum()
        assert pairs.filter(like="travel_time").max().max() <= city.limit_min
        nearest = analyses.time_to_nearest(_only(found, 1), opportunities=(city.jobs > 10**9).astype(int))
        assert nearest.isna().all().all()


@holds("Percentiles come in their order")
def percentiles_ascend(city: City) -> None:
    for mode in city.modes:
        minutes = city.times(mode).minutes
        assert (minutes[:-1] <= minutes[1:]).all(), mode


@holds("Transit is never slower than walking all the way")
def transit_or_walk(city: City) -> None:
    asked_for("transit" in city.modes)
    assert (city.times("transit").minutes <= city.times("walk").minutes + 1 / 60 + 1e-4).all()  # transit counts whole seconds


@holds("Who leaves later never arrives earlier")
def later_is_not_earlier(city: City) -> None:
    asked_for("transit" in city.modes)
    before = None
    for minute in range(4):
        leaves = analyses.Departure(f"08:0{minute}", window_min=1)
        arrives = city.times("transit", departure=leaves, draws=1).at().astype(float) + minute
        if before is not None:
            both = np.isfinite(arrives) & np.isfinite(before)
            assert (arrives >= before - 1e-4)[both].all()
        before = arrives


@relation("The percentiles of a window are those of its minutes asked one by one")
def windows_are_their_minutes(city: City) -> None:
    asked_for("transit" in city.modes)
    window = city.times("transit", departure=analyses.Departure("08:00", 4, (25, 50, 100)), draws=1).minutes
    single = [city.times("transit", departure=analyses.Departure(f"08:0{m}", 1), draws=1).at() for m in range(4)]
    assert np.array_equal(window, np.sort(np.stack(single), axis=0)[[0, 1, 3]])


@relation("A shorter limit leaves out the pairs beyond it and changes no other bit")
def a_limit_only_cuts(city: City) -> None:
    for mode in city.modes:
        whole = city.times(mode).minutes
        assert np.array_equal(city.times(mode, limit_min=17).minutes, np.where(whole <= 17, whole, np.inf)), mode


@relation("A larger limit leaves every time that was told as it was")
def a_limit_only_adds(city: City) -> None:
    for mode in city.modes:
        told = city.times(mode).minutes
        more = city.times(mode, limit_min=city.limit_min + 20).minutes
        assert np.array_equal(more[np.isfinite(told)], told[np.isfinite(told)]), mode
        assert (more[np.isinf(told)] > city.limit_min).all(), mode


@relation("All times twice as long make every result twice as long")
def twice_the_times(city: City) -> None:
    streets, nodes = city.transport.streets, some_nodes(city)
    twice = with_times(streets, lambda ds: 2 * ds)
    for mode in weights(city):
        once = between(streets, mode, nodes)
        wanted = np.where(once == UNREACHED, UNREACHED, 2 * once)
        again = twice.nodes(streets.node_id[nodes])
        assert np.array_equal(between(twice, mode, again), wanted), mode


@relation("A quarter that is cut off reaches nobody outside, and nobody outside reaches it")
def cut_off(city: City) -> None:
    streets, mode = city.transport.streets, weights(city)[0]
    away = np.hypot(*(streets.node_xy - streets.node_xy[int(city.draw(6).integers(0, len(streets.node_xy)))]).T)
    inside = away <= np.quantile(away, 0.2)
    edges = streets.edges
    assert edges is not None
    ds = np.where(inside[edges.tail] != inside[edges.head], CLOSED, edges.ds[mode]).astype(np.int32)
    cut = Network.from_edges(streets.node_xy, streets.crs, edges.tail, edges.head, {mode: ds}, node_id=streets.node_id)
    nodes = some_nodes(city)
    again = cut.nodes(streets.node_id[nodes])
    found, before = between(cut, mode, again), between(streets, mode, nodes)
    assert (found[np.ix_(inside[nodes], ~inside[nodes])] == UNREACHED).all()
    assert (found[np.ix_(~inside[nodes], inside[nodes])] == UNREACHED).all()
    assert (found >= before).all()


@relation("Faster walkers, fewer rides forbidden and less slack never make a way longer")
def easier_is_not_slower(city: City) -> None:
    fast = city.times("walk", walk_speed_kmh=6.0).minutes
    assert (fast <= city.times("walk").minutes).all()
    asked_for("transit" in city.modes)
    usual = city.times("transit").minutes
    assert (city.times("transit", walk_speed_kmh=6.0).minutes <= usual).all()
    assert (city.times("transit", board_slack_s=0).minutes <= usual).all()
    assert (city.times("transit", max_rides=1).minutes >= usual).all()


@relation("Threads, and who else is asked for, change no bit")
def alone_or_together(city: City) -> None:
    some = city.draw(5).permutation(len(city.zones))[:7]
    for mode in city.modes:
        whole = city.times(mode)
        assert np.array_equal(city.times(mode, threads=3).minutes, whole.minutes), mode
        part = city.times(mode, zones=city.zones.iloc[some])
        assert np.array_equal(part.minutes, whole.minutes[:, some][:, :, some]), mode


@relation("Other names of the zones change no time")
def names_do_not_matter(city: City) -> None:
    renamed = city.zones.set_axis([f"Ω{n % 7}{n}" for n in range(len(city.zones))])
    for mode in city.modes:
        assert np.array_equal(city.times(mode, zones=renamed).minutes, city.times(mode).minutes), mode


@relation("The order in which streets and lines are given changes no bit")
def order_does_not_matter(city: City) -> None:
    asked_for(city.drawn)
    assert city.drawn is not None
    mixed = city.draw(7).permutation(len(city.drawn.streets))
    other = replace(city.drawn, lines=city.drawn.lines[::-1]).transport(order=mixed)
    for mode in city.modes:
        if mode == "transit":  # the draws of headway lines go by the line's name
            same = city.times(mode, other, draws=1), city.times(mode, draws=1)
        else:
            same = city.times(mode, other), city.times(mode)
        assert np.array_equal(same[0].minutes, same[1].minutes), mode


@relation("The same city elsewhere on the plane, or turned by a right angle, has the same times to the last bit")
def plane_moved_and_turned(city: City) -> None:
    asked_for(city.drawn)
    points = city.zones.set_geometry(city.zones.geometry.bounds[["minx", "miny"]].pipe(lambda b: points_from_xy(*b.to_numpy().T)))
    here = replace(city, zones=points.set_crs(city.zones.crs), known={})
    for turn, shift in (
        ([[1, 0], [0, 1]], [4096.0, -2048.0]),
        ([[0, -1], [1, 0]], [0.0, 0.0]),
        ([[-1, 0], [0, -1]], [512.0, 64.0]),
    ):
        there = moved(here, np.array(turn, float), np.array(shift))
        for mode in city.modes:
            assert np.array_equal(there.times(mode).minutes, here.times(mode).minutes), (mode, turn, shift)


@relation("A matrix block by block is the matrix")
def blocks_are_the_whole(city: City) -> None:
    for mode in city.modes:
        parts = city.times(mode, blocks=analyses.Blocks())
        parts.__dict__["rows"] = 11
        one, other = (analyses.opportunities_within(given, city.jobs, [10, 25]) for given in (parts, city.times(mode)))
        pd.testing.assert_frame_equal(one, other, check_exact=True)


@relation("Times from unit to unit are the weighted means of the matrix of their zones")
def units_are_their_zones(city: City) -> None:
    found, people, jobs = _only(city.times(city.modes[0]), 1), city.people, city.jobs
    units = pd.Series([f"u{n % 3}" for n in range(len(city.zones))], city.zones.index)
    table = analyses.unit_times(found, units, from_weights=people, to_weights=jobs)
    minutes, weight = found.at().astype(float), np.outer(people, jobs).astype(float)
    for here in range(3):
        for there in range(3):
            pairs = np.outer(units == f"u{here}", units == f"u{there}")
            made = weight * (pairs & np.isfinite(minutes))
            row = table.loc[(f"u{here}", f"u{there}")]
            assert np.isclose(row["reached_pct"], 100 * made.sum() / (weight * pairs).sum())
            if made.sum() > 0:
                assert np.isclose(row["travel_time_min"], (made * np.where(np.isfinite(minutes), minutes, 0)).sum() / made.sum())


@relation("Sections of a corridor have the times of the matrix")
def corridors_are_rows_of_the_matrix(city: City) -> None:
    mode = city.modes[0]
    asked_for(mode != "walk")
    some = city.zones.iloc[city.draw(8).permutation(len(city.zones))[:4]]
    found = analyses.corridor_times(city.transport, some, modes=[mode], departure=PEAK)
    matrix = city.times(mode, zones=some, limit_min=600).minutes[0]
    place = pd.Index(some.index)
    for row in found.itertuples():
        wanted = matrix[place.get_loc(row.from_id), place.get_loc(row.to_id)]
        assert np.isclose(row.travel_time_min, wanted, atol=1e-3) or (np.isnan(row.travel_time_min) and np.isinf(wanted))
        assert np.isnan(row.distance_km) or row.distance_km >= row.straight_km - 1e-6


@relation("Areas reached hold exactly the places reached, and the longer ones hold the shorter")
def areas_hold_what_is_reached(city: City) -> None:
    mode = city.modes[0]
    home = city.zones.iloc[[int(city.draw(9).integers(0, len(city.zones)))]].copy()
    home = home.set_geometry(home.geometry.centroid)
    areas = analyses.isochrones(city.transport, home, [2, 4], mode=mode, departure=PEAK_ONCE, cell_m=100)
    near, far = areas.geometry
    assert near.is_valid
    assert far.is_valid
    assert near.difference(far).area == 0
    start = home.to_crs(areas.crs).geometry.iloc[0]
    steps = city.draw(10).integers(-15, 16, (150, 2)) * 100.0
    cells = points_from_xy(start.x + steps[:, 0], start.y - steps[:, 1])
    minutes = analyses.travel_times(
        city.transport, home, GeoDataFrame(geometry=cells, crs=areas.crs), mode=mode, departure=PEAK_ONCE, limit_min=4
    ).at()[0]
    for cutoff, area in ((2, near), (4, far)):
        assert np.array_equal(cells.within(area), minutes <= cutoff), cutoff


PEAK_ONCE = analyses.Departure(PEAK.time, PEAK.window_min)


def _only(found: analyses.TravelTimes, layer: int) -> analyses.TravelTimes:
    """One percentile of them."""
    return replace(found, minutes=found.minutes[layer : layer + 1], percentiles=found.percentiles[layer : layer + 1])
