"""What norms ask of so many people and what is left over or short; numbers, or arrays of them, alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses._inputs import Floats
from geo import PlanningDataError

CITY_CLASSES = ("special", "I", "II", "III", "IV", "V")
PERCENT = 100.0
Numbers = float | Floats


def residential_units(norms: pd.DataFrame, people: Numbers) -> Floats:
    """Residential units that the people make, ⌈people / most people of a unit⌉; null where no norm tells their size."""
    most = norms.loc[norms["measure"] == "population", "most_people"]
    amounts = np.asarray(people, float)
    return np.full(amounts.shape, np.nan) if most.empty else np.ceil(np.round(amounts / float(most.iloc[0]), 9))


def needed_sites(norm: pd.Series, units: Numbers) -> Numbers:
    """Sites that a norm asks for: so many in every residential unit."""
    return float(norm["sites_per_unit"]) * units


def needed_m2(norm: pd.Series, people: Numbers, units: Numbers) -> Numbers:
    """Land that a norm asks for: so much a person, or so many sites of a least size in every residential unit."""
    if norm["measure"] == "sites":
        return float(norm["each_m2"]) * needed_sites(norm, units)
    return float(norm["m2_per_person"]) * people


def needed_share_m2(norm: pd.Series, built_m2: Numbers) -> Numbers:
    """Land that a norm asks for as a share of built land."""
    return float(norm["share_pct"]) / PERCENT * built_m2


def short(needed: Numbers, planned: Numbers) -> Floats:
    """What is short: 0 where as much as needed, or more, is planned."""
    return np.maximum(0.0, np.subtract(needed, planned))


def of_class(norms: pd.DataFrame, city_class: str) -> pd.Series:
    """Which norms are asked of a city of this class: those of every city, and its own.

    Errors: E-NORM-05 (class of city).
    """
    if city_class not in CITY_CLASSES:
        mend = f"choose one of {', '.join(CITY_CLASSES)}."
        raise PlanningDataError("E-NORM-05", "no such class of city.", seen=city_class, mend=mend)
    told = norms["city_class"].fillna("").astype(str)
    return (told == "") | told.map(lambda classes: city_class in classes.split())
