# ruff: noqa: INP001, T201 - a script, and it prints
"""All comparisons with other tools in one markdown table: `make bench`; with ``--long`` those that take hours: `make bench-long`.

Usage: python benchmarks/table.py [DATA] [--long]

DATA holds the real inputs of `networks`, `transit_peers` and `growth`; without it only the streets of a made-up town are
compared. Peers that are not installed are named and left out. Nothing is written but what is printed.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import growth
import osm_reading
import streets
import transit_peers
from measuring import PEERS, about, has, print_table
from networks import PORTO, PORTO_ALEGRE

NEEDED = (str(PORTO), str(PORTO_ALEGRE), "poa/poa_hexgrid.csv", *(f"poa/{name}" for name in transit_peers.FEEDS))


def main() -> None:
    """Say what is missing, then print the table of all else."""
    given = [argument for argument in sys.argv[1:] if argument != "--long"]
    long, start = "--long" in sys.argv, time.perf_counter()
    data = Path(given[0] if given else ".").resolve()
    peers = [name for name in PEERS if not has(name)]
    files = [name for name in NEEDED if not (data / name).is_file()]
    print(f"{about()}\n")
    if peers:
        print(f"Not installed, left out: {', '.join(peers)} (pip install --editable '.[bench]').\n")
    if files:
        print(f"Not there, so only a made-up town is compared: {', '.join(files)} (make bench DATA=folder).\n")
    print_table(())
    with tempfile.TemporaryDirectory() as folder:
        print_table(streets.table(None if files else data, Path(folder), long=long), heading=False)
        if not files and not long:
            for part in (growth, transit_peers):
                print_table(part.table(data, Path(folder)), heading=False)
            print_table(osm_reading.table(data), heading=False)
    minutes = (time.perf_counter() - start) / 60
    print(f"\n{minutes:.0f} minutes; load {os.getloadavg()[0]:.1f} at the end. A peer in front is marked **ahead of us**.")


if __name__ == "__main__":
    main()
