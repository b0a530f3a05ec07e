"""Tables without shapes: CSV and workbooks into frames whose ids are text and whose numbers are numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from geo.errors import PlanningDataError
from geo.findings import Finding
from geo.reading.attributes import checked_ids, numbers_checked
from geo.reading.dialects import cells_of, text_of
from geo.reading.digests import digest_findings
from geo.reading.encodings import codec_of, readable
from geo.reading.formats import declared_table
from geo.reading.heaviest import check_heaviest
from geo.reading.limits import check_counts, check_size
from geo.reading.number_texts import Marks, is_id, typed
from geo.reading.paths import local_file
from geo.reading.refusing import refuse

Mark = Literal[".", ","]


@dataclass(frozen=True)
class TableOptions:
    """The keyword options of `read_table`, in one value."""

    encoding: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    id_column: str | None = None
    decimal: Mark | None = None
    thousands: Mark | None = None
    allow_large: bool = False


def read_table(
    path: str | Path,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    id_column: str | None = None,
    decimal: Mark | None = None,
    thousands: Mark | None = None,
    report: list[Finding] | None = None,
    allow_large: bool = False,
) -> pd.DataFrame:
    r"""Read a table, .csv .tsv .txt or .xlsx, checked. Index = line of the file, or ``id_column``.

    The separator, decimal comma and byte order mark of a CSV are found out and reported. Ids (columns named id, ``*_id``, code,
    mã ..., and all with zeros before) stay text: "01" is not "1". A number that can mean two ("1.234") is refused until
    ``decimal`` or ``thousands`` says which. ``encoding`` as in `read_vector`. Of a workbook ``sheet`` and, where titles stand
    above, ``header_row`` (from 1; found out else); heads in two rows are joined by " / ", formulas give their saved values.

    Raises PlanningDataError: E-IO-01, -03 to -07, -09, -10, E-SIZE-01 to -03, E-ZIP-01 to -03, E-TABLE-01 (no rows), -03 (ragged
    rows), -04 (columns without name), -06 (two meanings), -07 (formulas), E-ATTR-01, -02, -04, -05, E-TEXT-01, -02, -07.

    >>> from pathlib import Path; from tempfile import mkdtemp
    >>> file = Path(mkdtemp()) / "wards.csv"
    >>> _ = file.write_text("ma;dien_tich_ha\n01;12,5\n1;1.200,5\n")
    >>> read_table(file)["dien_tich_ha"].to_list()
    [12.5, 1200.5]
    """
    found: list[Finding] = []
    options = TableOptions(encoding, sheet, header_row, id_column, decimal, thousands, allow_large)
    try:
        table = inspected_table(path, options, found)
    except PlanningDataError as error:
        found.append(error.finding)
        refuse(found)  # the first error tells the cause
    finally:
        if report is not None:
            report.extend(found)
    refuse(found)
    return table


def inspected_table(path: str | Path, options: TableOptions, found: list[Finding]) -> pd.DataFrame:
    """The table as far as it can be read, and in ``found`` all that is to be said. Raises what ends the reading at once."""
    table, shown, layer = cells_read(path, options, found)
    ids, more = checked_ids(table, options.id_column, shown, layer)
    found += more
    table, more = numbers_checked(table, ids, shown, layer)
    found += more
    return table.set_index(options.id_column) if options.id_column else table


def cells_read(path: str | Path, options: TableOptions, found: list[Finding]) -> tuple[pd.DataFrame, str, str | None]:
    """The typed cells, the file's name, and the sheet; their amounts and ids not yet looked at."""
    whole, shown = local_file(path), Path(path).name
    kind = declared_table(whole, shown)
    check_size(whole, shown, text=True, allow_large=options.allow_large)
    found += digest_findings(whole, shown)
    codec, legacy = codec_of(options.encoding, shown)
    layer: str | None = None
    if kind == ".xlsx":
        from geo.reading.sheets import sheet_of  # noqa: PLC0415 - only workbooks need it

        table, layer = sheet_of(whole, shown, options.sheet, options.header_row, found, allow_large=options.allow_large)
        table = _texts(table)
    else:
        check_heaviest(whole, "CSV", shown, None, allow_large=options.allow_large)
        table = cells_of(text_of(whole, shown, codec, found), shown, options.header_row, found, allow_large=options.allow_large)
    check_counts(len(table), len(table.columns), shown, layer, allow_large=options.allow_large)
    table = _named(table, shown, layer, found)
    table = readable(table, legacy, shown, layer, found)
    return typed(table, Marks(options.decimal, options.thousands), shown, layer, found), shown, layer


def _texts(table: pd.DataFrame) -> pd.DataFrame:
    """Cells of a workbook: columns of numbers as such, ids and mixtures as text."""
    new: dict[int, Any] = {}
    for at, name in enumerate(table.columns):
        column: Any = table.iloc[:, at]
        known = column.dropna()
        kinds = {type(value) for value in known}
        if kinds <= {int, float} and not is_id(name):
            new[at] = column.astype(float) if column.isna().any() or float in kinds else column.astype("int64")
        elif kinds & {str, int, float} and kinds <= {str, int, float, bool}:
            new[at] = column.map(_text, na_action="ignore").astype("str")
        else:
            new[at] = column
    frame = pd.DataFrame(new, index=table.index)
    frame.columns = table.columns
    return frame


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _named(table: pd.DataFrame, shown: str, layer: str | None, found: list[Finding]) -> pd.DataFrame:
    """Columns by unique names; empty columns without a name are left out. Errors: E-TABLE-04, E-ATTR-05."""
    names = [" ".join(str(name).split()) for name in table.columns]
    empty = np.array([table.iloc[:, at].isna().all() for at in range(len(names))], bool)
    nameless = np.array([not name for name in names], bool)
    bad = [f"column {at + 1}" for at in np.flatnonzero(nameless & ~empty)]
    if bad:
        mend = "name them in the row of the heads."
        raise PlanningDataError("E-TABLE-04", "columns have no name.", file=shown, layer=layer, feature_ids=bad, mend=mend)
    keep = ~(nameless & empty)
    table, names = table.loc[:, keep], [name for name, kept in zip(names, keep, strict=True) if kept]
    folded = [name.casefold() for name in names]
    twice = sorted({name for name in folded if folded.count(name) > 1})
    if twice:
        what = "columns share a name, or bear the one of the shapes."
        raise PlanningDataError("E-ATTR-05", what, file=shown, layer=layer, seen=twice, mend="rename them.")
    if all(name.replace(".", "").replace(",", "").lstrip("-").isdigit() for name in names):
        mend = "write names into the first row, or name the row of the heads: header_row=."
        found.append(
            Finding("E-TABLE-05", "the row of the heads holds numbers only.", mend, "error", shown, layer, (), names[:6])
        )
    table.columns = pd.Index(names)
    return table
