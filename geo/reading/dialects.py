"""How a table of text is written: its bytes, its separator, its rows; told from the file and reported."""

from __future__ import annotations

import csv
import io
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import PlanningDataError
from geo.findings import Finding
from geo.reading.limits import check_counts

_SEPARATORS = (",", ";", "\t", "|")
_LOOKED_AT = 200  # lines
_LONGEST_CELL = 2**31 - 1  # what is larger is refused by its line, before
_ONE_AT_A_TIME = threading.RLock()
_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


def text_of(path: Path, shown: str, codec: str | None, found: list[Finding]) -> str:
    """The text of a file: by its byte order mark, else UTF-8, else Western (legacy Vietnamese is told apart later).

    Errors: E-IO-06 it is no text, E-TEXT-02 it is not in ``codec``.
    """
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        codec = codec or "utf-16"
        found.append(Finding("E-TABLE-02", "the file is in UTF-16 and is read so.", "", "fixed", shown))
    if data.startswith(b"\xef\xbb\xbf"):
        data, codec = data[3:], "utf-8"
        found.append(Finding("E-TABLE-02", "a byte order mark before the first name is left out.", "", "fixed", shown))
    try:
        text = data.decode(codec or "utf-8")
    except UnicodeDecodeError as error:
        if codec is not None:
            mend = "leave encoding= out, or name the right one."
            raise PlanningDataError(
                "E-TEXT-02", f"the file is not in {codec}.", file=shown, seen=str(error), mend=mend
            ) from error
        what = "the file is not in UTF-8; it is read as Western."
        found.append(Finding("E-TEXT-05", what, "look at the names, or pass encoding=.", "warning", shown))
        text = data.decode("cp1252", errors="replace")
    if "\0" in text:
        raise PlanningDataError(
            "E-IO-06", "the file is no table of text.", file=shown, seen="NUL", mend="save it as CSV in UTF-8."
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")  # of Windows, of old Macs


@contextmanager
def _long_cells() -> Iterator[None]:
    """The csv module, of the whole process, refuses cells of more than 131,072 letters: shapes as WKT are longer."""
    with _ONE_AT_A_TIME:
        before = csv.field_size_limit(_LONGEST_CELL)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def separator(text: str) -> str:
    """The separator by which most of the first lines have the same number of cells, more than one."""
    lines = list(_first_lines(text))
    best, rank = ",", (0.0, 0)
    for one in _SEPARATORS:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=one) if row)
        width, often = counts.most_common(1)[0] if counts else (1, 0)
        told = (often / max(counts.total(), 1), width)
        if width > 1 and told > rank:
            best, rank = one, told
    return best


def _first_lines(text: str) -> list[str]:
    end = -1
    for _ in range(_LOOKED_AT):
        further = text.find("\n", end + 1)
        if further < 0:
            return text.splitlines()
        end = further
    return text[:end].splitlines()


def cells_of(text: str, shown: str, header_row: int | None, found: list[Finding], *, allow_large: bool) -> pd.DataFrame:
    """All cells as text, blank ones missing, columns by their heads; index = line of the file.

    Errors: E-SIZE-03, E-TABLE-01 no rows, E-TABLE-03 rows with more or fewer cells than heads.
    """
    with _long_cells():
        return _cells_of(text, shown, header_row, found, allow_large=allow_large)


def _cells_of(text: str, shown: str, header_row: int | None, found: list[Finding], *, allow_large: bool) -> pd.DataFrame:
    mark = separator(text)
    if mark != ",":
        found.append(Finding("E-TABLE-09", f"cells are separated by {_NAMES[mark]}.", "", "fixed", shown))
    skipped = (header_row or 1) - 1
    told: dict[str, Any] = {"sep": mark, "dtype": str, "keep_default_na": False, "header": None, "skip_blank_lines": False}
    lines = csv.reader(io.StringIO(text), delimiter=mark)
    heads = next((row for number, row in enumerate(lines) if number == skipped), [])
    if not heads:
        raise _no_rows(shown)
    check_counts(0, len(heads), shown, None, allow_large=allow_large)
    try:
        odd = [f"line {lines.line_num}" for row in lines if row and len(row) != len(heads) and any(row)]
        if odd:
            raise _ragged(shown, odd)
        columns = range(len(heads))  # of a line of separators alone, which may have more, no others are looked at
        table = pd.read_csv(io.StringIO(text), skiprows=skipped + 1, names=columns, usecols=columns, index_col=False, **told)
    except (pd.errors.ParserError, csv.Error) as error:
        mend = "save it as CSV anew."
        raise PlanningDataError("E-IO-04", "the file can not be read.", file=shown, seen=str(error)[:120], mend=mend) from error
    except pd.errors.EmptyDataError as error:
        raise _no_rows(shown) from error
    table.index = pd.RangeIndex(skipped + 2, skipped + 2 + len(table))
    table = table[(table.fillna("") != "").any(axis=1)]
    if table.empty:
        raise _no_rows(shown)
    stripped: pd.DataFrame = table.apply(lambda column: column.str.strip())
    stripped.columns = pd.Index(heads)
    return stripped.mask(stripped == "")


def _no_rows(shown: str) -> PlanningDataError:
    mend = "look whether the right sheet was saved."
    return PlanningDataError("E-TABLE-01", "the table has no rows.", file=shown, mend=mend)


def _ragged(shown: str, lines: list[str]) -> PlanningDataError:
    what = "rows have more or fewer cells than the table has heads: values would stand under wrong names."
    mend = 'put texts that hold the separator between quotes ("...").'
    return PlanningDataError("E-TABLE-03", what, file=shown, feature_ids=lines, mend=mend)
