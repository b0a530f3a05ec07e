"""The land-use balance as a workbook whose totals, shares and m² a person are formulas, as committees recompute them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analyses import LandUseBalance, NormCheck
from geo import Label, write_zip
from maps.balance_words import HEADS, TITLE, norm_table, rules_table

_FIRST, _TEXTS = 8, 4  # the first row under the head, columns of text before the numbers
_PEOPLE = {"existing": "$C$4", "planned": "$C$5"}
_HA = {"existing": "E", "planned": "H"}
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_WIDTHS = (7, 58, 58, 34, 14, 11, 14, 14, 11, 14, 14)


def save_balance(balance: LandUseBalance, path: str | Path, *, norms: Sequence[NormCheck] = (), lang: str = "vi") -> Path:
    """Write the balance as .xlsx and return its path: one sheet the table, then overlaps and gaps, norms, rules and notes.

    The hectares of classes and gaps are numbers; sums of rows and sections, the total, shares, m² a person and changes are
    formulas over them and over the two cells of people, so that a change of either is carried through. Same balance, same bytes.
    ``norms``: a sheet each. ``lang`` of the heads and notes; names stand in both.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - only workbooks need it

    book = Workbook()
    _balance_sheet(book.active, balance, lang)
    _plain(book, ("Chồng lấn, khoảng hở", "Overlaps, gaps")[lang != "vi"], _faults(balance))
    for check in norms:
        day = str(check.rules["on"].iloc[0])
        _plain(book, f"QCVN {day}", norm_table(check, lang))
    _plain(book, ("Quy định", "Rules")[lang != "vi"], rules_table(balance, norms))
    notes = pd.DataFrame([tuple(note) for note in balance.notes], columns=["vi", "en"])
    _plain(book, ("Ghi chú", "Notes")[lang != "vi"], notes)
    return write_zip(path, _members(book))


def _balance_sheet(sheet: Any, balance: LandUseBalance, lang: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415 - only workbooks need it

    sheet.title = Label(*TITLE).say(lang)[:31]
    bold, grey = Font(bold=True), PatternFill("solid", fgColor="EFEFEA")
    told = [TITLE[0], TITLE[1], _rule_line(balance).say(lang)]
    for at, text in enumerate(told, 1):
        _text(sheet.cell(at, 1), text).font = Font(bold=at == 1, size=14 if at == 1 else 11)
    for row, (label, people) in {
        4: (Label("Dân số hiện trạng (người)", "People today"), balance.existing_people),
        5: (Label("Dân số quy hoạch (người)", "People of the plan"), balance.people),
    }.items():
        _text(sheet.cell(row, 2), label.say(lang))
        sheet.cell(row, 3).value = people
    for column, head in enumerate(HEADS, 1):
        cell = _text(sheet.cell(_FIRST - 1, column), Label(*head).say(lang))
        cell.font, cell.fill, cell.alignment = bold, grey, Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[cell.column_letter].width = _WIDTHS[column - 1]
    table = balance.table
    for at, (row_id, kind) in enumerate(zip(table.index, table["kind"], strict=True)):
        strong = kind in {"section", "total"}
        for column, value in enumerate(_cells(table, str(row_id), at), 1):
            cell = sheet.cell(_FIRST + at, column)
            formula = isinstance(value, str) and value.startswith("=") and column > _TEXTS
            cell.value = value if formula or not isinstance(value, str) else None
            if isinstance(value, str) and not formula:
                _text(cell, value)
            cell.font = Font(bold=strong, italic=kind == "part")
            if column > _TEXTS:
                cell.number_format = "#,##0.00"
            if strong:
                cell.fill = grey
    sheet.freeze_panes = sheet.cell(_FIRST, 3)


def _cells(table: pd.DataFrame, row_id: str, at: int) -> list[Any]:
    """Texts, then hectares, %, m² a person of both sides and the change, of one row."""
    row, here, last = table.loc[row_id], _FIRST + at, _FIRST + len(table) - 1
    number = str(row["section"]) if row["kind"] == "section" else str(row["row_no"])
    cells: list[Any] = [number, str(row["name_vi"]), str(row["name_en"]), str(row["class_id"])]
    for side, column in _HA.items():
        known = bool(table[f"{side}_ha"].notna().any())
        cells += (
            [
                _sum(table, at, column) or float(str(row[f"{side}_ha"])),
                f"=IF({column}${last}>0,{column}{here}/{column}${last}*100,0)",
                f'=IF(N({_PEOPLE[side]})>0,{column}{here}*10000/{_PEOPLE[side]},"")',
            ]
            if known
            else [None, None, None]
        )
    both = bool(table["existing_ha"].notna().any())
    return [*cells, f"=H{here}-E{here}" if both else None]


def _sum(table: pd.DataFrame, at: int, column: str) -> str:
    """The formula of a row that is a sum of others, empty for those that hold a number."""
    kinds = table["kind"].tolist()
    kind = kinds[at]
    if kind == "total":
        counted = [place for place, one in enumerate(kinds) if one in {"row", "unlisted", "gap"}]
    elif kind == "section":
        section = table["section"].iloc[at]
        counted = [place for place, one in enumerate(kinds) if one == "row" and table["section"].iloc[place] == section]
    elif kind == "row":
        counted = []
        while at + 1 + len(counted) < len(kinds) and kinds[at + 1 + len(counted)] == "part":
            counted.append(at + 1 + len(counted))
    else:
        counted = []
    return "=" + "+".join(f"{column}{_FIRST + place}" for place in counted) if counted else ""


def _rule_line(balance: LandUseBalance) -> Label:
    rules = balance.rules[balance.rules["subject"] == "planning_classes"].iloc[0]
    sure = ("đã đối chiếu", "verified") if rules["verified"] else ("chưa đối chiếu công báo", "not verified in the gazette")
    rule, start = rules["rule"], rules["valid_from"]
    return Label(f"{rule}, hiệu lực từ {start}; {sure[0]}", f"{rule}, in force from {start}; {sure[1]}")


def _faults(balance: LandUseBalance) -> pd.DataFrame:
    """Overlaps, land outside, gaps and judgements, one below the other."""
    rows: list[tuple[object, ...]] = []
    for kind in ("overlaps", "outside", "gaps"):
        for one in getattr(balance, kind).drop(columns="geometry").to_dict("records"):
            where = f"{one['kept_id']} / {one['cut_id']}" if kind == "overlaps" else one["id"]
            rows.append((one["side"], kind, where, one["area_m2"]))
    for one in balance.judgements.to_dict("records"):
        where = f"{one['given']} → {one['class_id']} ({one['others']})"
        rows.append((one["side"], "judgement", where, float(str(one["area_ha"])) * 1e4))
    return pd.DataFrame(rows, columns=["side", "what", "where", "area_m2"])


def _plain(book: Any, title: str, table: pd.DataFrame) -> None:
    """A sheet of values; texts never become formulas."""
    from openpyxl.styles import Font  # noqa: PLC0415 - only workbooks need it

    sheet = book.create_sheet(title[:31].replace("/", "-"))
    for column, name in enumerate(table.columns, 1):
        _text(sheet.cell(1, column), str(name)).font = Font(bold=True)
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = 22
        for at, value in enumerate(table[name].tolist(), 2):
            if isinstance(value, str):
                _text(sheet.cell(at, column), value)
            elif not pd.isna(value):
                sheet.cell(at, column).value = value
    sheet.freeze_panes = "A2"


def _text(cell: Any, text: str) -> Any:
    cell.value = text
    cell.data_type = "s"  # "=..." is text here, not a formula
    return cell


def _members(book: Any) -> dict[str, bytes]:
    """The parts of the workbook without the time of now in its properties."""
    saved = io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = "docProps/core.xml"
    return {**parts, core: _STAMP.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", parts[core])}
