"""All changes a scenario may hold, by name: study files and their schema are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from layers.added_line import AddLine
from layers.added_road import AddRoad
from layers.changes import Change
from layers.line_changes import ChangeDwell, ChangeHeadway, ChangeSpeed, RemoveLine
from layers.planned_changes import OpenPlanned
from layers.road_changes import ChangeRoadSpeed, CloseRoad
from layers.stop_changes import AddStop, RemoveStop, Reroute
from layers.zone_changes import AddOpportunities, SetLandUse, SetPopulation

_ALL: tuple[type[Change], ...] = (
    AddLine,
    RemoveLine,
    ChangeHeadway,
    ChangeSpeed,
    ChangeDwell,
    Reroute,
    AddStop,
    RemoveStop,
    AddRoad,
    CloseRoad,
    ChangeRoadSpeed,
    OpenPlanned,
    AddOpportunities,
    SetLandUse,
    SetPopulation,
)
CHANGES: Mapping[str, type[Change]] = MappingProxyType({change.__name__: change for change in _ALL})
