"""Every finding of a file, by the same code that guards the readers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from geo.errors import PlanningDataError
from geo.findings import Finding
from geo.raster_cells import raster_blocks
from geo.reading.drawings import read_drawing
from geo.reading.formats import FORMATS
from geo.reading.options import Options
from geo.reading.paths import local_file
from geo.reading.vectors import inspected

_DRAWINGS = (".dxf", ".dwg", ".pdf")  # the last two are refused with what to do
_RASTERS = (".tif", ".tiff")


def check_file(path: str | Path, **options: Any) -> list[Finding]:
    """All findings of a file, errors first: what `read_vector`, `read_table` or `read_raster` would refuse, mend or warn of.

    The ending tells which reader is asked; ``options`` are those of `read_vector`. An empty list: nothing is to be said.
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
    rank = {"error": 0, "fixed": 2, "warning": 1, "note": 3}
    return sorted((one.finding for one in once), key=lambda one: rank[one.severity])


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
    if ending in _DRAWINGS:
        return _drawing
    return _raster if ending in _RASTERS else inspected


def _drawing(path: str | Path, options: Options, found: list[Finding]) -> None:
    layers = None if options.layer is None else [options.layer]
    read_drawing(path, crs=options.crs, layers=layers, encoding=options.encoding, expect=options.expect, report=found)


def _raster(path: str | Path, _options: Options, _found: list[Finding]) -> None:
    whole = local_file(path)
    for _ in raster_blocks(whole):
        pass


def readable_endings() -> tuple[str, ...]:
    """The endings that `check_file` knows."""
    return (*FORMATS, *_RASTERS, _DRAWINGS[0])
