"""What a norm needs, what the plan gives and what is short, item by item; what can not be assessed says why."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

from analyses.planning.norm_formulas import PERCENT, needed_m2, needed_share_m2, needed_sites, short
from analyses.planning.norm_reach import counts_for
from geo import Label, format_number

MET, NOT_MET, NOT_ASSESSABLE, ONE_OF_SEVERAL = "met", "not_met", "not_assessable", "one_of_several"
_SCHOOLS = {"preschool", "primary", "lower_secondary"}
_OK = Label("", "")
NO_PEOPLE = Label("chưa có dân số", "people are not known")
NO_CIVIL = Label(
    "cần bảng của quy hoạch chung (QHC) để tách khu đất dân dụng", "civil land is told apart in general plans (QHC) only"
)
NO_UNITS = Label("chỉ đọc được từ lớp đơn vị ở của quy hoạch chung", "only classes of general plans tell the land of units")
NO_PARK = Label("cần đồ án riêng của khu công nghiệp", "a plan of the industrial park is needed")
NO_LINES = Label("cần tuyến và thứ tự trạm", "lines and the order of stops are needed")
NO_STOPS = Label("chưa có trạm giao thông công cộng", "no public transport stops are given")
NO_ROADS = Label("không đọc được đất giao thông và đất xây dựng", "transport land and built land can not be read")


@dataclass(frozen=True)
class PlanOfNorms:
    """What items are counted from: the plan as read, its sites, people, residential units, civil land."""

    plan: GeoDataFrame
    sites: GeoDataFrame
    people: float | None
    residential_units: int
    civil_m2: float


def norm_rows(norms: pd.DataFrame, given: PlanOfNorms) -> pd.DataFrame:
    """A row an item, on the norms' index, as `NormCheck` documents it."""
    kinds = {"land": _land, "sites": _sites, "range": _range, "share": _share, "reach": _reach, "spacing": _spacing}
    asked = norms[norms["measure"] != "population"]
    rows = {norm_id: {**_empty(norm), **kinds[str(norm["measure"])](norm, given)} for norm_id, norm in asked.iterrows()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("planning_norm_id")


def _empty(norm: pd.Series) -> dict[str, Any]:
    told = {name: norm[name] for name in ("name_vi", "name_en", "norm_level", "item", "service", "measure", "m2_per_person")}
    amounts = ("needed_m2", "planned_m2", "deficit_m2", "needed_sites", "planned_sites", "deficit_sites", "value")
    return {**told, **dict.fromkeys(amounts, math.nan), "met": NOT_ASSESSABLE, "reason_vi": "", "reason_en": ""}


def _why(reason: Label, met: str = NOT_ASSESSABLE) -> dict[str, Any]:
    return {"met": met, "reason_vi": reason.vi, "reason_en": reason.en}


def _land(norm: pd.Series, given: PlanOfNorms) -> dict[str, Any]:
    """Land a person, and where the norm asks for them so many sites of a least size in every residential unit."""
    fits = _counted(norm, given)
    planned = float(fits["area_m2"].sum())
    told: dict[str, Any] = {"planned_m2": planned, "planned_sites": len(fits)}
    if given.people is None:
        return {**told, **_why(NO_PEOPLE)}
    needed = float(needed_m2(norm, given.people, given.residential_units))
    told |= {"needed_m2": needed, "deficit_m2": float(short(needed, planned)), "value": planned / given.people}
    enough = planned >= needed
    if norm["sites_per_unit"] > 0:
        told |= _site_counts(norm, given, fits)
        enough = enough and told["deficit_sites"] == 0
    loose = _loose_schools(norm, given)
    if loose and not enough:
        return {**told, **_why(loose)}
    return {**told, **_why(_OK, MET if enough else NOT_MET)}


def _sites(norm: pd.Series, given: PlanOfNorms) -> dict[str, Any]:
    """So many sites of a least size in every residential unit."""
    fits = _counted(norm, given)
    told: dict[str, Any] = {"planned_m2": float(fits["area_m2"].sum())}
    if given.people is None:
        return {**told, "planned_sites": len(fits), **_why(NO_PEOPLE)}
    told |= _site_counts(norm, given, fits)
    needed = float(needed_m2(norm, given.people, given.residential_units))
    told |= {"needed_m2": needed, "deficit_m2": float(short(needed, told["planned_m2"]))}
    return {**told, **_why(_OK, MET if told["deficit_sites"] == 0 else NOT_MET)}


def _site_counts(norm: pd.Series, given: PlanOfNorms, fits: pd.DataFrame) -> dict[str, Any]:
    needed = int(needed_sites(norm, given.residential_units))
    large = int((fits["area_m2"] >= float(norm["each_m2"])).sum())
    return {"needed_sites": needed, "planned_sites": large, "deficit_sites": int(short(needed, large))}


def _range(norm: pd.Series, given: PlanOfNorms) -> dict[str, Any]:
    """Land a person between two figures."""
    unit_land = float(given.plan.loc[given.plan["service"] == "unit_land", "area_m2"].sum())
    land = given.civil_m2 if norm["service"] == "civil_land" else unit_land
    if not land > 0:
        return _why(NO_CIVIL if norm["service"] == "civil_land" else NO_UNITS)
    if given.people is None:
        return {"planned_m2": land, **_why(NO_PEOPLE)}
    least, most = float(norm["m2_per_person"]), float(norm["m2_per_person_max"])
    value = land / given.people
    told = {"planned_m2": land, "value": value, "needed_m2": float(needed_m2(norm, given.people, given.residential_units))}
    told["deficit_m2"] = float(short(told["needed_m2"], land))
    above = Label(f"cao hơn mức {format_number(most, 'vi')} m²/người", f"above the {format_number(most, 'en')} m² a person")
    return {**told, **_why(above if value > most else _OK, MET if least <= value <= most else NOT_MET)}


def _share(norm: pd.Series, given: PlanOfNorms) -> dict[str, Any]:
    """Roads as a share of built land."""
    if norm["norm_level"] == "park":
        return _why(NO_PARK)
    plan = given.plan
    built, roads = (float(plan.loc[rows, "area_m2"].sum()) for rows in (plan["built"], plan["service"] == "transport_land"))
    if not (built > 0 and roads > 0):
        return _why(NO_ROADS)
    needed = float(needed_share_m2(norm, built))
    told = {"needed_m2": needed, "planned_m2": roads, "deficit_m2": float(short(needed, roads)), "value": PERCENT * roads / built}
    return {**told, **_why(_OK, MET if roads >= needed else NOT_MET)}


def _reach(norm: pd.Series, given: PlanOfNorms) -> dict[str, Any]:
    """A walk to a stop: told by the shares of people within it."""
    stops = int(counts_for(given.sites, norm).sum())
    return {"planned_sites": stops, **(_why(_OK, ONE_OF_SEVERAL) if stops else _why(NO_STOPS))}


def _spacing(norm: pd.Series, given: PlanOfNorms) -> dict[str, Any]:  # noqa: ARG001 - as the others
    return _why(NO_LINES)


def _counted(norm: pd.Series, given: PlanOfNorms) -> pd.DataFrame:
    return given.sites[counts_for(given.sites, norm) & given.sites["planned"].to_numpy(bool)]


def loose_schools(plan: pd.DataFrame, norm: pd.Series) -> pd.Series:
    """Parcels of schools of no level, which may be those that a norm of schools asks for."""
    return (plan["service"] == "school") & bool(_SCHOOLS & set(str(norm["service"]).split()))


def _loose_schools(norm: pd.Series, given: PlanOfNorms) -> Label | None:
    """Schools whose level the plan does not tell may be what is short."""
    loose = given.plan[loose_schools(given.plan, norm)]
    if loose.empty:
        return None
    area = float(loose["area_m2"].sum())
    vi, en = (format_number(area, lang, digits=0) for lang in ("vi", "en"))
    return Label(
        f"{len(loose)} lô trường học ({vi} m²) chưa ghi cấp học",
        f"{len(loose)} school parcels ({en} m²) do not tell their level",
    )
