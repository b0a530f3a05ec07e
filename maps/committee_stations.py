"""A committee's questions answered from station sheets."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

import layers
from analyses import StudyGround
from analyses.studies import StationSheetsFound, StationSheetStudy
from geo import Label, format_date, format_number
from maps.committee_words import Answer
from maps.sheets import Pair
from maps.studies.station_sheet_words import AFTER, BEFORE, STATION, TODAY, said

_SHEETS: Label = Label("hồ sơ trạm, bảng {table}", "station sheets, table {table}")
_INPUTS = ("population", "jobs", "stations", "land_use", "bus_lines")
HEADS: dict[str, Pair] = {
    "name_vi": ("Nội dung", "Subject"),
    "rule": ("Văn bản", "Text"),
    "from_vi": ("Hiệu lực", "In force from"),
    "verified_vi": ("Đã đối chiếu?", "Verified?"),
    "layer_vi": ("Lớp số liệu", "Layer"),
    "as_of_vi": ("Năm số liệu", "As of"),
    "item_vi": ("Hạng mục", "Item"),
    "needed_vi": ("Cần (ha), năm cuối", "Needed (ha), last year"),
    "station_vi": ("Trạm", "Station"),
    "households_vi": ("Hộ trong vòng tròn", "Households in the circle"),
}
_FINDINGS: dict[str, Pair] = {
    "met": ("Đạt (trạm)", "Met (stations)"),
    "not_met": ("Chưa đạt (trạm)", "Not met (stations)"),
    "by_place": ("Tùy vị trí (trạm)", "By place (stations)"),
    "not_assessable": ("Không đánh giá được (trạm)", "Not assessable (stations)"),
}


def station_answers(study: StationSheetStudy, ground: StudyGround, found: StationSheetsFound) -> Mapping[str, Answer]:  # noqa: ARG001
    """Legal basis, years, areas, norms, households where there are buildings, who is worse off, the motorbike beside."""
    links = {
        (f"Hồ sơ: {one.station['name_vi']}", f"Sheet: {one.station['name_en']}"): f"sheets/{stop}.html"
        for stop, one in found.sheets.items()
    }
    told = {
        "basis": _basis(study, found),
        "year": _years(),
        "norms": _norms(study, found),
        "worse": _worse(study, found),
    }
    area = _area(study, found, links)
    households = _households(found, links)
    return told | ({"area": area} if area else {}) | ({"households": households} if households else {})


def _source(table: str) -> Label:
    return Label(f"Nguồn: {_SHEETS.vi.format(table=table)} (data/).", f"Source: {_SHEETS.en.format(table=table)} (data/).")


def _table(name: str) -> dict[Pair, str]:
    return {(f"Bảng {name}.csv", f"Table {name}.csv"): f"data/{name}.csv"}


def _basis(study: StationSheetStudy, found: StationSheetsFound) -> Answer:
    rules = pd.concat([found.tod_rules, found.norms.drop_duplicates("rule").head(1)])
    days = [str(day) for day in rules["valid_from"]]
    table = pd.DataFrame(
        {
            "name_vi": rules["name_vi"].to_numpy(),
            "name_en": rules["name_en"].to_numpy(),
            "rule": rules["rule"].to_numpy(),
            "from_vi": [format_date(day, "vi") for day in days],
            "from_en": [format_date(day, "en") for day in days],
            "verified_vi": ["có" if one else "chưa" for one in rules["verified"]],
            "verified_en": ["yes" if one else "no" for one in rules["verified"]],
        }
    )
    table.loc[len(found.tod_rules) :, ["name_vi", "name_en"]] = ["Chỉ tiêu quy hoạch", "Norms of planning"]
    checked = int(rules["verified"].sum())
    text = Label(
        f"{len(rules)} quy định có hiệu lực ngày {format_date(study.on, 'vi')}; đã đối chiếu công báo: {checked}.",
        f"{len(rules)} rules in force on {study.on}; verified in the gazette: {checked}.",
    )
    return Answer(text, _source("tod_rules"), table, HEADS, _table("tod_rules"))


def _years() -> Answer:
    about = layers.catalogue().loc[list(_INPUTS)]
    days = [str(day) for day in about["as_of"]]
    table = pd.DataFrame(
        {
            "layer_vi": about["title_vi"].to_numpy(),
            "layer_en": about["title_en"].to_numpy(),
            "as_of_vi": [format_date(day, "vi") for day in days],
            "as_of_en": [format_date(day, "en") for day in days],
        }
    )
    first, last = min(days), max(days)
    text = Label(
        f"Số liệu từ {format_date(first, 'vi')} đến {format_date(last, 'vi')}, theo từng lớp.",
        f"Data of {first} to {last}, layer by layer.",
    )
    return Answer(text, Label("Nguồn: danh mục lớp số liệu.", "Source: the catalogue of layers."), table, HEADS)


def _area(study: StationSheetStudy, found: StationSheetsFound, links: Mapping[Pair, str]) -> Answer | None:
    """Whether the classes of land add up to the circle, at the worst station, and how much has no class."""
    gaps, bare, circles = [], 0.0, 0.0
    for sheet in found.sheets.values():
        land = sheet.figures[
            (sheet.figures["area"] == "circle") & sheet.figures["item"].str.endswith("_ha") & (sheet.figures["state"] == TODAY)
        ]
        parts = land[~land["item"].isin(["area_ha", "capacity_left_out_ha"])]
        whole = sheet.figure("area_ha").p50
        if not len(parts) or not np.isfinite(whole):
            continue
        gaps.append(abs(float(parts["p50"].sum()) - whole) / whole * 100)
        bare += sheet.figure("unclassified_ha").p50
        circles += whole
    if not gaps:
        return None
    target = np.pi * study.radii_m[1] ** 2 / 10_000
    numbers = {
        lang: [format_number(one, lang, digits=1) for one in (target, max(gaps), 100 * bare / circles)] for lang in ("vi", "en")
    }
    vi, en = numbers["vi"], numbers["en"]
    text = Label(
        f"Mỗi vòng tròn {vi[0]} ha; từng vị trí các loại đất cộng đúng bằng vòng tròn, trung vị lệch nhiều nhất {vi[1]} %. "
        f"{vi[2]} % diện tích chưa phân loại vì chưa có bản đồ quy hoạch theo thửa."
        if study.plan is None
        else f"Mỗi vòng tròn {vi[0]} ha; trung vị các loại đất lệch nhiều nhất {vi[1]} %; {vi[2]} % chưa phân loại.",
        f"Each circle has {en[0]} ha; place by place the classes add up to it, their medians are off by at most {en[1]} %. "
        f"{en[2]} % of the area has no class, as there is no plan by parcel."
        if study.plan is None
        else f"Each circle has {en[0]} ha; the medians of the classes are off by at most {en[1]} %; {en[2]} % has no class.",
    )
    return Answer(text, _source("station_figures"), files={**_table("station_figures"), **links})


def _norms(study: StationSheetStudy, found: StationSheetsFound) -> Answer:
    """What the norms ask for at the end, and where a plan by parcel is given at how many stations it is met."""
    last = str(study.population.years[-1])
    needs = found.needs[found.needs["state"] == last]
    if study.plan is not None:
        return _met(last, needs)
    sums = needs.groupby(["planning_norm_id", "name_vi", "name_en"], sort=False)["needed_ha_p50"].sum(min_count=1).reset_index()
    table = pd.DataFrame({"item_vi": sums["name_vi"], "item_en": sums["name_en"]})
    for lang in ("vi", "en"):
        table[f"needed_{lang}"] = [format_number(one, lang, digits=1) for one in sums["needed_ha_p50"]]
    rule = ", ".join(sorted(set(needs["rule"])))
    text = Label(
        f"Mới có nhu cầu đất năm {last} theo {rule} (tổng các trạm đánh giá được, chưa trừ chồng lấn); "
        "đạt hay không thì cần bản đồ quy hoạch theo thửa.",
        f"Only the land needed in {last} by {rule} is told (sum of the assessable stations, overlaps not taken off); "
        "whether it is met needs a plan by parcel.",
    )
    return Answer(text, _source("norm_needs"), table, HEADS, _table("norm_needs"), answered=False)


def _met(last: str, needs: pd.DataFrame) -> Answer:
    """At how many stations the plan meets each norm, at how many it does not, depends on the place, or can not be told."""
    items = needs.assign(**{one: needs["met"] == one for one in _FINDINGS}).groupby(["name_vi", "name_en"], sort=False)
    counts = items[list(_FINDINGS)].sum().reset_index()
    table = counts.rename(columns={"name_vi": "item_vi", "name_en": "item_en"})
    rule, stations = ", ".join(sorted(set(needs["rule"]))), needs["stop_id"].nunique()
    sums = {one: int(counts[one].sum()) for one in _FINDINGS}
    text = Label(
        f"So quy hoạch với {rule} năm {last} tại {stations} trạm: đạt {sums['met']}, chưa đạt {sums['not_met']}, "
        f"tùy vị trí trạm {sums['by_place']}, không đánh giá được {sums['not_assessable']} lượt hạng mục. "
        "Hạng mục cấp đô thị có thể bố trí ngoài vòng tròn.",
        f"The plan against {rule} in {last} at {stations} stations: {sums['met']} items met, {sums['not_met']} not met, "
        f"{sums['by_place']} depend on the place, {sums['not_assessable']} not assessable. "
        "Items of the city may lie outside the circle.",
    )
    return Answer(text, _source("norm_needs"), table, HEADS | _FINDINGS, _table("norm_needs"))


def _households(found: StationSheetsFound, links: Mapping[Pair, str]) -> Answer | None:
    """Households that must go where land to be cleared is named, else all within the circle."""
    asked = [one for one in ("cleared_households", "households") if (found.figures["item"] == one).any()]
    if not asked:
        return None
    rows = [(sheet.station["name_vi"], sheet.station["name_en"], said(sheet.figure(asked[0]))) for sheet in found.sheets.values()]
    table = pd.DataFrame(
        {
            "station_vi": [vi for vi, _, _ in rows],
            "station_en": [en for _, en, _ in rows],
            "households_vi": [one.vi for _, _, one in rows],
            "households_en": [one.en for _, _, one in rows],
        }
    )
    text = (
        Label("Số hộ trên đất phải thu hồi, theo trạm.", "Households on land to be cleared, by station.")
        if asked[0].startswith("cleared")
        else Label(
            "Cận trên: mọi hộ trong vòng tròn, vì chưa nêu đất thu hồi.",
            "An upper bound: all households in the circle, as no land to be cleared is named.",
        )
    )
    return Answer(text, _source("station_figures"), table, HEADS, dict(links))


def _worse(study: StationSheetStudy, found: StationSheetsFound) -> Answer:
    """Stations from which fewer jobs are reached; what is not answered: who must move, who loses land."""
    item = f"jobs_within_{study.cutoff_min:g}min_by_transit"
    lost, ahead = [], 0
    for sheet in found.sheets.values():
        before, after = (sheet.figure(item, area=STATION, state=state).p50 for state in (BEFORE, AFTER))
        faster = sheet.figure(item.replace("_transit", "_motorbike"), area=STATION, state=BEFORE).p50
        lost += [sheet.station] if after < before else []
        ahead += int(faster > after)
    names = {lang: ", ".join(str(one[f"name_{lang}"]) for one in lost) for lang in ("vi", "en")}
    minutes = f"{study.cutoff_min:g}"
    named = {lang: f": {told}" if told else "" for lang, told in names.items()}
    text = Label(
        f"Việc làm tới được trong {minutes} phút bằng VTCC giảm ở {len(lost)}/{len(found.sheets)} trạm{named['vi']}; "
        f"xe máy vẫn tới được nhiều việc làm hơn ở {ahead} trạm. Người phải di dời và người mất đất: xem câu 6.",
        f"Jobs within {minutes} minutes by transit fall at {len(lost)} of {len(found.sheets)} stations{named['en']}; "
        f"the motorbike still reaches more jobs at {ahead}. Who must move or loses land: see question 6.",
    )
    return Answer(text, _source("station_figures"), files=_table("station_figures"))
