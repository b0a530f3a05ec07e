"""Administrative units before and after the reform of 1 July 2025, people by commune, centres and gateways."""

from __future__ import annotations

from typing import Literal, cast

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from geo import PlanningDataError, area_ha
from layers import _files
from layers._frames import layer
from layers._replacing import embedded, held, replaceable
from layers.ward_outlines import MEASURED, outlines_2025, unit_shares
from layers.workspace.value import Workspace


def units(vintage: Literal["2024", "2025"] = "2024", *, workspace: Workspace | None = None) -> GeoDataFrame:
    """Units of the study area: ``"2024"`` the 12 districts before the reform, ``"2025"`` the 53 wards and communes after.

    Index ``unit_id``. The units of 2024 are generalised outlines; those of 2025 are modelled (see ``layers.ward_outlines``), and
    so are their people of 2019 where a commune was split (``unit_shares``). Any other vintage is refused (E-LAYER-03).
    A workspace holds them as ``units`` and ``units_2025``.
    """
    own = held(workspace, "units" if vintage == "2024" else f"units_{vintage}")
    if own is not None:
        return cast("GeoDataFrame", own)
    if vintage == "2024":
        return embedded(_before_reform)
    if vintage == "2025":
        return embedded(_after_reform)
    raise PlanningDataError(
        "E-LAYER-03", "there is no such vintage of the units.", layer="units", seen=vintage, mend='"2024" or "2025".'
    )


@replaceable
def unit_changes() -> pd.DataFrame:
    """Which commune of 2019 went into which unit of 2025: one row a commune and unit, index ``unit_change_id``.

    ``share`` is 1 where the whole commune went there and empty where it was split, as no share is published.
    """
    parts = _files.rows("unit_parts")
    communes, after = population(), _files.rows("units_2025").set_index("unit_id")
    whole = parts["extent"] == "whole"
    names = {
        name: communes.loc[parts["commune_id"], name].to_numpy() + _arrow(after[name], parts) for name in ("name_vi", "name_en")
    }
    table = parts.assign(
        unit_change_id=parts["commune_id"] + "__" + parts["unit_id"],
        unit_2024_id=communes.loc[parts["commune_id"], "study_unit"].to_numpy(),
        unit_2025_id=parts["unit_id"],
        whole=whole,
        share=whole.astype(float).where(whole),
        **names,
    )
    return layer("unit_changes", table)


def _before_reform() -> GeoDataFrame:
    before = _files.shapes("units_2024")
    return layer("units", before.assign(mapped_area_ha=area_ha(before).round(1)))


def _after_reform() -> GeoDataFrame:
    after = _files.points("units_2025").set_index("unit_id").sort_index()
    after = after.set_geometry(outlines_2025().geometry)
    people = unit_shares().groupby("unit_2025_id")["population_2019_people"].sum()
    table = after.assign(
        population_2019_people=people,
        mapped_area_ha=area_ha(after).round(1),
        status="existing",
        as_of="2025-07-01",
        source=_SOURCE_2025,
        accuracy_m=MEASURED["boundary_p68_m"],
        note="modelled outline; people of 2019 by commune, split by free ground where the commune was",
    )
    return layer("units", table.reset_index())


@replaceable
def population() -> GeoDataFrame:
    """People of 267 communes at the census of 1 April 2019 in and around the region, index ``commune_id``.

    ``study_unit`` is the unit of 2024 the commune lies in (Thu Duc had three districts in 2019), empty outside the 12 units.
    """
    communes = _files.points("communes_2019")
    return layer("population", communes.assign(in_study_area=communes["study_unit"] != ""))


@replaceable
def centres() -> GeoDataFrame:
    """New City, the centre of Thu Duc and the seats of the 11 other units, index ``centre_id``."""
    return layer("centres", _files.points("centres"))


@replaceable
def gateways() -> GeoDataFrame:
    """Where people and goods enter the region: terminals, junctions, airports, ports, with their direction from New City."""
    return layer("gateways", _files.points("gateways"))


def _arrow(names: pd.Series, parts: pd.DataFrame) -> np.ndarray:
    """`` → name of the new unit``; its code where it lies outside the study area."""
    return (" → " + parts["unit_id"].map(names).fillna(parts["unit_id"])).to_numpy()


_SOURCE_2025 = "units since 2025-07-01; areas and label points as published (vietnamadminunits, sapnhap.bando); outlines modelled"
