"""Figures of a line by hand: commercial speed counts standing at the stops between the ends, running speed does not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analyses.options.line_speeds import line_figures
from geo.movement import Line, Timetable
from tests.layers.synthetic_city import city

STOPS = pd.DataFrame({"stop_id": list("abcd"), "x": [0.0, 2_000.0, 4_000.0, 9_000.0], "y": 0.0})
DAY = (6 * 3600, 20 * 3600)


def figures(stops, ride, length_km, *more, **options):
    line = Line("L", "Line", tuple(stops), ride, **{"periods": ((*DAY, 450),), "dwell_s": 30} | options)
    table = Timetable.from_lines(STOPS, [line, *more], crs="EPSG:9210")
    return line_figures(replace(city(), timetable=table), "L", length_km)


def test_speeds_with_and_without_the_stops_on_the_way():
    assert figures("abcd", (300, 240, 600), 9.0) == {
        "stops": 4,
        "length_km": 9.0,
        "headway_min": 7.5,
        "in_vehicle_min": 20.0,  # 19 minutes of riding and two stops of 30 s
        "commercial_speed_kmh": 27.0,
        "running_speed_kmh": 28.42,
        "dwell_s": 30.0,
    }


@pytest.mark.parametrize(("stops", "ride", "minutes", "dwell_s"), [("ab", (300,), 5.0, 0.0), ("abc", (300, 270), 10.0, 30.0)])
def test_nobody_stands_at_the_ends(stops, ride, minutes, dwell_s):
    found = figures(stops, ride, 2.5)
    assert (found["in_vehicle_min"], found["dwell_s"], found["stops"]) == (minutes, dwell_s, len(stops))
    assert found["commercial_speed_kmh"] == pytest.approx(2.5 / minutes * 60, abs=0.005)


def test_the_longest_of_its_trips_is_told_and_a_scheduled_line_has_no_headway():
    short = Line("L", "Line", ("a", "b"), (100,), ((*DAY, 900),), dwell_s=30, direction=1)
    assert figures("abcd", (300, 240, 600), 9.0, short)["stops"] == 4
    assert np.isnan(figures("abcd", (300, 240, 600), 9.0, exact=True)["headway_min"])
    found = figures("abcd", (300, 241, 600), 9.0126)
    named = "length_km", "in_vehicle_min", "commercial_speed_kmh", "running_speed_kmh"
    assert [found[name] for name in named] == [9.01, 20.02, 27.02, 28.44]  # two decimals
