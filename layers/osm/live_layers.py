"""OpenStreetMap as it is today: the layers of an area, fetched tile by tile, read by the table that files are read by."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import shapely
from geopandas import GeoDataFrame

from geo import WGS84, Finding, PlanningDataError, file_sha256, to_metric, write, write_text, write_whole
from layers.osm.answers import answer_key, keep_answers, kept_answers
from layers.osm.area import Area, area_outline, outline_km2
from layers.osm.overpass import OTHERWISE, ask, feature_question, host_of, server_url
from layers.osm.overpass_file import Told, osm_lines, told_by, write_lines
from layers.osm.reading import osm_layers
from layers.osm.table import OsmLayer, Tags, asked, questions
from layers.osm.tiles import tiles

Step: TypeAlias = Callable[[str, int, int], None]
LIMIT_KM2 = 25_000  # three times the region; a country is what extracts are for
TILE_KM = 20.0
NETWORK, ABOUT = "network", "openstreetmap.json"
TURNS: Tags = {"restriction": True}  # turn bans come with the streets
LICENCE = "© OpenStreetMap contributors, ODbL 1.0, https://www.openstreetmap.org/copyright"


@dataclass(frozen=True)
class _Asking:
    """How a server is asked, and where its answers are kept."""

    url: str
    cache: Path
    attempts: int
    total_wait_s: float
    refresh: bool
    report: list[Finding] = field(default_factory=list)

    @property
    def host(self) -> str:
        return host_of(self.url)


def fetch_layers(  # noqa: PLR0913 - who, what, where, and how to ask
    area: Area,
    what: str | Sequence[str],
    folder: str | Path,
    *,
    server: str | None = None,
    cache: str | Path | None = None,
    attempts: int = 5,
    total_wait_s: float = 180,
    tile_km: float = TILE_KM,
    refresh: bool = False,
    step: Step | None = None,
    report: list[Finding] | None = None,
) -> dict[str, Path]:
    """Fetch layers of an area from an Overpass server into a folder: name → GeoParquet file, and "network" → streets.osm.

    ``area``: polygons with a CRS, or (west, south, east, north) in degrees, at most 25,000 km². ``what``: "all", groups or
    layers of `osm_tags` ("streets", "pois", ["health", "stations"]). The layers are those that `osm_layers` would read from an
    extract of the area: what meets it, whole; but a polygon that holds the whole area with its rim is not told by the server.
    ``streets.osm`` holds the streets with all tags and turn bans up to 500 m beyond, for `layers.transport(osm=...)`;
    ``openstreetmap.json`` says what was fetched, from where, of which day, with SHA-256.

    Larger areas are asked for in tiles of ``tile_km`` km a side. Each good answer is kept in ``cache`` (default: ``.answers`` in
    the folder), so that a fetch that was broken off goes on from there; ``refresh`` asks anew. Partial, empty and broken answers
    are never kept. A tile is given up after ``attempts`` or ``total_wait_s`` seconds. Files of layers are written when all
    answers are there, each whole. ``step`` is told the progress, ``report`` what is doubtful (W-OSM-01, -02; W-FETCH-01 damaged
    kept answer; W-FETCH-02 nothing of a group there, its files are not written).

    Errors: E-FETCH-01 … -07 as `fetch_streets`, E-OSM-10 unknown layer. Data © OpenStreetMap contributors, ODbL 1.0.
    """
    wanted, outline, folder = asked(what), _outline(area), Path(folder)
    if attempts < 1 or not 0 < total_wait_s < math.inf or not 1 <= tile_km <= 50:  # noqa: PLR2004 - a public server's patience
        seen, mend = (attempts, total_wait_s, tile_km), "attempts and total_wait_s above 0, tile_km from 1 to 50."
        raise PlanningDataError("E-FETCH-01", "there is no way to ask like this.", seen=seen, mend=mend)
    found = [] if report is None else report
    asking = _Asking(server_url(server), Path(cache or folder / ".answers"), attempts, total_wait_s, refresh, found)
    groups = {group: [one for one in wanted if one.group == group] for group in dict.fromkeys(one.group for one in wanted)}
    told = _told(groups, tiles(outline, tile_km), asking, step or (lambda _what, _done, _total: None))
    crs = to_metric(GeoDataFrame(geometry=[outline], crs=WGS84)).crs.to_string()
    paths: dict[str, Path] = {}
    for group, things in told.items():
        paths |= _written(groups[group], things, folder, outline, crs, found)
    if not paths:
        mend = f"check the area (west, south, east, north), or {OTHERWISE}"
        what_text = ", ".join(groups)
        raise PlanningDataError("E-FETCH-06", f"the server knows nothing of {what_text} there.", file=asking.host, mend=mend)
    write_text(folder / ABOUT, _about(paths, told, asking.host, outline))
    return paths


def _outline(area: Area) -> shapely.Geometry:
    outline = area_outline(area)
    km2 = outline_km2(outline)
    if km2 > LIMIT_KM2:
        mend = "take a smaller area, or an extract (.osm.pbf): layers.osm_layers(path)."
        what = f"the area is larger than {LIMIT_KM2:,} km², too much for a public server."
        raise PlanningDataError("E-FETCH-02", what, seen=f"{km2:,.0f} km²", mend=mend)
    return outline


def _told(groups: dict[str, list[OsmLayer]], places: list[shapely.Geometry], asking: _Asking, step: Step) -> dict[str, Told]:
    """What the server tells of each group, all tiles together."""
    told: dict[str, Told] = {}
    total = len(groups) * len(places)
    for number, (group, layers) in enumerate(groups.items()):
        tags: Tags = questions(layers) | (TURNS if group == "streets" else {})
        answers: list[dict[str, Any]] = []
        for done, place in enumerate(places):
            step(f"{group}, tile {done + 1} of {len(places)}", number * len(places) + done, total)
            answers += _tile(place, tags, asking)
        told[group] = told_by(answers, asking.host)
    step("writing", total, total)
    return told


def _tile(place: shapely.Geometry, tags: Tags, asking: _Asking) -> list[dict[str, Any]]:
    """The answers about one tile: kept ones, or the server's, which are kept if they are whole and not empty."""
    import osmnx  # noqa: PLC0415 - heavy

    place = shapely.set_precision(place, 1e-6)  # as osmnx writes it into the question
    key = answer_key(server=asking.url, place=shapely.to_wkt(place, 6), tags=tags, osmnx=osmnx.__version__)
    kept = None if asking.refresh else kept_answers(asking.cache, key, asking.report)
    if kept is not None:
        return kept
    answers = ask(feature_question(place, tags), asking.url, asking.attempts, asking.total_wait_s)
    told = told_by(answers, asking.host)
    if len(told.nodes):
        keep_answers(asking.cache, key, answers)
    return answers


def _written(
    layers: list[OsmLayer], told: Told, folder: Path, outline: shapely.Geometry, crs: str, report: list[Finding]
) -> dict[str, Path]:
    """The files of one group; none where the server knows nothing of it, for a half-dead server says so as well."""
    group = layers[0].group
    if not told.ways and not told.nodes:
        what = f"the server knows nothing of {group} there: no file is written."
        report.append(Finding("W-FETCH-02", what, "check the area, or name another server.", "warning", layer=group))
        return {}
    if group == "streets":
        path = write_whole(folder / "streets.osm", lambda part: write_lines(part, osm_lines(told)))
        return {NETWORK: path, **_layers_of(path, layers, told, folder, outline, crs, report)}
    with tempfile.TemporaryDirectory() as beside:
        path = Path(beside) / f"{group}.osm"
        write_lines(path, osm_lines(told))
        return _layers_of(path, layers, told, folder, outline, crs, report)


def _layers_of(
    path: Path,
    layers: list[OsmLayer],
    told: Told,
    folder: Path,
    outline: shapely.Geometry,
    crs: str,
    report: list[Finding],
) -> dict[str, Path]:
    within, names = GeoDataFrame(geometry=[outline], crs=WGS84), [one.name for one in layers]
    frames = osm_layers(path, layers=names, within=within, crs=crs, as_of=told.as_of[:10], report=report)
    return {name: write(frame, folder / f"{name}.parquet") for name, frame in frames.items()}


def _about(paths: dict[str, Path], told: dict[str, Told], host: str, outline: shapely.Geometry) -> str:
    files = {path.name: file_sha256(path) for path in paths.values()}
    facts = {
        "source": f"OpenStreetMap through {host}",
        "licence": LICENCE,
        "as_of": min((one.as_of for one in told.values() if one.as_of), default=""),
        "bounds": [round(edge, 6) for edge in outline.bounds],
        "sha256": dict(sorted(files.items())),
    }
    return json.dumps(facts, ensure_ascii=False, indent=1) + "\n"
