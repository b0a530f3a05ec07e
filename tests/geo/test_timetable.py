"""Lines as values, and what timetables made of them hold."""

import numpy as np
import pandas as pd
import pytest
from geopandas import GeoDataFrame, points_from_xy

from geo import PlanningDataError
from geo.movement import Line, Timetable, line_at_speed
from geo.movement.assembly import Trip

HOUR = 3600
STOPS = pd.DataFrame({"stop_id": list("abcd"), "x": [0.0, 500.0, 1000.0, 1500.0], "y": [0.0, 0.0, 0.0, 10.0]})
PERIODS = ((6 * HOUR, 9 * HOUR, 300), (9 * HOUR, 22 * HOUR, 600))


def line(line_id="L", stops="abcd", ride=(60, 70, 80), **more):
    return Line(line_id, f"Line {line_id}", tuple(stops), ride, **{"periods": PERIODS, "dwell_s": 20} | more)


def test_running_times_add_rides_and_dwells():
    arrival, departure = line().running_s()
    assert arrival.tolist() == [0, 60, 150, 250]
    assert departure.tolist() == [0, 80, 170, 250]


def test_the_way_back_is_the_same_line_in_the_other_direction():
    back = line().back()
    assert back.stop_ids == tuple("dcba")
    assert back.ride_s == (80, 70, 60)
    assert (back.line_id, back.direction) == ("L", 1)
    assert back.back() == line()


def test_commercial_speed_holds_end_to_end_with_all_dwells():
    made = line_at_speed("B", "BRT", "abcd", [1000, 2000, 3000], commercial_speed_kmh=24, periods=PERIODS, dwell_s=30)
    arrival, _ = made.running_s()
    assert arrival[-1] == 900  # 6 km at 24 km/h
    assert made.ride_s == (140, 280, 420)


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("E-LINE-01", lambda: line(stops="a", ride=())),
        ("E-LINE-01", lambda: line(ride=(60, 70))),
        ("E-LINE-02", lambda: line(ride=(60, -1, 80))),
        ("E-LINE-02", lambda: line(dwell_s=-1)),
        ("E-LINE-04", lambda: line(periods=((6 * HOUR, 9 * HOUR, 0),))),
        ("E-LINE-04", lambda: line(periods=((9 * HOUR, 6 * HOUR, 300),))),
        ("E-LINE-04", lambda: line(periods=((6 * HOUR, 9 * HOUR, 300), (8 * HOUR, 10 * HOUR, 300)))),
        ("E-LINE-03", lambda: line_at_speed("B", "", "ab", [1000], commercial_speed_kmh=0, periods=PERIODS)),
        ("E-LINE-03", lambda: line_at_speed("B", "", "abc", [10, 10], commercial_speed_kmh=50, periods=PERIODS)),
        ("E-LINE-05", lambda: Timetable.from_lines(STOPS, [line(stops="abcz")])),
        ("E-LINE-06", lambda: Timetable.from_lines(STOPS, [line(), line()])),
        ("E-LINE-06", lambda: Timetable.from_lines(STOPS, [line()]).with_lines([line().back()])),
        ("E-TT-01", lambda: Timetable.from_lines(STOPS, []).merged(Timetable.from_lines(STOPS, [], crs="EPSG:32648"))),
        ("E-TT-02", lambda: Timetable.from_lines(STOPS, []).merged(Timetable.from_lines(STOPS.assign(x=STOPS.x + 5), []))),
        ("E-TT-03", lambda: Timetable.from_lines(pd.concat([STOPS, STOPS]), [])),
        ("E-TT-03", lambda: Timetable.from_lines(STOPS.assign(x=np.nan), [])),
        ("E-TT-03", lambda: Timetable.from_lines(STOPS.drop(columns="y"), [])),
        ("E-TT-06", lambda: Timetable.from_lines(STOPS, []).without_lines(["L"])),
    ],
)
def test_impossible_lines_and_stops_are_refused(code, make):
    with pytest.raises(PlanningDataError, match=code):
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: line(ride=(0, 70, 80), dwell_s=0),
        lambda: line(periods=((0, 48 * HOUR, 1),)),
        lambda: line(periods=((0, 1, 300), (1, 2, 300))),
        lambda: line_at_speed("B", "", "abc", [10, 10], commercial_speed_kmh=36, periods=PERIODS, dwell_s=0),  # a second a hop
    ],
)
def test_what_a_line_may_be_at_the_least_and_at_the_most(make):
    assert make().running_s()[0][0] == 0


@pytest.mark.parametrize("period", [(-1, HOUR, 300), (0, 48 * HOUR + 1, 300), (HOUR, HOUR, 300), (0, HOUR, -5)])
def test_periods_lie_within_two_days_and_are_not_empty(period):
    with pytest.raises(PlanningDataError, match="E-LINE-04"):
        line(periods=(period,))


@pytest.mark.parametrize("distances", [[], [0, 1000], [1000, -5], [1000, np.nan], [1, 5000]])
def test_a_hop_without_length_or_time_is_refused(distances):
    with pytest.raises(PlanningDataError, match="E-LINE-03"):
        line_at_speed("B", "", "abc", distances, commercial_speed_kmh=25, periods=PERIODS, dwell_s=0)


def test_a_line_holds_texts_and_whole_seconds_and_stands_20_s_where_nothing_is_said():
    made = Line("L", "L", (1, 2), (60.0,), ((9.0 * HOUR, 10.0 * HOUR, 300.0), (0, 60, 30)))
    assert (made.stop_ids, made.ride_s, made.periods) == (("1", "2"), (60,), ((0, 60, 30), (9 * HOUR, 10 * HOUR, 300)))
    assert (type(made.ride_s[0]), type(made.periods[1][0]), made.dwell_s, made.direction) == (int, int, 0, 0)
    at_speed = line_at_speed("B", "", "abc", [1000, 2000], commercial_speed_kmh=24, periods=PERIODS)
    assert (at_speed.dwell_s, at_speed.ride_s) == (20, (143, 287))  # 450 s, 20 of them at b; halves are rounded on the way


def test_stops_may_be_points_and_come_back_as_points():
    points = GeoDataFrame(index=STOPS["stop_id"], geometry=points_from_xy(STOPS["x"], STOPS["y"]), crs="EPSG:32648")
    timetable = Timetable.from_lines(points, [line()])
    assert timetable.crs == "EPSG:32648"
    stops = timetable.stops()
    assert stops.index.name == "stop_id"
    assert stops.geometry.x["c"] == 1000
    assert set(stops.index) == set("abcd")


def test_a_planned_line_leaves_the_old_timetable_and_its_numbers_alone():
    today = Timetable.from_lines(STOPS, [line()])
    before = {name: array.tobytes() for name, array in vars(today.patterns).items()}
    new = pd.DataFrame({"stop_id": ["e"], "x": [700.0], "y": [0.0]})
    planned = today.with_lines([line("M", "beda")], new)
    assert {name: array.tobytes() for name, array in vars(today.patterns).items()} == before
    assert planned.stop_ids[:4].tolist() == today.stop_ids.tolist()
    assert planned.stop_ids[4] == "e"
    assert planned.line_ids == ("L", "M")
    old = len(today.patterns.start)
    np.testing.assert_array_equal(planned.starts(4, 7)[:, :old], today.starts(4, 7))  # the same phases before and after
    with pytest.raises(ValueError, match="read-only"):
        planned.patterns.start[0] = 0


def test_a_stop_of_two_timetables_may_lie_a_metre_apart_and_stays_where_it_was_first():
    today, east = Timetable.from_lines(STOPS, []), STOPS.assign(x=STOPS["x"] + [0.0, 0.0, 1.0, 0.0])
    both = today.merged(Timetable.from_lines(east, []))
    assert both.stop_ids.tolist() == today.stop_ids.tolist()
    assert both.x.tolist() == today.x.tolist()
    far = STOPS.assign(x=STOPS["x"] + [0.0, 0.0, 0.9, 0.0], y=STOPS["y"] + [0.0, 0.0, 0.9, 0.0])  # 1.27 m as the crow flies
    for apart in (STOPS.assign(x=STOPS["x"] + [0.0, 0.0, 1.01, 0.0]), STOPS.assign(y=STOPS["y"] - [0.0, 0.0, 1.01, 0.0]), far):
        with pytest.raises(PlanningDataError, match="E-TT-02") as caught:
            today.merged(Timetable.from_lines(apart, []))
        assert caught.value.feature_ids == ("c",)


def test_taking_a_line_out_of_two_leaves_the_other():
    both = Timetable.from_lines(STOPS, [line(), line("M", "dbca")])
    alone = both.without_lines(["L"])
    assert {both.line_ids[i] for i in alone.patterns.trip_line} == {"M"}
    assert len(alone.patterns.headway) == len(both.patterns.headway) // 2
    only = Timetable.from_lines(STOPS, [line("M", "dbca")])
    assert sorted(map(bytes, alone.starts(3, 1).T.copy())) == sorted(map(bytes, only.starts(3, 1).T.copy()))


def test_a_headway_is_changed_by_taking_the_line_out_and_putting_it_in_again():
    today = Timetable.from_lines(STOPS, [line(), line().back(), line("M", "dbca")])
    changed = line(periods=((6 * HOUR, 22 * HOUR, 120),))
    planned = today.without_lines(["L"]).with_lines([changed, changed.back()])
    assert planned.line_ids == today.line_ids
    headways = {int(every) for _, _, _, every, _ in planned.patterns.headway}
    assert headways == {120, 300, 600}


def test_phases_are_stratified_and_depend_on_seed_and_line_alone():
    timetable = Timetable.from_lines(STOPS, [line(), line("M", "dbca")])
    starts, again, other = timetable.starts(10, 1), timetable.starts(10, 1), timetable.starts(10, 2)
    assert starts.tobytes() == again.tobytes()
    assert starts.tobytes() != other.tobytes()
    for q, first, _, every, _ in timetable.patterns.headway.tolist():
        phase = starts[:, timetable.patterns.trip_ptr[q]] - first
        assert sorted(phase * 10 // every) == list(range(10))


def test_as_many_draws_as_seconds_of_the_headway_take_each_second_once():
    starts = Timetable.from_lines(STOPS, [line(periods=((6 * HOUR, 7 * HOUR, 60),))]).starts(60, seed=3)
    assert sorted(starts[:, 0] - 6 * HOUR) == list(range(60))
    assert (np.diff(starts[:, :59]) == 60).all()


def test_trips_that_overtake_are_kept_apart_and_profiles_are_shared():
    def trip(start, rides):
        times = np.concatenate([[0], np.cumsum(rides)]).astype(np.int32)
        return Trip(np.arange(3, dtype=np.int32), np.full(3, 3, np.uint8), times, times, 0, start=start)

    trips = [trip(0, (500, 500)), trip(100, (100, 100)), trip(200, (500, 500)), trip(250, (500, 500)), trip(300, (100, 100))]
    table = STOPS.assign(stop_name="")
    one, other = (
        Timetable.from_trips(table, order, crs="EPSG:9210", line_ids=("x",), line_names=("x",)).patterns
        for order in (trips, trips[::-1])
    )
    assert len(one.ptr) - 1 == 2
    assert sorted(one.start.tolist()) == [0, 100, 200, 250, 300]
    assert len(one.arrival) == 6  # two profiles of three stops
    for q in range(2):
        rows = [
            one.start[t] + one.arrival[one.offset[t] : one.offset[t] + 3] for t in range(one.trip_ptr[q], one.trip_ptr[q + 1])
        ]
        assert (np.diff(rows, axis=0) >= 0).all()
    for name, array in vars(one).items():
        np.testing.assert_array_equal(array, getattr(other, name))


def test_trips_follow_each_other_by_their_departures_wherever_they_count_from():
    stops, rights = np.arange(2, dtype=np.int32), np.full(2, 3, np.uint8)
    late = Trip(stops, rights, np.array([100, 200], np.int32), np.array([100, 200], np.int32), 0, start=0)
    early = Trip(stops, rights, np.array([0, 100], np.int32), np.array([0, 100], np.int32), 0, start=50)
    made = Timetable.from_trips(
        STOPS.assign(stop_name=""), [late, early], crs="EPSG:9210", line_ids=("x",), line_names=("x",)
    ).patterns
    assert made.start.tolist() == [50, 0]  # one pattern: at 50 s and at 100 s
    assert len(made.ptr) == 2


@pytest.mark.parametrize("order", [1, -1])
def test_trips_that_arrive_together_follow_each_other_by_their_departures(order):
    def trip(start, wait):
        arrival, waits = np.array([100, 200, 400], np.int32) - start, np.array([0, wait, 0], np.int32)
        return Trip(np.arange(3, dtype=np.int32), np.full(3, 3, np.uint8), arrival, arrival + waits, 0, start=start)

    trips = [trip(100, 30), trip(90, 60), trip(50, 90)]
    made = Timetable.from_trips(STOPS.assign(stop_name=""), trips[::order], crs="EPSG:9210", line_ids=("x",), line_names=("x",))
    assert len(made.patterns.ptr) == 2
    assert made.patterns.start.tolist() == [100, 90, 50]
