"""Checksums that were written beside a file: the only thing that tells of a byte that flipped and still makes sense."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from geo.errors import PlanningDataError
from geo.findings import Finding

_MANIFEST = "manifest.json"
_UP = 3  # folders in which a manifest may lie above
_MOST_BYTES = 50_000_000


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def digest_findings(path: Path, shown: str) -> list[Finding]:
    """E-IO-07 where ``<file>.meta.json`` beside it, or a ``manifest.json`` above it, tells another SHA-256 than the file has."""
    told = expected_digest(path)
    if told is None:
        return []
    name, wanted = told
    real = file_sha256(path)
    if real == wanted.casefold():
        return []
    what = f"the file is not the one that {name} tells of: its checksum differs."
    mend = f"fetch it again; if it was changed on purpose, delete {name}."
    return [Finding("E-IO-07", what, mend, "error", shown, None, (), real)]


def refuse_changed(path: Path, shown: str) -> None:
    """Errors: E-IO-07 as `digest_findings`, for readers whose files are of no use once a byte of them differs."""
    for wrong in digest_findings(path, shown):
        raise PlanningDataError.of(wrong)


def expected_digest(path: Path) -> tuple[str, str] | None:
    """The file that tells a checksum, and the checksum; None where none does."""
    sidecar = path.with_name(f"{path.name}.meta.json")
    told = _json(sidecar).get("sha256")
    if isinstance(told, str):
        return sidecar.name, told
    for folder in list(path.parents)[:_UP]:
        files = _json(folder / _MANIFEST).get("files")
        told = files.get(path.relative_to(folder).as_posix()) if isinstance(files, dict) else None
        if isinstance(told, str):
            return _MANIFEST, told
    return None


def _json(path: Path) -> dict[str, Any]:
    try:
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return {}
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}
