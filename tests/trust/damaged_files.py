"""Files cut short or with flipped bits: what a checksum lies beside is always noticed, and nothing but our error comes out."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

import geo
from tests.trust.atomic_writes import frame
from tests.trust.rounds import Round

ENDINGS = (".geojson", ".geojsonl", ".gpkg", ".fgb", ".kml", ".parquet", ".csv", ".shp.zip")
CUTS = 64
SLOW_S = 8


def with_checksum(amount: int) -> Round:
    """Each format cut at every 64th of its length, and ``amount`` flips of a byte each: all are refused."""
    found = Round("a damaged file beside its checksum is always refused")
    for ending in ENDINGS:
        with tempfile.TemporaryDirectory() as folder:
            path = _written(Path(folder), ending, sidecar=True)
            for what, data in _damages(path.read_bytes(), amount, seed=len(ending)):
                said = _read(path, data)
                found.check(said == "refused", f"{ending} {what}: {said}")
    return found


def without_checksum(amount: int) -> Round:
    """The same without a checksum: read or refused, but no crash, no hang, no foreign error."""
    found = Round("a damaged file gives an answer or our error, never another one")
    for ending in ENDINGS:
        with tempfile.TemporaryDirectory() as folder:
            path = _written(Path(folder), ending, sidecar=False)
            for what, data in _damages(path.read_bytes(), amount, seed=100 + len(ending)):
                said = _read(path, data)
                found.check(said in {"refused", "read"}, f"{ending} {what}: {said}")
    return found


def _written(folder: Path, ending: str, *, sidecar: bool) -> Path:
    path = folder / f"points{ending}"
    geometry = "wkt" if ending == ".csv" else None
    geo.write(frame(200, "Điểm"), path, sidecar=sidecar, geometry=geometry)
    return path


def _damages(whole: bytes, flips: int, seed: int) -> list[tuple[str, bytes]]:
    draw = random.Random(seed)  # noqa: S311 - no secret
    cuts = [(f"cut at {at}/{CUTS}", whole[: len(whole) * at // CUTS]) for at in range(CUTS)]
    places = [(draw.randrange(len(whole)), 1 << draw.randrange(8)) for _ in range(flips)]
    return cuts + [(f"bit {bit} of byte {at}", _flipped(whole, at, bit)) for at, bit in places]


def _flipped(whole: bytes, at: int, bit: int) -> bytes:
    return whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :]


def _read(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    start = time.monotonic()
    try:
        geo.read_vector(path, crs="EPSG:4326" if path.suffix == ".csv" else None)
        said = "read"
    except geo.PlanningDataError:
        said = "refused"
    except Exception as error:  # noqa: BLE001 - what must not happen
        said = f"{type(error).__name__}: {error}"
    return said if time.monotonic() - start < SLOW_S else f"took {time.monotonic() - start:.0f} s"
