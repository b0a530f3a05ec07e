"""How many people live within the radius of a service, by street and as the crow flies."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from analyses.travel.matrices import travel_times
from geo import to_crs
from geo.movement import Transport

WALK_KMH = 4.8
_M_PER_MIN = WALK_KMH * 1000 / 60
_TOGETHER = 2  # services that one norm may ask for together, such as culture and sports
_REACH = ("street", "crow_only", "beyond")
_TABLE = ["planning_norm_id", "sites", "radius_m", "radius_max_m", "crow_pct", "street_pct", "crow_max_pct", "street_max_pct"]
Metres = NDArray[np.float64]


def coverage(
    norms: pd.DataFrame, sites: GeoDataFrame, cells: GeoDataFrame, transport: Transport | None
) -> tuple[pd.DataFrame, GeoDataFrame]:
    """A row a norm with a radius, sums of many services left out; and the cells with what each of these norms is within.

    Of the table: ``sites`` that count, ``radius_m`` (the strictest figure) and ``radius_max_m``, shares of people by crow-fly and
    by street; no share where there are no people, no street network or no site. Of the cells, for every norm's id:
    ``<id>_crow_m``, ``<id>_street_m`` to the nearest site (inf beyond the widest radius) and ``<id>_cover``: street, crow_only,
    beyond.
    """
    rows: list[dict[str, object]] = []
    columns: dict[str, object] = {}
    people = cells["people"].to_numpy(float)
    for norm_id, norm in norms_with_radius(norms).iterrows():
        fits = sites[counts_for(sites, norm)]
        near, wide = (site_radii(fits, norm, widest=widest) for widest in (False, True))
        walked = street_matrix(cells, fits, float(wide.max(initial=0.0)), transport)
        crow, crow_wide = (nearest_by_crow(cells, fits, radii) for radii in (near, wide))
        street, street_wide = (None if walked is None else nearest_of(walked, radii) for radii in (near, wide))
        told: dict[str, object] = {"planning_norm_id": norm_id, "sites": len(fits)}
        told |= {name: norm[name] for name in ("radius_m", "radius_max_m")}
        told |= {"crow_pct": _share(crow, people), "crow_max_pct": _share(crow_wide, people)}
        rows.append(told | {"street_pct": _share(street, people), "street_max_pct": _share(street_wide, people)})
        columns[f"{norm_id}_crow_m"] = crow_wide
        columns[f"{norm_id}_cover"] = covers(np.isfinite(crow), None if street is None else np.isfinite(street))
        if street_wide is not None:
            columns[f"{norm_id}_street_m"] = street_wide
    table = pd.DataFrame(rows, columns=_TABLE).set_index("planning_norm_id")
    return table, GeoDataFrame(cells.assign(**columns))


def norms_with_radius(norms: pd.DataFrame) -> pd.DataFrame:
    """Norms that tell a radius, sums of many services and distances between stops left out."""
    few = np.array([len(str(told).split()) <= _TOGETHER for told in norms["service"]], bool)
    return norms[norms["radius_m"].notna() & few & (norms["measure"] != "spacing")]


def counts_for(sites: pd.DataFrame, norm: pd.Series) -> NDArray[np.bool_]:
    """Which sites a norm counts: those of its services and level; schools and stops at any level."""
    services = str(norm["service"]).split()
    any_level = {"preschool", "primary", "lower_secondary", "upper_secondary", "stops", "hospital"}
    right = sites["service"].isin(any_level) | (sites["level"] == norm["norm_level"])
    return np.asarray(sites["service"].isin(services) & right)


def tiers(text: object) -> Iterator[tuple[float, float]]:
    """Least size and radius of every tier: "10000:800 50000:2000"."""
    for one in str(text or "").split():
        least, radius = one.split(":")
        yield float(least), float(radius)


def site_radii(sites: GeoDataFrame, norm: pd.Series, *, widest: bool = False) -> Metres:
    """The radius of every site: by its size where the norm has tiers, else the same for all."""
    differ = widest and np.isfinite(norm["radius_max_m"]) and not norm["radius_tiers"]
    radii = np.full(len(sites), float(norm["radius_max_m"] if differ else norm["radius_m"]))
    for least_m2, radius_m in tiers(norm["radius_tiers"]):
        radii[sites["area_m2"].to_numpy(float) >= least_m2] = radius_m
    return radii


def nearest_by_crow(places: GeoDataFrame, sites: GeoDataFrame, radii: Metres) -> Metres:
    """Metres from the middle of every place to the nearest site whose radius reaches it, straight; inf where none does."""
    middles, ends = shapely.get_coordinates(places.centroid), shapely.get_coordinates(sites.geometry)
    found = np.full(len(places), np.inf)
    for radius in np.unique(radii):
        away, _ = cKDTree(ends[radii == radius]).query(middles)
        found = np.minimum(found, np.where(away <= radius, away, np.inf))
    return found


def street_matrix(places: GeoDataFrame, sites: GeoDataFrame, limit_m: float, transport: Transport | None) -> Metres | None:
    """Metres along streets [place, site], inf beyond the limit; None without a network."""
    if transport is None:
        return None
    if not len(sites) or not len(places):
        return np.full((len(places), len(sites)), np.inf)
    frames = [to_crs(GeoDataFrame(geometry=one.centroid, crs=one.crs), transport.crs) for one in (places, sites)]
    walk = travel_times(transport, *frames, mode="walk", limit_min=limit_m / _M_PER_MIN, walk_speed_kmh=WALK_KMH)
    return walk.minutes[0].astype(float) * _M_PER_MIN


def nearest_of(metres: Metres, radii: Metres) -> Metres:
    """The nearest of metres [place, site] to sites whose radius reaches the place; inf where none does."""
    return np.asarray(np.where(metres <= radii, metres, np.inf).min(axis=1, initial=np.inf))


def covers(by_crow: NDArray[np.bool_], by_street: NDArray[np.bool_] | None) -> NDArray[np.str_]:
    """Of every place whether it is within reach by street, as the crow flies only, or beyond."""
    street = by_crow & False if by_street is None else by_street
    return np.where(street, _REACH[0], np.where(by_crow, _REACH[1], _REACH[2]))


def _share(nearest: Metres | None, people: Metres) -> float:
    if nearest is None or not people.sum() > 0:
        return float("nan")
    return 100 * float(people[np.isfinite(nearest)].sum()) / float(people.sum())
