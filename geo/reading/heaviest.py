"""How many vertices the heaviest feature of a file has, told from its bytes: a library would take memory before it can tell.

Only files large enough to hold such a feature are looked at, so that plain files pay nothing.
"""

from __future__ import annotations

import mmap
import re
import sqlite3
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from geo.reading import limits
from geo.reading.json_brackets import heaviest_json

_CHUNK = _HEAD = 1 << 20
_SLIGHTEST_TEXT = 4  # bytes of a vertex: "0,0 "
_SLIGHTEST_BINARY = 16  # two float64
_FGB_MAGIC, _FGB_COUNT, _FGB_NODE, _FGB_NODE_BYTES = 8, 8, 9, 40  # of the header's fields; bytes of a node of the index
_COORDINATES = re.compile(rb"coordinates>\s*([^\s<]+)")


def check_heaviest(path: Path, form: str, shown: str, layer: str | None, *, allow_large: bool) -> None:
    """Errors: E-SIZE-04 a feature has more vertices than are read unasked, E-SIZE-07 a line of a table is longer."""
    count = _COUNTERS.get(form)
    least = (_SLIGHTEST_TEXT if form in _TEXTS else _SLIGHTEST_BINARY) * limits.MOST_VERTICES_A_FEATURE
    least = min(least, limits.MOST_LINE_BYTES) if form == "CSV" else least
    if allow_large or count is None or path.stat().st_size < least:
        return
    vertices = count(path)
    if vertices > limits.MOST_VERTICES_A_FEATURE:
        raise limits.heavy(f"a feature has about {vertices:,} vertices", shown, layer, ())


def _seq(path: Path) -> int:
    return heaviest_json(path, closing_at=0)


def _geojson(path: Path) -> int:
    return heaviest_json(path, closing_at=2)


def _shapefile(path: Path) -> int:
    """By the lengths of the records in the index."""
    index = path.with_suffix(".shx")
    words = np.fromfile(index, ">i4", offset=100)[1::2] if index.is_file() else np.zeros(0, int)
    return int(words.max(initial=0)) * 2 // _SLIGHTEST_BINARY


def _geopackage(path: Path) -> int:
    """SQLite knows the length of a blob without reading it."""
    base = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        named = base.execute("SELECT table_name, column_name FROM gpkg_geometry_columns").fetchall()
        quoted = [[f'"{part.replace(chr(34), chr(34) * 2)}"' for part in pair] for pair in named]
        lengths = [base.execute(f"SELECT MAX(LENGTH({column})) FROM {table}").fetchone()[0] for table, column in quoted]  # noqa: S608 - names, quoted
    except sqlite3.Error:  # the reader tells what is wrong with it
        return 0
    finally:
        base.close()
    return max((length or 0 for length in lengths), default=0) // _SLIGHTEST_BINARY


def _parquet(path: Path) -> int:
    """By the lengths of columns of bytes, batch by batch, of row groups that can hold such a feature."""
    import pyarrow as pa  # noqa: PLC0415 - heavy, and only Parquet needs it
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    most, least = 0, _SLIGHTEST_BINARY * limits.MOST_VERTICES_A_FEATURE
    try:
        with pq.ParquetFile(path, memory_map=True) as file:
            names = [field.name for field in file.schema_arrow if pa.types.is_binary(field.type)]
            for group in range(file.metadata.num_row_groups):
                told = file.metadata.row_group(group)
                for column in map(told.column, range(told.num_columns)):
                    if column.path_in_schema in names and column.total_uncompressed_size > least:
                        mean = column.total_uncompressed_size // max(column.num_values, 1)
                        if mean > least:
                            return mean // _SLIGHTEST_BINARY
                        rows = max(1, _CHUNK // max(mean, 1))
                        most = max(most, _longest(file.iter_batches(rows, [group], [column.path_in_schema], use_threads=False)))
    except (pa.ArrowException, OSError, KeyError, ValueError):  # the reader tells what is wrong with it
        return 0
    return most // _SLIGHTEST_BINARY


def _longest(batches: Iterator[Any]) -> int:
    """The most bytes of a value; what is over the limit ends the reading."""
    import pyarrow.compute as pc  # noqa: PLC0415 - heavy, and only Parquet needs it

    most = 0
    for batch in batches:
        most = max(most, pc.max(pc.binary_length(batch.column(0))).as_py() or 0)
        if most > _SLIGHTEST_BINARY * limits.MOST_VERTICES_A_FEATURE:
            break
    return most


def _flatgeobuf(path: Path) -> int:
    """From feature to feature by their lengths."""
    with path.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            at, most = _first_feature(data), 0
            while at + 4 <= len(data):
                (size,) = struct.unpack_from("<I", data, at)
                most, at = max(most, size), at + 4 + size
        except struct.error:  # the reader tells what is wrong with it
            return 0
    return most // _SLIGHTEST_BINARY


def _first_feature(data: mmap.mmap) -> int:
    """Where features begin: behind the header and the index, whose size follows from two fields of the header."""
    start = _FGB_MAGIC + 4
    (size,) = struct.unpack_from("<I", data, _FGB_MAGIC)
    table = start + struct.unpack_from("<I", data, start)[0]
    fields = table - struct.unpack_from("<i", data, table)[0]

    def field(number: int, form: str, default: int) -> int:
        slot = 4 + 2 * number
        known = slot < struct.unpack_from("<H", data, fields)[0]
        offset = struct.unpack_from("<H", data, fields + slot)[0] if known else 0
        return int(struct.unpack_from(form, data, table + offset)[0]) if offset else default

    rows, node = field(_FGB_COUNT, "<Q", 0), field(_FGB_NODE, "<H", 16)
    nodes, level = 0, rows
    while node > 1 and rows:
        nodes += level
        if level == 1:
            break
        level = -(-level // node)
    return start + size + nodes * _FGB_NODE_BYTES


def _streamed(path: Path, end: bytes, sign: bytes) -> tuple[int, int]:
    """The most of ``sign`` between one ``end`` and the next, and the most bytes.

    A block is shorter than the text of such a feature: what lies between two ends within one block is none.
    """
    size = min(_CHUNK, max(2 * len(end), _SLIGHTEST_TEXT * limits.MOST_VERTICES_A_FEATURE // 2))
    most = signs = longest = length = 0
    held = b""
    with path.open("rb") as opened:
        while block := opened.read(size):
            block = held + block
            keep = len(block) - len(end) + 1
            first, last = block.find(end), block.rfind(end)
            stop = first if first >= 0 else keep
            signs, length = signs + block.count(sign, 0, stop), length + stop
            most, longest = max(most, signs), max(longest, length)
            if first >= 0:
                signs, length = block.count(sign, last + len(end), keep), max(0, keep - last - len(end))
            held = block[max(keep, last + len(end) if last >= 0 else 0) :]
    return max(most, signs + held.count(sign)), max(longest, length + len(held))


def _xml(end: bytes) -> Callable[[Path], int]:
    """Vertices of KML and GML: by commas, of which a vertex with height has two; by blanks where there are none."""

    def count(path: Path) -> int:
        with path.open("rb") as opened:
            head = opened.read(_HEAD)
        first = _COORDINATES.search(head)
        commas = first[1].count(b",") if first else int(b"posList" not in head)
        most, _ = _streamed(path, end, b"," if commas else b" ")
        return most // (commas or 2)

    return count


def _table(path: Path) -> int:
    """Shapes as WKT: a comma between two vertices. Errors: E-SIZE-07 a line is longer than is read unasked."""
    most, longest = _streamed(path, b"\n", b",")
    if most <= limits.MOST_VERTICES_A_FEATURE:
        limits.check_line(longest, path.name)
    return most


_TEXTS = ("GeoJSON", "GeoJSONSeq", "KML", "GML", "CSV")
_COUNTERS: MappingProxyType[str, Callable[[Path], int]] = MappingProxyType(
    {
        "GeoJSON": _geojson,
        "GeoJSONSeq": _seq,
        "Shapefile": _shapefile,
        "zipped Shapefile": _shapefile,
        "GeoPackage": _geopackage,
        "GeoParquet": _parquet,
        "FlatGeobuf": _flatgeobuf,
        "KML": _xml(b"</Placemark>"),
        "GML": _xml(b"Member>"),
        "CSV": _table,
    }
)
