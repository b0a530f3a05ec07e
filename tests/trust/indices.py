"""Compiled kernels read and write inside of their arrays alone: their tests once more, with every index checked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.trust.rounds import Round

ROOT = Path(__file__).parents[2]
FILES = (  # the first is quick
    "geo/test_manhattan.py", "geo/test_kernels.py", "geo/test_transit.py", "geo/test_reach.py", "geo/test_links_within.py",
    "geo/test_centrality.py", "geo/test_failures.py", "geo/test_local_roads.py", "geo/test_network.py", "geo/test_edits.py",
    "geo/test_routing.py", "geo/test_snapping.py", "geo/test_reprojection.py",
    "analyses/travel", "analyses/access", "analyses/rasters",
)  # fmt: skip
BEYOND = """
import numba, numpy
@numba.njit
def beyond(values, at):
    return values[at]
beyond(numpy.zeros(3), 3)
"""
CHECKED = "IndexError"


def checked(files: int) -> Round:
    """The first ``files`` of the tests in processes of their own; and a kernel that does read beyond, to know that it shows."""
    found = Round("compiled code reads and writes inside of its arrays alone")
    with tempfile.TemporaryDirectory() as cache:
        settings = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": cache}
        control = subprocess.run([sys.executable, "-c", BEYOND], env=settings, capture_output=True, text=True, check=False)
        found.check(CHECKED in control.stderr, f"an index beyond the end did not show: {control.stderr[-200:]}")
        for file in FILES[:files]:
            command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rf", str(ROOT / "tests" / file)]
            run = subprocess.run(command, env=settings, cwd=ROOT, capture_output=True, text=True, check=False)
            passed = re.search(r"(\d+) passed", run.stdout)
            found.tried += int(passed[1]) if passed else 0
            found.check(run.returncode == 0, f"{file}: {(run.stdout + run.stderr)[-300:]}")
    return found
