"""The option test as maps: each option, transit against the motorbike, the sweep; its text is in `option_report`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from analyses import StudyGround
from analyses.studies import OptionsFound, OptionTestStudy
from maps.areas import choropleth
from maps.option_report import option_report
from maps.option_words import COSTS, NO_DEMAND, SPEEDS, STATIONS, jobs_measure, place_name, run_titles, titles_of
from maps.points_ import points
from maps.report import Section
from maps.sheets import Pair, Sheet, sheet, told
from maps.study_marks import drawn_option, ground_notes, group_of, where
from maps.vector_layer import VectorLayer

RATIOS = [1.0, 1.25, 1.5, 2.0, 3.0]
SWEEP_COLORS = ("#e4e3dd", "#b9ddd2", "#77b9a9", "#34887a", "#0b5d4c")
RATIO_COLORS = ("#0b5d4c", "#3f9d86", "#a5d3c4", "#f1d9b8", "#d99a56", "#a3561f")


def sheets(study: OptionTestStudy, ground: StudyGround, found: OptionsFound, *, lang: str) -> Iterator[Sheet]:
    """One sheet an option, transit against the motorbike, and the sweep."""
    for one in study.scenarios:
        yield _option(study, ground, found, one.id, lang)
    yield _rival(study, ground, found, lang)
    if study.sweep is not None:
        yield _sweep(study, ground, found, lang)


def report(study: OptionTestStudy, ground: StudyGround, found: OptionsFound, shown: Sequence[Sheet]) -> Sequence[Section]:
    """See `option_report`."""
    return option_report(study, ground, found, shown)


def tables(found: OptionsFound) -> Mapping[str, pd.DataFrame]:
    """Lines, pairs, people within the ratio, totals and winners by unit, the sweep."""
    made = {
        "lines": found.lines,
        "pairs": found.pairs,
        "people_within_the_ratio": found.competitive,
        "totals_by_unit": found.totals,
        "winners_and_losers": found.winners,
    }
    return made if found.sweep.empty else {**made, "sweep": found.sweep}


def _sources(ground: StudyGround) -> list[str]:
    return ["zones", "jobs", "stations", "bus_lines", "travel_costs"] if ground.embedded else []


def _notes(ground: StudyGround) -> list[Pair]:
    return [NO_DEMAND, *([COSTS, STATIONS] if ground.embedded else []), *ground_notes(ground)]


def _ends(study: OptionTestStudy, ground: StudyGround, lang: str) -> VectorLayer:
    places = ground.destinations.loc[study.destinations, ["name_vi", "name_en", "geometry"]]
    return points(places, title=("Điểm đến", "Destinations"), radius=7, color="#1f2a33", lang=lang)


def _option(study: OptionTestStudy, ground: StudyGround, found: OptionsFound, option: str, lang: str) -> Sheet:
    frame, jobs = found.zones[option], jobs_measure(study)
    own = f"jobs_by_motorbike_within_{study.cutoff_min}min"
    sides = [f"{jobs}_{side}" for side in ("before", "after", "change")]
    minutes = [f"transit_to_{end}_min_{side}" for end in study.destinations for side in ("before", "after", "change")]
    by_motorbike = [f"motorbike_to_{end}_min" for end in study.destinations]
    fields = [*where(ground), *sides, own, *minutes, *by_motorbike]
    shown = frame[[*fields, *(f"time_ratio_to_{end}_after" for end in study.destinations), "geometry"]]
    marks = [choropleth(shown, f"{jobs}_change", fields=fields, lang=lang)]
    marks += [
        choropleth(shown, f"transit_to_{end}_min_{side}", fields=fields, lang=lang, show=False)
        for end in study.destinations
        for side in ("after", "change")
        if pd.Series(shown[f"transit_to_{end}_min_{side}"]).notna().any()
    ]
    marks.append(choropleth(shown, own, fields=fields, lang=lang, show=False))
    marks += [*drawn_option(ground, option, lang), _ends(study, ground, lang)]
    title = titles_of(study)[option]
    text = _finding(study, ground, found, option)
    return sheet(
        f"option_{option}",
        group_of(study),
        title,
        text,
        marks,
        shown,
        lang=lang,
        sources=_sources(ground),
        notes=_notes(ground),
        workspace=ground.workspace,
    )


def _finding(study: OptionTestStudy, ground: StudyGround, found: OptionsFound, option: str) -> Pair:
    everywhere = {"scenario": option, "unit_id": "all"}
    winner = _row(found.winners, {**everywhere, "measure": jobs_measure(study)})
    mean = _row(found.totals, {**everywhere, "measure": jobs_measure(study)})
    end = study.destinations[0]
    reached = found.zones[option]
    people = reached[ground.people]
    within = people[reached[f"transit_to_{end}_min_after"] <= study.cutoff_min].sum()
    before = people[reached[f"transit_to_{end}_min_before"] <= study.cutoff_min].sum()
    vi, en = place_name(ground, end)
    return told(
        "{better} người tới được nhiều việc làm hơn trong {limit} phút, {worse} người tới được ít hơn; bình quân một người: "
        f"{{mean_before}} → {{mean_after}} việc làm. Đến {vi} trong {{limit}} phút: {{before}} → {{within}} người.",
        "{better} people reach more jobs within {limit} minutes, {worse} fewer; on average {mean_before} → {mean_after} jobs. "
        f"{en} within {{limit}} minutes: {{before}} → {{within}} people.",
        better=winner["better_people"],
        worse=winner["worse_people"],
        mean_before=mean["mean_before"],
        mean_after=mean["mean_after"],
        limit=study.cutoff_min,
        before=float(before),
        within=float(within),
    )


def _row(table: pd.DataFrame, wanted: Mapping[str, str]) -> pd.Series:
    for column, value in wanted.items():
        table = table[table[column].eq(value)]
    return table.iloc[0]


def _rival(study: OptionTestStudy, ground: StudyGround, found: OptionsFound, lang: str) -> Sheet:
    """Transit minutes to the first destination as so many times the motorbike's, a layer an option."""
    end, titles = study.destinations[0], titles_of(study)
    first = next(iter(found.zones.values()))
    columns = {"today": first[f"time_ratio_to_{end}_before"]}
    columns |= {name: frame[f"time_ratio_to_{end}_after"] for name, frame in found.zones.items()}
    ratios = {f"time_ratio_{name}": values.fillna(np.inf) for name, values in columns.items()}  # not reached by transit
    shown = first[[*where(ground), f"motorbike_to_{end}_min", "geometry"]].assign(**ratios)
    fields = [*where(ground), f"motorbike_to_{end}_min", *ratios]
    vi, en = place_name(ground, end)
    marks: list[VectorLayer] = []
    for name in [*found.zones, "today"]:
        if shown[f"time_ratio_{name}"].lt(np.inf).any():
            title = (f"Vận tải công cộng so với xe máy: {titles[name][0]}", f"Transit over motorbike: {titles[name][1]}")
            marks.append(
                choropleth(
                    shown,
                    f"time_ratio_{name}",
                    title=title,
                    scheme=RATIOS,
                    palette=RATIO_COLORS,
                    fields=fields,
                    lang=lang,
                    show=not marks,
                )
            )
    marks.append(_ends(study, ground, lang))
    shares = found.competitive[found.competitive["destination_id"].eq(end)].set_index("option")["competitive_pct"]
    best = str(shares.idxmax())
    text = told(
        f"Đến {vi}: tỷ lệ dân số đi bằng vận tải công cộng lâu không quá {{ratio}} lần xe máy: hiện nay {{today}}%, cao nhất "
        f"{{best}}% ({titles[best][0]}).",
        f"To {en}: people whose transit takes at most {{ratio}} times the motorbike's minutes: today {{today}} %, at best "
        f"{{best}} % ({titles[best][1]}).",
        ratio=(study.ratio, 2),
        today=(float(shares["today"]), 1),
        best=(float(shares[best]), 1),
    )
    title = ("Vận tải công cộng so với xe máy", "Transit against the motorbike")
    return sheet(
        "motorbike",
        group_of(study),
        title,
        text,
        marks,
        shown,
        lang=lang,
        sources=_sources(ground),
        notes=_notes(ground),
        workspace=ground.workspace,
    )


def _sweep(study: OptionTestStudy, ground: StudyGround, found: OptionsFound, lang: str) -> Sheet:
    """The change of jobs in every run, where any run changes anything; all in one set of classes."""
    shown = _moved(ground, found)
    runs = list(found.sweep_jobs.columns)
    bounds = _bounds(found)
    marks: list[VectorLayer] = []
    for name, title in zip(runs, run_titles(found), strict=True):
        marks.append(
            choropleth(
                shown,
                name,
                title=title,
                scheme=bounds,
                palette=SWEEP_COLORS[: len(bounds) + 1],
                fields=[*where(ground), name],
                lang=lang,
                show=name == runs[0],
            )
        )
    marks.append(_ends(study, ground, lang))
    gained = found.sweep["mean_jobs_change"]
    text = told(
        "{runs} lượt tính: bình quân mỗi người thêm {low}–{high} việc làm trong {limit} phút; {few}–{many} người được lợi.",
        "{runs} runs: on average {low}–{high} more jobs a person within {limit} minutes; {few}–{many} people gain.",
        runs=len(found.sweep),
        low=gained.min(),
        high=gained.max(),
        limit=study.cutoff_min,
        few=found.sweep["better_people"].min(),
        many=found.sweep["better_people"].max(),
    )
    title = ("Độ nhạy theo giãn cách chuyến và tốc độ", "Sensitivity to headway and speed")
    return sheet(
        "sweep",
        group_of(study),
        title,
        text,
        marks,
        shown,
        lang=lang,
        sources=_sources(ground),
        notes=[SPEEDS, *_notes(ground)],
        workspace=ground.workspace,
    )


def _moved(ground: StudyGround, found: OptionsFound) -> GeoDataFrame:
    changed = found.sweep_jobs.ne(0).any(axis=1)
    kept = changed if changed.any() else changed | True
    return ground.zones.loc[kept, [*where(ground), "geometry"]].join(found.sweep_jobs)


def _bounds(found: OptionsFound) -> list[float]:
    """Upper bounds of classes that serve all runs: quarters of the changes above zero, in two figures."""
    values = found.sweep_jobs.to_numpy().ravel()
    above = pd.Series(values[values > 0])
    if above.empty:
        return [0.0]
    raw = [float(above.quantile(share)) for share in (0.25, 0.5, 0.75)]
    return sorted({0.0, *(float(f"{value:.1e}") for value in raw)})
