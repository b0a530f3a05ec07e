"""Patterns by hand: where one boards and alights, and which of their trips matter."""

from itertools import pairwise

import numpy as np
import pytest

from geo.movement.assembly import Trip, assemble

# Two sequences: over stops 2, 0, 1 twice, 500 s apart, and 1, 2, where one may not alight at the last stop.
LONG = Trip(*(np.array(one, np.int32) for one in ([2, 0, 1], [3, 3, 3], [0, 100, 220], [0, 120, 220])), 0, start=1_000)
SHORT = Trip(*(np.array(one, np.int32) for one in ([1, 2], [3, 1], [0, 70], [10, 70])), 1, start=1_190)


@pytest.fixture
def patterns():
    later = Trip(LONG.stops, LONG.rights, LONG.arrival, LONG.departure, 0, start=1_500)
    return assemble([LONG, SHORT, later])


def called(patterns, live, *, boarding):
    """Stop → its (stops of the pattern, position)."""
    ptr, pattern, position = patterns.calls(4, np.array(live), boarding=boarding)
    sequences = ["".join(map(str, one)) for one in np.split(patterns.stop, patterns.ptr[1:-1])]
    pairs = [(sequences[one], at) for one, at in zip(pattern.tolist(), position.tolist(), strict=True)]
    return [sorted(pairs[low:high]) for low, high in pairwise(ptr)]


def test_nobody_boards_at_the_last_stop_nor_alights_at_the_first(patterns):
    assert called(patterns, [True, True], boarding=True) == [[("201", 1)], [("12", 0)], [("201", 0)], []]
    assert called(patterns, [True, True], boarding=False) == [[("201", 1)], [("201", 2)], [], []]


def test_nobody_boards_or_alights_where_nothing_runs(patterns):
    only_long = [len(one) == 3 for one in np.split(patterns.stop, patterns.ptr[1:-1])]
    assert called(patterns, only_long, boarding=True) == [[("201", 1)], [], [("201", 0)], []]
    assert called(patterns, [False, False], boarding=False) == [[]] * 4


@pytest.mark.parametrize(
    ("from_s", "to_s", "trips"),
    [
        (1_220, 1_500, {"201": 2, "12": 1}),  # arrives at 1,220 and departs at 1,500: both matter still
        (1_221, 1_500, {"201": 1, "12": 1}),
        (1_220, 1_499, {"201": 1, "12": 1}),
        (1_260, 1_500, {"201": 1, "12": 1}),
        (1_261, 1_500, {"201": 1, "12": 0}),
        (0, 1_199, {"201": 1, "12": 0}),
        (0, 1_200, {"201": 1, "12": 1}),
        (0, 999, {"201": 0, "12": 0}),
        (0, 1_000, {"201": 1, "12": 0}),
        (1_720, 9_999, {"201": 1, "12": 0}),
        (1_721, 9_999, {"201": 0, "12": 0}),
        (1_221, 1_499, {"201": 0, "12": 1}),
    ],
)
def test_a_trip_matters_that_arrives_after_the_first_second_and_leaves_before_the_last(patterns, from_s, to_s, trips):
    low, high = patterns.running(patterns.start, from_s, to_s)
    sequences = ["".join(map(str, one)) for one in np.split(patterns.stop, patterns.ptr[1:-1])]
    assert dict(zip(sequences, (high - low).tolist(), strict=True)) == trips
    assert (low >= patterns.trip_ptr[:-1]).all()


def test_trips_that_run_alike_share_their_times():
    slow = Trip(LONG.stops, LONG.rights, LONG.arrival * 2, LONG.departure * 2, 0, start=2_000)
    later = Trip(LONG.stops, LONG.rights, LONG.arrival, LONG.departure, 0, start=1_500)
    patterns = assemble([LONG, SHORT, later, slow])
    ptr, offset = patterns.profiles()
    found = {}
    for at, (low, high) in enumerate(pairwise(ptr)):
        first, last = patterns.ptr[at], patterns.ptr[at + 1]
        name = "".join(map(str, patterns.stop[first:last]))
        found[name] = sorted(patterns.arrival[one : one + last - first].tolist() for one in offset[low:high])
    assert found == {"201": [[0, 100, 220], [0, 200, 440]], "12": [[0, 70]]}
    assert (len(ptr), len(offset)) == (3, 3)


def trips_of(patterns):
    """Of every trip its stops, times, rights and line."""
    found = []
    for q, (low, high) in enumerate(pairwise(patterns.trip_ptr)):
        at = slice(patterns.ptr[q], patterns.ptr[q + 1])
        for trip in range(low, high):
            times = slice(patterns.offset[trip], patterns.offset[trip] + at.stop - at.start)
            arrival, departure = (patterns.start[trip] + one[times] for one in (patterns.arrival, patterns.departure))
            columns = patterns.stop[at], arrival, departure, patterns.board[at], patterns.alight[at]
            found.append((*(one.tolist() for one in columns), int(patterns.trip_line[trip])))
    return sorted(found)


def test_backwards_every_trip_calls_at_its_stops_in_turn_with_times_negated_and_rights_exchanged(patterns):
    turned = [
        (stop[::-1], [-one for one in departure[::-1]], [-one for one in arrival[::-1]], alight[::-1], board[::-1], line)
        for stop, arrival, departure, board, alight, line in trips_of(patterns)
    ]
    assert trips_of(patterns.reversed()) == sorted(turned)
    assert trips_of(patterns.reversed().reversed()) == trips_of(patterns)


def test_services_by_headway_stay_with_their_pattern_backwards():
    every = Trip(*(np.array(one, np.int32) for one in ([3, 1], [3, 3], [0, 50], [0, 50])), 2, 600, 4_200, 300, 9)
    both = assemble([LONG, SHORT, every])
    for patterns in (both, both.reversed()):
        ((pattern, start, until, headway, key),) = patterns.headway.tolist()
        assert set(patterns.stop[patterns.ptr[pattern] : patterns.ptr[pattern + 1]].tolist()) == {1, 3}
        assert (start, until, headway, key) == (600, 4_200, 300, 9)
        assert set(patterns.trip_line[patterns.trip_ptr[pattern] : patterns.trip_ptr[pattern + 1]].tolist()) == {2}


def test_without_a_line_its_trips_are_gone_and_all_others_as_they_were(patterns):
    assert trips_of(patterns.without([1])) == [one for one in trips_of(patterns) if one[-1] == 0]
    assert trips_of(patterns.without([])) == trips_of(patterns)
    assert trips_of(patterns.without([0, 1])) == []
