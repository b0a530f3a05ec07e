"""Outlines of the units after the reform of 2025-07-01, modelled: no official outline may be redistributed here.

Method. Every district of 2024 is divided among the label points of its communes of 2019 by a power diagram whose cells have the
communes' published areas. A commune that went whole into a new unit joins it; one that was split is divided among the units that
hold a part of it by a second power diagram, around the new units' label points, so that the units get their published areas. What
belongs together is dissolved. Which commune went where is ``data/unit_parts.csv``: resolutions 1662 and 1685/NQ-UBTVQH15 of
2025-06-16 as published in secondary sources, not typed from the gazette; for Thu Duc agreed with public outlines of 36 old wards.

Measured against public outlines of the units (simplified to 15 m): see ``MEASURED``. The frame is one valid coverage with
vertices on whole metres; neighbours meet exactly.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray

from geo import METRIC, balanced_weights, faces, largest_remainder, power_cells, power_distance, sample_points
from layers import _closed, _files
from layers._replacing import own_copy

MEASURED = MappingProxyType(  # 53 outlines against the public ones; boundary: distance of points on ours to theirs
    {"median_iou": 0.77, "least_iou": 0.60, "boundary_p50_m": 190, "boundary_p68_m": 350, "median_area_deviation_pct": 0.7}
)
BEYOND = MappingProxyType({"25351": ("Xã Tân Quan", "Tan Quan commune")})  # holds old Quang Minh commune, lies mostly outside
_SAMPLES_PER_UNIT = 12_000
_SAMPLE_M = 150.0  # spacing of the points that balance the split communes


def outlines_2025() -> GeoDataFrame:
    """The modelled outline of every unit of 2025 (53): index ``unit_id`` (official code), polygons in metres (EPSG:9210).

    Against public outlines the median intersection over union is 0.77 (least 0.60), 68 % of the boundary lies within 350 m and
    areas deviate by 0.7 % of the published ones (median); fit to shade a map and to count cells, not to decide where a parcel
    lies. Old Quang Minh commune (Chon Thanh) went to Tan Quan, a unit lying mostly outside; its ground is in no outline.
    """
    return _dissolved("unit_id").loc[_units().index]


def commune_outlines() -> GeoDataFrame:
    """The modelled outline of every commune of 2019 in the study units (144): index ``commune_id``, polygons in metres."""
    return _dissolved("commune_id")


def unit_shares() -> pd.DataFrame:
    """From old units to new with people: one row a commune of 2019 and unit of 2025, index ``commune_id``, ``unit_2025_id``.

    ``unit_2024_id`` the district; ``area_share`` and ``habitable_share`` the part of the commune's modelled ground (the second
    without parks and rivers); ``population_2019_people`` split in proportion to the latter, whole numbers, exact by commune. So
    ``.groupby("unit_2025_id")["population_2019_people"].sum()`` is the census of 2019 by unit of 2025. Modelled where a commune
    was split (20 of 144), counted elsewhere. ``25351`` is Tan Quan, which got Quang Minh commune and has no outline here.
    """
    return own_copy(_shares())


def units_of_2025_at(points: GeoSeries) -> pd.DataFrame:
    """The unit of 2025 at each point (metres) by the modelled outlines: ``unit_id``, ``name_vi``, ``name_en``.

    A point in a crack at the region's edge (outlines lie on whole metres) gets the nearest unit.
    """
    known = _units()[["name_vi", "name_en"]]
    names = pd.concat([known, pd.DataFrame(list(BEYOND.values()), index=list(BEYOND), columns=known.columns)])
    ground = _dissolved("unit_id")
    at = shapely.STRtree(ground.geometry.to_numpy()).nearest(points.to_numpy())
    found = ground.index[at]
    return names.loc[found].rename_axis("unit_id").reset_index().set_index(points.index)


@cache
def _shares() -> pd.DataFrame:
    parts = pieces().dissolve(["commune_id", "unit_id"], as_index=False, method="coverage")
    free = shapely.difference(parts.geometry.to_numpy(), _closed.closed_ground())
    table = parts[["commune_id", "unit_id", "unit_2024_id"]].rename(columns={"unit_id": "unit_2025_id"})
    table["area"], table["free"] = parts.area, shapely.area(free)
    whole = table.groupby("commune_id")[["area", "free"]].transform("sum")
    table["area_share"], table["habitable_share"] = table["area"] / whole["area"], table["free"] / whole["free"]
    people = _communes()["population_2019_people"]
    split = [
        pd.Series(largest_remainder(group["free"], int(people[commune])), index=group.index)
        for commune, group in table.groupby("commune_id", sort=True)
    ]
    table["population_2019_people"] = pd.concat(split)
    columns = ["unit_2024_id", "area_share", "habitable_share", "population_2019_people"]
    return table.set_index(["commune_id", "unit_2025_id"]).sort_index()[columns]


@cache
def pieces() -> GeoDataFrame:
    """The coverage behind it all: ``unit_2024_id``, ``commune_id``, ``unit_id`` (of 2025), polygons. Not to be changed."""
    districts, communes, units = _districts(), _weighted_communes(), _units()
    cells = pd.concat([_cells(districts.geometry[name], group) for name, group in communes.groupby("study_unit", sort=True)])
    holders = _holders()
    units["weight"] = _unit_weights(cells, holders, units)
    split = [_cells(cells[name], units.loc[holders[name]]) for name in map(str, cells.index) if len(holders[name]) > 1]
    ground = faces(np.concatenate([districts.geometry.to_numpy(), cells.to_numpy(), *(part.to_numpy() for part in split)]))
    inside = shapely.point_on_surface(ground)
    which, at = shapely.STRtree(inside).query(districts.geometry.to_numpy(), predicate="contains")
    rows = []
    for face, district in sorted(zip(at.tolist(), districts.index[which], strict=True)):
        commune = _nearest(inside[face], communes[communes["study_unit"] == district])
        held = holders[commune]
        unit = held[0] if len(held) == 1 else _nearest(inside[face], units.loc[held])
        rows.append((district, commune, unit, ground[face]))
    return GeoDataFrame(rows, columns=["unit_2024_id", "commune_id", "unit_id", "geometry"], geometry="geometry", crs=METRIC)


def _dissolved(column: str) -> GeoDataFrame:
    return pieces()[[column, "geometry"]].dissolve(column, method="coverage").sort_index()


def _weighted_communes() -> GeoDataFrame:
    """The communes with the weights that give them their published areas, scaled to the drawn district."""
    communes, districts = _communes(), _districts()
    for name, group in communes.groupby("study_unit", sort=True):
        district = districts.geometry[name]
        points, point_m2 = sample_points(district, _SAMPLES_PER_UNIT)
        target = group["area_km2"].to_numpy() * (district.area / group["area_km2"].sum())
        communes.loc[group.index, "weight"] = balanced_weights(points, point_m2, _xy(group), target)
    return communes


def _unit_weights(cells: pd.Series, holders: dict[str, list[str]], units: GeoDataFrame) -> pd.Series:
    """Weights of the new units' label points: what they lack after the whole communes is taken from the split ones."""
    target = units["published_area_ha"] * 1e4
    grids, grounds, allowed = [], [], []
    for name, cell in cells.items():
        held = holders[str(name)]
        if len(held) == 1:
            target = target.sub(pd.Series({held[0]: cell.area}), fill_value=0).reindex(units.index)
            continue
        points, point_m2 = sample_points(cell, max(50, round(cell.area / _SAMPLE_M**2)))
        grids.append(points)
        grounds.append(np.full(len(points), point_m2))
        allowed.append(np.tile(units.index.isin(held), (len(points), 1)))
    mask = np.concatenate(allowed)
    needy = mask.any(axis=0)  # the others take no part
    least = 0.02 * units["published_area_ha"].to_numpy()[needy] * 1e4  # who holds a part gets at least a sliver of it
    weights = np.zeros(len(units))
    weights[needy] = balanced_weights(
        np.concatenate(grids),
        np.concatenate(grounds),
        _xy(units)[needy],
        np.maximum(target.to_numpy()[needy], least),
        mask[:, needy],
    )
    return pd.Series(weights, index=units.index)


def _holders() -> dict[str, list[str]]:
    """Commune → the units of 2025 that hold it or a part of it."""
    return {str(name): sorted(group) for name, group in _files.rows("unit_parts").groupby("commune_id")["unit_id"]}


def _cells(area: shapely.Geometry, sites: GeoDataFrame) -> pd.Series:
    return pd.Series(power_cells(area, _xy(sites), sites["weight"].to_numpy()), index=sites.index)


def _nearest(point: shapely.Point, sites: GeoDataFrame) -> str:
    distance = power_distance(shapely.get_coordinates(point), _xy(sites), sites["weight"].to_numpy())
    return str(sites.index[int(np.argmin(distance[0]))])


def _xy(sites: GeoDataFrame) -> NDArray[np.float64]:
    return np.column_stack([sites.geometry.x, sites.geometry.y])


def _districts() -> GeoDataFrame:
    return _files.shapes("units_2024").set_index("unit_id").sort_index()


def _communes() -> GeoDataFrame:
    frame = _files.points("communes_2019").set_index("commune_id").sort_index()
    frame["area_km2"] = frame["area_km2"].astype(float)
    frame["population_2019_people"] = frame["population_2019_people"].astype(int)
    return frame[frame["study_unit"].isin(_districts().index)]


def _units() -> GeoDataFrame:
    frame = _files.points("units_2025").set_index("unit_id").sort_index()
    frame["published_area_ha"] = frame["published_area_ha"].astype(float)
    return frame
