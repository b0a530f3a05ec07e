"""Several processes that write into one workspace at once: no layer is lost, none is half there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import geo
import layers
from tests.trust.atomic_writes import frame
from tests.trust.rounds import Round

WRITERS = 8


def one_workspace(rounds: int) -> Round:
    """``rounds`` times eight processes, each bringing in a layer of its own and one that all share."""
    found = Round("writers of one workspace wait for each other: none of their layers is lost or half there")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for writer in range(WRITERS):
            geo.write(frame(5 + writer, f"Điểm {writer}"), place / f"points_{writer}.geojson")
        for number in range(rounds):
            _round(place, number, found)
    return found


def _round(place: Path, number: int, found: Round) -> None:
    folder = place / f"workspace_{number % 3}"  # new ones at first, then the same again
    children = [_child(place, folder, writer) for writer in range(WRITERS)]
    ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    told = [path.read_text(encoding="utf-8") for path in sorted(place.glob("ended_*.txt"))]
    found.check(not any(ended), f"round {number}: writers ended with {ended}: {told}")
    workspace = layers.open_workspace(folder, verify=True)
    for writer in range(WRITERS):
        name = f"points_{writer}"
        rows = len(layers.get(name, workspace=workspace)) if name in workspace.layers else 0
        found.check(rows == 5 + writer, f"round {number}: {name} has {rows} rows")
    rows = len(layers.get("shared", workspace=workspace))
    found.check(rows in range(5, 5 + WRITERS), f"round {number}: shared has {rows} rows")
    left = [one.name for one in folder.rglob(".part-*")]
    found.check(not left, f"round {number}: left {left}")


def _child(place: Path, folder: Path, writer: int) -> int:
    child = os.fork()
    if not child:
        try:
            for name in (f"points_{writer}", "shared"):
                layers.import_layer(place / f"points_{writer}.geojson", name, folder, new=True)
        except BaseException as problem:  # noqa: BLE001 - what a child must not do is go on as if it were the test
            (place / f"ended_{writer}.txt").write_text(repr(problem), encoding="utf-8")
            os._exit(1)
        os._exit(0)
    return child
