"""Corridors: roads, BRT, metro, railways, rivers and the innovation axis, with published and drawn lengths."""

from __future__ import annotations

import numpy as np
from geopandas import GeoDataFrame

from geo import length_km
from layers import _files
from layers._frames import layer


def corridors() -> GeoDataFrame:
    """All 48 lines, existing and planned, index ``corridor_id``; columns as in ``catalogue()``.

    Planned lines are chords through named crossings: use ``travel_length_km`` for travel time (the published length where it
    covers the drawn line, else the drawn one). Expressways are entered only from ``interchanges_with``.
    """
    return layer("corridors", _measured())


def waterways() -> GeoDataFrame:
    """The four rivers as centre lines with their mean width in metres."""
    return _of("waterways", mode="waterway")


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


def _of(name: str, **wanted: str) -> GeoDataFrame:
    lines = _measured()
    for column, value in wanted.items():
        lines = lines[lines[column] == value]
    return layer(name, lines)
