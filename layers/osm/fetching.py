"""Streets of OpenStreetMap as they are today, fetched into a file that is read like any other."""

from __future__ import annotations

import math
from pathlib import Path

import shapely

from geo import PlanningDataError, write_whole
from layers.osm.area import Area, area_outline, coarse, outline_km2
from layers.osm.overpass import OTHERWISE, ask, host_of, server_url, street_question
from layers.osm.overpass_file import street_lines, write_lines

LIMIT_KM2 = 2_500


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
    url = server_url(server)
    lines = street_lines(ask(street_question(_outline(area)), url, attempts, total_wait_s), host_of(url))
    return write_whole(path, lambda part: write_lines(part, lines))


def _outline(area: Area) -> shapely.Geometry:
    """One valid (multi)polygon in longitude/latitude, of a size that a public server may be asked for."""
    outline = area_outline(area)
    km2 = outline_km2(outline)
    if km2 > LIMIT_KM2:
        mend = f"take a smaller area, or {OTHERWISE}"
        what = f"the area is larger than {LIMIT_KM2:,} km², too much for a public server."
        raise PlanningDataError("E-FETCH-02", what, seen=f"{km2:,.0f} km²", mend=mend)
    return coarse(outline)
