"""How far a centre is: by the hour of the day, cell by cell, in bands of time, and who is nearer to another centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
import shapely
from affine import Affine
from geopandas import GeoDataFrame, points_from_xy
from pydantic import Field
from pyproj import CRS

import layers
from analyses.land.interpolation import areal_interpolation
from analyses.study.grounds import StudyGround
from analyses.study.parts import Minutes
from analyses.study.shapes import Part
from analyses.travel.matrices import travel_times
from analyses.travel.reach import isochrones
from analyses.travel.times import Departure
from geo import Grid, Raster, area_ha

MODE = "motorbike"  # what people of the region ride
HOURLY = ("car", MODE)


class ReachOfStudy(Part):
    """How the first of the destinations is looked at more closely."""

    hours: list[Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):00$")]] = Field(default=["22:00", "10:00", "07:00"], min_length=2)
    bands_min: list[Minutes] = Field(default=[15, 30, 45, 60], min_length=1, max_length=12)
    cell_m: int = Field(default=500, ge=250, le=5000)


@dataclass(frozen=True, eq=False)
class CentreReach:
    """What was found about one centre.

    ``hours``: the zones with ``<mode>_to_<centre>_<HH>h_min`` by car and motorbike; ``bands``: nested areas within each of the
    minutes by motorbike from the centre, with ``area_ha``, ``population_2019_people`` inside and ``outside_pct``, the share of
    the area outside the zones, whose people nobody counts; ``grid``: minutes by motorbike from the cells to the centre, masked
    outside the zones, infinite beyond the limit; ``first``: people of every ward by the centre of the region they reach first
    by motorbike (``from_id`` ward, ``to_id`` centre, ``population_2019_people``, ``mean_travel_time_min``).
    """

    hours: GeoDataFrame
    bands: GeoDataFrame
    grid: Raster
    first: pd.DataFrame


def centre_reach(ground: StudyGround, centre: str, reach: ReachOfStudy, leaves: Departure, limit_min: float) -> CentreReach:
    """All of it for ``centre``, an id of the ground's destinations; street modes only, so nothing is drawn at random."""
    end = ground.destinations.loc[[centre]]
    return CentreReach(
        hours=_hours(ground, end, reach.hours, limit_min),
        bands=_bands(ground, end, reach, leaves),
        grid=_grid(ground, end, reach.cell_m, leaves, limit_min),
        first=_first(ground, leaves, limit_min),
    )


def _hours(ground: StudyGround, end: GeoDataFrame, hours: list[str], limit_min: float) -> GeoDataFrame:
    out = ground.zones.copy()
    for mode in HOURLY:
        for time in hours:
            found = travel_times(ground.today, out, end, mode=mode, departure=Departure(time), limit_min=limit_min)
            out[f"{mode}_to_{end.index[0]}_{time[:2]}h_min"] = np.round(found.at()[:, 0].astype(float), 1)
    return out


def _bands(ground: StudyGround, end: GeoDataFrame, reach: ReachOfStudy, leaves: Departure) -> GeoDataFrame:
    """Isochrones and who lives in them; people of a zone are even over its area."""
    bands = isochrones(ground.today, end, reach.bands_min, mode=MODE, cell_m=reach.cell_m, departure=leaves)
    shapes = bands.geometry.to_numpy()
    rings = bands.set_geometry(shapely.difference(shapes, np.r_[[shapely.Polygon()], shapes[:-1]]))
    rings = rings[~rings.is_empty]
    people = areal_interpolation(ground.zones, rings, extensive=[ground.people]).table[ground.people]
    region = shapely.union_all(ground.zones.geometry.to_numpy())
    bands["area_ha"] = area_ha(bands).round(1)
    bands[ground.people] = people.reindex(bands.index, fill_value=0.0).cumsum().round().astype(int)
    bands["outside_pct"] = np.round(100 * shapely.area(shapely.difference(shapes, region)) / shapely.area(shapes), 1)
    return bands


def _grid(ground: StudyGround, end: GeoDataFrame, cell_m: float, leaves: Departure, limit_min: float) -> Raster:
    """Times to the middle of regular cells: nothing of the hexagons shows in them."""
    region = shapely.union_all(ground.zones.geometry.to_numpy())
    west, south, east, north = (np.round(np.array(region.bounds) / cell_m + [-0.5, -0.5, 0.5, 0.5]) * cell_m).tolist()
    shape = round((north - south) / cell_m), round((east - west) / cell_m)
    x, y = np.meshgrid(west + cell_m * (np.arange(shape[1]) + 0.5), north - cell_m * (np.arange(shape[0]) + 0.5))
    inside = shapely.contains_xy(region, x, y)
    cells = GeoDataFrame(geometry=points_from_xy(x[inside], y[inside]), crs=ground.zones.crs)
    found = travel_times(ground.today, cells, end, mode=MODE, departure=leaves, limit_min=limit_min)
    values = np.full(shape, np.nan, np.float32)
    values[inside] = np.round(found.at()[:, 0], 1)
    grid = Grid(CRS(ground.zones.crs), Affine(cell_m, 0, west, 0, -cell_m, north), shape)
    return Raster(grid, values, "min")


def _first(ground: StudyGround, leaves: Departure, limit_min: float) -> pd.DataFrame:
    """People by ward and the centre they reach first; equal times go to the first id."""
    centres = layers.centres(workspace=ground.workspace).sort_index()
    minutes = travel_times(ground.today, ground.zones, centres, mode=MODE, departure=leaves, limit_min=limit_min).at()
    table = pd.DataFrame(
        {
            "from_id": ground.zones["ward_id"].to_numpy(),
            "to_id": centres.index.to_numpy()[minutes.argmin(axis=1)],
            ground.people: ground.zones[ground.people].to_numpy(),
        }
    )
    table["person_min"] = np.where(table[ground.people] > 0, minutes.min(axis=1), 0) * table[ground.people]
    sums = table[np.isfinite(minutes.min(axis=1))].groupby(["from_id", "to_id"], as_index=False).sum()
    sums = sums[sums[ground.people] > 0].reset_index(drop=True)
    sums["mean_travel_time_min"] = (sums.pop("person_min") / sums[ground.people]).round(1)
    return sums
