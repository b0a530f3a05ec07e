"""New City, the Complex, the urban-industrial complexes, the science park and its peer: schematic outlines of published size.

Every outline is scaled so that its geodesic area is the published one within 0.1 ha; its place is only as good as ``accuracy_m``.
"""

from __future__ import annotations

from geopandas import GeoDataFrame

from geo import area_ha
from layers import _files
from layers._frames import layer
from layers._replacing import replaceable
from layers.workspace.value import Workspace


@replaceable
def new_city(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """Binh Duong New City, the core of 1,000 ha and Living Lab of the scheme, index ``area_id``."""
    return _kind("new_city", "new_city", workspace)


@replaceable
def complex(*, workspace: Workspace | None = None) -> GeoDataFrame:  # noqa: A001 - the name planners use for it; nothing here needs the number type
    """The Industrial-Service-Urban Complex, 4,196 ha, with its published parts in hectares, index ``area_id``. Holds New City."""
    return _kind("complex", "complex", workspace)


@replaceable
def urban_industrial_complexes(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """Bau Bang, My Phuoc and Becamex Binh Phuoc: parks with their towns, index ``area_id``."""
    return _kind("urban_industrial_complexes", "urban_industrial_complex", workspace)


@replaceable
def science_park(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """The science and technology park, 1,700 ha, index ``area_id``: a search area, its site is not published (±3.5 km)."""
    return _kind("science_park", "science_park", workspace)


@replaceable
def high_tech_park(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """Saigon Hi-Tech Park in Thu Duc, 913 ha: the existing peer at the other end of the axis, index ``area_id``."""
    return _kind("high_tech_park", "high_tech_park", workspace)


@replaceable
def industrial_park_outlines(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """Outlines of the industrial parks that have one (VSIP II-A, VSIP III), index ``park_id`` as in ``industrial_parks()``."""
    return _kind("industrial_park_outlines", "industrial_park", workspace, index="park_id")


@replaceable
def outlines() -> GeoDataFrame:
    """All nine outlines in one frame, index ``area_id``, with published and mapped hectares."""
    return layer("outlines", _measured())


def _kind(name: str, kind: str, workspace: Workspace | None, index: str = "area_id") -> GeoDataFrame:
    found = outlines(workspace=workspace).reset_index()
    return layer(name, found[found["kind"] == kind].rename(columns={"area_id": index}), of_layer=True)


def _measured() -> GeoDataFrame:
    areas = _files.shapes("outlines")
    return areas.assign(mapped_area_ha=area_ha(areas).round(2))
