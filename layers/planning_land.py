"""Classes of land: codes of the status map, classes of plans with their colours, and how one list is read as another."""

from __future__ import annotations

import pandas as pd

from geo import PlanningDataError, nearest_names
from layers import _files
from layers._frames import layer
from layers._replacing import replaceable
from layers.planning_rules import Day, OwnRules, dated_rows

SYSTEMS = ("osm", "worldcover", "dxf", "status", "planning")


def land_status_codes(on: Day = None, *, own: OwnRules = None) -> pd.DataFrame:
    """Land classes of the status map (bản đồ hiện trạng) and their colours, index ``land_status_code_id``. Not verified.

    ``on`` a day (ISO text or date): the codes of the rule then in force, TT 27/2018 or TT 08/2024; all without one. ``own`` a
    TOML file whose ``[[land_status_codes]]`` change or add rows by ``id``. ``code`` is what files hold, ``color`` #rrggbb.
    Errors: E-LAW-01 no day, E-LAW-02 nothing known for it, E-LAW-03 to E-LAW-05 the file.

    >>> land_status_codes("2026-11-22").set_index("code").loc["ODT", ["name_en", "color"]].tolist()
    ['Urban residential', '#ffa0ff']
    """
    return dated_rows("land_status_codes", on, own)


def planning_classes(on: Day = None, *, scheme: str | None = None, own: OwnRules = None) -> pd.DataFrame:
    """Land classes of plans by TT 16/2025, index ``planning_class_id`` (the core of the DXF layer's name). Not verified.

    ``aci`` the colour number of drawings, ``color`` the same as #rrggbb; ``section`` and ``row_no`` the place in the land-use
    balance table, ``table_order`` the order. ``scheme`` "QHC" (general plan) or "QHPK" (zoning plan): only its classes.
    ``on`` and ``own`` as of `land_status_codes`. Errors: E-LAW-01 to E-LAW-06.

    >>> planning_classes(scheme="QHPK").loc["DAT_HTXH_Yte", ["name_en", "color"]].tolist()
    ['Health', '#ff00bf']
    """
    classes = dated_rows("planning_classes", on, own)
    if scheme is None:
        return classes
    known = sorted(set(classes["scheme"]))
    if scheme not in known:
        raise PlanningDataError("E-LAW-06", "no such kind of plan.", seen=scheme, mend=nearest_names(scheme, known))
    return classes[classes["scheme"] == scheme]


@replaceable
def land_crosswalk() -> pd.DataFrame:
    """How classes of one list are read as those of another, a row a candidate, index ``crosswalk_id``.

    From tags of OpenStreetMap (``osm``: "landuse=retail"), ESA WorldCover codes (``worldcover``: "50") to status codes
    (``status``); from status codes to planning classes (``planning``, by ``scheme``) and back; from other layer names (``dxf``)
    to planning classes. ``choice`` 1 is taken where one is needed; ``kind`` "exact", or "judgement" with its ``reason_vi`` and
    ``reason_en``.
    """
    table = _files.rows("planning/land_crosswalk")
    reasons = _files.rows("planning/land_crosswalk_reasons").set_index("reason")
    table["to_value"] = table.pop("to_values").str.split()
    rows = table.explode("to_value", ignore_index=True)
    rows["choice"] = rows.groupby(["from_system", "from_value", "to_system", "scheme"]).cumcount() + 1
    rows = rows.join(reasons, on="reason").drop(columns="reason").join(_names(), on="to_value")
    to = rows["to_system"] + ("_" + rows["scheme"].str.lower()).where(rows["scheme"] != "", "")
    rows["crosswalk_id"] = rows["from_system"] + ":" + rows["from_value"] + ">" + to + ":" + rows["to_value"]
    return layer("land_crosswalk", rows)


def _names() -> pd.DataFrame:
    """Names of all codes and classes; of codes in both rules the newer one's."""
    codes = _files.rows("planning/land_status_codes").drop_duplicates("code", keep="last").set_index("code")
    classes = _files.rows("planning/planning_classes").set_index("planning_class_id")
    return pd.concat([codes, classes])[["name_vi", "name_en"]]


def crosswalked(values: pd.Series, source: str, target: str, *, scheme: str = "") -> pd.DataFrame:
    """What each value of a list may be in another list: one row a candidate, on the values' index (repeated).

    ``source`` and ``target`` as in `land_crosswalk`; ``scheme`` "QHC" or "QHPK" where the target is ``planning`` classes and the
    source is ``status``. Columns: ``from_value``, ``to_value`` (empty where nothing is known), ``choice``, ``kind`` ("exact",
    "judgement", "unknown"), ``reason_vi``, ``reason_en``. Errors: E-LAW-07 no such list.

    >>> found = crosswalked(pd.Series(["landuse=retail"], index=["a"]), "osm", "status")
    >>> found[["to_value", "kind"]].to_numpy().tolist()
    [['TMD', 'judgement'], ['DCH', 'judgement']]
    """
    table = land_crosswalk()
    table = table[(table["from_system"] == source) & (table["to_system"] == target)].sort_values("choice", kind="stable")
    table = table[table["scheme"].isin([scheme, ""])] if scheme else table
    if table.empty or (source == "status" and target == "planning" and not scheme):
        seen = f"{source} to {target} {scheme}".strip()
        mend = f"lists are {', '.join(SYSTEMS)}; from status codes to planning classes say scheme QHC or QHPK."
        raise PlanningDataError("E-LAW-07", "there is no such way between lists.", seen=seen, mend=mend)
    wanted = ["from_value", "to_value", "choice", "kind", "reason_vi", "reason_en"]
    found = values.astype("str").rename("from_value").to_frame().join(table[wanted].set_index("from_value"), on="from_value")
    found["choice"] = found["choice"].fillna(1).astype(int)
    return found.fillna({"kind": "unknown", "to_value": "", "reason_vi": "", "reason_en": ""})
