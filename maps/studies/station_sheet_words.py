"""The words of a station's sheet: areas, states, items, what is said where there is no answer, how a range is written."""

from __future__ import annotations

import numpy as np

from analyses import Range
from analyses.studies import StationSheetStudy
from geo import Label, format_number
from maps.sheets import round3

TODAY, BEFORE, AFTER, STATION = "today", "before", "after", "station"
NOT_ASSESSABLE = Label("không đánh giá được", "not assessable")
NO_ANSWER = Label("chưa trả lời được", "not answered")
NOT_REACHED = Label("không tới được", "not reached")
SCHEMATIC = Label("SƠ ĐỒ", "SCHEMATIC")
HEADING = Label("HỒ SƠ TRẠM TOD", "TOD STATION SHEET")
_AREAS = {
    "core": Label("Lõi {m} m", "Core {m} m"),
    "ring": Label("Vành {core}–{m} m", "Ring {core}–{m} m"),
    "circle": Label("Vòng tròn {m} m", "Circle of {m} m"),
}
ITEMS = {
    "people": Label("Dân số (người)", "People"),
    "jobs": Label("Việc làm", "Jobs"),
    "capacity_people": Label("Sức chứa dân số (người)", "Room for people"),
    "capacity_jobs": Label("Sức chứa việc làm", "Room for jobs"),
    "capacity_left_out_ha": Label("Đất chưa có chỉ tiêu (ha)", "Land without rates (ha)"),
    "buildings": Label("Công trình", "Buildings"),
    "households": Label("Hộ gia đình", "Households"),
    "footprint_m2": Label("Diện tích xây dựng (m²)", "Footprint (m²)"),
    "cleared_buildings": Label("Công trình phải giải tỏa", "Buildings that must go"),
    "cleared_households": Label("Hộ phải tái định cư", "Households to resettle"),
    "cleared_footprint_m2": Label("Diện tích xây dựng giải tỏa (m²)", "Footprint that goes (m²)"),
    "lines": Label("Số tuyến trong 250 m", "Lines within 250 m"),
    "trips_per_hour": Label("Chuyến mỗi giờ (hai chiều)", "Departures an hour (both ways)"),
    "node_value": Label("Giá trị nút (giao thông)", "Node value (transport)"),
    "place_value": Label("Giá trị nơi chốn", "Place value"),
    "market_value": Label("Giá trị thị trường", "Market value"),
    "tod_index": Label("Chỉ số TOD", "TOD index"),
}
RANGES = Label(
    "Số liệu: trung vị (p10–p90) trên {draws} vị trí xê dịch; khoảng chứa ít nhất 80 % vị trí với độ tin cậy 95 %. "
    "Sai số trạm lớn hơn nửa bán kính: không đánh giá được.",
    "Figures: median (p10–p90) over {draws} displaced places; the range holds at least 80 % of places with 95 % confidence. "
    "Placed worse than half a radius: not assessable.",
)


def area_name(area: str, study: StationSheetStudy) -> Label:
    """What readers call an area."""
    if area in _AREAS:
        core, whole = (format_number(radius, "vi", digits=0) for radius in study.radii_m)
        m = core if area == "core" else whole
        english = m.replace(".", ",")
        return Label(_AREAS[area].vi.format(m=m, core=core), _AREAS[area].en.format(m=english, core=core))
    minutes = area.removeprefix("walk_").removesuffix("min")
    return Label(f"Đi bộ {minutes} phút", f"Walk of {minutes} min")


def state_name(state: str, study: StationSheetStudy) -> Label:
    """Today, a year, a phase."""
    phases = {phase.id: Label(phase.title_vi, phase.title_en) for phase in study.phases}
    told = {TODAY: Label("Hiện nay", "Today"), BEFORE: Label("Hiện nay", "Today"), AFTER: Label("Có tuyến", "With the line")}
    return phases.get(state) or told.get(state) or Label(state, state)


def said(number: Range, *, digits: int | None = None, unknown: Label = NOT_ASSESSABLE) -> Label:
    """A range as readers want it: the median, and p10–p90 behind it where they differ."""
    if np.isnan(number.p50):
        return unknown
    texts = []
    for lang in ("vi", "en"):
        middle, low, high = (_written(value, lang, digits) for value in (number.p50, number.p10, number.p90))
        texts.append(middle if low == middle == high else f"{middle} ({low}–{high})")
    return Label(texts[0], texts[1])


def _written(value: float, lang: str, digits: int | None) -> str:
    if np.isinf(value):
        return NOT_REACHED.say(lang)
    return format_number(round3(value) if digits is None else value, lang, digits=0 if digits is None else digits)


def said_ha(number: Range) -> Label:
    """Hectares: whole where there are ten or more."""
    return said(number, digits=0 if number.p90 >= 10 else 1)  # noqa: PLR2004 - two digits say enough
