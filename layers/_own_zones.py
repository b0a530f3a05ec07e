"""The hexagons with what a workspace knows better: people by commune or by unit of 2025, jobs where they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geo import METRIC, PlanningDataError, largest_remainder, overlaps, to_crs
from layers import _settlement
from layers._replacing import held
from layers.workspace.value import Workspace

CENSUS, OTHER = "population_2019_people", "population_people"
_BOUNDS = ("jobs_low", "jobs", "jobs_high")
_PARKS = ("industrial_park", "high_tech_park")


def with_own(zones: GeoDataFrame, resolution: int, workspace: Workspace | None) -> GeoDataFrame:
    """The zones with the people and jobs of the workspace's layers, as they were where it holds none of these.

    Errors: E-WORK-15 counts that lack communes or units, or hold other ones.
    """
    used = [name for name in ("population", "units_2025", "jobs") if workspace is not None and name in workspace.layers]
    if workspace is None or not used:
        return zones
    if "population" in used:
        zones = _by_commune(zones, resolution, workspace)
    if "units_2025" in used:
        zones = _by_unit(zones, workspace)
    if "jobs" in used:
        zones = _with_jobs(zones, workspace)
    sources = "; ".join(f"{name}: {workspace.layers[name].source}" for name in used)
    dates = [workspace.layers[name].as_of for name in used if workspace.layers[name].as_of]
    return zones.assign(source=f"model: {sources}, on free ground", as_of=max(dates, default=""))


def people_column(frame: pd.DataFrame) -> str | None:
    """The column that counts the people of a layer: of any year, else of the census of 2019; None where there is none."""
    return next((name for name in (OTHER, CENSUS) if name in frame and frame[name].notna().any()), None)


def _by_commune(zones: GeoDataFrame, resolution: int, workspace: Workspace) -> GeoDataFrame:
    table = _read(workspace, "population")
    column = people_column(table)
    wanted = _settlement.communes().index
    totals = table[column].reindex(wanted) if column else pd.Series(np.nan, index=wanted)
    _complete(totals, "population", "the ids of layers.population() of the study area, one row a commune")
    living = _settlement.spread(resolution, totals.astype(int)).groupby("zone_id")["people"].sum()
    return _counted(zones, living.reindex(zones.index).fillna(0).astype(int), str(column))


def _by_unit(zones: GeoDataFrame, workspace: Workspace) -> GeoDataFrame:
    """Every unit of 2025 keeps its count; its people lie as before within it. Units that hold no cell are left out."""
    units = _read(workspace, "units_2025")
    column = people_column(units)
    if column is None:
        return zones
    before = zones[people_column(zones) or CENSUS]
    inside = zones["ward_id"].isin(units.index)
    _complete(units[column].reindex(sorted(set(zones["ward_id"][inside]))), "units_2025", "a count for every unit")
    living = before.copy()
    for unit, cells in before[inside].groupby(zones["ward_id"][inside]):
        weights = cells if cells.sum() > 0 else zones["habitable_pct"].loc[cells.index] + 1e-9
        living.loc[cells.index] = largest_remainder(weights, round(units[column][unit]))
    return _counted(zones, living, column)


def _counted(zones: GeoDataFrame, living: pd.Series, column: str) -> GeoDataFrame:
    """The count in the place of the one that was there, under the name its year asks for."""
    old = people_column(zones) or CENSUS
    return GeoDataFrame(zones.assign(**{old: living}).rename(columns={old: column}))


def _with_jobs(zones: GeoDataFrame, workspace: Workspace) -> GeoDataFrame:
    """Jobs at their points or over their areas, whole numbers exact by place; places outside all zones are left out."""
    places = to_crs(GeoDataFrame(_read(workspace, "jobs")), METRIC).copy()
    for bound in ("jobs_low", "jobs_high"):
        places[bound] = places[bound].where(places[bound].notna(), places["jobs"])
    points = shapely.get_dimensions(places.geometry.to_numpy()) == 0
    shares = pd.concat([_at(places[points], zones), _over(places[~points], zones)], ignore_index=True)
    placed = [_shared(group, places.loc[place]) for place, group in shares.groupby("left", sort=True)]
    sums = pd.concat(placed).groupby(level=0).sum() if placed else pd.DataFrame(columns=[*_BOUNDS, "park_jobs"])
    return zones.assign(**sums.reindex(zones.index).fillna(0).astype(int))


def _at(points: GeoDataFrame, zones: GeoDataFrame) -> pd.DataFrame:
    which, where = shapely.STRtree(zones.geometry.to_numpy()).query(points.geometry.to_numpy(), predicate="intersects")
    table = pd.DataFrame({"left": points.index[which], "right": zones.index[where], "area_m2": 1.0})
    return table.drop_duplicates("left")  # a point on a border counts for the first


def _over(areas: GeoDataFrame, zones: GeoDataFrame) -> pd.DataFrame:
    """Areas by zone, and what lies outside all of them under no zone's name."""
    inside = overlaps(areas, zones)
    rest = (areas.area - inside.groupby("left")["area_m2"].sum().reindex(areas.index).fillna(0)).clip(lower=0)
    outside = pd.DataFrame({"left": rest.index, "right": None, "area_m2": rest.to_numpy()})
    return pd.concat([inside, outside[outside["area_m2"] > 1]], ignore_index=True)  # m2: what a cut leaves by rounding


def _shared(group: pd.DataFrame, place: pd.Series) -> pd.DataFrame:
    low, middle, high = (round(float(place[bound])) for bound in _BOUNDS)
    steps = [largest_remainder(group["area_m2"], part) for part in (low, middle - low, high - middle)]
    table = pd.DataFrame(dict(zip(_BOUNDS, np.cumsum(steps, axis=0), strict=True)), index=group["right"])
    table = table[table.index.notna()]
    return table.assign(park_jobs=table["jobs"] if place["kind"] in _PARKS else 0)


def _read(workspace: Workspace, name: str) -> pd.DataFrame:
    table = held(workspace, name)
    assert table is not None  # noqa: S101 - asked for only where it is held
    return table


def _complete(totals: pd.Series, name: str, wanted: str) -> None:
    missing: Sequence[object] = list(totals.index[totals.isna()])
    if missing:
        what = "the people of the workspace can not be spread over the hexagons: counts are missing."
        raise PlanningDataError("E-WORK-15", what, layer=name, feature_ids=missing, mend=f"give {wanted}.")
