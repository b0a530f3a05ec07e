# ruff: noqa: INP001, PLC0415 - a script; a tool is imported only in the child that measures it
"""How cost and memory grow with origins and with the city, on one thread and on two, and what a first call and an import cost.

Usage: python benchmarks/growth.py DATA [--long]      (DATA holds poa/ and osm/porto_portugal.osm.pbf)

Every figure comes from a process of its own. Car: Porto, points on its junctions, each reached by each within an hour; on foot:
opportunities within 15 minutes of every junction. Larger cities are Porto two and four times, side by side, joined by streets.
Transit: Porto Alegre as in `transit_peers`.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from measuring import OURS, Jobs, Row, answer_job, cost, exponent, has, print_table, run_job, threads_gain
from networks import PORTO, spread
from transit_peers import DATE, FEEDS, PERCENTILES, START, WALK_KMH, WINDOW_MIN, points
from transit_peers import JOBS as TRANSIT_JOBS

STREET_JOBS = str(Path(__file__).with_name("street_jobs.py"))
COUNTS = (10, 100, 1000)
PLACES = 5000
LIMIT_MIN = 60
WALK_DS, HOUR_DS = 9_000, 36_000
TILES = {"porto": 1, "porto_2": 2, "porto_4": 4}


def _some(frame: Any, count: int) -> Any:
    """Rows spread evenly."""
    return frame.iloc[spread(count, len(frame))]


def car_cafein(data: str, work: str, count: int) -> dict[str, Any]:
    """Job: a car matrix of cafein, its own speeds, between the junctions that ours is between."""
    from cafein import StreetNetwork, TravelTimeMatrix  # type: ignore[import-not-found,unused-ignore]
    from geopandas import GeoDataFrame, points_from_xy

    with np.load(Path(work) / "porto.npz") as file:
        xy = file["xy"]
    xy = xy[spread(PLACES, len(xy))]
    network = StreetNetwork.from_osm(str(Path(data) / PORTO), modes=("walk", "car"))
    frame = GeoDataFrame({"id": np.arange(len(xy))}, geometry=points_from_xy(*xy.T), crs="EPSG:32629")  # metric_crs of Porto
    places = frame.to_crs("EPSG:4326")
    options: dict[str, Any] = {"transport_mode": "car", "max_street_time": LIMIT_MIN, "workers": 1}
    return dict(cost(lambda: TravelTimeMatrix(network, _some(places, count), places, **options), repeats=1)[0])


def transit(data: str, count: int, threads: int = 1, repeats: int = 3) -> dict[str, Any]:
    """Job: a transit matrix of this package."""
    import pandas as pd
    from geopandas import GeoDataFrame, points_from_xy

    import analyses
    import layers

    at = points(Path(data))
    folder = Path(data) / "poa"
    places = GeoDataFrame(index=pd.Index(at["id"]), geometry=points_from_xy(at["lon"], at["lat"]), crs="EPSG:4326")
    transport = layers.transport(osm=folder / "poa_osm.pbf", gtfs=[folder / name for name in FEEDS], date=DATE)
    options: dict[str, Any] = {
        "departure": analyses.Departure(START, WINDOW_MIN, PERCENTILES),
        "limit_min": LIMIT_MIN,
        "threads": threads,
        "walk_speed_kmh": WALK_KMH,
        "board_slack_s": 0,
    }

    def asked(count: int) -> Any:
        return analyses.travel_times(transport, _some(places, count), places, **options).minutes

    asked(1)
    return dict(cost(asked, count, repeats=repeats)[0])


def first_call(data: str, mode: str, count: int) -> dict[str, Any]:
    """Job: from files to the first matrix of ``mode``, imports of modules left out."""
    from geopandas import GeoDataFrame, points_from_xy

    import analyses
    import layers

    at = points(Path(data)).iloc[:count]
    folder = Path(data) / "poa"
    places = GeoDataFrame(geometry=points_from_xy(at["lon"], at["lat"]), crs="EPSG:4326")
    feeds: dict[str, Any] = {"gtfs": [folder / name for name in FEEDS], "date": DATE} if mode == "transit" else {}

    def asked() -> Any:
        transport = layers.transport(osm=folder / "poa_osm.pbf", **feeds)
        return analyses.travel_times(transport, places, mode=mode, departure=analyses.Departure(START), limit_min=LIMIT_MIN)

    return cost(asked, repeats=1)[0]


def imported(data: str, tool: str) -> dict[str, Any]:
    """Job: Porto's file to a network ready for all modes of the tool."""
    path = str(Path(data) / PORTO)
    if tool == "cafein":
        from cafein import StreetNetwork

        return dict(cost(partial(StreetNetwork.from_osm, path, modes=("walk", "bicycle", "car")))[0])
    if tool == "pyrosm":
        import pyrosm  # type: ignore[import-not-found,unused-ignore]

        return dict(cost(lambda: pyrosm.OSM(path).get_network(network_type="all", nodes=True))[0])
    from geo.movement import import_streets

    import_streets(path)  # compiled kernels are loaded
    return dict(cost(import_streets, path)[0])


JOBS: Jobs = {
    "car_cafein": car_cafein, "transit": transit, "cafein": TRANSIT_JOBS["cafein"], "first": first_call, "import": imported,
}  # fmt: skip


def table(data: Path, work: Path) -> Iterator[Row]:
    """All rows; what is compiled and the networks lie in ``work`` meanwhile."""
    yield from _first_rows(data, work)
    yield from _import_rows(data)
    sizes = {net: run_job(STREET_JOBS, "write", name=net, data=data, work=work) for net in TILES}
    yield from _car_rows(data, work)
    yield from _city_rows(sizes, work)
    yield from _transit_rows(data)


def _first_rows(data: Path, work: Path) -> Iterator[Row]:
    for mode, count in (("car", 10), ("car", 1000), ("transit", 10)):  # many origins by car take further kernels
        cache = work / f"compiled_{mode}_{count}"
        task = f"from files to a first matrix, {mode}, Porto Alegre, {count:,} × {count:,} points"
        for name in (f"{OURS}, first call after the install", f"{OURS}, next process"):
            found = run_job(__file__, "first", cache, data=data, mode=mode, count=count)
            yield Row(task, name, **found)


def _import_rows(data: Path) -> Iterator[Row]:
    own = None
    for tool in (OURS, "cafein", "pyrosm"):
        if tool == OURS or has(tool):
            found = run_job(__file__, "import", data=data, tool=tool)
            own = own or found["cpu_s"]
            what = {OURS: "5 modes, turn bans", "cafein": "walk, bicycle, car", "pyrosm": "tables only"}
            yield Row("Porto's streets, file to network", tool, **found, ours_s=own, result=what[tool])


def _street(work: Path, net: str, kind: str, mode: str, limit: int, threads: int = 1, **how_many: int) -> dict[str, Any]:
    asked = {"net": net, "kind": kind, "mode": mode, "limit": limit, "origins": 0, "places": 0} | how_many
    return run_job(STREET_JOBS, "ours", work=work, out=work / "own.npy", threads=threads, **asked)


def _car_rows(data: Path, work: Path) -> Iterator[Row]:
    task = f"car, Porto, {{:,}} × {PLACES:,} junctions within 60 min"
    counts = (*COUNTS, PLACES)
    runs = [_street(work, "porto", "matrix", "car", HOUR_DS, origins=n, places=PLACES) for n in counts]
    yield from _growth(task, counts, [run["run"] for run in runs], "few origins: search, many: hierarchy; ")
    prepared = {"origins": COUNTS[-1], "result": "prepares the hierarchy on the way"}
    yield Row(task.format(COUNTS[-1]), f"{OURS}, first time on a network", **runs[2]["first"], **prepared)
    two = _street(work, "porto", "matrix", "car", HOUR_DS, threads=2, origins=PLACES, places=PLACES)
    yield _two_threads(task.format(PLACES), PLACES, runs[-1]["run"], two["run"])
    if has("cafein"):
        for n, ours in list(zip(counts, runs, strict=True))[:2]:
            found = run_job(__file__, "car_cafein", data=data, work=work, count=n)
            rest = {"origins": n, "ours_s": ours["run"]["cpu_s"], "result": "other speeds"}
            yield Row(task.format(n), "cafein, 1 thread", **found, **rest)


def _city_rows(sizes: dict[str, dict[str, Any]], work: Path) -> Iterator[Row]:
    nodes = [sizes[net]["nodes"] for net in TILES]
    each = "walk, opportunities in 15 min, every junction, Porto × {}"
    runs = [_street(work, net, "sums", "walk", WALK_DS)["run"] for net in TILES]
    for net, run, size, told in zip(TILES, runs, nodes, _told(nodes, runs), strict=True):
        yield Row(each.format(TILES[net]), OURS, **run, origins=size, result=f"{size:,} junctions{told}")
    two = _street(work, "porto_4", "sums", "walk", WALK_DS, threads=2)["run"]
    yield _two_threads(each.format(4), nodes[-1], runs[-1], two)
    built = [run_job(STREET_JOBS, "hierarchy", work=work, net=net, mode="car") for net in TILES]
    for net, run, told in zip(TILES, built, _told(nodes, built), strict=True):
        yield Row(f"hierarchy for cars, Porto × {TILES[net]}", OURS, **run, result=told.removeprefix("; "))
    runs = [_street(work, net, "matrix", "car", 0, origins=1000, places=PLACES)["run"] for net in TILES]
    for net, run, told in zip(TILES, runs, _told(nodes, runs), strict=True):
        yield Row(f"car, 1,000 × {PLACES:,}, no limit, Porto × {TILES[net]}", OURS, **run, origins=1000,
                  result=told.removeprefix("; "))  # fmt: skip


def _transit_rows(data: Path) -> Iterator[Row]:
    counts = (*COUNTS, len(points(data)))
    runs = [run_job(__file__, "transit", data=data, count=n) for n in counts]
    task = f"transit, Porto Alegre, {{:,}} × {counts[-1]:,} points, 60 departures"
    yield from _growth(task, counts, runs)
    two = run_job(__file__, "transit", data=data, count=counts[-1], threads=2)
    yield _two_threads(task.format(counts[-1]), counts[-1], runs[-1], two)
    if has("cafein"):
        feeds = [str(data / "poa" / name) for name in FEEDS]
        found = run_job(__file__, "cafein", data=data, feeds=feeds, repeats=1, steps=(123, 13))["runs"]
        own = dict(zip(counts, runs, strict=True))
        for n, run in found.items():
            ours = own.get(int(n), {}).get("cpu_s")
            yield Row(task.format(int(n)), "cafein, trip-based, 1 thread", **run, origins=int(n), ours_s=ours)


def _growth(task: str, counts: Sequence[int], runs: Sequence[dict[str, Any]], note: str = "") -> Iterator[Row]:
    for n, run, told in zip(counts, runs, _told(counts, runs), strict=True):
        yield Row(task.format(n), f"{OURS}, 1 thread", **run, origins=n, result=told.replace("; ", note, 1))


def _told(sizes: Sequence[int], runs: Sequence[dict[str, Any]]) -> list[str]:
    """A word for every row: the last one tells how CPU seconds and memory grow."""
    memory = exponent(sizes, runs, "peak_mb").replace("grows as", "memory")
    return [*[""] * (len(runs) - 1), f"; {exponent(sizes, runs)}; {memory}"]


def _two_threads(task: str, origins: int, one: dict[str, Any], two: dict[str, Any]) -> Row:
    return Row(task, f"{OURS}, 2 threads", **two, origins=origins, result=threads_gain(one, two))


def main() -> None:
    """The table, or one job of it."""
    if answer_job(JOBS):
        return
    with tempfile.TemporaryDirectory() as folder:
        print_table(table(Path(sys.argv[1]).resolve(), Path(folder)))


if __name__ == "__main__":
    main()
