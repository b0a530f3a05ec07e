"""Lines and arcs that only together close: areas between them."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geo.drawings.parts import Parts


def chained(parts: Parts, close_m: float) -> None:
    """Add the areas that open lines of one layer enclose, their ends within ``close_m`` taken as one point.

    Lines must end where they meet: where they only cross there is no corner. Each area bears the look and handle of the first of
    its lines, with "dxf_type" CHAIN; the lines stay among the lines.
    """
    for layer in dict.fromkeys(row["dxf_layer"] for row in parts.lines):
        rows = [row for row in parts.lines if row["dxf_layer"] == layer]
        lines = _snapped([row["geometry"] for row in rows], close_m)
        tree = shapely.STRtree(lines)
        for ring in shapely.get_parts(shapely.polygonize(lines)):
            found = tree.query(ring.exterior, predicate="intersects")
            own = min(at for at in found if ring.exterior.covers(lines[at]))
            row: dict[str, Any] = {key: value for key, value in rows[own].items() if key != "elevation_m"}
            parts.areas.append(row | {"handle": f"chain/{row['handle']}", "dxf_type": "CHAIN", "geometry": ring})


def _snapped(lines: list[Any], close_m: float) -> np.ndarray:
    """The lines with ends that are near each other set on one point, the first met."""
    from scipy.sparse import coo_array  # noqa: PLC0415 - most drawings are not chained
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - as above

    ends = np.array([end for line in lines for end in (line.coords[0], line.coords[-1])])
    points = shapely.points(ends)
    near = shapely.STRtree(points).query(points, predicate="dwithin", distance=close_m)
    _, group = connected_components(coo_array((np.ones(near.shape[1]), near), shape=(len(ends), len(ends))), directed=False)
    first = np.unique(group, return_index=True)[1][group]
    moved = []
    for at, line in enumerate(lines):
        coordinates = shapely.get_coordinates(line)
        coordinates[0], coordinates[-1] = ends[first[2 * at]], ends[first[2 * at + 1]]
        moved.append(shapely.LineString(coordinates))
    return np.array(moved, object)
