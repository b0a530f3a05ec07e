"""Lists of coordinates as planners keep them in Excel: parcels as polygons, or refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pyproj import CRS

from geo.coordinate_lists.blocks import Block, Found, blocks_of
from geo.coordinate_lists.cells import read_sheets
from geo.crs import known_crs, transformer
from geo.errors import PlanningDataError
from geo.findings import Finding, Severity
from geo.reading.options import Expected
from geo.reading.placing import Box, candidates, expected_box, looks_like, to_degrees, within

_DIFFERS, _WRONG = 0.001, 0.01  # of the stated area
_NAMED = 4  # candidates, the usual first
_MOST = 0.5
_COLUMNS = ["parcel", "sheet", "first_row", "points", "point_numbers", "stated_area_m2", "area_m2", "difference_pct", "geometry"]


def read_coordinate_list(
    path: str | Path,
    *,
    crs: str | CRS,
    sheet: str | None = None,
    expect: Expected = "region",
    report: list[Finding] | None = None,
) -> GeoDataFrame:
    """Read a list of corner points (.xlsx, CSV) as parcels [Polygon], index ``parcel_id`` from 1 in the order of the list.

    Northing and easting are told by magnitude (850–2,700 km, 150–850 km), whatever the headers call X and Y; decimal comma or
    point; 106°40'45" is read too (as latitude and longitude of the datum of ``crs``). A new parcel begins with its name ("Thửa
    số 12", a column of names), after the first point is repeated, and where the points' numbers begin anew. Rings are closed;
    the order of points stays. Columns: ``parcel``, ``sheet``, ``first_row``, ``points`` (how many), ``point_numbers``,
    ``stated_area_m2``, ``area_m2`` in the plane of ``crs``, ``difference_pct`` of both. All visible sheets are read, or
    ``sheet``.

    Without ``report`` the first error raises; with a list, all findings go there and parcels with errors stay out, but for a
    wrong area. Errors: as `local_file`, E-ZIP-01 … -03 a broken workbook, E-CAD-02 a kind that is not read (.xls,
    PDF ...), E-LIST-01 … -03 file and sheet,
    E-LIST-04 no coordinates, E-LIST-05 rows without a whole pair, E-LIST-06 fewer than three points, E-LIST-07 crossing sides,
    E-LIST-08 area more than 1 % off what is stated (0.1 %: a warning), E-LIST-09 formulas that were never calculated, E-LIST-11
    two systems side by side, E-CRS-03 outside the expected place (systems in which it would lie there are named), E-CRS-12 single
    points outside, E-CRS-04 no such CRS.
    """
    system, box = known_crs(crs, Path(path).name), expected_box(expect)
    sheets, findings = read_sheets(Path(path), sheet)
    told = _Told(Path(path).name, findings)
    founds = [blocks_of(one) for one in sheets]
    blocks = [block for found in founds for block in found.blocks]
    if not blocks:
        mend = "a list has a northing such as 1,222,845.37 and an easting such as 601,300.12 in each row, or degrees."
        raise PlanningDataError(
            "E-LIST-04", "no column holds coordinates.", file=told.file, seen=[one.name for one in sheets], mend=mend
        )
    for one, found in zip(sheets, founds, strict=True):
        _rows_told(told, found, one.formulas if found.blocks else ())
    places = [_projected(block, system, told) for block in blocks]
    _check_place(np.vstack(places), blocks, system, box, told)
    frame = _frame([_parcel(block, place, told) for block, place in zip(blocks, places, strict=True)], system)
    _areas_told(told, frame, founds)
    return _given(frame, told, report)


class _Told:
    """Findings of a file, and which parcels (by position) they put out."""

    def __init__(self, file: str, findings: list[Finding]) -> None:
        self.file, self.findings = file, findings

    def add(self, code: str, severity: Severity, ids: Any, what: str, mend: str, seen: Any = None) -> None:
        self.findings.append(Finding(code, what, mend, severity, self.file, None, tuple(ids), seen))


def _rows_told(told: _Told, found: Found, formulas: tuple[str, ...]) -> None:
    if found.bad_rows:
        told.add("E-LIST-05", "error", found.bad_rows, "rows without a whole pair of coordinates.", "correct or empty them.")
    if formulas:
        told.add("E-LIST-09", "error", formulas, "cells whose formula was never calculated.", "open it in Excel and save it.")
    if found.unused:
        told.add("E-LIST-10", "note", found.unused, "names with no points below them.", "titles may look like names.")
    if len(found.columns) > 1 and any(one.point is None for one in found.columns):
        what = f"{len(found.columns)} pairs of coordinates stand in one row, and no numbers of points between them."
        told.add("E-LIST-11", "error", (), what, "keep the pair that is meant: two systems in one list are two lists.")


def _projected(block: Block, crs: CRS, told: _Told) -> NDArray[np.float64]:
    """Coordinates [n, 2] in the list's system; degrees are of its datum."""
    places = np.array(block.places)
    if block.kind == "metres" or crs.is_geographic:
        return places
    if not any(one.code == "E-LIST-12" for one in told.findings):
        told.add("E-LIST-12", "note", (), f"degrees, taken as those of {crs.geodetic_crs.name}.", "")  # type: ignore[union-attr]
    return np.column_stack(transformer(crs.geodetic_crs, crs).transform(*places.T))  # type: ignore[arg-type]


def _check_place(xy: NDArray[np.float64], blocks: list[Block], crs: CRS, box: Box | None, told: _Told) -> None:
    inside = within(to_degrees(xy, crs), box)
    if inside.mean() < _MOST:
        fitting = [one for one in candidates(xy, box) if one.axes == "xy"][:_NAMED]
        what = f"the points lie outside the expected place as {crs.name}.{looks_like(fitting)}"
        options = " or ".join(one.option for one in fitting)
        mend = f"read_coordinate_list(..., {options})." if options else 'name the right crs=, or expect="anywhere".'
        raise PlanningDataError("E-CRS-03", what, file=told.file, seen=tuple(xy[0].round(2).tolist()), mend=mend)
    if not inside.all():
        names = [f"{block.sheet}, row {row}" for block in blocks for row in block.rows]
        far = [name for name, there in zip(names, inside, strict=True) if not there]
        told.add("E-CRS-12", "error", far, "points outside the expected place.", "look for a digit too many or a wrong one.")


def _parcel(block: Block, xy: NDArray[np.float64], told: _Told) -> dict[str, Any]:
    """The row of a parcel, without shape where its points make none."""
    keep = np.ones(len(xy), bool)
    keep[1:] = (np.diff(xy, axis=0) != 0).any(axis=1)
    name = block.name or f"{block.sheet}, row {block.rows[0]}"
    numbers = [number for number, kept in zip(block.numbers, keep, strict=True) if kept]
    if not keep.all():
        told.add("E-LIST-13", "fixed", [name], "a point that follows itself was taken once.", "")
    ring = xy[keep]
    if len(ring) > 1 and (ring[0] == ring[-1]).all():
        ring, numbers = ring[:-1], numbers[:-1]
    shape = None
    if len(ring) < 3:  # noqa: PLR2004 - a ring
        told.add(
            "E-LIST-06", "error", [name], "fewer than three points make no parcel.", "add the points that are missing.", numbers
        )
    else:
        shape = shapely.Polygon(ring)
        if not shape.is_valid:
            crossing = list(_crossings(ring, numbers))
            what = f"its sides cross: {'; '.join(crossing[:5])}." if crossing else "its sides touch."
            told.add("E-LIST-07", "error", [name], what, "put the points in the order in which they are walked.", numbers[:20])
            shape = None
    values = [block.name, block.sheet, block.rows[0], len(ring), numbers, block.stated_m2, np.nan, np.nan, shape]
    return dict(zip(_COLUMNS, values, strict=True))


def _crossings(ring: NDArray[np.float64], numbers: list[str]) -> Iterator[str]:
    """Pairs of sides that meet elsewhere than at their common end, by the numbers of their points."""
    count = len(ring)
    sides = shapely.linestrings(np.stack([ring, np.roll(ring, -1, axis=0)], axis=1))
    for one, other in sorted(shapely.STRtree(sides).query(sides, predicate="intersects").T.tolist()):
        if other > one and (other - one) % count not in {1, count - 1}:
            yield f"{numbers[one]}–{numbers[(one + 1) % count]} and {numbers[other]}–{numbers[(other + 1) % count]}"


def _frame(rows: list[dict[str, Any]], crs: CRS) -> GeoDataFrame:
    table = pd.DataFrame(rows, columns=_COLUMNS)
    frame = GeoDataFrame(table, geometry="geometry", crs=crs).astype({"stated_area_m2": float})
    frame["area_m2"] = frame.area if crs.is_projected else np.nan
    frame["difference_pct"] = 100 * (frame["area_m2"] - frame["stated_area_m2"]) / frame["stated_area_m2"]
    return frame.set_index(pd.RangeIndex(1, len(frame) + 1, name="parcel_id"))


def _areas_told(told: _Told, frame: GeoDataFrame, founds: list[Found]) -> None:
    """Both areas where they differ; the sum where a total is stated."""
    off = (frame["difference_pct"].abs() / 100).fillna(0.0)
    for parcel_id, row in frame[off > _DIFFERS].iterrows():
        name = row["parcel"] or f"parcel {parcel_id}"
        both = f"{row['area_m2']:,.2f} m², the list states {row['stated_area_m2']:,.2f} m²"
        what = f"the points enclose {both} ({row['difference_pct']:+.2f} %)."
        grave: Severity = "error" if off[parcel_id] > _WRONG else "warning"
        told.add("E-LIST-08", grave, [name], what, "look for a point that is missing, wrong or in a wrong place.")
    totals = [found.total_m2 for found in founds if found.total_m2]
    added = float(frame["area_m2"].sum())
    if totals and abs(added - sum(totals)) > _DIFFERS * sum(totals):
        what = f"the parcels add up to {added:,.2f} m², the list states {sum(totals):,.2f} m² in all."
        told.add("E-LIST-08", "warning", (), what, "look for a parcel that is missing or in twice.")


def _given(frame: GeoDataFrame, told: _Told, report: list[Finding] | None) -> GeoDataFrame:
    if report is not None:
        report.extend(told.findings)
        return frame[frame.geometry.notna()]
    fatal = next((one for one in told.findings if one.severity == "error"), None)
    if fatal is not None:
        raise PlanningDataError.of(fatal)
    return frame
