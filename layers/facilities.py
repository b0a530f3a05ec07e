"""Places people go to, and layers that are empty until you import your own data (the catalogue says what and how)."""

from __future__ import annotations

from geopandas import GeoDataFrame

from layers import _files
from layers._frames import empty, layer
from layers._replacing import replaceable


@replaceable
def health() -> GeoDataFrame:
    """Hospitals, medical centres and a clinic, index ``facility_id``; beds only where published."""
    return layer("health", _files.points("health"))


@replaceable
def trade() -> GeoDataFrame:
    """World Trade Center with its exhibition space, and two shopping places of New City, index ``facility_id``."""
    return layer("trade", _files.points("trade"))


@replaceable
def landmarks() -> GeoDataFrame:
    """Named places for orientation: junctions, terminals, parks, housing, hotel, offices, index ``landmark_id``."""
    return layer("landmarks", _files.points("landmarks"))


@replaceable
def education() -> GeoDataFrame:
    """Schools. No data is shipped: an empty frame with the columns to fill, index ``facility_id``."""
    return empty("education")


@replaceable
def culture() -> GeoDataFrame:
    """Cultural places. No data is shipped: an empty frame with the columns to fill, index ``facility_id``."""
    return empty("culture")


@replaceable
def social_housing() -> GeoDataFrame:
    """Social and worker housing. No data is shipped: an empty frame with the columns to fill, index ``facility_id``."""
    return empty("social_housing")


@replaceable
def digital_infrastructure() -> GeoDataFrame:
    """Broadband as measured in tiles. No data is shipped and none is modelled: an empty frame to fill, index ``tile_id``."""
    return empty("digital_infrastructure")
