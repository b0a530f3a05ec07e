# ruff: noqa: INP001, T201 - a script, and it prints
"""All comparisons with other tools in one markdown table: `make bench`.

Usage: python benchmarks/table.py [DATA]

DATA holds the real inputs of `transit_peers` and `growth`; without it only the streets of a made-up town are compared. Peers
that are not installed are named and left out. Nothing is written but what is printed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import growth
import transit_peers
from measuring import PEERS, Row, about, has, print_table

COLUMNS = 4  # task, who, CPU seconds, times ours; then a word on the result, if any
NEEDED = (*(f"poa/{name}" for name in ("poa_osm.pbf", "poa_hexgrid.csv", *transit_peers.FEEDS)), str(growth.STREETS))


def streets() -> Iterator[Row]:
    """What `streets.py` prints about a made-up town, as rows; all else it says goes to stderr."""
    script = str(Path(__file__).with_name("streets.py"))
    line = [sys.executable, "-W", "ignore", script]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603 - our own script
        for text in child.stdout or ():
            cells = re.split(r"\s{2,}", text.strip())
            if len(cells) >= COLUMNS and all(re.fullmatch(r"[\d.]+", cell) for cell in cells[2:COLUMNS]):
                task, who, cpu, ratio = cells[:COLUMNS]
                own = float(cpu) / float(ratio) if float(ratio) else None
                who = "innoregion" if who == "this engine" else who.removesuffix(" ~")
                yield Row(task, who, float(cpu), ours_s=own, result=" ".join(cells[COLUMNS:]), part="~" in cells[1])
            else:
                print(text, end="", file=sys.stderr)
    if child.returncode:
        print("streets.py failed: its rows are not complete", file=sys.stderr)


def main() -> None:
    """Say what is missing, then print the table of all else."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    peers = [name for name in PEERS if not has(name)]
    files = [name for name in NEEDED if not (data / name).is_file()]
    print(f"{about()}\n")
    if peers:
        print(f"Not installed, left out: {', '.join(peers)} (pip install --editable '.[bench]').\n")
    if files:
        print(f"Not there, so only a made-up town is compared: {', '.join(files)} (make bench DATA=folder).\n")
    print_table(())
    print_table(streets(), heading=False)
    if not files:
        with tempfile.TemporaryDirectory() as folder:
            for part in (growth, transit_peers):
                print_table(part.table(data, Path(folder)), heading=False)


if __name__ == "__main__":
    main()
