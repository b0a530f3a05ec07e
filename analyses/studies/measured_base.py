"""What the families of the study of all measures share: the ground, the travel times, and the row every measure leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from shapely import Geometry

import layers
from analyses.access.opportunities import opportunities_within
from analyses.options.comparison import compare
from analyses.study.grounds import StudyGround
from analyses.study.parts import Study
from analyses.travel.matrices import travel_times
from analyses.travel.times import TravelTimes
from geo.movement import Transport

CUTOFF_MIN, LIMIT_MIN = 45, 90
Pair = tuple[str, str]  # Vietnamese, English
Basis = Literal["region", "derived", "example"]
SMALL = (
    "vùng nghiên cứu chưa có dữ liệu này; giá trị của một ví dụ nhỏ tự đặt",
    "the region has no such data; the value of a small made-up example",
)


class Used(NamedTuple):
    """One measure at work: ``table`` where its results stand, one ``value`` of them in ``unit``.

    ``basis``: "region" the region's own data; "derived" a raster, a state or a demand made from them as the note says;
    "example" a made-up case, as the region has no data for it.
    """

    measure: Callable[..., Any]
    table: str
    value: float
    unit: str
    basis: Basis = "region"
    note: Pair = ("", "")


@dataclass(frozen=True, eq=False)
class Family:
    """Some measures: a row for each, and the tables they stand in."""

    used: tuple[Used, ...]
    tables: dict[str, pd.DataFrame]


def number(value: Any) -> float:
    """One cell of a table as a number."""
    return float(value)


class Base:
    """The ground of the study and what several families need of it, computed when first asked for."""

    def __init__(self, study: Study, ground: StudyGround) -> None:
        self.study, self.ground = study, ground
        self.zones, self.transport = ground.zones, ground.today
        self.people = ground.zones[ground.people].astype(float).rename("people")
        self.jobs = ground.zones[ground.jobs].astype(float).rename("jobs")

    def times(
        self,
        mode: str,
        ends: GeoDataFrame | None = None,
        transport: Transport | None = None,
        starts: GeoDataFrame | None = None,
        limit_min: int = LIMIT_MIN,
    ) -> TravelTimes:
        """Times from the zones (or ``starts``) to ``ends``, the zones where left out, at the study's hour."""
        start = self.zones if starts is None else starts
        departure, seed = self.study.leaves(), self.study.seed
        net = transport or self.transport
        return travel_times(net, start, ends, mode=mode, departure=departure, limit_min=limit_min, seed=seed)

    @cached_property
    def by_mode(self) -> dict[str, TravelTimes]:
        """Times between all zones."""
        return {mode: self.times(mode) for mode in ("motorbike", "transit")}

    @cached_property
    def hospitals(self) -> GeoDataFrame:
        """Hospitals that are there."""
        every = layers.health(workspace=self.ground.workspace)
        return every[every["status"].eq("existing")]

    @cached_property
    def to_hospitals(self) -> dict[str, TravelTimes]:
        """Times from all zones to the hospitals."""
        return {mode: self.times(mode, self.hospitals) for mode in ("motorbike", "transit")}

    @cached_property
    def planned(self) -> Transport:
        """The transport with the study's first scenario."""
        return self.ground.transport(self.study.scenarios[0].id)

    @cached_property
    def compared(self) -> GeoDataFrame:
        """Jobs within reach by transit, before and after the scenario."""
        after = self.times("transit", transport=self.planned)
        before, then = (opportunities_within(times, self.jobs, CUTOFF_MIN) for times in (self.by_mode["transit"], after))
        return compare(self.zones, before, then)

    @cached_property
    def boundary(self) -> Geometry:
        """The outline of all zones: what lies behind it is not in the data."""
        return self.zones.union_all()

    def mean(self, values: pd.Series | np.ndarray) -> float:
        """The mean over people of those with a finite value."""
        amounts = np.asarray(values, float)
        known = np.isfinite(amounts)
        return float(np.average(amounts[known], weights=self.people.to_numpy()[known]))
