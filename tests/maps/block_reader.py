"""Reads a block as the page does, independently of the page's script."""

from __future__ import annotations

import base64
import gzip
import json
import struct
from typing import Any

import numpy as np


def unpacked(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header and raw sections of a block, read independently of the page's script."""
    raw = gzip.decompress(base64.b64decode(text))
    size = struct.unpack_from("<I", raw)[0]
    head = json.loads(raw[4 : 4 + size])
    at, data = 4 + size, {}
    for section in head["sections"]:
        part = raw[at : at + section["bytes"]]
        at += section["bytes"]
        data[section["name"]] = _values(section, part)
    assert at == len(raw)
    return head, data


def _values(section: dict[str, Any], part: bytes) -> Any:
    if section["kind"] == "json":
        return json.loads(part)
    if section["kind"] == "bytes":
        return list(part)
    if section["kind"] == "floats":
        return np.frombuffer(part, np.uint8).reshape(8, -1).T.copy().view("<f8").ravel().tolist()
    planes = np.frombuffer(part, np.uint8).reshape(section["planes"], -1).astype(np.int64)
    coded = (planes << (8 * np.arange(section["planes"])[:, None])).sum(axis=0)
    values = (coded >> 1) ^ -(coded & 1)
    return (np.cumsum(values) if section["kind"] == "delta" else values).tolist()
