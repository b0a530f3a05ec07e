"""Every measure of the package at work on the region: tables by family, and one that says where each of them stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pandas as pd
from geopandas import GeoDataFrame

from analyses.stated import formula_and_source
from analyses.studies.measured_access import access_family, equity_family
from analyses.studies.measured_base import Base, Family
from analyses.studies.measured_land import land_family, raster_family
from analyses.studies.measured_planning import planning_family
from analyses.studies.measured_stations import cost_family, network_family, site_family, station_family
from analyses.study.grounds import StudyGround
from analyses.study.parts import Study, Wrong

STEPS = ("access", "equity", "land", "rasters", "stations", "networks", "costs", "sites", "planning")


class MeasuresStudy(Study):
    """All measures at once on the embedded region, with one scenario to compare today with."""

    kind: Literal["measures"] = "measures"

    def wrong(self, ground: StudyGround) -> Iterator[Wrong]:
        """Another base than the embedded region, or not exactly one scenario."""
        if not ground.embedded:
            yield ("base",), "this study is of the embedded region; for other places write kind = 'access'"
        if len(self.scenarios) != 1:
            yield ("scenarios",), f"give one scenario to compare today with, seen {len(self.scenarios)}"


@dataclass(frozen=True, eq=False)
class MeasuresFound:
    """Its results: ``used`` one row a measure, ``tables`` by name, with shapes where they have a place.

    ``used``: ``measure``, ``family``, ``table`` (a name in ``tables``), one ``value`` in ``unit``, ``basis`` ("region" own data,
    "derived" from them as the note says, "example" made up where there are no data), ``equals`` (the package whose results it
    is compared with), ``note_vi``, ``note_en``. ``access`` the zones, ``gaps`` the districts, ``people`` on the zones.
    """

    used: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    access: GeoDataFrame
    gaps: GeoDataFrame
    people: pd.Series


def measures_study(study: MeasuresStudy, ground: StudyGround, step: Callable[[str], None] = lambda _: None) -> MeasuresFound:
    """Runs the study; ``step`` is told each of `STEPS` before it starts."""
    base = Base(study, ground)
    step("access")
    families = {"access": access_family(base)}
    zones = GeoDataFrame(families["access"].tables["zones_access"])
    step("equity")
    families["equity"] = equity_family(base, zones)
    for name, made in (
        ("land", land_family),
        ("rasters", raster_family),
        ("stations", station_family),
        ("networks", network_family),
        ("costs", cost_family),
        ("sites", site_family),
        ("planning", planning_family),
    ):
        step(name)
        families[name] = made(base)
    tables = {name: table for family in families.values() for name, table in family.tables.items()}
    gaps = GeoDataFrame(tables["gaps"])
    return MeasuresFound(_used(families), MappingProxyType(tables), zones, gaps, base.people)


def _used(families: Mapping[str, Family]) -> pd.DataFrame:
    rows = []
    for family, found in families.items():
        for one in found.used:
            stated = formula_and_source(one.measure)
            rows.append(
                {
                    "measure": one.measure.__name__,
                    "family": family,
                    "table": one.table,
                    "value": float(one.value),
                    "unit": one.unit,
                    "basis": one.basis,
                    "equals": stated.peer if stated else "",
                    "note_vi": one.note[0],
                    "note_en": one.note[1],
                }
            )
    return pd.DataFrame(rows)
