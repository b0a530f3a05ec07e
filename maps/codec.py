"""Geometry and columns as one compressed block of safe characters.

The block is base64 of gzip of ``uint32 header length | header (JSON) | section | section ...``. Every text a reader may see rides
inside it, so nothing but ``A-Z a-z 0-9 + / =`` reaches the HTML and data can open no tag, script, attribute or template.

Integers are zigzagged and written as byte planes (all low bytes, then all second bytes, ...), deltas where neighbours are alike:
gzip sees long runs of equal bytes. Coordinates are Web Mercator in ``2**BITS`` steps round the world, so the page draws with one
multiplication and no projection.
"""

from __future__ import annotations

import base64
import gzip
import json
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

BITS = 27  # 40,075 km / 2**27 = 0.30 m at the equator
COARSER = ((20_000, 25), (5_000, 26))  # layers of more features: steps of 1.2 m and 0.6 m
MAX_BITS_OF_INT = 32
KINDS = {0: "point", 4: "point", 1: "line", 2: "line", 5: "line", 3: "polygon", 6: "polygon"}  # by GEOS type number


class Block:
    """Collects sections; :meth:`text` gives the base64 block. ``meta`` becomes the header."""

    def __init__(self, **meta: Any) -> None:
        self.meta: dict[str, Any] = meta
        self._sections: list[dict[str, Any]] = []
        self._parts: list[bytes] = []

    def ints(self, name: str, values: npt.ArrayLike, *, delta: bool = False) -> None:
        """Signed integers of less than 32 bits."""
        count, raw = _planes(np.asarray(values, np.int64), delta=delta)
        self._add({"name": name, "kind": "delta" if delta else "ints", "n": np.size(values), "planes": count}, raw)

    def floats(self, name: str, values: npt.ArrayLike) -> None:
        """Floats as they are, 8 bytes each."""
        raw = np.ascontiguousarray(values, "<f8").view(np.uint8).reshape(-1, 8).T.tobytes()
        self._add({"name": name, "kind": "floats", "n": np.size(values)}, raw)

    def codes(self, name: str, values: npt.ArrayLike) -> None:
        """Small codes, one byte each."""
        self._add({"name": name, "kind": "bytes", "n": np.size(values)}, np.asarray(values, np.uint8).tobytes())

    def json(self, name: str, value: Any) -> None:
        """Any JSON value."""
        self._add({"name": name, "kind": "json"}, dumps(value))

    def _add(self, section: dict[str, Any], raw: bytes) -> None:
        self._sections.append({**section, "bytes": len(raw)})
        self._parts.append(raw)

    def text(self, level: int = 9) -> str:
        """The whole block in base64; the same content always gives the same text. ``level`` of gzip, 1 quick to 9 small."""
        header = dumps({**self.meta, "sections": self._sections})
        body = struct.pack("<I", len(header)) + header + b"".join(self._parts)
        return base64.b64encode(gzip.compress(body, level, mtime=0)).decode()


def dumps(value: Any) -> bytes:
    """Compact ASCII JSON: lone surrogates and NUL stay as escapes, so nothing is lost and nothing fails to encode."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode()


def bits_for(count: int) -> int:
    """How finely the coordinates of a layer of so many features are written."""
    return next((bits for more_than, bits in COARSER if count > more_than), BITS)


def add_geometry(block: Block, shapes: npt.NDArray[Any], bits: int = BITS) -> tuple[str, int]:
    """Add x, y, vertices of each ring, rings of each feature; longitude/latitude shapes of one kind, already Hilbert-sorted.

    Returns the kind (``point``, ``line`` or ``polygon``) and the number of vertices.
    """
    kind = KINDS[int(shapely.get_type_id(shapes[0]))]
    parts, owner = shapely.get_parts(shapes, return_index=True)
    if kind == "polygon":
        parts = shapely.orient_polygons(parts, exterior_cw=False)  # nonzero filling needs one orientation
        rings, part = shapely.get_rings(parts, return_index=True)
        owner = owner[part]
    else:
        rings = parts
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    if kind == "polygon":
        closing = np.flatnonzero(np.diff(ring, append=-1))  # the closing vertex is implied
        xy, ring = np.delete(xy, closing, 0), np.delete(ring, closing)
    x, y = world(xy, bits)
    if kind != "point":
        same = np.r_[False, (np.diff(x) == 0) & (np.diff(y) == 0) & (np.diff(ring) == 0)]
        x, y, ring = x[~same], y[~same], ring[~same]
        block.ints("vertices", np.bincount(ring, minlength=len(rings)))
    block.ints("x", x, delta=True)
    block.ints("y", y, delta=True)
    block.ints("rings", np.bincount(owner, minlength=len(shapes)))
    return kind, len(x)


def add_numbers(block: Block, section: str, values: npt.NDArray[np.float64], digits: int, *, delta: bool = False) -> bool:
    """Add a number column rounded to ``digits`` decimals; returns whether some values are missing or infinite.

    ``delta`` where neighbours are alike (cells of a raster).

    Those are told apart in a second section: 1 missing, 2 plus infinity, 3 minus infinity.
    """
    odd = np.select([np.isnan(values), values == np.inf, values == -np.inf], [1, 2, 3], 0)
    scaled = np.rint(np.where(odd, 0, values) * 10.0**digits)
    if np.abs(scaled).max(initial=0) < 2.0 ** (30 if delta else 31):
        block.ints(section, scaled, delta=delta)
    else:
        block.floats(section, scaled)
    if odd.any():
        block.codes(section + "_odd", odd)
    return bool(odd.any())


def add_texts(block: Block, section: str, texts: Sequence[Any]) -> str:
    """Add a column of JSON values (text, pairs of texts, None); repeated ones are written once. Returns its form."""
    keys = [dumps(text) for text in texts]
    first = dict(zip(keys, texts, strict=True))
    words = sorted(first)
    if 2 * len(words) < len(texts):
        code = {key: at for at, key in enumerate(words)}
        block.json(section + "_words", [first[key] for key in words])
        block.ints(section, [code[key] for key in keys])
        return "words"
    block.json(section, list(texts))
    return "text"


def _planes(values: npt.NDArray[np.int64], *, delta: bool) -> tuple[int, bytes]:
    coded = np.diff(values, prepend=0) if delta else values
    coded = ((coded << 1) ^ (coded >> 63)).view(np.uint64)
    bits = int(coded.max()).bit_length() if coded.size else 1
    if bits > MAX_BITS_OF_INT:
        message = f"an integer of {bits} bits does not fit the block"
        raise OverflowError(message)
    count = max(1, (bits + 7) // 8)
    return count, b"".join((coded >> np.uint64(8 * plane)).astype(np.uint8).tobytes() for plane in range(count))


def world(lonlat: npt.NDArray[np.float64], bits: int = BITS) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Longitude, latitude [points, 2] as integers on the Web Mercator square, y downwards."""
    lon, lat = lonlat.T
    x = (lon + 180) / 360
    y = 0.5 - np.log(np.tan(np.pi / 4 + np.radians(np.clip(lat, -85, 85)) / 2)) / (2 * np.pi)
    return np.rint(x * 2**bits).astype(np.int64), np.rint(y * 2**bits).astype(np.int64)


def lonlat(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The way back from :func:`world`."""
    lon = np.asarray(x, float) / 2**BITS * 360 - 180
    lat = np.degrees(2 * np.arctan(np.exp((0.5 - np.asarray(y, float) / 2**BITS) * 2 * np.pi)) - np.pi / 2)
    return lon, lat
