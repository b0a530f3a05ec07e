"""Writing into a workspace: one writer, whole files, and workspace.toml last, so that a reader sees the old state or the new."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from geo import file_sha256, write_text, write_whole
from layers.workspace import locks, manifest
from layers.workspace.opening import open_workspace
from layers.workspace.value import KINDS, Holding, Workspace

_SHOWN = 8  # letters of the hash in a file's name


def stored(
    folder: Path, holding: Holding, ending: str, fill: Callable[[Path], None], *, wait_s: float = locks.WAIT_S
) -> Workspace:
    """Put one file into the workspace, made where there is none, in place of what it held under that name.

    ``holding`` without ``file``, ``sha256``, size and time; ``fill`` writes the file. Its name holds its hash: a kill at any
    moment leaves the old state or the new one, and what no state names goes with the next writing.
    Returns the workspace as it then is. Errors: E-WORK-05, those of `open_workspace`.
    """
    folder = Path(folder).absolute()
    with locks.one_writer(folder, wait_s=wait_s):
        before = list(open_workspace(folder)) if (folder / manifest.NAME).exists() else []
        kept = [one for one in before if (one.kind, one.name) != (holding.kind, holding.name)]
        placed = _placed(folder, holding, ending, fill)
        write_text(folder / manifest.NAME, manifest.written([*kept, placed]))
        _sweep(folder, {one.file for one in (*kept, placed)})
        return open_workspace(folder)


def _placed(folder: Path, holding: Holding, ending: str, fill: Callable[[Path], None]) -> Holding:
    part = folder / holding.kind / f".{holding.name}{ending}"
    write_whole(part, fill)
    digest = file_sha256(part)
    file = f"{holding.kind}/{holding.name}-{digest[:_SHOWN]}{ending}"
    path = part.replace(folder / file)
    now = path.stat()
    return replace(holding, file=file, sha256=digest, size_bytes=now.st_size, modified=str(now.st_mtime_ns))


def _sweep(folder: Path, named: set[str]) -> None:
    """Files and parts of earlier states."""
    for kind in KINDS:
        for path in sorted((folder / kind).glob("*")):
            if f"{kind}/{path.name}" in named:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name.startswith(".") or _is_ours(path):
                path.unlink(missing_ok=True)


def _is_ours(path: Path) -> bool:
    stem, _, digest = path.name.split(".", maxsplit=1)[0].rpartition("-")
    return bool(stem) and len(digest) == _SHOWN and all(letter in "0123456789abcdef" for letter in digest)


def nothing_stored(folder: Path) -> Workspace:
    """An empty workspace of that folder, of which nothing is written: what a rehearsal starts from."""
    none: MappingProxyType[str, Holding] = MappingProxyType({})
    return Workspace(Path(folder).absolute(), "", none, none, none, none)
