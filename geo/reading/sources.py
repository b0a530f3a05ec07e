"""Vector files opened by their own driver: layers chosen, counts told before memory is taken, every warning of GDAL kept."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS

from geo.crs import WGS84
from geo.errors import PlanningDataError, nearest_names
from geo.findings import Finding
from geo.reading.formats import Format
from geo.reading.limits import check_counts, check_largest

_NO_ARROW = ("FlatGeobuf",)  # a damaged one ends the process there
_UNDEFINED = ("undefined", "unknown engineering", "unnamed", "local")


@dataclass(frozen=True)
class Source:
    """An opened file: its ``path`` and ``form``, the name ``shown`` in errors, the ``layer``, number of ``rows``, ``fields``."""

    path: Path
    form: Format
    shown: str
    layer: str | None
    rows: int
    fields: tuple[str, ...]
    crs: CRS | None

    @property
    def address(self) -> str:
        """As GDAL opens it, and by no other driver where it lets one choose."""
        return f"GeoJSON:{self.path}" if self.form.driver == "GeoJSON" else str(self.path)


def opened(path: Path, form: Format, shown: str, wanted: str | None, found: list[Finding]) -> Source:
    """The layer ``wanted`` of a file, else its first with shapes (with a warning where there are more).

    Errors: E-IO-04 not readable, E-IO-10 no such layer, E-IO-12 no layer with shapes.
    """
    import pyogrio  # noqa: PLC0415 - half a second that tables alone need not pay

    pyogrio.set_gdal_config_options({"OGR_GEOJSON_MAX_OBJ_SIZE": 0})  # a fifth of a million vertices: ours is told beforehand
    address = f"GeoJSON:{path}" if form.driver == "GeoJSON" else str(path)
    with _told(shown, None, found):
        kinds = dict(pyogrio.list_layers(address).tolist())
    name = _layer(kinds, shown, wanted, found)
    with _told(shown, name, found):
        info = pyogrio.read_info(address, layer=name)
    crs = None if info["crs"] is None else CRS(info["crs"])
    rows = int(info["features"])
    return Source(path, form, shown, name, rows, tuple(info["fields"].tolist()), crs)


@contextmanager
def apart(path: Path) -> Iterator[Path]:
    """A copy of a GML alone in a folder, for GDAL reads schemas beside it, may fetch others, and writes one."""
    import pyogrio  # noqa: PLC0415 - see `opened`

    pyogrio.set_gdal_config_options({"GML_DOWNLOAD_SCHEMA": "NO", "GML_SKIP_RESOLVE_ELEMS": "ALL"})
    with tempfile.TemporaryDirectory(prefix="innoregion-") as folder:
        yield Path(shutil.copyfile(path, Path(folder) / path.name))


def _layer(kinds: dict[str, str | None], shown: str, wanted: str | None, found: list[Finding]) -> str | None:
    drawn = [name for name, kind in kinds.items() if kind is not None]
    if wanted is not None and wanted not in kinds:
        mend = nearest_names(wanted, kinds)
        raise PlanningDataError("E-IO-10", "the file has no such layer.", file=shown, layer=wanted, mend=mend)
    if not drawn or (wanted is not None and wanted not in drawn):
        what = "there is no layer with shapes." if wanted is None else "the layer has no shapes."
        raise PlanningDataError("E-IO-12", what, file=shown, layer=wanted, seen=list(kinds), mend="choose one with geometry.")
    if wanted is None and len(drawn) > 1:
        what = f"the file has {len(drawn)} layers; the first, {drawn[0]!r}, is read."
        mend = f"name one: layer={' or '.join(map(repr, drawn[:6]))}."
        found.append(Finding("E-IO-11", what, mend, "warning", shown, drawn[0], (), drawn))
    return wanted or drawn[0]


@contextmanager
def _told(shown: str, layer: str | None, found: list[Finding]) -> Iterator[None]:
    """Errors of GDAL as ours, its warnings as findings."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            yield
        except (PlanningDataError, shapely.errors.GEOSException, MemoryError):
            raise
        except Exception as error:
            mend = "export it anew, or fetch it again: it may be cut or damaged."  # which provokes nearly any error
            what = "the file can not be read."
            raise PlanningDataError("E-IO-04", what, file=shown, layer=layer, seen=str(error)[:200], mend=mend) from error
    texts = dict.fromkeys(str(one.message) for one in said if not issubclass(one.category, DeprecationWarning))
    known = {one.seen for one in found if one.code == "E-IO-14"}
    what = "the library that reads the file warns."
    found += [Finding("E-IO-14", what, "", "warning", shown, layer, (), text[:200]) for text in texts if text[:200] not in known]


def loaded(source: Source, found: list[Finding], *, codec: str | None, allow_large: bool) -> GeoDataFrame:
    """All rows of a source. ``codec`` names how the bytes of a Shapefile's texts are read.

    Errors: E-SIZE-02 to -04, E-IO-04, E-ATTR-05 (a column ``geometry``), E-GEOM-12 (shapes that can not be built).
    """
    import pyogrio  # noqa: PLC0415 - see `opened`

    shown, layer = source.shown, source.layer
    check_counts(source.rows, len(source.fields), shown, layer, allow_large=allow_large)
    check_largest(source.path.stat().st_size, max(source.rows, 1), shown, layer, allow_large=allow_large)
    _reserved(source)
    told: dict[str, Any] = {"layer": layer} | ({"encoding": codec} if codec else {"use_arrow": source.form.name not in _NO_ARROW})
    try:
        with _told(shown, layer, found):
            frame = pyogrio.read_dataframe(source.address, **told)
        _all_there(frame, source)
        return frame  # noqa: TRY300 - what is caught comes from the reading above
    except shapely.errors.GEOSException:
        with _told(shown, layer, found):
            closed = pyogrio.read_dataframe(source.address, on_invalid="fix", **told)
            plain = pyogrio.read_dataframe(source.address, on_invalid="ignore", **told)
            missing = _without_bytes(source)
    return _closed(closed, plain, missing, source, found)


def _all_there(frame: GeoDataFrame, source: Source) -> None:
    """Fewer rows than the file says: it is cut. A GeoPackage's own number may be stale and is compared by SQL."""
    if source.form.driver != "GPKG" and 0 <= len(frame) < source.rows:
        what = f"the file is cut or damaged: it says {source.rows:,} features and {len(frame):,} can be read."
        mend = "export or fetch it again; compare its size with the source."
        raise PlanningDataError("E-IO-08", what, file=source.shown, layer=source.layer, seen=len(frame), mend=mend)


def _without_bytes(source: Source) -> np.ndarray:
    import pyogrio  # noqa: PLC0415 - see `opened`

    meta, table = pyogrio.read_arrow(source.address, layer=source.layer, columns=[])
    return table.column(meta["geometry_name"] or "wkb_geometry").is_null().to_numpy(zero_copy_only=False)


def _closed(closed: GeoDataFrame, plain: GeoDataFrame, missing: np.ndarray, source: Source, found: list[Finding]) -> GeoDataFrame:
    """Rings that were open are closed; what still is no shape is refused."""
    rows = np.arange(1, len(closed) + 1)
    mended = tuple(rows[plain.geometry.isna() & ~closed.geometry.isna()].tolist())
    if mended:
        what = f"{len(mended)} of {len(rows)} features had rings that were not closed; they are."
        found.append(Finding("E-GEOM-11", what, "look at them on a map.", "fixed", source.shown, source.layer, _rows(mended)))
    bad = tuple(rows[closed.geometry.isna() & ~missing].tolist())
    if bad:
        what = f"{len(bad)} of {len(rows)} features can not be built (rings or lines of too few points)."
        raise PlanningDataError(
            "E-GEOM-12", what, file=source.shown, layer=source.layer, feature_ids=_rows(bad), mend="correct or drop them."
        )
    return closed


def _rows(numbers: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(f"row {number}" for number in numbers)


def _reserved(source: Source) -> None:
    names = [name.casefold() for name in source.fields]
    twice = sorted({name for name in names if names.count(name) > 1})
    if "geometry" in names or twice:
        seen = twice or ["geometry"]
        raise PlanningDataError(
            "E-ATTR-05",
            "columns share a name, or bear the one of the shapes.",
            file=source.shown,
            layer=source.layer,
            seen=seen,
            mend="rename them.",
        )


def loaded_parquet(path: Path, shown: str, *, allow_large: bool) -> GeoDataFrame:
    """A GeoParquet file. Errors: E-IO-04, E-IO-12 (no shapes in it), E-SIZE-02 to -04, E-GEOM-12."""
    import pyarrow as pa  # noqa: PLC0415 - heavy, and only Parquet needs it
    import pyarrow.parquet as pq  # noqa: PLC0415 - see above

    mend = "export it anew, or fetch it again: it may be cut or damaged."
    try:
        meta = pq.read_metadata(path)
        check_counts(meta.num_rows, meta.num_columns, shown, None, allow_large=allow_large)
        unpacked = sum(meta.row_group(number).total_byte_size for number in range(meta.num_row_groups))
        check_largest(unpacked, meta.num_rows, shown, None, allow_large=allow_large)
        _has_shapes(meta.metadata or {}, shown)
        with np.errstate(invalid="ignore"):  # coordinates that are NaN are told of later
            return gpd.read_parquet(path)
    except (pa.ArrowException, OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        if isinstance(error, PlanningDataError):
            raise
        raise PlanningDataError("E-IO-04", "the file can not be read.", file=shown, seen=str(error)[:200], mend=mend) from error
    except shapely.errors.GEOSException as error:
        what = "features can not be built (rings or lines of too few points)."
        raise PlanningDataError("E-GEOM-12", what, file=shown, seen=str(error)[:80], mend="correct or drop them.") from error


def _has_shapes(facts: dict[bytes, bytes], shown: str) -> None:
    if b"geo" not in facts:
        mend = "write it as GeoParquet (geo.write)."
        raise PlanningDataError("E-IO-12", "there is no layer with shapes.", file=shown, mend=mend)


def usable_crs(crs: Any) -> CRS | None:
    """The CRS that a file names, None where it is none: undefined, local, of an unknown datum."""
    if crs is None:
        return None
    crs = CRS(crs)
    if crs == CRS(WGS84) or crs.name == "WGS 84 (CRS84)":
        return CRS(WGS84)
    nameless = crs.type_name == "Engineering CRS" or crs.name.casefold().startswith(_UNDEFINED)
    return None if nameless else crs
