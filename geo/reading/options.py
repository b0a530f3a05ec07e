"""What a reader is told: the options that reading and checking share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from geopandas import GeoDataFrame

Kind: TypeAlias = Literal["point", "line", "area"]
Axes: TypeAlias = Literal["xy", "yx"]
Expected: TypeAlias = "str | tuple[float, float, float, float] | GeoDataFrame"


@dataclass(frozen=True, eq=False)
class Options:
    """The keyword options of `read_vector`, in one value."""

    crs: str | None = None
    layer: str | None = None
    encoding: str | None = None
    expect: Expected = "region"
    id_column: str | None = None
    kind: Kind | None = None
    axes: Axes = "xy"
    allow_large: bool = False
    partition: bool = False  # of `check_file` alone
