"""A committee's questions answered from a test of options."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

import layers
from analyses import StudyGround
from analyses.studies import OptionsFound, OptionTestStudy
from geo import Label, format_date, format_number
from maps.committee_words import Answer
from maps.option_words import jobs_measure, titles_of
from maps.sheets import Pair, round3
from maps.words import NOT_REACHED

_PAIRS: dict[Pair, str] = {("Báo cáo", "Report"): "report.html", ("Bảng pairs.csv", "Table pairs.csv"): "data/pairs.csv"}
_WINNERS: dict[Pair, str] = {
    ("Báo cáo", "Report"): "report.html",
    ("Bảng winners_and_losers.csv", "Table winners_and_losers.csv"): "data/winners_and_losers.csv",
}
HEADS: dict[str, Pair] = {
    "option_vi": ("Phương án", "Option"),
    "minutes_vi": ("Phút, cửa đến cửa", "Minutes, door to door"),
    "cost_vi": ("Đồng một chuyến", "VND a trip"),
    "better_vi": ("Số người được lợi", "People better off"),
    "worse_vi": ("Số người bị thiệt", "People worse off"),
    "layer_vi": ("Lớp số liệu", "Layer"),
    "as_of_vi": ("Năm số liệu", "As of"),
}
_INPUTS = ("population", "jobs", "stations", "bus_lines", "travel_costs")


def option_answers(study: OptionTestStudy, ground: StudyGround, found: OptionsFound) -> Mapping[str, Answer]:
    """Years, who is worse off, the metro and the road alone where they are among the options; costs of a trip, not who pays."""
    told = {"worse": _worse(study, found)}
    if ground.embedded:
        told["year"] = _years()
    for name, has in (("metro", "metro"), ("road", "road")):
        options = _options(study, ground, has)
        if options:
            told[name] = _beside(study, found, options)
    return told


def _options(study: OptionTestStudy, ground: StudyGround, what: str) -> list[str]:
    """Options whose changes open a metro line, or roads and nothing else."""
    metro = {str(one) for one in layers.metro_lines().index}
    roads = {str(one) for one in layers.roads().index}
    found = []
    for one in study.scenarios:
        changes = ground.scenarios[one.id].changes
        ids = {str(name) for change in changes for name in getattr(change, "ids", ()) or ()}
        kinds = {type(change).__name__ for change in changes}
        opens_roads = kinds <= {"AddRoad", "OpenPlanned", "ChangeRoadSpeed"} and ids <= roads and bool(kinds)
        if (what == "metro" and ids & metro) or (what == "road" and opens_roads):
            found.append(one.id)
    return found


def _beside(study: OptionTestStudy, found: OptionsFound, options: list[str]) -> Answer:
    """Minutes and money of the options asked for beside all others, for the first pair of places."""
    names = titles_of(study)
    pair = study.pairs[0]
    rows = found.pairs[(found.pairs["from_id"] == pair[0]) & (found.pairs["to_id"] == pair[1])]
    table = _pair_table(rows, names)
    mine = rows[rows["option"].isin(options)].iloc[0]
    others = rows[~rows["option"].isin([*options, "today", "motorbike"])]
    told = {
        lang: [_minutes(one, lang) for one in (mine["travel_time_min"], others["travel_time_min"].min())] for lang in ("vi", "en")
    }
    vi, en = names[str(mine["option"])]
    text = Label(
        f"{vi}: {told['vi'][0]} cửa đến cửa; phương án khác nhanh nhất {told['vi'][1]}.",
        f"{en}: {told['en'][0]} door to door; the fastest other option {told['en'][1]}.",
    )
    return Answer(text, Label("Nguồn: data/pairs.csv, báo cáo.", "Source: data/pairs.csv, the report."), table, HEADS, _PAIRS)


def _minutes(value: float, lang: str) -> str:
    """Minutes as a reader writes them, or that nobody gets there."""
    if not np.isfinite(value):
        return NOT_REACHED.say(lang)
    return format_number(value, lang, digits=0) + (" phút" if lang == "vi" else " min")


def _pair_table(rows: pd.DataFrame, names: Mapping[str, Pair]) -> pd.DataFrame:
    table = pd.DataFrame(
        {f"option_{lang}": [names[str(one)][at] for one in rows["option"]] for at, lang in enumerate(("vi", "en"))}
    )
    for lang in ("vi", "en"):
        table[f"minutes_{lang}"] = [_minutes(one, lang) for one in rows["travel_time_min"]]
        table[f"cost_{lang}"] = [format_number(one, lang, digits=0) for one in rows["cost_vnd"]]
    return table


def _years() -> Answer:
    about = layers.catalogue().loc[list(_INPUTS)]
    days = [str(day) for day in about["as_of"]]
    table = pd.DataFrame({"layer_vi": about["title_vi"].to_numpy(), "layer_en": about["title_en"].to_numpy()})
    for lang in ("vi", "en"):
        table[f"as_of_{lang}"] = [format_date(day, lang) for day in days]
    first, last = min(days), max(days)
    text = Label(
        f"Số liệu từ {format_date(first, 'vi')} đến {format_date(last, 'vi')}, theo từng lớp.",
        f"Data of {first} to {last}, layer by layer.",
    )
    return Answer(text, Label("Nguồn: danh mục lớp số liệu.", "Source: the catalogue of layers."), table, HEADS)


def _worse(study: OptionTestStudy, found: OptionsFound) -> Answer:
    """People who reach fewer jobs with each option than today."""
    names = titles_of(study)
    rows = found.winners[(found.winners["unit_id"] == "all") & (found.winners["measure"] == jobs_measure(study))].drop_duplicates(
        "scenario"
    )
    table = pd.DataFrame(
        {f"option_{lang}": [names[str(one)][at] for one in rows["scenario"]] for at, lang in enumerate(("vi", "en"))}
    )
    for lang in ("vi", "en"):
        for name in ("better", "worse"):
            table[f"{name}_{lang}"] = [format_number(round3(float(one)), lang, digits=0) for one in rows[f"{name}_people"]]
    most = rows["worse_people"].max() if len(rows) else 0
    numbers = {lang: format_number(round3(float(most)), lang, digits=0) for lang in ("vi", "en")}
    text = Label(
        f"Việc làm tới được trong {study.cutoff_min} phút: nhiều nhất {numbers['vi']} người bị thiệt; chưa tính tiếng ồn, đất.",
        f"By jobs within {study.cutoff_min} minutes: at most {numbers['en']} people are worse off; noise and land are not in it.",
    )
    return Answer(
        text,
        Label("Nguồn: bảng người được lợi, bị thiệt (data/).", "Source: table of winners and losers (data/)."),
        table,
        HEADS,
        _WINNERS,
    )
