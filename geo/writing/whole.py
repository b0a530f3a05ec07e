"""All or nothing: a file or folder is the old one or the complete new one, whatever kills the run."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from geo.reading.paths import writable_file

PART, ASIDE, LOCK = ".part-", ".old-", ".lock"
STALE_S = 60  # a younger one may be in the making: its maker has no lock yet
STALE_WITHOUT_LOCKS_S = 86_400


def write_whole(path: str | Path, fill: Callable[[Path], None]) -> Path:
    """Let ``fill`` write a file or a folder beside ``path``, then put it in place in one step: the old or the new, never half.

    The parent folder is made when missing; what a killed run left there is cleared away. Returns the path. An ``OSError`` of
    ``fill`` leaves the old file as it was. A folder (.gdb) takes two renames: a run killed between them leaves the old one aside,
    and the next run into the same place puts it back.
    Errors: E-IO-05 a name that no file can have.
    """
    path = writable_file(path)
    with part_folder(path.parent) as folder:
        part = folder / path.name
        fill(part)
        for file in sorted(part.rglob("*")) if part.is_dir() else [part]:
            _flushed(file)
        if part.is_dir():
            _exchanged(part, path)
        else:
            part.replace(path)
        _flushed(path.parent)
    return path


@contextlib.contextmanager
def part_folder(parent: Path) -> Iterator[Path]:
    """A folder in ``parent`` for what lives no longer than this process; what killed runs left there is cleared away."""
    parent.mkdir(parents=True, exist_ok=True)
    sweep(parent)
    folder = parent / f"{PART}{secrets.token_hex(8)}"
    try:
        folder.mkdir(mode=0o700)
        with _locked(folder):
            yield folder
    finally:
        try:
            shutil.rmtree(folder, ignore_errors=True)
        except BaseException:  # a stop in the midst of it
            shutil.rmtree(folder, ignore_errors=True)
            raise


def write_text(path: str | Path, text: str) -> Path:
    """Write UTF-8 text, all or nothing; line ends stay as they are."""
    return write_bytes(path, text.encode())


def write_bytes(path: str | Path, content: bytes) -> Path:
    """Write bytes, all or nothing."""

    def fill(part: Path) -> None:
        part.write_bytes(content)

    return write_whole(path, fill)


def sweep(folder: Path) -> None:
    """Clear away what killed runs left in a folder: parts that nobody holds, and old folders put aside (put back if need be).

    Only what is surely ours: parts hold our lock file or nothing, and only geodatabases are put aside.
    """
    for old in sorted(folder.glob(f"{ASIDE}*.gdb")):
        with contextlib.suppress(FileNotFoundError):  # swept by another run meanwhile
            target = folder / old.name.removeprefix(ASIDE)
            if old.is_dir() and not target.exists():
                old.rename(target)
            elif old.is_dir() and _stale(old):
                shutil.rmtree(old, ignore_errors=True)
    for part in sorted(folder.glob(f"{PART}*")):
        with contextlib.suppress(FileNotFoundError):  # as above
            if part.is_dir() and _stale(part) and _ours(part) and not _held(part):
                shutil.rmtree(part, ignore_errors=True)


def _ours(part: Path) -> bool:
    return (part / LOCK).is_file() or not any(part.iterdir())


def _stale(path: Path) -> bool:
    limit_s = STALE_S if _locks() else STALE_WITHOUT_LOCKS_S
    return time.time() - path.stat().st_mtime > limit_s


def _exchanged(part: Path, path: Path) -> None:
    """A folder in the place of another: no system call exchanges two that hold something."""
    aside = path.with_name(f"{ASIDE}{path.name}")
    shutil.rmtree(aside, ignore_errors=True)
    if path.is_dir():
        path.rename(aside)
    part.rename(path)
    shutil.rmtree(aside, ignore_errors=True)


def _flushed(path: Path) -> None:
    """Have the system put a file, or the entries of a folder, on the disk."""
    if path.is_dir():
        if sys.platform != "win32":  # Windows opens no folders
            handle = os.open(path, os.O_RDONLY)
            with contextlib.suppress(OSError):  # some network drives can not
                os.fsync(handle)
            os.close(handle)
        return
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _locks() -> bool:
    return sys.platform != "win32"


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a part: the system lets go of it when the process ends, however it ends."""
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415 - there is none on Windows

    with (folder / LOCK).open("w") as handle:
        with contextlib.suppress(OSError):  # some network drives can not; age alone tells then
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _held(folder: Path) -> bool:
    """Whether a running process still writes this part."""
    if sys.platform == "win32" or not (folder / LOCK).is_file():
        return False
    import fcntl  # noqa: PLC0415 - there is none on Windows

    with (folder / LOCK).open("r") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
