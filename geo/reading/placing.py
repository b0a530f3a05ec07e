"""Where coordinates lie on earth, and which systems would put them where they are expected: many are named, none is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pyproj import CRS

from geo.crs import REGION_BOUNDS, WGS84, to_wgs84, transformer
from geo.errors import PlanningDataError
from geo.reading.options import Axes, Expected

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]

HOME: Box = (106.3, 10.7, 107.0, 11.65)  # Binh Duong before 2025 and Ho Chi Minh City east of the river
_SYSTEMS = (  # what files of the region come in, the usual first
    "EPSG:4326",
    "EPSG:9210",
    "EPSG:9212",
    "EPSG:9209",
    "EPSG:9211",
    "EPSG:9213",
    "EPSG:9214",
    "EPSG:5897",
    "EPSG:5898",
    "EPSG:5899",
    "EPSG:3405",
    "EPSG:32648",
    "EPSG:32649",
    "EPSG:3857",
    "EPSG:4756",
)
_ALIKE = {"EPSG:4756": "EPSG:4326", "EPSG:3405": "EPSG:32648"}  # 225 m apart: bounds can not tell them
_SAMPLE = 2000
_FITS = 0.99
_MARGIN = 0.05  # of the size of a frame that tells the place
_WORDS = {"region": REGION_BOUNDS, "anywhere": None}


@dataclass(frozen=True)
class Candidate:
    """A system, and order of axes, that would put the coordinates into the expected place."""

    crs: str
    axes: Axes
    name: str

    def __str__(self) -> str:
        """As a reader is told of it."""
        turned = ", north before east" if self.axes == "yx" else ""
        return f"{self.crs} ({self.name}{turned})"

    @property
    def option(self) -> str:
        """The options of a reader that choose it."""
        return f'crs="{self.crs}"' + (', axes="yx"' if self.axes == "yx" else "")


def expected_box(expect: Expected) -> Box | None:
    """The box in longitude and latitude in which features are expected: west, south, east, north; None for anywhere.

    ``expect``: "region", "anywhere", such a box, or a frame (its bounds and 5 % around). Errors: E-CRS-05 none of these.
    """
    if isinstance(expect, GeoDataFrame):
        west, south, east, north = (float(value) for value in to_wgs84(expect).total_bounds)
        wide, high = _MARGIN * (east - west), _MARGIN * (north - south)
        return west - wide, south - high, east + wide, north + high
    if isinstance(expect, str) and expect in _WORDS:
        return _WORDS[expect]
    numbers = () if isinstance(expect, str) else tuple(expect)
    if len(numbers) != 4 or not np.isfinite(numbers).all() or numbers[0] > numbers[2] or numbers[1] > numbers[3]:  # noqa: PLR2004 - a box
        mend = 'give "region", "anywhere", (west, south, east, north) in degrees, or a frame.'
        raise PlanningDataError("E-CRS-05", "this is no place that features can be expected in.", seen=expect, mend=mend)
    return numbers[0], numbers[1], numbers[2], numbers[3]


def to_degrees(xy: Floats, crs: CRS, axes: Axes = "xy") -> Floats:
    """Longitude and latitude of coordinates [points, 2]; infinite where the system has no such place."""
    first, second = (xy[:, 0], xy[:, 1]) if axes == "xy" else (xy[:, 1], xy[:, 0])
    operation = _to_wgs84(crs)
    if operation is None:
        return np.column_stack([first, second])
    with np.errstate(all="ignore"):
        return np.column_stack(operation.transform(first, second, errcheck=False))


@cache
def _to_wgs84(crs: CRS) -> Any:
    return None if crs == CRS(WGS84) else transformer(crs, WGS84)


def within(degrees: Floats, box: Box | None) -> NDArray[np.bool_]:
    """Which points [points, 2] lie in the box; all that are on earth where there is none."""
    west, south, east, north = box or (-180.0, -90.0, 180.0, 90.0)
    lon, lat = degrees[:, 0], degrees[:, 1]
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def candidates(xy: Floats, box: Box | None, *, besides: CRS | None = None) -> list[Candidate]:
    """The systems in use there that would put 99 % of the points [points, 2] into the box (the region where None).

    The usual ones first. ``besides``: one that need not be named.
    """
    xy = xy[np.isfinite(xy).all(axis=1)]
    sample = xy[:: max(1, len(xy) // _SAMPLE)]
    if not len(sample):
        return []
    box = box or REGION_BOUNDS
    found: dict[tuple[str, Axes], Candidate] = {}
    axes: Axes
    for axes in ("xy", "yx"):
        for code in _SYSTEMS:
            crs, twin = CRS(code), (_ALIKE.get(code, ""), axes)
            if twin in found or not _used_in(crs, box) or (besides is not None and axes == "xy" and besides == crs):
                continue
            if within(to_degrees(sample, crs, axes), box).mean() >= _FITS:
                found[code, axes] = Candidate(code, axes, crs.name)
    return list(found.values())


def _used_in(crs: CRS, box: Box) -> bool:
    """Whether the system is in official use somewhere in the box; any is anywhere where nothing is told of its use."""
    use = crs.area_of_use
    return use is None or (use.west <= box[2] and use.east >= box[0] and use.south <= box[3] and use.north >= box[1])


def looks_like(fitting: Sequence[Candidate]) -> str:
    """The sentence that names candidates, empty where none fits."""
    if not fitting:
        return ""
    return f" Looks like {' or '.join(map(str, fitting))}."


def choose(fitting: Sequence[Candidate], otherwise: str, reader: str = "read_vector") -> str:
    """The mend that names what to pass for each candidate."""
    if not fitting:
        return otherwise
    others = " or as another of these" if len(fitting) > 1 else ""
    return f"{reader}(..., {fitting[0].option}){others}."
