"""Departures an hour by stop and direction: small timetables whose every departure is on a clock face."""

import pandas as pd
import pytest

import analyses
from analyses.travel.frequencies import courses_per_hour, modes_of
from geo import PlanningDataError
from geo.movement import CrowFlies, Line, NearestEdge, Network, Timetable, Transport

HOUR = 3600
X = {"a": -9000.0, "b": -8000, "c": -7000, "d": -6000, "e": -5000, "f": -4000, "z": -10_000}  # metres east


def line(name, stops, periods, *, exact=False, direction=0):
    """Ten minutes from stop to stop."""
    return Line(name, name, tuple(stops), (600,) * (len(stops) - 1), periods, direction=direction, exact=exact)


def town(*lines):
    stops = pd.DataFrame({"x": X, "y": 0.0}).rename_axis("stop_id")
    network = Network.from_edges([[0, 0], [1, 0]], "EPSG:9210", [0], [1], {"car": [1]})
    return Transport("town", network, NearestEdge(), CrowFlies(1.3), Timetable.from_lines(stops, lines))


def per_hour(lines, start, end):
    found = analyses.departures_per_hour(town(*lines), start, end)
    return {(row.stop_id, row.direction): round(row.per_hour, 9) for row in found.itertuples()}


TRAM = line("tram", "abc", ((7 * HOUR, 8 * HOUR, 1200),), exact=True)  # a 7:00 7:20 7:40, b 7:10 7:30 7:50
BUS = line("bus", "abc", ((7 * HOUR, 8 * HOUR, 1200),))  # runs from a 7:00–8:00, from b 7:10–8:10


@pytest.mark.parametrize(
    ("start", "end", "a", "b"),
    [
        ("07:00", "08:00", 3, 3),
        ("07:00", "07:20", 3, 3),  # the start counts, the end does not
        ("07:00", "07:10", 6, None),
        ("07:01", "07:11", None, 6),
        ("07:20", "07:50", 4, 2),
        ("07:41", "08:41", None, 1),
        ("06:00", "07:00", None, None),
        ("07:51", "08:51", None, None),
    ],
)
def test_trips_of_a_timetable_count_when_they_leave_the_stop_itself(start, end, a, b):
    assert per_hour([TRAM], start, end) == {key: value for key, value in ((("a", 0), a), (("b", 0), b)) if value is not None}


@pytest.mark.parametrize(
    ("start", "end", "a", "b"),
    [
        ("07:00", "08:00", 3, 2.5),  # at b ten of the sixty minutes are without a bus
        ("07:30", "08:30", 1.5, 2),
        ("06:30", "07:30", 1.5, 1),
        ("07:20", "07:40", 3, 3),
        ("06:00", "09:00", 1, 1),
        ("08:00", "08:20", None, 1.5),
        ("06:00", "07:10", pytest.approx(3 / 7), None),
    ],
)
def test_a_headway_line_counts_the_time_it_serves_the_stop_within_the_window(start, end, a, b):
    assert per_hour([BUS], start, end) == {key: value for key, value in ((("a", 0), a), (("b", 0), b)) if value is not None}


def test_lines_by_timetable_and_by_headway_are_told_apart_and_together():
    rail = line("rail", "cde", ((7 * HOUR, 8 * HOUR, 600),), exact=True)
    found = analyses.departures_per_hour(town(TRAM, BUS, rail), "07:00", "08:00")
    assert found[["stop_id", "line_id", "per_hour"]].to_numpy().tolist() == [
        ["a", "bus", 3], ["a", "tram", 3], ["b", "bus", 2.5], ["b", "tram", 3], ["c", "rail", 6], ["d", "rail", 5],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("longest", "course", "seen"),
    [
        ("abcd", "ab", {0: 6}),  # the shorter way out, beside the longest
        ("abcd", "dcb", {1: 3}),
        ("abcd", "cb", {0: 3, 1: 3}),
        ("aedc", "ed", {0: 6}),  # along the longest, though against it on the map
        ("aedc", "de", {0: 3, 1: 3}),
        ("abcd", "ed", {1: 3}),  # one stop is shared: by the map
        ("abcd", "ze", {0: 3}),  # none is
        ("abcd", "ez", {1: 3}),
        ("beda", "cz", {0: 3}),  # from b to a is west, whatever lies between
        ("bza", "ed", {0: 3}),
        ("abcf", "dez", {1: 3}),
        ("abcf", "ded", {0: 3}),  # a round goes neither way
    ],
)
def test_direction_is_that_of_the_longest_course_or_against_it(longest, course, seen):
    """Told at the first stop of the course."""
    always = ((6 * HOUR, 9 * HOUR, 1200),)
    found = analyses.departures_per_hour(
        town(line("L", longest, always), line("L", course, always, direction=1)), "07:00", "08:00"
    )
    assert found[found["stop_id"] == course[0]].set_index("direction")["per_hour"].round(9).to_dict() == seen


@pytest.mark.parametrize("course", ["ab", "ba", "abc", "cba", "ez"])
def test_of_courses_as_long_the_one_from_the_stop_numbered_first_gives_the_direction(course):
    net = town(
        line("L", course, ((6 * HOUR, 9 * HOUR, 1200),)), line("L", course[::-1], ((6 * HOUR, 9 * HOUR, 1200),), direction=1)
    )
    number = {stop: at for at, stop in enumerate(net.timetable.stop_ids)}
    found = analyses.departures_per_hour(net, "07:00", "08:00")
    first, last = sorted((course[0], course[-1]), key=number.get)
    assert found.loc[found["stop_id"] == first, "direction"].tolist() == [0]
    assert found.loc[found["stop_id"] == last, "direction"].tolist() == [1]


def test_courses_run_from_stop_to_next_stop():
    net = town(TRAM, BUS)
    table = net.timetable
    found = courses_per_hour(net, "07:00", "08:00")
    told = [
        (row[0], table.stop_ids[row[1]], table.stop_ids[row[2]], round(row[3], 9))
        for row in found.itertuples(index=False, name=None)
    ]
    assert sorted(told) == [("bus", "a", "b", 3), ("bus", "b", "c", 2.5), ("tram", "a", "b", 3), ("tram", "b", "c", 3)]


@pytest.mark.parametrize(("start", "end"), [("07:00", "07:00"), ("08:00", "07:00")])
def test_a_window_without_time_is_refused(start, end):
    with pytest.raises(PlanningDataError, match="E-FREQ-01") as caught:
        analyses.departures_per_hour(town(TRAM), start, end)
    assert caught.value.seen == (start, end)


def test_lines_that_are_not_named_are_buses():
    lines = pd.Series(["M", "x"], index=[5, 6])
    assert modes_of(lines, {"M": "metro"}).to_dict() == {5: "metro", 6: "bus"}
    assert modes_of(lines, None).to_dict() == {5: "bus", 6: "bus"}
