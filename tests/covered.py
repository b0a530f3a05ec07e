# ruff: noqa: T201 - a script, and it prints
"""What the tests ran, from coverage's JSON report: branches never taken, a line per package; fails below a floor of pyproject."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

COUNTS = ("num_statements", "covered_lines", "num_branches", "covered_branches")


def main(report: Path, settings: Path) -> int:
    """Print; 1 where a part has a smaller share of its branches covered than tool.innoregion.coverage asks."""
    floors = tomllib.loads(settings.read_text("utf-8"))["tool"]["innoregion"]["coverage"]
    files = json.loads(report.read_text("utf-8"))["files"]
    for path, file in files.items():
        if missing := ", ".join(f"{line}→{'end' if to < 0 else to}" for line, to in file["missing_branches"]):
            print(f"{path}: {missing}")
    low = False
    print("\n| part | lines | covered % | branches | covered % | floor % |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    for part, floor in floors.items():
        inside = [file["summary"] for path, file in files.items() if part_of(path) == part]
        lines, run, branches, taken = (sum(file[count] for file in inside) for count in COUNTS)
        share = 100 * taken / branches
        low |= share < floor
        print(f"| {part} | {lines:,} | {100 * run / lines:.1f} | {branches:,} | {share:.1f} | {floor} |")
    return int(low)


def part_of(path: str) -> str:
    """The package of a file; compiled code stands apart, for it is seen in the few tests that run without the compiler alone."""
    return "kernels" if "kernels" in path else Path(path).parts[0]


if __name__ == "__main__":
    raise SystemExit(main(*map(Path, sys.argv[1:])))
