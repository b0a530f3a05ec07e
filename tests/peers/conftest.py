"""What the comparisons share: a peer is asked for by name, and skips the test where it is not installed."""

import importlib
import importlib.util
import warnings

import numpy as np
import pandas as pd
import pytest

import analyses


@pytest.fixture
def peer():
    def loaded(name):
        if importlib.util.find_spec(name.partition(".")[0]) is None:
            pytest.skip(f"{name} is not installed: make peers")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)

    return loaded


@pytest.fixture(params=range(3))
def city(request):
    """Times of 60 origins and 40 destinations with ties and pairs that are not reached, in frames and as a long table."""
    draw = np.random.default_rng(request.param)
    origins = pd.Index([f"o{i:02}" for i in range(60)], name="zone_id")
    destinations = pd.Index([f"d{i:02}" for i in range(40)], name="place_id")
    minutes = draw.integers(0, 360, (1, 60, 40)).astype(np.float32) / 4
    minutes[minutes > 80] = np.inf
    minutes[0, 7], minutes[0, :, 11] = np.inf, np.inf  # an origin that reaches nothing, a place that nobody reaches
    times = analyses.TravelTimes(minutes, origins, destinations)
    pairs = times.to_frame().set_axis(["origin", "dest", "cost"], axis=1).dropna()
    pairs = pairs[np.isfinite(pairs["cost"])].astype({"cost": float}).sample(frac=1, random_state=1)
    people = pd.Series(draw.integers(1, 900, 60), origins, name="people")
    jobs = pd.Series(draw.integers(0, 500, 40), destinations, name="jobs")
    return times, pairs, people, jobs
