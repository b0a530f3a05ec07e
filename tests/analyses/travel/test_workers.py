"""Blocks on a scheduler with worker processes: equal bytes, and a worker that is killed is no loss."""

import os
import signal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analyses
import layers
from analyses.travel.mapped import mapped, taken
from geo import PlanningDataError

pytest.importorskip("distributed", reason="distributed is not installed")
psutil = pytest.importorskip("psutil", reason="it comes with distributed")


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


def test_two_sets_of_workers_run_at_once_and_only_this_machine_reaches_them(client):
    with analyses.workers(1, memory_limit_gib=1) as other:
        assert list(other.run(os.getpid).values()) != list(client.run(os.getpid).values())
        here = psutil.Process()
        open_ports = [one for process in (here, *here.children(recursive=True)) for one in process.net_connections()]
        assert {one.laddr.ip for one in open_ports if one.status == psutil.CONN_LISTEN} == {"127.0.0.1"}


def test_transit_runs_on_workers(today, zones, client):
    few = zones.iloc[::4]
    options = {"departure": analyses.Departure("07:00", 5), "limit_min": 45}
    whole = analyses.time_to_nearest(analyses.travel_times(today, few, zones, **options), 3)
    times = analyses.travel_times(today, few, zones, blocks=analyses.Blocks(engine=client), **options)
    times.__dict__["rows"] = 50
    pd.testing.assert_frame_equal(analyses.time_to_nearest(times, 3), whole, check_exact=True)


@pytest.mark.parametrize("mode", ["walk", "car", "transit"])
def test_a_worker_takes_one_thread_where_nothing_else_is_asked(today, zones, mode):
    def threads(**asked):
        matrix = analyses.travel_times(today, zones.iloc[:9], mode=mode, blocks=analyses.Blocks(), **asked).matrix.on_workers()
        return matrix.plan.asked.rides["threads"] if mode == "transit" else matrix.plan.threads

    assert threads() == 1
    assert threads(threads=3) == 3


def test_workers_share_the_arrays_of_one_file_where_they_see_it(client, tmp_path):
    frozen = np.arange(100_000.0)
    frozen.flags.writeable = False
    value = {"frozen": frozen, "own": np.arange(7, dtype=np.int8), "name": "grid"}
    with mapped(value, client, tmp_path) as shared:
        assert len(shared.rest) < 1000  # the arrays lie in the file
        assert Path(shared.path).is_relative_to(tmp_path)
        there = client.gather([client.submit(told, shared, worker, pure=False) for worker in range(8)])
    assert not list(tmp_path.iterdir())
    assert there == [(float(frozen.sum()), False, True, "grid", 0)] * 8


def told(shared, _worker):
    value = taken(shared)
    frozen, own = value["frozen"], value["own"]
    return float(frozen.sum()), frozen.flags.writeable, own.flags.writeable, value["name"], frozen.ctypes.data % 64


def test_a_folder_that_is_not_there_yet_is_made_for_workers_too(today, zones, client, tmp_path):
    few = zones.iloc[::4]
    folder = tmp_path / "out" / "blocks"
    times = analyses.travel_times(today, few, mode="walk", limit_min=20, blocks=analyses.Blocks(folder=folder, engine=client))
    assert len(analyses.time_to_nearest(times)) == len(few)
    assert [path.suffix for path in folder.iterdir()] == [".parquet"]


def test_arrays_are_sent_where_the_disk_does_not_take_them(client, monkeypatch):
    def full(_path, _mode):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "open", full)
    with mapped(np.arange(9), client, None) as shared:
        monkeypatch.undo()
        assert client.gather(shared).sum() == 36
        (holders,) = client.who_has(shared).values()
        assert set(holders) == set(client.ncores())  # every worker, before it is asked for


class Elsewhere:
    """Workers that see a file of so many bytes each."""

    def __init__(self, *sizes):
        self.sizes = {f"tcp://there:{number}": size for number, size in enumerate(sizes)}

    def run(self, _asked, _path):
        return self.sizes

    def scatter(self, value, **_options):
        return ["sent", value]


@pytest.mark.parametrize("sizes", [(), (-1,), (0,), (64, -1), (64, 128)])
def test_arrays_are_sent_where_a_worker_does_not_see_the_file(sizes):
    with mapped(np.arange(5), Elsewhere(*sizes), None) as shared:
        assert shared[0] == "sent"


def test_arrays_are_not_sent_where_all_workers_see_the_file(tmp_path):
    with mapped(np.arange(5), Elsewhere(64, 64), tmp_path) as shared:  # 40 bytes, in steps of 64
        assert Path(shared.path).stat().st_size == 64
        assert taken(shared).tolist() == [0, 1, 2, 3, 4]


def test_a_value_without_arrays_is_sent(client, tmp_path):
    with mapped("no arrays", client, tmp_path) as shared:
        assert client.gather(shared) == "no arrays"
        assert taken(client.gather(shared)) == "no arrays"


def test_shared_arrays_that_are_changed_or_gone_are_refused(client, tmp_path):
    with mapped(np.arange(1000), client, tmp_path) as shared:
        data = bytearray(Path(shared.path).read_bytes())
        data[17] ^= 1
        Path(shared.path).write_bytes(data)
        with pytest.raises(PlanningDataError, match="E-BLOCK-07"):
            taken(shared)
    with pytest.raises(PlanningDataError, match="E-BLOCK-07"):
        taken(shared)


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


def test_the_workers_of_a_scheduler_do_the_work_and_outlive_it(client):
    with analyses.workers(scheduler=client.scheduler.address) as there:
        assert there is not client
        assert set(there.run(os.getpid).values()) == set(client.run(os.getpid).values())
        assert there.submit(sum, [1, 2, 3]).result() == 6
    assert there.status == "closed"
    assert client.submit(sum, [2, 3, 4]).result() == 9


@pytest.mark.parametrize("problem", [OSError("timed out"), ValueError("no port")])
def test_a_scheduler_that_does_not_answer_is_named_with_what_to_start(monkeypatch, problem):
    def silent(_scheduler, **_options):
        raise problem

    monkeypatch.setattr("distributed.Client", silent)
    with pytest.raises(PlanningDataError, match="no scheduler answers") as caught, analyses.workers(scheduler="tls://there:8786"):
        pass
    assert (caught.value.code, caught.value.seen) == ("E-BLOCK-05", "tls://there:8786")
    assert "dask scheduler" in caught.value.mend
