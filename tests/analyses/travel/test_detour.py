"""Ways against straight lines, on a city of square blocks where every length is known."""

import numpy as np
import pandas as pd
import pytest

import analyses
import layers
from geo import PlanningDataError
from tests.layers.synthetic_city import city, places


@pytest.fixture(scope="module")
def town():
    return city()


def test_ways_over_square_blocks_are_the_sum_of_both_sides(town):
    points = places((0, 0), (3, 4), (5, 0))
    found = analyses.circuity(town, points).set_index(["from_id", "to_id"])
    assert found.loc[("p0", "p1"), "network_km"] == pytest.approx(2.8)
    assert found.loc[("p0", "p1"), "circuity"] == pytest.approx(7 / 5)
    assert found.loc[("p0", "p2"), "circuity"] == pytest.approx(1)
    assert len(found) == 6
    for mode in ("motorbike", "walk"):
        assert analyses.circuity(town, points, mode=mode)["network_km"].tolist() == pytest.approx(found["network_km"].tolist())


def test_the_shortest_way_counts_and_not_the_fastest(town):
    points = places((0, 3), (9, 3))  # Main Street, a block north, is twice as fast
    assert analyses.circuity(town, points)["network_km"].tolist() == pytest.approx([3.6, 3.6])


def test_the_leg_from_a_point_to_its_street_is_part_of_the_way(town):
    found = analyses.circuity(town, places((0.5, 0.25), (3.5, 0.25)))
    assert found["network_km"].iloc[0] == pytest.approx(0.1 + 1.2 + 0.1, abs=1e-3)


def test_the_region_joins_over_local_streets_and_agrees_with_the_corridor():
    today, ends = layers.transport(), layers.centres().loc[["new_city", "thu_duc", "chon_thanh"]]
    found = analyses.circuity(today, ends).set_index(["from_id", "to_id"])
    along = analyses.corridor_times(today, ends, modes=["car"]).set_index(["from_id", "to_id"])
    for pair, row in along.iterrows():
        assert row["straight_km"] == pytest.approx(found.loc[pair, "straight_km"])
        assert found.loc[pair, "network_km"] <= row["distance_km"] + 0.02  # the shortest is no longer than the fastest
        assert 1 < found.loc[pair, "circuity"] < 1.6


def test_pairs_without_a_way_are_null_and_counted_apart(town):
    cut = layers.Scenario("cut", [layers.CloseRoad(classes=["residential", "primary"])]).apply(town)
    pairs = analyses.circuity(cut, places((0.5, 0), (5.5, 5), (0.75, 0)))
    assert pairs["circuity"].isna().sum() == 4
    told = analyses.mean_circuity(pairs)
    assert told[["circuity", "pairs", "pairs_without_way"]].tolist() == pytest.approx([1, 6, 4])


def test_the_mean_weighs_long_pairs_and_travellers():
    pairs = pd.DataFrame({"network_km": [3.0, 1.0, np.nan], "straight_km": [2.0, 1.0, 5.0]})
    weights = pd.Series([1.0, 3.0, 9.0])
    assert analyses.mean_circuity(pairs, weights)["circuity"] == pytest.approx(6 / 5)
    assert analyses.mean_circuity(pairs, weights)["mean_of_ratios"] == pytest.approx((1.5 + 3) / 4)


@pytest.mark.parametrize("weights", [[1, -1], [1, np.nan], [1, 1, 1], [0, 0]])
def test_weights_that_do_not_fit_are_refused(weights):
    pairs = pd.DataFrame({"network_km": [3.0, 1.0], "straight_km": [2.0, 1.0]})
    with pytest.raises(PlanningDataError, match="E-CIRC-02"):
        analyses.mean_circuity(pairs, pd.Series(weights, dtype=float))


def test_a_mode_without_drawn_streets_is_refused():
    with pytest.raises(PlanningDataError, match="E-CIRC-01"):
        analyses.circuity(layers.transport(), layers.centres(), mode="walk")


def test_a_mode_misspelt_is_refused_with_the_nearest_name(town):
    with pytest.raises(PlanningDataError, match="E-MODE-01 no such mode") as caught:
        analyses.circuity(town, places((0, 0), (1, 1)), mode="motorbyke")
    assert caught.value.seen == "motorbyke"
    assert "motorbike" in caught.value.mend
