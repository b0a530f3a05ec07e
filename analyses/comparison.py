"""Before and after, side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from geo import PlanningDataError


def compare(zones: GeoDataFrame, before: pd.DataFrame | pd.Series, after: pd.DataFrame | pd.Series) -> GeoDataFrame:
    """The zones with ``<column>_before``, ``<column>_after`` and ``<column>_change`` (after − before, in the column's own unit).

    ``before`` and ``after`` hold the same numeric columns on the zones' index; where one is not reached (infinite or null) the
    change is null. Other columns of ``zones`` stay. Errors: E-CMP-01 (columns differ), E-CMP-02 (ids differ).
    """
    first, second = _table(before), _table(after)
    if list(first.columns) != list(second.columns):
        raise PlanningDataError(
            "E-CMP-01",
            "before and after hold other columns.",
            seen=(list(first.columns), list(second.columns)),
            mend="compute both alike.",
        )
    for table in (first, second):
        odd = zones.index.symmetric_difference(table.index)
        if len(odd):
            raise PlanningDataError(
                "E-CMP-02", "ids of results and zones differ.", feature_ids=list(odd), mend="use the same zones."
            )
    out = zones.copy()
    for name in first:
        old, new = first[name].reindex(zones.index), second[name].reindex(zones.index)
        change = (new - old).where(np.isfinite(old) & np.isfinite(new))
        out[f"{name}_before"], out[f"{name}_after"], out[f"{name}_change"] = old, new, change
    return out


def _table(values: pd.DataFrame | pd.Series) -> pd.DataFrame:
    return values if isinstance(values, pd.DataFrame) else values.to_frame(values.name or "value")
