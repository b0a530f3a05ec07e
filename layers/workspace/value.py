"""`Workspace`: what a planner's folder holds, as a value. It is read anew only by opening it anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import pandas as pd

from geo import METRIC, PlanningDataError, nearest_names

Kind = Literal["layers", "network", "timetables", "rasters"]
KINDS: tuple[Kind, ...] = ("layers", "network", "timetables", "rasters")
STREETS = "streets"  # the one network a workspace holds
_READ_AT_ONCE = 32


@dataclass(frozen=True)
class Holding:
    """One thing a workspace holds: its ``file`` below the folder, and where it comes from.

    ``source``, ``licence``, ``status``, ``as_of``, ``accuracy_m`` (NaN where not stated) speak for rows that say nothing of their
    own; ``imported`` the day it came in; ``modified`` the time of the file in nanoseconds; ``origin`` and
    ``origin_sha256`` the file it was made from; ``mapping`` their column → ours; ``columns`` name → (unit,
    meaning) of a layer that is not in the catalogue; ``findings`` what the import met.
    """

    kind: Kind
    name: str
    file: str
    sha256: str
    size_bytes: int
    modified: str
    imported: str
    origin: str
    origin_sha256: str
    source: str
    licence: str
    status: str = "existing"
    as_of: str = ""
    accuracy_m: float = float("nan")
    rows: int = 0
    geometry: str = ""
    crs: str = ""
    index: str = ""
    title_vi: str = ""
    title_en: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    findings: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Workspace:
    """A planner's own data, as it was when the folder was opened (`open_workspace`); two openings of the same state are equal.

    ``layers``, ``network``, ``timetables``, ``rasters``: what it holds of each kind, by name (`Holding`). Give it as
    ``workspace=`` to the functions of `layers`: a layer it holds takes the place of the embedded one, and what is derived from
    that layer follows. ``sha256`` of its workspace.toml, which names the SHA-256 of every file.
    """

    folder: Path
    sha256: str
    layers: Mapping[str, Holding] = field(default_factory=dict, compare=False)
    network: Mapping[str, Holding] = field(default_factory=dict, compare=False)
    timetables: Mapping[str, Holding] = field(default_factory=dict, compare=False)
    rasters: Mapping[str, Holding] = field(default_factory=dict, compare=False)

    def __iter__(self) -> Iterator[Holding]:
        """All it holds, by kind and name."""
        for kind in KINDS:
            held: Mapping[str, Holding] = getattr(self, kind)
            yield from held.values()

    @property
    def streets(self) -> Path | None:
        """The OpenStreetMap file of its streets."""
        held = self.network.get(STREETS)
        return None if held is None else self.folder / held.file

    @property
    def elsewhere(self) -> bool:
        """Whether its streets lie outside the region."""
        held = self.network.get(STREETS)
        return held is not None and held.crs != METRIC

    @property
    def feeds(self) -> dict[str, Path]:
        """Its GTFS feeds, by name."""
        return {name: self.folder / one.file for name, one in self.timetables.items()}

    @property
    def elevation(self) -> Path | None:
        """Its raster of heights, if it holds one of that name."""
        return self.raster("elevation") if "elevation" in self.rasters else None

    def raster(self, name: str) -> Path:
        """The GeoTIFF of that name. Errors: E-WORK-11 it holds none of that name."""
        if name not in self.rasters:
            mend = nearest_names(name, self.rasters) if self.rasters else "import it: innoregion import raster FILE --as NAME."
            raise PlanningDataError("E-WORK-11", "the workspace holds no such raster.", file=self.folder, seen=name, mend=mend)
        return self.folder / self.rasters[name].file

    def read(self, name: str) -> pd.DataFrame:
        """A layer it holds, every time a copy. Errors: E-WORK-04 its file is gone, E-WORK-12 it holds no such layer."""
        if name not in self.layers:
            mend = nearest_names(name, self.layers) if self.layers else "it holds no layers."
            raise PlanningDataError("E-WORK-12", "the workspace holds no such layer.", file=self.folder, layer=name, mend=mend)
        held = self.layers[name]
        return _frame(self.folder / held.file, located=bool(held.geometry)).copy()

    @property
    def inputs(self) -> dict[str, str]:
        """SHA-256 of every file it holds, by its place in the folder; workspace.toml among them."""
        return {"workspace.toml": self.sha256, **{one.file: one.sha256 for one in self}}


@lru_cache(maxsize=_READ_AT_ONCE)
def _frame(path: Path, *, located: bool) -> pd.DataFrame:
    """Not to be changed; the name of a file holds its hash, so that a path is one content."""
    if not path.is_file():
        mend = "open the workspace anew; another writer may have replaced the layer."
        raise PlanningDataError("E-WORK-04", "a file of the workspace is gone.", file=path, mend=mend)
    return gpd.read_parquet(path) if located else pd.read_parquet(path)
