"""Several tables in one GeoPackage that QGIS opens styled: its styles and metadata lie inside, the bytes do not change.

QGIS looks for ``layer_styles`` and ``gpkg_metadata`` in the file itself, so that nothing is lost when it is sent on alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import shapely
from geopandas import GeoDataFrame, GeoSeries

from geo import PlanningDataError, write, write_whole
from maps.qgis_metadata import About, metadata_file

EPOCH = "2000-01-01T00:00:00.000Z"  # instead of now: the same input is the same file
OLD_ENOUGH = 10300  # GeoPackage 1.3, which QGIS 3.22 and its GDAL know
_STYLES = """CREATE TABLE layer_styles (
 id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
 f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
 owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))"""
_METADATA = (
    """CREATE TABLE gpkg_metadata (
 id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
 mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE gpkg_metadata_reference (
 reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
 timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
 CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
 CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id))""",
)
_METADATA_IS = "http://www.geopackage.org/spec120/#extension_metadata"
_QGIS_IS = "http://mrcc.com/qgis.dtd"
_MULTI = 4  # GEOS type numbers from here on are of several parts
_LONGEST = 30  # letters of a style's name


@dataclass(frozen=True)
class Table:
    """A table of the package: its name, rows, what it says of itself, its styles (name → QML, the first is applied on opening).

    ``widths``: the most letters of a text column, written into its type.
    """

    name: str
    frame: GeoDataFrame
    about: About
    styles: Mapping[str, str] = field(default_factory=dict)
    widths: Mapping[str, int] = field(default_factory=dict)


def write_package(path: str | Path, tables: Sequence[Table]) -> Path:
    """Write the tables, all or nothing; the same tables give the same bytes.

    Errors: E-QGIS-01 two tables or two columns whose names differ in capitals at most, and those of `geo.write`.
    """
    path = Path(path)
    _different([table.name for table in tables], path)
    for table in tables:
        _different([str(name) for name in table.frame.columns], path)

    def fill(part: Path) -> None:
        write({table.name: _one_kind(table.frame) for table in tables}, part)
        with closing(sqlite3.connect(part)) as base:
            _settle(base, tables)
            _add_styles(base, tables)
            _add_metadata(base, tables)
            base.commit()
            base.execute("VACUUM")

    return write_whole(path, fill)


def _one_kind(frame: GeoDataFrame) -> GeoDataFrame:
    """Single shapes beside multiple ones as multiple: QGIS opens a table of one kind."""
    shapes = frame.geometry.to_numpy()
    many = shapely.get_type_id(shapes) >= _MULTI
    if not many.any() or many[~shapely.is_missing(shapes)].all():
        return frame
    makers = {"Polygon": shapely.multipolygons, "LineString": shapely.multilinestrings, "Point": shapely.multipoints}
    kinds = frame.geom_type.fillna("")
    made = [makers[kind]([shape]) if kind in makers else shape for kind, shape in zip(kinds, shapes, strict=True)]
    return frame.set_geometry(GeoSeries(made, index=frame.index, crs=frame.crs))


def _different(names: Sequence[str], path: Path) -> set[str]:
    """The names in small letters. SQLite takes "Name" and "name" for one."""
    small = [name.casefold() for name in names]
    twice = sorted({name for name, low in zip(names, small, strict=True) if small.count(low) > 1})
    if twice:
        raise PlanningDataError(
            "E-QGIS-01", "a GeoPackage can not tell these names apart.", file=path.name, seen=twice, mend="rename one of them."
        )
    return set(small)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _settle(base: sqlite3.Connection, tables: Sequence[Table]) -> None:
    """A version that older programs know, words of the layers, and the widths of text columns."""
    base.execute(f"PRAGMA user_version = {OLD_ENOUGH}")
    for table in tables:
        words = (f"{table.about.title} ({table.name})", table.about.abstract, table.name)
        base.execute("UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?", words)
    widths = {table.name: table.widths for table in tables if table.widths}
    if not widths:
        return
    (version,) = base.execute("PRAGMA schema_version").fetchone()
    base.execute("PRAGMA writable_schema=ON")  # SQLite's own recipe for a change that leaves the rows as they are
    for name, columns in widths.items():
        (sql,) = base.execute("SELECT sql FROM sqlite_master WHERE type='table' AND name=?", (name,)).fetchone()
        for column, width in columns.items():
            sql = sql.replace(f"{_name(column)} TEXT", f"{_name(column)} TEXT({width})")
        base.execute("UPDATE sqlite_master SET sql=? WHERE type='table' AND name=?", (sql, name))
    base.execute(f"PRAGMA schema_version={version + 1}")
    base.execute("PRAGMA writable_schema=OFF")


def _add_styles(base: sqlite3.Connection, tables: Sequence[Table]) -> None:
    base.execute(_STYLES)
    _register(base, "layer_styles")
    for table in tables:
        (column,) = base.execute("SELECT column_name FROM gpkg_geometry_columns WHERE table_name=?", (table.name,)).fetchone()
        for at, (name, text) in enumerate(table.styles.items()):
            base.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,"
                " styleSLD, useAsDefault, description, owner, ui, update_time) VALUES ('','',?,?,?,?,'',?,?,'',NULL,?)",
                (table.name, column, name[:_LONGEST], text, int(at == 0), table.about.title, EPOCH),
            )


def _register(base: sqlite3.Connection, name: str) -> None:
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)"
        " VALUES (?, 'attributes', ?, '', ?, 0)",
        (name, name, EPOCH),
    )


def _add_metadata(base: sqlite3.Connection, tables: Sequence[Table]) -> None:
    for statement in _METADATA:
        base.execute(statement)
    base.execute(
        "CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,"
        " definition TEXT NOT NULL, scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))"
    )
    for name in ("gpkg_metadata", "gpkg_metadata_reference"):
        row = (name, None, "gpkg_metadata", _METADATA_IS, "read-write")
        base.execute("INSERT INTO gpkg_extensions VALUES (?,?,?,?,?)", row)
    for at, table in enumerate(tables, start=1):
        document = (at, "dataset", _QGIS_IS, "text/xml", metadata_file(table.about))
        base.execute("INSERT INTO gpkg_metadata VALUES (?,?,?,?,?)", document)
        base.execute("INSERT INTO gpkg_metadata_reference VALUES ('table',?,NULL,NULL,?,?,NULL)", (table.name, EPOCH, at))
