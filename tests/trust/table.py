# ruff: noqa: T201 - a script, and it prints
"""All trials, and what they found in one table: `make trust` runs the long ones, the test suite the short ones."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable

from tests.relations import rounds as relations
from tests.trust import (
    atomic_writes,
    bounds,
    damaged_files,
    examples,
    fuzz,
    ground_truth,
    indices,
    long_runs,
    many_writers,
    other_ways,
    same_bytes,
    stopped_runs,
)
from tests.trust.rounds import Trial

TRIALS = (
    Trial("write steps that fail", atomic_writes.failing, short=3, long=9),
    Trial("write steps at which the process is killed", atomic_writes.killed, short=3, long=9),
    Trial("damaged files, checksum beside", damaged_files.with_checksum, short=5, long=1000),
    Trial("damaged files, no checksum", damaged_files.without_checksum, short=5, long=1000),
    Trial("inputs too large", bounds.refused, short=1, long=bounds.WHOLE),
    Trial("mutated GTFS", fuzz.feeds, short=2000, long=100_000),
    Trial("mutated tables", fuzz.tables, short=2000, long=100_000),
    Trial("mutated GeoJSON", fuzz.shapes, short=2000, long=100_000),
    Trial("mutated study files", fuzz.studies, short=2000, long=100_000),
    Trial("mutated OSM tags", fuzz.tags, short=2000, long=100_000),
    Trial("mutated texts on a page", fuzz.texts, short=2000, long=1_000_000),
    Trial("writers of one workspace", many_writers.one_workspace, short=2, long=100),
    Trial("interrupted runs", stopped_runs.interrupted, short=2, long=50),
    Trial("threads and orders of rows", same_bytes.threads_and_rows, short=1, long=20),
    Trial("kernels with their indices checked", indices.checked, short=0, long=len(indices.FILES)),
    Trial("relations on drawn cities", relations.random_cities, short=1, long=50),
    Trial("relations on large and real cities", relations.large_cities, short=1, long=3),
    Trial("properties on drawn examples", examples.of_each, short=50, long=10_000),
    Trial("journeys beside a search of all trips", other_ways.timetables, short=2, long=1000),
    Trial("streets beside other libraries", other_ways.networks, short=15, long=2000),
    Trial("areas measured three ways", other_ways.areas, short=40, long=10_000),
    Trial("areas and lengths", ground_truth.geodesic, short=4, long=2000),
    Trial("studies in one process", long_runs.studies, short=3, long=1000),
)
MUTATED = "mutated "  # how trials of the fuzzers are called
SHOWN = 5


def main(names: Iterable[str]) -> int:
    """Run the trials named (all where none is) at length, print a line each; 1 where any failed."""
    wanted = set(names)
    failed = False
    print("| trial | promise | tried | passed | CPU s |\n| --- | --- | ---: | ---: | ---: |", flush=True)
    for trial in TRIALS:
        if wanted and trial.name not in wanted:
            continue
        start = time.process_time()
        found = trial.run(trial.long)
        spent = time.process_time() - start
        failed |= bool(found.failures)
        passed = found.tried - len(found.failures)
        said = f" ({found.said})" if found.said else ""
        print(f"| {trial.name} | {found.promise}{said} | {found.tried:,} | {passed:,} | {spent:,.0f} |", flush=True)
        for failure in found.failures[:SHOWN]:
            print(f"  {failure}", file=sys.stderr, flush=True)
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
