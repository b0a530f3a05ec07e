"""Answers kept on disk, so that a fetch that was broken off goes on where it stopped: whole, checked, or not at all."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

from geo import Finding, write_bytes

VERSION = 1  # of what is written here; another one asks anew
_MARK = f"innoregion answer {VERSION} "
DAMAGED = "a kept answer is damaged: it was deleted, the server is asked again."


def answer_key(**question: Any) -> str:
    """Name of the answer to a question: all that decides it, and the version of this file's form."""
    text = json.dumps({"version": VERSION, **question}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def kept_answers(folder: Path, key: str, report: list[Finding]) -> list[dict[str, Any]] | None:
    """The answers under this key, None where there are none; a damaged file is deleted, with a note (W-FETCH-01)."""
    path = _path(folder, key)
    try:
        head, _, body = path.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    if head == _head(body):
        found: list[dict[str, Any]] = json.loads(gzip.decompress(body))
        return found
    path.unlink(missing_ok=True)
    report.append(Finding("W-FETCH-01", DAMAGED, severity="fixed", file=path.name))
    return None


def keep_answers(folder: Path, key: str, answers: list[dict[str, Any]]) -> None:
    """Keep checked answers; the file is there whole or not at all."""
    text = json.dumps(answers, ensure_ascii=False, separators=(",", ":"))
    body = gzip.compress(text.encode("utf-8", "surrogatepass"), 1, mtime=0)
    write_bytes(_path(folder, key), _head(body) + b"\n" + body)


def _path(folder: Path, key: str) -> Path:
    return folder / f"{key}.answer"


def _head(body: bytes) -> bytes:
    return (_MARK + hashlib.sha256(body).hexdigest()).encode()
