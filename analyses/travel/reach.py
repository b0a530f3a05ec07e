"""How far people get: nested areas of equal time, and how much of it the edge of the data cuts off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, points_from_xy
from numpy.typing import NDArray

from analyses._zones import same_metric_crs
from analyses.travel.matrices import centres_xy, travel_times
from analyses.travel.times import TravelTimes
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
            shape = area_of_cells(minutes <= cutoff, (x[0, 0] - side / 2, y[0, 0] + side / 2), side)
            rows.append((f"{origin}/{cutoff:g}", origin, cutoff, side, times.joined["reason"].iloc[0], shape))
    table = pd.DataFrame(rows, columns=["isochrone_id", "origin_id", "cutoff_min", "cell_m", "reason", "geometry"])
    return GeoDataFrame(table.set_index("isochrone_id"), geometry="geometry", crs=transport.crs)


def boundary_cut(
    times: TravelTimes, origins: GeoDataFrame, destinations: GeoDataFrame, boundary: shapely.Geometry, cutoff_min: float
) -> pd.DataFrame:
    """How much of each origin's reach the edge of the data may cut off: people just behind the border are not counted.

    ``reach_m`` the longest straight line to a destination within ``cutoff_min``; ``cut_pct`` the share of the disc of that radius
    that lies outside ``boundary`` (in the CRS of the frames, one metric CRS). Results of an origin with a large share are lower
    bounds. Index of the origins. Errors: E-CRS-02.
    """
    same_metric_crs(origins, destinations)
    start, end = centres_xy(origins, origins.crs), centres_xy(destinations, destinations.crs)
    reach = np.array(
        [
            np.hypot(*(end[minutes <= cutoff_min] - xy).T).max(initial=0.0)
            for xy, minutes in zip(start, times.at(times.percentiles[-1]), strict=True)
        ]
    )
    discs = shapely.buffer(shapely.points(start), np.maximum(reach, 1.0), quad_segs=32)
    inside = shapely.area(shapely.intersection(discs, boundary)) / shapely.area(discs)
    return pd.DataFrame({"reach_m": reach.round(0), "cut_pct": (100 * (1 - inside)).round(1)}, index=times.origins)


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


def area_of_cells(reached: NDArray[np.bool_], corner: tuple[float, float], side: float) -> shapely.Geometry:
    """The union of the cells that are reached."""
    from rasterio.features import shapes  # noqa: PLC0415 - heavy
    from rasterio.transform import from_origin  # noqa: PLC0415

    found = shapes(reached.astype(np.uint8), mask=reached, connectivity=4, transform=from_origin(*corner, side, side))
    return shapely.union_all([shapely.geometry.shape(shape) for shape, _ in found])
