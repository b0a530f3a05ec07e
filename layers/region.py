"""The Innovation Region and the Smart City zone, their phases and context figures."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from geo import PlanningDataError, area_ha
from layers import _files
from layers._frames import layer
from layers._replacing import replaceable
from layers.admin import units
from layers.workspace.value import Workspace


@replaceable
def innovation_region(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """The Innovation Region as one polygon, index ``region_id``: the units from the centre to the science park (``members``).

    No boundary is published; parts of the scheme are ``new_city()``, ``science_park()``, ``corridors()``, ``logistics()``.
    """
    return _joined("innovation_region", workspace)


@replaceable
def smart_city_zone(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """The Smart City zone, "the whole south of the province", as one polygon: the five southern cities (``members``)."""
    return _joined("smart_city_zone", workspace)


@replaceable
def phases() -> pd.DataFrame:
    """Planning horizons of the scheme, 2030 and 2050, index ``phase_id``; compare with ``opening_year`` of ``corridors()``."""
    return layer("phases", _files.rows("phases"))


@replaceable
def context_figures() -> pd.DataFrame:
    """Urbanisation, income and foreign investment as the scheme of 2020 states them, index ``figure_id``."""
    return layer("context_figures", _files.rows("context_figures"))


def _joined(name: str, workspace: Workspace | None) -> GeoDataFrame:
    table = _files.rows("regions").query("region_id == @name")
    parts = units("2024", workspace=workspace)
    missing = sorted({unit for members in table["members"] for unit in members.split(";")} - set(parts.index))
    if missing:
        mend = f"import units with the ids {', '.join(missing)}, or import {name} itself."
        raise PlanningDataError("E-WORK-13", "the units of the workspace lack members.", layer=name, seen=missing, mend=mend)
    shapes = [parts.loc[members.split(";")].union_all() for members in table["members"]]
    zone = GeoDataFrame(table, geometry=shapes, crs=parts.crs)
    return layer(name, zone.assign(mapped_area_ha=area_ha(zone).round(1)))
