# ruff: noqa: INP001, PLC0415 - a script; a tool is imported only in the child that measures it
"""The regions of `scale` in other tools, as far as they go; part of `scale`.

pandana and osmnx' way (Dijkstra's algorithm of networkx) get the same arrays; cafein and this package read the same OSM file
and write the pairs reached as Parquet files, part by part. Results are compared in every row.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from measuring import OURS, Jobs, Row, answer_job, cost, has, run_job
from scale_region import region, warm

SIDES = (250, 500, 1000)
SLOW_SIDE = 250  # as far as pandana and networkx are taken: pandana's preparation takes minutes beyond
FILE_SIDES = (100, 250)  # cafein reads files; four times the region takes it sixteen times as long
WALK_MIN = 15
SAMPLE = 50  # origins of networkx, the rest drawn out
CAFEIN_KMH = 3.6  # it walks


def ours(side: int) -> dict[str, Any]:
    """Job: jobs within 15 minutes on foot of every zone, block by block."""
    import analyses

    transport, zones, _ = region(side)
    warm(1)

    def asked() -> Any:
        times = analyses.travel_times(transport, zones, mode="walk", limit_min=WALK_MIN, blocks=analyses.Blocks(), threads=1)
        return analyses.opportunities_within(times, zones["jobs"], WALK_MIN)

    spent, found = cost(asked, repeats=1)
    return {**spent, "zones": len(zones), "sum": int(found.iloc[:, 0].sum())}


def _arrays(side: int) -> tuple[Any, Any, Any, Any, Any]:
    """Nodes, tails, heads, seconds on foot of every arc, jobs at every node; zones' nodes."""
    from scipy.spatial import cKDTree

    transport, zones, _ = region(side)
    streets = transport.streets
    at = cKDTree(streets.node_xy).query(np.column_stack([zones.geometry.x, zones.geometry.y]))[1]
    return (
        streets.node_xy,
        np.asarray(streets.tail),
        np.asarray(streets.head),
        np.asarray(streets.ds["walk"]) / 10,
        (at, zones["jobs"]),
    )


def pandana(side: int) -> dict[str, Any]:
    """Job: the same sums in pandana; making the network counts, as contraction does here."""
    import pandana as tool
    import pandas as pd

    xy, tail, head, seconds, (at, jobs) = _arrays(side)

    def asked() -> Any:
        network = tool.Network(
            *map(pd.Series, xy.T), pd.Series(tail), pd.Series(head), pd.DataFrame({"s": seconds}), twoway=False
        )
        network.set(pd.Series(at), variable=jobs.reset_index(drop=True).astype(float), name="jobs")
        return network.aggregate(WALK_MIN * 60, type="sum", decay="flat", imp_name="s", name="jobs").iloc[at]

    spent, found = cost(asked, repeats=1)
    return {**spent, "zones": len(at), "sum": int(found.sum())}


def osmnx(side: int) -> dict[str, Any]:
    """Job: some zones by networkx, as osmnx finds times; making its graph does not count."""
    import networkx as nx

    xy, tail, head, seconds, (at, jobs) = _arrays(side)
    graph = nx.MultiDiGraph()
    whole = np.round(10 * seconds).astype(int)  # sums of fractions would miss the limit by a hair
    graph.add_weighted_edges_from(zip(tail.tolist(), head.tolist(), whole.tolist(), strict=True), weight="travel_time")
    worth = np.zeros(len(xy))
    np.add.at(worth, at, jobs)
    sample = at[np.linspace(0, len(at) - 1, SAMPLE).astype(int)]

    def asked() -> list[float]:
        search = nx.single_source_dijkstra_path_length
        return [
            sum(worth[node] for node in search(graph, start, cutoff=WALK_MIN * 600, weight="travel_time")) for start in sample
        ]

    spent, found = cost(asked, repeats=1)
    spent = {**spent, "cpu_s": spent["cpu_s"] * len(at) / SAMPLE}
    return {**spent, "zones": len(at), "sum": int(sum(found))}


def sampled(side: int) -> dict[str, Any]:
    """Job: this package's sum over the zones that networkx was asked for."""
    import analyses

    transport, zones, _ = region(side)
    some = zones.iloc[np.linspace(0, len(zones) - 1, SAMPLE).astype(int)]
    times = analyses.travel_times(transport, some, zones, mode="walk", limit_min=WALK_MIN)
    return {"sum": int(analyses.opportunities_within(times, zones["jobs"], WALK_MIN).iloc[:, 0].sum())}


def write_osm(side: int, path: str) -> dict[str, Any]:
    """Job: the streets of the region as an OSM file, its zones as points beside it."""
    import osmium
    from pyproj import Transformer

    transport, zones, _ = region(side)
    streets = transport.streets
    lonlat = np.column_stack(Transformer.from_crs("EPSG:9210", "EPSG:4326", always_xy=True).transform(*streets.node_xy.T))
    ends = np.column_stack([streets.tail, streets.head])
    ends = ends[ends[:, 0] < ends[:, 1]]
    with osmium.SimpleWriter(path, overwrite=True) as file:
        for number, place in enumerate(lonlat.tolist(), 1):
            file.add_node(osmium.osm.mutable.Node(id=number, location=tuple(place), version=1))
        for number, pair in enumerate((ends + 1).tolist(), 1):
            tags = {"highway": "residential", "name": "street"}
            file.add_way(osmium.osm.mutable.Way(id=number, nodes=pair, tags=tags, version=1))
    zones.to_crs("EPSG:4326").to_parquet(Path(path).with_suffix(".parquet"))
    return {"ways": len(ends)}


def _zones(path: str) -> Any:
    import geopandas

    return geopandas.read_parquet(Path(path).with_suffix(".parquet"))


def _pairs(folder: Path, minutes: str) -> dict[str, float]:
    """What was written: pairs between different zones, and their mean minutes."""
    import pandas as pd

    found = pd.concat(
        [pd.read_parquet(file, columns=["from_id", "to_id", minutes]) for file in sorted(folder.rglob("*.parquet"))]
    )
    found = found[found["from_id"].astype(str) != found["to_id"].astype(str)]
    return {"pairs": len(found), "mean_min": float(found[minutes].mean())}


def ours_from_file(path: str) -> dict[str, Any]:
    """Job: pairs within 15 minutes on foot written block by block; reading the file apart."""
    import analyses
    import layers

    warm(1)
    zones = _zones(path)
    reading, transport = cost(lambda: layers.transport(osm=path), repeats=1)
    some = zones.iloc[:50]
    next(
        iter(analyses.travel_times(transport, some, mode="walk", walk_speed_kmh=CAFEIN_KMH, blocks=analyses.Blocks()))
    )  # compiled
    with tempfile.TemporaryDirectory() as folder:

        def asked() -> Any:
            options = {"mode": "walk", "limit_min": WALK_MIN, "walk_speed_kmh": CAFEIN_KMH, "threads": 1}
            return analyses.travel_times(transport, zones, blocks=analyses.Blocks(), **options).write(folder)

        spent, _ = cost(asked, repeats=1)
        return {**spent, "reading_s": reading["cpu_s"], "zones": len(zones), **_pairs(Path(folder), "travel_time_p50_min")}


def cafein(path: str) -> dict[str, Any]:
    """Job: the same pairs streamed by cafein."""
    from cafein import StreetNetwork, TravelTimeMatrix  # type: ignore[import-not-found,unused-ignore]

    zones = _zones(path).reset_index(names="id")[["id", "geometry"]]
    reading, network = cost(lambda: StreetNetwork.from_osm(path, modes=("walk",)), repeats=1)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "pairs"

        def asked() -> Any:
            options = {"transport_mode": "walk", "max_street_time": WALK_MIN, "output_time_units": "seconds", "workers": 1}
            return TravelTimeMatrix.to_parquet(network, zones, zones, output=str(place), **options)

        spent, _ = cost(asked, repeats=1)
        found = _pairs(place, "travel_time")
        return {
            **spent,
            "reading_s": reading["cpu_s"],
            "zones": len(zones),
            "pairs": found["pairs"],
            "mean_min": found["mean_min"] / 60,
        }


JOBS: Jobs = {
    "ours": ours,
    "pandana": pandana,
    "osmnx": osmnx,
    "sampled": sampled,
    "write_osm": write_osm,
    "ours_from_file": ours_from_file,
    "cafein": cafein,
}


def rows(sides: tuple[int, ...] = SIDES, file_sides: tuple[int, ...] = FILE_SIDES) -> Iterator[Row]:
    """Sums on foot beside pandana and networkx, then pairs on foot beside cafein."""
    for side in sides:
        yield from _sums(side)
    if has("cafein"):
        for side in file_sides:
            yield from _streams(side)


def _sums(side: int) -> Iterator[Row]:
    mine = run_job(__file__, "ours", side=side)
    task = f"{side * side:,} nodes, {mine['zones']:,} zones: jobs in {WALK_MIN} min on foot"
    yield _row(task, OURS, mine)
    if side <= SLOW_SIDE and has("pandana"):
        other = run_job(__file__, "pandana", side=side)
        same = "equal sums" if other["sum"] == mine["sum"] else f"sum {other['sum']:,}, ours {mine['sum']:,}"
        yield _row(task, "pandana", other, mine["cpu_s"], same)
    if side <= SLOW_SIDE and has("networkx"):
        other, few = run_job(__file__, "osmnx", side=side), run_job(__file__, "sampled", side=side)
        same = f"{SAMPLE} origins, drawn out; " + (
            "equal sums" if other["sum"] == few["sum"] else f"{other['sum']} ≠ {few['sum']}"
        )
        yield _row(task, "networkx, as in osmnx", other, mine["cpu_s"], same)._replace(part=True)


def _streams(side: int) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "grid.osm.pbf")
        run_job(__file__, "write_osm", side=side, path=path)
        mine, other = run_job(__file__, "ours_from_file", path=path), run_job(__file__, "cafein", path=path)
    task = f"{side * side:,} nodes, {mine['zones']:,} zones: pairs in {WALK_MIN} min on foot, to Parquet in parts"
    yield _row(task, OURS, mine, result=_told(mine))
    yield _row(task, "cafein, streamed", other, mine["cpu_s"], _told(other))


def _told(found: dict[str, Any]) -> str:
    return f"{found['pairs']:,} pairs, mean {found['mean_min']:.2f} min; the file read in {found['reading_s']:.1f} s"


def _row(task: str, tool: str, found: dict[str, Any], ours_s: float | None = None, result: str = "") -> Row:
    return Row(task, tool, found["cpu_s"], found["wall_s"], found["zones"], found["peak_mb"], ours_s, result, load=found["load"])


if __name__ == "__main__":
    answer_job(JOBS)
