"""A worked example of a zoning plan, made up, near New City, for 61,000 people: how plans are checked, not what is built."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from geopandas import GeoDataFrame

from geo import METRIC
from geo.movement import Transport
from layers import _files
from layers.places import transport

PEOPLE, EXISTING_PEOPLE = 61_000.0, 8_200.0


@dataclass(frozen=True, eq=False)
class PlanningExample:
    """The worked example, all of it made up (ví dụ): ``plan`` parcels with the names of their drawing layers in ``class_id``,
    ``service``, ``level`` and planned ``people``; ``status`` existing parcels by status code; ``boundary``; ``services`` stops;
    ``streets`` for walking; ``people`` of the plan and ``existing_people``. In VN-2000 metres.
    """

    plan: GeoDataFrame
    status: GeoDataFrame
    boundary: GeoDataFrame
    services: GeoDataFrame
    streets: Transport
    people: float
    existing_people: float


def planning_example() -> PlanningExample:
    """The worked example of a zoning plan beside New City, with the mistakes that real plans hold: an overlap, a gap, a parcel
    beyond the boundary, a class in no table, schools whose level is not told, existing parcels that straddle classes.
    """
    plan = _areas("example_plan", "parcel_id")
    plan["people"] = plan["people"].astype(float)
    with _files.path("planning/example_streets.osm") as streets:
        walk = transport(osm=streets)
    return PlanningExample(
        plan=plan,
        status=_areas("example_status", "parcel_id"),
        boundary=_areas("example_boundary", "boundary_id"),
        services=_areas("example_services", "place_id"),
        streets=walk,
        people=PEOPLE,
        existing_people=EXISTING_PEOPLE,
    )


def _areas(name: str, index: str) -> GeoDataFrame:
    rows = _files.rows(f"planning/{name}").set_index(index)
    shapes = shapely.from_wkt(rows.pop("wkt").to_numpy())
    return GeoDataFrame(rows, geometry=shapes, crs=METRIC)
