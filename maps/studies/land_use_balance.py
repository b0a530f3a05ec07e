"""The land-use balance and norms as maps, tables, pages and a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

import layers
from analyses import LandUseBalance, NormCheck, StudyGround
from analyses.studies import LandUseBalanceFound, LandUseBalanceStudy
from geo import Label
from maps.areas import choropleth, outlines
from maps.balance_words import (
    COVER,
    EXAMPLE,
    NORM_DIGITS,
    NORM_HEADS,
    REACH_HEADS,
    RULE_HEADS,
    TITLE,
    UNVERIFIED,
    balance_heads,
    balance_shown,
    day_pair,
    norm_shown,
    reach_shown,
    rules_table,
)
from maps.balance_workbook import save_balance
from maps.planning_style_ import planning_style
from maps.points_ import points
from maps.report import Section, section_of, write_report
from maps.sheets import Mark, Pair, Sheet, sheet, told
from maps.study_marks import group_of
from maps.style import Style

PLAN: Pair = ("Bản đồ quy hoạch sử dụng đất", "Plan of land use")
STATUS: Pair = ("Bản đồ hiện trạng sử dụng đất", "Map of existing land use")
_COVER_COLORS = {"street": "#2f8f6b", "crow_only": "#e0a030", "beyond": "#c9c9c4"}
_PARCEL = ["given", "area_ha", "level", "service"]
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
    ground: StudyGround,
    found: LandUseBalanceFound,
    shown: Sequence[Sheet],  # noqa: ARG001 - as all kinds
) -> Sequence[Section]:
    """The balance, what to know of it, norms and shares of people by day, the maps, the rules."""
    first = [EXAMPLE] if found.example else []
    parts = [_balance_section(found.balance, first), *_fault_sections(found.balance)]
    for day, check in found.checks.items():
        parts += _norm_sections(day, check)
    return [*parts, *(section_of(one) for one in shown), _rules_section(found)]


def extras(
    study: LandUseBalanceStudy, ground: StudyGround, found: LandUseBalanceFound, folder: Path, *, lang: str
) -> Mapping[Pair, str]:
    """The workbook with formulas, the balance alone as a page to print, the page of rules."""
    checks = list(found.checks.values())
    save_balance(found.balance, folder / "balance.xlsx", norms=checks, lang=lang)
    first = [EXAMPLE] if found.example else []
    title = (f"{TITLE[0]}: {study.title_vi}", f"{TITLE[1]}: {study.title_en}")
    sections = [_balance_section(found.balance, first), *_fault_sections(found.balance)]
    write_report(folder, "balance.html", title, _intro(found.balance), sections, lang=lang)
    heading = ("Quy định nào, của ngày nào, đã đối chiếu chưa", "Which rule, of which date, verified or not")
    write_report(folder, "rules.html", heading, UNVERIFIED, [_rules_section(found), *_norms_in_force(study, ground)], lang=lang)
    return {
        ("Bảng cân đối, có công thức (XLSX)", "The balance, with formulas (XLSX)"): "balance.xlsx",
        ("Bảng cân đối để in (HTML)", "The balance to print (HTML)"): "balance.html",
        ("Quy định đã dùng (HTML)", "Rules used (HTML)"): "rules.html",
    }


def _land(study: LandUseBalanceStudy, found: LandUseBalanceFound, side: str, title: Pair, lang: str, own: Any) -> Sheet:
    """Parcels in the official colours of their classes; existing ones by status code where they have one."""
    parcels: GeoDataFrame = getattr(found.balance, side)
    parcels = parcels[~parcels.is_empty].assign(area_ha=lambda frame: frame["area_m2"] / 1e4)
    coded = bool((parcels["how"] == "status_code").any())
    column = "given" if coded else "class_id"
    shown = parcels.assign(class_id=parcels["class_id"].where(parcels["class_id"] != "", parcels["given"]))
    look = planning_style(shown[column], classes="status" if coded else "planning", column=column, own=own)
    kept = [name for name in ("name_vi", "name_en", column, *_PARCEL, "people") if name in shown]
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
    norm, share = check.table.loc[norm_id], check.coverage.loc[norm_id]
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
    services = str(norm["service"]).split()
    sites = check.sites[check.sites["service"].isin(services)]
    name = Label(str(norm["name_vi"]), str(norm["name_en"]))
    marks: list[Mark] = [
        choropleth(frame, "cover", title=(f"Dân cư: {name.vi}", f"People: {name.en}"), style=look, fields=kept[1:], lang=lang)
    ]
    if len(sites):
        shown = sites.rename(columns={"name": "name_vi"})[["name_vi", "level", "area_m2", "geometry"]]
        marks.append(points(GeoDataFrame(shown), title=name, color="#14507a", radius=6, fields=["level", "area_m2"], lang=lang))
    marks.append(outlines(found.balance.boundary, title=("Ranh giới lập quy hoạch", "Planning boundary"), color=_LINE, lang=lang))
    sides = {"crow": (float(share["crow_pct"]), 1), "street": (float(share["street_pct"]), 1)}
    text = told(
        "Bán kính {radius} m: {crow}% dân số theo đường chim bay, {street}% theo đường đi; {sites} điểm.",
        "Radius {radius} m: {crow} % of people as the crow flies, {street} % by street; {sites} sites.",
        radius=float(share["radius_m"]),
        sites=int(share["sites"]),
        **sides,
    )
    title = (f"Độ phủ: {name.vi}", f"Within reach: {name.en}")
    notes = [tuple(check.notes[0]), *([EXAMPLE] if found.example else [])]
    group = group_of(study)
    return sheet(
        f"reach_{norm_id}", group, title, _example(text, found), marks, frame, lang=lang, sources=["planning_norms"], notes=notes
    )


def _example(text: Pair, found: LandUseBalanceFound) -> Pair:
    return (f"Ví dụ. {text[0]}", f"Example. {text[1]}") if found.example else text


def _intro(balance: LandUseBalance) -> Pair:
    return told("Ranh giới {ha} ha; tổng các dòng bằng diện tích ranh giới.", "A boundary of {ha} ha; the rows add up to it.",
                ha=(balance.boundary_m2 / 1e4, 2))  # fmt: skip


def _balance_section(balance: LandUseBalance, first: Sequence[Pair]) -> Section:
    table, strong = balance_shown(balance)
    digits = {name: 2 for name in table if name.endswith(("_ha", "_pct", "_person", "_change"))}
    rule = balance.rules[balance.rules["subject"] == "planning_classes"]["rule"].iloc[0]
    caption = (f"Theo mẫu {balance.scheme} của {rule}", f"In the form {balance.scheme} of {rule}")
    text = [*first, _intro(balance), *(tuple(note) for note in balance.notes)]
    return Section(TITLE, text, table, caption, heads=balance_heads(), digits=digits, strong=strong, notes=[UNVERIFIED])


def _fault_sections(balance: LandUseBalance) -> Iterator[Section]:
    """Overlaps, gaps, land outside; classes read by judgement; existing parcels that straddle planned classes."""
    sides = {"plan": ("quy hoạch", "plan"), "status": ("hiện trạng", "status")}
    kinds = (
        ("overlaps", ("chồng lấn", "overlap"), lambda one: f"{one['kept_id']} / {one['cut_id']}"),
        ("outside", ("ngoài ranh giới", "beyond the boundary"), lambda one: str(one["id"])),
        ("gaps", ("khoảng hở", "gap"), lambda one: str(one["id"])),
    )
    rows = [
        (*sides[one["side"]], *words, name(one), float(one["area_m2"]))
        for key, words, name in kinds
        for _, one in getattr(balance, key).iterrows()
    ]
    if rows:
        table = pd.DataFrame(rows, columns=["side_vi", "side_en", "what_vi", "what_en", "parcels", "area_m2"])
        heads: dict[str, Pair] = {"side_vi": ("Bản đồ", "Map"), "what_vi": ("Loại", "What"), "parcels": ("Lô", "Parcels")}
        yield Section(
            ("Chồng lấn, khoảng hở, phần ngoài ranh giới", "Overlaps, gaps, land beyond the boundary"), [], table, heads=heads
        )
    if len(balance.judgements):
        table = balance.judgements.drop(columns="side").rename(columns={"given": "code"})
        heads = {
            "code": ("Mã hiện trạng", "Status code"),
            "class_id": ("Loại được chọn", "Class taken"),
            "others": ("Loại khác có thể", "Other choices"),
            "reason_vi": ("Lý do", "Reason"),
        }
        yield Section(("Xếp loại theo nhận định", "Classes read by judgement"), [], table, heads=heads, digits={"area_ha": 2})
    split = balance.parcels[balance.parcels.duplicated("parcel_id", keep=False)]
    if len(split):
        names = layers.planning_classes().reindex(split["class_id"])
        shown = split.assign(
            class_vi=names["name_vi"].fillna(pd.Series(split["class_id"].to_numpy(), names.index)).to_numpy(),
            class_en=names["name_en"].fillna(pd.Series(split["class_id"].to_numpy(), names.index)).to_numpy(),
        )[["parcel_id", "class_vi", "class_en", "area_m2", "share_pct"]]
        shown = shown.replace({"class_vi": {"": "ngoài các loại"}, "class_en": {"": "in no class"}})
        parcels = balance.parcels["parcel_id"].nunique()
        cut = split["parcel_id"].nunique()
        text = told(
            "{cut} trên {all} thửa hiện trạng nằm trên nhiều loại đất quy hoạch: kết quả là danh sách m² và %, không phải một mã.",
            "{cut} of {all} existing parcels straddle planned classes: each is a list of m² and %, never one code.",
            cut=cut, all=parcels,
        )  # fmt: skip
        heads = {
            "parcel_id": ("Thửa", "Parcel"),
            "class_vi": ("Loại đất quy hoạch", "Planned class"),
            "share_pct": ("Tỷ lệ (%)", "Share (%)"),
        }
        yield Section(("Thửa đất nằm trên nhiều loại", "Parcels that straddle classes"), [text], shown, heads=heads)


def _norm_sections(day: str, check: NormCheck) -> Iterator[Section]:
    vi, en = day_pair(day)
    rule = check.rules["rule"].iloc[0]
    text = [tuple(note) for note in check.notes]
    if check.people:
        text.append(
            told(
                "{people} người: {units} đơn vị ở.",
                "{people} people: {units} residential units.",
                people=check.people,
                units=check.residential_units,
            )  # fmt: skip
        )
    yield Section(
        (f"Chỉ tiêu ngày {vi}: {rule}", f"Norms on {en}: {rule}"), text, norm_shown(check), heads=NORM_HEADS, digits=NORM_DIGITS
    )
    if len(check.coverage) and check.people:
        kept = reach_shown(check).dropna(axis="columns", how="all")
        yield Section(
            (f"Độ phủ dịch vụ ngày {vi}", f"People within reach on {en}"), [], kept, heads=REACH_HEADS, digits={"sites": 0}
        )


def _rules_section(found: LandUseBalanceFound) -> Section:
    table = rules_table(found.balance, list(found.checks.values()))
    source = table.pop("source")
    table["source_vi"] = ["; ".join(layers.in_vietnamese(one) for one in text.split("; ")) for text in source]
    table["source_en"] = source
    return Section(("Quy định đã dùng", "Rules used"), [UNVERIFIED], table, heads=RULE_HEADS, digits={"rows": 0})


def _norms_in_force(study: LandUseBalanceStudy, ground: StudyGround) -> Iterator[Section]:
    """The norms themselves, row by row, of every day of the study."""
    for day in dict.fromkeys((study.on, *study.also_on)):
        norms = layers.planning_norms(day, own=ground.given["rules"])
        vi, en = day_pair(day)
        kept = [
            "name_vi",
            "name_en",
            "norm_level",
            "m2_per_person",
            "radius_m",
            "radius_max_m",
            "text_vi",
            "text_en",
            "confidence",
            "verified",
        ]
        heads: dict[str, Pair] = {
            "name_vi": ("Chỉ tiêu", "Item"),
            "norm_level": ("Cấp", "Level"),
            "m2_per_person": NORM_HEADS["m2_per_person"],
            "radius_m": REACH_HEADS["radius_m"],
            "radius_max_m": REACH_HEADS["radius_max_m"],
            "text_vi": ("Nội dung", "Text"),
            "confidence": ("Độ tin cậy", "Confidence"),
            "verified": RULE_HEADS["verified"],
        }
        yield Section(
            (f"Chỉ tiêu ngày {vi}: {norms['rule'].iloc[0]}", f"Norms on {en}: {norms['rule'].iloc[0]}"),
            table=norms[kept].reset_index(drop=True), heads=heads, digits={"m2_per_person": 2},
        )  # fmt: skip
