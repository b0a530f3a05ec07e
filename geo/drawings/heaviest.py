"""How much a DXF holds, told from its lines: the library that reads drawings takes minutes and gigabytes before it can tell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.errors import PlanningDataError
from geo.reading import limits

MOST_ENTITIES = 1_000_000
_LINES_A_VERTEX = 4  # two pairs of a group code and its value
_CHUNK = 1 << 23
_NEWLINE, _RETURN, _BLANK, _ZERO = b"\n\r 0"
_LEAST_BYTES_A_LINE = 2
_LEAST_BYTES_AN_ENTITY = 20
LIFT = "write the layers that matter into a drawing of their own (WBLOCK), or pass allow_large=True (--allow-large)."


def check_drawing(path: Path) -> None:
    """Errors: E-SIZE-04 an entity has more vertices than are read unasked, E-CAD-20 there are more entities."""
    size = path.stat().st_size
    if size < min(_LEAST_BYTES_AN_ENTITY * MOST_ENTITIES, _LEAST_BYTES_A_LINE * _LINES_A_VERTEX * limits.MOST_VERTICES_A_FEATURE):
        return
    entities, line = 0, 0
    for starts in _entities(path):
        entities += len(starts)
        longest = int(np.diff(starts, prepend=line).max(initial=0))
        line = int(starts[-1]) if len(starts) else line
        if longest > _LINES_A_VERTEX * limits.MOST_VERTICES_A_FEATURE:
            raise limits.heavy(f"an entity has about {longest // _LINES_A_VERTEX:,} vertices", path.name, None, ())
        if entities > MOST_ENTITIES:
            what = f"the drawing has more than {MOST_ENTITIES:,} entities, which are read unasked."
            raise PlanningDataError("E-CAD-20", what, file=path.name, seen=entities, mend=LIFT)


def _entities(path: Path) -> Iterator[NDArray[np.int64]]:
    """Numbers of the lines, from 0, at which an entity begins (group code 0), a block at a time, and the last line's number."""
    before, held = 0, b""
    with path.open("rb") as opened:
        while block := opened.read(_CHUNK):
            data = np.frombuffer(held + block, np.uint8)
            ends = np.flatnonzero(data == _NEWLINE)
            if not len(ends):
                held += block
                continue
            starts = np.concatenate([[0], ends[:-1] + 1])
            codes = slice(before % 2, None, 2)
            last = ends[codes] - 1
            last = np.where(data[np.maximum(last, 0)] == _RETURN, last - 1, last)
            first = starts[codes]
            bare = (last == first) | (data[np.maximum(last - 1, 0)] == _BLANK)
            zero = (last >= first) & (data[np.maximum(last, 0)] == _ZERO) & bare
            yield before + before % 2 + 2 * np.flatnonzero(zero)
            before, held = before + len(ends), data[ends[-1] + 1 :].tobytes()
    yield np.array([before], np.int64)
