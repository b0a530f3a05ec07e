"""A planned park as maps and text: who can come to work, how far trucks go, what each plan changes, how well the site fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from analyses import StudyGround
from analyses.studies import ParkFound, ParkStudy, published_ha
from maps import palettes
from maps.areas import choropleth, outlines
from maps.report import Section, section_of
from maps.sheets import Pair, Sheet, sheet, told
from maps.studies.park_labour import gain_sheet, gain_table, labour_sheet, labour_table
from maps.studies.park_parts import layers_of, notes_of, site_marks
from maps.studies.park_trucks import change_sheet, change_table, truck_sheet, truck_table
from maps.study_marks import group_of

RULE: Pair = (
    (
        "Tỷ lệ đất theo quy định nhập trong tệp nghiên cứu, chưa đối chiếu văn bản gốc; mật độ căn hộ, lao động mỗi căn và "
        "lao động mỗi "
        "ha là giả định, thay được."
    ),
    (
        "The share of land is the rule as entered in the study file, not checked against the gazette; dwellings a "
        "hectare, workers a "
        "dwelling and workers a hectare are assumptions to be replaced."
    ),
)


def sheets(study: ParkStudy, ground: StudyGround, found: ParkFound, *, lang: str) -> Iterator[Sheet]:
    """Labour, its change, freight, its change, and the site's fit."""
    yield labour_sheet(study, ground, found, lang)
    if study.further():
        yield gain_sheet(study, ground, found, lang)
    yield truck_sheet(study, ground, found, lang)
    if study.further():
        yield change_sheet(study, ground, found, lang)
    if found.siting is not None:
        yield _siting(study, ground, found, lang)


def tables(found: ParkFound) -> Mapping[str, pd.DataFrame]:
    """Labour, freight, housing, scores; the places behind the ranges and today's truck ways."""
    made = {"labour_within": found.labour, "truck_minutes": found.freight, "worker_housing": found.housing}
    scores = {} if found.scores.empty else {"site_scores": found.scores}
    return {**made, **scores, "displaced_sites": found.places, "truck_ways": found.ways}


def report(study: ParkStudy, ground: StudyGround, found: ParkFound, shown: Sequence[Sheet]) -> Sequence[Section]:
    """Each map's finding with its table, and the housing by rule."""
    scenarios = {one.id: (one.title_vi, one.title_en) for one in study.further()}
    made = {
        "labour": (labour_table(found), ("Hiện nay, theo phương thức", "Today, by mode")),
        "labour_change": (gain_table(study, found), ("Dân số thêm được so với hiện nay", "People gained against today")),
        "freight": (truck_table(study, found), ("Phút xe tải hiện nay", "Truck minutes today")),
        "freight_change": (change_table(study, found), ("Thay đổi so với hiện nay (phút)", "Change against today (min)")),
        "siting": (_score_table(found), ("Ranh sơ đồ và các khu tìm được", "The schematic outline and the sites found")),
    }
    sections = [section_of(one, table=made[one.name][0], caption=made[one.name][1]) for one in shown]
    at = 1 + max(number for number, one in enumerate(shown) if one.name.startswith("freight"))
    sections.insert(at, _housing(study, ground, found))
    heads = {**_heads(study), **{f"{name}_change": title for name, title in scenarios.items()}}
    return [replace(section, heads=heads) for section in sections]


def _heads(study: ParkStudy) -> dict[str, Pair]:
    first = study.truck_hours[0]
    hours = {f"at_{hour.replace(':', '')}_min": (f"Lúc {hour} (phút)", f"At {hour} (min)") for hour in study.truck_hours}
    return {
        **hours,
        "within_min": ("Trong (phút)", "Within (min)"),
        "people": ("Dân số", "People"),
        "people_p10": ("Dân số, p10", "People, p10"),
        "people_p90": ("Dân số, p90", "People, p90"),
        "labour_people": ("Lực lượng lao động (giả định)", "Labour force (assumed)"),
        "jobs": ("Việc làm đã có ở đó", "Jobs already there"),
        "truck_p10_min": (f"p10 lúc {first}", f"p10 at {first}"),
        "truck_p90_min": (f"p90 lúc {first}", f"p90 at {first}"),
        "dwellings_per_ha": ("Căn hộ/ha (giả định)", "Dwellings a ha (assumed)"),
        "housing_land_ha": ("Đất theo quy định (ha)", "Land by rule (ha)"),
        "dwellings": ("Số căn hộ", "Dwellings"),
        "housed_workers": ("Lao động có chỗ ở", "Workers housed"),
        "housed_workers_pct": ("Tỷ lệ (%)", "Share (%)"),
        "land_for_all_ha": ("Đất để đủ cho mọi lao động (ha)", "Land to house all (ha)"),
        "suitability": ("Mức thích hợp (0–1)", "Suitability (0–1)"),
        "suitability_p10": ("p10", "p10"),
        "suitability_p90": ("p90", "p90"),
        "excluded_pct": ("Đất bị loại trừ (%)", "Land excluded (%)"),
        "from_drawn_km": ("Cách ranh sơ đồ (km)", "From the outline (km)"),
    }


def _housing(study: ParkStudy, ground: StudyGround, found: ParkFound) -> Section:
    low, high, first = found.housing.iloc[0], found.housing.iloc[-1], found.housing.iloc[0]
    text = told(
        "Khu {area} ha cần {land} ha đất nhà ở công nhân ({share}% diện tích, không dưới {least} ha); với {workers} lao "
        "động, quỹ đất này "
        "chỉ đủ cho {low}–{high}% số lao động, tùy mật độ căn hộ.",
        "The park of {area} ha needs {land} ha of worker housing ({share} % of its area, not below {least} ha); of "
        "{workers} workers "
        "this land houses {low}–{high} %, depending on density.",
        area=study.area_ha or published_ha(study, ground),
        land=(first["housing_land_ha"], 1),
        share=(study.housing.share_pct, 1),
        least=(study.housing.least_ha, 1),
        workers=first["workers"],
        low=(low["housed_workers_pct"], 0),
        high=(high["housed_workers_pct"], 0),
    )
    table = found.housing.drop(columns="workers")
    heading = ("Nhà ở công nhân theo quy định", "Worker housing by rule")
    return Section(heading, [text], table, ("Theo mật độ căn hộ", "By density of dwellings"), notes=[RULE])


def _siting(study: ParkStudy, ground: StudyGround, found: ParkFound, lang: str) -> Sheet:
    siting = found.siting
    assert siting is not None  # noqa: S101 - asked before
    factors = list(siting.criteria.factors)
    frame = siting.zones[["suitability", *factors, "excluded_by", "geometry"]]
    barred = frame["suitability"].isna()
    sites = siting.sites.drop(columns="zone_ids")
    marks = [
        choropleth(
            frame[~barred],
            "suitability",
            title=("Mức thích hợp (0–1)", "Suitability (0–1)"),
            scheme="equal",
            fields=["suitability", *factors],
            lang=lang,
        ),
        outlines(
            sites,
            title=("Khu tìm được theo tiêu chí", "Sites found by the criteria"),
            color=palettes.ACCENT,
            width=2.6,
            lang=lang,
        ),
        *site_marks(study, ground, found, lang),
    ]
    drawn, best = found.scores.iloc[0], found.scores.iloc[1]
    text = told(
        "Ranh sơ đồ đạt {score} điểm ({low}–{high}) trên đất không bị loại trừ; {out}% diện tích bị loại trừ (khu công "
        "nghiệp, dân cư, mặt "
        "nước). Khu tốt nhất tìm được: {best} điểm, cách {km} km.",
        "The schematic outline scores {score} ({low}–{high}) on land that is not excluded; {out} % of it is excluded "
        "(industrial parks, "
        "settlements, water). The best site found: {best}, {km} km away.",
        score=(drawn["suitability"], 2),
        low=(drawn["suitability_p10"], 2),
        high=(drawn["suitability_p90"], 2),
        out=(drawn["excluded_pct"], 0),
        best=(best["suitability"], 2),
        km=(best["from_drawn_km"], 1),
    )
    title = ("Vị trí có phù hợp không?", "Does the site fit?")
    used = layers_of(ground, "science_park", "zones", "rail_stations", "river_ports", "corridors", "industrial_parks")
    return sheet(
        "siting",
        group_of(study),
        title,
        text,
        marks,
        frame,
        lang=lang,
        sources=used,
        notes=notes_of(study, ground, found),
        workspace=ground.workspace,
    )


def _score_table(found: ParkFound) -> pd.DataFrame:
    table = found.scores.copy()
    names = [("Ranh sơ đồ", "The outline as drawn"), *((f"Khu {n}", f"Site {n}") for n in range(1, len(table)))]
    table.insert(0, "name_vi", [vi for vi, _ in names])
    table.insert(1, "name_en", [en for _, en in names])
    return table.drop(columns="place")
