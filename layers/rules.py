"""Rules and measurements of the road: speed limits as dated data, congestion to be imported."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from layers import _files
from layers._frames import empty, layer
from layers._replacing import replaceable


@replaceable
def speed_limits() -> pd.DataFrame:
    """Speed limits by vehicle and surroundings in km/h, index ``speed_limit_id``; limits are not speeds. Not verified.

    ``divided`` also means two or more lanes in one direction. Built-up areas are signed, so they must be inferred and flagged.
    """
    return layer("speed_limits", _files.rows("speed_limits"))


@replaceable
def travel_costs() -> pd.DataFrame:
    """What a trip costs its traveller, in VND, by line or mode, index ``travel_cost_id``: assumptions, to be replaced by surveys.

    A boarding costs ``boarding_vnd`` and ``per_km_vnd`` a kilometre, at most ``most_vnd``; the motorbike its kilometres and
    ``trip_end_vnd`` for parking.
    """
    return layer("travel_costs", _files.rows("travel_costs"))


@replaceable
def conversion_factors() -> pd.DataFrame:
    """What part of a resident a worker or student counts in the converted population, ``conversion_factor_id``. Not verified.

    ``factor`` 0 to 1 with the range a planner may take, ``rule`` and its dates; take other factors where a decision names them.
    """
    return layer("conversion_factors", _files.rows("conversion_factors"))


@replaceable
def congestion() -> GeoDataFrame:
    """Measured speeds by corridor and hour. No data is shipped: an empty frame with the columns to fill, index ``measure_id``."""
    return empty("congestion")
