"""A planner's file as rows: vector files, tables, and measured tiles of Ookla, each with what was found on the way."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
from geopandas import GeoDataFrame

from geo import WGS84, Finding, PlanningDataError, nearest_names, read_vector

TABLES = (".csv", ".xlsx")
PARQUET = ".parquet"
_OOKLA = frozenset({"quadkey", "avg_d_kbps", "avg_u_kbps", "avg_lat_ms", "tests", "devices"})
_DIALECTS = ",;\t|"


@dataclass(frozen=True)
class Rows:
    """Rows as read, and what was found."""

    table: pd.DataFrame
    findings: tuple[Finding, ...] = ()


def read_rows(path: Path, *, crs: str | None, table: str | None) -> Rows:
    """The rows of a file by its ending. Errors: E-IO-03 no such file, E-IO-04 it can not be read, those of `geo.read_vector`."""
    suffix = path.suffix.lower()
    if suffix in (*TABLES, PARQUET) and not path.is_file():
        near = nearest_names(path.name, [other.name for other in path.parent.glob("*")] if path.parent.is_dir() else [])
        raise PlanningDataError("E-IO-03", "no such file.", file=path, mend=near)
    if suffix == PARQUET:
        rows = Rows(_parquet(path, crs))
    elif suffix in TABLES:
        rows = Rows(_csv(path) if suffix == ".csv" else _sheet(path, table))
    else:
        rows = Rows(read_vector(path, crs=crs, layer=table))
    return _ookla(rows, path) if set(rows.table.columns) >= _OOKLA else rows


def _parquet(path: Path, crs: str | None) -> pd.DataFrame:
    import pyarrow as pa  # noqa: PLC0415 - heavy, and only Parquet needs it

    try:
        frame = gpd.read_parquet(path)
    except ValueError:  # no geometry: a table
        frame = pd.read_parquet(path)
    except (OSError, pa.ArrowException) as error:
        raise PlanningDataError(
            "E-IO-04", "the file can not be read.", file=path.name, seen=str(error), mend="export it anew."
        ) from error
    frame = frame if isinstance(frame.index, pd.RangeIndex) else frame.reset_index()
    if isinstance(frame, GeoDataFrame) and crs is not None:
        return frame.set_crs(crs, allow_override=True)
    return frame


def _csv(path: Path) -> pd.DataFrame:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        mend = "save it as CSV UTF-8."
        raise PlanningDataError("E-IO-04", "the file is no UTF-8 text.", file=path.name, seen=str(error), mend=mend) from error
    head = text.partition("\n")[0]
    sign = max(_DIALECTS, key=head.count)
    rows = list(csv.reader(text.splitlines(), delimiter=sign))
    return _table([row for row in rows if row], path)


def _table(rows: list[list[str]], path: Path) -> pd.DataFrame:
    if not rows:
        raise PlanningDataError("E-IMPORT-12", "the file has no rows.", file=path.name, mend="give one with rows.")
    head, *body = rows
    wrong = [number for number, row in enumerate(body, start=2) if len(row) != len(head)]
    names = [name.strip() for name in head]
    if wrong or len(set(names)) < len(names):
        mend = "every row has as many cells as the head, and every column a name of its own."
        what = "the rows and the head of the table do not fit."
        raise PlanningDataError("E-IO-04", what, file=path.name, feature_ids=[f"row {one}" for one in wrong], mend=mend)
    return pd.DataFrame(body, columns=names, dtype="str")


def _sheet(path: Path, sheet: str | None) -> pd.DataFrame:
    from openpyxl import load_workbook  # type: ignore[import-untyped,unused-ignore] # noqa: PLC0415 - heavy, and only sheets need it

    book = load_workbook(path, read_only=True, data_only=True)
    if sheet is not None and sheet not in book.sheetnames:
        mend = nearest_names(sheet, book.sheetnames)
        raise PlanningDataError("E-IO-04", "the file has no such sheet.", file=path.name, seen=sheet, mend=mend)
    cells = list((book[sheet] if sheet else book.worksheets[0]).iter_rows(values_only=True))
    rows = [["" if one is None else str(one) for one in row] for row in cells if any(one is not None for one in row)]
    return _table(rows, path)


def _ookla(rows: Rows, path: Path) -> Rows:
    """Ookla's open data: kbit/s become Mbit/s, the network is told by the name of the file."""
    table = rows.table
    columns = {"quadkey": "tile_id", "avg_lat_ms": "latency_ms"}
    made = table.rename(columns=columns).assign(
        download_mbps=pd.to_numeric(table["avg_d_kbps"]) / 1000, upload_mbps=pd.to_numeric(table["avg_u_kbps"]) / 1000
    )
    network = next((one for one in ("fixed", "mobile") if one in path.name.casefold()), "")
    if network:
        made = made.assign(network=network)
    if not isinstance(made, GeoDataFrame) and "tile" in made:
        made = GeoDataFrame(made.drop(columns="tile"), geometry=gpd.GeoSeries.from_wkt(made["tile"]).to_numpy(), crs=WGS84)
    what = "tiles of Ookla's open data: kbit/s divided by 1,000" + (
        f", network {network} by the file's name." if network else "."
    )
    return Rows(
        made.drop(columns=["avg_d_kbps", "avg_u_kbps"]), (*rows.findings, Finding("W-IMPORT-06", what, "", "note", path.name))
    )
