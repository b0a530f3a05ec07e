import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analyses
from geo import PlanningDataError

PLACES = pd.Index(["a", "b", "c"])


def times(minutes, percentiles=(50,)):
    return analyses.TravelTimes(np.array(minutes, np.float32).reshape(len(percentiles), 3, 3), PLACES, PLACES, percentiles)


SQUARE = times([[0, 10, np.inf], [10, 0, 30], [np.inf, 30, 0]])


def test_powers_of_two_tell_which_places_were_reached():
    amounts = pd.Series([1, 2, 4], PLACES, name="jobs")
    found = analyses.opportunities_within(SQUARE, amounts, [10, 30])
    assert found["jobs_within_10min"].tolist() == [3, 3, 4]
    assert found["jobs_within_30min"].tolist() == [3, 7, 6]


def test_a_trip_that_takes_exactly_the_cutoff_counts():
    found = analyses.opportunities_within(SQUARE, pd.Series(1, PLACES, name="jobs"), 30)
    assert found.loc["b", "jobs_within_30min"] == 3


def test_several_percentiles_are_named():
    both = times([[[0, 1, 2]] * 3, [[0, 9, 9]] * 3], percentiles=(5, 50))
    found = analyses.opportunities_within(both, pd.Series(1, PLACES, name="jobs"), 5)
    assert list(found) == ["jobs_within_5min_p5", "jobs_within_5min_p50"]


@pytest.mark.parametrize(("amounts", "code"), [({"a": 1, "b": 1}, "E-OPP-01"), ({"a": 1, "b": -1, "c": 1}, "E-OPP-02")])
def test_wrong_opportunities_are_refused_with_their_ids(amounts, code):
    with pytest.raises(PlanningDataError, match=code) as caught:
        analyses.opportunities_within(SQUARE, pd.Series(amounts, name="jobs"), 5)
    assert len(caught.value.feature_ids) == 1


def test_a_matrix_made_elsewhere_serves_every_measure():
    pairs = SQUARE.to_frame().rename(columns={"travel_time_p50_min": "travel_time_min"})
    again = analyses.TravelTimes.from_frame(pairs)
    assert np.array_equal(again.at(), SQUARE.at())


def test_a_pair_that_stands_twice_is_refused():
    pairs = pd.DataFrame({"from_id": ["a", "a"], "to_id": ["b", "b"], "travel_time_min": [1.0, 2.0]})
    with pytest.raises(PlanningDataError, match="E-PAIR-02"):
        analyses.TravelTimes.from_frame(pairs)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"time": "7h"}, "E-DEP-01"),
        ({"time": "24:00"}, "E-DEP-01"),
        ({"window_min": 0}, "E-DEP-02"),
        ({"percentiles": (50, 5)}, "E-DEP-03"),
    ],
)
def test_a_wrong_departure_is_refused(wrong, code):
    with pytest.raises(PlanningDataError, match=code):
        analyses.Departure(**wrong)


CLOSE = st.sampled_from([0, 0.5, 7.3, 15, 29.9, 30, 45, 90, np.inf])


@st.composite
def cities(draw):
    """A small city: times with holes and two kinds of opportunities, whole numbers."""
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 12))
    minutes = draw(st.lists(CLOSE, min_size=rows * columns, max_size=rows * columns))
    amounts = draw(st.lists(st.integers(0, 99), min_size=2 * columns, max_size=2 * columns))
    places = pd.Index([f"d{j:02}" for j in range(columns)])
    origins = pd.Index([f"o{i}" for i in range(rows)])
    table = pd.DataFrame(np.reshape(amounts, (columns, 2)), places, ["jobs", "shops"])
    return analyses.TravelTimes(np.array(minutes, np.float32).reshape(1, rows, columns), origins, places), table


small = settings(max_examples=30)


@small
@given(cities(), st.floats(0, 90), st.floats(0, 90))
def test_access_grows_with_the_cutoff(city, one, other):
    near, far = (analyses.opportunities_within(*city, cutoff).to_numpy() for cutoff in sorted([one, other]))
    assert (near <= far).all()


@small
@given(cities(), st.integers(0, 9))
def test_access_is_linear_in_the_opportunities(city, times_as_many):
    times, table = city
    found = analyses.opportunities_within(times, table, 30)
    many = analyses.opportunities_within(times, table * times_as_many + 1, 30)
    places = analyses.opportunities_within(times, table * 0 + 1, 30)
    assert many.equals(found * times_as_many + places)


@small
@given(cities())
def test_every_cutoff_and_column_at_once_is_each_alone(city):
    times, table = city
    together = analyses.opportunities_within(times, table, [45, 15, 30])
    for cutoff in (45, 15, 30):
        for name in table:
            alone = analyses.opportunities_within(times, table[name], cutoff).iloc[:, 0]
            assert together[f"{name}_within_{cutoff}min"].equals(alone)


@small
@given(cities(), st.sampled_from([7.3, 15.0, 30.0]))
def test_gravity_with_a_step_or_a_steep_decay_is_the_cumulative_measure(city, cutoff):
    times, table = city
    counted = analyses.opportunities_within(times, table, cutoff).to_numpy()
    assert (analyses.gravity(times, table, analyses.decay_step(cutoff)).to_numpy() == counted).all()
    steep = analyses.gravity(times, table, analyses.decay_logistic(cutoff + 0.05, 1e-3)).to_numpy()
    assert steep == pytest.approx(counted, abs=1e-9)


@small
@given(cities())
def test_the_time_that_reaches_enough_is_the_least_such_cutoff(city):
    times, table = city
    minutes = analyses.dual_access(times, table["jobs"], 50)["reach_50_jobs_min"]
    for origin, least in minutes.items():
        steps = sorted({float(t) for t in times.at()[times.origins.get_loc(origin)] if np.isfinite(t)})
        reached = [t for t in steps if analyses.opportunities_within(times, table["jobs"], t).loc[origin].iloc[0] >= 50]
        assert least == (reached[0] if reached else pytest.approx(np.nan, nan_ok=True))


@small
@given(cities())
def test_the_nearest_are_the_first_of_the_sorted_times(city):
    times, table = city
    found = analyses.time_to_nearest(times, [1, 2], opportunities=table, with_ids=True)
    for row, origin in enumerate(times.origins):
        for name in table:
            ours = [(t, d) for t, d in zip(times.at()[row], times.destinations, strict=True) if table.loc[d, name] > 0]
            ours = [(t, d) for t, d in sorted(ours) if np.isfinite(t)]
            for k in (1, 2):
                minutes, place = found.loc[origin, [f"{name}_nearest_{k}_min", f"{name}_nearest_{k}_id"]]
                assert (minutes, place) == ours[k - 1] if len(ours) >= k else (np.isnan(minutes) and pd.isna(place))


def test_the_interval_takes_every_whole_minute_with_both_ends():
    """50 jobs at 11 minutes and 100 at 13: A(10..13) = 0, 50, 50, 150."""
    city = analyses.TravelTimes(np.array([[[11, 13]]], np.float32), pd.Index(["o"]), pd.Index(["x", "y"]))
    jobs = pd.Series({"x": 50, "y": 100}, name="jobs")
    mean = analyses.opportunities_between(city, jobs, 10, 13)
    assert mean.loc["o", "jobs_between_10min_and_13min_mean"] == 250 / 4
    median = analyses.opportunities_between(city, jobs, 10, 13, statistic="median")
    assert median.loc["o", "jobs_between_10min_and_13min_median"] == 50


def test_the_interval_is_a_decay_with_a_ramp_of_steps(monkeypatch):
    draw = np.random.default_rng(1)
    city = analyses.TravelTimes(draw.uniform(0, 60, (1, 9, 50)).astype(np.float32), pd.RangeIndex(9), pd.RangeIndex(50))
    jobs = pd.Series(draw.integers(0, 100, 50), name="jobs")
    ramp = analyses.gravity(city, jobs, lambda t: np.clip(41 - np.ceil(np.maximum(t, 20)), 0, 21) / 21)
    whole = analyses.opportunities_between(city, jobs, 20, 40)
    assert whole.to_numpy() == pytest.approx(ramp.to_numpy(), rel=1e-12)
    monkeypatch.setattr("analyses.access.opportunities._PAIRS", 1)
    assert analyses.opportunities_between(city, jobs, 20, 40).equals(whole)


def test_balancing_asks_each_origin_for_its_own_people():
    amounts = pd.Series([2, 3, 10], PLACES, name="jobs")
    found = analyses.balancing_time(SQUARE, amounts, pd.Series({"a": 5, "b": 15, "c": 99}))["balancing_jobs_min"]
    assert found[["a", "b"]].tolist() == [10, 30]
    assert np.isnan(found["c"])
    nobody = analyses.balancing_time(SQUARE, amounts * 0, pd.Series(0, PLACES))
    assert nobody["balancing_jobs_min"].tolist() == [0, 0, 0]


def test_a_sum_of_fractions_that_rounding_keeps_below_its_total_is_reached():
    assert sum([0.1] * 10) < 1
    many = pd.RangeIndex(10)
    city = analyses.TravelTimes(np.arange(10, dtype=np.float32).reshape(1, 1, 10), pd.RangeIndex(1), many)
    assert analyses.dual_access(city, pd.Series(0.1, many, name="x"), 1)["reach_1_x_min"].tolist() == [9]


def test_many_destinations_are_found_through_buckets():
    draw = np.random.default_rng(5)
    minutes = np.round(draw.exponential(20, (20, 3000)), 1).astype(np.float32)
    city = analyses.TravelTimes(minutes[None], pd.RangeIndex(20), pd.RangeIndex(3000))
    jobs = pd.Series(draw.integers(0, 9, 3000), name="jobs")
    for amount in (1, 500, 6000, int(jobs.sum())):
        order = np.argsort(minutes, axis=1, kind="stable")
        sums = np.cumsum(jobs.to_numpy()[order], axis=1)
        expected = np.take_along_axis(minutes, order, 1)[np.arange(20), (sums < amount).sum(axis=1)]
        found = analyses.dual_access(city, jobs, amount).iloc[:, 0].to_numpy()
        assert (found == expected).all()


MEASURES = {
    "within": lambda t, o: analyses.opportunities_within(t, o, [10, 40]),
    "between": lambda t, o: analyses.opportunities_between(t, o, 10, 40),
    "gravity": lambda t, o: analyses.gravity(t, o, analyses.decay_gaussian(20)),
    "nearest": lambda t, o: analyses.time_to_nearest(t, [1, 3], opportunities=o, with_ids=True),
    "dual": lambda t, o: analyses.dual_access(t, o, [5, 50]),
    "balancing": lambda t, o: analyses.balancing_time(t, o, pd.Series(20.5, t.origins)),
}
every_measure = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)


@every_measure
def test_the_order_of_rows_changes_no_bit(measure):
    draw = np.random.default_rng(2)
    minutes = draw.uniform(0, 60, (2, 20, 70)).astype(np.float32)
    o, d = draw.permutation(20), draw.permutation(70)
    rows, places = pd.Index([f"o{i:02}" for i in range(20)]), pd.Index([f"d{i:02}" for i in range(70)])
    jobs = pd.DataFrame({"jobs": draw.uniform(0, 3, 70), "shops": draw.uniform(0, 3, 70)}, places)
    one = measure(analyses.TravelTimes(minutes, rows, places, (5, 50)), jobs)
    other = measure(analyses.TravelTimes(minutes[:, o][:, :, d], rows[o], places[d], (5, 50)), jobs.iloc[::-1])
    assert one.index.equals(rows)
    assert one.equals(other.loc[rows])
    assert len(one.columns) == len(set(one.columns))


@every_measure
def test_no_origins_give_an_empty_frame_and_no_destinations_reach_nothing(measure):
    none = analyses.TravelTimes(np.empty((1, 0, 3), np.float32), pd.Index([]), PLACES)
    assert len(measure(none, pd.Series(1, PLACES, name="jobs"))) == 0
    nowhere = analyses.TravelTimes(np.empty((1, 3, 0), np.float32), PLACES, pd.Index([]))
    found = measure(nowhere, pd.Series([], name="jobs", dtype=float))
    assert found.index.equals(PLACES)
    assert (found.isna() | (found == 0)).all(axis=None)


@every_measure
@pytest.mark.parametrize(
    ("city", "amounts", "code", "ids"),
    [
        (SQUARE, pd.Series([1, 1, 1, 1], ["a", "b", "c", "c"]), "E-OPP-01", ("c",)),
        (SQUARE, pd.Series([1.0, np.nan, 1], PLACES), "E-OPP-02", ("b",)),
        (SQUARE, pd.Series([1.0, np.inf, 1], PLACES), "E-OPP-02", ("b",)),
        (SQUARE, pd.Series([1, 1, -1], PLACES), "E-OPP-02", ("c",)),
        (SQUARE, pd.Series(["1", "2", "3"], PLACES), "E-OPP-02", ()),
        (times([[0, 1, 2], [3, 4, np.nan], [5, 6, 7]]), pd.Series(1, PLACES), "E-TIMES-02", ("b",)),
        (times([[0, 1, 2], [3, 4, 5], [5, -6, 7]]), pd.Series(1, PLACES), "E-TIMES-02", ("c",)),
        (
            analyses.TravelTimes(np.zeros((1, 2, 3), np.float32), pd.Index(["o", "o"]), PLACES),
            pd.Series(1, PLACES),
            "E-TIMES-01",
            ("o",),
        ),
    ],
)
def test_bad_input_is_refused_with_its_ids(measure, city, amounts, code, ids):
    with pytest.raises(PlanningDataError, match=code) as caught:
        measure(city, amounts)
    assert caught.value.feature_ids == ids


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda o: analyses.opportunities_within(SQUARE, o, -1), "E-OPP-03"),
        (lambda o: analyses.opportunities_within(SQUARE, o, [10, np.nan]), "E-OPP-03"),
        (lambda o: analyses.opportunities_between(SQUARE, o, 30, 30), "E-OPP-03"),
        (lambda o: analyses.opportunities_between(SQUARE, o, 10, 30, step_min=0), "E-OPP-03"),
        (lambda o: analyses.opportunities_between(SQUARE, o, 10, 30, statistic="max"), "E-OPP-04"),
        (lambda o: analyses.dual_access(SQUARE, o, 0), "E-OPP-05"),
        (lambda o: analyses.time_to_nearest(SQUARE, 0, opportunities=o), "E-OPP-05"),
        (lambda o: analyses.balancing_time(SQUARE, o, pd.Series(1, PLACES[:2])), "E-DEMAND-01"),
    ],
)
def test_questions_without_an_answer_are_refused(ask, code):
    with pytest.raises(PlanningDataError, match=code):
        ask(pd.Series(1, PLACES, name="jobs"))


def test_ids_of_several_kinds_have_an_order():
    mixed = pd.Index([2, "1", 1])
    city = analyses.TravelTimes(np.zeros((1, 1, 3), np.float32), pd.Index(["o"]), mixed)
    assert analyses.time_to_nearest(city, 1, with_ids=True)["nearest_1_id"].tolist() == [1]
