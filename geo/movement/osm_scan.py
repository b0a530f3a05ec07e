"""One pass over an OpenStreetMap file, refusing files that are cut, empty or something else."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import re
import zlib
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from geo.errors import PlanningDataError
from geo.reading.digests import expected_digest, file_sha256
from geo.reading.paths import is_local_file

MISSING_SHARE = 0.01
SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
MOST_BYTES = 5 * 10**9
MOST_UNPACKED_BYTES = 20 * 10**9
MOST_RATIO = 100
_SMALL_BYTES = 10**7  # below it a high ratio is harmless
_CHUNK = 1 << 22
_MD5 = re.compile(rb"[0-9a-fA-F]{32}")
Take = Callable[[Any], None]


def scan_osm(
    path: str | Path, take: Take, *, keys: Collection[str], areas: Collection[str] = (), sha256: str | None = None
) -> tuple[str, str]:
    """Hand each node, way and relation that has one of ``keys`` to ``take``, in the file's order; SHA-256 and date of the file.

    Points of ways have their places. With ``areas``, closed ways and multipolygons with one of these keys come besides as areas
    (osmium's ``Area``); the file is then read twice, the first time for its relations alone. What ``take`` is given is a view
    that ends with the call. The date (ISO 8601) is that of the extract where its header tells it, else empty.
    Errors: E-OSM-01 no such file; -02 not an OpenStreetMap file, cut or damaged; -04 other checksum than ``sha256``, or than a
    file beside it tells; -22 too large, or packed to swell.
    """
    import osmium  # noqa: PLC0415 - heavy

    path = Path(path)
    digest = _checked_file(path, sha256)
    _check_unpacked(path)
    try:
        objects = osmium.FileProcessor(str(path)).with_locations()
        if areas:
            objects = objects.with_areas(osmium.filter.KeyFilter(*areas))
        for thing in objects.with_filter(osmium.filter.KeyFilter(*keys, *areas)):
            take(thing)
        as_of = objects.header.get("osmosis_replication_timestamp", "")
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as problem:
        if isinstance(problem, PlanningDataError):
            raise
        if "out of order" in str(problem):
            mend = f"sort it: osmium sort {path.name} -o sorted.osm.pbf; two files are joined by osmium merge."
            what = "things stand twice or are not sorted by kind and number."
            raise PlanningDataError("E-OSM-02", what, file=path.name, seen=str(problem), mend=mend) from None
        raise damaged(path, f"the file can not be read ({problem})") from None
    return digest, as_of


def _check_unpacked(path: Path) -> None:
    """E-OSM-22 where a packed file swells: osmium itself has no end."""
    opener: Any = {".gz": gzip.open, ".bz2": bz2.open}.get(path.suffix.lower())
    if opener is None:
        return
    unpacked = 0
    try:
        with path.open("rb") as packed, opener(packed) as plain:
            while block := plain.read(_CHUNK):
                unpacked += len(block)
                if unpacked > _SMALL_BYTES and unpacked > MOST_RATIO * packed.tell():
                    raise _too_large(path, f"it unpacks to more than {MOST_RATIO} times its size")
                if unpacked > MOST_UNPACKED_BYTES:
                    raise _too_large(path, f"it unpacks to more than {MOST_UNPACKED_BYTES / 1e9:.0f} GB")
    except (OSError, EOFError, zlib.error):
        return  # osmium tells what is wrong with it


def _too_large(path: Path, what: str) -> PlanningDataError:
    mend = "cut it to the area of work (osmium extract); a packed one that you trust: unpack it and give the .osm."
    return PlanningDataError("E-OSM-22", f"{what}.", file=path.name, seen=f"{path.stat().st_size} bytes", mend=mend)


def has_ways(path: Path) -> bool:
    """Whether there is any way: a file cut between two blocks may have lost them all."""
    import osmium  # noqa: PLC0415 - heavy

    return any(True for _ in osmium.FileProcessor(str(path), osmium.osm.WAY))


def refuse_missing(path: Path, counts: tuple[int, int], way_ids: Collection[int]) -> None:
    """E-OSM-05 where more than 1 % of the points of ways have no place; ``counts`` of those without and of all."""
    lost, points = counts
    if lost > MISSING_SHARE * points:
        mend = "cut extracts with complete ways (osmium extract --strategy complete_ways)."
        what = f"{100 * lost / points:.1f} % of the points of ways are not in the file."
        raise PlanningDataError("E-OSM-05", what, file=path.name, feature_ids=list(way_ids), mend=mend)


def _checked_file(path: Path, sha256: str | None) -> str:
    if not is_local_file(path):
        raise PlanningDataError("E-OSM-01", "there is no such file.", file=path.name, mend="check the path.")
    if not path.name.casefold().endswith(SUFFIXES):
        mend = f"give one of {', '.join(SUFFIXES)}."
        raise PlanningDataError("E-OSM-02", "this is no OpenStreetMap file by its name.", file=path.name, mend=mend)
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise _too_large(path, f"the file has {size / 1e9:.1f} GB; {MOST_BYTES / 1e9:.0f} GB are read")
    with path.open("rb") as file:
        start = file.read(512)
    digest = file_sha256(path)
    looks = start.lstrip().lower()
    if looks.startswith((b"<!doctype html", b"<html")):
        raise damaged(path, "this is an HTML page, perhaps an error message of the server")
    if not start.strip(b"\0 \r\n\t"):
        raise damaged(path, "the file is empty" if not start else "the file begins with zeros")
    if sha256 is not None and sha256.casefold() != digest:
        mend = "fetch the file again."
        raise PlanningDataError("E-OSM-04", "the file is not the one expected.", file=path.name, seen=digest, mend=mend)
    _check_beside(path, digest)
    return digest


def _check_beside(path: Path, sha256: str) -> None:
    """E-OSM-04 where a checksum beside the file (.md5 as servers give it, .meta.json, manifest.json) is of another file."""
    told = expected_digest(path)
    found = [(*told, sha256)] if told else []
    beside = path.with_name(f"{path.name}.md5")
    if beside.is_file() and (wanted := _MD5.match(beside.read_bytes()[:64])):
        with path.open("rb") as file:
            found.append((beside.name, wanted[0].decode(), hashlib.file_digest(file, "md5").hexdigest()))
    for name, wanted_digest, real in found:
        if wanted_digest.casefold() != real:
            what = f"the file is not the one that {name} tells of: it may be cut between two blocks."
            mend = f"fetch it again; if it was changed on purpose, delete {name}."
            raise PlanningDataError("E-OSM-04", what, file=path.name, seen=f"{path.stat().st_size} bytes, {real}", mend=mend)


def damaged(path: Path, what: str) -> PlanningDataError:
    """E-OSM-02, with the size of the file."""
    mend = "fetch it again and compare its size and checksum with the source."
    return PlanningDataError("E-OSM-02", f"{what}.", file=path.name, seen=f"{path.stat().st_size} bytes", mend=mend)
