"""What a value holds, as a hash: equal content has an equal hash on every machine and in every run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame


def digest(value: object) -> str:
    """SHA-256 in hex of numbers, text, shapes, frames, dataclasses and what is built of them; 6 and 6.0 are equal."""
    told = hashlib.sha256()
    for part in _parts(value):
        told.update(len(part).to_bytes(8, "big") + part)  # with their length, so that no two sequences run together
    return told.hexdigest()


def _parts(value: object) -> Iterator[bytes]:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool):
        yield f"={value}".encode()
    elif isinstance(value, int | float):
        yield f"number {float(value)!r}".encode()
    elif isinstance(value, str):
        yield f"text {value}".encode()
    elif isinstance(value, shapely.Geometry):
        yield b"shape " + shapely.to_wkb(value, output_dimension=2, byte_order=1)
    elif isinstance(value, pd.DataFrame | pd.Series):
        yield from _table(value)
    else:
        yield from _several(value)


def _several(value: object) -> Iterator[bytes]:
    if is_dataclass(value):
        yield f"value {type(value).__name__}".encode()
        for field in fields(value):
            yield field.name.encode()
            yield from _parts(getattr(value, field.name))
    elif isinstance(value, Mapping):
        yield f"mapping {len(value)}".encode()
        for key in sorted(value, key=str):
            yield from _parts(key)
            yield from _parts(value[key])
    elif isinstance(value, Sequence | np.ndarray | pd.Index):
        yield f"sequence {len(value)}".encode()
        for item in value:
            yield from _parts(item)
    else:
        yield f"other {value!r}".encode()


def _table(table: pd.DataFrame | pd.Series) -> Iterator[bytes]:
    """Rows in their order, columns by name."""
    frame = table.to_frame("value") if isinstance(table, pd.Series) else table
    yield f"table {len(frame)}".encode()
    if isinstance(frame, GeoDataFrame) and frame.crs is not None:
        yield frame.crs.to_string().encode()
    yield from _parts(frame.index)
    for name in sorted(frame.columns, key=str):
        yield str(name).encode()
        yield from _parts(frame[name].tolist())
