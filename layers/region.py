"""The Innovation Region and the Smart City zone, their phases and context figures."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from geo import area_ha
from layers import _files
from layers._frames import layer
from layers.admin import units


def innovation_region() -> GeoDataFrame:
    """The Innovation Region as one polygon, index ``region_id``: the units from the centre to the science park (``members``).

    No boundary is published; parts of the scheme are ``new_city()``, ``science_park()``, ``corridors()``, ``logistics()``.
    """
    return _joined("innovation_region")


def smart_city_zone() -> GeoDataFrame:
    """The Smart City zone, "the whole south of the province", as one polygon: the five southern cities (``members``)."""
    return _joined("smart_city_zone")


def phases() -> pd.DataFrame:
    """Planning horizons of the scheme, 2030 and 2050, index ``phase_id``; compare with ``opening_year`` of ``corridors()``."""
    return layer("phases", _files.rows("phases"))


def context_figures() -> pd.DataFrame:
    """Urbanisation, income and foreign investment as the scheme of 2020 states them, index ``figure_id``."""
    return layer("context_figures", _files.rows("context_figures"))


def _joined(name: str) -> GeoDataFrame:
    table = _files.rows("regions").query("region_id == @name")
    parts = units("2024")
    shapes = [parts.loc[members.split(";")].union_all() for members in table["members"]]
    zone = GeoDataFrame(table, geometry=shapes, crs=parts.crs)
    return layer(name, zone.assign(mapped_area_ha=area_ha(zone).round(1)))
