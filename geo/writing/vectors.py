"""Frames into files: one writer for every format, by the ending of the name."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pandas as pd
from geopandas import GeoDataFrame

from geo.errors import PlanningDataError
from geo.findings import Finding
from geo.writing import gdal_files, geodatabases, kml, metadata, tables
from geo.writing.columns import fitted
from geo.writing.formats import Format, format_of, stem_of
from geo.writing.losses import SPLIT, Ledger
from geo.writing.names import layer_names, renamed, with_ids
from geo.writing.postgis import is_database, write_postgis
from geo.writing.ready import Job, Ready
from geo.writing.shapes import by_family, placed
from geo.writing.whole import write_whole

Frames: TypeAlias = pd.DataFrame | GeoDataFrame | Mapping[str, pd.DataFrame | GeoDataFrame]
_FILLS: dict[str, Callable[[Job, Path], None]] = {
    "GeoJSON": gdal_files.fill_geojson,
    "GeoJSONSeq": gdal_files.fill_geojson_lines,
    "GeoPackage": gdal_files.fill_geopackage,
    "FlatGeobuf": gdal_files.fill_flatgeobuf,
    "FileGDB": geodatabases.fill_geodatabase,
    "Shapefile": gdal_files.fill_shapefiles,
    "PMTiles": gdal_files.fill_tiles,
    "KML": kml.fill_kml,
    "GeoParquet": tables.fill_parquet,
    "CSV": tables.fill_csv,
    "Excel": tables.fill_sheets,
}


def write(
    frame: Frames,
    path: str | Path,
    *,
    layer: str | None = None,
    bom: bool = False,
    geometry: Literal["wkt", "lonlat"] | None = None,
    decimals: int = 6,
    about: Mapping[str, Any] | None = None,
    sidecar: bool = False,
    embed: bool = False,
    losses: list[Finding] | None = None,
) -> Path:
    """Write a frame, or several as ``{layer: frame}``, in the format the ending of ``path`` names, all or nothing.

    .geojson (RFC 7946: WGS 84, right-hand rings, bbox, ids, cut at the antimeridian, ``decimals``), .geojsonl (one feature a
    line), .gpkg, .fgb, .kml, .parquet (GeoParquet 1.1), .csv, .xlsx, .shp.zip (Shapefiles in a zip), .gdb and .gdb.zip (FileGDB),
    .pmtiles. Several layers: .gpkg .kml .xlsx .shp.zip .gdb; the name of a single one is ``layer``, else the file's.

    ``path`` may be a database: "postgresql://user:password@host/database" with ``layer="schema.table"`` (or such names as keys);
    its tables are replaced in one transaction, see `geo.writing.postgis`; needs the extra "postgis".

    The index is written as a column (under "id" where it has no name; plain row numbers are left out, but in .fgb, whose rows are
    in the order of their places). In .csv and .xlsx geometry is left out, or columns: "wkt", or "lonlat" for points; texts that
    a spreadsheet would run as a formula get a leading apostrophe in .csv; ``bom=True`` adds the mark by which Excel knows UTF-8.
    Infinite numbers become null in every format.

    What a format can not hold as it is goes to ``losses`` as `Finding` E-LOSS-01 to E-LOSS-21, "note" where the content is there
    in another form, "warning" where part of it is gone; the latter is a Python warning where no list is given. ``about``
    (title_vi, title_en, source, licence, status, as_of, accuracy_m, columns = name → {unit, meaning_en, meaning_vi}; per layer
    where there are several) is kept inside .gpkg and .parquet, in .geojson as the member "about" if ``embed``; ``sidecar=True``
    writes it with the types of columns, CRS, counts, losses and SHA-256 to ``<path>.meta.json``. In a FileGDB the titles and
    meaning_vi are aliases, ``letters`` of a column of text is its length, and ``shape`` (point, line, polygon) the kind of an
    empty layer. Same input, same bytes; but a FileGDB holds random
    identifiers.

    Errors: E-IO-01 unknown ending, E-IO-02 a table without geometry as a map file, E-CRS-01 no CRS, E-CRS-03 coordinates off the
    globe, E-WRITE-01 a name twice, E-WRITE-02 coordinates no finite numbers, E-WRITE-03 collections, E-WRITE-04 several layers in
    a format of one, E-WRITE-05 nothing to draw or not points, E-WRITE-06 more rows than a sheet holds, E-WRITE-07 and -08 a
    database; `OSError` where the disk is full.
    """
    if is_database(path):
        found = write_postgis(dict(frame) if isinstance(frame, Mapping) else {layer or "layer": frame}, str(path))
        _tell(found, losses)
        return Path(str(path).rsplit("/", 1)[-1])
    path = Path(path)
    form = format_of(path)
    frames = _layers(frame, path, layer, form)
    ready = _ready(frames, path, form, geometry, decimals)
    told = metadata.told(ready, about, single=len(frames) == 1)
    job = Job(ready, form, told, bom, decimals, embed)
    write_whole(path, lambda part: _FILLS[form.name](job, part))
    found = [finding for one in ready for finding in one.ledger.found]
    if sidecar:
        metadata.write_sidecar(path, form, ready, told, found)
    _tell(found, losses)
    return path


def _layers(frame: Frames, path: Path, layer: str | None, form: Format) -> dict[str, pd.DataFrame]:
    frames = dict(frame) if isinstance(frame, Mapping) else {layer or stem_of(path): frame}
    if len(frames) != 1 and not form.layers:
        mend = "write one file a layer, or .gpkg, .gdb, .xlsx, .kml."
        raise PlanningDataError("E-WRITE-04", f"{form.name} holds one layer.", file=path.name, seen=list(frames), mend=mend)
    for name, one in frames.items():
        if not form.tables and not isinstance(one, GeoDataFrame):
            mend = "write it as .csv, .xlsx or .parquet."
            raise PlanningDataError("E-IO-02", "a table without geometry is no map file.", file=path.name, layer=name, mend=mend)
    return frames


def _ready(frames: Mapping[str, pd.DataFrame], path: Path, form: Format, geometry: str | None, decimals: int) -> list[Ready]:
    parts: list[Ready] = []
    for name, frame in frames.items():
        ledger = Ledger(path.name, name)
        table, ids = with_ids(frame, path, keep_numbers=form.name == "FlatGeobuf")
        table = table.set_axis(frame.index)  # findings name features by their ids
        if isinstance(table, GeoDataFrame) and (form.shapes or geometry):
            table = placed(table, form, ledger, decimals, path)
        if not form.shapes:
            table = tables.without_shapes(table, geometry, ledger, form)
        shape = table.geometry.name if isinstance(table, GeoDataFrame) else None
        table = renamed(fitted(table, form, ledger, skip=shape), form, ledger, skip=shape)
        parts += _split(Ready(name, name, table, ids, frame, ledger), form)
    names = layer_names([one.name for one in parts], form)
    return [one.named(names[one.name]) for one in parts]


def _split(one: Ready, form: Format) -> list[Ready]:
    """A layer for each of points, lines and polygons where the format wants them apart."""
    if form.families == "any" or not isinstance(one.frame, GeoDataFrame):
        return [one]
    families = by_family(one.frame)
    if len(families) == 1:
        return [one]
    parts = [one.part(f"{one.name}_{family}", frame, first=at == 0) for at, (family, frame) in enumerate(families.items())]
    what = f"{form.name} holds points, lines and polygons in layers of their own."
    one.ledger.add(SPLIT, what, seen=[part.name for part in parts])
    return parts


def _tell(found: list[Finding], losses: list[Finding] | None) -> None:
    if losses is not None:
        losses.extend(found)
        return
    for finding in found:
        if finding.severity == "warning":
            warnings.warn(str(finding), UserWarning, stacklevel=3)
