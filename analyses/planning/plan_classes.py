"""Which class of the balance table a parcel belongs to: by class, by the name of a drawing's layer, or by a status code."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

import layers
from analyses.planning.rules_used import Day, OwnRules
from geo import PlanningDataError

CLASS, LAYER, CODE, OTHER_TABLE, UNKNOWN = "class", "drawing_layer", "status_code", "other_table", "unknown"


def resolved_classes(values: pd.Series, scheme: str, on: Day = None, own: OwnRules = None) -> pd.DataFrame:
    """What each value of a plan's or a status map's class column is in the table of ``scheme``, on the values' index.

    Columns: ``given`` the value, ``class_id`` of `layers.planning_classes` (empty where the table has none), ``how`` it was read
    (class, drawing_layer, status_code, other_table, unknown), ``judgement``, ``others`` the other possible classes,
    ``reason_vi``, ``reason_en``, ``level`` and ``service`` as the layer's name tells them. Errors: E-LAW-01 to E-LAW-06.
    """
    known = layers.planning_classes(on, scheme=scheme, own=own)
    every = layers.planning_classes(on, own=own)
    given = values.fillna("").astype(str).str.strip()
    kinds = [str(one) for one in dict.fromkeys(given)]
    drawn = layers.drawing_layers(pd.Series(kinds, index=kinds, dtype="str"), own=own)
    codes = _codes(kinds, scheme, own)
    lists = set(map(str, known.index)), set(map(str, every.index))
    told = {
        name: _one(name, cells, codes.get(name.upper()), lists)
        for name, cells in zip(kinds, drawn.to_dict("records"), strict=True)
    }
    table = pd.DataFrame.from_records([told[one] for one in given], index=values.index)
    return table.assign(given=given)


def class_column(frame: pd.DataFrame, column: str, what: str) -> pd.Series:
    """The column of classes. Errors: E-BALANCE-05 where it is not there."""
    if column not in frame:
        mend = f"name the column: class_column=..., one of {', '.join(map(str, frame.columns))[:200]}."
        raise PlanningDataError("E-BALANCE-05", f"{what} has no column of classes {column!r}.", seen=column, mend=mend)
    return frame[column]


def _codes(kinds: list[str], scheme: str, own: OwnRules) -> dict[str, list[dict[str, str]]]:
    """Candidates of every value that is a status code, by code; codes without a class have none."""
    codes = set(layers.land_status_codes(own=own)["code"])
    asked = sorted({kind.upper() for kind in kinds} & codes)
    if not asked:
        return {}
    found = layers.crosswalked(pd.Series(asked, index=asked, dtype="str"), "status", "planning", scheme=scheme)
    rows: dict[str, list[dict[str, str]]] = {code: [] for code in asked}
    for row in found.to_dict("records"):
        if row["to_value"]:
            rows[str(row["from_value"])].append({str(key): str(value) for key, value in row.items()})
    return rows


def _one(
    kind: str, drawn: Mapping[Hashable, Any], candidates: list[dict[str, str]] | None, lists: tuple[set[str], set[str]]
) -> dict[str, object]:
    """How one value is read; ``lists`` the classes of the table, and of all tables."""
    known, every = lists
    class_id = kind if kind in every else str(drawn["class_id"])
    told: dict[str, object] = {"class_id": "", "how": UNKNOWN, "judgement": False, "others": "", "reason_vi": "", "reason_en": ""}
    told |= {"level": str(drawn["level"]), "service": str(drawn["service"])}
    if class_id in known:
        return told | {"class_id": class_id, "how": CLASS if kind == class_id else LAYER, "judgement": bool(drawn["judgement"])}
    if class_id in every:
        return told | {"how": OTHER_TABLE}
    if candidates:
        first, *more = candidates
        return told | {
            "class_id": first["to_value"],
            "how": CODE,
            "judgement": first["kind"] == "judgement",
            "others": " ".join(one["to_value"] for one in more),
            "reason_vi": first["reason_vi"],
            "reason_en": first["reason_en"],
        }
    return told
