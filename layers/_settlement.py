"""Where the people of the census live: communes spread over hexagons, whole people, exact by commune and by unit."""

from __future__ import annotations

from functools import cache
from math import pi

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geo import hexagons, largest_remainder, overlaps
from layers import _files
from layers._closed import closed_ground
from layers.admin import population, units
from layers.ward_outlines import commune_outlines

REFERENCE = 8  # the resolution by which other jobs are told by unit
OUTSIDE = ("dong_xoai",)  # a study unit, but not of the zoned region


@cache
def cells(resolution: int) -> GeoDataFrame:
    """The hexagons of the zoned region, index ``zone_id``: ``unit_id`` (2024), ``habitable_share``. Not to be changed."""
    region = units("2024").drop(index=list(OUTSIDE))
    frame = hexagons(region, resolution).rename(columns={"area_id": "unit_id"})
    free = shapely.area(shapely.difference(frame.geometry.to_numpy(), closed_ground())) / frame.area
    frame["habitable_share"] = free.where(free >= _files.parameters("zones")["habitable"]["least_share"], 0.0)
    return frame


@cache
def people(resolution: int) -> pd.DataFrame:
    """Who lives where: ``commune_id``, ``zone_id``, ``people`` (whole, above 0), by commune and zone. Not to be changed.

    Every commune is spread over the free ground of the cells of its unit, inside its modelled outline and within reach of its
    label point, thinning out with distance (``data/zones.toml``). One without such ground goes to the nearest habitable cell of
    its unit.
    """
    return spread(resolution, communes()["population_2019_people"])


def spread(resolution: int, totals: pd.Series) -> pd.DataFrame:
    """As `people`, with other ``totals`` of the communes: on their ids, whole numbers."""
    ground = _ground(resolution)
    placed = [
        _spread(place, int(totals[name]), ground.get(str(name)), cells(resolution)) for name, place in communes().iterrows()
    ]
    return pd.concat(placed, ignore_index=True)


@cache
def _ground(resolution: int) -> dict[str, pd.DataFrame]:
    return _weighed(cells(resolution), communes())


@cache
def communes() -> GeoDataFrame:
    """The communes of the zoned region with ``radius_m`` (circle of their area), ``reach_m`` and ``rate``. Not to be changed."""
    rules = _files.parameters("zones")
    frame = population()
    frame = frame[frame["in_study_area"] & ~frame["study_unit"].isin(OUTSIDE)].copy()
    frame["radius_m"] = np.sqrt(frame["area_km2"] * 1e6 / pi)
    frame["reach_m"] = frame["radius_m"] * rules["reach"]["factor"]
    urban = frame["urban_2019_people"] / frame["population_2019_people"]
    frame["rate"] = urban * rules["decay"]["urban_rate"] + (1 - urban) * rules["decay"]["rural_rate"]
    return frame


def _weighed(grid: GeoDataFrame, places: GeoDataFrame) -> dict[str, pd.DataFrame]:
    """Per commune, the cells of its unit it may use: ``zone_id``, ``weight`` (m2 of free ground, thinned by distance)."""
    habitable = grid[grid["habitable_share"] > 0]
    discs = places.buffer(places["reach_m"])
    homes = commune_outlines().geometry.loc[places.index].intersection(discs, align=False).difference(closed_ground())
    table = overlaps(homes, habitable).rename(columns={"left": "commune_id", "right": "zone_id"})
    same = places["study_unit"].loc[table["commune_id"]].to_numpy() == grid["unit_id"].loc[table["zone_id"]].to_numpy()
    table = table[same].sort_values(["commune_id", "zone_id"])
    label = places.loc[table["commune_id"]]
    far = shapely.distance(label.geometry.to_numpy(), grid.geometry.loc[table["zone_id"]].centroid.to_numpy())
    table["weight"] = table["area_m2"] * np.exp(-label["rate"].to_numpy() * far / label["radius_m"].to_numpy())
    return {str(name): group for name, group in table.groupby("commune_id")[["zone_id", "weight"]]}


def _spread(commune: pd.Series, total: int, ground: pd.DataFrame | None, grid: GeoDataFrame) -> pd.DataFrame:
    if ground is None:
        own = grid[(grid["unit_id"] == commune["study_unit"]) & (grid["habitable_share"] > 0)]
        ground = pd.DataFrame({"zone_id": [own.distance(commune["geometry"]).idxmin()], "weight": [1.0]})
    whole = largest_remainder(ground["weight"], total)
    found = pd.DataFrame({"commune_id": commune.name, "zone_id": ground["zone_id"].to_numpy(), "people": whole})
    return found[found["people"] > 0]
