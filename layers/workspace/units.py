"""Rows that are administrative units: their ids and names are ours, and what the file does not say stays as it was."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from geopandas import GeoDataFrame

from geo import Finding
from layers._frames import SHARED
from layers.admin import population, units
from layers.register import COMMON
from layers.workspace.filling import Shape
from layers.workspace.mapping import PEOPLE, Mapped
from layers.workspace.placing import UNIT, Placed

OF_UNITS = {"2019": "population", "2024": "units", "2025": "units_2025"}  # the layer of every vintage


def with_units(at: Placed, mapped: Sequence[Mapped], shape: Shape, file: str) -> tuple[GeoDataFrame, list[Mapped], list[Finding]]:
    """Rows that were joined to units take their ids and names where they bring none; a layer of units keeps its other columns."""
    frame, given = at.frame, list(mapped)
    if not at.vintage:
        return frame, given, []
    known = units_of(at.vintage)
    found = known.loc[frame[UNIT]].set_index(frame.index)
    said = {one.ours for one in given}
    same = OF_UNITS[at.vintage] == shape.name
    counted = bool(said & set(PEOPLE))
    kept = [name for name in known.columns if name in shape.columns and not (counted and name in PEOPLE) and name not in SHARED]
    more = {name: found[name] for name in (kept if same else COMMON[:2]) if name not in said}
    frame = frame.assign(**{f"unit {name}": values for name, values in more.items()})
    given += [Mapped(f"unit {name}", name, "unit") for name in more]
    if shape.index not in said:
        given.append(Mapped(UNIT, shape.index, "unit"))
    told = [name for name in more if name not in COMMON]
    what = f"columns that the file does not bring are those of the embedded layer: {', '.join(told)}."
    return frame, given, [Finding("W-IMPORT-08", what, "", "note", file, shape.name)] if told else []


def units_of(vintage: str) -> pd.DataFrame:
    """The units of 2024 or 2025, the communes of 2019."""
    return population() if vintage == "2019" else units(vintage)  # type: ignore[arg-type] # one of the three
