"""Words and tables of the land-use balance and the norm check, for page and workbook."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analyses import LandUseBalance, NormCheck
from geo import Label, format_date
from maps.sheets import Pair

TITLE: Pair = ("Bảng cân đối sử dụng đất", "Land-use balance")
EXAMPLE: Pair = (
    "Ví dụ minh họa: đồ án, hiện trạng, dân số và đường đều là giả định, không phải quy hoạch được duyệt.",
    "Worked example: plan, status, people and streets are made up; this is no approved plan.",
)
UNVERIFIED: Pair = (
    "Bảng quy định được dẫn lại qua nguồn thứ cấp, chưa đối chiếu với công báo; có thể thay bằng tệp quy định riêng.",
    "The tables of rules are second-hand and not verified in the gazette; a file of rules of your own replaces them.",
)
HEADS: tuple[Pair, ...] = (
    ("STT", "No."),
    ("Loại đất (tiếng Việt)", "Class of land (Vietnamese)"),
    ("Loại đất (tiếng Anh)", "Class of land (English)"),
    ("Mã lớp", "Class"),
    ("Hiện trạng (ha)", "Existing (ha)"),
    ("Hiện trạng (%)", "Existing (%)"),
    ("Hiện trạng (m²/người)", "Existing (m² a person)"),
    ("Quy hoạch (ha)", "Planned (ha)"),
    ("Quy hoạch (%)", "Planned (%)"),
    ("Quy hoạch (m²/người)", "Planned (m² a person)"),
    ("Tăng, giảm (ha)", "Change (ha)"),
)
MET = {
    "met": Label("đạt", "met"),
    "not_met": Label("chưa đạt", "not met"),
    "not_assessable": Label("không đánh giá được", "not assessable"),
    "by_place": Label("tùy vị trí trạm", "depends on the place"),
    "one_of_several": Label("xem độ phủ", "see the shares"),
}
LEVELS = {"unit": Label("đơn vị ở", "unit"), "city": Label("đô thị", "city"), "park": Label("khu công nghiệp", "park")}
COVER = {
    "street": Label("trong bán kính, theo đường đi", "within the radius by street"),
    "crow_only": Label("chỉ trong bán kính đường chim bay", "within it as the crow flies only"),
    "beyond": Label("ngoài bán kính", "beyond the radius"),
}
SUBJECTS = {
    "planning_classes": Label("loại đất quy hoạch, mẫu bảng, màu", "planning classes, form of the table, colours"),
    "land_status_codes": Label("mã loại đất hiện trạng, màu", "land status codes, colours"),
    "planning_norms": Label("chỉ tiêu", "norms"),
}


def balance_shown(balance: LandUseBalance) -> tuple[pd.DataFrame, tuple[int, ...]]:
    """The table as the page shows it, rows without land left out, and which of them are sums."""
    table = balance.table
    land = table[["existing_ha", "planned_ha"]].fillna(0).gt(0).any(axis=1)
    shown = table[land | table["kind"].isin(["section", "total", "gap"])]
    number = shown["section"].where(shown["kind"] == "section", shown["row_no"])
    told = pd.DataFrame({"row_no": number, "land_vi": shown["name_vi"], "land_en": shown["name_en"]})
    for name in ("land_vi", "land_en"):
        told[name] = told[name].where(shown["kind"] != "part", "– " + told[name])
    measures = [f"{side}_{unit}" for side in ("existing", "planned") for unit in ("ha", "pct", "m2_per_person")]
    kept = [name for name in (*measures, "planned_ha_change") if shown[name].notna().any()]
    strong = tuple(at for at, kind in enumerate(shown["kind"]) if kind in {"section", "total"})
    return pd.concat([told, shown[kept]], axis=1).reset_index(drop=True), strong


def balance_heads() -> dict[str, Pair]:
    """Heads of the shown table."""
    names = ["existing_ha", "existing_pct", "existing_m2_per_person", "planned_ha", "planned_pct", "planned_m2_per_person"]
    told = dict(zip([*names, "planned_ha_change"], HEADS[4:], strict=True))
    return {"row_no": HEADS[0], "land_vi": ("Loại đất", "Class of land"), **told}


def norm_table(check: NormCheck, lang: str) -> pd.DataFrame:
    """Norms, needs and shares of people, in one language."""
    shown = norm_shown(check)
    here = {name: name.removesuffix(f"_{lang}") for name in map(str, shown.columns) if name[-3:] in {"_vi", "_en"}}
    kept = [name for name in map(str, shown.columns) if name not in here or name.endswith(f"_{lang}")]
    return shown[kept].rename(columns=here)


def norm_shown(check: NormCheck) -> pd.DataFrame:
    """A row an item: norm, needed, planned, short, whether it is met and why that can not be told."""
    table = check.table
    met = [MET[str(one)] for one in table["met"]]
    level = [LEVELS[str(one)] for one in table["norm_level"]]
    told = pd.DataFrame({"item_vi": table["name_vi"], "item_en": table["name_en"]})
    told["level_vi"], told["level_en"] = [one.vi for one in level], [one.en for one in level]
    for name in ("m2_per_person", "needed_m2", "planned_m2", "deficit_m2", "needed_sites", "planned_sites", "value"):
        told[name] = table[name].astype(float)
    for lang in ("vi", "en"):
        words = [one.say(lang) for one in met]
        why = table[f"reason_{lang}"]
        told[f"met_{lang}"] = [f"{word}: {reason}" if reason else word for word, reason in zip(words, why, strict=True)]
    return told.reset_index(drop=True)


NORM_HEADS: dict[str, Pair] = {
    "item_vi": ("Chỉ tiêu", "Item"),
    "level_vi": ("Cấp", "Level"),
    "m2_per_person": ("Quy chuẩn (m²/người)", "Norm (m² a person)"),
    "needed_m2": ("Cần (m²)", "Needed (m²)"),
    "planned_m2": ("Quy hoạch (m²)", "Planned (m²)"),
    "deficit_m2": ("Thiếu (m²)", "Short (m²)"),
    "needed_sites": ("Cần (công trình)", "Needed (sites)"),
    "planned_sites": ("Có (công trình)", "Planned (sites)"),
    "value": ("Đạt được (m²/người; giao thông: %)", "Reached (m² a person; roads: %)"),
    "met_vi": ("Kết luận", "Finding"),
}
NORM_DIGITS = {"m2_per_person": 2, "value": 2} | dict.fromkeys(
    ("needed_m2", "planned_m2", "deficit_m2", "needed_sites", "planned_sites"), 0
)


def reach_shown(check: NormCheck) -> pd.DataFrame:
    """Shares of people within the radius, a row a norm with one; of a widest radius only where figures differ."""
    names = check.table[["name_vi", "name_en"]].rename(columns={"name_vi": "item_vi", "name_en": "item_en"})
    wide = check.coverage["radius_max_m"].notna()
    told = check.coverage.assign(**{name: check.coverage[name].where(wide) for name in ("crow_max_pct", "street_max_pct")})
    return names.join(told, how="right").reset_index(drop=True)


REACH_HEADS: dict[str, Pair] = {
    "item_vi": ("Dịch vụ", "Service"),
    "sites": ("Số điểm", "Sites"),
    "radius_m": ("Bán kính (m)", "Radius (m)"),
    "radius_max_m": ("Bán kính rộng nhất (m)", "Widest radius (m)"),
    "crow_pct": ("Theo đường chim bay (% dân số)", "As the crow flies (% of people)"),
    "street_pct": ("Theo đường đi (% dân số)", "By street (% of people)"),
    "crow_max_pct": ("Chim bay, bán kính rộng (%)", "Crow-fly, widest radius (%)"),
    "street_max_pct": ("Đường đi, bán kính rộng (%)", "By street, widest radius (%)"),
}


def rules_table(balance: LandUseBalance, norms: Sequence[NormCheck]) -> pd.DataFrame:
    """Which rule, of which days, verified or not: a row a rule."""
    rules = pd.concat([balance.rules, *(check.rules for check in norms)], ignore_index=True)
    subjects = [SUBJECTS[str(one)] for one in rules["subject"]]
    told = pd.DataFrame({"subject_vi": [one.vi for one in subjects], "subject_en": [one.en for one in subjects]})
    told["on"], told["rule"] = rules["on"], rules["rule"]
    told["valid_from"], told["valid_to"], told["rows"], told["verified"] = (
        rules[name] for name in ("valid_from", "valid_to", "rows", "verified")
    )
    return told.assign(source=rules["source"])


RULE_HEADS: dict[str, Pair] = {
    "subject_vi": ("Nội dung", "Subject"),
    "on_vi": ("Ngày xét", "Day of the check"),
    "rule": ("Văn bản", "Rule"),
    "valid_from_vi": ("Hiệu lực từ", "In force from"),
    "valid_to_vi": ("Đến", "To"),
    "rows": ("Số dòng", "Rows"),
    "verified": ("Đã đối chiếu công báo", "Verified in the gazette"),
    "source_vi": ("Nguồn", "Source"),
}


def day_pair(day: str) -> Pair:
    """A day as each language writes it."""
    return format_date(day, "vi"), format_date(day, "en")
