"""Where the science park fits: hexagons judged by stated criteria, and sites of its size made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries

import layers
from analyses.access.opportunities import opportunities_within, time_to_nearest
from analyses.land.clusters import contiguous_sites
from analyses.scoring.suitability_ import suitability, suitability_sensitivity
from analyses.sites.siting_criteria import SitingCriteria, read_siting_criteria
from analyses.travel.matrices import travel_times
from analyses.travel.times import Departure
from geo import PlanningDataError, area_ha, nearest_names
from geo.movement import Transport

_LIMIT_MIN = 120
_RING_ROAD_4 = "ring4_bd"
_NEAR_M = 50.0  # lines drawn to meet may miss each other by so much


@dataclass(frozen=True, eq=False)
class Siting:
    """What came of a siting.

    ``zones`` within the search area with the value, ``<factor>_score``, ``suitability``, ``suitability_rank``, ``excluded_by``;
    ``sites`` as `contiguous_sites` gives them, with the mean value of every factor (of categories the one with most land);
    ``sensitivity`` of the zones' ranking to the weights, empty with one factor; ``criteria`` it rests on.
    """

    zones: GeoDataFrame
    sites: GeoDataFrame
    sensitivity: pd.DataFrame
    criteria: SitingCriteria


def science_park_siting(
    criteria: str | Path | SitingCriteria = "science_park",
    *,
    transport: Transport | None = None,
    zones: GeoDataFrame | None = None,
    workspace: layers.Workspace | None = None,
) -> Siting:
    """Where the science and technology industrial park of Bau Bang fits best, by criteria that a planner can replace.

    Formula: as `suitability` and `contiguous_sites`; minutes by truck at 10:00 to the nearest interchange, station and port of a
    river, people within the cutoff by motorbike at 07:00. Source: criteria file; Malczewski 1999.

    The site of the 1,700 ha park is not published: the search goes ``search_km`` round the schematic outline, itself known to
    ± 3.5 km. Stations and ports are known to 1.5–4 km, people by hexagon are modelled, those outside the hexagons not counted:
    the result compares places under stated assumptions, it draws no border. ``criteria`` a name, a TOML file or `SitingCriteria`;
    ``transport`` and ``zones`` left out: the region's, with the roads announced by ``open_by_year``; ``workspace`` whose layers
    stand for embedded ones. Errors: E-SITING-01 (a factor or constraint that is no column), E-SITING-02 (no zones in the search
    area), E-SITE-10 (no place is large enough), those of `read_siting_criteria`.
    """
    asked = criteria if isinstance(criteria, SitingCriteria) else read_siting_criteria(criteria)
    people = layers.zones(workspace=workspace) if zones is None else zones
    net = _opened(layers.transport(workspace=workspace) if transport is None else transport, asked.open_by_year)
    land = siting_values(
        net, _search_area(people, asked.search_km, workspace), people, _targets(workspace), asked.labour_cutoff_min
    )
    return judged_sites(land, asked)


def siting_values(
    transport: Transport, land: GeoDataFrame, people: GeoDataFrame, targets: Mapping[str, GeoDataFrame], labour_cutoff_min: int
) -> GeoDataFrame:
    """The land with what `judged_sites` judges: ``<target>_min`` by truck, ``people_within_<cutoff>min`` by motorbike, densities.

    ``land`` zones with ``population_2019_people`` (or ``population_people``) and ``jobs``; ``people`` zones with the population
    that is counted; ``targets`` points by name, of which the nearest counts. Minutes are infinite where none is reached within
    two hours. Errors: those of `travel_times`, E-SITING-03 zones without people.
    """
    found = land.copy()
    hectares = area_ha(land)
    found["people_per_ha"] = land[_people(land)] / hectares
    found["jobs_per_ha"] = land["jobs"] / hectares
    for name, points in targets.items():
        times = travel_times(transport, land, points, mode="truck", departure=Departure("10:00"), limit_min=_LIMIT_MIN)
        found[f"{name}_min"] = time_to_nearest(times).iloc[:, 0].astype(float)
    by_motorbike = travel_times(
        transport, land, people, mode="motorbike", departure=Departure("07:00"), limit_min=labour_cutoff_min
    )
    reached = opportunities_within(by_motorbike, people[_people(people)].rename("people"), labour_cutoff_min)
    return found.assign(**{f"people_within_{labour_cutoff_min}min": reached.iloc[:, 0]})


def judged_sites(land: GeoDataFrame, criteria: SitingCriteria) -> Siting:
    """Suitability of the land by the criteria, and the best sites of the size asked for.

    ``land`` zones in a metric CRS with a column for every factor and constraint. Errors: E-SITING-01 (no such column), those of
    `suitability` and `contiguous_sites`.
    """
    missing = [name for name in (*criteria.factors, *criteria.constraints) if name not in land]
    if missing:
        mend = nearest_names(missing[0], map(str, land.columns))
        raise PlanningDataError("E-SITING-01", "zones have no such column.", feature_ids=missing, mend=mend)
    factors = {name: factor.factor() for name, factor in criteria.factors.items()}
    holds = pd.DataFrame(
        {
            name: land[name].between(_or(bound.at_least, -np.inf), _or(bound.at_most, np.inf))
            for name, bound in criteria.constraints.items()
        },
        index=land.index,
    )
    judged = suitability(land, factors, constraints=holds)
    zones = GeoDataFrame(land.drop(columns=land.columns.intersection(judged.columns)).join(judged), crs=land.crs)
    sites = contiguous_sites(
        zones, zones["suitability"], criteria.area_ha, count=criteria.sites, compactness=criteria.compactness
    )
    hectares = area_ha(zones)
    for name, factor in factors.items():
        typical = _most_common if factor.method == "categories" else _mean
        sites[name] = [typical(zones.loc[list(ids), name], hectares[list(ids)]) for ids in sites["zone_ids"]]
    several = sum(factor.weight > 0 for factor in factors.values()) > 1
    stable = suitability_sensitivity(land, factors, constraints=holds) if several else pd.DataFrame()
    return Siting(zones, sites, stable, criteria)


def line_crossings(lines: GeoDataFrame, others: GeoDataFrame) -> GeoDataFrame:
    """Points where lines meet other lines (within 50 m as drawn), each once: where one can get on and off.

    Both in one metric CRS. A line with ``interchanges_with`` (ids, ";" between them) meets these only. Index ``crossing_id``;
    columns ``line_id``, ``other_id``. What runs together for a stretch meets at its two ends.
    """
    rows = []
    for line, named, shape in zip(lines.index, _named(lines), lines.geometry, strict=True):
        for other, across in others.geometry.items():
            if other == line or (named and other not in named):
                continue
            if shape.distance(across) <= _NEAR_M:
                common = across.intersection(shape.buffer(_NEAR_M))
                rows += [(line, other, point) for part in shapely.get_parts(common) for point in _ends(part)]
    frame = GeoDataFrame(
        {"line_id": [row[0] for row in rows], "other_id": [row[1] for row in rows]},
        geometry=GeoSeries([row[2] for row in rows], crs=lines.crs),
    )
    return frame.rename_axis("crossing_id")


def _ends(part: shapely.Geometry) -> list[shapely.Point]:
    """The middle of a short crossing, both ends of a stretch run together."""
    if part.length <= 4 * _NEAR_M:
        return [part.interpolate(0.5, normalized=True)]
    return [shapely.Point(part.coords[0]), shapely.Point(part.coords[-1])]


def _named(lines: GeoDataFrame) -> list[set[str]]:
    if "interchanges_with" not in lines:
        return [set()] * len(lines)
    return [set(filter(None, str(text).split(";"))) if isinstance(text, str) else set() for text in lines["interchanges_with"]]


def _targets(workspace: layers.Workspace | None) -> dict[str, GeoDataFrame]:
    """Interchanges of expressways and Ring Road 4, stations of railways, river ports."""
    fast = pd.concat([layers.expressways(workspace=workspace), layers.belt_roads(workspace=workspace).loc[[_RING_ROAD_4]]])
    roads = pd.concat([layers.expressways(workspace=workspace), layers.roads(workspace=workspace)])
    roads = roads[~roads.index.duplicated()]
    return {
        "expressway": line_crossings(fast, roads),
        "rail": layers.rail_stations(workspace=workspace),
        "river_port": layers.river_ports(workspace=workspace),
    }


def _search_area(zones: GeoDataFrame, search_km: float, workspace: layers.Workspace | None = None) -> GeoDataFrame:
    outline = layers.science_park(workspace=workspace).geometry.union_all().buffer(search_km * 1000)
    land = zones[zones.geometry.centroid.within(outline)]
    if land.empty:
        mend = "widen search_km, or give zones round Bau Bang."
        raise PlanningDataError("E-SITING-02", "no zone lies in the search area.", seen=search_km, mend=mend)
    return land


def _people(zones: GeoDataFrame) -> str:
    name = layers.people_column(zones)
    if name is None:
        mend = "give zones with population_people or population_2019_people."
        raise PlanningDataError("E-SITING-03", "the zones count no people.", seen=list(zones.columns), mend=mend)
    return name


def _opened(transport: Transport, open_by_year: int | None) -> Transport:
    if open_by_year is None:
        return transport
    return layers.Scenario(f"{open_by_year}", [layers.OpenPlanned(by_year=open_by_year)]).apply(transport)


def _mean(values: pd.Series, hectares: pd.Series) -> object:
    return float(np.average(values, weights=hectares))


def _most_common(values: pd.Series, hectares: pd.Series) -> object:
    """The category with most land, of equals the first."""
    return hectares.groupby(values, sort=True).sum().idxmax()


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value
