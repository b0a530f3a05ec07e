"""What lies in the areas of stations, at every place where they may stand: people, jobs, land by class, buildings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from analyses._inputs import Floats, amounts_on, id_order
from analyses._zones import checked_zones, same_metric_crs, small_overlaps
from analyses.planning.station_areas_drawn import CIRCLE, CORE, RING
from analyses.stations.catchments import UNCLASSIFIED
from analyses.stations.station_catchments import TAKES, total, zone_shares
from analyses.stations.walksheds import Shapes
from geo import PlanningDataError, ground_m2, ground_scale, nearest_names

LAND = "land_use"
TODAY = "today"
_HA = 10_000
_SLIVER_PCT = 0.01


class Count(NamedTuple):
    """What a number is: the ``area`` it is of, the ``item`` counted, the ``state`` (today, a year)."""

    area: str
    item: str
    state: str = TODAY


@dataclass(frozen=True, eq=False)
class SheetData:
    """What a sheet counts. All frames in one metric CRS.

    ``zones`` with people and jobs by state: ``people={"today": "population_2019_people", "2030": ...}``, ``jobs`` alike. ``land``
    polygons that do not overlap, with ``land_use``, the plan's or the status map's class (null: unclassified). ``buildings``
    polygons with ``households`` where known; ``cleared`` the classes of land that a plan clears: buildings on it must go.
    """

    zones: GeoDataFrame
    people: Mapping[str, str]
    jobs: Mapping[str, str]
    land: GeoDataFrame | None = None
    buildings: GeoDataFrame | None = None
    cleared: Sequence[str] = ()
    amounts: Mapping[tuple[str, str], str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        named = {(what, state): column for what in ("people", "jobs") for state, column in getattr(self, what).items()}
        object.__setattr__(self, "amounts", named)
        missing = [column for column in named.values() if column not in self.zones]
        if missing or not named:
            mend = nearest_names(missing[0], map(str, self.zones.columns)) if missing else 'people={"today": column}.'
            raise PlanningDataError("E-SHEET-01", "zones lack columns of people or jobs.", seen=missing, mend=mend)
        checked_zones(self.zones, "zones")
        small_overlaps(self.zones, "zones", _SLIVER_PCT)
        amounts_on(self.zones.index, self.zones[list(named.values())], "SHEET", "amounts", of="zones")
        for what, frame in (("land", self.land), ("buildings", self.buildings)):
            if frame is not None:
                same_metric_crs(frame, self.zones)
                checked_zones(frame, what)
        if self.land is not None:
            if LAND not in self.land:
                mend = f"name the column of classes {LAND!r}."
                raise PlanningDataError("E-SHEET-01", "the land has no classes.", seen=list(self.land.columns), mend=mend)
            small_overlaps(self.land, "land", _SLIVER_PCT)


class Counter:
    """Counts in areas; parcels cut by the edge of an area by ``take``, zones of people by their share."""

    def __init__(self, data: SheetData, take: str) -> None:
        if take not in TAKES:
            raise PlanningDataError("E-SHEET-02", "no such rule for cut parcels.", seen=take, mend=f"one of {', '.join(TAKES)}.")
        self.data, self._take = data, take
        self._zones = data.zones.iloc[id_order(data.zones.index)]
        self._tree = shapely.STRtree(self._zones.geometry.to_numpy())
        self.classes: list[str] = []
        if data.land is not None:
            self._land = data.land.iloc[id_order(data.land.index)]
            self._class = self._land[LAND].astype(object).where(self._land[LAND].notna(), UNCLASSIFIED).astype(str).to_numpy()
            self.classes = sorted({*self._class} - {UNCLASSIFIED})
            self._parcels = shapely.STRtree(self._land.geometry.to_numpy())
        if data.buildings is not None:
            self._prepare_buildings(data.buildings)

    def count(self, areas: Mapping[str, Shapes]) -> dict[Count, Floats]:
        """Every count in every area, each [draw]; the ring is the circle without the core."""
        found: dict[Count, Floats] = {}
        for area, shapes in areas.items():
            for what, numbers in self._within(shapes):
                found[Count(area, *what)] = numbers
        if {CORE, CIRCLE} <= set(areas):
            rings = {
                Count(RING, *one[1:]): np.maximum(numbers - found[Count(CORE, *one[1:])], 0)
                for one, numbers in found.items()
                if one.area == CIRCLE
            }
            found |= rings
        return found

    def _within(self, shapes: Shapes) -> Iterable[tuple[tuple[str, str], Floats]]:
        box = shapely.box(*shapely.total_bounds(shapes))
        zones = self._zones.iloc[np.sort(self._tree.query(box))]
        shares = zone_shares(shapes, zones, "part")
        for key, column in self.data.amounts.items():
            yield key, total(shares, zones[column].to_numpy(float))
        covered = total(shares, shapely.area(zones.geometry.to_numpy()))
        area = shapely.area(shapes)
        per_m2 = np.nan_to_num(ground_scale(shapes, zones.crs)) / _HA  # hectares on the ground for a square metre of the plane
        yield ("covered_pct", TODAY), np.minimum(100 * np.divide(covered, area, out=np.zeros(len(area)), where=area > 0), 100)
        if self.data.land is None:
            yield ("area_ha", TODAY), area * per_m2
        else:
            yield from self._land_within(shapes, box, per_m2)
        if self.data.buildings is not None:
            yield from self._buildings_within(shapes)

    def _land_within(self, shapes: Shapes, box: shapely.Polygon, per_m2: Floats) -> Iterable[tuple[tuple[str, str], Floats]]:
        """Hectares by class, and those of no class: the rest of the area, and parcels whose class is null."""
        near = np.sort(self._parcels.query(box))
        parcels = self._land.iloc[near]
        square_m = shapely.area(parcels.geometry.to_numpy())
        taken = zone_shares(shapes, parcels, self._take) * square_m * per_m2[:, None]
        inside = taken if self._take == "part" else zone_shares(shapes, parcels, "part") * square_m * per_m2[:, None]
        bare = np.maximum(shapely.area(shapes) * per_m2 - inside.sum(axis=1), 0)
        by_class = {name: taken[:, self._class[near] == name].sum(axis=1) for name in [*self.classes, UNCLASSIFIED]}
        by_class[UNCLASSIFIED] = by_class[UNCLASSIFIED] + bare
        for name, numbers in by_class.items():
            yield (f"{name}_ha", TODAY), numbers
        yield ("area_ha", TODAY), np.sum(list(by_class.values()), axis=0)

    def _prepare_buildings(self, buildings: GeoDataFrame) -> None:
        """Each building as a point inside it, with what is counted of it; those that must go once more."""
        outlines = buildings.geometry.to_numpy()
        self._houses = shapely.STRtree(shapely.point_on_surface(outlines))
        ground = {
            "buildings": np.ones(len(buildings)),
            "footprint_m2": ground_m2(outlines, buildings.crs),
        }
        if "households" in buildings:
            held = amounts_on(buildings.index, buildings[["households"]], "SHEET", "households", of="buildings")
            ground["households"] = held["households"].to_numpy()
        self._of_building = ground
        if self.data.cleared:
            goes = self._goes(outlines)
            self._of_building = ground | {f"cleared_{name}": numbers * goes for name, numbers in ground.items()}

    def _goes(self, outlines: Shapes) -> Floats:
        """1 for every building that stands on land which the plan clears."""
        unknown = sorted(set(self.data.cleared) - set(self.classes))
        if unknown:
            what, mend = "no land of these classes is there to be cleared.", f"classes of the land: {', '.join(self.classes)}."
            raise PlanningDataError("E-SHEET-03", what, feature_ids=unknown, mend=mend)
        cleared = self._land.geometry.to_numpy()[np.isin(self._class, list(self.data.cleared))]
        on, _ = shapely.STRtree(cleared).query(outlines, predicate="intersects")
        goes = np.zeros(len(outlines))
        goes[on] = 1.0
        return goes

    def _buildings_within(self, shapes: Shapes) -> Iterable[tuple[tuple[str, str], Floats]]:
        area, house = self._houses.query(shapes, predicate="intersects")
        for name, numbers in self._of_building.items():
            yield (name, TODAY), np.bincount(area, numbers[house], minlength=len(shapes)).astype(float)


def people_within(data: SheetData, shapes: Shapes) -> dict[str, Floats]:
    """People of every state in each of the shapes, by the share of every zone that lies in it."""
    ground = data.zones.iloc[id_order(data.zones.index)]
    zones = ground.iloc[np.sort(shapely.STRtree(ground.geometry.to_numpy()).query(shapely.box(*shapely.total_bounds(shapes))))]
    shares = zone_shares(shapes, zones, "part")
    return {state: total(shares, zones[column].to_numpy(float)) for state, column in data.people.items()}


def land_of(counts: Mapping[Count, Floats], area: str) -> pd.DataFrame:
    """Hectares by class of an area, one row a draw, columns ``<class>_ha``."""
    names = {one.item: numbers for one, numbers in counts.items() if one.area == area and one.item.endswith("_ha")}
    return pd.DataFrame({name: numbers for name, numbers in names.items() if name != "area_ha"})
