"""Sheets of a workbook or a CSV as plain rows of values: merged cells filled, legacy fonts read, sizes bounded."""

from __future__ import annotations

import csv
import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from geo.drawings.files import refuse_foreign
from geo.drawings.fonts import font_encoding
from geo.errors import PlanningDataError, nearest_names
from geo.findings import Finding
from geo.reading.archives import checked_members
from geo.vietnamese import decode_vietnamese, vietnamese_encoding

Value: TypeAlias = "str | float | int | None"
LARGEST_MB, MOST_CELLS = 64, 4_000_000
_XLSX = "Excel or ZIP"
_DELIMITERS = ";\t|,"


@dataclass(frozen=True)
class Sheet:
    """A sheet: ``rows`` of values as they are seen, the first row of the file first; ``merged`` cells lie below their first."""

    name: str
    rows: list[list[Value]]
    formulas: tuple[str, ...] = ()


def read_sheets(path: Path, sheet: str | None) -> tuple[list[Sheet], list[Finding]]:
    """The sheets of a list (the named one) and what was found out about their text.

    Errors: as `local_file`, E-CAD-02 a kind that is not read (.xls, PDF ...), E-LIST-01 no workbook or CSV, E-LIST-02 too large,
    E-LIST-03 no such sheet.
    """
    path = refuse_foreign(path, but=(_XLSX,))
    size = path.stat().st_size
    if size > LARGEST_MB * 1_000_000:
        raise _too_large(path, size)
    with path.open("rb") as handle:
        zipped = handle.read(4) == b"PK\x03\x04"
    sheets = _workbook(path) if zipped else [Sheet(path.stem, _csv_rows(path))]
    if sheet is not None:
        mend = nearest_names(sheet, [one.name for one in sheets])
        sheets = [one for one in sheets if one.name == sheet]
        if not sheets:
            raise PlanningDataError("E-LIST-03", "there is no such sheet.", file=path.name, seen=sheet, mend=mend)
    return _decoded(sheets, path.name)


def _too_large(path: Path, seen: object) -> PlanningDataError:
    what = f"a list of coordinates of more than {LARGEST_MB} MB or {MOST_CELLS:,} cells."
    return PlanningDataError("E-LIST-02", what, file=path.name, seen=seen, mend="keep the sheet with the coordinates alone.")


def _workbook(path: Path) -> list[Sheet]:
    from openpyxl import load_workbook  # noqa: PLC0415 - half a second

    checked_members(path, path.name, allow_large=False)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and validations that openpyxl does not keep
            books = [load_workbook(path, data_only=shown, keep_links=False) for shown in (True, False)]
    except Exception as error:  # broken workbooks make it raise nearly anything
        seen = f"{type(error).__name__}: {error}"[:200]
        mend = "open it in Excel and save it as .xlsx, or as CSV UTF-8."
        raise PlanningDataError("E-LIST-01", "no workbook that can be read.", file=path.name, seen=seen, mend=mend) from error
    shown, written = books
    sheets = [(one, written[one.title]) for one in shown.worksheets if one.sheet_state == "visible"]
    if sum(one.max_row * one.max_column for one, _ in sheets) > MOST_CELLS:
        raise _too_large(path, [one.dimensions for one, _ in sheets])
    return [Sheet(one.title, _rows(one), _formulas(one, other)) for one, other in sheets]


def _rows(sheet: Any) -> list[list[Value]]:
    rows = [[_value(cell) for cell in row] for row in sheet.iter_rows()]
    for area in sheet.merged_cells.ranges:
        first = rows[area.min_row - 1][area.min_col - 1]
        for at in range(area.min_row - 1, area.max_row):
            rows[at][area.min_col - 1] = first  # along the columns it is one cell still
    return rows


def _value(cell: Any) -> Value:
    value = cell.value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if value is None:
        return None
    encoding = font_encoding(cell.font.name or "") if isinstance(value, str) and not value.isascii() else None
    if encoding is not None and all(ord(letter) <= 0xFF for letter in value):  # noqa: PLR2004 - the end of Latin-1
        return decode_vietnamese(value, encoding[0], capitals=encoding[1])
    return str(value)


def _formulas(shown: Any, written: Any) -> tuple[str, ...]:
    """Cells whose formula was never calculated: empty to us, not to who sees them in Excel."""
    pairs = zip(shown.iter_rows(), written.iter_rows(), strict=False)
    return tuple(
        cell.coordinate
        for row, other in pairs
        for cell, formula in zip(row, other, strict=False)
        if cell.value is None and isinstance(formula.value, str) and formula.value.startswith("=")
    )


def _csv_rows(path: Path) -> list[list[Value]]:
    raw = path.read_bytes()
    if b"\0" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        seen, mend = repr(raw[:16]), "save it as .xlsx, or as CSV UTF-8."
        raise PlanningDataError("E-LIST-01", "neither workbook nor CSV.", file=path.name, seen=seen, mend=mend)
    text = _text(raw)
    if len(text) > LARGEST_MB * 1_000_000 or sum(map(text.count, _DELIMITERS)) > MOST_CELLS:
        raise _too_large(path, len(text))
    try:
        return [[cell.strip() or None for cell in row] for row in csv.reader(io.StringIO(text), delimiter=_delimiter(text))]
    except csv.Error as error:
        mend = "save it as .xlsx, or as CSV UTF-8."
        raise PlanningDataError("E-LIST-01", "no CSV that can be read.", file=path.name, seen=str(error), mend=mend) from error


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeError:
        return raw.decode("latin-1")  # legacy text, told by its content afterwards


def _delimiter(text: str) -> str:
    """A comma may be decimal: it parts cells only where nothing else does."""
    lines = text.splitlines()[:200]
    return max(_DELIMITERS[:3], key=lambda mark: sum(mark in line for line in lines)) if _parted(lines) else ","


def _parted(lines: list[str]) -> bool:
    return any(sum(mark in line for line in lines) >= len(lines) / 3 for mark in _DELIMITERS[:3])


def _decoded(sheets: list[Sheet], file: str) -> tuple[list[Sheet], list[Finding]]:
    """Text that no font tells, by its content."""
    texts = [value for one in sheets for row in one.rows for value in row if isinstance(value, str) and not value.isascii()]
    plain = [text for text in texts if "°" not in text]  # no letters: degrees
    found = vietnamese_encoding(plain)
    if found is None:
        what = "texts read as Vietnamese in no encoding; they stand as they are."
        return sheets, [Finding("E-TEXT-03", what, "save as .xlsx with a Unicode font.", "warning", file, seen=plain[0])]
    if found.encoding == "unicode":
        return [Sheet(one.name, _map(one.rows, "unicode"), one.formulas) for one in sheets], []
    what = f"texts read as {found.encoding} ({found.share_pct:g} % of words)."
    finding = Finding("E-TEXT-04", what, "compare the names with the plan.", "fixed", file, seen=plain[0])
    return [Sheet(one.name, _map(one.rows, found.encoding), one.formulas) for one in sheets], [finding]


def _map(rows: list[list[Value]], encoding: str) -> list[list[Value]]:
    return [[_read(value, encoding) if isinstance(value, str) else value for value in row] for row in rows]


def _read(text: str, encoding: str) -> str:
    if text.isascii() or "°" in text:
        return text
    try:
        return decode_vietnamese(text, encoding)
    except PlanningDataError:
        return text
