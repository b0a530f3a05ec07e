"""Station areas: who and what lies within a walk of a station, parcels cut by a stated rule, overlaps counted once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from analyses._inputs import Floats, above_zero, amounts_on, id_order
from analyses._zones import checked_zones, same_metric_crs, small_overlaps
from analyses.stations.catchments import ALL_STOPS, RADII_M
from analyses.stations.walksheds import CELL_M, CROW_FLY, NETWORK, Shapes, Walk, walk_rule
from analyses.travel.matrices import centres_xy
from geo import PlanningDataError, ground_m2, power_cells
from geo.movement import Transport

TAKES = ("part", "whole", "centroid")
NO_STREET = "no street within reach on foot"
_HA = 10_000
_SLIVER_PCT = 0.01
_TOUCH = 1e-6  # a smaller share of a zone is rounding, not land


def station_areas(
    stops: GeoDataFrame,
    *,
    transport: Transport | None = None,
    radius_m: Sequence[float] = RADII_M,
    method: str | None = None,
    detour: float | None = None,
    cell_m: float = CELL_M,
    overlap: str = "keep",
) -> GeoDataFrame:
    """The area within a walk of every station, for several walks: over streets where they are in the data, else as circles.

    Formula: ped-shed ratio = area within a walk r over streets / π r². Source: Schlossberg & Brown 2004.

    ``stops`` points in any CRS (in a metric one without ``transport``). ``method`` "network": cells of ``cell_m`` whose centre is
    reached over streets within the walk, the ways to and from the street counted, so blocks without streets are holes; on slopes
    a metre uphill counts as the metres walked in the same time. "crow_fly": circles of radius r / ``detour`` (default: the detour
    of the transport, 1 without one: the circle of the decree). Left out: by streets if the transport has them. A station that
    joins no street gets the circle if ``detour`` is given, else an empty area and a ``reason``. ``overlap="nearest"`` gives each
    place that several areas of one walk share to its nearest station, straight. Areas of one station are nested.

    One row a station and walk, index ``area_id``: ``stop_id``, ``radius_m``, ``method``, ``detour``, ``area_ha``,
    ``ped_shed_ratio`` (null for circles: nothing was measured; of the area before overlaps are shared out), ``accuracy_m`` and
    ``assessable`` (accuracy no worse than half the walk) where stops tell their accuracy, ``reason``. Errors: E-AREA-01 (method,
    overlap), E-AREA-02 (no streets in the data), E-AREA-03 (radius, detour, cell), E-CRS-02, E-ORIGIN-01, -02, E-AREAL-02 (two
    stations at one place can not share).

    >>> import geopandas as gpd, shapely
    >>> stops = gpd.GeoDataFrame(geometry=shapely.points([[600_000, 1_220_000]]), index=["A"], crs="EPSG:9210")
    >>> station_areas(stops, radius_m=[500, 1000])["area_ha"].round(1).to_dict()
    {'A/500': 78.5, 'A/1000': 314.1}
    """
    radii = above_zero(radius_m, "E-AREA-03", "the radius")
    if overlap not in ("keep", "nearest") or len(set(radii)) < len(radii):
        mend = 'overlap="keep" or "nearest", every radius once.'
        raise PlanningDataError("E-AREA-01", "no such areas.", seen=(overlap, radii), mend=mend)
    walk = walk_rule(transport, method, detour, cell_m)
    if transport is None:
        same_metric_crs(stops, stops)
    crs = stops.crs if transport is None else transport.crs
    xy = centres_xy(stops, crs)
    sheds = walk.sheds(xy, radii)
    lost = shapely.is_empty(sheds).all(axis=1)
    circles = Walk(CROW_FLY, detour or 1.0, None, cell_m).sheds(xy, radii)
    if detour is not None:
        sheds[lost] = circles[lost]
    network = (walk.method == NETWORK) & ~lost
    ratios = np.where(network[:, None], shapely.area(sheds) / (np.pi * np.square(radii)), np.nan)
    if overlap == "nearest":
        sheds = np.stack([_shared_out(column, xy) for column in sheds.T], axis=1)
    return _area_table(stops, radii, walk, sheds, ratios, network, lost, crs)


def station_amounts(
    areas: GeoDataFrame, zones: GeoDataFrame, columns: Sequence[str], *, take: str = "part", once: bool = False
) -> pd.DataFrame:
    """People, jobs ... in every station area by the rule for cut parcels, and in all of them together, overlaps counted once.

    Formula: part Σ_z y_z area(z ∩ a) / area(z); whole Σ_z y_z [area(z ∩ a) > 0]; centroid Σ_z y_z [centroid of z in a].
    Source: the rule for cut parcels in Ho Chi Minh City (QĐ 3065/2025); Goodchild & Lam 1980.

    ``areas`` from `station_areas` (or any polygons with ``stop_id`` and ``radius_m``), ``zones`` in the same metric CRS, each
    place in one zone at most; ``columns`` amounts of 0 or more. A zone's centroid is a point inside it. ``once``: stations sum to
    the total, for areas made with ``overlap="nearest"``; a zone then goes to the area that holds most of it. Areas whose
    ``assessable`` is False get nulls and are no part of the total: what lies there is not known (for ranges round stations placed
    a little better see `within_stops` and `tod_indicators`). Returns the rows of ``areas`` and one "all/<radius>" for each
    radius: ``stop_id``, ``radius_m``, the columns, ``taken_ha`` (area of what was taken) and ``covered_pct`` (share of the
    station area that lies in any zone). Errors: E-AREA-04 (take, columns), E-AREA-05 (``once`` of areas that overlap), E-AREA-06
    (``stop_id``, ``radius_m`` missing), E-AREA-07 (none assessable), E-AMOUNT-02 (null, infinite, negative), E-POLY-01 to -04,
    E-CRS-02.

    >>> import geopandas as gpd, shapely
    >>> areas = gpd.GeoDataFrame({"stop_id": ["A"], "radius_m": [500.0]}, geometry=[shapely.box(0, 0, 3, 1)], crs="EPSG:9210")
    >>> squares = [shapely.box(0, 0, 2, 1), shapely.box(2, 0, 4, 1)]
    >>> zones = gpd.GeoDataFrame({"people": [10, 40]}, geometry=squares, crs="EPSG:9210")
    >>> {take: float(station_amounts(areas, zones, ["people"], take=take)["people"].iloc[0]) for take in TAKES}
    {'part': 30.0, 'whole': 50.0, 'centroid': 50.0}
    """
    _check_amounts(areas, zones, columns, take)
    amounts = amounts_on(zones.index, zones[list(columns)], "AMOUNT", "amounts", of="zones").to_numpy()
    parts = []
    told = areas[areas["assessable"]] if "assessable" in areas else areas
    for radius, mine in told.groupby("radius_m", sort=True):
        if once and len(mine) > 1:
            _check_apart(mine)
        shapes = mine.geometry.to_numpy()
        held = zone_shares(shapes, zones, take)
        if once and take != "part":  # a centroid may lie on the border of two areas
            held = _most(held, zone_shares(shapes, zones, "part") * held)
        union = shapely.union_all(shapes)
        everything = zone_shares(np.array([union], object), zones, take)
        if take != "part":  # a union drawn anew may touch a zone that no area does
            everything = held.max(axis=0, keepdims=True)
        shares = np.vstack([held, everything])
        parts.append(_amount_rows(mine, float(str(radius)), shares, amounts, columns, zones, np.append(shapes, union)))
    if not parts:
        raise PlanningDataError("E-AREA-07", "no station area is assessable.", seen=len(areas), mend="place the stations better.")
    table = pd.concat(parts)
    rows = table.reindex([*areas.index, *table.index[table["stop_id"] == ALL_STOPS]])
    rows.loc[areas.index, ["stop_id", "radius_m"]] = areas[["stop_id", "radius_m"]]
    return rows


def zone_shares(shapes: Shapes, zones: GeoDataFrame, take: str) -> Floats:
    """The share of every zone that every shape takes by the rule: [shape, zone], 0–1."""
    ground = zones.geometry.to_numpy()
    shares = np.zeros((len(shapes), len(ground)))
    if take == "centroid":
        shape, zone = shapely.STRtree(shapely.points(centres_xy(zones, zones.crs))).query(shapes, predicate="intersects")
        shares[shape, zone] = 1.0
        return shares
    shape, zone = shapely.STRtree(ground).query(shapes, predicate="intersects")
    whole = shapely.area(ground)
    area = shapely.area(shapely.intersection(shapes[shape], ground[zone]))
    shares[shape, zone] = np.minimum(area / whole[zone], 1.0) if take == "part" else area > whole[zone] * _TOUCH
    return shares


def total(shares: Floats, amounts: Floats) -> Floats:
    """Σ_z share · amount of every shape; no matrix product, whose last bit may depend on the number of threads."""
    return np.asarray((shares * amounts).sum(axis=1))


def _shared_out(shapes: Shapes, xy: Floats) -> Shapes:
    """Every place of the areas with the nearest of the stations whose areas hold it."""
    mine = shapes.copy()
    ground = shapely.box(*shapely.total_bounds(shapes)) if len(shapes) else shapely.Polygon()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for left, right in zip(one[one < other], other[one < other], strict=True):
        sides = power_cells(ground, xy[[left, right]], np.zeros(2))
        both = shapely.intersection(shapes[left], shapes[right])
        for loser, far in ((left, sides[1]), (right, sides[0])):
            mine[loser] = shapely.difference(mine[loser], shapely.intersection(both, far))
    return mine


def _area_table(
    stops: GeoDataFrame,
    radii: list[float],
    walk: Walk,
    sheds: Shapes,
    ratios: Floats,
    network: NDArray[np.bool_],
    lost: NDArray[np.bool_],
    crs: object,
) -> GeoDataFrame:
    stop = np.repeat(np.arange(len(stops)), len(radii))
    radius = np.tile(radii, len(stops))
    by_street = network[stop]
    drawn = ~shapely.is_empty(sheds.ravel())
    columns: dict[str, object] = {
        "stop_id": stops.index[stop],
        "radius_m": radius,
        "method": np.where(by_street | ~drawn, walk.method, CROW_FLY),
        "detour": np.where(by_street | ~drawn, np.nan, walk.detour),
        "area_ha": ground_m2(sheds.ravel(), crs) / _HA,
        "ped_shed_ratio": ratios.ravel(),
    }
    if "accuracy_m" in stops:
        columns["accuracy_m"] = stops["accuracy_m"].to_numpy(float)[stop]
        columns["assessable"] = columns["accuracy_m"] <= radius / 2  # type: ignore[operator]
    columns["reason"] = np.where(lost[stop], NO_STREET, "")
    ids = [f"{stops.index[at]}/{metres:g}" for at, metres in zip(stop, radius, strict=True)]
    return GeoDataFrame(columns, index=pd.Index(ids, name="area_id"), geometry=sheds.ravel(), crs=crs)


def _check_amounts(areas: GeoDataFrame, zones: GeoDataFrame, columns: Sequence[str], take: str) -> None:
    missing = [name for name in columns if name not in zones]
    if take not in TAKES or missing or not len(columns):
        mend = f"take one of {', '.join(TAKES)}, columns of the zones."
        raise PlanningDataError("E-AREA-04", "no such rule, or no such columns.", seen=(take, missing), mend=mend)
    lacking = [name for name in ("stop_id", "radius_m") if name not in areas]
    if lacking or areas.index.has_duplicates:
        seen = lacking or "ids twice"
        raise PlanningDataError("E-AREA-06", "these are no station areas.", seen=seen, mend="areas = station_areas(stops).")
    same_metric_crs(areas, checked_zones(zones, "zones"))
    small_overlaps(zones, "zones", _SLIVER_PCT)


def _check_apart(areas: GeoDataFrame) -> None:
    try:
        small_overlaps(areas[~areas.geometry.is_empty], "station areas", _SLIVER_PCT)
    except PlanningDataError as error:
        mend = 'station_areas(stops, overlap="nearest"), or once=False and read the total from "all".'
        raise PlanningDataError(
            "E-AREA-05", "station areas overlap.", feature_ids=error.feature_ids, seen=error.seen, mend=mend
        ) from error


def _most(taken: Floats, share: Floats) -> Floats:
    """Every zone taken once, by the area that holds most of it; of equals by the first."""
    kept = np.zeros_like(taken)
    best = share.argmax(axis=0)
    some = taken.any(axis=0)
    kept[best[some], np.flatnonzero(some)] = 1.0
    return kept


def _amount_rows(
    areas: GeoDataFrame,
    radius: float,
    shares: Floats,
    amounts: Floats,
    columns: Sequence[str],
    zones: GeoDataFrame,
    shapes: Shapes,
) -> pd.DataFrame:
    """Rows of one radius, the last for all stations."""
    order = id_order(zones.index)
    ground = shapely.area(zones.geometry.to_numpy())
    hectares = ground_m2(zones.geometry.to_numpy(), zones.crs) / _HA
    sums = np.column_stack([total(shares[:, order], held[order]) for held in (*amounts.T, hectares)])
    inside = total(zone_shares(shapes, zones, "part")[:, order], ground[order])
    area = shapely.area(shapes)
    index = pd.Index([*areas.index, f"{ALL_STOPS}/{radius:g}"], name="area_id")
    table = pd.DataFrame({"stop_id": [*areas["stop_id"], ALL_STOPS], "radius_m": radius}, index=index)
    table[list(columns)] = sums[:, :-1]
    table["taken_ha"] = sums[:, -1]
    table["covered_pct"] = np.minimum(100 * np.divide(inside, area, out=np.zeros(len(area)), where=area > 0), 100)
    return table
