"""Travel times in a city of square blocks, against distributions derived by hand.

Blocks of 200 m, walking 1.0 m/s along the streets, riding 30 s a block; stops at all corners of the named streets.
"""

import numpy as np
import pandas as pd
import pytest

from geo import PlanningDataError
from geo.movement import Line, Links, Timetable, headway, transit_times

BLOCKS = 12
WALK_S, RIDE_S, SLACK_S = 200, 30, 60
ALL_DAY = 0, 86_400
CORNERS = [(i, j) for i in range(BLOCKS) for j in range(BLOCKS)]
STOPS = pd.DataFrame([(f"{i},{j}", i * 200.0, j * 200.0) for i, j in CORNERS], columns=["stop_id", "x", "y"])


def along_street(name, j, every_s, *, first=0, last=BLOCKS - 1, ride_s=RIDE_S, **more):
    """A line eastward on street j."""
    stops = tuple(f"{i},{j}" for i in range(first, last + 1))
    return Line(name, name, stops, (ride_s,) * (last - first), ((*ALL_DAY, every_s),), **more)


def along_avenue(name, i, every_s):
    return Line(name, name, tuple(f"{i},{j}" for j in range(BLOCKS)), (RIDE_S,) * (BLOCKS - 1), ((*ALL_DAY, every_s),))


def walks(points, places, blocks):
    """Links between corners up to a number of blocks apart."""
    pairs = [
        (a, b, 10 * WALK_S * (abs(p[0] - q[0]) + abs(p[1] - q[1])))
        for a, p in enumerate(points)
        for b, q in enumerate(places)
        if abs(p[0] - q[0]) + abs(p[1] - q[1]) <= blocks
    ]
    return Links.from_pairs(*np.array(pairs, np.int32).reshape(-1, 3).T, (len(points), len(places)))


def minutes(lines, origin, destination, percentiles, *, walk_blocks=2, **options):
    timetable = Timetable.from_lines(STOPS, lines)
    stops = [tuple(map(int, stop.split(","))) for stop in timetable.stop_ids]
    found = transit_times(
        timetable,
        access=walks([origin], stops, walk_blocks),
        transfers=walks(stops, stops, 1),
        egress=walks(stops, [destination], walk_blocks),
        direct=walks([origin], [destination], 10),
        **{"departure_s": 8 * 3600, "limit_min": 120, "percentiles": percentiles, "board_slack_s": SLACK_S} | options,
    )
    return found[:, 0, 0]


def close(seen, distribution, percentiles):
    wanted = [headway.percentile_min(distribution, p) for p in percentiles]
    np.testing.assert_allclose(seen, wanted, atol=1.0)


PERCENTILES = (5, 25, 50, 75, 95)


def test_scheduled_line_waits_as_its_timetable_says():
    line = along_street("S", 0, 600, exact=True)
    every_minute = [p * 100 / 60 for p in range(1, 61)]
    seen = minutes([line], (0, 1), (10, 0), every_minute, walk_blocks=1)
    # one block to the stop and the slack: ready 260 s after the full minute, so the wait to the next full ten minutes is
    # 340, 280, ..., 40, 580, 520, 460, 400 s; then ten blocks on board
    waits = sorted((-(60 * minute + WALK_S + SLACK_S)) % 600 for minute in range(60))
    np.testing.assert_array_equal(seen, np.array([(WALK_S + SLACK_S + wait + 10 * RIDE_S) / 60 for wait in waits], np.float32))


def test_walking_is_taken_where_it_is_faster():
    line = along_street("S", 0, 3600, exact=True)
    seen = minutes([line], (0, 0), (5, 0), (50,))
    assert seen[0] == np.float32(5 * WALK_S / 60)


def test_headway_line_waits_uniformly():
    seen = minutes([along_street("H", 0, 900)], (0, 2), (10, 0), PERCENTILES, walk_blocks=2)
    fixed = 2 * WALK_S + SLACK_S + 10 * RIDE_S
    close(seen, headway.later(headway.uniform_wait(900), fixed), PERCENTILES)


def test_two_headway_boardings_wait_as_the_convolution_of_both():
    lines = [along_street("H", 0, 600), along_avenue("V", 10, 840)]
    seen = minutes(lines, (0, 0), (10, 10), PERCENTILES, walk_blocks=0, draws=40)
    both = headway.one_after_another(headway.uniform_wait(600), headway.uniform_wait(840))
    close(seen, headway.later(both, 2 * SLACK_S + 20 * RIDE_S), PERCENTILES)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_common_lines_wait_for_whichever_comes_first(count):
    lines = [along_street(f"H{k}", 0, 1200) for k in range(count)]
    seen = minutes(lines, (0, 0), (10, 0), PERCENTILES, walk_blocks=0, draws=40)
    first = headway.whichever_first(*[headway.uniform_wait(1200)] * count)
    close(seen, headway.later(first, SLACK_S + 10 * RIDE_S), PERCENTILES)


def test_an_overtaking_headway_line_is_waited_for_only_if_it_arrives_first():
    slow, fast = along_street("slow", 0, 300, ride_s=120), along_street("fast", 0, 1500)
    seen = minutes([slow, fast], (0, 0), (10, 0), PERCENTILES, walk_blocks=0, draws=40)
    arrives = headway.whichever_first(
        headway.later(headway.uniform_wait(300), 10 * 120), headway.later(headway.uniform_wait(1500), 10 * RIDE_S)
    )
    close(seen, headway.later(arrives, SLACK_S), PERCENTILES)


def test_an_overtaking_scheduled_line_is_taken_exactly_when_it_arrives_first():
    slow, fast = along_street("slow", 0, 600, ride_s=100, exact=True), along_street("fast", 0, 1800, exact=True)
    every_minute = [p * 100 / 30 for p in range(1, 31)]
    seen = minutes([slow, fast], (0, 0), (10, 0), every_minute, walk_blocks=0, window_min=30)
    # slow leaves at 0, 10, 20 min and needs 1000 s; fast leaves at 0, 30 min and needs 300 s: the slow one of minute 10 arrives
    # at 1600 s, before the fast one at 2100 s; the slow one of minute 20 at 2200 s, after it
    times = []
    for leave in range(0, 1800, 60):
        ready = leave + SLACK_S
        times.append((1600 if 0 < ready <= 600 else 2100) - leave)
    np.testing.assert_array_equal(seen, np.sort(np.array(times, np.float32) / 60))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_draws():
    lines = [along_street("H", 0, 600), along_avenue("V", 10, 840)]
    one, same, other = (minutes(lines, (0, 0), (10, 10), PERCENTILES, walk_blocks=0, seed=seed) for seed in (1, 1, 2))
    assert one.tobytes() == same.tobytes()
    assert one.tobytes() != other.tobytes()


def test_a_line_elsewhere_changes_nothing():
    lines = [along_street("H", 0, 600), along_avenue("V", 10, 840)]
    before = minutes(lines, (0, 0), (10, 10), PERCENTILES, walk_blocks=0)
    after = minutes([*lines, along_street("A", 5, 300, last=3)], (0, 0), (10, 10), PERCENTILES, walk_blocks=0)
    assert before.tobytes() == after.tobytes()


def test_distributions_add_up_and_have_the_known_means():
    wait = headway.uniform_wait(600)
    assert headway.mean_min(wait) == pytest.approx(599 / 2 / 60)
    assert headway.mean_min(headway.one_after_another(wait, wait)) == pytest.approx(599 / 60)
    least = headway.whichever_first(wait, wait, wait)
    assert least.sum() == pytest.approx(1)
    assert headway.mean_min(least) == pytest.approx(10 / 4, abs=0.01)  # h / (k + 1)
    assert headway.percentile_min(headway.uniform_wait(60), 50) == 29 / 60
    with pytest.raises(PlanningDataError, match="E-LINE-04"):
        headway.uniform_wait(0)
