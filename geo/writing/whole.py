"""All or nothing: a file is the old one or the complete new one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def write_whole(path: str | Path, fill: Callable[[Path], None]) -> Path:
    """Let ``fill`` write a file beside ``path``, then put it in place in one step: the old file or the new one, never half.

    The parent folder is made when missing. Returns the path. An ``OSError`` of ``fill`` leaves the old file as it was.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as folder:
        part = Path(folder) / path.name
        fill(part)
        with part.open("rb+") as handle:
            os.fsync(handle.fileno())
        part.replace(path)
    return path


def write_text(path: str | Path, text: str) -> Path:
    """Write UTF-8 text, all or nothing; line ends stay as they are."""

    def fill(part: Path) -> None:
        part.write_bytes(text.encode())

    return write_whole(path, fill)
