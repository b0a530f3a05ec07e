"""What an access study tells besides its measures: areas reached from places, and how evenly access is spread."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from geopandas import GeoDataFrame
from pydantic import Field

from analyses.access.equity import gini, palma, theil
from analyses.study.grounds import StudyGround
from analyses.study.parts import Minutes
from analyses.study.shapes import Part
from analyses.travel.reach import isochrones
from analyses.travel.times import Departure
from geo import PlanningDataError, lower_is_better

EQUITY = ("gini", "palma", "theil")


class IsochronesOfStudy(Part):
    """Areas reached from ``places`` (ids of the destinations) by ``mode`` within the cutoffs, of cells ``cell_m`` wide."""

    places: list[str] = Field(min_length=1)
    cutoffs_min: list[Minutes] = Field(default=[15, 30, 45], min_length=1)
    mode: str = "transit"
    cell_m: float = Field(default=250, ge=50)


def areas_reached(told: IsochronesOfStudy | None, ground: StudyGround, leaves: Departure) -> GeoDataFrame:
    """The isochrones of the study's places, index ``isochrone_id``, with the names of the places; empty where none are asked."""
    if told is None:
        return GeoDataFrame({"origin_id": [], "cutoff_min": []}, geometry=[], crs=ground.today.crs)
    places = ground.destinations.loc[told.places]
    areas = isochrones(ground.today, places, told.cutoffs_min, mode=told.mode, cell_m=told.cell_m, departure=leaves)
    names = places.loc[areas["origin_id"], ["name_vi", "name_en"]].set_axis(areas.index)
    return GeoDataFrame(areas.join(names), crs=areas.crs)


def equity_table(access: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """A row a measure that is the better the more there is: `gini`, `palma`, `theil` over people, those who reach nothing at 0.

    An index that the measure does not allow (nobody reaches anything, the poorest none) is null.
    """
    rows = [
        {"measure": name, "reached_people": int(people[access[name] > 0].sum()), **_indices(access[name].fillna(0), people)}
        for name in access.columns
        if not lower_is_better(str(name))
    ]
    return pd.DataFrame(rows, columns=["measure", "reached_people", *EQUITY])


def _indices(access: pd.Series, people: pd.Series) -> dict[str, float]:
    found = {}
    for name, index in zip(EQUITY, (gini, palma, theil), strict=True):
        try:
            found[name] = round(index(access, people), 4)
        except PlanningDataError:
            found[name] = float("nan")
    return found


def missing_places(told: IsochronesOfStudy | None, known: Sequence[object]) -> list[str]:
    """Places of the isochrones that are no destinations."""
    return [] if told is None else [one for one in told.places if one not in known]
