"""Where a station may stand, and the areas round each of these places: core, circle, ring, walks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from analyses._inputs import Floats
from analyses.stations.displaced import accuracies_m, displaced_xy
from analyses.stations.walksheds import CELL_M, CROW_FLY, Shapes, Walk, walk_rule
from geo.movement import Transport

CORE, CIRCLE, RING = "core", "circle", "ring"


@dataclass(frozen=True)
class SheetRules:
    """What a station's sheet rests on; every rule can be another by decision.

    ``radii_m`` core and circle; ``walks_min`` network catchments at ``walk_speed_kmh``; ``take`` how a parcel cut by the circle
    counts ("part", "whole", "centroid"); ``draws`` places drawn for a station whose position is not exact, by ``seed``;
    ``cutoff_min`` of the jobs reached.
    """

    radii_m: tuple[float, float] = (500.0, 1000.0)
    walks_min: tuple[float, ...] = (5.0, 10.0, 15.0)
    walk_speed_kmh: float = 4.8
    take: str = "part"
    draws: int = 200
    seed: int = 0
    cutoff_min: float = 45.0

    def reach_m(self) -> dict[str, float]:
        """The reach of every area in metres: of walks, metres of street."""
        walks = {f"walk_{minutes:g}min": minutes * self.walk_speed_kmh / 0.06 for minutes in self.walks_min}
        return {CORE: self.radii_m[0], CIRCLE: self.radii_m[1], **walks}


class StationPlaces:
    """Stations at every place where they may stand.

    ``xy`` [station, draw, xy]; ``known`` by area: which stations are placed at least twice as well as the area reaches.
    """

    def __init__(self, stops: GeoDataFrame, rules: SheetRules, transport: Transport | None) -> None:
        self.stops, self.rules = stops, rules
        self.accuracy_m = accuracies_m(stops)
        self.xy = displaced_xy(stops, rules.draws, rules.seed)
        self._reach = rules.reach_m()
        self.known: dict[str, NDArray[np.bool_]] = {area: self.accuracy_m <= reach / 2 for area, reach in self._reach.items()}
        self.known[RING] = self.known[CORE]  # its inner edge is as near
        self._circle = Walk(CROW_FLY, 1.0, None, CELL_M)
        self.walk = walk_rule(transport, None, None, 2 * CELL_M)

    def shapes(self, at: int) -> dict[str, Shapes]:
        """The areas round one station whose circle or walks can be told, each [draw]; one draw where the station is exact.

        The core comes with the circle even where it can not be told alone: a plan lets build more in it.
        """
        places = self.places(at)
        wanted = {area: metres for area, metres in self._reach.items() if self.known[CIRCLE if area == CORE else area][at]}
        found: dict[str, Shapes] = {}
        for walk, names in self._walks(wanted):
            found |= dict(zip(names, walk.sheds(places, [wanted[name] for name in names]).T, strict=True))
        return found

    def circle(self, at: int) -> Shapes | None:
        """The circle round one station at every place [draw], as `shapes` gives it; None where it can not be told."""
        if not self.known[CIRCLE][at]:
            return None
        return np.asarray(self._circle.sheds(self.places(at), [self._reach[CIRCLE]])[:, 0])

    def places(self, at: int) -> Floats:
        """Where one station may stand [draw, xy]; one draw where it is exact."""
        return np.asarray(self.xy[at][:1] if self.accuracy_m[at] == 0 else self.xy[at])

    def drawn(self) -> GeoDataFrame:
        """The areas where the stations are drawn: one row a station and area, ``ped_shed_ratio`` where there are streets."""
        xy = shapely.get_coordinates(self.stops.geometry.to_numpy())
        parts = []
        for walk, names in self._walks(self._reach):
            streets = walk.transport is not None
            for area in names:
                shapes = walk.sheds(xy, [self._reach[area]])[:, 0]
                part = GeoDataFrame({"stop_id": self.stops.index, "area": area}, geometry=shapes, crs=self.stops.crs)
                part["reach_m"], part["assessable"] = self._reach[area], self.known[area]
                part["method"], part["detour"] = walk.method, np.nan if streets else walk.detour
                part["ped_shed_ratio"] = shapely.area(shapes) / (np.pi * self._reach[area] ** 2) if streets else np.nan
                parts.append(part)
        return GeoDataFrame(pd.concat(parts, ignore_index=True))

    def _walks(self, wanted: Mapping[str, float]) -> list[tuple[Walk, list[str]]]:
        """Which of the wanted areas are circles and which are walked."""
        circles = [area for area in wanted if area in (CORE, CIRCLE)]
        walked = [area for area in wanted if area not in circles]
        return [(walk, names) for walk, names in ((self._circle, circles), (self.walk, walked)) if names]


def union_of(shapes: list[Shapes], draws: int) -> Shapes:
    """Draw by draw the union of several stations' areas, so that what they share is counted once."""
    return np.asarray(shapely.union_all(np.stack([np.broadcast_to(one, draws) for one in shapes]), axis=0))


def spread(values: Floats, draws: int) -> Floats:
    """One value for every draw."""
    return np.broadcast_to(values, draws)
