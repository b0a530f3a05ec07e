"""Frames into files: one writer for every format, by the ending of the name."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pandas.api.types import is_float_dtype

from geo.crs import to_wgs84
from geo.errors import PlanningDataError, nearest_names
from geo.writing.whole import write_text, write_whole

DRIVERS = {".geojson": "GeoJSON", ".gpkg": "GPKG", ".fgb": "FlatGeobuf", ".kml": "KML"}
_WRITTEN = (*DRIVERS, ".parquet", ".csv")
_GEOJSON = {"RFC7946": "YES", "WRITE_BBOX": "YES", "COORDINATE_PRECISION": "6"}


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
    if suffix in DRIVERS and not isinstance(frame, GeoDataFrame):
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
    pyogrio.write_dataframe(flat, whole, driver=DRIVERS[suffix], layer=part.stem, **options)
    part.write_bytes(whole.getvalue())


def _flat(frame: GeoDataFrame) -> GeoDataFrame:
    """Lists and dicts as JSON text: no vector format holds them alike."""
    for name in frame.columns.drop(frame.geometry.name):
        column = frame[name]
        if column.dtype == object and column.map(lambda value: isinstance(value, (list, tuple, dict))).any():
            frame = frame.assign(**{name: column.map(lambda value: json.dumps(value, ensure_ascii=False))})
    return frame
