"""Times between units: by hand on a small matrix, and the same bytes block by block."""

import numpy as np
import pandas as pd
import pytest

import analyses
import layers
from geo import PlanningDataError

IDS = pd.Index(["a", "b", "c", "d"])
INF = np.inf
MINUTES = np.array([[[0, 10, 30, INF], [12, 0, 20, 40], [30, 20, 0, 6], [INF, INF, 6, 0]]], np.float32)
TIMES = analyses.TravelTimes(MINUTES, IDS, IDS)
UNITS = pd.Series(["U", "U", "V", None], IDS)


def test_means_and_shares_by_hand():
    found = analyses.unit_times(TIMES, UNITS)
    assert found.index.names == ["from_unit", "to_unit"]
    assert found["travel_time_min"].to_dict() == {("U", "U"): 5.5, ("U", "V"): 25.0, ("V", "U"): 25.0, ("V", "V"): 0.0}
    assert (found["reached_pct"] == 100).all()


def test_weights_count_people_here_and_jobs_there():
    people, jobs = pd.Series([3, 1, 2, 9], IDS), pd.Series([1, 4, 5, 9], IDS)
    found = analyses.unit_times(TIMES, UNITS, from_weights=people, to_weights=jobs)
    assert found.loc[("U", "U"), "travel_time_min"] == (3 * 4 * 10 + 1 * 1 * 12) / (3 * 5 + 1 * 5)
    assert found.loc[("V", "U"), "travel_time_min"] == (2 * 1 * 30 + 2 * 4 * 20) / (2 * 5)


def test_pairs_that_nobody_makes_count_in_the_share_alone():
    ends = pd.Series(["W", "W", "X", "X"], IDS)
    found = analyses.unit_times(TIMES, UNITS, ends)
    assert found.loc[("U", "X"), "travel_time_min"] == pytest.approx((30 + 20 + 40) / 3)
    assert found.loc[("U", "X"), "reached_pct"] == 75
    nobody = analyses.unit_times(TIMES, pd.Series([None, None, None, "Z"], IDS), ends)
    assert np.isnan(nobody.loc[("Z", "W"), "travel_time_min"])
    assert nobody.loc[("Z", "W"), "reached_pct"] == 0


@pytest.mark.parametrize("mode", ["car", "walk"])
def test_blocks_and_orders_give_the_same_bytes(mode):
    today, zones = layers.transport(), layers.zones().iloc[::23]
    units, people, jobs = zones["unit_id"], zones["population_2019_people"], zones["jobs"]
    whole = analyses.travel_times(today, zones, mode=mode, limit_min=60)
    given = {"from_weights": people, "to_weights": jobs}
    found = analyses.unit_times(whole, units, **given)
    parts = analyses.travel_times(today, zones, mode=mode, limit_min=60, blocks=analyses.Blocks())
    parts.__dict__["rows"] = 11
    pd.testing.assert_frame_equal(analyses.unit_times(parts, units, **given), found, check_exact=True)
    mixed = analyses.travel_times(today, zones.sample(frac=1, random_state=1), zones, mode=mode, limit_min=60)
    pd.testing.assert_frame_equal(analyses.unit_times(mixed, units, **given), found, check_exact=True)


def test_zones_without_an_entry_are_named():
    with pytest.raises(PlanningDataError, match="E-UTIMES-01") as error:
        analyses.unit_times(TIMES, UNITS.iloc[1:])
    assert error.value.feature_ids == ("a",)
    with pytest.raises(PlanningDataError, match="E-UTIMES-02"):
        analyses.unit_times(TIMES, UNITS, from_weights=pd.Series([1, -1, 1, 1], IDS))
