"""Corridors: roads, BRT, metro, railways, rivers and the innovation axis, with published and drawn lengths."""

from __future__ import annotations

import numpy as np
from geopandas import GeoDataFrame

from geo import length_km
from layers import _files
from layers._frames import layer
from layers._replacing import replaceable
from layers.workspace.value import Workspace


@replaceable
def corridors() -> GeoDataFrame:
    """All 50 lines, existing and planned, index ``corridor_id``; columns as in ``catalogue()``.

    Planned lines are chords through named crossings: use ``travel_length_km`` for travel time (the published length where it
    covers the drawn line, else the drawn one). Expressways are entered only from ``interchanges_with``.
    """
    return layer("corridors", _measured())


@replaceable
def corridor_segments() -> GeoDataFrame:
    """Stretches of the lines whose status is ``mixed`` (Ring Roads 3 and 4), index ``segment_id``, with the status to assume."""
    stretches = _files.shapes("corridor_segments")
    return layer("corridor_segments", stretches.assign(length_km_drawn=length_km(stretches).round(2)))


@replaceable
def roads(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """National, provincial and urban roads, belt roads among them; expressways apart. Index ``corridor_id``."""
    return _only("roads", "mode", "road", workspace=workspace)


@replaceable
def belt_roads(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """Ring Roads 2 (east), 3 and 4. Index ``corridor_id``."""
    return _only("belt_roads", "category", "belt_road", workspace=workspace)


@replaceable
def avenues(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """The boulevards (đại lộ) among the roads. Index ``corridor_id``."""
    return _only("avenues", "avenue", value=True, workspace=workspace)


@replaceable
def expressways(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """Expressways, existing and under construction; entered only from ``interchanges_with``. Index ``corridor_id``."""
    return _only("expressways", "mode", "expressway", workspace=workspace)


@replaceable
def brt_lines(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """The BRT New City - Suoi Tien: planned, not built. Index ``corridor_id``."""
    return _only("brt_lines", "mode", "brt", workspace=workspace)


@replaceable
def metro_lines(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """Metro lines: one existing, two planned, one plan superseded. Index ``corridor_id``."""
    return _only("metro_lines", "mode", "metro", workspace=workspace)


@replaceable
def railways(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """Railways, existing and planned. Index ``corridor_id``."""
    return _only("railways", "mode", "rail", workspace=workspace)


@replaceable
def waterways(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """The four rivers as centre lines with their mean width in metres. Index ``corridor_id``."""
    return _only("waterways", "mode", "waterway", workspace=workspace)


@replaceable
def innovation_axis(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """The axis Thu Duc - New City - Chon Thanh, a concept drawn along existing roads. Index ``corridor_id``."""
    return _only("innovation_axis", "mode", "axis", workspace=workspace)


def _only(name: str, column: str, value: str | bool, *, workspace: Workspace | None) -> GeoDataFrame:
    lines = corridors(workspace=workspace).reset_index()
    return layer(name, lines[lines[column] == value], of_layer=True)


def _measured() -> GeoDataFrame:
    lines = _files.shapes("corridors")
    published = lines["length_km_published"].astype(float)
    comparable = published.notna() & lines["length_covers"].isna()
    drawn = length_km(lines).round(2)
    return lines.assign(
        length_km_drawn=drawn,
        deviation_pct=((drawn / published - 1) * 100).round(1).where(comparable),
        travel_length_km=np.where(comparable, published, drawn),
    )
