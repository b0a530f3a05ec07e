"""Industrial conversion as maps and text: parks that leave and receive, homes of their workers, access before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

from analyses import StudyGround
from analyses.studies import ConversionFound, ConversionStudy
from maps.areas import choropleth, outlines
from maps.labels_ import labels
from maps.report import Section, section_of
from maps.sheets import MODELLED, NETWORK, TRANSIT, Pair, Sheet, round3, sheet, told
from maps.study_marks import gains, group_of
from maps.vector_layer import VectorLayer
from maps.words import value_label

STATES = {
    "moved": ("Chỉ di dời việc làm", "Jobs moved only"),
    "rebuilt": ("Di dời và xây mới", "Moved and rebuilt"),
}
HEADS: dict[str, Pair] = {
    "park_vi": ("KCN chuyển đổi", "Park converted"),
    "candidate_vi": ("KCN tiếp nhận", "Receiving park"),
    "mode_vi": ("Phương thức", "Mode"),
    "now_min": ("Tới KCN hiện nay (phút)", "To the park today (min)"),
    "then_min": ("Tới nơi mới (phút)", "To the new place (min)"),
    "reached_pct": ("Tới được (%)", "Get there (%)"),
    "longer_pct": ("Quá xa hoặc không tới được (%)", "Too far or never (%)"),
    "new_dwellings_low": ("Căn hộ, thấp", "Dwellings, low"),
    "new_dwellings": ("Căn hộ", "Dwellings"),
    "new_dwellings_high": ("Căn hộ, cao", "Dwellings, high"),
    "new_people": ("Dân cư mới", "New residents"),
    "new_jobs": ("Việc làm dịch vụ mới", "New service jobs"),
    "arriving_jobs_low": ("Việc làm đến, thấp", "Jobs arriving, low"),
    "arriving_jobs": ("Việc làm đến", "Jobs arriving"),
    "arriving_jobs_high": ("Việc làm đến, cao", "Jobs arriving, high"),
    "room_jobs": ("Chỗ trống (việc làm)", "Room (jobs)"),
    "worker_housing_ha": ("Đất nhà ở công nhân (ha)", "Workers' housing (ha)"),
    "worker_housing_people": ("Chỗ ở công nhân (người)", "Workers housed (people)"),
}
HOMES = (
    "Nơi ở của công nhân không có số liệu điều tra: ước tính theo dân số quanh khu công nghiệp, giảm dần theo phút đi xe máy.",
    "Nobody has counted where workers live: estimated from people round the park, fewer with the minutes by motorbike.",
)
ASSUMED = (
    (
        "Hệ số sử dụng đất, tỷ lệ đất và sức chứa là giả định của người lập quy hoạch (tệp nghiên cứu), chưa "
        "phải chỉ tiêu được duyệt."
    ),
    "Floor area ratios, shares of land and capacity are the planner's assumptions (study file), not approved figures.",
)


def sheets(study: ConversionStudy, ground: StudyGround, found: ConversionFound, *, lang: str) -> Iterator[Sheet]:
    """Parks and candidates, homes of the workers, access to jobs."""
    yield _parks(study, ground, found, lang)
    yield _homes(study, ground, found, lang)
    yield _access(study, ground, found, lang)


def tables(found: ConversionFound) -> Mapping[str, pd.DataFrame]:
    """Parks, candidates, moves, ways to work, access by unit, who gains or loses."""
    return {
        "parks_converted": found.parks,
        "candidates": found.candidates,
        "jobs_moved": found.moves,
        "commute_of_workers": found.commute,
        "access_totals_by_unit": found.totals,
        "access_winners_and_losers": found.winners,
    }


def report(
    study: ConversionStudy,
    ground: StudyGround,  # noqa: ARG001 - as all kinds
    found: ConversionFound,
    shown: Sequence[Sheet],
) -> Sequence[Section]:
    """Each map's finding with its table."""
    parks, homes, access = shown
    names = ["name_vi", "name_en"]
    gone = [*names, "area_ha", "jobs_low", "jobs", "jobs_high", "new_dwellings_low", "new_dwellings", "new_dwellings_high"]
    gone += ["new_people", "new_jobs"]
    come = [*names, "area_ha", "jobs", "room_jobs", "arriving_jobs_low", "arriving_jobs", "arriving_jobs_high"]
    come += ["worker_housing_ha", "worker_housing_people"]
    mode = next((one for one in study.modes if one != "car"), study.modes[0])
    label = value_label(mode)
    caption = (f"Việc làm tới được bằng {label.vi}, theo đơn vị", f"Jobs reached by {label.en}, by unit")
    sections = [
        replace(
            section_of(parks, table=_rounded(found.parks[gone]), caption=("Khu chuyển đổi", "Parks converted")), notes=[ASSUMED]
        ),
        Section(
            ("Nơi tiếp nhận", "Where the jobs go"),
            [_housing(study, found)],
            table=_rounded(found.candidates[come]),
            caption=("Khu tiếp nhận", "Receiving parks"),
        ),
        replace(
            section_of(homes, table=_ways(study, found).drop(columns="mode"), caption=("Bình quân mọi công nhân", "All workers")),
            notes=[HOMES],
        ),
        section_of(
            access,
            table=gains(found.winners, found.totals, "moved", "unit_id", f"jobs_by_{mode}_within_{study.cutoff_min}min"),
            caption=caption,
        ),
    ]
    return [replace(section, heads=HEADS) for section in sections]


def _parks(study: ConversionStudy, ground: StudyGround, found: ConversionFound, lang: str) -> Sheet:
    gone, come = found.parks, found.candidates
    fields = ["area_ha", "jobs_low", "jobs", "jobs_high", "new_dwellings", "accuracy_m"]
    receives = ["area_ha", "jobs", "room_jobs", "arriving_jobs", "worker_housing_ha", "accuracy_m"]
    marks: list[VectorLayer] = [
        choropleth(
            gone,
            "jobs",
            title=("KCN chuyển đổi: việc làm phải di dời", "Converted: jobs displaced"),
            fields=fields,
            lang=lang,
            k=3,
        ),
        choropleth(
            come,
            "arriving_jobs",
            title=("KCN tiếp nhận: việc làm đến", "Receiving: jobs arriving"),
            fields=receives,
            palette="heat",
            lang=lang,
            k=3,
        ),
        labels(pd.concat([gone, come])[["name_vi", "name_en", "geometry"]], ("name_vi", "name_en"), lang=lang),
    ]
    text = told(
        "{parks} khu, {ha} ha: {low}–{high} việc làm phải di dời (ước {middle}), toàn bộ có chỗ ở {to} khu "
        "tiếp nhận. Đất cũ chứa được "
        "{few}–{many} căn hộ và khoảng {services} việc làm dịch vụ.",
        "{parks} parks, {ha} ha: {low}–{high} jobs displaced (about {middle}), all with room in {to} "
        "receiving parks. The old land "
        "may hold {few}–{many} dwellings and about {services} service jobs.",
        parks=len(gone),
        ha=gone["area_ha"].sum(),
        to=len(come),
        **{name: round3(gone[column].sum()) for name, column in _SUMS.items()},
    )
    data = pd.concat([gone.assign(role="converted"), come.assign(role="receives")]).rename_axis("park_id")
    title = ("Khu chuyển đổi và khu tiếp nhận", "Parks converted and parks that receive")
    return _sheet(study, ground, "parks", title, text, marks, GeoDataFrame(data, crs=gone.crs), lang, [ASSUMED, MODELLED])


_SUMS = {
    "low": "jobs_low",
    "middle": "jobs",
    "high": "jobs_high",
    "few": "new_dwellings_low",
    "many": "new_dwellings_high",
    "services": "new_jobs",
}


def _homes(study: ConversionStudy, ground: StudyGround, found: ConversionFound, lang: str) -> Sheet:
    frame = found.homes[found.homes["workers_people"] >= 1]
    fields = ["unit_name_vi", "ward_name_vi", "workers_people", ground.people]
    marks: list[VectorLayer] = [
        choropleth(
            frame[[*fields, "geometry"]],
            "workers_people",
            title=("Công nhân ước tính theo nơi ở", "Workers by home, estimated"),
            fields=fields,
            lang=lang,
        ),
        outlines(found.parks, title=("KCN chuyển đổi", "Parks converted"), fields=["jobs"], color="#b02a2a", lang=lang),
        outlines(
            found.candidates, title=("KCN tiếp nhận", "Receiving parks"), fields=["arriving_jobs"], color="#2f6f4f", lang=lang
        ),
    ]
    ways: Any = _ways(study, found).set_index("mode")
    mode = study.modes[0]
    label = value_label(mode)
    text = told(
        f"Đi làm bằng {label.vi}: {{now}} phút hiện nay, {{then}} phút nếu theo việc tới khu tiếp nhận; "
        f"{{longer}}% công nhân phải đi "
        "quá {limit} phút hoặc không tới được: họ phải chuyển nhà, có xe đưa đón hoặc đổi việc.",
        f"To work by {label.en}: {{now}} minutes today, {{then}} if they follow the job; {{longer}} % of "
        f"workers would need more than "
        "{limit} minutes or never arrive: they must move home, be bused or change jobs.",
        now=ways.loc[mode, "now_min"],
        then=ways.loc[mode, "then_min"],
        longer=ways.loc[mode, "longer_pct"],
        limit=study.long_min,
    )
    title = ("Công nhân ở đâu, đi làm xa thêm bao nhiêu?", "Where workers live, and how much farther they go")
    return _sheet(study, ground, "homes", title, text, marks, frame, lang, [HOMES, NETWORK, MODELLED])


def _access(study: ConversionStudy, ground: StudyGround, found: ConversionFound, lang: str) -> Sheet:
    modes: list[str] = [mode for mode in study.modes if mode != "car"] or [*study.modes]
    columns = [f"jobs_by_{mode}_within_{study.cutoff_min}min" for mode in modes]
    where = ["unit_name_vi", "ward_name_vi", ground.people]
    marks: list[VectorLayer] = []
    for state, (vi, en) in STATES.items():
        frame = found.access[state]
        for mode, column in zip(modes, columns, strict=True):
            label = value_label(mode)
            fields = [*where, *(f"{column}_{side}" for side in ("before", "after", "change"))]
            title = (f"{vi}: việc làm bằng {label.vi}", f"{en}: jobs by {label.en}")
            show = state == "moved" and column == columns[0]
            shown = frame[[*fields, "geometry"]]
            marks.append(choropleth(shown, f"{column}_change", title=title, fields=fields, lang=lang, show=show))
    marks.append(outlines(found.parks, title=("KCN chuyển đổi", "Parks converted"), fields=["jobs"], color="#b02a2a", lang=lang))
    of = found.winners[found.winners["unit_id"].eq("all") & found.winners["measure"].eq(columns[0])]
    all_of: Any = of.drop_duplicates("scenario").set_index("scenario")
    units = found.winners[found.winners["by"].eq("unit_id") & found.winners["measure"].eq(columns[0])]
    units = units[units["scenario"].eq("moved") & units["unit_id"].ne("all")]
    worst = units.sort_values("worse_people", ascending=False, kind="stable").iloc[0]
    label = value_label(modes[0])
    text = told(
        f"Việc làm trong {{limit}} phút bằng {label.vi}: {{worse}} người bị giảm, {{better}} người được tăng "
        f"khi chỉ di dời; nhiều người "
        f"bị giảm nhất ở {worst['name_vi']} ({{most}}). Xây mới trên đất cũ: {{left}} người còn bị giảm.",
        f"Jobs within {{limit}} minutes by {label.en}: {{worse}} people lose, {{better}} gain when jobs only "
        f"move; most of those who "
        f"lose live in {worst['name_en']} ({{most}}). With the old land rebuilt {{left}} still lose.",
        limit=study.cutoff_min,
        worse=round3(all_of.loc["moved", "worse_people"]),
        better=round3(all_of.loc["moved", "better_people"]),
        left=round3(all_of.loc["rebuilt", "worse_people"]),
        most=round3(float(worst["worse_people"])),
    )
    title = ("Ai được, ai mất việc làm trong tầm đi lại?", "Who gains and who loses jobs within reach?")
    return _sheet(study, ground, "access", title, text, marks, found.access["moved"], lang, [ASSUMED, TRANSIT, NETWORK, MODELLED])


def _housing(study: ConversionStudy, found: ConversionFound) -> Pair:
    return told(
        "Tổng việc làm được giữ nguyên: {jobs} rời đi, {jobs} đến. Nhà ở công nhân {pct}% diện tích, ít nhất "
        "{least} ha: {ha} ha, chỗ ở "
        "cho {people} người.",
        "Jobs are conserved: {jobs} leave, {jobs} arrive. Workers' housing at {pct} % of a park, at least "
        "{least} ha: {ha} ha, room for "
        "{people} people.",
        jobs=found.moves["jobs"].sum(),
        pct=study.worker_housing_pct,
        least=study.worker_housing_least_ha,
        ha=found.candidates["worker_housing_ha"].sum(),
        people=round3(found.candidates["worker_housing_people"].sum()),
    )


def _ways(study: ConversionStudy, found: ConversionFound) -> pd.DataFrame:
    """All workers by mode: minutes now and to the candidates, each weighed by the jobs that move there."""
    jobs = found.parks["jobs"]
    rows = found.commute.merge(
        found.moves.rename(columns={"candidate_id": "work_id"})[["park_id", "work_id", "jobs"]],
        how="left",
        on=["park_id", "work_id"],
    )
    own = rows["park_id"] == rows["work_id"]
    rows["weight"] = rows["jobs"].where(~own, rows["park_id"].map(jobs)).fillna(0)
    told_of = []
    for mode in study.modes:
        now, then = (rows[part & rows["mode"].eq(mode)] for part in (own, ~own))
        label = value_label(mode).head()
        told_of.append(
            {
                "mode": mode,
                "mode_vi": label.vi,
                "mode_en": label.en,
                "now_min": _mean(now, "mean_min"),
                "then_min": _mean(then, "mean_min"),
                "reached_pct": _mean(then, "reached_pct", by_reached=False),
                "longer_pct": _mean(then, "longer_pct", by_reached=False),
            }
        )
    return pd.DataFrame(told_of).round(1)


def _mean(rows: pd.DataFrame, column: str, *, by_reached: bool = True) -> float:
    """Mean over workers; minutes over those who get there."""
    weight = rows["weight"] * (rows["reached_pct"] if by_reached else 1.0)
    some = rows[column].notna() & (weight > 0)
    return float((rows[column] * weight)[some].sum() / weight[some].sum()) if some.any() else float("nan")


def _rounded(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(frame).round(0).reset_index(drop=True)


def _sheet(
    study: ConversionStudy,
    ground: StudyGround,
    name: str,
    title: Pair,
    text: Pair,
    marks: Sequence[VectorLayer],
    data: GeoDataFrame,
    lang: str,
    notes: Sequence[Pair],
) -> Sheet:
    group = group_of(study)
    return sheet(
        name,
        group,
        title,
        text,
        marks,
        data,
        lang=lang,
        sources=("industrial_parks", "jobs", "zones"),
        notes=notes,
        workspace=ground.workspace,
    )
