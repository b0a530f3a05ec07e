"""Tables: CSV, Excel workbooks and (Geo)Parquet."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pandas.api.types import is_float_dtype, is_string_dtype

from geo.crs import to_wgs84
from geo.errors import PlanningDataError
from geo.writing import losses, metadata
from geo.writing.archives import zipped
from geo.writing.formats import Format
from geo.writing.losses import Ledger
from geo.writing.ready import Job, Ready

_RUN = re.compile(r"^[=+\-@\t\r]")  # what a spreadsheet takes for a formula
_NUMBER = re.compile(r"^[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?%?$")
_ROWS, _COLUMNS = 2**20, 2**14
_DIGITS = "%.10g"
_FIRST_DAY = dt.datetime(1900, 3, 1)  # noqa: DTZ001 - Excel's days before are one off
_CORE = (
    '<?xml version="1.0" encoding="UTF-8"?><cp:coreProperties '
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    "><dc:creator>innoregion</dc:creator></cp:coreProperties>"
)


def without_shapes(frame: pd.DataFrame, geometry: str | None, ledger: Ledger, form: Format) -> pd.DataFrame:
    """The table alone, with its geometry as columns where asked for ("wkt" or "lonlat"). Errors: E-WRITE-05."""
    if not isinstance(frame, GeoDataFrame):
        return frame
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    if geometry is None:
        mend = 'geometry="wkt" or "lonlat" writes it as columns.'
        ledger.add(losses.NO_SHAPES, f"{form.name} is written without geometry.", mend=mend)
        return table
    if geometry == "wkt":
        shapes = frame.geometry.to_numpy()
        told = "" if frame.crs is None else frame.crs.to_string()
        ledger.add(losses.OTHER_CRS, f"a column of {form.name} names no CRS: coordinates are in {told}.", seen=told)
        words = shapely.to_wkt(shapes, rounding_precision=-1)
        return table.assign(geometry_wkt=pd.Series(words, index=table.index, dtype="str"))
    others = ~(shapely.get_type_id(frame.geometry.to_numpy()) <= 0)
    if others.any():
        mend = 'write geometry="wkt", or the centroids: frame.set_geometry(frame.centroid).'
        ids = list(frame.index[others])
        raise PlanningDataError(
            "E-WRITE-05", "only points have a longitude and a latitude.", file=ledger.file, feature_ids=ids, mend=mend
        )
    if not frame.crs.equals("EPSG:4326"):
        ledger.add(losses.OTHER_CRS, "columns lon and lat are WGS 84.", seen=frame.crs.to_string())
    points = to_wgs84(frame).geometry
    xy = np.column_stack([shapely.get_x(points.to_numpy()), shapely.get_y(points.to_numpy())])
    if np.nansum(np.abs(xy.round(7) - xy)) > 0:
        ledger.add(losses.ROUNDED, "lon and lat are rounded to 7 decimals.", seen=7)
    return table.assign(lon=xy[:, 0].round(7), lat=xy[:, 1].round(7))


def fill_csv(job: Job, part: Path) -> None:
    """One table as UTF-8, lines ending in a line feed, numbers to 10 digits."""
    (one,) = job.layers
    table = one.frame
    for name in table.columns:
        if is_string_dtype(table[name]):
            table = table.assign(**{name: _harmless(table[name], one.ledger)})
        elif is_float_dtype(table[name]):
            _short(table[name], one.ledger)
    text = table.to_csv(index=False, lineterminator="\n", float_format=_DIGITS)
    part.write_bytes((("\ufeff" if job.bom else "") + text).encode())


def _harmless(values: pd.Series, ledger: Ledger) -> pd.Series:
    """Texts that a spreadsheet would run as a formula, with an apostrophe before."""
    runs = np.array([isinstance(value, str) and bool(_RUN.match(value)) and not _NUMBER.match(value) for value in values], bool)
    if not runs.any():
        return values
    what = f"texts of column {values.name!r} that look like formulas have an apostrophe before them."
    ledger.add(losses.FORMULA, what, seen=values.name, ids=values.index[runs])
    return values.where(~runs, "'" + values)


def _short(values: pd.Series, ledger: Ledger) -> None:
    numbers = values.to_numpy(float, na_value=np.nan)
    printed = np.array([float(_DIGITS % value) for value in numbers], values.dtype.name.lower())
    cut = (printed != numbers.astype(printed.dtype)) & np.isfinite(numbers)
    if cut.any():
        what = f"numbers of column {values.name!r} are written to 10 digits."
        ledger.add(losses.DIGITS, what, seen=values.name, ids=values.index[cut])


def fill_sheets(job: Job, part: Path) -> None:
    """A workbook, one sheet a layer: heads in bold and frozen, texts never formulas. Same tables, same bytes."""
    from openpyxl import Workbook  # noqa: PLC0415 - only workbooks need it

    book = Workbook(write_only=True)
    for one in job.layers:
        if len(one.frame) >= _ROWS or one.frame.shape[1] > _COLUMNS:
            seen, mend = one.frame.shape, "write .csv or .parquet."
            raise PlanningDataError(
                "E-WRITE-06", "a sheet holds 1,048,575 rows and 16,384 columns.", file=part.name, seen=seen, mend=mend
            )
        _sheet(book, one)
    if not job.layers:
        book.create_sheet("empty")
    whole = io.BytesIO()
    book.save(whole)
    with zipfile.ZipFile(whole) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["docProps/core.xml"] = _CORE.encode()  # openpyxl writes the time of now
    part.write_bytes(zipped(files))


def _sheet(book: Any, one: Ready) -> None:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    sheet = book.create_sheet(one.name)
    sheet.freeze_panes = "A2"
    bold = Font(bold=True)

    def cell(value: object, font: Any = None) -> Any:
        made = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            made.data_type = "s"  # "=..." is text here, not a formula
        if font is not None:
            made.font = font
        return made

    sheet.append([cell(str(name), bold) for name in one.frame.columns])
    columns = [_cells(one.frame[name], one.ledger) for name in one.frame.columns]
    for row in zip(*columns, strict=True):
        sheet.append([cell(value) for value in row])


def _cells(values: pd.Series, ledger: Ledger) -> list[Any]:
    if values.dtype.kind == "M" or (values.dtype == object and values.map(lambda value: isinstance(value, dt.date)).any()):
        early = values.map(lambda value: value is not None and not pd.isna(value) and _before(value))
        if early.any():
            ledger.add(
                losses.OTHER_TYPE,
                "Excel knows no days before March 1900.",
                seen={values.name: "date → text"},
                ids=values.index[early],
            )
            return [None if pd.isna(value) else value.isoformat() for value in values]
        if values.dtype.kind == "M":
            return [None if pd.isna(value) else value.to_pydatetime() for value in values]
    return [None if missing else value for value, missing in zip(values.tolist(), values.isna(), strict=True)]


def _before(value: dt.date) -> bool:
    return (value.year, value.month) < (_FIRST_DAY.year, _FIRST_DAY.month)


def fill_parquet(job: Job, part: Path) -> None:
    """A table as (Geo)Parquet 1.1, with what is said about it in the metadata of its schema."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - only this format needs it here

    (one,) = job.layers
    frame = one.source_index(one.frame)
    if isinstance(frame, GeoDataFrame):
        frame.to_parquet(part, schema_version="1.1.0", write_covering_bbox="bbox" not in frame.columns)
    else:
        frame.to_parquet(part)
    about = job.told.get(one.layer)
    if about:
        table = pq.read_table(part)
        more = {**(table.schema.metadata or {}), b"innoregion": metadata.as_json(about).encode()}
        pq.write_table(table.replace_schema_metadata(more), part)
    rows = pq.ParquetFile(part).metadata.num_rows
    if rows != len(frame):
        raise OSError(5, f"the file holds {rows} of {len(frame)} rows", str(part))
