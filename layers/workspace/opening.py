"""Opening a workspace: local files only, every file known by its size, its time and, where these moved, its SHA-256."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import MappingProxyType

from geo import PlanningDataError, file_sha256, is_local_file, nearest_names
from layers.workspace import manifest
from layers.workspace.value import Holding, Kind, Workspace


def open_workspace(path: str | Path, *, verify: bool = False) -> Workspace:
    """The workspace of a folder, its files checked: nothing but local files is read.

    A file of the size and time it was written with is taken as unchanged; one whose time moved (a copied folder) is hashed, and
    with ``verify`` every file is. Errors: E-WORK-01 no such folder or no workspace.toml in it, E-WORK-02 a link out
    of it, a workspace.toml that is not ours, damaged, or of a newer version, E-WORK-03 a file was changed
    behind our back, E-WORK-04 a file is missing.
    """
    folder = Path(path).absolute()
    file = folder / manifest.NAME
    if not is_local_file(file):
        near = [one.parent.name for one in folder.parent.glob(f"*/{manifest.NAME}")] if folder.parent.is_dir() else []
        mend = nearest_names(folder.name, near) if near else "make one: innoregion import vector FILE --as LAYER --workspace DIR."
        raise PlanningDataError("E-WORK-01", "this is no workspace: it holds no workspace.toml.", file=path, mend=mend)
    text, held = _whole(folder, file, verify=verify)
    return Workspace(folder, hashlib.sha256(text).hexdigest(), **{kind: MappingProxyType(found) for kind, found in held.items()})


def _whole(folder: Path, file: Path, *, verify: bool) -> tuple[bytes, dict[Kind, dict[str, Holding]]]:
    """The manifest and what it names, all of it there: read again where a writer put another state in its place meanwhile."""
    while True:
        text, held = manifest.read(file)
        try:
            for one in (one for kind in held.values() for one in kind.values()):
                _check(folder, one, verify=verify)
        except PlanningDataError:
            if manifest.read(file)[0] == text:
                raise
        else:
            return text, held


def _check(folder: Path, one: Holding, *, verify: bool) -> None:
    path = folder / one.file
    if not path.resolve().is_relative_to(folder.resolve()):
        mend = "put the file itself into the folder: import it."
        raise PlanningDataError("E-WORK-02", "a link leads out of the workspace.", file=path, layer=one.name, mend=mend)
    if not path.is_file():
        mend = f"import {one.origin} anew, or take the folder from a backup."
        raise PlanningDataError("E-WORK-04", "a file of the workspace is missing.", file=path, layer=one.name, mend=mend)
    now = path.stat()
    if not verify and (now.st_size, str(now.st_mtime_ns)) == (one.size_bytes, one.modified):
        return
    if now.st_size != one.size_bytes or file_sha256(path) != one.sha256:
        mend = f"import it anew: files of a workspace are not edited in place (this one came from {one.origin})."
        raise PlanningDataError("E-WORK-03", "a file of the workspace was changed.", file=path, layer=one.name, mend=mend)
