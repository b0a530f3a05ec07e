"""Streets of an OpenStreetMap file as a `Network` for walk, bicycle, motorbike, car and truck, with a report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame, points_from_xy
from numpy.typing import NDArray
from pyproj import Geod

from geo.crs import WGS84, metric_crs, transformer
from geo.errors import PlanningDataError
from geo.movement.arcs import CLOSED, LONGEST_DS, Ints, Times, deciseconds
from geo.movement.edges import Edges
from geo.movement.network import Network
from geo.movement.osm_file import RawStreets, read_osm
from geo.movement.osm_islands import without_islands
from geo.movement.osm_report import ImportReport, report_of
from geo.movement.osm_tags import DEFAULT_SPEED, TELLING, Profile, minutes_of, profile, stopped_at
from geo.movement.osm_turns import Junctions, LooseArcs, split
from geo.movement.street_table import MODES, StreetTable, street_table

ISLAND_NODES = 40
SHORTEST_M = 0.01
_DS_A_METRE = 36  # deciseconds for a metre at 1 km/h
_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Ways cut at junctions. Points: ``ref``, ``lon``, ``lat``; edges: first and last point, way row, metres."""

    ref: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    way: NDArray[np.intp]
    length_m: NDArray[np.float64]


def import_streets(
    path: str | Path,
    *,
    crs: str | None = None,
    table: str | Path | None = None,
    island_nodes: int = ISLAND_NODES,
    sha256: str | None = None,
) -> tuple[Network, ImportReport]:
    """Network and report of a .osm.pbf, .osm or .osm.gz file.

    ``crs`` metric (default: EPSG:9210 in the region, the local UTM zone elsewhere); ``table`` a TOML file of speeds and access
    instead of the package's; strongly connected components of fewer than ``island_nodes`` junctions lose the mode and are listed
    in the report. Times are whole deciseconds of geodesic length by speed. Nodes carry their OSM id; copies of a junction with
    turn bans or barriers have negative ids, so link points with `snap`, which knows them. Errors: E-OSM-01 … E-OSM-12.
    """
    rules = street_table(table)
    raw = read_osm(path, sha256=sha256)
    profiles = _profiles(raw, rules)
    used = np.array([p is not None and any(p.forward + p.backward) for p in profiles])
    if not used.any():
        mend = "take an extract with highway=* ways, or a table with these classes."
        raise PlanningDataError("E-OSM-03", "no way of the file is a street anybody may use.", file=raw.file.name, mend=mend)
    stops = {ref: modes for ref, tags in raw.barriers.items() if (modes := stopped_at(tags, rules))}
    pieces = _cut(raw, used, np.array(sorted({*stops, *_vias(raw)}), np.int64))
    node_ref, ends = np.unique(pieces.ref[np.r_[pieces.first, pieces.last]], return_inverse=True)
    tail, head = np.split(ends.astype(np.int32), 2)
    kmh = _kmh(raw, profiles, pieces)
    _refuse_endless(raw, pieces, kmh)
    arcs = _two_way(pieces, tail, head, kmh)
    arcs, origin, applied = _apply_bans(raw, arcs, node_ref, pieces, stops)
    node_ref, place = (
        np.r_[node_ref, min(0, int(node_ref.min())) - 1 - np.arange(len(origin))],
        np.r_[np.arange(len(node_ref)), origin],
    )
    lon_lat = _node_places(pieces, tail, head)[place]
    arcs, islands = without_islands(arcs, lon_lat, pieces.length_m, island_nodes, origin)
    network = _network(raw, pieces, arcs, node_ref, lon_lat, crs, profiles)
    counts = {
        "ways_read": len(raw.way_id),
        "ways_used": int(used.sum()),
        "points_missing": int(raw.missing.sum()),
        "copies_for_turns": len(origin),
        "turn_bans": applied,
        "barriers": len(stops),
    }
    return network, report_of(raw, network, profiles, counts, islands, rules)


def _refuse_endless(raw: RawStreets, pieces: _Pieces, kmh: NDArray[np.float64]) -> None:
    """E-OSM-11: a point far from its neighbours (often at 0° N 0° E) makes a street that takes days."""
    long = (pieces.length_m[:, None, None] * _DS_A_METRE > LONGEST_DS * np.where(kmh > 0, kmh, np.inf)).any(axis=(1, 2))
    if long.any():
        ids = np.unique(raw.way_id[pieces.way[long]]).tolist()
        what, mend = "streets take longer than 116 hours.", "correct the place of their points: one lies far from the others."
        seen = f"{pieces.length_m.max() / 1000:,.0f} km"
        raise PlanningDataError("E-OSM-11", what, file=raw.file.name, feature_ids=ids, seen=seen, mend=mend)


def _profiles(raw: RawStreets, rules: StreetTable) -> list[Profile | None]:
    """One profile a way; ways with the same telling tags share it."""
    known: dict[frozenset[tuple[str, str]], Profile | None] = {}
    out = []
    for tags in raw.tags:
        key = frozenset(item for item in tags.items() if item[0].startswith(TELLING) or item[0].endswith(":conditional"))
        if key not in known:
            known[key] = profile(dict(key), rules)
        out.append(known[key])
    return out


def _cut(raw: RawStreets, used: NDArray[np.bool_], special: NDArray[np.int64]) -> _Pieces:
    """Ways → edges between junctions. A way is interrupted where a point is missing; no edge ends where it began."""
    way = np.repeat(np.arange(len(raw.way_id)), np.diff(raw.ptr))
    gap = np.cumsum(raw.missing)
    keep = np.flatnonzero(used[way] & ~raw.missing)
    repeated = (raw.ref[keep][1:] == raw.ref[keep][:-1]) & (way[keep][1:] == way[keep][:-1])
    keep = keep[np.r_[True, ~repeated]] if len(keep) else keep
    ref, way, gap = raw.ref[keep], way[keep], gap[keep]
    starts = np.r_[True, (way[1:] != way[:-1]) | (gap[1:] != gap[:-1])]
    values, inverse, count = np.unique(ref, return_inverse=True, return_counts=True)
    junction = starts | np.r_[starts[1:], True] | (count[inverse] > 1) | np.isin(values, special)[inverse]
    for _ in range(2):  # the second time with loops cut in the middle
        cuts = np.flatnonzero(junction)
        joined = ~starts[cuts[1:]] if len(cuts) else np.zeros(0, bool)
        first, last = cuts[:-1][joined], cuts[1:][joined]
        loop = ref[first] == ref[last]
        junction[(first[loop] + last[loop]) // 2] = True
    lon, lat = raw.lon[keep], raw.lat[keep]
    step = _GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2] if len(keep) > 1 else np.zeros(0)
    total = np.r_[0.0, np.cumsum(step)]
    return _Pieces(ref, lon, lat, first, last, way[first], np.maximum(total[last] - total[first], SHORTEST_M))


def _kmh(raw: RawStreets, profiles: list[Profile | None], pieces: _Pieces) -> NDArray[np.float64]:
    """Speeds [edges, direction, mode] in km/h, 0 = closed; a ferry's duration overrules its speed."""
    closed = ((0.0,) * len(MODES),) * 2
    speeds = np.array([(p.forward, p.backward) if p else closed for p in profiles])[pieces.way]
    for row in np.unique(pieces.way):
        tags = raw.tags[row]
        minutes = minutes_of(tags.get("duration", "")) if tags.get("route") == "ferry" else None
        if minutes:
            mine = pieces.way == row
            kmh = pieces.length_m[mine].sum() / 1000 / (minutes / 60)
            speeds[mine] = np.where(speeds[mine] > 0, kmh, 0)
    return np.asarray(speeds)


def _two_way(pieces: _Pieces, tail: Ints, head: Ints, kmh: NDArray[np.float64]) -> LooseArcs:
    """Arc 2e along edge e and arc 2e + 1 against it, closed arcs included."""
    ends = np.stack([tail, head], axis=1)
    edge = np.repeat(np.arange(len(tail), dtype=np.int32), 2)
    speeds = kmh.reshape(-1, len(MODES))
    length = pieces.length_m[edge]
    times: Times = {}
    for i, mode in enumerate(MODES):
        is_open = speeds[:, i] > 0
        times[mode] = np.full(len(edge), CLOSED, np.int32)
        times[mode][is_open] = deciseconds(length[is_open] / (speeds[is_open, i] / 3.6))
    return LooseArcs(ends.ravel(), ends[:, ::-1].ravel(), edge, np.arange(len(edge)) % 2 == 0, times)


def _apply_bans(
    raw: RawStreets, arcs: LooseArcs, node_ref: NDArray[np.int64], pieces: _Pieces, stops: dict[int, frozenset[str]]
) -> tuple[LooseArcs, Ints, int]:
    """Arcs with nodes split at bans and barriers, the node of every copy, the number of restrictions applied."""
    rows = np.flatnonzero(np.isin(node_ref, [*stops, *_vias(raw)]))
    index = dict(zip(node_ref[rows].tolist(), rows.tolist(), strict=True))
    bounds = np.flatnonzero(np.r_[True, pieces.way[1:] != pieces.way[:-1], True])
    ways = {int(raw.way_id[pieces.way[a]]): range(a, b) for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)}
    junctions = Junctions(arcs.tail[::2], arcs.head[::2], ways)
    junctions.watch(sorted({*index.values(), *junctions.ends(way for ban in raw.bans for way in ban.over)}))
    for ref, modes in stops.items():
        if ref in index:
            junctions.stop(index[ref], modes)
    applied = sum(junctions.ban(ban, index[ban.via]) for ban in raw.bans if ban.via is not None and ban.via in index)
    applied += sum(junctions.ban_over(ban) for ban in raw.bans if ban.over)
    arcs, origin = split(arcs, len(node_ref), junctions.forbidden)
    return arcs, origin, applied


def _vias(raw: RawStreets) -> list[int]:
    return [ban.via for ban in raw.bans if ban.via is not None]


def _node_places(pieces: _Pieces, tail: Ints, head: Ints) -> NDArray[np.float64]:
    place = np.empty((int(max(tail.max(), head.max())) + 1, 2))
    for ends, points in ((tail, pieces.first), (head, pieces.last)):
        place[ends] = np.stack([pieces.lon[points], pieces.lat[points]], axis=1)
    return place


def _network(
    raw: RawStreets,
    pieces: _Pieces,
    arcs: LooseArcs,
    node_ref: NDArray[np.int64],
    lon_lat: NDArray[np.float64],
    crs: str | None,
    profiles: list[Profile | None],
) -> Network:
    """The network of what is open to somebody."""
    arcs = arcs.only(np.any([values != CLOSED for values in arcs.ds.values()], axis=0))
    if not len(arcs.tail):
        mend = "lower island_nodes, or take a larger extract."
        raise PlanningDataError("E-OSM-06", "all streets are islands.", file=raw.file.name, seen=len(pieces.first), mend=mend)
    used = np.unique(np.r_[arcs.tail, arcs.head])
    edges, edge = np.unique(arcs.edge, return_inverse=True)
    target = crs or metric_crs(GeoDataFrame(geometry=points_from_xy(*lon_lat[used].T), crs=WGS84)).to_string()
    project = transformer(WGS84, target)
    count = pieces.last[edges] - pieces.first[edges] + 1
    ptr = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    vertex = np.repeat(pieces.first[edges] - ptr[:-1], count) + np.arange(ptr[-1])
    xy = np.stack(project.transform(pieces.lon[vertex], pieces.lat[vertex]), axis=1)
    drawn = Edges.from_lines(ptr, xy, edge, arcs.along, _table(raw, pieces, edges.astype(np.intp), profiles))
    return Network.from_edges(
        np.stack(project.transform(*lon_lat[used].T), axis=1),
        target,
        np.searchsorted(used, arcs.tail),
        np.searchsorted(used, arcs.head),
        arcs.ds,
        node_id=node_ref[used],
        edges=drawn,
    )


def _table(raw: RawStreets, pieces: _Pieces, edges: NDArray[np.intp], profiles: list[Profile | None]) -> pd.DataFrame:
    way = pieces.way[edges]
    tags = [raw.tags[row] for row in way.tolist()]
    assumed = np.array([p is not None and DEFAULT_SPEED in p.notes for p in profiles])
    return pd.DataFrame(
        {
            "osm_way_id": raw.way_id[way],
            "highway": [row.get("highway", "ferry") for row in tags],
            "name": [row.get("name", "") for row in tags],
            "length_m": pieces.length_m[edges],
            "speed_assumed": assumed[way],
            "bridge": [row.get("bridge", "no") != "no" for row in tags],
            "tunnel": [row.get("tunnel", "no") != "no" for row in tags],
        }
    )
