"""The kinds of studies: a model of the file, what runs it, and the steps it tells. A new kind is one module and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from analyses.studies import (
    access,
    connectivity,
    conversion,
    first_look,
    freight_links,
    land_use_balance,
    measures,
    option_test,
    park_catchment,
    tod_corridor,
    tod_station_sheet,
)
from analyses.study.parts import Study

Step = Callable[[str], None]  # told each of the kind's steps before it starts


@dataclass(frozen=True)
class Kind:
    """``model`` reads the file, ``run(study, ground, step)`` gives the frozen results, ``steps`` are what ``step`` is told."""

    model: type[Study]
    run: Callable[[Any, Any, Step], Any]
    steps: tuple[str, ...]


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "access": Kind(access.AccessStudy, access.access_study, access.STEPS),
        "connectivity": Kind(connectivity.ConnectivityStudy, connectivity.connectivity_study, connectivity.STEPS),
        "conversion": Kind(conversion.ConversionStudy, conversion.conversion_study, conversion.STEPS),
        "first_look": Kind(first_look.FirstLookStudy, first_look.first_look_study, first_look.STEPS),
        "freight_links": Kind(freight_links.FreightLinksStudy, freight_links.freight_links_study, freight_links.STEPS),
        "land_use_balance": Kind(
            land_use_balance.LandUseBalanceStudy, land_use_balance.land_use_balance_study, land_use_balance.STEPS
        ),
        "measures": Kind(measures.MeasuresStudy, measures.measures_study, measures.STEPS),
        "option_test": Kind(option_test.OptionTestStudy, option_test.option_test_study, option_test.STEPS),
        "park_catchment": Kind(park_catchment.ParkStudy, park_catchment.park_study, park_catchment.STEPS),
        "tod_corridor": Kind(tod_corridor.TodCorridorStudy, tod_corridor.tod_corridor_study, tod_corridor.STEPS),
        "tod_station_sheet": Kind(
            tod_station_sheet.StationSheetStudy, tod_station_sheet.station_sheet_study, tod_station_sheet.STEPS
        ),
    }
)
