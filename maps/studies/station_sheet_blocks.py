"""The tables of a station's sheet, the same on paper and on the page: titles, heads and cells in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

import layers
from analyses import StationSheet, StudyGround
from analyses.studies import StationSheetsFound, StationSheetStudy
from geo import Label, format_date, format_number
from maps.blocks import Block
from maps.population_words import jobs_note, projection_note
from maps.studies.station_sheet_answers import reach, resettlement, rules, worth
from maps.studies.station_sheet_coverage import coverage
from maps.studies.station_sheet_land import land_name
from maps.studies.station_sheet_norms import needs
from maps.studies.station_sheet_words import (
    ITEMS,
    NO_ANSWER,
    NOT_ASSESSABLE,
    TODAY,
    area_name,
    said,
    said_ha,
    state_name,
)
from maps.words import value_label

_NONE = Label("", "")
_ROOM = Label("Sức chứa trong vòng tròn", "Room in the circle")
_AREAS = ("core", "ring", "circle")
ASSUMED = Label(
    "Tăng trưởng, hệ số sử dụng đất và chỉ tiêu m² là giả định của người lập quy hoạch (tệp nghiên cứu), chưa được duyệt.",
    "Growth, floor area ratios and m² are the planner's assumptions (study file), not approved.",
)
MODELLED = Label(
    "Dân số: Tổng điều tra 01/04/2019 phân bổ theo mô hình; việc làm: ước tính theo mô hình.",
    "People: census of 1 April 2019, spread by a model; jobs: a modelled estimate.",
)


def blocks_of(
    study: StationSheetStudy, ground: StudyGround, found: StationSheetsFound, sheet: StationSheet, colors: dict[str, str]
) -> dict[str, Block]:
    """All tables of a sheet by name."""
    made = [
        _amounts("people", study, found, sheet),
        _amounts("jobs", study, found, sheet),
        _land(study, sheet, colors),
        _capacity(study, sheet),
        reach(study, ground, sheet),
        worth(sheet),
        needs(study, found, sheet),
        coverage(study, found, sheet),
        resettlement(study, sheet),
        rules(found),
    ]
    return {block.name: block for block in made}


def facts(study: StationSheetStudy, ground: StudyGround, sheet: StationSheet) -> list[tuple[Label, Label]]:
    """What the head of a sheet says of the station."""
    row, corridors = sheet.station, layers.corridors()
    plan = next(one for one in study.scenarios if one.id == study.scenario)
    drawn = Label(plan.title_vi, plan.title_en)
    if study.line in corridors.index:
        drawn = Label(*(str(corridors.loc[study.line, f"name_{lang}"]) for lang in ("vi", "en")))
    found = [
        (Label("Tuyến", "Line"), drawn),
        (Label("Phương thức", "Mode"), value_label(row.get("mode", "")).head()),
        (Label("Tình trạng", "Status"), value_label(row.get("status", "")).head()),
        (Label("Lý trình", "Chainage"), _number(row.get("chainage_km"), 1, " km")),
        (Label("Sai số vị trí", "Position accurate to"), _number(row["accuracy_m"], 0, " m", "± ")),
        (Label("Ngày xét quy định", "Rules as of"), Label(format_date(study.on, "vi"), format_date(study.on, "en"))),
    ]
    if ground.embedded and row.get("as_of"):
        found.append(
            (Label("Số liệu tuyến", "Line data as of"), Label(*(format_date(str(row["as_of"]), one) for one in ("vi", "en"))))
        )
    return found


def schematic(sheet: StationSheet) -> bool:
    """Whether the station's place is a placeholder, or too inexact for its circle."""
    return bool(sheet.station.get("synthetic", False)) or not sheet.assessable


def _number(value: object, digits: int, unit: str, before: str = "") -> Label:
    number = float(value)  # type: ignore[arg-type]
    return Label(*(f"{before}{format_number(number, lang, digits=digits)}{unit}" for lang in ("vi", "en")))


def _areas(study: StationSheetStudy) -> list[str]:
    return [*_AREAS, *(f"walk_{minutes:g}min" for minutes in study.walks_min)]


def _amounts(what: str, study: StationSheetStudy, found: StationSheetsFound, sheet: StationSheet) -> Block:
    """People or jobs by area: today and every year."""
    states = [TODAY, *(str(year) for year in study.population.years)]
    rows = [
        [area_name(area, study), *(said(sheet.figure(what, area=area, state=state)) for state in states)]
        for area in _areas(study)
    ]
    base = study.population.base_year if what == "people" else study.population.jobs_base_year
    heads = [Label(f"Hiện có ({base})", f"Today ({base})"), *(state_name(state, study) for state in states[1:])]
    walk = sheet.areas[sheet.areas.index.str.startswith("walk_")]
    notes = [MODELLED, _walk_note(walk)] if what == "people" else []
    notes.append(projection_note(study.population, found.projections[what]) if what == "people" else jobs_note(study.population))
    return Block(what, ITEMS[what], [Label("Phạm vi", "Area"), *heads], rows, notes)


def _walk_note(walks: pd.DataFrame) -> Label:
    """Ped-shed ratios where there are streets, else what stands for them."""
    streets = walks[walks["method"] == "network"]
    if len(streets):
        told = {lang: ", ".join(format_number(one, lang, digits=2) for one in streets["ped_shed_ratio"]) for lang in ("vi", "en")}
        return Label(f"Tỷ lệ vùng đi bộ (ped-shed): {told['vi']}.", f"Ped-shed ratio: {told['en']}.")
    if walks.empty:
        return _NONE
    detour = {lang: format_number(float(walks["detour"].iloc[0]), lang) for lang in ("vi", "en")}
    return Label(
        f"Vùng đi bộ: vòng tròn chia hệ số đường vòng {detour['vi']} (chưa có đường nội bộ); tỷ lệ ped-shed chưa trả lời được.",
        f"Walks: circles shortened by a detour of {detour['en']} (no local streets); ped-shed ratio not answered.",
    )


def _land(study: StationSheetStudy, sheet: StationSheet, colors: dict[str, str]) -> Block:
    """Hectares by class in core and circle, share of the circle."""
    classes = [
        name
        for name in sheet.figures["item"].unique()
        if str(name).endswith("_ha") and name not in ("area_ha", "capacity_left_out_ha")
    ]
    whole = sheet.figure("area_ha").p50
    rows, shown = [], []
    for name in sorted(classes, key=lambda one: (one == "unclassified_ha", -_zero(sheet.figure(one).p90), one)):
        held = sheet.figure(name)
        if sheet.assessable and _zero(held.p90) < 0.05:  # noqa: PLR2004 - rounds to nothing
            continue
        share = NOT_ASSESSABLE if held.p50 != held.p50 else _number(100 * held.p50 / whole, 0, " %")
        use = str(name).removesuffix("_ha")
        rows.append([land_name(use), said_ha(sheet.figure(name, area="core")), said_ha(held), share])
        shown.append(colors.get(use, "#ffffff"))
    total = [
        Label("Cộng", "Total"),
        said_ha(sheet.figure("area_ha", area="core")),
        said_ha(sheet.figure("area_ha")),
        _NONE,
    ]
    if not sheet.assessable:
        rows, shown = [], []
    take = {
        "part": ("lấy phần nằm trong", "taken in part"),
        "whole": ("lấy toàn bộ", "taken whole"),
        "centroid": ("theo tâm thửa", "by its centroid"),
    }
    vi, en = take[study.take]
    notes = [Label(f"Thửa đất bị vòng tròn cắt: {vi}.", f"A parcel cut by the circle is {en}.")]
    notes += [] if "land" not in sheet.missing else [NO_ANSWER]
    if study.plan is None:
        notes.append(
            Label(
                "Sử dụng đất theo ranh sơ đồ của các khu; chưa có bản đồ quy hoạch theo thửa, phần còn lại chưa phân loại.",
                "Land use by schematic outlines of the areas; there is no plan by parcel, the rest is not classified.",
            )
        )
    head = [Label("Loại đất", "Class"), area_name("core", study), area_name("circle", study), Label("Tỷ lệ", "Share")]
    return Block("land", Label("Sử dụng đất (ha)", "Land (ha)"), head, [*rows, total], notes, [*shown, ""])


def _zero(value: float) -> float:
    return 0.0 if value != value else value  # noqa: PLR0124 - NaN is not itself


def _capacity(study: StationSheetStudy, sheet: StationSheet) -> Block:
    """Room for people and jobs in the circle by phase."""
    items = ("capacity_people", "capacity_jobs", "capacity_left_out_ha")
    head = [Label("Giai đoạn", "Phase"), *(ITEMS[item] for item in items)]
    rows = [
        [
            state_name(phase.id, study),
            *(said(sheet.figure(item, state=phase.id), digits=0 if item.endswith("_ha") else None) for item in items),
        ]
        for phase in study.phases
    ]
    if not rows:
        need = Label("Cần các giai đoạn ([[phases]] trong tệp nghiên cứu).", "Phases are needed ([[phases]] of the study).")
        return Block("capacity", _ROOM, head, [[NO_ANSWER] * len(head)], [need])
    formula = Label(
        "Sức chứa = Σ diện tích × tỷ lệ đất xây dựng × hệ số sử dụng đất × hiệu suất ÷ m² mỗi người; gồm cả đất chưa phân loại.",
        "Room = Σ area × share of plots × floor area ratio × efficiency ÷ m² a person; unclassified land included.",
    )
    return Block("capacity", _ROOM, head, rows, [formula, ASSUMED])


def blocks_in_order(blocks: dict[str, Block]) -> Iterator[Block]:
    """As a reader goes through them."""
    names = ("people", "jobs", "land", "capacity", "reach", "worth", "needs", "coverage", "resettlement", "rules")
    yield from (blocks[name] for name in names)
