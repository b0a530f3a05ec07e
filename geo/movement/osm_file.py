"""Reading the streets out of an OpenStreetMap file."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.errors import PlanningDataError
from geo.movement.osm_scan import refuse_missing, scan_osm

WKB_HEAD = 9  # bytes before the coordinates of a line


@dataclass(frozen=True)
class Ban:
    """A turn restriction as read: way ``start`` → node ``via`` → way ``end``; ``tags`` decide the kind and the modes.

    ``over``: the ways between ``start`` and ``end`` where it is not a node; ``via`` is then None.
    """

    relation: int
    start: tuple[int, ...]
    via: int | None
    end: tuple[int, ...]
    tags: dict[str, str]
    over: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class RawStreets:
    """Ways, tagged nodes and restrictions of a file, in its order. ``ptr`` [ways + 1] into ``ref``, ``lon``, ``lat`` [points]."""

    file: Path
    size_bytes: int
    sha256: str
    way_id: NDArray[np.int64]
    tags: list[dict[str, str]]
    ptr: NDArray[np.int64]
    ref: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    barriers: dict[int, dict[str, str]]
    bans: list[Ban]
    bans_unread: dict[str, int]

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Points whose node is not in the file."""
        return np.isnan(self.lon)


@dataclass
class _Found:
    way_id: list[int] = field(default_factory=list)
    tags: list[dict[str, str]] = field(default_factory=list)
    count: list[int] = field(default_factory=list)
    refs: array[int] = field(default_factory=lambda: array("q"))  # ids of one point after the other
    degrees: list[bytes] = field(default_factory=list)  # lon, lat of the points of a way; NaN where they are not in the file
    barriers: dict[int, dict[str, str]] = field(default_factory=dict)
    bans: list[Ban] = field(default_factory=list)
    unread: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        import osmium  # noqa: PLC0415 - heavy

        self._wkb = osmium.geom.WKBFactory()  # many times faster than point by point
        self._all_nodes = osmium.geom.use_nodes.ALL
        self._no_line = (RuntimeError, osmium.InvalidLocationError)

    def add(self, thing: Any) -> None:
        if thing.is_way():
            self._add_way(thing)
        elif thing.is_node():
            if "barrier" in thing.tags:
                self.barriers[thing.id] = dict(thing.tags)
        elif thing.is_relation() and thing.tags.get("type", "") == "restriction":
            self._add_ban(thing)

    def _add_way(self, way: Any) -> None:
        if "highway" not in way.tags and way.tags.get("route") != "ferry":
            return
        self.way_id.append(way.id)
        self.tags.append(dict(way.tags))
        self.refs.extend([node.ref for node in way.nodes])
        self.count.append(len(way.nodes))
        try:
            self.degrees.append(bytes.fromhex(self._wkb.create_linestring(way, self._all_nodes))[WKB_HEAD:])
        except self._no_line:  # a point without a place, or only one
            self.degrees.append(b"".join(map(_place, way.nodes)))

    def _add_ban(self, relation: Any) -> None:
        parts: dict[tuple[str, str], list[int]] = {}
        for member in relation.members:
            parts.setdefault((member.role, member.type), []).append(member.ref)
        keys = ("via", "n"), ("via", "w"), ("from", "w"), ("to", "w")
        via, over, start, end = (tuple(parts.get(key, ())) for key in keys)
        tags = {name: value for name, value in dict(relation.tags).items() if name.partition(":")[0] == "restriction"}
        if not start or not end or (not over and len(via) != 1):
            self._unread("turn bans with missing members, not applied")
        elif all(name.endswith(":conditional") for name in tags):
            self._unread("turn bans at some hours, not applied")
        elif over and not any(value.startswith("no_") for value in tags.values()):
            self._unread("commanded turns over a way, not applied")
        elif over:
            self.bans.append(Ban(relation.id, start, None, end, dict(relation.tags), over))
        else:
            self.bans.append(Ban(relation.id, start, via[0], end, dict(relation.tags)))

    def _unread(self, why: str) -> None:
        self.unread[why] = self.unread.get(why, 0) + 1


def read_osm(path: str | Path, *, sha256: str | None = None) -> RawStreets:
    """Streets, ferries, barriers and turn bans of a .osm.pbf, .osm or .osm.gz file.

    ``sha256`` is compared if given: a file cut exactly between two blocks can not be told from a whole one otherwise.
    Errors: E-OSM-01 no such file; -02 not an OpenStreetMap file, cut or damaged; -03 no streets in it; -04 other checksum;
    -05 more than 1 % of the points of ways have no place; -12 a way stands twice.
    """
    path = Path(path)
    found = _Found()
    digest, _ = scan_osm(path, found.add, keys=("highway", "route", "barrier", "restriction", "type"), sha256=sha256)
    if not found.way_id:
        mend = "the file may be cut after its nodes: fetch it again and compare its size; or take an extract with highways."
        raise PlanningDataError("E-OSM-03", "there is no street in the file.", file=path.name, seen=0, mend=mend)
    _refuse_doubled(path, found.way_id)
    refs = np.array(found.refs)
    degrees = _with_drawn_nodes(path, refs, np.frombuffer(b"".join(found.degrees)).reshape(-1, 2).copy())
    lost = np.isnan(degrees[:, 0])
    cut = np.repeat(found.way_id, found.count)[lost]
    refuse_missing(path, (len(cut), len(lost)), dict.fromkeys(cut.tolist()))
    ptr = np.concatenate([[0], np.cumsum(found.count)]).astype(np.int64)
    return RawStreets(
        path,
        path.stat().st_size,
        digest,
        np.array(found.way_id, np.int64),
        found.tags,
        ptr,
        refs,
        degrees[:, 0].copy(),
        degrees[:, 1].copy(),
        found.barriers,
        found.bans,
        found.unread,
    )


def _refuse_doubled(path: Path, way_ids: list[int]) -> None:
    """E-OSM-12: two ways of one id are two states of one street, or two files put together."""
    ids, count = np.unique(way_ids, return_counts=True)
    if (count > 1).any():
        mend = "merge the files with osmium merge, or take the present state of a history (osmium time-filter)."
        twice = ids[count > 1].tolist()
        raise PlanningDataError("E-OSM-12", "ways stand twice in the file.", file=path.name, feature_ids=twice, mend=mend)


def _place(node: Any) -> bytes:
    known = node.location.valid()
    return np.array([node.location.lon, node.location.lat] if known else [np.nan, np.nan]).tobytes()


def _with_drawn_nodes(path: Path, refs: NDArray[np.int64], degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points with the places of nodes drawn by hand: editors give them negative ids, which osmium's index does not keep."""
    drawn = np.flatnonzero(refs < 0)
    if len(drawn):
        import osmium  # noqa: PLC0415 - heavy

        nodes: Any = osmium.FileProcessor(str(path), osmium.osm.NODE)
        place = {node.id: (node.location.lon, node.location.lat) for node in nodes if node.id < 0}
        degrees[drawn] = [place.get(ref, (np.nan, np.nan)) for ref in refs[drawn].tolist()]
    return degrees
