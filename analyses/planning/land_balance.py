"""The land-use balance (bảng cân đối sử dụng đất): existing and planned land by class, adding up to the boundary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries

import layers
from analyses.planning.balance_notes import balance_notes
from analyses.planning.balance_rows import balance_rows
from analyses.planning.plan_classes import CODE, class_column, resolved_classes
from analyses.planning.plan_cover import Cover, covered, metric_areas, split_parcels
from analyses.planning.rules_used import Day, OwnRules, rules_used
from geo import Label, PlanningDataError, to_metric

Scheme = Literal["QHC", "QHPK"]


@dataclass(frozen=True, eq=False)
class LandUseBalance:
    """A land-use balance and all it rests on.

    ``table``: index ``balance_id``, in the order of the circular; ``kind`` section, row, part (a class of a row that holds
    several), unlisted (a class in no table), gap, total; ``section``, ``row_no``, ``class_id``, names; ``existing_ha``,
    ``existing_pct``, ``existing_m2_per_person``, the same planned, ``planned_ha_change``. ``plan`` and ``status``: the parcels as
    counted (cut at the boundary and where they overlap) with ``class_id``, ``how`` it was read and ``area_m2``. ``parcels``: the
    classes of the plan that every existing parcel lies in, m² and %. ``overlaps``, ``outside``, ``gaps``: of ``side`` plan and
    status. ``judgements``: classes read by judgement, with the other choices and the reason. ``rules``: which rule, of which
    days, verified or not. ``notes``: what a reader must know, in both languages.
    """

    table: pd.DataFrame
    plan: GeoDataFrame
    status: GeoDataFrame | None
    parcels: pd.DataFrame
    overlaps: GeoDataFrame
    outside: GeoDataFrame
    gaps: GeoDataFrame
    judgements: pd.DataFrame
    rules: pd.DataFrame
    notes: tuple[Label, ...]
    scheme: str
    boundary: GeoDataFrame
    boundary_m2: float
    people: float | None
    existing_people: float | None


def land_use_balance(
    plan: GeoDataFrame,
    status: GeoDataFrame | None,
    people: float | None,
    *,
    scheme: Scheme = "QHC",
    boundary: GeoDataFrame | GeoSeries | None = None,
    on: Day = None,
    own: OwnRules = None,
    class_column: str = "class_id",
    existing_people: float | None = None,
) -> LandUseBalance:
    """Existing and planned hectares, shares and m² a person by class, in the sections and order of TT 16/2025.

    ``plan`` and ``status`` (None where there is no status map): parcels as polygons with their class in ``class_column``: ids of
    `layers.planning_classes`, names of drawing layers ("QHDH_DAT_HTXH_Yte_DVO") or status codes ("ODT"); codes with several
    classes take the first and are listed as judgements. Every square metre counts once: where parcels overlap the earlier row
    keeps the land, what lies beyond the ``boundary`` is left out, what no parcel covers is the row "gap", a class in no table
    keeps a row of its own. So the rows add up to the boundary's geodesic area. Without ``boundary`` the plan's outline counts.
    ``people`` of the plan, ``existing_people`` today; without them no m² a person. ``on``, ``own``: see
    `layers.planning_classes`.

    Errors: E-BALANCE-05 no such column, E-BALANCE-06 no areas, E-BALANCE-07 broken ones, E-BALANCE-08 ids twice, E-BALANCE-09
    people not above 0, E-BALANCE-10 a boundary that the plan does not meet, E-CRS-01, E-CRS-02, E-LAW-01 to E-LAW-06.
    """
    _check_people(people, existing_people)
    sides = {"plan": plan} if status is None else {"plan": plan, "status": status}
    frames = {side: metric_areas(_metric(frame, plan), f"the {side}") for side, frame in sides.items()}
    around = _boundary(boundary, frames["plan"])
    covers = {side: covered(frame, around.geometry.iloc[0]) for side, frame in frames.items()}
    if not (covers["plan"].parts["area_m2"] > 0).any():
        mend = "give the boundary of this plan, in its CRS."
        raise PlanningDataError("E-BALANCE-10", "no parcel of the plan lies in the boundary.", seen=len(plan), mend=mend)
    counted = {side: _counted(frames[side], covers[side], scheme, class_column, on, own) for side in frames}
    classes = layers.planning_classes(on, scheme=scheme, own=own)
    table = balance_rows(classes, counted, covers, people=people, existing_people=existing_people)
    codes = layers.land_status_codes(own=own)
    read = {given for one in counted.values() for given in one.loc[one["how"] == CODE, "given"].str.upper()}
    used = codes[codes["code"].isin(sorted(read))].sort_values("valid_from").drop_duplicates("code", keep="last")
    parts = {
        name: _sides({side: getattr(cover, name) for side, cover in covers.items()}) for name in ("overlaps", "outside", "gaps")
    }
    judgements = _judgements(counted)
    notes = balance_notes(counted, covers, judgements, people=people, existing_people=existing_people, drawn=boundary is not None)
    return LandUseBalance(
        table=table,
        plan=counted["plan"],
        status=counted.get("status"),
        parcels=_split(frames.get("status"), counted["plan"]),
        judgements=judgements,
        rules=rules_used(on, planning_classes=classes, land_status_codes=used),
        notes=notes,
        scheme=scheme,
        boundary=around,
        boundary_m2=covers["plan"].boundary_m2,
        people=people,
        existing_people=existing_people,
        **parts,
    )


def _check_people(*amounts: float | None) -> None:
    wrong = [one for one in amounts if one is not None and not (np.isfinite(one) and one > 0)]
    if wrong:
        mend = "give how many people, or None for a balance without m² a person."
        raise PlanningDataError("E-BALANCE-09", "this is no number of people.", seen=wrong, mend=mend)


def _metric(frame: GeoDataFrame, plan: GeoDataFrame) -> GeoDataFrame:
    if frame.crs != plan.crs:
        mend = "bring all into one, as with geo.to_metric."
        raise PlanningDataError(
            "E-CRS-02", "plan, status and boundary differ in CRS.", seen=f"{plan.crs} and {frame.crs}", mend=mend
        )
    return to_metric(frame)


def _boundary(boundary: GeoDataFrame | GeoSeries | None, plan: GeoDataFrame) -> GeoDataFrame:
    """The boundary as one shape; the outline of the plan where none is given."""
    if boundary is None:
        shapes = plan.geometry.to_numpy()
    else:
        frame = GeoDataFrame(geometry=boundary.geometry.to_numpy(), crs=boundary.crs)
        given = to_metric(frame)
        if given.crs != plan.crs:
            raise PlanningDataError(
                "E-CRS-02", "the boundary differs in CRS.", seen=f"{plan.crs} and {given.crs}", mend="bring both into one."
            )
        shapes = metric_areas(given, "the boundary").geometry.to_numpy()
    return GeoDataFrame(index=pd.Index(["boundary"], name="boundary_id"), geometry=[shapely.union_all(shapes)], crs=plan.crs)


def _counted(frame: GeoDataFrame, cover: Cover, scheme: str, column: str, on: Day, own: OwnRules) -> GeoDataFrame:
    """The parcels as they count: what is left of each, its class and how it was read; other columns stay."""
    found = resolved_classes(class_column(frame, column, "the parcels"), scheme, on, own)
    kept = [name for name in frame if name not in {*found, "area_m2", "geometry", column}]
    table = pd.DataFrame(frame[kept]).join(found).assign(area_m2=cover.parts["area_m2"])
    for name in ("level", "service"):  # a column of the plan says more than the name of a layer
        if name in frame:
            said = frame[name].fillna("").astype(str)
            table[name] = said.where(said != "", found[name])
    return GeoDataFrame(table, geometry=cover.parts.geometry.to_numpy(), crs=frame.crs)


def _split(status: GeoDataFrame | None, plan: GeoDataFrame) -> pd.DataFrame:
    """The classes of the plan that every existing parcel lies in."""
    if status is None:
        return pd.DataFrame(columns=["parcel_id", "class_id", "area_m2", "share_pct"])
    zones = plan.assign(class_id=plan["class_id"].where(plan["class_id"] != "", plan["given"]))
    return split_parcels(status, zones[~zones.is_empty])


def _judgements(counted: dict[str, GeoDataFrame]) -> pd.DataFrame:
    """Classes that were read by judgement: a row a side and value, with its land."""
    wanted = ["given", "class_id", "others", "reason_vi", "reason_en"]
    rows = []
    for side, parcels in counted.items():
        judged = parcels[parcels["judgement"]]
        areas = judged.groupby(wanted, sort=True)["area_m2"].sum()
        rows += [(side, *key, float(area) / 1e4) for key, area in areas.items()]
    return pd.DataFrame(rows, columns=["side", *wanted, "area_ha"])


def _sides(frames: dict[str, GeoDataFrame]) -> GeoDataFrame:
    """One frame of both sides, told apart by ``side``."""
    parts = [frame.rename_axis("id").reset_index().assign(side=side) for side, frame in frames.items()]
    joined = pd.concat(parts, ignore_index=True)
    return GeoDataFrame(joined, geometry="geometry", crs=parts[0].crs)
