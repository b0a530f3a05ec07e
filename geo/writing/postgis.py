"""Frames into PostGIS and back: one transaction, the geometry indexed, its CRS known to the database, no password in messages."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS

from geo.errors import PlanningDataError
from geo.findings import Finding
from geo.writing.columns import fitted, kind_of
from geo.writing.formats import Format
from geo.writing.losses import Ledger
from geo.writing.names import with_ids
from geo.writing.shapes import placed

DATABASES = ("postgresql://", "postgres://", "postgresql+psycopg://")
_OWN_SRID = 990_000  # from here on numbers for systems that EPSG does not know
FORM = Format(
    "PostGIS",
    (),
    "",
    frozenset({"flag", "whole", "number", "date", "moment", "blob"}),
    tables=True,
    layers=True,
    moment_s=1e-6,
    utc="zoned",
)
_TYPES = {"flag": "boolean", "whole": "bigint", "number": "double precision", "date": "date", "blob": "bytea", "text": "text"}
_SHAPE = "geom"


def is_database(path: object) -> bool:
    """Whether a path is the address of a database."""
    return isinstance(path, str) and path.startswith(DATABASES)


def write_postgis(frames: Mapping[str, pd.DataFrame], url: str) -> list[Finding]:
    """Write frames as tables, by name ("table" or "schema.table"), each in the place of an older one: all of them or none.

    The index is the primary key where it is unique, the geometry is the column "geom" with a GiST index, in the frame's CRS,
    which is entered in spatial_ref_sys where the database does not know it. Schemas are made when missing.
    Returns what had to change.
    Errors: E-WRITE-07 the extra "postgis" is not installed, E-WRITE-08 the database refuses, and those of `geo.write`.
    """
    found: list[Finding] = []
    with _cursor(url) as cursor:
        for name, frame in frames.items():
            schema, _, table = name.rpartition(".")
            ledger = Ledger(_shown(url), name)
            rows, ids = with_ids(frame, Path(name))
            rows = rows.set_axis(frame.index)
            if isinstance(rows, GeoDataFrame):
                rows = placed(rows, FORM, ledger, 0, Path(name))
            shape = rows.geometry.name if isinstance(rows, GeoDataFrame) else None
            _write(cursor, schema or "public", table, fitted(rows, FORM, ledger, skip=shape), ids, shape)
            found += ledger.found
    return found


def read_postgis(url: str, *, layer: str | None) -> GeoDataFrame:
    """Read a table "schema.table" with its geometry; the primary key is the index. Errors: E-WRITE-07, -08, E-IO-04 no layer."""
    if layer is None:
        raise PlanningDataError(
            "E-IO-04", "a database holds many tables.", file=_shown(url), mend='name one: layer="schema.table".'
        )
    schema, _, table = layer.rpartition(".")
    place = (schema or "public", table)
    with _cursor(url) as cursor:
        shape = _one(
            cursor, "SELECT f_geometry_column FROM geometry_columns WHERE f_table_schema = %s AND f_table_name = %s", place
        )
        key = _one(
            cursor,
            "SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey) "
            "WHERE indisprimary AND indrelid = to_regclass(quote_ident(%s) || '.' || quote_ident(%s))",
            place,
        )
        if shape is None:
            mend = "name a table with geometry: SELECT * FROM geometry_columns lists them."
            raise PlanningDataError("E-IO-04", "no such table with geometry.", file=_shown(url), layer=layer, mend=mend)
        frame = _read(cursor, place, shape)
    return frame if key is None else frame.set_index(key)


def _read(cursor: Any, place: tuple[str, str], shape: str) -> GeoDataFrame:
    from psycopg import sql  # noqa: PLC0415 - an optional extra

    table = sql.Identifier(*place)
    cursor.execute(sql.SQL("SELECT *, ST_AsBinary({0}) AS wkb_ FROM {1} ORDER BY ctid").format(sql.Identifier(shape), table))
    names = [column.name for column in cursor.description]
    rows = pd.DataFrame(cursor.fetchall(), columns=names)
    geometry = shapely.from_wkb([None if one is None else bytes(one) for one in rows["wkb_"]])
    srid = _one(cursor, "SELECT Find_SRID(%s, %s, %s)", (*place, shape))
    wkt = _one(cursor, "SELECT srtext FROM spatial_ref_sys WHERE srid = %s", (srid,))
    own = _one(cursor, "SELECT auth_name FROM spatial_ref_sys WHERE srid = %s", (srid,)) != "EPSG"
    crs = CRS.from_wkt(wkt) if own else CRS.from_epsg(srid)
    return GeoDataFrame(rows.drop(columns=["wkb_", shape]), geometry=geometry, crs=crs)


@contextmanager
def _cursor(url: str) -> Iterator[Any]:
    """A cursor in one transaction: kept at the end, undone by any error, which is told without the password."""
    try:
        import psycopg  # noqa: PLC0415 - an optional extra
        from sqlalchemy import create_engine  # noqa: PLC0415
        from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415
    except ImportError as error:
        mend = "install the extra: pip install 'innoregion[postgis]'."
        raise PlanningDataError("E-WRITE-07", "PostGIS needs further packages.", seen=error.name, mend=mend) from None
    try:
        engine = create_engine(f"postgresql+psycopg://{url.split('://', 1)[1]}", connect_args={"connect_timeout": 10})
        try:
            with engine.begin() as connection:
                yield connection.connection.cursor()
        finally:
            engine.dispose()
    except (SQLAlchemyError, psycopg.Error) as error:
        raise _refused(url, str(getattr(error, "orig", None) or error)) from None
    except ValueError as error:
        if isinstance(error, PlanningDataError):
            raise
        raise _refused(url, str(error)) from None


def _refused(url: str, why: str) -> PlanningDataError:
    password = urlsplit(url).password
    told = why.replace(password, "***") if password else why
    mend = "check host, user, rights and disk; CREATE EXTENSION postgis; once in the database."
    return PlanningDataError(
        "E-WRITE-08", "the database refuses.", file=_shown(url), seen=" ".join(told.split())[:300], mend=mend
    )


def _shown(url: str) -> str:
    """The address without user and password."""
    return f"{url.split('://', 1)[0]}://{url.rsplit('@', 1)[-1].rsplit('://', maxsplit=1)[-1].split('?', maxsplit=1)[0]}"


def _one(cursor: Any, query: str, values: tuple[Any, ...]) -> Any:
    row = cursor.execute(query, values).fetchone()
    return None if row is None else row[0]


def _write(cursor: Any, schema: str, table: str, frame: pd.DataFrame, ids: str | None, shape: str | None) -> None:
    from psycopg import sql  # noqa: PLC0415 - an optional extra

    place = sql.Identifier(schema, table)
    names = [name for name in frame.columns if name != shape]
    kinds = [_sql_type(frame[name]) for name in names]
    columns: list[Any] = [
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, kind in zip(names, kinds, strict=True)
    ]
    if isinstance(frame, GeoDataFrame):
        columns.append(sql.SQL(f"{_SHAPE} geometry(Geometry{_dimensions(frame)}, {_srid(cursor, CRS(frame.crs))})"))
    if ids is not None and not frame[ids].isna().any() and not frame[ids].duplicated().any():
        columns.append(sql.SQL("PRIMARY KEY ({})").format(sql.Identifier(ids)))
    cursor.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
    cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(place))
    cursor.execute(sql.SQL("CREATE TABLE {} ({})").format(place, sql.SQL(", ").join(columns)))
    values = [
        [None if missing else value for value, missing in zip(frame[name], frame[name].isna(), strict=True)] for name in names
    ]
    if isinstance(frame, GeoDataFrame):
        coded = shapely.to_wkb(
            shapely.set_srid(frame.geometry.to_numpy(), _srid(cursor, CRS(frame.crs))), hex=True, include_srid=True
        )
        values.append(list(coded))
    with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(place)) as copy:
        for row in zip(*values, strict=True):
            copy.write_row(row)
    if isinstance(frame, GeoDataFrame):
        cursor.execute(sql.SQL("CREATE INDEX ON {} USING gist ({})").format(place, sql.Identifier(_SHAPE)))
    count = cursor.execute(sql.SQL("SELECT COUNT(*) FROM {}").format(place)).fetchone()[0]
    if count != len(frame):
        raise ValueError(f"{count} of {len(frame)} rows arrived")


def _sql_type(values: pd.Series) -> str:
    kind = kind_of(values)
    if kind == "moment":
        return "timestamp" if values.dt.tz is None else "timestamptz"
    return _TYPES.get(kind, "text")


def _dimensions(frame: GeoDataFrame) -> str:
    """Z where shapes have heights: then all of them must."""
    high = shapely.has_z(frame.geometry.to_numpy()[~frame.geometry.isna().to_numpy()])
    return "Z" if len(high) and high.all() else ""


def _srid(cursor: Any, crs: CRS) -> int:
    """The number of a CRS in the database, entered there when it is not known."""
    code = crs.to_epsg()
    if code is None:
        known = _one(cursor, "SELECT srid FROM spatial_ref_sys WHERE srtext = %s", (crs.to_wkt("WKT1_GDAL"),))
        last = _one(cursor, "SELECT GREATEST(MAX(srid), %s) FROM spatial_ref_sys WHERE srid < 998999", (_OWN_SRID,))
        code = known or int(last) + 1
    if _one(cursor, "SELECT srid FROM spatial_ref_sys WHERE srid = %s", (code,)) is None:
        author = "EPSG" if crs.to_epsg() else "innoregion"
        cursor.execute(
            "INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text) VALUES (%s, %s, %s, %s, %s)",
            (code, author, code, crs.to_wkt("WKT1_GDAL"), _proj_text(crs)),
        )
    return int(code)


def _proj_text(crs: CRS) -> str:
    """The old short form, which PostGIS keeps beside the whole one and no longer needs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that it tells less is known
        return crs.to_proj4()
