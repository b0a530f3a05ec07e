"""Trips that lose calls or get new ones: times by hand."""

from dataclasses import replace

import numpy as np

from geo.movement.assembly import Trip
from geo.movement.line_edits import cut_out, departures

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


def test_a_stop_it_does_not_call_at_changes_nothing_and_a_single_stop_is_no_trip():
    assert cut_out(TRIP, 5) is TRIP
    assert told(cut_out(TRIP, 8))[0] == [7, 9]
    assert cut_out(cut_out(TRIP, 8), 9) is None
