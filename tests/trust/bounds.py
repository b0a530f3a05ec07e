"""Inputs that are too large are refused before memory is taken: by our error, with the limit named and the way that lifts it.

Each is read in a process of its own kind, warm, that tells its processor seconds and the growth of its memory.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import re
import socket
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.trust import hostile_files as hostile
from tests.trust.rounds import Round

MOST_CPU_S = 2.0
MOST_MB = 500
WHOLE = 100  # per cent of the size at which the promise is given
_VERTICES = 10_000_000
Make = Callable[[Path, str, int], Path]


@dataclass(frozen=True)
class Bound:
    """``make(folder, ending, size)`` is refused by ``reader`` with ``code``; ``way``: words of the error that lift the limit.

    In a short round a file with a ``limit`` (module and name) is smaller, and the limit with it; so is one that is ``packed``,
    whose ratio is what counts. All others are as large as ever, for they are small.
    """

    make: Make
    ending: str
    size: int
    reader: str
    code: str
    way: str
    limit: tuple[str, str] | None = None
    packed: bool = False


_FEATURE = ("geo.reading.limits", "MOST_VERTICES_A_FEATURE")
_ASKED = "allow_large"
_OF_TOML = (
    ("study", "E-TOML-02"),
    ("rules", "E-LAW-03"),
    ("criteria", "E-TOML-02"),
    ("streets table", "E-OSM-09"),
    ("workspace", "E-WORK-02"),
)
BOUNDS = (
    *(
        Bound(hostile.heavy_polygon, ending, _VERTICES, reader, "E-SIZE-04", _ASKED, _FEATURE)
        for ending, reader in (
            *((name, "vector") for name in ("geojson", "geojsonl", "gpkg", "fgb", "shp", "parquet", "kml", "gml", "csv", "mif")),
            ("dxf", "drawing"),
        )
    ),
    Bound(hostile.sparse_raster, "sparse", 300_000, "raster", "E-RAS-05", "within="),
    Bound(partial(hostile.sparse_raster, compress="deflate"), "deflated", 300_000, "raster", "E-RAS-05", "within="),
    Bound(partial(hostile.sparse_raster, blockxsize=16_384, blockysize=16_384), "blocks", 300_000, "zones", "E-RAS-05", "TILED"),
    Bound(hostile.deep_text, "geojson", 1_000_000, "vector", "E-SIZE-05", "do not use"),
    *(
        Bound(hostile.deep_text, ending, 1_000_000, reader, code, "")
        for ending in ("toml", "dots.toml", "tables.toml")
        for reader, code in _OF_TOML
    ),
    *(
        Bound(hostile.long_toml, "toml", 10**11, reader, code, "")
        for reader, code in _OF_TOML
    ),
    *(Bound(hostile.wide, ending, 10_000, "vector", "E-SIZE-03", _ASKED) for ending in ("csv", "geojson", "fgb", "parquet")),
    Bound(hostile.wide, "gpkg", 10_000, "vector", "E-IO-08", ""),
    Bound(hostile.wide, "xlsx", 10_000, "table", "E-SIZE-03", _ASKED),
    Bound(hostile.far_cell, "xlsx", 10**12, "table", "E-SIZE-02", _ASKED),
    Bound(hostile.huge_book, "xlsx", 10**9, "table", "E-ZIP-03", _ASKED, ("geo.reading.sheets", "_MOST_BYTES")),
    Bound(hostile.long_cell, "csv", 400_000_000, "vector", "E-SIZE-07", _ASKED, ("geo.reading.limits", "MOST_LINE_BYTES")),
    Bound(hostile.zip_bomb, "ratio", 3 * 10**9, "vector", "E-ZIP-03", _ASKED, packed=True),
    Bound(hostile.zip_bomb, "many", 70_000, "vector", "E-ZIP-03", _ASKED, ("geo.reading.archives", "MOST_MEMBERS")),
    Bound(hostile.zip_bomb, "nested", 3 * 10**9, "vector", "E-ZIP-04", "unpack it", packed=True),
    Bound(hostile.hostile_feed, "bomb", 200_000_000, "feed", "E-GTFS-11", "give the folder", packed=True),
    Bound(hostile.hostile_feed, "repeated", 900, "feed", "E-GTFS-05", ""),
    Bound(hostile.hostile_feed, "late", 10**9, "feed", "E-GTFS-10", ""),
    Bound(hostile.swelling_osm, "gz", 3 * 10**9, "streets", "E-OSM-22", "unpack it", packed=True),
    *(Bound(hostile.hostile_pbf, kind, 10**9, "streets", "E-OSM-02", "fetch it again") for kind in ("header", "blob", "bomb")),
    Bound(hostile.nothing, "answer", 0, "server", "E-FETCH-07", "a local .osm.pbf"),  # osmnx takes long to load: at length only
)  # fmt: skip


def refused(per_cent: int) -> Round:
    """Files of so many per cent of the size the promise is given for, the limits made smaller by as much."""
    found = Round("an input too large is refused with its limit, under 2 CPU s and 500 MB")
    tried = [at for at, bound in enumerate(BOUNDS) if bound.reader != "server" or per_cent == WHOLE]
    with tempfile.TemporaryDirectory() as folder:
        made = [(at, str(_made(BOUNDS[at], Path(folder) / str(at), per_cent))) for at in tried]
        rows = _measured(made, per_cent)
    for row in rows:
        bound = BOUNDS[row["at"]]
        where = f"{getattr(bound.make, '__name__', 'a raster')} {bound.ending} by {bound.reader}: {row}"
        right = row["code"] == bound.code and bound.way in row["said"]
        found.check(right and row["cpu_s"] < MOST_CPU_S and row["more_mb"] < MOST_MB, where)
    slowest, largest = max(row["cpu_s"] for row in rows), max(row["more_mb"] for row in rows)
    found.said = f"at {per_cent} % of the size: worst {slowest:.2f} CPU s, {largest:,.0f} MB"
    return found


def _made(bound: Bound, folder: Path, per_cent: int) -> Path:
    folder.mkdir()
    smaller = bound.limit is not None or bound.packed
    return bound.make(folder, bound.ending, bound.size * per_cent // WHOLE if smaller else bound.size)


def _measured(paths: list[tuple[int, str]], per_cent: int) -> list[dict[str, Any]]:
    """What a child process tells of each file."""
    context = multiprocessing.get_context("spawn")
    told: Any = context.SimpleQueue()
    child = context.Process(target=_child, args=(paths, per_cent, told))
    child.start()
    rows = []
    for _ in paths:
        row = told.get()
        rows.append(row)
    child.join()
    return rows


def _child(paths: list[tuple[int, str]], per_cent: int, told: Any) -> None:
    warnings.simplefilter("ignore")
    readers = _readers()
    with tempfile.TemporaryDirectory() as folder:
        _warm(readers, Path(folder))
        if any(BOUNDS[at].reader == "server" for at, _ in paths):
            importlib.import_module("osmnx")
        for at, path in paths:
            bound = BOUNDS[at]
            before = _made_smaller(bound.limit, per_cent)
            told.put({"at": at} | _watched(partial(readers[bound.reader], path)))
            if bound.limit is not None:
                setattr(importlib.import_module(bound.limit[0]), bound.limit[1], before)


def _made_smaller(limit: tuple[str, str] | None, per_cent: int) -> int:
    if limit is None:
        return 0
    module = importlib.import_module(limit[0])
    before: int = getattr(module, limit[1])
    setattr(module, limit[1], before * per_cent // WHOLE)
    return before


def _readers() -> dict[str, Callable[[str], object]]:
    import analyses  # noqa: PLC0415 - in the child alone
    import geo  # noqa: PLC0415 - as above
    import layers  # noqa: PLC0415 - as above
    from geo.movement import import_streets, read_gtfs  # noqa: PLC0415 - as above
    from geo.movement.street_table import street_table  # noqa: PLC0415 - as above
    from tests.corpus import rasters  # noqa: PLC0415 - as above

    return {
        "vector": geo.read_vector,
        "table": geo.read_table,
        "drawing": lambda path: geo.read_drawing(path, crs="EPSG:9210"),
        "raster": geo.read_raster,
        "zones": lambda path: geo.zonal_stats(path, rasters.ZONE),
        "feed": lambda path: read_gtfs(path, "2025-01-13"),
        "streets": import_streets,
        "study": analyses.read_study,
        "criteria": analyses.read_siting_criteria,
        "rules": lambda path: layers.dossier_parts(own=path),
        "streets table": street_table,
        "workspace": _workspace,
        "server": _fetched,
    }


def _workspace(path: str) -> None:
    import layers  # noqa: PLC0415 - in the child alone

    Path(path).rename(Path(path).with_name("workspace.toml"))
    try:
        layers.open_workspace(Path(path).parent)
    finally:
        Path(path).with_name("workspace.toml").rename(path)


def _fetched(path: str) -> None:
    """Streets from a server whose answer never ends."""
    import layers  # noqa: PLC0415 - in the child alone

    with socket.create_server(("127.0.0.1", 0)) as opened:
        threading.Thread(target=_answered_without_end, args=(opened,), daemon=True).start()
        server = f"http://127.0.0.1:{opened.getsockname()[1]}/api"
        layers.fetch_streets((106.6, 11.0, 106.61, 11.01), f"{path}.osm", server=server, attempts=1)


def _answered_without_end(opened: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the asker hangs up
        while True:
            other, _ = opened.accept()
            with other, contextlib.suppress(OSError):
                other.recv(2**16)
                other.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{"elements":[')
                while True:
                    other.sendall(b" " * 2**16)


def _warm(readers: dict[str, Callable[[str], object]], folder: Path) -> None:
    """Every reader once with something small, so that loading libraries is not measured."""
    small = {"vector": ("csv", "gpkg", "geojson", "parquet"), "table": ("xlsx",)}
    for reader, endings in small.items():
        for ending in endings:
            _quietly(readers[reader], hostile.wide(folder, ending, 3))
    _quietly(readers["drawing"], hostile.heavy_polygon(folder, "dxf", 10))
    for reader in ("raster", "zones"):
        _quietly(readers[reader], hostile.sparse_raster(folder, "small", 512))
    _quietly(readers["feed"], hostile.hostile_feed(folder, "bomb", 10))
    _quietly(readers["streets"], hostile.swelling_osm(folder, "gz", 10))
    for reader in ("study", "criteria", "rules", "streets table", "workspace"):
        _quietly(readers[reader], hostile.deep_text(folder, "toml", 3))


def _quietly(read: Callable[[str], object], path: Path) -> None:
    with contextlib.suppress(ValueError):
        read(str(path))


def _watched(read: Callable[[], object]) -> dict[str, Any]:
    Path("/proc/self/clear_refs").write_text("5")  # the highest memory begins anew
    before, start = _memory_mb("VmRSS"), time.process_time()
    try:
        read()
        code, said = "read", ""
    except ValueError as error:
        code, said = getattr(error, "code", type(error).__name__), str(error)
    except Exception as error:  # noqa: BLE001 - what must not happen
        code, said = type(error).__name__, str(error)
    return {
        "code": code,
        "said": said[:400],
        "cpu_s": round(time.process_time() - start, 2),
        "more_mb": round(_memory_mb("VmHWM") - before, 1),
    }


def _memory_mb(name: str) -> float:
    told = re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))
    return int(told[1]) / 1024 if told else 0.0
