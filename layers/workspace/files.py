"""Files that a workspace takes as they are, read whole once before: streets of OpenStreetMap, GTFS feeds, rasters."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

from geo import Finding, PlanningDataError, plain_name, raster_grid, read_raster, recognise_raster
from geo.movement import check_gtfs, import_streets, service_days
from layers.workspace.filling import Provenance
from layers.workspace.holdings import new_holding
from layers.workspace.importing import LAYER_NAME, Imported
from layers.workspace.storing import stored
from layers.workspace.value import STREETS, Holding

_OSM = {".pbf": ".osm.pbf", ".osm.gz": ".osm.gz", ".osm": ".osm"}  # of the file → of the copy
_OSM_TOLD = Provenance(source="OpenStreetMap", licence="ODbL 1.0, © OpenStreetMap contributors")
_ASSUMED_PCT = 50  # of the streets' length: above it, a reader must know that speeds are assumed


def import_osm(path: str | Path, workspace: str | Path, *, told: Provenance | None = None, dry_run: bool = False) -> Imported:
    """The streets of an OpenStreetMap file (.osm.pbf, .osm, .osm.gz) as those of the workspace, in place of the ones it held.

    The file is read once as `import_streets` reads it, so that one that can not be used is refused now; it is kept as it is.
    Errors: E-OSM-01 … -09 and those of the workspace.
    """
    path = Path(path)
    network, report = import_streets(path)
    findings = [Finding("W-OSM-01", f"{note}: {count:,}.", "", "note", path.name) for note, count in report.notes.items()]
    if report.imputed_pct > _ASSUMED_PCT:
        what = f"{report.imputed_pct:.0f} % of the streets' length has no speed of its own: the table of speeds stands in."
        findings.append(Finding("W-OSM-02", what, "", "warning", path.name))
    made = new_holding("network", STREETS, path, _told(told, _OSM_TOLD), findings)
    holding = replace(made, rows=report.counts["edges"], geometry="LineString", crs=str(network.crs))
    return _copied(holding, path, _ending(path), workspace, findings, dry_run=dry_run)


def import_gtfs(path: str | Path, workspace: str | Path, *, told: Provenance | None = None, dry_run: bool = False) -> Imported:
    """A GTFS feed (.zip) of the workspace, beside its others; one of the same file name takes the place of the old one.

    The name of the file marks its stops and lines ("bus:17") where there are several feeds. Errors: the first of E-GTFS-02 … -13
    that `check_gtfs` finds, E-IMPORT-11 a name without letters, and those of the workspace.
    """
    path = Path(path)
    for problem in check_gtfs(path):
        raise problem
    days = service_days(path)
    first, last = (day.date().isoformat() for day in (days.index[0], days.index[-1]))
    busiest = days.index[int(days.to_numpy().argmax())].date().isoformat()
    what = f"runs from {first} to {last}; the most trips, {int(days.max()):,}, on {busiest}."
    findings = [Finding("W-GTFS-01", what, "", "note", path.name)]
    usual = Provenance(source=f"GTFS feed {path.name}", as_of=f"{first}/{last}")
    made = new_holding("timetables", _plain(path.stem, path), path, _told(told, usual), findings)
    return _copied(replace(made, rows=int(days.max())), path, ".zip", workspace, findings, dry_run=dry_run)


def import_raster(
    path: str | Path, name: str, workspace: str | Path, *, told: Provenance | None = None, dry_run: bool = False
) -> Imported:
    """A GeoTIFF as raster ``name`` of the workspace; one called ``elevation`` gives slopes to its streets (`layers.transport`).

    Read whole once. Errors: E-RAS-01 … -10, E-IMPORT-11 a name that is none, E-IMPORT-13 no cell holds a value.
    """
    path = Path(path)
    if not LAYER_NAME.fullmatch(name):
        mend = "small letters, digits and _, such as elevation or worldpop_2020."
        raise PlanningDataError("E-IMPORT-11", "this is no name for a raster.", file=path.name, seen=name, mend=mend)
    grid, cells = raster_grid(path), read_raster(path)
    if cells.values.count() == 0:
        raise PlanningDataError("E-IMPORT-13", "no cell holds a value.", file=path.name, mend="give a raster with values.")
    known = recognise_raster(path)
    low, high = float(cells.values.min()), float(cells.values.max())
    what = f"{grid.shape[1]:,} x {grid.shape[0]:,} cells, values {low:g} to {high:g}"
    what += f"; fits the description of {', '.join(one.name for one in known)}." if known else "."
    findings = [Finding("W-RAS-01", what, "", "note", path.name)]
    usual = Provenance(source=known[0].source if len(known) == 1 else f"raster {path.name}")
    made = new_holding("rasters", name, path, _told(told, usual), findings)
    holding = replace(made, rows=grid.shape[0] * grid.shape[1], crs=grid.crs.to_string())
    return _copied(holding, path, ".tif", workspace, findings, dry_run=dry_run)


def _told(told: Provenance | None, usual: Provenance) -> Provenance:
    """What the planner says; what is left out as is usual for such a file."""
    if told is None:
        return usual
    blank = Provenance()
    said = {key: value for key, value in vars(told).items() if value != getattr(blank, key) and value == value}  # noqa: PLR0124
    return replace(usual, **said)


def _copied(
    holding: Holding, path: Path, ending: str, workspace: str | Path, findings: list[Finding], *, dry_run: bool
) -> Imported:
    made = Imported(holding, findings=tuple(findings))
    if dry_run:
        return made
    return replace(made, workspace=stored(Path(workspace), holding, ending, lambda part: _copy(path, part)))


def _copy(path: Path, part: Path) -> None:
    shutil.copyfile(path, part)


def _ending(path: Path) -> str:
    return next(ours for theirs, ours in _OSM.items() if path.name.casefold().endswith(theirs))


def _plain(stem: str, path: Path) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", plain_name(stem)).strip("_")
    if not LAYER_NAME.fullmatch(name):
        mend = "rename the file: it marks the stops and lines of the feed."
        raise PlanningDataError("E-IMPORT-11", "the file's name has no letter to begin with.", file=path.name, mend=mend)
    return name
