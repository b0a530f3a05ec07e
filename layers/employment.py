"""Jobs, modelled: parks by hectares and workers a hectare, the rest by people and centres, within control totals and a range.

Jobs are not published by district. ``data/jobs.toml`` holds every figure with its source: control totals with bounds for Binh
Duong, Thu Duc and Chon Thanh, bounds of the density, the bonus of centres. A park's jobs lie on its outline (or on a disc of its
hectares) and stay in its control area; each park counts once, complexes are never counted beside their parks. What is left of the
control total follows the people of 2019, more so near centres. Low, middle and high add up exactly to their control totals, and
low <= middle <= high in every cell.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from geo import PlanningDataError, area_ha, largest_remainder, overlaps
from layers import _files, _settlement
from layers._closed import park_ground
from layers._frames import layer
from layers._replacing import replaceable
from layers.admin import centres, units

BOUNDS = ("jobs_low", "jobs", "jobs_high")
_PARK_SOURCE = "model: hectares times workers a hectare (planning estimate)"
_REST_SOURCE = "model: control total less parks, by people of 2019 and centres (planning estimate)"


@replaceable
def jobs() -> GeoDataFrame:
    """Where the modelled jobs come from: one row a park or large employer, one a unit of 2024 for all others; index ``job_id``.

    Polygons in metres: the park's outline or disc, the unit's outline (they overlap). ``kind`` industrial_park, high_tech_park or
    other; ``control_area``; ``jobs_low``, ``jobs``, ``jobs_high`` whole numbers that add up to the control totals.
    """
    return _jobs().copy()


def cell_jobs(resolution: int) -> pd.DataFrame:
    """Jobs of every cell: index ``zone_id``, columns ``jobs_low``, ``jobs``, ``jobs_high``, ``park_jobs`` (middle, in parks)."""
    placed = pd.concat([_park_jobs(resolution), _other_jobs(resolution)])
    table = placed.groupby("zone_id")[list(BOUNDS)].sum()
    table["park_jobs"] = _park_jobs(resolution).groupby("zone_id")["jobs"].sum()
    return table.reindex(_settlement.cells(resolution).index).fillna(0).astype(int)


@cache
def controls() -> pd.DataFrame:
    """The control totals, index ``area``: ``units``, ``jobs_low``, ``jobs``, ``jobs_high``, ``source``.

    Totals that cross, or leave no room for the parks' jobs at some bound, are refused (E-JOBS-01).
    """
    table = (
        pd.DataFrame(_rules()["control"]).rename(columns={"low": "jobs_low", "high": "jobs_high"}).set_index("area").sort_index()
    )
    rest = table[list(BOUNDS)] - park_totals().groupby("control_area")[list(BOUNDS)].sum().reindex(table.index).fillna(0)
    wrong = (rest < 0).any(axis=1) | (rest["jobs_low"] > rest["jobs"]) | (rest["jobs"] > rest["jobs_high"])
    if wrong.any():
        raise PlanningDataError(
            "E-JOBS-01",
            "control totals and park densities do not agree: what parks leave is negative, or its bounds cross.",
            file="data/jobs.toml",
            feature_ids=list(table.index[wrong]),
            seen=rest[wrong].to_dict("index"),
            mend="widen the bounds of the control total or narrow those of park_density.",
        )
    return table


@cache
def park_totals() -> GeoDataFrame:
    """Parks and large employers with ``unit_id``, ``control_area``, ``jobs_per_ha`` and the three bounds. Not to be changed."""
    parks, rules = park_ground().copy(), _rules()
    employers = {one["park_id"]: one["jobs_per_ha"] for one in rules["employer"]}
    parks["kind"] = np.where(parks.index.isin(employers), "high_tech_park", "industrial_park")
    parks["jobs_per_ha"] = parks["workers_per_ha"].fillna(pd.Series(employers))
    home = parks.set_geometry(parks.representative_point()).sjoin(units("2024")[["geometry"]], predicate="within")
    parks["unit_id"] = home["unit_id"]
    parks["control_area"] = parks["unit_id"].map(_area_of_unit())
    for bound, factor in zip(BOUNDS, (rules["park_density"]["low"], 1.0, rules["park_density"]["high"]), strict=True):
        parks[bound] = (parks["area_ha"] * parks["jobs_per_ha"] * factor).round().astype(int)
    return parks


@cache
def _park_jobs(resolution: int) -> pd.DataFrame:
    grid, parks = _settlement.cells(resolution), park_totals()
    shares = overlaps(parks, grid)
    area = grid["unit_id"].map(_area_of_unit())
    shares = shares[area.loc[shares["right"]].to_numpy() == parks["control_area"].loc[shares["left"]].to_numpy()]
    placed = []
    for park, row in parks.iterrows():
        own = shares[shares["left"] == park].sort_values("right")
        if own.empty:  # cells far larger than the park: the nearest of its control area
            near = grid[area == row["control_area"]].distance(row["geometry"]).idxmin()
            own = pd.DataFrame({"right": [near], "area_m2": [1.0]})
        placed.append(_nested(own["right"], own["area_m2"], row))
    return pd.concat(placed, ignore_index=True)


@cache
def _other_jobs(resolution: int) -> pd.DataFrame:
    grid = _settlement.cells(resolution)
    living = _settlement.people(resolution).groupby("zone_id")["people"].sum().reindex(grid.index).fillna(0)
    weight = living * (1 + _centre_bonus(grid))
    in_parks = park_totals().groupby("control_area")[list(BOUNDS)].sum()
    placed = []
    for area, control in controls().iterrows():
        own = grid.index[grid["unit_id"].isin(control["units"])]
        left = control[list(BOUNDS)] - in_parks.reindex([area]).fillna(0).iloc[0]
        placed.append(_nested(own, weight[own], left))
    return pd.concat(placed, ignore_index=True)


def _nested(zone_ids: pd.Index | pd.Series, weights: pd.Series, totals: pd.Series) -> pd.DataFrame:
    """The three totals over cells: the low one, then what the middle and the high one add, so that no bound crosses another."""
    low, middle, high = (int(totals[bound]) for bound in BOUNDS)
    steps = [largest_remainder(weights, part) for part in (low, middle - low, high - middle)]
    return pd.DataFrame({"zone_id": np.asarray(zone_ids), **dict(zip(BOUNDS, np.cumsum(steps, axis=0), strict=True))})


def _centre_bonus(grid: GeoDataFrame) -> pd.Series:
    rules: dict[str, Any] = _rules()["centre_bonus"]
    middle = grid.centroid
    bonus = pd.Series(0.0, index=grid.index)
    for centre, kind in centres()[["geometry", "kind"]].itertuples(index=False):
        near = np.exp(-((middle.distance(centre) / rules["reach_m"]) ** 2))
        bonus = np.maximum(bonus, rules[kind] * near)
    return bonus


@cache
def _jobs() -> GeoDataFrame:
    parks = park_totals().rename_axis("job_id").reset_index().assign(source=_PARK_SOURCE)
    grid = _settlement.cells(_settlement.REFERENCE)
    rest = _other_jobs(_settlement.REFERENCE)
    rest = rest.groupby(grid["unit_id"].loc[rest["zone_id"]].to_numpy())[list(BOUNDS)].sum()
    home = units("2024").loc[rest.index]
    others = GeoDataFrame(rest, geometry=home.geometry).assign(
        job_id=[f"other_{unit}" for unit in rest.index],
        kind="other",
        unit_id=rest.index,
        control_area=rest.index.map(_area_of_unit()),
        area_ha=area_ha(home).round(1),
        name_vi="Việc làm khác, " + home["name_vi"],
        name_en="Other jobs, " + home["name_en"],
        source=_REST_SOURCE,
        status="existing",
        note="all jobs outside the parks",
        accuracy_m=home["accuracy_m"],
    )
    both = pd.concat([parks, others], ignore_index=True)
    return layer("jobs", both.assign(as_of="2022"))


def _area_of_unit() -> dict[str, str]:
    return {unit: control["area"] for control in _rules()["control"] for unit in control["units"]}


@cache
def _rules() -> dict[str, Any]:
    return _files.parameters("jobs")
