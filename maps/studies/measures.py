"""Every measure as maps, charts and tables: access, gaps between districts, and the list that says where each measure stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

from analyses import StudyGround
from analyses.studies import DECAYS, MeasuresFound, MeasuresStudy
from maps import palettes
from maps.areas import choropleth
from maps.charts import decay_chart, lorenz_chart
from maps.report import Section, section_of
from maps.sheets import MODELLED, NETWORK, TRANSIT, Pair, Sheet, sheet, told
from maps.study_marks import group_of

SOURCES = ("zones", "jobs", "bus_lines", "metro_lines", "units")
MODES = {"motorbike": ("xe máy", "motorbike"), "transit": ("vận tải công cộng", "transit")}
WHAT = {
    "jobs": ("Việc làm trong 45 phút", "Jobs within 45 min"),
    "hospitals": ("Bệnh viện trong 30 phút", "Hospitals within 30 min"),
}
FAMILIES = {
    "access": ("Tiếp cận", "Access"),
    "equity": ("Công bằng", "Equity"),
    "land": ("Sử dụng đất và biến động đất", "Land use and its change"),
    "rasters": ("Dữ liệu raster", "Rasters"),
    "stations": ("Nhà ga và TOD", "Stations and TOD"),
    "networks": ("Mạng lưới, độ bền và chỉ tiêu chuẩn", "Networks, robustness and standard indicators"),
    "costs": ("Tuyến metro số 1 và chi phí chuyến đi", "Metro line 1 and the cost of trips"),
    "sites": ("Chọn vị trí và mức thích hợp", "Sites and suitability"),
    "planning": ("Thực hành quy hoạch", "Planning practice"),
}
BASIS = {
    "region": ("số liệu vùng", "the region's data"),
    "derived": ("suy ra", "derived"),
    "example": ("ví dụ", "example"),
}
UNITS_VI = {
    "jobs": "việc làm",
    "min": "phút",
    "jobs / 100 people": "việc làm / 100 người",
    "people": "người",
    "people in 2030": "người năm 2030",
    "ratio": "tỷ số",
    "index": "chỉ số",
    "person hours": "người·giờ",
    "weight at 20 min": "trọng số tại phút 20",
    "weight": "trọng số",
    "% held by the worse-off half": "% do nửa tiếp cận kém hơn nắm giữ",
    "index between districts": "chỉ số giữa các huyện",
    "% of people": "% dân số",
    "people / ha": "người/ha",
    "1 / km": "1/km",
    "classes": "loại đất",
    "0–1, people and jobs": "0–1, người và việc làm",
    "ha gained": "ha tăng thêm",
    "ha built-up": "ha đất xây dựng",
    "ha changed": "ha thay đổi",
    "min / km": "phút/km",
    "min on foot": "phút đi bộ",
    "ha, weighted": "ha quy đổi",
    "degrees": "độ",
    "people within 1 km": "người trong 1 km",
    "departures / h": "chuyến/giờ",
    "trips / h": "chuyến/giờ",
    "pairs": "cặp nút",
    "min a trip": "phút mỗi chuyến",
    "lanes": "làn xe",
    "km / 1,000,000": "km/1 triệu dân",
    "person minutes": "người·phút",
    "sites": "địa điểm",
    "VND": "đồng",
}
HEADS = {
    "measure": ("Phép đo", "Measure"),
    "table": ("Bảng (data/)", "Table (data/)"),
    "value": ("Giá trị", "Value"),
    "unit_vi": ("Đơn vị", "Unit"),
    "basis_vi": ("Cơ sở", "Basis"),
    "equals": ("Đối chiếu với", "Equals"),
    "note_vi": ("Ghi chú", "Note"),
    "level_vi": ("Mức tiếp cận", "Access"),
    "name_vi": ("Huyện, thành phố", "District"),
    "mode_vi": ("Phương tiện", "Mode"),
    "jobs_within_45min": ("Chủ động, không cạnh tranh: việc làm trong 45 phút", "Active, competition-free: jobs within 45 min"),
    "jobs_per_100_people": ("Có cạnh tranh (2SFCA): việc làm/100 người", "Competitive (2SFCA): jobs per 100 people"),
    "available_jobs_per_100_people": (
        "Có cạnh tranh (phân bổ): việc làm/100 người",
        "Competitive (spatial availability): jobs per 100 people",
    ),
    "people_within_45min": ("Bị động: người tới được trong 45 phút", "Passive: people who get here within 45 min"),
    "boundary_cut_pct": ("Phần vùng với tới bị ranh giới cắt (%)", "Reach cut by the border (%)"),
    "jobs_by_motorbike_gap_pct": ("Việc làm, xe máy (%)", "Jobs, motorbike (%)"),
    "jobs_by_transit_gap_pct": ("Việc làm, VTCC (%)", "Jobs, transit (%)"),
    "hospitals_by_motorbike_gap_pct": ("Bệnh viện, xe máy (%)", "Hospitals, motorbike (%)"),
    "hospitals_by_transit_gap_pct": ("Bệnh viện, VTCC (%)", "Hospitals, transit (%)"),
    "gini": ("Gini", "Gini"),
    "palma": ("Palma", "Palma"),
    "theil": ("Theil", "Theil"),
    "atkinson": ("Atkinson (ε = 0,5)", "Atkinson (ε = 0.5)"),
    "concentration_index": ("Chỉ số tập trung theo mật độ dân", "Concentration by density of people"),
    "below_half_median_pct": ("Dân số dưới nửa trung vị (%)", "People under half the median (%)"),
}
BORDER = (
    "Người và việc làm ngoài ranh giới không được tính: nơi phần bị cắt lớn, giá trị là cận dưới.",
    "People and jobs behind the border are not counted: where much is cut, values are lower bounds.",
)
DECAY_MINUTES = ("Trọng số theo phút đi", "Weights by minute of travel")
SIDE_BY_SIDE = ("Bình quân theo dân số; có và không có cạnh tranh", "Means over people; with and without competition")
BREAKS_PCT = [-75, -50, -25, 25, 50, 75]
COLORS = palettes.diverging(3, 3)  # worse than the region's mean, about it, better


def sheets(study: MeasuresStudy, ground: StudyGround, found: MeasuresFound, *, lang: str) -> Iterator[Sheet]:
    """Access by both modes, and the gaps between districts."""
    group = group_of(study)
    shared: dict[str, Any] = {"lang": lang, "sources": SOURCES, "notes": [NETWORK, TRANSIT, MODELLED, BORDER]}
    zones = found.access
    columns = [name for name in map(str, zones.columns) if name not in ("geometry", "unit_id", "name_vi", "name_en")]
    shown = [name for name in columns if zones[name].notna().any() and name != ground.people]
    marks = [choropleth(zones, name, fields=["name_vi", *columns], lang=lang, show=at == 0) for at, name in enumerate(shown)]
    side = found.tables["access_side_by_side"].set_index(["unit_id", "mode"]).loc["all"]
    text = told(
        "Bình quân một người tới được {motorbike} việc làm trong 45 phút bằng xe máy, {transit} bằng vận tải công cộng.",
        "The average person reaches {motorbike} jobs within 45 minutes by motorbike, {transit} by transit.",
        **{mode: float(value) for mode, value in zip(side.index.astype(str), side["jobs_within_45min"], strict=True)},
    )
    yield sheet("zones_access", group, ("Tiếp cận theo ô lục giác", "Access by hexagon"), text, marks, zones, **shared)
    gaps = found.gaps
    named = [name for name in map(str, gaps.columns) if name.endswith("_gap_pct")]
    fields = [name for name in map(str, gaps.columns) if name not in ("geometry", "name_en")]
    far = [
        choropleth(gaps, name, title=HEADS[name], scheme=BREAKS_PCT, palette=COLORS, fields=fields, lang=lang, show=at == 0)
        for at, name in enumerate(named)
    ]
    title = ("Chênh lệch tiếp cận giữa các huyện", "Gaps of access between districts")
    yield sheet("gaps", group, title, _gap_text(gaps), far, gaps, **shared)


def tables(found: MeasuresFound) -> Mapping[str, pd.DataFrame]:
    """Where each measure stands, then every table."""
    mapped = ("zones_access", "gaps")  # written with their maps
    return {"measures_used": found.used, **{name: table for name, table in found.tables.items() if name not in mapped}}


def report(study: MeasuresStudy, ground: StudyGround, found: MeasuresFound, shown: Sequence[Sheet]) -> Sequence[Section]:  # noqa: ARG001 - as above
    """Access side by side, equity with its curves and gaps, weights by minute, then every measure by family."""
    access, gaps = shown
    side = found.tables["access_side_by_side"]
    said = {f"mode_{lang}": [MODES[mode][at] for mode in side["mode"]] for at, lang in enumerate(("vi", "en"))}
    columns = [str(name) for name in side.columns[5:] if name != "jobs_gravity"]
    beside = side.assign(**said)[["name_vi", "name_en", *said, *columns]].round(1)
    parts = found.gaps.drop(columns=["geometry"]).reset_index(drop=True)
    kept = ["name_vi", "name_en", ground.people, *(c for c in parts if str(c).endswith("_gap_pct"))]
    caption = ("Chênh so với bình quân vùng (%)", "Off the region's mean (%)")
    weights = found.tables["decays"]
    plain = {str(name): (str(name).removeprefix("decay_"),) * 2 for name in weights.columns[1:]}
    curves = (_lorenz(found, "vi"), _lorenz(found, "en"))
    return [
        _section(access, beside, SIDE_BY_SIDE, [BORDER]),
        Section(FAMILIES["equity"], [_equity_text(found)], _equity(found), heads=HEADS, picture=curves),
        _section(gaps, parts[kept].round(0), caption, []),
        Section(DECAY_MINUTES, table=weights, heads=plain, picture=(_decays("vi"), _decays("en"))),
        *(_family(found, name) for name in FAMILIES),
    ]


def _section(made: Sheet, table: pd.DataFrame, caption: Pair, notes: list[Pair]) -> Section:
    plain = section_of(made, table=table, caption=caption)
    return Section(plain.heading, plain.text, table, caption, HEADS, plain.picture, notes=notes)


def _level(name: str) -> Pair:
    what, mode = name.split("_by_", maxsplit=1)[0], name.split("_by_")[1].split("_within", maxsplit=1)[0]
    return f"{WHAT[what][0]}, {MODES[mode][0]}", f"{WHAT[what][1]}, {MODES[mode][1]}"


def _equity(found: MeasuresFound) -> pd.DataFrame:
    table = found.tables["equity"]
    said = [_level(str(name)) for name in table["measure"]]
    out = table.drop(columns="measure").round(3)
    out.insert(0, "level_vi", [vi for vi, _ in said])
    out.insert(1, "level_en", [en for _, en in said])
    return out


def _equity_text(found: MeasuresFound) -> Pair:
    table = found.tables["equity"].set_index("measure")["gini"]
    parts = found.tables["equity_by_district"]
    first = parts[parts["measure"].eq("jobs_by_motorbike_within_45min")]
    share = 100 * first["between"].sum() / (first["between"].sum() + first["within"].sum())
    return told(
        "Tính theo dân số: hệ số Gini của tiếp cận việc làm là {bike} bằng xe máy và {bus} bằng vận tải công cộng; {share} % "
        "bất bình đẳng (Theil, xe máy) là giữa các huyện.",
        "Weighted by people: the Gini of access to jobs is {bike} by motorbike and {bus} by transit; {share} % of the inequality "
        "(Theil, motorbike) lies between districts.",
        bike=(float(table["jobs_by_motorbike_within_45min"]), 2),
        bus=(float(table["jobs_by_transit_within_45min"]), 2),
        share=float(share),
    )


def _gap_text(gaps: GeoDataFrame) -> Pair:
    level = gaps["jobs_by_motorbike_gap_pct"]
    best, worst = gaps.loc[level.idxmax()], gaps.loc[level.idxmin()]
    return told(
        f"Việc làm bằng xe máy: {best['name_vi']} cao hơn bình quân vùng {{best}} %, {worst['name_vi']} thấp hơn {{worst}} %.",
        f"Jobs by motorbike: {best['name_en']} is {{best}} % above the region's mean, {worst['name_en']} {{worst}} % below.",
        best=float(level.max()),
        worst=-float(level.min()),
    )


def _lorenz(found: MeasuresFound, lang: str) -> Callable[[Path], object]:
    names = [str(name) for name in found.tables["equity"]["measure"]]
    levels = found.access[names].fillna(0)
    title = ("Đường cong Lorenz của tiếp cận", "Lorenz curves of access")
    return partial(_drawn, levels, found.people, title=title, names={name: _level(name) for name in names}, lang=lang)


def _decays(lang: str) -> Callable[[Path], object]:
    names = {name: (name.removeprefix("decay_"),) * 2 for name in DECAYS}
    return partial(_weights, names=names, lang=lang)


def _weights(path: Path, *, names: dict[str, Pair], lang: str) -> Path:
    return decay_chart(DECAYS, path, title=DECAY_MINUTES, names=names, lang=lang)


def _drawn(levels: pd.DataFrame, people: pd.Series, path: Path, *, title: Pair, names: dict[str, Pair], lang: str) -> Path:
    return lorenz_chart(levels, people, path, title=title, names=names, lang=lang)


def _family(found: MeasuresFound, name: str) -> Section:
    rows = found.used[found.used["family"].eq(name)].reset_index(drop=True)
    table = pd.DataFrame({"measure": rows["measure"] + "()", "table": rows["table"] + ".csv", "value": rows["value"]})
    table["unit_vi"], table["unit_en"] = rows["unit"].map(lambda unit: UNITS_VI.get(unit, unit)), rows["unit"]
    for at, lang in enumerate(("vi", "en")):
        table[f"basis_{lang}"] = [BASIS[one][at] for one in rows["basis"]]
    table = table.assign(equals=rows["equals"], note_vi=rows["note_vi"], note_en=rows["note_en"])
    return Section(FAMILIES[name], table=table, heads=HEADS)
