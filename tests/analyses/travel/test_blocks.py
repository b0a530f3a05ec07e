"""Matrices block by block: the bytes of the whole matrix, whatever the cut, in this process, after a stop, or on workers."""

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import analyses
import layers
from analyses.travel import blocks
from geo import PlanningDataError
from geo.movement import CrowFlies, fingerprint, hilbert_order
from tests.layers.synthetic_city import city, places

PEAK = analyses.Departure("07:00", window_min=10, percentiles=(5, 50, 95))
NIGHT = analyses.Departure("02:00", window_min=1, percentiles=(50,))  # nothing runs
MODES = {"walk": 30, "motorbike": 20, "car": 60, "transit": 45}


@pytest.fixture(scope="module")
def today():
    return layers.transport()


@pytest.fixture(scope="module")
def zones():
    return layers.zones().iloc[::19]


def by_block(transport, zones, rows, mode, **more):
    made = analyses.Blocks(**more)
    times = analyses.travel_times(transport, zones, mode=mode, departure=PEAK, limit_min=MODES[mode], blocks=made)
    times.__dict__["rows"] = rows  # in place of what the memory would allow
    return times


def same_bytes(one, other):
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    numbers = one.select_dtypes("number")
    return all(one[name].to_numpy().tobytes() == other[name].to_numpy().tobytes() for name in numbers)


@pytest.mark.parametrize("mode", MODES)
def test_every_measure_gives_the_bytes_of_the_whole_matrix(today, zones, mode):
    whole = analyses.travel_times(today, zones, mode=mode, departure=PEAK, limit_min=MODES[mode])
    parts = by_block(today, zones, 37, mode)
    assert len(parts.spans) > 5
    assert sorted(np.concatenate(parts.spans)) == list(range(len(zones)))
    jobs, people = zones["jobs"], zones["population_2019_people"]
    measures = {
        "within": lambda times: analyses.opportunities_within(times, jobs, [10, 20]),
        "between": lambda times: analyses.opportunities_between(times, jobs, 5, 15),
        "gravity": lambda times: analyses.gravity(times, jobs, analyses.decay_exponential(half_life_min=10)),
        "nearest": lambda times: analyses.time_to_nearest(times, [1, 3], opportunities=jobs, with_ids=True),
        "dual": lambda times: analyses.dual_access(times, jobs, 1000),
        "balancing": lambda times: analyses.balancing_time(times, jobs, people),
    }
    for name, measure in measures.items():
        assert same_bytes(measure(parts), measure(whole)), name
    pairs = pd.concat([part.to_frame() for part in parts]).sort_values(["from_id", "to_id"], ignore_index=True)
    pd.testing.assert_frame_equal(pairs, whole.to_frame().sort_values(["from_id", "to_id"], ignore_index=True), check_exact=True)


def test_few_destinations_are_held_where_people_reach_few(today, zones):
    parts = by_block(today, zones, 20, "walk")
    assert parts.few
    assert max(part.minutes.shape[2] for part in parts) < len(zones) / 3
    assert not by_block(today, zones, 20, "transit").few


@pytest.mark.parametrize("pairs", [1, 2, 3, 5, 6, 10**6])
@pytest.mark.parametrize("mode", ["walk", "motorbike"])
def test_minutes_are_the_same_in_rooms_for_a_pair_for_some_and_for_all(monkeypatch, pairs, mode):
    town = replace(city(), walking=CrowFlies(1.0))
    monkeypatch.setattr("analyses.travel.plans._PAIRS", pairs)
    from_, to = places((1, 1), (2, 1), (5, 1), (9, 9)), places((1, 1), (4, 1))
    found = analyses.travel_times(town, from_, to, mode=mode, limit_min={"walk": 10, "motorbike": 4 / 3}[mode]).at()
    blocks_away = np.array([[0, 3], [1, 2], [4, 1], [16, 13]])  # of 400 m
    wanted = blocks_away * {"walk": 5, "motorbike": 2 / 3}[mode]
    within = wanted <= {"walk": 10, "motorbike": 4 / 3}[mode]
    np.testing.assert_allclose(found, np.where(within, wanted, np.inf), atol=0.01)


@pytest.mark.parametrize("mode", ["walk", "transit"])
@pytest.mark.parametrize("limit_min", [5, 7, 10, 14, 17, 53])
def test_a_place_as_far_as_one_walks_in_the_limit_is_reached_and_one_a_metre_farther_is_not(mode, limit_min):
    metres = 80 * limit_min
    ends = places(*((2 + more / 400, 0) for more in (0, metres, metres + 1)))
    town = city()
    for walking in (CrowFlies(1.0), town.walking):  # as the crow flies, and along the street
        reached = analyses.travel_times(
            replace(town, walking=walking), ends.iloc[:1], ends, mode=mode, limit_min=limit_min, departure=NIGHT
        )
        assert reached.at().tolist() == [[0, limit_min, np.inf]]


def test_where_nobody_reaches_anything_a_part_has_no_destinations():
    town = replace(city(), walking=CrowFlies(1.0))
    made = analyses.travel_times(
        town, places((0, 0), (1, 0)), places((9, 9)), mode="walk", limit_min=30, blocks=analyses.Blocks()
    )
    parts = list(made)
    assert {part.minutes.shape for part in parts} == {(1, 2, 0)}
    assert analyses.opportunities_within(made, pd.Series([7], made.destinations), 30).to_numpy().tolist() == [[0], [0]]


def test_rows_follow_from_the_memory(today, zones):
    made = [
        analyses.travel_times(today, zones, mode="transit", departure=PEAK, blocks=analyses.Blocks(gib)).rows
        for gib in (0.01, 0.02, 0.04)
    ]
    assert made[1] == pytest.approx(2 * made[0], abs=1)
    assert made[2] == pytest.approx(4 * made[0], abs=3)
    assert made[0] * len(zones) * blocks.bytes_a_pair(3) <= 0.01 * 2**30


def test_where_people_reach_few_more_rows_fit_and_their_pairs_keep_to_the_memory(today):
    zones = layers.zones()
    made = {
        gib: analyses.travel_times(today, zones, mode="walk", limit_min=30, blocks=analyses.Blocks(gib))
        for gib in (0.003, 0.01, 0.03)
    }
    rows = [times.rows for times in made.values()]
    assert rows == sorted(rows)
    for gib, times in made.items():
        room = gib * 2**30 * 0.5 / blocks.bytes_a_pair(1)
        assert times.rows > 1.5 * room / len(zones)
        assert max(part.minutes[0].size for part in times) <= room


def test_a_run_that_was_stopped_goes_on_with_what_it_had(today, zones, tmp_path):
    class StoppedError(Exception):
        pass

    def stop(done, of):
        assert of == 6
        if done == 3:
            raise StoppedError

    jobs = zones["jobs"]
    with pytest.raises(StoppedError):
        analyses.opportunities_within(by_block(today, zones, 40, "car", folder=tmp_path, progress=stop), jobs, 30)
    left = sorted(tmp_path.glob("block-*"))
    assert len(left) == 3
    kept = {path.name: path.stat().st_mtime_ns for path in left}
    left[1].write_bytes(left[1].read_bytes()[:-1])  # cut short by a full disk, say
    told = []
    again = by_block(today, zones, 40, "car", folder=tmp_path, progress=lambda done, of: told.append((done, of)))
    found = analyses.opportunities_within(again, jobs, 30)
    assert told == [(2, 6), (3, 6), (4, 6), (5, 6), (6, 6)]
    assert left[0].stat().st_mtime_ns == kept[left[0].name]
    assert same_bytes(found, analyses.opportunities_within(by_block(today, zones, 40, "car"), jobs, 30))
    told.clear()
    analyses.opportunities_within(again, jobs, 45)  # another question finds nothing of this one
    assert told[0] == (0, 6)
    told.clear()
    analyses.opportunities_within(again, jobs * 2, 45)
    assert told[0] == (0, 6)


def test_pairs_are_written_a_file_a_block(today, zones, tmp_path):
    times = by_block(today, zones, 60, "motorbike")
    folder = times.write(tmp_path / "pairs")
    found = pd.read_parquet(folder).sort_values(["from_id", "to_id"], ignore_index=True)
    whole = analyses.travel_times(today, zones, mode="motorbike", departure=PEAK, limit_min=20).to_frame()
    pd.testing.assert_frame_equal(found, whole.sort_values(["from_id", "to_id"], ignore_index=True), check_exact=True)
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    times.write(folder)
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()} == before


def test_bad_questions(today, zones, tmp_path):
    with pytest.raises(PlanningDataError, match="E-BLOCK-01"):
        analyses.Blocks(0)
    tiny = analyses.travel_times(today, zones, mode="car", blocks=analyses.Blocks(1e-9))
    with pytest.raises(PlanningDataError, match=r"E-BLOCK-01.*memory_limit_gib="):
        analyses.time_to_nearest(tiny)
    parts = by_block(today, zones, 60, "walk")
    with pytest.raises(PlanningDataError, match="E-BLOCK-02") as error:
        analyses.balancing_time(parts, zones["jobs"], zones["jobs"].iloc[1:])
    assert error.value.feature_ids == (zones.index[0],)
    kept = by_block(today, zones, 60, "walk", folder=tmp_path)
    with pytest.raises(PlanningDataError, match="E-BLOCK-03"):
        analyses.gravity(kept, zones["jobs"], lambda minutes: 1 / (1 + minutes))
    assert len(analyses.gravity(parts, zones["jobs"], lambda minutes: 1 / (1 + minutes))) == len(zones)


def test_no_origins_no_rows(today, zones):
    times = analyses.travel_times(today, zones.iloc[:0], zones, mode="walk", blocks=analyses.Blocks())
    found = analyses.opportunities_within(times, zones["jobs"], 10)
    assert list(found) == ["jobs_within_10min"]
    assert found.empty


def test_a_fingerprint_tells_what_differs(today, zones):
    assert fingerprint(today) == fingerprint(layers.transport())
    changed = layers.Scenario("one road less", [layers.CloseRoad("ql13")]).apply(today)
    assert fingerprint(changed) != fingerprint(today)
    frame = zones[["jobs"]]
    assert len({fingerprint(value) for value in (frame, frame.iloc[::-1], frame * 2, frame["jobs"], [1, 2], [12], (1.0, 2))}) == 7
    moved = zones.assign(geometry=zones.geometry.translate(1, 0))
    assert len({fingerprint(value) for value in (zones, moved, zones.drop(columns="geometry"))}) == 3
    assert fingerprint(zones) == fingerprint(zones.copy())
    assert fingerprint(analyses.decay_gaussian(10)) != fingerprint(analyses.decay_gaussian(20))


@pytest.mark.parametrize("side", [2, 4, 16])
def test_points_of_a_grid_are_walked_from_neighbour_to_neighbour(side):
    xy = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2) * 250.0 + [600_000, 1_220_000]
    steps = np.diff(xy[hilbert_order(xy)], axis=0)
    assert np.abs(steps).sum(axis=1).tolist() == [250] * (side * side - 1)


def test_neighbours_lie_together():
    xy = np.random.default_rng(1).random((500, 2)) * 10_000
    ordered = xy[hilbert_order(xy)]
    steps = np.hypot(*np.diff(ordered, axis=0).T)
    assert np.median(steps) < np.median(np.hypot(*np.diff(xy, axis=0).T)) / 5
