# ruff: noqa: INP001, PLC0415 - a script; a tool is imported only in the child that measures it
"""OpenStreetMap files into frames, beside pyrosm: streets alone, and streets, land use, buildings and POIs together.

Usage: python benchmarks/osm_reading.py DATA      (DATA holds osm/porto_portugal.osm.pbf)

pyrosm keeps a file it has read in memory, so each of its runs reads a fresh copy; ours keeps nothing. pyrosm draws in degrees,
ours in metres unless it is told otherwise: both are measured. One run before, for what a tool loads on first use.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from measuring import OURS, Jobs, Row, answer_job, cost, has, print_table, run_job
from networks import PORTO

ALL = ["streets", "land_use", "buildings", "pois"]
DEGREES = "EPSG:4326"


def ours(data: str, layers: list[str], crs: str | None) -> dict[str, Any]:
    """Job: layers of this package."""
    from layers import osm_layers

    run, frames = cost(lambda: osm_layers(Path(data) / PORTO, layers=layers, crs=crs), repeats=4)
    return {**run, "rows": {name: len(frame) for name, frame in frames.items()}}


def network(data: str) -> dict[str, Any]:
    """Job: the network of this package, ready for routing."""
    from geo.movement import import_streets

    run, (found, _) = cost(lambda: import_streets(Path(data) / PORTO), repeats=3)
    return {**run, "rows": {"edges": len(found.edges)}}


def pyrosm(data: str, *, everything: bool) -> dict[str, Any]:
    """Job: frames of pyrosm, from a copy of the file for each run."""
    from pyrosm import OSM  # type: ignore[import-not-found,unused-ignore]

    with tempfile.TemporaryDirectory() as folder:
        copies = iter([shutil.copy(Path(data) / PORTO, Path(folder) / f"{number}.osm.pbf") for number in range(4)])

        def read() -> dict[str, Any]:
            osm = OSM(str(next(copies)))
            found = {"streets": osm.get_network("all")}
            if everything:
                found |= {
                    "land_use": osm.get_landuse(),
                    "natural": osm.get_natural(),
                    "buildings": osm.get_buildings(),
                    "pois": osm.get_pois(),
                }
            return found

        run, frames = cost(read, repeats=4)
    return {**run, "rows": {name: 0 if frame is None else len(frame) for name, frame in frames.items()}}


JOBS: Jobs = {"ours": ours, "network": network, "pyrosm": pyrosm}


def table(data: Path) -> Iterator[Row]:
    """All rows."""
    script = str(Path(__file__))
    for task, layers in (("streets of Porto as a table", ["streets"]), ("streets, land use, buildings, POIs of Porto", ALL)):
        own = run_job(script, "ours", data=data, layers=layers, crs=DEGREES)
        yield _row(task, f"{OURS}, degrees", own, None)
        yield _row(task, f"{OURS}, metres", run_job(script, "ours", data=data, layers=layers, crs=None), None)
        if has("pyrosm"):
            peer = run_job(script, "pyrosm", data=data, everything=len(layers) > 1)
            yield _row(task, "pyrosm", peer, own["cpu_s"])
    yield _row("network of Porto for routing", OURS, run_job(script, "network", data=data), None)


def _row(task: str, tool: str, found: dict[str, Any], ours_s: float | None) -> Row:
    rows = found.pop("rows")
    shown = ", ".join(f"{count:,} {name}" for name, count in rows.items() if count)
    return Row(task, tool, **found, ours_s=ours_s, result=shown if len(rows) <= 5 else f"{rows['streets']:,} streets")  # noqa: PLR2004


if __name__ == "__main__" and not answer_job(JOBS):
    print_table(table(Path(sys.argv[1]).resolve()))
