"""Every engine against a brute-force search over the loose trips, on many random cities."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from geo import PlanningDataError
from geo.movement import Line, Links, Timetable, itinerary, queries, transit_times
from geo.movement.assembly import Trip

ENGINES = ["lanes", "raptor"]
DAY = 86_400


def links(pairs, shape):
    """Links from (point, place, deciseconds)."""
    array = np.array(pairs, np.int32).reshape(-1, 3)
    return Links.from_pairs(*array.T, shape)


def stop_table(count):
    return pd.DataFrame({"stop_id": [f"s{i}" for i in range(count)], "stop_name": "", "x": np.arange(count) * 100.0, "y": 0.0})


def timetable_of(trips, stops, rules=None):
    return Timetable.from_trips(stop_table(stops), trips, crs="EPSG:9210", line_ids=("a",), line_names=("A",), rules=rules)


def random_trip(rng, stops):
    size = int(rng.integers(2, 6))
    sequence = rng.integers(0, stops, size)  # stops may repeat
    rights = np.where(rng.random(size) < 0.85, 1, 0) + np.where(rng.random(size) < 0.85, 2, 0)
    arrival = np.cumsum(rng.integers(0, 400, size))
    departure = np.minimum(arrival + rng.integers(0, 60, size), np.append(arrival[1:], 10**6))
    shift = int(departure[0])
    return Trip(
        sequence.astype(np.int32),
        rights.astype(np.uint8),
        (arrival - shift).astype(np.int32),
        (departure - shift).astype(np.int32),
        0,
    )


def random_trips(rng, stops, start):
    """Groups of trips on the same stops with differing running times, so that many overtake."""
    trips = []
    for _ in range(int(rng.integers(1, 7))):
        base = random_trip(rng, stops)
        for _ in range(int(rng.integers(1, 7))):
            stretch = float(rng.choice([0.5, 1, 1, 2]))
            arrival, departure = (np.floor(times * stretch).astype(np.int32) for times in (base.arrival, base.departure))
            trips.append(Trip(base.stops, base.rights, arrival, departure, 0, start=start + int(rng.integers(-300, 2400))))
    return trips


def random_links(rng, shape, share, most_ds):
    chosen = np.argwhere(rng.random(shape) < share)
    return links(np.column_stack([chosen, rng.integers(0, most_ds, len(chosen))]), shape)


def as_dict(table):
    rows = {}
    for point, place, ds in zip(table.point().tolist(), table.place.tolist(), table.ds.tolist(), strict=True):
        rows.setdefault(point, []).append((place, -(-ds // 10)))
    return rows


def earliest(trips, access, transfers, leave, slack, rides, staying):
    """Earliest arrival by vehicle at each stop; every trip is tried at every stop in every round."""
    ready, arrived = {stop: leave + walk for stop, walk in access}, {}
    for _ in range(rides):
        came = {}
        for trip in trips:
            for i, stop in enumerate(trip.stops[:-1]):
                if trip.rights[i] & 1 and ready.get(stop, np.inf) + slack <= trip.start + trip.departure[i]:
                    for j in range(i + 1, len(trip.stops)):
                        if trip.rights[j] & 2:
                            time = trip.start + int(trip.arrival[j])
                            came[trip.stops[j]] = min(came.get(trip.stops[j], np.inf), time)
        for stop, time in came.items():
            arrived[stop] = min(arrived.get(stop, np.inf), time)
            onward = [(stop, staying.get(stop, 0))] + [(other, walk) for other, walk in transfers.get(stop, []) if other != stop]
            for other, walk in onward:
                ready[other] = min(ready.get(other, np.inf), time + walk)
    return arrived


def brute_force(trips, lists, departure, window, percentiles, limit, slack, rides, staying=None):
    """Minutes [percentile, origin, destination] the slow way; ``lists`` in the order of the trips' stop numbers."""
    access, transfers, egress, direct = (as_dict(table) for table in lists)
    origins, destinations = lists[0].points, lists[2].places
    times = np.full((window, origins, destinations), np.inf)
    for origin in range(origins):
        for minute in range(window):
            leave = departure + 60 * minute
            arrived = earliest(trips, access.get(origin, []), transfers, leave, slack, rides, staying or {})
            for destination, walk in direct.get(origin, []):
                times[minute, origin, destination] = walk
            for stop, time in arrived.items():
                for destination, walk in egress.get(stop, []):
                    times[minute, origin, destination] = min(times[minute, origin, destination], time + walk - leave)
    times[times > limit * 60] = np.inf
    ranks = [int(np.ceil(p / 100 * window - 1e-9)) - 1 for p in percentiles]
    return (np.sort(times, axis=0)[ranks] / 60).astype(np.float32)


def city(seed, departure=8 * 3600):
    rng = np.random.default_rng(seed)
    stops = int(rng.integers(3, 9))
    trips = random_trips(rng, stops, departure)
    lists = (
        random_links(rng, (3, stops), 0.4, 4000),
        random_links(rng, (stops, stops), 0.3, 3000),
        random_links(rng, (stops, 4), 0.4, 4000),
        random_links(rng, (3, 4), 0.3, 30000),
    )
    return trips, lists


def in_stop_order(timetable, lists):
    """The same links with stops numbered as the timetable numbers them."""
    new = np.argsort([int(stop[1:]) for stop in timetable.stop_ids]).astype(np.int32)
    access, transfers, egress, direct = lists
    stops = len(new)
    return {
        "access": Links.from_pairs(access.point(), new[access.place], access.ds, (access.points, stops)),
        "transfers": Links.from_pairs(new[transfers.point()], new[transfers.place], transfers.ds, (stops, stops)),
        "egress": Links.from_pairs(new[egress.point()], egress.place, egress.ds, (stops, egress.places)),
        "direct": direct,
    }


@pytest.mark.parametrize(("engine", "prune_from"), [("lanes", 0), ("lanes", 100), ("raptor", 100)])
@pytest.mark.parametrize("seed", range(40))
def test_engine_equals_brute_force_on_random_cities(engine, prune_from, seed, monkeypatch):
    monkeypatch.setattr(queries, "PRUNE_FROM", prune_from)
    trips, lists = city(seed)
    timetable = timetable_of(trips, lists[0].places)
    window, rides, slack = [(1, 1, 0), (9, 2, 60), (20, 4, 30)][seed % 3]
    seen = transit_times(
        timetable,
        **in_stop_order(timetable, lists),
        departure_s=8 * 3600,
        window_min=window,
        percentiles=(1, 50, 95, 100),
        limit_min=45,
        board_slack_s=slack,
        max_rides=rides,
        engine=engine,
    )
    wanted = brute_force(trips, lists, 8 * 3600, window, (1, 50, 95, 100), 45, slack, rides)
    np.testing.assert_array_equal(seen, wanted)


def big_city(seed):
    """Headway lines with periods, some exact, beside overtaking trips; links of all lengths."""
    rng = np.random.default_rng([seed, 99])
    stops, lines = 25, []
    for i in range(10):
        ids = tuple(f"s{k}" for k in rng.permutation(stops)[: rng.integers(2, 9)])
        cuts = np.sort(rng.choice(np.arange(6, 27), 3, replace=False)) * 3600
        periods = tuple((int(a), int(b), int(rng.integers(90, 1500))) for a, b in pairwise(cuts))
        line = Line(
            f"L{i}", "", ids, tuple(rng.integers(20, 400, len(ids) - 1)), periods, int(rng.integers(0, 40)), exact=i % 4 == 0
        )
        lines += [line, line.back()]
    fixed = timetable_of([t for k in range(3) for t in random_trips(rng, stops, (8 + k) * 3600)], stops)
    lists = (
        random_links(rng, (12, stops), 0.2, 20000),
        random_links(rng, (stops, stops), 0.1, 9000),
        random_links(rng, (stops, 9), 0.2, 20000),
        random_links(rng, (12, 9), 0.3, 90000),
    )
    return fixed, lines, lists


@pytest.mark.parametrize("seed", range(12))
def test_lanes_equal_raptor_with_headway_lines_long_windows_and_long_limits(seed, monkeypatch):
    fixed, lines, lists = big_city(seed)
    timetable = fixed.with_lines(lines)
    options = {
        "departure_s": [8 * 3600 + 17, 9 * 3600, 300][seed % 3],
        "window_min": [7, 64, 65, 150][seed % 4],
        "limit_min": [20, 90, 480][seed % 3],
        "percentiles": (100, 5, 33.3, 50, 95),
        "draws": 1 + seed % 3,
        "board_slack_s": 47 * (seed % 4),
        "max_rides": 1 + seed % 5,
    }
    at = in_stop_order(timetable, lists)
    textbook = transit_times(timetable, **at, **options, engine="raptor")
    monkeypatch.setattr(queries, "PRUNE_FROM", 0)
    lanes = transit_times(timetable, **at, **options, engine="lanes")
    np.testing.assert_array_equal(lanes, textbook)


@pytest.mark.parametrize("seed", range(3))
def test_draws_pool_the_times_of_timetables_expanded_one_by_one(seed):
    _, lines, lists = big_city(seed)
    timetable = Timetable.from_lines(stop_table(25), lines)
    at = in_stop_order(timetable, lists)
    seen = transit_times(
        timetable, **at, departure_s=9 * 3600, window_min=2, limit_min=90, draws=3, seed=seed, percentiles=(50, 90)
    )
    pooled = []
    for start in timetable.starts(3, seed):
        trips = expanded(timetable, start, 9 * 3600)
        pooled.append(brute_force(trips, tuple(at.values()), 9 * 3600, 2, (50, 100), 90, 60, 4))
    wanted = np.sort(np.concatenate(pooled), axis=0)[[2, 5]]  # ceil(0.5 · 6) − 1, ceil(0.9 · 6) − 1
    np.testing.assert_array_equal(seen, wanted)


def expanded(timetable, start, around):
    p, trips = timetable.patterns, []
    for q in range(len(p.ptr) - 1):
        cells = slice(p.ptr[q], p.ptr[q + 1])
        for t in range(p.trip_ptr[q], p.trip_ptr[q + 1]):
            if abs(start[t] - around) < 4 * 3600:
                times = slice(p.offset[t], p.offset[t] + p.ptr[q + 1] - p.ptr[q])
                rights = p.board[cells] + 2 * p.alight[cells]
                trips.append(Trip(p.stop[cells], rights, p.arrival[times], p.departure[times], 0, start=int(start[t])))
    return trips


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", range(15))
def test_arriving_by_a_time_leaves_as_late_as_possible(engine, seed):
    trips, lists = city(seed)
    timetable = timetable_of(trips, lists[0].places)
    deadline, limit_s, slack, rides = 8 * 3600 + 2400 + 7 * seed, 50 * 60, 45, 3
    seen = transit_times(
        timetable, **in_stop_order(timetable, lists), departure_s=deadline, window_min=1, limit_min=50, board_slack_s=slack,
        max_rides=rides, arrive_by=True, engine=engine,
    )[0]  # fmt: skip

    access, transfers, egress, direct = (as_dict(table) for table in lists)

    def arrival(origin, destination, leave):
        times = [leave + walk for place, walk in direct.get(origin, []) if place == destination]
        for stop, time in earliest(trips, access.get(origin, []), transfers, leave, slack, rides, {}).items():
            times += [time + walk for place, walk in egress.get(stop, []) if place == destination]
        return min(times, default=np.inf)

    for (origin, destination), minutes in np.ndenumerate(seen):
        if np.isinf(minutes):
            assert arrival(origin, destination, deadline - limit_s) > deadline
        else:
            leave = deadline - round(float(minutes) * 60)
            assert arrival(origin, destination, leave) <= deadline
            assert arrival(origin, destination, leave + 1) > deadline


def test_arriving_by_holds_for_headway_lines_draws_and_both_engines(monkeypatch):
    fixed, lines, lists = big_city(5)
    timetable = fixed.with_lines(lines)
    at = in_stop_order(timetable, lists)
    options = {"departure_s": 9 * 3600, "window_min": 70, "limit_min": 90, "draws": 2, "percentiles": (5, 50), "arrive_by": True}
    textbook = transit_times(timetable, **at, **options, engine="raptor")
    monkeypatch.setattr(queries, "PRUNE_FROM", 0)
    np.testing.assert_array_equal(transit_times(timetable, **at, **options), textbook)
    assert textbook.shape == (2, 12, 9)
    assert np.isfinite(textbook).sum() > 100


def check_legs(found, departure, slack, rides):
    assert found.legs[0].leave_s == found.leave_s == departure
    assert found.legs[-1].arrive_s == found.arrive_s
    assert sum(leg.kind == "ride" for leg in found.legs) <= rides
    for one, following in pairwise(found.legs):
        assert not one.kind == following.kind == "walk"
        assert one.stop_ids[-1] == following.stop_ids[0]
        assert one.arrive_s + slack * (following.kind == "ride") <= following.leave_s
        assert following.kind == "ride" or one.arrive_s == following.leave_s


def runs(trips, leg):
    """Whether some trip calls where and when the leg says."""
    for trip in trips:
        names, size = [f"s{stop}" for stop in trip.stops], len(leg.stop_ids)
        for i in range(len(names) - size + 1):
            j = i + size - 1
            on_time = (trip.start + trip.departure[i], trip.start + trip.arrival[j]) == (leg.leave_s, leg.arrive_s)
            if tuple(names[i : j + 1]) == leg.stop_ids and on_time and trip.rights[i] & 1 and trip.rights[j] & 2:
                return True
    return False


@pytest.mark.parametrize("seed", range(12))
def test_itinerary_agrees_with_the_matrix_to_the_second(seed):
    trips, lists = city(seed)
    timetable = timetable_of(trips, lists[0].places)
    at = in_stop_order(timetable, lists)
    options = {"departure_s": 8 * 3600 + 60 * seed, "limit_min": 45, "board_slack_s": 20, "max_rides": 3}
    minutes = transit_times(timetable, **at, **options, window_min=1)[0]
    for origin, destination in np.ndindex(minutes.shape):
        found = itinerary(timetable, **at, **options, origin=origin, destination=destination)
        if np.isinf(minutes[origin, destination]):
            assert found is None
        else:
            assert np.float32(found.travel_time_min) == minutes[origin, destination]
            check_legs(found, options["departure_s"], 20, 3)
            assert all(runs(trips, leg) for leg in found.legs if leg.kind == "ride")


def test_itineraries_of_all_minutes_and_draws_make_up_the_percentiles():
    _, lines, lists = big_city(4)
    timetable = Timetable.from_lines(stop_table(25), lines)
    at, options = in_stop_order(timetable, lists), {"limit_min": 100, "draws": 2, "seed": 3}
    minutes = transit_times(timetable, **at, **options, departure_s=9 * 3600, window_min=3, percentiles=(50, 100))
    rides = []
    for origin, destination in [(0, 0), (3, 4), (5, 8), (7, 1), (11, 2)]:
        times = [
            itinerary(
                timetable, **at, **options, departure_s=9 * 3600 + 60 * minute, draw=draw, origin=origin, destination=destination
            )
            for minute in range(3)
            for draw in range(2)
        ]
        wanted = sorted(np.inf if found is None else found.travel_time_min for found in times)
        np.testing.assert_array_equal(minutes[:, origin, destination], np.array([wanted[2], wanted[5]], np.float32))
        for found in times:
            rides += [leg for leg in (found.legs if found else ()) if leg.kind == "ride"]
    assert len(rides) > 10
    assert {leg.line_name for leg in rides} == {""}
    assert {leg.line_id for leg in rides} <= {f"L{i}" for i in range(10)}
    assert np.isfinite(minutes).sum() > 10


def test_random_cities_do_exercise_riding_changing_and_overtaking():
    rides_matter = overtaking = 0
    for seed in range(40):
        trips, lists = city(seed)
        one, four = (brute_force(trips, lists, 8 * 3600, 5, (50,), 45, 60, rides) for rides in (1, 4))
        rides_matter += bool((one != four).any())
        overtaking += len(timetable_of(trips, lists[0].places).patterns.ptr) - 1 > len({trip.stops.tobytes() for trip in trips})
    assert rides_matter >= 10
    assert overtaking >= 20


def straight(count=4, ride=120, periods=((0, DAY, 600),), **more):
    return Line("L", "Line", tuple(f"s{i}" for i in range(count)), (ride,) * (count - 1), periods, **more)


def simple_links(stops, origin_stop, destination_stop, walk_ds=0):
    return {
        "access": links([(0, origin_stop, walk_ds)], (1, stops)),
        "transfers": links([], (stops, stops)),
        "egress": links([(destination_stop, 0, walk_ds)], (stops, 1)),
        "direct": None,
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_slack_applies_to_the_first_boarding_and_the_limit_includes_its_end(engine):
    timetable = Timetable.from_lines(stop_table(4), [straight(exact=True)])
    at = simple_links(4, 0, 3, walk_ds=605)  # 60.5 s is 61 s

    def minutes(**options):
        return transit_times(timetable, **at, departure_s=36000 - 121, window_min=1, engine=engine, **options)[0, 0, 0]

    assert minutes(limit_min=60) == np.float32((121 + 360 + 61) / 60)  # ready 60 s before 10:00
    assert minutes(limit_min=60, board_slack_s=61) == np.float32((721 + 360 + 61) / 60)
    assert np.isinf(minutes(limit_min=9))
    even = transit_times(
        timetable, **simple_links(4, 0, 3), departure_s=36000, board_slack_s=0, window_min=1, limit_min=6, engine=engine
    )
    assert even[0, 0, 0] == 6


@pytest.mark.parametrize("engine", ENGINES)
def test_services_past_midnight_run_on_the_next_day_too(engine):
    timetable = Timetable.from_lines(stop_table(4), [straight(periods=((23 * 3600, 25 * 3600, 1800),), exact=True)])
    at = simple_links(4, 0, 3)
    for departure, wait in [(1800 - 60, 60), (DAY + 1800 - 60 - DAY, 60), (23 * 3600 + 1800, 1800)]:
        seen = transit_times(timetable, **at, departure_s=departure, window_min=1, limit_min=60, engine=engine)
        assert seen[0, 0, 0] == np.float32((wait + 360) / 60)


@pytest.mark.parametrize("engine", ENGINES)
def test_result_is_the_same_for_any_threads_and_any_row_order(engine):
    lines = [straight(), straight().back(), Line("M", "M", ("s3", "s0", "s2"), (300, 200), ((0, DAY, 420),))]
    origins = links([(o, o % 4, 10 * (o % 50)) for o in range(100)], (100, 4))
    results = []
    for order, threads in [(1, 1), (-1, 2), (1, 3)]:
        timetable = Timetable.from_lines(stop_table(4)[::order], lines[::order])
        at = in_stop_order(
            timetable, (origins, links([], (4, 4)), links([(2, 0, 0), (1, 1, 7)], (4, 2)), links([(5, 0, 99)], (100, 2)))
        )
        results.append(
            transit_times(
                timetable,
                **at,
                departure_s=DAY // 2,
                window_min=10,
                limit_min=60,
                percentiles=(5, 95),
                threads=threads,
                engine=engine,
            )
        )
    assert len({result.tobytes() for result in results}) == 1
    assert np.isfinite(results[0]).any()


@pytest.mark.parametrize("engine", ENGINES)
def test_origin_without_stop_walks_and_destination_without_stop_is_walked_to(engine):
    timetable = Timetable.from_lines(stop_table(4), [straight()])
    seen = transit_times(
        timetable,
        access=links([(0, 0, 0)], (2, 4)),
        transfers=links([], (4, 4)),
        egress=links([(3, 0, 0)], (4, 3)),
        direct=links([(1, 0, 6000), (1, 2, 36001), (0, 1, 601)], (2, 3)),
        departure_s=0,
        limit_min=60,
        engine=engine,
    )
    assert np.isfinite(seen[0, 0, 0])
    assert seen[0, 0, 1] == np.float32(61 / 60)
    np.testing.assert_array_equal(seen[0, 1], [10, np.inf, np.inf])


@pytest.mark.parametrize("engine", ENGINES)
def test_walks_never_chain(engine):
    timetable = Timetable.from_lines(stop_table(5), [Line("L", "L", ("s0", "s1"), (60,), ((0, DAY, 60),), exact=True)])
    chain = links([(1, 2, 100), (2, 3, 100)], (5, 5))
    common = {
        "access": links([(0, 0, 0)], (1, 5)),
        "transfers": chain,
        "direct": None,
        "departure_s": 0,
        "limit_min": 60,
        "engine": engine,
    }
    seen = transit_times(timetable, egress=links([(1, 0, 0), (2, 1, 0), (3, 2, 0)], (5, 3)), **common)
    assert np.isfinite(seen[0, 0, 0])
    assert np.isinf(seen[0, 0, 1:]).all()  # after a ride the way to the destination is egress, not transfer


@pytest.mark.parametrize("engine", ENGINES)
def test_rules_of_the_feed_overrule_walking_and_staying(engine):
    lines = [
        Line("in", "in", ("s0", "s1"), (60,), ((0, DAY, 3600),), exact=True),
        Line("out", "out", ("s1", "s2"), (60,), ((0, DAY, 300),), exact=True),
        Line("side", "side", ("s3", "s2"), (60,), ((0, DAY, 300),), exact=True),
    ]
    plain = Timetable.from_lines(stop_table(4), lines)
    number = {stop: i for i, stop in enumerate(plain.stop_ids)}
    a, b = number["s1"], number["s3"]
    for rules, minutes in [
        ([], 6),
        ([(a, a, 240)], 6),
        ([(a, a, 241)], 11),
        ([(a, a, -1)], 6 + 5),
        ([(a, a, -1), (a, b, -1)], np.inf),
    ]:
        timetable = Timetable(**{**vars(plain), "rules": np.array(rules, np.int32).reshape(-1, 3)})
        at = simple_links(4, number["s0"], number["s2"]) | {"transfers": links([(a, b, 2500)], (4, 4))}
        seen = transit_times(timetable, **at, departure_s=0, window_min=1, board_slack_s=0, limit_min=30, engine=engine)
        assert seen[0, 0, 0] == minutes, rules


def test_links_that_do_not_fit_and_values_out_of_range_are_refused():
    timetable = Timetable.from_lines(stop_table(4), [straight()])
    with pytest.raises(PlanningDataError, match="E-TT-04 egress"):
        transit_times(timetable, **simple_links(4, 0, 3) | {"egress": links([], (5, 1))}, departure_s=0, limit_min=60)
    for option in ({"window_min": 0}, {"limit_min": 481}, {"percentiles": (101,)}, {"departure_s": -1}, {"draws": 0}):
        with pytest.raises(PlanningDataError, match="E-TT-05"):
            transit_times(timetable, **simple_links(4, 0, 3), **{"departure_s": 0, "limit_min": 60} | option)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("origins", [0, 1, 150])
def test_without_lines_or_trips_one_walks_and_empty_inputs_give_empty_results(engine, origins):
    asleep = straight(periods=((20 * 3600, 21 * 3600, 600),))
    for lines in ([], [asleep]):
        timetable = Timetable.from_lines(stop_table(4), lines)
        access = links([(origin, 0, 0) for origin in range(origins)], (origins, 4))
        direct = links([(origin, 1, 600) for origin in range(origins)], (origins, 2))
        at = {"access": access, "transfers": links([], (4, 4)), "egress": links([(3, 0, 0)], (4, 2)), "direct": direct}
        seen = transit_times(timetable, **at, departure_s=36000, limit_min=60, engine=engine)
        np.testing.assert_array_equal(seen, np.tile(np.array([np.inf, 1], np.float32), (1, origins, 1)))
        nowhere = at | {"egress": links([], (4, 0)), "direct": None}
        assert transit_times(timetable, **nowhere, departure_s=36000, limit_min=60, engine=engine).shape == (1, origins, 0)
