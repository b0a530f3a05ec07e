"""Layers into the vector formats that GDAL writes, and a look at each file before it takes the place of the old one."""

from __future__ import annotations

import errno
import io
import re
import sqlite3
import warnings
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pandas.api.types import is_float_dtype

from geo.errors import PlanningDataError
from geo.writing import losses, metadata
from geo.writing.archives import zipped
from geo.writing.columns import kind_of
from geo.writing.ready import Job, Ready

_FEATURE = b'{ "type": "Feature", '
_KIND = re.compile(rb'"geometry": (?:null|\{ "type": "(\w+)")')
_FIXED_TIME = "2000-01-01T00:00:00.000Z"
_DBF_WIDTH = 24
_DBF_EXACT = 1e-9  # a number that a Shapefile would change more than this is kept as text


def gdal(one: Ready, target: Any, driver: str, **options: Any) -> None:
    """Write one layer by GDAL; a file it can not write whole is an OSError."""
    import pyogrio  # noqa: PLC0415 - half a second that a map or table alone need not pay

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*(DateTime|Non-conformant).*")
        try:
            pyogrio.write_dataframe(
                one.frame,
                target,
                driver=driver,
                layer=one.name,
                use_arrow=True,
                promote_to_multi=False,
                **_typed(one.frame, driver),
                **options,
            )
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
            raise unfinished(target, str(error)) from error


def _typed(frame: pd.DataFrame, driver: str) -> dict[str, str]:
    """A type of geometry for a layer that has no shape to tell it; a geodatabase and a Shapefile want a definite one."""
    if isinstance(frame, GeoDataFrame) and frame.geometry.isna().all():
        return {"geometry_type": "Point" if driver in {"OpenFileGDB", "ESRI Shapefile"} else "Unknown"}
    return {}


def unfinished(target: object, why: str) -> OSError:
    """The error that tells of a file that is not whole."""
    return OSError(errno.EIO, f"the file could not be written whole ({why})", str(target))


def _whole(one: Ready, driver: str, **options: Any) -> bytes:
    """By way of memory: on a full disk GDAL closes a file that is cut short and says nothing."""
    held = io.BytesIO()
    gdal(one, held, driver, **options)
    return held.getvalue()


def fill_geojson(job: Job, part: Path) -> None:
    """RFC 7946: WGS 84, right-hand rings, bbox of the whole and of each feature, ids, no CRS member."""
    (one,) = job.layers
    text = _geojson(one, job.decimals)
    if job.embed and job.told.get(one.layer):
        head = b'{\n"type": "FeatureCollection",\n'
        text = text.replace(head, head + f'"about": {metadata.as_json(job.told[one.layer])},\n'.encode(), 1)
    part.write_bytes(text)


def fill_geojson_lines(job: Job, part: Path) -> None:
    """One feature of `fill_geojson` a line."""
    (one,) = job.layers
    lines = _geojson(one, job.decimals).split(b"\n")
    part.write_bytes(b"".join(line.rstrip(b",") + b"\n" for line in lines if line.startswith(_FEATURE)))


def _geojson(one: Ready, decimals: int) -> bytes:
    frame, more = one.frame, {}
    ids = one.ids
    if ids is not None and (frame[ids].isna().any() or frame[ids].duplicated().any()):
        one.ledger.add(losses.NO_IDS, f"column {ids!r} is not unique: features have no id.", seen=ids)
    elif ids is not None:
        frame, more = frame.assign(**{"feature id": frame[ids]}), {"ID_FIELD": "feature id"}
    autodetect = _native_json(one)
    text = _whole(
        one.with_frame(frame),
        "GeoJSON",
        RFC7946="YES",
        WRITE_BBOX="YES",
        COORDINATE_PRECISION=str(decimals),
        AUTODETECT_JSON_STRINGS="YES" if autodetect else "NO",
        **more,
    )
    if text.count(b"\n" + _FEATURE) != len(frame) or not text.rstrip().endswith(b"]\n}"):
        raise unfinished(one.name, "features are missing")
    _changed_shapes(one, text)
    return text


def _native_json(one: Ready) -> bool:
    """Whether lists and dicts can be written as such: GDAL knows them by their brackets, so no other text may look like one."""
    given = {name for name in one.source.columns if kind_of(one.source[name]) == "json"}
    if not given:
        return False
    others = [name for name in one.frame.columns if name not in given and kind_of(one.frame[name]) == "text"]
    alike = [name for name in others if one.frame[name].str.match(r"\s*[\[{]").fillna(value=False).any()]
    if alike:
        seen = dict.fromkeys(sorted(given), "json → text")
        one.ledger.add(losses.OTHER_TYPE, f"lists are written as text: texts of {alike[0]!r} look like lists.", seen=seen)
    return not alike


def _changed_shapes(one: Ready, text: bytes) -> None:
    """Shapes that GDAL cut at the antimeridian or that fell together when they were rounded."""
    kinds = np.array(_KIND.findall(text), object)
    given = one.frame.geometry.geom_type.to_numpy(object)
    before = np.array([b"" if kind is None or kind != kind else str(kind).encode() for kind in given], object)  # noqa: PLR0124 - NaN
    other = kinds != before
    if not other.any():
        return
    bounds = one.frame.geometry.bounds
    over = other & ((bounds["minx"] < -180) | (bounds["maxx"] > 180)).to_numpy()  # noqa: PLR2004
    if over.any():
        one.ledger.add(losses.MERIDIAN, "shapes across the antimeridian are cut there.", ids=one.frame.index[over])
    if (other & ~over).any():
        what = "shapes smaller than the rounding of coordinates fall together."
        one.ledger.add(losses.OTHER_SHAPE, what, seen="rounded", ids=one.frame.index[other & ~over], severity="warning")


def fill_flatgeobuf(job: Job, part: Path) -> None:
    """One layer with its spatial index; without one where rows have no shape, for the format then allows none."""
    import pyogrio  # noqa: PLC0415 - see gdal

    (one,) = job.layers
    index = "NO" if one.frame.geometry.isna().any() or not len(one.frame) else "YES"
    whole = _whole(one, "FlatGeobuf", SPATIAL_INDEX=index)
    part.write_bytes(whole)
    first = one.frame.columns[0]
    back = pyogrio.read_dataframe(io.BytesIO(whole), columns=[first], read_geometry=False)
    if len(back) != len(one.frame):
        raise unfinished(one.name, "features are missing")
    if [str(value) for value in back[first]] != [str(value) for value in one.frame[first]]:
        one.ledger.add(losses.REORDERED, "rows stand in the order of their places (spatial index).", seen=first)


def fill_geopackage(job: Job, part: Path) -> None:
    """Layers and tables of one GeoPackage, dated alike so that the same input makes the same bytes."""
    for one in job.layers:
        about = job.told.get(one.layer, {})
        more = {"IDENTIFIER": str(about["title_vi"])} if about.get("title_vi") and len(job.layers) == len(job.told) else {}
        gdal(one, part, "GPKG", layer_metadata=metadata.flat(about) or None, DESCRIPTION=str(about.get("title_en", "")), **more)
    with closing(sqlite3.connect(part)) as base, base:
        base.execute("UPDATE gpkg_contents SET last_change = ?", (_FIXED_TIME,))
        if base.execute("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_metadata_reference'").fetchone():
            base.execute("UPDATE gpkg_metadata_reference SET timestamp = ?", (_FIXED_TIME,))
        counts = {one.name: base.execute(f'SELECT COUNT(*) FROM "{_quoted(one.name)}"').fetchone()[0] for one in job.layers}  # noqa: S608
        sound = base.execute("PRAGMA quick_check").fetchone()[0]
    short = {one.name: counts[one.name] for one in job.layers if counts[one.name] != len(one.frame)}
    if short or sound != "ok":
        raise unfinished(part, f"{short} {sound}")


def _quoted(name: str) -> str:
    return name.replace('"', '""')


def counted(source: Path, ready: Sequence[Ready]) -> None:
    """Read every row back: a file cut short has fewer, or other columns. Errors: OSError."""
    import pyogrio  # noqa: PLC0415 - see gdal

    for one in ready:
        try:
            info, table = pyogrio.read_arrow(source, layer=one.name)
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
            raise unfinished(source, str(error)) from error
        shape = one.frame.geometry.name if isinstance(one.frame, GeoDataFrame) else None
        wanted = [name for name in one.frame.columns if name != shape]
        if table.num_rows != len(one.frame) or (wanted and list(info["fields"]) != wanted):
            raise unfinished(source, f"{one.name}: {table.num_rows} of {len(one.frame)} rows, columns {list(info['fields'])}")


def fill_shapefiles(job: Job, part: Path) -> None:
    """A zip of Shapefiles in UTF-8, with a table that tells what the shortened names of columns stand for."""
    folder = part.parent / "layers"
    folder.mkdir()
    for one in job.layers:
        fit = one.with_frame(_dbf_numbers(one))
        flat = isinstance(fit.frame, GeoDataFrame)
        gdal(
            fit,
            folder / f"{one.name}{'.shp' if flat else '.dbf'}",
            "ESRI Shapefile",
            ENCODING="UTF-8",
            DBF_DATE_LAST_UPDATE="2000-01-01",
        )
        counted(folder / f"{one.name}{'.shp' if flat else '.dbf'}", [fit])
        names = one.ledger.renamed
        if names:
            rows = "".join(f"{new},{old!r}\n".replace("'", '"') for old, new in names.items())
            (folder / f"{one.name}_columns.csv").write_text("name_in_file,name\n" + rows, encoding="utf-8")
    part.write_bytes(zipped({file.name: file.read_bytes() for file in sorted(folder.iterdir())}))


def _dbf_numbers(one: Ready) -> pd.DataFrame:
    """Numbers as a dBASE table prints them, 15 decimals in 24 places; those it would distort as text."""
    frame = one.frame
    for name in [name for name in frame.columns if is_float_dtype(frame[name].dtype)]:
        values = frame[name].to_numpy(float, na_value=np.nan)
        printed = np.array([float(f"{value:.15f}"[:_DBF_WIDTH]) if np.isfinite(value) else np.nan for value in values], float)
        exact = frame[name].dtype.name.lower()  # float32 has fewer digits to lose
        off = np.isfinite(values) & (printed.astype(exact) != values.astype(exact))
        if (off & (np.abs(printed - values) > _DBF_EXACT * np.abs(values))).any():
            one.ledger.add(
                losses.OTHER_TYPE, "numbers too large or too small for a Shapefile are text.", seen={name: "number → text"}
            )
            words = [repr(float(value)) if np.isfinite(value) else None for value in values]
            frame = frame.assign(**{name: pd.Series(words, index=frame.index, dtype="str")})
        elif off.any():
            what = f"numbers of column {name!r} are written to 15 decimals."
            one.ledger.add(losses.DIGITS, what, seen=name, ids=frame.index[off])
    return frame


def fill_tiles(job: Job, part: Path) -> None:
    """Vector tiles for maps on the web: shapes cut into tiles and drawn on a grid, coarser the smaller the scale."""
    for one in job.layers:
        if one.frame.geometry.isna().all():
            mend = "leave it out, or write .gpkg."
            raise PlanningDataError("E-WRITE-05", "tiles need shapes.", file=part.name, layer=one.layer, mend=mend)
    (one,) = job.layers
    what = (
        "tiles hold shapes cut and rounded to a grid, rows without shape not at all, null not at all: for drawing, not for work."
    )
    one.ledger.add(losses.TILES, what, severity="warning")
    gdal(one, part, "PMTiles", MINZOOM="5", MAXZOOM="14", NAME=part.stem)
    if not part.is_file() or not part.stat().st_size:
        raise unfinished(part, "nothing was written")
