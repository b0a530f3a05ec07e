"""Properties that the test suite tries on thirty to a hundred drawn examples each, tried on many."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

from tests.trust.rounds import Round

TESTS = Path(__file__).parents[1]
FEW = 50  # up to so many examples one file alone is tried
ENVIRONMENT = "EXAMPLES"  # read by tests/conftest.py


def of_each(amount: int) -> Round:
    """``amount`` examples of each property told by ``@given``; a run of pytest of its own."""
    files = sorted(path for path in TESTS.rglob("test_*.py") if "@given(" in path.read_text(encoding="utf-8"))
    chosen = [path for path in files if path.parent.name == "geo"][:1] if amount <= FEW else files
    command = [sys.executable, "-m", "pytest", "-m", "hypothesis", "-p", "no:cacheprovider", "-rf", *map(str, chosen)]
    before_s = _children_s()
    run = subprocess.run(
        command, env={**os.environ, ENVIRONMENT: str(amount)}, cwd=TESTS.parent, capture_output=True, text=True, check=False
    )
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", run.stdout)}
    found = Round(
        "what holds of drawn examples holds of many of them", failures=re.findall(r"^FAILED .*", run.stdout, re.MULTILINE)
    )
    found.tried = amount * (counts.get("passed", 0) + counts.get("failed", 0))
    if run.returncode and not found.failures:
        found.failures.append((run.stdout + run.stderr)[-300:])
    told = f"{counts.get('passed', 0)} properties of {len(chosen)} files, {amount:,} examples each"
    found.said = f"{told}; {_children_s() - before_s:,.0f} CPU s"
    return found


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
