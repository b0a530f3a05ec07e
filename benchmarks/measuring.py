# ruff: noqa: INP001, T201, S603 - scripts: they print, and start themselves
"""What all comparisons share: processor seconds, memory of a process of its own, rows of one table, the machine.

A *job* runs in a child process, so that its peak memory is its own, and prints one line of JSON. CPU seconds are user and
system time of the process with all its threads: on a busy machine they say more than the clock.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import gc
import importlib.metadata
import importlib.util
import json
import math
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

Jobs = Mapping[str, Callable[..., dict[str, Any]]]

PEERS = ("cafein", "pyrosm", "pandana", "cityseer", "igraph")
TOLD = ("innoregion", "numba", "numpy", "scipy", "shapely", *PEERS)
HEADER = ("task", "tool", "CPU s", "wall s", "load", "ms an origin", "peak MB", "times ours", "result")
OURS = "innoregion"
BUSY = 0.5  # load beyond the number of processors
LEVEL = 0.95  # a peer below this share of our seconds is ahead


class Row(NamedTuple):
    """A line of the table; None = does not apply. ``part`` marks a figure that was extrapolated, ``load`` is the machine's."""

    task: str
    tool: str
    cpu_s: float | None = None
    wall_s: float | None = None
    origins: int | None = None
    peak_mb: float | None = None
    ours_s: float | None = None
    result: str = ""
    part: bool = False
    load: float | None = None

    def cells(self) -> list[str]:
        """Texts of the columns of `HEADER`; where a peer is ahead the result says so."""
        about = "~" if self.part else ""
        each = None if self.cpu_s is None or not self.origins else 1000 * self.cpu_s / self.origins
        ratio = None if self.cpu_s is None or not self.ours_s else self.cpu_s / self.ours_s
        wall = None if self.part else self.wall_s
        load = "–" if self.load is None else f"{self.load:.1f}"
        ahead = ["**ahead of us**"] if ratio and ratio < LEVEL and not self.tool.startswith(OURS) else []
        figures = (load, about + _short(each), _short(self.peak_mb), about + _short(ratio))
        texts = [text.replace("~–", "–") for text in (about + _short(self.cpu_s), _short(wall), *figures)]
        return [self.task, self.tool, *texts, "; ".join([*ahead, *filter(None, [self.result])])]


def _short(value: float | None) -> str:
    """Three digits that mean something."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - digits


def print_table(rows: Iterable[Row], *, heading: bool = True) -> None:
    """Markdown rows, each as soon as it is known."""
    if heading:
        _line(HEADER)
        _line(["---", "---", *["---:"] * (len(HEADER) - 3), "---"])
    for row in rows:
        _line(row.cells())


def _line(cells: Iterable[str]) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)


def cost(task: Callable[..., Any], *given: Any, repeats: int = 3) -> tuple[dict[str, float], Any]:
    """Least CPU and wall seconds of ``repeats`` runs of ``task(*given)``, peak memory so far, the machine's load, the result."""
    cpu, wall, result = [], [], None
    for _ in range(repeats):
        result = None  # the former result is not part of the peak
        before, clock = _used_s(), time.perf_counter()
        result = task(*given)
        cpu.append(_used_s() - before)
        wall.append(time.perf_counter() - clock)
    return {"cpu_s": min(cpu), "wall_s": min(wall), "peak_mb": peak_mb(), "load": os.getloadavg()[0]}, result


def _used_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def peak_mb() -> float:
    """Largest memory of this process so far; where Linux tells it since the start of the program.

    ``ru_maxrss`` also holds what the process that started this one had in memory at that moment.
    """
    told = Path("/proc/self/status")
    high = [line.split()[1] for line in told.read_text().splitlines() if line.startswith("VmHWM")] if told.exists() else []
    if high:
        return int(high[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def lowered_peak_mb() -> float:
    """The memory of this process now, from where its peak is counted anew; Linux alone can do that."""
    gc.collect()
    told = Path("/proc/self/clear_refs")
    if told.exists():
        ctypes.CDLL("libc.so.6").malloc_trim(0)  # what was freed goes back to the system
        told.write_text("5")
    return peak_mb()


def threads_gain(one: Mapping[str, float], two: Mapping[str, float]) -> str:
    """Gain of a second thread by the clock, where others left the processors to us; else the clock tells nothing."""
    if max(one["load"], two["load"]) > (os.cpu_count() or 1) + BUSY:
        return "machine too busy to tell the gain by the clock"
    return f"{one['wall_s'] / two['wall_s']:.2f} × faster by the clock than 1 thread"


def exponent(sizes: Sequence[float], costs: Sequence[Mapping[str, float]], name: str = "cpu_s") -> str:
    """How cost grows: the slope of a line through the logarithms, over all sizes and over the last two."""
    x, y = ([math.log(value) for value in values] for values in (sizes, [max(cost[name], 1e-6) for cost in costs]))
    middle = [sum(values) / len(values) for values in (x, y)]
    whole = sum((a - middle[0]) * (b - middle[1]) for a, b in zip(x, y, strict=True)) / sum((a - middle[0]) ** 2 for a in x)
    last = (y[-1] - y[-2]) / (x[-1] - x[-2])
    return f"grows as n^{whole:.2f}, at the end n^{last:.2f}"


def run_job(script: str, job: str, cache: Path | None = None, **options: Any) -> dict[str, Any]:
    """What ``job`` of ``script`` found, run in a process of its own; ``cache`` = where numba keeps compiled kernels."""
    env = os.environ | ({} if cache is None else {"NUMBA_CACHE_DIR": str(cache)})
    line = [sys.executable, "-W", "ignore", script, "--job", job, json.dumps(options, default=str)]
    done = subprocess.run(line, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        why = (done.stderr.strip() or "no word").splitlines()[-1]
        print(f"\n{Path(script).name}: the job {job!r} failed: {why}\n", file=sys.stderr, flush=True)
        raise SystemExit(1)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def answer_job(jobs: Jobs) -> bool:
    """In a child: run the job of the command line and print what it found. False = this is no child."""
    if sys.argv[1:2] != ["--job"]:
        return False
    found = jobs[sys.argv[2]](**json.loads(sys.argv[3]))
    print(f"\n{json.dumps(found)}")  # a peer may have left its line open
    return True


def has(module: str) -> bool:
    """Whether a peer is installed."""
    return importlib.util.find_spec(module) is not None


def about() -> str:
    """Machine, date and versions in two lines."""
    found = {name: _version(name) for name in TOLD}
    versions = ", ".join(f"{name} {version}" for name, version in found.items() if version)
    load = f"load {os.getloadavg()[0]:.1f}"
    machine = f"{_processor()}, {os.cpu_count()} processors, {load}, {platform.system()}, Python {platform.python_version()}"
    return f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}; {machine}\n{versions}"


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(iter(names), platform.machine())
