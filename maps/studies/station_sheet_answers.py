"""The second half of a station's tables: reach before and after, worth, resettlement, rules."""

from __future__ import annotations

import pandas as pd

from analyses import StationSheet, StudyGround
from analyses.studies import StationSheetsFound, StationSheetStudy
from geo import Label, format_date, format_number
from maps.background import short_names
from maps.blocks import Block
from maps.studies.station_sheet_words import (
    AFTER,
    BEFORE,
    ITEMS,
    NO_ANSWER,
    NOT_ASSESSABLE,
    STATION,
    area_name,
    said,
    state_name,
)
from maps.words import value_label

_NONE = Label("", "")


def reach(study: StationSheetStudy, ground: StudyGround, sheet: StationSheet) -> Block:
    """What is reached from the station before and after, with the motorbike."""
    cutoff = f"{study.cutoff_min:g}"
    names = short_names(ground.destinations)
    pairs: list[tuple[Label, str, str | None]] = [
        (
            Label(f"Việc làm trong {cutoff} phút", f"Jobs within {cutoff} min"),
            f"jobs_within_{cutoff}min_by_transit",
            f"jobs_within_{cutoff}min_by_motorbike",
        )
    ]
    for place in study.destinations:
        to = Label(f"Phút đến {names.loc[place, 'name_vi']}", f"Minutes to {names.loc[place, 'name_en']}")
        pairs.append((to, f"transit_to_{place}_min", f"motorbike_to_{place}_min"))
    pairs += [(ITEMS[item], item, None) for item in ("lines", "trips_per_hour")]
    rows = []
    for label, transit, motorbike in pairs:
        before, after = (
            said(sheet.figure(transit, area=STATION, state=state), digits=_digits(transit)) for state in (BEFORE, AFTER)
        )
        beside = (
            _NONE if motorbike is None else said(sheet.figure(motorbike, area=STATION, state=BEFORE), digits=_digits(transit))
        )
        rows.append([label, before, after, beside])
    head = [
        Label("Từ trạm, 7 giờ sáng", "From the station, at seven"),
        state_name(BEFORE, study),
        state_name(AFTER, study),
        Label("Xe máy", "Motorbike"),
    ]
    head[0] = Label(f"Từ trạm, {study.departure.time}", f"From the station, {study.departure.time}")
    note = Label(
        "Hiện nay: buýt KAZE (2018) và Metro số 1 TP.HCM; có tuyến: cả tuyến đặt lại theo từng vị trí xê dịch của các trạm.",
        "Today: KAZE buses (2018), Metro Line 1 of HCMC; with the line: laid anew for every displaced place of its stations.",
    )
    return Block("reach", Label("Trước và sau khi có tuyến", "Before and after the line"), head, rows, [note])


def _digits(item: str) -> int | None:
    return 0 if item.endswith("_min") or item == "lines" else 1 if item == "trips_per_hour" else None


def worth(sheet: StationSheet) -> Block:
    """Node, place and market value, TOD index, class."""
    head = [Label("Giá trị (0–1)", "Value (0–1)"), Label("Trung vị (p10–p90)", "Median (p10–p90)")]
    if sheet.worth.empty:
        rows = [[ITEMS[name], NOT_ASSESSABLE] for name in ("node_value", "place_value", "market_value", "tod_index")]
    else:
        rows = [
            [ITEMS[name], said(sheet.worth_of(name), digits=2)]
            for name in ("node_value", "place_value", "market_value", "tod_index")
        ]
        share = format_number(float(sheet.worth["class_pct"]), "vi", digits=0)
        kind = value_label(sheet.worth["node_place_class"])
        rows.append(
            [
                Label("Nhóm nút – nơi chốn", "Node–place class"),
                Label(f"{kind.vi} ({share} % vị trí)", f"{kind.en} ({share} % of places)"),
            ]
        )
    note = Label("So với các trạm đánh giá được của chính tuyến này.", "Relative to the assessable stations of this line.")
    return Block(
        "worth",
        Label("Nút – nơi chốn – thị trường (Ngân hàng Thế giới, 3V)", "Node – place – market (World Bank, 3V)"),
        head,
        rows,
        [note],
    )


def resettlement(study: StationSheetStudy, sheet: StationSheet) -> Block:
    """Buildings and households in core and circle, or why there is no answer."""
    head = [Label("Trong phạm vi", "Within"), area_name("core", study), area_name("circle", study)]
    title = Label("Công trình và hộ phải di dời", "Buildings and households to resettle")
    if "buildings" in sheet.missing:
        need = Label(
            "Cần lớp công trình có số hộ ([buildings] trong tệp nghiên cứu).",
            "A layer of buildings with households is needed ([buildings] in the study).",
        )
        return Block(
            "resettlement", title, head, [[Label("Không có lớp công trình", "No buildings layer"), NO_ANSWER, NO_ANSWER]], [need]
        )
    items = [
        item
        for item in sheet.figures["item"].unique()
        if item in ITEMS and ("buildings" in item or "households" in item or "footprint" in item)
    ]
    rows = [[ITEMS[item], *(said(sheet.figure(item, area=area)) for area in ("core", "circle"))] for item in items]
    notes = []
    if not study.cleared:
        notes.append(
            Label(
                "Chưa nêu đất thu hồi: đây là toàn bộ công trình trong phạm vi, cận trên.",
                "No land to be cleared is named: these are all buildings within, an upper bound.",
            )
        )
    if "households" not in items:
        notes.append(
            Label("Lớp công trình không có số hộ: số hộ chưa trả lời được.", "The layer tells no households: not answered.")
        )
    return Block("resettlement", title, head, rows, notes)


def rules(found: StationSheetsFound) -> Block:
    """Which rule, of which date, verified or not."""
    rows = []
    for table in (found.tod_rules, found.norms.drop_duplicates("rule").head(1)):
        for _, row in _in_order(table).iterrows():
            day = str(row["valid_from"])
            until = str(row["valid_to"] or "")
            dates = Label(*(_dates(day, until, lang) for lang in ("vi", "en")))
            checked = Label("đã", "yes") if row["verified"] else Label("chưa", "no")
            subject = (
                Label(str(row["name_vi"]), str(row["name_en"]))
                if table is found.tod_rules
                else Label("Chỉ tiêu quy hoạch", "Norms of planning")
            )
            rows.append([subject, Label(str(row["rule"]), str(row["rule"])), dates, checked])
    head = [
        Label("Quy định", "Rule"),
        Label("Văn bản", "Text"),
        Label("Hiệu lực", "In force"),
        Label("Đã đối chiếu?", "Verified?"),
    ]
    note = Label(
        "Các quy định được dẫn lại từ văn bản công khai, chưa đối chiếu với công báo.",
        "The rules are second-hand from public texts, not verified in the gazette.",
    )
    return Block("rules", Label("Căn cứ: quy định nào, ngày nào", "Basis: which rule, of which date"), head, rows, [note])


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """The area first, then the law, the newest first."""
    if "subject" not in table:
        return table
    rank = table["subject"].map({"circle": 0, "core": 1, "law": 2}).fillna(3)
    newest = table.assign(rank=rank).sort_values(["valid_from", "rule"], ascending=False, kind="stable")
    return newest.sort_values("rank", kind="stable")


def _dates(start: str, end: str, lang: str) -> str:
    first = format_date(start, lang)
    if end:
        return f"{first} – {format_date(end, lang)}"
    return f"từ {first}" if lang == "vi" else f"from {first}"
