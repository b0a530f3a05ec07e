"""A committee's questions answered from a land-use balance: legal basis, whether the area adds up, whether norms are met."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analyses import StudyGround
from analyses.studies import LandUseBalanceFound, LandUseBalanceStudy
from geo import Label, format_date, format_number
from maps.balance_words import EXAMPLE, MET, NORM_HEADS, RULE_HEADS, rules_table
from maps.committee_words import Answer
from maps.sheets import Pair

_BALANCE: dict[Pair, str] = {
    ("Bảng cân đối", "The balance"): "balance.html",
    ("Bảng cân đối, có công thức (XLSX)", "The balance, with formulas (XLSX)"): "balance.xlsx",
}
_RULES: dict[Pair, str] = {("Quy định đã dùng", "Rules used"): "rules.html"}
_ADDS_UP_M2 = 1.0


def balance_answers(study: LandUseBalanceStudy, ground: StudyGround, found: LandUseBalanceFound) -> Mapping[str, Answer]:  # noqa: ARG001
    """Legal basis, area and norms; years are those of the planner's own files, which do not tell them."""
    return {"basis": _basis(found), "area": _area(found), "norms": _norms(study, found)}


def _source(found: LandUseBalanceFound, table: str) -> Label:
    example = EXAMPLE if found.example else ("", "")
    texts = (f"Nguồn: bảng {table} (data/). {example[0]}", f"Source: table {table} (data/). {example[1]}")
    return Label(*(text.strip() for text in texts))


def _basis(found: LandUseBalanceFound) -> Answer:
    rules = rules_table(found.balance, list(found.checks.values()))
    table = rules[["subject_vi", "subject_en", "rule"]].copy()
    for lang in ("vi", "en"):
        table[f"valid_from_{lang}"] = [format_date(day, lang) for day in rules["valid_from"]]
        table[f"valid_to_{lang}"] = [format_date(day, lang) for day in rules["valid_to"]]
    table["verified"] = rules["verified"]
    days, checked = list(found.checks), int(rules["verified"].sum())
    told = {lang: ", ".join(format_date(day, lang) for day in days) for lang in ("vi", "en")}
    text = Label(
        f"{len(rules)} quy định có hiệu lực ngày {told['vi']}; đã đối chiếu công báo: {checked}.",
        f"{len(rules)} rules in force on {told['en']}; verified in the gazette: {checked}.",
    )
    return Answer(text, _source(found, "rules"), table, dict(RULE_HEADS), _RULES)


def _area(found: LandUseBalanceFound) -> Answer:
    """Whether the rows add up to the boundary, and what of the plan does not fit."""
    balance = found.balance
    leaves = balance.table[balance.table["kind"].isin(["row", "unlisted", "gap"])]
    off_m2 = abs(float(leaves["planned_ha"].sum()) * 1e4 - balance.boundary_m2)
    lost = {name: getattr(balance, name) for name in ("overlaps", "gaps", "outside")}
    planned = {name: frame[frame["side"] == "plan"]["area_m2"] for name, frame in lost.items()}

    def said(lang: str) -> list[str]:
        sums = [f"{len(one)} ({format_number(float(one.sum()) / 1e4, lang, digits=2)} ha)" for one in planned.values()]
        return [format_number(balance.boundary_m2 / 1e4, lang, digits=2), format_number(off_m2, lang, digits=1), *sums]

    vi, en = said("vi"), said("en")
    adds = off_m2 <= _ADDS_UP_M2
    text = Label(
        f"{'Khớp' if adds else 'Không khớp'}: ranh giới {vi[0]} ha, tổng các dòng lệch {vi[1]} m². "
        f"Đã tách riêng: chồng lấn {vi[2]}, khoảng hở {vi[3]}, ngoài ranh giới {vi[4]}.",
        f"{'Yes' if adds else 'No'}: a boundary of {en[0]} ha, the sum of the rows is off by {en[1]} m². "
        f"Told apart: overlaps {en[2]}, gaps {en[3]}, beyond the boundary {en[4]}.",
    )
    return Answer(text, _source(found, "balance"), files=_BALANCE)


def _norms(study: LandUseBalanceStudy, found: LandUseBalanceFound) -> Answer:
    """How many norms are met on each day, and those of the study's own day that are not."""
    parts: dict[str, list[str]] = {"vi": [], "en": []}
    for day, check in found.checks.items():
        counts = check.table["met"].value_counts()
        rule = str(check.rules["rule"].iloc[0])
        for lang, told in parts.items():
            each = [f"{MET[str(name)].say(lang)} {int(counts[name])}" for name in MET if name in counts]
            told.append(f"{rule} ({format_date(day, lang)}): {', '.join(each)}")
    table = found.checks[study.on].table
    short = table[table["met"] == "not_met"]
    shown = pd.DataFrame({"item_vi": short["name_vi"], "item_en": short["name_en"]})
    for name in ("needed_m2", "planned_m2", "deficit_m2", "needed_sites", "planned_sites"):
        for lang in ("vi", "en"):
            shown[f"{name}_{lang}"] = [format_number(one, lang, digits=0) if one == one else "–" for one in short[name]]  # noqa: PLR0124 - NaN
    heads: dict[str, Pair] = {f"{name.removesuffix('_vi')}_vi": words for name, words in NORM_HEADS.items()}
    text = Label(*("; ".join(parts[lang]) + "." for lang in ("vi", "en")))
    answered = bool(found.checks[study.on].people)
    return Answer(text, _source(found, f"norms_{study.on}"), shown.reset_index(drop=True), heads, _BALANCE, answered=answered)
