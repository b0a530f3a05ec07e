"""A plan against the norms in force on a day: land needed, planned and short, residential units, people within reach."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

import layers
from analyses.planning.norm_formulas import of_class, residential_units
from analyses.planning.norm_items import PlanOfNorms, norm_rows
from analyses.planning.norm_reach import counts_for, coverage
from analyses.planning.norm_sites import checked_cell_m, people_cells, plan_classes_read, service_sites
from analyses.planning.rules_used import OwnRules, rules_used
from geo import Label, format_date
from geo.movement import Transport

_CIVIL = "I"  # section of general plans


@dataclass(frozen=True, eq=False)
class NormCheck:
    """A plan against the norms of one day.

    ``table``: index ``planning_norm_id``; item, level and service; ``m2_per_person`` of the norm, ``needed_m2``, ``planned_m2``,
    ``deficit_m2``, the same of ``_sites``, ``value`` (m² a person, or % of land); ``met``: met, not_met, not_assessable with its
    ``reason_vi`` and ``reason_en``, or one_of_several (told by its share of people). ``coverage``: a row a norm with a radius, as
    ``crow_pct``, ``street_pct`` of people within ``radius_m``, ``_max`` within ``radius_max_m`` where figures differ. ``cells``:
    where people live, what each service is within. ``sites``: what gives a service, and the norms it ``counts_for``.
    ``residential_units``: how many the people make. ``rules``, ``notes`` as of `LandUseBalance`.
    """

    table: pd.DataFrame
    coverage: pd.DataFrame
    cells: GeoDataFrame
    sites: GeoDataFrame
    residential_units: int
    people: float | None
    rules: pd.DataFrame
    notes: tuple[Label, ...]


def norm_check(
    plan: GeoDataFrame,
    people: float | GeoDataFrame | None,
    *,
    on: str | dt.date,
    transport: Transport | None = None,
    services: GeoDataFrame | None = None,
    scheme: str = "QHPK",
    city_class: str = "special",
    own: OwnRules = None,
    class_column: str = "class_id",
    cell_m: float = 50.0,
) -> NormCheck:
    """What QCVN 01 needs of a plan, what the plan gives, what is short, and how many people live within each service's radius.

    Formula: needed = m² a person × people; units = ⌈people / most people of a unit⌉; share = 100 × people in reach / people.
    Source: QCVN 01:2021/BXD to 2026-12-31, QCVN 01:2026/BXD from 2027-01-01, second-hand (`layers.planning_norms`).

    ``plan`` parcels with their class in ``class_column`` as in `land_use_balance`; a column ``service`` says what a parcel gives
    (preschool, primary, lower_secondary, health, market ...) where the class does not, ``level`` unit or city. Without ``level``
    hospitals, upper secondary schools and public green of 1 ha or more are the city's. ``people``: how many, spread over land for
    homes; or a frame with a column ``people``; None leaves needs not assessable. ``services``: places beside the plan (stops,
    schools next door), counted for reach alone. ``transport`` walks at 4.8 km/h; without it there is no share by street.
    People are put into cells of ``cell_m``, distances run from their middle to the middle of a site. ``city_class`` picks among
    figures by class of city. ``on`` the day, ``own`` your rules.

    Errors: E-NORM-01 people, E-NORM-02 services without ``service``, E-NORM-03
    no land for homes, E-NORM-04 cells too small, E-NORM-05 class of city, E-BALANCE-05 to -08, E-LAW-01 to E-LAW-06.
    """
    checked_cell_m(cell_m)
    norms = layers.planning_norms(on, own=own).sort_values("table_order", kind="stable")
    kept = norms[of_class(norms, city_class)]
    read = plan_classes_read(plan, scheme, class_column, own)
    cells, notes = people_cells(read, people, cell_m)
    total = None if people is None else float(cells["people"].sum())
    sites = service_sites(read, services)
    units = 0 if total is None else int(np.nan_to_num(residential_units(norms, total)))
    civil = layers.planning_classes(own=own)["section"].reindex(read["class_id"]).eq(_CIVIL).to_numpy()
    given = PlanOfNorms(read, sites, total, units, float(read.loc[civil, "area_m2"].sum()))
    table = norm_rows(kept, given)
    reach, cells = coverage(kept[kept["measure"] != "spacing"], sites, cells, transport)
    sites = sites.assign(counts_for=[" ".join(ids) for ids in _counted(kept, sites)])
    notes = (_which(norms, on), *notes, *_notes(transport, norms, kept, city_class))
    return NormCheck(table, reach, cells, sites, units, total, rules_used(on, planning_norms=norms), notes)


def _counted(norms: pd.DataFrame, sites: GeoDataFrame) -> list[list[str]]:
    """The norms that count each site."""
    counts = {str(norm_id): counts_for(sites, norm) for norm_id, norm in norms.iterrows()}
    return [[norm_id for norm_id, fits in counts.items() if fits[at]] for at in range(len(sites))]


def _which(norms: pd.DataFrame, on: str | dt.date) -> Label:
    """Which norm holds, from when to when, verified or not."""
    row = norms.sort_values("valid_from").iloc[-1]
    rule, start, end = str(row["rule"]), str(row["valid_from"]), str(row["valid_to"])
    checked = bool(norms["verified"].all())
    day = str(on)[:10]
    until = (f" đến {format_date(end, 'vi')}", f" to {end}") if end else ("", "")
    sure = ("đã đối chiếu công báo", "verified") if checked else ("chưa đối chiếu công báo", "not verified in the gazette")
    return Label(
        f"Ngày xét {format_date(day, 'vi')}: áp dụng {rule}, hiệu lực từ {format_date(start, 'vi')}{until[0]}; {sure[0]}.",
        f"Day of the check {day}: {rule} holds, in force from {start}{until[1]}; {sure[1]}.",
    )


def _notes(transport: Transport | None, norms: pd.DataFrame, kept: pd.DataFrame, city_class: str) -> tuple[Label, ...]:
    found = []
    if transport is None:
        found.append(
            Label("Không có mạng đường: không tính độ phủ theo đường đi.", "No street network: no shares by street are told.")
        )
    left = norms[~norms.index.isin(kept.index)]
    if len(left):
        vi, en = ("; ".join(left[f"name_{lang}"]) for lang in ("vi", "en"))
        word = "đặc biệt" if city_class == "special" else city_class
        found.append(Label(f"Đô thị loại {word}: không xét {vi}.", f"City of class {city_class}: not asked are {en}."))
    return tuple(found)
