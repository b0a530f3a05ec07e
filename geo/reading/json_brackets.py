"""How deep a JSON is nested and how many vertices its heaviest feature has, from its brackets alone, a block at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_CHUNK = 1 << 23
_QUOTE, _OPEN, _CLOSE, _SHUT = (ord(sign) for sign in '"[]}')
_OTHERS = bytes(sorted(set(range(256)) - set(b'[]{}"')))
_STEP = np.zeros(256, np.int8)
_STEP[[ord("["), ord("{")]], _STEP[[ord("]"), ord("}")]] = 1, -1
Signs = NDArray[np.uint8]


def brackets(path: Path) -> Iterator[tuple[Signs, NDArray[np.int64]]]:
    """Blocks of the brackets outside of texts, and how deep it is behind each."""
    depth, within, rest = 0, False, b""
    with path.open("rb") as opened:
        while block := opened.read(_CHUNK):
            block, rest = _unescaped(rest + block)
            signs = np.frombuffer(block.translate(None, _OTHERS), np.uint8)
            quotes = signs == _QUOTE
            if quotes.any() or within:
                texts = (np.cumsum(quotes, dtype=np.int64) + within) % 2 == 1
                signs, within = signs[~quotes & ~texts], bool(texts[-1]) if len(texts) else within
            depths = depth + np.cumsum(_STEP[signs], dtype=np.int64)
            depth = int(depths[-1]) if len(depths) else depth
            yield signs, depths


def _unescaped(block: bytes) -> tuple[bytes, bytes]:
    """Without what a backslash stands before; one at the end waits for the next block."""
    if b"\\" not in block:
        return block, b""
    plain = block.replace(b"\\\\", b"").replace(b'\\"', b"")
    return (plain[:-1], b"\\") if plain.endswith(b"\\") else (plain, b"")


def heaviest_json(path: Path, *, closing_at: int) -> int:
    """The most vertices of a feature: pairs of brackets with none between, until a brace closes at depth ``closing_at``.

    2 in a collection of features, 0 where every line is one.
    """
    most = before = 0
    last = 0
    for signs, depths in brackets(path):
        if not len(signs):
            continue
        opened = np.concatenate([[last == _OPEN], signs[:-1] == _OPEN])
        vertices = before + np.cumsum((signs == _CLOSE) & opened, dtype=np.int64)
        ends = vertices[(signs == _SHUT) & (depths == closing_at)]
        most = max(most, int(np.diff(ends, prepend=0).max(initial=0)), int(vertices[-1] - (ends[-1] if len(ends) else 0)))
        before = int(vertices[-1] - (ends[-1] if len(ends) else 0))
        last = int(signs[-1])
    return most
