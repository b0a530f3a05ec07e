"""Where goods change hands: river ports, dry ports, seaports, airports, the freight station."""

from __future__ import annotations

from geopandas import GeoDataFrame

from layers import _files
from layers._frames import layer
from layers._replacing import replaceable
from layers.workspace.value import Workspace


@replaceable
def logistics() -> GeoDataFrame:
    """All logistics places in one frame, index ``facility_id``; ``kind`` tells them apart."""
    return layer("logistics", _files.points("logistics"))


@replaceable
def river_ports(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """River ports on the Saigon and Dong Nai rivers, existing and planned, index ``facility_id``."""
    return _only("river_ports", "river_port", workspace)


@replaceable
def dry_ports(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """Dry ports (ICD), index ``facility_id``."""
    return _only("dry_ports", "dry_port", workspace)


@replaceable
def seaports(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """The seaports the region ships through, index ``facility_id``."""
    return _only("seaports", "seaport", workspace)


@replaceable
def airports(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """Tan Son Nhat and Long Thanh, index ``facility_id``."""
    return _only("airports", "airport", workspace)


def _only(name: str, kind: str, workspace: Workspace | None) -> GeoDataFrame:
    found = logistics(workspace=workspace).reset_index()
    return layer(name, found[found["kind"] == kind], of_layer=True)
