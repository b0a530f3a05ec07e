"""The same small study again and again in one process: it takes no more memory at the end than after the first ones."""

from __future__ import annotations

import gc
import os
import tempfile
from pathlib import Path

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
WARM, WARM_SHARE = 10, 20  # runs until what is kept is there and the rooms of allocators are as large as a run needs: and a 20th
MOST_PCT = 1.0


def studies(runs: int) -> Round:
    """``runs`` builds of a study after a few to warm up: growth of the memory in percent of what it was."""
    found = Round("a process that builds a thousand studies grows by less than 1 %")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "small.toml"
        path.write_text(STUDY, encoding="utf-8")
        for _ in range(WARM + runs // WARM_SHARE):
            build_study(path, Path(folder) / "out", form=Form("vi", "none"), step=lambda *_: None)
        before, on_the_way = _resident_mb(), []
        for number in range(1, runs + 1):
            build_study(path, Path(folder) / "out", form=Form("vi", "none"), step=lambda *_: None)
            found.tried += 1
            if number in (runs // 10, runs // 4, runs // 2):
                on_the_way.append(f"{_resident_mb() - before:+.1f} MB after {number:,}")
        grown = 100 * (_resident_mb() / before - 1)
    if grown > MOST_PCT:
        found.failures.append(f"grown by {grown:.2f} % from {before:.0f} MB in {runs} runs")
    found.said = f"{grown:+.2f} % of {before:.0f} MB; {', '.join(on_the_way)}"
    return found


def _resident_mb() -> float:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
