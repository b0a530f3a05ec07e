"""What a value holds as one hash: arrays, frames, shapes and the frozen values made of them, fast for large ones.

Hidden fields (those a constructor does not take: memories, prepared values) do not count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geo.errors import PlanningDataError


def fingerprint(value: object) -> str:
    """Hex hash of 32 digits; equal for equal content, on every machine.

    Errors: E-BLOCK-03 a value that can not be told from another, such as a function made on the spot.
    """
    told = hashlib.blake2b(digest_size=16)
    for part in _parts(value):
        told.update(len(part).to_bytes(8, "big"))  # so that no two sequences run together
        told.update(part)
    return told.hexdigest()


def _parts(value: Any) -> Iterator[bytes]:
    if value is None or isinstance(value, str | bytes | bool | int | float | np.generic):
        yield f"{type(value).__name__} {value!r}".encode()
    elif isinstance(value, np.ndarray) and value.dtype != object:
        yield f"array {value.dtype.str} {value.shape}".encode()
        yield np.ascontiguousarray(value).tobytes()
    elif isinstance(value, pd.DataFrame | pd.Series | pd.Index):
        yield from _table(value)
    elif isinstance(value, shapely.Geometry):
        yield b"shape " + shapely.to_wkb(value, byte_order=1)
    else:
        yield from _several(value)


def _several(value: Any) -> Iterator[bytes]:
    if is_dataclass(value) and not isinstance(value, type):
        yield f"value {type(value).__qualname__}".encode()
        for field in fields(value):
            if field.init:
                yield from _parts(getattr(value, field.name))
    elif isinstance(value, Mapping):
        yield f"mapping {len(value)}".encode()
        for key in sorted(value, key=str):
            yield from _parts((key, value[key]))
    elif isinstance(value, Sequence | np.ndarray):
        yield f"sequence {len(value)}".encode()
        for item in value:
            yield from _parts(item)
    else:
        mend = "give a value of decay_..., or leave the folder of blocks out."
        raise PlanningDataError("E-BLOCK-03", "a finished block can not say what it was made by.", seen=value, mend=mend)


def _table(table: pd.DataFrame | pd.Series | pd.Index) -> Iterator[bytes]:
    if isinstance(table, pd.Index):
        yield f"index {table.name!r} {table.dtype}".encode()
        yield from _parts(pd.util.hash_array(np.asarray(table)))
        return
    frame = table.to_frame("value") if isinstance(table, pd.Series) else table
    yield from _parts(frame.index)
    for name in frame.columns:
        column = frame[name]
        yield f"column {name!r} {column.dtype}".encode()
        shapes = column.dtype.name == "geometry"
        values = shapely.to_wkb(column.to_numpy(), byte_order=1) if shapes else np.asarray(column)
        yield from _parts(pd.util.hash_array(values))
