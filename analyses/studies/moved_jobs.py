"""Jobs that leave outlines and arrive in others, zone by zone in whole numbers: what leaves is what arrives."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from geo import PlanningDataError, largest_remainder
from layers import AddOpportunities, Scenario

BOUNDS = ("jobs_low", "jobs", "jobs_high")


def arriving(outlines: GeoDataFrame, amounts: pd.Series, zones: GeoDataFrame) -> pd.Series:
    """What every zone gains when each outline gets its amount, by the area of overlap (`AddOpportunities`); adds up exactly."""
    places = outlines[["geometry"]].assign(moved=amounts.astype(float))
    empty = zones[["geometry"]].assign(moved=0)
    return Scenario("arriving", [AddOpportunities("moved", places)]).apply(empty)["moved"]


def leaving(outlines: GeoDataFrame, amounts: pd.Series, zones: GeoDataFrame, column: str) -> pd.Series:
    """What every zone loses when each outline gives its amount, taken where it lies and jobs in parks are counted.

    By the area of overlap, never more than ``column`` holds in a zone; what is too much there is taken from the others of the
    same outline. Errors: E-CONVERT-02 the zones under an outline hold less than it gives.
    """
    has = zones["park_jobs"] > 0
    left = zones[column].where(has, 0).astype(int)
    lost = pd.Series(0, index=zones.index)
    for name in outlines.index:
        own = zones.geometry.intersection(outlines.geometry.loc[name]).area.where(has, 0.0)
        rest = int(amounts.loc[name])
        while rest > 0:
            open_to = own.where(left > 0, 0.0)
            if not open_to.sum() > 0:
                raise PlanningDataError(
                    "E-CONVERT-02",
                    "the zones hold fewer jobs than the park gives.",
                    feature_ids=[name],
                    seen=rest,
                    mend="use finer zones.",
                )
            taken = pd.Series(np.minimum(largest_remainder(open_to, rest), left), index=zones.index)
            lost, left, rest = lost + taken, left - taken, rest - int(taken.sum())
    return lost
