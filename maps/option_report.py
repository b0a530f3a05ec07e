"""The page of text of an option test: lines, money and minutes, who gains and where, the motorbike, the sweep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

import layers
from analyses import StudyGround
from analyses.studies import OptionsFound, OptionTestStudy
from maps.option_words import COSTS, SPEEDS, STATIONS, jobs_measure, place_name, run_titles, titles_of
from maps.report import Section, section_of
from maps.sheets import Pair, Sheet, told
from maps.small_multiples_ import small_multiples
from maps.study_marks import gains, unit_caption


def option_report(study: OptionTestStudy, ground: StudyGround, found: OptionsFound, shown: Sequence[Sheet]) -> Sequence[Section]:
    """Lines, money and minutes, who gains and where by old and new units, the motorbike, the sweep."""
    sheet_of = {one.name: one for one in shown}
    parts = [_lines(study, found, embedded=ground.embedded), _pairs(study, ground, found)]
    jobs, place = jobs_measure(study), f"transit_to_{study.destinations[0]}_min"
    for one in study.scenarios:
        parts.append(section_of(sheet_of[f"option_{one.id}"]))
        for measure, told_as in ((jobs, _gain_of_jobs(study)), (place, _gain_of_place(study, ground))):
            for by in ground.units or ["all"]:
                table = gains(found.winners, found.totals, one.id, by, measure, least=1)
                caption = tuple(f"{told}. {unit}" for told, unit in zip(told_as, unit_caption(by), strict=True))
                parts.append(Section(("", ""), table=table, caption=(caption[0], caption[1])))
    parts.append(section_of(sheet_of["motorbike"], table=_competitive(study, ground, found)))
    if study.sweep is not None:
        parts.append(_sweep_section(study, ground, found, sheet_of["sweep"]))
    return parts


def _gain_of_jobs(study: OptionTestStudy) -> Pair:
    return (
        f"Việc làm tới được trong {study.cutoff_min} phút bằng vận tải công cộng",
        f"Jobs within {study.cutoff_min} minutes by transit",
    )


def _gain_of_place(study: OptionTestStudy, ground: StudyGround) -> Pair:
    vi, en = place_name(ground, study.destinations[0])
    return f"Số phút đến {vi} bằng vận tải công cộng", f"Minutes to {en} by transit"


def _sweep_section(study: OptionTestStudy, ground: StudyGround, found: OptionsFound, made: Sheet) -> Section:
    zones = ground.zones[["geometry"]].join(found.sweep_jobs)
    lang = "vi"

    def draw(path: Path) -> Path:
        measure = f"jobs_within_{study.cutoff_min}min_change"
        context = layers.units(workspace=ground.workspace) if ground.embedded else None
        order = found.sweep.reset_index(drop=True).sort_values("headway_min", kind="stable").index
        columns = [found.sweep_jobs.columns[at] for at in order]
        titles = [run_titles(found)[at][0] for at in order]
        across = len(columns) // found.sweep["headway_min"].nunique()
        return small_multiples(zones, columns, path, measure=measure, titles=titles, across=across, context=context, lang=lang)

    speeds = ["commercial_speed_kmh", "running_speed_kmh", "in_vehicle_min"]
    kept = ["headway_min", *speeds, "better_people", "mean_jobs_change", "competitive_people"]
    caption = (
        "Mỗi ô là một lượt tính: hàng theo giãn cách chuyến, cột theo tốc độ; cùng một thang màu.",
        "Every panel is a run: rows by headway, columns by speed; one scale for all (labels in Vietnamese).",
    )
    return Section(
        made.title,
        [made.text],
        found.sweep[kept],
        caption=(study.title_vi, study.title_en),
        picture=draw,
        picture_caption=caption,
        notes=[SPEEDS],
    )


def _lines(study: OptionTestStudy, found: OptionsFound, *, embedded: bool) -> Section:
    table = _titled(found.lines, study).drop(columns="line_id")
    return Section(("Các phương án", "The options"), table=table, notes=[SPEEDS, STATIONS] if embedded else [SPEEDS])


def _titled(table: pd.DataFrame, study: OptionTestStudy) -> pd.DataFrame:
    titles = titles_of(study)
    out = table.drop(columns="option")
    out.insert(0, "name_vi", [titles[name][0] for name in table["option"]])
    out.insert(1, "name_en", [titles[name][1] for name in table["option"]])
    return out


def _pairs(study: OptionTestStudy, ground: StudyGround, found: OptionsFound) -> Section:
    table = _titled(found.pairs, study)
    for column in ("from", "to"):
        names = [place_name(ground, place) for place in found.pairs[f"{column}_id"]]
        table.insert(0 if column == "from" else 2, f"{column}_name_vi", [vi for vi, _ in names])
        table.insert(1 if column == "from" else 3, f"{column}_name_en", [en for _, en in names])
    table = table.drop(columns=["from_id", "to_id", "by_lines"])
    start, end = study.pairs[0]
    first = found.pairs[found.pairs["from_id"].eq(start) & found.pairs["to_id"].eq(end)].set_index("option")
    (from_vi, from_en), (to_vi, to_en) = place_name(ground, start), place_name(ground, end)
    titles = titles_of(study)
    told_of = [name for name in first.index if np.isfinite(first.loc[name, "travel_time_min"])]
    parts = {lang: [] for lang in ("vi", "en")}  # type: dict[str, list[str]]
    for name in told_of:
        row = first.loc[name]
        vi, en = _price(row)
        parts["vi"].append(f"{titles[name][0]}: {vi}")
        parts["en"].append(f"{titles[name][1]}: {en}")
    text = (
        f"{from_vi} – {to_vi}, từ cửa đến cửa: {'; '.join(parts['vi'])}.",
        f"{from_en} – {to_en}, door to door: {'; '.join(parts['en'])}.",
    )
    told_costs = found.pairs["cost_vnd"].notna().any()
    table = table if told_costs else table.drop(columns="cost_vnd")
    heads = {
        "from_name_vi": ("Từ", "From"),
        "to_name_vi": ("Đến", "To"),
        "name_vi": ("Phương án", "Option"),
        "time_ratio": ("So với xe máy (lần)", "Times the motorbike's"),
        "cost_vnd": ("Chi phí một chuyến (đồng)", "Cost a trip (VND)"),
    }
    return Section(
        ("Thời gian và chi phí từ cửa đến cửa", "Door to door: minutes and money"),
        [text],
        table,
        heads=heads,
        notes=[COSTS] if told_costs else [],
    )


def _price(row: pd.Series) -> Pair:
    """Minutes, and money where it is known."""
    minutes = told("{minutes} phút", "{minutes} min", minutes=row["travel_time_min"])
    if pd.isna(row["cost_vnd"]):
        return minutes
    money = told("{cost} đồng", "{cost} VND", cost=row["cost_vnd"])
    return f"{minutes[0]}, {money[0]}", f"{minutes[1]}, {money[1]}"


def _competitive(study: OptionTestStudy, ground: StudyGround, found: OptionsFound) -> pd.DataFrame:
    table = _titled(found.competitive, study)
    names = [place_name(ground, place) for place in found.competitive["destination_id"]]
    table.insert(2, "to_name_vi", [vi for vi, _ in names])
    table.insert(3, "to_name_en", [en for _, en in names])
    return table.drop(columns="destination_id")
