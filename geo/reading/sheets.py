"""Sheets of a workbook as plain tables: titles above the heads, heads in two rows, formulas by their saved values."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import PlanningDataError, nearest_names
from geo.findings import Finding
from geo.reading.archives import checked_members
from geo.reading.limits import MOST_COLUMNS, check_counts

_LOOKED_AT = 30  # rows in which the heads are sought
_MOST_ROWS = 1_048_576  # of a sheet, by the format
_MOST_BYTES = 300_000_000  # unpacked: each takes ten in memory, and the parser a second for ten million
_FAULTS = ("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#N/A", "#NULL!")
Rows = list[tuple[Any, ...]]


def sheet_of(
    path: Path, shown: str, sheet: str | None, header_row: int | None, found: list[Finding], *, allow_large: bool
) -> tuple[pd.DataFrame, str]:
    """The cells of one sheet by their heads, index = row of the sheet, and the sheet's name.

    Errors: those of `checked_members`, E-IO-04 no workbook, E-IO-10 no such sheet, E-SIZE-02, -03, E-TABLE-01 (no rows),
    E-TABLE-07 (formulas without saved values, errors in cells).
    """
    checked_members(path, shown, most_bytes=_MOST_BYTES, allow_large=allow_large)
    name, rows, gaps = _rows(path, shown, sheet, found, formulas=False, allow_large=allow_large)
    _no_faults(path, shown, name, rows, gaps=gaps, allow_large=allow_large)
    first = header_row - 1 if header_row else _heads_at(rows)
    if first is None or first >= len(rows):
        mend = "name the row of the heads: header_row=."
        raise PlanningDataError("E-TABLE-01", "the table has no rows.", file=shown, layer=name, mend=mend)
    heads, last = _heads(rows, first)
    if first and not header_row:
        found.append(
            Finding("E-TABLE-10", f"the heads are in row {first + 1}; what stands above is left out.", "", "note", shown, name)
        )
    if last > first:
        found.append(
            Finding("E-TABLE-11", "the heads stand in two rows and are joined.", "", "fixed", shown, name, (), heads[:6])
        )
    table = pd.DataFrame(rows[last + 1 :], columns=pd.Index(heads), index=range(last + 2, len(rows) + 1))
    table = table.dropna(how="all")
    if table.empty:
        raise PlanningDataError("E-TABLE-01", "the table has no rows.", file=shown, layer=name, mend="look at the other sheets.")
    return table, name


def _rows(
    path: Path, shown: str, sheet: str | None, found: list[Finding], *, formulas: bool, allow_large: bool
) -> tuple[str, Rows, bool]:
    """The sheet's name, its rows without blank edges, and whether any cell that is written there is blank."""
    import openpyxl  # noqa: PLC0415 - heavy, and only workbooks need it

    opened = path.open("rb")  # openpyxl leaves a file open that it can not read
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and validations that openpyxl does not keep
            book = openpyxl.load_workbook(opened, read_only=True, data_only=not formulas, keep_links=False)
    except Exception as error:  # openpyxl raises many kinds
        opened.close()
        raise _unreadable(shown, error) from error
    try:
        name = _sheet(book, shown, sheet, found)
        return name, *_values(book[name], shown, name, allow_large=allow_large)
    except PlanningDataError:
        raise
    except Exception as error:  # as above: rows are parsed one by one as they are asked for
        raise _unreadable(shown, error) from error
    finally:
        book.close()
        opened.close()


def _unreadable(shown: str, error: Exception) -> PlanningDataError:
    mend = "open it in a spreadsheet program and save it as .xlsx."
    return PlanningDataError("E-IO-04", "the file can not be read.", file=shown, seen=str(error)[:200], mend=mend)


def _sheet(book: Any, shown: str, sheet: str | None, found: list[Finding]) -> str:
    names = [one.title for one in book.worksheets if getattr(one, "sheet_state", "visible") == "visible"]
    if sheet is not None:
        if sheet not in book.sheetnames:
            mend = nearest_names(sheet, book.sheetnames)
            raise PlanningDataError("E-IO-10", "the file has no such layer.", file=shown, layer=sheet, mend=mend)
        return sheet
    if len(names) > 1 and not any(one.code == "E-IO-11" for one in found):
        what = f"the workbook has {len(names)} sheets; the first, {names[0]!r}, is read."
        mend = f"name one: sheet={' or '.join(map(repr, names[:6]))}."
        found.append(Finding("E-IO-11", what, mend, "warning", shown, names[0], (), names))
    return str((names or book.sheetnames)[0])


def _values(sheet: Any, shown: str, name: str, *, allow_large: bool) -> tuple[Rows, bool]:
    rows: Rows = []
    sheet.reset_dimensions()  # what the file says of its size is not believed: rows would be made as wide as it says
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > _MOST_ROWS or len(row) > MOST_COLUMNS:
            check_counts(number, len(row), shown, name, most_rows=_MOST_ROWS, allow_large=allow_large)
        rows.append(tuple(value if not isinstance(value, str) or value.strip() else None for value in row))
    gaps = any(value is None for row in rows for value in row)
    while rows and not any(value is not None for value in rows[-1]):
        rows.pop()
    width = max((at + 1 for row in rows for at, value in enumerate(row) if value is not None), default=0)
    check_counts(len(rows), width, shown, name, allow_large=allow_large)
    return [(row + (None,) * width)[:width] for row in rows], gaps


def _no_faults(path: Path, shown: str, name: str, rows: Rows, *, gaps: bool, allow_large: bool) -> None:
    faults = [
        _cell(r, c) for r, row in enumerate(rows) for c, value in enumerate(row) if isinstance(value, str) and value in _FAULTS
    ]
    if faults:
        what = "cells hold errors of formulas."
        raise PlanningDataError("E-TABLE-07", what, file=shown, layer=name, feature_ids=faults, mend="correct the formulas.")
    if not gaps:
        return
    _, formulas, _ = _rows(path, shown, name, [], formulas=True, allow_large=allow_large)
    unsaved = [
        _cell(r, c)
        for r, row in enumerate(formulas)
        for c, value in enumerate(row)
        if isinstance(value, str) and value.startswith("=") and (r >= len(rows) or c >= len(rows[r]) or rows[r][c] is None)
    ]
    if unsaved:
        what = "cells hold formulas without saved values."
        mend = "open the workbook in a spreadsheet program and save it."
        raise PlanningDataError("E-TABLE-07", what, file=shown, layer=name, feature_ids=unsaved, mend=mend)


def _cell(row: int, column: int) -> str:
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _heads_at(rows: Rows) -> int | None:
    """The first row that is text in at least two thirds of the columns, or in all where there is only one."""
    for number, row in enumerate(rows[:_LOOKED_AT]):
        texts = sum(isinstance(value, str) for value in row)
        if row and 3 * texts >= 2 * len(row):
            return number
    for number, row in enumerate(rows[: _LOOKED_AT - 1]):  # heads over several columns leave gaps
        both = (
            [isinstance(a, str) or isinstance(b, str) for a, b in zip(row, rows[number + 1], strict=True)]
            if number + 1 < len(rows)
            else []
        )
        if both and all(both) and sum(isinstance(value, str) for value in row) > 1:
            return number
    return None


def _heads(rows: Rows, first: int) -> tuple[list[str], int]:
    """The names of the columns, of one row, or of two where the upper has gaps that the lower fills (cells merged across)."""
    upper = rows[first]
    lower = rows[first + 1] if first + 1 < len(rows) else ()
    gaps = [value is None for value in upper]
    below = [isinstance(value, str) for value in lower] or [False] * len(upper)
    numbers = any(value is not None and not isinstance(value, str) for value in lower)
    if not any(gaps) or numbers or not all(text for gap, text in zip(gaps, below, strict=True) if gap):
        return [_name(value) for value in upper], first
    names, group = [], None
    for top, low in zip(upper, lower, strict=True):
        group = top if top is not None else group
        names.append(f"{_name(group)} / {_name(low)}" if low is not None else _name(group))
    return names, first + 1


def _name(value: Any) -> str:
    return "" if value is None else " ".join(str(value).split())
