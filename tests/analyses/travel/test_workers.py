"""Blocks on a scheduler with worker processes: equal bytes, and a worker that is killed is no loss."""

import os
import signal

import pandas as pd
import pytest

import analyses
import layers
from geo import PlanningDataError

pytest.importorskip("distributed", reason="distributed is not installed")


@pytest.fixture(scope="module")
def today():
    return layers.transport()


@pytest.fixture(scope="module")
def zones():
    return layers.zones().iloc[::8]


@pytest.fixture(scope="module")
def client():
    with analyses.workers(4, memory_limit_gib=2) as made:
        yield made


def test_workers_give_the_bytes_of_one_process_and_one_may_die(today, zones, client):
    jobs = zones["jobs"]
    whole = analyses.opportunities_within(analyses.travel_times(today, zones, mode="car", limit_min=60), jobs, [15, 30, 60])
    victims = list(client.run(os.getpid).values())
    assert len(victims) == 4
    killed = []

    def kill_one(done, of):
        if done == 2:
            assert of > 8
            os.kill(victims[0], signal.SIGKILL)
            killed.append(victims[0])

    times = analyses.travel_times(
        today, zones, mode="car", limit_min=60, blocks=analyses.Blocks(engine=client, progress=kill_one)
    )
    times.__dict__["rows"] = 40
    found = analyses.opportunities_within(times, jobs, [15, 30, 60])
    assert killed
    pd.testing.assert_frame_equal(found, whole, check_exact=True)
    assert victims[0] not in client.run(os.getpid).values()


def test_transit_runs_on_workers(today, zones, client):
    few = zones.iloc[::4]
    options = {"departure": analyses.Departure("07:00", 5), "limit_min": 45}
    whole = analyses.time_to_nearest(analyses.travel_times(today, few, zones, **options), 3)
    times = analyses.travel_times(today, few, zones, blocks=analyses.Blocks(engine=client), **options)
    times.__dict__["rows"] = 50
    pd.testing.assert_frame_equal(analyses.time_to_nearest(times, 3), whole, check_exact=True)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "E-BLOCK-04"),
        ({"count": 0}, "E-BLOCK-04"),
        ({"count": 2, "scheduler": "tcp://127.0.0.1:1"}, "E-BLOCK-04"),
        ({"scheduler": "127.0.0.1:8786"}, "E-BLOCK-05"),
    ],
)
def test_who_is_to_work_is_told(given, code):
    with pytest.raises(PlanningDataError, match=code), analyses.workers(**given):
        pass
