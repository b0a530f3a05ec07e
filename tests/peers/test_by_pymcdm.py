"""Scores, weights and the TOD index against pymcdm: a weighted sum of min-max scores, weights from pairs."""

import numpy as np
import pandas as pd
import pytest

import analyses

pytestmark = pytest.mark.filterwarnings("ignore")
NAMES = ["people_per_ha", "jobs_per_ha", "land_use_mix", "crowding_pct"]
TYPES = np.array([1, 1, 1, -1])


@pytest.fixture(params=range(3))
def stations(request):
    table = np.random.default_rng(request.param).gamma(2, 40, (15, 4))
    return pd.DataFrame(table, columns=NAMES, index=pd.Index([f"s{i}" for i in range(15)], name="station_id"))


@pytest.mark.parametrize("weights", [[0.25, 0.25, 0.25, 0.25], [0.4, 0.3, 0.2, 0.1]])
def test_the_index_is_a_weighted_sum(peer, stations, weights):
    methods, normalizations = peer("pymcdm.methods"), peer("pymcdm.normalizations")
    found = methods.WSM(normalizations.minmax_normalization)(stations.to_numpy(), np.array(weights), TYPES)
    named = dict(zip(NAMES, weights, strict=True))
    ours = analyses.tod_index(stations, weights=named, directions={"crowding_pct": -1})["tod_index"]
    np.testing.assert_allclose(ours, found, rtol=1e-9)


@pytest.mark.parametrize("agree", [True, False])
def test_weights_from_pairs(peer, agree):
    subjective = peer("pymcdm.weights.subjective")
    value = np.array([8.0, 4, 2, 1])
    pairs = value[:, None] / value
    if not agree:
        pairs[0, 3], pairs[3, 0] = 5.0, 1 / 5
    found = np.asarray(subjective.AHP(matrix=pairs)())
    ours = analyses.ahp_weights(pd.DataFrame(pairs, NAMES, NAMES)).weights
    np.testing.assert_allclose(ours[NAMES], found, rtol=1e-9)
