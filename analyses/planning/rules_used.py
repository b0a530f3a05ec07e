"""Which rule, of which date, a result rests on, and whether it was verified."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

Day = str | dt.date | None
OwnRules = str | Path | None
COLUMNS = ("subject", "rule", "valid_from", "valid_to", "rows", "verified", "source")
_KEY = ["rule", "valid_from", "valid_to"]


def rules_used(on: Day, **tables: pd.DataFrame) -> pd.DataFrame:
    """A row a rule behind a result: ``subject`` (the keyword), rule, days in force, ``rows`` used, ``verified``, sources.

    ``verified`` is true where every row is; ``on`` the day the rules were asked for, empty where none was told.
    """
    found = []
    for subject, table in tables.items():
        for key in sorted(set(table[_KEY].itertuples(index=False, name=None))):
            part = table[(table[_KEY] == list(key)).all(axis=1)]
            sources = "; ".join(sorted(set(part["source"])))
            found.append((subject, *key, len(part), bool(part["verified"].all()), sources))
    made = pd.DataFrame(found, columns=list(COLUMNS))
    return made.assign(on="" if on is None else str(on)[:10])
