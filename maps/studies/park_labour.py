"""Who can come to work in a planned park as maps, tables and text, today and with each plan."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses import StudyGround
from analyses.studies import ParkFound, ParkStudy
from maps.areas import choropleth
from maps.sheets import MODELLED, TRANSIT, Pair, Sheet, sheet, told
from maps.studies.park_parts import TODAY, by_mode, layers_of, notes_of, site_marks
from maps.study_marks import group_of

BREAKS_MIN = [15, 30, 45, 60, 75]
BREAKS_CHANGE_MIN = [-10, -5, -2, -0.1]
HOME: Pair = (
    (
        "Đường bộ: chiều đi làm; vận tải công cộng: chiều về nhà, tính cả đi bộ; xe đưa rước (giả định) nối khu với trạm "
        "trong {shuttle} phút."
    ),
    (
        "Streets: the way to work; transit: the way home, walking included; the park's shuttle (assumed) serves stops within "
        "{shuttle} minutes."
    ),
)


def _home(study: ParkStudy) -> Pair:
    return told(*HOME, shuttle=study.shuttle_min)


def labour_sheet(study: ParkStudy, ground: StudyGround, found: ParkFound, lang: str) -> Sheet:
    """Minutes of today, a layer a mode."""
    columns = [f"{mode}_{TODAY}_min" for mode in study.modes]
    where = [name for name in ("unit_name_vi", "ward_name_vi", ground.people, ground.jobs) if name in found.zones]
    frame = found.zones[[*where, *columns, "geometry"]]
    marks = [
        choropleth(
            frame,
            column,
            title=(f"Hiện nay: phút bằng {vi}", f"Today: minutes by {en}"),
            scheme=BREAKS_MIN,
            fields=[*where, *columns],
            lang=lang,
            show=at == 0,
        )
        for at, (column, (vi, en)) in enumerate(zip(columns, map(by_mode, study.modes), strict=True))
    ]
    marks += site_marks(study, ground, found, lang)
    title = ("Ai đến làm việc được?", "Who can come to work?")
    notes = [_home(study), *notes_of(study, ground, found), *([TRANSIT, MODELLED] if ground.embedded else [])]
    used = layers_of(ground, "science_park", "zones", "jobs", "corridors", "bus_lines")
    return sheet(
        "labour",
        group_of(study),
        title,
        _labour_text(study, found),
        marks,
        frame,
        lang=lang,
        sources=used,
        notes=notes,
        workspace=ground.workspace,
    )


def _labour_text(study: ParkStudy, found: ParkFound) -> Pair:
    limit = study.within_min[len(study.within_min) // 2]
    rows = (
        found.labour[found.labour["scenario"].eq(TODAY) & found.labour["within_min"].eq(limit)].set_index("mode").to_dict("index")
    )
    parts = []
    for mode in study.modes:
        row, (vi, en) = rows[mode], by_mode(mode)
        parts.append(
            told(
                f"{vi} {{people}} người ({{low}}–{{high}})",
                f"{en} {{people}} people ({{low}}–{{high}})",
                people=(_rounded(row["people"]), 0),
                low=(_rounded(row["people_p10"]), 0),
                high=(_rounded(row["people_p90"]), 0),
            )
        )
    first = rows[study.modes[0]]
    tail = told(
        f"Trong tầm {by_mode(study.modes[0])[0]} có khoảng {{labour}} lao động (giả định {{share}}% dân số) và đã có "
        f"{{jobs}} việc làm.",
        f"Within reach by {by_mode(study.modes[0])[1]}: some {{labour}} of the labour force ({{share}} % of people "
        f"assumed) and {{jobs}} jobs already.",
        labour=_rounded(first["labour_people"]),
        share=study.labour_pct,
        jobs=_rounded(first["jobs"]),
    )
    heads = f"Trong {limit} phút: ", f"Within {limit} minutes: "
    return f"{heads[0]}{'; '.join(vi for vi, _ in parts)}. {tail[0]}", f"{heads[1]}{'; '.join(en for _, en in parts)}. {tail[1]}"


def labour_table(found: ParkFound) -> pd.DataFrame:
    """People, labour and jobs of today by mode and limit."""
    return found.labour[found.labour["scenario"] == TODAY].drop(columns="scenario").reset_index(drop=True)


def gain_table(study: ParkStudy, found: ParkFound) -> pd.DataFrame:
    """People gained by mode, limit and scenario."""
    wide = found.labour.pivot_table(index=["mode", "within_min"], columns="scenario", values="people", sort=False)
    table = pd.DataFrame({f"{one.id}_change": wide[one.id] - wide[TODAY] for one in study.further()})
    return table[table.ne(0).any(axis=1)].reset_index()


def _moved(study: ParkStudy, found: ParkFound, scenario: str) -> str:
    """The first mode whose minutes a scenario changes; the first of all where none does."""
    for mode in study.modes:
        before, after = (found.zones[f"{mode}_{name}_min"].to_numpy(float) for name in (TODAY, scenario))
        if not np.array_equal(before, after):
            return mode
    return study.modes[0]


def gain_sheet(study: ParkStudy, ground: StudyGround, found: ParkFound, lang: str) -> Sheet:
    """Minutes saved where streets change; minutes with the plan where transit does, which few reach without."""
    where = [name for name in ("unit_name_vi", "ward_name_vi", ground.people) if name in found.zones]
    frame, marks = found.zones[[*where, "geometry"]].copy(), []
    most = str(gain_table(study, found).drop(columns=["mode", "within_min"]).sum().idxmax()).removesuffix("_change")
    for one in study.further():
        mode = _moved(study, found, one.id)
        vi, en = by_mode(mode)
        after = found.zones[f"{mode}_{one.id}_min"]
        if mode.startswith("transit"):
            column, scheme = f"{mode}_{one.id}_min", BREAKS_MIN
            frame[column] = after
        else:
            column, scheme = f"{mode}_{one.id}_min_change", None
            change = after - found.zones[f"{mode}_{TODAY}_min"]
            frame[column] = change.where(np.isfinite(change)).round(1)
        told_as = ("phút", "minutes") if scheme else ("thay đổi số phút", "change in minutes")
        title = (f"{one.title_vi}: {told_as[0]} bằng {vi}", f"{one.title_en}: {told_as[1]} by {en}")
        options = {"scheme": scheme} if scheme else {"scheme": BREAKS_CHANGE_MIN}
        marks.append(choropleth(frame, column, title=title, fields=[*where, column], lang=lang, show=one.id == most, **options))
    title = ("Mỗi quy hoạch thêm được bao nhiêu lao động?", "Whom does each plan add?")
    text = _gain_text(study, found)
    notes = [_home(study), *notes_of(study, ground, found)]
    used = layers_of(ground, "corridors", "rail_stations", "zones")
    marks += site_marks(study, ground, found, lang)
    return sheet(
        "labour_change",
        group_of(study),
        title,
        text,
        marks,
        frame,
        lang=lang,
        sources=used,
        notes=notes,
        workspace=ground.workspace,
    )


def _gain_text(study: ParkStudy, found: ParkFound) -> Pair:
    """Of every scenario the mode that gains most people within the longest limit."""
    limit = study.within_min[-1]
    wide = found.labour[found.labour["within_min"] == limit].pivot_table(index="mode", columns="scenario", values="people")
    parts = []
    for one in study.further():
        gain = wide[one.id] - wide[TODAY]
        vi, en = by_mode(str(gain.idxmax()))
        if gain.max() <= 0:
            parts.append((f"{one.title_vi}: không thêm ai", f"{one.title_en}: nobody"))
        else:
            parts.append(
                told(
                    f"{one.title_vi}: +{{gain}} người ({vi})",
                    f"{one.title_en}: +{{gain}} people ({en})",
                    gain=_rounded(gain.max()),
                )
            )
    heads = f"Dân số thêm được trong {limit} phút – ", f"People gained within {limit} minutes – "
    return f"{heads[0]}{'; '.join(vi for vi, _ in parts)}.", f"{heads[1]}{'; '.join(en for _, en in parts)}."


def _rounded(count: float) -> float:
    """To what modelled people bear in a sentence: thousands, or hundreds of few."""
    return round(float(count), -3 if count >= 10_000 else -2)  # noqa: PLR2004 - where hundreds no longer matter
