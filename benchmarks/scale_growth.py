# ruff: noqa: INP001, PLC0415, S101 - a script; this package is imported only in the child that measures it
"""How cost grows with zones, lines and departures, and how well the memory of a block is foretold; part of `scale`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from measuring import OURS, Jobs, Row, answer_job, cost, exponent, lowered_peak_mb, peak_mb, run_job, threads_gain
from scale_region import region, warm

ZONES = (12_500, 25_000, 50_000)
LINES = (20, 40, 80, 160)
WINDOWS_MIN = (15, 30, 60, 120)
STREETS_SIDE, LINES_SIDE = 500, 250
RIDERS = 2_500  # zones of the questions about lines
SHARE_GIB = 0.05  # about twenty blocks
BLOCK_GIB = (0.25, 0.5, 1.0)
ASKED = {
    "car": {"limit_min": 60},
    "walk": {"limit_min": 15},
    "transit": {"limit_min": 60},
}


def streets(zones: int) -> dict[str, Any]:
    """Job: jobs within 15 minutes on foot and the nearest of 500 centres by car, from so many zones of one city."""
    import analyses

    transport, places, centres = region(STREETS_SIDE)
    warm(1)
    places = places.iloc[_spread(zones, len(places))]

    def asked() -> Any:
        options: dict[str, Any] = {"blocks": analyses.Blocks(), "threads": 1}
        walk = analyses.travel_times(transport, places, mode="walk", limit_min=15, **options)
        car = analyses.travel_times(transport, places, centres, mode="car", limit_min=60, **options)
        return analyses.opportunities_within(walk, places["jobs"], 15).join(analyses.time_to_nearest(car))

    asked()  # the hierarchy is made once for any number of zones
    return dict(cost(asked, repeats=1)[0])


def rides(lines: int, window_min: int) -> dict[str, Any]:
    """Job: a transit matrix of 2,500 zones with so many lines and departures."""
    import analyses

    transport, places = with_lines(lines)
    places = places.iloc[_spread(RIDERS, len(places))]
    departure = analyses.Departure("07:00", window_min=window_min, percentiles=(50,))

    def asked() -> Any:
        return analyses.travel_times(transport, places, departure=departure, limit_min=60, threads=1)

    analyses.travel_times(transport, places.iloc[:5], departure=departure, limit_min=60, threads=1)  # compiled
    spent, found = cost(asked, repeats=1)
    return {**spent, "reached": float(np.isfinite(found.minutes).mean())}


def shared_out(workers: int) -> dict[str, Any]:
    """Job: a transit matrix of 12,500 × 2,500 on worker processes that are up and have their kernels."""
    import analyses

    transport, places = with_lines(40)
    ends = places.iloc[_spread(RIDERS, len(places))]
    departure = analyses.Departure("07:00", window_min=60, percentiles=(5, 50, 95))

    def asked(origins: Any, client: Any) -> Any:
        blocks = analyses.Blocks(SHARE_GIB, engine=client)
        times = analyses.travel_times(transport, origins, ends, departure=departure, limit_min=60, blocks=blocks)
        return analyses.opportunities_within(times, ends["jobs"], [30, 60])

    with analyses.workers(workers, memory_limit_gib=4) as client:
        asked(ends.iloc[: 40 * workers], client)
        spent, found = cost(asked, places, client, repeats=1)
    digest = hashlib.sha256(found.to_numpy(float).tobytes()).hexdigest()[:16]
    return {**spent, "zones": len(places), "sha": digest}


def memory(mode: str, gib: float) -> dict[str, Any]:
    """Job: the peak of a worker while it makes two blocks, beside what its size was chosen for."""
    import analyses

    transport, places = with_lines(20) if mode == "transit" else region(STREETS_SIDE if mode == "car" else 2 * STREETS_SIDE)[:2]
    options: dict[str, Any] = {"mode": mode, **ASKED[mode], "threads": 1}
    first = analyses.travel_times(transport, places, blocks=analyses.Blocks(0.01), **options)
    next(iter(first))  # what does not belong to a block: kernels, hierarchies, links
    times = analyses.travel_times(transport, places, blocks=analyses.Blocks(gib), **options)
    rows = len(times.spans[0])
    before = lowered_peak_mb()
    blocks, held = iter(times), 0
    for _ in range(2):
        block = next(blocks)
        analyses.opportunities_within(block, places["jobs"], options["limit_min"])
        held = max(held, block.minutes.shape[2])
        del block  # as a run lets go of it before the next
    return {"pairs": rows * held, "grown_mb": peak_mb() - before}


def with_lines(count: int) -> tuple[Any, Any]:
    """The region with bus lines every 10 minutes, half of them along rows and half along columns; its zones."""
    from geopandas import GeoDataFrame, points_from_xy

    import layers

    transport, places, _ = region(LINES_SIDE)
    low = transport.streets.node_xy.min(axis=0)
    stops_at = np.arange(2, LINES_SIDE - 2, 5) * 100.0
    across = np.linspace(5, LINES_SIDE - 5, count // 2).round() * 100.0
    changes = []
    for number in range(count):
        fixed = np.full(len(stops_at), across[number // 2])
        x, y = (stops_at, fixed) if number % 2 else (fixed, stops_at)
        stops = GeoDataFrame(geometry=points_from_xy(x + low[0], y + low[1]), crs="EPSG:9210").rename_axis("stop_id")
        changes.append(layers.AddLine(f"line {number}", stops, headway_min=10, commercial_speed_kmh=22))
    return layers.Scenario("lines", changes).apply(transport), places


def _spread(count: int, of: int) -> Any:
    return np.linspace(0, of - 1, count).astype(int)


JOBS: Jobs = {"streets": streets, "rides": rides, "shared_out": shared_out, "memory": memory}


def rows() -> Iterator[Row]:
    """Growth with zones, lines and departures; then memory."""
    yield from _growth("zones, streets", ZONES, [run_job(__file__, "streets", zones=count) for count in ZONES])
    yield from _growth("lines, 60 departures", LINES, [run_job(__file__, "rides", lines=count, window_min=60) for count in LINES])
    asked = [run_job(__file__, "rides", lines=40, window_min=window) for window in WINDOWS_MIN]
    yield from _growth("departures, 40 lines", WINDOWS_MIN, asked)
    for mode in ASKED:
        yield _memory_row(mode, [run_job(__file__, "memory", mode=mode, gib=gib) for gib in BLOCK_GIB])


def worker_rows() -> Iterator[Row]:
    """The gain of a second worker where the work is the matrix, and nothing is made for the first time."""
    first, second = (run_job(__file__, "shared_out", workers=count) for count in (1, 2))
    assert first["sha"] == second["sha"]
    gain = threads_gain(first, second).replace("1 thread", "1 worker")
    for count, one, told in ((1, first, ""), (2, second, f"equal bytes; {gain}")):
        task = f"{one['zones']:,} × {RIDERS:,} by 40 lines, 60 departures, workers that are up: {count}"
        yield Row(task, OURS, None, one["wall_s"], one["zones"], result=told, load=one["load"])


def _growth(what: str, sizes: tuple[int, ...], found: list[dict[str, Any]]) -> Iterator[Row]:
    for size, one in zip(sizes, found, strict=True):
        yield Row(f"{size:,} {what}", OURS, one["cpu_s"], one["wall_s"], load=one["load"], peak_mb=one["peak_mb"])
    yield Row(f"growth with {what}", OURS, result=exponent(sizes, found))


def _memory_row(mode: str, found: list[dict[str, Any]]) -> Row:
    """A line through the smallest and the largest block foretells the one between; all beside what blocks are cut by."""
    small, middle, large = ((one["pairs"], one["grown_mb"]) for one in found)
    each = (large[1] - small[1]) / (large[0] - small[0]) if large[0] > 2 * small[0] else small[1] / small[0]
    fixed = small[1] - each * small[0] if large[0] > 2 * small[0] else 0.0
    foretold = fixed + each * middle[0]
    error = 100 * (middle[1] / foretold - 1)
    shares = ", ".join(f"{one['grown_mb'] / 1024 / gib:.0%}" for one, gib in zip(found, BLOCK_GIB, strict=True))
    told = f"between them foretold {foretold:.0f} MB, measured {middle[1]:.0f} ({error:+.0f} %)"
    model = f"{each * 2**20:.1f} bytes a pair + {fixed:.0f} MB; {told}"
    return Row(f"memory of blocks, {mode}", OURS, peak_mb=large[1], result=f"{model}; of the limits 0.25, 0.5, 1 GiB: {shares}")


if __name__ == "__main__":
    answer_job(JOBS)
