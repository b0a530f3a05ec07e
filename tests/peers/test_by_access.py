"""Measures of access against PySAL's access, on a long table of the same pairs."""

import numpy as np
import pandas as pd
import pytest

import analyses

pytestmark = pytest.mark.filterwarnings("ignore")  # the peer's own
FAR = 200.0  # minutes: beyond every pair
TURNED = {"demand_name": "people", "supply_name": "jobs"}
BANDS = {15: 1.0, 30: 0.7, 60: 0.2}


def places(values):
    return values.rename_axis("geoid").reset_index()


def indexed(values):
    return places(values).set_index("geoid", drop=False).rename_axis(None)


def same(found, ours):
    """Places the peer has no row for reach nothing."""
    np.testing.assert_allclose(found.reindex(ours.index).fillna(0).to_numpy(), ours.to_numpy(), rtol=1e-9, atol=1e-9)
    assert ours.sum() > 0


def summed(fca, pairs, jobs, most, weight=None):
    names = {"cost_source": "dest", "cost_dest": "origin", "loc_value": "jobs"}
    return fca.weighted_catchment(places(jobs).astype({"jobs": float}), pairs, most, weight_fn=weight, **names)


@pytest.mark.parametrize("cutoff", [0, 12.25, 30, 80])
def test_cumulative_access(peer, city, cutoff):
    times, pairs, _, jobs = city
    same(summed(peer("access.fca"), pairs, jobs, cutoff), analyses.opportunities_within(times, jobs, cutoff).iloc[:, 0])


def test_gravity_by_a_gaussian(peer, city):
    times, pairs, _, jobs = city
    found = summed(peer("access.fca"), pairs, jobs, None, peer("access.weights").gaussian(20))
    same(found, analyses.gravity(times, jobs, analyses.decay_gaussian(20)).iloc[:, 0])


def test_gravity_by_a_power(peer, city):
    times, pairs, _, jobs = city
    found = summed(peer("access.fca"), pairs, jobs, None, peer("access.weights").gravity(scale=1, alpha=-1.5, min_dist=1))
    same(found, analyses.gravity(times, jobs, analyses.decay_power(1.5)).iloc[:, 0])


def test_gravity_by_bands(peer, city):
    times, pairs, _, jobs = city
    found = summed(peer("access.fca"), pairs, jobs, None, peer("access.weights").step_fn(BANDS))
    same(found, analyses.gravity(times, jobs, analyses.decay_bands(list(BANDS), list(BANDS.values()))).iloc[:, 0])


@pytest.mark.parametrize("cutoff", [10, 30, 80])
def test_two_steps(peer, city, cutoff):
    times, pairs, people, jobs = city
    found = peer("access.fca").two_stage_fca(indexed(people), indexed(jobs), pairs, cutoff, **TURNED)
    same(found, analyses.floating_catchment(times, jobs, people, cutoff_min=cutoff))


@pytest.mark.parametrize(
    ("weight", "decay"),
    [("step_fn", analyses.decay_bands(list(BANDS), list(BANDS.values()))), ("gaussian", analyses.decay_gaussian(20))],
)
@pytest.mark.parametrize("method", ["two_stage_fca", "three_stage_fca"])
def test_enhanced_two_steps_and_three(peer, city, method, weight, decay):
    times, pairs, people, jobs = city
    made = getattr(peer("access.weights"), weight)(BANDS if weight == "step_fn" else 20)
    found = getattr(peer("access.fca"), method)(indexed(people), indexed(jobs), pairs.copy(), FAR, weight_fn=made, **TURNED)
    ours = analyses.floating_catchment(times, jobs, people, method="e2sfca" if method.startswith("two") else "3sfca", decay=decay)
    same(found, ours)


def test_a_place_nobody_reaches_gives_nothing(peer, city):
    times, pairs, people, jobs = city
    fca = peer("access.fca")
    found = fca.two_stage_fca(indexed(people), indexed(jobs), pairs, 30, **TURNED)
    ours = analyses.floating_catchment(times, jobs, people, cutoff_min=30)
    assert "o07" not in found.index
    assert ours["o07"] == 0
    served = (ours * people).sum()
    reached = pd.Index(pairs.loc[pairs["cost"] <= 30, "dest"].unique())
    np.testing.assert_allclose(served, jobs[reached].sum())
