# ruff: noqa: INP001, T201 - a script, and it prints
"""Transit engines on real and planned networks: seconds of processor time, wall time, memory, and whether both engines agree.

python benchmarks/transit.py DATA [--full]

DATA holds poa/ (two GTFS zips, poa_hexgrid.csv with id, lon, lat) and transit/kaze_gtfs_2018.zip. Walking is the straight
line times 1.3 at 4.8 km/h: the engine sees lists of links alone, whoever makes them. ``--full`` also runs the textbook engine
on every origin.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame, points_from_xy
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.movement import Line, Links, Timetable, line_at_speed, read_gtfs, transit_times

DETOUR = 1.3
WALK_MS = 4.8 / 3.6
Points = NDArray[np.float64]


def walks(points: Points, places: Points, most_m: float) -> Links:
    """Links as long as the straight line times DETOUR, up to ``most_m`` metres."""
    near = cKDTree(places).query_ball_point(points, most_m / DETOUR)
    point = np.repeat(np.arange(len(points)), [len(found) for found in near])
    place = np.concatenate([np.asarray(found, int) for found in near]) if len(point) else np.empty(0, int)
    metres = np.hypot(*(points[point] - places[place]).T) * DETOUR
    return Links.from_pairs(point, place, np.floor(metres / WALK_MS * 10 + 0.5).astype(int), (len(points), len(places)))


def links(
    points: Points, timetable: Timetable, *, access_m: float = 2000, transfer_m: float = 1000, direct_m: float = 8000
) -> dict[str, Links]:
    """All four kinds of links between points and stops."""
    stops = np.column_stack([timetable.x, timetable.y])
    return {
        "access": walks(points, stops, access_m),
        "transfers": walks(stops, stops, transfer_m),
        "egress": walks(stops, points, access_m),
        "direct": walks(points, points, direct_m),
    }


def porto_alegre(data: Path) -> tuple[Timetable, dict[str, Links]]:
    """1,227 hexagons, bus and rail of 2019-05-13; the bus feed holds the hours from 12 to 16 only."""
    timetable = read_gtfs([data / "poa" / "poa_eptc.zip", data / "poa" / "poa_trensurb.zip"], "2019-05-13")
    table = pd.read_csv(data / "poa" / "poa_hexgrid.csv")
    zones = GeoDataFrame(geometry=points_from_xy(table["lon"], table["lat"]), crs="EPSG:4326").to_crs(timetable.crs)
    return timetable, links(np.column_stack([zones.geometry.x, zones.geometry.y]), timetable)


def with_planned_line(timetable: Timetable) -> Timetable:
    """A headway line across the city, on 15 of its stops from south to north."""
    order = np.argsort(timetable.y)[:: len(timetable.y) // 15][:15]
    metres = np.hypot(np.diff(timetable.x[order]), np.diff(timetable.y[order])) + 1
    ids = [str(stop) for stop in timetable.stop_ids[order]]
    line = line_at_speed("planned", "Planned", ids, metres, commercial_speed_kmh=25, periods=[(5 * 3600, 23 * 3600, 360)])
    return timetable.with_lines([line, line.back()])


def kaze(data: Path) -> tuple[Timetable, dict[str, Links]]:
    """The buses of the new city among zones of 400 m."""
    timetable = read_gtfs(data / "transit" / "kaze_gtfs_2018.zip", "2018-06-04")
    xs, ys = (np.arange(values.min() - 1000, values.max() + 1000, 400) for values in (timetable.x, timetable.y))
    return timetable, links(np.stack(np.meshgrid(xs, ys), -1).reshape(-1, 2), timetable, direct_m=3000)


def planned_region() -> tuple[Timetable, dict[str, Links]]:
    """A made-up region: 4,500 zones over 60 × 60 km, 20 headway lines of 9 stops, most zones far from all of them."""
    rng = np.random.default_rng(0)
    stops, lines = [], []
    for i in range(20):
        start, turn = rng.uniform(10_000, 50_000, 2), rng.uniform(0, 2 * np.pi)
        way = start + np.arange(9)[:, None] * 1200 * np.array([np.cos(turn), np.sin(turn)])
        stops += [(f"{i}-{k}", *xy) for k, xy in enumerate(way)]
        ids = tuple(f"{i}-{k}" for k in range(9))
        line = Line(f"{i}", f"{i}", ids, (180,) * 8, ((5 * 3600, 22 * 3600, int(rng.integers(240, 1200))),), dwell_s=20)
        lines += [line, line.back()]
    timetable = Timetable.from_lines(pd.DataFrame(stops, columns=["stop_id", "x", "y"]), lines)
    side = np.linspace(0, 60_000, 67)
    return timetable, links(np.stack(np.meshgrid(side, side), -1).reshape(-1, 2), timetable, access_m=1600, direct_m=3000)


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Result, processor seconds, wall seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    return result, time.process_time() - cpu, time.perf_counter() - wall


def measure(
    name: str, timetable: Timetable, at: dict[str, Links], engines: Sequence[tuple[str, int, int]], **options: Any
) -> None:
    """Print one row for every (engine, threads, every n-th origin); the engines are compared on the origins they share."""
    options = {"departure_s": 14 * 3600, "window_min": 60, "percentiles": (25, 50, 75), "limit_min": 120} | options
    first: NDArray[np.float32] | None = None
    for engine, threads, step in engines:
        access, direct = every(at["access"], step), every(at["direct"], step)
        run = at | {"access": access, "direct": direct}
        result, cpu, wall = timed(lambda run=run, engine=engine, threads=threads: transit_times(
            timetable, **run, **options, engine=engine, threads=threads))  # fmt: skip
        same = "" if first is None else f"equal: {np.array_equal(first[:, :: step // engines[0][2]], result)}"
        first = result if first is None else first
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        row = f"{name:28} {engine:6} {threads} threads {access.points:5} x {at['egress'].places:5}"
        print(f"{row} {cpu:7.2f} CPU s {wall:7.2f} s {1000 * cpu / access.points:7.2f} ms/origin {peak:6.0f} MB {same}")


def every(table: Links, step: int) -> Links:
    """The links of every step-th point."""
    keep = table.point() % step == 0
    return Links.from_pairs(
        table.point()[keep] // step, table.place[keep], table.ds[keep], (-(-table.points // step), table.places)
    )


def main() -> None:
    """Run all cases."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--full", action="store_true", help="the textbook engine on every origin")
    chosen = parser.parse_args()
    step = 1 if chosen.full else 10
    region, region_links = planned_region()
    for engine in ("lanes", "raptor"):  # compile
        transit_times(
            region,
            **(region_links | {"access": every(region_links["access"], 500), "direct": None}),
            departure_s=0,
            limit_min=9,
            engine=engine,
        )
    (city, city_links), cpu, _ = timed(lambda: porto_alegre(chosen.data))
    sizes = {kind: len(table.ds) for kind, table in city_links.items()}
    about = f"{len(city.stop_ids)} stops, {len(city.patterns.start)} trips in three days"
    print(f"Porto Alegre: {about}, links {sizes}; read in {cpu:.1f} CPU s")
    measure("Porto Alegre", city, city_links, [("lanes", 1, 1), ("lanes", 2, 1), ("raptor", 2, step)])
    measure("Porto Alegre, limit 60", city, city_links, [("lanes", 1, 1)], limit_min=60)
    planned, cpu, _ = timed(lambda: with_planned_line(city))
    print(f"adding a headway line: {1000 * cpu:.1f} ms")
    measure("Porto Alegre + planned line", planned, city_links, [("lanes", 1, 1)])
    measure("KAZE", *kaze(chosen.data), [("lanes", 1, 1), ("raptor", 1, step)])
    measure("region, 20 headway lines", region, region_links, [("lanes", 1, 1), ("raptor", 1, step)], limit_min=90)


if __name__ == "__main__":
    sys.exit(main())
