"""How many people live within the radius of a service, by street and as the crow flies."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from analyses.travel.matrices import travel_times
from geo import to_crs
from geo.movement import Transport

WALK_KMH = 4.8
_M_PER_MIN = WALK_KMH * 1000 / 60
_TOGETHER = 2  # services that one norm may ask for together, such as culture and sports
_REACH = ("street", "crow_only", "beyond")
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
    few = np.array([len(str(told).split()) <= _TOGETHER for told in norms["service"]], bool)
    asked = norms[norms["radius_m"].notna() & few]
    rows: list[dict[str, object]] = []
    columns: dict[str, object] = {}
    total = float(cells["people"].sum())
    for norm_id, norm in asked.iterrows():
        fits = sites[counts_for(sites, norm)]
        near, wide = (_radii(fits, norm, widest=widest) for widest in (False, True))
        crow = _crow(cells, fits, wide)
        street = _street(cells, fits, wide, transport)
        told: dict[str, object] = {"planning_norm_id": norm_id, "sites": len(fits)}
        told |= {name: norm[name] for name in ("radius_m", "radius_max_m")}
        for name, distances in (("crow", crow), ("street", street)):
            for end, radii in (("", near), ("_max", wide)):
                told[f"{name}{end}_pct"] = _share(distances, radii, cells, total)
        rows.append(told)
        columns |= _cell_columns(str(norm_id), crow, street, near)
    table = pd.DataFrame(rows, columns=_TABLE).set_index("planning_norm_id")
    return table, GeoDataFrame(cells.assign(**columns))


_TABLE = ["planning_norm_id", "sites", "radius_m", "radius_max_m", "crow_pct", "street_pct", "crow_max_pct", "street_max_pct"]


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


def _radii(sites: GeoDataFrame, norm: pd.Series, *, widest: bool) -> Metres:
    """The radius of every site: by its size where the norm has tiers, else the same for all."""
    differ = widest and np.isfinite(norm["radius_max_m"]) and not norm["radius_tiers"]
    radii = np.full(len(sites), float(norm["radius_max_m"] if differ else norm["radius_m"]))
    for least_m2, radius_m in tiers(norm["radius_tiers"]):
        radii[sites["area_m2"].to_numpy(float) >= least_m2] = radius_m
    return radii


def _crow(cells: GeoDataFrame, sites: GeoDataFrame, radii: Metres) -> Metres:
    """Metres [cells, sites], inf beyond the radius of the site."""
    places, ends = shapely.get_coordinates(cells.centroid), shapely.get_coordinates(sites.geometry)
    distances = np.hypot(*(places[:, None] - ends[None]).transpose(2, 0, 1))
    return np.where(distances <= radii, distances, np.inf)


def _street(cells: GeoDataFrame, sites: GeoDataFrame, radii: Metres, transport: Transport | None) -> Metres | None:
    """The same along streets; None without a network."""
    if transport is None:
        return None
    if not len(sites) or not len(cells):
        return np.full((len(cells), len(sites)), np.inf)
    frames = [to_crs(GeoDataFrame(geometry=one.centroid, crs=one.crs), str(transport.crs)) for one in (cells, sites)]
    walk = travel_times(transport, *frames, mode="walk", limit_min=float(radii.max()) / _M_PER_MIN, walk_speed_kmh=WALK_KMH)
    metres = walk.minutes[0].astype(float) * _M_PER_MIN
    return np.where(metres <= radii, metres, np.inf)


def _share(distances: Metres | None, radii: Metres, cells: GeoDataFrame, total: float) -> float:
    if distances is None or total <= 0:
        return float("nan")
    near = (distances <= radii).any(axis=1) if distances.shape[1] else np.zeros(len(cells), bool)
    return 100 * float(cells["people"].to_numpy()[near].sum()) / total


def _cell_columns(norm_id: str, crow: Metres, street: Metres | None, radii: Metres) -> dict[str, object]:
    by_crow = (crow <= radii).any(axis=1)
    by_street = by_crow & False if street is None else (street <= radii).any(axis=1)
    cover = np.where(by_street, _REACH[0], np.where(by_crow, _REACH[1], _REACH[2]))
    told: dict[str, object] = {f"{norm_id}_crow_m": _least(crow), f"{norm_id}_cover": cover}
    return told if street is None else {**told, f"{norm_id}_street_m": _least(street)}


def _least(distances: Metres) -> Metres:
    return distances.min(axis=1, initial=np.inf)
