"""A planner's file as rows: vector files, drawings, tables, lists of corners, measured tiles of Ookla; what was found is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
from geopandas import GeoDataFrame

from geo import WGS84, Finding, PlanningDataError, read_coordinate_list, read_drawing, read_table, read_vector

TABLES = (".csv", ".tsv", ".txt", ".xlsx")
_PARQUET, _DRAWING = ".parquet", ".dxf"
_OOKLA = frozenset({"quadkey", "avg_d_kbps", "avg_u_kbps", "avg_lat_ms", "tests", "devices"})


@dataclass(frozen=True)
class Reading:
    """How a file is read: ``crs`` where it names none; ``table`` the layer, sheet or drawing layers ("HT_*") of several;
    ``encoding`` of texts that are not Unicode; ``expect`` where features must lie ("region", "anywhere"; by default anywhere in a
    workspace whose streets lie elsewhere); ``units`` the year (2019, 2024, 2025) of units that rows are joined to; ``corners``
    a table that lists the corners of parcels.
    """

    crs: str | None = None
    table: str | None = None
    encoding: str | None = None
    expect: str | None = None
    units: str | None = None
    corners: bool = False


@dataclass(frozen=True)
class Rows:
    """Rows as read, and what was found."""

    table: pd.DataFrame
    findings: tuple[Finding, ...] = ()


def read_rows(path: Path, reading: Reading, *, wants: str, expect: str) -> Rows:
    """The rows of a file by its ending; of a drawing the shapes a layer ``wants``.

    Errors: those of `geo.read_vector`, `geo.read_table`, `geo.read_drawing`, `geo.read_coordinate_list`.
    """
    suffix, found = path.suffix.lower(), list[Finding]()
    if reading.corners:
        table: pd.DataFrame = read_coordinate_list(path, crs=_named(reading, path), sheet=reading.table, expect=expect)
        table = table.reset_index()
    elif suffix in TABLES:
        table = read_table(path, sheet=reading.table, encoding=reading.encoding, report=found)
    elif suffix == _DRAWING:
        table = _drawn(path, reading, wants, expect, found)
    elif suffix == _PARQUET and path.is_file() and not _is_located(path):
        table = pd.read_parquet(path)
    else:
        table = read_vector(path, crs=reading.crs, layer=reading.table, encoding=reading.encoding, expect=expect, report=found)
    table = table if table.index.name is None else table.reset_index()
    rows = Rows(table, tuple(found))
    return _ookla(rows, path) if set(table.columns) >= _OOKLA else rows


def _named(reading: Reading, path: Path) -> str:
    if reading.crs is None:
        mend = "name it: --crs EPSG:9210 for VN-2000 / TM-3 105°45'."
        raise PlanningDataError("E-CRS-01", "a list of corners names no CRS.", file=path.name, mend=mend)
    return reading.crs


def _drawn(path: Path, reading: Reading, wants: str, expect: str, found: list[Finding]) -> GeoDataFrame:
    """Areas, lines or points of a drawing; of a parcel drawn as line and as hatch one."""
    layers = None if reading.table is None else [reading.table]
    drawing = read_drawing(path, crs=reading.crs, layers=layers, encoding=reading.encoding, expect=expect)
    found.extend(drawing.findings)
    part = {"LineString": drawing.lines, "Point": drawing.points}.get(wants, drawing.areas)
    twice = part["same_as"].notna() & (part["same_as"] != "") if "same_as" in part else pd.Series(data=False, index=part.index)
    if twice.any():
        what = "areas are drawn twice, as a line and as a hatch: the line is taken."
        found.append(Finding("W-IMPORT-10", what, "", "note", path.name, None, tuple(part["same_as"][twice])))
    once = part.drop(index=set(part["same_as"][twice]) & set(part.index)) if twice.any() else part
    return once.drop(columns="same_as", errors="ignore")


def _is_located(path: Path) -> bool:
    """Whether a Parquet file holds shapes; one that can not be read is left to the reader of shapes, which says why."""
    import pyarrow as pa  # noqa: PLC0415 - heavy, and only Parquet needs it
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    try:
        return b"geo" in (pq.read_schema(path).metadata or {})
    except (OSError, pa.ArrowException):
        return True


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
    note = Finding("W-IMPORT-06", what, "", "note", path.name)
    return Rows(made.drop(columns=["avg_d_kbps", "avg_u_kbps"]), (*rows.findings, note))
