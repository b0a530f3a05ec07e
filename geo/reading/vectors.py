"""Vector files into frames: what is read is accepted, mended with a report, or refused, and no CRS is ever guessed."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pyproj import CRS

from geo.crs import WGS84, known_crs
from geo.errors import PlanningDataError
from geo.findings import Finding
from geo.reading.archives import unpack_shapefiles
from geo.reading.completeness import whole
from geo.reading.crs_labels import geojson_crs, no_crs
from geo.reading.digests import digest_findings
from geo.reading.encodings import codec_of, readable, shapefile_codec
from geo.reading.formats import Format, declared
from geo.reading.geojson_text import unread_shapes
from geo.reading.guard import guarded_frame, with_shapes
from geo.reading.heaviest import check_heaviest
from geo.reading.limits import check_depth, check_size
from geo.reading.options import Axes, Expected, Kind, Options
from geo.reading.paths import local_file
from geo.reading.placing import candidates, expected_box, to_degrees, within
from geo.reading.refusing import refuse
from geo.reading.sources import apart, loaded, loaded_parquet, opened, usable_crs
from geo.reading.table_places import table_with_places
from geo.writing.postgis import is_database, read_postgis

_JSON = {"GeoJSON", "GeoJSONSeq"}


def read_vector(
    path: str | Path,
    *,
    crs: str | None = None,
    layer: str | None = None,
    encoding: str | None = None,
    expect: Expected = "region",
    id_column: str | None = None,
    kind: Kind | None = None,
    axes: Axes = "xy",
    report: list[Finding] | None = None,
    allow_large: bool = False,
) -> GeoDataFrame:
    """Read a vector file by its ending, checked; the frame is in the file's CRS.

    Endings: .geojson .json .geojsonl .gpkg .fgb .shp, .zip (of a Shapefile), .kml .gml .parquet .csv .tab .mif .dgn. Local files;
    or a table of PostGIS: path "postgresql://user:password@host/database", ``layer="schema.table"``.

    ``crs`` names the system where the file names none or a wrong one. ``layer`` of a file of several. ``encoding`` of the texts
    where they are not Unicode: "tcvn3", "vni", "cp1258" or a codec. ``expect``: where features must lie, "region", "anywhere",
    (west, south, east, north) in degrees, or a frame. ``id_column`` becomes the index and must be unique. ``kind`` takes only
    points, lines or areas of a mixture. ``axes="yx"`` where north stands first. ``report`` gets a `Finding` of all that was
    mended or must be known. ``allow_large`` lifts the limits of size.

    Raises PlanningDataError, the first error of those `check_file` lists: E-IO-01, -03 to -12 (file, format, layer, damage),
    E-SIZE-01 to -05, E-ZIP-01 to -04, E-CRS-01 (no CRS; the candidates are named), -03 to -05, -07, -09 to -11 (unknown,
    elsewhere, swapped), E-GEOM-03, -05, -06, -09, -12, E-ATTR-01, -02, -04, -05, E-TEXT-01, -02, -07.
    """
    if is_database(path):
        return read_postgis(str(path), layer=layer)
    found: list[Finding] = []
    options = Options(crs, layer, encoding, expect, id_column, kind, axes, allow_large)
    try:
        frame = inspected(path, options, found)
    except PlanningDataError as error:
        found.append(error.finding)
        refuse(found)  # the first error tells the cause
    finally:
        if report is not None:
            report.extend(found)
    refuse(found)
    return frame


def inspected(path: str | Path, options: Options, found: list[Finding]) -> GeoDataFrame:
    """The frame as far as it can be read, and in ``found`` all that is to be said. Raises what ends the reading at once."""
    expected_box(options.expect)
    if options.crs is not None:
        known_crs(options.crs)
    whole_path = local_file(path)
    shown = Path(path).name
    form = declared(whole_path, shown)
    check_size(whole_path, shown, text=form.text, allow_large=options.allow_large)
    if form.name in _JSON:
        check_depth(whole_path, shown)
    _refuse_damage(digest_findings(whole_path, shown), found)
    if form.name == "GML":
        with apart(whole_path) as copy:
            frame = _inspected(copy, form, shown, options, found)
            return frame.drop(columns=["lowerCorner", "upperCorner"], errors="ignore")  # of boxes, which are no columns
    if form.name != "zipped Shapefile":
        return _inspected(whole_path, form, shown, options, found)
    with tempfile.TemporaryDirectory(prefix="innoregion-") as folder:
        inner = unpack_shapefiles(whole_path, Path(folder), shown, allow_large=options.allow_large)
        names = {one.stem: one for one in inner}
        chosen = names.get(options.layer or "", inner[0])
        if len(inner) > 1 and options.layer is None:
            what = f"the archive holds {len(inner)} Shapefiles; the first, {inner[0].stem!r}, is read."
            found.append(Finding("E-IO-11", what, f"name one: layer={' or '.join(map(repr, names))}.", "warning", shown))
        elif options.layer is not None and options.layer not in names:
            mend = f"known: {', '.join(names)}."
            raise PlanningDataError("E-IO-10", "the file has no such layer.", file=shown, layer=options.layer, mend=mend)
        return _inspected(chosen, form, shown, replace(options, layer=None), found)


def _refuse_damage(damage: list[Finding], found: list[Finding]) -> None:
    """What is damaged is not read further; lesser findings are kept."""
    first = next((one for one in damage if one.severity == "error"), None)
    found += [one for one in damage if one is not first]
    if first is not None:
        raise PlanningDataError.of(first)


def _inspected(path: Path, form: Format, shown: str, options: Options, found: list[Finding]) -> GeoDataFrame:
    if form.name != "CSV":  # asked by the reader of tables
        check_heaviest(path, form.name, shown, options.layer, allow_large=options.allow_large)
    _refuse_damage(whole(path, form.name, shown), found)
    named: CRS | None = None
    if form.name == "CSV":
        frame, named = table_with_places(path, options, found)
        layer = None
    else:
        frame, layer = _raw(path, form, shown, options, found)
    if options.axes == "yx":
        frame = with_shapes(frame, _turned(frame), frame.crs)
    crs = named if named is not None and options.crs is None else _crs(frame, path, form, shown, layer, options, found)
    if form.name == "GML" and crs is not None and options.axes == "xy":
        frame = _as_the_server_meant(frame, crs, shown, layer, options, found)
    return guarded_frame(frame, crs, shown, layer, options, found)


def _raw(path: Path, form: Format, shown: str, options: Options, found: list[Finding]) -> tuple[GeoDataFrame, str | None]:
    """All rows as the file holds them, and the layer they are of."""
    codec, legacy = codec_of(options.encoding, shown)
    if form.name == "GeoParquet":
        frame, layer = loaded_parquet(path, shown, allow_large=options.allow_large), None
    else:
        if form.driver == "ESRI Shapefile" and codec is None:
            codec = shapefile_codec(path, shown, found)
        source = opened(path, form, shown, options.layer, found)
        told = codec if form.driver in {"ESRI Shapefile", "MapInfo File"} else None
        frame, layer = loaded(source, found, codec=told, allow_large=options.allow_large), source.layer
        if form.name in _JSON:
            found += unread_shapes(path, frame, shown, layer, lines=form.name == "GeoJSONSeq")
    return readable(frame, legacy, shown, layer, found), layer


def _crs(
    frame: GeoDataFrame, path: Path, form: Format, shown: str, layer: str | None, options: Options, found: list[Finding]
) -> CRS | None:
    """What the person says, else what the file says; E-CRS-01 among the findings where neither does."""
    if options.crs is not None:
        return known_crs(options.crs, shown, layer)
    if form.name == "GeoJSON":
        named, note = geojson_crs(path, shown)
        found += [note] if note else []
        return named
    crs = CRS(WGS84) if form.name in {"GeoJSONSeq", "KML"} else usable_crs(frame.crs)
    if crs is None:
        bounds = frame.geometry.bounds.to_numpy()
        middle = (bounds[:, :2] + bounds[:, 2:]) / 2
        seen = None if frame.empty else tuple(round(float(value), 2) for value in frame.total_bounds)
        found.append(no_crs(candidates(middle, expected_box(options.expect)), shown, layer, seen))
    return crs


def _turned(frame: GeoDataFrame) -> NDArray[np.object_]:
    """Shapes with x and y exchanged, of a file in which north stands first."""
    return shapely.transform(frame.geometry.to_numpy(), lambda yx: yx[:, ::-1])


def _as_the_server_meant(
    frame: GeoDataFrame, crs: CRS, shown: str, layer: str | None, options: Options, found: list[Finding]
) -> GeoDataFrame:
    """GML in degrees whose features lie in place only with latitude first: servers differ in how they follow the standard."""
    box = expected_box(options.expect)
    bounds = frame.geometry.bounds.to_numpy()
    middle = (bounds[:, :2] + bounds[:, 2:])[np.isfinite(bounds).all(axis=1)] / 2
    if box is None or not crs.is_geographic or within(to_degrees(middle, crs), box).any():
        return frame
    if not len(middle) or not within(to_degrees(middle, crs, "yx"), box).all():
        return frame
    what = "latitude stood before longitude, as some servers write GML; they are exchanged."
    found.append(Finding("E-CRS-16", what, "", "fixed", shown, layer))
    return with_shapes(frame, _turned(frame), crs)
