"""Mark for words on the map, none over another.

The underscore keeps the module from shadowing its function.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries

from geo import PlanningDataError
from maps import palettes
from maps.areas import Title
from maps.fields import NAMES, require_column
from maps.style import Style, numbers
from maps.vector_layer import VectorLayer

MOST = 20_000


def labels(
    frame: GeoDataFrame,
    column: str | tuple[str, str] = NAMES,
    *,
    priority: str | None = None,
    size_px: float = 12.0,
    color: str = palettes.INK,
    title: Title = None,
    lang: str | None = None,
    show: bool = True,
) -> VectorLayer:
    """The texts of ``column`` (one, or Vietnamese and English) at the features, none over another; more appear while zooming in.

    Where two meet, the one of the larger ``priority`` stays, else the first row. Areas and lines are named at a point inside
    them. Missing texts are left out. Errors: E-MAP-01 nothing to name, E-MAP-02 no such column, E-MAP-04 more than 20,000.
    """
    vi, en = column if isinstance(column, tuple) else (column, column)
    en = en if en in frame else vi
    for name in (vi, en, *((priority,) if priority else ())):
        require_column(frame, name)
    known = ~(frame[vi].isna() | frame.geometry.isna() | frame.geometry.is_empty).to_numpy()
    frame = frame[known]
    if len(frame) > MOST:
        raise PlanningDataError("E-MAP-04", f"more than {MOST} labels.", seen=len(frame), mend="name fewer features.")
    if priority:
        frame = frame.iloc[np.argsort(-np.nan_to_num(numbers(frame[priority]), nan=-np.inf), kind="stable")]
    at = GeoSeries(shapely.point_on_surface(frame.geometry.to_numpy()), index=frame.index, crs=frame.crs)
    texts = {
        name: pd.Series([str(one) for one in frame[told]], frame.index, dtype=object)
        for name, told in zip(NAMES, (vi, en), strict=True)
    }
    named = GeoDataFrame(texts, geometry=at)
    named["rank"] = np.arange(len(named))
    return VectorLayer(
        named,
        title or ("Nhãn", "Labels"),
        look=Style(colors=(color,), widths=(size_px,), opacity=1),
        lang=lang or "vi",
        legend=False,
        show=show,
        role="labels",
        certainty=False,
        order="rank",
    )
