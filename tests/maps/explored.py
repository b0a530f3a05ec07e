"""A town of thirty squares with minutes between them, as the tests of the explorer look at it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import analyses

CUTOFFS_MIN = (10, 15, 20, 45, 60)
LIMIT_MIN = 60


def town(columns: int = 6, rows: int = 5) -> gpd.GeoDataFrame:
    """Squares of 0.02 degrees with whole jobs, shops that are no whole numbers, and people; a few are empty."""
    chance = np.random.default_rng(7)
    n = columns * rows
    corners = [(106.6 + 0.02 * (at % columns), 11.0 + 0.02 * (at // columns)) for at in range(n)]
    return gpd.GeoDataFrame(
        {
            "name_vi": [f"Ô {at}" for at in range(n)],
            "name_en": [f"Zone {at}" for at in range(n)],
            "jobs": np.where(chance.random(n) < 0.2, 0, chance.integers(1, 9000, n)),
            "shops_ha": chance.random(n).round(3) * 10,
            "people": np.where(chance.random(n) < 0.1, 0, chance.integers(1, 5000, n)),
        },
        index=pd.Index([f"z{at:02}" for at in range(n)], name="zone_id"),
        geometry=[shapely.box(x, y, x + 0.02, y + 0.02) for x, y in corners],
        crs=4326,
    )


def times(zones: gpd.GeoDataFrame, seed: int = 0) -> tuple[analyses.TravelTimes, analyses.TravelTimes]:
    """Minutes before and after, not symmetric: some slower, some whole, some reached on one side only."""
    chance = np.random.default_rng(seed)
    n = len(zones)
    before = chance.uniform(0, 80, (n, n)).astype(np.float32)
    before[chance.random((n, n)) < 0.1] = 45  # exactly on a cutoff
    after = before + chance.choice([-20, -3, -0.4, 0, 0, 6], (n, n)).astype(np.float32)
    after = np.where(chance.random((n, n)) < 0.05, np.inf, np.maximum(after, 0)).astype(np.float32)
    before = np.where(chance.random((n, n)) < 0.05, np.inf, before).astype(np.float32)
    cut = [np.where(one <= LIMIT_MIN, one, np.inf).astype(np.float32)[None] for one in (before, after)]
    first, second = (analyses.TravelTimes(one, zones.index, zones.index, limit_min=LIMIT_MIN) for one in cut)
    return first, second


def permuted(times: analyses.TravelTimes, rows: np.ndarray) -> analyses.TravelTimes:
    """The same times with origins and destinations in another order."""
    minutes, index = times.minutes[:, rows][:, :, rows], times.origins[rows]
    return analyses.TravelTimes(minutes, index, index, limit_min=times.limit_min)


def random_times(zones: gpd.GeoDataFrame, seed: int) -> analyses.TravelTimes:
    """Any minutes at all."""
    minutes = np.random.default_rng(seed).uniform(0, 60, (1, len(zones), len(zones))).astype(np.float32)
    return analyses.TravelTimes(minutes, zones.index, zones.index)
