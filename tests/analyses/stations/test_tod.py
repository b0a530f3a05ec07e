"""Node, place and TOD index: hand-made stations of every class, weights that add up, and refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analyses
from geo import PlanningDataError

NAMES = ["centre", "town", "village", "terminal", "campus"]
NODE = pd.DataFrame({"trips_per_hour": [40, 20, 0, 36, 4], "lines": [9, 5, 1, 9, 1]}, index=NAMES)
PLACE = pd.DataFrame({"people_per_ha": [200, 100, 0, 20, 180], "jobs_per_ha": [100, 50, 10, 10, 100]}, index=NAMES)
small = settings(max_examples=30)
column = st.lists(st.integers(0, 99), min_size=4, max_size=4).filter(lambda numbers: len(set(numbers)) > 1)


def test_one_station_of_every_class():
    table = analyses.node_place(NODE, PLACE)
    assert table["node_score"].tolist() == pytest.approx([1, 0.5, 0, 0.95, 0.05])
    assert table["place_score"].tolist() == pytest.approx([1, (0.5 + 4 / 9) / 2, 0, 0.05, 0.95])
    assert table["node_place_class"].tolist() == ["stress", "balance", "dependence", "unsustained_node", "unsustained_place"]
    assert (table["balance_gap"] == table["node_score"] - table["place_score"]).all()
    assert set(table["node_place_class"]) == set(analyses.stations.tod.NODE_PLACE_CLASSES)


def test_the_thresholds_are_parameters():
    assert analyses.node_place(NODE, PLACE, imbalance=0.95)["node_place_class"]["terminal"] == "balance"
    assert analyses.node_place(NODE, PLACE, stress=0.4, dependence=0.1)["node_place_class"]["town"] == "stress"


def test_weights_of_both_sides_and_the_order_of_rows():
    weights = {"trips_per_hour": 0.2, "lines": 0.8, "people_per_ha": 0.5, "jobs_per_ha": 0.5}
    table = analyses.node_place(NODE, PLACE, weights=weights)
    assert table["node_score"]["campus"] == pytest.approx(0.2 * 0.1)
    turned = analyses.node_place(NODE.iloc[::-1, ::-1], PLACE, weights=weights)
    assert turned.loc[NAMES].equals(table)


@pytest.mark.parametrize(
    ("code", "node", "place", "options"),
    [
        ("E-NODE-01", NODE, PLACE.iloc[1:], {}),
        ("E-NODE-01", NODE, PLACE.assign(lines=[1, 2, 3, 4, 5]), {}),
        ("E-NODE-01", NODE, PLACE, {"directions": {"line": 1}}),
        ("E-NODE-01", NODE, PLACE, {"weights": {"line": 1}}),
        ("E-NODE-02", NODE, PLACE, {"imbalance": 0}),
        ("E-NODE-02", NODE, PLACE, {"stress": 0.2}),
        ("E-NODE-02", NODE, PLACE, {"standardise": "z_score"}),
        ("E-SCORE-01", pd.concat([NODE, NODE]), pd.concat([PLACE, PLACE]), {}),
        ("E-SCORE-02", NODE.assign(lines=np.nan), PLACE, {}),
        ("E-SCORE-03", NODE.assign(lines=3), PLACE, {}),
        ("E-WEIGHT-01", NODE, PLACE, {"weights": {"trips_per_hour": 1}}),
        ("E-WEIGHT-03", NODE, PLACE, {"weights": {"trips_per_hour": 1, "lines": 1, "people_per_ha": 1, "jobs_per_ha": 0}}),
    ],
)
def test_sides_that_can_not_be_compared_are_refused(code, node, place, options):
    with pytest.raises(PlanningDataError, match=code):
        analyses.node_place(node, place, **options)


ALL = NODE.join(PLACE)
DIMENSIONS = {"density": ["people_per_ha", "jobs_per_ha"], "capacity": ["lines"], "service": ["trips_per_hour"]}


def test_the_index_by_dimensions_is_the_weighted_mean_of_their_means():
    table = analyses.tod_index(ALL, dimensions=DIMENSIONS, weights={"density": 0.5, "capacity": 0.3, "service": 0.2})
    assert table["density_score"]["town"] == pytest.approx((0.5 + 4 / 9) / 2)
    assert table["tod_index"]["town"] == pytest.approx(0.5 * (0.5 + 4 / 9) / 2 + 0.3 * 0.5 + 0.2 * 0.5)
    assert table.index.equals(ALL.index)


def test_the_potential_leaves_transit_out_and_gives_its_weight_to_the_rest():
    table = analyses.tod_index(ALL, weights=dict.fromkeys(ALL, 0.25), transit=["lines", "trips_per_hour"])
    assert table["tod_potential"].tolist() == pytest.approx(analyses.tod_index(PLACE)["tod_index"].tolist())


def test_ahp_and_pca_weights_and_a_mapping_of_the_same_are_one():
    judged = pd.DataFrame([[1, 2, 4], [None, 1, 2], [None, None, 1]], list(DIMENSIONS), list(DIMENSIONS), dtype=float)
    result = analyses.ahp_weights(judged)
    by_pairs = analyses.tod_index(ALL, dimensions=DIMENSIONS, weights=result)["tod_index"]
    by_hand = analyses.tod_index(ALL, dimensions=DIMENSIONS, weights=dict(zip(DIMENSIONS, [4 / 7, 2 / 7, 1 / 7], strict=True)))
    assert by_pairs.to_numpy() == pytest.approx(by_hand["tod_index"].to_numpy())
    shared = analyses.pca_weights(analyses.standardised(ALL))
    assert analyses.tod_index(ALL, weights="pca").equals(analyses.tod_index(ALL, weights=shared))


@small
@given(column, column, st.integers(0, 3), st.integers(1, 50))
def test_the_index_lies_within_0_and_1_and_rises_with_every_criterion(one, other, station, more):
    table = pd.DataFrame({"a": one, "b": other})
    bounds = {"a": (0, 150), "b": (0, 150)}
    index = analyses.tod_index(table)["tod_index"]
    assert index.between(0, 1).all()
    before = analyses.tod_index(table, bounds=bounds)["tod_index"]
    table.loc[station, "a"] += more
    after = analyses.tod_index(table, bounds=bounds)["tod_index"]
    assert after[station] > before[station]
    assert after.drop(station).equals(before.drop(station))


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("E-TOD-01", {"dimensions": {"density": ["people_per_ha"]}}),
        ("E-TOD-01", {"dimensions": {**DIMENSIONS, "more": ["lines"]}}),
        ("E-TOD-01", {"dimensions": {**DIMENSIONS, "more": []}}),
        ("E-TOD-02", {"weights": "ahp"}),
        ("E-TOD-02", {"weights": pd.DataFrame(np.ones((4, 4)))}),
        ("E-TOD-03", {"transit": ["metro"]}),
        ("E-TOD-03", {"transit": list(ALL)}),
        ("E-WEIGHT-01", {"weights": {"lines": 1.0}}),
        ("E-SCORE-04", {"standardise": "minmax"}),
    ],
)
def test_an_index_that_would_not_add_up_is_refused(code, options):
    with pytest.raises(PlanningDataError, match=code):
        analyses.tod_index(ALL, **options)
