"""Files in and out: one writer that is all or nothing, one reader that never guesses a CRS."""

from __future__ import annotations

import io
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pandas.api.types import is_float_dtype

from geo.crs import WGS84, to_wgs84
from geo.errors import PlanningDataError, nearest_names

_DRIVERS = {".geojson": "GeoJSON", ".gpkg": "GPKG", ".fgb": "FlatGeobuf", ".kml": "KML"}
_WRITTEN = (*_DRIVERS, ".parquet", ".csv")
_DEGREES = np.array([180, 90, 180, 90])
_GEOJSON = {"RFC7946": "YES", "WRITE_BBOX": "YES", "COORDINATE_PRECISION": "6"}


def write_whole(path: str | Path, fill: Callable[[Path], None]) -> Path:
    """Let ``fill`` write a file beside ``path``, then put it in place in one step: the old file or the new one, never half.

    The parent folder is made when missing. Returns the path. An ``OSError`` of ``fill`` leaves the old file as it was.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as folder:
        part = Path(folder) / path.name
        fill(part)
        with part.open("rb+") as handle:
            os.fsync(handle.fileno())
        part.replace(path)
    return path


def write_text(path: str | Path, text: str) -> Path:
    """Write UTF-8 text, all or nothing; line ends stay as they are."""
    return write_whole(path, lambda part: _write_bytes(part, text.encode()))


def _write_bytes(part: Path, data: bytes) -> None:
    part.write_bytes(data)


def write(frame: pd.DataFrame | GeoDataFrame, path: str | Path, *, bom: bool = False) -> Path:
    """Write a frame in the format its ending names, all or nothing: .geojson .gpkg .fgb .kml .parquet .csv.

    GeoJSON follows RFC 7946 (WGS 84, right-hand rings, bbox, 6 decimals); infinite numbers become null in every format. CSV is
    UTF-8 without geometry (``bom=True`` adds the mark that Excel wants). The index is written as a column,
    in a CSV under the name "id" where it has none, row numbers left out. Raises
    PlanningDataError E-IO-01 for an unknown ending, E-IO-02 where a table without geometry is to become a map file.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in _WRITTEN:
        raise PlanningDataError(
            "E-IO-01",
            f"no writer for the ending {suffix!r}.",
            file=path.name,
            mend=f"use one of {', '.join(_WRITTEN)}; {nearest_names(suffix, _WRITTEN)}",
        )
    if suffix in _DRIVERS and not isinstance(frame, GeoDataFrame):
        raise PlanningDataError(
            "E-IO-02", "a table without geometry is no map file.", file=path.name, mend="write it as .csv or .parquet."
        )
    plain = _finite(frame)
    if suffix == ".csv":
        return write_text(path, ("\ufeff" if bom else "") + _csv(plain))
    if suffix == ".parquet":
        return write_whole(path, lambda part: _parquet(plain, part))
    return write_whole(path, lambda part: _vector(plain, part, suffix))


def _finite(frame: pd.DataFrame) -> pd.DataFrame:
    numbers = [name for name in frame.columns if is_float_dtype(frame[name].dtype)]
    return frame.assign(**{name: frame[name].where(np.isfinite(frame[name])) for name in numbers})


def _csv(frame: pd.DataFrame) -> str:
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name)) if isinstance(frame, GeoDataFrame) else frame
    counted = table.index.name is None and isinstance(table.index, pd.RangeIndex)  # row numbers say nothing
    label = None if any(table.index.names) else "id"
    return str(table.to_csv(index=not counted, index_label=label, lineterminator="\n", float_format="%.10g"))


def _parquet(frame: pd.DataFrame, part: Path) -> None:
    if isinstance(frame, GeoDataFrame):
        frame.to_parquet(part, schema_version="1.1.0", write_covering_bbox=True)
    else:
        frame.to_parquet(part)


def _vector(frame: GeoDataFrame, part: Path, suffix: str) -> None:
    """By way of memory: on a full disk GDAL closes a file that is cut short and says nothing."""
    import pyogrio  # noqa: PLC0415 - half a second that a map or table alone need not pay

    if suffix == ".geojson":
        options: dict[str, Any] = dict(_GEOJSON)
        if frame.index.name:
            options["ID_FIELD"] = frame.index.name
        frame = to_wgs84(frame)
    else:
        options = {}
    if suffix == ".kml":
        frame = to_wgs84(frame)
    flat = _flat(frame.reset_index() if frame.index.name else frame)
    whole = io.BytesIO()
    pyogrio.write_dataframe(flat, whole, driver=_DRIVERS[suffix], layer=part.stem, **options)
    _write_bytes(part, whole.getvalue())


def _flat(frame: GeoDataFrame) -> GeoDataFrame:
    """Lists and dicts as JSON text: no vector format holds them alike."""
    for name in frame.columns.drop(frame.geometry.name):
        column = frame[name]
        if column.dtype == object and column.map(lambda value: isinstance(value, (list, tuple, dict))).any():
            frame = frame.assign(**{name: column.map(lambda value: json.dumps(value, ensure_ascii=False))})
    return frame


def read_vector(path: str | Path, *, crs: str | None = None, layer: str | None = None) -> GeoDataFrame:
    """Read GeoJSON, GeoPackage, FlatGeobuf or KML by its ending; ``crs`` names the system where the file does not.

    Local files only. Raises PlanningDataError E-IO-03 (missing), E-IO-01 (ending), E-IO-04 (can not be read), E-CRS-01 (no CRS),
    E-CRS-03 (coordinates outside longitude and latitude although the file says WGS 84).
    """
    import pyogrio  # noqa: PLC0415 - see _vector

    path = Path(path)
    driver = _DRIVERS.get(path.suffix.lower())
    if driver is None:
        raise PlanningDataError(
            "E-IO-01", f"no reader for the ending {path.suffix!r}.", file=path.name, mend=f"use one of {', '.join(_DRIVERS)}."
        )
    if not path.is_file():
        near = nearest_names(path.name, [other.name for other in path.parent.glob("*")] if path.parent.is_dir() else [])
        raise PlanningDataError("E-IO-03", "no such file.", file=path, mend=near)
    try:
        frame = pyogrio.read_dataframe(f"{driver}:{path}" if driver == "GeoJSON" else path, layer=layer)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise PlanningDataError(
            "E-IO-04", "the file can not be read.", file=path.name, seen=str(error), mend="export it anew."
        ) from error
    if crs is not None:
        frame = frame.set_crs(crs, allow_override=True)
    return _located(frame, path)


def _located(frame: GeoDataFrame, path: Path) -> GeoDataFrame:
    if frame.crs is None:
        raise PlanningDataError(
            "E-CRS-01", "the file names no CRS.", file=path.name, mend='name it: read_vector(..., crs="EPSG:9210").'
        )
    if frame.crs == WGS84 and not frame.empty and (np.abs(frame.total_bounds) > _DEGREES).any():
        raise PlanningDataError(
            "E-CRS-03",
            "coordinates are no longitude and latitude.",
            file=path.name,
            seen=tuple(round(float(v)) for v in frame.total_bounds),
            mend='metres of VN-2000 / TM-3 105°45\' look like (600000, 1220000): read_vector(..., crs="EPSG:9210").',
        )
    return frame
