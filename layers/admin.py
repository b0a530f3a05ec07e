"""Administrative units before and after the reform of 1 July 2025, people by commune, centres and gateways."""

from __future__ import annotations

from typing import Literal

from geopandas import GeoDataFrame

from geo import PlanningDataError, area_ha
from layers import _files
from layers._frames import layer


def units(vintage: Literal["2024", "2025"] = "2024") -> GeoDataFrame:
    """Units of the study area: ``"2024"`` the 12 districts before the reform, ``"2025"`` the 53 wards and communes after.

    Index ``unit_id``. The units of 2024 are generalised outlines, those of 2025 label points. Any other vintage is refused
    (E-LAYER-03).
    """
    if vintage == "2024":
        before = _files.shapes("units_2024")
        return layer("units", before.assign(mapped_area_ha=area_ha(before).round(1)))
    if vintage == "2025":
        after = _files.points("units_2025")
        return layer("units", after.assign(status="existing", as_of="2025-07-01", source=_SOURCE_2025, note="label point"))
    raise PlanningDataError(
        "E-LAYER-03", "there is no such vintage of the units.", layer="units", seen=vintage, mend='"2024" or "2025".'
    )


def population() -> GeoDataFrame:
    """People of 267 communes at the census of 1 April 2019 in and around the region, index ``commune_id``.

    ``study_unit`` is the unit of 2024 the commune lies in (Thu Duc had three districts in 2019), empty outside the 12 units.
    """
    communes = _files.points("communes_2019")
    return layer("population", communes.assign(in_study_area=communes["study_unit"] != ""))


def centres() -> GeoDataFrame:
    """New City, the centre of Thu Duc and the seats of the 11 other units, index ``centre_id``."""
    return layer("centres", _files.points("centres"))


def gateways() -> GeoDataFrame:
    """Where people and goods enter the region: terminals, junctions, airports, ports, with their direction from New City."""
    return layer("gateways", _files.points("gateways"))


_SOURCE_2025 = "units in force since 2025-07-01; areas and label points as published (vietnamadminunits, sapnhap.bando)"
