# ruff: noqa: INP001 - a script
"""The street engine against scipy, igraph, pandana, cityseer and shapely on the same arrays, results checked equal.

Usage: python benchmarks/streets.py [DATA] [--long]      (DATA as in `table`; without it a made-up town alone)

Every tool answers every question in a process of its own, on one thread. Ours stands with its second run on a network it knows;
what a first one costs more is said beside. A peer stands twice where it prepares something: cold is preparation and answer, again
is the answer alone. Slow peers work on a part of the origins, their answer is scaled up (~) and their preparation is not.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from measuring import OURS, Row, has, print_table, run_job

JOBS = str(Path(__file__).with_name("street_jobs.py"))
WALK_DS, DRIVE_DS, WALK_DM = 9_000, 18_000, 12_000  # 15 minutes on foot (1,200 m), 30 by car, 1,200 m in decimetres
EQUAL = 1e-6


class Race(NamedTuple):
    """A question, and its peers with the share of origins each works on (1 = all of them)."""

    label: str
    question: dict[str, Any]
    peers: dict[str, int]
    kernel: str | None = None


def question(kind: str, net: str, mode: str, limit: int = 0, origins: int = 0, places: int = 0) -> dict[str, Any]:
    """What is asked, as `street_jobs` takes it."""
    return {"kind": kind, "net": net, "mode": mode, "limit": limit, "origins": origins, "places": places}


TOWN = (
    Race("100 × one to all, car", question("matrix", "town", "car", origins=100), {"scipy": 1, "igraph": 10}, "search"),
    Race("100 × one to all, car, hierarchy ready", question("matrix", "town", "car", origins=100), {}, "hierarchy"),
    Race("matrix 5,000 × 500, car", question("matrix", "town", "car", origins=5000, places=500), {"scipy": 50}),
    Race("opportunities in 15 min, walk, every node", question("sums", "town", "walk", WALK_DS), {"scipy": 500}),
    Race("5 nearest of 1,000 places, walk, every node", question("nearest", "town", "walk", WALK_DS, places=1000), {"scipy": 1}),
)
REAL = (
    Race("opportunities in 1,200 m, every bend", question("sums", "porto_bends", "walk", WALK_DM),
         {"scipy": 1500, "pandana": 1, "cityseer": 200}),
    Race("opportunities in 15 min, walk, every node", question("sums", "porto", "walk", WALK_DS), {"scipy": 300, "pandana": 1}),
    Race("opportunities in 30 min, car, every node", question("sums", "porto_alegre", "car", DRIVE_DS), {"scipy": 200}),
    Race("opportunities in 30 min, car, every node", question("sums", "porto", "car", DRIVE_DS), {"scipy": 1000}),
    Race("matrix 5,000 × 500, car", question("matrix", "porto", "car", origins=5000, places=500), {"scipy": 50, "pandana": 10}),
    Race("5 nearest of 1,000 places, walk, every node", question("nearest", "porto", "walk", WALK_DS, places=1000),
         {"scipy": 1, "pandana": 1}),
    Race("betweenness in 15 min, walk, every node", question("betweenness", "porto", "walk", WALK_DS), {"igraph": 1}),
    Race("snap 100,000 points to streets", question("snap", "porto", "walk"), {"shapely": 1}),
)  # fmt: skip
LONG = (
    Race("opportunities in 15 min, walk, every node", question("sums", "town", "walk", WALK_DS), {"scipy": 20, "pandana": 1}),
    Race("opportunities in 30 min, car, every node", question("sums", "town", "car", DRIVE_DS), {"scipy": 500}),
    Race("betweenness in 15 min, walk, every node", question("betweenness", "town", "walk", WALK_DS), {"igraph": 1}),
    Race("opportunities in 30 min, car, every node", question("sums", "porto_alegre", "car", DRIVE_DS), {"pandana": 1}),
    Race("opportunities in 1,200 m, every bend", question("sums", "porto_bends", "walk", WALK_DM), {"scipy": 50, "cityseer": 10}),
)  # fmt: skip
MADE_UP = 3  # of the long ones


def table(data: Path | None, work: Path, *, long: bool = False) -> Iterator[Row]:
    """All rows; networks and results lie in ``work`` meanwhile."""
    races = (TOWN + (REAL if data else ()), LONG[: None if data else MADE_UP])[long]
    names = {net: _made(net, data or Path(), work) for net in dict.fromkeys(race.question["net"] for race in races)}
    for race in races:
        yield from _rows(race, names[race.question["net"]], work)


def _made(net: str, data: Path, work: Path) -> str:
    """Make a network; what the table calls it."""
    size = run_job(JOBS, "write", name=net, data=data, work=work)
    title = {"town": "made-up town", "porto": "Porto", "porto_alegre": "Porto Alegre", "porto_bends": "Porto not simplified"}[net]
    return f"{title} ({size['nodes']:,} nodes, {max(size['arcs'].values()):,} arcs)"


def _rows(race: Race, network: str, work: Path) -> Iterator[Row]:
    task = f"{race.label}, {network}"
    common = {"work": work, **race.question}
    own = run_job(JOBS, "ours", **common, out=work / "own.npy", kernel=race.kernel)
    base, more = own["run"]["cpu_s"], own["first"]["cpu_s"] - own["run"]["cpu_s"]
    yield Row(task, OURS, **own["run"], result=f"a first run costs {more:.2g} s more" if more > base / 10 else "")
    for tool, share in race.peers.items():
        if has(tool):
            yield from _peer_rows(task, tool, share, common, base, work)


def _peer_rows(task: str, tool: str, share: int, common: dict[str, Any], base: float, work: Path) -> Iterator[Row]:
    keeps = tool == "pandana"
    found = run_job(JOBS, "peer", **common, out=work / "peer.npy", tool=tool, share=share, repeats=4 if keeps else 1)
    verdict = verdict_of(common["kind"], np.load(work / "own.npy"), np.load(work / "peer.npy"), share, common["limit"])
    scale = _scale(common, share, work)
    ready, run, again = (found[name] for name in ("ready", "run", "again"))
    cpu = {name: found["idle"] + scale * (found[name]["cpu_s"] - found["idle"]) for name in ("run", "again")}
    total = {"cpu_s": ready["cpu_s"] + cpu["run"], "wall_s": ready["wall_s"] + run["wall_s"]}
    part = f", from 1 in {share}" if share > 1 else ""
    rest = {"ours_s": base, "part": share > 1, "result": verdict + part}
    yield Row(task, f"{tool}, cold", **(run | total), **rest)
    if keeps or ready["cpu_s"] > total["cpu_s"] / 10:
        yield Row(task, f"{tool}, again", **(again | {"cpu_s": cpu["again"]}), **rest)


def _scale(common: dict[str, Any], share: int, work: Path) -> float:
    """All origins over those that were asked for; the nodes of a network if all of them are."""
    with np.load(work / f"{common['net']}.npz") as file:
        nodes = len(file["xy"])
    origins, places = (common[name] or nodes for name in ("origins", "places"))
    asked = min(origins, places) if common["kind"] == "matrix" else origins
    return float(asked / -(-asked // share))


def verdict_of(kind: str, ours: Any, theirs: Any, share: int, limit: int) -> str:
    """Whether results are equal; ``theirs`` holds every share-th origin (or place, where there are fewer places)."""
    if ours.shape != theirs.shape:
        ours = ours[:, ::share] if kind == "matrix" and len(ours) == len(theirs) else ours[::share]
    if kind in ("matrix", "nearest"):
        far = limit + 1 if limit else 2**31 - 1
        ours, theirs = (np.where(np.isfinite(one), np.minimum(one, far), far) for one in (ours, theirs))
        theirs = np.where(theirs == limit, far, theirs) if limit else theirs  # how pandana says: none
        ours = np.where(ours == limit, far, ours) if limit else ours
    near = np.isclose(ours, theirs, rtol=EQUAL, atol=EQUAL)
    if near.all():
        return "equal"
    apart = np.abs(ours - theirs)[~near] / np.maximum(np.abs(ours[~near]), 1)
    return f"{100 * near.mean():.2f} % equal, the rest by {100 * np.median(apart):.2g} % in the middle"


def main() -> None:
    """The table."""
    given = [argument for argument in sys.argv[1:] if argument != "--long"]
    with tempfile.TemporaryDirectory() as folder:
        print_table(table(Path(given[0]).resolve() if given else None, Path(folder), long="--long" in sys.argv))


if __name__ == "__main__":
    main()
