# ruff: noqa: T201 - a script, and it prints
"""Small wrong changes of the core, one at a time: a test must fail at each. `make mutants`, after `make coverage`.

They are drawn evenly from all places of the modules named in pyproject (tool.innoregion.mutants), so that the share killed
estimates the share of all. A mutant meets the tests that ran its line, at first a few, then whole files. A twentieth of the draw
changes nothing and must live. Each runs in a forked child, for at most `CPU_S`: everything is imported there already, and the
function changed gets another code; what is changed outside of functions needs an import of its own. One that is stopped by then
or leaves no tests counts as killed only where the same tests pass without the change. Survivors that nobody could notice are told
in survivors.toml with the reason.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import math
import os
import random
import resource
import signal
import sys
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from coverage import CoverageData

from tests.trust.changed_code import changed, module_name
from tests.trust.mutations import Change, mutations

ROOT = Path(__file__).parents[2]
EXPLAINED = Path(__file__).with_name("survivors.toml")
CPU_S = 40
FEW, FILES = 10, (3, 5)  # tests of the first round, files of tests of those after it
FAILED = range(1, 4)  # how pytest ends where tests fail; above it found none, for what they import fails or they are gone
CONTROLS = 20  # one in so many changes nothing
OURS = ("geo", "layers", "analyses", "maps")


class Trial(NamedTuple):
    """One round of a mutant; ``plain``: without its change, for it was stopped with it."""

    mutant: Mutant
    round: int = 0
    plain: bool = False

    @property
    def tests(self) -> list[str]:
        return self.mutant.rounds[self.round]

    @property
    def change(self) -> Change | None:
        return None if self.plain else self.mutant.change


@dataclass
class Mutant:
    """One change of one module, the tests that may notice, and what became of it."""

    path: Path
    tree: ast.Module
    change: Change | None  # None: a control
    line: int
    rounds: list[list[str]]
    killed: bool = False

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def place(self) -> tuple[str, str, int, str]:
        """Module, line, letters of it before the place, and what stands there instead: as survivors.toml tells it."""
        assert self.change is not None
        line = self.path.read_text("utf-8").splitlines()[self.line - 1]
        before = self.change.node.col_offset - (len(line) - len(line.lstrip()))
        return self.name, line.strip(), before, _short(self.change.other)

    def __str__(self) -> str:
        told = f"{_short(self.change.node)}  →  {_short(self.change.other)}" if self.change else "unchanged"
        return f"{self.name}:{self.line}  {told}"


def _short(node: ast.AST) -> str:
    return ast.unparse(node)[:100].replace("\n", " ")


def main(arguments: Sequence[str]) -> int:
    """Draw, try, print the survivors and a table; 1 where a control was killed, for then the tests fail by themselves."""
    options = _options(arguments)
    drawn = _drawn(options)
    for package in OURS:
        for path in sorted((ROOT / package).rglob("*.py")):
            importlib.import_module(module_name(path, ROOT))
    drawn = _tried(drawn, options.processes, options.minutes * 60)
    _print_table([one for one in drawn if one.change is not None])
    wrong = [one for one in drawn if one.change is None and one.killed]
    for one in wrong:
        print(f"a control was killed: {one} by {one.rounds}", file=sys.stderr)
    return int(bool(wrong))


def _print_table(mutants: list[Mutant]) -> None:
    """By package: what was killed, of all and of those that change anything; then the survivors that nobody explains."""
    known = {
        (one["module"], one["line"], one["before"], one["now"]) for one in tomllib.loads(EXPLAINED.read_text("utf-8"))["change"]
    }
    alike = {id(one) for one in mutants if not one.killed and one.place in known}
    told: dict[str, list[Mutant]] = defaultdict(list)
    for one in mutants:
        told[str(Path(one.name).parent)].append(one)
        told["all"].append(one)
    print("| package | mutants | killed | of all (95 % interval) | change nothing | killed of the others |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for package, members in sorted(told.items(), key=lambda item: (item[0] == "all", item[0])):
        killed, nothing = sum(one.killed for one in members), sum(id(one) in alike for one in members)
        low, high = interval(killed, len(members))
        others = f"{killed / (len(members) - nothing):.0%}" if len(members) > nothing else "–"
        share = f"{killed / len(members):.0%} ({low:.0%}–{high:.0%})"
        print(f"| {package} | {len(members)} | {killed} | {share} | {nothing} | {others} |")
    for one in mutants:
        if not one.killed and id(one) not in alike:
            print(f"survived, not explained: {one}")


def interval(killed: int, tried: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a share."""
    share, weight = killed / tried, z * z / tried
    middle, half = share + weight / 2, z * math.sqrt(share * (1 - share) / tried + weight / tried / 4)
    return (middle - half) / (1 + weight), (middle + half) / (1 + weight)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="modules whose path has this in it")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no further mutant then: what was tried is told")
    return parser.parse_args(arguments)


def _drawn(options: argparse.Namespace) -> list[Mutant]:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    seen = CoverageData(str(ROOT / told["coverage"]["run"]["data_file"]))
    seen.read()
    core = {path for pattern in told["innoregion"]["mutants"] for path in ROOT.glob(pattern)}
    paths = sorted(path for path in core if options.only in str(path))
    trees = {path: ast.parse(path.read_text("utf-8")) for path in paths}
    places = [(path, change) for path, tree in trees.items() for change in mutations(tree)]
    draw = random.Random(options.seed)  # noqa: S311 - no secret
    chosen = draw.sample(places, min(options.number, len(places)))
    print(f"{len(places):,} places in {len(paths)} modules, {len(chosen)} drawn with seed {options.seed}", flush=True)
    lines = {path: seen.contexts_by_lineno(str(path)) for path in {path for path, _ in chosen}}
    mutants = []
    for number, (path, change) in enumerate(chosen):
        rounds = _rounds(path, lines[path], change.node, draw)
        mutants.append(Mutant(path, trees[path], change, change.node.lineno, rounds))
        if number % CONTROLS == 0:
            mutants.append(Mutant(path, trees[path], None, change.node.lineno, rounds))
    return mutants


def _rounds(path: Path, lines: dict[int, list[str]], node: Any, draw: random.Random) -> list[list[str]]:
    """A few tests that ran the lines of the place, then whole files of tests: first those that run what few others run of it."""
    worth: Counter[str] = Counter()
    for tests in lines.values():
        files = {test.split("::", maxsplit=1)[0] for test in tests if "::" in test}
        worth.update(dict.fromkeys(files, 1 / max(len(files), 1)))
    ran = {test for line in range(node.lineno, node.end_lineno + 1) for test in lines.get(line, ()) if "::" in test}
    ran = ran or {test for tests in lines.values() for test in tests if "::" in test}  # constants, read when the module loads
    of_file: dict[str, list[str]] = defaultdict(list)
    for test in sorted(ran):
        of_file[test.split("::", maxsplit=1)[0]].append(test)
    order = sorted(of_file, key=lambda file: (Path(file).stem != f"test_{path.stem.strip('_')}", -worth[file]))
    few = [test for file in order for test in draw.sample(of_file[file], min(len(of_file[file]), FEW // 2))]
    one, other = FILES
    return [tests for tests in (few[:FEW], order[:one], order[one : one + other]) if tests]


def _tried(mutants: list[Mutant], processes: int, limit_s: float) -> list[Mutant]:
    """Those for which there was time, each killed or not; what no test runs survives."""
    waiting = [Trial(one) for one in reversed(mutants) if one.rounds]
    running: dict[int, Trial] = {}
    start, done = time.monotonic(), [one for one in mutants if not one.rounds]
    for one in done:
        print(f"SURVIVED, for no test runs it: {one}")
    while waiting or running:
        if time.monotonic() - start > limit_s:
            waiting = [trial for trial in waiting if trial.round or trial.plain]
        while waiting and len(running) < processes:
            trial = waiting.pop()
            running[_child(trial)] = trial
        pid, status = os.wait()
        trial = running.pop(pid)
        following = _following(trial, status)
        if following:
            waiting.append(following)
            continue
        done.append(trial.mutant)
        word = "killed" if trial.mutant.killed else "SURVIVED"
        print(f"[{len(done)}/{len(mutants)}, {time.monotonic() - start:,.0f} s] {word}: {trial.mutant}", flush=True)
    return done


def _following(trial: Trial, status: int) -> Trial | None:
    """What is to be tried next of a mutant; None where it is known whether it was killed."""
    one, code = trial.mutant, os.waitstatus_to_exitcode(status)
    ended = code == 0 or code in FAILED
    if not ended and trial.change is not None:
        return trial._replace(plain=True)
    if code > max(FAILED):
        raise SystemExit(f"Tests are not found, run make coverage again: {trial.tests}")
    one.killed = code >= 0 and (code == 0) == trial.plain
    more = not one.killed and one.change is not None and trial.round + 1 < len(one.rounds)
    return Trial(one, trial.round + 1) if more else None


def _child(trial: Trial) -> int:
    child = os.fork()
    if child:
        return child
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    signal.alarm(3 * CPU_S)  # a change may also make it wait for ever
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    if trial.change is not None:
        changed(ROOT, trial.mutant.path, trial.mutant.tree, trial.change)
    os._exit(int(importlib.import_module("pytest").main(["-x", "-q", "-p", "no:cacheprovider", *trial.tests])))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
