"""A line at another headway: when it runs then, on which days and how fast, from a few departures by hand."""

import numpy as np
import pandas as pd
import pytest

from geo.movement import Timetable
from geo.movement.assembly import Trip
from geo.movement.headway_edits import with_headway
from geo.movement.line_edits import line_trips

HOUR, DAY = 3600, 86_400
STOPS = pd.DataFrame({"stop_id": list("abcd"), "stop_name": "", "x": [0.0, 500.0, 1000.0, 1500.0], "y": 0.0})


def clock(text):
    hours, minutes, seconds = (*map(int, text.split(":")), 0, 0)[:3]
    return hours * HOUR + minutes * 60 + seconds


def trip(start, *, ride=100, stops=(0, 1), **service):
    rides = (ride,) * (len(stops) - 1) if isinstance(ride, int) else ride
    times = np.cumsum([0, *rides]).astype(np.int32)
    start = clock(start) if isinstance(start, str) else start
    return Trip(np.array(stops, np.int32), np.full(len(stops), 3, np.uint8), times, times, 0, start=start, **service)


def service(start, until, headway=900, **more):
    return trip(start, until=clock(until), headway=headway, **more)


def changed(trips, headway):
    table = Timetable.from_trips(STOPS, trips, crs="EPSG:9210", line_ids=("L",), line_names=("L",))
    return line_trips(with_headway(table, "L", headway), "L")


@pytest.mark.parametrize(
    ("trips", "spans"),
    [
        ([trip("6:00")], [("6:00", "6:05")]),
        ([trip("6:00"), trip("6:30"), trip("7:00")], [("6:00", "7:05")]),
        ([trip("6:00"), trip("6:10"), trip("6:20"), trip("8:20")], [("6:00", "8:25")]),  # two hours apart
        ([trip("6:00"), trip("6:10"), trip("6:20"), trip("8:20:01")], [("6:00", "6:25"), ("8:20:01", "8:25:01")]),
        ([trip("2:00"), trip("5:00"), trip("8:00"), trip("14:00")], [("2:00", "14:05")]),  # twice the median gap
        ([trip("2:00"), trip("5:00"), trip("8:00"), trip("14:00:01")], [("2:00", "8:05"), ("14:00:01", "14:05:01")]),
        ([service("6:00", "7:00"), service("7:00", "9:00", 600)], [("6:00", "9:00")]),
        ([service("6:00", "7:00"), service("7:00:01", "9:00", 600)], [("6:00", "7:00"), ("7:00:01", "9:00")]),
        ([service("6:00", "9:00"), service("7:00", "8:00"), service("8:30", "9:30")], [("6:00", "9:30")]),
        ([service("6:00", "9:00"), trip("7:00"), trip("9:00")], [("6:00", "9:05")]),
    ],
)
def test_a_line_at_another_headway_runs_when_it_ran(trips, spans):
    after = changed(trips, 300)
    assert sorted((one.start, one.until) for one in after) == [(clock(start), clock(end)) for start, end in spans]
    assert {one.headway for one in after} == {300}


@pytest.mark.parametrize(
    ("trips", "days"),
    [
        ([trip("8:00")], [0]),
        ([trip("2:59:59")], [-1]),  # the night belongs to the day before
        ([trip("3:00")], [0]),
        ([trip("26:59:59")], [0]),
        ([trip("8:00"), trip(DAY + 8 * HOUR)], [0, 1]),
        ([trip(8 * HOUR - DAY), trip("8:00"), trip("27:00")], [-1, 0, 1]),
        ([service("2:00", "4:00")], [-1, 0]),
        ([service("2:00", "3:00")], [-1]),
    ],
)
def test_periods_run_on_the_days_on_which_the_line_ran(trips, days):
    after = changed(trips, [(clock("6:00"), clock("9:00"), 300), (clock("16:00"), clock("26:00"), 600)])
    wanted = [(day * DAY + clock(start), day * DAY + clock(end), every)
              for day in days for start, end, every in (("6:00", "9:00", 300), ("16:00", "26:00", 600))]  # fmt: skip
    assert sorted((one.start, one.until, one.headway) for one in after) == wanted
    assert len({one.key for one in after}) == len(after)


@pytest.mark.parametrize(
    ("trips", "ride"),
    [
        ([trip("6:00", ride=300), trip("7:00", ride=100), trip("8:00", ride=200)], 200),
        ([trip(f"{6 + n}:00", ride=ride, stops=(0, 1, 2)) for n, ride in enumerate([(10, 290), (20, 80), (30, 170)])], 200),
        ([trip("6:00", ride=300), trip("7:00", ride=100)], 100),
        ([trip("6:00", ride=300), trip("7:00", ride=300), trip("8:00", ride=100)], 300),
        ([service("6:00", "7:00", 600, ride=100), *(trip(f"{hour}:00", ride=300) for hour in range(8, 13))], 100),  # six and five
        ([service("6:00", "7:00", 600, ride=100), *(trip(f"{hour}:00", ride=300) for hour in range(8, 15))], 300),
    ],
)
def test_a_line_at_another_headway_takes_the_time_of_its_median_trip(trips, ride):
    assert {int(one.arrival[-1]) for one in changed(trips, 300)} == {ride}


def test_each_direction_serves_the_stops_called_at_most_often():
    out = [trip(f"{hour}:00", stops=(0, 1, 2)) for hour in (6, 7)] + [trip("8:00", stops=(0, 1, 2, 3))]
    back = [trip(f"{hour}:30", stops=(3, 2, 1)) for hour in (6, 7, 8)] + [trip("9:30", stops=(2, 0))]
    after = changed(out + back, 300)
    told = sorted((one.stops.tolist(), one.start, one.until) for one in after)
    assert told == [([0, 1, 2], 6 * HOUR, 8 * HOUR + 300), ([3, 2, 1], clock("6:30"), clock("9:35"))]


def test_a_service_that_begins_as_before_keeps_its_phase():
    (before,) = line_trips(
        Timetable.from_trips(STOPS, [service("6:00", "9:00", key=7)], crs="EPSG:9210", line_ids=("L",), line_names=("L",)), "L"
    )
    (after,) = changed([service("6:00", "9:00", key=7)], 300)
    assert (before.key, after.key) == (7, 7)
