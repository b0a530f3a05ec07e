"""Transport of any place: the embedded region, or streets and feeds from files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from geo import PlanningDataError
from geo.movement import (
    NearestEdge,
    Network,
    OnStreets,
    Reports,
    Timetable,
    Transport,
    busiest_day,
    import_streets,
    read_gtfs,
    with_slopes,
)
from layers.feed_place import refuse_far_stops
from layers.strategic import strategic_transport
from layers.timetables import opened_lines
from layers.workspace.value import Workspace

Files = str | Path | Sequence[str | Path] | Mapping[str, Path]


def transport(
    *,
    osm: str | Path | Network | None = None,
    gtfs: Files | Timetable | None = None,
    date: str | dt.date | None = None,
    planned: Iterable[str] = (),
    elevation: str | Path | None = None,
    workspace: Workspace | None = None,
) -> Transport:
    """Streets, lines and walking: of the embedded region, or of any place on earth from files.

    Without files: the strategic network of the region and today's lines by headway; ``planned`` opens roads and lines that are
    not yet there, by their id in `corridors`. With ``osm`` (.osm.pbf, .osm, .osm.gz, or an imported `Network`): its streets for
    walk, bicycle, motorbike, car and truck; points join the nearest street. With ``gtfs`` (one or several feeds, or a
    `Timetable`) and ``date``: the lines of that day; without ``osm`` they run over the region's streets. ``elevation`` (GeoTIFF
    of heights in metres) gives the walking and cycling times of ``osm`` their slopes, see `with_slopes`. A ``workspace`` gives
    the streets, feeds and heights it holds where none are named here. Errors: E-LINE-10 an id
    that is no planned road or line, E-PLACE-01 a feed without a date, E-PLACE-02 ``planned`` with streets from a file,
    E-PLACE-03 ``elevation`` without ``osm``, E-PLACE-04 a feed of another place (most stops over 20 km outside the region, or all
    outside the streets of ``osm``), and those of `import_streets`, `with_slopes` and `read_gtfs`.
    What the files told stays in ``reports``.
    """
    name = None
    if workspace is not None:
        name = workspace.network["streets"].origin if osm is None and workspace.streets else None
        osm = workspace.streets if osm is None else osm
        gtfs = (workspace.feeds or None) if gtfs is None else gtfs
        elevation = workspace.elevation if elevation is None and osm is not None else elevation
    if osm is None and elevation is not None:
        mend = "give osm too, or leave elevation out."
        raise PlanningDataError("E-PLACE-03", "heights need streets from a file.", file=elevation, mend=mend)
    opened = tuple(planned)
    if osm is None:
        base = strategic_transport(opened)
        if gtfs is None:
            return base
        table = _lines(gtfs, date, base.crs)
        refuse_far_stops(table, base.streets, least_pct=50)
        stops, further = opened_lines(opened)
        table = table.with_lines(further, stops) if further else table
        return replace(base, name="feeds over the region", timetable=table, reports=Reports(feeds=table.notes))
    if opened:
        raise PlanningDataError(
            "E-PLACE-02", "planned lines of the region need its own streets.", seen=opened, mend="leave osm out."
        )
    streets, imported = (osm, None) if isinstance(osm, Network) else import_streets(osm)
    slopes = None
    if elevation is not None:
        streets, slopes = with_slopes(streets, elevation)
    lines = None if gtfs is None else _lines(gtfs, date, streets.crs)
    if lines is not None:
        refuse_far_stops(lines, streets, least_pct=0)  # a national feed may serve a city's streets
    reports = Reports(imported, slopes, _notes(lines))
    return Transport(f"streets of {name or _name(osm)}", streets, NearestEdge(), OnStreets(streets), lines, reports=reports)


def _lines(gtfs: Files | Timetable, date: str | dt.date | None, crs: str) -> Timetable:
    if isinstance(gtfs, Timetable):
        return gtfs
    if date is None:
        mend = f'say which: date="{busiest_day(gtfs)}" has most trips.'
        raise PlanningDataError("E-PLACE-01", "a feed holds many days.", mend=mend)
    return read_gtfs(gtfs, date, crs=crs)


def _notes(lines: Timetable | None) -> tuple[str, ...]:
    return () if lines is None else lines.notes


def _name(osm: str | Path | Network) -> str:
    return "a network" if isinstance(osm, Network) else Path(osm).name
