# ruff: noqa: INP001, PLC0415 - a script; a tool is imported only in the child that measures it
"""Door-to-door transit against cafein on the same streets, timetable and points; the results are compared.

Usage: python benchmarks/transit_peers.py DATA      (DATA holds poa/: streets, two feeds, points)

Porto Alegre, 2019-05-13, 1,227 × 1,227 points, every minute from 14:00 to 14:59, percentiles 25, 50, 75, at most 4 rides. What
is not alike by nature is made alike: both walk at 3.6 km/h (cafein's default), at most 2 km to and from stops and 1 km between
them, boarding needs no slack. Most bus trips have times at their ends only; cafein fills them evenly by number of stops, this
package by distance, so both read feeds whose times were filled beforehand. cafein runs on its faster router (trip-based,
prepared for the day, results the same) and has no limit on the travel time: its times are cut at ours afterwards. What still
differs is taken away one by one, so that the table tells its share: who may walk where, and which of the sorted times is the
percentile (element ceil(p/100·n) − 1 here, round(p/100·(n − 1)) there).
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from measuring import Jobs, Row, answer_job, cost, has, print_table, run_job, threads_gain
from numpy.typing import NDArray
from scipy.stats import spearmanr

Times = NDArray[np.float32]

FEEDS = ("poa_eptc.zip", "poa_trensurb.zip")
DATE, START, WINDOW_MIN, PERCENTILES, RIDES = "2019-05-13", "14:00", 60, (25, 50, 75), 4
SAME_RANKS = (26, 51, 75)  # here they are the elements that cafein takes for 25, 50, 75 of 60 times
WALK_KMH, ACCESS_M, TRANSFER_M = 3.6, 2000, 1000
LIMITS_MIN = (60, 120)
STEP = 10  # cafein's slower settings work on every tenth origin
READY = "streets and feeds to a ready transport, Porto Alegre"
TASK = "transit, {} × 1,227 points, 60 departures, 3 percentiles"


def points(data: Path) -> pd.DataFrame:
    """id, lon, lat of the hexagons."""
    return pd.read_csv(data / "poa" / "poa_hexgrid.csv")[["id", "lon", "lat"]]


def filled_feed(source: Path, target: Path) -> None:
    """A copy of a feed with every time written down, blanks filled by the distance between stops."""
    with zipfile.ZipFile(source) as feed, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        stops = pd.read_csv(feed.open("stops.txt"), dtype={"stop_id": str}).set_index("stop_id")
        times = pd.read_csv(feed.open("stop_times.txt"), dtype=str, keep_default_na=False)
        times = times.assign(stop_sequence=times["stop_sequence"].astype(int))
        times = times.sort_values(["trip_id", "stop_sequence"], kind="stable", ignore_index=True)
        lat, lon = (np.radians(stops.loc[times["stop_id"], name].to_numpy(float)) for name in ("stop_lat", "stop_lon"))
        step = np.r_[0.0, np.hypot(np.diff(lat), np.diff(lon) * np.cos(lat[1:]))]
        trips = [(rows, np.cumsum(np.r_[0.0, step[rows][1:]])) for rows in times.groupby("trip_id").indices.values()]
        for column in ("arrival_time", "departure_time"):
            times[column] = _clock(_filled(_seconds(times[column]), trips))
        for name in feed.namelist():
            text = times.to_csv(index=False).encode() if name == "stop_times.txt" else feed.read(name)
            copy.writestr(name, text)


def _seconds(clock: pd.Series) -> NDArray[np.float64]:
    parts = clock.where(clock != "", "::").str.split(":", expand=True).replace("", "nan").astype(float)
    return (parts[0] * 3600 + parts[1] * 60 + parts[2]).to_numpy()


def _filled(seconds: NDArray[np.float64], trips: list[tuple[Any, NDArray[np.float64]]]) -> NDArray[np.int64]:
    out = np.empty(len(seconds), np.int64)
    for rows, at in trips:
        known = ~np.isnan(seconds[rows])
        out[rows] = np.floor(np.interp(at, at[known], seconds[rows][known]) + 0.5)
    return out


def _clock(seconds: NDArray[np.int64]) -> list[str]:
    return [f"{one // 3600:02}:{one // 60 % 60:02}:{one % 60:02}" for one in seconds.tolist()]


def open_table(target: Path) -> None:
    """The table of streets with the walkers of cafein: on private ways and on cycleways too."""
    import geo.movement

    text = (Path(geo.movement.__file__).parent / "data" / "speeds.toml").read_text(encoding="utf-8")
    for old, new in (
        ('walk = ["access", "foot"]', 'walk = ["foot"]'),
        ('cycleway = { modes = ["bicycle"]', 'cycleway = { modes = ["walk", "bicycle"]'),
    ):
        if old not in text:
            message = f"the table of streets has no {old!r} any more"
            raise ValueError(message)
        text = text.replace(old, new)
    target.write_text(text, encoding="utf-8")


def ours(
    data: str,
    feeds: list[str],
    limits: list[int],
    out: str,
    threads: int = 1,
    repeats: int = 3,
    table: str | None = None,
    percentiles: tuple[int, ...] = PERCENTILES,
) -> dict[str, Any]:
    """Job: the public functions, one cost for each limit; the minutes go to ``out`` with the limit in front of the name."""
    from geopandas import GeoDataFrame, points_from_xy

    import analyses
    import layers
    from geo.movement import import_streets

    at = points(Path(data))
    places = GeoDataFrame(index=pd.Index(at["id"]), geometry=points_from_xy(at["lon"], at["lat"]), crs="EPSG:4326")
    streets = Path(data) / "poa" / "poa_osm.pbf"

    def built() -> Any:
        return layers.transport(osm=import_streets(streets, table=table)[0], gtfs=feeds, date=DATE)

    build, transport = cost(built, repeats=2)  # the first one may compile
    departure = analyses.Departure(START, WINDOW_MIN, tuple(percentiles))

    def asked(limit: int, some: Any) -> Any:
        options: dict[str, Any] = {"walk_speed_kmh": WALK_KMH, "board_slack_s": 0, "max_rides": RIDES, "threads": threads}
        return analyses.travel_times(transport, some, places, departure=departure, limit_min=limit, **options).minutes

    asked(10, places.iloc[:1])  # compiled kernels are loaded; compiling is measured elsewhere
    runs = {}
    for limit in limits:
        runs[str(limit)], found = cost(asked, limit, places, repeats=repeats)
        np.save(Path(out).with_name(f"{limit}_{Path(out).name}"), found)
    return {"build": build, "runs": runs, "origins": len(places)}


def cafein(
    data: str,
    feeds: list[str],
    out: str = "",
    threads: int = 1,
    repeats: int = 3,
    steps: tuple[int, ...] = (1,),
    router: str = "auto",
    alike: bool = True,  # noqa: FBT002 - comes as JSON
) -> dict[str, Any]:
    """Job: cafein on every ``step``-th origin; without ``alike`` all settings are its own."""
    import datetime as dt

    from cafein import TransportNetwork  # type: ignore[import-not-found,unused-ignore]
    from geopandas import GeoDataFrame, points_from_xy

    at = points(Path(data))
    places = GeoDataFrame({"id": at["id"]}, geometry=points_from_xy(at["lon"], at["lat"]), crs="EPSG:4326")
    walk = {"walking_speed_kmph": WALK_KMH, "max_walking_time": _walk_of(ACCESS_M)} if alike else {}
    lean: dict[str, Any] = {"trip_distances": False, "street_modes": ()}
    change = {"walking_speed_kmph": WALK_KMH, "max_walking_time": _walk_of(TRANSFER_M)} if alike else {}
    streets = str(Path(data) / "poa" / "poa_osm.pbf")

    def built() -> Any:
        return TransportNetwork.from_gtfs(feeds, osm_pbf=streets, **change, **lean)

    build, network = cost(built, repeats=2)
    if router == "auto":
        network.compute_tbtr_transfers(DATE)
    question: dict[str, Any] = {"departure": dt.datetime.fromisoformat(f"{DATE} {START}"), "departure_time_window": WINDOW_MIN}
    question |= {"percentiles": list(PERCENTILES), "router": router, "workers": threads, "destinations": places}
    question |= {"max_rides": RIDES, **walk} if alike else {}

    def asked(some: Any) -> Any:
        return network.travel_time_matrix(some, **question)

    runs = {}
    for step in steps:
        some = places.iloc[::step]
        runs[str(len(some))], found = cost(asked, some, repeats=repeats)
    if out:
        np.save(out, np.where(found == np.iinfo(np.uint32).max, np.inf, found / 60).transpose(2, 0, 1).astype(np.float32))
    return {"build": build, "runs": runs}


def _walk_of(metres: float) -> Any:
    import datetime as dt

    return dt.timedelta(hours=metres / 1000 / WALK_KMH)


JOBS: Jobs = {"ours": ours, "cafein": cafein}


def agreement(ours: Times, theirs: Times, limit_min: float, step: int = 1) -> str:
    """How two results [percentile, origin, destination] agree; ``theirs`` holds every ``step``-th origin of ``ours``."""
    theirs = np.where(theirs <= limit_min, theirs, np.inf)
    ours = ours[:, ::step]
    apart = np.arange(0, ours.shape[2], step)[: ours.shape[1], None] != np.arange(ours.shape[2])
    both = np.isfinite(ours) & np.isfinite(theirs) & apart
    minutes = ours[both] - theirs[both]
    lone = 100 * ((np.isfinite(ours) != np.isfinite(theirs)) & apart).sum() / max(both.sum(), 1)
    near, equal = (100 * np.mean(np.abs(minutes) <= most) for most in (3, 3.5 / 60))
    return (
        f"{both.sum():,} times: {near:.1f} % within 3 min, {equal:.1f} % within 3 s, median {np.median(minutes):+.2f} min, "
        f"rank correlation {spearmanr(ours[both], theirs[both])[0]:.4f}; reached by one alone {lone:.1f} %"
    )


def table(data: Path, work: Path) -> Iterator[Row]:
    """All rows; results and filled feeds lie in ``work`` meanwhile."""
    raw = [str(data / "poa" / name) for name in FEEDS]
    filled = [str(work / name) for name in FEEDS]
    for source, target in zip(raw, filled, strict=True):
        filled_feed(Path(source), Path(target))
    common: dict[str, Any] = {"data": data, "feeds": filled}
    costs: dict[int, dict[str, Any]] = {}
    for threads in (1, 2):
        costs[threads] = run_job(__file__, "ours", **common, limits=LIMITS_MIN, out=work / "own.npy", threads=threads)
    one, count = costs[1], costs[1]["origins"]
    base = one["runs"]["60"]["cpu_s"]
    yield Row(READY, "innoregion", **_of(one["build"]))
    for limit, two in ((str(limit), costs[2]["runs"][str(limit)]) for limit in LIMITS_MIN):
        run = one["runs"][limit]
        name = f"innoregion, limit {limit} min, 1 thread"
        yield Row(
            TASK.format(f"{count:,}"), name, **run, origins=count, ours_s=base, result=f"2 threads: {threads_gain(run, two)}"
        )
    if has("cafein"):
        yield from _cafein_rows(common, raw, work, one)


def _cafein_rows(common: dict[str, Any], raw: list[str], work: Path, one: dict[str, Any]) -> Iterator[Row]:
    count, base = one["origins"], one["runs"]["60"]["cpu_s"]
    everyone = TASK.format(f"{count:,}")
    best = run_job(__file__, "cafein", **common, out=work / "cafein.npy", repeats=2)
    yield Row(READY, "cafein", **_of(best["build"]), ours_s=one["build"]["cpu_s"])
    two = run_job(__file__, "cafein", **common, threads=2, repeats=1)["runs"][str(count)]
    run = best["runs"][str(count)]
    gain = f"2 threads: {threads_gain(run, two)}"
    yield Row(everyone, "cafein, trip-based, 1 thread", **run, origins=count, ours_s=base, result=gain)
    for name, options in (
        ("cafein, RAPTOR, 1 thread", {"router": "raptor"}),
        ("cafein, its defaults: RAPTOR, 8 rides, walks of 2 h", {"router": "raptor", "alike": False}),
    ):
        part = run_job(__file__, "cafein", **common, repeats=1, steps=(5 * STEP,), **options)
        some, run = next(iter(part["runs"].items()))
        scale = count / int(some)
        costs = {"cpu_s": run["cpu_s"] * scale, "peak_mb": run["peak_mb"]}
        yield Row(everyone, name, **costs, origins=count, ours_s=base, part=True, result=f"from {some} origins")
    yield from _agreement_rows(common, raw, work)


def _agreement_rows(common: dict[str, Any], raw: list[str], work: Path) -> Iterator[Row]:
    """The same comparison four times, each with one difference fewer."""
    theirs = np.load(work / "cafein.npy")
    run_job(__file__, "cafein", data=common["data"], feeds=raw, out=work / "raw.npy", repeats=1, steps=(STEP,))
    open_table(work / "open.toml")
    opened: dict[str, Any] = {"limits": LIMITS_MIN, "table": work / "open.toml", "repeats": 1}
    run_job(__file__, "ours", **common, **opened, out=work / "open.npy")
    run_job(__file__, "ours", **common, **opened, out=work / "ranks.npy", percentiles=SAME_RANKS)
    by_step = {1: theirs, STEP: np.load(work / "raw.npy")}
    for limit in LIMITS_MIN:
        for why, name, step in (
            ("feeds as they come: each fills blank times its own way", "own.npy", STEP),
            ("same timetable", "own.npy", 1),
            ("… and on foot over private ways and cycleways in both", "open.npy", 1),
            ("… and the same element of the sorted times in both", "ranks.npy", 1),
        ):
            ours = np.load(work / f"{limit}_{name}")
            yield Row(f"agreement up to {limit} min", why, result=agreement(ours, by_step[step], limit, step))


def _of(run: dict[str, Any]) -> dict[str, Any]:
    return {name: run[name] for name in ("cpu_s", "wall_s", "peak_mb")}


def main() -> None:
    """The table, or one job of it."""
    if answer_job(JOBS):
        return
    with tempfile.TemporaryDirectory() as folder:
        print_table(table(Path(sys.argv[1]).resolve(), Path(folder)))


if __name__ == "__main__":
    main()
