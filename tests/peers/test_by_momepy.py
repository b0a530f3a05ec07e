"""Mix of uses against momepy, which counts a list of uses: here as many of each as there are hectares."""

import numpy as np
import pandas as pd
import pytest

import analyses

pytestmark = pytest.mark.filterwarnings("ignore")
KINDS = ["homes", "work", "parks", "shops"]


@pytest.fixture
def areas():
    """Whole hectares, some classes absent, one zone of one class."""
    draw = np.random.default_rng(2)
    table = draw.integers(0, 30, (40, 4)) * (draw.random((40, 4)) < 0.7)
    table[:, 0] += 1
    table[5] = [9, 0, 0, 0]
    return pd.DataFrame(table, columns=KINDS)


def listed(areas):
    return [pd.Series(np.repeat(KINDS, row)) for row in areas.to_numpy()]


def test_simpson_and_herfindahl(peer, areas):
    momepy = peer("momepy")
    found = np.array([momepy.simpson_diversity(uses, categorical=True) for uses in listed(areas)])
    np.testing.assert_allclose(analyses.herfindahl(areas), found, rtol=1e-9)
    np.testing.assert_allclose(analyses.simpson(areas), 1 - found, rtol=1e-9, atol=1e-12)


def test_entropy_and_the_first_hill_number(peer, areas):
    momepy = peer("momepy")
    found = np.array([momepy.shannon_diversity(uses, categorical=True, categories=KINDS) for uses in listed(areas)])
    np.testing.assert_allclose(analyses.land_use_mix(areas), found / np.log(4), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(analyses.hill_number(areas), np.exp(found), rtol=1e-9)
