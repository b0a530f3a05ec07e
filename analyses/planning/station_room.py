"""How many people and jobs the land round a station holds when a phase is built, core and ring by their own rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analyses._inputs import Floats
from analyses.land.floor_space import Rate, Rates, station_capacity
from analyses.planning.station_areas_drawn import CORE, RING

ENDS = ("low", "", "high")


@dataclass(frozen=True)
class PhaseRates:
    """What a phase of a plan lets be built, by class of land; numbers or (low, middle, high), as in `station_capacity`.

    ``far_core``, ``far_ring`` floor area ratios by class; classes without one are left out and their hectares told.
    """

    far_core: Mapping[str, Rate]
    far_ring: Mapping[str, Rate]
    efficiency: Rates
    m2_per_person: Mapping[str, Rate]
    m2_per_job: Mapping[str, Rate]
    home_pct: Mapping[str, float] = field(default_factory=dict)
    built_pct: Rates = 100.0


def room(land: Mapping[str, pd.DataFrame], rates: PhaseRates) -> dict[tuple[str, str], Floats]:
    """People and jobs the land of an area holds: (area, item) → [low–high, draw].

    Formula: Σ area · built share · FAR · efficiency / (m² a person), as `station_capacity`. ``land`` hectares by class of core
    and ring, one row a draw. The circle is both together. ``capacity_left_out_ha`` is land of classes without rates.
    """
    found: dict[tuple[str, str], Floats] = {}
    for area, far in ((CORE, rates.far_core), (RING, rates.far_ring)):
        held = land[area]
        built = [str(name) for name in held if str(name).removesuffix("_ha") in far]
        rest = held.drop(columns=built).sum(axis=1).to_numpy(float)
        found[area, "capacity_left_out_ha"] = np.stack([rest] * 3)
        table = _capacity(held[built], far, rates) if built else pd.DataFrame(index=held.index)
        for what in ("people", "jobs"):
            columns = ["_".join(filter(None, (what, end))) for end in ENDS]
            numbers = [table[name].to_numpy(float) if name in table else np.zeros(len(held)) for name in columns]
            found[area, f"capacity_{what}"] = np.stack(numbers)
    return found


def _capacity(land: pd.DataFrame, far: Mapping[str, Rate], rates: PhaseRates) -> pd.DataFrame:
    uses = [str(name).removesuffix("_ha") for name in land]

    def kept(table: Rates) -> Rates:
        return {use: table[use] for use in uses if use in table} if isinstance(table, Mapping) else table

    return station_capacity(
        land,
        far={use: far[use] for use in uses},
        efficiency=kept(rates.efficiency),
        m2_per_person={use: rates.m2_per_person[use] for use in uses if use in rates.m2_per_person},
        m2_per_job={use: rates.m2_per_job[use] for use in uses if use in rates.m2_per_job},
        home_pct={use: rates.home_pct[use] for use in uses if use in rates.home_pct},
        built_pct=kept(rates.built_pct),
    )
