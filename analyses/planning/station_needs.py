"""What the norms ask for the people round a station: land by item, as a range, for today and every state to come."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analyses.planning.sheet_results import StationSheet
from analyses.planning.station_areas_drawn import CIRCLE
from geo import PlanningDataError

_HA = 10_000
NEEDED = ("m2_per_person", "each_m2", "sites_per_unit", "most_people", "measure", "norm_level", "city_class", "rule")


def norm_needs(
    sheet: StationSheet, norms: pd.DataFrame, *, states: Sequence[str], area: str = CIRCLE, city_class: str = "special"
) -> pd.DataFrame:
    """Land that the norms ask for the people in an area of a station's sheet, a row an item and state.

    Formula: needed = m² a person × people; of sites: each m² × sites a unit × ⌈people / most people of a unit⌉.
    Source: QCVN 01:2021 and 01:2026, by date (`layers.planning_norms`), second-hand.

    ``norms`` the rows in force on a day; those of land and of sites are asked, of cities those of ``city_class``. Columns:
    ``planning_norm_id``, names, ``norm_level``, ``rule``, ``verified``, ``state``, ``needed_ha_p10 _p50 _p90``, null where the
    station can not be assessed. Errors: E-SHEET-05 (norms without the columns needed).
    """
    missing = [name for name in NEEDED if name not in norms]
    if missing:
        mend = "norms = layers.planning_norms(on)."
        raise PlanningDataError("E-SHEET-05", "these are no norms.", seen=missing, mend=mend)
    of_city = norms["city_class"].map(lambda told: not told or city_class in str(told).split()).astype(bool)
    asked = norms[norms["measure"].isin(["land", "sites"]) & norms["norm_level"].isin(["unit", "city"]) & of_city]
    most = norms.loc[norms["measure"] == "population", "most_people"]
    rows = []
    for norm_id, norm in asked.iterrows():
        for state in states:
            people = np.array(sheet.figure("people", area=area, state=state))
            if norm["measure"] == "land":
                land_m2 = float(norm["m2_per_person"]) * people
            else:
                units = np.ceil(people / float(most.iloc[0])) if len(most) else np.full(3, np.nan)
                land_m2 = float(norm["each_m2"]) * float(norm["sites_per_unit"]) * units
            told = {f"needed_ha_p{percent}": value / _HA for percent, value in zip((10, 50, 90), land_m2, strict=True)}
            about = {name: norm[name] for name in ("name_vi", "name_en", "norm_level", "rule", "verified")}
            rows.append({"planning_norm_id": norm_id, **about, "state": state, **told})
    return pd.DataFrame(rows)
