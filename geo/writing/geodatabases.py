"""File geodatabases (FileGDB) as ArcGIS 10 and later read them: aliases of classes and fields, lengths of texts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from geopandas import GeoDataFrame

from geo.writing.archives import zipped
from geo.writing.formats import FORMATS
from geo.writing.gdal_files import counted, gdal, unfinished
from geo.writing.names import fitting
from geo.writing.ready import Job, Ready

_FORMAT = next(one for one in FORMATS if one.name == "FileGDB")
_ALIAS, _WIDTH = b"GDAL:OGR:alternative_name", b"GDAL:OGR:width"  # what GDAL reads of a field of an Arrow table
_LONGEST_ALIAS = 255
_EMPTY = {"line": "MultiLineString", "polygon": "MultiPolygon"}


def geodatabase_names(names: list[str]) -> dict[str, str]:
    """Name of a column → the one that a file geodatabase keeps it under: Latin letters, no word of SQL, all different.

    >>> geodatabase_names(["Diện tích", "date", "maHoSoQH"])
    {'Diện tích': 'Dien_tich', 'date': 'date_', 'maHoSoQH': 'maHoSoQH'}
    """
    return fitting(names, _FORMAT)


def fill_geodatabase(job: Job, part: Path) -> None:
    """A folder of this format, or that folder in a zip; what is told of a column becomes its alias and length."""
    folder = part if part.suffix == ".gdb" else part.with_name(f"{part.name.removesuffix('.zip')}")
    for one in job.layers:
        about = job.told.get(one.layer, {})
        title = about.get("title_vi")
        more = {"LAYER_ALIAS": str(title)} if title else {}
        fields = _fields(one, about.get("columns") or {})
        if fields:
            _with_fields(one, folder, fields, str(about.get("shape", "")), more)
        else:
            gdal(one, folder, _FORMAT.driver, **more)
    counted(folder, job.layers)
    if folder != part:
        files = {f"{folder.name}/{file.name}": file.read_bytes() for file in sorted(folder.iterdir())}
        part.write_bytes(zipped(files))


def _fields(one: Ready, told: Mapping[Any, Any]) -> dict[str, dict[bytes, bytes]]:
    """Name in the file → what GDAL is told of the field."""
    found = {}
    for name, said in told.items():
        words = said if isinstance(said, Mapping) else {}
        alias, letters = words.get("meaning_vi"), words.get("letters")
        field = {_ALIAS: str(alias)[:_LONGEST_ALIAS].encode()} if alias else {}
        field |= {_WIDTH: str(int(letters)).encode()} if letters else {}
        if field:
            found[one.ledger.renamed.get(str(name), str(name))] = field
    return {name: field for name, field in found.items() if name in one.frame}


def _with_fields(one: Ready, folder: Path, fields: Mapping[str, dict[bytes, bytes]], shape: str, more: Mapping[str, str]) -> None:
    """By way of Arrow, whose fields carry what a frame's columns can not; a file that is not whole is an OSError."""
    import pyogrio  # noqa: PLC0415 - half a second that a map or table alone need not pay
    from pyogrio.raw import write_arrow  # noqa: PLC0415 - see above

    table, place = _table(one.frame, shape)
    schema = pa.schema([field.with_metadata({**(field.metadata or {}), **fields.get(field.name, {})}) for field in table.schema])
    try:
        write_arrow(
            pa.Table.from_arrays(table.columns, schema=schema), folder, layer=one.name, driver=_FORMAT.driver, **place, **more
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise unfinished(folder, str(error)) from error


def _table(frame: pd.DataFrame, shape: str) -> tuple[pa.Table, dict[str, Any]]:
    """The rows as Arrow, and what GDAL must be told of their shapes; ``shape`` what a class without any is to hold."""
    place: dict[str, Any] = {}
    if isinstance(frame, GeoDataFrame):
        kinds = sorted(set(frame.geom_type.dropna()))
        kind = kinds[0] if len(kinds) == 1 else "Unknown" if kinds else _EMPTY.get(shape, "Point")
        high = " Z" if kinds and frame.geometry.has_z.any() else ""
        place = {"crs": frame.crs.to_wkt(), "geometry_name": frame.geometry.name, "geometry_type": f"{kind}{high}"}
        frame = pd.DataFrame(frame).assign(**{frame.geometry.name: frame.geometry.to_wkb()})
    table = pa.Table.from_pandas(frame, preserve_index=False)
    drawn = place.get("geometry_name")
    for at, field in enumerate(table.schema):
        kind = pa.binary() if field.name == drawn else pa.string() if pa.types.is_null(field.type) else field.type
        if kind != field.type:
            table = table.set_column(at, field.with_type(kind), table[at].cast(kind))
    return table, place
