"""Universities and the Triple Helix: what state, enterprise and school have put up for innovation."""

from __future__ import annotations

from geopandas import GeoDataFrame

from layers import _files
from layers._frames import layer
from layers._replacing import replaceable


@replaceable
def universities() -> GeoDataFrame:
    """University campuses, index ``university_id``; ``nucleus`` marks that of the university city."""
    return layer("universities", _files.points("universities"))


@replaceable
def university_city() -> GeoDataFrame:
    """The university city, a concept around its nucleus (Vietnamese-German University), index ``area_id``: a point."""
    return layer("university_city", _files.points("university_city"))


@replaceable
def innovation_nodes() -> GeoDataFrame:
    """Incubators, labs, start-up support, universities, business parks with their ``helix`` (state, enterprise, school)."""
    return layer("innovation_nodes", _files.points("innovation_nodes"))
