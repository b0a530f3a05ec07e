"""Shares of people near something: transit stops (SDG 11.2.1, people near transit) and roads open all year (SDG 9.1.1)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from analyses._inputs import Floats, above_zero, amounts_on
from analyses._zones import checked_zones, same_metric_crs
from analyses.travel.matrices import centres_xy
from geo import PlanningDataError
from geo.movement import OnStreets, Walking

LOW_M, HIGH_M = 500.0, 1000.0
RAPID_M, ROAD_M = 1000.0, 2000.0
_QUARTER = 64  # segments a quarter circle: its area is 0.01 % short
_WALK_KMH = 4.8
HIGH_CAPACITY = frozenset({"metro", "rail", "train", "lrt", "ferry"})


def convenient_transport(
    zones: GeoDataFrame,
    stops: GeoDataFrame,
    people: str | pd.Series = "population_2019_people",
    *,
    modes: str | pd.Series = "mode",
    walking: Walking | None = None,
) -> pd.Series:
    """SDG 11.2.1: the share of people within 500 m of a low-capacity or 1 km of a high-capacity public transport stop.

    Formula: 100 × people within 500 m of a bus, BRT or tram stop or within 1,000 m of a metro, rail or ferry station / people.
    Source: UN-Habitat 2021, metadata of indicator 11.2.1.

    ``stops`` points with their ``modes`` (a column or a Series; metro, rail, train, lrt and ferry are high, all others low, BRT
    too). Distances run over streets where ``walking`` (``transport.walking``) has them, a zone counting whole when its centre
    is near enough (use small zones); without it they are crow-fly, a zone counting with the share of its area. Returns
    ``sdg_11_2_1_pct``, ``people``, ``near_people``, of them ``near_high_people``. Errors: E-NEAR-01 (nobody, no modes),
    E-PEOPLE-01, -02, E-CRS-02, E-POLY-01 to -03, E-ORIGIN-01, -02.
    """
    kinds = stops[modes] if isinstance(modes, str) and modes in stops else modes
    if not isinstance(kinds, pd.Series) or len(kinds.index.symmetric_difference(stops.index)) or kinds.isna().any():
        mend = "give every stop its mode: a column, or a Series on their index."
        raise PlanningDataError("E-NEAR-01", "stops without a mode.", seen=str(modes)[:80], mend=mend)
    high = kinds.loc[stops.index].isin(HIGH_CAPACITY).to_numpy()
    amounts = _people(zones, people)
    near_high = _share(zones, stops[high], HIGH_M, walking)
    parts = [(stops[~high], LOW_M), (stops[high], HIGH_M)]
    near = _either(zones, parts, walking)
    whole = amounts.sum()
    told = {"sdg_11_2_1_pct": 100 * (amounts * near).sum() / whole, "people": whole}
    return pd.Series({**told, "near_people": (amounts * near).sum(), "near_high_people": (amounts * near_high).sum()})


def people_near_transit(
    zones: GeoDataFrame,
    stations: GeoDataFrame,
    people: str | pd.Series = "population_2019_people",
    *,
    within_m: float = RAPID_M,
    walking: Walking | None = None,
) -> pd.Series:
    """PNT: the share of people who live within a kilometre of a rapid transit station.

    Formula: PNT = 100 × people within 1,000 m of a station / people. Source: ITDP 2016, People Near Transit.

    ``stations`` of metro, rail with all-day service, light rail and BRT that meets the standard: choose them before. Arguments
    and errors else as in `convenient_transport`, and E-NEAR-02 (distance). Returns ``pnt_pct``, ``people``, ``near_people``.
    """
    above_zero([within_m], "E-NEAR-02", "the distance")
    amounts = _people(zones, people)
    near = (amounts * _share(zones, stations, within_m, walking)).sum()
    return pd.Series({"pnt_pct": 100 * near / amounts.sum(), "people": amounts.sum(), "near_people": near})


def rapid_transit_ratio(length_km: float, people: float) -> float:
    """RTR: kilometres of rapid transit per million residents.

    Formula: RTR = km of rapid transit lines / (people / 1,000,000). Source: ITDP 2014, Rapid Transit to Resident ratio.

    ``length_km`` of corridors in service, each once, 0 or more; ``people`` urban residents, above 0. Errors: E-NEAR-02.

    >>> rapid_transit_ratio(19.7, 10_000_000)
    1.97
    """
    if not (np.isfinite(length_km) and length_km >= 0):
        raise PlanningDataError("E-NEAR-02", "the length must not be below 0.", seen=length_km, mend="give kilometres.")
    above_zero([people], "E-NEAR-02", "people")
    return length_km / (people / 1_000_000)


def rural_access(
    zones: GeoDataFrame, all_season_roads: GeoDataFrame, rural_people: str | pd.Series, *, within_m: float = ROAD_M
) -> pd.Series:
    """SDG 9.1.1: the share of rural people who live within two kilometres of a road that is open all year (Rural Access Index).

    Formula: RAI = 100 × rural people within 2 km of an all-season road / rural people. Source: World Bank 2016; UNSD metadata
    9.1.1.

    ``rural_people`` a column of ``zones`` or a Series, 0 in urban ones; a zone counts with the share of its area.
    ``all_season_roads``: lines. Straight distances. Returns ``rai_pct``, ``rural_people``, ``near_people``. Errors: E-NEAR-01
    (nobody rural), -02, E-PEOPLE-01, -02, E-CRS-02, E-POLY-01 to -03.
    """
    above_zero([within_m], "E-NEAR-02", "the distance")
    amounts = _people(zones, rural_people)
    near = (amounts * _share(zones, all_season_roads, within_m, None)).sum()
    return pd.Series({"rai_pct": 100 * near / amounts.sum(), "rural_people": amounts.sum(), "near_people": near})


def _people(zones: GeoDataFrame, people: str | pd.Series) -> Floats:
    if isinstance(people, str) and people not in zones:
        raise PlanningDataError("E-NEAR-01", "no such column of people.", seen=people, mend=f"one of {list(zones.columns)[:20]}.")
    told = zones[people] if isinstance(people, str) else people
    amounts = amounts_on(zones.index, told, "PEOPLE", "people", of="zones", all_of_them=True).iloc[:, 0].to_numpy()
    if amounts.sum() <= 0:
        raise PlanningDataError("E-NEAR-01", "there are no people.", seen=0, mend="there is no share of nobody.")
    return amounts


def _either(zones: GeoDataFrame, parts: list[tuple[GeoDataFrame, float]], walking: Walking | None) -> Floats:
    """Share of every zone within its distance of any of several sets of stops."""
    if walking is not None:
        return np.max([_share(zones, stops, distance, walking) for stops, distance in parts], axis=0)
    return _inside(zones, shapely.union_all([_reach(zones, stops, distance) for stops, distance in parts]))


def _share(zones: GeoDataFrame, things: GeoDataFrame, distance_m: float, walking: Walking | None) -> Floats:
    """Share 0–1 of every zone within a distance: by area, or 0 or 1 by its centre and the walk from there."""
    if walking is None:
        return _inside(zones, _reach(zones, things, distance_m))
    same_metric_crs(zones, things)
    if isinstance(walking, OnStreets):
        same_metric_crs(zones, GeoDataFrame(geometry=[], crs=walking.streets.crs))
    ends = centres_xy(zones, str(zones.crs)), centres_xy(things, str(zones.crs))
    if not len(things):
        return np.zeros(len(zones))
    links = walking.links(*ends, distance_m, _WALK_KMH)
    near = np.zeros(len(zones))
    near[links.point()[links.ds <= np.ceil(distance_m / (_WALK_KMH / 3.6) * 10)]] = 1.0
    return near


def _reach(zones: GeoDataFrame, things: GeoDataFrame, distance_m: float) -> shapely.Geometry:
    same_metric_crs(zones, things)
    shapes = things.geometry.to_numpy()
    return shapely.union_all(shapely.buffer(shapes[~shapely.is_missing(shapes)], distance_m, quad_segs=_QUARTER))


def _inside(zones: GeoDataFrame, area: shapely.Geometry) -> Floats:
    shapes = checked_zones(zones, "zones").geometry.to_numpy()
    shapely.prepare(area)
    share = shapely.covers(area, shapes).astype(float)
    cut = np.flatnonzero(shapely.intersects(area, shapes) & (share == 0))
    share[cut] = shapely.area(shapely.intersection(area, shapes[cut])) / shapely.area(shapes[cut])
    return share
