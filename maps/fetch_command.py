"""The command ``innoregion fetch``: its area from options, its files told in a few lines."""

from __future__ import annotations

import sys
from pathlib import Path

from geopandas import GeoDataFrame

import geo
import layers
from geo import Finding, PlanningDataError
from layers import fetch_layers, fetch_streets
from maps.progress import progress

LICENCE = "© OpenStreetMap contributors, ODbL 1.0"


def fetch_into(
    what: str,
    area: tuple[str | None, Path | None, str | None],
    file: Path | None,
    out: Path | None,
    *,
    server: str | None,
    cache: Path | None,
    refresh: bool,
) -> str:
    """Fetch ``what`` of the area (a box, a file or a place, one of them) into a folder, or streets into one file; what to say.

    Errors: E-FETCH-01 no area or several, neither folder nor file; those of `layers.fetch_layers` and `layers.fetch_streets`.
    """
    where = _area(*area)
    if file is not None and out is None and what == "streets":
        fetch_streets(where, file, server=server)
        return f"{file}: {file.stat().st_size:,} bytes. {LICENCE}\n"
    if file is not None or out is None:
        mend = "say --out FOLDER; a FILE.osm is for streets alone."
        raise PlanningDataError("E-FETCH-01", "it is not said where to write.", mend=mend)
    report: list[Finding] = []
    with progress() as step:
        found = fetch_layers(where, what, out, server=server, cache=cache, refresh=refresh, step=step, report=report)
    sys.stderr.writelines(f"{finding}\n" for finding in report)
    lines = [f"{path}: {path.stat().st_size:,} bytes\n" for path in found.values()]
    return "".join(lines) + f"{len(found)} files. {LICENCE}\n"


def _area(bbox: str | None, polygon: Path | None, place: str | None) -> GeoDataFrame | list[str]:
    given = [one for one in (bbox, polygon, place) if one is not None]
    if len(given) != 1:
        mend = "give one of --bbox W,S,E,N, --polygon FILE, --place NAME."
        raise PlanningDataError("E-FETCH-01", "one area is needed.", seen=[str(one) for one in given], mend=mend)
    if bbox is not None:
        return bbox.split(",")
    return layers.named_area(place) if place is not None else geo.read_vector(given[0])
