"""One writer at a time: a lock of the operating system on a file of the folder, which ends with the process that holds it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from geo import PlanningDataError

NAME = ".lock"
WAIT_S = 30.0
_AGAIN_S = 0.05


@contextmanager
def one_writer(folder: Path, *, wait_s: float = WAIT_S) -> Iterator[None]:
    """Hold the folder for writing; others wait ``wait_s`` seconds. Errors: E-WORK-05 another writer holds it for longer.

    The lock is the system's (``flock``, on Windows ``locking``): a writer that was killed leaves none behind. Folders on a
    network drive keep it as far as the drive does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / NAME).open("a+", encoding="utf-8") as file:
        until = time.monotonic() + wait_s
        while not _taken(file):
            if time.monotonic() >= until:
                raise _busy(folder, file, wait_s)
            time.sleep(_AGAIN_S)
        try:
            file.seek(0)
            file.truncate()
            file.write(f"process {os.getpid()}")
            file.flush()
            yield
        finally:
            file.seek(0)
            file.truncate()
            _leave(file)


def _busy(folder: Path, file: IO[str], wait_s: float) -> PlanningDataError:
    file.seek(0)
    holder = file.read(100) or "another process"
    mend = "wait until it is done, then run again."
    what = f"another writer holds the workspace for more than {wait_s:g} s."
    return PlanningDataError("E-WORK-05", what, file=folder, seen=holder, mend=mend)


def _taken(file: IO[str]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt  # noqa: PLC0415 - of Windows alone

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl  # noqa: PLC0415 - of all others

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _leave(file: IO[str]) -> None:
    if os.name == "nt":
        import msvcrt  # noqa: PLC0415 - as above

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl  # noqa: PLC0415 - as above

        fcntl.flock(file, fcntl.LOCK_UN)
