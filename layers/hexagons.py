"""Zones: H3 hexagons with people and modelled jobs, the units in which access is counted."""

from __future__ import annotations

from functools import cache
from typing import cast

from geopandas import GeoDataFrame

from geo import PlanningDataError, area_ha
from layers import _settlement, employment
from layers._closed import park_ground
from layers._frames import layer
from layers._own_zones import with_own
from layers._replacing import held, own_copy
from layers.admin import units
from layers.ward_outlines import units_of_2025_at
from layers.workspace.value import Workspace

RESOLUTIONS = (6, 7, 8, 9, 10)
USUAL = 8


def zones(resolution: int = USUAL, *, workspace: Workspace | None = None) -> GeoDataFrame:
    """H3 hexagons with their centre in Binh Duong, Thu Duc or Chon Thanh, in metres, index ``zone_id`` (H3 address), sorted.

    ``unit_id`` the district of 2024 by centre, ``ward_id`` the unit of 2025 by centre in the modelled outlines; ``area_ha``
    geodesic; ``habitable_pct``, ``park_pct`` of the cell; ``population_2019_people`` (census of 1 April 2019, whole people);
    ``jobs`` and their bounds ``jobs_low``, ``jobs_high`` (modelled).

    People: each commune's count goes to the free ground (no existing park, no river) of its unit's cells, inside the commune's
    modelled outline and within reach of its label point, thinning out with distance, rounded so that every commune and every
    unit keeps its census exactly; ``data/zones.toml`` holds the figures. Check in Thu Duc, where outlines of the old wards are
    public: an even spread over the true outlines puts 10 % of the people into other cells. Jobs: see ``layers.jobs``.
    Resolution 8 has 3,898 cells of about 0.84 km2; 6 to 10 are offered, others refused (E-ZONE-02). Totals are the same in all.

    The zones of a ``workspace`` are what was imported, whatever their shape; they come in no other resolution (E-WORK-14).
    Where it holds other layers, the hexagons follow: people by its ``population`` (communes of 2019) spread as above, or by its
    ``units_2025`` in proportion to those; jobs by its ``jobs``, at their points or over their areas. People of another year than
    2019 stand in ``population_people``.
    """
    own = held(workspace, "zones")
    if own is not None:
        return _imported(cast("GeoDataFrame", own), resolution)
    if resolution not in RESOLUTIONS:
        raise PlanningDataError(
            "E-ZONE-02",
            "zones are not offered in this resolution.",
            layer="zones",
            seen=resolution,
            mend="choose 6 to 10; 8 is usual.",
        )
    return with_own(own_copy(_zones(resolution)), resolution, workspace)


def _imported(own: GeoDataFrame, resolution: int) -> GeoDataFrame:
    if resolution != USUAL:
        mend = "leave the resolution out, or open no workspace."
        what = "the zones of the workspace come as they were imported, in no other resolution."
        raise PlanningDataError("E-WORK-14", what, layer="zones", seen=resolution, mend=mend)
    return own


@cache
def _zones(resolution: int) -> GeoDataFrame:
    grid = _settlement.cells(resolution)
    living = _settlement.people(resolution).groupby("zone_id")["people"].sum()
    wards = units_of_2025_at(grid.centroid)
    before = units("2024")
    parks = grid.intersection(park_ground().union_all()).area / grid.area
    frame = grid[["unit_id", "geometry"]].assign(
        unit_name_vi=before["name_vi"].loc[grid["unit_id"]].to_numpy(),
        ward_id=wards["unit_id"],
        ward_name_vi=wards["name_vi"],
        area_ha=area_ha(grid).round(2),
        habitable_pct=(grid["habitable_share"] * 100).round(1),
        park_pct=(parks * 100).round(1),
        population_2019_people=living.reindex(grid.index).fillna(0).astype(int),
        name_vi="Ô lục giác, " + wards["name_vi"],
        name_en="Hexagon, " + wards["name_en"],
    )
    return layer("zones", frame.join(employment.cell_jobs(resolution)).reset_index())
