"""Sections of the pages of a land-use balance: the table, its faults, norms, rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

import layers
from analyses import LandUseBalance, NormCheck, StudyGround
from analyses.studies import LandUseBalanceFound, LandUseBalanceStudy
from geo import format_date
from maps.balance_words import (
    LEVELS,
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
from maps.population_words import projection_section
from maps.report import Section
from maps.sheets import Pair, told


def intro(balance: LandUseBalance) -> Pair:
    """The size of the boundary, and that the rows add up to it."""
    return told("Ranh giới {ha} ha; tổng các dòng bằng diện tích ranh giới.", "A boundary of {ha} ha; the rows add up to it.",
                ha=(balance.boundary_m2 / 1e4, 2))  # fmt: skip


def balance_section(balance: LandUseBalance, first: Sequence[Pair]) -> Section:
    """The table, with what a reader must know of it."""
    table, strong = balance_shown(balance)
    digits = {name: 2 for name in map(str, table.columns) if name.endswith(("_ha", "_pct", "_person", "_change"))}
    rule = balance.rules[balance.rules["subject"] == "planning_classes"]["rule"].iloc[0]
    caption = (f"Theo mẫu {balance.scheme} của {rule}", f"In the form {balance.scheme} of {rule}")
    text = [*first, intro(balance), *balance.notes]
    return Section(TITLE, text, table, caption, heads=balance_heads(), digits=digits, strong=strong, notes=[UNVERIFIED])


def fault_sections(balance: LandUseBalance, *, whole: bool = False) -> Iterator[Section]:
    """Overlaps, gaps, land outside; classes read by judgement; existing parcels that straddle planned classes,
    all of them on the ``whole`` page.
    """
    sides = {"plan": ("quy hoạch", "plan"), "status": ("hiện trạng", "status")}
    words = {"overlaps": ("chồng lấn", "overlap"), "outside": ("ngoài ranh giới", "beyond the boundary")}
    words["gaps"] = ("khoảng hở", "gap")
    rows = []
    for key, word in words.items():
        for one in getattr(balance, key).drop(columns="geometry").to_dict("records"):
            parcels = f"{one['kept_id']} / {one['cut_id']}" if key == "overlaps" else str(one["id"])
            rows.append((*sides[one["side"]], *word, parcels, float(one["area_m2"])))
    if rows:
        table = pd.DataFrame(rows, columns=["side_vi", "side_en", "what_vi", "what_en", "parcels", "area_m2"])
        heads: dict[str, Pair] = {"side_vi": ("Bản đồ", "Map"), "what_vi": ("Loại", "What"), "parcels": ("Lô", "Parcels")}
        heading = ("Chồng lấn, khoảng hở, phần ngoài ranh giới", "Overlaps, gaps, land beyond the boundary")
        yield Section(heading, [], table, heads=heads)
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
        every, cut = (one["parcel_id"].nunique() for one in (balance.parcels, split))
        text = told(
            "{cut} trên {all} thửa hiện trạng nằm trên nhiều loại đất quy hoạch: kết quả là danh sách m² và %, không là một mã.",
            "{cut} of {all} existing parcels straddle planned classes: each is a list of m² and %, never one code.",
            cut=cut,
            all=every,
        )
        heads = {"parcel_id": ("Thửa", "Parcel"), "class_vi": ("Loại đất quy hoạch", "Planned class")}
        heads["share_pct"] = ("Tỷ lệ (%)", "Share (%)")
        heading = ("Thửa đất nằm trên nhiều loại", "Parcels that straddle classes")
        yield Section(heading, [text], shown if whole else None, heads=heads)


def people_section(study: LandUseBalanceStudy, found: LandUseBalanceFound) -> Iterator[Section]:
    """People by year, where the study brings them."""
    if study.population is not None and found.projection is not None:
        yield projection_section(study.population, found.projection)


def norm_sections(day: str, check: NormCheck) -> Iterator[Section]:
    """Norms of a day, and the shares of people within reach."""
    vi, en = day_pair(day)
    rule = check.rules["rule"].iloc[0]
    text: list[Pair] = [*check.notes]
    if check.people:
        units = check.residential_units
        text.append(told("{n} người: {units} đơn vị ở.", "{n} people: {units} residential units.", n=check.people, units=units))
    yield Section(
        (f"Chỉ tiêu ngày {vi}: {rule}", f"Norms on {en}: {rule}"), text, norm_shown(check), heads=NORM_HEADS, digits=NORM_DIGITS
    )
    if len(check.coverage) and check.people:
        kept = reach_shown(check).dropna(axis="columns", how="all")
        yield Section(
            (f"Độ phủ dịch vụ ngày {vi}", f"People within reach on {en}"), [], kept, heads=REACH_HEADS, digits={"sites": 0}
        )


def rules_section(found: LandUseBalanceFound) -> Section:
    """Which rules hold, of which days, verified or not."""
    table = rules_table(found.balance, list(found.checks.values()))
    told = pd.DataFrame({"subject_vi": table["subject_vi"], "subject_en": table["subject_en"]})
    told["on_vi"], told["on_en"] = [format_date(day, "vi") for day in table["on"]], table["on"]
    told["rule"] = table["rule"]
    for name in ("valid_from", "valid_to"):
        told[f"{name}_vi"], told[f"{name}_en"] = [format_date(day, "vi") for day in table[name]], table[name]
    told["rows"], told["verified"] = table["rows"], table["verified"]
    told["source_vi"] = ["; ".join(layers.in_vietnamese(one) for one in text.split("; ")) for text in table["source"]]
    told["source_en"] = table["source"]
    return Section(("Quy định đã dùng", "Rules used"), [UNVERIFIED], told, heads=RULE_HEADS, digits={"rows": 0})


def norms_in_force(study: LandUseBalanceStudy, ground: StudyGround) -> Iterator[Section]:
    """The norms themselves, row by row, of every day of the study."""
    for day in dict.fromkeys((study.on, *study.also_on)):
        norms = layers.planning_norms(day, own=ground.given["rules"]).sort_values("table_order")
        vi, en = day_pair(day)
        level = [LEVELS[str(one)] for one in norms["norm_level"]]
        norms = norms.assign(level_vi=[one.vi for one in level], level_en=[one.en for one in level])
        kept = ["name_vi", "name_en", "level_vi", "level_en", "m2_per_person", "radius_m", "radius_max_m", "text_vi", "text_en"]
        heads: dict[str, Pair] = {
            "name_vi": ("Chỉ tiêu", "Item"),
            "level_vi": ("Cấp", "Level"),
            "m2_per_person": NORM_HEADS["m2_per_person"],
            "radius_m": REACH_HEADS["radius_m"],
            "radius_max_m": REACH_HEADS["radius_max_m"],
            "text_vi": ("Nội dung", "Text"),
            "confidence": ("Độ tin cậy", "Confidence"),
            "verified": RULE_HEADS["verified"],
        }
        yield Section(
            (f"Chỉ tiêu ngày {vi}: {norms['rule'].iloc[0]}", f"Norms on {en}: {norms['rule'].iloc[0]}"),
            table=norms[[*kept, "confidence", "verified"]].reset_index(drop=True), heads=heads, digits={"m2_per_person": 2},
        )  # fmt: skip
