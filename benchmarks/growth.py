# ruff: noqa: INP001, PLC0415 - a script; a tool is imported only in the child that measures it
"""How cost grows with the number of origins, what the first call after an install costs, and what an import of streets costs.

Usage: python benchmarks/growth.py DATA      (DATA holds poa/ and osm/porto_portugal.osm.pbf)

Car: Porto, 5,000 points on its streets, each reached by each within an hour. Transit: Porto Alegre as in `transit_peers`.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from measuring import Jobs, Row, answer_job, cost, has, print_table, run_job, threads_gain
from transit_peers import DATE, FEEDS, PERCENTILES, START, WALK_KMH, WINDOW_MIN, points
from transit_peers import JOBS as TRANSIT_JOBS

COUNTS = (10, 100, 1000)
PLACES = 5000
LIMIT_MIN = 60
STREETS = Path("osm") / "porto_portugal.osm.pbf"


def _frame(lon_lat: Any) -> Any:
    from geopandas import GeoDataFrame, points_from_xy

    return GeoDataFrame({"id": np.arange(len(lon_lat))}, geometry=points_from_xy(*lon_lat.T), crs="EPSG:4326")


def _some(frame: Any, count: int) -> Any:
    """Rows spread evenly."""
    return frame.iloc[np.unique(np.linspace(0, len(frame) - 1, min(count, len(frame))).astype(int))]


def car(data: str, out: str, threads: int, repeats: int = 3) -> dict[str, Any]:
    """Job: car matrices of this package; one thread writes the points down, which are junctions of its network."""
    from pyproj import Transformer

    import analyses
    import layers
    from geo.movement import import_streets

    network = import_streets(Path(data) / STREETS)[0]
    chosen = np.random.default_rng(1).choice(np.flatnonzero(network.components("car") == 0), PLACES, replace=False)
    back = Transformer.from_crs(network.crs, "EPSG:4326", always_xy=True)
    lon_lat = np.column_stack(back.transform(*network.node_xy[chosen].T))
    np.save(out, lon_lat)
    transport, places = layers.transport(osm=network), _frame(lon_lat)
    other = layers.transport(osm=import_streets(Path(data) / STREETS)[0])

    def asked(count: int, transport: Any = transport) -> Any:
        some = _some(places, count)
        return analyses.travel_times(transport, some, places, mode="car", limit_min=LIMIT_MIN, threads=threads).minutes

    asked(COUNTS[-1], other)  # compiles, and leaves the network itself unprepared
    first, _ = cost(asked, COUNTS[-1], repeats=1)
    return {"first": first, "runs": {str(n): cost(asked, n, repeats=repeats)[0] for n in (*COUNTS, PLACES)}}


def car_cafein(data: str, points_file: str) -> dict[str, Any]:
    """Job: car matrices of cafein, its own speeds."""
    from cafein import StreetNetwork, TravelTimeMatrix  # type: ignore[import-not-found,unused-ignore]

    network = StreetNetwork.from_osm(str(Path(data) / STREETS), modes=("walk", "car"))
    places = _frame(np.load(points_file))

    def asked(count: int) -> Any:
        return TravelTimeMatrix(network, _some(places, count), places, **options)

    options = {"transport_mode": "car", "max_street_time": LIMIT_MIN, "workers": 1}
    return {str(n): cost(asked, n, repeats=1)[0] for n in COUNTS[:2]}


def transit(data: str, threads: int = 1, repeats: int = 3) -> dict[str, Any]:
    """Job: transit matrices of this package."""
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
    }
    options |= {"walk_speed_kmh": WALK_KMH, "board_slack_s": 0}

    def asked(count: int) -> Any:
        return analyses.travel_times(transport, _some(places, count), places, **options).minutes

    asked(1)
    return {str(n): cost(asked, n, repeats=repeats)[0] for n in COUNTS}  # all of them: `transit_peers`


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
    path = str(Path(data) / STREETS)
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
    "car": car, "car_cafein": car_cafein, "transit": transit, "cafein": TRANSIT_JOBS["cafein"], "first": first_call,
    "import": imported,
}  # fmt: skip


def table(data: Path, work: Path) -> Iterator[Row]:
    """All rows; what is compiled and the points lie in ``work`` meanwhile."""
    yield from _first_rows(data, work)
    yield from _import_rows(data)
    yield from _car_rows(data, work)
    yield from _transit_rows(data)


def _first_rows(data: Path, work: Path) -> Iterator[Row]:
    for mode, count in (("car", 10), ("car", 1000), ("transit", 10)):  # many origins by car take further kernels
        cache = work / f"compiled_{mode}_{count}"
        task = f"from files to a first matrix, {mode}, Porto Alegre, {count:,} × {count:,} points"
        for name in ("innoregion, first call after the install", "innoregion, next process"):
            found = run_job(__file__, "first", cache, data=data, mode=mode, count=count)
            yield Row(task, name, **found)


def _import_rows(data: Path) -> Iterator[Row]:
    own = None
    for tool in ("innoregion", "cafein", "pyrosm"):
        if tool == "innoregion" or has(tool):
            found = run_job(__file__, "import", data=data, tool=tool)
            own = own or found["cpu_s"]
            what = {
                "innoregion": "5 modes, turn bans",
                "cafein": "walk, bicycle, car",
                "pyrosm": "tables only",
            }
            yield Row("Porto's streets, file to network", tool, **found, ours_s=own, result=what[tool])


def _car_rows(data: Path, work: Path) -> Iterator[Row]:
    lon_lat = work / "points.npy"
    costs = {threads: run_job(__file__, "car", data=data, out=lon_lat, threads=threads) for threads in (1, 2)}
    base = {n: run["cpu_s"] for n, run in costs[1]["runs"].items()}
    task = f"car, Porto, {{:,}} × {PLACES:,} points within 60 min"
    prepared = "prepares the hierarchy on the way"
    yield Row(task.format(1000), "innoregion, first time on a network", **costs[1]["first"], origins=1000, result=prepared)
    yield from _growth(task, costs)
    if has("cafein"):
        for n, run in run_job(__file__, "car_cafein", data=data, points_file=lon_lat).items():
            yield Row(task.format(int(n)), "cafein, 1 thread", **run, origins=int(n), ours_s=base[n], result="other speeds")


def _transit_rows(data: Path) -> Iterator[Row]:
    costs = {threads: {"runs": run_job(__file__, "transit", data=data, threads=threads)} for threads in (1, 2)}
    task = "transit, Porto Alegre, {:,} × 1,227 points, 60 departures"
    yield from _growth(task, costs)
    if has("cafein"):
        feeds = [str(data / "poa" / name) for name in FEEDS]
        steps = (123, 13)
        found = run_job(__file__, "cafein", data=data, feeds=feeds, repeats=1, steps=steps)["runs"]
        for n, run in found.items():
            yield Row(task.format(int(n)), "cafein, trip-based, 1 thread", **run, origins=int(n))


def _growth(task: str, costs: dict[int, dict[str, Any]]) -> Iterator[Row]:
    for n, run in costs[1]["runs"].items():
        gain = threads_gain(run, costs[2]["runs"][n])
        yield Row(task.format(int(n)), "innoregion, 1 thread", **run, origins=int(n), result=gain)


def main() -> None:
    """The table, or one job of it."""
    if answer_job(JOBS):
        return
    with tempfile.TemporaryDirectory() as folder:
        print_table(table(Path(sys.argv[1]).resolve(), Path(folder)))


if __name__ == "__main__":
    main()
