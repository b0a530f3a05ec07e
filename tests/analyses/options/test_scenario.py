"""Scenarios: checked as a whole before anything changes, applied to a copy."""

from dataclasses import replace

import numpy as np
import pytest
from geopandas import GeoDataFrame, points_from_xy

import analyses
import layers
from geo import PlanningDataError


@pytest.fixture(scope="module")
def today():
    return layers.transport()


@pytest.fixture(scope="module")
def stops():
    return layers.stations("brt_newcity_suoitien")


def line(stops, name="BRT", **given):
    return layers.AddLine(name, stops, **{"headway_min": 6, "commercial_speed_kmh": 23, **given})


def minutes(transport):
    ends = layers.centres().loc[["new_city", "di_an"]]
    return analyses.travel_times(transport, layers.stations("brt_newcity_suoitien"), ends, limit_min=120).at()


def frozen(transport):
    """Everything of a transport that a change could touch, as bytes."""
    table = transport.timetable
    parts = [*vars(table.patterns).values(), table.x, table.y, transport.streets.head, *transport.streets.ds.values()]
    return [part.tobytes() for part in parts] + [repr((table.line_ids, list(table.stop_ids)))]


def test_an_empty_scenario_is_the_baseline_itself(today):
    assert layers.Scenario("nothing").apply(today) is today
    assert layers.Scenario("nothing", []).apply(today) is today


def test_an_applied_scenario_is_a_new_value_and_leaves_the_baseline_as_it_was(today, stops):
    before, times = frozen(today), minutes(today)
    planned = layers.Scenario("BRT", [line(stops)]).apply(today)
    assert planned is not today
    assert "BRT" in planned.timetable.line_ids
    assert "BRT" not in today.timetable.line_ids
    assert frozen(today) == before
    assert np.array_equal(minutes(today), times)
    assert (minutes(planned) <= times).all()
    assert (minutes(planned) < times).any()


def test_a_scenario_applied_twice_to_the_baseline_gives_the_same_bytes(today, stops):
    brt = layers.Scenario("BRT", [line(stops)])
    assert frozen(brt.apply(today)) == frozen(brt.apply(today))


def test_changes_are_applied_in_their_order_each_to_what_the_one_before_made(today, stops):
    both = layers.Scenario("both", [line(stops, "one"), line(stops[::2], "two")]).apply(today)
    assert [name for name in both.timetable.line_ids if name in {"one", "two"}] == ["one", "two"]
    one_by_one = layers.Scenario("two", [line(stops[::2], "two")]).apply(
        layers.Scenario("one", [line(stops, "one")]).apply(today)
    )
    assert frozen(both) == frozen(one_by_one)


def test_a_line_runs_both_ways_at_its_commercial_speed(today, stops):
    alone = replace(today, timetable=None)  # no bus is a short cut
    planned = layers.Scenario("BRT", [line(stops, headway_min=1)]).apply(alone)
    ends = stops.iloc[[0, -1]]
    times = analyses.travel_times(planned, ends, limit_min=150, departure=analyses.Departure(percentiles=(1, 99))).minutes
    riding_min = stops["chainage_km"].iloc[-1] / 23 * 60
    for there, back in ((0, 1), (1, 0)):
        assert riding_min + 1 <= times[0, there, back] <= times[1, there, back] <= riding_min + 2 + 0.02  # slack, then the wait


def test_a_line_one_way_brings_nobody_back(today, stops):
    planned = layers.Scenario("BRT", [line(stops, both_ways=False)]).apply(today)
    times = analyses.travel_times(planned, stops.iloc[[0, -1]], limit_min=120).at()
    assert np.isfinite(times[0, 1])
    assert np.isinf(times[1, 0])


def test_all_problems_of_all_changes_are_reported_at_once(today, stops):
    twice = stops.iloc[[0, 1, 1]]
    nowhere = GeoDataFrame(geometry=points_from_xy([106.7, 106.8], [11.0, 11.1]))
    outlines = stops.iloc[:2].set_geometry(stops.iloc[:2].buffer(10))
    changes = [
        line(stops, "never", headway_min=0),
        line(stops, "slow", commercial_speed_kmh=-3),
        line(stops, "flies", commercial_speed_kmh=900),
        line(stops.iloc[:1], "lonely"),
        line(twice, "twice"),
        line(nowhere, "nowhere"),
        line(outlines, "wide"),
        line(stops, "kaze_51_0"),
        line(stops, "clock", first="25 past 5"),
        line(stops, "backwards", first="22:00", last="05:00"),
        line(stops, "stands", dwell_s=3600),
        line(stops, "good"),
        line(stops, "same"),
        line(stops, "same"),
    ]
    before = frozen(today)
    with pytest.raises(PlanningDataError, match="E-SCN-01") as caught:
        layers.Scenario("all wrong", changes).apply(today)
    told = str(caught.value)
    names = {change.name for change in changes} - {"good"}
    assert {name for name in names if f"AddLine {name!r}" in told} == names
    assert "'good'" not in told
    assert "\n" not in told
    assert frozen(today) == before


def test_the_headway_of_a_line_decides_the_wait_and_nothing_else(today, stops):
    def spread(headway_min):
        planned = layers.Scenario("BRT", [line(stops, headway_min=headway_min)]).apply(today)
        leaves = analyses.Departure(percentiles=(1, 100))
        found = analyses.travel_times(planned, stops.iloc[[0]], stops.iloc[[-1]], limit_min=150, departure=leaves).minutes
        return found[:, 0, 0]

    often, seldom = spread(6), spread(30)
    assert abs(often[0] - seldom[0]) < 1.1  # departures are looked at minute by minute
    assert 4.9 < often[1] - often[0] < 6
    assert 28.9 < seldom[1] - seldom[0] < 30
