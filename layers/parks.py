"""Industrial parks by generation."""

from __future__ import annotations

from geopandas import GeoDataFrame

from layers import _files
from layers._frames import layer
from layers._replacing import replaceable


@replaceable
def industrial_parks() -> GeoDataFrame:
    """The 30 industrial parks as points with hectares, generation and workers a hectare (planning estimates), index ``park_id``.

    ``part_of`` names the outline a park belongs to: count its area and jobs once.
    """
    return layer("industrial_parks", _files.points("industrial_parks"))
