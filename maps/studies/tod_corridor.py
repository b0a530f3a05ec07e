"""TOD along a line as maps, text and a strip map: circles and land, node and place before and after, growth, access."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

import layers
from analyses import StudyGround
from analyses.studies import TodCorridorFound, TodCorridorStudy
from maps.areas import choropleth, outlines
from maps.compare_ import Compare, swipe
from maps.labels_ import labels
from maps.lines_ import lines
from maps.points_ import points
from maps.region_sheets import ACCENT
from maps.report import Section, section_of
from maps.sheets import MODELLED, NETWORK, STOPS, TRANSIT, Pair, Sheet, round3, sheet, told
from maps.studies import tod_strip, tod_tables
from maps.studies.tod_tables import LINE, TODAY
from maps.study_marks import group_of
from maps.vector_layer import VectorLayer

SCALE = (
    (
        "Điểm nút (chuyến/giờ, số tuyến trong 250 m, việc làm tới được) và điểm nơi chốn (mật độ dân, việc làm, cân bằng việc "
        "làm – nhà ở) so với các trạm và các thời kỳ của chính nghiên cứu này; điểm nút tính tại vị trí đã vẽ, theo việc làm "
        "hiện nay."
    ),
    (
        "Node scores (trips an hour and lines within 250 m, jobs reached) and place scores (people and jobs a hectare, their "
        "balance) are relative to the stops and states of this study; nodes are scored where stops are drawn, with today's jobs."
    ),
)
_AT = ["chainage_km", "accuracy_m"]


def sheets(study: TodCorridorStudy, ground: StudyGround, found: TodCorridorFound, *, lang: str) -> Iterator[Sheet]:
    """Circles and land use, node–place, growth of people and jobs, access to jobs."""
    yield _stops(study, ground, found, lang)
    yield _node_place(study, ground, found, lang)
    yield _growth(study, ground, found, lang)
    yield _access(study, ground, found, lang)


def tables(found: TodCorridorFound) -> Mapping[str, pd.DataFrame]:
    """Round the stops, land, positions, access by unit, gradients, the strip of land use."""
    return {
        "people_jobs_around_stops": found.around,
        "land_around_stops": found.land,
        "node_place_tod_index": found.positions,
        "access_totals_by_unit": found.totals,
        "access_winners_and_losers": found.winners,
        "added_by_phase": found.added,
        "density_gradients": found.gradients,
        "land_along_the_line": found.strip,
    }


def report(
    study: TodCorridorStudy,
    ground: StudyGround,  # noqa: ARG001 - as all kinds
    found: TodCorridorFound,
    shown: Sequence[Sheet],
) -> Sequence[Section]:
    """Each map's finding with its table; then the fall of density."""
    stops, nodes, growth, access = shown
    states = tod_tables.state_names(study)
    heads = {**tod_tables.HEADS, **tod_tables.land_heads(found), **{f"{name}_vi": title for name, title in states.items()}}
    ranges = (("Người", "People"), ("Việc làm", "Jobs"))
    captions = [(f"{vi}: trung vị (p10–p90)", f"{en}: median (p10–p90)") for vi, en in ranges]
    land = told("Đất trong bán kính {m} m (ha, trung vị)", "Land within {m} m (ha, median)", m=study.radii_m[1])
    mean = ("Bình quân một người, toàn vùng", "A person on average, whole region")
    sections = [
        section_of(stops, table=tod_tables.land(found, study.radii_m[1]), caption=land),
        replace(section_of(nodes, table=tod_tables.classes(found, list(states))), notes=[SCALE]),
        replace(
            section_of(growth, table=tod_tables.people(study, found, "people"), caption=captions[0]),
            notes=[STOPS, tod_tables.ASSUMED],
        ),
        Section(
            ("Việc làm quanh trạm", "Jobs round the stops"), table=tod_tables.people(study, found, "jobs"), caption=captions[1]
        ),
        section_of(access, table=tod_tables.access(found, states), caption=mean),
        Section(
            ("Mật độ giảm theo khoảng cách tới tuyến", "Density falls away from the line"),
            [tod_tables.gradient_text(study, found)],
            table=tod_tables.gradients(found, states),
        ),
    ]
    return [replace(section, heads=heads) for section in sections]


def extras(
    study: TodCorridorStudy,
    ground: StudyGround,  # noqa: ARG001 - as all kinds
    found: TodCorridorFound,
    folder: Path,
    *,
    lang: str,
) -> Mapping[Pair, str]:
    """The strip map of the line as a PDF."""
    return tod_strip.strip_map(study, found, folder, lang=lang)


def _line(study: TodCorridorStudy, ground: StudyGround, lang: str) -> VectorLayer:
    return lines(layers.corridors(workspace=ground.workspace).loc[[study.line]], title=("Tuyến", "Line"), fields=[], lang=lang)


def _circles(stops: GeoDataFrame, radius_m: int) -> GeoDataFrame:
    return stops.assign(geometry=stops.buffer(radius_m, quad_segs=32))


def _stops(study: TodCorridorStudy, ground: StudyGround, found: TodCorridorFound, lang: str) -> Sheet:
    core, whole = study.radii_m
    now: Any = found.around[found.around["radius_m"].eq(whole) & found.around["state"].eq(TODAY)].set_index("stop_id")
    names = [f"{what}_{percent}" for what in ("people", "jobs") for percent in ("p10", "p50", "p90")]
    shown = _circles(found.stops, whole).join(now[names])
    land = layers.land_use(workspace=ground.workspace)
    near = land.intersects(shown.union_all())
    marks: list[VectorLayer | Compare] = [
        choropleth(land[near], "land_use", title=("Sử dụng đất (ranh sơ đồ)", "Land use (schematic)"), lang=lang)
    ] * bool(near.any())
    for fine, title, color in (
        (True, ("Vòng {m} m, đánh giá được", "Circle of {m} m, assessable"), ACCENT),
        (False, ("Vòng {m} m, không đánh giá được", "Circle of {m} m, not assessable"), "#8c8c86"),
    ):
        some = shown[shown["assessable"] == fine]
        fields = [*_AT, *names] if fine else _AT
        marks += [outlines(some, title=told(*title, m=whole), fields=fields, color=color, lang=lang)] * bool(len(some))
    marks += [
        outlines(_circles(found.stops, core), title=told("Lõi {m} m", "Core {m} m", m=core), fields=_AT, lang=lang, show=False),
        _line(study, ground, lang),
        points(found.stops, title=("Trạm", "Stops"), fields=_AT, color=ACCENT, lang=lang),
        labels(found.stops, ("name_vi", "name_en"), lang=lang),
    ]
    known = found.stops["accuracy_m"]
    text = told(
        "Đánh giá được {fine}/{all} trạm ở bán kính {whole} m và {few}/{all} trạm ở {core} m. Quanh các trạm đánh giá được hiện "
        "có {people} người và {jobs} việc làm (trung vị, phần chồng lấn tính một lần).",
        "{fine} of {all} stops can be assessed at {whole} m and {few} of {all} at {core} m. Round those live {people} people and "
        "are {jobs} jobs (median, overlaps once).",
        fine=(known <= whole / 2).sum(),
        few=(known <= core / 2).sum(),
        all=len(known),
        whole=whole,
        core=core,
        people=round3(now.loc["all", "people_p50"]),
        jobs=round3(now.loc["all", "jobs_p50"]),
    )
    title = ("Vùng TOD quanh các trạm và sử dụng đất", "TOD areas of the stops and land use")
    return _sheet(study, ground, "stops", title, text, marks, shown, lang, notes=[STOPS, MODELLED])


def _node_place(study: TodCorridorStudy, ground: StudyGround, found: TodCorridorFound, lang: str) -> Sheet:
    fields = ["node_place_class", "node_score", "place_score", "tod_index", "tod_potential", "trips_per_hour", "lines"]
    fields += ["people_per_ha", "jobs_per_ha", "co_location"]
    states, marks = tod_tables.state_names(study), {}
    last = study.phases[-1].id
    frames = []
    for state, (vi, en) in states.items():
        rows = found.positions[found.positions["state"] == state].set_index("stop_id")
        frame = found.stops[["name_vi", "name_en", "status", "geometry"]].join(rows[fields])
        frame[fields[1:]] = frame[fields[1:]].round(2)
        title = (f"Nút – nơi chốn: {vi}", f"Node–place: {en}")
        shown = state in (TODAY, last)
        marks[state] = points(frame, "node_place_class", title=title, fields=fields, radius=9, lang=lang, show=shown)
        frames.append(frame.assign(state=state))
    pair = swipe(marks[TODAY], marks[last], labels=(states[TODAY], states[last]), lang=lang)
    rest = [mark for state, mark in marks.items() if state not in (TODAY, last)]
    named = labels(found.stops, ("name_vi", "name_en"), lang=lang)
    wide = found.positions[found.positions["assessable"]].pivot_table(index="stop_id", columns="state", values="tod_index")
    moved = found.positions.pivot_table(index="stop_id", columns="state", values="node_place_class", aggfunc="first")
    text = told(
        f"{{moved}}/{{all}} trạm đánh giá được đổi nhóm từ hiện nay đến {states[last][0]}; chỉ số TOD bình quân: {{before}} "
        "hiện nay, {line} khi có tuyến, {after} khi có thêm TOD.",
        f"{{moved}} of {{all}} assessable stops change class between today and {states[last][1]}; mean TOD index: {{before}} "
        "today, {line} with the line, {after} with TOD.",
        moved=(moved[TODAY] != moved[last]).sum(),
        all=len(wide),
        before=(wide[TODAY].mean(), 2),
        line=(wide[LINE].mean(), 2),
        after=(wide[last].mean(), 2),
    )
    title = ("Nút giao thông và nơi chốn: trước và sau", "Node and place: before and after")
    data = _stacked(frames)
    return _sheet(
        study,
        ground,
        "node_place",
        title,
        text,
        [_line(study, ground, lang), *rest, pair, named],
        data,
        lang,
        notes=[SCALE, STOPS, TRANSIT],
    )


def _growth(study: TodCorridorStudy, ground: StudyGround, found: TodCorridorFound, lang: str) -> Sheet:
    rows: Any = found.around[found.around["radius_m"] == study.radii_m[1]].set_index(["state", "stop_id"])
    fine = found.stops[found.stops["assessable"]]
    marks: list[VectorLayer | Compare] = []
    frames = []
    for phase in study.phases:
        frame = _circles(fine, study.radii_m[1])[["name_vi", "name_en", "geometry"]]
        for what in ("people", "jobs"):
            before, after = (rows.loc[state, f"{what}_p50"].reindex(fine.index).map(round3) for state in (TODAY, phase.id))
            frame = frame.assign(**{f"{what}_before": before, f"{what}_after": after, f"{what}_change": after - before})
        fields = [f"{what}_{side}" for what in ("people", "jobs") for side in ("before", "after", "change")]
        for what, vi, en in (("people", "Thêm người", "More people"), ("jobs", "Thêm việc làm", "More jobs")):
            show = phase is study.phases[-1] and what == "people"
            title = (f"{vi}: {phase.title_vi}", f"{en}: {phase.title_en}")
            marks.append(choropleth(frame, f"{what}_change", title=title, fields=fields, lang=lang, show=show, k=4))
        frames.append(frame.assign(state=phase.id))
    rest = found.stops[~found.stops["assessable"]]
    if len(rest):
        title = ("Không đánh giá được", "Not assessable")
        marks.append(outlines(_circles(rest, study.radii_m[1]), title=title, fields=["accuracy_m"], color="#8c8c86", lang=lang))
    marks += [_line(study, ground, lang), labels(found.stops, ("name_vi", "name_en"), lang=lang)]
    last = study.phases[-1]
    every: Any = rows.xs("all", level="stop_id")
    ends = {f"{what}_{end}": round3(every.loc[last.id, f"{what}_{end}"]) for what in ("people", "jobs") for end in ("p10", "p90")}
    text = told(
        f"{last.title_vi}: vùng TOD của các trạm đánh giá được chứa {{people_p10}}–{{people_p90}} người (hiện nay {{people}}) và "
        "{jobs_p10}–{jobs_p90} việc làm (hiện nay {jobs}).",
        f"{last.title_en}: the TOD areas of assessable stops hold {{people_p10}}–{{people_p90}} people (today {{people}}) and "
        "{jobs_p10}–{jobs_p90} jobs (today {jobs}).",
        people=round3(every.loc[TODAY, "people_p50"]),
        jobs=round3(every.loc[TODAY, "jobs_p50"]),
        **ends,
    )
    data = _stacked(frames)
    title = ("Sức chứa dân số và việc làm quanh trạm", "Room for people and jobs round the stops")
    return _sheet(study, ground, "growth", title, text, marks, data, lang, notes=[tod_tables.ASSUMED, STOPS, MODELLED])


def _access(study: TodCorridorStudy, ground: StudyGround, found: TodCorridorFound, lang: str) -> Sheet:
    column = f"jobs_by_transit_within_{study.cutoff_min}min"
    motorbike = f"jobs_by_motorbike_within_{study.cutoff_min}min"
    states = tod_tables.state_names(study)
    where = ["unit_name_vi", "ward_name_vi", ground.people]
    sides = [f"{one}_{side}" for one in (column, motorbike) for side in ("before", "after", "change")]
    marks: list[VectorLayer | Compare] = []
    for name, frame in found.access.items():
        title = (f"Việc làm tới được thêm: {states[name][0]}", f"More jobs reached: {states[name][1]}")
        fields = [*where, *sides]
        shown = frame[[*fields, "geometry"]]
        marks.append(choropleth(shown, f"{column}_change", title=title, fields=fields, lang=lang, show=name == LINE))
    marks += [_line(study, ground, lang), points(found.stops, title=("Trạm", "Stops"), fields=_AT, color=ACCENT, lang=lang)]
    means: Any = (
        found.totals[found.totals["unit_id"] == "all"].drop_duplicates(["scenario", "measure"]).set_index(["scenario", "measure"])
    )
    last = study.phases[-1]
    text = told(
        "Việc làm một người tới được trong {limit} phút bằng vận tải công cộng, bình quân: {before} hiện nay, {line} khi có "
        f"tuyến, {{after}} khi có thêm TOD ({last.title_vi}); bằng xe máy hiện nay {{motorbike}}.",
        "Jobs a person reaches within {limit} minutes by transit, on average: {before} today, {line} with the line, "
        f"{{after}} with TOD ({last.title_en}); by motorbike today {{motorbike}}.",
        limit=study.cutoff_min,
        before=means.loc[(LINE, column), "mean_before"],
        line=means.loc[(LINE, column), "mean_after"],
        after=means.loc[(last.id, column), "mean_after"],
        motorbike=means.loc[(LINE, motorbike), "mean_before"],
    )
    title = told("Việc làm trong {m} phút: có tuyến, có TOD", "Jobs within {m} minutes: line and TOD", m=study.cutoff_min)
    data = found.access[last.id]
    return _sheet(study, ground, "access", title, text, marks, data, lang, notes=[tod_tables.ASSUMED, TRANSIT, NETWORK, MODELLED])


def _stacked(frames: Sequence[GeoDataFrame]) -> GeoDataFrame:
    """One row a stop and state, told apart in the id."""
    data = GeoDataFrame(pd.concat(frames), crs=frames[0].crs)
    ids = [f"{at}/{state}" for at, state in zip(data.index, data["state"], strict=True)]
    return data.set_index(pd.Index(ids, name="row_id"))


def _sheet(
    study: TodCorridorStudy,
    ground: StudyGround,
    name: str,
    title: Pair,
    text: Pair,
    marks: Sequence[VectorLayer | Compare],
    data: GeoDataFrame,
    lang: str,
    *,
    notes: Sequence[Pair],
) -> Sheet:
    sources = ("zones", "stations", "land_use", "jobs", "bus_lines")
    return sheet(
        name, group_of(study), title, text, marks, data, lang=lang, sources=sources, notes=notes, workspace=ground.workspace
    )
