"""A write that fails or is killed at any of its steps leaves the old file or the complete new one, and nothing else for long."""

from __future__ import annotations

import errno
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from geopandas import GeoDataFrame, points_from_xy

import geo
from tests.trust.rounds import Round

ENDINGS = (".geojson", ".gpkg", ".fgb", ".kml", ".parquet", ".csv", ".xlsx", ".shp.zip", ".geojsonl")
ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EINTR)
STEPS = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree"}
MOST_STEPS = 200


class _Watch:
    """Steps of the file system in one folder, told by Python's audit events; the wanted one fails or kills."""

    def __init__(self) -> None:
        self.folder = ""
        self.left = 0
        self.strike: Callable[[], None] | None = None
        self.real_fsync = os.fsync
        sys.addaudithook(self._heard)

    def _heard(self, event: str, given: tuple[object, ...]) -> None:
        if self.strike is not None and event in STEPS and self.folder in str(given[0]):
            self._step()

    def fsync(self, handle: int) -> None:
        if self.strike is not None:
            self._step()
        self.real_fsync(handle)

    def _step(self) -> None:
        self.left -= 1
        if self.left == 0:
            strike, self.strike = self.strike, None
            assert strike is not None
            strike()


_WATCH: list[_Watch] = []


def _watch() -> _Watch:
    """One for the process: hooks can not be taken away."""
    if not _WATCH:
        _WATCH.append(_Watch())
    return _WATCH[0]


def frame(rows: int, word: str) -> GeoDataFrame:
    """Points with text; the same word, the same bytes."""
    at = np.arange(rows)
    return GeoDataFrame(
        {"name_vi": [f"{word} {i}" for i in at], "jobs": at}, geometry=points_from_xy(at / rows + 106, at / rows + 11), crs=4326
    ).rename_axis("point_id")


def failing(amount: int) -> Round:
    """Each error of the system at each step of writing ``amount`` formats, one after the other until none is left to fail."""
    found = Round("a write that fails anywhere leaves the old file or the new one, and says so")
    for number, ending in enumerate(ENDINGS[:amount]):
        with tempfile.TemporaryDirectory() as folder:
            _failing(Path(folder), ending, ERRORS[number % len(ERRORS)], found)
    return found


def _failing(folder: Path, ending: str, code: int, found: Round) -> None:
    path, old, new = _prepared(folder, ending)
    watch = _watch()
    os.fsync, kept = watch.fsync, os.fsync
    try:
        for step in range(1, MOST_STEPS):
            path.write_bytes(old)
            watch.folder, watch.left, watch.strike = str(folder), step, lambda: _raise(code)
            try:
                geo.write(frame(20, "new"), path)
                raised = ""
            except OSError as error:
                raised = os.strerror(error.errno or 0)
            finally:
                fired, watch.strike = watch.strike is None, None
            found.check(path.read_bytes() in (old, new), f"{ending}: {os.strerror(code)} at step {step}: neither old nor new")
            if not fired:
                found.check(path.read_bytes() == new and not raised, f"{ending}: undisturbed, but not written")
                return
            hidden = path.read_bytes() == old and not raised
            found.check(not hidden, f"{ending}: {os.strerror(code)} at step {step}: not written and not said")
    finally:
        os.fsync = kept


def killed(amount: int) -> Round:
    """The process is killed at each step of writing ``amount`` formats; then written again: nothing of the first try is left."""
    found = Round("a write that is killed anywhere leaves the old file or the new one; the next one cleans up")
    for ending in ENDINGS[:amount]:
        with tempfile.TemporaryDirectory() as folder:
            _killed(Path(folder), ending, found)
    return found


def _killed(folder: Path, ending: str, found: Round) -> None:
    path, old, new = _prepared(folder, ending)
    watch = _watch()
    for step in range(1, MOST_STEPS):
        path.write_bytes(old)
        child = os.fork()
        if not child:
            os.fsync = watch.fsync
            watch.folder, watch.left, watch.strike = str(folder), step, lambda: os.kill(os.getpid(), signal.SIGKILL)
            geo.write(frame(20, "new"), path)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        died = os.WIFSIGNALED(status)
        found.check(path.read_bytes() in (old, new), f"{ending}: killed at step {step}: neither old nor new")
        _age(folder)
        geo.write(frame(20, "new"), path)
        left = [one.name for one in folder.iterdir() if one != path]
        found.check(path.read_bytes() == new and not left, f"{ending}: killed at step {step}: left {left}")
        if not died:
            return


def _prepared(folder: Path, ending: str) -> tuple[Path, bytes, bytes]:
    path = folder / f"points{ending}"
    geo.write(frame(10, "old"), path)
    old = path.read_bytes()
    geo.write(frame(20, "new"), path)
    return path, old, path.read_bytes()


def _raise(code: int) -> None:
    raise OSError(code, os.strerror(code))


def _age(folder: Path) -> None:
    """What lies there was left an hour ago."""
    then = time.time() - 3600
    for one in folder.rglob("*"):
        os.utime(one, (then, then))
