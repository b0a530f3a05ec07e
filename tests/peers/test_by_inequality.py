"""Measures of inequality against PySAL's inequality; people as weights are people one by one there."""

import numpy as np
import pandas as pd
import pytest

import analyses

NEAR = {"rel": 1e-9, "abs": 1e-12}


@pytest.fixture(params=range(4))
def zones(request):
    draw = np.random.default_rng(request.param)
    levels = pd.Series(draw.gamma(1.5, 900, 80).round(1) + 0.1)
    return levels, pd.Series(draw.integers(1, 40, 80)), pd.Series(draw.choice(list("abcde"), 80))


def one_by_one(values, people):
    return np.repeat(values.to_numpy(), people.to_numpy())


def test_gini(peer, zones):
    gini = peer("inequality.gini")
    levels, people, _ = zones
    assert analyses.gini(levels) == pytest.approx(gini.Gini(levels.to_numpy()).g, **NEAR)
    assert analyses.gini(levels, people) == pytest.approx(gini.Gini(one_by_one(levels, people)).g, **NEAR)


def test_theil(peer, zones):
    theil = peer("inequality.theil")
    levels, people, _ = zones
    assert analyses.theil(levels) == pytest.approx(float(theil.Theil(levels.to_numpy()).T), **NEAR)
    assert analyses.theil(levels, people) == pytest.approx(float(theil.Theil(one_by_one(levels, people)).T), **NEAR)


def test_theil_between_and_within_groups(peer, zones):
    theil = peer("inequality.theil")
    levels, people, group = zones
    whole = theil.TheilD(one_by_one(levels, people), one_by_one(group, people))
    ours = analyses.theil_groups(levels, people, group)
    assert ours["between"].sum() == pytest.approx(whole.bg.item(), **NEAR)
    assert ours["within"].sum() == pytest.approx(whole.wg.item(), **NEAR)


@pytest.mark.parametrize("aversion", [0.25, 0.5, 1, 2])
def test_atkinson(peer, zones, aversion):
    atkinson = peer("inequality.atkinson")
    levels, people, _ = zones
    found = atkinson.atkinson(one_by_one(levels, people), aversion)
    assert analyses.atkinson(levels, people, aversion=aversion) == pytest.approx(found, **NEAR)


def test_lorenz_curve(peer, zones):
    wolfson = peer("inequality.wolfson")
    levels, people, _ = zones
    share, held = wolfson.lorenz_curve(one_by_one(levels, people))
    ours = analyses.lorenz(levels, people)
    np.testing.assert_allclose(np.interp(share, ours["population_share"], ours["access_share"]), held, atol=1e-9)


def test_dissimilarity_of_people_and_what_they_hold_is_the_distance_of_schutz(peer, zones):
    schutz = peer("inequality.schutz")
    levels, people, _ = zones
    found = schutz.Schutz(pd.DataFrame({"y": one_by_one(levels, people)}), "y").distance
    assert analyses.dissimilarity(people, people * levels) == pytest.approx(found, **NEAR)
