"""Who round a station is within reach of services: the table of its sheet, and from what places."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analyses import Range, StationSheet
from analyses.studies import StationSheetsFound, StationSheetStudy
from geo import Label, format_number
from maps.blocks import Block
from maps.studies.station_sheet_words import NOT_ASSESSABLE, TODAY, said

PLANNED = "planned"
_CROW, _STREET = Label("chim bay", "crow-fly"), Label("theo đường đi", "by street")
_HOMES = Label("– theo hộ gia đình", "– of households")
_STATES = (Label("Hiện nay", "Today"), Label("Khi có tuyến, quy hoạch", "With the line, the plan"))
_TITLE = Label("Độ phủ dịch vụ (% dân số trong vòng tròn)", "Within reach of services (% of people in the circle)")


def coverage(study: StationSheetStudy, found: StationSheetsFound, sheet: StationSheet) -> Block:
    """Per cent of people, and of households where known, within the radius of every service, today and as planned."""
    table = found.coverage.table
    mine = table[table["stop_id"] == sheet.station.name]
    measures = ["crow_pct", "street_pct"] if study.streets is not None else ["crow_pct"]
    rows = []
    for _, norm in mine.groupby("planning_norm_id", sort=False):
        by_state = {str(row["state"]): row for _, row in norm.iterrows()}
        cells = [(by_state[state], one) for state in (TODAY, PLANNED) for one in measures]
        rows.append([_named(by_state[TODAY]), *(_cell(row, one) for row, one in cells)])
        if norm["households_crow_pct_p50"].notna().any():
            rows.append([_HOMES, *(_cell(row, f"households_{one}") for row, one in cells)])
    ways = (_CROW, _STREET)[: len(measures)]
    head = [Label(f"{state.vi}, {way.vi}", f"{state.en}, {way.en}") for state in _STATES for way in ways]
    first = Label("Dịch vụ (bán kính)", "Service (radius)")
    return Block("coverage", _TITLE, [first, *head], rows, list(_notes(study, found, mine)))


def _named(norm: pd.Series) -> Label:
    radius = {lang: format_number(float(norm["radius_m"]), lang, digits=0) for lang in ("vi", "en")}
    return Label(f"{norm['name_vi']} ({radius['vi']} m)", f"{norm['name_en']} ({radius['en']} m)")


def _cell(row: pd.Series, measure: str) -> Label:
    """A share with its range, or why there is none."""
    number = Range.of(row, measure)
    if np.isfinite(number.p50):
        return said(number, digits=0)
    reason = Label(str(row["reason_vi"]), str(row["reason_en"]))
    return reason if reason.vi else NOT_ASSESSABLE


def _notes(study: StationSheetStudy, found: StationSheetsFound, mine: pd.DataFrame) -> Iterator[Label]:
    """How people and ways are counted, from which places, and what the norms in force have no radius for."""
    unsure = Label("", "") if mine["verified"].all() else Label(", chưa đối chiếu công báo", ", not verified in the gazette")
    yield Label(
        f"Dân số hiện nay, trải đều trong từng ô lưới; bán kính theo quy chuẩn{unsure.vi}.",
        f"People of today, spread evenly in their zones; radii of the norm{unsure.en}.",
    )
    if study.streets is None:
        yield Label(
            "Theo đường đi: chưa trả lời được, cần mạng đường nội bộ (streets trong tệp nghiên cứu).",
            "By street: not answered, local streets are needed (streets of the study).",
        )
    yield _origins(study, found)
    asked = {one for told in mine["service"] for one in str(told).split()}
    if "parking" not in asked:
        rule = ", ".join(sorted(set(mine["rule"])))
        yield Label(f"Bãi đỗ xe: {rule} không nêu bán kính.", f"Parking: {rule} tells no radius.")


def _origins(study: StationSheetStudy, found: StationSheetsFound) -> Label:
    """Which places were counted, how many, how well they are placed."""
    file, plan = (told.file if told else "" for told in (study.services, study.plan))
    words = {
        "file": Label(f"tệp {file}", f"file {file}"),
        "plan": Label(f"thửa của {plan}", f"parcels of {plan}"),
        "layer": Label("lớp số liệu kèm theo, có thể chưa đủ", "layers shipped, perhaps not complete"),
        "lines": Label(
            "trạm của các tuyến có trong số liệu, không phải mọi tuyến buýt",
            "stops of the lines in the data, not of every bus line",
        ),
        "scenario": Label("trạm của kịch bản, xê dịch cùng trạm", "stops of the scenario, displaced with the stations"),
    }
    told = []
    for origin, group in found.sites[found.sites["counted"]].groupby("origin", sort=False):
        word, near = words[str(origin)], _placed(group["accuracy_m"].dropna(), own=origin == "file")
        told.append(Label(f"{word.vi} ({len(group)} nơi{near.vi})", f"{word.en} ({len(group)} places{near.en})"))
    return Label(f"Nơi phục vụ: {'; '.join(one.vi for one in told)}.", f"Places: {'; '.join(one.en for one in told)}.")


def _placed(accuracy_m: pd.Series, *, own: bool) -> Label:
    """How well places are known, from the best to the worst; of a file that tells nothing, that."""
    if accuracy_m.empty:
        return Label(", chưa nêu sai số", ", accuracy not told") if own else Label("", "")
    ends = (float(accuracy_m.min()), float(accuracy_m.max()))
    told = [dict.fromkeys(format_number(one, lang, digits=0) for one in ends) for lang in ("vi", "en")]
    return Label(*(f", ± {'–'.join(one)} m" for one in told))


def services_used(found: StationSheetsFound) -> pd.DataFrame:
    """A row a service and where its places come from: how many, the worst accuracy told of them, whether a norm counts them."""
    groups = found.sites.groupby(["service", "origin", "planned", "counted"], sort=True)
    return groups.agg(sites=("level", "size"), accuracy_m=("accuracy_m", "max")).reset_index()
