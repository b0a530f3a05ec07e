# ruff: noqa: INP001, PLC0415, S101, S603, T201 - a script that stops where results differ; a tool is imported only in the child that measures it
"""How far one machine goes: cumulative access block by block on synthetic regions up to a million street nodes.

Usage: python benchmarks/scale.py [--small]

The region is a grid of streets, 100 m apart, a tenth of them missing by chance (seeded), every tenth street fast; zones lie on a
fifth of the nodes. Questions: jobs within 15 minutes on foot from every zone, and minutes by car to the nearest of 500 centres.
Every figure comes from a process of its own; CPU seconds hold all of it but imports and making the region.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import scale_growth
import scale_peers
from measuring import OURS, Jobs, Row, about, answer_job, cost, exponent, has, peak_mb, print_table, run_job, threads_gain
from scale_region import CENTRES, region, warm

SIDES = (250, 500, 1000)  # nodes a side
COUNTRY = 3_000_000  # nodes, with 500,000 zones: as far as the figures are drawn out
MEMORY_GIB = 4.0
WALK_MIN, CAR_MIN = 15, 60


def access(side: int, folder: str | None = None, workers: int = 0, threads: int | None = None) -> dict[str, Any]:
    """Job: both questions over all zones; the hash of what came out."""
    import analyses

    transport, zones, centres = region(side)
    warm(threads)

    def asked(engine: Any = None) -> Any:
        blocks = analyses.Blocks(memory_limit_gib=MEMORY_GIB, folder=folder, engine=engine, progress=_told if folder else _quiet)
        options: dict[str, Any] = {"blocks": blocks, "threads": threads}
        walk = analyses.travel_times(transport, zones, mode="walk", limit_min=WALK_MIN, **options)
        jobs = analyses.opportunities_within(walk, zones["jobs"], WALK_MIN)
        car = analyses.travel_times(transport, zones, centres, mode="car", limit_min=CAR_MIN, **options)
        return jobs.join(analyses.time_to_nearest(car))

    before = peak_mb()
    if workers:
        with analyses.workers(workers, memory_limit_gib=4) as client:
            spent, found = cost(asked, client, repeats=1)
    else:
        spent, found = cost(asked, repeats=1)
    digest = hashlib.sha256(found.to_numpy(float).tobytes()).hexdigest()[:16]
    return {
        **spent,
        "before_mb": before,
        "zones": len(zones),
        "nodes": side * side,
        "sha": digest,
        "mean": float(found.iloc[:, 0].mean()),
    }


def overhead(side: int, mode: str) -> dict[str, Any]:
    """Job: a matrix in memory and the same in blocks of a tenth of it: CPU seconds of both, results equal."""
    import pandas as pd

    import analyses

    transport, zones, _ = region(side)
    warm(1)
    options: dict[str, Any] = {"mode": mode, "limit_min": WALK_MIN if mode == "walk" else CAR_MIN, "threads": 1}

    def whole() -> Any:
        return analyses.opportunities_within(analyses.travel_times(transport, zones, **options), zones["jobs"], [5, 15])

    def parts() -> Any:
        limit = len(zones) ** 2 * 12 / 2**30 / 5  # ten blocks
        blocks = analyses.Blocks(memory_limit_gib=limit)
        return analyses.opportunities_within(
            analyses.travel_times(transport, zones, blocks=blocks, **options), zones["jobs"], [5, 15]
        )

    parts()  # hierarchies are made
    (one, first), (two, second) = cost(whole, repeats=3), cost(parts, repeats=3)
    pd.testing.assert_frame_equal(first, second, check_exact=True)
    return {"whole": one, "parts": two, "zones": len(zones)}


def _told(done: int, of: int) -> None:
    print(f"{done}/{of}", file=sys.stderr, flush=True)


def _quiet(done: int, of: int) -> None:
    """No word."""


JOBS: Jobs = {"access": access, "overhead": overhead}


def table(sides: tuple[int, ...]) -> Iterator[Row]:
    """All rows, one after the other."""
    found = [run_job(__file__, "access", side=side, threads=1) for side in sides]
    for one in found:
        size = f"{one['nodes']:,.0f} nodes, {one['zones']:,.0f} zones"
        task = f"{size}: on foot {WALK_MIN} min all to all, car to {CENTRES}"
        yield Row(task, f"{OURS}, 1 thread", one["cpu_s"], one["wall_s"], one["zones"], one["peak_mb"], load=one["load"])
    sizes = [one["nodes"] for one in found]
    growth = exponent(sizes, found), exponent(sizes, found, "peak_mb")
    last = found[-1]
    times = COUNTRY / last["nodes"]
    yield Row("growth with the region", OURS, result=f"time {growth[0]}; memory {growth[1]}")
    yield Row(
        f"{COUNTRY:,} nodes (drawn out, not run)", OURS, last["cpu_s"] * times, None, None, last["peak_mb"] * times, part=True
    )
    two = run_job(__file__, "access", side=sides[-1], threads=2)
    assert two["sha"] == last["sha"]
    yield Row(
        "the largest, 2 threads", OURS, two["cpu_s"], two["wall_s"], two["zones"], two["peak_mb"], result=threads_gain(last, two)
    )
    yield from _worker_rows(sides[-2], found[-2])
    if has("distributed"):
        yield from scale_growth.worker_rows()
    yield from _overhead_rows(sides[0])
    yield _killed_row(sides[-2], found[-2]["sha"])
    yield from scale_growth.rows()
    yield from scale_peers.rows()


def _worker_rows(side: int, alone: dict[str, Any]) -> Iterator[Row]:
    if not has("distributed"):
        return
    first = run_job(__file__, "access", side=side, workers=1, threads=1)
    second = run_job(__file__, "access", side=side, workers=2, threads=1)
    assert first["sha"] == second["sha"] == alone["sha"]
    told = "equal bytes", f"equal bytes; {threads_gain(first, second).replace('1 thread', '1 worker')}"
    for count, one, result in zip((1, 2), (first, second), told, strict=True):
        task = f"{one['nodes']:,} nodes, worker processes, started and shown the network: {count}"
        yield Row(task, OURS, one["cpu_s"], one["wall_s"], one["zones"], result=result, load=one["load"])


def _overhead_rows(side: int) -> Iterator[Row]:
    for mode in ("walk", "car"):
        one = run_job(__file__, "overhead", side=side, mode=mode)
        whole, parts = one["whole"], one["parts"]
        yield Row(f"{one['zones']:,}² {mode}, in memory", OURS, whole["cpu_s"], whole["wall_s"], one["zones"])
        more = f"equal bytes, {100 * (parts['cpu_s'] / whole['cpu_s'] - 1):+.0f} %"
        yield Row("the same in blocks", OURS, parts["cpu_s"], parts["wall_s"], one["zones"], result=more)


def _killed_row(side: int, sha: str) -> Row:
    """A run killed by the system half way, and the one that follows it."""
    with tempfile.TemporaryDirectory() as folder:
        line = [
            sys.executable,
            "-W",
            "ignore",
            __file__,
            "--job",
            "access",
            json.dumps({"side": side, "folder": folder, "threads": 1}),
        ]
        first = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert first.stderr is not None
        seen = 0
        for said in first.stderr:
            done, _, of = said.strip().partition("/")
            seen = max(seen, int(done))
            if int(done) >= int(of) // 2:
                break
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        left = len(list(Path(folder).glob("block-*")))
        start = time.perf_counter()
        again = subprocess.run(line, capture_output=True, text=True, check=True)
        told = again.stderr.split()[0]
    found = json.loads(again.stdout.splitlines()[-1])
    assert found["sha"] == sha
    result = f"killed after block {seen}, {left} lay there, the next run began at {told}, equal bytes"
    return Row(f"{side * side:,} nodes, killed (−9) half way", OURS, found["cpu_s"], time.perf_counter() - start, result=result)


if __name__ == "__main__" and not answer_job(JOBS):
    print(about())
    print_table(table(SIDES[:-1] if "--small" in sys.argv else SIDES))
