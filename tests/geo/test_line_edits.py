"""Trips that lose calls or get new ones: times by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd

from geo.movement import Line, Timetable
from geo.movement.assembly import Trip
from geo.movement.line_edits import cut_out, departures, line_trips, running_lines, shared_out, spliced, without_line

# Stops 7, 8, 9, 8: 100 s a hop, 10 s of standing at each stop between.
TRIP = Trip(
    np.array([7, 8, 9, 8], np.int32),
    np.array([1, 3, 3, 2], np.uint8),
    np.array([0, 100, 210, 320], np.int32),
    np.array([0, 110, 220, 320], np.int32),
    line=0,
    start=36_000,
)
SERVICE = replace(TRIP, until=72_000, headway=600)


def told(trip):
    return trip.stops.tolist(), trip.arrival.tolist(), trip.departure.tolist(), trip.start, trip.until


def test_a_stop_that_is_cut_out_is_ridden_through_and_its_standing_is_saved():
    assert told(cut_out(TRIP, 9)) == ([7, 8, 8], [0, 100, 310], [0, 110, 310], 36_000, 0)
    assert told(cut_out(SERVICE, 9)) == ([7, 8, 8], [0, 100, 310], [0, 110, 310], 36_000, 72_000)
    assert cut_out(TRIP, 9).rights.tolist() == [1, 3, 2]


def test_without_its_first_stop_a_trip_starts_when_it_left_the_next_and_a_service_ends_as_much_later():
    assert told(cut_out(TRIP, 7)) == ([8, 9, 8], [-10, 100, 210], [0, 110, 210], 36_110, 0)
    cut = cut_out(SERVICE, 7)
    assert told(cut)[3:] == (36_110, 72_110)
    assert departures(cut) == departures(SERVICE) == 60  # as many as before
    assert departures(TRIP) == 1


def test_what_a_trip_stood_before_its_new_start_saves_nothing_and_what_it_stands_later_does():
    late = replace(TRIP, arrival=np.array([-10, 100, 210, 320], np.int32), departure=np.array([5, 110, 220, 335], np.int32))
    assert told(cut_out(late, 7)) == ([8, 9, 8], [-10, 100, 210], [0, 110, 225], 36_110, 0)
    assert told(cut_out(late, 9)) == ([7, 8, 8], [-10, 100, 310], [5, 110, 325], 36_000, 0)
    round_trip = replace(late, stops=np.array([8, 9, 8, 7], np.int32))
    assert told(cut_out(round_trip, 8)) == ([9, 7], [-10, 200], [0, 215], 36_110, 0)


def test_a_stop_it_does_not_call_at_changes_nothing_and_a_single_stop_is_no_trip():
    assert cut_out(TRIP, 5) is TRIP
    assert told(cut_out(TRIP, 8))[0] == [7, 9]
    assert cut_out(cut_out(TRIP, 8), 9) is None


def test_new_stops_take_the_place_of_what_lay_between_two():
    new = np.array([5], np.int32)
    between = spliced(TRIP, 0, 2, new, np.array([30, 40]), 20)
    assert told(between)[:3] == ([7, 5, 9, 8], [0, 30, 90, 200], [0, 50, 100, 200])
    assert between.rights.tolist() == [1, 3, 3, 2]
    first = spliced(TRIP, -1, 1, new, np.array([60]), 20)
    assert told(first)[:3] == ([5, 8, 9, 8], [0, 60, 170, 280], [0, 70, 180, 280])
    last = spliced(TRIP, 3, 4, new, np.array([60]), 20)
    assert told(last)[:3] == ([7, 8, 9, 8, 5], [0, 100, 210, 320, 380], [0, 110, 220, 320, 380])


def test_a_first_or_last_stop_that_stays_so_keeps_its_standing_and_a_new_one_has_none():
    stands = replace(TRIP, arrival=np.array([-10, 100, 210, 320], np.int32), departure=np.array([0, 110, 220, 335], np.int32))
    new, hop, hops = np.array([5], np.int32), np.array([60]), np.array([30, 40])
    inner = spliced(stands, 0, 1, new, hops, 20)
    assert told(inner)[:3] == ([7, 5, 8, 9, 8], [-10, 30, 90, 200, 310], [0, 50, 100, 210, 325])
    outer = spliced(stands, 2, 3, new, hops, 20)
    assert told(outer)[:3] == ([7, 8, 9, 5, 8], [-10, 100, 210, 250, 310], [0, 110, 220, 270, 325])
    first = spliced(stands, -1, 0, new, hop, 20)
    assert told(first)[:3] == ([5, 7, 8, 9, 8], [0, 60, 170, 280, 390], [0, 70, 180, 290, 405])
    last = spliced(stands, 3, 4, new, hop, 20)
    assert told(last)[:3] == ([7, 8, 9, 8, 5], [-10, 100, 210, 320, 395], [0, 110, 220, 335, 395])
    assert [one.rights.tolist() for one in (first, last)] == [[3, 1, 3, 3, 2], [1, 3, 3, 2, 3]]
    assert {(one.start, one.until) for one in (inner, outer, first, last)} == {(36_000, 0)}


def test_seconds_are_shared_out_in_whole_ones_that_add_up():
    assert shared_out(np.array([1, 1, 1]), 100).tolist() == [33, 34, 33]
    assert shared_out(np.array([1, 3]), 10.5).tolist() == [3, 8]
    assert shared_out(np.array([0.4, 0.1]), 5).tolist() == [4, 1]
    assert shared_out(np.array([0, 0]), 100).tolist() == [0, 0]


def test_a_timetable_without_a_line_is_that_of_the_others():
    stops = pd.DataFrame({"stop_id": list("abc"), "x": [0.0, 500.0, 1000.0], "y": 0.0})
    day = ((6 * 3600, 9 * 3600, 600),)
    one, other = Line("L", "One", ("a", "b"), (60,), day), Line("M", "Other", ("c", "b", "a"), (50, 60), day)
    third = Line("N", "Third", ("a", "c"), (90,), day, exact=True)
    whole = Timetable.from_lines(stops, [one, other, third], crs="EPSG:9210")
    for gone, kept in ((("L",), [other, third]), (("M",), [one, third]), (("L", "N"), [other])):
        left = whole
        for line_id in gone:
            left = without_line(left, line_id)
        wanted = Timetable.from_lines(stops, kept, crs="EPSG:9210")
        assert left.line_ids == wanted.line_ids
        for line in kept:
            mine, theirs = (line_trips(table, line.line_id) for table in (left, wanted))
            assert [told(trip) for trip in mine] == [told(trip) for trip in theirs]
        assert (np.diff(left.patterns.trip_ptr) > 0).all()
        assert running_lines(left) == left.line_ids
