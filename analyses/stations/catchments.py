"""People, jobs and land around stops whose place is only known so well: ranges over displaced stops, or "not assessable"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from analyses._zones import same_metric_crs
from analyses.stations.displaced import accuracies_m, displaced_xy, range_columns
from geo import PlanningDataError, ground_scale

RADII_M = (500, 1000)  # core and transition of a TOD area round a station in Ho Chi Minh City
ALL_STOPS = "all"
UNCLASSIFIED = "unclassified"
_QUARTER = 64  # segments a quarter circle: its area is 0.01 % short
_HA = 10_000

Shapes = NDArray[np.object_]


def within_stops(
    stops: GeoDataFrame,
    zones: GeoDataFrame,
    columns: Sequence[str],
    *,
    radii_m: Sequence[int] = RADII_M,
    draws: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """People, jobs ... within each radius of every stop, as p10, p50 and p90 over displaced stops.

    A stop with ``accuracy_m`` (root mean square error) is displaced ``draws`` times by a normal error of that size; a zone
    counts with the share of its area inside the circle. Where the accuracy is worse than half the radius nothing can be said:
    ``assessable`` is False and the numbers are null. The last row of each radius, ``stop_id`` "all", is the union of the
    assessable stops (their number in ``stops``), overlaps counted once.

    ``stops`` and ``zones`` in the same metric CRS; returns one row a stop and radius with ``<column>_p10 _p50 _p90``.
    Errors: E-CRS-02 (CRS differ), E-STOP-01 (no accuracy).
    """
    same_metric_crs(stops, zones)
    tree, shapes = shapely.STRtree(zones.geometry.to_numpy()), zones.geometry.to_numpy()
    amounts = zones[list(columns)].to_numpy(float) / shapely.area(shapes)[:, None]
    rows = []
    for circles in _circles(stops, radii_m, draws, seed):
        circle, zone = tree.query(circles.shapes, predicate="intersects")
        areas = shapely.area(shapely.intersection(circles.shapes[circle], shapes[zone]))
        sums = np.zeros((len(circles.shapes), len(columns)))
        np.add.at(sums, circle, areas[:, None] * amounts[zone])
        rows.append(circles.table({name: sums[:, position] for position, name in enumerate(columns)}))
    return pd.concat(rows, ignore_index=True)


def land_within_stops(
    stops: GeoDataFrame,
    land_use: GeoDataFrame,
    *,
    radii_m: Sequence[int] = RADII_M,
    draws: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Hectares by class of ``land_use`` (column ``land_use``) within each radius of every stop, as p10, p50, p90.

    Columns ``<class>_ha_p10 ...`` for every class and for ``unclassified``, the rest of the circle. Displacement,
    ``assessable`` and errors as in `within_stops`. ``land_use`` must not overlap itself (E-LAND-01).
    """
    same_metric_crs(stops, land_use)
    shapes = land_use.geometry.to_numpy()
    tree, classes = shapely.STRtree(shapes), land_use["land_use"].to_numpy()
    rows = []
    for circles in _circles(stops, radii_m, draws, seed):
        circle, parcel = tree.query(circles.shapes, predicate="intersects")
        per_m2 = ground_scale(circles.shapes, stops.crs) / _HA  # hectares on the ground for a square metre of the plane
        areas = shapely.area(shapely.intersection(circles.shapes[circle], shapes[parcel])) * per_m2[circle]
        whole = shapely.area(circles.shapes) * per_m2
        columns: dict[str, NDArray[np.float64]] = {}
        for name in sorted(set(classes)):
            mine = classes[parcel] == name
            columns[f"{name}_ha"] = np.bincount(circle[mine], areas[mine], minlength=len(whole)).astype(float)
        rest = whole - sum(columns.values(), np.zeros(len(whole)))
        if (rest < -1e-3 * whole).any():
            raise PlanningDataError("E-LAND-01", "land-use polygons overlap.", mend="give a partition: every place in one class.")
        rows.append(circles.table({**columns, f"{UNCLASSIFIED}_ha": np.maximum(rest, 0)}))
    return pd.concat(rows, ignore_index=True)


class _Circles:
    """Circles of one radius: ``shapes`` [stop × draw, stop by stop, then draw by draw the union of the assessable stops]."""

    def __init__(self, stops: GeoDataFrame, places: NDArray[np.float64], radius_m: int) -> None:
        self._ids, self._radius_m = stops.index, radius_m
        self._accuracy = accuracies_m(stops)
        self._assessable = self._accuracy <= radius_m / 2
        circles = shapely.buffer(shapely.points(places), radius_m, quad_segs=_QUARTER)
        self.shapes: Shapes = np.concatenate([circles.ravel(), shapely.union_all(circles[self._assessable], axis=0)])

    def table(self, values: dict[str, NDArray[np.float64]]) -> pd.DataFrame:
        """One row a stop and one for all; ``values`` [shapes] become their p10, p50 and p90 over the draws."""
        known = self._assessable
        assessable = np.append(known, known.any())
        columns: dict[str, object] = {
            "stop_id": [*self._ids, ALL_STOPS],
            "radius_m": self._radius_m,
            "stops": [*np.ones(len(known), int), int(known.sum())],
            "accuracy_m": np.append(self._accuracy, self._accuracy[known].max(initial=0)),
            "assessable": assessable,
        }
        by_draw = {name: numbers.reshape(len(assessable), -1) for name, numbers in values.items()}
        columns |= range_columns(by_draw, assessable)
        return pd.DataFrame(columns)


def _circles(stops: GeoDataFrame, radii_m: Sequence[int], draws: int, seed: int) -> list[_Circles]:
    places = displaced_xy(stops, draws, seed)
    return [_Circles(stops, places, radius) for radius in radii_m]
