"""How dense zones are: people, jobs and floor area on the ground they have, and whether that ground is counted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from geopandas import GeoDataFrame

from analyses._inputs import amounts_on
from analyses._zones import checked_zones
from analyses.land.partition import partition_faults
from geo import PlanningDataError, area_ha, nearest_names

_M2_PER_HA = 10_000
_PCT = 100
_SHARES = {"_m2": ("_ratio", 1 / _M2_PER_HA), "_ha": ("_pct", _PCT)}  # m² of floor a m² of land; ha of use in % of the zone


@dataclass(frozen=True, eq=False)
class Densities:
    """What `land_densities` found: ``table`` on the zones' index, ``faults`` as `partition_faults` gives them.

    Ground in two zones counts in both, and a gap in none: totals by area are wrong by what ``faults`` says.
    """

    table: pd.DataFrame
    faults: GeoDataFrame


def land_densities(zones: GeoDataFrame, columns: Sequence[str]) -> Densities:
    """People, jobs and floor area by the geodesic area of every zone, and the overlaps and gaps that would mislead.

    Formula: D_i = x_i / A_i; floor area ratio FAR_i = m² of floor / m² of land; built-up ratio B_i = 100 ha built / A_i. Source:
    Berghauser Pont & Haupt 2010; QCVN 01:2021/BXD.

    ``zones`` valid polygons in a metric CRS; ``columns`` amounts of 0 or more. By the unit in the name: ``built_up_ha`` becomes
    ``built_up_pct``, ``floor_area_m2`` becomes ``floor_area_ratio``, all else ``<column>_per_ha``; last ``area_ha``. Errors:
    E-DENSITY-02 (null, infinite, negative), E-DENSITY-03 (no such column), E-POLY-01 to -03, E-CRS-02.

    >>> import geopandas as gpd, shapely
    >>> square = shapely.box(600000, 1220000, 600100, 1220100)
    >>> zones = gpd.GeoDataFrame({"people": [120], "floor_area_m2": [15000]}, geometry=[square], index=["a"], crs="EPSG:9210")
    >>> land_densities(zones, ["people", "floor_area_m2"]).table.round(1).to_dict("index")
    {'a': {'people_per_ha': 120.0, 'floor_area_ratio': 1.5, 'area_ha': 1.0}}
    """
    missing = [name for name in columns if name not in zones]
    if missing or not len(columns):
        mend = nearest_names(missing[0], map(str, zones.columns)) if missing else "name the columns to be divided by the area."
        raise PlanningDataError("E-DENSITY-03", "no such columns.", seen=missing, mend=mend)
    checked_zones(zones, "zones")
    amounts = amounts_on(zones.index, pd.DataFrame(zones[list(columns)]), "DENSITY", "amounts", of="zones")
    hectares = area_ha(zones)
    found = {}
    for name in columns:
        unit = next((suffix for suffix in _SHARES if name.endswith(suffix)), None)
        ending, factor = _SHARES[unit] if unit else ("_per_ha", 1.0)
        found[(name.removesuffix(unit) if unit else name) + ending] = amounts[name] / hectares * factor
    return Densities(pd.DataFrame(found, zones.index).assign(area_ha=hectares), partition_faults(zones))
