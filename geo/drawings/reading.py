"""Planners' drawings (DXF): what a plan shows as areas, lines, points and texts, or refused by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS

from geo.crs import known_crs
from geo.drawings.chains import chained
from geo.drawings.files import open_drawing
from geo.drawings.findings import findings_of
from geo.drawings.fonts import Fonts
from geo.drawings.parts import Parts, parts_of
from geo.drawings.place import UNITS, check_unit, decide_unit, header_unit, strays, unnamed
from geo.drawings.walk import pieces
from geo.errors import PlanningDataError, nearest_names
from geo.findings import Finding
from geo.reading.options import Expected
from geo.reading.placing import expected_box

_LOOK = ["dxf_type", "dxf_layer", "aci", "rgb", "linetype", "block", "hidden"]
_OWN = {
    "areas": ["area_m2", "same_as"],
    "lines": ["elevation_m"],
    "points": ["elevation_m", "attributes"],
    "texts": ["text", "text_encoding", "font", "tag", "height_m", "rotation_deg"],
}


@dataclass(frozen=True, eq=False)
class Drawing:
    """A drawing in metres of its CRS, each part a frame with the index ``handle`` (of a block's content: insert/entity).

    All have ``dxf_type dxf_layer aci rgb linetype block hidden``, by layer and by block resolved (``hidden``: layer off or
    frozen). ``areas`` [Polygon, MultiPolygon]: ``area_m2`` in the drawing's plane (NaN where the boundary crosses itself),
    ``same_as`` the hatch that a closed line bounds; ``lines``: ``elevation_m``; ``points`` (POINT, INSERT): ``elevation_m``,
    ``attributes`` of the block; ``texts`` at the middle of the text: ``text`` (Unicode), ``text_encoding`` it was in,
    ``font``, ``tag``, ``height_m``, ``rotation_deg``.
    ``unit`` of the file's coordinates; ``findings`` all that a reader must know.
    """

    areas: GeoDataFrame
    lines: GeoDataFrame
    points: GeoDataFrame
    texts: GeoDataFrame
    unit: str
    findings: tuple[Finding, ...] = field(default=())

    @property
    def crs(self) -> CRS:
        """The coordinate reference system of all parts."""
        return CRS(self.areas.crs)


def read_drawing(
    path: str | Path,
    *,
    crs: str | CRS | None,
    unit: str | None = None,
    layers: Iterable[str] | None = None,
    encoding: str | None = None,
    expect: Expected = "region",
    close_m: float | None = None,
    report: list[Finding] | None = None,
    allow_large: bool = False,
) -> Drawing:
    """Read a DXF (R12 and later, text or binary) with blocks opened, arcs flattened, and legacy Vietnamese text in Unicode.

    ``crs``: the projected system the plan was drawn in, for a drawing does not say (None is refused with those that would
    fit). ``unit``: "mm", "m" ... where the header is wrong or silent. ``layers``: names or patterns ("HT_*") to read; all by
    default. ``encoding`` ("tcvn3", "vni" ...): of texts whose font does not tell. ``expect``: where the plan should lie, as
    in `read_vector`. ``close_m``: also join lines and arcs that are not closed into areas, ends within so many metres taken
    as one.

    Arcs, circles, ellipses and bulges become chords within 1 mm that keep the area of the curve exactly; splines chords within
    0.05 mm. Closed lines and hatches are areas (a hatch's nested boundaries are holes); a parcel that is drawn as both is in
    twice, with ``same_as`` at the closed line. Paper space is left out. Text stands at its estimated middle.

    Without ``report`` the first flaw that would falsify a result raises; with a list, all findings go there, and what can not
    be read is left out. Errors: as `local_file`, E-CAD-01 no DXF, E-CAD-02 DWG, DGN, PDF, .xls, E-CAD-03 cut short, E-CAD-04,
    -20, E-SIZE-04 too large, E-CAD-06 unit, E-CAD-07 no such layer, E-CAD-08 entities that can not be read, E-CAD-09 crossing
    boundaries, E-CRS-02 CRS without metres, E-CRS-03 outside the expected place, E-CRS-04 no such CRS, E-TEXT-01 encoding.
    """
    given, path = path, Path(path)
    system, box = None if crs is None else metric_system(crs, path.name), expected_box(expect)
    check_unit(unit, path.name)
    document, findings = open_drawing(given, allow_large=allow_large)
    wanted = None if layers is None else _wanted(document, layers, path.name)
    told = header_unit(document)
    tried = unit or told or "m"
    parts = parts_of(pieces(document, path.name), UNITS[tried], wanted, path.name)
    if system is None:
        raise unnamed(_anchors(parts) / UNITS[tried], tried if unit or told else None, box, path.name)
    decided, more = decide_unit(_anchors(parts) / UNITS[tried], told, unit, system, box, path.name)
    if decided != tried:  # chords were too fine or too coarse
        parts = parts_of(pieces(document, path.name), UNITS[decided], wanted, path.name)
    if close_m is not None:
        chained(parts, close_m)
    runs = {row["handle"]: row["runs"] for row in parts.texts}
    fonts = Fonts(runs, _codepage(document), encoding, path.name)
    for row in parts.texts:
        row["text"], row["text_encoding"] = fonts.text(row["runs"])
    anchored = [row for row in parts.rows() if row["anchor"] is not None]
    findings += more + strays(_anchors(parts), [row["handle"] for row in anchored], system, box, path.name)
    findings += findings_of(parts, document, path.name) + fonts.findings
    return _told(Drawing(**_frames(parts, system), unit=decided, findings=tuple(findings)), report)


def _told(drawing: Drawing, report: list[Finding] | None) -> Drawing:
    if report is not None:
        report.extend(drawing.findings)
        return drawing
    fatal = next((one for one in drawing.findings if one.severity == "error"), None)
    if fatal is not None:
        raise PlanningDataError.of(fatal)
    return drawing


def metric_system(crs: str | CRS, file: str) -> CRS:
    """The projected system in metres of a drawing. Errors: E-CRS-02 another one, E-CRS-04 none such."""
    system = known_crs(crs, file)
    if not system.is_projected or any(axis.unit_conversion_factor != 1 for axis in system.axis_info[:2]):
        mend = 'name the system of the plan, such as "EPSG:9210" (VN-2000 / TM-3 105°45\').'
        raise PlanningDataError(
            "E-CRS-02", "a drawing's coordinates are in a system with metres.", file=file, seen=system.name, mend=mend
        )
    return system


def _wanted(document: Any, layers: Iterable[str], file: str) -> frozenset[str]:
    """Names of layers, in small letters, that match; a pattern without any is refused."""
    patterns = [layers] if isinstance(layers, str) else list(layers)
    known = {layer.dxf.name.casefold(): layer.dxf.name for layer in document.layers}
    found = set()
    for pattern in patterns:
        met = {name for name in known if fnmatchcase(name, pattern.casefold())}
        if not met:
            mend = nearest_names(pattern, known.values())
            raise PlanningDataError("E-CAD-07", "the drawing has no such layer.", file=file, seen=pattern, mend=mend)
        found |= met
    return frozenset(found)


def _codepage(document: Any) -> str:
    from ezdxf.tools.codepage import toencoding  # noqa: PLC0415 - loads the library

    return str(toencoding(document.header.get("$DWGCODEPAGE", "ANSI_1252")))


def _anchors(parts: Parts) -> np.ndarray:
    """A point of each entity, [n, 2] in metres; the places of inserts only where there is nothing else."""
    rows = [row["anchor"] for row in parts.rows() if row["anchor"] is not None]
    return np.array(rows, float).reshape(-1, 2)


def _frames(parts: Parts, crs: CRS) -> dict[str, GeoDataFrame]:
    return {name: _frame(getattr(parts, name), [*_LOOK, *own], crs) for name, own in _OWN.items()}


def _frame(rows: list[dict[str, Any]], columns: list[str], crs: CRS) -> GeoDataFrame:
    table = pd.DataFrame(rows, columns=["handle", *columns, "geometry"])
    if "area_m2" in table:
        shapes = table["geometry"].to_numpy(object)
        table["area_m2"] = np.where(shapely.is_valid(shapes), shapely.area(shapes), np.nan)
        table["same_as"] = [row.get("same_as", "") for row in rows]
    again = table.groupby("handle").cumcount()  # an attribute met twice
    table["handle"] = table["handle"].where(again == 0, table["handle"] + "~" + again.astype(str))
    kinds = {name: float for name in columns if name.endswith(("_m", "_m2", "_deg"))} | {"aci": int, "hidden": bool}
    return GeoDataFrame(table.astype(kinds).set_index("handle"), geometry="geometry", crs=crs)
