"""People and jobs in the core and the transition ring round stops: today, and when each phase of a plan is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from analyses._inputs import Floats, id_order
from analyses.stations.displaced import RANGE_PCT, accuracies_m, displaced_xy
from analyses.stations.station_catchments import total, zone_shares
from geo import area_ha
from layers import AddOpportunities, Scenario

ALL_STOPS = "all"
AMOUNTS = ("people", "jobs")
_QUARTER = 64  # segments a quarter circle: its area is 0.01 % short
Range = tuple[float, float, float]  # low, middle, high


@dataclass(frozen=True)
class Rings:
    """Densities a hectare of open ground that a phase allows: core and transition of each amount, as (low, middle, high)."""

    people: tuple[Range, Range]
    jobs: tuple[Range, Range]


class TodGround:
    """Zones as land that a plan may build on: what is there, what of it stays, and the hectares that are open to building.

    Open is what is neither park nor river (``habitable_pct``, where the zones tell it); jobs in parks (``park_jobs``) stay.
    """

    def __init__(self, zones: GeoDataFrame, people: str, jobs: str) -> None:
        self.zones, self.columns = zones.iloc[id_order(zones.index)], {"people": people, "jobs": jobs}
        self.amounts = {name: self.zones[column].to_numpy(float) for name, column in self.columns.items()}
        open_share = self.zones["habitable_pct"].to_numpy(float) / 100 if "habitable_pct" in zones else 1.0
        self.open_ha: Floats = area_ha(self.zones).to_numpy() * open_share
        stays = self.zones["park_jobs"].to_numpy(float) if "park_jobs" in zones else np.zeros(len(zones))
        self.stays = {"people": np.zeros(len(zones)), "jobs": np.minimum(stays, self.amounts["jobs"])}

    def grown(self, name: str, per_ha: float) -> Floats:
        """Amount of every zone with a density on its open ground; where more is there today, that stays."""
        stays = self.stays[name]
        return stays + np.maximum(self.amounts[name] - stays, per_ha * self.open_ha)

    def with_phase(self, stops: GeoDataFrame, rings: Rings, radii_m: tuple[int, int]) -> Scenario:
        """The middle densities round stops where they are drawn, as further people and jobs in the zones; overlaps count once."""
        core, whole = (shapely.union_all(_circles(stops, radius)) for radius in radii_m)
        inner, outer = (zone_shares(np.array([shape], object), self.zones, "part")[0] for shape in (core, whole))
        changes = []
        for name, column in self.columns.items():
            goals = [self.grown(name, density[1]) - self.amounts[name] for density in getattr(rings, name)]
            gain = inner * goals[0] + np.maximum(outer - inner, 0) * goals[1]
            some = np.flatnonzero(gain > 0)
            at = shapely.point_on_surface(self.zones.geometry.to_numpy()[some])
            places = GeoDataFrame({column: gain[some]}, index=self.zones.index[some], geometry=at, crs=self.zones.crs)
            changes += [AddOpportunities(column, places.rename_axis("place_id"))] if len(some) else []
        return Scenario("TOD", changes)


def around_stops(
    stops: GeoDataFrame,
    ground: TodGround,
    phases: Mapping[str, Rings],
    radii_m: tuple[int, int],
    *,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """People and jobs within both radii of every stop and of all together, today and in each phase, as p10, p50 and p90.

    Formula: today Σ_z s_z y_z; phase Σ_z c_z g_z(core) + (s_z − c_z) g_z(transition), g_z(d) = max(y_z, d · open hectares), c and
    s the shares of a zone in the core and in the whole circle. Source: stated here.

    p10, p50, p90 are over ``draws`` displaced places; of a phase p10 takes its low, p90 its high densities, so that the range
    holds both doubts. A stop placed worse than half a radius is not ``assessable`` there: null. "all": the union of the circles
    of the assessable stops. One row a stop, radius and ``state`` ("today", then the phases).
    """
    places = displaced_xy(stops, draws, seed)
    accuracy = accuracies_m(stops)
    rows = []
    core_m = radii_m[0]
    circles = {radius: shapely.buffer(shapely.points(places), radius, quad_segs=_QUARTER) for radius in radii_m}
    for radius in radii_m:
        known = accuracy <= radius / 2
        inner, outer = circles[min(core_m, radius)], circles[radius]
        shapes = [(stop, inner[at], outer[at], known[at]) for at, stop in enumerate(stops.index)]
        unions = [shapely.union_all(one[known], axis=0) for one in (inner, outer)]
        for stop, core, whole, assessable in [*shapes, (ALL_STOPS, unions[0], unions[1], known.any())]:
            told = _amounts(ground, phases, core, whole) if assessable else _unknown(phases)
            for state, numbers in told.items():
                rows.append({"stop_id": stop, "radius_m": radius, "state": state, "assessable": bool(assessable), **numbers})
    return pd.DataFrame(rows)


def _amounts(
    ground: TodGround, phases: Mapping[str, Rings], core: NDArray[np.object_], whole: NDArray[np.object_]
) -> dict[str, dict[str, float]]:
    """Ranges of one stop and radius, by state."""
    near = np.flatnonzero(shapely.intersects(shapely.box(*shapely.total_bounds(whole)), ground.zones.geometry.to_numpy()))
    zones = ground.zones.iloc[near]
    inner, outer = zone_shares(core, zones, "part"), zone_shares(whole, zones, "part")
    told: dict[str, dict[str, float]] = {"today": {}}
    for name in AMOUNTS:
        found = [total(outer, ground.amounts[name][near])] * 3
        told["today"] |= _range(name, found)
        for phase, rings in phases.items():
            built = []
            for dense, sparse in zip(*getattr(rings, name), strict=True):
                middle, edge = (ground.grown(name, density)[near] for density in (dense, sparse))
                built.append(total(inner, middle) + total(np.maximum(outer - inner, 0), edge))
            told.setdefault(phase, {}).update(_range(name, built))
    return told


def _range(name: str, by_density: list[Floats]) -> dict[str, float]:
    """p10 of the low, p50 of the middle, p90 of the high."""
    return {
        f"{name}_p{percent}": float(np.percentile(values, percent, method="inverted_cdf"))
        for percent, values in zip(RANGE_PCT, by_density, strict=True)
    }


def _unknown(phases: Mapping[str, Rings]) -> dict[str, dict[str, float]]:
    nothing = {f"{name}_p{percent}": np.nan for name in AMOUNTS for percent in RANGE_PCT}
    return dict.fromkeys(("today", *phases), nothing)


def _circles(stops: GeoDataFrame, radius_m: float) -> NDArray[np.object_]:
    return np.asarray(shapely.buffer(stops.geometry.to_numpy(), radius_m, quad_segs=_QUARTER))
