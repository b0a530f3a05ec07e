"""The land-use balance and norms as maps, tables, pages and a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from analyses import NormCheck, StudyGround
from analyses.studies import LandUseBalanceFound, LandUseBalanceStudy
from geo import Label
from maps.areas import choropleth, outlines
from maps.balance_words import (
    COVER,
    EXAMPLE,
    TITLE,
    UNVERIFIED,
    rules_table,
)
from maps.balance_workbook import save_balance
from maps.plan_drawing import save_plan_drawing
from maps.plan_stages import long_term
from maps.planning_style_ import planning_style
from maps.points_ import points
from maps.report import Section, section_of, write_report
from maps.sheets import Mark, Pair, Sheet, sheet, told
from maps.studies.balance_sections import (
    balance_section,
    fault_sections,
    intro,
    norm_sections,
    norms_in_force,
    people_section,
    rules_section,
)
from maps.study_marks import group_of
from maps.style import LONG_TERM_STATUS, Style

PLAN: Pair = ("Bản đồ quy hoạch sử dụng đất", "Plan of land use")
STATUS: Pair = ("Bản đồ hiện trạng sử dụng đất", "Map of existing land use")
_COVER_COLORS = {"street": "#2f8f6b", "crow_only": "#e0a030", "beyond": "#c9c9c4"}
_PARCEL = ["given", "area_ha", "norm_level", "service"]
_LINE = "#7a1f1f"


def sheets(study: LandUseBalanceStudy, ground: StudyGround, found: LandUseBalanceFound, *, lang: str) -> Iterator[Sheet]:
    """The plan, the status map, and a map a service with its radius."""
    own = ground.given["rules"]
    yield _land(study, found, "plan", PLAN, lang, own)
    if found.balance.status is not None:
        yield _land(study, found, "status", STATUS, lang, own)
    check = found.checks[study.on]
    for norm_id in check.coverage.index if check.people else ():
        yield _service(study, found, check, str(norm_id), lang)


def tables(found: LandUseBalanceFound) -> Mapping[str, pd.DataFrame]:
    """The balance, its faults, straddling parcels, norms and shares of people by day, sites, rules."""
    balance = found.balance
    made: dict[str, pd.DataFrame] = {
        "balance": balance.table.reset_index(),
        "parcels_by_class": balance.parcels,
        "overlaps": balance.overlaps,
        "gaps": balance.gaps,
        "outside": balance.outside,
        "judgements": balance.judgements,
        "rules": rules_table(balance, list(found.checks.values())),
    }
    for day, check in found.checks.items():
        made[f"norms_{day}"] = check.table.reset_index()
        made[f"coverage_{day}"] = check.coverage.reset_index()
    made["sites"] = next(iter(found.checks.values())).sites.reset_index()
    return made


def report(
    study: LandUseBalanceStudy,
    ground: StudyGround,  # noqa: ARG001 - as all kinds
    found: LandUseBalanceFound,
    shown: Sequence[Sheet],
) -> Sequence[Section]:
    """The balance, what to know of it, norms and shares of people by day, the maps, the rules."""
    first = [EXAMPLE] if found.example else []
    parts = [balance_section(found.balance, first), *people_section(study, found), *fault_sections(found.balance)]
    for day, check in found.checks.items():
        parts += norm_sections(day, check)
    return [*parts, *(section_of(one) for one in shown), rules_section(found)]


def extras(
    study: LandUseBalanceStudy, ground: StudyGround, found: LandUseBalanceFound, folder: Path, *, lang: str
) -> Mapping[Pair, str]:
    """The workbook with formulas, the drawing, the balance alone as a page to print, the page of rules."""
    checks = list(found.checks.values())
    save_balance(found.balance, folder / "balance.xlsx", norms=checks, lang=lang)
    save_plan_drawing(found.balance, folder / "plan.dxf")
    first = [EXAMPLE] if found.example else []
    sections = [balance_section(found.balance, first), *people_section(study, found), *fault_sections(found.balance, whole=True)]
    write_report(folder, "balance.html", TITLE, intro(found.balance), sections, lang=lang)
    heading = ("Quy định nào, của ngày nào, đã đối chiếu chưa", "Which rule, of which date, verified or not")
    write_report(folder, "rules.html", heading, UNVERIFIED, [rules_section(found), *norms_in_force(study, ground)], lang=lang)
    return {
        ("Bảng cân đối, có công thức (XLSX)", "The balance, with formulas (XLSX)"): "balance.xlsx",
        ("Bản vẽ quy hoạch và hiện trạng (DXF)", "Drawing of plan and status (DXF)"): "plan.dxf",
        ("Bảng cân đối để in (HTML)", "The balance to print (HTML)"): "balance.html",
        ("Quy định đã dùng (HTML)", "Rules used (HTML)"): "rules.html",
    }


def _land(study: LandUseBalanceStudy, found: LandUseBalanceFound, side: str, title: Pair, lang: str, own: Any) -> Sheet:
    """Parcels in the official colours of their classes; existing ones by status code where they have one."""
    parcels: GeoDataFrame = getattr(found.balance, side)
    parcels = parcels[~parcels.is_empty].assign(area_ha=lambda frame: frame["area_m2"] / 1e4)
    coded = bool((parcels["how"] == "status_code").any())
    column = "given" if coded else "class_id"
    parcels = parcels.rename(columns={"level": "norm_level"})
    shown = parcels.assign(class_id=parcels["class_id"].where(parcels["class_id"] != "", parcels["given"]))
    look = planning_style(shown[column], classes="status" if coded else "planning", column=column, own=own)
    later = long_term(shown, own=own) if side == "plan" else np.zeros(len(shown), bool)
    status = [LONG_TERM_STATUS if one else None for one in later]
    shown = shown.assign(status=status) if later.any() else shown.drop(columns="status", errors="ignore")
    kept = [name for name in ("name_vi", "name_en", column, "status", *_PARCEL, "people") if name in shown]
    frame = GeoDataFrame(shown[[*dict.fromkeys(kept)]], geometry=shown.geometry)
    fields = [name for name in frame.columns if name not in {"name_vi", "name_en", column, "geometry"}]
    marks: list[Mark] = [choropleth(frame, column, title=title, style=look, fields=fields, lang=lang)]
    for faults, words, color in (
        (found.balance.gaps, ("Khoảng hở", "Gaps"), "#d0021b"),
        (found.balance.overlaps, ("Chồng lấn", "Overlaps"), "#6a1b9a"),
    ):
        here = faults[faults["side"] == side].drop(columns="side")
        if len(here):
            marks.append(outlines(GeoDataFrame(here), title=words, color=color, width=2.4, fields=["area_m2"], lang=lang))
    marks.append(outlines(found.balance.boundary, title=("Ranh giới lập quy hoạch", "Planning boundary"), color=_LINE, lang=lang))
    total = found.balance.boundary_m2 / 1e4
    text = told(
        "{n} lô, {classes} loại đất, trong ranh giới {ha} ha; màu theo văn bản, chưa đối chiếu công báo.",
        "{n} parcels, {classes} classes, {ha} ha within the boundary; colours by the rule, not verified in the gazette.",
        n=len(frame),
        classes=frame[column].nunique(),
        ha=(total, 2),
    )
    text = _example(text, found)
    source = "land_status_codes" if coded else "planning_classes"
    notes = [EXAMPLE, UNVERIFIED] if found.example else [UNVERIFIED]
    return sheet(f"{side}_map", group_of(study), title, text, marks, frame, lang=lang, sources=[source], notes=notes)


def _service(study: LandUseBalanceStudy, found: LandUseBalanceFound, check: NormCheck, norm_id: str, lang: str) -> Sheet:
    """Where people live within a service's radius by street, only as the crow flies, or beyond."""
    norm = check.table.loc[norm_id]
    share = {str(name): float(value) for name, value in check.coverage.loc[[norm_id]].iloc[0].to_dict().items()}
    column = f"{norm_id}_cover"
    known = [name for name in COVER if name in set(check.cells[column])]
    look = Style(
        column="cover",
        categories=tuple(known),
        colors=tuple(_COVER_COLORS[name] for name in known),
        labels=tuple(COVER[name] for name in known),
        outline_px=0.0,
        opacity=0.9,
    )
    cells = check.cells.rename(columns={column: "cover", f"{norm_id}_crow_m": "crow_m", f"{norm_id}_street_m": "street_m"})
    kept = [name for name in ("cover", "people", "crow_m", "street_m") if name in cells]
    frame = GeoDataFrame(cells[kept], geometry=cells.geometry)
    sites = check.sites[[norm_id in str(told).split() for told in check.sites["counts_for"]]]
    name = Label(str(norm["name_vi"]), str(norm["name_en"]))
    marks: list[Mark] = [
        choropleth(frame, "cover", title=(f"Dân cư: {name.vi}", f"People: {name.en}"), style=look, fields=kept[1:], lang=lang)
    ]
    if len(sites):
        shown = sites.rename(columns={"name": "name_vi", "level": "norm_level"})[["name_vi", "norm_level", "area_m2", "geometry"]]
        marks.append(
            points(GeoDataFrame(shown), title=name, color="#14507a", radius=6, fields=["norm_level", "area_m2"], lang=lang)
        )
    marks.append(outlines(found.balance.boundary, title=("Ranh giới lập quy hoạch", "Planning boundary"), color=_LINE, lang=lang))
    sides = {"crow": (share["crow_pct"], 1), "street": (share["street_pct"], 1)}
    text = told(
        "Bán kính {radius} m: {crow}% dân số theo đường chim bay, {street}% theo đường đi; {sites} điểm.",
        "Radius {radius} m: {crow} % of people as the crow flies, {street} % by street; {sites} sites.",
        radius=share["radius_m"],
        sites=share["sites"],
        **sides,
    )
    title = (f"Độ phủ: {name.vi}", f"Within reach: {name.en}")
    notes: list[Pair] = [check.notes[0], *([EXAMPLE] if found.example else [])]
    group = group_of(study)
    return sheet(
        f"reach_{norm_id}", group, title, _example(text, found), marks, frame, lang=lang, sources=["planning_norms"], notes=notes
    )


def _example(text: Pair, found: LandUseBalanceFound) -> Pair:
    return (f"Ví dụ. {text[0]}", f"Example. {text[1]}") if found.example else text
