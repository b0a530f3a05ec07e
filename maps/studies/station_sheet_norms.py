"""The table of norms of a station's sheet: needed, planned, what is short or to spare, and whether it is met."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses import Range, StationSheet
from analyses.studies import StationSheetsFound, StationSheetStudy
from geo import Label, format_number
from maps.balance_words import LEVELS, MET
from maps.blocks import Block
from maps.studies.station_sheet_words import NOT_ASSESSABLE, TODAY, said, state_name

NO_PLAN = Label("chưa có quy hoạch", "no plan given")
CITY = Label(
    "Hạng mục cấp đô thị có thể bố trí ngoài vòng tròn: thiếu ở đây chưa phải là không đạt quy chuẩn.",
    "Items of the city may lie outside the circle: short here is not yet a breach of the norm.",
)
WITHOUT = Label(
    "Chưa có quy hoạch theo thửa ([plan] trong tệp nghiên cứu): chưa nêu được đất đã bố trí và phần thiếu.",
    "No plan by parcel is given ([plan] of the study): neither planned land nor what is short is told.",
)
_SITES = Label("có {planned}/{needed} công trình", "{planned} of {needed} sites")


def needs(study: StationSheetStudy, found: StationSheetsFound, sheet: StationSheet) -> Block:
    """Land that norms ask for, what is planned, what is short: of the last two years; today's needs where there is no plan."""
    mine = found.needs[found.needs["stop_id"] == sheet.station.name]
    years = [str(year) for year in study.population.years[-2:]]
    states = years if study.plan is not None else [TODAY, *years]
    by_state = {str(state): rows.reset_index(drop=True) for state, rows in mine.groupby("state", sort=False)}
    rows = []
    for at, norm in by_state[years[-1]].iterrows():
        level = LEVELS[str(norm["norm_level"])]
        name = Label(f"{norm['name_vi']} (cấp {level.vi})", f"{norm['name_en']} ({level.en})")
        needed = [said(Range.of(by_state[state].iloc[int(str(at))], "needed_ha"), digits=2) for state in states]
        rows.append([name, *needed, *(_planned(norm, sheet) if study.plan is not None else [NO_PLAN])])
    head = [Label("Hạng mục", "Item"), *(_needed(state_name(state, study)) for state in states), Label("Quy hoạch", "Planned")]
    if study.plan is not None:
        last = state_name(years[-1], study)
        head += [Label(f"Dư, thiếu {last.vi}", f"Spare, short {last.en}"), Label("Kết luận", "Finding")]
    title = Label("Quy chuẩn và quy hoạch (ha, trong vòng tròn)", "Norms and plan (ha, in the circle)")
    return Block("needs", title, head, rows, _notes(study, mine))


def _needed(state: Label) -> Label:
    return Label(f"Cần, {state.vi[:1].lower()}{state.vi[1:]}", f"Needed, {state.en[:1].lower()}{state.en[1:]}")


def _planned(norm: pd.Series, sheet: StationSheet) -> list[Label]:
    """Planned, to spare or short, and the finding with its reason."""
    if not sheet.assessable:
        return [NOT_ASSESSABLE] * 3
    finding, reason = MET[str(norm["met"])], Label(str(norm["reason_vi"]), str(norm["reason_en"]))
    if reason.vi:
        finding = Label(f"{finding.vi}: {reason.vi}", f"{finding.en}: {reason.en}")
    if np.isfinite(norm["needed_sites_p50"]):
        counts = {name: said(Range.of(norm, f"{name}_sites"), digits=0) for name in ("planned", "needed")}
        told = [_SITES.say(lang).format(**{name: one.say(lang) for name, one in counts.items()}) for lang in ("vi", "en")]
        finding = Label(f"{finding.vi}; {told[0]}", f"{finding.en}; {told[1]}")
    return [said(Range.of(norm, "planned_ha"), digits=2), said_surplus(Range.of(norm, "surplus_ha")), finding]


def said_surplus(number: Range) -> Label:
    """Hectares to spare or short in words, the range behind them where they differ."""
    if np.isnan(number.p50):
        return NOT_ASSESSABLE
    words = {"vi": ("thiếu", "dư", "đến"), "en": ("short", "spare", "to")}
    told = []
    for lang, (less, more, to) in words.items():
        low, middle, high = (format_number(abs(one), lang, digits=2) for one in number)
        word = less if number.p50 < 0 else more
        if low == middle == high and (number.p10 < 0) == (number.p90 < 0):
            told.append(f"{word} {middle}")
        elif number.p10 < 0 <= number.p90:
            told.append(f"{word} {middle} ({less} {low} {to} {more} {high})")
        else:
            ends = (high, low) if number.p50 < 0 else (low, high)
            told.append(f"{word} {middle} ({ends[0]}–{ends[1]})")
    return Label(told[0], told[1])


def _notes(study: StationSheetStudy, mine: pd.DataFrame) -> list[Label]:
    """Which rule, verified or not, how much of the circle the plan covers, where items of the city may lie."""
    rule = ", ".join(sorted(set(mine["rule"])))
    checked = bool(mine["verified"].all())
    told = [
        Label(f"Quy chuẩn: {rule}, đã đối chiếu công báo.", f"Norm: {rule}, verified in the gazette.")
        if checked
        else Label(
            f"Quy chuẩn: {rule}, dẫn lại, chưa đối chiếu công báo.", f"Norm: {rule}, second-hand, not verified in the gazette."
        )
    ]
    if study.plan is None:
        return [*told, WITHOUT]
    covered = mine["plan_covered_pct"].dropna()
    if len(covered):
        pct = {lang: format_number(float(covered.iloc[0]), lang, digits=0) for lang in ("vi", "en")}
        told.append(
            Label(
                f"Quy hoạch phủ {pct['vi']} % vòng tròn; thửa bị cắt tính như ở bảng sử dụng đất.",
                f"The plan covers {pct['en']} % of the circle; a cut parcel counts as in the table of land.",
            )
        )
    return [*told, CITY]
