"""Hexagons of the H3 grid: equal cells with stable addresses, the unit in which access, people and jobs are counted."""

from __future__ import annotations

from collections.abc import Iterable

import h3
import numpy as np
import shapely
from geopandas import GeoDataFrame
from pandas import Index

from geo.crs import WGS84, to_metric, to_wgs84
from geo.errors import PlanningDataError

FINEST = 11  # 25 m across; finer cells of a region would not fit into memory


def hexagons(areas: GeoDataFrame, resolution: int = 8) -> GeoDataFrame:
    """The H3 cells whose centre lies in one of ``areas`` (polygons), in metres, index ``zone_id`` (cell address), sorted.

    Column ``area_id`` says in which row of ``areas`` the centre lies (the first, where areas overlap). ``resolution`` 0 to 11; 8
    means 0.84 km2 in the region and 0.55 km from centre to corner. Any other is refused (E-ZONE-01). Reference: h3geo.org.
    """
    if isinstance(resolution, bool) or not isinstance(resolution, int) or not 0 <= resolution <= FINEST:
        raise PlanningDataError(
            "E-ZONE-01",
            "hexagons come in whole resolutions.",
            seen=resolution,
            mend=f"choose 0 to {FINEST}; 8 is usual.",
        )
    owner: dict[str, object] = {}
    for label, shape in to_wgs84(areas).geometry.items():
        for cell in h3.geo_to_cells(shape, resolution):
            owner.setdefault(cell, label)
    cells = sorted(owner)
    frame = GeoDataFrame(
        {"area_id": [owner[cell] for cell in cells]},
        geometry=[cell_outline(cell) for cell in cells],
        index=Index(cells, dtype="str", name="zone_id"),
        crs=WGS84,
    )
    return to_metric(frame)


def cell_outline(cell: str) -> shapely.Polygon:
    """The outline of an H3 cell in longitude and latitude."""
    return shapely.Polygon(np.asarray(h3.cell_to_boundary(cell))[:, ::-1])  # H3 speaks latitude, longitude


def cells_by_id(cells: Iterable[str]) -> GeoDataFrame:
    """The outlines of H3 cells by their addresses, in metres, index ``zone_id`` in the order given. Errors: E-ZONE-03 no H3 cell.

    >>> len(cells_by_id(["8865b56601fffff"]).geometry.iloc[0].exterior.coords)
    7
    """
    named = [str(cell) for cell in cells]
    wrong = [cell for cell in named if not h3.is_valid_cell(cell)]
    if wrong:
        raise PlanningDataError("E-ZONE-03", "this is no H3 cell.", seen=wrong[0], mend="give addresses such as 8865b56601fffff.")
    index = Index(named, dtype="str", name="zone_id")
    return to_metric(GeoDataFrame(index=index, geometry=[cell_outline(cell) for cell in named], crs=WGS84))
