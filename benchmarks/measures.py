# ruff: noqa: INP001
"""Measures against pandas and the PySAL packages that are installed: seconds of processor time, and whether the numbers agree.

python benchmarks/measures.py [--size 10000] [--peers 1500]

SIZE × SIZE random times, five cutoffs, four kinds of opportunities. Peers work on long tables of pairs and run on PEERS × PEERS;
their seconds are scaled by the number of pairs. ``access``, ``inequality`` and ``momepy`` are looked for and left out if missing.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import analyses

CUTOFFS = (15, 30, 45, 60, 75)
KINDS = ("jobs", "schools", "clinics", "markets")
GAUSS = analyses.decay_gaussian(20)


def city(size: int) -> tuple[analyses.TravelTimes, pd.DataFrame]:
    """Times to a tenth of a second up to 90 minutes, a twentieth of them unreached; whole opportunities."""
    draw = np.random.default_rng(0)
    minutes = (draw.integers(0, 54_000, (1, size, size), dtype=np.int32) / 600).astype(np.float32)
    minutes[minutes > 85] = np.inf  # noqa: PLR2004
    ids = pd.RangeIndex(size, name="zone_id")
    return analyses.TravelTimes(minutes, ids, ids), pd.DataFrame(draw.integers(1, 500, (size, 4)), ids, KINDS)


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor seconds of the whole process, and the result."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def show(*cells: object) -> None:
    """One line of the report."""
    sys.stdout.write("  ".join(f"{cell:<34}" if isinstance(cell, str) else f"{cell:12.4g}" for cell in cells) + "\n")
    sys.stdout.flush()


def ours(size: int) -> None:
    """Every measure on the whole city, after compiling."""
    times, table = city(size)
    jobs, people = table["jobs"], table["schools"]
    for label, work in {
        "within, 5 cutoffs x 4 kinds": lambda t, o: analyses.opportunities_within(t, o, CUTOFFS),
        "between 30 and 60 min, 4 kinds": lambda t, o: analyses.opportunities_between(t, o, 30, 60),
        "gravity, Gaussian, 4 kinds": lambda t, o: analyses.gravity(t, o, GAUSS),
        "3 nearest": lambda t, _: analyses.time_to_nearest(t, 3),
        "dual access, 1 kind": lambda t, o: analyses.dual_access(t, o["jobs"], 10_000),
        "2SFCA": lambda t, _: analyses.floating_catchment(t, jobs[t.origins], people[t.origins], cutoff_min=30),
        "3SFCA": lambda t, _: analyses.floating_catchment(t, jobs[t.origins], people[t.origins], method="3sfca", decay=GAUSS),
    }.items():
        few = analyses.TravelTimes(times.minutes[:, :9, :9], times.origins[:9], times.destinations[:9])
        work(few, table.iloc[:9])
        show(label, seconds(lambda work=work: work(times, table))[0])


def peers(size: int, whole: int) -> None:
    """The same questions on long tables: seconds scaled to the whole city, greatest difference from ours."""
    times, table = city(size)
    pairs = times.to_frame().rename(columns={"from_id": "origin", "to_id": "dest", "travel_time_p50_min": "cost"})
    factor = (whole / size) ** 2
    mine = analyses.opportunities_within(times, table, CUTOFFS)
    spent, found = seconds(lambda: by_pandas(pairs, table))
    show("pandas: within 5 x 4", spent * factor, gap(found, mine))
    if importlib.util.find_spec("access"):
        by_access(pairs, table, times, factor)
    for package in (by_inequality, by_momepy):
        if importlib.util.find_spec(package.__name__.removeprefix("by_")):
            package(table)


def by_pandas(pairs: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """One join, then a filter and a sum by origin for each cutoff."""
    joined = pairs.join(table, on="dest")
    sums = [joined[joined["cost"] <= cutoff].groupby("origin")[list(KINDS)].sum() for cutoff in CUTOFFS]
    names = [[f"{kind}_within_{cutoff}min" for kind in KINDS] for cutoff in CUTOFFS]
    return pd.concat([part.set_axis(name, axis=1) for part, name in zip(sums, names, strict=True)], axis=1)


def by_access(pairs: pd.DataFrame, table: pd.DataFrame, times: analyses.TravelTimes, factor: float) -> None:
    """PySAL access: catchment sums, and floating catchments in two and three steps."""
    from access import fca  # noqa: PLC0415 - optional

    places = table.rename_axis("geoid").reset_index()
    turned = {"cost_source": "dest", "cost_dest": "origin"}

    def sums() -> pd.DataFrame:
        columns = {
            f"{kind}_within_{cutoff}min": fca.weighted_catchment(places, pairs, cutoff, loc_value=kind, **turned)
            for cutoff in CUTOFFS
            for kind in KINDS
        }
        return pd.DataFrame(columns)

    spent, found = seconds(sums)
    show("access: within 5 x 4", spent * factor, gap(found, analyses.opportunities_within(times, table, CUTOFFS)))
    demand, supply = (places[["geoid", kind]].set_index("geoid", drop=False) for kind in ("schools", "jobs"))
    names = {"demand_name": "schools", "supply_name": "jobs"}
    two, three = (supply.rename_axis(None), demand.rename_axis(None)), {"weight_fn": lambda t: float(GAUSS(t))}
    spent, found = seconds(lambda: fca.two_stage_fca(two[1], two[0], pairs, 30, **names))
    own = analyses.floating_catchment(times, table["jobs"], table["schools"], cutoff_min=30)
    show("access: 2SFCA", spent * factor, gap(found, own))
    spent, found = seconds(lambda: fca.three_stage_fca(two[1], two[0], pairs.copy(), 85, **names, **three))
    own = analyses.floating_catchment(times, table["jobs"], table["schools"], method="3sfca", decay=GAUSS)
    show("access: 3SFCA", spent * factor, gap(found, own))


def by_inequality(table: pd.DataFrame) -> None:
    """PySAL inequality: Gini, Theil with its parts between regions, Atkinson."""
    from inequality import atkinson, gini, theil  # noqa: PLC0415 - optional

    levels, region = table["jobs"], pd.Series(table.index % 7, table.index)
    parts = analyses.theil_groups(levels, None, region)
    split = theil.TheilD(levels.to_numpy(), region.to_numpy())
    for label, one, other in (
        ("inequality: Gini", gini.Gini(levels.to_numpy()).g, analyses.gini(levels)),
        ("inequality: Theil", theil.Theil(levels.to_numpy()).T, analyses.theil(levels)),
        ("inequality: Theil between", split.bg.item(), parts["between"].sum()),
        ("inequality: Theil within", split.wg.item(), parts["within"].sum()),
        ("inequality: Atkinson 0.5", atkinson.atkinson(levels.to_numpy(), 0.5), analyses.atkinson(levels, aversion=0.5)),
        ("inequality: Atkinson 1", atkinson.atkinson(levels.to_numpy(), 1), analyses.atkinson(levels, aversion=1)),
    ):
        show(label, abs(one - other))


def by_momepy(table: pd.DataFrame) -> None:
    """Momepy: diversity of classes, from a list of uses as often as there are hectares."""
    from momepy import shannon_diversity, simpson_diversity  # noqa: PLC0415 - optional

    few = table.iloc[:20]
    lists = [pd.Series(np.repeat(KINDS, row)) for row in few.to_numpy()]
    simpson = [simpson_diversity(uses, categorical=True) for uses in lists]
    shannon = [shannon_diversity(uses, categorical=True, categories=list(KINDS)) for uses in lists]
    show("momepy: Simpson's sum of squares", np.abs(analyses.herfindahl(few) - simpson).max())
    show("momepy: Shannon over ln K", np.abs(analyses.land_use_mix(few) - np.array(shannon) / np.log(4)).max())


def gap(found: pd.DataFrame | pd.Series, mine: pd.DataFrame | pd.Series) -> float:
    """Greatest difference relative to the greatest value, rows of the peer that are missing taken as 0."""
    other = found.reindex(mine.index, fill_value=0).fillna(0)
    other = other[mine.columns] if isinstance(mine, pd.DataFrame) else other
    return float(np.abs(other.to_numpy() - mine.to_numpy()).max() / mine.to_numpy().max())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--peers", type=int, default=1_500)
    asked = parser.parse_args()
    show("ours", f"CPU s, {asked.size} x {asked.size}")
    ours(asked.size)
    show("peers", "CPU s scaled, greatest difference")
    peers(asked.peers, asked.size)
