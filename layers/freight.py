"""Where goods change hands: river ports, dry ports, seaports, airports, the freight station."""

from __future__ import annotations

from geopandas import GeoDataFrame

from layers import _files
from layers._frames import layer


def logistics() -> GeoDataFrame:
    """All logistics places in one frame, index ``facility_id``; ``kind`` tells them apart."""
    return layer("logistics", _files.points("logistics"))


def river_ports() -> GeoDataFrame:
    """River ports on the Saigon and Dong Nai rivers, existing and planned, index ``facility_id``."""
    return _only("river_ports", "river_port")


def dry_ports() -> GeoDataFrame:
    """Dry ports (ICD), index ``facility_id``."""
    return _only("dry_ports", "dry_port")


def seaports() -> GeoDataFrame:
    """The seaports the region ships through, index ``facility_id``."""
    return _only("seaports", "seaport")


def airports() -> GeoDataFrame:
    """Tan Son Nhat and Long Thanh, index ``facility_id``."""
    return _only("airports", "airport")


def _only(name: str, kind: str) -> GeoDataFrame:
    found = _files.points("logistics")
    return layer(name, found[found["kind"] == kind])
