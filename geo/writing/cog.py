"""Whether a GeoTIFF is laid out for the cloud, read from its bytes: what the file says of itself is not asked."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_TILE_WIDTH, _TILE_OFFSETS, _WIDTH, _HEIGHT, _SUBFILE, _STRIPS = 322, 324, 256, 257, 254, 273
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 13: 4, 16: 8}
_CODES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q"}
_MASK = 4
_LARGEST_PLAIN = 512  # pixels a side: more need overviews
_MOST_IMAGES = 64


@dataclass(frozen=True)
class _Image:
    """One directory: where it stands, its size, whether it is a mask, where its tiles lie."""

    at: int
    end: int
    width: int
    height: int
    mask: bool
    tiled: bool
    offsets: tuple[int, ...]


def cog_faults(path: str | Path) -> list[str]:
    """What keeps a GeoTIFF from being a cloud-optimised one; nothing where it is.

    It is tiled; larger than 512 pixels a side it has overviews, each smaller than the one before; all directories stand before
    all tiles; tiles of overviews stand before those of the whole image. Source: OGC 21-026, GDAL's COG driver.
    """
    with Path(path).open("rb") as file:
        try:
            images = list(_images(file))
        except (struct.error, KeyError, ValueError) as error:
            return [f"no TIFF that can be read: {error}"]
    drawn = [image for image in images if not image.mask]
    faults = [f"image {number} is not tiled" for number, image in enumerate(drawn) if not image.tiled]
    if not drawn:
        return ["it holds no image"]
    if max(drawn[0].width, drawn[0].height) > _LARGEST_PLAIN and len(drawn) == 1:
        faults.append("it has no overviews")
    sizes = [image.width * image.height for image in drawn]
    if sizes != sorted(sizes, reverse=True):
        faults.append("overviews do not follow by size")
    starts = [min(image.offsets) for image in drawn if image.offsets]
    if starts and max(image.end for image in images) > min(starts):
        faults.append("a directory stands behind the first tile")
    if starts != sorted(starts, reverse=True):
        faults.append("tiles of overviews stand behind those of the image")
    return faults


def _images(file: BinaryIO) -> Iterator[_Image]:
    head = file.read(16)
    order = {b"II": "<", b"MM": ">"}[head[:2]]
    version = struct.unpack_from(f"{order}H", head, 2)[0]
    big = version == 43  # noqa: PLR2004 - the number of BigTIFF
    if not big and version != 42:  # noqa: PLR2004 - the number of TIFF
        raise ValueError(f"version {version}")
    at = struct.unpack_from(f"{order}Q", head, 8)[0] if big else struct.unpack_from(f"{order}I", head, 4)[0]
    for _ in range(_MOST_IMAGES):
        if not at:
            return
        image, at = _directory(file, at, order, big=big)
        yield image


def _directory(file: BinaryIO, at: int, order: str, *, big: bool) -> tuple[_Image, int]:
    file.seek(at)
    count_code, entry, inline, link = ("Q", 20, 8, "Q") if big else ("H", 12, 4, "I")
    count = struct.unpack(f"{order}{count_code}", file.read(struct.calcsize(count_code)))[0]
    block = file.read(count * entry)
    following = struct.unpack(f"{order}{link}", file.read(struct.calcsize(link)))[0]
    end, tags = file.tell(), dict[int, tuple[int, ...]]()
    for number in range(count):
        tag, kind, length = struct.unpack_from(f"{order}HH{link}", block, number * entry)
        size = _SIZES.get(kind, 0) * length
        value = block[number * entry + entry - inline : (number + 1) * entry]
        if tag not in {_TILE_WIDTH, _TILE_OFFSETS, _WIDTH, _HEIGHT, _SUBFILE, _STRIPS} or kind not in _CODES:
            continue
        if size > inline:
            file.seek(struct.unpack(f"{order}{link}", value)[0])
            value = file.read(size)
        tags[tag] = struct.unpack(f"{order}{length}{_CODES[kind]}", value[:size])
    offsets = tuple(one for one in tags.get(_TILE_OFFSETS, tags.get(_STRIPS, ())) if one)  # 0: an empty tile
    mask = bool(tags.get(_SUBFILE, (0,))[0] & _MASK)
    return _Image(at, end, tags[_WIDTH][0], tags[_HEIGHT][0], mask, _TILE_WIDTH in tags, offsets), following
