"""How far people get: nested areas of equal time, and how much of it the edge of the data cuts off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, points_from_xy
from numpy.typing import NDArray

from analyses.travel import centres_xy, travel_times
from geo import PlanningDataError
from geo.movement import Transport

FASTEST_KMH = {"walk": 8, "bicycle": 25, "motorbike": 80, "car": 120, "truck": 100, "transit": 80}
MOST_CELLS = 40_000
LEAST_CELL_M = 50.0


def isochrones(
    transport: Transport,
    origins: GeoDataFrame,
    cutoffs_min: Sequence[float] = (15, 30, 45),
    *,
    mode: str = "walk",
    cell_m: float | None = None,
    **options: Any,
) -> GeoDataFrame:
    """Areas reached from every origin within each cutoff: valid polygons with holes, the longer ones holding the shorter.

    Times are computed to the cells of a grid round the origin (side ``cell_m``; by default as fine as 40,000 cells allow, never
    below 50 m): an area is the cells reached, not a hull round them, so what can not be reached within is a hole. Index
    ``isochrone_id``; ``origin_id``, ``cutoff_min``, ``cell_m``, ``reason`` when an origin joins no street (its area is empty).
    ``options`` go to `travel_times` (``departure`` with one percentile, ``walk_speed_kmh`` ...). Errors: E-ISO-01 (cutoffs), and
    those of `travel_times`.
    """
    cutoffs = sorted(float(cutoff) for cutoff in cutoffs_min)
    if not cutoffs or cutoffs[0] <= 0 or len(set(cutoffs)) < len(cutoffs):
        raise PlanningDataError("E-ISO-01", "cutoffs are no times.", seen=list(cutoffs_min), mend="minutes above 0, each once.")
    transport.check_mode(mode)
    rows = []
    for origin, xy in zip(origins.index, centres_xy(origins, transport.crs), strict=True):
        x, y, side = _grid(xy, cutoffs[-1], mode, cell_m)
        cells = GeoDataFrame(geometry=points_from_xy(x.ravel(), y.ravel()), crs=transport.crs)
        times = travel_times(transport, origins.loc[[origin]], cells, mode=mode, limit_min=cutoffs[-1], **options)
        minutes = times.at()[0].reshape(x.shape)
        for cutoff in cutoffs:
            shape = _area(minutes <= cutoff, (x[0, 0] - side / 2, y[0, 0] + side / 2), side)
            rows.append((f"{origin}/{cutoff:g}", origin, cutoff, side, times.joined["reason"].iloc[0], shape))
    table = pd.DataFrame(rows, columns=["isochrone_id", "origin_id", "cutoff_min", "cell_m", "reason", "geometry"])
    return GeoDataFrame(table.set_index("isochrone_id"), geometry="geometry", crs=transport.crs)


def _grid(
    xy: NDArray[np.float64], longest_min: float, mode: str, cell_m: float | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Cell centres x, y [rows from the north, columns] and the side; the point lies in the middle of a cell."""
    radius = longest_min / 60 * FASTEST_KMH[mode] * 1000
    side = cell_m or max(LEAST_CELL_M, 2 * radius / np.sqrt(MOST_CELLS))
    half = int(np.ceil(radius / side))
    steps = np.arange(-half, half + 1) * side
    x, y = np.meshgrid(xy[0] + steps, xy[1] - steps)
    return x, y, side


def _area(reached: NDArray[np.bool_], corner: tuple[float, float], side: float) -> shapely.Geometry:
    """The union of the cells that are reached."""
    from rasterio.features import shapes  # noqa: PLC0415 - heavy
    from rasterio.transform import from_origin  # noqa: PLC0415

    found = shapes(reached.astype(np.uint8), mask=reached, connectivity=4, transform=from_origin(*corner, side, side))
    return shapely.union_all([shapely.geometry.shape(shape) for shape, _ in found])
