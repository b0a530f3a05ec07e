"""Who can not travel on a network at all: people whose place joins no street, or one of an island."""

from __future__ import annotations

import numpy as np
from geopandas import GeoDataFrame

from geo.crs import to_crs
from geo.errors import PlanningDataError
from geo.movement.network import Network
from geo.movement.snapping import snap


def people_cut_off(network: Network, mode: str, zones: GeoDataFrame, column: str) -> float:
    """Share (0 to 1) of the people in ``column`` whose zone's centroid joins no street, or one outside the largest component.

    Components are strong: a street of the mode that can be left but not reached (or the reverse) is cut off. ``zones`` in any
    CRS, areas or points; null means nobody. The distances are those of `snap`. Errors: E-CUT-01 no such column of numbers, or
    nobody in it, or fewer than nobody; and those of `snap`.
    """
    people = zones[column].fillna(0).to_numpy() if column in zones else np.zeros(0)
    if (
        not np.issubdtype(people.dtype, np.number)
        or not np.isfinite(people).all()
        or people.min(initial=0) < 0
        or not people.sum()
    ):
        mend = "name a column with the number of people, e.g. population_2019_people."
        raise PlanningDataError("E-CUT-01", "there are no people to count.", seen=column, mend=mend)
    found = snap(network, mode, to_crs(zones[[zones.geometry.name]], network.crs).centroid)
    return float(people[found.component != 0].sum() / people.sum())
