"""Rows of the land-use balance table: sections, rows and their classes, land in no class, gaps, the total."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

from analyses.planning.plan_cover import Cover

Row = dict[str, Any]
SIDES = {"status": "existing", "plan": "planned"}
UNLISTED = ("Loại đất không có trong bảng", "Classes in no table")
GAP = ("Chưa phân loại / khoảng hở", "Not classified / gaps")
TOTAL = ("Tổng diện tích trong ranh giới", "Total within the boundary")


def balance_rows(
    classes: pd.DataFrame,
    counted: Mapping[str, GeoDataFrame],
    covers: Mapping[str, Cover],
    *,
    people: float | None,
    existing_people: float | None,
) -> pd.DataFrame:
    """The table as `LandUseBalance` documents it."""
    areas = {side: _areas(parcels) for side, parcels in counted.items()}
    rows = [*_listed(classes, areas), *_unlisted(counted)]
    gaps = {side: float(cover.gaps["area_m2"].sum()) for side, cover in covers.items()}
    rows.append(_row("gap", "gap", GAP, gaps))
    whole = {side: sum(row[side] for row in rows if row["kind"] in {"row", "unlisted", "gap"}) for side in counted}
    rows.append(_row("total", "total", TOTAL, whole))
    table = pd.DataFrame(rows).set_index("balance_id")
    heads = {"plan": people, "status": existing_people}
    for side, name in SIDES.items():
        amount = table.pop(side).astype(float) if side in table else pd.Series(float("nan"), table.index)
        table[f"{name}_ha"] = amount / 1e4
        table[f"{name}_pct"] = 100 * amount / whole[side] if side in whole else amount
        table[f"{name}_m2_per_person"] = amount / (heads[side] or float("nan"))
    return table.assign(planned_ha_change=table["planned_ha"] - table["existing_ha"])


def _areas(parcels: GeoDataFrame) -> dict[str, float]:
    """Square metres by class of the table."""
    found = parcels[parcels["class_id"] != ""].groupby("class_id")["area_m2"].sum()
    return {str(name): float(area) for name, area in found.items()}


def _listed(classes: pd.DataFrame, areas: Mapping[str, Mapping[str, float]]) -> list[Row]:
    """Sections, rows, and the classes of rows that hold several, in the order of the table."""
    ordered = classes.sort_values("table_order")
    rows: list[Row] = []
    for section in dict.fromkeys(map(str, ordered["section"])):
        part = ordered[ordered["section"] == section]
        within: list[Row] = []
        for row_no, row in part.groupby("row_no", sort=False):
            within += _of_row(section, str(row_no), row, areas)
        if section:
            name = str(part["section_vi"].iloc[0]), str(part["section_en"].iloc[0])
            sums = {side: _sum(within, side) for side in areas}
            rows.append(_row("section", f"section_{section}", name, sums, section=section))
        rows += within
    return rows


def _of_row(section: str, row_no: str, row: pd.DataFrame, areas: Mapping[str, Mapping[str, float]]) -> list[Row]:
    name = str(row["row_vi"].iloc[0]), str(row["row_en"].iloc[0])
    key = f"row_{section}_{row_no}" if section else f"row_{row_no}"
    parts = {str(one): {side: known.get(str(one), 0.0) for side, known in areas.items()} for one in row.index}
    sums = {side: sum(part[side] for part in parts.values()) for side in areas}
    made = [_row("row", key, name, sums, section=section, row_no=row_no, class_id=" ".join(parts))]
    with_land = [one for one, part in parts.items() if any(part.values())]
    if with_land and with_land != list(parts)[:1]:
        names = dict(zip(parts, zip(row["name_vi"], row["name_en"], strict=True), strict=True))
        made += [
            _row("part", one, names[one], part, section=section, class_id=one)
            for one, part in parts.items()
            if any(part.values())
        ]
    return made


def _unlisted(counted: Mapping[str, GeoDataFrame]) -> list[Row]:
    """Classes in no table, each under the name its file gives it."""
    found: dict[str, dict[str, float]] = {}
    for side, parcels in counted.items():
        for given, area in parcels[parcels["class_id"] == ""].groupby("given")["area_m2"].sum().items():
            found.setdefault(str(given), dict.fromkeys(counted, 0.0))[side] = float(area)
    called = {given: (f"{UNLISTED[0]}: {given or '(trống)'}", f"{UNLISTED[1]}: {given or '(empty)'}") for given in found}
    return [_row("unlisted", f"unlisted_{given}", called[given], found[given], class_id=given) for given in sorted(found)]


def _sum(rows: list[Row], side: str) -> float:
    return sum(row[side] for row in rows if row["kind"] == "row")


def _row(
    kind: str,
    key: str,
    name: tuple[str, str],
    areas: Mapping[str, float],
    *,
    section: str = "",
    row_no: str = "",
    class_id: str = "",
) -> Row:
    told = {"balance_id": key, "kind": kind, "section": section, "row_no": row_no, "class_id": class_id}
    return {**told, "name_vi": name[0], "name_en": name[1], **areas}
