"""What shows the kinds of studies: one module a kind, one line here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol

import pandas as pd

from analyses import StudyGround
from maps.report import Section
from maps.sheets import Sheet
from maps.studies import (
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


class KindPages(Protocol):
    """What a module of `maps.studies` holds.

    It may also hold ``extras(study, ground, found, folder, *, lang)``, which writes further files (prints) into the study's
    folder and returns their paths from there by caption (Vietnamese, English), and ``cards(study, found)``, further cards of the
    gallery that lead to them.
    """

    def sheets(self, study: Any, ground: StudyGround, found: Any, *, lang: str) -> Iterator[Sheet]:
        """The maps, each with its finding told from the numbers and the frame behind it."""

    def tables(self, found: Any) -> Mapping[str, pd.DataFrame]:
        """Further tables by file name; frames with geometry become GeoJSON too."""

    def report(self, study: Any, ground: StudyGround, found: Any, shown: Sequence[Sheet]) -> Sequence[Section]:
        """The page of text, told from the numbers; ``shown`` are the maps, whose pictures it may take."""


PAGES: Mapping[str, KindPages] = MappingProxyType(
    {
        "access": access,
        "connectivity": connectivity,
        "conversion": conversion,
        "first_look": first_look,
        "freight_links": freight_links,
        "land_use_balance": land_use_balance,
        "measures": measures,
        "option_test": option_test,
        "park_catchment": park_catchment,
        "tod_corridor": tod_corridor,
        "tod_station_sheet": tod_station_sheet,
    }
)
