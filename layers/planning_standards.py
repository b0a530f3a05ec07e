"""Norms of planning (QCVN 01) and rules of TOD as dated data."""

from __future__ import annotations

import pandas as pd

from layers.planning_rules import Day, OwnRules, dated_rows


def planning_norms(on: Day = None, *, own: OwnRules = None) -> pd.DataFrame:
    """What planning must provide by QCVN 01, a row an item, index ``planning_norm_id``. Not verified.

    ``on`` a day: the norm then in force, QCVN 01:2021 to 2026-12-31, QCVN 01:2026 from 2027-01-01; both without one. ``own`` a
    TOML file whose ``[[planning_norms]]`` change or add rows by ``id``. ``norm_level`` unit (residential unit), city or park;
    ``measure`` what is asked: land (m² a person), sites (each m², so many a unit), range, share, reach, spacing, population.
    Cells that an item does not ask are empty. Errors: E-LAW-01 to E-LAW-05.

    >>> days = ("2026-12-31", "2027-01-01")
    >>> [float(planning_norms(day).set_index("item").loc["upper_secondary", "m2_per_person"]) for day in days]
    [0.4, 0.6]
    """
    return dated_rows("planning_norms", on, own)


def tod_rules(on: Day = None, *, own: OwnRules = None) -> pd.DataFrame:
    """What area of a station counts as TOD, by which rule, and the law behind it, index ``tod_rule_id``. Not verified.

    ``subject`` circle and core (with ``radius_m``), law, drawing. ``on`` and ``own`` (``[[tod_rules]]``) as of `planning_norms`.
    Errors: E-LAW-01 to E-LAW-05.

    >>> tod_rules("2026-11-22")["radius_m"].dropna().to_dict()
    {'tod_area': 1000.0, 'tod_core': 500.0}
    """
    return dated_rows("tod_rules", on, own)
