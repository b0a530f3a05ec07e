"""Same input, same bytes: any number of threads, any order of the rows."""

from __future__ import annotations

import hashlib
import itertools

import numpy as np
import pandas as pd

import analyses
import layers
from tests.trust.rounds import Round

THREADS = (1, 2, 4, 8)
PEAK = analyses.Departure("07:00", window_min=10, percentiles=(5, 50, 95))
LIMITS_MIN = {"walk": 30, "motorbike": 30, "car": 30, "transit": 60}


def threads_and_rows(orders: int) -> Round:
    """Every mode with 1 to 8 threads and ``orders`` orders of the rows: one hash of access, equity and competition each."""
    found = Round("one hash for any number of threads and any order of rows")
    today, zones = layers.transport(), layers.zones().iloc[::13]
    for mode in LIMITS_MIN:
        wanted = _hash(today, zones, mode, None)
        for threads, order in itertools.product(THREADS, range(orders)):
            mixed = zones.iloc[np.random.default_rng(order).permutation(len(zones))]
            found.check(_hash(today, mixed, mode, threads) == wanted, f"{mode}, {threads} threads, order {order}")
    return found


def _hash(today: object, zones: pd.DataFrame, mode: str, threads: int | None) -> str:
    times = analyses.travel_times(today, zones, mode=mode, departure=PEAK, limit_min=LIMITS_MIN[mode], threads=threads)
    jobs, people = zones["jobs"], zones["population_2019_people"]
    middle = analyses.TravelTimes(times.minutes[1:2], times.origins, times.destinations)
    table = analyses.opportunities_within(times, jobs, [10, 20, 30])
    table = table.join(analyses.gravity(times, jobs, analyses.decay_gaussian(15)))
    table["competition"] = analyses.floating_catchment(middle, jobs, people, cutoff_min=20)
    numbers = [analyses.gini(table.iloc[:, 0], people), analyses.theil(table.iloc[:, 0], people)]
    table = table.sort_index()
    return hashlib.sha256(table.to_numpy(float).tobytes() + np.array(numbers).tobytes()).hexdigest()
