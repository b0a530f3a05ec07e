"""Ctrl-C in the middle of a run: it ends at once, leaves the old output, and no process behind."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.trust.rounds import Round

SOON_S = 2.0
HANGS_S = 600  # of the clock: a machine may be busy
COMMAND = (sys.executable, "-m", "maps", "run", "first_look", "--paper", "none", "--out")
LEAST_S, STEP_S = 3.0, 0.7


def interrupted(runs: int) -> Round:
    """SIGINT and SIGTERM at ``runs`` moments of a run into a folder that holds the result of another one."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background: what is started here would ignore it too
        signal.signal(signal.SIGINT, signal.default_int_handler)
    found = Round("an interrupted run ends within 2 s of processor time, with the old output and no process left")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        out.mkdir()
        (out / "mine.txt").write_text("an old file")
        for number in range(runs):
            _one(out, number, found)
    return found


def _one(out: Path, number: int, found: Round) -> None:
    others = _ended_s()
    run = subprocess.Popen(
        [*COMMAND, str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    time.sleep(LEAST_S + STEP_S * (number % 12))
    before = _used_s(run.pid)
    run.send_signal(signal.SIGINT if number % 2 == 0 else signal.SIGTERM)
    _, said = run.communicate(timeout=HANGS_S)
    used = _ended_s() - others
    found.check(run.returncode != 0, f"run {number} went on")
    found.check("Traceback" not in said, f"run {number} said {said[-300:]}")
    found.check(used - before < SOON_S, f"run {number} took {used - before:.1f} s to end")
    left = sorted(one.name for one in out.parent.iterdir()) + sorted(one.name for one in out.iterdir())
    found.check(left == ["out", "mine.txt"], f"run {number} left {left}")
    found.check(not _alive(run.pid), f"run {number} left processes behind")


def _ended_s() -> float:
    """Processor seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _used_s(pid: int) -> float:
    """Processor seconds of a process that is still there."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
