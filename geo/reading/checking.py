"""Every finding of a file, by the same code that guards the readers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geo.drawings.reading import read_drawing
from geo.errors import PlanningDataError
from geo.findings import Finding, by_severity, worst
from geo.raster_cells import raster_blocks, raster_grid
from geo.reading.digests import digest_findings
from geo.reading.formats import FORMATS
from geo.reading.options import Options
from geo.reading.partitions import partition_findings
from geo.reading.paths import local_file
from geo.reading.place_test import Layer, meets, named_box
from geo.reading.placing import expected_box
from geo.reading.tables import TableOptions, inspected_table
from geo.reading.vectors import inspected

_DRAWINGS = (".dxf", ".dwg", ".pdf")  # the last two are refused with what to do
_RASTERS = (".tif", ".tiff")
_MOST_CELLS = 100_000_000


def check_file(path: str | Path, **options: Any) -> list[Finding]:
    """All findings of a file, errors first: what `read_vector`, `read_table` or `read_raster` would refuse, mend or warn of.

    The ending tells which reader is asked; ``options`` are those of `read_vector`, and ``partition=True`` for areas that
    must cover the ground once. An empty list: nothing is to be said.
    Nothing is raised for what is in the file. Feeds (GTFS), OpenStreetMap files and studies are checked by ``innoregion check``.
    """
    found: list[Finding] = []
    try:
        _checker(Path(path))(path, Options(**options), found)
    except PlanningDataError as error:
        found.append(error.finding)
    return in_order(found)


def in_order(found: list[Finding]) -> list[Finding]:
    """Findings once each, errors first, otherwise as they were met."""
    once = list(dict.fromkeys(map(_Same, found)))
    return by_severity(one.finding for one in once)


class _Same:
    """A finding compared by what it says, for ``seen`` may be no key."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and str(self.finding) == str(other.finding)

    def __hash__(self) -> int:
        return hash(str(self.finding))


def _checker(path: Path) -> Callable[[str | Path, Options, list[Finding]], object]:
    ending = path.suffix.lower()
    if ending in _RASTERS:
        return _raster
    if ending in _DRAWINGS:
        return _drawing
    return _table if ending in {".xlsx", ".xls", ".txt"} else _vector_or_table


def _vector_or_table(path: str | Path, options: Options, found: list[Finding]) -> None:
    """A vector file; a CSV without columns of places is a table."""
    try:
        frame = inspected(path, options, found)
        if options.partition and worst(found) != "error":
            if options.id_column is None:
                frame = frame.set_axis([f"row {number}" for number in range(1, len(frame) + 1)])
            found += partition_findings(frame, file=Path(path).name)
    except PlanningDataError as error:
        if error.code != "E-TABLE-12":
            raise
        found.clear()
        _table(path, options, found)


def _table(path: str | Path, options: Options, found: list[Finding]) -> None:
    told = TableOptions(options.encoding, options.layer, id_column=options.id_column, allow_large=options.allow_large)
    inspected_table(path, told, found)


def _drawing(path: str | Path, options: Options, found: list[Finding]) -> None:
    told: dict[str, Any] = {"encoding": options.encoding, "expect": options.expect, "allow_large": options.allow_large}
    read_drawing(path, crs=options.crs, layers=None if options.layer is None else [options.layer], report=found, **told)


def _raster(path: str | Path, options: Options, found: list[Finding]) -> None:
    """A GeoTIFF: what `read_raster` refuses, its checksum, its place; of very large ones only some windows are read."""
    whole, shown = local_file(path), Path(path).name
    found += digest_findings(whole, shown)
    grid = raster_grid(whole)
    box = expected_box(options.expect)
    corners = np.array([[grid.bounds[0], grid.bounds[1]], [grid.bounds[2], grid.bounds[3]]], float)
    outline = np.array([shapely.box(*grid.bounds)], object)
    layer = Layer(outline, np.array(["raster"], object), shown, None)
    inside = meets(layer, grid.crs, box)
    if not inside.any():
        what = f"the raster lies outside {named_box(box)}."
        mend = 'give the raster of this place, or say expect="anywhere".'
        found.append(Finding("E-CRS-03", what, mend, "error", shown, None, (), tuple(corners.ravel().round(2).tolist())))
    if grid.shape[0] * grid.shape[1] > _MOST_CELLS:
        what = f"the raster has {grid.shape[0] * grid.shape[1]:,} cells; its values were not looked at."
        found.append(Finding("E-SIZE-06", what, "read it by windows: geo.raster_blocks.", "warning", shown))
        return
    found += _at_the_top(whole, shown)


def _at_the_top(path: Path, shown: str) -> list[Finding]:
    """A warning for whole numbers at the end of their type: amounts may be cut off there, or it stands for missing cells."""
    cells = top = 0
    for _, (values,) in raster_blocks(path):
        if values.dtype.kind in "iu":
            top = np.iinfo(values.dtype).max
            cells += int((values.compressed() == top).sum())
    if not cells:
        return []
    what = f"{cells:,} cells hold {top:,}, the highest number of their type: amounts may be cut off, or it marks missing cells."
    mend = f"if it marks missing cells: gdal_edit.py -a_nodata {top}; if amounts are cut off, take a wider type."
    return [Finding("E-RAS-17", what, mend, "warning", shown, None, (), int(top))]


def readable_endings() -> tuple[str, ...]:
    """The endings that `check_file` knows."""
    return (*FORMATS, *_RASTERS, _DRAWINGS[0])
