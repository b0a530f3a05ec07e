"""The colours of planning rules as one style for page, QGIS, print and drawing.

The underscore keeps the module from shadowing its function.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import pandas as pd

import layers
from geo import Label, PlanningDataError
from maps.style import Style

UNKNOWN_COLOR, UNKNOWN_ACI = "#e0e0dc", 254  # a class in no table is shown, and told as such
BY_LAYER = 256  # status codes have no colour number
NOT_LISTED = Label("loại đất không có trong bảng", "a class in no table")


def planning_style(
    present: Iterable[object] | None = None,
    *,
    classes: Literal["planning", "status"] = "planning",
    column: str = "class_id",
    on: str | dt.date | None = None,
    own: str | Path | None = None,
) -> Style:
    """The official colours of planning classes (or status codes), in the order of their table; not verified.

    ``present`` the values to show, repeated or not: the legend holds those and, where one is in no table, "a class in no table";
    all classes without it. ``column`` holds `layers.planning_classes` ids, or codes of `layers.land_status_codes`. Drawn opaque,
    so that page, QGIS and print show the very colours; ``Style.aci`` are the numbers for drawings. ``on``, ``own`` as of those
    layers; status codes of a superseded rule keep their colours where no day is told.
    Errors: E-LAW-06 another list of classes, E-LAW-01 to E-LAW-05.

    >>> planning_style(["DAT_HTXH_Yte"]).colors, planning_style(["DAT_HTXH_Yte"]).aci
    (('#ff00bf',), (220,))
    """
    table = _table(classes, on, own)
    seen = None if present is None else set(pd.Series(list(present), dtype=object).dropna().astype(str))
    shown = table if seen is None else table[table.index.isin(seen)]
    other = seen is not None and bool(seen - set(table.index))
    return Style(
        column=column,
        categories=(*shown.index, *([None] if other else [])),
        colors=(*shown["color"], *([UNKNOWN_COLOR] if other else [])),
        labels=(*(Label(vi, en) for vi, en in shown[["vi", "en"]].to_numpy()), *([NOT_LISTED] if other else [])),
        aci=(*(int(one) for one in shown["aci"]), *([UNKNOWN_ACI] if other else [])),
        outline="#4a4a46",
        outline_px=0.4,
        opacity=1.0,
    )


def _table(classes: str, on: str | dt.date | None, own: str | Path | None) -> pd.DataFrame:
    """Colour, number and words of every class, in the order of the rule."""
    if classes == "planning":
        table = layers.planning_classes(on, own=own).sort_values("table_order")
        return table.assign(vi=table["name_vi"], en=table["name_en"])
    if classes != "status":
        mend = 'choose "planning" or "status".'
        raise PlanningDataError("E-LAW-06", "no such list of classes.", seen=classes, mend=mend)
    table = layers.land_status_codes(on, own=own).sort_values(
        ["valid_from", "table_order"], ascending=[False, True], kind="stable"
    )
    table = table.drop_duplicates("code").set_index("code")
    words = {f"{lang}": table.index + " – " + table[f"name_{lang}"] for lang in ("vi", "en")}
    return table.assign(aci=BY_LAYER, **words)
