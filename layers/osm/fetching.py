"""Streets of OpenStreetMap as they are today, fetched into a file that is read like any other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import shapely
from geopandas import GeoDataFrame, GeoSeries

from geo import WGS84, PlanningDataError, area_ha, to_metric, to_wgs84, write_whole
from layers.osm.overpass import OTHERWISE, ask
from layers.osm.street_file import street_lines, write_lines

Area: TypeAlias = GeoDataFrame | GeoSeries | Sequence[float]
LIMIT_KM2 = 2_500
CORNER_M = 50  # an outline is sent without finer corners; osmnx adds 500 m around it
CORNERS = 5


def fetch_streets(
    area: Area, path: str | Path, *, server: str | None = None, attempts: int = 5, total_wait_s: float = 180
) -> Path:
    """Streets and ferries of an area from an Overpass server, as an .osm file for `layers.transport` or `import_streets`.

    ``area``: polygons with a CRS, or (west, south, east, north) in degrees; at most 2,500 km². All ways within 500 m of it come
    whole, with all their tags and those of their nodes; **turn restrictions do not come this way**: take an extract (.osm.pbf)
    where they matter. ``server``: the address up to "/api" (default: osmnx's ``overpass_url``). Ends after ``attempts`` or
    ``total_wait_s`` seconds, whichever is first. The file is the old one or the complete new one; no cache is read or written,
    and osmnx's settings are as before afterwards. Returns the path.

    Errors: E-FETCH-01 arguments that can not be used; -02 area too large; -03 server busy; -04 not reached; -05 refused, or no
    data or partial data; -06 no street there; -07 too slow or too large an answer. Data © OpenStreetMap contributors, ODbL 1.0.
    """
    path = Path(path)
    if path.suffix.casefold() != ".osm":
        raise PlanningDataError("E-FETCH-01", "streets are written as .osm.", file=path.name, mend=f"name it {path.stem}.osm.")
    if attempts < 1 or not 0 < total_wait_s < math.inf:
        seen = (attempts, total_wait_s)
        raise PlanningDataError("E-FETCH-01", "there is no time to ask.", seen=seen, mend="attempts and total_wait_s above 0.")
    host, answers = ask(_outline(area), server, attempts, total_wait_s)
    lines = street_lines(answers, host)
    return write_whole(path, lambda part: write_lines(part, lines))


def _outline(area: Area) -> shapely.Geometry:
    """One valid (multi)polygon in longitude/latitude, of a size that a public server may be asked for."""
    frame = _frame(area)
    west, south, east, north = to_wgs84(frame).total_bounds if len(frame) else (math.nan,) * 4
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - the globe; false for NaN as well
        raise _no_area("the area is not on the globe.", (west, south, east, north))
    whole = GeoDataFrame(geometry=[shapely.make_valid(to_wgs84(frame).union_all())], crs=WGS84)
    km2 = float(area_ha(whole).iloc[0]) / 100
    if km2 == 0:
        raise _no_area("the area is a point or a line.", (west, south, east, north))
    if km2 > LIMIT_KM2:
        mend = f"take a smaller area, or {OTHERWISE}"
        what = f"the area is larger than {LIMIT_KM2:,} km², too much for a public server."
        raise PlanningDataError("E-FETCH-02", what, seen=f"{km2:,.0f} km²", mend=mend)
    if shapely.get_num_coordinates(whole.geometry.iloc[0]) > CORNERS:
        metric = to_metric(whole)
        whole = to_wgs84(metric.set_geometry(metric.simplify(CORNER_M)))
    return shapely.unary_union([part for part in whole.geometry.explode() if part.geom_type in {"Polygon", "MultiPolygon"}])


def _frame(area: Area) -> GeoDataFrame:
    if isinstance(area, GeoDataFrame):
        return area
    if isinstance(area, GeoSeries):
        return GeoDataFrame(geometry=area)
    try:
        west, south, east, north = map(float, area)
    except (TypeError, ValueError):
        raise _no_area("the area can not be read.", area) from None
    if not (west < east and south < north):
        raise _no_area("the area has no surface.", (west, south, east, north))
    return GeoDataFrame(geometry=[shapely.box(west, south, east, north)], crs=WGS84)


def _no_area(what: str, seen: object) -> PlanningDataError:
    mend = "give polygons with a CRS, or (west, south, east, north) in degrees, longitude first."
    return PlanningDataError("E-FETCH-01", what, seen=seen, mend=mend)
