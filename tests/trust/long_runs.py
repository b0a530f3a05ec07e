"""The same small study again and again in one process: it takes no more memory at the end than after the first ones."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import tempfile
from pathlib import Path

import pyarrow as pa

from maps.build import Form, build_study
from tests.trust.rounds import Round

STUDY = """
kind = "access"
title_vi = "Nhỏ"
title_en = "Small"
modes = ["walk"]
limit_min = 20

[origins]
unit_id = ["chon_thanh"]

[[measures]]
measure = "opportunities_within"
of = "jobs"
cutoff_min = [15]
"""
WARM, WARM_SHARE = 10, 20  # runs until what is kept for later is there: so many, and a 20th of those that follow
MOST_PCT = 1.0


def studies(runs: int) -> Round:
    """``runs`` builds of a study after a few to warm up: growth of the memory in use, in percent of what it was.

    In use is what stays when the allocator has given back its free room; how that room grew with it is told beside it.
    """
    found = Round("a process that builds a thousand studies grows by less than 1 %")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "small.toml"
        path.write_text(STUDY, encoding="utf-8")
        for _ in range(WARM + runs // WARM_SHARE):
            _build(path)
        whole, before, on_the_way = _resident_mb(), _in_use_mb(), []
        for number in range(1, runs + 1):
            _build(path)
            found.tried += 1
            if number in (runs // 10, runs // 4, runs // 2):
                on_the_way.append(f"{_in_use_mb() - before:+.1f} MB after {number:,}")
        whole_grown, grown = 100 * (_resident_mb() / whole - 1), 100 * (_in_use_mb() / before - 1)
    if grown > MOST_PCT:
        found.failures.append(f"grown by {grown:.2f} % from {before:.0f} MB in {runs} runs")
    room = f"with free room {whole_grown:+.2f} % of {whole:.0f} MB"
    found.said = f"{grown:+.2f} % of {before:.0f} MB; {', '.join(on_the_way)}; {room}"
    return found


def _build(path: Path) -> None:
    build_study(path, path.with_name("out"), form=Form("vi", "none"), step=lambda *_: None)


def _resident_mb() -> float:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _in_use_mb() -> float:
    gc.collect()
    pa.default_memory_pool().release_unused()
    with contextlib.suppress(OSError, AttributeError):  # of glibc alone
        ctypes.CDLL(None).malloc_trim(0)
    return _resident_mb()
